use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::connector::ConnectorError;

/// An account that the user gave Pato, as connectors know it: never a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// What Pato calls it: the `account` of its events, and of the actions done through it. It says
    /// nothing about who it is.
    pub handle: String,
    /// The service's own identifier.
    pub user_id: String,
    /// The name one types.
    pub login: String,
    /// The name one reads.
    pub name: String,
    /// What the service lets Pato do with it, in the service's own words.
    pub scopes: Vec<String>,
}

impl Account {
    /// Where the vault keeps its secrets.
    pub fn vault_scope(&self) -> String {
        vault_scope(&self.handle)
    }

    /// Whether the service lets Pato do what needs that scope, by that very name.
    pub(crate) fn may(&self, scope: &str) -> bool {
        self.scopes.iter().any(|held| held == scope)
    }
}

/// Where the vault keeps the secrets of the account with that handle. Their names are of
/// [`SECRET_NAMES`].
pub fn vault_scope(handle: &str) -> String {
    format!("account:{handle}")
}

/// What secrets of accounts are called in the vault: what opens the service, what brings the next one,
/// the key of the user's own application, what never changes, an address that is a secret itself.
pub const SECRET_NAMES: [&str; 6] = [
    "access",
    "refresh",
    "client-secret",
    "token",
    "webhook",
    "password",
];

/// A login under way.
#[async_trait]
pub trait Login: Send {
    /// What the user has to do meanwhile.
    fn prompt(&self) -> LoginPrompt;

    /// Waits until the user has done it, and puts the tokens into the vault. Dropping the future ends
    /// the login.
    ///
    /// # Errors
    ///
    /// If the user refused or took too long, or the service does not answer.
    async fn finish(self: Box<Self>) -> Result<Account, ConnectorError>;
}

/// What the user has to do for a login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum LoginPrompt {
    /// Open a page, and agree there.
    OpenPage {
        /// The page.
        url: Url,
        /// What the page asks for, if the address does not hold it already.
        code: Option<String>,
        /// How long there is time for it.
        expires_in: Duration,
    },
    /// Confirm in another program.
    Confirm {
        /// Where, and what.
        text: String,
    },
    /// Nothing.
    Nothing,
}
