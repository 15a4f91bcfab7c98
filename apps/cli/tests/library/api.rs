//! Asking a running host directly, for what takes too long by a command of its own.

use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::support::{PATIENCE, Pato};

/// The local API of one host.
pub(crate) struct Api {
    runtime: Runtime,
    client: reqwest::Client,
    url: String,
    token: String,
}

/// The host has gone.
#[derive(Debug)]
pub(crate) struct Gone;

impl Api {
    pub(crate) fn of(pato: &Pato) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap(),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            url: pato.url().to_owned(),
            token: pato.token().to_owned(),
        }
    }

    /// What the host answers, an error among it; or that there is no host any more.
    pub(crate) fn ask(&self, method: Method, path: &str, body: &Value) -> Result<Value, Gone> {
        let request = self.client.request(method, format!("{}{path}", self.url));
        self.runtime
            .block_on(answer(request.bearer_auth(&self.token).json(body)))
            .map_err(|_| Gone)
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, &json!({})).unwrap()
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Value {
        self.ask(Method::POST, path, body).unwrap()
    }

    /// Publishes an event, and gives its id.
    pub(crate) fn emit(&self, topic: &str) -> String {
        let event = self.post("/api/events", &json!({ "topic": topic, "data": {} }));
        event["details"]["id"]
            .as_str()
            .unwrap_or_else(|| panic!("{event}"))
            .to_owned()
    }

    /// Follows an offer until it is over, and grants what it asks for.
    pub(crate) fn accept(&self, offer: &Value) -> Result<Value, Gone> {
        let path = format!("/api/library/offers/{}", offer["id"]);
        let end = Instant::now() + PATIENCE;
        let mut is_answered = false;
        loop {
            let offer = self.ask(Method::GET, &path, &json!({}))?;
            match offer["stage"].as_str() {
                Some("installed" | "up-to-date" | "declined" | "failed") => return Ok(offer),
                Some(_) => {}
                None => panic!("{path}: {offer}"),
            }
            if let Some(requests) = offer["inspection"]["requests"].as_array()
                && !is_answered
            {
                let grant: Vec<_> = requests.iter().map(|one| &one["permission"]).collect();
                let answer = json!({ "grant": grant });
                self.ask(Method::POST, &format!("{path}/accept"), &answer)?;
                is_answered = true;
            }
            assert!(Instant::now() < end, "waited in vain: {offer}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Asks for an offer until it is as wanted.
    pub(crate) fn until(&self, offer: &Value, wanted: impl Fn(&Value) -> bool) -> Value {
        let path = format!("/api/library/offers/{}", offer["id"]);
        let end = Instant::now() + PATIENCE;
        loop {
            let offer = self.get(&path);
            if wanted(&offer) {
                return offer;
            }
            assert!(Instant::now() < end, "waited in vain: {offer}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

async fn answer(request: RequestBuilder) -> reqwest::Result<Value> {
    let bytes = request.send().await?.bytes().await?;
    Ok(serde_json::from_slice(&bytes).unwrap_or_default())
}
