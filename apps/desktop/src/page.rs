//! The window's page: what the server would answer, without the server, and nothing from elsewhere.

use std::sync::{Arc, OnceLock};

use tauri::http::{HeaderValue, Request, Response, StatusCode, header};
use tauri::{AppHandle, Manager, Runtime, UriSchemeContext, UriSchemeResponder, Url};

use crate::commands::Desktop;
use crate::texts::Language;

/// The scheme that Tauri shows a program's own page under. Tauri's own answers would know files only, and
/// none that comes later, as those of plugins do.
pub(crate) const SCHEME: &str = "tauri";

/// Where the page tells why Pato could not start.
pub(crate) const PROBLEM: &str = "/problem.html";

/// The page's files, those of plugins, and the one page that is shown where there is no host. Clones are
/// one.
#[derive(Clone, Default)]
pub(crate) struct Pages {
    problem: Arc<OnceLock<String>>,
}

impl Pages {
    /// Says why Pato could not start, at [`PROBLEM`]. Only the first counts.
    pub(crate) fn tell(&self, problem: &str, language: Language) {
        let _ = self.problem.set(format!(
            "<!doctype html><html lang={}><meta charset=utf-8><meta name=color-scheme \
             content=\"light dark\"><title>Pato</title><h1>{}</h1><p>{}",
            language.tag(),
            language.texts().no_start,
            escape(problem)
        ));
    }

    /// Answers a request of the window's.
    pub(crate) fn respond<R: Runtime>(
        &self,
        context: &UriSchemeContext<'_, R>,
        request: Request<Vec<u8>>,
        responder: UriSchemeResponder,
    ) {
        let (pages, app) = (self.clone(), context.app_handle().clone());
        tauri::async_runtime::spawn(async move {
            responder.respond(pages.answer(&app, request).await);
        });
    }

    async fn answer<R: Runtime>(
        &self,
        app: &AppHandle<R>,
        request: Request<Vec<u8>>,
    ) -> Response<Vec<u8>> {
        let (asked, _) = request.into_parts();
        let mut answer = match (asked.uri.host(), asked.uri.path(), self.problem.get()) {
            (Some("localhost"), PROBLEM, Some(problem)) => html(problem),
            (Some("localhost"), path, _) => {
                let host = async {
                    let controller = app.state::<Desktop>().controller().await.ok()?;
                    Some(controller.host().clone())
                };
                pato_server::answer_page(asked.method, path, host).await
            }
            _ => status(StatusCode::MISDIRECTED_REQUEST),
        };
        // The server's policy does not know of the window's commands.
        let policy = app
            .config()
            .app
            .security
            .csp
            .as_ref()
            .map(ToString::to_string);
        if let Some(Ok(policy)) = policy.map(|policy| HeaderValue::from_str(&policy)) {
            answer
                .headers_mut()
                .insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        answer
    }
}

fn html(page: &str) -> Response<Vec<u8>> {
    let mut answer = Response::new(page.as_bytes().to_vec());
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}

fn status(status: StatusCode) -> Response<Vec<u8>> {
    let mut answer = Response::default();
    *answer.status_mut() = status;
    answer
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// What becomes of an address that the page wants to go to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// It is a file of the dashboard's: the window shows it.
    Own,
    /// It is a page on the web: the system's browser shows it.
    Browser,
    /// It is neither, and nothing happens.
    Nowhere,
}

pub(crate) fn destination(url: &Url) -> Destination {
    match (url.scheme(), url.host_str()) {
        // How Tauri names the files of a program: one way on Windows, another elsewhere.
        ("tauri", Some("localhost")) | ("http", Some("tauri.localhost")) => Destination::Own,
        _ if is_made_by_page(url) => Destination::Own,
        ("https", Some(_)) if url.username().is_empty() && url.password().is_none() => {
            Destination::Browser
        }
        _ => Destination::Nowhere,
    }
}

/// Whether the dashboard made the file itself, to be downloaded. <https://www.w3.org/TR/FileAPI/#url>
pub(crate) fn is_made_by_page(url: &Url) -> bool {
    let own = ["tauri://localhost/", "http://tauri.localhost/"];
    url.scheme() == "blob" && own.iter().any(|own| url.path().starts_with(own))
}

#[cfg(test)]
mod tests {
    use pato_server::CONTENT_SECURITY_POLICY;
    use serde_json::Value;
    use tauri::test::{MockRuntime, mock_builder, mock_context, noop_assets};
    use tokio::sync::watch;

    use super::*;

    /// A program whose host could not start.
    fn app() -> tauri::App<MockRuntime> {
        let mut context = mock_context(noop_assets());
        let csp = serde_json::from_value("img-src 'self'".into()).unwrap();
        context.config_mut().app.security.csp = Some(csp);
        let (_, started) = watch::channel(Some(Err("no room".to_owned())));
        let app = mock_builder().manage(Desktop(started));
        app.build(context).unwrap()
    }

    async fn get(pages: &Pages, url: &str) -> (u16, String) {
        let request = Request::builder().uri(url).body(Vec::new()).unwrap();
        let answer = pages.answer(app().handle(), request).await;
        let policy = answer.headers().get(header::CONTENT_SECURITY_POLICY);
        assert_eq!(policy.unwrap(), "img-src 'self'", "{url}");
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        (answer.status().as_u16(), text)
    }

    #[tokio::test]
    async fn the_page_is_that_of_the_server_and_nothing_else_is_there() {
        let pages = Pages::default();
        for url in ["tauri://localhost", "tauri://localhost/index.html#/plugins"] {
            let (status, page) = get(&pages, url).await;
            assert!(status == 200 && page.contains("Pato"), "{url}: {status}");
        }
        for (url, expected) in [
            ("tauri://localhost/run.json", 404),
            ("tauri://localhost/../../run.json", 404),
            ("tauri://localhost/problem.html", 404),
            ("tauri://localhost/api/status", 404),
            ("tauri://localhost/assets-of/counter/duck.svg", 503),
            ("tauri://evil.example/index.html", 421),
        ] {
            assert_eq!(get(&pages, url).await.0, expected, "{url}");
        }
    }

    #[tokio::test]
    async fn a_problem_is_text_whatever_it_holds() {
        let pages = Pages::default();
        pages.tell("can't use <script>alert('&')</script>", Language::En);
        let (_, page) = get(&pages, "tauri://localhost/problem.html").await;
        assert!(
            page.contains("can't use &lt;script&gt;alert('&amp;')"),
            "{page}"
        );
    }

    #[test]
    fn only_the_web_opens_and_only_in_the_browser() {
        let of = |url: &str| destination(&Url::parse(url).unwrap());
        assert_eq!(
            of("tauri://localhost/index.html#/plugins"),
            Destination::Own
        );
        assert_eq!(of("http://tauri.localhost/index.html"), Destination::Own);
        assert_eq!(of("blob:tauri://localhost/0b3d"), Destination::Own);
        assert_eq!(of("https://id.twitch.tv/activate"), Destination::Browser);
        for url in [
            "http://example.org/",
            "http://127.0.0.1:7286/",
            "https://tauri.localhost@evil.example/",
            "https://user:password@example.org/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "tauri://evil.example/",
            "ipc://localhost/connect",
            "smb://server/share",
            "pato://install?plugin=counter",
            "about:blank",
            "blob:https://evil.example/0b3d",
            "blob:tauri://localhost.evil.example/0b3d",
            "blob:null/0b3d",
        ] {
            assert_eq!(of(url), Destination::Nowhere, "{url}");
        }
    }

    #[test]
    fn the_policy_is_the_servers_with_the_way_to_the_commands_added() {
        let configuration: Value =
            serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
        let expected = CONTENT_SECURITY_POLICY.replace(
            "connect-src 'self'",
            "connect-src 'self' ipc: http://ipc.localhost",
        );
        assert_eq!(configuration["app"]["security"]["csp"], expected);
        assert_eq!(configuration["app"]["security"].get("devCsp"), None);
    }

    #[test]
    fn the_page_may_use_its_own_commands_and_no_others() {
        let capability: Value =
            serde_json::from_str(include_str!("../capabilities/window.json")).unwrap();
        assert_eq!(
            capability["permissions"],
            serde_json::json!([
                "allow-connect",
                "allow-send",
                "allow-receive",
                "allow-speak",
                "allow-upload"
            ])
        );
        assert_eq!(capability.get("remote"), None);
    }
}
