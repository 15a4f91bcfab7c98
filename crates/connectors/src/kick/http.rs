//! Calls over HTTP, with limits.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::KickTiming;
use crate::connector::ConnectorError;
use crate::tls::{USER_AGENT, http_client};

/// The longest answer that is read, in bytes. Kick's longest are some ten thousand.
const MAX_ANSWER: usize = 1 << 20;

/// What makes the calls. Cloning is cheap.
#[derive(Clone)]
pub(super) struct Http {
    client: reqwest::Client,
}

/// An answer, read whole.
pub(super) struct Answer {
    pub(super) status: u16,
    /// When to try again, if the service says so.
    pub(super) retry_after: Option<Duration>,
    /// May hold tokens.
    body: Zeroizing<Vec<u8>>,
}

impl Http {
    pub(super) fn new(timing: KickTiming) -> Result<Self, ConnectorError> {
        let client = http_client(USER_AGENT, timing.answer)?;
        Ok(Self { client })
    }

    pub(super) fn request(
        &self,
        method: reqwest::Method,
        url: url::Url,
    ) -> reqwest::RequestBuilder {
        self.client.request(method, url)
    }
}

/// Makes a call. `what` says what for, in errors.
pub(super) async fn send(
    request: reqwest::RequestBuilder,
    what: &str,
) -> Result<Answer, ConnectorError> {
    // The address may hold what is better not written down.
    let trouble = |error: reqwest::Error| {
        let timed_out = error.is_timeout();
        let text = format!(
            "Kick did not answer ({what}): {}",
            causes(&error.without_url())
        );
        match timed_out {
            true => ConnectorError::TimedOut(text),
            false => ConnectorError::Unavailable(text),
        }
    };
    let mut response = request.send().await.map_err(trouble)?;
    let status = response.status().as_u16();
    let retry_after = response.headers().get("retry-after");
    let retry_after = retry_after
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .map(Duration::from_secs);
    let mut body = Zeroizing::new(Vec::new());
    while let Some(chunk) = response.chunk().await.map_err(trouble)? {
        if body.len() + chunk.len() > MAX_ANSWER {
            let text = format!("Kick's answer ({what}) is longer than {MAX_ANSWER} bytes");
            return Err(ConnectorError::Failed(text));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status,
        retry_after,
        body,
    })
}

/// An error with what led to it: the first alone says nothing.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

impl Answer {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON.
    pub(super) fn json<T: DeserializeOwned>(&self, what: &str) -> Result<T, ConnectorError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            ConnectorError::Failed(format!(
                "Kick's answer ({what}) is not what it should be: {error}"
            ))
        })
    }

    /// What the public API wraps into `data`; what an empty answer stands for, if there is none.
    pub(super) fn data<T: DeserializeOwned>(&self, what: &str) -> Result<T, ConnectorError> {
        #[derive(Deserialize)]
        struct Wrapped<T> {
            data: T,
        }
        if self.body.is_empty() {
            let empty = serde_json::Value::Null;
            return serde_json::from_value(empty).map_err(|error| {
                ConnectorError::Failed(format!("Kick's answer ({what}) is empty: {error}"))
            });
        }
        self.json::<Wrapped<T>>(what).map(|wrapped| wrapped.data)
    }

    /// What the service says of its refusal, if it says something short.
    pub(super) fn reason(&self) -> String {
        #[derive(Deserialize, Default)]
        #[serde(default)]
        struct Refusal {
            message: Option<String>,
            error: Option<String>,
            error_description: Option<String>,
        }
        let refusal: Refusal = serde_json::from_slice(&self.body).unwrap_or_default();
        let said = [refusal.error_description, refusal.error, refusal.message];
        let said = said.into_iter().flatten().find(|text| !text.is_empty());
        let said: String = said.unwrap_or_default().chars().take(200).collect();
        match said.is_empty() {
            true => format!("status {}", self.status),
            false => format!("{} (status {})", said.escape_debug(), self.status),
        }
    }
}
