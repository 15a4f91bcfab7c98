//! The page of a plugin's project, for its author: a folder's files on a port of their own, and a script in
//! each page that loads it anew when something in the folder changes.
//!
//! The page is none of Pato's. It has another port, and so another origin, from which Pato's server takes
//! nothing; and nothing but the folder's own visible files leaves here.

use std::convert::Infallible;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::{StreamExt, stream};
use percent_encoding::percent_decode_str;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tower_http::services::ServeDir;

use crate::security::{check_names, keep_in_place, loopback_names};
use crate::server::{ServerError, listen};

/// Where a page hears of changes. No file of the folder can be there, for hidden ones are not served.
const CHANGES: &str = "/.pato/changes";

/// Where the script is.
const SCRIPT_PLACE: &str = "/.pato/live-reload.js";

const SCRIPT: &str = "\
// Loads the page anew when something in its folder was saved.
new EventSource(\"/.pato/changes\").addEventListener(\"change\", () => location.reload());
";

/// What is added to pages.
const SCRIPT_ELEMENT: &[u8] = b"<script src=\"/.pato/live-reload.js\"></script>\n";

/// The longest page that the script is added to, in bytes. One that is longer comes as it is.
const LONGEST_PAGE: u64 = 8 << 20;

/// How many pages can wait for changes.
const MOST_WAITING: usize = 64;

/// What such a page may do: all that it brings itself, and nothing to other programs of this machine.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self' 'unsafe-inline' data: blob: https:; \
    connect-src 'self' data: blob: https: wss:; object-src 'none'; base-uri 'self'; form-action 'self'; \
    frame-ancestors 'self'";

/// A server of one folder, which listens but does not answer yet.
pub struct FolderServer {
    listener: TcpListener,
    address: SocketAddr,
    folder: PathBuf,
}

/// What every handler shares.
#[derive(Clone)]
struct Shared {
    folder: Arc<Path>,
    hosts: Arc<[String]>,
    changes: watch::Receiver<u64>,
    waiting: Arc<Semaphore>,
    closing: CancellationToken,
}

impl FolderServer {
    /// Begins to listen. Port 0 takes any free one.
    ///
    /// # Errors
    ///
    /// If the address is not loopback, or the port in use.
    pub async fn bind(folder: PathBuf, address: SocketAddr) -> Result<Self, ServerError> {
        let (listener, address) = listen(address).await?;
        Ok(Self {
            listener,
            address,
            folder,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `shutdown`. Pages are loaded anew when the number in `changes` does.
    ///
    /// # Errors
    ///
    /// If the system takes the socket away.
    pub async fn run(
        self,
        changes: watch::Receiver<u64>,
        shutdown: CancellationToken,
    ) -> Result<(), ServerError> {
        let shared = Shared {
            folder: self.folder.as_path().into(),
            hosts: loopback_names(self.address.port()).into(),
            changes,
            waiting: Arc::new(Semaphore::new(MOST_WAITING)),
            closing: shutdown.clone(),
        };
        let files = ServeDir::new(&self.folder);
        let router = Router::new()
            .route(CHANGES, get(changes_of))
            .route(SCRIPT_PLACE, get(script))
            .fallback_service(files)
            .layer(middleware::from_fn_with_state(shared.clone(), guard))
            .with_state(shared);
        axum::serve(self.listener, router)
            .with_graceful_shutdown(shutdown.cancelled_owned())
            .await
            .map_err(|source| ServerError::Io {
                address: self.address,
                source,
            })
    }
}

/// Refuses what may not ask, and what is not for pages; adds the script, and the headers that keep a page in
/// its place.
async fn guard(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let mut response = match check_names(request.headers(), &shared.hosts) {
        Err(error) => error.into_response(),
        Ok(()) => answer(&shared, request, next).await,
    };
    let headers = response.headers_mut();
    let policy = HeaderValue::from_static(CONTENT_SECURITY_POLICY);
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    // It may have frames of its own.
    headers.insert(
        header::X_FRAME_OPTIONS,
        HeaderValue::from_static("SAMEORIGIN"),
    );
    keep_in_place(headers);
    response
}

async fn answer(shared: &Shared, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let path = request.uri().path();
    if path != CHANGES && path != SCRIPT_PLACE {
        let (folder, path) = (Arc::clone(&shared.folder), path.to_owned());
        let served = tokio::task::spawn_blocking(move || is_served(&folder, &path));
        if !served.await.unwrap_or(false) {
            return StatusCode::NOT_FOUND.into_response();
        }
    }
    with_script(next.run(request).await).await
}

/// Whether a path leads to a visible file in `folder`, or to a folder with a page, and over no link out of it.
fn is_served(folder: &Path, path: &str) -> bool {
    let Ok(path) = percent_decode_str(path).decode_utf8() else {
        return false;
    };
    let mut file = folder.to_owned();
    let Some(path) = path.strip_prefix('/') else {
        return false;
    };
    // A folder's path ends with a slash.
    let path = path.strip_suffix('/').unwrap_or(path);
    for name in path.split('/').filter(|_| !path.is_empty()) {
        // A colon is a drive or a hidden stream of Windows.
        if name.is_empty() || name.starts_with('.') || name.contains(['\\', ':', '\0']) {
            return false;
        }
        file.push(name);
    }
    if file.is_dir() {
        // That is what comes in its place, and it may be a link.
        file.push("index.html");
    }
    match (fs::canonicalize(folder), fs::canonicalize(&file)) {
        (Ok(folder), Ok(file)) => file.strip_prefix(&folder).is_ok_and(|inside| {
            // A link inside may lead to what is hidden.
            inside
                .components()
                .all(|part| !part.as_os_str().to_string_lossy().starts_with('.'))
        }),
        _ => false,
    }
}

/// Adds the script to a page. At its end, for there it can break none.
async fn with_script(response: Response) -> Response {
    let header = |name: HeaderName| response.headers().get(name)?.to_str().ok();
    let is_page = header(header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("text/html"));
    let length = header(header::CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    let is_short = length.is_some_and(|length| length <= LONGEST_PAGE);
    if response.status() != StatusCode::OK || !is_page || !is_short {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // What was added changes both.
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::ACCEPT_RANGES);
    let rest = stream::once(async { Ok(SCRIPT_ELEMENT.into()) });
    let body = Body::from_stream(body.into_data_stream().chain(rest));
    Response::from_parts(parts, body)
}

async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript")], SCRIPT).into_response()
}

/// Tells of each change from now on.
async fn changes_of(State(shared): State<Shared>) -> Response {
    let Ok(place) = shared.waiting.try_acquire_owned() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let mut changes = shared.changes;
    changes.mark_unchanged();
    let told = stream::unfold((changes, place), |(mut changes, place)| async move {
        changes.changed().await.ok()?;
        let event = Event::default().event("change").data("saved");
        Some((Ok::<_, Infallible>(event), (changes, place)))
    });
    let until_closed = told.take_until(shared.closing.cancelled_owned());
    Sse::new(until_closed)
        .keep_alive(KeepAlive::default())
        .into_response()
}
