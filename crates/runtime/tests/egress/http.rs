use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::Method;
use pato_permissions::{Allowed, Grants, RequestedLimits};
use pato_runtime::egress::{EgressError, MAX_URL_BYTES, Style, parse_headers};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::servers::{WebServer, answer, ok};
use crate::wiring::{WithHeader, allow, gate, gate_with, get, manifest, post};

#[tokio::test]
async fn a_granted_loopback_server_is_reached() {
    let server = WebServer::start(|request| {
        assert!(
            request.starts_with("POST /path?a=b HTTP/1.1\r\n"),
            "{request}"
        );
        assert!(request.contains("x-mine: yes"), "{request}");
        assert!(request.contains("user-agent: pato/"), "{request}");
        assert!(request.ends_with("\r\n\r\nhello"), "{request}");
        answer("201 Created", "x-theirs: \u{e9}t\u{e9}\r\n", "made")
    })
    .await;
    let request = post(server.url("127.0.0.1") + "path?a=b", "hello").header("x-mine", "yes");
    let response = gate()
        .plugin
        .send(&allow([server.scope("127.0.0.1")]), request)
        .await
        .unwrap();
    assert_eq!(response.status, 201);
    assert_eq!(response.headers["x-theirs"].as_bytes(), "été".as_bytes());
    assert_eq!(&response.body[..], b"made");
}

#[tokio::test]
async fn what_the_manifest_does_not_request_is_refused_with_the_line_to_add() {
    let server = WebServer::saying("no").await;
    let error = gate()
        .plugin
        .send(&allow(["api.example.com"]), get(server.url("127.0.0.1")))
        .await
        .unwrap_err();
    let EgressError::Denied(denial) = error else {
        panic!("{error}");
    };
    assert!(!denial.declared);
    assert!(
        denial.remedy.contains(&server.scope("127.0.0.1")),
        "{denial}"
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn what_the_user_did_not_grant_is_refused_with_the_command_to_type() {
    let server = WebServer::saying("no").await;
    let scope = server.scope("127.0.0.1");
    let allowed = Allowed::new(&manifest(std::slice::from_ref(&scope)), &Grants::default());
    let error = gate()
        .plugin
        .send(&allowed, get(server.url("127.0.0.1")))
        .await
        .unwrap_err();
    let EgressError::Denied(denial) = error else {
        panic!("{error}");
    };
    assert_eq!(
        denial.remedy,
        format!("pato plugin grant tester http:{scope}")
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn the_port_belongs_to_the_permission() {
    let (granted, other) = (
        WebServer::saying("yes").await,
        WebServer::saying("no").await,
    );
    let allowed = allow([granted.scope("localhost")]);
    let gate = gate();
    gate.plugin
        .send(&allowed, get(granted.url("localhost")))
        .await
        .unwrap();
    let error = gate
        .plugin
        .send(&allowed, get(other.url("localhost")))
        .await
        .unwrap_err();
    assert!(matches!(error, EgressError::Denied(_)), "{error}");
}

#[tokio::test]
async fn an_address_written_otherwise_is_the_same_address() {
    let server = WebServer::saying("yes").await;
    let port = server.address.port();
    let gate = gate();
    for host in ["2130706433", "0x7f.1", "127.1", "0177.0.0.1"] {
        let url = format!("http://{host}:{port}/");
        let error = gate
            .plugin
            .send(&allow(["api.example.com"]), get(&url))
            .await
            .unwrap_err();
        assert!(matches!(error, EgressError::Denied(_)), "{url}: {error}");
        gate.plugin
            .send(&allow([server.scope("127.0.0.1")]), get(&url))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn urls_that_could_not_be_meant_are_refused_with_a_remedy() {
    let gate = gate();
    let allowed = allow(["api.example.com", "api.example.com:80", "localhost:9"]);
    for (url, part) in [
        ("api.example.com/x", "https://host/path"),
        ("/x", "https://host/path"),
        ("ftp://api.example.com/", "https://host/path"),
        ("file:///etc/passwd", "https://host/path"),
        ("http://api.example.com/", "in the clear"),
        ("https://user@api.example.com/", "`authorization` header"),
        (
            "https://user:password@api.example.com/",
            "`authorization` header",
        ),
        (
            "https://api.example.com/?t={secret:token}",
            "use a header or the body",
        ),
        (
            &format!("https://api.example.com/{}", "x".repeat(MAX_URL_BYTES)),
            "are allowed",
        ),
    ] {
        let error = gate.plugin.send(&allowed, get(url)).await.unwrap_err();
        assert!(
            matches!(error, EgressError::Invalid { .. }),
            "{url}: {error}"
        );
        assert!(error.to_string().contains(part), "{url}: {error}");
    }
    assert_eq!(gate.names.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_name_that_resolves_into_this_machine_or_its_network_is_refused() {
    let gate = gate();
    let allowed = allow(["trap.example.com", "mixed.example.com", "localhost:9"]);
    for (url, name, addresses, culprit) in [
        (
            "https://trap.example.com/",
            "trap.example.com",
            &["127.0.0.1"][..],
            "127.0.0.1",
        ),
        (
            "https://mixed.example.com/",
            "mixed.example.com",
            &["1.1.1.1", "169.254.169.254"][..],
            "169.254.169.254",
        ),
        (
            "http://localhost:9/",
            "localhost",
            &["192.168.1.1"][..],
            "192.168.1.1",
        ),
    ] {
        gate.names.answer(name, addresses);
        let error = gate.plugin.send(&allowed, get(url)).await.unwrap_err();
        let EgressError::Address { address, .. } = &error else {
            panic!("{url}: {error:?}");
        };
        assert_eq!(address.to_string(), culprit);
    }
}

#[tokio::test]
async fn the_connection_goes_to_the_address_that_was_checked() {
    let checked = WebServer::saying("checked").await;
    let port = checked.address.port();
    let elsewhere = TcpListener::bind(("127.0.0.2", port)).await.unwrap();
    let elsewhere = WebServer::serve(elsewhere, |_| ok("elsewhere"));
    let gate = gate();
    gate.names.answer("turn.localhost", &["127.0.0.1"]);
    gate.names.answer("turn.localhost", &["127.0.0.2"]);
    gate.names.answer("turn.localhost", &["10.0.0.1"]);
    let allowed = allow([checked.scope("turn.localhost")]);
    let send = || {
        gate.plugin
            .send(&allowed, get(checked.url("turn.localhost")))
    };

    assert_eq!(&send().await.unwrap().body[..], b"checked");
    assert_eq!(
        gate.names.asked.load(Ordering::SeqCst),
        1,
        "looked up more than once"
    );
    assert!(elsewhere.requests().is_empty());
    assert_eq!(&send().await.unwrap().body[..], b"elsewhere");
    let error = send().await.unwrap_err();
    assert!(matches!(error, EgressError::Address { .. }), "{error}");
}

#[tokio::test]
async fn an_unknown_name_and_a_closed_port_are_told_apart() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    };
    let gate = gate();
    let allowed = allow(["gone.example.com".to_owned(), format!("localhost:{port}")]);
    let error = gate
        .plugin
        .send(&allowed, get("https://gone.example.com/"))
        .await
        .unwrap_err();
    assert!(
        matches!(error, EgressError::NameUnknown { .. }),
        "{error:?}"
    );
    let url = format!("http://localhost:{port}/");
    let error = gate.plugin.send(&allowed, get(url)).await.unwrap_err();
    assert!(
        matches!(error, EgressError::Unreachable { .. }),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_certificate_counts_only_if_its_authority_is_trusted() {
    let key = rcgen::generate_simple_self_signed(["safe.localhost".to_owned()]).unwrap();
    let certificate = key.cert.der().clone();
    let private = key.signing_key.serialize_der().try_into().unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], private)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(server));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(&ok("over TLS")).await;
            let _ = stream.shutdown().await;
        }
    });
    let allowed = allow([
        format!("safe.localhost:{port}"),
        format!("other.localhost:{port}"),
    ]);
    let trusting = gate_with(|configuration| configuration.extra_roots.push(certificate));
    let url = format!("https://safe.localhost:{port}/");
    let response = trusting.plugin.send(&allowed, get(&url)).await.unwrap();
    assert_eq!(&response.body[..], b"over TLS");

    let error = gate().plugin.send(&allowed, get(&url)).await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    let url = format!("https://other.localhost:{port}/");
    let error = trusting.plugin.send(&allowed, get(&url)).await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
    serving.abort();
}

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_compressed_body_arrives_unpacked_unless_the_plugin_unpacks_itself() {
    let packed = zipped(b"much ado");
    let sent = packed.clone();
    let server =
        WebServer::start(move |_| answer("200 OK", "content-encoding: gzip\r\n", &sent)).await;
    let allowed = allow([server.scope("localhost")]);
    let gate = gate();
    let response = gate
        .plugin
        .send(&allowed, get(server.url("localhost")))
        .await
        .unwrap();
    assert_eq!(&response.body[..], b"much ado");
    assert!(server.requests()[0].contains("accept-encoding: gzip"));
    let mut request = get(server.url("localhost"));
    request.style = Style::Bare;
    let response = gate.plugin.send(&allowed, request).await.unwrap();
    assert_eq!(&response.body[..], &packed[..]);
}

#[tokio::test]
async fn a_gzip_bomb_stops_at_the_limit() {
    let bomb = zipped(&vec![0; 16 * 1024 * 1024]);
    assert!(bomb.len() < 256 * 1024, "it has to pass as a short answer");
    let server =
        WebServer::start(move |_| answer("200 OK", "content-encoding: gzip\r\n", &bomb)).await;
    let error = gate()
        .plugin
        .send(
            &allow([server.scope("localhost")]),
            get(server.url("localhost")),
        )
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("longer than 262144 bytes when unpacked"),
        "{error}"
    );
}

#[tokio::test]
async fn a_body_without_end_stops_at_the_limit() {
    let server = WebServer::start(|_| {
        let mut endless = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        endless.resize(1024 * 1024, b'x');
        endless
    })
    .await;
    let error = gate()
        .plugin
        .send(
            &allow([server.scope("localhost")]),
            get(server.url("localhost")),
        )
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("longer than 262144 bytes"),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_that_drips_runs_into_the_time_limit() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let dripping = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        while stream.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    let mut request = get(format!("http://localhost:{port}/"));
    request.timeout = Some(Duration::from_millis(200));
    let error = gate()
        .plugin
        .send(&allow([format!("localhost:{port}")]), request)
        .await
        .unwrap_err();
    assert!(matches!(error, EgressError::TimedOut { .. }), "{error}");
    dripping.await.unwrap();
}

#[tokio::test]
async fn a_plugin_cannot_wait_longer_than_the_host_lets_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let gate = gate_with(|configuration| {
        configuration.limits.longest_timeout = Duration::from_millis(100);
    });
    let mut request = get(format!("http://localhost:{port}/"));
    request.timeout = Some(Duration::from_secs(3600));
    let error = gate
        .plugin
        .send(&allow([format!("localhost:{port}")]), request)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("within 100 ms"), "{error}");
}

#[tokio::test]
async fn more_requests_than_allowed_at_a_time_are_told_to_come_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let allowed = allow([format!("localhost:{port}")]);
    let gate = gate_with(|configuration| configuration.limits.in_flight = 2);
    let request = || {
        let mut request = get(format!("http://localhost:{port}/"));
        request.timeout = Some(Duration::from_millis(200));
        gate.plugin.send(&allowed, request)
    };
    let (first, second, third) = tokio::join!(request(), request(), request());
    assert!(matches!(first, Err(EgressError::TimedOut { .. })));
    assert!(matches!(second, Err(EgressError::TimedOut { .. })));
    assert!(matches!(third, Err(EgressError::Busy { limit: 2, .. })));
    let after = request().await;
    assert!(
        matches!(after, Err(EgressError::TimedOut { .. })),
        "the places are given back"
    );
}

#[tokio::test]
async fn oversized_headers_are_refused_in_both_directions() {
    let many = "x-many: value\r\n".repeat(200);
    let long = format!("x-long: {}\r\n", "v".repeat(80 * 1024));
    let server = WebServer::start(move |request| {
        answer(
            "200 OK",
            if request.contains("GET /many") {
                &many
            } else {
                &long
            },
            "",
        )
    })
    .await;
    let allowed = allow([server.scope("localhost")]);
    let gate = gate();
    for path in ["many", "long"] {
        let url = server.url("localhost") + path;
        let error = gate.plugin.send(&allowed, get(url)).await.unwrap_err();
        assert!(
            matches!(error, EgressError::Failed { .. }),
            "{path}: {error}"
        );
    }
    let asked = server.requests().len();
    let request = get(server.url("localhost")).header("x-long", &"v".repeat(17 * 1024));
    let error = gate.plugin.send(&allowed, request).await.unwrap_err();
    assert!(error.to_string().contains("16384 are allowed"), "{error}");
    let mut request = get(server.url("localhost"));
    for _ in 0..101 {
        request = request.header("x", "y");
    }
    let error = gate.plugin.send(&allowed, request).await.unwrap_err();
    assert!(error.to_string().contains("at most 100"), "{error}");
    let many = (0..101).map(|number| (format!("x-{number}"), String::new()));
    assert!(parse_headers(many).is_err());
    assert_eq!(server.requests().len(), asked, "nothing of it was sent");
}

#[tokio::test]
async fn a_request_that_would_smuggle_or_tunnel_is_refused() {
    let gate = gate();
    let allowed = allow(["localhost:9"]);
    let url = "http://localhost:9/";
    for name in [
        "host",
        "connection",
        "transfer-encoding",
        "upgrade",
        "te",
        "proxy-authorization",
    ] {
        let error = gate
            .plugin
            .send(&allowed, get(url).header(name, "x"))
            .await
            .unwrap_err();
        assert!(
            error.to_string().contains("set by the host"),
            "{name}: {error}"
        );
    }
    for method in [Method::CONNECT, Method::TRACE] {
        let mut request = get(url);
        request.method = method;
        let error = gate.plugin.send(&allowed, request).await.unwrap_err();
        assert!(
            matches!(
                error,
                EgressError::Invalid {
                    place: "method",
                    ..
                }
            ),
            "{error}"
        );
    }
    for (name, value) in [
        ("x", "a\r\nhost: b"),
        ("x y", "a"),
        ("", "a"),
        ("x\r\n", "a"),
    ] {
        let pair = (name.to_owned(), value.to_owned());
        assert!(parse_headers([pair]).is_err(), "{name:?}: {value:?}");
    }
    let error = gate
        .plugin
        .send(&allowed, post(url, vec![0; 64 * 1024 + 1]))
        .await
        .unwrap_err();
    assert!(
        matches!(error, EgressError::Invalid { place: "body", .. }),
        "{error}"
    );
}

#[tokio::test]
async fn a_manifest_gets_the_answers_it_asks_for_up_to_the_maximum() {
    let server = WebServer::start(|_| answer("200 OK", "", vec![b'x'; 1000])).await;
    let allowed = allow([server.scope("localhost")]);
    let gate = gate_with(|configuration| {
        configuration.limits.response_body = 900;
        configuration.limits.max_response_body = 1100;
    });
    for (requested, fits) in [(None, false), (Some(10), false), (Some(1 << 40), true)] {
        let requested = RequestedLimits {
            http_response: requested,
            ..RequestedLimits::default()
        };
        let plugin = gate
            .egress
            .for_plugin("tester".parse().unwrap(), &requested);
        let answer = plugin.send(&allowed, get(server.url("localhost"))).await;
        assert_eq!(answer.is_ok(), fits, "{requested:?}");
    }
}
