//! Phones on the same network: who gets in, what they may do there, and how it ends. Addresses of loopback
//! stand for the network.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use pato_host::{Configuration, Host, NetworkSection};
use pato_server::Token;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::web::Web;
use super::{PATIENCE, add, host_with};

const PAIRING: &str = "Pair this device";

/// A host that is open to the network, as the phone sees it.
struct Phone {
    host: Host,
    web: Web,
    token: Token,
    /// Where the network reaches it.
    origin: String,
    http: reqwest::Client,
}

impl Phone {
    async fn outside(folder: &TempDir) -> Self {
        let network = NetworkSection {
            open: true,
            addresses: vec!["127.0.0.2".parse().unwrap()],
        };
        let configuration = Configuration {
            network,
            ..Configuration::default()
        };
        let host = host_with(folder, configuration).await;
        let (web, token) = Web::start(&host).await;
        let origin = reach(&host).await;
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self {
            host,
            web,
            token,
            origin,
            http,
        }
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.origin))
    }

    fn form(&self, code: &str) -> RequestBuilder {
        self.http
            .post(format!("{}/pair", self.origin))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", &self.origin)
            .body(format!("code={code}&name=My+phone"))
    }

    /// What the form is answered with.
    async fn try_code(&self, code: &str) -> (StatusCode, String) {
        let answer = self.form(code).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    /// Pairs it, and hands back its cookie.
    async fn pair(&self) -> String {
        let code = self.host.begin_pairing().unwrap().code;
        let answer = self.form(&code).send().await.unwrap();
        assert_eq!(answer.status(), 303);
        assert_eq!(answer.headers()["location"], "/");
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        for part in ["HttpOnly", "SameSite=Strict", "Path=/;", "Max-Age="] {
            assert!(cookie.contains(part), "{cookie}");
        }
        cookie.split(';').next().unwrap().to_owned()
    }

    async fn line(&self, cookie: &str, origin: &str) -> Result<Line, u16> {
        let url = format!("{}/ws", self.origin.replace("http://", "ws://"));
        let mut request = url.into_client_request().unwrap();
        for (name, value) in [("cookie", cookie), ("origin", origin)] {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        match tokio_tungstenite::connect_async(request).await {
            Ok((socket, _)) => Ok(Line { socket, calls: 0 }),
            Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => {
                Err(answer.status().as_u16())
            }
            Err(error) => panic!("{error}"),
        }
    }

    async fn end(self) {
        self.web.shutdown.cancel();
        self.host.shutdown("the test is over").await;
    }
}

/// Waits until the network reaches the host.
async fn reach(host: &Host) -> String {
    let reached = tokio::time::timeout(PATIENCE, async {
        let mut changes = host.pages_changed();
        loop {
            let view = host.network().await.unwrap();
            if let Some(address) = view.addresses.first() {
                return address.clone();
            }
            changes.changed().await.unwrap();
        }
    });
    reached.await.expect("the network reaches it")
}

/// The page's line to the host.
struct Line {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    calls: u64,
}

impl Line {
    async fn send(&mut self, frame: Value) {
        let message = Message::text(frame.to_string());
        self.socket.send(message).await.unwrap();
    }

    /// The next frame; none once the line is closed.
    async fn next(&mut self) -> Option<Value> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.socket.next());
            match message.await.expect("something comes") {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return None,
            }
        }
    }

    async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let frame = self.next().await.expect("the line is open");
            if wanted(&frame) {
                return frame;
            }
        }
    }

    async fn call(&mut self, module: &str, name: &str, params: Value) -> Result<Value, String> {
        self.calls += 1;
        let id = self.calls;
        self.send(json!({
            "type": "call", "request_id": id, "module": module, "name": name, "params": params,
        }))
        .await;
        let answer = self.until(|frame| frame["request_id"] == id).await;
        match answer["success"] == true {
            true => Ok(answer["data"].clone()),
            false => Err(answer["data"]["message"].as_str().unwrap().to_owned()),
        }
    }

    async fn view(&mut self, view: &str) -> Value {
        self.send(json!({ "type": "watch", "view": view })).await;
        self.until(|frame| frame["view"] == view).await["data"].clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_paired_gets_the_pairing_page_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let phone = Phone::outside(&folder).await;
    add(&phone.host, "capabilities").await;
    let page = phone.get("/?code=ACDE3467").send().await.unwrap();
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self'"), "{policy}");
    assert!(!policy.contains("script"), "{policy}");
    assert_eq!(page.headers()["x-frame-options"], "DENY");
    let text = page.text().await.unwrap();
    assert!(
        text.contains(PAIRING) && text.contains("ACDE3467"),
        "{text}"
    );
    for path in [
        "/index.html",
        "/api/status",
        "/api/network",
        "/api/modules",
        "/api/session",
        "/assets-of/capabilities/duck.svg",
        "/overlay/capabilities/stage",
        "/overlay.html",
        "/ws",
        "/nothing",
    ] {
        // The token of the API is none here, and neither is what an address holds.
        for request in [
            phone.get(path),
            phone.get(path).bearer_auth(phone.token.as_str()),
            phone.get(path).header("cookie", "pato-device-1=x"),
        ] {
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 401, "{path}");
            assert!(answer.text().await.unwrap().contains(PAIRING), "{path}");
        }
    }
    let api = phone.http.post(format!("{}/api/stop", phone.origin));
    let stopped = api.bearer_auth(phone.token.as_str()).send().await.unwrap();
    assert_eq!(stopped.status(), 401);
    assert_eq!(phone.line("a=b", &phone.origin).await.err(), Some(401));
    phone.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_names_and_other_pages_are_refused_before_anything_else() {
    let folder = tempfile::tempdir().unwrap();
    let phone = Phone::outside(&folder).await;
    let cookie = phone.pair().await;
    let own = phone.origin.strip_prefix("http://").unwrap().to_owned();
    let (_, port) = own.split_once(':').unwrap();
    for host in [
        "evil.example",
        &format!("evil.example:{port}"),
        &format!("127.0.0.1:{port}"),
        &format!("localhost:{port}"),
        "127.0.0.2",
    ] {
        let request = phone.get("/").header("host", host);
        let answer = request.header("cookie", &cookie).send().await.unwrap();
        assert_eq!(answer.status(), 421, "{host}");
    }
    let code = phone.host.begin_pairing().unwrap().code;
    for origin in ["http://evil.example", "null", &phone.web.address] {
        let elsewhere = phone.http.post(format!("{}/pair", phone.origin));
        let elsewhere = elsewhere.header("origin", origin);
        let answer = elsewhere.body(format!("code={code}")).send().await.unwrap();
        assert_eq!(answer.status(), 403, "{origin}");
        assert_eq!(
            phone.line(&cookie, origin).await.err(),
            Some(403),
            "{origin}"
        );
    }
    assert_eq!(phone.host.network().await.unwrap().devices.len(), 1);
    // And what is on the network is not on loopback: no device there, and no other way in.
    let loopback = phone
        .http
        .get(format!("http://{}/api/status", phone.web.address));
    let answer = loopback.header("cookie", &cookie).send().await.unwrap();
    assert_eq!(answer.status(), 401);
    phone.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_pairs_one_device_and_five_wrong_ones_end_it() {
    let folder = tempfile::tempdir().unwrap();
    let phone = Phone::outside(&folder).await;
    let (status, text) = phone.try_code("ACDE3467").await;
    assert_eq!(status, 403);
    assert!(text.contains("no code counts now"), "{text}");

    let first = phone.host.begin_pairing().unwrap().code;
    assert_eq!(first.len(), 8);
    let second = phone.host.begin_pairing().unwrap().code;
    assert_eq!(phone.try_code(&first).await.0, 403, "another one counts");
    assert_eq!(phone.try_code(&second).await.0, 303);
    assert_eq!(phone.try_code(&second).await.0, 403, "it was used");

    let code = phone.host.begin_pairing().unwrap().code;
    for left in (1..5).rev() {
        let (_, text) = phone.try_code("WRONG").await;
        assert!(text.contains(&format!("tries left: {left}")), "{text}");
    }
    let (_, text) = phone.try_code("").await;
    assert!(text.contains("wrong too often"), "{text}");
    assert_eq!(phone.try_code(&code).await.0, 403);
    assert_eq!(phone.host.network().await.unwrap().code, None);

    let long = "A".repeat(100_000);
    let answer = phone.form(&long).send().await;
    assert!(answer.is_err() || answer.unwrap().status() == 400);
    assert_eq!(phone.host.network().await.unwrap().devices.len(), 1);
    phone.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_looks_and_operates_and_changes_nothing_about_who_may_do_what() {
    let folder = tempfile::tempdir().unwrap();
    let phone = Phone::outside(&folder).await;
    add(&phone.host, "capabilities").await;
    let cookie = phone.pair().await;
    let device = phone.host.network().await.unwrap().devices.remove(0);
    assert_eq!(device.name, "My phone");
    let get = |path| phone.get(path).header("cookie", &cookie);
    let page = get("/").send().await.unwrap();
    assert!(!page.text().await.unwrap().contains(PAIRING));
    for (path, status) in [
        ("/api/status", 200),
        ("/assets-of/capabilities/duck.svg", 200),
        ("/api/modules", 404),
        ("/api/network", 404),
        ("/overlay/capabilities/stage", 404),
        ("/overlay.html", 404),
    ] {
        assert_eq!(get(path).send().await.unwrap().status(), status, "{path}");
    }

    let mut line = phone.line(&cookie, &phone.origin).await.unwrap();
    assert_eq!(line.view("session").await["device"], "My phone");
    assert_eq!(line.view("plugins").await[0]["id"], "capabilities");
    assert_eq!(line.view("overlays").await[0]["address"], "");
    for kept in [
        json!({ "type": "watch", "view": "network" }),
        json!({ "type": "watch", "view": "login", "key": "1" }),
    ] {
        line.send(kept).await;
        let refused = line.until(|frame| frame["type"] == "error").await;
        let message = refused["message"].as_str().unwrap();
        assert!(message.contains("on the computer"), "{message}");
    }
    let show = line
        .call("capabilities", "show", json!({ "surface": "probe" }))
        .await;
    assert_eq!(show, Ok(json!({ "ok": null })));
    let press = json!({
        "plugin": "capabilities", "surface": "probe", "node": "press", "what": { "pressed": null },
    });
    line.call("host", "surface.act", press).await.unwrap();
    let told = line
        .call("capabilities", "received", json!({}))
        .await
        .unwrap();
    assert_eq!(told["surface"][0]["who"], "My phone");
    for (name, params) in [
        ("plugin.pause", json!({ "id": "capabilities" })),
        ("plugin.resume-all", json!({})),
        ("simulate", json!({ "topic": "channel.follow" })),
        ("status", json!({})),
    ] {
        line.call("host", name, params).await.unwrap();
    }

    let plugin = || json!({ "id": "capabilities" });
    let permission = json!({ "id": "capabilities", "permissions": ["call:chat.send"] });
    for (name, params) in [
        ("plugin.grant", permission.clone()),
        ("plugin.revoke", permission),
        ("plugin.remove", plugin()),
        ("plugin.enable", plugin()),
        (
            "plugin.install-bundled",
            json!({ "id": "alerts", "grant": [] }),
        ),
        (
            "plugin.set-settings",
            json!({ "id": "capabilities", "values": {} }),
        ),
        (
            "plugin.secret",
            json!({ "id": "capabilities", "name": "a", "value": "b" }),
        ),
        ("account.begin", json!({ "service": "twitch" })),
        (
            "service.set-up",
            json!({ "service": "twitch", "values": {} }),
        ),
        (
            "obs.set-up",
            json!({ "obs": { "url": "ws://127.0.0.1:1" } }),
        ),
        (
            "overlay.renew",
            json!({ "plugin": "capabilities", "surface": "stage" }),
        ),
        ("network.open", json!({})),
        ("network.close", json!({})),
        ("network.code", json!({})),
        ("network.remove-device", json!({ "id": device.id })),
        ("session.end-all", json!({})),
        ("stop", json!({})),
    ] {
        let refused = line.call("host", name, params).await.unwrap_err();
        assert!(refused.contains("on the computer"), "{name}: {refused}");
    }
    // Actions are done by plugins, within their grants.
    let error = line.call("chat", "send", json!({ "text": "hi" })).await;
    assert!(error.unwrap_err().contains("no plugin `chat` is installed"));
    phone.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_is_removed_is_out_at_once_and_its_secret_is_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let phone = Phone::outside(&folder).await;
    let (kept, lost) = (phone.pair().await, phone.pair().await);
    let mut others = phone.line(&kept, &phone.origin).await.unwrap();
    let mut line = phone.line(&lost, &phone.origin).await.unwrap();
    line.call("host", "status", json!({})).await.unwrap();
    let devices = phone.host.network().await.unwrap().devices;
    phone.host.remove_device(devices[1].id).await.unwrap();
    while line.next().await.is_some() {}
    assert_eq!(phone.line(&lost, &phone.origin).await.err(), Some(401));
    let page = phone.get("/").header("cookie", &lost).send().await.unwrap();
    assert!(page.text().await.unwrap().contains(PAIRING));
    others.call("host", "status", json!({})).await.unwrap();
    let error = phone.host.remove_device(devices[1].id).await.unwrap_err();
    assert!(error.to_string().contains("no device"), "{error}");
    phone.end().await;

    let (_, secret) = kept.split_once('=').unwrap();
    for file in std::fs::read_dir(folder.path().join("data")).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            let mut windows = bytes.windows(secret.len());
            assert!(!windows.any(|part| part == secret.as_bytes()), "{path:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_network_ends_every_connection_and_opening_it_lets_devices_back() {
    let folder = tempfile::tempdir().unwrap();
    let phone = Phone::outside(&folder).await;
    let cookie = phone.pair().await;
    let mut line = phone.line(&cookie, &phone.origin).await.unwrap();
    line.call("host", "status", json!({})).await.unwrap();
    let address = phone.origin.strip_prefix("http://").unwrap().to_owned();
    // One that says nothing does not hold it open.
    let silent = TcpStream::connect(&address).await.unwrap();
    phone.host.begin_pairing().unwrap();
    phone.host.set_network_open(false).await.unwrap();
    while line.next().await.is_some() {}
    let gone = tokio::time::timeout(PATIENCE, async {
        while TcpStream::connect(&address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    gone.await.expect("nothing listens");
    let mut byte = [0];
    silent.readable().await.unwrap();
    assert!(!matches!(silent.try_read(&mut byte), Ok(1..)));
    let view = phone.host.network().await.unwrap();
    assert_eq!((view.open, view.code), (false, None));
    let error = phone.host.begin_pairing().unwrap_err().to_string();
    assert!(error.contains("open it first"), "{error}");
    let file = std::fs::read_to_string(folder.path().join("data/config.toml")).unwrap();
    assert!(file.contains("[network]\nopen = false"), "{file}");
    // The dashboard on this machine is not touched.
    let loopback = phone.http.get(format!("http://{}/", phone.web.address));
    assert_eq!(loopback.send().await.unwrap().status(), 200);

    phone.host.set_network_open(true).await.unwrap();
    assert_eq!(reach(&phone.host).await, phone.origin);
    let mut line = phone.line(&cookie, &phone.origin).await.unwrap();
    line.call("host", "status", json!({})).await.unwrap();
    phone.end().await;
}
