//! Access tokens, and the refresh tokens that bring the next ones. Kick takes each refresh token once,
//! so there is never more than one refresh at a time, and what it brings is kept before it is used.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use pato_vault::{Destination, Secret};
use serde::Deserialize;
use tokio::sync::{Mutex, Notify};
use tokio::time::{Instant, timeout};
use url::Url;
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use super::KickAddresses;
use super::claim::Claim;
use super::http::{Http, send};
use crate::account::Account;
use crate::connector::{ConnectorError, Environment};

/// What to type to log in.
pub(super) const LOG_IN: &str = "pato account add kick";

/// What to type to log in again, or to let Pato do more.
pub(super) fn authorize(handle: &str) -> String {
    format!("pato account authorize {handle}")
}

/// How long the end of the connector waits for a refresh that is under way.
const SETTLE: Duration = Duration::from_secs(3);

/// The tokens of one account.
pub(super) struct Tokens {
    environment: Environment,
    http: Http,
    addresses: KickAddresses,
    client_id: String,
    scope: String,
    claim: Claim,
    validity: Mutex<Validity>,
    /// Told when a token was replaced, or could not be.
    changed: Notify,
}

#[derive(Clone, Copy, Default)]
struct Validity {
    /// Until when the access token is good; none if that is not known, as after a start.
    expires: Option<Instant>,
    /// How many refreshes there were.
    generation: u64,
}

/// An access token for one call.
pub(super) struct Bearer {
    pub(super) header: HeaderValue,
    /// Which one it is.
    pub(super) generation: u64,
}

impl Tokens {
    pub(super) fn new(
        environment: Environment,
        http: Http,
        addresses: KickAddresses,
        client_id: String,
        account: &Account,
        claim: Claim,
    ) -> Arc<Self> {
        Arc::new(Self {
            environment,
            http,
            addresses,
            client_id,
            scope: account.vault_scope(),
            claim,
            validity: Mutex::default(),
            changed: Notify::new(),
        })
    }

    /// The access token, a new one if the old one ends within `margin`.
    pub(super) async fn bearer(
        self: &Arc<Self>,
        margin: Duration,
    ) -> Result<Bearer, ConnectorError> {
        self.claim.check().await?;
        let validity = *self.validity.lock().await;
        let ends = validity
            .expires
            .is_some_and(|expires| expires <= Instant::now() + margin);
        let vault = &self.environment.vault;
        if ends || !vault.contains(&self.scope, "access") {
            self.refresh(validity.generation).await?;
        }
        let generation = self.validity.lock().await.generation;
        let destination = destination(&self.addresses.api)?;
        let header = vault
            .attach(&self.scope, "Bearer {secret:access}", &destination)
            .and_then(pato_vault::Outgoing::into_header_value)
            .map_err(|error| missing(&error))?;
        Ok(Bearer { header, generation })
    }

    /// A new access token, unless the one of `stale` has been replaced in the meantime.
    pub(super) async fn refresh(self: &Arc<Self>, stale: u64) -> Result<(), ConnectorError> {
        let tokens = Arc::clone(self);
        // In a task of its own: were it dropped with whoever asked, the new tokens could be lost on
        // their way, and the old ones no longer work. It ends with the time limit of its request.
        let refresh = tokio::spawn(async move {
            let mut validity = tokens.validity.lock().await;
            if validity.generation != stale {
                return Ok(());
            }
            let replaced = tokens.replace(&mut validity).await;
            tokens.changed.notify_waiters();
            replaced
        });
        let failed = |error: tokio::task::JoinError| ConnectorError::Failed(error.to_string());
        refresh.await.map_err(failed)?
    }

    /// Makes sure that no other Pato uses the account, and asks again if one did.
    pub(super) async fn take_lock(&self) -> Result<(), ConnectorError> {
        self.claim.take().await
    }

    /// Waits a little for a refresh that is under way, and lets another Pato have the account.
    pub(super) async fn let_go(&self) {
        // If it takes longer, the process ends without it.
        let _ = timeout(SETTLE, self.validity.lock()).await;
        self.claim.let_go().await;
    }

    /// When the access token ends, if that is known.
    pub(super) async fn expires(&self) -> Option<Instant> {
        self.validity.lock().await.expires
    }

    /// Told when a token was replaced, or could not be.
    pub(super) fn changed(&self) -> &Notify {
        &self.changed
    }

    async fn replace(&self, validity: &mut Validity) -> Result<(), ConnectorError> {
        let form = Form::new(
            &self.environment,
            &self.scope,
            destination(&self.addresses.id)?,
        )
        .text("grant_type", "refresh_token")
        .text("client_id", &self.client_id)
        .secret("client_secret", "client-secret")?
        .secret("refresh_token", "refresh")?;
        let issued = request(&self.http, &self.addresses, form).await?;
        self.claim.note_refresh().await;
        validity.expires = Some(Instant::now() + issued.lifetime());
        keep(&self.environment, &self.scope, &self.addresses, issued).await?;
        validity.generation += 1;
        Ok(())
    }
}

fn missing(error: &dyn std::fmt::Display) -> ConnectorError {
    ConnectorError::Denied(format!("{error}; log in: `{LOG_IN}`"))
}

pub(super) fn destination(url: &Url) -> Result<Destination, ConnectorError> {
    Destination::of(url)
        .ok_or_else(|| ConnectorError::Invalid(format!("`{url}` has no host to send anything to")))
}

/// A form whose secrets come out of the vault.
pub(super) struct Form<'a> {
    environment: &'a Environment,
    scope: &'a str,
    destination: Destination,
    body: Zeroizing<Vec<u8>>,
}

impl<'a> Form<'a> {
    pub(super) fn new(
        environment: &'a Environment,
        scope: &'a str,
        destination: Destination,
    ) -> Self {
        // As long as it can become, so that it leaves no copies of secrets behind when it grows.
        let body = Zeroizing::new(Vec::with_capacity(8 * pato_vault::MAX_SECRET_BYTES));
        Self {
            environment,
            scope,
            destination,
            body,
        }
    }

    pub(super) fn text(mut self, name: &str, value: &str) -> Self {
        self.append(name, value.as_bytes());
        self
    }

    pub(super) fn secret(mut self, name: &str, secret: &str) -> Result<Self, ConnectorError> {
        let template = format!("{{secret:{secret}}}");
        let vault = &self.environment.vault;
        let attached = vault
            .attach(self.scope, &template, &self.destination)
            .map_err(|error| missing(&error))?;
        self.append(name, attached.as_wire_bytes());
        Ok(self)
    }

    fn append(&mut self, name: &str, value: &[u8]) {
        if !self.body.is_empty() {
            self.body.push(b'&');
        }
        self.body.extend_from_slice(name.as_bytes());
        self.body.push(b'=');
        for piece in byte_serialize(value) {
            self.body.extend_from_slice(piece.as_bytes());
        }
    }
}

/// What the token endpoint gives out.
#[derive(Deserialize)]
pub(super) struct Issued {
    access_token: Secret,
    refresh_token: Secret,
    expires_in: Seconds,
    #[serde(default)]
    pub(super) scope: String,
}

/// The documentation shows text, the service sends a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(u64),
    Text(String),
}

impl Issued {
    fn lifetime(&self) -> Duration {
        let seconds = match &self.expires_in {
            Seconds::Number(seconds) => *seconds,
            Seconds::Text(text) => text.parse().unwrap_or_default(),
        };
        // A year is longer than any token lives, and short enough to reckon with.
        Duration::from_secs(seconds.min(365 * 86_400))
    }
}

/// Asks the token endpoint.
pub(super) async fn request(
    http: &Http,
    addresses: &KickAddresses,
    form: Form<'_>,
) -> Result<Issued, ConnectorError> {
    let mut url = addresses.id.clone();
    url.set_path("/oauth/token");
    let request = http
        .request(reqwest::Method::POST, url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.body.to_vec());
    let answer = send(request, "tokens").await?;
    match answer.status {
        200..300 => answer.json("tokens"),
        400..=403 => Err(ConnectorError::Denied(format!(
            "Kick does not take the login any more: {}; log in again: `{LOG_IN}`",
            answer.reason()
        ))),
        _ => Err(ConnectorError::Unavailable(format!(
            "Kick gives out no tokens at the moment: {}",
            answer.reason()
        ))),
    }
}

/// Keeps new tokens: first the one that can't be had again.
pub(super) async fn keep(
    environment: &Environment,
    scope: &str,
    addresses: &KickAddresses,
    issued: Issued,
) -> Result<(), ConnectorError> {
    let (id, api) = (destination(&addresses.id)?, destination(&addresses.api)?);
    let tokens = [
        ("refresh", issued.refresh_token, id),
        ("access", issued.access_token, api),
    ];
    for (name, token, host) in tokens {
        let kept = environment.keep(scope, name, token, vec![host.to_string()]);
        kept.await.map_err(|error| {
            ConnectorError::Failed(format!("a new token of Kick can't be kept: {error}"))
        })?;
    }
    Ok(())
}
