//! What the command line asks of a running host.

pub(crate) mod account;
pub(crate) mod connector;
pub(crate) mod doctor;
pub(crate) mod events;
pub(crate) mod host;
pub(crate) mod plugin;
pub(crate) mod recording;
