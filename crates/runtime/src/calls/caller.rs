use std::sync::Arc;

use pato_events::{EventId, Payload};
use pato_permissions::PluginId;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};
use wasmtime::component::Val;

use super::edges::Edge;
use super::{Answer, Call, Context, Interface, Request, weight};
use crate::bindings::pato::platform::types::Error;
use crate::handle::PluginHandle;
use crate::plugin::Shared;
use crate::services::ServiceError;

/// A plugin that calls another one.
pub(crate) struct Caller {
    shared: Arc<Shared>,
    context: Context,
}

impl Caller {
    /// `context` is that of the call which the plugin is answering itself.
    pub(crate) fn new(
        shared: &Arc<Shared>,
        context: Option<&Context>,
        cause: Option<(EventId, u8)>,
    ) -> Self {
        let chain = context.map(|context| &*context.chain).unwrap_or_default();
        let own = Instant::now() + shared.limits.host_call;
        Self {
            context: Context {
                chain: chain.iter().chain([&shared.id]).cloned().collect(),
                deadline: context.map_or(own, |context| own.min(context.deadline)),
                cause,
            },
            shared: Arc::clone(shared),
        }
    }

    /// Calls a function that the plugin imports, and makes an answer of whatever comes of it.
    pub(crate) async fn call(
        self,
        interface: &Interface,
        function: &str,
        arguments: &[Val],
    ) -> Val {
        let Some(signature) = interface.functions.get(function) else {
            // Only what is there is linked.
            return Val::Bool(false);
        };
        let provider = self.provider(interface, function);
        let callee = provider
            .as_ref()
            .ok()
            .map(|(plugin, _)| plugin.id().clone());
        let answer = async {
            let (plugin, symbol) = provider?;
            self.fits(arguments)?;
            let scope = format!("{}.{}", plugin.id(), interface.scope(function));
            let arguments = arguments.to_vec();
            self.ask(&plugin, &scope, |answer| Request::Function {
                symbol,
                arguments,
                answer,
            })
            .await
        };
        let answer = answer.await;
        let edge = Edge {
            callee,
            interface: Some(interface.name.as_str().to_owned()),
            function: function.to_owned(),
        };
        self.count(edge, answer.as_ref().err());
        answer.unwrap_or_else(|error| signature.carrier.failure(error.into()))
    }

    /// Calls a command of another plugin.
    pub(crate) async fn command(
        self,
        plugin: &str,
        name: &str,
        parameters: Payload,
    ) -> Result<Payload, Error> {
        let id = PluginId::new(plugin).map_err(|error| Error::Invalid(error.to_string()))?;
        if name.contains('.') {
            return Err(Error::Invalid(format!(
                "`{name}` is no command: a function of an interface is called by importing that"
            )));
        }
        let answer = async {
            let scope = format!("{id}.{name}");
            self.permit(&scope)?;
            let plugins = self.shared.plugins.upgrade();
            let plugin = plugins.and_then(|plugins| plugins.get(&id));
            let plugin = plugin.ok_or_else(|| {
                ServiceError::Unavailable(format!("no plugin `{id}` runs: install or enable it"))
            })?;
            plugin.declares(name)?;
            let name = name.to_owned();
            self.ask(&plugin, &scope, |answer| Request::Command {
                name,
                parameters,
                answer,
            })
            .await
        };
        let answer = answer.await;
        let edge = Edge {
            callee: Some(id.clone()),
            interface: None,
            function: name.to_owned(),
        };
        self.count(edge, answer.as_ref().err());
        Ok(answer??)
    }

    /// The plugin that serves an import now, and what the function is called in it.
    fn provider(
        &self,
        interface: &Interface,
        function: &str,
    ) -> Result<(PluginHandle, String), ServiceError> {
        let Some(plugins) = self.shared.plugins.upgrade() else {
            return Err(ServiceError::Unavailable(
                "the host is shutting down".into(),
            ));
        };
        plugins
            .provider(&self.shared, interface, function)
            .map_err(ServiceError::Unavailable)
    }

    fn fits(&self, arguments: &[Val]) -> Result<(), ServiceError> {
        let (bytes, most) = (weight(arguments), self.shared.limits.call_bytes);
        match bytes > most {
            true => Err(ServiceError::Invalid(format!(
                "the arguments take {bytes} bytes, and {most} are carried from one plugin to another: \
                 pass less at a time"
            ))),
            false => Ok(()),
        }
    }

    /// Hands the question to the other plugin's task and waits for its answer: as long as it is allowed, as
    /// long as anyone waits for this one's own answer, and not if that one waits for this one.
    async fn ask<T>(
        &self,
        plugin: &PluginHandle,
        scope: &str,
        request: impl FnOnce(Answer<T>) -> Request,
    ) -> Result<T, ServiceError> {
        let mut allowed = self.shared.allowed.subscribe();
        self.permit(scope)?;
        let plugins = self.shared.plugins.upgrade();
        let waiting = plugins.map(|plugins| plugins.wait(&self.shared, &plugin.shared));
        let _waiting = waiting.transpose().map_err(ServiceError::Failed)?;
        let (answer, answered) = oneshot::channel();
        let call = Call {
            context: Some(self.context.clone()),
            request: request(answer),
        };
        let id = plugin.id();
        let stopped = || ServiceError::Unavailable(format!("`{id}` was stopped meanwhile"));
        let exchange = async {
            plugin.calls.send(call).await.map_err(|_| stopped())?;
            answered.await.unwrap_or_else(|_| Err(stopped()))
        };
        let revoked = async {
            let denied = allowed.wait_for(|allowed| allowed.check_plugin(scope).is_err());
            drop(denied.await);
        };
        tokio::select! {
            answer = timeout_at(self.context.deadline, exchange) => {
                answer.unwrap_or_else(|_| Err(self.late(scope)))
            }
            () = revoked => {
                self.permit(scope)?;
                Err(stopped())
            }
        }
    }

    fn late(&self, scope: &str) -> ServiceError {
        let limit = self.shared.limits.host_call.as_secs_f64();
        ServiceError::TimedOut(match self.context.chain.len() {
            1 => format!("`{scope}` was not answered within {limit} s"),
            _ => format!(
                "`{scope}` was not answered before `{}` had to be",
                self.shared.id
            ),
        })
    }

    fn permit(&self, scope: &str) -> Result<(), ServiceError> {
        let allowed = self.shared.allowed();
        let checked = allowed.check_plugin(scope);
        checked.map_err(|denial| self.shared.deny(&denial).into())
    }

    fn count(&self, edge: Edge, failure: Option<&ServiceError>) {
        let failure = failure.map(|error| self.shared.log.clean(&error.to_string()));
        self.shared.edges.count(edge, failure);
    }
}
