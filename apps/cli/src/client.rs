//! Asking a running host, through its local API.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use pato_host::{DataDirectory, RunFile};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::output::NotRunning;

/// A connection to the running host.
pub(crate) struct Client {
    http: reqwest::Client,
    run: RunFile,
}

impl Client {
    /// Finds the host that uses the data folder.
    pub(crate) fn connect(data: Option<PathBuf>) -> anyhow::Result<Self> {
        let run = DataDirectory::find(data)?.running().ok_or(NotRunning)?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { http, run })
    }

    pub(crate) fn run(&self) -> &RunFile {
        &self.run
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        answer(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> anyhow::Result<T> {
        answer(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> anyhow::Result<T> {
        answer(self.request(method, path).json(body)).await
    }

    /// An answer without end, to be read as it comes.
    pub(crate) async fn stream(&self, path: &str) -> anyhow::Result<reqwest::Response> {
        let request = self.request(Method::GET, path);
        let response = request
            .send()
            .await
            .context("the running host does not answer")?;
        if response.status().is_success() {
            return Ok(response);
        }
        Err(failure(response.status(), &response.bytes().await?))
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.run.address)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, self.url(path))
            .bearer_auth(&self.run.token)
    }
}

async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> anyhow::Result<T> {
    let response = request
        .send()
        .await
        .context("the running host does not answer")?;
    let status = response.status();
    let bytes = response
        .bytes()
        .await
        .context("the running host broke off its answer")?;
    if status.is_success() {
        let bytes = if bytes.is_empty() {
            b"null".as_slice()
        } else {
            &bytes
        };
        return serde_json::from_slice(bytes)
            .context("the running host answers in another language");
    }
    Err(failure(status, &bytes))
}

fn failure(status: StatusCode, bytes: &[u8]) -> anyhow::Error {
    match serde_json::from_slice::<Value>(bytes) {
        Ok(body) => anyhow!(
            "{}",
            body.get("message")
                .and_then(Value::as_str)
                .unwrap_or("no reason given")
        ),
        Err(_) => anyhow!("{status}: {}", String::from_utf8_lossy(bytes)),
    }
}
