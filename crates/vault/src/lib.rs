//! Secrets: held in memory, wiped, redacted, and attached only to outgoing requests.
//!
//! A [`Vault`] takes [`Secret`]s in and gives none out. What it gives out is an [`Outgoing`]: a template
//! such as `Bearer {secret:token}` with the secret put in, made only for a [`Destination`] that the
//! secret belongs to, and meant for the socket alone. Whatever is written for people passes a
//! [`Redactor`] first, which blots out every secret the vault holds.
//!
//! Secrets wipe their memory when they are replaced, removed or dropped. Two copies are beyond that:
//! the value of an HTTP header once it is handed to the HTTP library, and the search tables of the
//! redactor, which hold the same characters in another shape until they are freed.

mod challenge;
mod destination;
mod error;
mod forms;
#[cfg(feature = "keyring")]
mod keyring;
mod outgoing;
mod redactor;
mod secret;
mod template;
mod vault;
mod writer;

pub use destination::Destination;
pub use error::VaultError;
#[cfg(feature = "keyring")]
pub use keyring::Keyring;
pub use outgoing::Outgoing;
pub use redactor::Redactor;
pub use secret::{MAX_SECRET_BYTES, MIN_SECRET_BYTES, Secret};
pub use vault::{SecretEntry, Vault};
pub use writer::{MAX_LINE_BYTES, RedactingWriter};
