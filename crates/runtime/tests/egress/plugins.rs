//! What only a real plugin shows: that a secret stays outside of it, and how its connections end.

use futures_util::StreamExt;
use pato_vault::Secret;
use serde_json::json;
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::Message;

use crate::kit::{Host, command, granted_to, manifest, ok, refusal, requesting};
use crate::servers::{self, WebServer};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_leaves_with_the_request_and_never_enters_the_plugin() {
    const SECRET: &str = "correct-horse-battery-staple";
    let server = WebServer::start(servers::ok).await;
    let scope = server.scope("127.0.0.1");
    let host = Host::start();
    let secret = Secret::new(SECRET.to_owned());
    host.vault
        .set("capabilities", "token", secret, &[&scope])
        .unwrap();
    let manifest = requesting(manifest("capabilities"), &[&format!("http:{scope}")]);
    let plugin = host.load("capabilities", granted_to(manifest)).await;
    let request = json!({
        "method": "POST",
        "url": server.url("127.0.0.1"),
        "headers": { "x-key": "{secret:token}" },
        "body": "{secret:token}",
    });
    let answer = ok(&plugin, "http", request.clone()).await;
    assert_eq!(server.requests()[0].matches(SECRET).count(), 2);
    assert!(!answer.to_string().contains(SECRET), "{answer}");
    assert_eq!(
        answer["body"].as_str().unwrap().matches("***").count(),
        2,
        "{answer}"
    );
    host.vault.remove("capabilities", "token");
    let (kind, _) = refusal(&plugin, "http", request).await;
    assert_eq!(kind, "denied");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_that_is_stopped_says_goodbye_to_its_servers() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let scope = format!("127.0.0.1:{}", listener.local_addr().unwrap().port());
    let (opened, open) = tokio::sync::oneshot::channel();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut socket = tokio_tungstenite::accept_async(stream).await.unwrap();
        opened.send(()).unwrap();
        let farewell = socket.next().await.unwrap().unwrap();
        while let Some(Ok(_)) = socket.next().await {}
        farewell
    });
    let host = Host::start();
    let manifest = requesting(manifest("capabilities"), &[&format!("websocket:{scope}")]);
    let plugin = host.load("capabilities", granted_to(manifest)).await;
    let url = json!({ "url": format!("ws://{scope}/") });
    command(&plugin, "websocket-connect", url).await;
    open.await.unwrap();
    plugin.stop().await;
    let Message::Close(Some(frame)) = server.await.unwrap() else {
        panic!("no close");
    };
    assert_eq!(u16::from(frame.code), 1001);
}
