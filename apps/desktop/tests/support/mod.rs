//! A desktop of its own for the program: a screen, a session bus and a home folder, gone with it.
#![allow(dead_code, reason = "each program uses a part")]

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use pato_test_servers::display::Display;
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

/// How long anything may take that is expected to happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The desktop.
pub(crate) struct Desk {
    // Dropped in this order.
    _bus: Child,
    bus: String,
    display: Display,
    home: TempDir,
}

impl Desk {
    pub(crate) async fn new() -> Self {
        let home = tempfile::Builder::new()
            .prefix("pato-desktop-")
            .tempdir()
            .unwrap();
        for folder in ["data", "run", "config", "Downloads"] {
            std::fs::create_dir(home.path().join(folder)).unwrap();
        }
        let folders = "XDG_DOWNLOAD_DIR=\"$HOME/Downloads\"\n";
        std::fs::write(home.path().join("config/user-dirs.dirs"), folders).unwrap();
        // Any free port: tests run beside each other, and beside the user's own Pato.
        std::fs::write(
            home.path().join("data/config.toml"),
            "[server]\naddress = \"127.0.0.1:0\"\n",
        )
        .unwrap();
        let display = Display::start().await.unwrap();
        let mut bus = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .env("XDG_RUNTIME_DIR", home.path().join("run"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut address = String::new();
        let mut output = BufReader::new(bus.stdout.take().unwrap());
        timeout(PATIENCE, output.read_line(&mut address))
            .await
            .unwrap()
            .unwrap();
        Self {
            _bus: bus,
            bus: address.trim().to_owned(),
            display,
            home,
        }
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// The folder for downloads.
    pub(crate) fn downloads(&self) -> PathBuf {
        self.home.path().join("Downloads")
    }

    /// A program on this desktop, ended when its handle is dropped.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let home = self.home.path();
        let mut command = Command::new(program.as_ref());
        command
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_DATA_HOME", home.join("share"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            .env("XDG_RUNTIME_DIR", home.join("run"))
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("DISPLAY", self.display.name())
            .env("GDK_BACKEND", "x11")
            .env("LANG", "C.UTF-8")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("NO_AT_BRIDGE", "1")
            .env("PATO_DATA", self.data())
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// What the running program says of itself: process, address and token.
    pub(crate) async fn run_file(&self) -> Value {
        let path = self.data().join("run.json");
        let found = async {
            loop {
                if let Ok(text) = std::fs::read(&path) {
                    return serde_json::from_slice(&text).unwrap();
                }
                sleep(Duration::from_millis(50)).await;
            }
        };
        timeout(PATIENCE, found).await.expect("Pato did not start")
    }
}
