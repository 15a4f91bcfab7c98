//! Accounts and connections.

use clap::{Args, Subcommand};
use pato_host::Service;

use super::values::service;

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// List the accounts
    List,
    /// Log in to a service
    Add(AddAccountOptions),
    /// Log in anew, with what granted plugins need by now
    Authorize {
        /// The account
        #[arg(value_name = "ACCOUNT")]
        handle: String,

        /// For Twitch: with an access token that you have; it is asked for, or read from standard input
        #[arg(long)]
        token: bool,
    },
    /// Keep what opens an account in this system's keyring
    Remember {
        /// The account
        #[arg(value_name = "ACCOUNT")]
        handle: String,
    },
    /// Keep it in memory only, until Pato stops
    Forget {
        /// The account
        #[arg(value_name = "ACCOUNT")]
        handle: String,
    },
    /// Remove an account, and what opens it
    Remove {
        /// The account
        #[arg(value_name = "ACCOUNT")]
        handle: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct AddAccountOptions {
    /// Which service
    #[arg(value_parser = service)]
    pub(crate) service: Service,

    /// What to call the account [default: after the service]
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) handle: Option<String>,

    /// Another account than the streamer's, to write in chat with
    #[arg(long)]
    pub(crate) bot: bool,

    /// Keep what opens it in this system's keyring; without, it is asked for at the next start
    #[arg(long)]
    pub(crate) remember: bool,

    /// For Twitch: with an access token that you have, instead of a page to agree on; it is asked for,
    /// or read from standard input
    #[arg(long)]
    pub(crate) token: bool,

    /// For Discord: a webhook's address instead of a bot, to write in one channel only
    #[arg(long)]
    pub(crate) webhook: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConnectorCommand {
    /// List the connectors
    List,
    /// Show one connector, with the actions that it performs
    Status {
        /// The connector's id
        id: String,
    },
    /// Connect now, instead of at the next try
    Retry {
        /// The connector's id
        id: String,
    },
}
