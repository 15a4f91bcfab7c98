//! The gate as real plugins meet it: through `http`, `websocket` and `wasi:http`.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use pato_bus::{Bus, BusConfiguration, Mailbox, MailboxConfiguration, ManualClock, Spill};
use pato_events::catalogue::host::PluginState;
use pato_events::{Pattern, Payload};
use pato_permissions::{Grants, Manifest, PluginId};
use pato_runtime::egress::EgressConfiguration;
use pato_runtime::{
    Dependencies, LoadOptions, PluginHandle, Runtime, RuntimeConfiguration, ServiceCall,
    ServiceError, Services, SpillFactory, Storage, StorageChange, StorageError, read_manifest,
};
use pato_vault::{Secret, Vault};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::servers::{WebServer, ok};
use crate::wiring::Names;

/// No test here performs actions, stores values or spills events.
struct Nothing;

#[async_trait::async_trait]
impl Services for Nothing {
    async fn call(&self, call: ServiceCall<'_>) -> Result<Payload, ServiceError> {
        Err(ServiceError::NotFound(call.action.to_owned()))
    }
}

#[async_trait::async_trait]
impl Storage for Nothing {
    async fn get(&self, _: &PluginId, _: &str) -> Result<Option<Vec<u8>>, StorageError> {
        Err(StorageError::new("there is no storage"))
    }

    async fn keys(
        &self,
        _: &PluginId,
        _: &str,
        _: Option<&str>,
        _: usize,
    ) -> Result<Vec<String>, StorageError> {
        Err(StorageError::new("there is no storage"))
    }

    async fn used(&self, _: &PluginId) -> Result<u64, StorageError> {
        Err(StorageError::new("there is no storage"))
    }

    async fn transact(&self, _: &PluginId, _: Vec<StorageChange>) -> Result<(), StorageError> {
        Err(StorageError::new("there is no storage"))
    }
}

impl SpillFactory for Nothing {
    fn open(&self, _: &PluginId) -> io::Result<Box<dyn Spill>> {
        Err(io::Error::other("there is no disk"))
    }
}

struct World {
    runtime: Runtime,
    vault: Vault,
    denied: Mailbox,
}

fn world() -> World {
    let clock = Arc::new(ManualClock::new(0.0));
    let bus = Bus::new(BusConfiguration::default(), clock.clone());
    let denied = bus.subscribe(MailboxConfiguration::new("test"));
    denied.add(Pattern::new("plugin.denied").unwrap());
    let vault = Vault::new();
    let configuration = RuntimeConfiguration {
        max_plugins: 4,
        egress: EgressConfiguration {
            resolver: Arc::new(Names::default()),
            ..EgressConfiguration::default()
        },
        ..RuntimeConfiguration::default()
    };
    let dependencies = Dependencies {
        bus,
        clock,
        services: Arc::new(Nothing),
        storage: Arc::new(Nothing),
        spills: Arc::new(Nothing),
        vault: vault.clone(),
        seed: 1,
    };
    World {
        runtime: Runtime::new(configuration, dependencies).unwrap(),
        vault,
        denied,
    }
}

/// A fixture and its manifest, as if that requested `scopes` for both protocols.
fn fixture(name: &str, scopes: &[String]) -> (Vec<u8>, Manifest) {
    let guests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/guests/fixtures");
    let path = guests.join(format!("{name}.wasm"));
    let bytes = std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask guests`", path.display()));
    let mut manifest = read_manifest(&bytes).unwrap();
    manifest.permissions = crate::wiring::manifest(scopes).permissions;
    (bytes, manifest)
}

impl World {
    /// Loads a fixture with these scopes requested, and granted as far as `granted` says.
    async fn load(
        &self,
        name: &str,
        scopes: &[String],
        granted: impl FnOnce(&Manifest) -> Grants,
    ) -> PluginHandle {
        let (bytes, manifest) = fixture(name, scopes);
        let options = LoadOptions {
            grants: granted(&manifest),
            manifest: Some(manifest),
            ..LoadOptions::default()
        };
        let plugin = self.runtime.load(&bytes, options).await.unwrap();
        let status = plugin.started().await;
        assert_eq!(status.state, PluginState::Running, "{status:?}");
        plugin
    }
}

async fn command(plugin: &PluginHandle, name: &str, parameters: Value) -> Value {
    let parameters = Payload::from_value(&parameters).unwrap();
    let answer = plugin.command(name, &parameters).await.unwrap();
    serde_json::from_str(answer.as_str()).unwrap()
}

fn request(server: &WebServer) -> Value {
    json!({ "method": "GET", "url": server.url("127.0.0.1") })
}

#[tokio::test]
async fn http_works_where_granted_and_ends_when_revoked() {
    let server = WebServer::saying("hello").await;
    let world = world();
    let scope = [server.scope("127.0.0.1")];
    let plugin = world.load("capabilities", &scope, Grants::all_of).await;
    let answer = command(&plugin, "http", request(&server)).await;
    assert_eq!(answer["ok"]["status"], 200, "{answer}");
    assert_eq!(answer["ok"]["body"], "hello");
    plugin.set_grants(Grants::default());
    let answer = command(&plugin, "http", request(&server)).await;
    let remedy = format!("pato plugin grant capabilities http:{}", scope[0]);
    assert_eq!(
        answer,
        json!({ "error": { "kind": "denied", "text": remedy } })
    );
    let mut told = Vec::new();
    world.denied.next_batch(&mut told, 1).await;
    assert!(
        told[0].data.as_str().contains(&remedy),
        "{}",
        told[0].data.as_str()
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn http_is_denied_where_undeclared_or_not_granted() {
    let server = WebServer::saying("no").await;
    let world = world();
    let undeclared = world
        .load("capabilities", &["probe.example".into()], Grants::all_of)
        .await;
    let answer = command(&undeclared, "http", request(&server)).await;
    assert_eq!(answer["error"]["kind"], "denied", "{answer}");
    assert!(
        answer["error"]["text"]
            .as_str()
            .unwrap()
            .contains("pato.toml"),
        "{answer}"
    );
    undeclared.stop().await;
    let scope = [server.scope("127.0.0.1")];
    let ungranted = world
        .load("capabilities", &scope, |_| Grants::default())
        .await;
    let answer = command(&ungranted, "http", request(&server)).await;
    assert_eq!(answer["error"]["kind"], "denied", "{answer}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_secret_leaves_with_the_request_and_never_enters_the_plugin() {
    const SECRET: &str = "correct-horse-battery-staple";
    let server = WebServer::start(|request| ok(request)).await;
    let world = world();
    let scope = [server.scope("127.0.0.1")];
    let secret = Secret::new(SECRET.to_owned());
    world
        .vault
        .set("capabilities", "token", secret, &scope)
        .unwrap();
    let plugin = world.load("capabilities", &scope, Grants::all_of).await;
    let mut parameters = request(&server);
    parameters["headers"] = json!({ "x-key": "{secret:token}" });
    let answer = command(&plugin, "http", parameters.clone()).await;
    assert!(server.requests()[0].contains(SECRET));
    assert!(!answer.to_string().contains(SECRET), "{answer}");
    assert!(
        answer["ok"]["body"]
            .as_str()
            .unwrap()
            .contains("x-key: ***"),
        "{answer}"
    );
    world.vault.remove("capabilities", "token");
    let answer = command(&plugin, "http", parameters).await;
    assert_eq!(answer["error"]["kind"], "denied", "{answer}");
}

#[tokio::test]
async fn a_languages_own_client_meets_the_same_gate() {
    let server = WebServer::saying("by wasi").await;
    let world = world();
    let scope = [server.scope("127.0.0.1")];
    let plugin = world.load("std-http", &scope, Grants::all_of).await;
    let get = |authority: String| {
        let parameters = json!({ "scheme": "http", "authority": authority, "path": "/x?y=z" });
        command(&plugin, "get", parameters)
    };
    let answer = get(scope[0].clone()).await;
    assert_eq!(
        answer["ok"],
        json!({ "status": 200, "body": "by wasi" }),
        "{answer}"
    );
    assert!(server.requests()[0].starts_with("GET /x?y=z HTTP/1.1"));
    let answer = get(server.scope("localhost")).await;
    assert!(
        answer["error"]
            .as_str()
            .unwrap()
            .contains("HttpRequestDenied"),
        "{answer}"
    );
    let mut told = Vec::new();
    world.denied.next_batch(&mut told, 1).await;
    assert!(
        told[0].data.as_str().contains("localhost"),
        "the user is told"
    );
    plugin.set_grants(Grants::default());
    let answer = get(scope[0].clone()).await;
    assert!(
        answer["error"]
            .as_str()
            .unwrap()
            .contains("HttpRequestDenied"),
        "{answer}"
    );
    assert_eq!(server.requests().len(), 1);
}

/// What the plugin has heard of its connections, once there are so many events.
async fn heard(plugin: &PluginHandle, count: usize) -> Vec<Value> {
    let mut heard = Vec::new();
    let waiting = async {
        while heard.len() < count {
            let received = command(plugin, "received", json!({})).await;
            heard.extend(received["websocket"].as_array().unwrap().iter().cloned());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), waiting).await;
    assert!(waited.is_ok(), "only {heard:?}");
    heard
        .into_iter()
        .map(|event| event["event"].clone())
        .collect()
}

#[tokio::test]
async fn a_plugin_talks_over_a_websocket_until_the_grant_is_revoked() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let scope = [format!(
        "127.0.0.1:{}",
        listener.local_addr().unwrap().port()
    )];
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
        while let Some(Ok(message)) = socket.next().await {
            if message.is_text() {
                socket.send(message).await.unwrap();
            }
        }
    });
    let world = world();
    let plugin = world.load("capabilities", &scope, Grants::all_of).await;
    let url = json!({ "url": format!("ws://{}/", scope[0]) });
    let answer = command(&plugin, "websocket-connect", url.clone()).await;
    let connection = answer["ok"].as_u64().unwrap();
    assert_ne!(connection, 0);
    assert_eq!(heard(&plugin, 1).await, [json!({ "opened": true })]);
    let send = json!({ "connection": connection, "text": "hello" });
    let answer = command(&plugin, "websocket-send", send.clone()).await;
    assert_eq!(answer, json!({ "ok": null }));
    assert_eq!(heard(&plugin, 1).await, [json!({ "text": "hello" })]);
    plugin.set_grants(Grants::default());
    let events = heard(&plugin, 1).await;
    assert!(
        events[0]["failed"].as_str().unwrap().contains("revoked"),
        "{events:?}"
    );
    for (name, parameters, kind) in [
        ("websocket-send", send, "not-found"),
        ("websocket-connect", url, "denied"),
    ] {
        let answer = command(&plugin, name, parameters).await;
        assert_eq!(answer["error"]["kind"], kind, "{name}: {answer}");
    }
    server.await.unwrap();
}

#[tokio::test]
async fn a_plugin_that_is_stopped_says_goodbye_to_its_servers() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let scope = [format!(
        "127.0.0.1:{}",
        listener.local_addr().unwrap().port()
    )];
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
        let farewell = socket.next().await.unwrap().unwrap();
        while let Some(Ok(_)) = socket.next().await {}
        farewell
    });
    let world = world();
    let plugin = world.load("capabilities", &scope, Grants::all_of).await;
    let url = json!({ "url": format!("ws://{}/", scope[0]) });
    command(&plugin, "websocket-connect", url).await;
    assert_eq!(heard(&plugin, 1).await, [json!({ "opened": true })]);
    plugin.stop().await;
    let tokio_tungstenite::tungstenite::Message::Close(Some(frame)) = server.await.unwrap() else {
        panic!("no close");
    };
    assert_eq!(u16::from(frame.code), 1001);
}
