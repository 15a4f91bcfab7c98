//! The host's functions as a component imports them.

mod ui;

use std::time::SystemTime;

pub(crate) use self::ui::*;
use super::bindings::imports::pato::platform as wit;
use crate::http::{Request, Response};
use crate::storage::Change;
use crate::websocket::Message;
use crate::{Error, Event, Flags, Result, log::Level};

pub(crate) fn publish(topic: &str, data: &str) -> Result<String> {
    Ok(wit::events::publish(topic, data)?)
}

pub(crate) fn publish_state(topic: &str, data: &str) -> Result<String> {
    Ok(wit::events::publish_state(topic, data)?)
}

pub(crate) fn subscribe(pattern: &str) -> Result<()> {
    Ok(wit::events::subscribe(pattern)?)
}

pub(crate) fn unsubscribe(pattern: &str) -> Result<()> {
    Ok(wit::events::unsubscribe(pattern)?)
}

pub(crate) fn snapshot(pattern: &str) -> Result<Vec<Event>> {
    let events = wit::events::snapshot(pattern)?;
    Ok(events.into_iter().map(Event::from).collect())
}

pub(crate) fn call(action: &str, parameters: &str) -> Result<String> {
    Ok(wit::services::call(action, parameters)?)
}

pub(crate) fn call_plugin(plugin: &str, command: &str, parameters: &str) -> Result<String> {
    Ok(wit::plugins::call(plugin, command, parameters)?)
}

pub(crate) fn caller() -> Option<String> {
    wit::plugins::caller()
}

pub(crate) fn storage_get(key: &str) -> Result<Option<Vec<u8>>> {
    Ok(wit::storage::get(key)?)
}

pub(crate) fn storage_set(key: &str, value: &[u8]) -> Result<()> {
    Ok(wit::storage::set(key, value)?)
}

pub(crate) fn storage_delete(key: &str) -> Result<()> {
    Ok(wit::storage::delete(key)?)
}

pub(crate) fn storage_keys(prefix: &str, after: Option<&str>) -> Result<Vec<String>> {
    Ok(wit::storage::keys(prefix, after)?)
}

pub(crate) fn storage_transact(changes: Vec<Change>) -> Result<()> {
    let changes = changes.into_iter().map(|change| match change {
        Change::Set(key, value) => wit::storage::Change::Set((key, value)),
        Change::Delete(key) => wit::storage::Change::Delete(key),
    });
    Ok(wit::storage::transact(&changes.collect::<Vec<_>>())?)
}

pub(crate) fn setting(key: &str) -> Result<String> {
    Ok(wit::settings::get(key)?)
}

pub(crate) fn settings() -> String {
    wit::settings::all()
}

pub(crate) fn http_send(request: Request) -> Result<Response> {
    let timeout = request.timeout.map(|timeout| timeout.as_millis());
    let response = wit::http::send(&wit::http::Request {
        method: request.method,
        url: request.url,
        headers: request.headers.into_iter().map(pair).collect(),
        body: request.body,
        timeout: timeout.map(|timeout| u32::try_from(timeout).unwrap_or(u32::MAX)),
    })?;
    let headers = response.headers.into_iter();
    Ok(Response {
        status: response.status,
        url: response.url,
        headers: headers.map(|pair| (pair.name, pair.value)).collect(),
        body: response.body,
    })
}

pub(crate) fn websocket_connect(url: &str, headers: &[(&str, &str)]) -> Result<u32> {
    let headers = headers
        .iter()
        .map(|(name, value)| pair((name.to_string(), value.to_string())));
    Ok(wit::websocket::connect(url, &headers.collect::<Vec<_>>())?)
}

pub(crate) fn websocket_send(connection: u32, message: Message) -> Result<()> {
    let message = match message {
        Message::Text(text) => wit::websocket::Message::Text(text),
        Message::Binary(bytes) => wit::websocket::Message::Binary(bytes),
    };
    Ok(wit::websocket::send(connection, &message)?)
}

pub(crate) fn websocket_close(connection: u32, code: u16, reason: &str) -> Result<()> {
    Ok(wit::websocket::close(connection, code, reason)?)
}

pub(crate) fn timer_after(delay: u32) -> Result<u32> {
    Ok(wit::timers::after(delay)?)
}

pub(crate) fn timer_every(interval: u32) -> Result<u32> {
    Ok(wit::timers::every(interval)?)
}

pub(crate) fn timer_cancel(timer: u32) -> Result<()> {
    Ok(wit::timers::cancel(timer)?)
}

pub(crate) fn now() -> f64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0.0, |since| (since.as_secs_f64() * 1000.0).floor())
}

pub(crate) fn log(level: Level, message: &str) {
    let level = match level {
        Level::Trace => wit::log::Level::Trace,
        Level::Debug => wit::log::Level::Debug,
        Level::Info => wit::log::Level::Info,
        Level::Warn => wit::log::Level::Warn,
        Level::Error => wit::log::Level::Error,
    };
    wit::log::write(level, message);
}

fn pair((name, value): (String, String)) -> wit::types::Pair {
    wit::types::Pair { name, value }
}

impl From<wit::types::Event> for Event {
    fn from(event: wit::types::Event) -> Self {
        use wit::types::EventFlags;
        let flags = Flags {
            simulated: event.flags.contains(EventFlags::SIMULATED),
            replayed: event.flags.contains(EventFlags::REPLAYED),
            own: event.flags.contains(EventFlags::OWN),
            redelivered: event.flags.contains(EventFlags::REDELIVERED),
            snapshot: event.flags.contains(EventFlags::SNAPSHOT),
        };
        Self {
            id: event.id,
            topic: event.topic,
            source: event.source,
            account: event.account,
            time: event.time,
            cause: event.cause,
            flags,
            data: event.data,
        }
    }
}

impl From<wit::types::Error> for Error {
    fn from(error: wit::types::Error) -> Self {
        match error {
            wit::types::Error::Denied(line) => Self::Denied(line),
            wit::types::Error::Invalid(text) => Self::Invalid(text),
            wit::types::Error::NotFound(text) => Self::NotFound(text),
            wit::types::Error::Unavailable(text) => Self::Unavailable(text),
            wit::types::Error::RateLimited(wait) => Self::RateLimited(wait),
            wit::types::Error::TimedOut(text) => Self::TimedOut(text),
            wit::types::Error::Failed(text) => Self::Failed(text),
        }
    }
}

impl From<Error> for wit::types::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Denied(line) => Self::Denied(line),
            Error::Invalid(text) => Self::Invalid(text),
            Error::NotFound(text) => Self::NotFound(text),
            Error::Unavailable(text) => Self::Unavailable(text),
            Error::RateLimited(wait) => Self::RateLimited(wait),
            Error::TimedOut(text) => Self::TimedOut(text),
            Error::Failed(text) => Self::Failed(text),
        }
    }
}
