//! The tokens of one account: asked about every hour, renewed in time, never two renewals at once.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::{ACCESS, NewTokens, REFRESH, Refusal, TwitchApplication, Validation, read, seconds};
use crate::account::Account;
use crate::connector::Environment;
use crate::reconnect::{BackOff, BackOffConfiguration};
use crate::twitch::http::{Answer, Http, HttpError};

/// How often Twitch wants to be asked whether a token is still valid: at the start, and hourly. See
/// <https://dev.twitch.tv/docs/authentication/validate-tokens/>.
const VALIDATION_INTERVAL: Duration = Duration::from_secs(3_600);

/// A token that would not last until some minutes after the next question is renewed.
const RENEW_BEFORE: Duration = Duration::from_secs(3_600 + 600);

/// How long the end of the connector waits for a renewal that is under way.
const SETTLE: Duration = Duration::from_secs(3);

/// The tokens of one account. They themselves are in the vault.
pub(crate) struct Tokens {
    application: TwitchApplication,
    environment: Environment,
    http: Http,
    account: Account,
    state: Mutex<State>,
    /// What the user has to do before this account works again; none if it works.
    refused: watch::Sender<Option<String>>,
    renewing: tokio::sync::Mutex<()>,
}

struct State {
    /// How often the tokens were replaced.
    generation: u64,
    /// The application that they belong to, as far as it is known.
    client_id: Option<String>,
    scopes: BTreeSet<String>,
}

/// Why there is no valid token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
    /// Only the user can help; the text says how.
    #[error("{0}")]
    NeedsUser(String),
    /// It may work later.
    #[error("{0}")]
    Retry(String),
}

impl From<HttpError> for TokenError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Secret(_) => Self::NeedsUser(error.to_string()),
            _ => Self::Retry(error.to_string()),
        }
    }
}

impl Tokens {
    pub(crate) fn new(
        application: TwitchApplication,
        environment: Environment,
        http: Http,
        account: Account,
    ) -> Self {
        let scopes = account.scopes.iter().cloned().collect();
        let renewable = environment.vault.contains(&account.vault_scope(), REFRESH);
        let client_id = application.client_id.clone().filter(|_| renewable);
        Self {
            application,
            environment,
            http,
            account,
            state: Mutex::new(State {
                generation: 0,
                client_id,
                scopes,
            }),
            refused: watch::Sender::new(None),
            renewing: tokio::sync::Mutex::new(()),
        }
    }

    /// Whose they are.
    pub(crate) fn account(&self) -> &Account {
        &self.account
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Whether Twitch lets this account do what needs that scope. What may manage may read.
    pub(crate) fn has(&self, scope: &str) -> bool {
        crate::twitch::scopes::covers(&self.state().scopes, scope)
    }

    /// How often the tokens were replaced. To be read before a request, for [`renew`](Self::renew).
    pub(crate) fn generation(&self) -> u64 {
        self.state().generation
    }

    /// What the user has to do before this account works again, and when that changes.
    pub(crate) fn refused(&self) -> watch::Receiver<Option<String>> {
        self.refused.subscribe()
    }

    /// What the user has to do to let Pato do more, or again.
    pub(crate) fn remedy(&self) -> String {
        let token = if self.can_be_renewed() {
            ""
        } else {
            " --token"
        };
        format!("`pato account authorize {}{token}`", self.handle())
    }

    /// The application that the tokens belong to.
    ///
    /// # Errors
    ///
    /// If Twitch has to be asked first, and does not say.
    pub(crate) async fn client_id(self: &Arc<Self>) -> Result<String, TokenError> {
        if self.state().client_id.is_none() {
            self.check().await?;
        }
        let known = self.state().client_id.clone();
        known.ok_or_else(|| TokenError::Retry("Twitch does not say whose token it is".into()))
    }

    /// Whether this login is Pato's own, and not a token that was made elsewhere.
    fn can_be_renewed(&self) -> bool {
        let vault = &self.environment.vault;
        vault.contains(&self.account.vault_scope(), REFRESH)
    }

    /// Asks Twitch whether the access token is valid, and renews it if it is not or will soon not be.
    pub(crate) async fn check(self: &Arc<Self>) -> Result<(), TokenError> {
        let generation = self.generation();
        let url = self.application.endpoint("oauth2/validate")?;
        let request = Request::get(url.as_str())
            .body(Bytes::new())
            .map_err(|error| TokenError::Retry(error.to_string()))?;
        let template = format!("OAuth {{secret:{ACCESS}}}");
        let scope = self.account.vault_scope();
        let answer = match self.http.send(&scope, &template, request).await {
            // A remembered account can have lost its access token; the refresh token brings another.
            Err(HttpError::Secret(_)) if self.environment.vault.contains(&scope, REFRESH) => {
                return self.renew(generation).await;
            }
            Err(HttpError::Secret(error)) => {
                let remedy = self.remedy();
                let text = format!(
                    "Pato has no token for `{}`: {error}; {remedy}",
                    self.handle()
                );
                return Err(self.refuse(text));
            }
            answer => answer?,
        };
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED if !self.can_be_renewed() => return Err(self.ended()),
            StatusCode::UNAUTHORIZED => return self.renew(generation).await,
            status => {
                return Err(TokenError::Retry(format!(
                    "Twitch does not say whether the login of `{}` is valid (HTTP status {status})",
                    self.handle()
                )));
            }
        }
        let known: Validation = read(&answer).map_err(TokenError::Retry)?;
        self.check_owner(&known)?;
        {
            let mut state = self.state();
            state.scopes = known.scopes.unwrap_or_default();
            state.client_id = Some(known.client_id);
        }
        self.refused
            .send_if_modified(|refused| refused.take().is_some());
        match self.can_be_renewed() && seconds(known.expires_in) < RENEW_BEFORE {
            true => self.renew(generation).await,
            false => Ok(()),
        }
    }

    /// A token that was made elsewhere is over; only the user can bring another.
    fn ended(&self) -> TokenError {
        self.refuse(format!(
            "Twitch no longer accepts the token of `{}`: it was revoked or has expired; get a new one, \
             then {}",
            self.handle(),
            self.remedy()
        ))
    }

    fn check_owner(&self, known: &Validation) -> Result<(), TokenError> {
        let remedy = self.remedy();
        let own = self.application.client_id.as_ref();
        if self.can_be_renewed() && own != Some(&known.client_id) {
            return Err(self.refuse(format!(
                "the token of `{}` was made for the client id `{}`, and `client_id` under `[twitch]` in \
                 config.toml is another; {remedy}",
                self.handle(),
                known.client_id
            )));
        }
        if known.user_id != self.account.user_id {
            return Err(self.refuse(format!(
                "the token of `{}` belongs to `{}`; {remedy}",
                self.handle(),
                known.login
            )));
        }
        Ok(())
    }

    /// Replaces the tokens, unless that has been done since `seen` was the generation.
    pub(crate) async fn renew(self: &Arc<Self>, seen: u64) -> Result<(), TokenError> {
        let tokens = Arc::clone(self);
        // In a task of its own: were it dropped with whoever asked, the new tokens could be lost on
        // their way, and the old ones no longer work. It ends with the time limit of its request.
        let renewal = tokio::spawn(async move {
            let _one_at_a_time = tokens.renewing.lock().await;
            if tokens.generation() != seen {
                return Ok(());
            }
            let refused = tokens.refused.borrow().clone();
            match refused {
                Some(text) => Err(TokenError::NeedsUser(text)),
                None => tokens.exchange().await,
            }
        });
        match renewal.await {
            Ok(result) => result,
            Err(error) => Err(TokenError::Retry(error.to_string())),
        }
    }

    async fn exchange(&self) -> Result<(), TokenError> {
        if !self.can_be_renewed() {
            return Err(self.ended());
        }
        let url = self.application.endpoint("oauth2/token")?;
        let form = format!(
            "client_id={}&grant_type=refresh_token&refresh_token={{secret:{REFRESH}}}",
            self.application.client_id.as_deref().unwrap_or_default()
        );
        let scope = self.account.vault_scope();
        let answer = match self.http.post_form(&scope, &url, &form).await {
            Err(HttpError::Secret(error)) => {
                let remedy = self.remedy();
                let text = format!(
                    "Pato cannot renew the login of `{}`: {error}; {remedy}",
                    self.handle()
                );
                return Err(self.refuse(text));
            }
            answer => answer?,
        };
        match answer.status() {
            StatusCode::OK => self.keep(&answer).await,
            StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                let refusal: Refusal = read(&answer).unwrap_or_default();
                Err(self.refuse(format!(
                    "Twitch no longer accepts the login of `{}` ({}): it was revoked, has expired, or \
                     belongs to another client id; {}",
                    self.handle(),
                    refusal.message,
                    self.remedy()
                )))
            }
            status => Err(TokenError::Retry(format!(
                "Twitch did not renew the login of `{}` (HTTP status {status})",
                self.handle()
            ))),
        }
    }

    async fn keep(&self, answer: &Answer) -> Result<(), TokenError> {
        let new: NewTokens = read(answer).map_err(TokenError::Retry)?;
        let scope = self.account.vault_scope();
        // The refresh token first: with it alone, all can be had again.
        for (name, secret, hosts) in [
            (REFRESH, new.refresh_token, self.application.refresh_hosts()),
            (ACCESS, new.access_token, self.application.access_hosts()),
        ] {
            let kept = self.environment.keep(&scope, name, secret, hosts).await;
            kept.map_err(|error| {
                self.refuse(format!(
                    "the new token of `{}` could not be kept: {error}; {}",
                    self.handle(),
                    self.remedy()
                ))
            })?;
        }
        let mut state = self.state();
        state.generation += 1;
        if !new.scope.is_empty() {
            state.scopes = new.scope;
        }
        drop(state);
        self.refused
            .send_if_modified(|refused| refused.take().is_some());
        tracing::debug!(
            account = self.account.handle,
            expires_in = new.expires_in,
            "the login with Twitch was renewed"
        );
        Ok(())
    }

    /// Remembers that only the user can help.
    pub(crate) fn refuse(&self, text: String) -> TokenError {
        self.refused.send_replace(Some(text.clone()));
        TokenError::NeedsUser(text)
    }

    /// Checks the tokens every hour until it is dropped. What comes of it is told by
    /// [`refused`](Self::refused).
    pub(crate) async fn watch(self: &Arc<Self>) {
        let check = || {
            let tokens = Arc::clone(self);
            async move { tokens.check().await }
        };
        hourly(self.environment.seed, check).await;
    }

    /// Waits a little for a renewal that is under way.
    pub(crate) async fn settle(&self) {
        // If it takes longer, the process ends without it.
        let _ = timeout(SETTLE, self.renewing.lock()).await;
    }

    fn handle(&self) -> &str {
        &self.account.handle
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Checks every hour; what fails is tried again sooner, after pauses that grow to some minutes.
async fn hourly<F>(seed: u64, check: impl Fn() -> F)
where
    F: Future<Output = Result<(), TokenError>>,
{
    let pauses = BackOffConfiguration {
        first: Duration::from_secs(5),
        longest: Duration::from_secs(300),
        stable_after: Duration::MAX,
    };
    let mut back_off = BackOff::new(pauses, seed);
    let mut next = Instant::now() + VALIDATION_INTERVAL;
    loop {
        tokio::time::sleep_until(next).await;
        match check().await {
            Ok(()) => {
                back_off.reset();
                next = Instant::now() + VALIDATION_INTERVAL;
            }
            Err(TokenError::NeedsUser(reason)) => {
                tracing::warn!(reason, "a login with Twitch is no longer valid");
                // The user may log in anew at any time; this finds out by itself.
                next = Instant::now() + VALIDATION_INTERVAL;
            }
            Err(TokenError::Retry(cause)) => {
                let pause = back_off.next_pause(Duration::ZERO);
                tracing::info!(cause, ?pause, "the login with Twitch could not be checked");
                sleep(pause).await;
                next = Instant::now();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The moments at which `hourly` checked within a day, when `answers` come one after the other
    /// and then nothing but success.
    async fn checks(answers: Vec<Result<(), TokenError>>) -> Vec<Duration> {
        let begin = Instant::now();
        let times = Mutex::new(Vec::new());
        let answers = Mutex::new(answers.into_iter());
        let check = || {
            times.lock().unwrap().push(begin.elapsed());
            std::future::ready(answers.lock().unwrap().next().unwrap_or(Ok(())))
        };
        let day = Duration::from_secs(24 * 3_600 + 1);
        let ended = timeout(day, hourly(1, check)).await;
        assert!(ended.is_err(), "it goes on");
        times.into_inner().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_day_holds_a_check_every_hour() {
        let times = checks(Vec::new()).await;
        assert_eq!(times.len(), 24);
        for pair in times.windows(2) {
            let between = pair[1] - pair[0];
            assert!(
                between.abs_diff(VALIDATION_INTERVAL) < Duration::from_secs(1),
                "{between:?}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_fails_is_tried_again_soon_with_pauses_that_grow() {
        let down = || Err(TokenError::Retry("down".into()));
        let times = checks((0..12).map(|_| down()).collect()).await;
        let pauses: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        for (index, pause) in pauses.iter().take(12).enumerate() {
            let limit = Duration::from_secs(300.min(5 << index));
            assert!(
                *pause >= limit / 2 && *pause <= limit + Duration::from_millis(5),
                "{index}: {pause:?}"
            );
        }
        assert!(pauses[12] >= VALIDATION_INTERVAL - Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_user_must_mend_is_not_asked_about_more_often() {
        let revoked = Err(TokenError::NeedsUser("revoked".into()));
        assert_eq!(checks(vec![revoked; 24]).await.len(), 24);
    }
}
