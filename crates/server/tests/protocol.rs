//! The wire protocol and the API, against a real host over a real socket.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use pato_host::vault::Vault;
use pato_host::{Configuration, DataDirectory, Host, HostOptions, SimulatorSection};
use pato_server::{Server, Token};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(60);

struct Running {
    host: Host,
    address: String,
    token: String,
    shutdown: CancellationToken,
    serving: tokio::task::JoinHandle<()>,
    http: reqwest::Client,
    _folder: TempDir,
}

impl Running {
    async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let configuration = Configuration {
            simulator: Some(SimulatorSection {
                rate: 0.0,
                ..SimulatorSection::default()
            }),
            ..Configuration::default()
        };
        let host = Host::start(HostOptions {
            directory: DataDirectory::find(Some(folder.path().join("data"))).unwrap(),
            configuration,
            vault: Vault::new(),
            seed: 1,
            keyring: None,
            bundled: None,
        })
        .await
        .unwrap();
        let token = Token::random().unwrap();
        let server = Server::bind(host.clone(), "127.0.0.1:0".parse().unwrap(), token.clone())
            .await
            .unwrap();
        let address = server.address().to_string();
        let shutdown = CancellationToken::new();
        let ending = shutdown.clone();
        let serving = tokio::spawn(async move { server.run(ending).await.unwrap() });
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let token = token.as_str().to_owned();
        Self {
            host,
            address,
            token,
            shutdown,
            serving,
            http,
            _folder: folder,
        }
    }

    async fn connect(&self) -> Client {
        let mut request = format!("ws://{}/ws", self.address)
            .into_client_request()
            .unwrap();
        let bearer = format!("Bearer {}", self.token);
        request
            .headers_mut()
            .insert("authorization", bearer.parse().unwrap());
        Client(tokio_tungstenite::connect_async(request).await.unwrap().0)
    }

    fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.http
            .get(format!("http://{}{path}", self.address))
            .bearer_auth(&self.token)
    }

    async fn stop(self) {
        self.host.shutdown("the test is over").await;
        self.shutdown.cancel();
        tokio::time::timeout(PATIENCE, self.serving)
            .await
            .unwrap()
            .unwrap();
    }
}

struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    async fn send(&mut self, frame: Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    async fn next(&mut self) -> Value {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.0.next()).await.unwrap();
            if let Message::Text(text) = message.unwrap().unwrap() {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }

    async fn subscribe(&mut self, module: &str, name: &str) {
        self.send(json!({ "type": "subscribe", "module": module, "name": name }))
            .await;
        // A call is answered after everything before it was understood.
        self.send(
            json!({ "type": "call", "request_id": "synchronised", "module": "no", "name": "no" }),
        )
        .await;
        while self.next().await["request_id"] != "synchronised" {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_hears_what_it_subscribed_to_and_nothing_else() {
    let running = Running::start().await;
    let mut client = running.connect().await;
    client.subscribe("greeter", "hell*").await;
    let mut other = running.connect().await;
    other.subscribe("*", "*").await;
    for topic in [
        "greeter.goodbye",
        "other.hello",
        "greeter.hello",
        "greeter.hello.again",
    ] {
        running
            .host
            .emit(topic, &json!({ "topic": topic }).to_string())
            .unwrap();
    }
    let first = client.next().await;
    assert_eq!(first["type"], "event");
    assert_eq!(
        (&first["module"], &first["name"]),
        (&json!("greeter"), &json!("hello"))
    );
    assert_eq!(
        (&first["version"], &first["data"]),
        (&json!(1), &json!({ "topic": "greeter.hello" }))
    );
    assert!(first["timestamp"].as_f64().unwrap() > 1e12 && first.get("details").is_none());
    assert_eq!(client.next().await["name"], "hello.again");
    for expected in ["goodbye", "hello", "hello", "hello.again"] {
        assert_eq!(other.next().await["name"], expected);
    }
    client
        .send(json!({ "type": "unsubscribe", "module": "greeter", "name": "hell*" }))
        .await;
    client.subscribe("last", "*").await;
    running.host.emit("greeter.hello", "{}").unwrap();
    running.host.emit("last.one", "{}").unwrap();
    assert_eq!(client.next().await["module"], "last");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_receives_the_state_of_stateful_topics_first() {
    let running = Running::start().await;
    let mut client = running.connect().await;
    client
        .send(json!({ "type": "subscribe", "module": "host", "name": "*", "details": true }))
        .await;
    let state = client.next().await;
    assert_eq!(state["name"], "started");
    assert_eq!(state["details"]["source"], "host");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_is_answered() {
    let running = Running::start().await;
    let mut client = running.connect().await;
    client
        .send(json!({ "type": "call", "request_id": 1, "module": "chat", "name": "send", "params": { "text": "hi" } }))
        .await;
    let answer = client.next().await;
    assert_eq!(
        answer,
        json!({ "type": "response", "request_id": 1, "success": true, "data": { "messages": 1, "message_ids": ["simulated-own-1"] } })
    );
    for (frame, error, hint) in [
        (
            json!({ "module": "chat", "name": "sned" }),
            "not-found",
            "did you mean `chat.send`",
        ),
        (
            json!({ "module": "chat", "name": "send" }),
            "invalid",
            "text",
        ),
        (
            json!({ "module": "obs", "name": "get-version" }),
            "unavailable",
            "--obs",
        ),
        (
            json!({ "module": "chat", "name": "send", "version": 2 }),
            "invalid",
            "version 1",
        ),
        (
            json!({ "module": "chat" }),
            "invalid",
            "missing field `name`",
        ),
        (
            json!({ "module": "chat", "name": "send", "params": [] }),
            "invalid",
            "map",
        ),
        (
            json!({ "module": "", "name": "" }),
            "not-found",
            "no action",
        ),
    ] {
        let mut frame = frame;
        frame["type"] = json!("call");
        frame["request_id"] = json!("x");
        client.send(frame.clone()).await;
        let answer = client.next().await;
        assert_eq!(
            (&answer["request_id"], &answer["success"]),
            (&json!("x"), &json!(false)),
            "{frame}"
        );
        assert_eq!(answer["data"]["error"], error, "{frame}: {answer}");
        assert!(
            answer["data"]["message"].as_str().unwrap().contains(hint),
            "{frame}: {answer}"
        );
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_answered_and_does_not_end_the_connection() {
    let running = Running::start().await;
    let mut client = running.connect().await;
    for nonsense in [
        "",
        "{",
        "[]",
        "{\"type\":\"explode\"}",
        "\u{0}",
        "{\"type\":\"subscribe\",\"module\":\"a*\",\"name\":\"b\"}",
    ] {
        client.0.send(Message::text(nonsense)).await.unwrap();
        let answer = client.next().await;
        assert_eq!(answer["type"], "error", "{nonsense}: {answer}");
    }
    client.0.send(Message::binary(vec![1, 2, 3])).await.unwrap();
    assert!(
        client.next().await["message"]
            .as_str()
            .unwrap()
            .contains("binary")
    );
    client.subscribe("still", "*").await;
    running.host.emit("still.here", "{}").unwrap();
    assert_eq!(client.next().await["name"], "here");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_cannot_have_subscriptions_without_end() {
    let running = Running::start().await;
    let mut client = running.connect().await;
    for number in 0..257 {
        client
            .send(json!({ "type": "subscribe", "module": "many", "name": number.to_string() }))
            .await;
    }
    let refused = client.next().await;
    assert!(
        refused["message"].as_str().unwrap().contains("256"),
        "{refused}"
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_without_end_ends_its_connection_alone() {
    let running = Running::start().await;
    let mut client = running.connect().await;
    let mut neighbour = running.connect().await;
    neighbour.subscribe("still", "*").await;
    let huge = "x".repeat(3 * 1024 * 1024);
    let _ = client.0.send(Message::text(huge)).await;
    loop {
        match tokio::time::timeout(PATIENCE, client.0.next())
            .await
            .unwrap()
        {
            None | Some(Err(_) | Ok(Message::Close(_))) => break,
            Some(Ok(_)) => {}
        }
    }
    running.host.emit("still.here", "{}").unwrap();
    assert_eq!(neighbour.next().await["name"], "here");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_read_is_told_what_it_lost_and_slows_nobody() {
    let running = Running::start().await;
    let mut sleeper = running.connect().await;
    sleeper.subscribe("flood", "*").await;
    let data = json!({ "text": "x".repeat(2_000) }).to_string();
    // More than the sockets and the mailbox hold.
    for _ in 0..20_000 {
        running.host.emit("flood.drop", &data).unwrap();
    }
    running.host.emit("flood.end", "{}").unwrap();
    let mut lost = 0;
    let mut heard = 0;
    loop {
        let frame = sleeper.next().await;
        match (frame["type"].as_str().unwrap(), frame["name"].as_str()) {
            ("lagged", _) => lost += frame["dropped"].as_u64().unwrap(),
            (_, Some("end")) => break,
            _ => heard += 1,
        }
    }
    assert!(lost > 0, "nothing was lost, so nothing was tested");
    assert_eq!(lost + heard, 20_000);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_token_or_from_elsewhere_there_is_nothing_but_the_page() {
    let running = Running::start().await;
    let base = format!("http://{}", running.address);
    let status =
        async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();
    assert_eq!(status(running.http.get(&base)).await, 200);
    for path in [
        "/api/status",
        "/api/modules",
        "/api/events",
        "/ws",
        "/api/nonsense",
    ] {
        assert_eq!(
            status(running.http.get(format!("{base}{path}"))).await,
            401,
            "{path}"
        );
    }
    let rebound = running.get("/api/status").header("host", "evil.example");
    assert_eq!(status(rebound).await, 421);
    let foreign = running
        .get("/api/status")
        .header("origin", "https://evil.example");
    assert_eq!(status(foreign).await, 403);
    assert_eq!(status(running.get("/api/status")).await, 200);

    let mut request = format!("ws://{}/ws", running.address)
        .into_client_request()
        .unwrap();
    request
        .headers_mut()
        .insert("origin", "https://evil.example".parse().unwrap());
    let Err(Error::Http(answer)) = tokio_tungstenite::connect_async(request).await else {
        panic!("a foreign page was let in");
    };
    assert_eq!(answer.status().as_u16(), 403);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_trades_the_token_for_a_cookie_that_scripts_cannot_read() {
    let running = Running::start().await;
    let base = format!("http://{}", running.address);
    let session = running.http.post(format!("{base}/api/session"));
    assert_eq!(session.send().await.unwrap().status(), 401);
    let session = running
        .http
        .post(format!("{base}/api/session"))
        .bearer_auth(&running.token);
    let answer = session.send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let pair = cookie.split(';').next().unwrap();
    let status = running
        .http
        .get(format!("{base}/api/status"))
        .header("cookie", pair);
    assert_eq!(status.send().await.unwrap().status(), 200);
    let page = running.http.get(&base).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_requests_get_the_reason_as_json() {
    let running = Running::start().await;
    for (path, code, hint) in [
        ("/api/modules/nobody", 404, "no plugin `nobody`"),
        ("/api/events?pattern=chat.mess*", 422, "write `chat.*`"),
    ] {
        let answer = running.get(path).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), code, "{path}");
        let body: Value = answer.json().await.unwrap();
        assert!(
            body["message"].as_str().unwrap().contains(hint),
            "{path}: {body}"
        );
    }
    let install = running
        .http
        .post(format!("http://{}/api/modules", running.address))
        .bearer_auth(&running.token)
        .body("not wasm");
    let answer = install.send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 422);
    running.stop().await;
}

#[test]
fn every_address_of_the_api_is_described() {
    let openapi: Value = serde_json::from_str(&pato_server::openapi().unwrap()).unwrap();
    for (path, method) in [
        ("/api/status", "get"),
        ("/api/modules", "post"),
        ("/api/modules/version", "get"),
        ("/api/modules/{id}", "delete"),
        ("/api/modules/{id}/settings", "patch"),
        ("/api/modules/{id}/secrets", "post"),
        ("/api/events/{id}/chain", "get"),
        ("/api/call", "post"),
        ("/api/calls", "get"),
        ("/api/calls", "post"),
    ] {
        assert!(
            openapi["paths"][path][method].is_object(),
            "{method} {path}"
        );
    }
    assert_eq!(
        openapi["components"]["securitySchemes"]["token"]["scheme"],
        "bearer"
    );
}
