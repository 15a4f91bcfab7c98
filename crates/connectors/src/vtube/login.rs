//! Asking the user, in VTube Studio, to let Pato in.

use std::time::Duration;

use async_trait::async_trait;
use pato_events::Payload;
use pato_vault::{Destination, Secret};
use serde::Deserialize;
use serde_json::json;
use tokio_tungstenite::tungstenite::Message as Frame;

use super::VtubeConfiguration;
use super::handshake::{Door, TOKEN, understand};
use super::protocol::{ALREADY_ASKING, DENIED, PLUGIN_DEVELOPER, PLUGIN_NAME, Refusal, message};
use crate::account::{Account, Login, LoginPrompt, vault_scope};
use crate::connector::{ConnectorError, Environment};
use crate::reconnect::End;

/// How long the user may take.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// The longest token, in bytes.
const MAX_TOKEN_BYTES: usize = 64;

/// Begins to let Pato into VTube Studio: connects to it. [`Login::finish`] then has VTube Studio ask
/// its user, and keeps the token that it gives in the vault as `token`, in the scope of the account
/// `handle`, for that one address.
///
/// # Errors
///
/// If VTube Studio is not there, or lets no plugins in.
pub async fn log_in(
    configuration: &VtubeConfiguration,
    handle: &str,
    environment: &Environment,
) -> Result<Box<dyn Login>, ConnectorError> {
    let door = Door::find(configuration).await.map_err(unavailable)?;
    Ok(Box::new(VtubeLogin {
        door,
        handle: handle.to_owned(),
        environment: environment.clone(),
    }))
}

struct VtubeLogin {
    door: Door,
    handle: String,
    environment: Environment,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    data: Given<'a>,
}

#[derive(Deserialize)]
struct Given<'a> {
    #[serde(rename = "authenticationToken")]
    token: &'a str,
}

#[async_trait]
impl Login for VtubeLogin {
    fn prompt(&self) -> LoginPrompt {
        LoginPrompt::Confirm {
            text: format!(
                "VTube Studio asks whether `{PLUGIN_NAME}` may control it: click Allow there."
            ),
        }
    }

    async fn finish(mut self: Box<Self>) -> Result<Account, ConnectorError> {
        let data = json!({ "pluginName": PLUGIN_NAME, "pluginDeveloper": PLUGIN_DEVELOPER });
        let data = Payload::from_value(&data).map_err(failed)?;
        let request = message(self.door.id(), "AuthenticationToken", &data).map_err(failed)?;
        let answer = self
            .door
            .exchange("AuthenticationToken", Frame::text(request), PATIENCE);
        let answer = answer.await.map_err(unavailable)?;
        if let Err(refusal) = understand(&answer).map_err(unavailable)?.answer() {
            return Err(refused(refusal));
        }
        // Borrowed from the message: the token is copied once, into what wipes itself.
        let given = serde_json::from_str::<Message<'_>>(&answer).ok();
        let token = given
            .map(|message| message.data.token)
            .filter(|token| is_token(token));
        let Some(token) = token else {
            let text = "VTube Studio gives something that is no token: update it, and try again";
            return Err(ConnectorError::Failed(text.into()));
        };
        let secret = Secret::new(token.to_owned());
        let Some(destination) = Destination::of(&self.door.url) else {
            return Err(ConnectorError::Invalid(format!(
                "`{}` names no machine",
                self.door.url
            )));
        };
        let scope = vault_scope(&self.handle);
        let hosts = vec![destination.to_string()];
        let kept = self.environment.keep(&scope, TOKEN, secret, hosts);
        kept.await.map_err(failed)?;
        let proof = self.door.authenticate(&self.handle, &self.environment);
        proof.await.map_err(unavailable)?;
        Ok(Account {
            handle: self.handle,
            user_id: destination.to_string(),
            login: PLUGIN_NAME.to_owned(),
            name: "VTube Studio".to_owned(),
            scopes: Vec::new(),
        })
    }
}

/// The document says an ASCII string of at most 64 characters. One with a quotation mark or a backslash
/// could not be written into a message as it is.
fn is_token(token: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
    (4..=MAX_TOKEN_BYTES).contains(&token.len()) && token.bytes().all(allowed)
}

fn refused(refusal: Refusal) -> ConnectorError {
    match refusal.id {
        DENIED => ConnectorError::Denied(
            "VTube Studio was told not to let Pato in: try again, and click Allow there".into(),
        ),
        ALREADY_ASKING => ConnectorError::Unavailable(
            "VTube Studio is asking about a plugin already: answer that first, then try again"
                .into(),
        ),
        _ => refusal.into_error("AuthenticationToken"),
    }
}

fn unavailable(end: End) -> ConnectorError {
    match end {
        End::Retry(text) | End::NeedsUser(text) => ConnectorError::Unavailable(text),
        End::Off => ConnectorError::Unavailable("Pato is stopping".into()),
    }
}

fn failed(error: impl std::fmt::Display) -> ConnectorError {
    ConnectorError::Failed(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_stand_in_a_message_is_a_token() {
        assert!(is_token("adcd-123-ef09-some-token-string-abcd"));
        for token in [
            "",
            "abc",
            "a b c d",
            "abcd\"",
            "abcd\\",
            "abcd\n",
            "äöüß",
            &"x".repeat(65),
        ] {
            assert!(!is_token(token), "{token:?}");
        }
    }
}
