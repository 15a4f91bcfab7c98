//! The wire protocol over WebSocket: one task for each client.

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use futures_util::stream::SplitSink;
use futures_util::{SinkExt, StreamExt};
use pato_events::wire::MAX_FRAME_BYTES;
use tokio_util::sync::CancellationToken;

use crate::server::Shared;
use crate::session::Session;

/// How long a client may take to read what is sent before it is given up.
const SEND_LIMIT: Duration = Duration::from_secs(20);

/// How often a silent client is asked whether it is still there.
const PING: Duration = Duration::from_secs(20);

pub(crate) async fn upgrade(State(shared): State<Shared>, upgrade: WebSocketUpgrade) -> Response {
    let base = format!("http://{}", shared.address);
    let session = Session::new(shared.host, "dashboard", &base);
    accept(upgrade, session, shared.closing.child_token())
}

/// Carries a session over a WebSocket until `closing`, which is cancelled when it is over.
pub(crate) fn accept(
    upgrade: WebSocketUpgrade,
    session: Session,
    closing: CancellationToken,
) -> Response {
    upgrade
        .max_message_size(MAX_FRAME_BYTES)
        .max_frame_size(MAX_FRAME_BYTES)
        .on_upgrade(async move |socket| {
            let over = closing.clone().drop_guard();
            serve(session, socket, closing).await;
            drop(over);
        })
}

/// Why a connection is over.
struct Gone;

async fn serve(mut session: Session, socket: WebSocket, closing: CancellationToken) {
    let (mut sink, mut stream) = socket.split();
    let mut ping = tokio::time::interval(PING);
    let mut heard = true;
    loop {
        let outcome = tokio::select! {
            () = closing.cancelled() => Err(Gone),
            message = stream.next(), if session.is_ready() => {
                heard = true;
                match message {
                    Some(Ok(Message::Text(text))) => {
                        session.receive(&text);
                        Ok(())
                    }
                    Some(Ok(Message::Binary(_))) => {
                        session.refuse("frames are texts of JSON, and this one is binary");
                        Ok(())
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
                    Some(Ok(Message::Close(_)) | Err(_)) | None => Err(Gone),
                }
            },
            frames = session.next() => send(&mut sink, frames).await,
            _ = ping.tick() => {
                if std::mem::take(&mut heard) {
                    in_time(sink.send(Message::Ping(Vec::new().into()))).await
                } else {
                    Err(Gone)
                }
            }
        };
        if outcome.is_err() {
            break;
        }
    }
    let _ = tokio::time::timeout(Duration::from_secs(1), sink.close()).await;
}

/// A batch is one write.
async fn send(sink: &mut SplitSink<WebSocket, Message>, frames: Vec<String>) -> Result<(), Gone> {
    for frame in frames {
        in_time(sink.feed(Message::Text(frame.into()))).await?;
    }
    in_time(sink.flush()).await
}

async fn in_time<E>(sending: impl Future<Output = Result<(), E>>) -> Result<(), Gone> {
    match tokio::time::timeout(SEND_LIMIT, sending).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(Gone),
    }
}
