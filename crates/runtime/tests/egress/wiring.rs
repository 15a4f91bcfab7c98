//! The gate as tests build it: names mean what a test says, limits are small.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method};
use pato_permissions::{Allowed, Grants, Manifest, RequestedLimits};
use pato_runtime::egress::{
    Egress, EgressConfiguration, EgressLimits, HttpRequest, PluginEgress, Resolve, Style,
};
use pato_vault::{Secret, Vault};

/// Answers with what it was told, in turn; the last answer stays.
#[derive(Default)]
pub(crate) struct Names {
    answers: Mutex<HashMap<String, Vec<Vec<IpAddr>>>>,
    pub(crate) asked: AtomicUsize,
}

impl Names {
    pub(crate) fn answer(&self, name: &str, addresses: &[&str]) {
        let addresses = addresses.iter().map(|text| text.parse().unwrap()).collect();
        let mut answers = self.answers.lock().unwrap();
        answers.entry(name.to_owned()).or_default().push(addresses);
    }
}

#[async_trait::async_trait]
impl Resolve for Names {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if let Some(answers) = self.answers.lock().unwrap().get_mut(name) {
            return Ok(match answers.len() {
                1 => answers[0].clone(),
                _ => answers.remove(0),
            });
        }
        if name.ends_with("localhost") {
            return Ok(vec!["127.0.0.1".parse().unwrap()]);
        }
        Err(io::Error::other("no such name"))
    }
}

pub(crate) struct Gate {
    pub(crate) egress: Egress,
    pub(crate) plugin: PluginEgress,
    pub(crate) names: Arc<Names>,
    pub(crate) vault: Vault,
}

pub(crate) fn gate() -> Gate {
    gate_with(|_| {})
}

pub(crate) fn gate_with(adjust: impl FnOnce(&mut EgressConfiguration)) -> Gate {
    let names = Arc::new(Names::default());
    let vault = Vault::new();
    let mut configuration = EgressConfiguration {
        limits: EgressLimits {
            request_body: 64 * 1024,
            response_body: 256 * 1024,
            timeout: Duration::from_secs(10),
            message: 64 * 1024,
            ..EgressLimits::default()
        },
        resolver: names.clone(),
        extra_roots: Vec::new(),
    };
    adjust(&mut configuration);
    let egress = Egress::new(configuration, vault.clone()).unwrap();
    Gate {
        egress: egress.clone(),
        plugin: egress.for_plugin("tester".parse().unwrap(), &RequestedLimits::default()),
        names,
        vault,
    }
}

/// A plugin that requests these scopes for both protocols.
pub(crate) fn manifest(scopes: &[String]) -> Manifest {
    let list = scopes
        .iter()
        .map(|scope| format!("{scope:?}"))
        .collect::<Vec<_>>()
        .join(", ");
    let text = format!(
        "id = \"tester\"\nname = \"Tester\"\nversion = \"1.0.0\"\napi_version = \"0.1\"\n\
         description = \"Tests the gate.\"\nauthor = \"Pato\"\n\
         [permissions]\nnetwork.http = [{list}]\nnetwork.websocket = [{list}]\n"
    );
    Manifest::from_toml(&text, "pato.toml").unwrap()
}

/// All of these scopes, requested and granted.
pub(crate) fn allow<S: ToString>(scopes: impl IntoIterator<Item = S>) -> Allowed {
    let scopes: Vec<_> = scopes.into_iter().map(|scope| scope.to_string()).collect();
    let manifest = manifest(&scopes);
    Allowed::new(&manifest, &Grants::all_of(&manifest))
}

pub(crate) fn get(url: impl AsRef<str>) -> HttpRequest {
    HttpRequest {
        method: Method::GET,
        url: url.as_ref().to_owned(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
        timeout: None,
        style: Style::Complete,
    }
}

pub(crate) fn post(url: impl AsRef<str>, body: impl Into<Bytes>) -> HttpRequest {
    HttpRequest {
        method: Method::POST,
        body: body.into(),
        ..get(url)
    }
}

pub(crate) trait WithHeader {
    fn header(self, name: &'static str, value: &str) -> Self;
}

impl WithHeader for HttpRequest {
    fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.append(name, value.parse().unwrap());
        self
    }
}

/// Gives the plugin a secret that belongs to `hosts`.
pub(crate) fn keep_secret(gate: &Gate, name: &str, value: &str, hosts: &[String]) {
    let secret = Secret::new(value.to_owned());
    gate.vault.set("tester", name, secret, hosts).unwrap();
}
