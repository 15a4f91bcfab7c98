use pato_runtime::egress::{EgressError, MAX_REDIRECTS, Style};

use crate::servers::{WebServer, ok, redirect};
use crate::wiring::{WithHeader, allow, gate, get, post};

#[tokio::test]
async fn a_redirect_to_a_granted_host_is_followed_and_reported() {
    let target = WebServer::saying("there").await;
    let location = target.url("b.localhost") + "new";
    let server = WebServer::start(move |_| redirect(302, &location)).await;
    let allowed = allow([server.scope("a.localhost"), target.scope("b.localhost")]);
    let response = gate()
        .plugin
        .send(&allowed, get(server.url("a.localhost")))
        .await
        .unwrap();
    assert_eq!(&response.body[..], b"there");
    assert_eq!(response.url.as_str(), target.url("b.localhost") + "new");
}

#[tokio::test]
async fn a_redirect_to_an_ungranted_host_is_refused() {
    let target = WebServer::saying("no").await;
    let location = target.url("b.localhost");
    let server = WebServer::start(move |_| redirect(302, &location)).await;
    let allowed = allow([server.scope("a.localhost")]);
    let error = gate()
        .plugin
        .send(&allowed, get(server.url("a.localhost")))
        .await
        .unwrap_err();
    assert!(matches!(error, EgressError::Denied(_)), "{error}");
    assert!(target.requests().is_empty());
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_refused_however_it_is_written() {
    let target = WebServer::saying("no").await;
    let port = target.address.port();
    for location in [
        format!("http://127.0.0.1:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("//127.0.0.1:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "https://10.0.0.1/".to_owned(),
        "file:///etc/passwd".to_owned(),
        format!("http://me:too@a.localhost:{port}/"),
    ] {
        let sent = location.clone();
        let server = WebServer::start(move |_| redirect(307, &sent)).await;
        let allowed = allow([server.scope("a.localhost")]);
        let error = gate()
            .plugin
            .send(&allowed, get(server.url("a.localhost")))
            .await
            .unwrap_err();
        assert!(
            matches!(error, EgressError::Denied(_) | EgressError::Invalid { .. }),
            "{location}: {error}"
        );
    }
    assert!(target.requests().is_empty());
}

#[tokio::test]
async fn a_redirect_to_a_granted_name_that_resolves_to_a_private_address_is_refused() {
    let server = WebServer::start(|_| redirect(302, "https://trap.example.com/")).await;
    let gate = gate();
    gate.names.answer("trap.example.com", &["192.168.0.1"]);
    let allowed = allow([server.scope("a.localhost"), "trap.example.com".to_owned()]);
    let error = gate
        .plugin
        .send(&allowed, get(server.url("a.localhost")))
        .await
        .unwrap_err();
    assert!(matches!(error, EgressError::Address { .. }), "{error}");
}

#[tokio::test]
async fn a_ring_of_redirects_ends() {
    let server = WebServer::start(|_| redirect(302, "/again")).await;
    let allowed = allow([server.scope("a.localhost")]);
    let error = gate()
        .plugin
        .send(&allowed, get(server.url("a.localhost")))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("redirects in a row"), "{error}");
    assert_eq!(server.requests().len(), MAX_REDIRECTS + 1);
}

#[tokio::test]
async fn methods_change_as_in_browsers() {
    for (status, method, becomes) in [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (303, "PUT", "GET"),
        (302, "PUT", "PUT"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
    ] {
        let server = WebServer::start(move |request| {
            if request.contains(" /end ") {
                ok("")
            } else {
                redirect(status, "/end")
            }
        })
        .await;
        let mut request =
            post(server.url("a.localhost"), "body").header("content-type", "text/plain");
        request.method = method.parse().unwrap();
        let allowed = allow([server.scope("a.localhost")]);
        gate().plugin.send(&allowed, request).await.unwrap();
        let last = &server.requests()[1];
        assert!(
            last.starts_with(&format!("{becomes} /end ")),
            "{status} {method}: {last}"
        );
        let kept = becomes != "GET";
        assert_eq!(last.ends_with("\r\n\r\nbody"), kept, "{last}");
        assert_eq!(last.contains("content-type"), kept, "{last}");
    }
}

#[tokio::test]
async fn what_authenticates_stays_on_its_own_host() {
    let target = WebServer::saying("").await;
    let location = target.url("b.localhost");
    let server = WebServer::start(move |request| {
        if request.contains(" /away ") {
            redirect(302, &location)
        } else {
            redirect(302, "/away")
        }
    })
    .await;
    let request = get(server.url("a.localhost"))
        .header("authorization", "Bearer mine")
        .header("cookie", "a=b")
        .header("accept", "text/plain");
    let allowed = allow([server.scope("a.localhost"), target.scope("b.localhost")]);
    gate().plugin.send(&allowed, request).await.unwrap();
    assert!(
        server.requests()[1].contains("Bearer mine"),
        "the same host keeps it"
    );
    let last = &target.requests()[0];
    assert!(
        !last.contains("Bearer mine") && !last.contains("cookie"),
        "{last}"
    );
    assert!(last.contains("accept: text/plain"), "{last}");
}

#[tokio::test]
async fn a_plugins_own_client_sees_the_redirect_itself() {
    let server = WebServer::start(|_| redirect(302, "https://elsewhere.example.com/")).await;
    let mut request = get(server.url("a.localhost"));
    request.style = Style::Bare;
    let allowed = allow([server.scope("a.localhost")]);
    let response = gate().plugin.send(&allowed, request).await.unwrap();
    assert_eq!(response.status, 302);
    assert_eq!(
        response.headers["location"],
        "https://elsewhere.example.com/"
    );
}
