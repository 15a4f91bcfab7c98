//! The pages that OBS opens: each has a token of its own, which opens this one overlay and nothing else.

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::{get, post};
use pato_events::wire::Watch;
use pato_host::SurfaceId;

use crate::error::ApiError;
use crate::page;
use crate::security::{bearer, cookie, cookie_name, same};
use crate::server::Shared;
use crate::session::Session;
use crate::socket::{accept, end_unless};

pub(crate) fn router() -> Router<Shared> {
    Router::new()
        .route("/overlay/{plugin}/{surface}", get(page::overlay))
        .route("/overlay/{plugin}/{surface}/session", post(session))
        .route("/overlay/{plugin}/{surface}/ws", get(upgrade))
}

/// Whether the guard leaves the path to the checks in here.
pub(crate) fn is_own(path: &str) -> bool {
    path.starts_with("/overlay/")
}

fn cookie_of(shared: &Shared, id: &SurfaceId) -> String {
    format!(
        "{}-{}-{}",
        cookie_name(shared.address),
        id.plugin,
        id.surface
    )
}

/// Refuses unless `given` is the token of that overlay.
async fn check(shared: &Shared, id: &SurfaceId, given: Option<&str>) -> Result<(), ApiError> {
    let refused = || {
        ApiError::new(
            StatusCode::UNAUTHORIZED,
            "no-token",
            "this address no longer opens the overlay: copy the one that the dashboard shows under \
             Overlays into OBS"
                .to_owned(),
        )
    };
    let given = given.ok_or_else(refused)?;
    // An overlay without a token has no address yet.
    let token = shared
        .host
        .known_overlay_token(id)
        .await?
        .ok_or_else(refused)?;
    if same(&token, given) {
        Ok(())
    } else {
        Err(refused())
    }
}

/// Turns the token of the `Authorization` header into a cookie for this overlay's own address.
async fn session(
    State(shared): State<Shared>,
    Path((plugin, surface)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let id = SurfaceId::new(plugin, surface);
    let token = bearer(&headers);
    check(&shared, &id, token).await?;
    let cookie = format!(
        "{}={}; HttpOnly; SameSite=Strict; Path=/overlay/{}/{}",
        cookie_of(&shared, &id),
        token.unwrap_or_default(),
        id.plugin,
        id.surface
    );
    Ok((
        StatusCode::NO_CONTENT,
        AppendHeaders([(header::SET_COOKIE, cookie)]),
    ))
}

async fn upgrade(
    State(shared): State<Shared>,
    Path((plugin, surface)): Path<(String, String)>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    let key = format!("{plugin}/{surface}");
    let id = SurfaceId::new(plugin, surface);
    let given = cookie(&headers, &cookie_of(&shared, &id));
    check(&shared, &id, given).await?;
    let only = Watch {
        view: "overlay".into(),
        key: Some(key),
    };
    let closing = shared.closing.child_token();
    let given = given.unwrap_or_default().to_owned();
    let host = shared.host.clone();
    let valid = move || {
        let (host, id, given) = (host.clone(), id.clone(), given.clone());
        async move {
            let token = host.known_overlay_token(&id).await.ok().flatten();
            token.is_some_and(|token| same(&token, &given))
        }
    };
    tokio::spawn(end_unless(
        shared.host.pages_changed(),
        closing.clone(),
        valid,
    ));
    Ok(accept(
        upgrade,
        Session::restricted(shared.host, only),
        closing,
    ))
}
