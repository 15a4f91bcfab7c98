//! What plugins can call, one module for each capability.
//!
//! Each function is checked against what the plugin may do at that moment, and answers with a typed
//! error instead of trapping. Who asks is known from the Store, never from an argument.

pub(crate) mod events;
mod http;
mod log;
mod plugins;
mod services;
mod settings;
mod storage;
mod timers;
mod ui;
mod wasi;
mod wasi_http;
mod websocket;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use pato_events::{Event, EventId, Pattern, Payload};
use pato_permissions::{Allowed, Denial};
use wasmtime::component::{HasSelf, Linker, ResourceTable};
use wasmtime_wasi::WasiCtx;

pub(crate) use self::timers::Timers;

use self::wasi_http::WasiHttp;
use crate::bindings::pato::platform::types::{self, Error};
use crate::bindings::pato::platform::{
    events as events_interface, http as http_interface, ui as ui_interface,
};
use crate::bindings::pato::platform::{log as log_interface, websocket as websocket_interface};
use crate::bindings::pato::platform::{
    plugins as plugins_interface, services as services_interface, settings as settings_interface,
};
use crate::bindings::pato::platform::{storage as storage_interface, timers as timers_interface};
use crate::calls::{Caller, Context};
use crate::egress::{PluginEgress, WebSockets};
use crate::memory::MemoryLimiter;
use crate::plugin::Shared;
use crate::rate::Rate;
use crate::services::ServiceError;

/// What one Store of a plugin holds. It ends with the Store; what shall outlive a trap is in
/// [`Shared`].
pub(crate) struct HostState {
    pub(crate) shared: Arc<Shared>,
    pub(crate) handlers: HandlersPresent,
    pub(crate) limiter: MemoryLimiter,
    pub(crate) table: ResourceTable,
    pub(crate) wasi: WasiCtx,
    wasi_http: WasiHttp,
    pub(crate) egress: PluginEgress,
    pub(crate) websockets: WebSockets,
    pub(crate) timers: Timers,
    /// Of the call that it is answering, if another plugin called.
    pub(crate) call: Option<Context>,
    /// The event that what the plugin does now is a consequence of, and its depth.
    pub(crate) cause: Option<(EventId, u8)>,
    /// What this Store subscribed to; the mailbox may still hold what an earlier one did.
    pub(crate) subscribed: BTreeSet<Pattern>,
    /// How things stand with what it just subscribed to, to be delivered after the call.
    pub(crate) snapshots: Vec<Arc<Event>>,
    publish_rate: Rate,
    show_rate: Rate,
}

/// Which handlers a plugin has. What would call one that is not there is refused.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HandlersPresent {
    pub(crate) events: bool,
    pub(crate) timers: bool,
    pub(crate) websockets: bool,
}

impl HostState {
    pub(crate) fn new(
        shared: Arc<Shared>,
        handlers: HandlersPresent,
        egress: PluginEgress,
        websockets: WebSockets,
    ) -> Self {
        let limits = &shared.limits;
        let usage = Arc::clone(&shared.counters.memory);
        Self {
            limiter: MemoryLimiter::new(limits.memory, limits.table_elements, usage),
            table: ResourceTable::new(),
            wasi: wasi::context(&shared),
            wasi_http: WasiHttp::new(Arc::clone(&shared), egress.clone()),
            timers: Timers::new(limits.timers),
            publish_rate: Rate::new(limits.publish_rate),
            show_rate: Rate::new(limits.show_rate),
            call: None,
            cause: None,
            subscribed: BTreeSet::new(),
            snapshots: Vec::new(),
            egress,
            websockets,
            handlers,
            shared,
        }
    }

    /// Calls other plugins on behalf of this one.
    pub(crate) fn calling(&self) -> Caller {
        Caller::new(&self.shared, self.call.as_ref(), self.cause.clone())
    }

    /// Refuses unless `check` agrees with what the plugin may do now.
    fn permit<T>(&self, check: impl FnOnce(&Allowed) -> Result<T, Denial>) -> Result<T, Error> {
        check(&self.shared.allowed()).map_err(|denial| self.shared.deny(&denial))
    }

    /// Reads a JSON object that the plugin passed.
    fn payload(&self, what: &str, text: &str) -> Result<Payload, Error> {
        let most = self.shared.limits.payload_bytes;
        if text.len() > most {
            let length = text.len();
            return Err(Error::Invalid(format!(
                "{what} may have {most} bytes, and here it has {length}"
            )));
        }
        Payload::parse(text).map_err(|error| Error::Invalid(format!("{what}: {error}")))
    }
}

/// Links everything that a plugin can import. What is not in here, no plugin gets.
pub(crate) fn link(linker: &mut Linker<HostState>) -> wasmtime::Result<()> {
    type Own = HasSelf<HostState>;
    wasmtime_wasi::p2::add_to_linker_async(linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)?;
    types::add_to_linker::<HostState, Own>(linker, |state| state)?;
    events_interface::add_to_linker::<HostState, Own>(linker, |state| state)?;
    services_interface::add_to_linker::<HostState, Own>(linker, |state| state)?;
    plugins_interface::add_to_linker::<HostState, Own>(linker, |state| state)?;
    storage_interface::add_to_linker::<HostState, Own>(linker, |state| state)?;
    settings_interface::add_to_linker::<HostState, Own>(linker, |state| state)?;
    timers_interface::add_to_linker::<HostState, Own>(linker, |state| state)?;
    http_interface::add_to_linker::<HostState, Own>(linker, |state| state)?;
    websocket_interface::add_to_linker::<HostState, Own>(linker, |state| state)?;
    ui_interface::add_to_linker::<HostState, Own>(linker, |state| state)?;
    log_interface::add_to_linker::<HostState, Own>(linker, |state| state)
}

impl types::Host for HostState {}

impl From<ServiceError> for Error {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Denied(text) => Self::Denied(text),
            ServiceError::Invalid(text) => Self::Invalid(text),
            ServiceError::NotFound(text) => Self::NotFound(text),
            ServiceError::Unavailable(text) => Self::Unavailable(text),
            ServiceError::RateLimited(wait) => Self::RateLimited(milliseconds(wait)),
            ServiceError::TimedOut(text) => Self::TimedOut(text),
            ServiceError::Failed(text) => Self::Failed(text),
        }
    }
}

impl From<Error> for ServiceError {
    fn from(error: Error) -> Self {
        match error {
            Error::Denied(text) => Self::Denied(text),
            Error::Invalid(text) => Self::Invalid(text),
            Error::NotFound(text) => Self::NotFound(text),
            Error::Unavailable(text) => Self::Unavailable(text),
            Error::RateLimited(u32::MAX) => Self::RateLimited(Duration::MAX),
            Error::RateLimited(wait) => Self::RateLimited(Duration::from_millis(wait.into())),
            Error::TimedOut(text) => Self::TimedOut(text),
            Error::Failed(text) => Self::Failed(text),
        }
    }
}

/// A duration as the contract has it, rounded up, so that waiting that long is enough.
fn milliseconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_micros().div_ceil(1_000)).unwrap_or(u32::MAX)
}
