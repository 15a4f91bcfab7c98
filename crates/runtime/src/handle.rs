use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use pato_events::catalogue::host::{PluginState, PluginStatus};
use pato_events::{Event, Pattern, Payload, nearest};
use pato_permissions::{Grants, Manifest, PluginId};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};
use wasmtime::component::wasm_wave;

use crate::actor::Control;
use crate::calls::{Call, Interface, Request};
use crate::limits::Limits;
use crate::log::LogLine;
use crate::metrics::PluginMetrics;
use crate::plugin::Shared;
use crate::screen::SurfaceEvent;
use crate::services::ServiceError;

/// A loaded plugin. Clones are cheap, and all are the same plugin; it runs on when they are dropped.
#[derive(Clone)]
pub struct PluginHandle {
    pub(crate) shared: Arc<Shared>,
    pub(crate) control: mpsc::Sender<Control>,
    pub(crate) calls: mpsc::Sender<Call>,
    pub(crate) stop_time: std::time::Duration,
}

impl PluginHandle {
    /// Its id.
    pub fn id(&self) -> &PluginId {
        &self.shared.id
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.shared.manifest
    }

    /// What it may use.
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// What it is doing.
    pub fn state(&self) -> PluginState {
        self.shared.state()
    }

    /// What it is doing, and why.
    pub fn status(&self) -> PluginStatus {
        self.shared.status.borrow().clone()
    }

    /// The status as it changes.
    pub fn watch(&self) -> watch::Receiver<PluginStatus> {
        self.shared.status.subscribe()
    }

    /// Waits until it has started, or failed to, and says which.
    pub async fn started(&self) -> PluginStatus {
        let mut status = self.watch();
        let settled = status
            .wait_for(|status| status.state != PluginState::Loading)
            .await;
        settled.map_or_else(|_| self.status(), |status| status.clone())
    }

    /// What it has used and done.
    pub fn metrics(&self) -> PluginMetrics {
        let mailbox = self.shared.mailbox.metrics();
        let queued = mailbox.queued.saturating_add(mailbox.spilled);
        PluginMetrics {
            dropped: mailbox.dropped,
            queued: u64::try_from(queued).unwrap_or(u64::MAX),
            ..self.shared.counters.snapshot()
        }
    }

    /// What it is subscribed to.
    pub fn subscriptions(&self) -> Vec<Pattern> {
        self.shared.mailbox.patterns()
    }

    /// Gives an event to this plugin alone, if it is subscribed to such: it waits in the mailbox like
    /// any other. Says whether the plugin wanted it.
    pub fn offer(&self, event: &Arc<Event>) -> bool {
        self.shared.mailbox.offer(event)
    }

    /// The latest lines of its log, oldest first.
    pub fn logs(&self, at_most: usize) -> Vec<LogLine> {
        self.shared.log.latest(at_most)
    }

    /// Changes what it may do. The very next host call is held to it, subscriptions and
    /// timers that are no longer allowed end, and so do connections to hosts that are no longer allowed.
    pub fn set_grants(&self, grants: &Grants) {
        self.shared.set_grants(grants);
    }

    /// Changes its settings to these values, and tells it which changed.
    pub async fn set_settings(&self, settings: BTreeMap<String, Value>) {
        let changed = self.shared.set_settings(settings);
        if !changed.is_empty() {
            self.send(Control::SettingsChanged(changed)).await;
        }
    }

    /// Calls one of its commands and waits for the answer. What it answers that is JSON but no object
    /// stands in the field `value`.
    ///
    /// # Errors
    ///
    /// If it declares commands and this is none of them, does not run, has too much to do, or answers
    /// with an error.
    pub async fn command(&self, name: &str, parameters: &Payload) -> Result<Payload, ServiceError> {
        self.declares(name)?;
        let (answer, answered) = oneshot::channel();
        let command = Control::Command {
            name: name.to_owned(),
            parameters: parameters.clone(),
            answer,
        };
        self.control
            .try_send(command)
            .map_err(|error| full_or_closed(&error))?;
        let lost = || ServiceError::Failed("the plugin trapped or was stopped meanwhile".into());
        answered.await.unwrap_or_else(|_| Err(lost()))
    }

    /// Refuses a command, if it declares commands and this is none of them.
    pub(crate) fn declares(&self, name: &str) -> Result<(), ServiceError> {
        let declared = &self.shared.manifest.commands;
        if declared.is_empty() || declared.iter().any(|command| command.name == name) {
            return Ok(());
        }
        let known = declared.iter().map(|command| command.name.as_str());
        Err(self.unknown("command", name, nearest(name, known)))
    }

    /// Calls a function of an interface that it exports, for the user, and waits for the answer. The
    /// interface is named in full (`ronni:points/points@1.0.0`) or by its last part; arguments and answer
    /// are in [WAVE](https://docs.rs/wasm-wave), the arguments without the parentheses: `"ronni", 5`.
    ///
    /// # Errors
    ///
    /// If it exports no such function, the arguments are not of its types, or it does not run, has too much to
    /// do, traps, or answers with more than is carried.
    pub async fn call(
        &self,
        interface: &str,
        function: &str,
        arguments: &str,
    ) -> Result<String, ServiceError> {
        let exports = &self.shared.interfaces.exports;
        let named = |own: &&Interface| {
            own.name.as_str() == interface
                || own.name.path() == interface
                || own.name.short() == interface
        };
        let interfaces: Vec<&Interface> = exports.iter().filter(named).collect();
        let found = match interfaces.as_slice() {
            [one] => *one,
            [] => {
                let known = exports.iter().map(|own| own.name.short());
                return Err(self.unknown("interface", interface, nearest(interface, known)));
            }
            several => {
                let names: Vec<_> = several.iter().map(|own| own.name.as_str()).collect();
                return Err(ServiceError::Invalid(format!(
                    "`{}` has several interfaces of that name: write one of {}",
                    self.id(),
                    names.join(", ")
                )));
            }
        };
        let signature = found.functions.get(function).ok_or_else(|| {
            let known = found.functions.keys().map(String::as_str);
            self.unknown("function", function, nearest(function, known))
        })?;
        let (answer, answered) = oneshot::channel();
        let call = Call {
            context: None,
            request: Request::Function {
                symbol: found.symbol(function),
                arguments: signature.arguments(function, arguments)?,
                answer,
            },
        };
        self.calls
            .try_send(call)
            .map_err(|error| full_or_closed(&error))?;
        let lost = || ServiceError::Unavailable("the plugin was stopped meanwhile".into());
        let value = answered.await.unwrap_or_else(|_| Err(lost()))?;
        wasm_wave::to_string(&value).map_err(|error| ServiceError::Failed(error.to_string()))
    }

    fn unknown(&self, what: &str, name: &str, near: Option<&str>) -> ServiceError {
        let id = self.id();
        ServiceError::NotFound(match near {
            Some(near) => format!("`{id}` has no {what} `{name}`; did you mean `{near}`?"),
            None => format!("`{id}` has no {what} `{name}`"),
        })
    }

    /// Tells it what happened on one of its surfaces.
    ///
    /// # Errors
    ///
    /// If it does not run, or has too much to do.
    pub fn tell_surface(&self, event: SurfaceEvent) -> Result<(), ServiceError> {
        self.control
            .try_send(Control::Surface(event))
            .map_err(|error| full_or_closed(&error))
    }

    /// Whether nothing is called in it until [`resume`](Self::resume).
    pub fn is_paused(&self) -> bool {
        self.shared.paused.load(Ordering::Relaxed)
    }

    /// Calls nothing in it until [`resume`](Self::resume): its events wait in its mailbox.
    pub async fn pause(&self) {
        self.shared.paused.store(true, Ordering::Relaxed);
        self.send(Control::Pause(true)).await;
    }

    /// Lets events through again.
    pub async fn resume(&self) {
        self.shared.paused.store(false, Ordering::Relaxed);
        self.send(Control::Pause(false)).await;
    }

    /// Starts it anew, out of quarantine too, with the same code.
    pub async fn restart(&self) {
        self.send(Control::Restart).await;
    }

    /// Stops it: `shutdown` gets its chance, and then it ends. Returns when it has.
    pub async fn stop(&self) {
        self.shared.stop.cancel();
        let ended = self.shared.ended.cancelled();
        if tokio::time::timeout(self.stop_time, ended).await.is_err() {
            self.shared.kill.cancel();
            self.shared.ended.cancelled().await;
        }
    }

    /// Waits for room in the queue to the task; a task that has ended needs nothing more.
    async fn send(&self, control: Control) {
        let _ = self.control.send(control).await;
    }
}

fn full_or_closed<T>(error: &mpsc::error::TrySendError<T>) -> ServiceError {
    ServiceError::Unavailable(match error {
        mpsc::error::TrySendError::Full(_) => "the plugin has too much to do".into(),
        mpsc::error::TrySendError::Closed(_) => "the plugin is stopped".into(),
    })
}

impl fmt::Debug for PluginHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PluginHandle")
            .field("id", self.id())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
