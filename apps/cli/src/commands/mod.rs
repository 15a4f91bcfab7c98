//! What the command line asks of a running host.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod calls;
pub(crate) mod config;
pub(crate) mod connector;
pub(crate) mod doctor;
pub(crate) mod events;
pub(crate) mod host;
pub(crate) mod install;
pub(crate) mod library;
pub(crate) mod logs;
pub(crate) mod plugin;
pub(crate) mod recording;
pub(crate) mod set_up;
