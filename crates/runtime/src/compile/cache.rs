//! Compiled code on disk, so that a plugin is compiled once.
//!
//! A file's name holds three hashes: of the component, of the engine's version and settings, and of the
//! file itself. The last one is checked before the file is used: what was cut off or changed is
//! compiled anew.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use wasmtime::component::Component;
use wasmtime::{Engine, Module, Precompiled};

use crate::configuration::CacheConfiguration;
use crate::error::RuntimeError;

const EXTENSION: &str = "cwasm";

/// What a compiler makes.
pub(crate) enum Artifact {
    /// Of a component, such as a plugin.
    Component(Component),
    /// Of a core module.
    Module(Module),
}

impl Artifact {
    fn engine(&self) -> &Engine {
        match self {
            Self::Component(component) => component.engine(),
            Self::Module(module) => module.engine(),
        }
    }

    fn serialize(&self) -> wasmtime::Result<Vec<u8>> {
        match self {
            Self::Component(component) => component.serialize(),
            Self::Module(module) => module.serialize(),
        }
    }
}

/// The folder.
pub(crate) struct CompiledCode {
    folder: PathBuf,
    max_bytes: u64,
}

impl CompiledCode {
    pub(crate) fn open(configuration: &CacheConfiguration) -> Result<Self, RuntimeError> {
        let folder = configuration.folder.clone();
        let unusable = |reason: String| RuntimeError::Cache {
            folder: folder.clone(),
            reason,
        };
        create_private(&folder).map_err(|error| unusable(error.to_string()))?;
        if !is_private(&folder).map_err(|error| unusable(error.to_string()))? {
            return Err(unusable(
                "others can write to it, or it belongs to another user; \
                 what lies there is run, so it must be yours alone: choose another folder"
                    .into(),
            ));
        }
        Ok(Self {
            max_bytes: configuration.max_bytes,
            folder: configuration.folder.clone(),
        })
    }

    /// The code of what has that hash, if a file that this engine made of it is whole. Files that are not
    /// are removed.
    pub(crate) fn load(&self, engine: &Engine, hash: &str) -> Option<Artifact> {
        for (path, digest) in self.files(&beginning(engine, hash)) {
            match self.deserialize(engine, &path, &digest) {
                Ok(artifact) => return Some(artifact),
                Err(reason) => {
                    tracing::warn!(file = %path.display(), %reason, "compiled code is not usable");
                    let _ = fs::remove_file(&path);
                }
            }
        }
        None
    }

    /// Removes what an engine made of a component.
    pub(super) fn remove(&self, engine: &Engine, hash: &str) {
        for (path, _) in self.files(&beginning(engine, hash)) {
            // A system that does not remove a file in use leaves it to be pruned.
            let _ = fs::remove_file(path);
        }
    }

    /// The files of that beginning, each with the digest in its name.
    fn files(&self, beginning: &str) -> Vec<(PathBuf, String)> {
        let files = fs::read_dir(&self.folder).into_iter().flatten();
        let paths = files.filter_map(Result::ok).map(|file| file.path());
        let found = paths.filter_map(|path| {
            let name = path.file_stem()?.to_str()?;
            let digest = name.strip_prefix(beginning)?.to_owned();
            Some((path, digest))
        });
        found.collect()
    }

    #[expect(
        unsafe_code,
        reason = "reading compiled code without compiling it is what a cache is for"
    )]
    fn deserialize(&self, engine: &Engine, path: &Path, digest: &str) -> Result<Artifact, String> {
        let private = is_private(path).map_err(|error| error.to_string())?;
        if !private || !path.is_file() {
            return Err("others can write to it, or it belongs to another user".into());
        }
        let mut file = File::open(path).map_err(|error| error.to_string())?;
        if digest_of(&mut file).map_err(|error| error.to_string())? != digest {
            return Err("it was cut off or changed".into());
        }
        // The times of use decide what is removed first; it does no harm if one is missing.
        let _ = file.set_modified(SystemTime::now());
        let read = || match Engine::detect_precompiled_file(path)? {
            // SAFETY: the file was made by this program for an engine of this very version and settings
            // (in its name), it still has the contents it was given (hashed just now), and both it and
            // the folder can be written by this user only, who could as well replace the program.
            Some(Precompiled::Component) => unsafe {
                Component::deserialize_file(engine, path).map(Artifact::Component)
            },
            // SAFETY: as above.
            Some(Precompiled::Module) => unsafe {
                Module::deserialize_file(engine, path).map(Artifact::Module)
            },
            None => Err(wasmtime::Error::msg("it is no compiled code")),
        };
        read().map_err(|error| format!("{error:#}"))
    }

    /// Writes to a temporary file first, so that a file of its final name is always whole.
    pub(crate) fn save(&self, artifact: &Artifact, hash: &str) -> Result<(), String> {
        let code = artifact.serialize().map_err(|error| format!("{error:#}"))?;
        let digest = hexadecimal(&Sha256::digest(&code));
        let beginning = beginning(artifact.engine(), hash);
        let path = self.folder.join(format!("{beginning}{digest}.{EXTENSION}"));
        let write = || -> io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            file.write_all(&code)?;
            file.as_file().sync_all()?;
            file.persist(&path)?;
            self.prune(&path)
        };
        write().map_err(|error| format!("{}: {error}", self.folder.display()))
    }

    /// Removes the files that were not used for longest, until the rest fits. `newest` stays.
    fn prune(&self, newest: &Path) -> io::Result<()> {
        let mut files = Vec::new();
        for file in fs::read_dir(&self.folder)? {
            let file = file?;
            // Another thread may have removed it a moment ago.
            let Ok(data) = file.metadata() else {
                continue;
            };
            if file.path().extension().is_some_and(|end| end == EXTENSION) {
                files.push((data.modified()?, data.len(), file.path()));
            }
        }
        files.sort();
        let mut total: u64 = files.iter().map(|(_, length, _)| length).sum();
        for (_, length, path) in files {
            if total <= self.max_bytes {
                break;
            }
            if path != newest {
                match fs::remove_file(&path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => total -= length,
                }
            }
        }
        Ok(())
    }
}

/// What the names of an engine's files of one component begin with.
fn beginning(engine: &Engine, hash: &str) -> String {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!("{hash}-{:016x}-", hasher.finish())
}

fn digest_of(file: &mut File) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = file.read(&mut buffer)?;
        match buffer.get(..count) {
            None | Some([]) => return Ok(hexadecimal(&hasher.finalize())),
            Some(part) => hasher.update(part),
        }
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(unix)]
fn create_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn create_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Whether a file or folder belongs to this user, and only this user can write to it.
#[cfg(unix)]
fn is_private(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let data = fs::symlink_metadata(path)?;
    let folder = if data.is_dir() {
        path
    } else {
        path.parent().unwrap_or(path)
    };
    // A file made now belongs to whoever runs this program.
    let own = tempfile::tempfile_in(folder)?.metadata()?.uid();
    Ok(data.uid() == own && data.mode() & 0o022 == 0 && !data.is_symlink())
}

/// Elsewhere the folder lies in the user's profile, which others cannot write to.
#[cfg(not(unix))]
fn is_private(path: &Path) -> io::Result<bool> {
    Ok(!fs::symlink_metadata(path)?.is_symlink())
}
