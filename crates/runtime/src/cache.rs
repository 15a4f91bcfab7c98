//! Compiled code on disk, so that a plugin is compiled once.
//!
//! A file's name holds three hashes: of the component, of the engine's version and settings, and of the
//! file itself. The last one is checked before the file is used: what was cut off or changed is
//! compiled anew.

use std::collections::HashMap;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use tokio::sync::OnceCell;
use wasmtime::Engine;
use wasmtime::component::Component;

use crate::configuration::CacheConfiguration;
use crate::error::RuntimeError;

const EXTENSION: &str = "cwasm";

/// Compiles components, or takes them from the cache.
pub(crate) struct Compiler {
    engine: Engine,
    store: Option<Arc<CompiledCode>>,
    /// Components that are loaded now or being compiled, so that several plugins share them.
    loaded: Mutex<HashMap<String, Weak<OnceCell<Component>>>>,
}

/// A compiled component. While one is held, loading the same bytes again costs nothing.
#[derive(Clone)]
pub(crate) struct Compiled {
    component: Component,
    _loaded: Arc<OnceCell<Component>>,
}

impl Compiled {
    pub(crate) fn component(&self) -> &Component {
        &self.component
    }
}

impl Compiler {
    pub(crate) fn new(
        engine: Engine,
        configuration: Option<&CacheConfiguration>,
    ) -> Result<Self, RuntimeError> {
        let store = match configuration {
            Some(configuration) => Some(Arc::new(CompiledCode::open(&engine, configuration)?)),
            None => None,
        };
        Ok(Self {
            engine,
            store,
            loaded: Mutex::default(),
        })
    }

    /// The compiled component. Compiling runs on a thread of its own; whoever asks for the same bytes
    /// meanwhile waits for that.
    pub(crate) async fn compile(&self, bytes: Arc<[u8]>) -> Result<Compiled, RuntimeError> {
        let hash = hexadecimal(&Sha256::digest(&bytes));
        let cell = {
            let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
            loaded.retain(|_, cell| cell.strong_count() > 0);
            let known = loaded.get(&hash).and_then(Weak::upgrade);
            known.unwrap_or_else(|| {
                let cell = Arc::new(OnceCell::new());
                loaded.insert(hash.clone(), Arc::downgrade(&cell));
                cell
            })
        };
        let component = cell
            .get_or_try_init(|| async {
                let (engine, store) = (self.engine.clone(), self.store.clone());
                let work = move || match store {
                    Some(store) => store.load_or_compile(&engine, &hash, &bytes),
                    None => compile(&engine, &bytes),
                };
                let done = tokio::task::spawn_blocking(work).await;
                done.unwrap_or_else(|error| Err(RuntimeError::Compile(error.to_string())))
            })
            .await?
            .clone();
        Ok(Compiled {
            component,
            _loaded: cell,
        })
    }
}

fn compile(engine: &Engine, bytes: &[u8]) -> Result<Component, RuntimeError> {
    Component::from_binary(engine, bytes)
        .map_err(|error| RuntimeError::Compile(format!("{error:#}")))
}

/// The folder.
struct CompiledCode {
    folder: PathBuf,
    max_bytes: u64,
    /// The engine's part of the names.
    engine: String,
}

impl CompiledCode {
    fn open(engine: &Engine, configuration: &CacheConfiguration) -> Result<Self, RuntimeError> {
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
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Ok(Self {
            engine: format!("{:016x}", hasher.finish()),
            max_bytes: configuration.max_bytes,
            folder: configuration.folder.clone(),
        })
    }

    fn load_or_compile(
        &self,
        engine: &Engine,
        hash: &str,
        bytes: &[u8],
    ) -> Result<Component, RuntimeError> {
        let beginning = format!("{hash}-{}-", self.engine);
        if let Some(component) = self.load(engine, &beginning) {
            return Ok(component);
        }
        let component = compile(engine, bytes)?;
        if let Err(error) = self.save(&component, &beginning) {
            // The plugin runs all the same; the next start compiles it again.
            tracing::warn!(folder = %self.folder.display(), %error, "compiled code was not kept");
        }
        Ok(component)
    }

    /// The component, if a file of that beginning is whole. Files that are not are removed.
    fn load(&self, engine: &Engine, beginning: &str) -> Option<Component> {
        let files = fs::read_dir(&self.folder).ok()?;
        for path in files.filter_map(Result::ok).map(|file| file.path()) {
            let name = path.file_stem().and_then(|name| name.to_str());
            let Some(digest) = name.and_then(|name| name.strip_prefix(beginning)) else {
                continue;
            };
            match self.deserialize(engine, &path, digest) {
                Ok(component) => return Some(component),
                Err(reason) => {
                    tracing::warn!(file = %path.display(), %reason, "compiled code is not usable");
                    let _ = fs::remove_file(&path);
                }
            }
        }
        None
    }

    #[expect(
        unsafe_code,
        reason = "reading compiled code without compiling it is what a cache is for"
    )]
    fn deserialize(&self, engine: &Engine, path: &Path, digest: &str) -> Result<Component, String> {
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
        // SAFETY: the file was made by this program for an engine of this very version and settings
        // (in its name), it still has the contents it was given (hashed just now), and both it and
        // the folder can be written by this user only, who could as well replace the program.
        let component = unsafe { Component::deserialize_file(engine, path) };
        component.map_err(|error| format!("{error:#}"))
    }

    /// Writes to a temporary file first, so that a file of its final name is always whole.
    fn save(&self, component: &Component, beginning: &str) -> Result<(), String> {
        let code = component
            .serialize()
            .map_err(|error| format!("{error:#}"))?;
        let digest = hexadecimal(&Sha256::digest(&code));
        let path = self.folder.join(format!("{beginning}{digest}.{EXTENSION}"));
        let write = || -> io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            file.write_all(&code)?;
            file.as_file().sync_all()?;
            file.persist(&path)?;
            self.prune(&path)
        };
        write().map_err(|error| error.to_string())
    }

    /// Removes the files that were not used for longest, until the rest fits. `newest` stays.
    fn prune(&self, newest: &Path) -> io::Result<()> {
        let mut files = Vec::new();
        for file in fs::read_dir(&self.folder)? {
            let file = file?;
            let data = file.metadata()?;
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
                fs::remove_file(&path)?;
                total -= length;
            }
        }
        Ok(())
    }
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

fn hexadecimal(bytes: &[u8]) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn cache(folder: &Path, max_bytes: u64) -> Compiler {
        let configuration = CacheConfiguration {
            folder: folder.to_owned(),
            max_bytes,
        };
        Compiler::new(Engine::default(), Some(&configuration)).unwrap()
    }

    fn component(number: u32) -> Arc<[u8]> {
        wat::parse_str(format!(
            "(component (core module (func (export \"f\") (result i32) i32.const {number})))"
        ))
        .unwrap()
        .into()
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let mut paths: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        paths.sort();
        paths
    }

    #[tokio::test]
    async fn the_second_load_takes_the_file_and_compiles_nothing() {
        let folder = tempfile::tempdir().unwrap();
        cache(folder.path(), u64::MAX)
            .compile(component(1))
            .await
            .unwrap();
        let [file] = files(folder.path()).try_into().unwrap();
        let before = fs::metadata(&file).unwrap();
        // If it compiled, it would write, and rename over the file: another inode.
        let again = cache(folder.path(), u64::MAX);
        again.compile(component(1)).await.unwrap();
        assert_eq!(files(folder.path()), std::slice::from_ref(&file));
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            assert_eq!(fs::metadata(&file).unwrap().ino(), before.ino());
        }
        assert_eq!(fs::metadata(&file).unwrap().len(), before.len());
    }

    #[tokio::test]
    async fn a_file_that_was_cut_off_changed_or_filled_with_garbage_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        cache(folder.path(), u64::MAX)
            .compile(component(1))
            .await
            .unwrap();
        let [file] = files(folder.path()).try_into().unwrap();
        let good = fs::read(&file).unwrap();
        let mut flipped = good.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        for bad in [&good[..good.len() / 2], b"garbage", b"", &flipped] {
            fs::write(&file, bad).unwrap();
            cache(folder.path(), u64::MAX)
                .compile(component(1))
                .await
                .unwrap();
            let [replaced] = files(folder.path()).try_into().unwrap();
            let digest = hexadecimal(&Sha256::digest(fs::read(&replaced).unwrap()));
            assert!(replaced.to_str().unwrap().contains(&digest));
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn what_others_can_write_to_is_not_used() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        cache(folder.path(), u64::MAX)
            .compile(component(1))
            .await
            .unwrap();
        let [file] = files(folder.path()).try_into().unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
        cache(folder.path(), u64::MAX)
            .compile(component(1))
            .await
            .unwrap();
        let [file] = files(folder.path()).try_into().unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o022, 0);

        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let configuration = CacheConfiguration::in_folder(folder.path());
        let refused = Compiler::new(Engine::default(), Some(&configuration));
        let message = refused.err().unwrap().to_string();
        assert!(message.contains("choose another folder"), "{message}");
    }

    #[tokio::test]
    async fn what_was_not_used_for_longest_is_removed_first() {
        let folder = tempfile::tempdir().unwrap();
        let compiler = cache(folder.path(), u64::MAX);
        compiler.compile(component(1)).await.unwrap();
        let [first] = files(folder.path()).try_into().unwrap();
        let old = SystemTime::now() - std::time::Duration::from_secs(60);
        File::open(&first).unwrap().set_modified(old).unwrap();
        let size = fs::metadata(&first).unwrap().len();

        let compiler = cache(folder.path(), size * 2 + size / 2);
        compiler.compile(component(2)).await.unwrap();
        assert!(first.exists());
        compiler.compile(component(3)).await.unwrap();
        assert!(!first.exists());
        assert_eq!(files(folder.path()).len(), 2);
    }

    #[tokio::test]
    async fn loads_at_the_same_time_compile_once_and_share_the_code() {
        let compiler = Compiler::new(Engine::default(), None).unwrap();
        let (one, other) = tokio::join!(
            compiler.compile(component(1)),
            compiler.compile(component(1)),
        );
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!(
            one.component().image_range(),
            other.component().image_range()
        );
    }

    #[tokio::test]
    async fn a_component_that_does_not_compile_is_refused_and_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let compiler = cache(folder.path(), u64::MAX);
        let bytes = wat::parse_str("(component (core module (func (result i32))))").unwrap();
        let refused = compiler.compile(bytes.into()).await;
        assert!(matches!(refused, Err(RuntimeError::Compile(_))));
        assert!(files(folder.path()).is_empty());
    }
}
