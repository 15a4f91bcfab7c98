//! The real window on a screen that is only memory, driven by WebDriver.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod support;

use std::collections::HashMap;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use support::{Desk, PATIENCE};
use tokio::process::Child;
use tokio::time::{Instant, sleep, timeout};

/// The program that was built for the tests, or one out of a package.
fn program() -> String {
    let of_package = std::env::var("PATO_DESKTOP_PROGRAM");
    of_package.unwrap_or_else(|_| env!("CARGO_BIN_EXE_pato-desktop").to_owned())
}

/// The program under WebKit's own driver.
struct Window {
    client: reqwest::Client,
    session: String,
    driver: Child,
    desk: Desk,
}

impl Window {
    async fn open() -> Self {
        // What reqwest wants even where nothing is encrypted; fails only if it is set already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let desk = Desk::new().await;
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr();
        let port = free.unwrap().port();
        let driver = desk
            .command("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .spawn()
            .unwrap();
        let mut window = Self {
            client: reqwest::Client::builder()
                .timeout(PATIENCE)
                .build()
                .unwrap(),
            session: format!("http://127.0.0.1:{port}/session"),
            driver,
            desk,
        };
        let browser = json!({ "binary": program(), "args": [] });
        let wanted =
            json!({ "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": browser } } });
        let end = Instant::now() + PATIENCE;
        let session = loop {
            match window
                .client
                .post(&window.session)
                .json(&wanted)
                .send()
                .await
            {
                Ok(answer) => break answer.json::<Value>().await.unwrap(),
                // The driver does not listen yet.
                Err(error) => assert!(Instant::now() < end, "{error}"),
            }
            sleep(Duration::from_millis(50)).await;
        };
        let id = session["value"]["sessionId"].as_str();
        let id = id.unwrap_or_else(|| panic!("no session: {session}"));
        window.session = format!("{}/{id}", window.session);
        window
    }

    async fn get(&self, what: &str) -> Value {
        let answer = self.client.get(format!("{}/{what}", self.session));
        answer.send().await.unwrap().json::<Value>().await.unwrap()["value"].take()
    }

    async fn post(&self, what: &str, body: Value) -> Value {
        let request = self.client.post(format!("{}/{what}", self.session));
        let answer = request.json(&body).send().await.unwrap();
        let mut answer = answer.json::<Value>().await.unwrap();
        assert!(answer["value"]["error"].is_null(), "{what}: {answer}");
        answer["value"].take()
    }

    /// The value of an expression in the page; waits for a promise.
    async fn evaluate(&self, expression: &str) -> Value {
        let script = format!(
            "const done = arguments[0]; Promise.resolve({expression}).then(done, (error) => \
             done(\"rejected: \" + (error.message ?? error)))"
        );
        self.post("execute/async", json!({ "script": script, "args": [] }))
            .await
    }

    /// Waits for a text on the page.
    async fn shows(&self, text: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            let shown = self.evaluate("document.body.innerText").await;
            let shown = shown.as_str().unwrap_or_default();
            if shown.contains(text) {
                return;
            }
            assert!(
                Instant::now() < end,
                "`{text}` is not on the page:\n{shown}"
            );
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits for a page of the dashboard.
    async fn leads_to(&self, fragment: &str) {
        let end = Instant::now() + PATIENCE;
        while self.evaluate("location.hash").await != fragment {
            assert!(Instant::now() < end, "the link was not followed");
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Starts the program once more, as the system does with a link, and waits until that has handed it over.
    async fn start_again(&self, link: &str) {
        let second = self.desk.command(program()).arg(link).status();
        let ended = timeout(PATIENCE, second).await;
        let status = ended.expect("it went on beside the first").unwrap();
        assert!(status.success());
    }

    /// Installs a guest, and grants it nothing.
    async fn install(&self, name: &str) {
        let guests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/guests");
        let file = guests.join(format!("{name}.wasm"));
        let bytes = std::fs::read(file).expect("run `cargo xtask guests`");
        let running = self.desk.run_file().await;
        let address = running["address"].as_str().unwrap();
        let answer = self
            .client
            .post(format!("http://{address}/api/modules"))
            .bearer_auth(running["token"].as_str().unwrap())
            .body(bytes)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
    }

    async fn click(&self, button: &str) {
        let xpath = format!("//button[normalize-space()='{button}']");
        let element = json!({ "using": "xpath", "value": xpath });
        let element = self.post("element", element).await;
        let id = element.as_object().unwrap().values().next().unwrap();
        let click = format!("element/{}/click", id.as_str().unwrap());
        self.post(&click, json!({})).await;
    }

    /// Asks the system to end the program, by its process id, and waits for its end.
    async fn end(mut self) {
        let pid = self.desk.run_file().await["pid"].to_string();
        let asked = self
            .desk
            .command("kill")
            .args(["-TERM", &pid])
            .status()
            .await;
        assert!(asked.unwrap().success());
        let process = std::path::PathBuf::from(format!("/proc/{pid}/stat"));
        let gone = async {
            // Whoever started it may not have taken notice of its end.
            while std::fs::read_to_string(&process).is_ok_and(|stat| !stat.contains(") Z ")) {
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(PATIENCE, gone).await.expect("Pato did not end");
        assert!(!self.desk.data().join("run.json").exists());
        self.driver.kill().await.unwrap();
    }
}

/// How many colours a picture has, and how large a part its commonest one takes.
fn colours(picture: &[u8]) -> (usize, f64) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(picture))
        .read_info()
        .unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    let bytes = frame.line_size / frame.width as usize;
    let mut counts: HashMap<&[u8], usize> = HashMap::new();
    for pixel in pixels[..frame.buffer_size()].chunks_exact(bytes) {
        *counts.entry(pixel).or_default() += 1;
    }
    let most = counts.values().max().copied().unwrap_or_default();
    let all: usize = counts.values().sum();
    (counts.len(), most as f64 / all as f64)
}

#[tokio::test]
#[ignore = "needs the pages, a display server and a driver: `cargo xtask test --only desktop`"]
async fn the_window_shows_the_dashboard_and_acts_on_the_host_behind_it() {
    let window = Window::open().await;
    assert_eq!(window.get("title").await, "Pato");
    window.shows("Try with the simulator").await;
    window.click("Try with the simulator").await;
    window.shows("Connected: Simulator").await;

    let picture = window.get("screenshot").await;
    let picture = STANDARD.decode(picture.as_str().unwrap()).unwrap();
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("window.png");
    std::fs::write(file, &picture).unwrap();
    let (number, share) = colours(&picture);
    assert!(
        number > 100 && share < 0.95,
        "{number} colours, one of them on {share}"
    );
    window.end().await;
}

#[tokio::test]
#[ignore = "needs the pages, a display server and a driver: `cargo xtask test --only desktop`"]
async fn a_second_start_hands_its_link_over_and_the_window_asks_before_it_installs() {
    let window = Window::open().await;
    window.shows("Try with the simulator").await;
    window.start_again("pato://install?plugin=counter").await;
    window.shows("Add Counter?").await;
    let installed = "window.__TAURI_INTERNALS__.invoke('connect').then(() => location.hash)";
    assert_eq!(window.evaluate(installed).await, "#/install/counter");
    assert!(!window.desk.data().join("plugins/counter").exists());

    window.start_again("pato://open/events").await;
    window.leads_to("#/events").await;
    let elsewhere = "pato://install?source=https%3A%2F%2Fducks.example%2Fquack.wasm";
    window.start_again(elsewhere).await;
    window.shows("https://ducks.example/quack.wasm").await;
    window.shows("Fetch and look at it").await;
    window.end().await;
}

#[tokio::test]
#[ignore = "needs the pages, a display server and a driver: `cargo xtask test --only desktop`"]
async fn the_set_up_is_saved_among_the_downloads_and_nothing_else_is() {
    let window = Window::open().await;
    window.shows("Try with the simulator").await;
    let click = |address: &str| {
        format!(
            "void Object.assign(document.createElement('a'), {{ href: {address}, download: 'x.json' \
             }}).click()"
        )
    };
    window.evaluate(&click("'data:text/plain,x'")).await;
    window.evaluate("void (location.hash = '#/settings')").await;
    window.shows("Save the set-up").await;
    window.click("Save the set-up").await;
    let saved = window.desk.downloads().join("pato-set-up.json");
    let written = async {
        loop {
            // Before its end it is no JSON.
            let text = std::fs::read(&saved).unwrap_or_default();
            if let Ok(set_up) = serde_json::from_slice::<Value>(&text) {
                return set_up;
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    let set_up = timeout(PATIENCE, written).await.expect("it was not saved");
    assert!(set_up["plugins"].is_array(), "{set_up}");
    let files = std::fs::read_dir(window.desk.downloads()).unwrap();
    assert_eq!(files.count(), 1);
    window.end().await;
}

#[tokio::test]
#[ignore = "needs the pages, a display server and a driver: `cargo xtask test --only desktop`"]
async fn pictures_that_a_plugin_brings_are_shown_and_nothing_else_of_it() {
    let window = Window::open().await;
    window.shows("Try with the simulator").await;
    window.install("fixtures/capabilities").await;
    let shown = "new Promise((shown, failed) => { const image = new Image(); image.onload = () => \
                 shown(image.naturalWidth); image.onerror = () => failed('no picture'); image.src = ";
    let width = |path: &str| format!("{shown}'/assets-of/{path}' }})");
    let duck = window.evaluate(&width("capabilities/duck.svg")).await;
    assert!(duck.as_u64().is_some_and(|width| width > 0), "{duck}");
    let headers = "fetch('/assets-of/capabilities/duck.svg').then((answer) => \
                   ['content-type', 'x-content-type-options', 'cache-control'].map((name) => \
                   answer.headers.get(name)).join())";
    assert_eq!(
        window.evaluate(headers).await,
        "image/svg+xml,nosniff,private, max-age=60"
    );
    for nothing in [
        "capabilities/goose.svg",
        "capabilities/notes.txt",
        "capabilities/..%2f..%2fpato.sqlite",
        "nobody/duck.svg",
    ] {
        let picture = window.evaluate(&width(nothing)).await;
        assert_eq!(picture, "rejected: no picture", "{nothing}");
        let status = format!("fetch('/assets-of/{nothing}').then((answer) => answer.status)");
        assert_eq!(window.evaluate(&status).await, 404, "{nothing}");
    }
    window.end().await;
}

#[tokio::test]
#[ignore = "needs the pages, a display server and a driver: `cargo xtask test --only desktop`"]
async fn the_plugins_that_come_with_pato_are_found_and_can_be_added() {
    let window = Window::open().await;
    window.shows("Try with the simulator").await;
    window
        .evaluate("void (location.hash = '#/install/counter')")
        .await;
    window.shows("Add Counter?").await;
    window.click("Add with what is switched on").await;
    let added = async {
        while !window.desk.data().join("plugins/counter").exists() {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, added).await.expect("it was not added");
    window.end().await;
}

#[tokio::test]
#[ignore = "needs the pages, a display server and a driver: `cargo xtask test --only desktop`"]
async fn the_desktop_speaks_the_language_of_the_page_and_keeps_it() {
    let window = Window::open().await;
    window.shows("Try with the simulator").await;
    let choose = |language: &str| {
        format!("window.__TAURI_INTERNALS__.invoke('speak', {{ language: '{language}' }})")
    };
    window.evaluate(&choose("de")).await;
    let kept = std::fs::read_to_string(window.desk.data().join("desktop.toml")).unwrap();
    assert!(kept.contains("language = \"de\""), "{kept}");
    let unknown = window.evaluate(&choose("tlh")).await.to_string();
    assert!(unknown.contains("rejected"), "{unknown}");
    window.end().await;
}

#[tokio::test]
#[ignore = "needs the pages, a display server and a driver: `cargo xtask test --only desktop`"]
async fn the_page_can_do_nothing_but_carry_frames() {
    let window = Window::open().await;
    window.shows("Try with the simulator").await;
    for command in [
        "plugin:opener|open_url",
        "plugin:notification|notify",
        "plugin:autostart|enable",
        "plugin:updater|check",
        "plugin:deep-link|register",
        "plugin:event|listen",
        "plugin:window|close",
        "plugin:webview|create_webview_window",
        "plugin:app|version",
        "nothing_like_it",
    ] {
        let invoked = format!("window.__TAURI_INTERNALS__.invoke('{command}', {{}})");
        let answer = window.evaluate(&invoked).await.to_string();
        assert!(
            answer.contains("not allowed") || answer.contains("not found"),
            "{command}: {answer}"
        );
    }
    let address = window.desk.run_file().await["address"].clone();
    let address = address.as_str().unwrap();
    for (what, expression) in [
        (
            "another server",
            format!("fetch('http://{address}/api/status').then(() => 'reached')"),
        ),
        (
            "the web",
            "fetch('https://example.org/').then(() => 'reached')".to_owned(),
        ),
        (
            "code from a text",
            "(async () => new Function('return 1')())()".to_owned(),
        ),
    ] {
        let answer = window.evaluate(&expression).await.to_string();
        assert!(answer.contains("rejected"), "{what}: {answer}");
    }
    // Neither a new window nor another page in this one.
    let before = window.get("url").await;
    window
        .evaluate("void window.open('http://127.0.0.1:1/')")
        .await;
    window
        .evaluate("void (location.href = 'http://127.0.0.1:1/')")
        .await;
    window.shows("Try with the simulator").await;
    assert_eq!(window.get("url").await, before);
    assert_eq!(
        window.get("window/handles").await.as_array().unwrap().len(),
        1
    );
    window.end().await;
}
