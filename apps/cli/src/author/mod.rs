//! What authors do with the files of their plugins; no host needs to run.

use std::io::Write;
use std::path::{Path, PathBuf};

use anstream::println;
use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use indicatif::BinaryBytes;
use owo_colors::OwoColorize;
use pato_host::{MAX_COMPONENT_BYTES, Package};
use pato_packages::signing::sign;
use pato_packages::{Inspected, Reader, ReaderLimits, SignatureError, manifest_text, pack};
use serde_json::json;

use crate::arguments::InspectOptions;
use crate::key::{self, PasswordOptions};
use crate::output::Output;

pub(crate) mod develop;
pub(crate) mod exec;
pub(crate) mod inspect;
pub(crate) mod project;
mod publish;
pub(crate) mod test;

#[derive(Debug, Subcommand)]
pub(crate) enum AuthorCommand {
    /// Put a component, its manifest and its assets into one file
    Pack(PackOptions),
    /// Sign a plugin's file, so that people can tell it is yours
    Sign(SignOptions),
    /// Show what a plugin's file is, without installing it; the same as `pato inspect`
    Inspect(InspectOptions),
    /// Put plugins into a folder for a web server, with an index that lists them
    Publish(publish::PublishOptions),
}

#[derive(Debug, Args)]
pub(crate) struct PackOptions {
    /// The .wasm file that the build made
    component: PathBuf,

    /// The manifest, as TOML or JSON [default: the one in the component]
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,

    /// A file for what it shows, as `asset:NAME`; may be repeated [default NAME: that of the file]
    #[arg(long = "asset", value_name = "[NAME=]FILE")]
    assets: Vec<String>,

    /// Where to write the result
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct SignOptions {
    /// The plugin's file
    file: PathBuf,

    /// The secret key, as `pato key new` made it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,

    /// Where to write the signed file [default: in its place]
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,

    #[command(flatten)]
    password: PasswordOptions,
}

/// `pato plugin pack`, `sign`, `inspect` and `publish`
pub(crate) fn perform(command: AuthorCommand, output: &Output) -> anyhow::Result<()> {
    match command {
        AuthorCommand::Pack(options) => perform_pack(&options, output),
        AuthorCommand::Sign(options) => perform_sign(&options, output),
        AuthorCommand::Inspect(options) => inspect::inspect(&options, output),
        AuthorCommand::Publish(options) => publish::perform(&options, output),
    }
}

/// A package on disk.
struct File {
    bytes: Vec<u8>,
    inspected: Inspected,
    /// What is wrong with its signature.
    problem: Option<SignatureError>,
}

impl File {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let bytes = Package::read_bytes(path)?;
        Self::examine(bytes).with_context(|| path.display().to_string())
    }

    fn examine(bytes: Vec<u8>) -> anyhow::Result<Self> {
        let mut reader = Reader::new(ReaderLimits {
            max_bytes: MAX_COMPONENT_BYTES,
        });
        reader.push(&bytes)?;
        let (inspected, signature) = reader.examine()?;
        Ok(Self {
            bytes,
            inspected,
            problem: signature.err(),
        })
    }

    fn title(&self) -> String {
        let manifest = &self.inspected.manifest;
        format!("{} {}", manifest.name, manifest.version)
    }
}

fn perform_pack(options: &PackOptions, output: &Output) -> anyhow::Result<()> {
    let read =
        |path: &Path| std::fs::read(path).with_context(|| format!("can't read {}", path.display()));
    let component = read(&options.component)?;
    let manifest = match &options.manifest {
        Some(path) => String::from_utf8(read(path)?)
            .with_context(|| format!("{} is no text", path.display()))?,
        None => manifest_text(&component)?.to_owned(),
    };
    let mut assets = Vec::new();
    for asset in &options.assets {
        let (name, path) = match asset.split_once('=') {
            Some((name, path)) => (name.to_owned(), Path::new(path)),
            None => {
                let path = Path::new(asset);
                (
                    path.file_name()
                        .unwrap_or_default()
                        .to_string_lossy()
                        .into_owned(),
                    path,
                )
            }
        };
        assets.push((name, read(path)?));
    }
    let file = File::examine(pack(&component, &manifest, &assets)?)?;
    for warning in file.inspected.manifest.warnings() {
        output.note(&format!("{} {warning}", "warning:".yellow().bold()));
    }
    write(&options.out, &file.bytes)?;
    tell(&file, &options.out, "is packed", output)?;
    if file.problem.is_some() {
        output.note(&format!(
            "Its manifest names a publisher, so it is to be signed: pato plugin sign {} --key …",
            options.out.display()
        ));
    }
    Ok(())
}

fn perform_sign(options: &SignOptions, output: &Output) -> anyhow::Result<()> {
    if options.file.is_dir() {
        bail!("a folder can't be signed: make one file of it with `pato plugin pack`");
    }
    let bytes = Package::read_bytes(&options.file)?;
    let key = key::read_secret(&options.key, &options.password)?;
    let signed = sign(&bytes, &key).with_context(|| options.file.display().to_string())?;
    let file = File::examine(signed)?;
    let out = options.out.as_ref().unwrap_or(&options.file);
    write(out, &file.bytes)?;
    tell(&file, out, "is signed", output)
}

fn tell(file: &File, path: &Path, done: &str, output: &Output) -> anyhow::Result<()> {
    let inspected = &file.inspected;
    let result = json!({
        "file": path,
        "id": inspected.manifest.id,
        "version": inspected.manifest.version,
        "sha256": inspected.sha256,
        "size": inspected.size,
    });
    output.result(&result, |_| {
        let size = BinaryBytes(inspected.size);
        println!("{} {done}: {}, {size}.", file.title(), path.display());
    })
}

/// Writes a file as a whole, or not at all.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let write = || -> std::io::Result<()> {
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
        let mut file = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(|| format!("can't write {}", path.display()))
}
