//! The wire protocol over WebSocket: one task for each client.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures_util::stream::{FuturesUnordered, SplitSink};
use futures_util::{SinkExt, StreamExt};
use pato_bus::{Mailbox, MailboxConfiguration, Overflow};
use pato_events::Event;
use pato_events::wire::{
    Call, ClientFrame, EventFrame, HostFrame, MAX_FRAME_BYTES, RequestId, Response as Answer,
};
use pato_host::Host;
use serde_json::value::{RawValue, to_raw_value};

use crate::error::{ApiError, ErrorBody};
use crate::server::Shared;
use crate::subscriptions::Subscriptions;

/// How many events may wait for a client that reads slowly; beyond it the oldest are left out, and the
/// client is told how many.
const MAILBOX: usize = 4_096;

/// How many events are taken from the mailbox at a time.
const BATCH: usize = 256;

/// How many calls of one client may be under way; further frames wait.
const CALLS: usize = 64;

/// How long a client may take to read what is sent before it is given up.
const SEND_LIMIT: Duration = Duration::from_secs(20);

/// How often a silent client is asked whether it is still there.
const PING: Duration = Duration::from_secs(20);

pub(crate) async fn upgrade(State(shared): State<Shared>, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .max_message_size(MAX_FRAME_BYTES)
        .max_frame_size(MAX_FRAME_BYTES)
        .on_upgrade(move |socket| serve(shared, socket))
}

/// Why a connection is over.
struct Gone;

struct Client {
    sink: SplitSink<WebSocket, Message>,
    mailbox: Mailbox,
    subscriptions: Subscriptions,
}

async fn serve(shared: Shared, socket: WebSocket) {
    let (sink, mut stream) = socket.split();
    let mailbox = shared.host.bus().subscribe(MailboxConfiguration {
        name: "websocket".into(),
        capacity: MAILBOX,
        overflow: Overflow::DropOldest,
    });
    let mut client = Client {
        sink,
        mailbox,
        subscriptions: Subscriptions::default(),
    };
    let mut calls = FuturesUnordered::new();
    let mut events = Vec::with_capacity(BATCH);
    let mut ping = tokio::time::interval(PING);
    let mut heard = true;
    loop {
        let outcome = tokio::select! {
            () = shared.closing.cancelled() => Err(Gone),
            message = stream.next(), if calls.len() < CALLS => {
                heard = true;
                match message {
                    Some(Ok(Message::Text(text))) => match client.read(&text).await {
                        Ok(Some(call)) => {
                            calls.push(perform(&shared.host, call));
                            Ok(())
                        }
                        Ok(None) => Ok(()),
                        Err(gone) => Err(gone),
                    },
                    Some(Ok(Message::Binary(_))) => {
                        client.refuse("frames are texts of JSON, and this one is binary").await
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => Err(Gone),
                }
            },
            Some(answer) = calls.next() => client.send(&HostFrame::Response(answer)).await,
            _ = client.mailbox.next_batch(&mut events, BATCH) => client.deliver(&mut events).await,
            _ = ping.tick() => {
                if std::mem::take(&mut heard) {
                    client.transmit(Message::Ping(Vec::new().into())).await
                } else {
                    Err(Gone)
                }
            }
        };
        if outcome.is_err() {
            break;
        }
    }
    let _ = tokio::time::timeout(Duration::from_secs(1), client.sink.close()).await;
}

impl Client {
    /// Does what a frame says, except calls: those are handed back, to be done beside the rest.
    async fn read(&mut self, text: &str) -> Result<Option<Call>, Gone> {
        let wrong = match ClientFrame::parse(text) {
            Ok(ClientFrame::Call(call)) => return Ok(Some(call)),
            Ok(ClientFrame::Subscribe(wanted)) => match self.subscriptions.add(wanted) {
                Ok(pattern) => {
                    let mut snapshot = self.mailbox.add(pattern);
                    return self.deliver(&mut snapshot).await.map(|()| None);
                }
                Err(message) => message,
            },
            Ok(ClientFrame::Unsubscribe(unwanted)) => match self.subscriptions.remove(&unwanted) {
                Ok(pattern) => {
                    if let Some(pattern) = pattern {
                        self.mailbox.remove(&pattern);
                    }
                    return Ok(None);
                }
                Err(message) => message,
            },
            Err(error) => error.to_string(),
        };
        match ClientFrame::request_id(text) {
            Some(request_id) => {
                let error = ErrorBody {
                    error: "invalid".into(),
                    message: wrong,
                    retry_after_ms: None,
                };
                self.send(&HostFrame::Response(failure(request_id, &error)))
                    .await?;
            }
            None => self.refuse(&wrong).await?,
        }
        Ok(None)
    }

    async fn deliver(&mut self, events: &mut Vec<Arc<Event>>) -> Result<(), Gone> {
        let dropped = self.mailbox.take_dropped();
        if dropped > 0 {
            self.send(&HostFrame::Lagged { dropped }).await?;
        }
        for event in events.drain(..) {
            if let Some(details) = self.subscriptions.wants(&event) {
                let frame = HostFrame::Event(EventFrame::new(&event, details));
                let text = encode(&frame)?;
                // Fed, not flushed: a batch is one write.
                let feed = self.sink.feed(Message::Text(text.into()));
                in_time(feed).await?;
            }
        }
        in_time(self.sink.flush()).await
    }

    async fn refuse(&mut self, message: &str) -> Result<(), Gone> {
        self.send(&HostFrame::Error {
            message: message.to_owned(),
        })
        .await
    }

    async fn send(&mut self, frame: &HostFrame) -> Result<(), Gone> {
        let text = encode(frame)?;
        self.transmit(Message::Text(text.into())).await
    }

    async fn transmit(&mut self, message: Message) -> Result<(), Gone> {
        in_time(self.sink.send(message)).await
    }
}

async fn in_time<E>(sending: impl Future<Output = Result<(), E>>) -> Result<(), Gone> {
    match tokio::time::timeout(SEND_LIMIT, sending).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(Gone),
    }
}

fn encode(frame: &HostFrame) -> Result<String, Gone> {
    serde_json::to_string(frame).map_err(|error| {
        tracing::error!(%error, "a frame could not be written as JSON");
        Gone
    })
}

async fn perform(host: &Host, call: Call) -> Answer {
    let Call {
        request_id,
        module,
        name,
        params,
        ..
    } = call;
    match host
        .call(
            &format!("{module}.{name}"),
            &serde_json::Value::Object(params).to_string(),
        )
        .await
    {
        Ok(answer) => success(request_id, answer.as_str()),
        Err(error) => failure(request_id, &ApiError::from(error).body),
    }
}

fn success(request_id: RequestId, data: &str) -> Answer {
    match RawValue::from_string(data.to_owned()) {
        Ok(data) => Answer {
            request_id,
            success: true,
            data,
        },
        Err(error) => failure(
            request_id,
            &ErrorBody {
                error: "failed".into(),
                message: error.to_string(),
                retry_after_ms: None,
            },
        ),
    }
}

fn failure(request_id: RequestId, error: &ErrorBody) -> Answer {
    let data = to_raw_value(error).unwrap_or_else(|_| RawValue::NULL.to_owned());
    Answer {
        request_id,
        success: false,
        data,
    }
}
