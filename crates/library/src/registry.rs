//! Names of packages, found as `wkg` finds them.
//! <https://github.com/bytecodealliance/wasm-pkg-tools#well-known-metadata>

use http::HeaderMap;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::{FetchError, Refusal};
use crate::fetcher::Fetcher;
use crate::oci::{self, OciReference};
use crate::progress::Reporter;
use crate::source::PackageName;

/// Where a registry says what it is (RFC 8615).
const METADATA: &str = ".well-known/wasm-pkg/registry.json";

/// The longest such text, in bytes.
const MAX_METADATA_BYTES: u64 = 64 * 1024;

/// The artefact that a name means.
pub(crate) async fn resolve(
    fetcher: &Fetcher,
    package: &PackageName,
    progress: &Reporter<'_>,
) -> Result<OciReference, FetchError> {
    let Some(host) = fetcher.configuration.registries.of(&package.namespace) else {
        return Err(FetchError::Forbidden(Refusal::new(
            package.to_string(),
            format!("a registry for the namespace `{}`", package.namespace),
            "none in the configuration",
            "name one there, or give the whole address: `oci://registry/name:tag`",
        )));
    };
    let mut retry = fetcher.retry();
    let place = loop {
        progress.connecting();
        match ask(fetcher, host).await {
            Ok(place) => break place,
            Err(error) => retry.after(error, progress).await?,
        }
    };
    let repository = format!("{}{}/{}", place.prefix, package.namespace, package.name);
    let version = match &package.version {
        Some(version) => version.clone(),
        None => oci::highest_version(fetcher, &place.registry, &repository, progress).await?,
    };
    OciReference::with_tag(&place.registry, &repository, &version.to_string()).map_err(|reason| {
        FetchError::Answer(Refusal::new(
            host,
            format!("a place for `{package}`"),
            reason,
            "ask whoever runs the registry",
        ))
    })
}

/// Where a registry keeps its packages.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    registry: String,
    /// What stands before the namespace.
    prefix: String,
}

async fn ask(fetcher: &Fetcher, host: &str) -> Result<Place, FetchError> {
    let client = &fetcher.client;
    let url = client.base_of(host)?.join(METADATA);
    let url = url.map_err(|error| FetchError::Setup(error.to_string()))?;
    let answer = client.get(&url, HeaderMap::new()).await?;
    match answer.status() {
        StatusCode::OK => {
            let at = answer.at();
            let body = answer.whole(MAX_METADATA_BYTES).await?;
            read(host, &body).map_err(|came| {
                FetchError::Answer(Refusal::new(
                    at,
                    "where the registry keeps its packages",
                    came,
                    "give the whole address: `oci://registry/name:tag`",
                ))
            })
        }
        // It says nothing of itself, so it is a container registry.
        StatusCode::NOT_FOUND => Ok(Place {
            registry: host.to_owned(),
            prefix: String::new(),
        }),
        _ => Err(answer.refused()),
    }
}

/// What a registry says of itself. Each protocol has an object under its name; the keys that begin with
/// `oci` and `warg` are the older form.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    preferred_protocol: Option<String>,
    oci: Option<Oci>,
    oci_registry: Option<String>,
    oci_namespace_prefix: Option<String>,
    warg_url: Option<Value>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Oci {
    registry: Option<String>,
    namespace_prefix: Option<String>,
}

fn read(host: &str, body: &[u8]) -> Result<Place, String> {
    let metadata: Metadata = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let is_oci = metadata.oci.is_some() || metadata.oci_registry.is_some();
    let others: Vec<_> = metadata
        .others
        .iter()
        .filter_map(|(name, value)| value.is_object().then_some(name.as_str()))
        .chain(metadata.warg_url.as_ref().map(|_| "warg"))
        .collect();
    // Where a registry prefers nothing, what can be spoken here is taken.
    let protocol = match &metadata.preferred_protocol {
        Some(preferred) => preferred.as_str(),
        None if is_oci => "oci",
        None => others.first().copied().unwrap_or("oci"),
    };
    if protocol != "oci" {
        return Err(format!(
            "the protocol `{}`, which Pato does not speak (it speaks `oci`)",
            protocol.escape_debug()
        ));
    }
    let oci = metadata.oci.unwrap_or_default();
    let registry = metadata.oci_registry.or(oci.registry);
    let prefix = metadata.oci_namespace_prefix.or(oci.namespace_prefix);
    Ok(Place {
        registry: registry.unwrap_or_else(|| host.to_owned()),
        prefix: prefix.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(body: &str) -> Result<(String, String), String> {
        read("example.com", body.as_bytes()).map(|place| (place.registry, place.prefix))
    }

    #[test]
    fn a_registry_says_where_its_packages_are_in_either_form() {
        for (body, registry, prefix) in [
            (
                r#"{"oci":{"registry":"ghcr.io","namespacePrefix":"me/"}}"#,
                "ghcr.io",
                "me/",
            ),
            (
                r#"{"ociRegistry":"ghcr.io","ociNamespacePrefix":"me/"}"#,
                "ghcr.io",
                "me/",
            ),
            (
                r#"{"preferredProtocol":"oci","oci":{"registry":"ghcr.io"},"warg":{"url":"x"}}"#,
                "ghcr.io",
                "",
            ),
            (
                r#"{"oci":{"registry":"ghcr.io"},"warg":{"url":"x"}}"#,
                "ghcr.io",
                "",
            ),
            (r#"{"preferredProtocol":"oci"}"#, "example.com", ""),
            ("{}", "example.com", ""),
        ] {
            assert_eq!(
                place(body),
                Ok((registry.to_owned(), prefix.to_owned())),
                "{body}"
            );
        }
    }

    #[test]
    fn a_protocol_that_is_not_spoken_is_refused_by_name() {
        for (body, reason) in [
            (
                r#"{"preferredProtocol":"warg","oci":{"registry":"ghcr.io"}}"#,
                "`warg`",
            ),
            (r#"{"wargUrl":"https://warg.example.com"}"#, "`warg`"),
            (r#"{"warg":{"url":"https://warg.example.com"}}"#, "`warg`"),
            (r#"{"local":{"root":"/srv"}}"#, "`local`"),
            (r#"{"oci":{"registry":1}}"#, "invalid type"),
            ("<html>", "expected value"),
        ] {
            let message = place(body).unwrap_err();
            assert!(message.contains(reason), "{body}: {message}");
        }
    }
}
