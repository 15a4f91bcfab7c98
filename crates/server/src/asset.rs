//! Pictures and sounds that plugins bring for what they show. They are nothing secret, and OBS loads them
//! without the dashboard's cookie; other pages are kept from them like from everything here.

use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use pato_host::Host;

use crate::error::ApiError;

/// Where they are.
const PLACE: &str = "/assets-of/";

/// What may be shown and heard. What else a plugin brings is nothing for a page.
const KINDS: [(&str, &str); 10] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("svg", "image/svg+xml"),
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("wav", "audio/wav"),
];

pub(crate) fn router<S>() -> Router<S>
where
    Host: FromRef<S>,
    S: Clone + Send + Sync + 'static,
{
    Router::new().route("/assets-of/{plugin}/{name}", get(asset))
}

/// Whether the guard lets a path through without the token.
pub(crate) fn is_public(path: &str) -> bool {
    path.starts_with(PLACE)
}

async fn asset(
    State(host): State<Host>,
    Path((plugin, name)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let kind = name.rsplit_once('.').and_then(|(_, extension)| {
        let extension = extension.to_ascii_lowercase();
        KINDS.iter().find(|(known, _)| *known == extension)
    });
    let Some((_, media_type)) = kind else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    Ok(match host.asset(&plugin, &name).await? {
        Some(bytes) => {
            let headers = [
                (header::CONTENT_TYPE, *media_type),
                (header::CACHE_CONTROL, "private, max-age=60"),
            ];
            (headers, bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    })
}
