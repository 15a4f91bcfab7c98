use std::fmt;
use std::str::FromStr;

use pato_packages::Digest;
use pato_permissions::HostScope;

/// The tag that is meant where a reference has none.
const DEFAULT_TAG: &str = "latest";

/// The longest name of a repository, in bytes, and the longest tag.
/// <https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests>
const MAX_NAME_BYTES: usize = 255;
const MAX_TAG_BYTES: usize = 128;

/// An artefact in a registry: `ghcr.io/someone/alerts:1.2.0`, or `…@sha256:…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OciReference {
    registry: String,
    repository: String,
    target: Target,
}

/// Which of a repository's artefacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The one that bears this name at the moment.
    Tag(String),
    /// Always the same.
    Digest(Digest),
}

impl OciReference {
    /// An artefact of a repository, by tag.
    ///
    /// # Errors
    ///
    /// The words for what is wrong in which part.
    pub fn with_tag(registry: &str, repository: &str, tag: &str) -> Result<Self, String> {
        Ok(Self {
            registry: check_registry(registry)?,
            repository: check_repository(repository)?,
            target: Target::Tag(check_tag(tag)?),
        })
    }

    /// The host of the registry, with a port if it is not that of `https`.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The name of the repository there.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// Which artefact.
    pub fn target(&self) -> &Target {
        &self.target
    }
}

impl FromStr for OciReference {
    type Err = String;

    /// Reads what stands after `oci://`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((registry, rest)) = text.split_once('/') else {
            return Err(
                "after `oci://` stand a registry and a name: write `oci://ghcr.io/someone/alerts:1.2.0`"
                    .to_owned(),
            );
        };
        let registry = check_registry(registry)?;
        let (name, digest) = match rest.split_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (rest, None),
        };
        let (name, tag) = match name.split_once(':') {
            Some((name, tag)) => (name, Some(tag)),
            None => (name, None),
        };
        let target = match (tag, digest) {
            (Some(_), Some(_)) => {
                return Err(
                    "it has a tag and a digest, and only one can hold: leave the tag out"
                        .to_owned(),
                );
            }
            (_, Some(digest)) => Target::Digest(parse_digest(digest)?),
            (tag, None) => Target::Tag(check_tag(tag.unwrap_or(DEFAULT_TAG))?),
        };
        Ok(Self {
            registry,
            repository: check_repository(name)?,
            target,
        })
    }
}

/// Reads `sha256:…`, the only algorithm that registries use for what they hold.
pub(super) fn parse_digest(text: &str) -> Result<Digest, String> {
    let hexadecimal = text.strip_prefix("sha256:").ok_or_else(|| {
        format!(
            "`{}` is no digest: write `sha256:` and 64 hexadecimal digits",
            text.escape_debug()
        )
    })?;
    hexadecimal
        .parse()
        .map_err(|error| format!("`{}`: {error}", text.escape_debug()))
}

fn check_registry(text: &str) -> Result<String, String> {
    let scope: HostScope = text
        .parse()
        .map_err(|error| format!("the registry: {error}"))?;
    if text.starts_with('*') {
        return Err("the registry is one host, such as `ghcr.io`".to_owned());
    }
    let has_port = scope.port() != 443;
    Ok(match has_port {
        true => scope.to_string(),
        false => scope.host().to_string(),
    })
}

fn check_repository(text: &str) -> Result<String, String> {
    let is_part = |part: &str| {
        let is_inner = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9');
        let ends = [part.bytes().next(), part.bytes().last()];
        let separators = part
            .split(|character: char| character.is_ascii_lowercase() || character.is_ascii_digit());
        ends.iter().all(|end| end.is_some_and(is_inner))
            && separators.into_iter().all(|separator| match separator {
                "" | "." | "_" | "__" => true,
                other => other.bytes().all(|byte| byte == b'-'),
            })
    };
    if text.len() <= MAX_NAME_BYTES && text.split('/').all(is_part) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "`{}` is no name of a repository: write lower-case letters, digits and `/`, with single `.`, `_` \
         or `-` between them, such as `someone/alerts`",
        text.escape_debug()
    ))
}

fn check_tag(text: &str) -> Result<String, String> {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let fits = text.len() <= MAX_TAG_BYTES
        && text.bytes().next().is_some_and(is_word)
        && text
            .bytes()
            .all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'));
    if fits {
        return Ok(text.to_owned());
    }
    Err(format!(
        "`{}` is no tag: write at most {MAX_TAG_BYTES} letters, digits, `_`, `.` and `-`, such as `1.2.0`",
        text.escape_debug()
    ))
}

impl fmt::Display for OciReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "oci://{}/{}", self.registry, self.repository)?;
        match &self.target {
            Target::Tag(tag) => write!(f, ":{tag}"),
            Target::Digest(digest) => write!(f, "@sha256:{digest}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_has_a_registry_a_name_and_a_tag_or_digest() {
        let digest = "0123456789abcdef".repeat(4);
        for (text, shown) in [
            (
                "ghcr.io/someone/alerts:1.2.0",
                "oci://ghcr.io/someone/alerts:1.2.0",
            ),
            ("GHCR.io/a/b-c/d__e.f", "oci://ghcr.io/a/b-c/d__e.f:latest"),
            ("127.0.0.1:5000/alerts:_x", "oci://127.0.0.1:5000/alerts:_x"),
            ("[::1]:5000/a---b:1", "oci://[::1]:5000/a---b:1"),
            (
                &format!("ghcr.io/a@sha256:{digest}"),
                &format!("oci://ghcr.io/a@sha256:{digest}"),
            ),
        ] {
            let read: OciReference = text.parse().unwrap();
            assert_eq!(read.to_string(), shown);
        }
    }

    #[test]
    fn what_no_registry_would_take_is_refused_before_it_is_asked() {
        for (text, reason) in [
            ("ghcr.io", "a registry and a name"),
            ("/alerts", "the registry"),
            ("gh cr.io/alerts", "the registry"),
            ("*.ghcr.io/alerts", "one host"),
            ("ghcr.io/", "no name of a repository"),
            ("ghcr.io/../../token", "no name of a repository"),
            ("ghcr.io/a//b", "no name of a repository"),
            ("ghcr.io/Alerts", "no name of a repository"),
            ("ghcr.io/a..b", "no name of a repository"),
            ("ghcr.io/a-", "no name of a repository"),
            ("ghcr.io/a%2fb", "no name of a repository"),
            ("ghcr.io/a?b", "no name of a repository"),
            ("ghcr.io/a:", "no tag"),
            ("ghcr.io/a:../x", "no tag"),
            ("ghcr.io/a:-x", "no tag"),
            ("ghcr.io/a@md5:12", "no digest"),
            ("ghcr.io/a@sha256:12", "sha256:12"),
            (
                &format!("ghcr.io/a:1@sha256:{}", "0".repeat(64)),
                "leave the tag out",
            ),
            (
                &format!("ghcr.io/{}", "a".repeat(256)),
                "no name of a repository",
            ),
            (&format!("ghcr.io/a:{}", "a".repeat(129)), "no tag"),
        ] {
            let message = text.parse::<OciReference>().unwrap_err();
            assert!(message.contains(reason), "{text}: {message}");
        }
    }
}
