//! The network permissions over the life of a connection, and through a language's own client.

use serde_json::{Value, json};

use crate::kit::{
    Host, SocketServer, WebServer, command, granted_to, manifest, ok, permission, refusal,
    requesting, within,
};
use pato_runtime::PluginHandle;

/// What happened on the plugin's connections, until the last of it fits.
async fn socket_events(plugin: &PluginHandle, fits: impl Fn(&Value) -> bool) -> Vec<Value> {
    within("the connection", async {
        let mut seen: Vec<Value> = Vec::new();
        loop {
            let received = command(plugin, "received", json!({})).await;
            let news = received["websocket"].as_array().unwrap().clone();
            seen.extend(news.into_iter().map(|entry| entry["event"].clone()));
            if seen.last().is_some_and(&fits) {
                return seen;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_converses_and_ends_when_its_host_is_revoked() {
    let server = SocketServer::start().await;
    let scope = format!("websocket:{}", server.address);
    let options = granted_to(requesting(manifest("capabilities"), &[&scope]));
    let host = Host::start();
    let plugin = host.load("capabilities", options.clone()).await;
    let connection = ok(&plugin, "websocket-connect", json!({ "url": server.url() })).await;
    assert_ne!(connection, 0);
    let send = json!({ "connection": connection, "text": "hello" });
    ok(&plugin, "websocket-send", send.clone()).await;
    let seen = socket_events(&plugin, |event| event["text"] == "hello").await;
    assert_eq!(
        seen,
        [json!({ "opened": true }), json!({ "text": "hello" })]
    );

    let mut rest = options.grants;
    rest.remove(&permission(&scope)).unwrap();
    plugin.set_grants(&rest);
    let answer = command(&plugin, "websocket-send", send).await;
    let kind = &answer["error"]["kind"];
    assert!(kind == "denied" || kind == "not-found", "{answer}");
    let seen = socket_events(&plugin, |event| event["failed"].is_string()).await;
    assert_eq!(
        seen,
        [json!({ "failed": "the permission for this host was revoked" })]
    );
    assert_eq!(server.messages(), ["hello"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_the_plugin_closes_says_so() {
    let server = SocketServer::start().await;
    let scope = format!("websocket:{}", server.address);
    let host = Host::start();
    let manifest = requesting(manifest("capabilities"), &[&scope]);
    let plugin = host.load("capabilities", granted_to(manifest)).await;
    let connection = ok(&plugin, "websocket-connect", json!({ "url": server.url() })).await;
    socket_events(&plugin, |event| event["opened"] == true).await;
    let close = json!({ "connection": connection, "code": 1000, "reason": "done" });
    ok(&plugin, "websocket-close", close.clone()).await;
    let seen = socket_events(&plugin, |event| event["closed"].is_number()).await;
    assert_eq!(seen, [json!({ "closed": 1000, "reason": "done" })]);
    let (kind, _) = refusal(&plugin, "websocket-close", close).await;
    assert_eq!(kind, "not-found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_languages_own_client_passes_the_same_gate() {
    let server = WebServer::start().await;
    let scope = format!("http:{}", server.address);
    let options = granted_to(requesting(manifest("std-http"), &[&scope]));
    let host = Host::start();
    let denied = host.listen("plugin.denied");
    let plugin = host.load("std-http", options.clone()).await;
    let request = json!({
        "scheme": "http",
        "authority": server.address.to_string(),
        "path": "/",
    });
    let answer = command(&plugin, "get", request.clone()).await;
    assert_eq!(answer["ok"], json!({ "status": 200, "body": "hello" }));

    let mut rest = options.grants.clone();
    rest.remove(&permission(&scope)).unwrap();
    plugin.set_grants(&rest);
    let answer = command(&plugin, "get", request.clone()).await;
    assert!(answer["error"].is_string(), "{answer}");
    let denial = denied.data().await;
    assert_eq!(denial["permission"], scope);
    assert_eq!(
        denial["remedy"],
        format!("pato plugin grant std-http {scope}")
    );
    assert_eq!(server.requests().len(), 1, "nothing went out");

    plugin.set_grants(&options.grants);
    let answer = command(&plugin, "get", request).await;
    assert_eq!(answer["ok"]["status"], 200);
}
