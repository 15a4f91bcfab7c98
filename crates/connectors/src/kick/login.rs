//! Logging in with the user's own application: Kick sends the browser back to a listener on this machine
//! (OAuth 2.1 for native apps, RFC 8252), with a code that only this program can redeem (PKCE, RFC 7636).

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use bytes::Bytes;
use http_body_util::Full;
use hyper::{Request, Response, StatusCode};
use reqwest::Method;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;
use url::Url;
use zeroize::Zeroizing;

use super::configuration::slug_of;
use super::http::{Http, send};
use super::listener::{page, serve, text};
use super::people::Id;
use super::tokens::{Form, LOG_IN, destination, keep, request};
use super::{KickAddresses, KickTiming};
use crate::account::{Account, Login, LoginPrompt, vault_scope};
use crate::connector::{ConnectorError, Environment};

/// How long the user has.
const TIME: Duration = Duration::from_secs(600);

/// How to log in.
#[derive(Debug, Clone)]
pub struct KickLoginConfiguration {
    /// The id of the user's own application, from kick.com/settings/developer. Its secret is
    /// `client-secret` in the vault's scope of the account, bound to the host that people log in at.
    pub client_id: String,
    /// The redirect address: exactly what the user entered for the application, on this machine.
    /// [`REDIRECT`] is the usual one.
    pub redirect: Url,
    /// What to ask for: what [`scopes::needed`](super::scopes::needed) says, and what the account may do
    /// already.
    pub scopes: Vec<String>,
    /// Where Kick is.
    pub addresses: KickAddresses,
    /// How long to wait for answers.
    pub timing: KickTiming,
}

/// The redirect address to enter for the application.
pub const REDIRECT: &str = "http://localhost:8976/kick/callback";

/// Begins a login for the account with this handle.
///
/// # Errors
///
/// If the application's secret is not in the vault, or the port is taken.
pub async fn log_in(
    configuration: KickLoginConfiguration,
    handle: &str,
    environment: Environment,
) -> Result<Box<dyn Login>, ConnectorError> {
    let scope = vault_scope(handle);
    if !environment.vault.contains(&scope, "client-secret") {
        return Err(ConnectorError::Denied(format!(
            "Kick needs the secret of your own application, from kick.com/settings/developer: \
             `{LOG_IN}` asks for it"
        )));
    }
    let mut redirect = configuration.redirect.clone();
    let listeners = bind(&mut redirect).await?;
    let verifier = Zeroizing::new(random()?);
    let nonce = random()?;
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let mut page = configuration.addresses.id.clone();
    page.set_path("/oauth/authorize");
    page.query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &configuration.client_id);
    if redirect.host_str() == Some("127.0.0.1") {
        // Kick's page cuts the first `127.0.0.1` out of its own address: this one is for that.
        page.query_pairs_mut().append_pair("redirect", "127.0.0.1");
    }
    page.query_pairs_mut()
        .append_pair("redirect_uri", redirect.as_str())
        .append_pair("scope", &configuration.scopes.join(" "))
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256")
        .append_pair("state", &nonce);
    Ok(Box::new(KickLogin {
        http: Http::new(configuration.timing)?,
        configuration,
        handle: handle.to_owned(),
        environment,
        listeners,
        redirect,
        page,
        nonce,
        verifier,
    }))
}

/// Listens where the address leads. For `localhost` a browser may look in both families.
async fn bind(redirect: &mut Url) -> Result<Vec<TcpListener>, ConnectorError> {
    let local = matches!(redirect.host_str(), Some("localhost" | "127.0.0.1"));
    let (true, "http", Some(port)) = (local, redirect.scheme(), redirect.port()) else {
        return Err(ConnectorError::Invalid(format!(
            "`{redirect}` is no redirect address on this machine: use one such as `{REDIRECT}`"
        )));
    };
    let taken = |error: std::io::Error| {
        ConnectorError::Unavailable(format!(
            "port {port}, where Kick sends your browser back to, can't be opened: {error}; end what \
             uses it, or choose another one here and in your application's redirect address"
        ))
    };
    let first = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(taken)?;
    let port = first.local_addr().map_err(taken)?.port();
    // Only port 0 changes, and every number is a port.
    let _ = redirect.set_port(Some(port));
    let mut listeners = vec![first];
    if redirect.host_str() == Some("localhost") {
        let second = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
        listeners.extend(TcpListener::bind(second).await);
    }
    Ok(listeners)
}

/// 32 random bytes that fit an address.
fn random() -> Result<String, ConnectorError> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes).map_err(|error| {
        ConnectorError::Unavailable(format!("the system gives no random numbers: {error}"))
    })?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(*bytes))
}

struct KickLogin {
    configuration: KickLoginConfiguration,
    handle: String,
    environment: Environment,
    http: Http,
    listeners: Vec<TcpListener>,
    redirect: Url,
    page: Url,
    nonce: String,
    verifier: Zeroizing<String>,
}

/// What the browser has to bring back, and where to.
struct Expected {
    path: String,
    nonce: String,
}

/// What the browser brought back: a code, or why not.
type Brought = Result<Zeroizing<String>, String>;

#[async_trait]
impl Login for KickLogin {
    fn prompt(&self) -> LoginPrompt {
        LoginPrompt::OpenPage {
            url: self.page.clone(),
            code: None,
            expires_in: TIME,
        }
    }

    async fn finish(mut self: Box<Self>) -> Result<Account, ConnectorError> {
        let brought = timeout(TIME, self.wait_for_browser()).await;
        let code = match brought {
            Ok(Some(Ok(code))) => code,
            Ok(Some(Err(reason))) => {
                let text = format!("Kick did not let Pato in: {reason}; try again: `{LOG_IN}`");
                return Err(ConnectorError::Denied(text));
            }
            Ok(None) | Err(_) => {
                let text = format!("nobody agreed within ten minutes; try again: `{LOG_IN}`");
                return Err(ConnectorError::TimedOut(text));
            }
        };
        let scope = vault_scope(&self.handle);
        let addresses = &self.configuration.addresses;
        let form = Form::new(&self.environment, &scope, destination(&addresses.id)?)
            .text("grant_type", "authorization_code")
            .text("client_id", &self.configuration.client_id)
            .secret("client_secret", "client-secret")?
            .text("redirect_uri", self.redirect.as_str())
            .text("code_verifier", &self.verifier)
            .text("code", &code);
        let issued = request(&self.http, addresses, form).await?;
        // What was asked for, if the answer names nothing else (RFC 6749, 5.1).
        let scopes: Vec<String> = match issued.scope.trim() {
            "" => self.configuration.scopes.clone(),
            named => named.split_whitespace().map(str::to_owned).collect(),
        };
        keep(&self.environment, &scope, addresses, issued).await?;
        self.account(&scope, scopes).await
    }
}

impl KickLogin {
    async fn wait_for_browser(&mut self) -> Option<Brought> {
        let (bring, mut brought) = mpsc::channel(1);
        let expected: Arc<Expected> = Arc::new(Expected {
            path: self.redirect.path().to_owned(),
            nonce: self.nonce.clone(),
        });
        let serving = self.listeners.drain(..).map(|listener| {
            let (bring, expected) = (bring.clone(), Arc::clone(&expected));
            serve(listener, 1024, move |request| {
                let response = answer(&request, &expected, &bring);
                async move { response }
            })
        });
        let serving = futures_util::future::join_all(serving.collect::<Vec<_>>());
        tokio::pin!(serving);
        let brought = tokio::select! {
            brought = brought.recv() => brought,
            _ = &mut serving => None,
        };
        // The page still has to reach the browser.
        let _ = timeout(Duration::from_millis(300), serving).await;
        brought
    }

    async fn account(&self, scope: &str, scopes: Vec<String>) -> Result<Account, ConnectorError> {
        #[derive(Deserialize)]
        struct Me {
            user_id: Id,
            name: String,
        }
        let mut url = self.configuration.addresses.api.clone();
        url.set_path("/public/v1/users");
        let destination = destination(&url)?;
        let vault = &self.environment.vault;
        let bearer = vault
            .attach(scope, "Bearer {secret:access}", &destination)
            .and_then(pato_vault::Outgoing::into_header_value)
            .map_err(|error| ConnectorError::Failed(error.to_string()))?;
        let request = self.http.request(Method::GET, url);
        let answer = send(request.header("authorization", bearer), "who you are").await?;
        if !answer.is_success() {
            let reason = answer.reason();
            let text = format!("Kick does not tell whose account it is: {reason}");
            return Err(ConnectorError::Failed(text));
        }
        let found: Vec<Me> = answer.data("who you are")?;
        let Some(me) = found.into_iter().next() else {
            let text = "Kick does not tell whose account it is";
            return Err(ConnectorError::Failed(text.into()));
        };
        Ok(Account {
            handle: self.handle.clone(),
            user_id: me.user_id.0,
            login: slug_of(&me.name),
            name: me.name,
            scopes,
        })
    }
}

/// Answers the browser. Only who brings the right `state` ends the wait: a page in the same browser can
/// call this address, but can't know that.
fn answer(
    request: &Request<Bytes>,
    expected: &Expected,
    bring: &mpsc::Sender<Brought>,
) -> Response<Full<Bytes>> {
    if request.uri().path() != expected.path || request.method() != hyper::Method::GET {
        return text(StatusCode::NOT_FOUND, "Nothing is here.");
    }
    let query = request.uri().query().unwrap_or_default();
    let query: Vec<(String, Zeroizing<String>)> = url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned())))
        .collect();
    let value = |name: &str| {
        query
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value)
    };
    if value("state").is_none_or(|state| state.as_str() != expected.nonce) {
        let refusal = "This is not the answer to the login that Pato began. Begin again.";
        return text(StatusCode::BAD_REQUEST, refusal);
    }
    let brought = match (value("code"), value("error")) {
        (Some(code), _) if !code.is_empty() => Ok(code.clone()),
        (_, error) => {
            let error = error.map_or("no code came", |error| error.as_str());
            Err(error
                .chars()
                .take(200)
                .flat_map(char::escape_debug)
                .collect())
        }
    };
    let said = match brought {
        Ok(_) => "Pato has the permission. You can close this page.",
        Err(_) => "Kick gave no permission. You can close this page.",
    };
    // Full only if the answer has been brought already.
    let _ = bring.try_send(brought);
    let html = format!("<!doctype html><meta charset=utf-8><title>Pato</title><p>{said}");
    page(StatusCode::OK, "text/html; charset=utf-8", &html)
}
