use std::time::Duration;

use http::Method;
use pato_permissions::Denial;
use pato_vault::VaultError;

use super::{HostState, milliseconds};
use crate::bindings::pato::platform::http::{Host, Request, Response};
use crate::bindings::pato::platform::types::{Error, Pair};
use crate::egress::{EgressError, HttpRequest, Style, parse_headers};
use crate::plugin::Shared;

impl Host for HostState {
    async fn send(&mut self, request: Request) -> Result<Response, Error> {
        let response = match parse(request) {
            Ok(request) => self.egress.send(&self.shared.allowed(), request).await,
            Err(error) => Err(error),
        };
        let response = response.map_err(|error| refuse(&self.shared, error))?;
        let headers = response.headers.iter().map(|(name, value)| Pair {
            name: name.to_string(),
            value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
        });
        Ok(Response {
            status: response.status.as_u16(),
            url: response.url.into(),
            headers: headers.collect(),
            body: response.body.into(),
        })
    }
}

fn parse(request: Request) -> Result<HttpRequest, EgressError> {
    let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| {
        let shown: String = request
            .method
            .chars()
            .take(40)
            .flat_map(char::escape_debug)
            .collect();
        EgressError::invalid(
            "method",
            format!("`{shown}` is none; use `GET`, `POST`, ..."),
        )
    })?;
    Ok(HttpRequest {
        method,
        url: request.url,
        headers: parse_headers(pairs(request.headers))?,
        body: request.body.unwrap_or_default().into(),
        timeout: request
            .timeout
            .map(|milliseconds| Duration::from_millis(milliseconds.into())),
        style: Style::Complete,
    })
}

pub(super) fn pairs(headers: Vec<Pair>) -> impl Iterator<Item = (String, String)> {
    headers.into_iter().map(|pair| (pair.name, pair.value))
}

/// Makes the answer for the plugin, and tells the user of a refusal.
pub(super) fn refuse(shared: &Shared, error: EgressError) -> Error {
    let text = error.to_string();
    let denied = |permission: String| {
        shared.deny(&Denial {
            permission,
            declared: true,
            remedy: text.clone(),
        })
    };
    match error {
        EgressError::Denied(denial) => shared.deny(&denial),
        EgressError::Address { name, .. } => denied(format!("http:{name}")),
        EgressError::SecretRedirected { to } => denied(format!("http:{to}")),
        EgressError::Secret(
            VaultError::WrongHost { name, .. } | VaultError::Unknown { name, .. },
        ) => denied(format!("secret:{name}")),
        EgressError::Secret(_) | EgressError::Invalid { .. } => Error::Invalid(text),
        EgressError::NoConnection(_) => Error::NotFound(text),
        EgressError::Busy { retry, .. } => Error::RateLimited(milliseconds(retry)),
        EgressError::TimedOut { .. } => Error::TimedOut(text),
        EgressError::NameUnknown { .. } | EgressError::Unreachable { .. } => {
            Error::Unavailable(text)
        }
        EgressError::Failed { .. } | EgressError::Setup(_) => Error::Failed(text),
    }
}
