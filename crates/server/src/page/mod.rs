//! The status page: connectors, plugins and events, live.

use axum::Router;
use axum::http::header;
use axum::routing::get;

use crate::server::Shared;

/// Path, media type and text of each file. They hold nothing secret and need no token.
const FILES: &[(&str, &str, &str)] = &[
    ("/", "text/html; charset=utf-8", include_str!("index.html")),
    (
        "/status.css",
        "text/css; charset=utf-8",
        include_str!("status.css"),
    ),
    (
        "/status.js",
        "text/javascript; charset=utf-8",
        include_str!("status.js"),
    ),
    ("/favicon.svg", "image/svg+xml", include_str!("favicon.svg")),
];

/// Whether a path is one of the page's own files.
pub(crate) fn is_public(path: &str) -> bool {
    FILES.iter().any(|(known, _, _)| *known == path)
}

pub(crate) fn router() -> Router<Shared> {
    FILES
        .iter()
        .fold(Router::new(), |router, &(path, media_type, text)| {
            router.route(
                path,
                get(move || async move { ([(header::CONTENT_TYPE, media_type)], text) }),
            )
        })
}
