//! The host's functions on the author's machine: those of the thread's fake host.

mod ui;

use serde_json::Value;

pub(crate) use self::ui::*;
use crate::http::{Request, Response};
use crate::log::Level;
use crate::storage::Change;
use crate::testing::state::{Call, Connected, Published, with};
use crate::websocket::Message;
use crate::{Error, Event, Result};

pub(crate) fn publish(topic: &str, data: &str) -> Result<String> {
    published(topic, data, false)
}

pub(crate) fn publish_state(topic: &str, data: &str) -> Result<String> {
    published(topic, data, true)
}

fn published(topic: &str, data: &str, stateful: bool) -> Result<String> {
    let data: Value = serde_json::from_str(data)?;
    if !data.is_object() {
        return Err(Error::Invalid(format!(
            "the data of `{topic}` must be a JSON object"
        )));
    }
    with(|state| {
        if let Some(error) = &state.publish_error {
            return Err(error.clone());
        }
        state.published.push(Published {
            topic: topic.to_owned(),
            data,
            stateful,
        });
        Ok(format!("event-{}", state.published.len()))
    })
}

pub(crate) fn subscribe(pattern: &str) -> Result<()> {
    pato_events::Pattern::new(pattern).map_err(|error| Error::Invalid(error.to_string()))?;
    with(|state| state.subscriptions.insert(pattern.to_owned()));
    Ok(())
}

pub(crate) fn unsubscribe(pattern: &str) -> Result<()> {
    if with(|state| state.subscriptions.remove(pattern)) {
        return Ok(());
    }
    Err(Error::NotFound(format!(
        "there is no subscription to `{pattern}`"
    )))
}

pub(crate) fn snapshot(pattern: &str) -> Result<Vec<Event>> {
    let pattern =
        pato_events::Pattern::new(pattern).map_err(|error| Error::Invalid(error.to_string()))?;
    let matches = |event: &&Event| {
        pato_events::Topic::new(&event.topic).is_ok_and(|topic| pattern.matches(&topic))
    };
    Ok(with(|state| {
        state.snapshots.iter().filter(matches).cloned().collect()
    }))
}

pub(crate) fn call(action: &str, parameters: &str) -> Result<String> {
    answer("call", action, parameters)
}

pub(crate) fn call_plugin(plugin: &str, command: &str, parameters: &str) -> Result<String> {
    answer("plugin", &format!("{plugin}.{command}"), parameters)
}

/// Answers as the test said for this action or command; `kind` is that of the permission it would need.
fn answer(kind: &str, action: &str, parameters: &str) -> Result<String> {
    let parameters: Value = serde_json::from_str(parameters)?;
    // Taken out while it runs, so that an answer may itself ask the fake host.
    let answer = with(|state| {
        state.calls.push(Call {
            action: action.to_owned(),
            parameters: parameters.clone(),
        });
        state.answers.remove(action)
    });
    let Some(mut answer) = answer else {
        return Err(Error::Denied(format!(
            "{kind}:{action} (tell the fake host what to answer: `host.answer({action:?}, …)`)"
        )));
    };
    let result = answer(parameters);
    with(|state| {
        state.answers.entry(action.to_owned()).or_insert(answer);
    });
    result.map(|value| value.to_string())
}

pub(crate) fn caller() -> Option<String> {
    with(|state| state.caller.clone())
}

pub(crate) fn storage_get(key: &str) -> Result<Option<Vec<u8>>> {
    Ok(with(|state| state.storage.get(key).cloned()))
}

pub(crate) fn storage_set(key: &str, value: &[u8]) -> Result<()> {
    storage_transact(vec![Change::Set(key.to_owned(), value.to_vec())])
}

pub(crate) fn storage_delete(key: &str) -> Result<()> {
    storage_transact(vec![Change::Delete(key.to_owned())])
}

pub(crate) fn storage_keys(prefix: &str, after: Option<&str>) -> Result<Vec<String>> {
    let wanted =
        |key: &&String| key.starts_with(prefix) && after.is_none_or(|after| key.as_str() > after);
    Ok(with(|state| {
        let keys = state.storage.keys().filter(wanted);
        keys.take(1000).cloned().collect()
    }))
}

pub(crate) fn storage_transact(changes: Vec<Change>) -> Result<()> {
    with(|state| {
        let mut storage = state.storage.clone();
        for change in changes {
            match change {
                Change::Set(key, value) => storage.insert(key, value),
                Change::Delete(key) => storage.remove(&key),
            };
        }
        let used: usize = storage
            .iter()
            .map(|(key, value)| key.len() + value.len())
            .sum();
        if used > state.storage_quota {
            return Err(Error::RateLimited(u32::MAX));
        }
        state.storage = storage;
        Ok(())
    })
}

pub(crate) fn setting(key: &str) -> Result<String> {
    match with(|state| state.settings.get(key).map(Value::to_string)) {
        Some(value) => Ok(value),
        None => Err(Error::NotFound(format!("there is no setting `{key}`"))),
    }
}

pub(crate) fn settings() -> String {
    with(|state| Value::Object(state.settings.clone()).to_string())
}

pub(crate) fn http_send(request: Request) -> Result<Response> {
    let web = with(|state| {
        state.requests.push(request.clone());
        state.web.take()
    });
    let Some(mut web) = web else {
        let url = &request.url;
        return Err(Error::Denied(format!(
            "http to {url} (tell the fake host what the web answers: `host.web(…)`)"
        )));
    };
    let result = web(request);
    with(|state| {
        state.web.get_or_insert(web);
    });
    result
}

pub(crate) fn websocket_connect(url: &str, _headers: &[(&str, &str)]) -> Result<u32> {
    with(|state| {
        let id = state.next_handle();
        state.connections.insert(
            id,
            Connected {
                url: url.to_owned(),
                sent: Vec::new(),
                closed: None,
            },
        );
        Ok(id)
    })
}

pub(crate) fn websocket_send(connection: u32, message: Message) -> Result<()> {
    with(|state| {
        state.open_connection(connection)?.sent.push(message);
        Ok(())
    })
}

pub(crate) fn websocket_close(connection: u32, code: u16, reason: &str) -> Result<()> {
    with(|state| {
        state.open_connection(connection)?.closed = Some((code, reason.to_owned()));
        Ok(())
    })
}

pub(crate) fn timer_after(delay: u32) -> Result<u32> {
    timer(delay, false)
}

pub(crate) fn timer_every(interval: u32) -> Result<u32> {
    timer(interval, true)
}

fn timer(milliseconds: u32, repeats: bool) -> Result<u32> {
    if milliseconds < 10 {
        return Err(Error::Invalid(format!(
            "a timer of {milliseconds} ms is too short; the least is 10"
        )));
    }
    with(|state| {
        let id = state.next_handle();
        state.timers.insert(id, (milliseconds, repeats));
        Ok(id)
    })
}

pub(crate) fn timer_cancel(timer: u32) -> Result<()> {
    match with(|state| state.timers.remove(&timer)) {
        Some(_) => Ok(()),
        None => Err(Error::NotFound(format!("there is no timer {timer}"))),
    }
}

pub(crate) fn now() -> f64 {
    with(|state| state.time)
}

pub(crate) fn log(level: Level, message: &str) {
    with(|state| state.logs.push((level, message.to_owned())));
}
