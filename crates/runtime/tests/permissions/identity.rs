//! Who a plugin is does not depend on what it says: handles, keys and secrets of others are not there.

use pato_vault::Secret;
use serde_json::json;

use crate::kit::{
    Host, SocketServer, WebServer, command, eventually, granted_to, log, manifest, ok, refusal,
    requesting,
};
use pato_runtime::PluginHandle;

/// Two plugins from the same bytes, with everything granted to both.
async fn twins(host: &Host, further: &[&str]) -> [PluginHandle; 2] {
    let first = requesting(manifest("capabilities"), further);
    let mut second = first.clone();
    second.id = "twin".parse().unwrap();
    [
        host.load("capabilities", granted_to(first)).await,
        host.load("capabilities", granted_to(second)).await,
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_plugin_has_a_store_of_its_own() {
    let host = Host::start();
    let [first, twin] = twins(&host, &[]).await;
    let set = |value: &str| json!({ "key": "name", "value": value });
    let get = || json!({ "key": "name" });
    ok(&first, "storage-set", set("first's")).await;
    assert_eq!(ok(&twin, "storage-get", get()).await, json!(null));
    assert_eq!(
        ok(&twin, "storage-keys", json!({ "prefix": "" })).await,
        json!([])
    );
    ok(&twin, "storage-set", set("twin's")).await;
    ok(&twin, "storage-delete", get()).await;
    assert_eq!(ok(&first, "storage-get", get()).await, "first's");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_cannot_cancel_the_timer_of_another() {
    let host = Host::start();
    let [first, twin] = twins(&host, &[]).await;
    let timer = ok(&first, "timer-every", json!({ "milliseconds": 10 })).await;
    let (kind, _) = refusal(&twin, "timer-cancel", json!({ "timer": timer })).await;
    assert_eq!(kind, "not-found");
    let calls = first.metrics().calls;
    eventually("the timer to go on", || first.metrics().calls > calls + 3).await;
    let received = command(&first, "received", json!({})).await;
    assert!(received["timers"].as_array().unwrap().contains(&timer));
    let received = command(&twin, "received", json!({})).await;
    assert_eq!(received["timers"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_cannot_use_the_connection_of_another() {
    let server = SocketServer::start().await;
    let host = Host::start();
    let [first, twin] = twins(&host, &[&format!("websocket:{}", server.address)]).await;
    let connection = ok(&first, "websocket-connect", json!({ "url": server.url() })).await;
    for (name, parameters) in [
        (
            "websocket-send",
            json!({ "connection": connection, "text": "intruder" }),
        ),
        ("websocket-close", json!({ "connection": connection })),
    ] {
        let (kind, _) = refusal(&twin, name, parameters).await;
        assert_eq!(kind, "not-found", "{name}");
    }
    let send = json!({ "connection": connection, "text": "owner" });
    ok(&first, "websocket-send", send).await;
    eventually("the message", || !server.messages().is_empty()).await;
    assert_eq!(server.messages(), ["owner"]);
    let received = command(&twin, "received", json!({})).await;
    assert_eq!(received["websocket"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_goes_out_only_for_the_plugin_that_it_was_given_to() {
    let server = WebServer::start().await;
    let host = Host::start();
    let [first, twin] = twins(&host, &[&format!("http:{}", server.address)]).await;
    let hosts = [server.address.to_string()];
    let secret = Secret::new("correct-horse-battery".to_owned());
    host.vault
        .set("capabilities", "token", secret, &hosts)
        .unwrap();
    let request = json!({
        "method": "GET",
        "url": server.url(),
        "headers": { "authorization": "Bearer {secret:token}" },
    });
    let (kind, _) = refusal(&twin, "http", request.clone()).await;
    assert_eq!(kind, "denied");
    assert!(server.requests().is_empty());
    ok(&first, "http", request).await;
    assert!(server.requests()[0].contains("Bearer correct-horse-battery"));

    ok(
        &first,
        "log",
        json!({ "message": "it is correct-horse-battery" }),
    )
    .await;
    assert_eq!(log(&first), ["it is ***"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_and_actions_carry_the_name_of_the_plugin_they_come_from() {
    let host = Host::start();
    let published = host.listen("probe.**");
    let [first, twin] = twins(&host, &[]).await;
    let event = json!({ "topic": "probe.who", "data": { "source": "plugin:twin" } });
    ok(&first, "publish", event.clone()).await;
    ok(&twin, "publish", event).await;
    assert_eq!(&*published.next().await.source, "plugin:capabilities");
    assert_eq!(&*published.next().await.source, "plugin:twin");
    let call = json!({ "action": "chat.send", "parameters": { "plugin": "capabilities" } });
    ok(&twin, "call", call).await;
    assert_eq!(host.services.calls()[0].plugin, "twin");
}
