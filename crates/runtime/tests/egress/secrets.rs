use pato_runtime::egress::EgressError;

use crate::servers::{WebServer, answer, ok, redirect};
use crate::wiring::{WithHeader, allow, gate, get, keep_secret, post};

const SECRET: &str = "correct-horse-battery-staple";

#[tokio::test]
async fn a_secret_reaches_the_host_it_belongs_to() {
    let server = WebServer::saying("welcome").await;
    let gate = gate();
    keep_secret(&gate, "token", SECRET, &[server.scope("a.localhost")]);
    let request = post(server.url("a.localhost"), r#"{"key":"{secret:token}"}"#)
        .header("authorization", "Bearer {secret:token}");
    gate.plugin
        .send(&allow([server.scope("a.localhost")]), request)
        .await
        .unwrap();
    let request = &server.requests()[0];
    assert!(
        request.contains(&format!("authorization: Bearer {SECRET}\r\n")),
        "{request}"
    );
    assert!(
        request.ends_with(&format!(r#"{{"key":"{SECRET}"}}"#)),
        "{request}"
    );
}

#[tokio::test]
async fn a_secret_of_another_host_is_refused_and_nothing_is_sent() {
    let server = WebServer::saying("no").await;
    let gate = gate();
    keep_secret(
        &gate,
        "token",
        SECRET,
        &[server.scope("b.localhost"), "a.localhost:9".into()],
    );
    let allowed = allow([server.scope("a.localhost")]);
    for request in [
        get(server.url("a.localhost")).header("authorization", "Bearer {secret:token}"),
        post(server.url("a.localhost"), "{secret:token}"),
        get(server.url("a.localhost")).header("authorization", "Bearer {secret:other}"),
        get(server.url("a.localhost")).header("authorization", "Bearer {secret:token"),
    ] {
        let error = gate.plugin.send(&allowed, request).await.unwrap_err();
        assert!(matches!(error, EgressError::Secret(_)), "{error}");
        assert!(!format!("{error} {error:?}").contains(SECRET), "{error}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_secret_does_not_follow_a_redirect_to_another_host() {
    let target = WebServer::saying("").await;
    let location = target.url("b.localhost");
    let server = WebServer::start(move |_| redirect(307, &location)).await;
    let gate = gate();
    keep_secret(
        &gate,
        "token",
        SECRET,
        &[server.scope("a.localhost"), target.scope("b.localhost")],
    );
    let allowed = allow([server.scope("a.localhost"), target.scope("b.localhost")]);

    let request = get(server.url("a.localhost")).header("x-key", "{secret:token}");
    gate.plugin.send(&allowed, request).await.unwrap();
    assert!(server.requests()[0].contains(SECRET));
    assert!(
        !target.requests()[0].contains("x-key"),
        "{}",
        target.requests()[0]
    );

    let request = post(server.url("a.localhost"), "{secret:token}");
    let error = gate.plugin.send(&allowed, request).await.unwrap_err();
    assert!(
        matches!(error, EgressError::SecretRedirected { .. }),
        "{error}"
    );
    assert_eq!(target.requests().len(), 1);
}

#[tokio::test]
async fn a_secret_stays_through_a_redirect_on_its_own_host() {
    let server = WebServer::start(|request| {
        if request.contains(" /end ") {
            ok("")
        } else {
            redirect(307, "/end")
        }
    })
    .await;
    let gate = gate();
    keep_secret(&gate, "token", SECRET, &[server.scope("a.localhost")]);
    let request =
        post(server.url("a.localhost"), "{secret:token}").header("x-key", "{secret:token}");
    gate.plugin
        .send(&allow([server.scope("a.localhost")]), request)
        .await
        .unwrap();
    assert_eq!(server.requests()[1].matches(SECRET).count(), 2);
}

#[tokio::test]
async fn a_server_that_echoes_a_secret_hands_the_plugin_stars() {
    let server = WebServer::start(|request| {
        let key = request
            .lines()
            .find(|line| line.starts_with("x-key"))
            .unwrap();
        let echo = format!("x-echo: {key}\r\n");
        let mut body = vec![0xff, 0xfe];
        body.extend_from_slice(request.as_bytes());
        body.push(0xff);
        answer("200 OK", &echo, body)
    })
    .await;
    let gate = gate();
    keep_secret(&gate, "token", SECRET, &[server.scope("a.localhost")]);
    let request =
        post(server.url("a.localhost"), "{secret:token}").header("x-key", "{secret:token}");
    let response = gate
        .plugin
        .send(&allow([server.scope("a.localhost")]), request)
        .await
        .unwrap();
    assert!(server.requests()[0].contains(SECRET));
    let body = String::from_utf8_lossy(&response.body);
    assert!(!body.contains(SECRET), "{body}");
    assert!(body.contains("x-key: ***"), "{body}");
    assert_eq!(response.body.first(), Some(&0xff));
    assert_eq!(response.body.last(), Some(&0xff));
    assert_eq!(response.headers["x-echo"], "x-key: ***");
}

#[tokio::test]
async fn a_secret_that_would_split_a_header_is_refused_without_being_shown() {
    let server = WebServer::saying("no").await;
    let gate = gate();
    let evil = "first-half\r\nx-smuggled: second-half";
    keep_secret(&gate, "token", evil, &[server.scope("a.localhost")]);
    let request = get(server.url("a.localhost")).header("x-key", "{secret:token}");
    let error = gate
        .plugin
        .send(&allow([server.scope("a.localhost")]), request)
        .await
        .unwrap_err();
    assert!(matches!(error, EgressError::Secret(_)), "{error}");
    assert!(!format!("{error} {error:?}").contains("half"), "{error}");
    assert!(server.requests().is_empty());
}
