use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use pato_vault::Vault;

use super::destination::{Destination, Protocol};
use super::error::EgressError;

/// The most headers of a request or an answer.
pub const MAX_HEADERS: usize = 100;

/// The most bytes of a request's headers, names and values together.
pub const MAX_REQUEST_HEADER_BYTES: usize = 16 * 1024;

/// The most bytes of an answer's headers, names and values together.
pub const MAX_RESPONSE_HEADER_BYTES: usize = 64 * 1024;

/// How the text of a secret's place begins, in a header's value, a body, or a text message.
pub(super) const SECRET_MARK: &str = "{secret:";

/// What only the host may say, because a lie would lead the request to another site, past its length
/// limits, or out of HTTP.
const HOST_ONLY: [HeaderName; 9] = [
    header::CONNECTION,
    header::EXPECT,
    header::HOST,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
];

/// Parses names and values as a plugin gives them.
///
/// # Errors
///
/// If a name or value is not one of HTTP, or there are too many.
pub fn parse_headers(
    pairs: impl IntoIterator<Item = (String, String)>,
) -> Result<HeaderMap, EgressError> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        if headers.len() == MAX_HEADERS {
            return Err(too_many());
        }
        let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
            let shown: String = name.chars().take(60).flat_map(char::escape_debug).collect();
            EgressError::invalid("headers", format!("`{shown}` is no header name"))
        })?;
        let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
            let reason =
                format!("the value of `{parsed}` holds a line break or a control character");
            EgressError::invalid("headers", reason)
        })?;
        headers.append(parsed, value);
    }
    Ok(headers)
}

/// Headers ready to be sent to one destination.
#[derive(Clone, Default)]
pub(super) struct Prepared {
    pub(super) headers: HeaderMap,
    /// Those of them that hold a secret of the destination.
    with_secret: Vec<HeaderName>,
}

impl Prepared {
    /// Checks `given` and puts secrets into their places.
    pub(super) fn new(
        given: &HeaderMap,
        protocol: Protocol,
        destination: &Destination,
        vault: &Vault,
        scope: &str,
    ) -> Result<Self, EgressError> {
        if given.len() > MAX_HEADERS {
            return Err(too_many());
        }
        let bytes = header_bytes(given);
        if bytes > MAX_REQUEST_HEADER_BYTES {
            return Err(EgressError::invalid(
                "headers",
                format!("they have {bytes} bytes, and {MAX_REQUEST_HEADER_BYTES} are allowed"),
            ));
        }
        let mut prepared = Self::default();
        for (name, value) in given {
            if is_host_only(name, protocol) {
                return Err(EgressError::invalid(
                    "headers",
                    format!("`{name}` is set by the host; leave it out"),
                ));
            }
            let value = match str::from_utf8(value.as_bytes()) {
                Ok(text) if text.contains(SECRET_MARK) => {
                    prepared.with_secret.push(name.clone());
                    vault
                        .attach(scope, text, &destination.for_vault())?
                        .into_header_value()?
                }
                _ => value.clone(),
            };
            prepared.headers.append(name.clone(), value);
        }
        Ok(prepared)
    }

    /// Takes out what another host must not learn: secrets, and what authenticates by custom.
    pub(super) fn leave_origin(&mut self) {
        for name in self.with_secret.drain(..) {
            self.headers.remove(name);
        }
        self.headers.remove(header::AUTHORIZATION);
        self.headers.remove(header::COOKIE);
    }

    /// Takes out what describes a body that is no longer sent.
    pub(super) fn drop_body(&mut self) {
        for name in [
            header::CONTENT_TYPE,
            header::CONTENT_ENCODING,
            header::CONTENT_LANGUAGE,
            header::CONTENT_LOCATION,
        ] {
            self.headers.remove(name);
        }
    }
}

/// The size of headers, names and values together.
pub(super) fn header_bytes(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum()
}

fn is_host_only(name: &HeaderName, protocol: Protocol) -> bool {
    let of_handshake = protocol == Protocol::WebSocket
        && name.as_str().starts_with("sec-websocket-")
        && *name != header::SEC_WEBSOCKET_PROTOCOL;
    of_handshake || HOST_ONLY.contains(name)
}

fn too_many() -> EgressError {
    EgressError::invalid("headers", format!("at most {MAX_HEADERS} are allowed"))
}
