//! Whose token it is.

use bytes::Bytes;
use http::Request;
use serde::Deserialize;
use url::Url;

use super::{ACCESS, TwitchApplication, Validation, read};
use crate::account::Account;
use crate::connector::ConnectorError;
use crate::twitch::http::{Answer, Http, HttpError};

/// A question to Twitch, about the access token in a scope of the vault.
pub(super) struct Owner<'a> {
    pub(super) application: &'a TwitchApplication,
    pub(super) http: &'a Http,
    /// Where the vault keeps the token.
    pub(super) scope: &'a str,
    /// What the account is called.
    pub(super) handle: &'a str,
    /// Who it has to be, if the account is known already.
    pub(super) user_id: Option<&'a str>,
}

impl Owner<'_> {
    pub(super) async fn account(&self) -> Result<Account, ConnectorError> {
        let url = self.application.endpoint("oauth2/validate")?;
        let template = format!("OAuth {{secret:{ACCESS}}}");
        let answer = self.get(&url, &template, None).await?;
        match answer.status() {
            status if status.is_success() => {}
            http::StatusCode::UNAUTHORIZED => {
                return Err(ConnectorError::Denied(
                    "Twitch does not know this token: it is mistyped, revoked or expired; get a new one"
                        .into(),
                ));
            }
            status => {
                return Err(ConnectorError::Unavailable(format!(
                    "Twitch does not say whose token it is (HTTP status {status}); try again later"
                )));
            }
        }
        let known: Validation = read(&answer).map_err(ConnectorError::Failed)?;
        if self.user_id.is_some_and(|id| id != known.user_id) {
            return Err(ConnectorError::Denied(format!(
                "the account `{}` is somebody else than `{}`, whose token it is: log in to Twitch as \
                 the right one, or choose another name for the new account",
                self.handle, known.login
            )));
        }
        let name = self.display_name(&known.client_id).await;
        Ok(Account {
            handle: self.handle.to_owned(),
            user_id: known.user_id,
            name: name.unwrap_or_else(|| known.login.clone()),
            login: known.login,
            scopes: known.scopes.unwrap_or_default().into_iter().collect(),
        })
    }

    async fn display_name(&self, client_id: &str) -> Option<String> {
        #[derive(Deserialize)]
        struct Users {
            data: Vec<User>,
        }
        #[derive(Deserialize)]
        struct User {
            display_name: String,
        }
        let url = self.application.helix.join("users").ok()?;
        let template = format!("Bearer {{secret:{ACCESS}}}");
        let answer = self.get(&url, &template, Some(client_id)).await.ok()?;
        let users: Users = read(&answer).ok()?;
        users.data.into_iter().next().map(|user| user.display_name)
    }

    async fn get(
        &self,
        url: &Url,
        authorization: &str,
        client_id: Option<&str>,
    ) -> Result<Answer, ConnectorError> {
        let mut request = Request::get(url.as_str());
        if let Some(client_id) = client_id {
            request = request.header("Client-Id", client_id);
        }
        let request = request
            .body(Bytes::new())
            .map_err(|error| HttpError::Address(error.to_string()))?;
        Ok(self.http.send(self.scope, authorization, request).await?)
    }
}
