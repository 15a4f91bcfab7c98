use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use http::HeaderMap;
use pato_permissions::{Allowed, Grants};
use pato_runtime::egress::{EgressError, SocketEvent, SocketMessage, WebSockets};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use crate::wiring::{Gate, allow, gate, gate_with, keep_secret, manifest};

type Events = mpsc::Receiver<(u32, SocketEvent)>;

/// A server that hands its first connection to `converse`.
async fn server<F>(
    converse: impl FnOnce(WebSocketStream<TcpStream>) -> F + Send + 'static,
) -> (u16, JoinHandle<F::Output>)
where
    F: Future<Output: Send + 'static> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let task = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        converse(tokio_tungstenite::accept_async(stream).await.unwrap()).await
    });
    (port, task)
}

async fn echo(mut socket: WebSocketStream<TcpStream>) -> Option<CloseFrame> {
    let mut farewell = None;
    while let Some(Ok(message)) = socket.next().await {
        match message {
            Message::Close(frame) => farewell = frame,
            message if message.is_text() || message.is_binary() => {
                socket.send(message).await.unwrap();
            }
            _ => {}
        }
    }
    farewell
}

fn connect(gate: &Gate, port: u16) -> (WebSockets, Events, Allowed, u32) {
    let (mut sockets, events) = WebSockets::new(gate.plugin.clone());
    let allowed = allow([format!("localhost:{port}")]);
    let url = format!("ws://localhost:{port}/");
    let connection = sockets.connect(&allowed, &url, &HeaderMap::new()).unwrap();
    (sockets, events, allowed, connection)
}

async fn next(events: &mut Events) -> SocketEvent {
    tokio::time::timeout(Duration::from_secs(10), events.recv())
        .await
        .expect("nothing happened")
        .expect("the channel is open")
        .1
}

fn text(text: &str) -> SocketMessage {
    SocketMessage::Text(text.to_owned())
}

#[tokio::test]
async fn messages_go_and_come_back_and_a_close_is_confirmed() {
    let (port, server) = server(echo).await;
    let (mut sockets, mut events, allowed, connection) = connect(&gate(), port);
    assert_ne!(connection, 0);
    sockets
        .send(&allowed, connection, text("queued while connecting"))
        .unwrap();
    assert_eq!(next(&mut events).await, SocketEvent::Opened);
    let bytes = SocketMessage::Binary(vec![0, 255]);
    sockets.send(&allowed, connection, bytes.clone()).unwrap();
    let received = next(&mut events).await;
    assert_eq!(
        received,
        SocketEvent::Received(text("queued while connecting"))
    );
    assert_eq!(next(&mut events).await, SocketEvent::Received(bytes));
    sockets
        .close(connection, 1000, "enough".to_owned())
        .unwrap();
    let after = sockets.send(&allowed, connection, text("late"));
    assert!(matches!(after, Err(EgressError::NoConnection(_))));
    let SocketEvent::Closed { code, .. } = next(&mut events).await else {
        panic!("not closed");
    };
    assert_eq!(code, 1000);
    let frame = server.await.unwrap().unwrap();
    assert_eq!(
        (u16::from(frame.code), frame.reason.as_str()),
        (1000, "enough")
    );
}

#[tokio::test]
async fn the_servers_close_code_and_reason_arrive() {
    let (port, _server) = server(|mut socket| async move {
        let frame = CloseFrame {
            code: 4001.into(),
            reason: "session expired".into(),
        };
        socket.close(Some(frame)).await.unwrap();
        while socket.next().await.is_some() {}
    })
    .await;
    let (mut sockets, mut events, allowed, connection) = connect(&gate(), port);
    assert_eq!(next(&mut events).await, SocketEvent::Opened);
    let closed = SocketEvent::Closed {
        code: 4001,
        reason: "session expired".to_owned(),
    };
    assert_eq!(next(&mut events).await, closed);
    while !sockets.is_empty() {
        tokio::task::yield_now().await;
    }
    let error = sockets
        .send(&allowed, connection, text("hello?"))
        .unwrap_err();
    assert!(matches!(error, EgressError::NoConnection(_)), "{error}");
}

#[tokio::test]
async fn a_connection_that_breaks_without_a_close_has_code_1006() {
    let (port, _server) = server(|socket| async { drop(socket) }).await;
    let (_sockets, mut events, ..) = connect(&gate(), port);
    assert_eq!(next(&mut events).await, SocketEvent::Opened);
    let SocketEvent::Closed { code: 1006, .. } = next(&mut events).await else {
        panic!("not 1006");
    };
}

#[tokio::test]
async fn pings_are_answered_though_the_plugin_knows_nothing_of_them() {
    let (port, server) = server(|mut socket| async move {
        socket
            .send(Message::Ping(b"alive?".to_vec().into()))
            .await
            .unwrap();
        socket.next().await.unwrap().unwrap()
    })
    .await;
    let (_sockets, mut events, ..) = connect(&gate(), port);
    assert_eq!(next(&mut events).await, SocketEvent::Opened);
    assert_eq!(
        server.await.unwrap(),
        Message::Pong(b"alive?".to_vec().into())
    );
}

#[tokio::test]
async fn a_message_over_the_limit_ends_the_connection() {
    let (port, _server) = server(|mut socket| async move {
        let _ = socket.send(Message::text("x".repeat(64 * 1024 + 1))).await;
        while let Some(Ok(_)) = socket.next().await {}
    })
    .await;
    let (mut sockets, mut events, allowed, connection) = connect(&gate(), port);
    let long = text(&"x".repeat(64 * 1024 + 1));
    let error = sockets.send(&allowed, connection, long).unwrap_err();
    assert!(
        matches!(
            error,
            EgressError::Invalid {
                place: "message",
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(next(&mut events).await, SocketEvent::Opened);
    let SocketEvent::Failed(reason) = next(&mut events).await else {
        panic!("the message arrived");
    };
    assert!(reason.contains("more than 65536 bytes"), "{reason}");
}

#[tokio::test]
async fn a_plugin_that_does_not_listen_slows_the_server_and_loses_nothing() {
    const COUNT: usize = 2000;
    let (port, server) = server(|mut socket| async move {
        for number in 0..COUNT {
            socket
                .send(Message::text(format!("{number:08}").repeat(1000)))
                .await
                .unwrap();
        }
        socket.close(None).await.unwrap();
        while let Some(Ok(_)) = socket.next().await {}
    })
    .await;
    let (_sockets, mut events, ..) = connect(&gate(), port);
    // The plugin sleeps until its queue is full; 16 MB do not fit into the system's buffers.
    while events.len() < events.max_capacity() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(!server.is_finished());
    assert_eq!(next(&mut events).await, SocketEvent::Opened);
    for number in 0..COUNT {
        let SocketEvent::Received(SocketMessage::Text(text)) = next(&mut events).await else {
            panic!("message {number} is lost");
        };
        assert_eq!(&text[..8], format!("{number:08}"));
    }
    assert!(matches!(
        next(&mut events).await,
        SocketEvent::Closed { code: 1005, .. }
    ));
}

#[tokio::test]
async fn a_queue_that_is_full_says_so_and_the_close_still_fits() {
    let (port, _server) = server(|socket| async move {
        let _open = socket;
        std::future::pending::<()>().await;
    })
    .await;
    let (mut sockets, _events, allowed, connection) = connect(&gate(), port);
    let error = loop {
        if let Err(error) = sockets.send(&allowed, connection, text(&"x".repeat(1024))) {
            break error;
        }
    };
    assert!(matches!(error, EgressError::Busy { .. }), "{error}");
    sockets.close(connection, 1000, String::new()).unwrap();
}

#[tokio::test]
async fn the_queue_is_bounded_in_bytes_too() {
    let (port, _server) = server(|socket| async move {
        let _open = socket;
        std::future::pending::<()>().await;
    })
    .await;
    let gate = gate_with(|configuration| configuration.limits.outgoing_queue = 100_000);
    let (mut sockets, _events, allowed, connection) = connect(&gate, port);
    sockets
        .send(&allowed, connection, text(&"x".repeat(60_000)))
        .unwrap();
    let error = sockets
        .send(&allowed, connection, text(&"x".repeat(60_000)))
        .unwrap_err();
    assert!(matches!(error, EgressError::Busy { .. }), "{error}");
    sockets.send(&allowed, connection, text("short")).unwrap();
}

#[tokio::test]
async fn what_is_not_requested_or_not_granted_is_refused_before_anything_connects() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let scope = format!("localhost:{port}");
    let url = format!("ws://{scope}/");
    let (mut sockets, _events) = WebSockets::new(gate().plugin.clone());
    let error = sockets
        .connect(&allow(["x.example.com"]), &url, &HeaderMap::new())
        .unwrap_err();
    assert!(
        matches!(error, EgressError::Denied(ref denial) if !denial.declared),
        "{error}"
    );
    let manifest = manifest(std::slice::from_ref(&scope));
    let ungranted = Allowed::new(&manifest, &Grants::default());
    let error = sockets
        .connect(&ungranted, &url, &HeaderMap::new())
        .unwrap_err();
    let EgressError::Denied(denial) = error else {
        panic!("{error}");
    };
    assert_eq!(
        denial.remedy,
        format!("pato plugin grant tester websocket:{scope}")
    );
    for url in [
        "ws://x.example.com/",
        "https://x.example.com/",
        "wss://me:too@x.example.com/",
    ] {
        let allowed = allow(["x.example.com", "x.example.com:80"]);
        let error = sockets
            .connect(&allowed, url, &HeaderMap::new())
            .unwrap_err();
        assert!(
            matches!(error, EgressError::Invalid { .. }),
            "{url}: {error}"
        );
    }
    let accepted = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
    assert!(accepted.is_err(), "something connected");
}

#[tokio::test]
async fn a_name_that_resolves_to_a_private_address_fails() {
    let gate = gate();
    gate.names
        .answer("trap.example.com", &["1.1.1.1", "127.0.0.1"]);
    let (mut sockets, mut events) = WebSockets::new(gate.plugin.clone());
    let allowed = allow(["trap.example.com"]);
    sockets
        .connect(&allowed, "wss://trap.example.com/", &HeaderMap::new())
        .unwrap();
    let SocketEvent::Failed(reason) = next(&mut events).await else {
        panic!("it opened");
    };
    assert!(reason.contains("127.0.0.1"), "{reason}");
}

#[tokio::test]
async fn a_revoked_permission_ends_the_connection() {
    let (port, server) = server(echo).await;
    let (mut sockets, mut events, allowed, connection) = connect(&gate(), port);
    assert_eq!(next(&mut events).await, SocketEvent::Opened);
    sockets.enforce(&allowed);
    sockets
        .send(&allowed, connection, text("still here"))
        .unwrap();
    assert_eq!(
        next(&mut events).await,
        SocketEvent::Received(text("still here"))
    );
    let less = allow(["x.example.com"]);
    let error = sockets
        .send(&less, connection, text("no more"))
        .unwrap_err();
    assert!(matches!(error, EgressError::Denied(_)), "{error}");
    sockets.enforce(&less);
    let SocketEvent::Failed(reason) = next(&mut events).await else {
        panic!("it goes on");
    };
    assert!(reason.contains("revoked"), "{reason}");
    assert_eq!(server.await.unwrap(), None);
}

#[tokio::test]
async fn a_plugin_that_is_dropped_leaves_no_connection_behind() {
    let (port, server) = server(echo).await;
    let (sockets, mut events, ..) = connect(&gate(), port);
    assert_eq!(next(&mut events).await, SocketEvent::Opened);
    drop(sockets);
    assert_eq!(server.await.unwrap(), None);
}

#[tokio::test]
async fn a_plugin_that_stops_says_goodbye() {
    let (port, server) = server(echo).await;
    let (mut sockets, mut events, ..) = connect(&gate(), port);
    assert_eq!(next(&mut events).await, SocketEvent::Opened);
    sockets.shut_down(Duration::from_secs(5)).await;
    assert_eq!(u16::from(server.await.unwrap().unwrap().code), 1001);
}

#[tokio::test]
async fn connections_beyond_the_limit_are_refused_until_one_ends() {
    let (port, _server) = server(echo).await;
    let gate = gate_with(|configuration| configuration.limits.connections = 1);
    let (mut sockets, mut events, allowed, connection) = connect(&gate, port);
    let url = format!("ws://localhost:{port}/");
    let error = sockets
        .connect(&allowed, &url, &HeaderMap::new())
        .unwrap_err();
    assert!(
        matches!(error, EgressError::Busy { limit: 1, .. }),
        "{error}"
    );
    assert_eq!(next(&mut events).await, SocketEvent::Opened);
    sockets.close(connection, 1000, String::new()).unwrap();
    assert!(matches!(
        next(&mut events).await,
        SocketEvent::Closed { .. }
    ));
    while !sockets.is_empty() {
        tokio::task::yield_now().await;
    }
    let again = sockets.connect(&allowed, &url, &HeaderMap::new()).unwrap();
    assert!(again != connection && again != 0);
}

#[tokio::test]
async fn a_server_that_answers_no_websocket_fails_with_its_status() {
    let server = crate::servers::WebServer::start(|_| {
        crate::servers::answer("403 Forbidden", "", "go away")
    })
    .await;
    let (_sockets, mut events, ..) = connect(&gate(), server.address.port());
    let SocketEvent::Failed(reason) = next(&mut events).await else {
        panic!("it opened");
    };
    assert!(reason.contains("403"), "{reason}");
}

#[tokio::test]
async fn close_codes_and_reasons_that_cannot_be_sent_are_refused() {
    let (port, _server) = server(echo).await;
    let (mut sockets, _events, _, connection) = connect(&gate(), port);
    for code in [0, 999, 1004, 1005, 1006, 1015, 2999, 5000] {
        let error = sockets.close(connection, code, String::new()).unwrap_err();
        assert!(
            matches!(error, EgressError::Invalid { place: "code", .. }),
            "{code}: {error}"
        );
    }
    let error = sockets
        .close(connection, 1000, "x".repeat(124))
        .unwrap_err();
    assert!(
        matches!(
            error,
            EgressError::Invalid {
                place: "reason",
                ..
            }
        ),
        "{error}"
    );
    let error = sockets
        .close(connection + 1, 1000, String::new())
        .unwrap_err();
    assert!(matches!(error, EgressError::NoConnection(_)), "{error}");
}

#[tokio::test]
async fn secrets_go_into_headers_and_texts_and_echoes_come_back_blotted_out() {
    const SECRET: &str = "correct-horse-battery-staple";
    let gate = gate();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    keep_secret(&gate, "token", SECRET, &[format!("localhost:{port}")]);
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut key = None;
        #[allow(clippy::result_large_err, reason = "the signature is the library's")]
        let see = |request: &http::Request<()>, response| {
            key = request.headers().get("x-key").cloned();
            Ok(response)
        };
        let mut socket = tokio_tungstenite::accept_hdr_async(stream, see)
            .await
            .unwrap();
        let message = socket.next().await.unwrap().unwrap();
        socket.send(message.clone()).await.unwrap();
        (key.unwrap(), message)
    });
    let (mut sockets, mut events) = WebSockets::new(gate.plugin.clone());
    let allowed = allow([format!("localhost:{port}"), format!("b.localhost:{port}")]);
    let headers: HeaderMap = [("x-key".parse().unwrap(), "{secret:token}".parse().unwrap())]
        .into_iter()
        .collect();
    let url = format!("ws://b.localhost:{port}/");
    let error = sockets.connect(&allowed, &url, &headers).unwrap_err();
    assert!(matches!(error, EgressError::Secret(_)), "{error}");
    let url = format!("ws://localhost:{port}/");
    let connection = sockets.connect(&allowed, &url, &headers).unwrap();
    sockets
        .send(&allowed, connection, text("key={secret:token}"))
        .unwrap();
    let (key, message) = server.await.unwrap();
    assert_eq!(key, SECRET);
    assert_eq!(message.to_text().unwrap(), format!("key={SECRET}"));
    assert_eq!(next(&mut events).await, SocketEvent::Opened);
    assert_eq!(
        next(&mut events).await,
        SocketEvent::Received(text("key=***"))
    );
    for name in ["sec-websocket-key", "host", "upgrade"] {
        let headers: HeaderMap = [(name.parse().unwrap(), "x".parse().unwrap())]
            .into_iter()
            .collect();
        let error = sockets.connect(&allowed, &url, &headers).unwrap_err();
        assert!(
            error.to_string().contains("set by the host"),
            "{name}: {error}"
        );
    }
}
