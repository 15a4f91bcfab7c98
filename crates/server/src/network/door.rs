//! Who comes in from the network: devices that are paired, and only to the dashboard. Its API, its token
//! and the overlays are not there.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{get, post};
use pato_host::{DeviceView, Host, HostError};
use tokio_util::sync::CancellationToken;

use super::pages::{self, PairingPage, Words};
use crate::error::ApiError;
use crate::security::{check_names, cookie, keep_in_place};
use crate::server::Shared;
use crate::session::Session;
use crate::socket::{accept, end_unless};
use crate::{api, asset, page};

/// How long a browser keeps a device's cookie, in seconds: a year.
const KEPT: u32 = 31_536_000;

/// The largest form, in bytes.
const LARGEST_FORM: usize = 1_024;

/// How long a form may take to arrive.
const FORM_TIME: Duration = Duration::from_secs(10);

/// All that there is for the network.
pub(super) fn router(host: Host, address: SocketAddr, closing: CancellationToken) -> Router {
    let door = Door {
        host: host.clone(),
        address,
    };
    let shared = Shared {
        host,
        closing,
        address,
    };
    let pairing = Router::new()
        .route("/pair", post(pair))
        .route("/pair.css", get(pages::style))
        .with_state(door.clone());
    page::dashboard()
        .merge(asset::router())
        .route("/api/status", get(api::status))
        .route("/ws", get(upgrade))
        .fallback(async || StatusCode::NOT_FOUND)
        .with_state(shared)
        .layer(from_fn_with_state(door.clone(), only_devices))
        .merge(pairing)
        .layer(from_fn_with_state(door, only_by_name))
}

#[derive(Clone)]
struct Door {
    host: Host,
    address: SocketAddr,
}

impl Door {
    fn cookie_name(&self) -> String {
        format!("pato-device-{}", self.address.port())
    }

    async fn device(&self, headers: &HeaderMap) -> Result<Option<DeviceView>, HostError> {
        match cookie(headers, &self.cookie_name()) {
            Some(secret) => self.host.device_of(secret).await,
            None => Ok(None),
        }
    }
}

/// Keeps out what names another server, or comes from another page.
async fn only_by_name(State(door): State<Door>, request: Request, next: Next) -> Response {
    let own = [door.address.to_string()];
    let mut response = match check_names(request.headers(), &own) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    };
    keep_in_place(response.headers_mut());
    response
}

/// Gives all others the page where a device is paired, whatever they ask for.
async fn only_devices(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    match door.device(request.headers()).await {
        Ok(Some(device)) => {
            request.extensions_mut().insert(device);
            next.run(request).await
        }
        Ok(None) => {
            let asked = request.uri().path() == "/" && *request.method() == Method::GET;
            let status = match asked {
                true => StatusCode::OK,
                false => StatusCode::UNAUTHORIZED,
            };
            let page = PairingPage::asked_for(request.uri().query(), request.headers());
            (status, page.render(request.headers())).into_response()
        }
        Err(error) => ApiError::from(error).into_response(),
    }
}

/// Pairs the device that sent the form.
async fn pair(
    State(door): State<Door>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let reading = tokio::time::timeout(FORM_TIME, to_bytes(body, LARGEST_FORM));
    let Ok(Ok(form)) = reading.await else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    let page = PairingPage::sent(&form, &headers);
    let problem = match door.host.pair(&page.code, &page.name).await {
        Ok(secret) => {
            let name = door.cookie_name();
            let cookie =
                format!("{name}={secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age={KEPT}");
            let home = (header::LOCATION, "/".to_owned());
            let headers = AppendHeaders([home, (header::SET_COOKIE, cookie)]);
            return Ok((StatusCode::SEE_OTHER, headers).into_response());
        }
        Err(HostError::Pairing(problem)) => (Words::of(&headers).problem)(problem),
        Err(error @ HostError::TooManyDevices { .. }) => error.to_string(),
        Err(error) => return Err(error.into()),
    };
    let page = PairingPage {
        problem: Some(problem),
        code: String::new(),
        ..page
    };
    Ok((StatusCode::FORBIDDEN, page.render(&headers)).into_response())
}

async fn upgrade(
    State(shared): State<Shared>,
    Extension(device): Extension<DeviceView>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let closing = shared.closing.child_token();
    let (host, id) = (shared.host.clone(), device.id);
    let paired = move || {
        let host = host.clone();
        async move { host.has_device(id).await.unwrap_or(false) }
    };
    tokio::spawn(end_unless(
        shared.host.pages_changed(),
        closing.clone(),
        paired,
    ));
    accept(upgrade, Session::device(shared.host, &device.name), closing)
}

/// The pairing page's headers: it has a form, and a form's origin is only told to the same one.
pub(super) const PAGE_HEADERS: [(header::HeaderName, HeaderValue); 3] = [
    (
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    ),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; \
             frame-ancestors 'none'",
        ),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
];
