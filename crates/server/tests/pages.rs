//! What pages see and do: sessions, views, surfaces and overlays, against a real host with real plugins.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt;
use pato_host::permissions::Grants;
use pato_host::vault::Vault;
use pato_host::{
    Configuration, Consent, DataDirectory, Host, HostOptions, Origin, Package, SurfaceId,
};
use pato_server::{Server, Session, Token};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_util::sync::CancellationToken;

const PATIENCE: Duration = Duration::from_secs(60);

const GUESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/guests");

async fn host(folder: &TempDir) -> Host {
    let options = HostOptions {
        directory: DataDirectory::find(Some(folder.path().join("data"))).unwrap(),
        configuration: Configuration::default(),
        vault: Vault::new(),
        seed: 1,
        keyring: None,
        bundled: Some(format!("{GUESTS}/plugins").into()),
    };
    Host::start(options).await.unwrap()
}

async fn add(host: &Host, fixture: &str) {
    let path = format!("{GUESTS}/fixtures/{fixture}.wasm");
    let package = Package::read(path.as_ref()).unwrap();
    let consent = Consent::new(Grants::all_of(&package.manifest), Origin::File);
    host.install(package, consent).await.unwrap();
}

/// A page without anything that would draw it.
struct Page {
    session: Session,
    calls: u64,
    /// The latest of each view.
    views: BTreeMap<String, Value>,
    /// What came besides views and answers.
    others: Vec<Value>,
    answers: Vec<Value>,
}

impl Page {
    fn open(host: &Host) -> Self {
        Self {
            session: Session::new(host.clone(), "dashboard", "http://127.0.0.1:7286"),
            calls: 0,
            views: BTreeMap::new(),
            others: Vec::new(),
            answers: Vec::new(),
        }
    }

    async fn read(&mut self) {
        let frames = tokio::time::timeout(PATIENCE, self.session.next()).await;
        for frame in frames.expect("something comes") {
            let frame: Value = serde_json::from_str(&frame).unwrap();
            let name = format!(
                "{}:{}",
                frame["view"].as_str().unwrap_or_default(),
                frame["key"].as_str().unwrap_or_default()
            );
            match frame["type"].as_str().unwrap() {
                "view" => drop(self.views.insert(name, frame["data"].clone())),
                "values" => {
                    let view = self.views.entry(name).or_default();
                    for (value, new) in frame["set"].as_object().into_iter().flatten() {
                        view["values"][value] = new.clone();
                    }
                    for (value, items) in frame["append"].as_object().into_iter().flatten() {
                        let list = view["values"][value].as_array_mut().unwrap();
                        list.extend(items.as_array().unwrap().clone());
                    }
                }
                "response" => self.answers.push(frame),
                _ => self.others.push(frame),
            }
        }
    }

    fn watch(&mut self, view: &str, key: Option<&str>) {
        let mut frame = json!({ "type": "watch", "view": view });
        if let Some(key) = key {
            frame["key"] = key.into();
        }
        self.session.receive(&frame.to_string());
    }

    /// Reads until a view is as it should be.
    async fn until(&mut self, view: &str, mut so: impl FnMut(&Value) -> bool) -> Value {
        let reached = tokio::time::timeout(PATIENCE, async {
            loop {
                if let Some(data) = self.views.get(view)
                    && so(data)
                {
                    return data.clone();
                }
                self.read().await;
            }
        });
        match reached.await {
            Ok(data) => data,
            Err(_) => panic!("{view} never came to it"),
        }
    }

    async fn call(&mut self, module: &str, name: &str, params: Value) -> Result<Value, Value> {
        self.calls += 1;
        let id = self.calls;
        let call = json!({
            "type": "call", "request_id": id, "module": module, "name": name, "params": params,
        });
        self.session.receive(&call.to_string());
        loop {
            if let Some(at) = self
                .answers
                .iter()
                .position(|answer| answer["request_id"] == id)
            {
                let answer = self.answers.remove(at);
                return match answer["success"] == true {
                    true => Ok(answer["data"].clone()),
                    false => Err(answer["data"].clone()),
                };
            }
            self.read().await;
        }
    }

    async fn host(&mut self, name: &str, params: Value) -> Value {
        let answer = self.call("host", name, params).await;
        answer.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    async fn refused(&mut self, name: &str, params: Value) -> String {
        let error = self.call("host", name, params).await.unwrap_err();
        error["message"].as_str().unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_follows_what_a_plugin_draws_and_acts_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    let mut page = Page::open(&host);
    page.watch("surface", Some("capabilities/probe"));
    let before = page.until("surface:capabilities/probe", |_| true).await;
    let problem = before["problem"].as_str().unwrap();
    assert!(problem.contains("not installed"), "{problem}");

    // It comes as soon as the plugin does.
    add(&host, "capabilities").await;
    page.until("surface:capabilities/probe", |data| {
        data["problem"].is_null()
    })
    .await;
    let show = page
        .call("capabilities", "show", json!({ "surface": "probe" }))
        .await;
    assert_eq!(show.unwrap(), json!({ "ok": null }));
    let drawn = page
        .until("surface:capabilities/probe", |data| {
            data["nodes"] != json!([])
        })
        .await;
    assert_eq!(drawn["nodes"][1]["value"], json!({ "bound": "count" }));
    for (name, params) in [
        (
            "set-values",
            json!({ "surface": "probe", "values": { "count": 7, "lines": ["one"] } }),
        ),
        (
            "append",
            json!({ "surface": "probe", "name": "lines", "items": ["two"] }),
        ),
    ] {
        page.call("capabilities", name, params).await.unwrap();
    }
    page.until("surface:capabilities/probe", |data| {
        data["values"]["count"] == 7 && data["values"]["lines"] == json!(["one", "two"])
    })
    .await;

    // A second page gets how it stands, at once.
    let mut second = Page::open(&host);
    second.watch("surface", Some("capabilities/probe"));
    let same = second
        .until("surface:capabilities/probe", |data| {
            data["values"]["count"] == 7
        })
        .await;
    assert_eq!(same["values"]["lines"], json!(["one", "two"]));

    let act = |node: &str, what: Value| json!({ "plugin": "capabilities", "surface": "probe", "node": node, "what": what });
    page.host("surface.act", act("press", json!({ "pressed": null })))
        .await;
    page.host(
        "surface.act",
        act("form", json!({ "submitted": { "text": "hi" } })),
    )
    .await;
    let received = page
        .call("capabilities", "received", json!({}))
        .await
        .unwrap();
    assert_eq!(received["surface"][0]["node"], "press");
    assert_eq!(received["surface"][0]["who"], "dashboard");
    assert_eq!(received["surface"][1]["what"]["submitted"]["text"], "hi");
    for (node, what, told) in [
        ("gone", json!({ "pressed": null }), "no `gone`"),
        ("press", json!({ "changed": true }), "press"),
        ("toggle", json!({ "changed": "yes" }), "toggle"),
        ("form", json!({ "submitted": {} }), "text"),
        ("press", json!({ "eval": 1 }), "unknown variant"),
    ] {
        let error = page.refused("surface.act", act(node, what)).await;
        assert!(error.contains(told), "{node}: {error}");
    }

    // What is revoked, paused or stopped says so on the page; what was drawn comes back with it.
    for (change, undo, told) in [
        ("plugin.revoke", "plugin.grant", "may not show this"),
        ("plugin.pause", "plugin.resume", "paused"),
        ("plugin.disable", "plugin.enable", "switched off"),
    ] {
        let mut params = json!({ "id": "capabilities" });
        if change == "plugin.revoke" {
            params["permissions"] = json!(["show:widget"]);
        }
        page.host(change, params.clone()).await;
        let said = page
            .until("surface:capabilities/probe", |data| {
                !data["problem"].is_null()
            })
            .await;
        assert!(said["problem"].as_str().unwrap().contains(told), "{said}");
        let error = page
            .refused("surface.act", act("press", json!({ "pressed": null })))
            .await;
        assert!(error.contains(told), "{error}");
        page.host(undo, params).await;
        page.until("surface:capabilities/probe", |data| {
            data["problem"].is_null()
        })
        .await;
    }
    host.shutdown("the test is over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_tables_are_refused_with_the_node_and_the_reason_and_what_was_drawn_stays() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    add(&host, "bad-tables").await;
    let mut page = Page::open(&host);
    page.watch("surface", Some("bad-tables/bad"));
    let answers = page.call("bad-tables", "draw", json!({})).await.unwrap();
    for (name, told) in [
        ("cycle", "node 1"),
        ("no-parent", "node 1"),
        ("two-roots", "node 1"),
        ("nothing", "0 nodes"),
        ("deep", "deep"),
        ("twice", "`a`"),
        ("script", "node 0"),
        ("javascript-image", "node 0"),
        ("foreign-image", "evil.example"),
        ("javascript-alert", "alert"),
        ("endless-alert", "120000"),
        ("wrong-value", "`have`"),
        ("undeclared", "declare it"),
    ] {
        let text = answers[name]["error"]["text"].as_str().unwrap_or_default();
        assert!(text.contains(told), "{name}: {}", answers[name]);
        assert!(text.len() < 400, "{name}: {text}");
    }
    let many = page
        .call("bad-tables", "many", json!({ "nodes": 20_000 }))
        .await
        .unwrap();
    let text = many["error"]["text"].as_str().unwrap();
    assert!(text.contains("20000 nodes"), "{text}");

    // Markdown reaches the page read: a script is a text, and such a link is none.
    let drawn = page
        .until("surface:bad-tables/bad", |data| {
            data.to_string().contains("https://example.com")
        })
        .await;
    let text = drawn.to_string();
    assert!(!text.contains("javascript:"), "{text}");
    assert_eq!(text.matches("\"link\"").count(), 1, "{text}");
    host.shutdown("the test is over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_view_is_told_and_follows_what_changes() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    let mut page = Page::open(&host);
    for view in [
        "host",
        "connectors",
        "plugins",
        "accounts",
        "surfaces",
        "overlays",
        "layout",
        "bundled",
        "activity",
        "simulator",
        "services",
    ] {
        page.watch(view, None);
        page.until(&format!("{view}:"), |_| true).await;
    }
    assert_eq!(page.views["simulator:"], Value::Null);
    page.host("simulator.set", json!({ "rate": 0.0 })).await;
    page.until("connectors:", |data| data[0]["id"] == "simulator")
        .await;
    page.until("simulator:", |data| data == &json!(0.0)).await;

    let bundled = page.views["bundled:"].as_array().unwrap();
    assert!(
        bundled.iter().any(|plugin| plugin["id"] == "alerts"),
        "{bundled:?}"
    );
    page.host(
        "plugin.install-bundled",
        json!({ "id": "alerts", "grant": ["subscribe:channel.follow", "show:overlay"] }),
    )
    .await;
    page.until("plugins:", |data| data[0]["id"] == "alerts")
        .await;
    page.until("bundled:", |data| !data.to_string().contains("\"alerts\""))
        .await;
    let overlays = page
        .until("overlays:", |data| data[0]["id"] == "stage")
        .await;
    assert_eq!(overlays[0]["granted"], true);
    page.watch("settings", Some("alerts"));
    page.until("settings:alerts", |data| data["seconds"]["value"] == 7)
        .await;
    page.host(
        "plugin.set-settings",
        json!({ "id": "alerts", "values": { "seconds": 5 } }),
    )
    .await;
    page.until("settings:alerts", |data| data["seconds"]["value"] == 5)
        .await;
    page.watch("log", Some("alerts"));
    page.until("log:alerts", Value::is_array).await;

    page.host("simulate", json!({ "topic": "channel.follow", "set": {} }))
        .await;
    let activity = page
        .until("activity:", |data| data[0]["topic"] == "channel.follow")
        .await;
    assert_eq!(activity[0]["simulated"], true);
    let id = activity[0]["id"].as_str().unwrap();
    let again = page.host("event.replay", json!({ "id": id })).await;
    assert_eq!(again["replayed"], true);
    let chain = page.host("event.chain", json!({ "id": again["id"] })).await;
    assert_eq!(chain.as_array().unwrap().len(), 2, "{chain}");

    let layout = json!({ "pages": [{ "id": "a", "title": "Mine", "items": [
        { "surface": "alerts/queue", "x": 0, "y": 0, "w": 4, "h": 6 },
    ] }] });
    page.host("layout.set", json!({ "layout": layout })).await;
    assert_eq!(
        page.until("layout:", |data| data["pages"] != json!([]))
            .await,
        layout
    );
    let wide = json!({ "pages": [{ "id": "a", "title": "", "items": [
        { "surface": "alerts/queue", "x": 9, "y": 0, "w": 4, "h": 6 },
    ] }] });
    let error = page.refused("layout.set", json!({ "layout": wide })).await;
    assert!(error.contains("12 columns"), "{error}");

    page.host(
        "service.set-up",
        json!({ "service": "twitch", "values": { "client_id": "abc123" } }),
    )
    .await;
    page.until("services:", |data| data["twitch"]["client_id"] == "abc123")
        .await;
    page.host(
        "obs.set-up",
        json!({ "obs": { "name": "second", "url": "ws://127.0.0.1:1" }, "password": "verysecret" }),
    )
    .await;
    page.until("connectors:", |data| data.to_string().contains("second"))
        .await;
    let obs = page
        .until("services:", |data| data["obs"][0]["name"] == "second")
        .await;
    assert_eq!(obs["obs"][0]["has_password"], true);
    let file = std::fs::read_to_string(folder.path().join("data/config.toml")).unwrap();
    assert!(
        file.contains("abc123") && file.contains("ws://127.0.0.1:1"),
        "{file}"
    );
    assert!(!file.contains("verysecret") && !format!("{:?}", page.views).contains("verysecret"));
    page.host("obs.remove", json!({ "name": "second" })).await;
    page.until("connectors:", |data| !data.to_string().contains("second"))
        .await;

    host.shutdown("the test is over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_watched_or_called_is_refused_with_what_can() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    let mut page = Page::open(&host);
    for (view, key, told) in [
        ("plugin", None, "did you mean `plugins`?"),
        ("surface", None, "needs a `key`"),
        ("surface", Some("alerts"), "plugin/surface"),
        ("plugins", Some("alerts"), "has no `key`"),
    ] {
        page.watch(view, key);
        page.read().await;
        let error = page.others.pop().unwrap();
        assert!(error["message"].as_str().unwrap().contains(told), "{error}");
    }
    for number in 0..200 {
        page.watch("log", Some(&format!("plugin-{number}")));
    }
    while !page.others.iter().any(|other| other["type"] == "error") {
        page.read().await;
    }
    for (name, params, told) in [
        ("plugin.enabel", json!({}), "did you mean `plugin.enable`?"),
        ("plugin.enable", json!({ "id": "nobody" }), "nobody"),
        (
            "plugin.enable",
            json!({ "name": "alerts" }),
            "unknown field `name`",
        ),
        ("event.replay", json!({ "id": "gone" }), "not remembered"),
        ("event.history", json!({ "pattern": "a*" }), "`a*`"),
        (
            "plugin.install-bundled",
            json!({ "id": "nothing", "grant": [] }),
            "brings no plugin",
        ),
        (
            "service.set-up",
            json!({ "service": "twitch", "values": { "api": "http://evil.example" } }),
            "client_id",
        ),
        (
            "overlay.place",
            json!({ "plugin": "a", "surface": "b", "placement": { "x": 1e9 } }),
            "`x`",
        ),
    ] {
        let error = page.refused(name, params).await;
        assert!(error.contains(told), "{name}: {error}");
    }
    host.shutdown("the test is over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_does_not_read_slows_nobody_and_gets_how_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    add(&host, "capabilities").await;
    let mut sleeping = Page::open(&host);
    sleeping.watch("surface", Some("capabilities/probe"));
    let mut page = Page::open(&host);
    page.call("capabilities", "show", json!({ "surface": "probe" }))
        .await
        .unwrap();
    for count in 0..150 {
        let values = json!({ "surface": "probe", "values": { "count": count } });
        let set = page
            .call("capabilities", "set-values", values)
            .await
            .unwrap();
        assert_eq!(set, json!({ "ok": null }), "{count}");
    }
    sleeping
        .until("surface:capabilities/probe", |data| {
            data["values"]["count"] == 149
        })
        .await;
    host.shutdown("the test is over").await;
}

struct Web {
    address: String,
    shutdown: CancellationToken,
    http: reqwest::Client,
}

impl Web {
    async fn start(host: &Host) -> (Self, Token) {
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
    async fn enter(&self, path: &str, token: &str) -> Result<String, u16> {
        let url = format!("http://{}{path}/session", self.address);
        let answer = self.http.post(url).bearer_auth(token).send().await.unwrap();
        match answer.headers().get("set-cookie") {
            Some(cookie) => Ok(cookie.to_str().unwrap().to_owned()),
            None => Err(answer.status().as_u16()),
        }
    }

    async fn socket(
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

#[tokio::test(flavor = "multi_thread")]
async fn an_overlay_opens_by_its_own_token_which_opens_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    add(&host, "capabilities").await;
    let (web, main) = Web::start(&host).await;
    let path = "/overlay/capabilities/stage";
    assert_eq!(
        web.enter(path, "guess").await,
        Err(401),
        "there is no address yet"
    );
    let overlay = host.overlays().await.unwrap().remove(0);
    let (address, token) = overlay.address.split_once("#token=").unwrap();
    assert_eq!(address, path);
    for wrong in ["", "guess", main.as_str()] {
        assert_eq!(web.enter(path, wrong).await, Err(401), "{wrong}");
    }
    assert_eq!(
        web.enter("/overlay/capabilities/probe", token).await,
        Err(401)
    );
    let cookie = web.enter(path, token).await.unwrap();
    for part in [
        "HttpOnly",
        "SameSite=Strict",
        "Path=/overlay/capabilities/stage",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }

    // The cookie opens this overlay's socket, and neither the API nor the whole socket.
    assert_eq!(web.socket("/ws", &cookie).await.err(), Some(401));
    for elsewhere in ["/api/modules", "/api/status"] {
        let url = format!("http://{}{elsewhere}", web.address);
        for request in [
            web.http
                .get(&url)
                .header("cookie", cookie.split(';').next().unwrap()),
            web.http.get(&url).bearer_auth(token),
        ] {
            assert_eq!(request.send().await.unwrap().status(), 401, "{elsewhere}");
        }
    }
    let mut frames = web.socket(&format!("{path}/ws"), &cookie).await.unwrap();
    let mut refused = 0;
    let scene = loop {
        let frame = tokio::time::timeout(PATIENCE, frames.next())
            .await
            .unwrap()
            .unwrap();
        match frame["type"].as_str().unwrap() {
            "view" => break frame,
            "error" => refused += 1,
            "response" => {
                assert_eq!(frame["success"], false, "{frame}");
                refused += 1;
            }
            _ => panic!("{frame}"),
        }
    };
    assert_eq!(refused, 4, "it may watch one thing");
    assert_eq!(scene["data"]["placement"]["width"], 800.0);
    assert_eq!(scene["data"]["alert"], Value::Null);

    // Alerts are shown one after the other, and the plugin is told.
    for text in ["first", "second"] {
        let alert = json!({ "overlay": "stage", "text": text, "milliseconds": 600 }).to_string();
        host.call("capabilities.queue-alert", &alert).await.unwrap();
    }
    let mut shown = Vec::new();
    while shown.len() < 2 {
        let frame = tokio::time::timeout(PATIENCE, frames.next())
            .await
            .unwrap()
            .unwrap();
        let id = frame["data"]["alert"]["id"].clone();
        if id.is_string() && !shown.contains(&id) {
            assert!(
                frame["data"]["alert"]["now"].as_f64() >= frame["data"]["alert"]["began"].as_f64()
            );
            shown.push(id);
        }
    }
    let told = || async {
        let received = host.call("capabilities.received", "{}").await.unwrap();
        received.read::<Value>().unwrap()["surface"].clone()
    };
    let mut happened = Vec::new();
    while happened.len() < 4 {
        happened.extend(
            told()
                .await
                .as_array()
                .unwrap()
                .iter()
                .map(|event| event["what"].clone()),
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(
        happened,
        [
            json!({ "shown": shown[0] }),
            json!({ "finished": shown[0] }),
            json!({ "shown": shown[1] }),
            json!({ "finished": shown[1] }),
        ]
    );

    // A new address ends the old one.
    host.renew_overlay(&SurfaceId::new("capabilities", "stage"))
        .await
        .unwrap();
    assert_eq!(web.enter(path, token).await, Err(401));
    assert_eq!(
        web.socket(&format!("{path}/ws"), &cookie).await.err(),
        Some(401)
    );
    // What the old one had opened ends too.
    while tokio::time::timeout(PATIENCE, frames.next())
        .await
        .unwrap()
        .is_some()
    {}
    web.shutdown.cancel();
    host.shutdown("the test is over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_plugin_brings_to_show_is_served_and_nothing_else_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    add(&host, "capabilities").await;
    let (web, _) = Web::start(&host).await;
    let get = async |path: &str| {
        let url = format!("http://{}{path}", web.address);
        let answer = web.http.get(url).send().await.unwrap();
        let kind = answer.headers().get("content-type").cloned();
        (
            answer.status().as_u16(),
            kind,
            answer.bytes().await.unwrap(),
        )
    };
    let (status, kind, bytes) = get("/assets-of/capabilities/duck.svg").await;
    assert_eq!(status, 200);
    assert_eq!(kind.unwrap(), "image/svg+xml");
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/plugins/capabilities/assets/duck.svg"
    );
    assert_eq!(bytes, std::fs::read(file).unwrap());
    for nothing in [
        "/assets-of/capabilities/goose.svg",
        "/assets-of/capabilities/notes.txt",
        "/assets-of/capabilities/..%2f..%2fpato.sqlite",
        "/assets-of/capabilities/",
        "/assets-of/nobody/duck.svg",
    ] {
        assert_eq!(get(nothing).await.0, 404, "{nothing}");
    }
    web.shutdown.cancel();
    host.shutdown("the test is over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_wait_for_a_page_and_are_shown_to_the_one_that_comes() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    add(&host, "capabilities").await;
    let mut page = Page::open(&host);
    page.watch("overlays", None);
    for text in ["a", "b", "c"] {
        let alert = json!({ "overlay": "stage", "text": text, "milliseconds": 500 });
        page.call("capabilities", "queue-alert", alert)
            .await
            .unwrap();
    }
    page.until("overlays:", |data| data[0]["waiting"] == 3)
        .await;
    assert_eq!(page.views["overlays:"][0]["connected"], 0);
    // None is lost to an editor that is open while OBS is not; it shows them once somebody tries it out.
    page.watch("overlay", Some("capabilities/stage"));
    page.until("overlay:capabilities/stage", |_| true).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(
        page.views["overlay:capabilities/stage"]["alert"],
        Value::Null
    );
    // The fixture listens to nothing that could be simulated.
    let nothing = json!({ "plugin": "capabilities", "surface": "stage" });
    let error = page.refused("overlay.test", nothing).await;
    assert!(error.contains("listens to nothing"), "{error}");
    page.until("overlay:capabilities/stage", |data| {
        data["alert"].is_object()
    })
    .await;
    let stage = || json!({ "plugin": "capabilities", "surface": "stage" });
    assert_eq!(
        page.host("overlay.skip", stage()).await,
        json!({ "skipped": true })
    );
    let cleared = page.host("overlay.clear", stage()).await;
    assert!(cleared["cleared"].as_u64().unwrap() >= 1, "{cleared}");
    page.until("overlays:", |data| data[0]["waiting"] == 0)
        .await;
    assert_eq!(page.views["overlays:"][0]["connected"], 0);
    host.shutdown("the test is over").await;
}
