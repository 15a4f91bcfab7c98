//! The services Pato speaks to, one folder each behind one trait.
//!
//! A [`Connector`] owns the connection to one service: it turns what the service says into events on
//! the bus, and serves actions of the catalogue. [`Reconnect`] keeps a connection standing for as long
//! as it is wanted, and [`StatusReporter`] says at every moment how it stands and why.
//!
//! Nothing in here knows of plugins or permissions: whoever calls an action has been checked before.

mod account;
mod connector;
pub mod discord;
pub mod kick;
mod lock;
pub mod obs;
mod pause;
mod reconnect;
mod requests;
pub mod simulator;
mod split;
mod status;
mod tls;
pub mod twitch;
pub mod vtube;

pub use account::{Account, Login, LoginPrompt, SECRET_NAMES, vault_scope};
pub use connector::{Call, Connector, ConnectorError, Environment};
pub use reconnect::{BackOff, BackOffConfiguration, End, Reconnect, Session};
pub use status::StatusReporter;
