//! The only way to the network: every request, and every hop of a redirect, passes the same checks.
//!
//! A URL is one of TLS; in the clear only this machine is asked, and networks that were granted. The name
//! is looked up here, each of its addresses must be public unless it is of a granted network, and the
//! connection goes to exactly the address that was checked. With a proxy, the proxy looks names up: who
//! configures one trusts it with that. This machine and its networks are never asked through it.

mod client;
mod destination;
mod resolver;
mod retry;

pub use self::resolver::SystemResolver;

pub(crate) use self::client::{Answer, Client};
pub(crate) use self::destination::shown;
pub(crate) use self::retry::Retry;
