//! Webhooks: what Kick sends to the user's own tunnel, and that to a listener on this machine
//! (docs.kick.com, Webhooks).

mod payload;
mod signature;
mod subscriptions;

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, StatusCode};
use pato_bus::Clock;
use tokio::net::TcpListener;

use super::intake::Intake;
use super::listener::{serve, text};
use super::people::moment;
use super::seen::{Seen, Way};
use super::{Counters, lock};
use crate::reconnect::End;

pub(super) use signature::PublicKey;
pub(super) use subscriptions::keep_subscribed;

/// The longest body, in bytes; the longest of Kick's are gifts to hundreds of people.
const MAX_BODY: usize = 512 * 1024;

/// How long ago a webhook may have been sent, in milliseconds: Kick tries three times over some minutes.
/// Shorter than ids are remembered, so that none is taken twice.
const OLDEST: f64 = 600_000.0;

/// How much Kick's clock may be ahead, in milliseconds.
const AHEAD: f64 = 60_000.0;

/// What takes webhooks.
pub(super) struct Receiver {
    channel: String,
    /// The id of the account's user, whose channel it is.
    broadcaster: String,
    intake: Arc<Intake>,
    clock: Arc<dyn Clock>,
    key: PublicKey,
    counters: Arc<Counters>,
    /// The ids of those that were taken. Kick sends one again if it is not answered in time.
    taken: Mutex<Seen>,
    way: Way,
}

impl Receiver {
    pub(super) fn new(
        channel: String,
        broadcaster: String,
        intake: Arc<Intake>,
        clock: Arc<dyn Clock>,
        key: PublicKey,
        counters: Arc<Counters>,
    ) -> Arc<Self> {
        Arc::new(Self {
            channel,
            broadcaster,
            intake,
            clock,
            key,
            counters,
            taken: Mutex::default(),
            way: "webhook".into(),
        })
    }

    /// Listens, for as long as it is polled; returns only if it can't.
    pub(super) async fn listen(
        self: Arc<Self>,
        address: SocketAddr,
        ready: impl Fn(SocketAddr),
    ) -> End {
        let listener = match TcpListener::bind(address).await {
            Ok(listener) => listener,
            Err(error) => {
                return End::Retry(format!(
                    "webhooks can't be taken at {address}: {error}; end what uses the port, or name \
                     another one"
                ));
            }
        };
        if let Ok(address) = listener.local_addr() {
            ready(address);
        }
        serve(listener, MAX_BODY, move |request| {
            let receiver = Arc::clone(&self);
            async move { receiver.answer(&request).await }
        })
        .await;
        End::Retry("webhooks are not taken any more".into())
    }

    async fn answer(&self, request: &Request<Bytes>) -> Response<Full<Bytes>> {
        match self.take(request).await {
            Ok(()) => text(StatusCode::OK, "taken"),
            Err((status, reason)) => {
                self.counters.refused.fetch_add(1, Ordering::Relaxed);
                tracing::debug!(%status, reason, "a webhook was refused");
                text(status, reason)
            }
        }
    }

    /// What is cheap to check comes first, and nothing is remembered of what is not signed.
    async fn take(&self, request: &Request<Bytes>) -> Result<(), (StatusCode, &'static str)> {
        if request.method() != hyper::Method::POST {
            return Err((StatusCode::METHOD_NOT_ALLOWED, "webhooks are sent by POST"));
        }
        let header = |name: &str| {
            let value = request
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok());
            let value = value.filter(|value| !value.is_empty() && value.len() <= 1024);
            value.ok_or((StatusCode::BAD_REQUEST, "a header of Kick's is missing"))
        };
        let id = header("kick-event-message-id")?;
        let timestamp = header("kick-event-message-timestamp")?;
        let signature = header("kick-event-signature")?;
        let event = header("kick-event-type")?;
        let sent = moment(timestamp).ok_or((StatusCode::BAD_REQUEST, "the timestamp is none"))?;
        let age = self.clock.now() - sent;
        if !(-AHEAD..=OLDEST).contains(&age) {
            return Err((StatusCode::BAD_REQUEST, "sent too long ago, or not yet"));
        }
        let mut message = format!("{id}.{timestamp}.").into_bytes();
        message.extend_from_slice(request.body());
        if !self.key.verifies(&message, signature).await {
            return Err((StatusCode::UNAUTHORIZED, "not signed by Kick"));
        }
        if !lock(&self.taken).is_new(id, &self.way) {
            self.counters.duplicates.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        // Signed, so what can't be read is for a newer Pato: sending it again would not help.
        match payload::report(
            &self.channel,
            &self.broadcaster,
            event,
            sent,
            request.body(),
        ) {
            Ok(Some(report)) => self.intake.take(&self.way, report),
            Ok(None) => tracing::debug!(event, "a webhook is about nothing that Pato tells of"),
            Err(error) => {
                self.counters.malformed.fetch_add(1, Ordering::Relaxed);
                tracing::warn!(event, %error, "a webhook can't be read");
            }
        }
        Ok(())
    }
}
