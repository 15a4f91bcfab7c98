//! Brings plugins here from files, web servers, registries and indexes, checked as they arrive.
//!
//! A [`Source`] is what a person writes or a link says. A [`Fetcher`] turns it into a file whose every byte
//! was checked: it streams into a temporary folder and through
//! [`pato_packages::Reader`], which refuses at the first byte that can't be right; goes on where a
//! connection broke, but never mixes two versions of a file; and leaves nothing behind when it fails. Every
//! refusal says what was expected, what came, and what to do.
//!
//! It knows HTTP and files, and nothing of what becomes of a plugin.

mod configuration;
mod download;
mod error;
mod fetcher;
pub mod indexes;
mod intake;
mod local;
mod network;
mod oci;
mod progress;
mod registry;
mod source;
mod validator;

pub use configuration::{FetcherConfiguration, Registries, Retries, TimeLimits};
pub use error::{FetchError, Refusal};
pub use fetcher::{Expected, Fetched, Fetcher};
pub use network::SystemResolver;
pub use oci::{OciReference, Target};
pub use progress::{Phase, Progress};
pub use source::{InstallLink, MAX_SOURCE_BYTES, PackageName, Source, SourceError};
