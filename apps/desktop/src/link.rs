//! `pato://` links, which any web page may offer: they show something, and do nothing by themselves.

use pato_host::Source;
use pato_host::permissions::PluginId;
use url::Url;
use url::form_urlencoded::byte_serialize;

/// The longest link that is read, in bytes.
const MAX_BYTES: usize = 1024;

/// What the navigation of the dashboard leads to.
const PAGES: [&str; 10] = [
    "home",
    "dashboard",
    "overlays",
    "activity",
    "events",
    "connections",
    "plugins",
    "library",
    "requests",
    "settings",
];

/// A link that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Link {
    /// `pato://open/<page>` shows a page of the dashboard.
    Open(&'static str),
    /// `pato://install?plugin=<id>` asks whether a plugin that comes with Pato shall be installed.
    Install(PluginId),
    /// `pato://install?source=<reference>&sha256=<hash>&publisher=<key>`, of which the last two may be left
    /// out, asks whether a plugin from elsewhere shall be fetched.
    Fetch(Source),
}

/// Why a link is not followed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoLink;

impl Link {
    /// Reads a link. Only the one way of writing it is taken: no escapes, no dots, nothing left over.
    pub(crate) fn parse(text: &str) -> Result<Self, NoLink> {
        if text.len() > MAX_BYTES {
            return Err(NoLink);
        }
        let url = Url::parse(text).map_err(|_| NoLink)?;
        if url.as_str() != text || url.scheme() != "pato" || url.fragment().is_some() {
            return Err(NoLink);
        }
        let path = url.path();
        match (url.authority(), url.query()) {
            ("open", None) => {
                let name = path.strip_prefix('/').ok_or(NoLink)?;
                let page = PAGES.into_iter().find(|page| *page == name);
                page.map(Self::Open).ok_or(NoLink)
            }
            ("install", Some(query)) if path.is_empty() => match query.strip_prefix("plugin=") {
                Some(id) => id.parse().map(Self::Install).map_err(|_| NoLink),
                None => Self::fetch(text),
            },
            _ => Err(NoLink),
        }
    }

    fn fetch(text: &str) -> Result<Self, NoLink> {
        match Source::parse(text) {
            // Without promises to check, the address alone is easier to look at.
            Ok(Source::Link(link)) if link.sha256.is_none() && link.publisher.is_none() => {
                Ok(Self::Fetch(link.source))
            }
            Ok(source @ Source::Link(_)) => Ok(Self::Fetch(source)),
            _ => Err(NoLink),
        }
    }

    /// Where in the dashboard it leads: the fragment of the page's address, in which nothing stands that would
    /// end a text in a script.
    pub(crate) fn fragment(&self) -> String {
        match self {
            Self::Open("home") => "#/".to_owned(),
            Self::Open(page) => format!("#/{page}"),
            Self::Install(id) => format!("#/install/{id}"),
            Self::Fetch(source) => {
                let reference: String = byte_serialize(source.to_string().as_bytes()).collect();
                format!("#/library?install={reference}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_a_page_or_to_the_question_whether_to_install() {
        let fragment = |text: &str| Link::parse(text).map(|link| link.fragment());
        assert_eq!(fragment("pato://open/home").unwrap(), "#/");
        assert_eq!(fragment("pato://open/plugins").unwrap(), "#/plugins");
        assert_eq!(
            fragment("pato://install?plugin=counter").unwrap(),
            "#/install/counter"
        );
        assert_eq!(
            fragment("pato://install?source=https://ducks.example/q.wasm?a=1").unwrap(),
            "#/library?install=https%3A%2F%2Fducks.example%2Fq.wasm%3Fa%3D1"
        );
        let hash = "0".repeat(64);
        let promised = format!("pato://install?source=alerts&sha256={hash}&grant=all");
        assert_eq!(
            fragment(&promised).unwrap(),
            format!("#/library?install=pato%3A%2F%2Finstall%3Fsource%3Dalerts%26sha256%3D{hash}")
        );
    }

    #[test]
    fn nothing_in_a_fragment_ends_the_script_that_leads_there() {
        let hostile = "https://ducks.example/%22;alert(1)//'`\\${1}</script>";
        let link = format!("pato://install?source={hostile}");
        if let Ok(link) = Link::parse(&link) {
            let fragment = link.fragment();
            assert!(
                !fragment.contains(['"', '\\', '\'', '`', '<', '\n']),
                "{fragment}"
            );
        }
        let encoded = "pato://install?source=https%3A%2F%2Fducks.example%2F%22%5C%0A%3C";
        let fragment = Link::parse(encoded).unwrap().fragment();
        assert!(!fragment.contains(['"', '\\', '\n', '<']), "{fragment}");
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "pato:",
            "pato://",
            "pato:open/plugins",
            "pato:///open/plugins",
            "PATO://open/plugins",
            "pato://OPEN/plugins",
            "pato://open",
            "pato://open/",
            "pato://open//plugins",
            "pato://open/plugins/",
            "pato://open/plugins/counter",
            "pato://open/x/../plugins",
            "pato://open/./plugins",
            "pato://open/%70lugins",
            "pato://open/plugins?x=1",
            "pato://open/plugins#/install/counter",
            "pato://open/javascript:alert(1)",
            "pato://user@open/plugins",
            "pato://open:80/plugins",
            " pato://open/plugins",
            "pato://open/plugins\n",
            "pato://open/plu\tgins",
            "pato://install",
            "pato://install/?plugin=counter",
            "pato://install?plugin=",
            "pato://install?plugin=counter&grant=call:*",
            "pato://install?grant=call:*&plugin=counter",
            "pato://install?plugin=counter&plugin=other",
            "pato://install?plugin=../counter",
            "pato://install?plugin=Counter",
            "pato://install?plugin=cou%6eter",
            "pato://install?plugin=\"];alert(1)//",
            "pato://install?url=https://example.org/x.wasm",
            "pato://install?plugin=counter#x",
            "pato://remove?plugin=counter",
            "pato://install?source=",
            "pato://install?source=./alerts.wasm",
            "pato://install?source=/etc/passwd",
            "pato://install?source=file:///etc/passwd",
            "pato://install?source=javascript:alert(1)",
            "pato://install?source=pato://install?source=alerts",
            "pato://install?source=http://ducks.example/q.wasm",
            "pato://install?source=alerts&sha256=00",
            "pato://install?source=alerts&source=other",
            "https://open/plugins",
            "file:///etc/passwd",
        ] {
            assert_eq!(Link::parse(text), Err(NoLink), "{text:?}");
        }
        let long = format!("pato://install?plugin={}", "a".repeat(MAX_BYTES));
        assert_eq!(Link::parse(&long), Err(NoLink));
    }
}
