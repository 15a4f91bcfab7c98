//! Reading without login, as Kick's page does. Nothing of it is documented; its shapes are those that
//! the page's clients were seen to use in autumn 2026.

mod centrifugo;
mod pusher;
mod socket;

use std::sync::Arc;

use async_trait::async_trait;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::KickConfiguration;
use super::frame::Happening;
use super::http::{Http, send};
use super::lookup::Room;
use crate::connector::{ConnectorError, Environment};
use crate::reconnect::End;

/// The application at Pusher that the page has long been using, for when it is not told another.
const PUSHER_APP: &str = "32cbd69e4b950bf97679";

/// Where that application is.
const PUSHER_CLUSTER: &str = "us2";

/// One standing connection, over whichever transport.
#[async_trait]
pub(super) trait Realtime: Send {
    /// The next thing to know. Answers pings, and keeps the connection from running out, by itself.
    /// Not to be called again after an error.
    async fn next(&mut self) -> Result<Heard, End>;

    /// Says good-bye.
    async fn close(&mut self);
}

/// What a connection brings.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// The subscription to the chat stands.
    Ready,
    /// Something happened.
    Happening(Happening),
    /// What is no message of the protocol, and was left out.
    Garbage,
    /// A sign of life.
    Alive,
}

/// What a connection is made with.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) http: Http,
    pub(super) environment: Environment,
    pub(super) configuration: Arc<KickConfiguration>,
    /// What this client calls itself.
    pub(super) client_id: String,
}

#[derive(Deserialize)]
struct Offer {
    connections: Vec<Connection>,
}

#[derive(Deserialize)]
struct Connection {
    provider: String,
    #[serde(default)]
    credentials: Credentials,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Credentials {
    url: Option<Url>,
    app_key: Option<String>,
    cluster: Option<String>,
}

/// Asks which transport to use, and connects by it.
pub(super) async fn open(context: &Context, room: &Room) -> Result<Box<dyn Realtime>, End> {
    for connection in negotiate(context, room).await? {
        let credentials = connection.credentials;
        match connection.provider.as_str() {
            "centrifugo" => {
                let url = trusted(&context.configuration, credentials.url)?;
                let centrifugo = centrifugo::Centrifugo::connect(context, room, &url).await?;
                return Ok(Box::new(centrifugo));
            }
            "pusher" => {
                let app = credentials.app_key.as_deref().unwrap_or(PUSHER_APP);
                let cluster = credentials.cluster.as_deref().unwrap_or(PUSHER_CLUSTER);
                return Ok(Box::new(pusher(context, room, app, cluster).await?));
            }
            other => tracing::debug!(provider = other, "Kick offers an unknown transport"),
        }
    }
    Err(End::Retry(
        "Kick offers only ways to read the chat that Pato does not know: look for a newer Pato"
            .into(),
    ))
}

async fn pusher(
    context: &Context,
    room: &Room,
    app: &str,
    cluster: &str,
) -> Result<pusher::Pusher, End> {
    let plain = |text: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=64).contains(&text.len()) && text.bytes().all(allowed)
    };
    let base = context
        .configuration
        .addresses
        .pusher
        .replace("{cluster}", cluster);
    let url = format!("{base}/app/{app}?protocol=7&client=js&version=8.4.0&flash=false");
    match Url::parse(&url)
        .ok()
        .filter(|_| plain(app) && plain(cluster))
    {
        Some(url) => pusher::Pusher::connect(context, room, &url).await,
        None => Err(End::Retry(
            "Kick names an application that can't be one".into(),
        )),
    }
}

async fn negotiate(context: &Context, room: &Room) -> Result<Vec<Connection>, End> {
    let providers = [
        json!({ "provider": "pusher" }),
        json!({ "provider": "centrifugo" }),
    ];
    let body = json!({
        "client": { "id": context.client_id, "type": "web" },
        "capabilities": { "accepted_providers": providers },
    });
    let mut url = context.configuration.addresses.web.clone();
    let channel = room.channel_id;
    url.set_path(&format!(
        "/api/v1/realtime/channels/{channel}/chat/connection"
    ));
    let request = context.http.request(Method::POST, url).json(&body);
    let answer = send(request, "the way to the chat").await.map_err(retry)?;
    if !answer.is_success() {
        let reason = answer.reason();
        return Err(End::Retry(format!(
            "Kick's page does not tell Pato how to read the chat: {reason}"
        )));
    }
    let offer: Offer = answer.data("the way to the chat").map_err(retry)?;
    Ok(offer.connections)
}

pub(super) fn retry(error: ConnectorError) -> End {
    match error {
        ConnectorError::Denied(text) => End::NeedsUser(text),
        ConnectorError::Unavailable(text)
        | ConnectorError::TimedOut(text)
        | ConnectorError::Failed(text) => End::Retry(text),
        error => End::Retry(error.to_string()),
    }
}

/// An address that Kick names: below its own name and encrypted, or where everything else is, in tests.
fn trusted(configuration: &KickConfiguration, url: Option<Url>) -> Result<Url, End> {
    let web = &configuration.addresses.web;
    let trusted = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        let below = host.ends_with(".kick.com") && url.scheme() == "wss";
        let same = url.host() == web.host() && url.scheme() == web.scheme().replace("http", "ws");
        below || same
    };
    url.filter(trusted).ok_or_else(|| {
        End::Retry("Kick names a server for its chat that is not its own; Pato stays away".into())
    })
}

/// The channels of the transport that carry something Pato knows; the first is the chat.
fn channels(room: &Room) -> [String; 6] {
    let (chat, channel) = (room.chatroom_id, room.channel_id);
    [
        format!("chatrooms.{chat}.v2"),
        format!("chatroom_{chat}"),
        format!("chatrooms.{chat}"),
        format!("channel.{channel}"),
        format!("channel_{channel}"),
        format!("predictions-channel-{channel}"),
    ]
}
