//! What pages see and do: sessions, views, surfaces and overlays, against a real host with real plugins.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod calls;
mod network;
mod overlays;
mod sessions;
mod web;

use std::collections::BTreeMap;
use std::time::Duration;

use pato_host::permissions::Grants;
use pato_host::vault::Vault;
use pato_host::{Configuration, Consent, DataDirectory, Host, HostOptions, Origin, Package};
use pato_server::Session;
use serde_json::{Value, json};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

const GUESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/guests");

async fn host(folder: &TempDir) -> Host {
    host_with(folder, Configuration::default()).await
}

async fn host_with(folder: &TempDir, configuration: Configuration) -> Host {
    let options = HostOptions {
        directory: DataDirectory::find(Some(folder.path().join("data"))).unwrap(),
        configuration,
        vault: Vault::new(),
        seed: 1,
        keyring: None,
        bundled: Some(format!("{GUESTS}/plugins").into()),
    };
    Host::start(options).await.unwrap()
}

async fn add(host: &Host, fixture: &str) {
    let path = format!("{GUESTS}/fixtures/{fixture}.wasm");
    let package = Package::read(path.as_ref()).unwrap();
    let consent = Consent::new(Grants::all_of(&package.manifest), Origin::File);
    host.install(package, consent).await.unwrap();
}

/// A page without anything that would draw it.
struct Page {
    session: Session,
    calls: u64,
    /// The latest of each view.
    views: BTreeMap<String, Value>,
    /// What came besides views and answers.
    others: Vec<Value>,
    answers: Vec<Value>,
}

impl Page {
    fn open(host: &Host) -> Self {
        Self {
            session: Session::new(host.clone(), "dashboard", "http://127.0.0.1:7286"),
            calls: 0,
            views: BTreeMap::new(),
            others: Vec::new(),
            answers: Vec::new(),
        }
    }

    async fn read(&mut self) {
        let frames = tokio::time::timeout(PATIENCE, self.session.next()).await;
        for frame in frames.expect("something comes") {
            let frame: Value = serde_json::from_str(&frame).unwrap();
            let name = format!(
                "{}:{}",
                frame["view"].as_str().unwrap_or_default(),
                frame["key"].as_str().unwrap_or_default()
            );
            match frame["type"].as_str().unwrap() {
                "view" => drop(self.views.insert(name, frame["data"].clone())),
                "values" => {
                    let view = self.views.entry(name).or_default();
                    for (value, new) in frame["set"].as_object().into_iter().flatten() {
                        view["values"][value] = new.clone();
                    }
                    for (value, items) in frame["append"].as_object().into_iter().flatten() {
                        let list = view["values"][value].as_array_mut().unwrap();
                        list.extend(items.as_array().unwrap().clone());
                    }
                }
                "response" => self.answers.push(frame),
                _ => self.others.push(frame),
            }
        }
    }

    fn watch(&mut self, view: &str, key: Option<&str>) {
        let mut frame = json!({ "type": "watch", "view": view });
        if let Some(key) = key {
            frame["key"] = key.into();
        }
        self.session.receive(&frame.to_string());
    }

    /// Reads until a view is as it should be.
    async fn until(&mut self, view: &str, mut so: impl FnMut(&Value) -> bool) -> Value {
        let reached = tokio::time::timeout(PATIENCE, async {
            loop {
                if let Some(data) = self.views.get(view)
                    && so(data)
                {
                    return data.clone();
                }
                self.read().await;
            }
        });
        match reached.await {
            Ok(data) => data,
            Err(_) => panic!("{view} never came to it"),
        }
    }

    async fn call(&mut self, module: &str, name: &str, params: Value) -> Result<Value, Value> {
        self.calls += 1;
        let id = self.calls;
        let call = json!({
            "type": "call", "request_id": id, "module": module, "name": name, "params": params,
        });
        self.session.receive(&call.to_string());
        loop {
            if let Some(at) = self
                .answers
                .iter()
                .position(|answer| answer["request_id"] == id)
            {
                let answer = self.answers.remove(at);
                return match answer["success"] == true {
                    true => Ok(answer["data"].clone()),
                    false => Err(answer["data"].clone()),
                };
            }
            self.read().await;
        }
    }

    async fn host(&mut self, name: &str, params: Value) -> Value {
        let answer = self.call("host", name, params).await;
        answer.unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    async fn refused(&mut self, name: &str, params: Value) -> String {
        let error = self.call("host", name, params).await.unwrap_err();
        error["message"].as_str().unwrap().to_owned()
    }
}
