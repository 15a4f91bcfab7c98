//! The connections of a listener on the network, where anybody can come by: few at a time, none that says
//! nothing, and all over when the listener is.

use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// How many connections there may be at a time; further ones wait. WebSockets do not count.
const MOST: usize = 64;

/// How long a client may take for the head of a request, or be silent between two.
const SILENCE: Duration = Duration::from_secs(10);

/// How long to wait where the system has no connection to give, such as for want of file descriptors.
const PAUSE: Duration = Duration::from_secs(1);

/// Answers until it is dropped, which ends every connection.
pub(super) async fn serve(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < MOST => match accepted {
                Ok((stream, _)) => {
                    let service = TowerToHyperService::new(router.clone());
                    connections.spawn(async move {
                        let connection = http1::Builder::new()
                            .timer(TokioTimer::new())
                            .header_read_timeout(SILENCE)
                            .serve_connection(TokioIo::new(stream), service)
                            .with_upgrades();
                        if let Err(error) = connection.await {
                            tracing::debug!(%error, "a connection from the network broke");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection from the network could not be taken");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;
    use tokio::task::JoinHandle;
    use tokio::time::Instant;

    use super::*;

    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";

    async fn begin() -> (SocketAddr, JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", get(async || "here"));
        (address, tokio::spawn(serve(listener, router)))
    }

    async fn ask(address: SocketAddr) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(REQUEST).await.unwrap();
        let mut answer = [0; 15];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
        stream
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_or_half_a_request_is_sent_away_and_lets_others_in() {
        let (address, serving) = begin().await;
        let mut silent = Vec::new();
        for number in 0..MOST {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream
                .write_all(REQUEST.get(..number % 20).unwrap())
                .await
                .unwrap();
            silent.push(stream);
        }
        let began = Instant::now();
        ask(address).await;
        assert!(began.elapsed() >= SILENCE, "{:?}", began.elapsed());
        for mut stream in silent {
            let mut rest = Vec::new();
            // Closed, or reset.
            let _ = stream.read_to_end(&mut rest).await;
            assert!(!rest.starts_with(b"HTTP/1.1 200"));
        }
        serving.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn every_connection_ends_with_the_listener() {
        let (address, serving) = begin().await;
        let mut open = ask(address).await;
        serving.abort();
        let _ = serving.await;
        let began = Instant::now();
        let mut rest = Vec::new();
        let _ = open.read_to_end(&mut rest).await;
        assert!(began.elapsed() < SILENCE);
        assert!(TcpStream::connect(address).await.is_err());
    }
}
