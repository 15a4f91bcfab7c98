//! From nothing to a connection that OBS has let in.

use std::io::ErrorKind;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use pato_vault::Destination;
use serde::de::DeserializeOwned;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::ObsConfiguration;
use super::protocol::{
    Challenge, HELLO, Hello, IDENTIFIED, IDENTIFY, Identify, Incoming, RPC_VERSION, end_of, message,
};
use super::subscriptions::HighVolume;
use crate::connector::Environment;
use crate::reconnect::End;

/// The largest message from OBS, in bytes: a screenshot of 4096 × 4096 pixels fits.
const MAX_MESSAGE_BYTES: usize = 128 * 1024 * 1024;

/// The largest message before OBS has let us in, in bytes.
const MAX_GREETING_BYTES: usize = 64 * 1024;

pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Connects and identifies. The error says how to go on.
pub(super) async fn connect(
    configuration: &ObsConfiguration,
    environment: &Environment,
    wanted: HighVolume,
) -> Result<Socket, End> {
    let limit = configuration.timing.connect;
    let mut limits = WebSocketConfig::default();
    limits.max_message_size = Some(MAX_MESSAGE_BYTES);
    limits.max_frame_size = Some(MAX_MESSAGE_BYTES);
    let connecting = connect_async_with_config(configuration.url.as_str(), Some(limits), true);
    let mut socket = match timeout(limit, connecting).await {
        Ok(Ok((socket, _))) => socket,
        Ok(Err(error)) => return Err(unreachable_because(configuration, &error)),
        Err(_) => {
            return Err(End::Retry(format!(
                "nothing answers at {} within {} s: is it the right machine, and does its firewall \
                 let Pato in?",
                configuration.url,
                limit.as_secs_f32()
            )));
        }
    };
    let hello: Hello = receive(&mut socket, HELLO, limit).await?;
    if hello.rpc_version < RPC_VERSION {
        return Err(end_of(4010, ""));
    }
    let authentication = match &hello.authentication {
        Some(challenge) => Some(response(configuration, environment, challenge)?),
        None => None,
    };
    let identify = Identify {
        rpc_version: Some(RPC_VERSION),
        authentication,
        event_subscriptions: wanted.subscription(),
    };
    let text = message(IDENTIFY, identify).map_err(|error| End::Retry(error.to_string()))?;
    match timeout(limit, socket.send(Message::text(text))).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Err(End::Retry(format!("the connection broke: {error}"))),
        Err(_) => return Err(End::Retry("OBS takes no data".into())),
    }
    let _: serde::de::IgnoredAny = receive(&mut socket, IDENTIFIED, limit).await?;
    Ok(socket)
}

/// What proves that we know the password, without saying it.
fn response(
    configuration: &ObsConfiguration,
    environment: &Environment,
    asked: &Challenge,
) -> Result<String, End> {
    let id = &configuration.id;
    let Some(password) = &configuration.password else {
        return Err(End::NeedsUser(format!(
            "OBS asks for a password, and none is set for `{id}`: enter the one that OBS shows under \
             Tools → WebSocket Server Settings → Show Connect Info"
        )));
    };
    let Some(destination) = Destination::of(&configuration.url) else {
        return Err(no_address(configuration, &"it names no machine"));
    };
    environment
        .vault
        .challenge_response(id, password, &asked.salt, &asked.challenge, &destination)
        .map_err(|error| End::NeedsUser(format!("OBS asks for a password: {error}")))
}

/// The next message, which has to be of one kind.
async fn receive<T: DeserializeOwned>(
    socket: &mut Socket,
    expected: u8,
    limit: Duration,
) -> Result<T, End> {
    let stranger = |what: &str| {
        End::Retry(format!(
            "{what} instead of the greeting of obs-websocket 5: is this the port that OBS shows \
             under Tools → WebSocket Server Settings, and is OBS of version 28 or later?"
        ))
    };
    let next = async {
        loop {
            match socket.next().await {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => return other,
            }
        }
    };
    match timeout(limit, next).await {
        Ok(Some(Ok(Message::Text(text)))) if text.len() <= MAX_GREETING_BYTES => {
            let data = serde_json::from_str::<Incoming<'_>>(&text)
                .ok()
                .filter(|incoming| incoming.op == expected)
                .and_then(|incoming| serde_json::from_str(incoming.d.get()).ok());
            data.ok_or_else(|| stranger("a program answers with something else"))
        }
        Ok(Some(Ok(Message::Close(Some(frame))))) => {
            Err(end_of(frame.code.into(), frame.reason.as_str()))
        }
        Ok(Some(Ok(_))) => Err(stranger("a program answers with something else")),
        Ok(Some(Err(error))) => Err(End::Retry(format!("the connection broke: {error}"))),
        Ok(None) => Err(stranger("a program ends the connection")),
        Err(_) => Err(stranger("a program says nothing")),
    }
}

fn unreachable_because(configuration: &ObsConfiguration, error: &Error) -> End {
    let url = &configuration.url;
    match error {
        Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => End::Retry(format!(
            "nobody listens at {url}: is OBS running, with its WebSocket server switched on (Tools → \
             WebSocket Server Settings)?"
        )),
        Error::Url(error) => no_address(configuration, error),
        Error::Http(response) => End::Retry(format!(
            "another program than OBS answers at {url} (HTTP status {}): is the port the one that OBS \
             shows under Tools → WebSocket Server Settings?",
            response.status()
        )),
        error => End::Retry(format!("no connection to {url}: {error}")),
    }
}

fn no_address(configuration: &ObsConfiguration, why: &dyn std::fmt::Display) -> End {
    let url = &configuration.url;
    End::NeedsUser(format!(
        "`{url}` is no address of OBS ({why}): write one such as ws://127.0.0.1:4455"
    ))
}
