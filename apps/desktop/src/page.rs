//! The window's page: the server's own files, without the server, and nothing from elsewhere.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use tauri::utils::assets::{AssetKey, AssetsIter, CspHash};
use tauri::{Assets, Runtime, Url};

/// Where the page tells why Pato could not start.
pub(crate) const PROBLEM: &str = "/problem.html";

/// The files of the dashboard, and the one page that is shown where there is no host. Clones are one.
#[derive(Clone, Default)]
pub(crate) struct Pages {
    problem: Arc<OnceLock<String>>,
}

impl Pages {
    /// Says why Pato could not start, at [`PROBLEM`]. Only the first counts.
    pub(crate) fn tell(&self, problem: &str) {
        let _ = self.problem.set(format!(
            "<!doctype html><html lang=en><meta charset=utf-8><meta name=color-scheme \
             content=\"light dark\"><title>Pato</title><h1>Pato could not start</h1><p>{}",
            escape(problem)
        ));
    }
}

impl<R: Runtime> Assets<R> for Pages {
    fn get(&self, key: &AssetKey) -> Option<Cow<'_, [u8]>> {
        match key.as_ref() {
            PROBLEM => self
                .problem
                .get()
                .map(|page| Cow::Borrowed(page.as_bytes())),
            path => pato_server::page_file(path).map(Cow::Borrowed),
        }
    }

    fn iter(&self) -> Box<AssetsIter<'_>> {
        Box::new(std::iter::empty())
    }

    /// There are no inline scripts to allow.
    fn csp_hashes(&self, _: &AssetKey) -> Box<dyn Iterator<Item = CspHash<'_>> + '_> {
        Box::new(std::iter::empty())
    }
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
        ("https", Some(_)) if url.username().is_empty() && url.password().is_none() => {
            Destination::Browser
        }
        _ => Destination::Nowhere,
    }
}

#[cfg(test)]
mod tests {
    use pato_server::CONTENT_SECURITY_POLICY;
    use serde_json::Value;
    use tauri::test::MockRuntime;

    use super::*;

    fn get(pages: &Pages, path: &str) -> Option<String> {
        let bytes = Assets::<MockRuntime>::get(pages, &path.into())?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    #[test]
    fn the_page_is_that_of_the_server_and_nothing_else_is_there() {
        let pages = Pages::default();
        assert!(get(&pages, "index.html").unwrap().contains("Pato"));
        for path in [
            "run.json",
            "../../run.json",
            "problem.html",
            "api/status",
            "",
        ] {
            assert_eq!(get(&pages, path), None, "{path}");
        }
    }

    #[test]
    fn a_problem_is_text_whatever_it_holds() {
        let pages = Pages::default();
        pages.tell("can't use <script>alert('&')</script>");
        let page = get(&pages, "problem.html").unwrap();
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
                "allow-upload"
            ])
        );
        assert_eq!(capability.get("remote"), None);
    }
}
