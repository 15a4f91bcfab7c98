//! Write Pato plugins in Rust.
//!
//! A plugin is a type with [`Default`] and an `impl` of [`Plugin`] under the attribute
//! [`#[plugin]`](macro@plugin):
//!
//! ```
//! use pato_sdk::prelude::*;
//!
//! #[derive(Default)]
//! struct Hello;
//!
//! #[plugin]
//! impl Plugin for Hello {
//!     fn init(&mut self) -> Result<()> {
//!         events::subscribe("chat.message")
//!     }
//!
//!     fn event(&mut self, event: Event) -> Result<()> {
//!         match event.payload::<ChatMessage>()? {
//!             Some(message) if message.text == "!hello" => chat::reply(&event, "Hello!"),
//!             _ => Ok(()),
//!         }
//!     }
//! }
//!
//! // On the author's machine, tests run against a fake host:
//! let host = pato_sdk::testing::FakeHost::new();
//! host.answer("chat.send", |_| Ok(json!({ "messages": 1 })));
//! Hello.event(pato_sdk::testing::chat("!hello")).unwrap();
//! assert_eq!(host.sent(), ["Hello!"]);
//! ```
//!
//! Beside `Cargo.toml`, which asks for a `cdylib`, stands the manifest `pato.toml`: who the plugin is,
//! what it may be allowed to do, and its settings. `cargo build --release --target wasm32-wasip2`
//! makes one file of it all, which `pato plugin add` runs.
//!
//! What a plugin asks of the host stands in one module for each capability: [`events`], [`services`]
//! and [`chat`], [`plugins`], [`storage`], [`settings`], [`http`], [`websocket`], [`timers`], [`ui`], [`clock`], [`log`]. The
//! types of topics and actions are those of the [`catalogue`].

pub mod chat;
pub mod clock;
mod cooldowns;

mod event;
pub mod events;
mod host;
pub mod http;
pub mod log;
mod plugin;
pub mod plugins;
mod result;
pub mod services;
pub mod settings;
pub mod storage;
mod template;
#[cfg(not(target_family = "wasm"))]
pub mod testing;
pub mod timers;
pub mod ui;
pub mod websocket;
mod words;

pub use cooldowns::Cooldowns;
pub use event::{Event, Flags};
/// The types of the contract, for bindings of interfaces that a plugin exports to other plugins or imports of
/// them: `with: { "pato:platform/types@0.1.0": pato_sdk::types }`. Its `Error` becomes [`Error`], and the
/// other way round, by `?`.
#[cfg(target_family = "wasm")]
pub use host::bindings::imports::pato::platform::types;
/// Every topic and every action that Pato knows, with the types of their payloads.
pub use pato_events::catalogue;
/// The candidate most like a text, for messages that say `did you mean …?`.
pub use pato_events::nearest;
pub use pato_sdk_macros::plugin;
pub use plugin::Plugin;
pub use result::{Error, Result};
pub use template::fill;
pub use words::Words;

/// What nearly every plugin uses: `use pato_sdk::prelude::*;`.
pub mod prelude {
    pub use serde_json::{Value, json};

    pub use crate::catalogue::chat::{ChatMessage, Role};
    pub use crate::timers::Timer;
    pub use crate::ui::SurfaceEvent;
    pub use crate::websocket::{Connection, WebSocketEvent};
    pub use crate::{Error, Event, Plugin, Result, plugin};
    pub use crate::{
        chat, clock, debug, error, events, http, info, plugins, services, settings, storage,
        timers, trace, ui, warn, websocket,
    };
}

/// Named by what [`#[plugin]`](macro@plugin) expands to.
#[cfg(target_family = "wasm")]
#[doc(hidden)]
pub mod __private {
    pub use crate::host::bindings::*;
    pub use crate::host::handlers::Exported;
}
