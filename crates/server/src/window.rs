//! The pages for a shell that shows them in a window of its own, without the server.

use std::future::Future;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Response, StatusCode};
use axum::response::IntoResponse;
use pato_host::Host;
use tower::ServiceExt;

use crate::{asset, page, security};

/// Answers what the page in a window asks for by its path, such as `/index.html`: with a file of the
/// dashboard's, or a picture or sound that a plugin brings, under the headers of the server's own answers.
///
/// The host is waited for only where a plugin's file is asked for; if there is none, the answer says so
/// with the status 503.
pub async fn answer_page(
    method: Method,
    path: &str,
    host: impl Future<Output = Option<Host>>,
) -> Response<Vec<u8>> {
    let request = Request::builder().method(method).uri(path);
    let answer = match request.body(Body::empty()) {
        Ok(request) if asset::is_public(path) => match host.await {
            Some(host) => route(asset::router().with_state(host), request).await,
            None => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        },
        Ok(request) => route(page::router(), request).await,
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    };
    let (mut parts, body) = answer.into_parts();
    security::keep_in_place(&mut parts.headers);
    // All of it is in memory already, so that nothing can be cut off.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    Response::from_parts(parts, bytes.into())
}

async fn route(router: Router, request: Request<Body>) -> Response<Body> {
    match router.oneshot(request).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use axum::http::header;

    use super::*;
    use crate::CONTENT_SECURITY_POLICY;

    async fn get(path: &str) -> Response<Vec<u8>> {
        answer_page(Method::GET, path, pending()).await
    }

    #[tokio::test]
    async fn the_pages_are_those_of_the_server_and_wait_for_no_host() {
        for path in ["/", "/index.html"] {
            let page = get(path).await;
            assert_eq!(page.status(), 200, "{path}");
            let kind = page.headers().get(header::CONTENT_TYPE).unwrap();
            assert_eq!(kind, "text/html; charset=utf-8");
            let policy = page.headers().get(header::CONTENT_SECURITY_POLICY);
            assert_eq!(policy.unwrap(), CONTENT_SECURITY_POLICY);
            assert!(String::from_utf8_lossy(page.body()).contains("Pato"));
        }
    }

    #[tokio::test]
    async fn nothing_else_is_there_and_nothing_is_taken() {
        for path in [
            "/run.json",
            "/../../run.json",
            "/assets/../../../run.json",
            "/api/status",
            "/ws",
            "/overlay/alerts/stage",
            "/assets-of",
            "//index.html",
        ] {
            assert_eq!(get(path).await.status(), 404, "{path}");
        }
        for path in ["", "index.html\n", "/%zz\u{0}"] {
            assert_ne!(get(path).await.status(), 200, "{path}");
        }
        for method in [Method::POST, Method::DELETE, Method::CONNECT] {
            let answer = answer_page(method.clone(), "/", pending()).await;
            assert_eq!(answer.status(), 405, "{method}");
        }
    }

    #[tokio::test]
    async fn where_no_host_runs_no_plugin_brings_anything() {
        let answer = answer_page(Method::GET, "/assets-of/a/b.svg", ready(None)).await;
        assert_eq!(answer.status(), 503);
        let sniffing = answer.headers().get(header::X_CONTENT_TYPE_OPTIONS);
        assert_eq!(sniffing.unwrap(), "nosniff");
    }
}
