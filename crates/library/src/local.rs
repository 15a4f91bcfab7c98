//! Packages that are here already: a file, or a folder of two.

use std::path::Path;

use bytes::Bytes;
use pato_packages::{Inspected, MANIFEST_SECTION, ReaderLimits, read_manifest, with_section};
use pato_permissions::{MAX_MANIFEST_BYTES, Manifest};
use tempfile::TempPath;
use tokio::fs::{self, File};
use tokio::io::AsyncReadExt;

use crate::configuration::FetcherConfiguration;
use crate::error::{FetchError, Refusal};
use crate::intake::Intake;
use crate::progress::{Reporter, Speed};

/// How many bytes are read at a time.
const PIECE: usize = 256 * 1024;

/// Copies and checks what a path names.
pub(crate) async fn fetch(
    configuration: &FetcherConfiguration,
    progress: &Reporter<'_>,
    path: &Path,
) -> Result<(TempPath, Inspected), FetchError> {
    progress.connecting();
    let limits = ReaderLimits {
        max_bytes: configuration.max_bytes,
    };
    let mut intake = Intake::start(
        path.display().to_string(),
        &configuration.temporary_folder,
        limits,
        progress.sender().clone(),
    )?;
    let about = fs::metadata(path).await;
    let about = about.map_err(|error| FetchError::io("read", path, error))?;
    if about.is_dir() {
        let module = read_folder(path, configuration.max_bytes).await?;
        intake.push(module.into()).await?;
    } else {
        copy(path, configuration.max_bytes, progress, &mut intake).await?;
    }
    progress.checking();
    intake.finish().await
}

async fn copy(
    path: &Path,
    limit: u64,
    progress: &Reporter<'_>,
    intake: &mut Intake,
) -> Result<(), FetchError> {
    let (mut file, size) = open(path, limit).await?;
    let mut received = 0;
    let mut speed = Speed::new(0);
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        let read = (&mut file).take(PIECE as u64).read_to_end(&mut piece).await;
        match read.map_err(|error| FetchError::io("read", path, error))? {
            0 => return Ok(()),
            more => received += more as u64,
        }
        intake.push(Bytes::from(piece)).await?;
        progress.receiving(received, Some(size), &mut speed);
    }
}

/// Puts the manifest of a folder into its module, unless the same is there already.
async fn read_folder(folder: &Path, limit: u64) -> Result<Vec<u8>, FetchError> {
    let beside = folder.join("manifest.json");
    let text = read_whole(&beside, MAX_MANIFEST_BYTES as u64).await?;
    let at = beside.display().to_string();
    let refused = |expected: &str, came: String, remedy: &str| {
        FetchError::Different(Refusal::new(at.clone(), expected, came, remedy))
    };
    let text = String::from_utf8(text).map_err(|error| {
        let came = format!("other bytes after {}", error.utf8_error().valid_up_to());
        refused("text in UTF-8", came, "save it as UTF-8")
    })?;
    let manifest = Manifest::from_json(&text, &at)
        .map_err(|error| refused("a manifest", error.to_string(), "correct it there"))?;
    let bytes = read_whole(&folder.join("module.wasm"), limit).await?;
    match read_manifest(&bytes) {
        Ok(inside) if inside == manifest => Ok(bytes),
        Ok(_) => Err(refused(
            "the same as the manifest inside module.wasm",
            "something else".to_owned(),
            "remove one of the two, or make them equal",
        )),
        Err(_) => Ok(with_section(&bytes, MANIFEST_SECTION, text.as_bytes())),
    }
}

async fn read_whole(path: &Path, limit: u64) -> Result<Vec<u8>, FetchError> {
    let (file, _) = open(path, limit).await?;
    let mut bytes = Vec::new();
    // One byte more than allowed shows that it grew since it was measured.
    let read = file.take(limit + 1).read_to_end(&mut bytes).await;
    read.map_err(|error| FetchError::io("read", path, error))?;
    match bytes.len() as u64 > limit {
        true => Err(too_large(path, limit, bytes.len() as u64)),
        false => Ok(bytes),
    }
}

/// Opens a plain file, and nothing that might never end, as a pipe or a device.
async fn open(path: &Path, limit: u64) -> Result<(File, u64), FetchError> {
    let failed = |error| FetchError::io("read", path, error);
    let about = fs::metadata(path).await.map_err(failed)?;
    if !about.is_file() {
        return Err(FetchError::Different(Refusal::new(
            path.display().to_string(),
            "a plain file",
            "something else",
            "name the `.wasm` file itself, or a folder with `manifest.json` and `module.wasm`",
        )));
    }
    if about.len() > limit {
        return Err(too_large(path, limit, about.len()));
    }
    Ok((File::open(path).await.map_err(failed)?, about.len()))
}

fn too_large(path: &Path, limit: u64, size: u64) -> FetchError {
    FetchError::Answer(Refusal::new(
        path.display().to_string(),
        format!("at most {limit} bytes"),
        size.to_string(),
        "ask its author for a smaller one",
    ))
}
