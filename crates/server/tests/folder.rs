//! The page of a project: its files, live reload, and nothing else.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use std::fs;
use std::time::Duration;

use pato_server::{FolderServer, ServerError};
use reqwest::{Method, StatusCode};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long anything may take that is expected to happen.
const PATIENCE: Duration = Duration::from_secs(30);

const PAGE: &str = "<!doctype html><title>Ours</title>";
const SECRET: &str = "nobody's business";

struct Scene {
    folder: TempDir,
    address: String,
    changes: watch::Sender<u64>,
    shutdown: CancellationToken,
    serving: JoinHandle<Result<(), ServerError>>,
    http: reqwest::Client,
}

impl Scene {
    async fn start() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("web/more")).unwrap();
        fs::create_dir_all(path("web/.git")).unwrap();
        for (name, text) in [
            ("web/index.html", PAGE),
            ("web/more/index.html", PAGE),
            ("web/style.css", "body {}"),
            ("web/.env", SECRET),
            ("web/.git/config", SECRET),
            ("pato.toml", SECRET),
            ("webs", SECRET),
        ] {
            fs::write(path(name), text).unwrap();
        }
        let loopback = "127.0.0.1:0".parse().unwrap();
        let server = FolderServer::bind(path("web"), loopback).await.unwrap();
        let address = server.address().to_string();
        let changes = watch::Sender::new(0);
        let shutdown = CancellationToken::new();
        let serving = tokio::spawn(server.run(changes.subscribe(), shutdown.clone()));
        let http = reqwest::Client::builder().no_proxy();
        let http = http.redirect(reqwest::redirect::Policy::none());
        Self {
            folder,
            address,
            changes,
            shutdown,
            serving,
            http: http.build().unwrap(),
        }
    }

    async fn get(&self, path: &str) -> reqwest::Response {
        let url = format!("http://{}{path}", self.address);
        self.http.get(url).send().await.unwrap()
    }

    /// Asks with exactly these bytes; clients would tidy the path up.
    async fn raw(&self, request_line: &str, host: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        let request = format!("{request_line}\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    async fn stop(self) {
        self.shutdown.cancel();
        let served = tokio::time::timeout(PATIENCE, self.serving).await;
        served.expect("it did not end").unwrap().unwrap();
    }
}

#[tokio::test]
async fn pages_come_with_the_script_and_other_files_as_they_are() {
    let scene = Scene::start().await;
    for path in ["/", "/index.html", "/more/"] {
        let text = scene.get(path).await.text().await.unwrap();
        let rest = text.strip_prefix(PAGE).unwrap();
        assert!(rest.contains("/.pato/live-reload.js"), "{path}");
    }
    let style = scene.get("/style.css").await;
    assert_eq!(style.headers()["content-type"], "text/css");
    assert_eq!(style.text().await.unwrap(), "body {}");
    let script = scene.get("/.pato/live-reload.js").await;
    assert_eq!(script.headers()["content-type"], "text/javascript");
    assert!(script.text().await.unwrap().contains("/.pato/changes"));
    let folder = scene.get("/more").await;
    assert_eq!(folder.headers()["location"], "/more/");
    scene.stop().await;
}

#[tokio::test]
async fn nothing_is_kept_by_browsers_and_every_answer_bears_the_headers() {
    let scene = Scene::start().await;
    for path in ["/", "/style.css", "/nothing", "/.pato/live-reload.js"] {
        let answer = scene.get(path).await;
        let headers = answer.headers();
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
        assert_eq!(headers["x-frame-options"], "SAMEORIGIN", "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("connect-src 'self' data:"), "{policy}");
    }
    scene.stop().await;
}

#[tokio::test]
async fn a_page_that_waits_hears_of_each_change_and_of_the_end() {
    let scene = Scene::start().await;
    let mut waiting = scene.get("/.pato/changes").await;
    assert_eq!(waiting.headers()["content-type"], "text/event-stream");
    for number in 1..=2 {
        scene.changes.send_replace(number);
        let chunk = tokio::time::timeout(PATIENCE, waiting.chunk()).await;
        let chunk = chunk.expect("nothing came").unwrap().unwrap();
        assert!(chunk.starts_with(b"event: change"), "{chunk:?}");
    }
    scene.stop().await;
    // It may be cut off, but it must not stay open.
    let _ = tokio::time::timeout(PATIENCE, waiting.chunk())
        .await
        .unwrap();
}

#[tokio::test]
async fn only_so_many_pages_can_wait() {
    let scene = Scene::start().await;
    let mut waiting = Vec::new();
    for _ in 0..64 {
        let answer = scene.get("/.pato/changes").await;
        assert_eq!(answer.status(), StatusCode::OK);
        waiting.push(answer);
    }
    let refused = scene.get("/.pato/changes").await;
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    drop(waiting);
    let free = async {
        while scene.get("/.pato/changes").await.status() != StatusCode::OK {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, free).await.unwrap();
    scene.stop().await;
}

#[tokio::test]
async fn no_path_leads_out_of_the_folder_or_to_what_is_hidden() {
    let scene = Scene::start().await;
    let host = scene.address.clone();
    for path in [
        "/../pato.toml",
        "/..%2fpato.toml",
        "/%2e%2e/pato.toml",
        "/more/../../pato.toml",
        "/..\\pato.toml",
        "/%5c..%5cpato.toml",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/./index.html",
        "/.env",
        "/%2eenv",
        "/.git/config",
        "/more/../.env",
        "/index.html::$DATA",
        "/c:/windows/win.ini",
        "/index.html%00.css",
        "/%ff",
        "/.pato/nothing",
        "/.pato/../../pato.toml",
        "s",
        "/../webs",
        "*",
    ] {
        let answer = scene.raw(&format!("GET {path} HTTP/1.1"), &host).await;
        let status = answer.split_whitespace().nth(1).unwrap_or_default();
        assert!(["404", "400"].contains(&status), "{path}: {answer}");
        assert!(!answer.contains(SECRET), "{path}");
    }
    scene.stop().await;
}

#[cfg(unix)]
#[tokio::test]
async fn links_lead_neither_out_of_the_folder_nor_to_what_is_hidden() {
    use std::os::unix::fs::symlink;

    let scene = Scene::start().await;
    let web = scene.folder.path().join("web");
    symlink(scene.folder.path(), web.join("up")).unwrap();
    symlink(scene.folder.path().join("pato.toml"), web.join("out.txt")).unwrap();
    symlink(web.join(".env"), web.join("env.txt")).unwrap();
    symlink(web.join("style.css"), web.join("inside.css")).unwrap();
    fs::create_dir(web.join("page")).unwrap();
    symlink(
        scene.folder.path().join("pato.toml"),
        web.join("page/index.html"),
    )
    .unwrap();
    for path in [
        "/up/pato.toml",
        "/up/",
        "/out.txt",
        "/env.txt",
        "/up/web/.env",
        "/page/",
    ] {
        let answer = scene.get(path).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(scene.get("/inside.css").await.status(), StatusCode::OK);
    scene.stop().await;
}

#[tokio::test]
async fn folders_are_not_listed() {
    let scene = Scene::start().await;
    fs::remove_file(scene.folder.path().join("web/more/index.html")).unwrap();
    let answer = scene.get("/more/").await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert!(answer.text().await.unwrap().is_empty());
    scene.stop().await;
}

#[tokio::test]
async fn other_names_and_pages_from_elsewhere_are_refused() {
    let scene = Scene::start().await;
    let port = scene.address.rsplit_once(':').unwrap().1.to_owned();
    for host in [
        format!("evil.example:{port}"),
        "127.0.0.1".to_owned(),
        String::new(),
    ] {
        let answer = scene.raw("GET / HTTP/1.1", &host).await;
        assert!(answer.starts_with("HTTP/1.1 421"), "{host}: {answer}");
        assert!(!answer.contains("Ours"), "{host}");
    }
    let url = format!("http://{}/", scene.address);
    let foreign = scene.http.get(&url).header("origin", "http://evil.example");
    let answer = foreign.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let answer = scene.http.request(method.clone(), &url).send().await;
        let status = answer.unwrap().status();
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    scene.stop().await;
}

#[tokio::test]
async fn it_listens_on_this_machine_only() {
    let folder = tempfile::tempdir().unwrap();
    let bound = FolderServer::bind(folder.path().to_owned(), "0.0.0.0:0".parse().unwrap());
    assert!(matches!(bound.await, Err(ServerError::NotLoopback(_))));
}
