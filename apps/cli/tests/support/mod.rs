//! Runs the real `pato` in a data folder of its own.
#![allow(dead_code, reason = "each test file uses a part")]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// How long anything may take that is expected to happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A data folder, and the host that runs in it, if one does.
pub(crate) struct Pato {
    folder: TempDir,
    host: Option<Host>,
}

struct Host {
    child: Child,
    lines: Receiver<String>,
    errors: Receiver<String>,
    address: String,
    page: String,
}

impl Pato {
    /// A new data folder; nothing runs.
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("pato-test-")
            .tempdir()
            .unwrap();
        Self { folder, host: None }
    }

    /// A host without connectors.
    pub(crate) fn running() -> Self {
        Self::running_with(&[])
    }

    /// A host with these arguments.
    pub(crate) fn running_with(arguments: &[&str]) -> Self {
        let mut pato = Self::new();
        pato.start(arguments, "");
        pato
    }

    /// Starts the host, gives it `input` as standard input, and waits until it is there.
    pub(crate) fn start(&mut self, arguments: &[&str], input: &str) {
        let mut command = self.command();
        command
            .args(["--json", "run", "--listen", "127.0.0.1:0"])
            .args(arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        let lines = collect(child.stdout.take().unwrap());
        let errors = collect(child.stderr.take().unwrap());
        let Ok(first) = lines.recv_timeout(PATIENCE) else {
            let _ = child.kill();
            panic!(
                "the host did not start: {:?}",
                errors.try_iter().collect::<Vec<_>>()
            );
        };
        let first: Value = serde_json::from_str(&first).unwrap();
        let text = |name: &str| first[name].as_str().unwrap().to_owned();
        self.host = Some(Host {
            child,
            lines,
            errors,
            address: text("address"),
            page: text("page"),
        });
    }

    /// Where the host listens, as a URL.
    pub(crate) fn url(&self) -> &str {
        &self.host.as_ref().unwrap().address
    }

    /// What allows to use it.
    pub(crate) fn token(&self) -> &str {
        self.host
            .as_ref()
            .unwrap()
            .page
            .split_once("#token=")
            .unwrap()
            .1
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// All that the host has printed since it was last asked, both outputs.
    pub(crate) fn printed(&self) -> String {
        let host = self.host.as_ref().unwrap();
        host.lines
            .try_iter()
            .chain(host.errors.try_iter())
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// The command, in this data folder.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pato"));
        command
            .env("PATO_DATA", self.folder.path())
            .env("NO_COLOR", "1")
            .env_remove("PATO_LOG");
        command
    }

    /// The command in a folder of its author's, with the tools that `cargo xtask setup` installed.
    pub(crate) fn authors_command(&self, folder: &Path) -> Command {
        let python = if cfg!(windows) { "Scripts" } else { "bin" };
        let mut folders = vec![
            repository().join("crates/toolchain/tests/tools/node_modules/.bin"),
            repository().join("target/tools/python").join(python),
            repository().join("target/tools/go/bin"),
        ];
        folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
        let mut command = self.command();
        command
            .current_dir(folder)
            .env("PATH", std::env::join_paths(folders).unwrap())
            .env("PATO_SDK", repository().join("sdk/rust"));
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command()
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// Runs a command that must succeed, and reads what it prints as JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[&["--json"], arguments].concat());
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            text(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }

    /// Runs a command that must fail with `code`, and returns the error it prints.
    pub(crate) fn error(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let error = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
        error
    }

    /// Installs a built plugin with all that it asks for.
    pub(crate) fn add(&self, plugin: &Path) -> Value {
        self.json(&["plugin", "add", plugin.to_str().unwrap(), "--grant-all"])
    }

    /// Waits until something is so.
    pub(crate) fn eventually(&self, what: &str, is_so: impl Fn() -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is_so() {
            assert!(Instant::now() < end, "waited in vain for {what}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Asks until the answer is as wanted.
    pub(crate) fn until(&self, arguments: &[&str], wanted: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let answer = self.json(arguments);
            if wanted(&answer) {
                return answer;
            }
            if Instant::now() >= end {
                let events = text(&self.run(&["events", "history", "--limit", "30"]).stdout);
                panic!(
                    "{arguments:?} stayed {answer:#}
{events}"
                );
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Ends the host as a crash would: no chance to save anything.
    pub(crate) fn kill(&mut self) {
        let mut host = self.host.take().unwrap();
        host.child.kill().unwrap();
        host.child.wait().unwrap();
    }

    /// Waits for the host's own end, and returns its exit code.
    pub(crate) fn wait(&mut self) -> Option<i32> {
        let mut host = self.host.take().unwrap();
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = host.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < end, "the host did not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The host's process.
    pub(crate) fn pid(&self) -> u32 {
        self.host.as_ref().unwrap().child.id()
    }
}

impl Drop for Pato {
    fn drop(&mut self) {
        if let Some(host) = &mut self.host {
            let _ = host.child.kill();
            let _ = host.child.wait();
        }
    }
}

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    std::path::absolute(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
}

/// The lines of a program's output, as they come.
pub(crate) fn collect(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Bytes that are a text.
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A bundled plugin, as `cargo xtask guests` builds it.
pub(crate) fn bundled(name: &str) -> PathBuf {
    guest("plugins", name)
}

/// A plugin of the fixtures, as `cargo xtask guests` builds it.
pub(crate) fn fixture(name: &str) -> PathBuf {
    guest("fixtures", name)
}

/// A plugin of the authors' cookbook, as `cargo xtask guests` builds it.
pub(crate) fn recipe(name: &str) -> PathBuf {
    guest("cookbook", name)
}

/// A program for `pato exec`, as `cargo xtask guests` builds it, for the kind that names the folder.
pub(crate) fn program(kind: &str, name: &str) -> PathBuf {
    guest(kind, name)
}

/// `pato account …` under way in a process of its own.
pub(crate) struct Login(Child);

impl Login {
    /// Begins, types `secret`, and reads what the user has to do.
    pub(crate) fn begin(pato: &Pato, arguments: &[&str], secret: &str) -> (Self, Value) {
        let mut child = pato
            .command()
            .args(["--json", "account"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        writeln!(input, "{secret}").unwrap();
        drop(input);
        // The rest waits in the pipe, which is long enough for it.
        let mut line = String::new();
        BufReader::with_capacity(1, child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let prompt = serde_json::from_str(&line).unwrap_or_default();
        (Self(child), prompt)
    }

    /// Whether it succeeded, and what it said of a failure.
    pub(crate) fn end(self) -> (bool, String) {
        let output = self.0.wait_with_output().unwrap();
        (output.status.success(), text(&output.stderr))
    }

    pub(crate) fn succeeds(self) {
        let (done, errors) = self.end();
        assert!(done, "{errors}");
    }
}

/// The fixture `capabilities`, allowed to reach `host` and to send its secret there. The outermost
/// manifest of a component counts.
pub(crate) fn capabilities_toward(host: &str, folder: &Path) -> PathBuf {
    let manifest = include_str!("../../../../fixtures/plugins/capabilities/pato.toml")
        .replace("\"127.0.0.1\"", &format!("\"{host}\""));
    let name = "pato:manifest";
    let mut bytes = std::fs::read(fixture("capabilities")).unwrap();
    bytes.push(0);
    length(1 + name.len() + manifest.len(), &mut bytes);
    length(name.len(), &mut bytes);
    bytes.extend_from_slice(name.as_bytes());
    bytes.extend_from_slice(manifest.as_bytes());
    let path = folder.join("capabilities.wasm");
    std::fs::write(&path, bytes).unwrap();
    path
}

/// A length as WebAssembly writes it.
fn length(mut value: usize, into: &mut Vec<u8>) {
    while value >= 0x80 {
        into.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    into.push(value as u8);
}

fn guest(kind: &str, name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../target/guests")
        .join(kind)
        .join(format!("{name}.wasm"));
    assert!(
        path.exists(),
        "{} is not built: run `cargo xtask guests`",
        path.display()
    );
    path
}

/// A manifest that asks for one thing; keys of the top level can be appended.
pub(crate) const MANIFEST: &str = r#"id = "duck"
name = "Duck"
version = "1.0.0"
api_version = "0.1"
description = "Quacks."
license = "MIT"
permissions.call = [{ scope = "chat.send", reason = "to quack" }]
"#;

/// A component without a manifest, with a handler to call.
pub(crate) fn component() -> Vec<u8> {
    wat::parse_str(
        r#"(component
            (core module (memory 1) (func (export "f") (result i32) i32.const 42))
            (import "wasi:io/poll@0.2.6" (instance))
            (instance $handler)
            (export "pato:platform/life-cycle@0.1.0" (instance $handler)))"#,
    )
    .unwrap()
}
