//! `wasi:http`, so that a language's own HTTP client works: through the same gate as `http`.
//!
//! Bodies are collected before they are passed on, in both directions and within the gate's limits: a
//! secret is then found wherever it stands, also across the border of two chunks.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::HOST;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};

use super::HostState;
use super::http::refuse;
use crate::egress::{EgressError, HttpRequest, MAX_RESPONSE_HEADER_BYTES, PluginEgress, Style};
use crate::plugin::Shared;

/// What `wasi:http` keeps in a Store.
pub(crate) struct WasiHttp {
    context: WasiHttpCtx,
    hooks: Hooks,
}

impl WasiHttp {
    pub(crate) fn new(shared: Arc<Shared>, egress: PluginEgress) -> Self {
        let mut context = WasiHttpCtx::new();
        context.set_field_size_limit(4 * MAX_RESPONSE_HEADER_BYTES);
        Self {
            context,
            hooks: Hooks { shared, egress },
        }
    }
}

/// Who sends what a plugin asks `wasi:http` to send.
struct Hooks {
    shared: Arc<Shared>,
    egress: PluginEgress,
}

impl WasiHttpView for HostState {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            hooks: &mut self.wasi_http.hooks,
            table: &mut self.table,
            ctx: &mut self.wasi_http.context,
        }
    }
}

type Done = Box<dyn Future<Output = Result<(), Error>> + Send>;

impl WasiHttpHooks for Hooks {
    fn set_host_header(&mut self) -> bool {
        false
    }

    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _sent: Done,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, Done), Error>> + Send> {
        let (egress, shared) = (self.egress.clone(), Arc::clone(&self.shared));
        Box::new(async move {
            let response = send(&egress, &shared, request, options).await?;
            let done: Done = Box::new(async { Ok(()) });
            Ok((response, done))
        })
    }
}

async fn send(
    egress: &PluginEgress,
    shared: &Shared,
    request: Request<WasiBody>,
    options: Option<RequestOptions>,
) -> Result<Response<WasiBody>, Error> {
    let (mut parts, body) = request.into_parts();
    parts.headers.remove(HOST);
    let limits = egress.limits();
    let timeout = options
        .and_then(|options| options.first_byte_timeout)
        .unwrap_or(limits.longest_timeout)
        .min(limits.longest_timeout);
    let body = collect(body, limits.request_body, timeout).await?;
    let request = HttpRequest {
        method: parts.method,
        url: parts.uri.to_string(),
        headers: parts.headers,
        body,
        timeout: Some(timeout),
        style: Style::Bare,
    };
    let answer = egress
        .send(&shared.allowed(), request)
        .await
        .map_err(|error| failure(shared, error))?;
    let body = Full::new(answer.body).map_err(|never| match never {});
    let mut response = Response::new(body.boxed_unsync());
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    Ok(response)
}

/// Waits until the plugin has written the whole body.
async fn collect(body: WasiBody, limit: usize, within: Duration) -> Result<Bytes, Error> {
    let collected = tokio::time::timeout(within, Limited::new(body, limit).collect())
        .await
        .map_err(|_| Error::ConnectionWriteTimeout)?;
    match collected {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Error::HttpRequestBodySize(Some(limit as u64)))
        }
        Err(error) => Err(Error::InternalError(Some(error.to_string()))),
    }
}

/// The code that `wasi:http` has for it, with the text where there is room for one.
fn failure(shared: &Shared, error: EgressError) -> Error {
    let text = error.to_string();
    let code = match &error {
        EgressError::Denied(_) | EgressError::Secret(_) | EgressError::SecretRedirected { .. } => {
            Error::HttpRequestDenied
        }
        EgressError::Address { .. } => Error::DestinationIpProhibited,
        EgressError::Busy { .. } => Error::ConnectionLimitReached,
        EgressError::TimedOut { .. } => Error::HttpResponseTimeout,
        EgressError::NameUnknown { .. } => Error::DnsError {
            rcode: Some(text),
            info_code: None,
        },
        EgressError::Unreachable { .. } => Error::ConnectionRefused,
        EgressError::Invalid { .. }
        | EgressError::NoConnection(_)
        | EgressError::Failed { .. }
        | EgressError::Setup(_) => Error::InternalError(Some(text)),
    };
    // Counts a refusal and tells the user; the plugin gets the code.
    refuse(shared, error);
    code
}
