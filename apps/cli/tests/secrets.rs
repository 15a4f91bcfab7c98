//! No token or password is found anywhere but in the host's own memory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod support;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;

use serde_json::json;
use support::{Pato, capabilities_toward, text};

const TOKEN: &str = "tk-7f3a9c51e8d24b06-very-secret";
const PASSWORD: &str = "pw-0c6d2e94-very-secret";

#[test]
fn a_secret_reaches_its_host_and_nothing_else() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = server.local_addr().unwrap().port();
    let served = std::thread::spawn(move || answer_with_what_was_sent(&server));
    let mut pato = Pato::new();
    pato.start(
        &[
            "--simulate",
            "5",
            "--obs",
            "ws://127.0.0.1:9",
            "--follow",
            "--secrets-from-stdin",
        ],
        &format!("obs={PASSWORD}\n"),
    );
    let plugin = capabilities_toward(&format!("127.0.0.1:{port}"), pato.folder());
    pato.add(&plugin);
    let mut command = pato.command();
    command.args(["plugin", "secret", "capabilities", "token"]);
    let mut child = command.stdin(std::process::Stdio::piped()).spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(TOKEN.as_bytes())
        .unwrap();
    assert!(child.wait().unwrap().success());

    let request = json!({
        "method": "POST",
        "url": format!("http://127.0.0.1:{port}/"),
        "headers": { "authorization": "Bearer {secret:token}" },
        "body": "key={secret:token}",
    });
    let answer = pato.json(&["call", "capabilities.http", &request.to_string()]);
    let sent = served.join().unwrap();
    assert_eq!(
        sent.matches(TOKEN).count(),
        2,
        "the host did not attach the secret: {answer}"
    );

    // The server sent everything back: what the plugin got, and stored and logged, is blotted out.
    assert_eq!(answer["ok"]["status"], 200, "{answer}");
    assert!(!answer.to_string().contains(TOKEN), "{answer}");
    let store = json!({ "key": "answer", "value": answer.to_string() }).to_string();
    pato.json(&["call", "capabilities.storage-set", &store]);
    pato.json(&[
        "call",
        "capabilities.log",
        &json!({ "message": TOKEN }).to_string(),
    ]);
    let memory = pato.json(&["call", "capabilities.memory-contains", &masked(TOKEN)]);
    assert_eq!(
        memory["ok"],
        json!(0),
        "the secret is in the guest's memory: {memory}"
    );

    let elsewhere = json!({ "method": "GET", "url": "http://localhost:9/{secret:token}" });
    let refused = pato.json(&["call", "capabilities.http", &elsewhere.to_string()]);
    assert!(refused["error"].is_object(), "{refused}");

    let mut seen = String::new();
    for arguments in [
        &["plugin", "logs", "capabilities"][..],
        &["plugin", "info", "capabilities"],
        &["plugin", "settings", "capabilities"],
        &["events", "history", "--limit", "1000"],
        &["connector", "list"],
        &["status"],
        &["doctor"],
    ] {
        let output = pato.run(&[&["--json"], arguments].concat());
        seen += &text(&output.stdout);
        seen += &text(&output.stderr);
    }
    assert!(
        seen.contains("***"),
        "the log line is not there, so nothing was tested"
    );
    pato.run(&["stop"]);
    seen += &pato.printed();
    assert_eq!(pato.wait(), Some(0));
    for secret in [TOKEN, PASSWORD] {
        assert!(!seen.contains(secret), "{secret} was printed");
        assert_eq!(
            files_that_contain(pato.folder(), secret),
            Vec::<String>::new()
        );
    }
}

/// The token cannot be named in the call, for then it would be in the guest's memory.
fn masked(secret: &str) -> String {
    let bytes: Vec<u8> = secret.bytes().map(|byte| byte ^ 0x5a).collect();
    json!({ "mask": 0x5a, "bytes": bytes }).to_string()
}

fn answer_with_what_was_sent(server: &TcpListener) -> String {
    let (mut stream, _) = server.accept().unwrap();
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    while !text(&received).contains("\r\n\r\nkey=") {
        let read = stream.read(&mut buffer).unwrap();
        assert_ne!(read, 0, "the request broke off: {}", text(&received));
        received.extend_from_slice(&buffer[..read]);
    }
    // The body is short; it comes with its beginning or right after it.
    stream
        .set_read_timeout(Some(std::time::Duration::from_millis(300)))
        .unwrap();
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        received.extend_from_slice(&buffer[..read]);
    }
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nx-echo: {TOKEN}\r\n\r\n",
        received.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&received).unwrap();
    text(&received)
}

fn files_that_contain(folder: &Path, secret: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_that_contain(&path, secret));
        } else if fs::read(&path).is_ok_and(|bytes| {
            bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes())
        }) {
            found.push(path.display().to_string());
        }
    }
    found
}
