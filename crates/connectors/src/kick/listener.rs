//! A small HTTP server on the loopback interface: for the way back of a login, and for webhooks.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How many connections are served at once; more wait.
const CONNECTIONS: usize = 32;

/// How long a request's head may take.
const HEAD: Duration = Duration::from_secs(10);

/// How long a connection may take in all.
const CONNECTION: Duration = Duration::from_secs(30);

/// Serves, for as long as it is polled. A body longer than `limit` bytes is answered by 413.
pub(super) async fn serve<F, A>(listener: TcpListener, limit: usize, answer: F)
where
    F: Fn(Request<Bytes>) -> A + Send + Sync + 'static,
    A: Future<Output = Response<Full<Bytes>>> + Send,
{
    let (answer, places) = (Arc::new(answer), Arc::new(Semaphore::new(CONNECTIONS)));
    // Ends all connections when it is dropped.
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, _)) => {
                let answer = Arc::clone(&answer);
                connections.spawn(async move {
                    let talk = converse(stream, limit, &*answer);
                    if timeout(CONNECTION, talk).await.is_err() {
                        tracing::debug!("a connection took too long");
                    }
                    drop(place);
                });
            }
            Err(error) => {
                // Too many open files, most likely, which passes.
                tracing::warn!(%error, "a connection could not be taken in");
                sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

async fn converse<F, A>(stream: TcpStream, limit: usize, answer: &F)
where
    F: Fn(Request<Bytes>) -> A + Send + Sync,
    A: Future<Output = Response<Full<Bytes>>> + Send,
{
    let service = service_fn(|request: Request<Incoming>| async move {
        let (head, body) = request.into_parts();
        Ok::<_, Infallible>(match Limited::new(body, limit).collect().await {
            Ok(body) => answer(Request::from_parts(head, body.to_bytes())).await,
            Err(_) => text(StatusCode::PAYLOAD_TOO_LARGE, "too long, or broken off"),
        })
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection broke");
    }
}

/// An answer of text.
pub(super) fn text(status: StatusCode, text: &str) -> Response<Full<Bytes>> {
    page(status, "text/plain; charset=utf-8", text)
}

/// An answer that a browser shows.
pub(super) fn page(status: StatusCode, kind: &'static str, text: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::copy_from_slice(text.as_bytes())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-type", kind),
        ("content-security-policy", "default-src 'none'"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ] {
        headers.insert(name, http::HeaderValue::from_static(value));
    }
    response
}
