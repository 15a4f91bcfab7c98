//! `pato dev` and `pato run PROJECT`: a project is edited, and what runs is what was saved.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod support;

use std::cell::RefCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{PATIENCE, Pato, collect, text};
use tempfile::TempDir;

/// How long a build may take on a machine that builds other things, too.
const BUILD: Duration = Duration::from_secs(300);

/// A project in C, and the home of its author: no host runs but those that the test starts.
struct Scene {
    pato: Pato,
    folder: TempDir,
}

/// `pato dev` or `pato run` under way.
struct Session {
    child: Child,
    lines: Receiver<String>,
    errors: Receiver<String>,
    told: RefCell<Vec<Value>>,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let scene = Self {
            pato: Pato::new(),
            folder,
        };
        let new = ["new", "greeter", "--language", "c"];
        let made = scene.command(scene.folder.path()).args(new).output();
        assert!(made.unwrap().status.success());
        // It has a chat to answer in, where nobody says anything by himself.
        let own = scene.project().join(".pato");
        fs::create_dir(&own).unwrap();
        fs::write(own.join("config.toml"), "[simulator]\nrate = 0.0\n").unwrap();
        scene
    }

    fn project(&self) -> PathBuf {
        self.folder.path().join("greeter")
    }

    /// A command as the author types it: no data folder is named, and the usual one is an empty one.
    fn command(&self, folder: &Path) -> Command {
        let mut command = self.pato.authors_command(folder);
        // Not the home itself where that can be helped: compilers have their caches there.
        let usual = if cfg!(target_os = "macos") {
            "HOME"
        } else {
            "XDG_DATA_HOME"
        };
        command
            .env_remove("PATO_DATA")
            .env(usual, self.pato.folder())
            .arg("--json");
        command
    }

    fn start(&self, arguments: &[&str]) -> Session {
        let mut command = self.command(&self.project());
        let mut child = command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Session {
            lines: collect(child.stdout.take().unwrap()),
            errors: collect(child.stderr.take().unwrap()),
            child,
            told: RefCell::default(),
        }
    }

    fn dev(&self) -> Session {
        self.start(&["dev", "--grant-all", "--listen", "127.0.0.1:0"])
    }

    /// A command in the project that must succeed.
    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.command(&self.project()).args(arguments).output();
        let output = output.unwrap();
        let errors = text(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        serde_json::from_slice(&output.stdout).unwrap_or_default()
    }

    /// Says hello in chat, and waits for this answer.
    fn hello(&self, answer: &str) {
        self.json(&["simulate", "chat.message", "--set", "text=!hello"]);
        let end = Instant::now() + PATIENCE;
        loop {
            let history = ["events", "history", "chat.message", "--limit", "50"];
            let events = self.json(&history);
            let mut events = events.as_array().unwrap().iter();
            if events.any(|event| event["data"]["text"] == answer) {
                return;
            }
            assert!(Instant::now() < end, "nobody said `{answer}`");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.project().join(file);
        let source = fs::read_to_string(&path).unwrap();
        assert!(source.contains(from), "{file} has no `{from}`");
        fs::write(path, source.replacen(from, to, 1)).unwrap();
    }
}

impl Session {
    /// Waits until it tells this.
    fn until(&self, kind: &str) -> Value {
        let end = Instant::now() + BUILD;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            let Ok(line) = self.lines.recv_timeout(left) else {
                break;
            };
            let line: Value = serde_json::from_str(&line).unwrap();
            self.told.borrow_mut().push(line.clone());
            if line["type"] == kind {
                return line;
            }
        }
        let errors: Vec<_> = self.errors.try_iter().collect();
        panic!("no `{kind}`: {:?}\n{}", self.told, errors.join("\n"));
    }

    /// Waits until a line on standard error has this part.
    fn until_printed(&self, part: &str) {
        let line = || self.errors.recv_timeout(PATIENCE);
        while !line().expect(part).contains(part) {}
    }

    #[cfg(unix)]
    fn interrupt(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status();
        assert!(sent.unwrap().success());
    }

    fn end(mut self) -> Option<i32> {
        let end = Instant::now() + BUILD;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(Instant::now() < end, "it did not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_is_saved_runs_with_what_was_stored_and_a_mistake_leaves_what_ran() {
    let scene = Scene::new();
    let dev = scene.dev();
    let loaded = dev.until("loaded");
    assert_eq!(loaded["state"], "running");
    assert_eq!(loaded["not_granted"], json!([]));
    scene.hello("Hello, Ronni! Your points: 1");

    scene.edit("src/plugin.c", "Hello, ", "Good morning, ");
    assert_eq!(dev.until("loaded")["not_granted"], json!([]));
    scene.hello("Good morning, Ronni! Your points: 2");

    scene.edit("src/plugin.c", "Good morning, ", "Good evening, \" oops \"");
    let failed = dev.until("failed");
    let message = failed["message"].as_str().unwrap();
    assert!(message.contains("failed with"), "{message}");
    dev.until_printed("src/plugin.c:");
    scene.hello("Good morning, Ronni! Your points: 3");

    scene.edit("src/plugin.c", "\" oops \"", "");
    dev.until("loaded");
    scene.hello("Good evening, Ronni! Your points: 4");
    scene.json(&["stop"]);
    assert_eq!(dev.end(), Some(0));

    // The project keeps what its plugin stored, also without a host.
    let dev = scene.dev();
    dev.until("loaded");
    assert_eq!(scene.json(&["call", "greeter.points"]), json!({"ronni": 4}));
    scene.json(&["stop"]);
    assert_eq!(dev.end(), Some(0));
}

#[test]
fn a_permission_that_is_new_is_named_with_what_gives_it_and_the_others_stay() {
    let scene = Scene::new();
    let permissions = |loaded: &Value| {
        let requests = loaded["not_granted"].as_array().unwrap().iter();
        let permissions = requests.map(|request| request["permission"].as_str().unwrap());
        permissions.map(str::to_owned).collect::<Vec<_>>()
    };
    let dev = scene.start(&[
        "dev",
        "--listen",
        "127.0.0.1:0",
        "--grant",
        "subscribe:chat.message",
        "--grant",
        "storage:64 KiB",
    ]);
    assert_eq!(permissions(&dev.until("loaded")), ["call:chat.send"]);
    scene.json(&["plugin", "grant", "greeter", "call:chat.send"]);

    scene.edit(
        "pato.toml",
        "[permissions]\n",
        "[permissions]\npublish = [{ scope = \"greeter.said\", reason = \"to tell\" }]\n",
    );
    let missing = permissions(&dev.until("loaded"));
    assert_eq!(missing, ["publish:greeter.said"]);
    scene.hello("Hello, Ronni! Your points: 1");

    // It is told once, and not with each save.
    scene.edit("src/plugin.c", "Hello, ", "Good morning, ");
    assert_eq!(dev.until("loaded")["not_granted"], json!([]));
    scene.hello("Good morning, Ronni! Your points: 2");
    scene.json(&["stop"]);
    assert_eq!(dev.end(), Some(0));
}

#[test]
fn a_host_that_runs_is_used_and_stays_when_the_author_stops() {
    let scene = Scene::new();
    let host = Pato::running_with(&["--simulate", "0"]);
    let data = host.folder().to_str().unwrap();
    let dev = scene.start(&["--data", data, "dev", "--grant-all"]);
    let host_of = dev.until("started")["host"].clone();
    assert_eq!(host_of, host.url());
    dev.until("loaded");
    assert!(!scene.project().join(".pato/data").exists());
    #[cfg(unix)]
    {
        dev.interrupt();
        assert_eq!(dev.end(), Some(0));
    }
    assert_eq!(
        host.json(&["plugin", "info", "greeter"])["state"],
        "running"
    );
}

#[cfg(unix)]
#[test]
fn ctrl_c_during_a_build_ends_the_compiler_and_the_host() {
    let scene = Scene::new();
    // A compiler that never ends, and says who it is.
    let tools = scene.project().join("slow");
    fs::create_dir(&tools).unwrap();
    let compiler = tools.join("zig");
    let script = "#!/bin/sh\ncase \"$1\" in version) echo 0.17.0; exit 0;; esac\n\
                  echo $$ > \"$PATO_TEST_PID\"\nexec sleep 600\n";
    fs::write(&compiler, script).unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&compiler, executable).unwrap();
    let pid_file = scene.folder.path().join("pid");
    let path = std::env::join_paths(
        std::iter::once(tools).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let mut child = scene
        .command(&scene.project())
        .args([
            "dev",
            "--grant-all",
            "--no-simulate",
            "--listen",
            "127.0.0.1:0",
        ])
        .env("PATH", path.unwrap())
        .env("PATO_TEST_PID", &pid_file)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let session = Session {
        lines: collect(child.stdout.take().unwrap()),
        errors: collect(child.stderr.take().unwrap()),
        child,
        told: RefCell::default(),
    };
    session.until("building");
    let pid = || {
        fs::read_to_string(&pid_file)
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    scene.pato.eventually("the compiler", || !pid().is_empty());
    session.interrupt();
    assert_eq!(session.end(), Some(0));
    let runs = Command::new("kill").args(["-0", &pid()]).output();
    assert!(!runs.unwrap().status.success(), "the compiler still runs");
    let status = scene.command(&scene.project()).arg("status").output();
    assert_eq!(status.unwrap().status.code(), Some(3));
}

#[test]
fn a_project_can_be_run_as_it_will_be_and_a_mistake_ends_that() {
    let scene = Scene::new();
    let run = ["run", ".", "--grant-all", "--listen", "127.0.0.1:0"];
    let session = scene.start(&run);
    assert_eq!(session.until("loaded")["state"], "running");
    scene.json(&["call", "greeter.points"]);
    scene.json(&["stop"]);
    assert_eq!(session.end(), Some(0));

    scene.edit("src/plugin.c", "Hello, ", "Hello, \" oops \"");
    assert_eq!(scene.start(&run).end(), Some(1));
}

#[test]
fn a_page_of_the_project_is_served_with_live_reload() {
    let scene = Scene::new();
    let web = scene.project().join("web");
    fs::create_dir(&web).unwrap();
    fs::write(web.join("index.html"), "<p>first</p>").unwrap();
    let dev = scene.dev();
    let page = dev.until("started")["page"].as_str().unwrap().to_owned();
    let get = || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().unwrap();
        runtime.block_on(async {
            let _ = rustls::crypto::ring::default_provider().install_default();
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            http.get(&page).send().await.unwrap().text().await.unwrap()
        })
    };
    dev.until("loaded");
    assert!(get().starts_with("<p>first</p><script"));
    fs::write(web.join("index.html"), "<p>second</p>").unwrap();
    dev.until("page-changed");
    assert!(get().starts_with("<p>second</p><script"));
    // A page is no source of the plugin.
    let told = dev.told.borrow();
    assert_eq!(
        told.iter().filter(|told| told["type"] == "loaded").count(),
        1
    );
    drop(told);
    scene.json(&["stop"]);
    assert_eq!(dev.end(), Some(0));
}
