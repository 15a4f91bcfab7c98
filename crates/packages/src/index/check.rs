//! Reading an index, and what its values must be.

use std::collections::BTreeSet;

use pato_permissions::{ContractVersion, PluginId};
use serde::Deserialize as _;
use url::Url;

use super::{
    INDEX_SCHEMA, Index, IndexError, IndexPlugin, IndexVersion, MAX_ENTRIES, MAX_INDEX_BYTES,
    MAX_PLUGINS, MAX_VERSIONS, Revocation,
};

/// The longest line, in characters: a name, an address, a licence.
const MAX_LINE: usize = 1000;

/// The longest text, in characters: a description, or what is new.
const MAX_TEXT: usize = 4000;

/// Reads an index; its addresses stay as they are.
pub(super) fn read(bytes: &[u8]) -> Result<Index, IndexError> {
    if bytes.len() > MAX_INDEX_BYTES {
        return Err(IndexError::TooLarge {
            length: bytes.len(),
        });
    }
    check_schema(bytes)?;
    let mut track = serde_path_to_error::Track::new();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let json_with_path = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    let index = Index::deserialize(json_with_path);
    let index = index.map_err(|error| {
        let path = track.path();
        let place = path
            .iter()
            .next()
            .map_or_else(String::new, |_| path.to_string());
        wrong(&place, &error.to_string())
    })?;
    json.end().map_err(|error| wrong("", &error.to_string()))?;
    check(&index)?;
    Ok(index)
}

/// Before the rest, which a later schema may have changed.
fn check_schema(bytes: &[u8]) -> Result<(), IndexError> {
    #[derive(serde::Deserialize)]
    struct Version {
        schema: u64,
    }
    let version: Version =
        serde_json::from_slice(bytes).map_err(|error| wrong("", &error.to_string()))?;
    match version.schema {
        0 => Err(wrong("schema", "the lowest schema is 1")),
        schema if schema > u64::from(INDEX_SCHEMA) => Err(IndexError::Schema { schema }),
        _ => Ok(()),
    }
}

fn check(index: &Index) -> Result<(), IndexError> {
    line("name", &index.name)?;
    text(
        "description",
        index.description.as_deref().unwrap_or_default(),
    )?;
    page("homepage", index.homepage.as_deref())?;
    moment("updated", &index.updated)?;
    count("plugins", index.plugins.len(), MAX_PLUGINS)?;
    count("revoked", index.revoked.len(), MAX_PLUGINS)?;
    let mut ids = BTreeSet::new();
    for (number, plugin) in index.plugins.iter().enumerate() {
        let place = format!("plugins[{number}]");
        check_plugin(&place, plugin)?;
        if !ids.insert(&plugin.id) {
            return Err(wrong(
                &format!("{place}.id"),
                &format!("`{}` stands twice", plugin.id),
            ));
        }
    }
    for (number, revocation) in index.revoked.iter().enumerate() {
        check_revocation(&format!("revoked[{number}]"), revocation)?;
    }
    Ok(())
}

fn check_plugin(place: &str, plugin: &IndexPlugin) -> Result<(), IndexError> {
    let at = |key: &str| format!("{place}.{key}");
    PluginId::new(&plugin.id).map_err(|error| wrong(&at("id"), &error.to_string()))?;
    line(&at("name"), &plugin.name)?;
    text(&at("description"), &plugin.description)?;
    if !plugin.author.is_empty() {
        line(&at("author"), &plugin.author)?;
    }
    if let Some(license) = &plugin.license {
        line(&at("license"), license)?;
    }
    page(&at("homepage"), plugin.homepage.as_deref())?;
    count(&at("pictures"), plugin.pictures.len(), MAX_ENTRIES)?;
    for (number, picture) in plugin.pictures.iter().enumerate() {
        line(&format!("{place}.pictures[{number}]"), picture)?;
    }
    count(&at("versions"), plugin.versions.len(), MAX_VERSIONS)?;
    let mut versions = BTreeSet::new();
    for (number, version) in plugin.versions.iter().enumerate() {
        let place = format!("{place}.versions[{number}]");
        check_version(&place, version)?;
        if !versions.insert(&version.version) {
            let problem = format!("`{}` stands twice", version.version);
            return Err(wrong(&format!("{place}.version"), &problem));
        }
    }
    Ok(())
}

fn check_version(place: &str, version: &IndexVersion) -> Result<(), IndexError> {
    let at = |key: &str| format!("{place}.{key}");
    let contract = version.api_version.parse::<ContractVersion>();
    contract.map_err(|error| wrong(&at("api_version"), &error.to_string()))?;
    moment(&at("published"), &version.published)?;
    text(
        &at("changes"),
        version.changes.as_deref().unwrap_or_default(),
    )?;
    text(&at("yanked"), version.yanked.as_deref().unwrap_or_default())?;
    count(&at("urls"), version.urls.len(), MAX_ENTRIES)?;
    if version.urls.is_empty() {
        return Err(wrong(&at("urls"), "there must be at least one"));
    }
    for (number, url) in version.urls.iter().enumerate() {
        line(&format!("{place}.urls[{number}]"), url)?;
    }
    count(&at("requests"), version.requests.len(), MAX_ENTRIES)?;
    for (number, request) in version.requests.iter().enumerate() {
        let place = format!("{place}.requests[{number}]");
        line(&format!("{place}.permission"), &request.permission)?;
        text(
            &format!("{place}.reason"),
            request.reason.as_deref().unwrap_or_default(),
        )?;
    }
    Ok(())
}

fn check_revocation(place: &str, revocation: &Revocation) -> Result<(), IndexError> {
    line(&format!("{place}.reason"), &revocation.reason)?;
    if revocation.version.is_some() && revocation.id.is_none() {
        return Err(wrong(
            place,
            "it names a version without the id of the plugin",
        ));
    }
    match (&revocation.sha256, &revocation.publisher, &revocation.id) {
        (None, None, None) => Err(wrong(
            place,
            "it names neither `sha256`, `publisher` nor `id`",
        )),
        _ => Ok(()),
    }
}

/// Makes every address absolute.
pub(super) fn resolve(index: &mut Index, base: &Url) -> Result<(), IndexError> {
    for (number, plugin) in index.plugins.iter_mut().enumerate() {
        for (picture_number, picture) in plugin.pictures.iter_mut().enumerate() {
            let place = format!("plugins[{number}].pictures[{picture_number}]");
            *picture = absolute(&place, base, picture, &["https", "http"])?;
        }
        for (version_number, version) in plugin.versions.iter_mut().enumerate() {
            for (url_number, url) in version.urls.iter_mut().enumerate() {
                let place =
                    format!("plugins[{number}].versions[{version_number}].urls[{url_number}]");
                *url = absolute(&place, base, url, &["https", "http", "oci"])?;
            }
        }
    }
    Ok(())
}

/// The address in full; of one of these schemes, or of that of the index, which may be a file.
fn absolute(place: &str, base: &Url, text: &str, schemes: &[&str]) -> Result<String, IndexError> {
    let url = base
        .join(text)
        .map_err(|error| wrong(place, &format!("`{text}` is no address: {error}")))?;
    match schemes.contains(&url.scheme()) || url.scheme() == base.scheme() {
        true => Ok(url.into()),
        false => Err(wrong(
            place,
            &format!("`{text}` is no address of {}", schemes.join(", ")),
        )),
    }
}

fn page(place: &str, address: Option<&str>) -> Result<(), IndexError> {
    let Some(address) = address else {
        return Ok(());
    };
    line(place, address)?;
    match Url::parse(address) {
        Ok(url) if matches!(url.scheme(), "https" | "http") => Ok(()),
        _ => Err(wrong(place, "write an address that begins with `https://`")),
    }
}

/// A text of one line, which must say something.
fn line(place: &str, value: &str) -> Result<(), IndexError> {
    if value.trim().is_empty() {
        return Err(wrong(place, "the text is empty"));
    }
    if value.contains(char::is_control) {
        return Err(wrong(
            place,
            "the text holds a character that does not show",
        ));
    }
    length(place, value, MAX_LINE)
}

/// A text of any lines, which may be empty.
fn text(place: &str, value: &str) -> Result<(), IndexError> {
    if value.contains(|character: char| character.is_control() && character != '\n') {
        return Err(wrong(
            place,
            "the text holds a character that does not show",
        ));
    }
    length(place, value, MAX_TEXT)
}

fn length(place: &str, value: &str, most: usize) -> Result<(), IndexError> {
    match value.chars().nth(most) {
        Some(_) => Err(wrong(
            place,
            &format!("the text has more than {most} characters"),
        )),
        None => Ok(()),
    }
}

fn count(place: &str, entries: usize, most: usize) -> Result<(), IndexError> {
    match entries > most {
        true => Err(wrong(
            place,
            &format!("it has {entries} entries, and may have {most}"),
        )),
        false => Ok(()),
    }
}

/// RFC 3339, as far as its form goes: `2026-11-21T09:30:00Z`.
fn moment(place: &str, text: &str) -> Result<(), IndexError> {
    let form = b"0000-00-00T00:00:00";
    let fits = text.len() <= 40
        && text.len() > form.len()
        && text.bytes().zip(form).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            other => byte == *other,
        })
        && (text.ends_with('Z') || text.bytes().rev().nth(2) == Some(b':'));
    match fits {
        true => Ok(()),
        false => Err(wrong(
            place,
            "it is no moment: write `2026-11-21T09:30:00Z`",
        )),
    }
}

pub(super) fn wrong(place: &str, problem: &str) -> IndexError {
    let shown = |text: &str, most| -> String {
        let visible = |character: char| match character.is_control() {
            true => '\u{fffd}',
            false => character,
        };
        text.chars().map(visible).take(most).collect()
    };
    IndexError::Value {
        place: shown(place, 200),
        problem: shown(problem, 500),
    }
}
