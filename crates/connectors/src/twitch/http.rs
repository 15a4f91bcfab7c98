//! Requests to Twitch's web services. The secrets of an account are put in at the last moment.

use std::time::Duration;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response};
use pato_vault::{Destination, Vault, VaultError};
use url::Url;
use zeroize::Zeroizing;

use crate::connector::ConnectorError;
use crate::tls::{USER_AGENT, http_client};

/// The largest answer that is read, in bytes. The largest list of Helix has a hundred entries.
const MAX_ANSWER_BYTES: usize = 4 << 20;

/// An answer, wiped when it is dropped: some hold tokens.
pub(super) type Answer = Response<Zeroizing<Vec<u8>>>;

/// The client for Twitch's web services.
#[derive(Clone)]
pub(super) struct Http {
    client: reqwest::Client,
    vault: Vault,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    /// A secret is not there, or may not go there.
    #[error(transparent)]
    Secret(#[from] VaultError),
    #[error("the address is not valid: {0}")]
    Address(String),
    #[error("{host} cannot be reached: {reason}")]
    Unreachable { host: String, reason: String },
    #[error("{host} did not answer within {} s", .patience.as_secs())]
    TimedOut { host: String, patience: Duration },
    #[error("{host} answered with more than {MAX_ANSWER_BYTES} bytes")]
    TooLarge { host: String },
}

impl From<HttpError> for ConnectorError {
    fn from(error: HttpError) -> Self {
        let text = error.to_string();
        match error {
            HttpError::TimedOut { .. } => Self::TimedOut(text),
            _ => Self::Unavailable(text),
        }
    }
}

impl Http {
    /// A client that waits at most `patience` for an answer.
    ///
    /// # Errors
    ///
    /// If TLS cannot be set up.
    pub(super) fn new(vault: Vault, patience: Duration) -> Result<Self, ConnectorError> {
        let client = http_client(USER_AGENT, patience)?;
        Ok(Self { client, vault })
    }

    /// Sends a request with `authorization` (a template) as its header. The body goes out as it is:
    /// it can hold what a plugin wrote, in which `{secret:…}` must stay text.
    pub(super) async fn send(
        &self,
        scope: &str,
        authorization: &str,
        mut request: Request<Bytes>,
    ) -> Result<Answer, HttpError> {
        let destination = destination(&request)?;
        let value = self.vault.attach(scope, authorization, &destination)?;
        let value = value.into_header_value()?;
        request.headers_mut().insert(AUTHORIZATION, value);
        self.exchange(destination, request.map(reqwest::Body::from))
            .await
    }

    /// Posts a form, which is a template. Only for forms in which nothing comes from elsewhere.
    pub(super) async fn post_form(
        &self,
        scope: &str,
        url: &Url,
        form: &str,
    ) -> Result<Answer, HttpError> {
        let request = Request::post(url.as_str())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(Bytes::new())
            .map_err(|error| HttpError::Address(error.to_string()))?;
        let destination = destination(&request)?;
        let body = self.vault.attach(scope, form, &destination)?;
        let body = reqwest::Body::from(body.as_wire_bytes().to_vec());
        self.exchange(destination, request.map(|_| body)).await
    }

    async fn exchange(
        &self,
        destination: Destination,
        request: Request<reqwest::Body>,
    ) -> Result<Answer, HttpError> {
        let failed = |error: reqwest::Error| failure(&destination.host, error);
        let request = reqwest::Request::try_from(request).map_err(failed)?;
        let mut answer = self.client.execute(request).await.map_err(failed)?;
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > MAX_ANSWER_BYTES {
                let host = destination.host;
                return Err(HttpError::TooLarge { host });
            }
            // A new buffer each time, so that the old one is wiped and not merely freed.
            let mut longer = Zeroizing::new(Vec::with_capacity(body.len() + chunk.len()));
            longer.extend_from_slice(&body);
            longer.extend_from_slice(&chunk);
            body = longer;
        }
        let mut response = Response::new(body);
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        Ok(response)
    }
}

fn destination<T>(request: &Request<T>) -> Result<Destination, HttpError> {
    let url = request.uri().to_string();
    let parsed = Url::parse(&url).ok();
    let destination = parsed.as_ref().and_then(Destination::of);
    destination.ok_or(HttpError::Address(url))
}

fn failure(host: &str, error: reqwest::Error) -> HttpError {
    let host = host.to_owned();
    if error.is_timeout() {
        let patience = super::PATIENCE;
        return HttpError::TimedOut { host, patience };
    }
    let error = error.without_url();
    // The outer error only says that the request failed; the innermost says why.
    let mut reason: &dyn std::error::Error = &error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    let reason = reason.to_string();
    HttpError::Unreachable { host, reason }
}
