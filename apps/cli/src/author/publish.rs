use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anstream::println;
use anyhow::{Context, bail};
use clap::Args;
use owo_colors::OwoColorize;
use pato_packages::index::{Entry, MAX_INDEX_BYTES, publish};
use pato_packages::signing::{SecretKey, sign_bytes};
use pato_packages::{Index, PublicKey};
use serde_json::json;
use url::Url;

use super::{File, write};
use crate::key::{self, PasswordOptions};
use crate::output::Output;

/// The name of an index in its folder.
const INDEX: &str = "index.json";

#[derive(Debug, Args)]
pub(crate) struct PublishOptions {
    /// The plugins' files
    #[arg(required = true)]
    files: Vec<PathBuf>,

    /// The folder that the web server serves; it is made if it is not there
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,

    /// Where the files will lie, if not beside the index: the address of a release, for example
    #[arg(long, value_name = "URL", value_parser = base_url)]
    base_url: Option<Url>,

    /// What a new index is called [default: after the folder]
    #[arg(long)]
    name: Option<String>,

    /// What is new, for people who update
    #[arg(long, value_name = "TEXT")]
    changes: Option<String>,

    /// The secret key that signs the index
    #[arg(long, value_name = "FILE")]
    index_key: Option<PathBuf>,

    #[command(flatten)]
    password: PasswordOptions,
}

/// `pato plugin publish`
pub(super) fn perform(options: &PublishOptions, output: &Output) -> anyhow::Result<()> {
    let mut files = Vec::new();
    for path in &options.files {
        let file = File::read(path)?;
        if let Some(problem) = &file.problem {
            bail!("{}: {problem}", path.display());
        }
        files.push(file);
    }
    let path = options.to.join(INDEX);
    let old = read_index(&path)?;
    let key = index_key(options, old.as_deref(), &path)?;
    let entries: Vec<_> = files
        .iter()
        .map(|file| Entry {
            package: &file.inspected,
            urls: vec![address(options, &file_name(file))],
            changes: options.changes.clone(),
        })
        .collect();
    let now = jiff::Timestamp::now()
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string();
    let name = options
        .name
        .clone()
        .unwrap_or_else(|| folder_name(&options.to));
    let public = key.as_ref().map(SecretKey::public);
    let new = publish(old.as_deref(), &name, &entries, public.as_ref(), &now)
        .with_context(|| path.display().to_string())?;
    let Some(new) = new else {
        output.done("Nothing to do: all of it is published already.");
        return Ok(());
    };
    fs::create_dir_all(&options.to)
        .with_context(|| format!("can't make the folder {}", options.to.display()))?;
    for file in &files {
        keep(&options.to.join(file_name(file)), &file.bytes)?;
        if file.inspected.signature.is_none() {
            output.note(&format!(
                "{} {} is not signed: nobody can tell whether it is yours",
                "warning:".yellow().bold(),
                file.title()
            ));
        }
    }
    if let Some(key) = &key {
        let comment = format!("pato index {now}");
        let signature = sign_bytes(new.as_bytes(), &comment, key)?;
        write(
            &options.to.join(format!("{INDEX}.minisig")),
            signature.as_bytes(),
        )?;
    }
    write(&path, new.as_bytes())?;
    tell(options, &files, &path, public.as_ref(), output)
}

fn tell(
    options: &PublishOptions,
    files: &[File],
    path: &Path,
    key: Option<&PublicKey>,
    output: &Output,
) -> anyhow::Result<()> {
    let written: Vec<_> = files
        .iter()
        .map(|file| options.to.join(file_name(file)))
        .collect();
    let result = json!({ "index": path, "files": written, "key": key });
    output.result(&result, |_| {
        for (file, path) in files.iter().zip(&written) {
            println!("{} is published: {}", file.title(), path.display());
        }
        println!("{} lists it.", path.display());
        if let Some(key) = key {
            println!("It is signed by {key}, in words: {}", key.words().join(" "));
        }
        println!("Put the folder on a web server; people add the address of {INDEX}.");
    })
}

/// The key that signs the index, which must stay the one that signed it before: people have pinned it.
fn index_key(
    options: &PublishOptions,
    old: Option<&[u8]>,
    path: &Path,
) -> anyhow::Result<Option<SecretKey>> {
    let before = match old {
        Some(bytes) => {
            Index::read(bytes)
                .with_context(|| path.display().to_string())?
                .key
        }
        None => None,
    };
    let key = options.index_key.as_ref();
    let key = key
        .map(|file| key::read_secret(file, &options.password))
        .transpose()?;
    match (before, &key) {
        (Some(before), None) => bail!(
            "{} is signed by the key {before}: give it with --index-key",
            path.display()
        ),
        (Some(before), Some(key)) if key.public() != before => bail!(
            "{} is signed by the key {before}, which people have pinned, and this one is {}",
            path.display(),
            key.public()
        ),
        _ => Ok(key),
    }
}

fn read_index(path: &Path) -> anyhow::Result<Option<Vec<u8>>> {
    let read = || -> anyhow::Result<Option<Vec<u8>>> {
        match fs::metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Ok(metadata) if metadata.len() > MAX_INDEX_BYTES as u64 => {
                bail!(
                    "it has {} bytes, and an index may have {MAX_INDEX_BYTES}",
                    metadata.len()
                )
            }
            _ => {}
        }
        Ok(Some(fs::read(path)?))
    };
    read().with_context(|| format!("can't read {}", path.display()))
}

/// Writes a file that nobody may have seen with other contents.
fn keep(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    match fs::read(path) {
        Ok(there) if there == bytes => Ok(()),
        Ok(_) => bail!(
            "{} is there already, with other bytes: raise the version in the manifest, or remove it",
            path.display()
        ),
        Err(_) => write(path, bytes),
    }
}

fn file_name(file: &File) -> String {
    let manifest = &file.inspected.manifest;
    format!("{}-{}.wasm", manifest.id, manifest.version)
}

fn address(options: &PublishOptions, name: &str) -> String {
    match &options.base_url {
        Some(base) => format!("{base}{name}"),
        None => name.to_owned(),
    }
}

fn folder_name(folder: &Path) -> String {
    let name = folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "Plugins".into())
}

fn base_url(text: &str) -> Result<Url, String> {
    let slash = if text.ends_with('/') { "" } else { "/" };
    match Url::parse(&format!("{text}{slash}")) {
        Ok(url) if url.scheme() == "https" && url.query().is_none() && url.fragment().is_none() => {
            Ok(url)
        }
        _ => Err("write an address that begins with `https://`".into()),
    }
}
