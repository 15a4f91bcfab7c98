//! Connections to WebSocket servers. What arrives is handed to
//! [`Plugin::websocket`](crate::Plugin::websocket). Permission: `network.websocket`, scoped by host
//! name and port.

use crate::{Result, host};

/// A connection of this plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Connection(pub(crate) u32);

/// What one frame carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Vec<u8>),
}

/// What happened on a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebSocketEvent {
    /// The connection stands; messages can flow.
    Opened,
    /// A message arrived.
    Received(Message),
    /// The connection is over, whoever ended it.
    Closed {
        /// The code of RFC 6455, section 7.4; 1006 if the connection broke without one.
        code: u16,
        /// The reason that was given, often empty.
        reason: String,
    },
    /// The connection could not be made, or broke; the text says why. `Closed` does not follow.
    Failed(String),
}

/// Starts to connect, and returns at once; [`WebSocketEvent::Opened`] or
/// [`Failed`](WebSocketEvent::Failed) follows.
///
/// # Errors
///
/// If the address is wrong or not granted.
pub fn connect(url: &str) -> Result<Connection> {
    connect_with(url, &[])
}

/// The same with headers; `{secret:NAME}` works in their values.
///
/// # Errors
///
/// As for [`connect`].
pub fn connect_with(url: &str, headers: &[(&str, &str)]) -> Result<Connection> {
    host::websocket_connect(url, headers).map(Connection)
}

impl Connection {
    /// The connection that the host knows by this number, say one that was stored. If there is none, using
    /// it answers [`Error::NotFound`](crate::Error::NotFound).
    pub fn from_id(id: u32) -> Self {
        Self(id)
    }

    /// The number by which the host knows it.
    pub fn id(self) -> u32 {
        self.0
    }

    /// Queues a text message.
    ///
    /// # Errors
    ///
    /// If the connection is over, or its queue is full.
    pub fn send(self, text: impl Into<String>) -> Result<()> {
        host::websocket_send(self.0, Message::Text(text.into()))
    }

    /// Queues a message of bytes.
    ///
    /// # Errors
    ///
    /// As for [`send`](Connection::send).
    pub fn send_bytes(self, bytes: impl Into<Vec<u8>>) -> Result<()> {
        host::websocket_send(self.0, Message::Binary(bytes.into()))
    }

    /// Closes with a code (1000 is the usual one) and a reason of at most 123 bytes.
    ///
    /// # Errors
    ///
    /// If the connection is over already.
    pub fn close(self, code: u16, reason: &str) -> Result<()> {
        host::websocket_close(self.0, code, reason)
    }
}
