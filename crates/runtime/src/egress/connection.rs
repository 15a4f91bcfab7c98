use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Message, error::ProtocolError};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, client_async_tls_with_config};
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::destination::Destination;
use super::error::EgressError;
use super::headers::Prepared;

/// How often the server is asked for a sign of life.
const PING_INTERVAL: Duration = Duration::from_secs(30);

/// How long a server may be silent, pongs included, before the connection counts as broken.
const SILENCE: Duration = Duration::from_secs(75);

/// How long a message may take to leave, if the server does not read.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the other side may take to confirm a close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// What one frame carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SocketMessage {
    /// UTF-8 text.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
}

impl SocketMessage {
    /// Its length in bytes.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }

    /// Whether it has no byte at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What happened on a connection. After [`SocketEvent::Closed`] and [`SocketEvent::Failed`] nothing
/// follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SocketEvent {
    /// Messages can flow.
    Opened,
    /// A message arrived; every known secret is blotted out of it.
    Received(SocketMessage),
    /// The connection is over, whoever ended it.
    Closed {
        /// The code of RFC 6455, section 7.4; 1006 if there was none because the connection broke.
        code: u16,
        /// What the other side said.
        reason: String,
    },
    /// The connection could not be made, or broke.
    Failed(String),
}

/// What a plugin asks of its connection.
pub(super) enum Command {
    Send {
        message: Message,
        /// Its share of the queue, given back once it is written.
        share: OwnedSemaphorePermit,
    },
    Close(CloseFrame),
}

/// One connection, from the first look-up to its last event. Run as a task that the plugin's
/// [`WebSockets`](super::WebSockets) owns.
pub(super) struct Connection {
    pub(super) id: u32,
    pub(super) egress: Arc<Shared>,
    pub(super) destination: Destination,
    pub(super) headers: Prepared,
    pub(super) commands: mpsc::Receiver<Command>,
    /// To the plugin. A full channel stops the reading, and with it, in the end, the server.
    pub(super) events: mpsc::Sender<(u32, SocketEvent)>,
    pub(super) revoked: CancellationToken,
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Connection {
    pub(super) async fn run(mut self) {
        let id = self.id;
        let events = self.events.clone();
        let revoked = self.revoked.clone();
        let last = tokio::select! {
            last = self.live() => last,
            () = revoked.cancelled() => Some(SocketEvent::Failed(
                "the permission for this host was revoked".to_owned(),
            )),
        };
        if let Some(last) = last {
            // Fails only if the plugin is gone.
            let _ = events.send((id, last)).await;
        }
    }

    /// Connects and converses; the last event, unless the plugin is gone.
    async fn live(&mut self) -> Option<SocketEvent> {
        let limit = self.egress.limits.timeout;
        let socket = match timeout(limit, self.open()).await {
            Ok(Ok(socket)) => socket,
            Ok(Err(error)) => return Some(SocketEvent::Failed(error.to_string())),
            Err(_) => {
                let error = EgressError::TimedOut {
                    host: self.destination.authority(),
                    after: limit,
                };
                return Some(SocketEvent::Failed(error.to_string()));
            }
        };
        self.events
            .send((self.id, SocketEvent::Opened))
            .await
            .ok()?;
        let (sink, stream) = socket.split();
        let reader = Reader {
            id: self.id,
            egress: &self.egress,
            events: &self.events,
        };
        let last = tokio::select! {
            last = reader.run(stream) => last,
            last = write(sink, &mut self.commands) => Some(last),
        };
        last
    }

    async fn open(&self) -> Result<Socket, EgressError> {
        let destination = &self.destination;
        let addresses = match destination.address {
            Some(address) => vec![address],
            None => self.egress.resolver.resolve(&destination.host).await?,
        };
        let addresses: Vec<_> = addresses
            .into_iter()
            .map(|address| SocketAddr::new(address, destination.port))
            .collect();
        let stream = TcpStream::connect(&*addresses)
            .await
            .map_err(|error| self.unreachable(&error.to_string()))?;
        stream
            .set_nodelay(true)
            .map_err(|error| self.unreachable(&error.to_string()))?;
        let mut request = destination
            .url
            .as_str()
            .into_client_request()
            .map_err(|error| EgressError::invalid("url", error.to_string()))?;
        request.headers_mut().extend(self.headers.headers.clone());
        let limit = self.egress.limits.message;
        let configuration = WebSocketConfig::default()
            .read_buffer_size(16 * 1024)
            .write_buffer_size(0)
            .max_message_size(Some(limit))
            .max_frame_size(Some(limit));
        let connector = Connector::Rustls(self.egress.tls.clone());
        client_async_tls_with_config(request, stream, Some(configuration), Some(connector))
            .await
            .map(|(socket, _)| socket)
            .map_err(|error| match error {
                tungstenite::Error::Http(response) => self.unreachable(&format!(
                    "it answered {} instead of opening a WebSocket connection",
                    response.status(),
                )),
                error => self.unreachable(&error.to_string()),
            })
    }

    fn unreachable(&self, reason: &str) -> EgressError {
        EgressError::Unreachable {
            host: self.destination.authority(),
            reason: self.egress.vault.redactor().redact(reason).into_owned(),
        }
    }
}

struct Reader<'a> {
    id: u32,
    egress: &'a Shared,
    events: &'a mpsc::Sender<(u32, SocketEvent)>,
}

impl Reader<'_> {
    /// Hands messages on until the connection ends; reads none before there is room for it.
    async fn run(&self, mut stream: SplitStream<Socket>) -> Option<SocketEvent> {
        loop {
            let room = self.events.reserve().await.ok()?;
            let received = match timeout(SILENCE, stream.next()).await {
                Ok(Some(Ok(Message::Text(text)))) => {
                    let redactor = self.egress.vault.redactor();
                    SocketMessage::Text(redactor.redact(text.as_str()).into_owned())
                }
                Ok(Some(Ok(Message::Binary(bytes)))) => {
                    let redactor = self.egress.vault.redactor();
                    SocketMessage::Binary(redactor.redact_bytes(&bytes).into_owned())
                }
                Ok(Some(Ok(Message::Close(frame)))) => {
                    // Reading on sends our half of the farewell and sees the server hang up.
                    let farewell = async { while let Some(Ok(_)) = stream.next().await {} };
                    let _ = timeout(CLOSE_TIMEOUT, farewell).await;
                    return Some(self.closed(frame));
                }
                Ok(Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)))) => continue,
                Ok(Some(Err(error))) => return Some(self.broken(&error)),
                Ok(None) => return Some(abnormal()),
                Err(_) => {
                    let seconds = SILENCE.as_secs();
                    return Some(SocketEvent::Failed(format!(
                        "the server has not been heard of for {seconds} s, not even an answer to a ping"
                    )));
                }
            };
            room.send((self.id, SocketEvent::Received(received)));
        }
    }

    fn closed(&self, frame: Option<CloseFrame>) -> SocketEvent {
        match frame {
            Some(frame) => SocketEvent::Closed {
                code: frame.code.into(),
                reason: self
                    .egress
                    .vault
                    .redactor()
                    .redact(&frame.reason)
                    .into_owned(),
            },
            None => SocketEvent::Closed {
                code: CloseCode::Status.into(),
                reason: String::new(),
            },
        }
    }

    fn broken(&self, error: &tungstenite::Error) -> SocketEvent {
        match error {
            tungstenite::Error::ConnectionClosed
            | tungstenite::Error::AlreadyClosed
            | tungstenite::Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
                abnormal()
            }
            tungstenite::Error::Capacity(_) => SocketEvent::Failed(format!(
                "the server sent a message of more than {} bytes",
                self.egress.limits.message,
            )),
            error => {
                let text = error.to_string();
                SocketEvent::Failed(self.egress.vault.redactor().redact(&text).into_owned())
            }
        }
    }
}

fn abnormal() -> SocketEvent {
    SocketEvent::Closed {
        code: CloseCode::Abnormal.into(),
        reason: String::new(),
    }
}

/// Writes what the plugin queues, and a ping now and then; ends only if the server does not take it.
async fn write(
    mut sink: SplitSink<Socket, Message>,
    commands: &mut mpsc::Receiver<Command>,
) -> SocketEvent {
    let mut pings = interval(PING_INTERVAL);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pings.reset();
    loop {
        let (message, share) = tokio::select! {
            command = commands.recv() => match command {
                Some(Command::Send { message, share }) => (message, Some(share)),
                Some(Command::Close(frame)) => return close(sink, frame).await,
                // The plugin is gone, and this task is about to be ended.
                None => std::future::pending().await,
            },
            _ = pings.tick() => (Message::Ping(Vec::new().into()), None),
        };
        match timeout(WRITE_TIMEOUT, sink.send(message)).await {
            Ok(Ok(())) => drop(share),
            // The reader meets the same end and knows the code.
            Ok(Err(_)) => std::future::pending().await,
            Err(_) => {
                let seconds = WRITE_TIMEOUT.as_secs();
                return SocketEvent::Failed(format!(
                    "the server has not taken a message for {seconds} s"
                ));
            }
        }
    }
}

/// Sends the close; the reader sees the answer, if one comes in time.
async fn close(mut sink: SplitSink<Socket, Message>, frame: CloseFrame) -> SocketEvent {
    let _ = timeout(CLOSE_TIMEOUT, sink.send(Message::Close(Some(frame)))).await;
    tokio::time::sleep(CLOSE_TIMEOUT).await;
    SocketEvent::Closed {
        code: CloseCode::Abnormal.into(),
        reason: "the server did not confirm the close".to_owned(),
    }
}
