//! A fake host, so that a plugin's tests run on the author's machine with `cargo test`.
//!
//! Each thread has a fake host of its own; [`FakeHost::new`] begins with a fresh one. Call the
//! plugin's methods as the host would, and look at what it did:
//!
//! ```
//! use pato_sdk::prelude::*;
//! use pato_sdk::testing::FakeHost;
//!
//! let host = FakeHost::new();
//! host.set_setting("greeting", json!("Hi"));
//! host.answer("chat.send", |_| Err(Error::Unavailable("not connected".into())));
//!
//! let greeting: String = settings::get("greeting")?;
//! assert!(chat::send(greeting).is_err());
//! assert_eq!(host.sent(), ["Hi"]);
//! # Ok::<(), Error>(())
//! ```

pub(crate) mod screen;
pub(crate) mod state;

use std::marker::PhantomData;
use std::time::Duration;

use pato_events::catalogue::TopicPayload;
use pato_events::catalogue::chat::ChatMessage;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use pato_surfaces::Surface;

use self::screen::Screen;
pub use self::state::{Call, Connected, Published};
use self::state::{State, with};
use crate::http::{Request, Response};
use crate::log::Level;
use crate::timers::Timer;
use crate::websocket::Connection;
use crate::{Error, Event, Flags, Result};

/// The fake host of this thread: tells it how to behave, and what the plugin did.
#[derive(Debug)]
pub struct FakeHost {
    /// The state belongs to the thread, and so does the handle.
    thread: PhantomData<*const ()>,
}

impl FakeHost {
    /// A fresh host, in place of the thread's former one.
    #[expect(
        clippy::new_without_default,
        reason = "it replaces the thread's host, which `default` would not tell"
    )]
    pub fn new() -> Self {
        with(|state| *state = State::new());
        Self {
            thread: PhantomData,
        }
    }

    /// A fresh host that gives each setting the default that the manifest, the text of a `pato.toml`,
    /// declares for it, and has the surfaces that it declares and no others.
    ///
    /// # Panics
    ///
    /// If the text is not TOML.
    #[expect(clippy::expect_used, reason = "a test wants to fail loudly")]
    pub fn with_manifest(manifest: &str) -> Self {
        let host = Self::new();
        let manifest: Value = toml::from_str(manifest).expect("the manifest is TOML");
        let settings = manifest.get("settings").and_then(Value::as_object);
        for (key, declaration) in settings.into_iter().flatten() {
            if let Some(default) = declaration.get("default") {
                host.set_setting(key, default.clone());
            }
        }
        with(|state| state.screen = Screen::declare(&manifest));
        host
    }

    /// Answers calls of `action` from now on, or of a command of another plugin, such as `points.top`. What
    /// has no answer is denied.
    pub fn answer(&self, action: &str, answer: impl FnMut(Value) -> Result<Value> + 'static) {
        with(|state| state.answers.insert(action.to_owned(), Box::new(answer)));
    }

    /// Sets which plugin's call is being handled; at first none.
    pub fn set_caller(&self, plugin: Option<&str>) {
        with(|state| state.caller = plugin.map(str::to_owned));
    }

    /// Answers HTTP requests from now on. Without it they are denied.
    pub fn web(&self, web: impl FnMut(Request) -> Result<Response> + 'static) {
        with(|state| state.web = Some(Box::new(web)));
    }

    /// Gives a setting its value.
    pub fn set_setting(&self, key: &str, value: Value) {
        with(|state| state.settings.insert(key.to_owned(), value));
    }

    /// Sets what the host's clock says, in milliseconds since the epoch; at first 0. It stands still.
    pub fn set_time(&self, milliseconds: f64) {
        with(|state| state.time = milliseconds);
    }

    /// Answers whatever the plugin publishes with this error; none means that it works again.
    pub fn set_publish_error(&self, error: Option<Error>) {
        with(|state| state.publish_error = error);
    }

    /// Sets how many bytes may be stored.
    pub fn set_storage_quota(&self, bytes: usize) {
        with(|state| state.storage_quota = bytes);
    }

    /// Stores a value as if the plugin had done it earlier.
    ///
    /// # Errors
    ///
    /// If the value does not serialise.
    pub fn store<T: Serialize + ?Sized>(&self, key: &str, value: &T) -> Result<()> {
        let value = serde_json::to_vec(value)?;
        with(|state| state.storage.insert(key.to_owned(), value));
        Ok(())
    }

    /// Adds an event to those that a snapshot finds.
    pub fn add_snapshot(&self, event: Event) {
        with(|state| state.snapshots.push(event));
    }

    /// The patterns that the plugin is subscribed to.
    pub fn subscriptions(&self) -> Vec<String> {
        with(|state| state.subscriptions.iter().cloned().collect())
    }

    /// What the plugin published, oldest first.
    pub fn published(&self) -> Vec<Published> {
        with(|state| state.published.clone())
    }

    /// The actions and commands that the plugin called, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        with(|state| state.calls.clone())
    }

    /// The texts that the plugin tried to send to chat, oldest first.
    pub fn sent(&self) -> Vec<String> {
        let calls = self.calls().into_iter();
        let texts = calls.filter(|call| call.action == "chat.send");
        let text = |call: Call| call.parameters.get("text")?.as_str().map(str::to_owned);
        texts.filter_map(text).collect()
    }

    /// The stored value of a key.
    ///
    /// # Errors
    ///
    /// If it does not fit `T`.
    pub fn stored<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        crate::storage::get(key)
    }

    /// The HTTP requests that the plugin sent, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        with(|state| state.requests.clone())
    }

    /// The plugin's WebSocket connections, oldest first.
    pub fn connections(&self) -> Vec<(Connection, Connected)> {
        let connected = |(id, connected): (&u32, &Connected)| (Connection(*id), connected.clone());
        with(|state| state.connections.iter().map(connected).collect())
    }

    /// The plugin's timers, oldest first: with the time, and whether it repeats. They never fire by
    /// themselves; call [`Plugin::timer`](crate::Plugin::timer).
    pub fn timers(&self) -> Vec<(Timer, Duration, bool)> {
        let timer = |(id, (milliseconds, repeats)): (&u32, &(u32, bool))| {
            (
                Timer(*id),
                Duration::from_millis((*milliseconds).into()),
                *repeats,
            )
        };
        with(|state| state.timers.iter().map(timer).collect())
    }

    /// The lines that the plugin logged, oldest first.
    pub fn logs(&self) -> Vec<(Level, String)> {
        with(|state| state.logs.clone())
    }
}

/// An event of the catalogue, as a connector named `twitch` would send it at the epoch.
///
/// # Panics
///
/// If the payload does not serialise, which the catalogue's types always do.
pub fn event<T: TopicPayload>(payload: &T) -> Event {
    named(T::TOPIC, payload)
}

/// An event of any topic.
///
/// # Panics
///
/// If the payload does not serialise.
#[expect(clippy::expect_used, reason = "a test wants to fail loudly")]
pub fn named<T: Serialize + ?Sized>(topic: &str, payload: &T) -> Event {
    Event {
        id: "event-0".into(),
        topic: topic.into(),
        source: "twitch".into(),
        account: None,
        time: 0.0,
        cause: None,
        flags: Flags::default(),
        data: serde_json::to_string(payload).expect("the payload serialises"),
    }
}

/// A chat message by someone without a role.
pub fn chat(text: &str) -> Event {
    event(&ChatMessage {
        text: text.into(),
        roles: Vec::new(),
        badges: Vec::new(),
        ..ChatMessage::example()
    })
}
