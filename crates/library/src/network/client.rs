use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::{self, HeaderMap, HeaderValue};
use ipnet::IpNet;
use reqwest::{Response, StatusCode};
use tokio::time::timeout;
use url::Url;

use super::destination::{Destination, shown};
use super::resolver::{CheckedResolver, Unresolved, deepest};
use crate::configuration::{FetcherConfiguration, TimeLimits};
use crate::error::{FetchError, Refusal};

/// How many redirects in a row are followed.
pub(crate) const MAX_REDIRECTS: usize = 5;

/// Asks servers, after checking them.
pub(crate) struct Client {
    direct: reqwest::Client,
    /// For the Internet, if there is a proxy.
    proxied: Option<reqwest::Client>,
    local_networks: Vec<IpNet>,
    limits: TimeLimits,
}

/// The beginning of an answer, whatever its status.
pub(crate) struct Answer {
    response: Response,
    /// Where it comes from, after redirects.
    destination: Destination,
    stall: Duration,
}

impl Client {
    pub(crate) fn new(configuration: &FetcherConfiguration) -> Result<Self, FetchError> {
        let proxied = configuration
            .proxy
            .as_ref()
            .map(|proxy| client(configuration, Some(proxy)));
        Ok(Self {
            direct: client(configuration, None)?,
            proxied: proxied.transpose()?,
            local_networks: configuration.local_networks.clone(),
            limits: configuration.limits,
        })
    }

    /// Checks an address that no request is made to yet.
    pub(crate) fn check(&self, url: &Url) -> Result<Destination, FetchError> {
        Destination::first(url.clone(), &self.local_networks)
    }

    /// The address of a host that was named without a scheme: in the clear only on this machine.
    ///
    /// # Errors
    ///
    /// If the text is no host, or may not be asked.
    pub(crate) fn base_of(&self, host: &str) -> Result<Url, FetchError> {
        let parse = |scheme: &str| {
            Url::parse(&format!("{scheme}://{host}/")).map_err(|error| {
                FetchError::Forbidden(Refusal::new(
                    host,
                    "a host",
                    error.to_string(),
                    "write it as in `registry.example.com`",
                ))
            })
        };
        let clear = parse("http")?;
        let is_here = self
            .check(&clear)
            .is_ok_and(|destination| destination.is_here());
        let url = if is_here { clear } else { parse("https")? };
        self.check(&url).map(|destination| destination.url)
    }

    /// Checks an address that an answer names, like that of a redirect.
    pub(crate) fn follow(&self, answer: &Answer, location: &str) -> Result<Url, FetchError> {
        let next = answer.destination.next(location, &self.local_networks)?;
        Ok(next.url)
    }

    /// Asks for `url` and follows redirects, each of which is checked like the first address. Any answer
    /// that is no redirect is handed back.
    pub(crate) async fn get(
        &self,
        url: &Url,
        mut headers: HeaderMap,
    ) -> Result<Answer, FetchError> {
        // Else servers might pack what is packed enough, and a few bytes could unpack to any number.
        headers.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("identity"),
        );
        let mut destination = self.check(url)?;
        for _ in 0..=MAX_REDIRECTS {
            let response = self.exchange(&destination, &headers).await?;
            let Some(location) = redirect(&response) else {
                return Ok(Answer {
                    response,
                    destination,
                    stall: self.limits.stall,
                });
            };
            let next = destination.next(&location, &self.local_networks)?;
            if !destination.same_origin(&next) {
                headers.remove(header::AUTHORIZATION);
            }
            destination = next;
        }
        Err(FetchError::Forbidden(Refusal::new(
            shown(url),
            format!("at most {MAX_REDIRECTS} redirects"),
            "one more, perhaps without end",
            "ask whoever runs the server for the right address",
        )))
    }

    async fn exchange(
        &self,
        destination: &Destination,
        headers: &HeaderMap,
    ) -> Result<Response, FetchError> {
        let client = match &self.proxied {
            Some(proxied) if destination.is_far() => proxied,
            _ => &self.direct,
        };
        let request = client.get(destination.url.clone()).headers(headers.clone());
        // The connection has a limit of its own inside this one.
        let within = self.limits.connect + self.limits.first_byte;
        match timeout(within, request.send()).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(self.failure(&error, destination)),
            Err(_) => Err(FetchError::TimedOut {
                at: shown(&destination.url),
                what: "the headers of an answer",
                within,
            }),
        }
    }

    fn failure(&self, error: &reqwest::Error, destination: &Destination) -> FetchError {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
        while let Some(found) = cause {
            match found.downcast_ref() {
                Some(Unresolved::Address { name, address }) => {
                    return FetchError::Address {
                        name: name.clone(),
                        address: *address,
                    };
                }
                Some(Unresolved::Unknown { name, reason }) => {
                    return FetchError::NameUnknown {
                        name: name.clone(),
                        reason: reason.clone(),
                    };
                }
                None => cause = found.source(),
            }
        }
        let at = shown(&destination.url);
        if error.is_connect() && error.is_timeout() {
            FetchError::TimedOut {
                at,
                what: "a connection",
                within: self.limits.connect,
            }
        } else if error.is_connect() {
            FetchError::Unreachable {
                host: destination.authority(),
                reason: deepest(error),
            }
        } else {
            FetchError::Cut {
                at,
                received: 0,
                total: None,
                reason: deepest(error),
            }
        }
    }
}

fn client(
    configuration: &FetcherConfiguration,
    proxy: Option<&Url>,
) -> Result<reqwest::Client, FetchError> {
    let setup = |error: &dyn std::fmt::Display| FetchError::Setup(error.to_string());
    let mut roots =
        rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    for certificate in &configuration.extra_roots {
        roots
            .add(certificate.clone())
            .map_err(|error| setup(&error))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| setup(&error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .gzip(false)
        .connect_timeout(configuration.limits.connect)
        .user_agent(concat!("pato/", env!("CARGO_PKG_VERSION")));
    let builder = match proxy {
        // It looks names up; the only name that is looked up here is its own, which the user chose.
        Some(proxy) => builder
            .proxy(checked_proxy(proxy)?)
            .dns_resolver(Arc::clone(&configuration.resolver)),
        None => builder.dns_resolver(Arc::new(CheckedResolver {
            inner: Arc::clone(&configuration.resolver),
            local_networks: configuration.local_networks.clone(),
        })),
    };
    builder.build().map_err(|error| setup(&error))
}

fn checked_proxy(proxy: &Url) -> Result<reqwest::Proxy, FetchError> {
    let refused = |expected: &str, came: &str, remedy: &str| {
        let at = format!("the proxy {}", shown(proxy));
        FetchError::Setup(Refusal::new(at, expected, came, remedy).to_string())
    };
    if proxy.scheme() != "http" {
        let came = format!("`{}:`", proxy.scheme());
        return Err(refused("`http:`", &came, "write it as `http://host:port`"));
    }
    if !proxy.username().is_empty() || proxy.password().is_some() {
        return Err(refused(
            "no login",
            "a user name or password",
            "use a proxy that needs none",
        ));
    }
    reqwest::Proxy::all(proxy.clone()).map_err(|error| FetchError::Setup(error.to_string()))
}

fn redirect(response: &Response) -> Option<String> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(header::LOCATION)?;
    str::from_utf8(location.as_bytes()).ok().map(str::to_owned)
}

impl Answer {
    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// A header, if it is text.
    pub(crate) fn header(&self, name: &header::HeaderName) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// Every header of this name that is text.
    pub(crate) fn headers<'a>(
        &'a self,
        name: &'a header::HeaderName,
    ) -> impl Iterator<Item = &'a str> {
        let all = self.response.headers().get_all(name).into_iter();
        all.filter_map(|value| value.to_str().ok())
    }

    /// Where it comes from, for people.
    pub(crate) fn at(&self) -> String {
        shown(&self.destination.url)
    }

    /// How many bytes follow, if the server says so.
    pub(crate) fn length(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// What a status is when it is none of those that were hoped for.
    pub(crate) fn refused(&self) -> FetchError {
        FetchError::Status {
            at: self.at(),
            status: self.status().as_u16(),
            retry_after: self.retry_after(),
        }
    }

    /// Refuses a body that would have to be unpacked.
    pub(crate) fn check_encoding(&self) -> Result<(), FetchError> {
        let packed = self
            .headers(&header::CONTENT_ENCODING)
            .find(|encoding| !encoding.eq_ignore_ascii_case("identity"));
        match packed {
            None => Ok(()),
            Some(encoding) => Err(FetchError::Answer(Refusal::new(
                self.at(),
                "the bytes as they are, as was asked for",
                format!("`Content-Encoding: {}`", encoding.escape_debug()),
                "ask whoever runs the server to turn compression off for this file",
            ))),
        }
    }

    /// The next piece of the body; none at its end. `received` counts for the message.
    pub(crate) async fn chunk(
        &mut self,
        received: u64,
    ) -> Result<Option<bytes::Bytes>, FetchError> {
        match timeout(self.stall, self.response.chunk()).await {
            Ok(Ok(chunk)) => Ok(chunk),
            Ok(Err(error)) => Err(FetchError::Cut {
                at: self.at(),
                received,
                total: None,
                reason: deepest(&error),
            }),
            Err(_) => Err(FetchError::TimedOut {
                at: self.at(),
                what: "more of the file",
                within: self.stall,
            }),
        }
    }

    /// The whole body, which must be shorter than `limit` bytes.
    pub(crate) async fn whole(mut self, limit: u64) -> Result<Vec<u8>, FetchError> {
        self.check_encoding()?;
        let too_long = |answer: &Self, came: String| {
            FetchError::Answer(Refusal::new(
                answer.at(),
                format!("at most {limit} bytes"),
                came,
                "ask whoever published it for a shorter one",
            ))
        };
        if let Some(length) = self.length().filter(|length| *length > limit) {
            return Err(too_long(&self, format!("{length} bytes")));
        }
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk(body.len() as u64).await? {
            if (body.len() + chunk.len()) as u64 > limit {
                return Err(too_long(&self, "more".to_owned()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// In seconds, or as a moment, which is measured against the server's own clock.
    /// <https://www.rfc-editor.org/rfc/rfc9110#name-retry-after>
    fn retry_after(&self) -> Option<Duration> {
        let text = self.header(&header::RETRY_AFTER)?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let then = httpdate::parse_http_date(text).ok()?;
        let now: SystemTime = httpdate::parse_http_date(self.header(&header::DATE)?).ok()?;
        then.duration_since(now).ok()
    }
}
