//! Where a request may go: redirects, names that lie, proxies.

use std::time::Duration;

use pato_library::{Expected, FetchError};
use pato_test_servers::faults::HttpFault;
use pato_test_servers::http::{Response, StatusCode};

use crate::setting::{CALLS, PATH, Setting};

fn redirect(to: &str) -> HttpFault {
    HttpFault::Answer(Response::new(StatusCode::FOUND).with_header("location", to))
}

#[tokio::test]
async fn a_redirect_is_followed_five_times_and_no_further() {
    let setting = Setting::new(1024).await;
    setting.server.faults().next(CALLS, 5, redirect(PATH));
    setting.arrives().await;
    setting
        .server
        .faults()
        .next(CALLS, 6, redirect(&setting.url(PATH)));
    let (error, words) = setting
        .refused(&setting.url(PATH), &Expected::default())
        .await;
    assert!(matches!(error, FetchError::Forbidden(_)), "{words}");
    assert!(words.contains("at most 5 redirects"), "{words}");
    setting.server.faults().clear();
    setting.server.faults().next(CALLS, 1000, redirect(PATH));
    let before = setting.ranges().len();
    let (_, words) = setting
        .refused(&setting.url(PATH), &Expected::default())
        .await;
    assert!(words.contains("at most 5 redirects"), "{words}");
    assert_eq!(setting.ranges().len() - before, 6, "a loop");
}

#[tokio::test]
async fn a_redirect_to_where_nothing_may_be_asked_is_refused_by_that_place() {
    let setting = Setting::new(1024).await;
    for (to, reason) in [
        ("http://10.0.0.1/alerts.wasm", "10.0.0.1"),
        ("https://192.168.1.1/alerts.wasm", "192.168.1.1"),
        ("http://169.254.169.254/latest/meta-data", "169.254.169.254"),
        ("https://[fd00::1]/", "fd00::1"),
        ("http://example.com/alerts.wasm", "`https:`"),
        ("file:///etc/passwd", "a host"),
        ("https://rebound.example/alerts.wasm", "127.0.0.1"),
        ("https://router.example/alerts.wasm", "192.168.1.1"),
        ("http://public.localhost/alerts.wasm", "1.1.1.1"),
        ("https://unknown.example/alerts.wasm", "no such name"),
        ("https://me:secret@example.com/", "without a login"),
    ] {
        let before = setting.ranges().len();
        setting.server.faults().next(CALLS, 1, redirect(to));
        let (_, words) = setting
            .refused(&setting.url(PATH), &Expected::default())
            .await;
        assert!(words.contains(reason), "{to}: {words}");
        assert!(!words.contains("secret"), "{words}");
        assert_eq!(
            setting.ranges().len() - before,
            1,
            "{to} is not tried again"
        );
    }
}

#[tokio::test]
async fn names_of_this_machine_are_asked_and_names_that_lead_there_by_stealth_are_not() {
    let setting = Setting::new(1024).await;
    let port = setting.server.address().port();
    let source = format!("http://files.localhost:{port}{PATH}")
        .parse()
        .unwrap();
    drop(setting.fetch(&source, &Expected::default()).await.unwrap());
    for (host, reason) in [
        ("rebound.example", "127.0.0.1, of this machine"),
        ("router.example", "192.168.1.1"),
    ] {
        let url = format!("https://{host}:{port}{PATH}");
        let (error, words) = setting.refused(&url, &Expected::default()).await;
        assert!(matches!(error, FetchError::Address { .. }), "{words}");
        assert!(words.contains(reason) && words.contains("grant"), "{words}");
    }
    let (error, _) = setting
        .refused("https://unknown.example/a.wasm", &Expected::default())
        .await;
    assert!(matches!(error, FetchError::NameUnknown { .. }), "{error:?}");
}

#[tokio::test]
async fn a_port_that_nobody_listens_on_is_told_from_a_server_that_fails() {
    let setting = Setting::new(1024).await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/alerts.wasm", closed.local_addr().unwrap());
    drop(closed);
    let (error, words) = setting.refused(&url, &Expected::default()).await;
    let FetchError::GaveUp { attempts: 3, last } = error else {
        panic!("{error:?}");
    };
    assert!(matches!(*last, FetchError::Unreachable { .. }), "{words}");
}

#[tokio::test]
async fn the_internet_is_asked_through_the_proxy_and_this_machine_is_not() {
    let other = Setting::new(1024).await;
    let proxy = other.server.url().parse().unwrap();
    let setting = Setting::with(1024, |configuration| {
        configuration.proxy = Some(proxy);
        configuration.retries.at_most = 0;
        configuration.limits.first_byte = Duration::from_secs(5);
    })
    .await;
    setting.arrives().await;
    assert!(
        other.server.calls().is_empty(),
        "the proxy was asked for this machine"
    );
    // The test server is no proxy and says so, but it was asked to be one.
    let (_, words) = setting
        .refused("https://example.com/a.wasm", &Expected::default())
        .await;
    assert!(words.contains("example.com"), "{words}");
    let asked = other.server.calls();
    assert!(
        asked.iter().all(|call| call.method.as_str() == "CONNECT"),
        "{asked:?}"
    );
    assert!(!asked.is_empty(), "the proxy was not asked");
    for (proxy, reason) in [
        ("socks5://127.0.0.1:1", "`http:`"),
        ("http://me:secret@127.0.0.1:1", "no login"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut configuration = crate::setting::configuration(&folder);
        configuration.proxy = Some(proxy.parse().unwrap());
        let words = match pato_library::Fetcher::new(configuration) {
            Ok(_) => panic!("{proxy} was taken"),
            Err(error) => error.to_string(),
        };
        assert!(
            words.contains(reason) && !words.contains("secret"),
            "{words}"
        );
    }
}
