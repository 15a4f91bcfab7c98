//! Sends the requests of one account, within Helix's limits, and says in plain words what went wrong.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use pato_events::{Event, Payload};
use tokio::time::{Instant, sleep};
use twitch_api::helix::{self, RequestDelete, RequestGet, RequestPatch, RequestPost, RequestPut};
use url::Url;

use super::limit::Bucket;
use crate::connector::ConnectorError;
use crate::twitch::PATIENCE;
use crate::twitch::http::{Answer, Http};
use crate::twitch::oauth::{Refusal, TokenError, Tokens, TwitchApplication};

/// Stands where the token will.
const PLACEHOLDER: &str = "{secret:access}";

/// Stands where the client id will, which can belong to a token and be known only by asking.
const CLIENT_ID: &str = "";

/// How often a request is sent at most: with a token that turns out to be old, and past a limit.
const TRIES: usize = 3;

/// What an action comes to.
pub(crate) type Outcome = Result<Payload, ConnectorError>;

/// Helix as one account sees it.
pub(crate) struct Helix {
    http: Http,
    application: TwitchApplication,
    tokens: Arc<Tokens>,
    bucket: Mutex<Bucket>,
}

type Answered<R> = Result<<R as helix::Request>::Response, ConnectorError>;

impl Helix {
    pub(crate) fn new(http: Http, application: TwitchApplication, tokens: Arc<Tokens>) -> Self {
        Self {
            http,
            application,
            tokens,
            bucket: Mutex::default(),
        }
    }

    pub(crate) fn tokens(&self) -> &Arc<Tokens> {
        &self.tokens
    }

    /// Asks for something.
    pub(crate) async fn get<R: RequestGet + Send>(
        &self,
        request: R,
    ) -> Result<helix::Response<R, R::Response>, ConnectorError> {
        let (uri, answer) = self
            .exchange(request.create_request(PLACEHOLDER, CLIENT_ID))
            .await?;
        R::parse_response(Some(request), &uri, answer).map_err(|_| unreadable(R::PATH))
    }

    pub(crate) async fn post<R: RequestPost + Send>(
        &self,
        request: R,
        body: R::Body,
    ) -> Answered<R> {
        let built = request.create_request(body, PLACEHOLDER, CLIENT_ID);
        let (uri, mut answer) = self.exchange(built).await?;
        if answer.status() == StatusCode::ACCEPTED {
            // A clip is accepted and then made; `twitch_api` only takes what is done.
            *answer.status_mut() = StatusCode::OK;
        }
        let read = R::parse_response(Some(request), &uri, answer);
        Ok(read.map_err(|_| unreadable(R::PATH))?.data)
    }

    pub(crate) async fn patch<R: RequestPatch + Send>(
        &self,
        request: R,
        body: R::Body,
    ) -> Answered<R> {
        let built = request.create_request(body, PLACEHOLDER, CLIENT_ID);
        let (uri, answer) = self.exchange(built).await?;
        let read = R::parse_response(Some(request), &uri, answer);
        Ok(read.map_err(|_| unreadable(R::PATH))?.data)
    }

    pub(crate) async fn put<R: RequestPut + Send>(&self, request: R, body: R::Body) -> Answered<R> {
        let built = request.create_request(body, PLACEHOLDER, CLIENT_ID);
        let (uri, answer) = self.exchange(built).await?;
        let read = R::parse_response(Some(request), &uri, answer);
        Ok(read.map_err(|_| unreadable(R::PATH))?.data)
    }

    pub(crate) async fn delete<R: RequestDelete + Send>(&self, request: R) -> Answered<R> {
        let (uri, answer) = self
            .exchange(request.create_request(PLACEHOLDER, CLIENT_ID))
            .await?;
        let read = R::parse_response(Some(request), &uri, answer);
        Ok(read.map_err(|_| unreadable(R::PATH))?.data)
    }

    /// Sends what `twitch_api` has no fitting type for. `path` is relative to Helix.
    pub(crate) async fn send(
        &self,
        method: http::Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Response<Bytes>, ConnectorError> {
        Ok(self.exchange(self.raw(method, path, body)).await?.1)
    }

    /// The same, but that what is to be made is there already counts as an answer.
    pub(crate) async fn send_unless_there(
        &self,
        method: http::Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Response<Bytes>, ConnectorError> {
        let request = self.raw(method, path, body);
        Ok(self.exchange_or_conflict(request, true).await?.1)
    }

    fn raw(
        &self,
        method: http::Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Request<Bytes>, http::Error> {
        Request::builder()
            .method(method)
            .uri(format!("https://api.twitch.tv/helix/{path}"))
            .header("Content-Type", "application/json")
            .body(Bytes::from(body))
    }

    async fn exchange<E: std::fmt::Display>(
        &self,
        request: Result<Request<Bytes>, E>,
    ) -> Result<(http::Uri, Response<Bytes>), ConnectorError> {
        self.exchange_or_conflict(request, false).await
    }

    /// With `conflict`, that something is there already is an answer and not an error.
    async fn exchange_or_conflict<E: std::fmt::Display>(
        &self,
        request: Result<Request<Bytes>, E>,
        conflict: bool,
    ) -> Result<(http::Uri, Response<Bytes>), ConnectorError> {
        let request = request.map_err(|error| ConnectorError::Invalid(error.to_string()))?;
        let request = self.at_its_place(request).await?;
        let uri = request.uri().clone();
        let mut waited = Duration::ZERO;
        for _ in 1..TRIES {
            match self.try_once(&request, conflict, &mut waited).await? {
                Some(answer) => return Ok((uri, answer)),
                None => continue,
            }
        }
        match self.try_once(&request, conflict, &mut waited).await? {
            Some(answer) => Ok((uri, answer)),
            None => Err(ConnectorError::Unavailable(format!(
                "Twitch keeps refusing {}; try again later",
                uri.path()
            ))),
        }
    }

    /// None if it is to be tried again, which is only so if Twitch has not done it.
    async fn try_once(
        &self,
        request: &Request<Bytes>,
        conflict: bool,
        waited: &mut Duration,
    ) -> Result<Option<Response<Bytes>>, ConnectorError> {
        let taken = self.bucket().take(Instant::now());
        if let Err(wait) = taken {
            wait_within_patience(wait, waited).await?;
        }
        let generation = self.tokens.generation();
        let scope = self.tokens.account().vault_scope();
        let authorization = format!("Bearer {PLACEHOLDER}");
        let sent = self.http.send(&scope, &authorization, request.clone());
        let answer = sent.await?;
        let clock = self.tokens.environment().clock.now();
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            let wait = self.bucket().empty(answer.headers(), clock, Instant::now());
            wait_within_patience(wait, waited).await?;
            return Ok(None);
        }
        self.bucket().learn(answer.headers(), clock, Instant::now());
        if answer.status().is_success() || (conflict && answer.status() == StatusCode::CONFLICT) {
            let (parts, body) = answer.into_parts();
            return Ok(Some(Response::from_parts(
                parts,
                Bytes::copy_from_slice(&body),
            )));
        }
        let refusal = refusal(&answer);
        if answer.status() == StatusCode::UNAUTHORIZED && missing_scope(&refusal).is_none() {
            let renewed = self.tokens.renew(generation).await;
            return match renewed {
                Ok(()) => Ok(None),
                Err(error @ (TokenError::NeedsUser(_) | TokenError::Retry(_))) => {
                    Err(ConnectorError::Unavailable(error.to_string()))
                }
            };
        }
        Err(self.error(answer.status(), &refusal))
    }

    /// `twitch_api` knows one address of Helix; ours is handed in, and the client id is the token's.
    async fn at_its_place(
        &self,
        request: Request<Bytes>,
    ) -> Result<Request<Bytes>, ConnectorError> {
        let known = self.tokens.client_id().await;
        let client_id = known.map_err(|error| ConnectorError::Unavailable(error.to_string()))?;
        let invalid = |error: &dyn std::fmt::Display| ConnectorError::Invalid(error.to_string());
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path();
        let relative = path.strip_prefix("/helix/").unwrap_or(path);
        let mut url: Url = self
            .application
            .helix
            .join(relative)
            .map_err(|error| invalid(&error))?;
        url.set_query(parts.uri.query());
        parts.uri = url.as_str().parse().map_err(|error| invalid(&error))?;
        let client_id = client_id.parse().map_err(|error| invalid(&error))?;
        parts.headers.insert("Client-Id", client_id);
        Ok(Request::from_parts(parts, body))
    }

    fn error(&self, status: StatusCode, message: &str) -> ConnectorError {
        let account = &self.tokens.account().handle;
        let text = format!(
            "Twitch: {message} (status {}, account `{account}`)",
            status.as_u16()
        );
        match status {
            StatusCode::UNAUTHORIZED => {
                let scope = missing_scope(message).unwrap_or("a scope");
                self.lacks(scope)
            }
            StatusCode::FORBIDDEN => ConnectorError::Denied(text),
            StatusCode::NOT_FOUND => ConnectorError::NotFound(text),
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => {
                ConnectorError::Invalid(text)
            }
            status if status.is_server_error() => ConnectorError::Unavailable(text),
            _ => ConnectorError::Failed(text),
        }
    }

    /// The error for an account that may not do something.
    pub(crate) fn lacks(&self, scope: &str) -> ConnectorError {
        let account = &self.tokens.account().handle;
        ConnectorError::Denied(format!(
            "the account `{account}` may not do that: it lacks Twitch's scope `{scope}`; {}",
            self.tokens.remedy()
        ))
    }

    fn bucket(&self) -> std::sync::MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits, unless that would be longer altogether than a caller does.
async fn wait_within_patience(wait: Duration, waited: &mut Duration) -> Result<(), ConnectorError> {
    if *waited + wait > PATIENCE {
        return Err(ConnectorError::RateLimited(wait));
    }
    *waited += wait;
    sleep(wait).await;
    Ok(())
}

fn refusal(answer: &Answer) -> String {
    let refusal: Refusal = serde_json::from_slice(answer.body()).unwrap_or_default();
    match refusal.message.is_empty() {
        true => "no reason given".into(),
        false => refusal.message.chars().take(500).collect(),
    }
}

/// The scope that Twitch misses, if that is what it says.
fn missing_scope(message: &str) -> Option<&str> {
    let lower = message.to_ascii_lowercase();
    if !lower.contains("missing") || !lower.contains("scope") {
        return None;
    }
    let words = message.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '_')));
    let mut words = words.filter(|word| word.contains(':'));
    Some(words.find(|word| !word.ends_with(':')).unwrap_or("a scope"))
}

/// The reason is left out: it repeats the content, which can be long and hold what people wrote.
fn unreadable(path: &str) -> ConnectorError {
    ConnectorError::Failed(format!(
        "Twitch's answer to `{path}` cannot be understood; it may have been done"
    ))
}

/// The event that led to something, as a draft wants it.
pub(crate) fn cause_of(event: Option<&Event>) -> crate::twitch::own::Cause {
    event.map(|event| (event.id.clone(), event.depth))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_missing_scope_is_found_in_twitchs_words() {
        for (message, scope) in [
            (
                "Missing scope: moderator:manage:announcements",
                Some("moderator:manage:announcements"),
            ),
            (
                "Missing required scope channel:manage:polls.",
                Some("channel:manage:polls"),
            ),
            ("Missing scope", Some("a scope")),
            ("Invalid OAuth token", None),
            ("missing or invalid authorization header", None),
        ] {
            assert_eq!(missing_scope(message), scope, "{message}");
        }
    }
}
