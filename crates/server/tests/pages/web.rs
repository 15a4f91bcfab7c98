//! The server itself, over HTTP and WebSocket.

use futures_util::StreamExt;
use pato_host::Host;
use pato_server::{Server, Token};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_util::sync::CancellationToken;

use super::{PATIENCE, Page, host};

pub(crate) struct Web {
    pub(crate) address: String,
    pub(crate) shutdown: CancellationToken,
    pub(crate) http: reqwest::Client,
}

impl Web {
    pub(crate) async fn start(host: &Host) -> (Self, Token) {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let token = Token::random().unwrap();
        let loopback = "127.0.0.1:0".parse().unwrap();
        let server = Server::bind(host.clone(), loopback, token.clone())
            .await
            .unwrap();
        let address = server.address().to_string();
        let shutdown = CancellationToken::new();
        let ending = shutdown.clone();
        tokio::spawn(async move { server.run(ending).await.unwrap() });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let web = Self {
            address,
            shutdown,
            http,
        };
        (web, token)
    }

    /// Exchanges an overlay's token for its cookie.
    pub(crate) async fn enter(&self, path: &str, token: &str) -> Result<String, u16> {
        let url = format!("http://{}{path}/session", self.address);
        let answer = self.http.post(url).bearer_auth(token).send().await.unwrap();
        match answer.headers().get("set-cookie") {
            Some(cookie) => Ok(cookie.to_str().unwrap().to_owned()),
            None => Err(answer.status().as_u16()),
        }
    }

    pub(crate) async fn socket(
        &self,
        path: &str,
        cookie: &str,
    ) -> Result<impl futures_util::Stream<Item = Value> + Unpin + use<>, u16> {
        let url = format!("ws://{}{path}", self.address);
        let mut request = url.into_client_request().unwrap();
        let pair = cookie.split(';').next().unwrap();
        request
            .headers_mut()
            .insert("cookie", pair.parse().unwrap());
        match tokio_tungstenite::connect_async(request).await {
            Ok((socket, _)) => {
                use futures_util::SinkExt;
                let (mut sink, stream) = socket.split();
                for frame in [
                    json!({ "type": "call", "request_id": 1, "module": "host", "name": "stop" }),
                    json!({ "type": "subscribe", "module": "chat", "name": "*" }),
                    json!({ "type": "watch", "view": "plugins" }),
                    json!({ "type": "watch", "view": "overlay", "key": "capabilities/other" }),
                    json!({ "type": "watch", "view": "overlay", "key": "capabilities/stage" }),
                ] {
                    sink.send(Message::text(frame.to_string())).await.unwrap();
                }
                let frames = stream.filter_map(move |message| {
                    // The sink lives as long as the stream is read.
                    let _open = &sink;
                    let text = message.ok().and_then(|message| message.into_text().ok());
                    let frame = text.and_then(|text| serde_json::from_str(&text).ok());
                    std::future::ready(frame)
                });
                Ok(Box::pin(frames))
            }
            Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => {
                Err(answer.status().as_u16())
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// The cookie of the dashboard, which the token is turned into.
async fn sign_in(web: &Web, token: &Token) -> String {
    let url = format!("http://{}/api/session", web.address);
    let request = web.http.post(url).bearer_auth(token.as_str());
    let answer = request.send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    let (pair, _) = cookie.split_once(';').unwrap();
    let (_, value) = pair.split_once('=').unwrap();
    value.to_owned()
}

/// The status that the API answers with to the cookie, which holds `value`.
async fn status_with(web: &Web, value: &str) -> u16 {
    let (_, port) = web.address.split_once(':').unwrap();
    let request = web.http.get(format!("http://{}/api/status", web.address));
    let request = request.header("cookie", format!("pato-{port}={value}"));
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dashboards_cookie_outlives_a_restart_and_ends_when_all_sessions_are_ended() {
    let folder = tempfile::tempdir().unwrap();
    let before = host(&folder).await;
    let (web, token) = Web::start(&before).await;
    let value = sign_in(&web, &token).await;
    assert_eq!(status_with(&web, &value).await, 200);
    web.shutdown.cancel();
    before.shutdown("it starts again").await;

    let host = host(&folder).await;
    let (web, new_token) = Web::start(&host).await;
    assert_ne!(token.as_str(), new_token.as_str());
    assert_eq!(status_with(&web, &value).await, 200);

    let (_, port) = web.address.split_once(':').unwrap();
    let mut by_cookie = web
        .socket("/ws", &format!("pato-{port}={value}"))
        .await
        .unwrap();
    by_cookie.next().await.expect("it is open");
    let mut page = Page::open(&host);
    page.host("session.end-all", json!({})).await;
    let closed = tokio::time::timeout(PATIENCE, async {
        while by_cookie.next().await.is_some() {}
    });
    closed.await.expect("it is closed");
    assert_eq!(status_with(&web, &value).await, 401);
    let value = sign_in(&web, &new_token).await;
    assert_eq!(status_with(&web, &value).await, 200);
    web.shutdown.cancel();
    host.shutdown("the test is over").await;
}
