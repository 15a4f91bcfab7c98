//! The wire protocol over WebSocket: one task for each client.

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use futures_util::stream::SplitSink;
use futures_util::{SinkExt, StreamExt};
use pato_events::wire::MAX_FRAME_BYTES;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::security::{bearer, cookie, cookie_name, same};
use crate::server::Shared;
use crate::session::Session;

/// How long a client may take to read what is sent before it is given up.
const SEND_LIMIT: Duration = Duration::from_secs(20);

/// How often a silent client is asked whether it is still there.
const PING: Duration = Duration::from_secs(20);

pub(crate) async fn upgrade(
    State(shared): State<Shared>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let closing = shared.closing.child_token();
    if bearer(&headers).is_none() {
        // It came by the cookie, and goes with it.
        let given = cookie(&headers, &cookie_name(shared.address)).unwrap_or_default();
        let given = given.to_owned();
        let secret = shared.host.page_secret();
        let valid = move || std::future::ready(same(&secret.borrow(), &given));
        tokio::spawn(end_unless(
            shared.host.pages_changed(),
            closing.clone(),
            valid,
        ));
    }
    let base = format!("http://{}", shared.address);
    let session = Session::new(shared.host, "dashboard", &base);
    accept(upgrade, session, closing)
}

/// Ends a connection as soon as what opened it is not valid any more. That can change only when `changes`
/// tells.
pub(crate) async fn end_unless<F>(
    mut changes: watch::Receiver<()>,
    closing: CancellationToken,
    valid: impl Fn() -> F,
) where
    F: Future<Output = bool>,
{
    loop {
        if !valid().await {
            return closing.cancel();
        }
        tokio::select! {
            () = closing.cancelled() => return,
            changed = changes.changed() => if changed.is_err() {
                return;
            }
        }
    }
}

/// Carries a session over a WebSocket until `closing`, which is cancelled when it is over.
pub(crate) fn accept(
    upgrade: WebSocketUpgrade,
    session: Session,
    closing: CancellationToken,
) -> Response {
    // Also if the upgrade fails.
    let over = closing.clone().drop_guard();
    upgrade
        .max_message_size(MAX_FRAME_BYTES)
        .max_frame_size(MAX_FRAME_BYTES)
        .on_upgrade(async move |socket| {
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
