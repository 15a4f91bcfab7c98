//! From nothing to a connection that VTube Studio has let in.

use std::io::ErrorKind;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use pato_events::Payload;
use pato_vault::{Destination, Outgoing};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use url::Url;

use super::discovery::{Found, find};
use super::protocol::{
    Answer, DENIED, Incoming, NOT_LET_IN, PLUGIN_DEVELOPER, PLUGIN_NAME, Refusal, SWITCHED_OFF,
    message,
};
use super::{VtubeAddress, VtubeConfiguration};
use crate::account::vault_scope;
use crate::connector::Environment;
use crate::reconnect::End;

/// The largest message from VTube Studio, in bytes: every effect with its settings fits twenty times.
const MAX_MESSAGE_BYTES: usize = 8 * 1024 * 1024;

/// What the token is called in the vault.
pub(super) const TOKEN: &str = "token";

/// The requests of the handshake have ids that no other request has.
const FIRST_ID: u64 = 1 << 62;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A connection on which one thing is said at a time.
pub(super) struct Door {
    pub(super) socket: Socket,
    /// Where it leads.
    pub(super) url: Url,
    patience: Duration,
    next_id: u64,
}

impl Door {
    /// Finds VTube Studio, connects, and makes sure that it lets plugins in at all.
    pub(super) async fn find(configuration: &VtubeConfiguration) -> Result<Self, End> {
        let patience = configuration.timing.connect;
        let url = address(configuration).await?;
        let mut limits = WebSocketConfig::default();
        limits.max_message_size = Some(MAX_MESSAGE_BYTES);
        limits.max_frame_size = Some(MAX_MESSAGE_BYTES);
        let connecting = connect_async_with_config(url.as_str(), Some(limits), true);
        let socket = match timeout(patience, connecting).await {
            Ok(Ok((socket, _))) => socket,
            Ok(Err(error)) => return Err(unreachable_because(&url, &error)),
            Err(_) => {
                return Err(End::Retry(format!(
                    "nothing answers at {url} within {} s: is VTube Studio running there?",
                    patience.as_secs_f32()
                )));
            }
        };
        let mut door = Self {
            socket,
            url,
            patience,
            next_id: FIRST_ID,
        };
        let state = door.ask("APIState", &Payload::empty()).await?;
        let state = state.and_then(|state| {
            state.read::<ApiState>().map_err(|error| Refusal {
                id: -1,
                message: error.to_string(),
            })
        });
        match state {
            Ok(ApiState { active: true }) => Ok(door),
            Ok(_) => Err(switched_off()),
            Err(refusal) => Err(end_of("APIState", refusal)),
        }
    }

    /// The id of the next request.
    pub(super) fn id(&self) -> u64 {
        self.next_id
    }

    /// Sends a request and waits for its answer.
    async fn ask(&mut self, name: &str, data: &Payload) -> Result<Answer, End> {
        let text = message(self.next_id, name, data);
        let text = text.map_err(|error| End::Retry(error.to_string()))?;
        let answer = self
            .exchange(name, Message::text(text), self.patience)
            .await?;
        Ok(understand(&answer)?.answer())
    }

    /// Sends a request, which has the next [`id`](Self::id), and waits for the text of its answer.
    pub(super) async fn exchange(
        &mut self,
        name: &str,
        request: Message,
        patience: Duration,
    ) -> Result<Utf8Bytes, End> {
        let id = self.next_id.to_string();
        self.next_id += 1;
        let exchange = async {
            let broken = |error: Error| End::Retry(format!("the connection broke: {error}"));
            self.socket.send(request).await.map_err(broken)?;
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Text(text))) => {
                        let incoming = understand(&text)?;
                        if incoming.event().is_none() && incoming.request_id == id {
                            return Ok(text);
                        }
                    }
                    Some(Ok(Message::Close(_))) | None => {
                        let text = "VTube Studio ended the connection".into();
                        return Err(End::Retry(text));
                    }
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(broken(error)),
                }
            }
        };
        timeout(patience, exchange).await.unwrap_or_else(|_| {
            Err(End::Retry(format!(
                "VTube Studio did not answer {name} within {} s",
                patience.as_secs_f32()
            )))
        })
    }

    /// Shows the token, so that this connection may do what the user allowed.
    pub(super) async fn authenticate(
        &mut self,
        handle: &str,
        environment: &Environment,
    ) -> Result<(), End> {
        let request = self.credentials(handle, environment)?;
        let answer = self
            .exchange("Authentication", request, self.patience)
            .await?;
        let answer = understand(&answer)?.answer();
        let answer = answer.map_err(|refusal| end_of("Authentication", refusal))?;
        let granted: Granted = answer
            .read()
            .map_err(|error| End::Retry(format!("VTube Studio answers something else: {error}")))?;
        match granted.authenticated {
            true => Ok(()),
            false => Err(ask_again(handle, &granted.reason)),
        }
    }

    fn credentials(&self, handle: &str, environment: &Environment) -> Result<Message, End> {
        let Some(destination) = Destination::of(&self.url) else {
            return Err(no_address(&self.url, &"it names no machine"));
        };
        let template = json!({
            "pluginName": PLUGIN_NAME,
            "pluginDeveloper": PLUGIN_DEVELOPER,
            "authenticationToken": format!("{{secret:{TOKEN}}}"),
        });
        let template = Payload::from_value(&template);
        let template = template.map_err(|error| End::Retry(error.to_string()))?;
        let template = message(self.next_id, "Authentication", &template);
        let template = template.map_err(|error| End::Retry(error.to_string()))?;
        let attached = environment
            .vault
            .attach(&vault_scope(handle), &template, &destination)
            .map_err(|error| ask_again(handle, &error.to_string()))?;
        // A token with a quotation mark in it would become something else.
        let text = attached.as_wire_text();
        let fits = text.is_some_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
        // Not copied, so that it wipes itself once it is sent.
        let text = Utf8Bytes::try_from(Bytes::from_owner(Wire(attached)));
        match text {
            Ok(text) if fits => Ok(Message::Text(text)),
            _ => {
                let why = "the token that is kept is none of VTube Studio's";
                Err(ask_again(handle, why))
            }
        }
    }
}

/// A message with the token in it, on its way into the socket.
struct Wire(Outgoing);

impl AsRef<[u8]> for Wire {
    fn as_ref(&self) -> &[u8] {
        self.0.as_wire_bytes()
    }
}

#[derive(Deserialize)]
struct ApiState {
    active: bool,
}

#[derive(Deserialize)]
struct Granted {
    authenticated: bool,
    #[serde(default)]
    reason: String,
}

async fn address(configuration: &VtubeConfiguration) -> Result<Url, End> {
    let there = match &configuration.address {
        VtubeAddress::At(url) => return Ok(url.clone()),
        VtubeAddress::Discovered { listen, otherwise } => {
            match find(*listen, configuration.timing.discovery).await {
                Found::At(address) => address,
                Found::SwitchedOff => return Err(switched_off()),
                Found::Nothing => *otherwise,
            }
        }
    };
    let url = Url::parse(&format!("ws://{there}"));
    url.map_err(|error| End::NeedsUser(format!("`{there}` is no address: {error}")))
}

pub(super) fn understand(text: &str) -> Result<Incoming<'_>, End> {
    serde_json::from_str(text).map_err(|error| {
        // Where, not what: it could be a token.
        let (line, column) = (error.line(), error.column());
        End::Retry(format!(
            "what answers is no VTube Studio, or one that does not speak version 1.0 of its API: not \
             understood at line {line}, column {column}"
        ))
    })
}

/// How to go on after VTube Studio refused a request without which nothing works.
pub(super) fn end_of(request: &str, refusal: Refusal) -> End {
    match refusal.id {
        SWITCHED_OFF => switched_off(),
        _ => End::Retry(refusal.into_error(request).to_string()),
    }
}

/// How to go on after VTube Studio refused any request because of who asks.
pub(super) fn end_of_permission(handle: &str, refusal: &Refusal) -> Option<End> {
    match refusal.id {
        DENIED => Some(ask_again(handle, &refusal.message)),
        SWITCHED_OFF => Some(switched_off()),
        NOT_LET_IN => Some(End::Retry(
            "VTube Studio asks Pato to identify itself once more".into(),
        )),
        _ => None,
    }
}

fn ask_again(handle: &str, why: &str) -> End {
    let why = why.trim().trim_end_matches('.');
    End::NeedsUser(format!(
        "VTube Studio does not let Pato in ({why}): connect `{handle}` once more, and click Allow in \
         VTube Studio"
    ))
}

fn switched_off() -> End {
    End::Retry(
        "VTube Studio lets no plugins in: switch on `Allow Plugin API access` in its settings"
            .into(),
    )
}

fn unreachable_because(url: &Url, error: &Error) -> End {
    match error {
        Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => End::Retry(format!(
            "nobody listens at {url}: is VTube Studio running, with `Allow Plugin API access` switched \
             on in its settings, and is the port the one it shows there?"
        )),
        Error::Url(error) => no_address(url, error),
        Error::Http(response) => End::Retry(format!(
            "another program than VTube Studio answers at {url} (HTTP status {}): is the port the one \
             that it shows in its settings?",
            response.status()
        )),
        error => End::Retry(format!("no connection to {url}: {error}")),
    }
}

fn no_address(url: &Url, why: &dyn std::fmt::Display) -> End {
    End::NeedsUser(format!(
        "`{url}` is no address of VTube Studio ({why}): write one such as ws://127.0.0.1:8001"
    ))
}
