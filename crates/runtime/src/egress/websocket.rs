use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use pato_permissions::Allowed;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_util::sync::CancellationToken;

use super::PluginEgress;
use super::connection::{Command, Connection, SocketEvent, SocketMessage};
use super::destination::{Destination, Protocol};
use super::error::EgressError;
use super::headers::{Prepared, SECRET_MARK};

/// Events that wait for the plugin, of all its connections together. Beyond that its servers wait.
const INCOMING_QUEUE: usize = 16;

/// Messages that wait to be sent on one connection; see also `EgressLimits::outgoing_queue`.
const OUTGOING_QUEUE: usize = 256;

/// The most bytes of the reason for a close: what fits into a control frame.
const MAX_CLOSE_REASON_BYTES: usize = 123;

/// How long a plugin that has too much open or queued had better wait.
const RETRY: Duration = Duration::from_millis(250);

/// The WebSocket connections of one plugin's Store. Dropped with it, and then all of them end.
pub struct WebSockets {
    plugin: PluginEgress,
    events: mpsc::Sender<(u32, SocketEvent)>,
    open: HashMap<u32, Open>,
    last: u32,
    tasks: JoinSet<()>,
}

struct Open {
    destination: Destination,
    commands: mpsc::Sender<Command>,
    /// Bytes that the queue has room for.
    room: Arc<Semaphore>,
    revoked: CancellationToken,
    /// A close is queued; nothing can follow it.
    closing: bool,
}

impl WebSockets {
    /// No connections yet, and the receiver of what will happen on them, in order.
    pub fn new(plugin: PluginEgress) -> (Self, mpsc::Receiver<(u32, SocketEvent)>) {
        let (events, receiver) = mpsc::channel(INCOMING_QUEUE);
        let sockets = Self {
            plugin,
            events,
            open: HashMap::new(),
            last: 0,
            tasks: JoinSet::new(),
        };
        (sockets, receiver)
    }

    /// Whether a connection to this URL may be begun.
    ///
    /// # Errors
    ///
    /// If the URL is wrong or not allowed.
    pub fn check(allowed: &Allowed, url: &str) -> Result<(), EgressError> {
        Destination::parse(url, Protocol::WebSocket, allowed).map(drop)
    }

    /// Begins to connect. The handle is never 0; [`SocketEvent::Opened`] or [`SocketEvent::Failed`]
    /// follows.
    ///
    /// # Errors
    ///
    /// If the URL or a header is wrong or not allowed, or too many connections are open.
    pub fn connect(
        &mut self,
        allowed: &Allowed,
        url: &str,
        headers: &HeaderMap,
    ) -> Result<u32, EgressError> {
        self.forget_ended();
        let egress = &self.plugin.egress;
        let limit = self.plugin.limits.connections;
        if self.open.len() >= limit {
            return Err(EgressError::Busy {
                what: "WebSocket connections",
                limit,
                retry: RETRY,
            });
        }
        let destination = Destination::parse(url, Protocol::WebSocket, allowed)?;
        let headers = Prepared::new(
            headers,
            Protocol::WebSocket,
            &destination,
            &egress.vault,
            self.plugin.plugin.as_ref(),
        )?;
        let (commands, receiver) = mpsc::channel(OUTGOING_QUEUE);
        let open = Open {
            destination: destination.clone(),
            commands,
            room: Arc::new(Semaphore::new(self.plugin.limits.outgoing_queue)),
            revoked: CancellationToken::new(),
            closing: false,
        };
        let connection = Connection {
            id: self.next_handle(),
            egress: self.plugin.egress.clone(),
            destination,
            headers,
            commands: receiver,
            events: self.events.clone(),
            revoked: open.revoked.clone(),
        };
        let id = connection.id;
        self.open.insert(id, open);
        self.tasks.spawn(connection.run());
        Ok(id)
    }

    /// Queues a message, with secrets put into a text's places for them.
    ///
    /// # Errors
    ///
    /// If the connection is over or no longer allowed, a secret does not belong to its host, the
    /// message is too long, or the queue is full.
    pub fn send(
        &mut self,
        allowed: &Allowed,
        connection: u32,
        message: SocketMessage,
    ) -> Result<(), EgressError> {
        let plugin = self.plugin.clone();
        let open = self.get(connection)?;
        let destination = &open.destination;
        allowed.check_websocket(&destination.host, destination.port)?;
        let limits = plugin.limits;
        let length = message.len();
        if length > limits.message {
            let limit = limits.message;
            return Err(EgressError::invalid(
                "message",
                format!("it has {length} bytes, and {limit} are allowed"),
            ));
        }
        let message = match message {
            SocketMessage::Text(text) if text.contains(SECRET_MARK) => {
                let scope = plugin.plugin.as_ref();
                let attached =
                    plugin
                        .egress
                        .vault
                        .attach(scope, &text, &destination.for_vault())?;
                let text = attached.as_wire_text().unwrap_or_default();
                Message::text(text)
            }
            SocketMessage::Text(text) => Message::text(text),
            SocketMessage::Binary(bytes) => Message::binary(bytes),
        };
        let busy = EgressError::Busy {
            what: "messages waiting to be sent",
            limit: OUTGOING_QUEUE,
            retry: RETRY,
        };
        let bytes = u32::try_from(length).unwrap_or(u32::MAX);
        let Ok(share) = open.room.clone().try_acquire_many_owned(bytes) else {
            return Err(busy);
        };
        // The last place is kept for the close.
        if open.commands.capacity() < 2 {
            return Err(busy);
        }
        open.commands
            .try_send(Command::Send { message, share })
            .map_err(|_| EgressError::NoConnection(connection))
    }

    /// Closes a connection once what is queued has been sent. [`SocketEvent::Closed`] follows.
    ///
    /// # Errors
    ///
    /// If there is no such connection, it is being closed already, or code or reason are not allowed.
    pub fn close(&mut self, connection: u32, code: u16, reason: String) -> Result<(), EgressError> {
        let open = self.get(connection)?;
        if !matches!(code, 1000..=1003 | 1007..=1011 | 3000..=4999) {
            return Err(EgressError::invalid(
                "code",
                format!("{code} cannot be sent; use 1000, or one of your own from 3000 to 4999"),
            ));
        }
        if reason.len() > MAX_CLOSE_REASON_BYTES {
            let length = reason.len();
            return Err(EgressError::invalid(
                "reason",
                format!("it has {length} bytes, and {MAX_CLOSE_REASON_BYTES} are allowed"),
            ));
        }
        let frame = CloseFrame {
            code: code.into(),
            reason: reason.into(),
        };
        open.closing = true;
        open.commands
            .try_send(Command::Close(frame))
            .map_err(|_| EgressError::NoConnection(connection))
    }

    /// Ends, with [`SocketEvent::Failed`], the connections that are no longer allowed. Called when the
    /// user changes the grants.
    pub fn enforce(&mut self, allowed: &Allowed) {
        for open in self.open.values() {
            let Destination { host, port, .. } = &open.destination;
            if allowed.check_websocket(host, *port).is_err() {
                open.revoked.cancel();
            }
        }
    }

    /// How many connections are not over yet.
    pub fn len(&mut self) -> usize {
        self.forget_ended();
        self.open.len()
    }

    /// Whether no connection is left.
    pub fn is_empty(&mut self) -> bool {
        self.len() == 0
    }

    /// Says goodbye on every connection (code 1001) and waits for the answers, `within` at most. Then
    /// all connections end.
    pub async fn shut_down(&mut self, within: Duration) {
        for open in self.open.values() {
            let frame = CloseFrame {
                code: 1001.into(),
                reason: "the plugin stops".into(),
            };
            // A queue without even this place belongs to a server that reads nothing.
            let _ = open.commands.try_send(Command::Close(frame));
        }
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(within, all).await.is_err() {
            self.tasks.shutdown().await;
        }
        self.open.clear();
    }

    fn get(&mut self, connection: u32) -> Result<&mut Open, EgressError> {
        self.forget_ended();
        self.open
            .get_mut(&connection)
            .filter(|open| !open.closing)
            .ok_or(EgressError::NoConnection(connection))
    }

    fn forget_ended(&mut self) {
        while self.tasks.try_join_next().is_some() {}
        self.open.retain(|_, open| !open.commands.is_closed());
    }

    fn next_handle(&mut self) -> u32 {
        loop {
            self.last = self.last.wrapping_add(1);
            if self.last != 0 && !self.open.contains_key(&self.last) {
                return self.last;
            }
        }
    }
}
