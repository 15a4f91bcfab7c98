//! HTTP and WebSocket over loopback: the REST API, the wire protocol, the dashboard and the overlays.
//!
//! A [`Server`] listens on this machine only. Whoever asks must name it by a loopback address, and a
//! page must come from the server itself, or the request is refused before anything else happens: that
//! keeps other web pages in the user's browser out. All but the page's own files needs the token.
//!
//! A [`FolderServer`] serves the page of a plugin's project to its author, apart from all of this.
//!
//! While the user wants that, paired devices reach the dashboard over listeners of their own on the
//! network, which serve nothing else.

mod api;
mod asset;
mod error;
mod folder;
mod interruption;
mod network;
mod overlay;
mod page;
mod running;
mod schema;
mod security;
mod server;
mod session;
mod socket;
mod subscriptions;
mod window;

pub use api::{openapi, upload};
pub use folder::FolderServer;
pub use interruption::Interruption;
pub use running::{RunError, RunOptions, Running};
pub use schema::page_schema;
pub use security::{CONTENT_SECURITY_POLICY, Token};
pub use server::{Server, ServerError};
pub use session::Session;
pub use window::answer_page;
