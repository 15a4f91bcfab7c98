//! What the desktop does, without a window: the host, its server and the page's line to them.

use std::sync::{Mutex, PoisonError};

use pato_host::events::catalogue::host::{ConnectionState, PluginState};
use pato_host::vault::Vault;
use pato_host::{DataDirectory, Host, HostError, Layers};
use pato_server::{RunError, RunOptions, Running, Session};

use crate::line::{Line, LineError};

/// What plugins are told of who did something in the window.
const WHO: &str = "desktop";

/// Why Pato could not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// The configuration is wrong.
    #[error("{0}")]
    Configuration(#[from] pato_host::ConfigurationError),
    /// The host or its server could not start.
    #[error("{0}")]
    Run(#[from] RunError),
}

/// Owns all that runs, and ends it.
pub(crate) struct Controller {
    host: Host,
    url: String,
    running: Mutex<Option<Running>>,
    lines: Mutex<Lines>,
}

/// How Pato is, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Summary {
    /// Services that are connected.
    pub(crate) connected: usize,
    /// Services that are switched on.
    pub(crate) services: usize,
    /// Services that need the user.
    pub(crate) waiting: usize,
    /// Plugins that run.
    pub(crate) running: usize,
    /// Plugins that are installed.
    pub(crate) installed: usize,
}

/// There is one window, so there is one line; it has a number, so that a page that was left does not take
/// what is meant for the next.
#[derive(Default)]
struct Lines {
    last: u32,
    open: Option<Line>,
}

impl Controller {
    /// Starts the host and the server beside it, which OBS needs for its overlays.
    pub(crate) async fn start(directory: DataDirectory, vault: Vault) -> Result<Self, StartError> {
        let layers = Layers::read(&directory.configuration(), None, std::env::vars_os())?;
        let configuration = layers.configuration()?;
        let running = Running::start(RunOptions {
            directory,
            configuration,
            vault,
            // Whoever has no terminal can't be asked for another.
            other_port: true,
        })
        .await?;
        Ok(Self {
            host: running.host().clone(),
            url: running.url(),
            running: Mutex::new(Some(running)),
            lines: Mutex::default(),
        })
    }

    pub(crate) fn host(&self) -> &Host {
        &self.host
    }

    /// Opens a line for a page that was just loaded, and closes that of the one before.
    pub(crate) fn connect(&self) -> u32 {
        let line = Line::new(Session::new(self.host.clone(), WHO, &self.url));
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.last = lines.last.wrapping_add(1);
        if let Some(before) = lines.open.replace(line) {
            before.close();
        }
        lines.last
    }

    /// Takes a frame from the page.
    pub(crate) async fn send(&self, line: u32, frame: String) -> Result<(), LineError> {
        self.line(line)?.send(frame).await
    }

    /// The next frames for the page, as a JSON array.
    pub(crate) async fn receive(&self, line: u32) -> Result<String, LineError> {
        let frames = self.line(line)?.receive().await?;
        Ok(format!("[{}]", frames.join(",")))
    }

    fn line(&self, number: u32) -> Result<Line, LineError> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let open = lines.open.clone().filter(|_| lines.last == number);
        open.ok_or(LineError::Closed)
    }

    /// Inspects or installs a plugin's file; both answers are JSON.
    pub(crate) async fn upload(&self, path: &str, bytes: Vec<u8>) -> Result<String, String> {
        pato_server::upload(&self.host, path, bytes).await
    }

    /// How Pato is.
    pub(crate) async fn summary(&self) -> Result<Summary, HostError> {
        let view = self.host.view().await?;
        let count = |state| {
            let connectors = view.connectors.iter();
            connectors.filter(|one| one.state == state).count()
        };
        Ok(Summary {
            connected: count(ConnectionState::Connected),
            services: view.connectors.len() - count(ConnectionState::Off),
            waiting: count(ConnectionState::NeedsUser),
            running: view.plugins_running,
            installed: view.plugins_installed,
        })
    }

    /// Pauses all plugins that run, or lets them go on.
    pub(crate) async fn set_paused(&self, paused: bool) -> Result<(), HostError> {
        let plugins = self.host.plugins().await?.into_iter();
        for plugin in plugins.filter(|plugin| plugin.state == PluginState::Running) {
            // It may stop in this moment, which is no reason to leave the others as they are.
            if let Err(error) = self.host.set_paused(&plugin.id, paused).await {
                tracing::warn!("{error}");
            }
        }
        Ok(())
    }

    /// Ends the line, the host and the server. Does nothing the second time.
    pub(crate) async fn stop(&self) -> Result<(), RunError> {
        let open = self
            .lines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .open
            .take();
        if let Some(line) = open {
            line.close();
        }
        let running = self
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match running {
            Some(running) => running.stop("the user asked for it").await,
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use pato_events::wire::MAX_FRAME_BYTES;
    use serde_json::{Value, json};
    use tempfile::TempDir;

    use super::*;

    async fn controller() -> (Controller, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("config.toml"),
            "[server]\naddress = \"127.0.0.1:0\"\n[simulator]\nrate = 0.0\n",
        )
        .unwrap();
        (start_in(&folder).await.unwrap(), folder)
    }

    async fn start_in(folder: &TempDir) -> Result<Controller, StartError> {
        let directory = DataDirectory::find(Some(folder.path().to_owned())).unwrap();
        Controller::start(directory, Vault::new()).await
    }

    /// The first frame that is wanted.
    async fn until(controller: &Controller, line: u32, wanted: impl Fn(&Value) -> bool) -> Value {
        let found = async {
            loop {
                let frames = controller.receive(line).await.unwrap();
                let frames: Vec<Value> = serde_json::from_str(&frames).unwrap();
                if let Some(frame) = frames.into_iter().find(|frame| wanted(frame)) {
                    return frame;
                }
            }
        };
        let found = tokio::time::timeout(Duration::from_secs(30), found).await;
        found.expect("the frame never came")
    }

    #[tokio::test]
    async fn a_page_watches_calls_and_hears_events() {
        let (controller, _folder) = controller().await;
        let line = controller.connect();
        for frame in [
            json!({"type": "watch", "view": "connectors"}),
            json!({"type": "subscribe", "module": "chat", "name": "*", "details": true}),
            json!({"type": "call", "request_id": 7, "module": "host", "name": "simulate",
                   "params": {"topic": "chat.message", "set": {"text": "hello"}}}),
        ] {
            controller.send(line, frame.to_string()).await.unwrap();
        }
        // In whichever order they come.
        let mut missing = vec!["view", "event", "response"];
        while !missing.is_empty() {
            let frame = until(&controller, line, |frame| {
                missing.iter().any(|kind| frame["type"] == **kind)
            })
            .await;
            match frame["type"].as_str().unwrap() {
                "view" => assert_eq!(frame["data"][0]["id"], "simulator"),
                "event" => assert_eq!(frame["data"]["text"], "hello"),
                _ => assert_eq!(
                    (&frame["request_id"], &frame["success"]),
                    (&json!(7), &json!(true))
                ),
            }
            missing.retain(|kind| frame["type"] != **kind);
        }
        controller.stop().await.unwrap();
    }

    #[tokio::test]
    async fn the_page_that_was_left_gets_nothing_of_the_next_one() {
        let (controller, _folder) = controller().await;
        let old = controller.connect();
        let waiting = controller.receive(old);
        let connecting = async {
            tokio::task::yield_now().await;
            controller.connect()
        };
        let (ended, new) = tokio::join!(waiting, connecting);
        assert_eq!(ended, Err(LineError::Closed));
        let watch = json!({"type": "watch", "view": "layout"}).to_string();
        assert_eq!(
            controller.send(old, watch.clone()).await,
            Err(LineError::Closed)
        );
        controller.send(new, watch).await.unwrap();
        until(&controller, new, |frame| frame["view"] == "layout").await;
        controller.stop().await.unwrap();
        assert_eq!(controller.receive(new).await, Err(LineError::Closed));
    }

    #[tokio::test]
    async fn a_frame_that_is_too_long_or_none_at_all_is_refused_and_the_line_stays() {
        let (controller, _folder) = controller().await;
        let line = controller.connect();
        let long = " ".repeat(MAX_FRAME_BYTES + 1);
        assert_eq!(controller.send(line, long).await, Err(LineError::TooLong));
        controller.send(line, "{".into()).await.unwrap();
        let frame = until(&controller, line, |_| true).await;
        assert_eq!(frame["type"], "error");
        controller.stop().await.unwrap();
    }

    #[tokio::test]
    async fn a_page_that_sleeps_holds_nothing_up_and_is_told_what_it_missed() {
        let (controller, _folder) = controller().await;
        let line = controller.connect();
        for frame in [
            json!({"type": "subscribe", "module": "chat", "name": "*", "details": true}),
            json!({"type": "call", "request_id": 1, "module": "host", "name": "status"}),
        ] {
            controller.send(line, frame.to_string()).await.unwrap();
        }
        // Then the subscription stands, too.
        until(&controller, line, |frame| frame["type"] == "response").await;
        for _ in 0..10_000 {
            controller
                .host()
                .simulate("chat.message", &json!({}))
                .unwrap();
        }
        let lagged = until(&controller, line, |frame| frame["type"] == "lagged").await;
        assert!(lagged["dropped"].as_u64().unwrap() > 1_000, "{lagged}");
        controller.stop().await.unwrap();
    }

    #[tokio::test]
    async fn what_is_uploaded_is_answered_with_json_or_with_why_not() {
        let (controller, _folder) = controller().await;
        for (path, kind) in [
            ("/api/modules/inspect", "invalid"),
            ("/api/modules?grant=nonsense", "invalid"),
            ("/api/modules?shell=1", "invalid"),
            ("/api/status", "not-found"),
            ("/api/modules/../host/stop", "not-found"),
            ("", "not-found"),
        ] {
            let refused = controller.upload(path, b"no component".to_vec()).await;
            let body: Value = serde_json::from_str(&refused.unwrap_err()).unwrap();
            assert_eq!(body["error"], kind, "{path}");
        }
        controller.stop().await.unwrap();
    }

    #[tokio::test]
    async fn the_tray_is_told_how_pato_is() {
        let (controller, _folder) = controller().await;
        let connected = async {
            while controller.summary().await.unwrap().connected == 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let connected = tokio::time::timeout(Duration::from_secs(30), connected).await;
        connected.expect("the simulator connects");
        assert_eq!(
            controller.summary().await.unwrap(),
            Summary {
                connected: 1,
                services: 1,
                waiting: 0,
                running: 0,
                installed: 0
            }
        );
        controller.stop().await.unwrap();
    }

    #[tokio::test]
    async fn a_port_in_use_is_no_reason_not_to_start() {
        let folder = tempfile::tempdir().unwrap();
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let configuration = format!("[server]\naddress = \"{address}\"\n");
        std::fs::write(folder.path().join("config.toml"), configuration).unwrap();
        let controller = start_in(&folder).await.unwrap();
        assert_ne!(controller.url, format!("http://{address}"));
        controller.stop().await.unwrap();
    }

    #[tokio::test]
    async fn a_data_folder_in_use_is_said_with_who_uses_it() {
        let (controller, folder) = controller().await;
        let error = start_in(&folder).await.err().unwrap().to_string();
        assert!(error.contains("is running already"), "{error}");
        assert!(error.contains(&std::process::id().to_string()), "{error}");
        controller.stop().await.unwrap();
        controller.stop().await.unwrap();
        start_in(&folder).await.unwrap().stop().await.unwrap();
    }
}
