//! Opens the WebSocket, and says what its end means.

use std::time::Duration;

use futures_util::StreamExt;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use url::Url;

use super::frame::{Content, Frame, MAX_FRAME_BYTES, Welcome};
use crate::reconnect::End;

/// How often Twitch shall say something at least, in seconds: the shortest it offers.
const KEEPALIVE_SECONDS: &str = "10";

pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A connection that Twitch has greeted.
pub(super) struct Greeted {
    pub(super) socket: Socket,
    pub(super) welcome: Welcome,
    /// When Twitch greeted, by its own clock.
    pub(super) time: f64,
}

/// The address to begin at.
pub(super) fn first_url(base: &Url) -> Url {
    let mut url = base.clone();
    url.query_pairs_mut()
        .append_pair("keepalive_timeout_seconds", KEEPALIVE_SECONDS);
    url
}

/// Connects and waits for the greeting.
pub(super) async fn connect(url: &Url, patience: Duration) -> Result<Greeted, End> {
    let mut limits = WebSocketConfig::default();
    limits.max_message_size = Some(MAX_FRAME_BYTES);
    limits.max_frame_size = Some(MAX_FRAME_BYTES);
    let host = url.host_str().unwrap_or("EventSub");
    let connecting = async {
        let connected = connect_async_with_config(url.as_str(), Some(limits), true).await;
        let (mut socket, _) =
            connected.map_err(|error| End::Retry(format!("{host} cannot be reached: {error}")))?;
        let (welcome, time) = greeting(&mut socket).await?;
        Ok(Greeted {
            socket,
            welcome,
            time,
        })
    };
    match timeout(patience, connecting).await {
        Ok(greeted) => greeted,
        Err(_) => Err(End::Retry(format!(
            "{host} did not greet within {} s",
            patience.as_secs_f32()
        ))),
    }
}

async fn greeting(socket: &mut Socket) -> Result<(Welcome, f64), End> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                let frame = Frame::parse(&text).map_err(|error| End::Retry(error.to_string()))?;
                if let Content::Welcome(welcome) = frame.content {
                    return Ok((welcome, frame.time));
                }
            }
            Some(Ok(Message::Close(frame))) => return Err(end_of(frame)),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(broken(&error)),
            None => return Err(end_of(None)),
        }
    }
}

/// What a broken connection means.
pub(super) fn broken(error: &Error) -> End {
    match error {
        Error::Capacity(_) => End::Retry(format!(
            "Twitch sent a message of more than {MAX_FRAME_BYTES} bytes, which is not taken"
        )),
        error => End::Retry(format!("the connection to Twitch broke: {error}")),
    }
}

/// What a close code means. All can be mended by connecting anew.
pub(super) fn end_of(frame: Option<CloseFrame>) -> End {
    let Some(frame) = frame else {
        return End::Retry("Twitch ended the connection without a word".into());
    };
    let code = u16::from(frame.code);
    let meaning = match code {
        4000 => "Twitch has an error of its own",
        4001 => "Twitch was sent something, which it does not take",
        4002 => "Twitch's ping was not answered in time",
        4003 => "nothing was subscribed to in time",
        4004 => "the new connection that Twitch asked for was not made in time",
        4005 => "Twitch could not be reached for a moment",
        4006 => "Twitch's network failed",
        4007 => "the address to reconnect to was not valid",
        _ => "Twitch ended the connection",
    };
    End::Retry(format!("{meaning} (close code {code})"))
}
