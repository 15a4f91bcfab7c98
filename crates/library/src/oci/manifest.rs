//! What a manifest may say. <https://github.com/opencontainers/image-spec/blob/main/manifest.md>, and
//! <https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/> for the media types.

use pato_packages::Digest;
use serde::Deserialize;

use super::reference::parse_digest;
use crate::error::{FetchError, Refusal};

/// What is asked for; the list of images too, so that a registry sends it and it can be refused by name.
pub(super) const ACCEPTED: &str =
    "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json";

const CONFIG: &str = "application/vnd.wasm.config.v0+json";
const LAYER: &str = "application/wasm";

/// The component of an artefact.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layer {
    pub(super) sha256: Digest,
    /// In bytes.
    pub(super) size: u64,
}

/// An image manifest, or an image index, which has `manifests` in place of the rest.
#[derive(Deserialize)]
struct Manifest {
    config: Option<Descriptor>,
    layers: Option<Vec<Descriptor>>,
    manifests: Option<Vec<serde::de::IgnoredAny>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    media_type: String,
    digest: String,
    size: u64,
}

/// The one layer of a manifest, if it is that of a component.
pub(super) fn only_layer(at: &str, body: &[u8]) -> Result<Layer, FetchError> {
    let refused = |expected: String, came: String, remedy: &str| {
        Err(FetchError::Answer(Refusal::new(at, expected, came, remedy)))
    };
    const PUSH: &str = "push the component with `wkg oci push`";
    let manifest: Manifest = match serde_json::from_slice(body) {
        Ok(manifest) => manifest,
        Err(error) => {
            return refused(
                "the manifest of an artefact".into(),
                error.to_string(),
                PUSH,
            );
        }
    };
    if let Some(images) = manifest.manifests {
        return refused(
            "the manifest of one component".into(),
            format!("a list of {} images for several platforms", images.len()),
            "name the component's own manifest: `oci://registry/name@sha256:…`",
        );
    }
    let config = manifest
        .config
        .map_or("none".to_owned(), |config| config.media_type);
    if config != CONFIG {
        return refused(
            format!("an artefact whose configuration is of the type `{CONFIG}`"),
            format!("`{}`", config.escape_debug()),
            PUSH,
        );
    }
    let layers = manifest.layers.unwrap_or_default();
    let [layer] = layers.as_slice() else {
        return refused("exactly one layer".into(), layers.len().to_string(), PUSH);
    };
    if layer.media_type != LAYER {
        return refused(
            format!("a layer of the type `{LAYER}`"),
            format!("`{}`", layer.media_type.escape_debug()),
            PUSH,
        );
    }
    match parse_digest(&layer.digest) {
        Ok(sha256) => Ok(Layer {
            sha256,
            size: layer.size,
        }),
        Err(error) => refused("a layer with its SHA-256".into(), error, PUSH),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_names_one_component_or_is_refused_with_what_it_is() {
        let digest = format!("sha256:{}", "ab".repeat(32));
        let layer = format!(r#"{{"mediaType":"{LAYER}","digest":"{digest}","size":3}}"#);
        let config = format!(r#""config":{{"mediaType":"{CONFIG}","digest":"{digest}","size":2}}"#);
        let read = |layers: &str| {
            let body = format!(r#"{{"schemaVersion":2,{config},"layers":[{layers}]}}"#);
            only_layer("here", body.as_bytes())
        };
        assert_eq!(read(&layer).unwrap().size, 3);
        for (layers, reason) in [
            (String::new(), "found 0"),
            (format!("{layer},{layer}"), "found 2"),
            (
                layer.replace(LAYER, "application/vnd.oci.image.layer.v1.tar+gzip"),
                "tar+gzip",
            ),
            (layer.replace("sha256:", "sha512:"), "no digest"),
            (layer.replace('3', "-3"), "invalid value"),
        ] {
            let message = read(&layers).unwrap_err().to_string();
            assert!(message.contains(reason), "{layers}: {message}");
        }
        for (body, reason) in [
            ("", "EOF"),
            ("[]", "manifest of an artefact"),
            ("{}", "`none`"),
            (r#"{"manifests":[{},{}]}"#, "list of 2 images"),
            (
                r#"{"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"x","size":1}}"#,
                "image.config",
            ),
        ] {
            let message = only_layer("here", body.as_bytes()).unwrap_err().to_string();
            assert!(message.contains(reason), "{body}: {message}");
        }
    }
}
