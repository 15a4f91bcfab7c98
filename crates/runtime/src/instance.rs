//! One Store of a plugin, and the calls into it.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use pato_events::{Event, EventId};
use tokio::sync::mpsc;
use tokio::time::timeout;
use wasmtime::component::Val;
use wasmtime::{Store, Trap, UpdateDeadline};
use wasmtime_wasi::I32Exit;

use crate::backlog::Origin;
use crate::bindings::exports::pato::platform::ui_handler;
use crate::bindings::exports::pato::platform::websocket_handler::{CloseReason, WebsocketEvent};
use crate::bindings::pato::platform::types::{Error, EventFlags, EventParam};
use crate::bindings::pato::platform::websocket::MessageParam;
use crate::calls::weight;
use crate::egress::{PluginEgress, SocketEvent, SocketMessage, WebSockets};
use crate::handlers::{Handlers, Plan};
use crate::host::{HostState, events::flags};
use crate::log::LogLevel;
use crate::metrics::count;
use crate::plugin::Shared;
use crate::screen::{Happening, SurfaceEvent};
use crate::services::ServiceError;

/// A running plugin. After a trap it must not be called again, and is dropped.
pub(crate) struct Instance {
    pub(crate) store: Store<HostState>,
    handlers: Handlers,
    shared: Arc<Shared>,
}

/// The plugin was stopped in the middle of a call: by its own fault, or by a limit.
#[derive(Debug)]
pub(crate) struct Trapped {
    /// In which call, and why.
    pub(crate) reason: String,
}

/// What happens on a plugin's WebSocket connections.
pub(crate) type SocketEvents = mpsc::Receiver<(u32, SocketEvent)>;

impl Instance {
    /// Makes a Store and instantiates the component in it. `init` is not called yet.
    pub(crate) async fn start(
        plan: &Plan,
        shared: &Arc<Shared>,
        egress: &PluginEgress,
    ) -> Result<(Self, SocketEvents), Trapped> {
        let (websockets, socket_events) = WebSockets::new(egress.clone());
        let state = HostState::new(
            Arc::clone(shared),
            plan.present(),
            egress.clone(),
            websockets,
        );
        let mut store = Store::new(plan.engine(), state);
        store.limiter(|state| &mut state.limiter);
        store.set_hostcall_fuel(shared.limits.host_call_bytes);
        store.epoch_deadline_callback(|context| {
            let shared = &context.data().shared;
            let limit = shared.limits.processor_time;
            if shared.counters.meter.call_so_far() > limit {
                return Err(wasmtime::Error::msg(format!(
                    "it used more than {} s of processor time",
                    limit.as_secs_f64()
                )));
            }
            Ok(UpdateDeadline::Yield(1))
        });
        begin(&mut store);
        let handlers = guard("start", shared, plan.instantiate(&mut store)).await?;
        let instance = Self {
            store,
            handlers,
            shared: Arc::clone(shared),
        };
        Ok((instance, socket_events))
    }

    pub(crate) async fn init(&mut self) -> Result<Result<(), Error>, Trapped> {
        let Some(handler) = &self.handlers.life_cycle else {
            return Ok(Ok(()));
        };
        begin(&mut self.store);
        guard("init", &self.shared, handler.call_init(&mut self.store)).await
    }

    /// Brings what an earlier version stored up to date, if the plugin knows how to.
    pub(crate) async fn migrate(&mut self, from: &str) -> Result<Result<(), Error>, Trapped> {
        let Some(handler) = &self.handlers.migration else {
            return Ok(Ok(()));
        };
        begin(&mut self.store);
        let call = handler.call_migrate(&mut self.store, from);
        guard("migrate", &self.shared, call).await
    }

    pub(crate) async fn shutdown(&mut self) -> Result<(), Trapped> {
        let Some(handler) = &self.handlers.life_cycle else {
            return Ok(());
        };
        begin(&mut self.store);
        guard(
            "shutdown",
            &self.shared,
            handler.call_shutdown(&mut self.store),
        )
        .await
    }

    pub(crate) async fn handle_events(
        &mut self,
        events: &[Arc<Event>],
        origin: Origin,
    ) -> Result<Result<(), Error>, Trapped> {
        let Some(handler) = &self.handlers.events else {
            return Ok(Ok(()));
        };
        // What it does in answer counts as a consequence of the longest chain in the batch: so a loop
        // ends, however its events are batched.
        let cause = events.iter().max_by_key(|event| event.depth);
        self.store.data_mut().cause = cause.map(|event| (event.id.clone(), event.depth));
        let begun = self.shared.take_begun(events);
        let lowered = events.iter().map(|event| match begun.contains(&event.id) {
            true => lower(event, Origin::Redelivery),
            false => lower(event, origin),
        });
        let lowered: Vec<EventParam<'_>> = lowered.collect();
        begin(&mut self.store);
        let call = handler.call_handle_events(&mut self.store, &lowered);
        let result = guard("handle-events", &self.shared, call).await;
        self.store.data_mut().cause = None;
        result
    }

    pub(crate) async fn lagged(&mut self, dropped: u32) -> Result<(), Trapped> {
        let Some(handler) = &self.handlers.events else {
            return Ok(());
        };
        begin(&mut self.store);
        let call = handler.call_lagged(&mut self.store, dropped);
        guard("lagged", &self.shared, call).await
    }

    pub(crate) async fn handle_timer(&mut self, timer: u32) -> Result<(), Trapped> {
        let Some(handler) = &self.handlers.timers else {
            return Ok(());
        };
        begin(&mut self.store);
        let call = handler.call_handle_timer(&mut self.store, timer);
        guard("handle-timer", &self.shared, call).await
    }

    pub(crate) async fn handle_websocket(
        &mut self,
        connection: u32,
        event: &SocketEvent,
    ) -> Result<(), Trapped> {
        let Some(handler) = &self.handlers.websockets else {
            return Ok(());
        };
        let event = match event {
            SocketEvent::Opened => WebsocketEvent::Opened,
            SocketEvent::Received(SocketMessage::Text(text)) => {
                WebsocketEvent::Received(MessageParam::Text(text))
            }
            SocketEvent::Received(SocketMessage::Binary(bytes)) => {
                WebsocketEvent::Received(MessageParam::Binary(bytes))
            }
            SocketEvent::Closed { code, reason } => WebsocketEvent::Closed(CloseReason {
                code: *code,
                reason,
            }),
            SocketEvent::Failed(why) => WebsocketEvent::Failed(why),
        };
        begin(&mut self.store);
        let call = handler.call_handle_websocket(&mut self.store, connection, event);
        guard("handle-websocket", &self.shared, call).await
    }

    pub(crate) async fn settings_changed(&mut self, keys: &[String]) -> Result<(), Trapped> {
        let Some(handler) = &self.handlers.settings else {
            return Ok(());
        };
        begin(&mut self.store);
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let call = handler.call_settings_changed(&mut self.store, &keys);
        guard("settings-changed", &self.shared, call).await
    }

    pub(crate) async fn handle_ui(&mut self, event: &SurfaceEvent) -> Result<(), Trapped> {
        let Some(handler) = &self.handlers.ui else {
            return Ok(());
        };
        // A `Value` always is JSON.
        let json = |value: &serde_json::Value| value.to_string();
        let text;
        let what = match &event.what {
            Happening::Pressed(value) => {
                text = json(value);
                ui_handler::Happening::Pressed(&text)
            }
            Happening::Changed(value) => {
                text = json(value);
                ui_handler::Happening::Changed(&text)
            }
            Happening::Submitted(value) => {
                text = json(value);
                ui_handler::Happening::Submitted(&text)
            }
            Happening::Shown(id) => ui_handler::Happening::Shown(id),
            Happening::Finished(id) => ui_handler::Happening::Finished(id),
        };
        let event = ui_handler::UiEvent {
            surface: &event.surface,
            node: &event.node,
            what,
            who: &event.who,
        };
        begin(&mut self.store);
        let call = handler.call_handle_ui(&mut self.store, event);
        guard("handle-ui", &self.shared, call).await
    }

    /// Calls a function that it offers to other plugins.
    pub(crate) async fn call_function(
        &mut self,
        symbol: &str,
        arguments: &[Val],
    ) -> Result<Result<Val, ServiceError>, Trapped> {
        let Some(function) = self.handlers.function(&mut self.store, symbol) else {
            return Ok(Err(ServiceError::NotFound(format!(
                "the plugin has no `{symbol}`"
            ))));
        };
        // All that plugins call has one result.
        let mut results = [Val::Bool(false)];
        begin(&mut self.store);
        let call = function.call_async(&mut self.store, arguments, &mut results);
        guard(symbol, &self.shared, call).await?;
        let (bytes, most) = (weight(&results), self.shared.limits.call_bytes);
        let [result] = results;
        Ok(match bytes > most {
            true => Err(ServiceError::Failed(format!(
                "the answer takes {bytes} bytes, and {most} are carried from one plugin to another: ask \
                 for less at a time"
            ))),
            false => Ok(result),
        })
    }

    pub(crate) async fn handle_command(
        &mut self,
        name: &str,
        parameters: &str,
    ) -> Result<Result<String, Error>, Trapped> {
        let Some(handler) = &self.handlers.commands else {
            return Ok(Err(Error::NotFound("the plugin has no commands".into())));
        };
        begin(&mut self.store);
        let call = handler.call_handle_command(&mut self.store, name, parameters);
        guard("handle-command", &self.shared, call).await
    }
}

/// Sets what a call may use.
fn begin(store: &mut Store<HostState>) {
    store.set_epoch_deadline(1);
    let shared = &store.data().shared;
    if shared.counts_instructions {
        let instructions = shared.limits.instructions.unwrap_or(u64::MAX);
        // Fails only where instructions are not counted.
        let _ = store.set_fuel(instructions);
    }
}

/// Waits for a call, counts its processor time, and ends it when it takes too long.
async fn guard<T>(
    name: &str,
    shared: &Shared,
    call: impl Future<Output = wasmtime::Result<T>>,
) -> Result<T, Trapped> {
    count(&shared.counters.calls);
    let limit = shared.limits.call_duration;
    match timeout(limit, shared.counters.meter.measure(call)).await {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(error)) => Err(trapped(name, &error, shared)),
        Err(_) => Err(Trapped {
            reason: format!("{name}: it did not end within {} s", limit.as_secs_f64()),
        }),
    }
}

/// Why code was stopped, in words for people.
pub(crate) fn why(error: &wasmtime::Error) -> String {
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => "it called itself too deeply".to_owned(),
        Some(Trap::OutOfFuel) => "it used more instructions than a call may".to_owned(),
        Some(trap) => trap.to_string(),
        None => match error.downcast_ref::<I32Exit>() {
            Some(I32Exit(code)) => format!("it exited with code {code}"),
            None => error.root_cause().to_string(),
        },
    }
}

/// The reason for the user; the backtrace goes to the plugin's log.
fn trapped(name: &str, error: &wasmtime::Error, shared: &Shared) -> Trapped {
    let why = why(error);
    let memory = match shared.counters.memory.at_limit.load(Ordering::Relaxed) {
        true => format!(
            " (it wanted more than its {} bytes of memory)",
            shared.limits.memory
        ),
        false => String::new(),
    };
    let log = &shared.log;
    log.host(LogLevel::Error, &format!("{name}: {error:?}"));
    Trapped {
        reason: format!("{name}: {why}{memory}"),
    }
}

fn lower(event: &Event, origin: Origin) -> EventParam<'_> {
    EventParam {
        id: event.id.as_str(),
        topic: event.topic.as_str(),
        source: &event.source,
        account: event.account.as_deref(),
        time: event.time,
        cause: event.cause.as_ref().map(EventId::as_str),
        flags: flags(event.flags)
            | match origin {
                Origin::News => EventFlags::empty(),
                Origin::Redelivery => EventFlags::REDELIVERED,
                Origin::Snapshot => EventFlags::SNAPSHOT,
            },
        data: event.data.as_str(),
    }
}
