//! A WebSocket with limits.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use url::Url;

use crate::reconnect::End;

/// The longest message, in bytes. A gift to a thousand people has some twenty thousand.
const MAX_MESSAGE: usize = 1 << 20;

/// How long saying good-bye may take.
const GOODBYE: Duration = Duration::from_secs(1);

pub(super) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// How long a message may take to go out.
    patience: Duration,
}

impl Socket {
    pub(super) async fn connect(url: &Url, patience: Duration) -> Result<Self, End> {
        let limits = WebSocketConfig::default()
            .max_message_size(Some(MAX_MESSAGE))
            .max_frame_size(Some(MAX_MESSAGE));
        let host = url.host_str().unwrap_or_default();
        let connect = connect_async_with_config(url.as_str(), Some(limits), true);
        match timeout(patience, connect).await {
            Ok(Ok((stream, _))) => Ok(Self { stream, patience }),
            Ok(Err(error)) => Err(End::Retry(format!("{host} can't be reached: {error}"))),
            Err(_) => Err(End::Retry(format!(
                "{host} did not answer within {} s",
                patience.as_secs_f32()
            ))),
        }
    }

    /// The next text. None of what a WebSocket needs for itself.
    pub(super) async fn next(&mut self) -> Result<Option<String>, End> {
        match self.stream.next().await {
            Some(Ok(Message::Text(text))) => Ok(Some(text.as_str().to_owned())),
            Some(Ok(Message::Close(frame))) => Err(End::Retry(match frame {
                Some(frame) => format!(
                    "Kick ended the connection: {} (close code {})",
                    frame.reason, frame.code
                ),
                None => "Kick ended the connection".into(),
            })),
            Some(Ok(_)) => Ok(None),
            Some(Err(Error::Capacity(error))) => Err(End::Retry(format!(
                "Kick sent more than any message holds: {error}"
            ))),
            Some(Err(error)) => Err(End::Retry(format!("the connection to Kick broke: {error}"))),
            None => Err(End::Retry("Kick closed the connection".into())),
        }
    }

    pub(super) async fn send(&mut self, text: impl Into<String>) -> Result<(), End> {
        match timeout(self.patience, self.stream.send(Message::text(text.into()))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(End::Retry(format!("the connection to Kick broke: {error}"))),
            Err(_) => Err(End::Retry(format!(
                "Kick has taken no data for {} s",
                self.patience.as_secs_f32()
            ))),
        }
    }

    pub(super) async fn close(&mut self) {
        // Kick notices anyway.
        let _ = timeout(GOODBYE, self.stream.close(None)).await;
    }
}
