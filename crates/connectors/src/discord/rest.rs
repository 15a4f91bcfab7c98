//! Requests to Discord's REST API.
//!
//! `twilight-http-ratelimiting` keeps the limits of each route; this module asks it for a permit, attaches
//! the secret from the vault, sends, and tells it what Discord answered. The names by which it knows the
//! routes hold no secret: it writes them into the log.

use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use pato_vault::{Destination, Vault};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use twilight_http_ratelimiting::{Endpoint, Method, Permit, RateLimitHeaders, RateLimiter};
use url::Url;

use super::gate::Gate;
use super::lock;
use super::refusal;
use crate::connector::ConnectorError;
use crate::tls::http_client;

/// The longest that a caller waits for a limit; what would wait longer is told so.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often a request is sent that Discord asks to send later.
const TRIES: usize = 4;

/// The longest answer, in bytes.
const MAX_ANSWER: usize = 4 << 20;

/// The longest that a limit is believed.
const LONGEST_LIMIT: Duration = Duration::from_secs(3_600);

/// How long to pause if Discord does not say.
const UNKNOWN_PAUSE: Duration = Duration::from_secs(5);

/// As Discord wants programs to call themselves.
const USER_AGENT: &str = concat!(
    "DiscordBot (https://github.com/pato-host/pato, ",
    env!("CARGO_PKG_VERSION"),
    ")"
);

/// A request.
pub(super) struct Ask {
    method: Method,
    /// The address after the version. `{secret:NAME}` stands for a secret of the scope.
    path: String,
    /// The same for the limits and the log: without secrets and query.
    route: String,
    body: Option<Value>,
    reason: Option<HeaderValue>,
    /// Whose secrets the address and the header `Authorization` may hold.
    scope: String,
    /// Whether the bot's token goes along.
    as_bot: bool,
}

impl Ask {
    /// A request in the bot's name; its token is the secret `token` of the scope.
    pub(super) fn as_bot(scope: &str, method: Method, path: impl Into<String>) -> Self {
        let path = path.into();
        let route = path.split('?').next().unwrap_or_default().to_owned();
        Self {
            as_bot: true,
            ..Self::by_address(scope, method, path, route)
        }
    }

    /// A request whose address alone says that it is allowed.
    pub(super) fn by_address(
        scope: &str,
        method: Method,
        path: impl Into<String>,
        route: impl Into<String>,
    ) -> Self {
        Self {
            method,
            path: path.into(),
            route: route.into(),
            body: None,
            reason: None,
            scope: scope.to_owned(),
            as_bot: false,
        }
    }

    /// The same with a body of JSON.
    pub(super) fn with_body(self, body: Value) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }

    /// The same with a text for the server's audit log, which takes 512 characters.
    pub(super) fn with_reason(self, reason: Option<&str>) -> Self {
        let cut = reason.map(|reason| reason.chars().take(512).collect::<String>());
        let encoded = cut.map(|cut| url::form_urlencoded::byte_serialize(cut.as_bytes()).collect());
        let encoded = encoded.map(|text: String| text.replace('+', "%20"));
        Self {
            reason: encoded.and_then(|text| HeaderValue::from_str(&text).ok()),
            ..self
        }
    }
}

/// The way to the REST API.
pub(super) struct Rest {
    client: reqwest::Client,
    api: Url,
    vault: Vault,
    /// Made at the first request, because it needs a runtime. In version 0.18 its task outlives it, and
    /// does nothing any more.
    limiter: OnceLock<RateLimiter>,
    gate: Mutex<Gate>,
    /// Whether Discord refused the bot's token. Nothing is sent in its name until that is cleared.
    pub(super) token_refused: watch::Sender<bool>,
}

impl Rest {
    pub(super) fn new(api: Url, vault: Vault, patience: Duration) -> Result<Self, ConnectorError> {
        let client = http_client(USER_AGENT, patience)?;
        Ok(Self {
            client,
            api,
            vault,
            limiter: OnceLock::new(),
            gate: Mutex::default(),
            token_refused: watch::Sender::new(false),
        })
    }

    /// Sends a request and returns Discord's answer: JSON, or null if it has no body. Waits for limits,
    /// up to ten seconds.
    pub(super) async fn send(&self, ask: Ask) -> Result<Value, ConnectorError> {
        let deadline = Instant::now() + PATIENCE;
        for _ in 0..TRIES {
            self.pass_gate(deadline).await?;
            let permit = self.permit(&ask, deadline).await?;
            let response = self.once(&ask).await?;
            let limits = limits(response.headers());
            let is_counted = limits.is_some();
            permit.complete(limits);
            let status = response.status().as_u16();
            let body = read(response).await?;
            if matches!(status, 401 | 403 | 429) {
                lock(&self.gate).refused(Instant::now());
            }
            match status {
                200..=299 => return Ok(serde_json::from_slice(&body).unwrap_or_default()),
                401 if ask.as_bot => {
                    self.token_refused.send_replace(true);
                    return Err(refusal::token());
                }
                // The limits of the route are the limiter's business.
                429 if is_counted => {}
                429 => self.heed(&body),
                _ => return Err(refusal::of(status, &body)),
            }
        }
        Err(ConnectorError::RateLimited(PATIENCE))
    }

    /// Waits while Discord wants to hear nothing at all.
    async fn pass_gate(&self, deadline: Instant) -> Result<(), ConnectorError> {
        if *self.token_refused.borrow() {
            return Err(refusal::token());
        }
        let now = Instant::now();
        let wait = lock(&self.gate).wait(now);
        if now + wait > deadline {
            return Err(ConnectorError::RateLimited(wait));
        }
        sleep(wait).await;
        Ok(())
    }

    /// Waits for the route's turn.
    async fn permit(&self, ask: &Ask, deadline: Instant) -> Result<Permit, ConnectorError> {
        let limiter = self.limiter.get_or_init(RateLimiter::default);
        let endpoint = Endpoint {
            method: ask.method,
            path: ask.route.clone(),
        };
        let left = deadline.saturating_duration_since(Instant::now());
        let bucket = limiter.bucket(endpoint.clone()).await;
        let full = bucket.filter(|bucket| bucket.remaining == 0);
        let wait = full.map(|bucket| {
            bucket
                .reset_at
                .saturating_duration_since(std::time::Instant::now())
        });
        let wait = wait.unwrap_or_default();
        if wait > left {
            return Err(ConnectorError::RateLimited(wait));
        }
        // Others may stand in the same queue before this one.
        let permit = timeout(left, limiter.acquire(endpoint)).await;
        permit.map_err(|_| ConnectorError::RateLimited(PATIENCE))
    }

    async fn once(&self, ask: &Ask) -> Result<reqwest::Response, ConnectorError> {
        let unattached =
            |error: pato_vault::VaultError| ConnectorError::Unavailable(error.to_string());
        let destination = Destination::of(&self.api)
            .ok_or_else(|| ConnectorError::Invalid(format!("`{}` names no host", self.api)))?;
        let attach = |template: &str| self.vault.attach(&ask.scope, template, &destination);
        let path = attach(&ask.path).map_err(unattached)?;
        let address = path
            .as_wire_text()
            .and_then(|path| self.api.join(path).ok());
        // A path that leads elsewhere would take the token with it.
        let address = address.filter(|address| address.as_str().starts_with(self.api.as_str()));
        let address = address.ok_or_else(|| {
            ConnectorError::Invalid("a parameter makes no address of Discord's".into())
        })?;
        let mut headers = HeaderMap::new();
        if ask.as_bot {
            let value =
                attach("Bot {secret:token}").and_then(pato_vault::Outgoing::into_header_value);
            headers.insert(AUTHORIZATION, value.map_err(unattached)?);
        }
        if let Some(reason) = &ask.reason {
            let name = HeaderName::from_static("x-audit-log-reason");
            headers.insert(name, reason.clone());
        }
        let method = match ask.method {
            Method::Get => reqwest::Method::GET,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
            _ => reqwest::Method::POST,
        };
        let mut request = self.client.request(method, address).headers(headers);
        if let Some(body) = &ask.body {
            let json = HeaderValue::from_static("application/json");
            request = request.header(CONTENT_TYPE, json).body(body.to_string());
        }
        request.send().await.map_err(|error| failure(&error))
    }

    /// Holds everything back, for Discord means everything.
    fn heed(&self, body: &[u8]) {
        let told: refusal::RateLimit = serde_json::from_slice(body).unwrap_or_default();
        let wait = told.retry_after.and_then(duration).unwrap_or(UNKNOWN_PAUSE);
        tracing::warn!(?wait, "Discord wants to hear nothing for a while");
        lock(&self.gate).pause(Instant::now(), wait);
    }
}

/// What Discord says of the route's limit. Unlike its documentation, `twilight-http` 0.18 reads it only
/// from refusals.
fn limits(headers: &HeaderMap) -> Option<RateLimitHeaders> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let reset_after = duration(text(RateLimitHeaders::RESET_AFTER)?.parse().ok()?)?;
    if text(RateLimitHeaders::SCOPE) == Some("global") {
        return None;
    }
    Some(RateLimitHeaders {
        bucket: headers.get(RateLimitHeaders::BUCKET)?.as_bytes().to_vec(),
        limit: text(RateLimitHeaders::LIMIT)?.parse().ok()?,
        remaining: text(RateLimitHeaders::REMAINING)?.parse().ok()?,
        reset_at: std::time::Instant::now() + reset_after,
    })
}

/// A number of seconds that somebody else gave, if it is one.
fn duration(seconds: f64) -> Option<Duration> {
    let duration = Duration::try_from_secs_f64(seconds).ok()?;
    Some(duration.min(LONGEST_LIMIT))
}

async fn read(mut response: reqwest::Response) -> Result<Vec<u8>, ConnectorError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
        if body.len() + chunk.len() > MAX_ANSWER {
            let text = format!("Discord's answer is longer than {MAX_ANSWER} bytes");
            return Err(ConnectorError::Failed(text));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Never with the address, which may hold a secret.
fn failure(error: &reqwest::Error) -> ConnectorError {
    if error.is_timeout() {
        let text = "Discord did not answer in time; it may or may not have been done";
        return ConnectorError::TimedOut(text.into());
    }
    let cause = std::error::Error::source(error)
        .map_or_else(|| "the connection broke".to_owned(), ToString::to_string);
    match error.is_connect() {
        true => ConnectorError::Unavailable(format!("Discord can't be reached: {cause}")),
        false => ConnectorError::Failed(format!("Discord's answer did not arrive: {cause}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| {
            let value = HeaderValue::from_str(value).unwrap();
            (HeaderName::from_static(name), value)
        });
        pairs.collect()
    }

    #[test]
    fn the_limits_of_a_route_are_read_from_every_answer() {
        let read = limits(&headers(&[
            ("x-ratelimit-bucket", "abcd"),
            ("x-ratelimit-limit", "5"),
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset-after", "1.25"),
        ]));
        let read = read.unwrap();
        assert_eq!(
            (read.bucket.as_slice(), read.limit, read.remaining),
            (&b"abcd"[..], 5, 0)
        );
    }

    #[test]
    fn limits_that_make_no_sense_are_none() {
        for reset in ["-1", "NaN", "inf", "1e300", "", "soon"] {
            let read = limits(&headers(&[
                ("x-ratelimit-bucket", "abcd"),
                ("x-ratelimit-limit", "5"),
                ("x-ratelimit-remaining", "0"),
                ("x-ratelimit-reset-after", reset),
            ]));
            assert!(read.is_none(), "{reset}");
        }
        assert_eq!(duration(1e9), Some(LONGEST_LIMIT));
    }

    #[test]
    fn a_reason_cannot_become_another_header() {
        let ask = Ask::as_bot("account:a", Method::Put, "guilds/1/bans/2");
        let ask = ask.with_reason(Some("spam\r\nAuthorization: Bot x"));
        assert_eq!(ask.reason.unwrap(), "spam%0D%0AAuthorization%3A%20Bot%20x");
    }
}
