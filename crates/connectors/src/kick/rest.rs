//! Calls of the public API (docs.kick.com), as the account.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::Method;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use url::Url;

use super::http::{Answer, Http, send};
use super::tokens::{LOG_IN, Tokens, authorize};
use super::{KickConfiguration, KickTiming, lock};
use crate::account::Account;
use crate::connector::{ConnectorError, Environment};
use crate::reconnect::BackOff;

/// How soon before its end a token is not used any more: a call takes a while.
const MARGIN: Duration = Duration::from_secs(30);

/// Who makes calls.
pub(super) struct Rest {
    http: Http,
    api: Url,
    account: Account,
    tokens: Arc<Tokens>,
    throttle: Mutex<Throttle>,
    timing: KickTiming,
}

/// Kick documents no limits, so this learns of them as they are met.
struct Throttle {
    until: Instant,
    back_off: BackOff,
}

/// One call.
pub(super) struct Ask<'a> {
    method: Method,
    path: &'a str,
    query: Vec<(&'a str, &'a str)>,
    body: Option<Value>,
}

impl<'a> Ask<'a> {
    pub(super) fn new(method: Method, path: &'a str) -> Self {
        Self {
            method,
            path,
            query: Vec::new(),
            body: None,
        }
    }

    pub(super) fn query(mut self, name: &'a str, value: &'a str) -> Self {
        self.query.push((name, value));
        self
    }

    pub(super) fn body(self, body: Value) -> Self {
        Self {
            body: Some(body),
            ..self
        }
    }
}

impl Rest {
    pub(super) fn new(
        configuration: &KickConfiguration,
        environment: &Environment,
        http: Http,
        account: Account,
        tokens: Arc<Tokens>,
    ) -> Self {
        let back_off = BackOff::new(configuration.back_off, environment.seed);
        Self {
            http,
            api: configuration.addresses.api.clone(),
            account,
            tokens,
            throttle: Mutex::new(Throttle {
                until: Instant::now(),
                back_off,
            }),
            timing: configuration.timing,
        }
    }

    pub(super) fn account(&self) -> &Account {
        &self.account
    }

    /// Told when a token was replaced, or could not be.
    pub(super) fn changed(&self) -> &Notify {
        self.tokens.changed()
    }

    /// Makes a call, and answers what stands in its `data`.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        ask: Ask<'_>,
    ) -> Result<T, ConnectorError> {
        let deadline = Instant::now() + self.timing.patience;
        let mut renewed = false;
        loop {
            self.wait_for_turn(deadline).await?;
            let bearer = self.tokens.bearer(MARGIN).await?;
            let mut url = self.api.clone();
            url.set_path(ask.path);
            if !ask.query.is_empty() {
                url.query_pairs_mut().extend_pairs(&ask.query);
            }
            let mut request = self.http.request(ask.method.clone(), url);
            request = request.header("authorization", bearer.header);
            if let Some(body) = &ask.body {
                request = request.json(body);
            }
            let answer = send(request, ask.path).await?;
            match answer.status {
                401 if !renewed => {
                    self.tokens.refresh(bearer.generation).await?;
                    renewed = true;
                }
                429 => self.slow_down(&answer),
                _ if answer.is_success() => {
                    lock(&self.throttle).back_off.reset();
                    return answer.data(ask.path);
                }
                _ => return Err(self.refusal(&answer, &ask)),
            }
        }
    }

    /// Waits for what is under way, and lets another Pato have the account.
    pub(super) async fn let_go(&self) {
        self.tokens.let_go().await;
    }

    /// Makes sure of a token that does not end within `margin`, and of Kick's taking it. Returns when it
    /// ends, if that is known.
    pub(super) async fn look(&self, margin: Duration) -> Result<Option<Instant>, ConnectorError> {
        self.tokens.take_lock().await?;
        self.tokens.bearer(margin).await?;
        let ask = Ask::new(Method::GET, "/public/v1/users");
        self.call::<IgnoredAny>(ask).await?;
        Ok(self.tokens.expires().await)
    }

    /// Refuses what the account may not do, before Kick does.
    pub(super) fn check_scope(&self, scope: &str) -> Result<(), ConnectorError> {
        if self.account.may(scope) {
            return Ok(());
        }
        let handle = &self.account.handle;
        Err(ConnectorError::Denied(format!(
            "the account `{handle}` may not do that: it lacks Kick's scope `{scope}`; `{}`",
            authorize(handle)
        )))
    }

    async fn wait_for_turn(&self, deadline: Instant) -> Result<(), ConnectorError> {
        let until = lock(&self.throttle).until;
        let now = Instant::now();
        if until <= now {
            return Ok(());
        }
        if until > deadline {
            return Err(ConnectorError::RateLimited(until - now));
        }
        sleep_until(until).await;
        Ok(())
    }

    fn slow_down(&self, answer: &Answer) {
        let mut throttle = lock(&self.throttle);
        let own = throttle.back_off.next_pause(Duration::ZERO);
        let pause = answer
            .retry_after
            .unwrap_or(own)
            .min(Duration::from_secs(3_600));
        throttle.until = throttle.until.max(Instant::now() + pause);
    }

    fn refusal(&self, answer: &Answer, ask: &Ask<'_>) -> ConnectorError {
        let reason = answer.reason();
        let what = format!("{} {}", ask.method, ask.path);
        match answer.status {
            401 => ConnectorError::Denied(format!(
                "Kick does not take the login of `{}` any more: {reason}; log in again: `{LOG_IN}`",
                self.account.handle
            )),
            403 => ConnectorError::Denied(format!(
                "Kick does not allow it to `{}`: {reason} ({what})",
                self.account.handle
            )),
            404 => ConnectorError::NotFound(format!("Kick has no such thing: {reason} ({what})")),
            400..=499 => ConnectorError::Invalid(format!("Kick refuses it: {reason} ({what})")),
            500.. => ConnectorError::Unavailable(format!("Kick has trouble: {reason} ({what})")),
            _ => ConnectorError::Failed(format!("Kick answers strangely: {reason} ({what})")),
        }
    }
}
