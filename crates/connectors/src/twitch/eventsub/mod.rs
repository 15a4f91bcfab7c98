//! Events over EventSub's WebSocket, for an account.
//!
//! The rules are those of <https://dev.twitch.tv/docs/eventsub/handling-websocket-events/>. Twitch does
//! not send again what was missed while there was no connection; what can be asked for afterwards is
//! asked for.

mod connection;
pub(super) mod frame;
mod hearing;
mod reconcile;
mod session;
mod socket;
mod subscriptions;
pub(super) mod translate;
pub(super) mod types;

use pato_events::Draft;

pub(super) use hearing::Hearing;
pub(super) use session::EventSubSession;

pub use frame::FrameError;

/// The events that a message of EventSub becomes if nothing else is known: for the fuzz target.
///
/// # Errors
///
/// If it is no message of EventSub.
pub fn events_of(message: &str) -> Result<Vec<Draft>, FrameError> {
    let frame = frame::Frame::parse(message)?;
    let frame::Content::Notification(notification) = frame.content else {
        return Ok(Vec::new());
    };
    let events = translate::Translator::default().events(&notification);
    let drafts = events.ok().flatten().map(|events| events.drafts);
    Ok(drafts.unwrap_or_default())
}
