use std::borrow::Cow;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{self, HeaderMap, HeaderValue};
use http::{Method, StatusCode};
use pato_permissions::Allowed;
use url::Url;

use super::PluginEgress;
use super::destination::{Destination, Protocol};
use super::error::EgressError;
use super::headers::{MAX_RESPONSE_HEADER_BYTES, Prepared, SECRET_MARK, header_bytes};

/// How many redirects in a row are followed.
pub const MAX_REDIRECTS: usize = 5;

/// A request of a plugin.
#[derive(Debug, Clone)]
pub struct HttpRequest {
    /// Any but `CONNECT` and `TRACE`.
    pub method: Method,
    /// An absolute URL.
    pub url: String,
    /// The headers; `content-length` is ignored, since the body tells.
    pub headers: HeaderMap,
    /// The body; empty for none.
    pub body: Bytes,
    /// How long the whole exchange may take, redirects and body included; see
    /// [`EgressLimits::timeout`](super::EgressLimits::timeout) for the default.
    pub timeout: Option<Duration>,
    /// Who follows redirects and unpacks.
    pub style: Style,
}

/// How much the gate does for a plugin. What it checks is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Redirects are followed and gzip is unpacked: the contract's own `http`.
    Complete,
    /// One exchange, and the body as it came: for HTTP clients in the plugin, which do both themselves.
    Bare,
}

/// What a server answered.
#[derive(Debug)]
pub struct HttpResponse {
    /// The status.
    pub status: StatusCode,
    /// Where it came from, after redirects.
    pub url: Url,
    /// The headers, with every known secret blotted out.
    pub headers: HeaderMap,
    /// The body, with every known secret blotted out.
    pub body: Bytes,
}

impl PluginEgress {
    /// Sends a request and waits for the whole answer.
    ///
    /// # Errors
    ///
    /// If the URL, a redirect or an address is not allowed, if a secret does not belong to the
    /// destination, if a limit is passed, or if the exchange fails.
    pub async fn send(
        &self,
        allowed: &Allowed,
        request: HttpRequest,
    ) -> Result<HttpResponse, EgressError> {
        let limits = self.limits;
        let _in_flight = self
            .in_flight
            .try_acquire()
            .map_err(|_| EgressError::Busy {
                what: "requests under way",
                limit: limits.in_flight,
                retry: Duration::from_millis(100),
            })?;
        let destination = Destination::parse(&request.url, Protocol::Http, allowed)?;
        let timeout = request
            .timeout
            .unwrap_or(limits.timeout)
            .min(limits.longest_timeout);
        let host = destination.authority();
        let outgoing = Outgoing::new(self, request, &destination)?;
        tokio::time::timeout(timeout, self.follow(allowed, outgoing, destination))
            .await
            .map_err(|_| EgressError::TimedOut {
                host,
                after: timeout,
            })?
    }

    async fn follow(
        &self,
        allowed: &Allowed,
        mut outgoing: Outgoing,
        mut destination: Destination,
    ) -> Result<HttpResponse, EgressError> {
        for _ in 0..=MAX_REDIRECTS {
            let response = self.exchange(&outgoing, &destination).await?;
            let target = match outgoing.style {
                Style::Complete => redirect_target(&response, &destination),
                Style::Bare => None,
            };
            let Some(target) = target else {
                return self.collect(response, destination).await;
            };
            let next = Destination::check(target, Protocol::Http, allowed)?;
            outgoing.redirect(response.status(), &destination, &next)?;
            destination = next;
        }
        Err(EgressError::Failed {
            host: destination.authority(),
            reason: format!("more than {MAX_REDIRECTS} redirects in a row"),
        })
    }

    async fn exchange(
        &self,
        outgoing: &Outgoing,
        destination: &Destination,
    ) -> Result<reqwest::Response, EgressError> {
        let client = match outgoing.style {
            Style::Complete => &self.egress.unpacking,
            Style::Bare => &self.egress.plain,
        };
        client
            .request(outgoing.method.clone(), destination.url.clone())
            .headers(outgoing.prepared.headers.clone())
            .body(outgoing.body.clone())
            .send()
            .await
            .map_err(|error| self.failure(&error, destination))
    }

    async fn collect(
        &self,
        mut response: reqwest::Response,
        destination: Destination,
    ) -> Result<HttpResponse, EgressError> {
        let limit = self.limits.response_body;
        let failed = |reason: String| EgressError::Failed {
            host: destination.authority(),
            reason,
        };
        let size = header_bytes(response.headers());
        if size > MAX_RESPONSE_HEADER_BYTES {
            return Err(failed(format!(
                "the answer's headers have {size} bytes, and {MAX_RESPONSE_HEADER_BYTES} are allowed"
            )));
        }
        let too_long = || {
            failed(format!(
                "the answer is longer than {limit} bytes when unpacked"
            ))
        };
        if response
            .content_length()
            .is_some_and(|length| length > limit as u64)
        {
            return Err(too_long());
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| self.failure(&error, &destination))?
        {
            if body.len() + chunk.len() > limit {
                return Err(too_long());
            }
            body.extend_from_slice(&chunk);
        }
        let redactor = self.egress.vault.redactor();
        let mut headers = std::mem::take(response.headers_mut());
        for value in headers.values_mut() {
            if let Cow::Owned(clean) = redactor.redact_bytes(value.as_bytes()) {
                *value = HeaderValue::from_bytes(&clean)
                    .unwrap_or_else(|_| HeaderValue::from_static("***"));
            }
        }
        let body = match redactor.redact_bytes(&body) {
            Cow::Owned(clean) => clean.into(),
            Cow::Borrowed(_) => body.freeze(),
        };
        Ok(HttpResponse {
            status: response.status(),
            url: destination.url,
            headers,
            body,
        })
    }

    fn failure(&self, error: &reqwest::Error, destination: &Destination) -> EgressError {
        let mut cause: &(dyn std::error::Error + 'static) = error;
        while let Some(source) = cause.source() {
            cause = source;
            match cause.downcast_ref() {
                Some(EgressError::Address { name, address }) => {
                    return EgressError::Address {
                        name: name.clone(),
                        address: *address,
                    };
                }
                Some(EgressError::NameUnknown { name, reason }) => {
                    return EgressError::NameUnknown {
                        name: name.clone(),
                        reason: reason.clone(),
                    };
                }
                _ => {}
            }
        }
        let host = destination.authority();
        let reason = self
            .egress
            .vault
            .redactor()
            .redact(&cause.to_string())
            .into_owned();
        if error.is_connect() {
            EgressError::Unreachable { host, reason }
        } else {
            EgressError::Failed { host, reason }
        }
    }
}

/// A request with its secrets in place, as it changes from redirect to redirect.
struct Outgoing {
    method: Method,
    prepared: Prepared,
    body: Bytes,
    body_has_secret: bool,
    style: Style,
}

impl Outgoing {
    fn new(
        plugin: &PluginEgress,
        mut request: HttpRequest,
        destination: &Destination,
    ) -> Result<Self, EgressError> {
        if [Method::CONNECT, Method::TRACE].contains(&request.method) {
            let reason = format!("`{}` is not sent; use `GET`, `POST`, ...", request.method);
            return Err(EgressError::invalid("method", reason));
        }
        let limit = plugin.limits.request_body;
        if request.body.len() > limit {
            let length = request.body.len();
            let reason = format!("it has {length} bytes, and {limit} are allowed");
            return Err(EgressError::invalid("body", reason));
        }
        request.headers.remove(header::CONTENT_LENGTH);
        if request.style == Style::Complete {
            request.headers.remove(header::ACCEPT_ENCODING);
        }
        let scope = plugin.plugin.as_ref();
        let vault = &plugin.egress.vault;
        let prepared = Prepared::new(&request.headers, Protocol::Http, destination, vault, scope)?;
        let mut outgoing = Self {
            method: request.method,
            prepared,
            body: request.body,
            body_has_secret: false,
            style: request.style,
        };
        if contains(&outgoing.body, SECRET_MARK.as_bytes()) {
            let attached = vault.attach_bytes(scope, &outgoing.body, &destination.for_vault())?;
            outgoing.body = Bytes::copy_from_slice(attached.as_wire_bytes());
            outgoing.body_has_secret = true;
        }
        Ok(outgoing)
    }

    /// What a browser does, too: 303 asks for another document, and so do 301 and 302 after a POST.
    fn redirect(
        &mut self,
        status: StatusCode,
        from: &Destination,
        to: &Destination,
    ) -> Result<(), EgressError> {
        let becomes_get = match status {
            StatusCode::SEE_OTHER => self.method != Method::HEAD,
            StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => self.method == Method::POST,
            _ => false,
        };
        if becomes_get {
            self.method = Method::GET;
            self.body = Bytes::new();
            self.body_has_secret = false;
            self.prepared.drop_body();
        }
        if !from.same_origin(to) {
            if self.body_has_secret {
                return Err(EgressError::SecretRedirected { to: to.authority() });
            }
            self.prepared.leave_origin();
        }
        Ok(())
    }
}

fn redirect_target(response: &reqwest::Response, from: &Destination) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(header::LOCATION)?;
    let location = str::from_utf8(location.as_bytes()).ok()?;
    from.url.join(location).ok()
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
