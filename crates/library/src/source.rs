use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use pato_packages::{Digest, PublicKey};
use pato_permissions::PluginId;
use semver::Version;
use url::Url;

use crate::oci::OciReference;

/// The longest reference, in bytes.
pub const MAX_SOURCE_BYTES: usize = 4 * 1024;

/// Where a plugin comes from, as a person writes it.
///
/// What has a scheme is told by it. Without one, what looks like a path (a separator in it, `.` or `~` at its
/// beginning, `.wasm` at its end) is a path; `namespace:name` is a package of a registry, and the rest the id
/// of a plugin that some index names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file, or a folder with `manifest.json` and `module.wasm`: `./alerts.wasm`.
    Path(PathBuf),
    /// A file on a web server: `https://example.com/alerts.wasm`.
    Web(Url),
    /// An artefact in a container registry: `oci://ghcr.io/someone/alerts:1.2.0`.
    Oci(OciReference),
    /// A package of a registry that speaks the protocol of `wkg`: `someone:alerts@1.2.0`.
    Package(PackageName),
    /// A plugin of an index: `alerts`, or `alerts@1.2.0`. Whoever holds the indexes looks it up.
    Plugin {
        /// Its id.
        id: PluginId,
        /// Only this version.
        version: Option<Version>,
    },
    /// A link of a web page: `pato://install?source=…`.
    Link(Box<InstallLink>),
}

/// A package of a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageName {
    /// Whose it is; the configuration says which registry has it.
    pub namespace: String,
    /// Its name there.
    pub name: String,
    /// Only this version; the highest one that is no pre-release if there is none.
    pub version: Option<Version>,
}

/// What a link asks to have installed, and what it promises of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallLink {
    /// From where. Never a path, nor another link.
    pub source: Source,
    /// SHA-256 of what comes.
    pub sha256: Option<Digest>,
    /// Whose signature it bears.
    pub publisher: Option<PublicKey>,
}

/// Why a text is no [`Source`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no source of a plugin: {reason}")]
pub struct SourceError {
    /// The text as given, cut if it is long.
    pub text: String,
    /// What was expected, what stands there, and what to write.
    pub reason: String,
}

impl Source {
    /// Reads what a person wrote, or a link says.
    ///
    /// # Errors
    ///
    /// If it is none of the forms above; the message names the nearest one.
    pub fn parse(text: &str) -> Result<Self, SourceError> {
        let trimmed = text.trim();
        if trimmed.len() > MAX_SOURCE_BYTES {
            let length = trimmed.len();
            let reason = format!("it has {length} bytes, and {MAX_SOURCE_BYTES} are allowed");
            return Err(refusal(text, reason));
        }
        parse(trimmed).map_err(|reason| refusal(text, reason))
    }
}

impl FromStr for Source {
    type Err = SourceError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

fn refusal(text: &str, reason: String) -> SourceError {
    /// More of the text would only hide the reason.
    const SHOWN: usize = 100;
    let mut shown: String = text
        .chars()
        .take(SHOWN)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    SourceError {
        text: shown,
        reason,
    }
}

fn parse(text: &str) -> Result<Source, String> {
    if text.is_empty() {
        return Err(format!("it is empty; write {FORMS}"));
    }
    if let Some(control) = text.chars().find(|character| character.is_control()) {
        let control = control.escape_debug();
        return Err(format!(
            "it holds the control character `{control}`; leave it out"
        ));
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        return parse_with_scheme(text, scheme, rest);
    }
    if is_path(text) {
        return Ok(Source::Path(PathBuf::from(text)));
    }
    let (name, version) = split_version(text)?;
    match name.split_once(':') {
        Some((namespace, name)) => Ok(Source::Package(PackageName {
            namespace: label("namespace", namespace)?,
            name: label("name", name)?,
            version,
        })),
        None => Ok(Source::Plugin {
            id: PluginId::new(name).map_err(|error| format!("{error}; or write {FORMS}"))?,
            version,
        }),
    }
}

const FORMS: &str = "a file's path, `https://…`, `oci://registry/name:tag`, `namespace:name` or \
                     a plugin's id";

fn parse_with_scheme(text: &str, scheme: &str, rest: &str) -> Result<Source, String> {
    match scheme.to_ascii_lowercase().as_str() {
        "https" | "http" => web(text).map(Source::Web),
        "oci" => rest.parse().map(Source::Oci),
        "file" => {
            let url = Url::parse(text).map_err(|error| error.to_string())?;
            let path = url.to_file_path().map_err(|()| {
                "a file's address names no host and a whole path: write `file:///home/me/alerts.wasm`"
            })?;
            Ok(Source::Path(path))
        }
        "pato" => parse_link(text).map(|link| Source::Link(Box::new(link))),
        other => Err(format!("`{other}:` is not understood; write {FORMS}")),
    }
}

/// Which hosts may be asked, and which in the clear, is decided when they are asked.
fn web(text: &str) -> Result<Url, String> {
    let mut url = Url::parse(text)
        .map_err(|error| format!("{error}; write it in full: `https://example.com/alerts.wasm`"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "it holds a user name or password, which would be kept with the plugin; \
                    put the file where everyone may read it"
                .to_owned(),
        );
    }
    // Never sent; and kept, it would make one source look like two.
    url.set_fragment(None);
    Ok(url)
}

fn is_path(text: &str) -> bool {
    text.contains(['/', '\\'])
        || text.starts_with(['.', '~'])
        || Path::new(text)
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("wasm"))
}

fn split_version(text: &str) -> Result<(&str, Option<Version>), String> {
    let Some((name, version)) = text.split_once('@') else {
        return Ok((text, None));
    };
    match Version::parse(version) {
        Ok(version) => Ok((name, Some(version))),
        Err(error) => Err(format!(
            "`{}` is no version ({error}); write three numbers, as in `{name}@1.2.0`",
            version.escape_debug()
        )),
    }
}

/// Lower-case words with `-` between them, each beginning with a letter: what WIT allows in the names of
/// packages, as far as container registries allow it, too.
fn label(what: &str, text: &str) -> Result<String, String> {
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if text.split('-').all(is_word) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "`{}` is no {what} of a package: write lower-case words with `-` between them, as in \
         `someone:chat-alerts@1.2.0`",
        text.escape_debug()
    ))
}

/// `pato://install?source=…&sha256=…&publisher=…`, or `pato://install?plugin=ID`.
fn parse_link(text: &str) -> Result<InstallLink, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if url.host_str() != Some("install") || !matches!(url.path(), "" | "/") {
        return Err("the only link that brings a plugin is `pato://install?source=…`".to_owned());
    }
    let (mut source, mut sha256, mut publisher) = (None, None, None);
    for (name, value) in url.query_pairs() {
        let is_new = match &*name {
            "source" | "plugin" => {
                let read = parse(value.trim())?;
                match &read {
                    Source::Path(_) => {
                        return Err(
                            "a link can't name a file of this machine; give the file's own \
                                    path instead"
                                .to_owned(),
                        );
                    }
                    Source::Link(_) => return Err("a link can't lead to a link".to_owned()),
                    Source::Plugin { .. } => {}
                    _ if name == "plugin" => {
                        return Err(
                            "after `plugin=` stands an id; write `source=` for the rest".to_owned()
                        );
                    }
                    _ => {}
                }
                source.replace(read).is_none()
            }
            "sha256" => {
                let read = value.parse().map_err(|error| format!("sha256: {error}"))?;
                sha256.replace(read).is_none()
            }
            "publisher" => {
                let read = value
                    .parse()
                    .map_err(|error| format!("publisher: {error}"))?;
                publisher.replace(read).is_none()
            }
            // A newer page may say more; what an older Pato can't check, it does not claim to have checked.
            _ => true,
        };
        if !is_new {
            return Err(format!("it says `{name}` twice; leave one out"));
        }
    }
    let source = source
        .ok_or("it says not what to install: write `pato://install?source=https://…`".to_owned())?;
    Ok(InstallLink {
        source,
        sha256,
        publisher,
    })
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.display().fmt(f),
            Self::Web(url) => url.fmt(f),
            Self::Oci(reference) => reference.fmt(f),
            Self::Package(name) => name.fmt(f),
            Self::Plugin { id, version } => {
                f.write_str(id.as_str())?;
                at_version(version.as_ref(), f)
            }
            Self::Link(link) => link.fmt(f),
        }
    }
}

impl fmt::Display for PackageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.namespace, self.name)?;
        at_version(self.version.as_ref(), f)
    }
}

fn at_version(version: Option<&Version>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match version {
        Some(version) => write!(f, "@{version}"),
        None => Ok(()),
    }
}

impl fmt::Display for InstallLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("source", &self.source.to_string());
        if let Some(sha256) = &self.sha256 {
            query.append_pair("sha256", &sha256.to_string());
        }
        if let Some(publisher) = &self.publisher {
            query.append_pair("publisher", &publisher.to_string());
        }
        write!(f, "pato://install?{}", query.finish())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "RWQ7r78IiCotEBMwk6G4Qz9QVjuTwUrNBbeQKOsdEnmQJyQUUJgGUZlF";

    fn read(text: &str) -> Source {
        Source::parse(text).unwrap()
    }

    #[test]
    fn each_form_is_told_from_the_others_and_shown_as_it_was_written() {
        for text in [
            "./a.wasm",
            "/srv/alerts",
            "a.wasm",
            "A.WASM",
            "~/x",
            "..",
            "C:\\a\\b",
        ] {
            assert_eq!(read(text), Source::Path(PathBuf::from(text)), "{text}");
        }
        assert_eq!(
            read("file:///srv/a.wasm"),
            Source::Path("/srv/a.wasm".into())
        );
        for text in [
            "https://example.com/alerts.wasm?v=1",
            "http://127.0.0.1:8000/a.wasm",
            "oci://ghcr.io/someone/alerts:1.2.0",
            "someone:chat-alerts",
            "someone:alerts@1.2.0-rc.1",
            "alerts",
            "alerts@1.2.0",
        ] {
            assert_eq!(read(text).to_string(), text);
            assert_eq!(read(&format!("  {text}\n")).to_string(), text);
        }
        assert!(matches!(
            read("alerts@1.2.0"),
            Source::Plugin {
                version: Some(_),
                ..
            }
        ));
        assert!(matches!(read("a:b"), Source::Package(_)));
    }

    #[test]
    fn a_link_says_what_it_promises() {
        let sha256 = "ab".repeat(32);
        let text = format!(
            "pato://install?source=https%3A%2F%2Fexample.com%2Fa.wasm&sha256={sha256}&publisher={KEY}"
        );
        let Source::Link(link) = read(&text) else {
            panic!("no link");
        };
        assert_eq!(link.source, read("https://example.com/a.wasm"));
        assert_eq!(link.sha256.as_ref().map(ToString::to_string), Some(sha256));
        assert_eq!(
            link.publisher.as_ref().map(ToString::to_string),
            Some(KEY.to_owned())
        );
        assert_eq!(Source::parse(&link.to_string()), Ok(Source::Link(link)));
        let Source::Link(link) = read("pato://install?plugin=counter&later=1") else {
            panic!("no link");
        };
        assert_eq!(link.source, read("counter"));
    }

    #[test]
    fn what_is_no_source_is_refused_with_what_to_write() {
        for (text, reason) in [
            ("", "it is empty"),
            ("a\0b", "control character"),
            ("ftp://example.com/a.wasm", "`ftp:` is not understood"),
            ("https://", "write it in full"),
            ("https://me:secret@example.com/a", "user name or password"),
            ("file://server/share/a.wasm", "names no host"),
            ("Alerts", "lower-case"),
            ("twitch", "belongs to the host"),
            ("alerts@1.2", "three numbers"),
            ("alerts@", "three numbers"),
            (":alerts", "namespace"),
            ("a:", "no name of a package"),
            ("a:B", "no name of a package"),
            ("a:b:c", "no name of a package"),
            ("a--b:c", "namespace"),
            ("oci://", "registry"),
            ("pato://open/plugins", "only link"),
            ("pato://install", "not what to install"),
            ("pato://install?source=", "it is empty"),
            ("pato://install?source=/etc/passwd", "file of this machine"),
            (
                "pato://install?source=file:///etc/passwd",
                "file of this machine",
            ),
            ("pato://install?source=pato://install?plugin=a", "to a link"),
            ("pato://install?plugin=a&source=b", "twice"),
            (
                "pato://install?plugin=https://example.com/a.wasm",
                "stands an id",
            ),
            ("pato://install?plugin=a&sha256=12", "sha256"),
            ("pato://install?plugin=a&publisher=RW12", "publisher"),
            (
                &format!("https://example.com/{}", "a".repeat(5000)),
                "are allowed",
            ),
        ] {
            let message = Source::parse(text).unwrap_err().to_string();
            assert!(message.contains(reason), "{text:?}: {message}");
        }
        let long = Source::parse(&"é".repeat(MAX_SOURCE_BYTES)).unwrap_err();
        assert!(long.text.chars().count() <= 101, "{long}");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic_and_what_it_reads_it_reads_again(text in ".{0,80}") {
            // A path is any text.
            if let Some(source) = Source::parse(&text).ok().filter(|source| !matches!(source, Source::Path(_))) {
                prop_assert_eq!(Source::parse(&source.to_string()), Ok(source));
            }
        }
    }
}
