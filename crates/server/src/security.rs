//! Who may ask.
//!
//! Every web page that the user opens can send requests to this machine. Three checks keep them out:
//! the `Host` header must name loopback (else a name that an attacker lets resolve to 127.0.0.1 would
//! do: DNS rebinding), an `Origin` header must be the server's own, and all but the page's own files
//! needs a token that only this user can read.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::sync::watch;

use crate::error::ApiError;

/// What the pages may do, and from where they may get what.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data: https:; media-src 'self' https:; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'";

/// The cookie that the status page carries the token in. The port is part of its name, for cookies do
/// not tell ports apart.
pub(crate) fn cookie_name(address: SocketAddr) -> String {
    format!("pato-{}", address.port())
}

/// What allows to use the server: 256 random bits.
#[derive(Clone)]
pub struct Token(Arc<str>);

impl Token {
    /// A new one, from the operating system's randomness.
    ///
    /// # Errors
    ///
    /// If the system has none to give.
    pub fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes).into()))
    }

    /// The token as text, for the run file and the page's address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Compares in a time that does not tell how much was right.
    fn is(&self, given: &str) -> bool {
        same(&self.0, given)
    }
}

/// Compares in a time that does not tell how much was right.
pub(crate) fn same(own: &str, given: &str) -> bool {
    let (own, given) = (own.as_bytes(), given.as_bytes());
    let pairs = own.iter().zip(given);
    own.len() == given.len() && pairs.fold(0, |different, (a, b)| different | (a ^ b)) == 0
}

/// What stands behind `Bearer` in the header `Authorization`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ")
}

/// The cookie of that name.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter();
    let pairs = cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let mut found = pairs.filter(|(known, _)| *known == name);
    found.next().map(|(_, value)| value)
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}

/// What [`guard`] checks against.
#[derive(Clone)]
pub(crate) struct Guard {
    token: Token,
    /// What the dashboard's cookie holds.
    pages: watch::Receiver<Arc<str>>,
    hosts: Arc<[String]>,
    cookie: Arc<str>,
}

impl Guard {
    pub(crate) fn new(address: SocketAddr, token: Token, pages: watch::Receiver<Arc<str>>) -> Self {
        Self {
            token,
            pages,
            hosts: Arc::new(loopback_names(address.port())),
            cookie: cookie_name(address).into(),
        }
    }

    fn check(&self, path: &str, headers: &HeaderMap) -> Result<(), ApiError> {
        check_names(headers, &self.hosts)?;
        if crate::page::is_public(path)
            || crate::asset::is_public(path)
            || crate::overlay::is_own(path)
            || self.carries_token(headers)
        {
            return Ok(());
        }
        Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            "no-token",
            "send the token as `Authorization: Bearer TOKEN`; it stands in run.json in Pato's data \
             folder, and `pato status` prints the address of the page with it"
                .to_owned(),
        ))
    }

    fn carries_token(&self, headers: &HeaderMap) -> bool {
        match bearer(headers) {
            Some(given) => self.token.is(given),
            None => {
                cookie(headers, &self.cookie).is_some_and(|given| same(&self.pages.borrow(), given))
            }
        }
    }
}

/// The names of a server that listens on loopback, the usual one first.
pub(crate) fn loopback_names(port: u16) -> [String; 3] {
    ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}"))
}

/// Refuses a request that names another server than one of `hosts`, of which the first is the usual one,
/// or that a page from elsewhere sends.
pub(crate) fn check_names(headers: &HeaderMap, hosts: &[String]) -> Result<(), ApiError> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    if !hosts.iter().any(|known| known.eq_ignore_ascii_case(host)) {
        let usual = hosts.first().map_or("", String::as_str);
        return Err(ApiError::new(
            StatusCode::MISDIRECTED_REQUEST,
            "wrong-host",
            format!("`{host}` is not the name of this server: use http://{usual}"),
        ));
    }
    if headers.contains_key(header::ORIGIN) {
        let origin = text(header::ORIGIN).unwrap_or_default();
        let own = origin
            .strip_prefix("http://")
            .is_some_and(|name| hosts.iter().any(|known| known == name));
        if !own {
            return Err(ApiError::new(
                StatusCode::FORBIDDEN,
                "wrong-origin",
                format!("the page at `{origin}` may not use this server"),
            ));
        }
    }
    Ok(())
}

/// Refuses what may not ask.
pub(crate) async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let mut response = match guard.check(request.uri().path(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    };
    keep_in_place(response.headers_mut());
    response
}

/// Adds the headers that keep pages in their place, where there are none of another kind.
pub(crate) fn keep_in_place(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard_and_token() -> (Guard, Token) {
        let token = Token::random().unwrap();
        let pages = watch::Sender::new("of-pages".into()).subscribe();
        let address = "127.0.0.1:7286".parse().unwrap();
        (Guard::new(address, token.clone(), pages), token)
    }

    fn status(guard: &Guard, path: &str, headers: &[(HeaderName, &str)]) -> Option<u16> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, value.parse().unwrap());
        }
        guard
            .check(path, &map)
            .err()
            .map(|error| error.status.as_u16())
    }

    #[test]
    fn only_loopback_names_with_the_right_port_are_this_server() {
        let (guard, token) = guard_and_token();
        let bearer = format!("Bearer {}", token.as_str());
        for host in [
            "127.0.0.1:7286",
            "localhost:7286",
            "LOCALHOST:7286",
            "[::1]:7286",
        ] {
            let headers = [
                (header::HOST, host),
                (header::AUTHORIZATION, bearer.as_str()),
            ];
            assert_eq!(status(&guard, "/api/status", &headers), None, "{host}");
        }
        for host in [
            "evil.example:7286",
            "127.0.0.1",
            "127.0.0.1:80",
            "localhost.evil.example:7286",
            "",
        ] {
            let headers = [
                (header::HOST, host),
                (header::AUTHORIZATION, bearer.as_str()),
            ];
            assert_eq!(status(&guard, "/api/status", &headers), Some(421), "{host}");
            assert_eq!(status(&guard, "/", &headers), Some(421), "{host}");
        }
    }

    #[test]
    fn pages_from_elsewhere_are_refused_even_with_the_token() {
        let (guard, token) = guard_and_token();
        let bearer = format!("Bearer {}", token.as_str());
        let ask = |origin| {
            let headers = [
                (header::HOST, "127.0.0.1:7286"),
                (header::ORIGIN, origin),
                (header::AUTHORIZATION, bearer.as_str()),
            ];
            status(&guard, "/ws", &headers)
        };
        assert_eq!(ask("http://127.0.0.1:7286"), None);
        for origin in [
            "https://evil.example",
            "null",
            "http://127.0.0.1:7287",
            "https://127.0.0.1:7286",
        ] {
            assert_eq!(ask(origin), Some(403), "{origin}");
        }
    }

    #[test]
    fn without_the_token_only_the_pages_own_files_are_there() {
        let (guard, token) = guard_and_token();
        let host = (header::HOST, "127.0.0.1:7286");
        assert_eq!(status(&guard, "/", std::slice::from_ref(&host)), None);
        for path in ["/api/status", "/ws", "/api/modules", "/../api/status"] {
            assert_eq!(
                status(&guard, path, std::slice::from_ref(&host)),
                Some(401),
                "{path}"
            );
        }
        for wrong in [
            "Bearer ",
            "Bearer x",
            "Basic x",
            &format!("Bearer {}x", token.as_str()),
        ] {
            let headers = [host.clone(), (header::AUTHORIZATION, wrong)];
            assert_eq!(
                status(&guard, "/api/status", &headers),
                Some(401),
                "{wrong}"
            );
        }
        for (cookie, expected) in [
            ("other=1; pato-7286=of-pages".to_owned(), None),
            ("pato-7287=of-pages".to_owned(), Some(401)),
            (format!("pato-7286={}", token.as_str()), Some(401)),
        ] {
            let headers = [host.clone(), (header::COOKIE, cookie.as_str())];
            assert_eq!(status(&guard, "/ws", &headers), expected, "{cookie}");
        }
        // And what the cookie holds is no token.
        let headers = [host, (header::AUTHORIZATION, "Bearer of-pages")];
        assert_eq!(status(&guard, "/ws", &headers), Some(401));
        assert!(!format!("{token:?}").contains(token.as_str()));
    }
}
