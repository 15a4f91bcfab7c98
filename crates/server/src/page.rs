//! The pages: the dashboard and the overlays, as they were built into the program.

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The page that draws an overlay.
const OVERLAY: &str = "/overlay.html";

/// Shown where the pages were left out of the program.
const LEFT_OUT: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Pato</title>\
    <h1>Pato is running</h1><p>This program was built without its pages. Build them with \
    <code>cargo xtask pages</code>, then build the program again.";

/// What a browser may keep, for its name changes with what is in it.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// Whether a path is one of the pages' own files. They hold nothing secret and need no token.
pub(crate) fn is_public(path: &str) -> bool {
    path == "/" || path.starts_with("/assets/") || find(path).is_some()
}

pub(crate) fn router<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    dashboard().route(OVERLAY, get(overlay))
}

/// The dashboard alone.
pub(crate) fn dashboard<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let top = FILES
        .iter()
        .filter(|(path, ..)| !path.starts_with("/assets/") && *path != OVERLAY);
    top.fold(
        Router::new()
            .route("/", get(async || file("/index.html")))
            .route("/assets/{*path}", get(asset)),
        |router, &(path, ..)| router.route(path, get(async move || file(path))),
    )
}

/// The page of an overlay, whichever it is.
pub(crate) async fn overlay() -> Response {
    file(OVERLAY)
}

async fn asset(Path(path): Path<String>) -> Response {
    file(&format!("/assets/{path}"))
}

fn find(path: &str) -> Option<&'static (&'static str, &'static str, &'static [u8])> {
    FILES.iter().find(|(known, ..)| *known == path)
}

fn file(path: &str) -> Response {
    let Some((path, media_type, bytes)) = find(path) else {
        return match path {
            "/index.html" | OVERLAY => (
                [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
                LEFT_OUT,
            )
                .into_response(),
            _ => StatusCode::NOT_FOUND.into_response(),
        };
    };
    let keep = if path.starts_with("/assets/") {
        FOR_EVER
    } else {
        "no-store"
    };
    let headers = [
        (header::CONTENT_TYPE, *media_type),
        (header::CACHE_CONTROL, keep),
    ];
    (headers, *bytes).into_response()
}
