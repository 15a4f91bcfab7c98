//! Asking a running host, through its local API.

use std::path::{Path, PathBuf};

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
    directory: DataDirectory,
    run: RunFile,
}

impl Client {
    /// Finds the host that uses the data folder. Without one: in a plugin's project the host that `pato dev`
    /// started there, or else the one that uses the usual folder.
    pub(crate) fn connect(data: Option<PathBuf>) -> anyhow::Result<Self> {
        let here = std::env::current_dir().unwrap_or_default();
        Ok(Self::find(data, &here)?.ok_or(NotRunning)?)
    }

    /// The same as seen from another folder; none if no host runs.
    pub(crate) fn find(data: Option<PathBuf>, folder: &Path) -> anyhow::Result<Option<Self>> {
        let of_project = match data {
            Some(_) => None,
            None => project_data(folder),
        };
        let directories = of_project.into_iter().map(Some).chain([data]);
        for directory in directories {
            let directory = DataDirectory::find(directory)?;
            if let Some(run) = directory.running() {
                let http = reqwest::Client::builder().no_proxy().build()?;
                return Ok(Some(Self {
                    http,
                    directory,
                    run,
                }));
            }
        }
        Ok(None)
    }

    /// Where the host keeps its data.
    pub(crate) fn directory(&self) -> &DataDirectory {
        &self.directory
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

    /// An address of the host.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.run.address)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, self.url(path))
            .bearer_auth(&self.run.token)
    }
}

/// Where `pato dev` keeps the data of a host of its own: in the project that the folder lies in, beside the
/// project's configuration.
pub(crate) fn project_data(folder: &Path) -> Option<PathBuf> {
    let mut folders = folder.ancestors();
    let project = folders.find(|folder| folder.join(pato_toolchain::MANIFEST).is_file())?;
    Some(project.join(".pato").join("data"))
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
