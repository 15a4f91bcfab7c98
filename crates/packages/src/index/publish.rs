//! Writing into an index. What is in it stays as it is, also what this version of Pato does not know.

use serde_json::{Map, Value, json};

use super::check::{self, wrong};
use super::{INDEX_SCHEMA, IndexError, IndexPlugin, IndexRequest, IndexVersion};
use crate::key::PublicKey;
use crate::reader::Inspected;

/// What is to stand in an index.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// The package.
    pub package: &'a Inspected,
    /// Where to get it, the best first; a relative address begins at that of the index.
    pub urls: Vec<String>,
    /// What is new in it.
    pub changes: Option<String>,
}

/// Writes packages into an index, as of the moment `now` (RFC 3339). Without an index, a new one is begun and
/// called `name`. With `key`, the index says that it is signed by it. A version that it has already, with
/// the same bytes, stays as it is; none if there is nothing else.
///
/// # Errors
///
/// If the index can't be read, or one of the packages can't stand in it.
pub fn publish(
    index: Option<&[u8]>,
    name: &str,
    entries: &[Entry<'_>],
    key: Option<&PublicKey>,
    now: &str,
) -> Result<Option<String>, IndexError> {
    let mut document = match index {
        Some(bytes) => {
            check::read(bytes)?;
            let document = serde_json::from_slice(bytes);
            document.map_err(|error| wrong("", &error.to_string()))?
        }
        None => json!({ "schema": INDEX_SCHEMA, "name": name, "serial": 0, "plugins": [] }),
    };
    let root = object(&mut document)?;
    let mut is_changed = false;
    if let Some(key) = key {
        let key = json!(key);
        is_changed = root.insert("key".into(), key.clone()) != Some(key);
    }
    for entry in entries {
        let plugins = array(root.entry("plugins").or_insert_with(|| json!([])))?;
        is_changed |= add(plugins, entry, now)?;
    }
    if !is_changed {
        return Ok(None);
    }
    let serial = root.get("serial").and_then(Value::as_u64).unwrap_or(0);
    root.insert("serial".into(), json!(serial.saturating_add(1)));
    root.insert("updated".into(), json!(now));
    let text =
        serde_json::to_string_pretty(&document).map_err(|error| wrong("", &error.to_string()))?;
    check::read(text.as_bytes())?;
    Ok(Some(text + "\n"))
}

/// Answers with whether anything is new.
fn add(plugins: &mut Vec<Value>, entry: &Entry<'_>, now: &str) -> Result<bool, IndexError> {
    let manifest = &entry.package.manifest;
    let publisher = entry
        .package
        .signature
        .as_ref()
        .map(|signature| signature.key);
    let id = manifest.id.as_str();
    let known = plugins
        .iter()
        .position(|plugin| plugin.get("id").and_then(Value::as_str) == Some(id));
    let version = IndexVersion {
        version: manifest.version.clone(),
        api_version: manifest.api_version.to_string(),
        sha256: entry.package.sha256,
        size: entry.package.size,
        urls: entry.urls.clone(),
        requests: manifest
            .permissions
            .iter()
            .map(|request| IndexRequest {
                permission: request.permission.to_string(),
                reason: request.reason.clone(),
                optional: request.optional,
            })
            .collect(),
        published: now.to_owned(),
        changes: entry.changes.clone(),
        yanked: None,
    };
    let plugin = IndexPlugin {
        id: id.to_owned(),
        name: manifest.name.clone(),
        description: manifest.description.clone(),
        author: manifest.author.clone(),
        license: manifest.license.clone(),
        homepage: manifest.homepage.clone(),
        pictures: Vec::new(),
        publisher,
        versions: Vec::new(),
    };
    let mut written = to_object(&plugin)?;
    let document = match known.and_then(|position| plugins.get_mut(position)) {
        Some(document) => {
            let old: IndexPlugin = from_value(document)?;
            if let Some(published) = old.publisher.filter(|old| Some(*old) != publisher) {
                return Err(IndexError::OtherPublisher {
                    id: id.to_owned(),
                    published,
                });
            }
            if let Some(published) = old.version(&version.version) {
                return match published.sha256 == version.sha256 {
                    true => Ok(false),
                    false => Err(IndexError::OtherBytes {
                        id: id.to_owned(),
                        version: version.version,
                        published: published.sha256,
                    }),
                };
            }
            let is_newest = old.versions.iter().all(|old| old.version < version.version);
            written.remove("versions");
            let document = object(document)?;
            if is_newest {
                for left_out in ["description", "author", "license", "homepage"] {
                    document.remove(left_out);
                }
                document.extend(written);
            }
            document
        }
        None => {
            plugins.push(Value::Object(written));
            object(
                plugins
                    .last_mut()
                    .ok_or_else(|| wrong("plugins", "it is empty"))?,
            )?
        }
    };
    let versions = array(document.entry("versions").or_insert_with(|| json!([])))?;
    versions.insert(0, Value::Object(to_object(&version)?));
    Ok(true)
}

fn object(value: &mut Value) -> Result<&mut Map<String, Value>, IndexError> {
    value
        .as_object_mut()
        .ok_or_else(|| wrong("", "an object is expected"))
}

fn array(value: &mut Value) -> Result<&mut Vec<Value>, IndexError> {
    value
        .as_array_mut()
        .ok_or_else(|| wrong("", "a list is expected"))
}

fn to_object<T: serde::Serialize>(value: &T) -> Result<Map<String, Value>, IndexError> {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(wrong("", "an object is expected")),
        Err(error) => Err(wrong("", &error.to_string())),
    }
}

fn from_value(value: &Value) -> Result<IndexPlugin, IndexError> {
    serde_json::from_value(value.clone()).map_err(|error| wrong("plugins", &error.to_string()))
}
