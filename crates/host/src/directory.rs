//! The data folder: where it lies, and that only one host uses it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use fs4::TryLockError;
use serde::{Deserialize, Serialize};

/// What a running host leaves in its data folder, so that the command line finds it. Only the user
/// can read the file.
#[derive(Clone, Serialize, Deserialize)]
pub struct RunFile {
    /// The process.
    pub pid: u32,
    /// Where it listens.
    pub address: SocketAddr,
    /// What allows to change something there.
    pub token: String,
}

impl std::fmt::Debug for RunFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunFile")
            .field("pid", &self.pid)
            .field("address", &self.address)
            .finish()
    }
}

/// Why the data folder can't be used.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// A host uses it already.
    #[error(
        "Pato is running already{}: use that one, stop it with `pato stop`, or give this one \
         another folder with `--data`",
        running.as_ref().map(|run| format!(" (process {}, at http://{})", run.pid, run.address)).unwrap_or_default()
    )]
    Running {
        /// What it left, if that could be read.
        running: Option<RunFile>,
    },
    /// The operating system refused.
    #[error("can't use the data folder {}: {source}; choose another with `--data`", path.display())]
    Io {
        /// The folder or file in it.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The system names no home folder.
    #[error("the system names no folder for application data: give one with `--data`")]
    NoHome,
}

/// The data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataDirectory(PathBuf);

/// Holds the data folder for one host until dropped.
#[derive(Debug)]
pub struct DirectoryLock {
    _file: File,
    run_file: PathBuf,
}

impl DataDirectory {
    /// A given folder, or else the one where the system keeps such data.
    ///
    /// # Errors
    ///
    /// If none is given and the system names none.
    pub fn find(given: Option<PathBuf>) -> Result<Self, DirectoryError> {
        if let Some(path) = given {
            return Ok(Self(path));
        }
        let project =
            directories::ProjectDirs::from("", "", "pato").ok_or(DirectoryError::NoHome)?;
        Ok(Self(project.data_local_dir().to_owned()))
    }

    /// What the entries of this folder's accounts are filed under in the system's keyring. Each folder has
    /// its own: two that have an account of the same name would use up each other's login.
    pub fn keyring_name(&self) -> String {
        let usual = Self::find(None).is_ok_and(|usual| usual.0 == self.0);
        if usual {
            return "pato".to_owned();
        }
        let path = std::path::absolute(&self.0).unwrap_or_else(|_| self.0.clone());
        format!("pato in {}", path.display())
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        self.0.join("pato.sqlite")
    }

    /// The configuration file.
    pub fn configuration(&self) -> PathBuf {
        self.0.join("config.toml")
    }

    /// Where compiled plugins are kept.
    pub fn cache(&self) -> PathBuf {
        self.0.join("cache")
    }

    /// Where events wait that a lossless mailbox could not hold.
    pub fn spill(&self) -> PathBuf {
        self.0.join("spill")
    }

    /// Where plugins lie until they are whole.
    pub fn arriving(&self) -> PathBuf {
        self.0.join("arriving")
    }

    /// Where the copies of the database lie.
    pub fn backups(&self) -> PathBuf {
        self.0.join("backups")
    }

    /// Where the files lie that keep a second Pato from an account.
    pub fn locks(&self) -> PathBuf {
        self.0.join("locks")
    }

    /// Where the components of installed plugins lie.
    pub fn plugins(&self) -> PathBuf {
        self.0.join("plugins")
    }

    /// Where the component with this hash lies.
    pub fn component(&self, id: &str, hash: &str) -> PathBuf {
        self.plugins().join(id).join(format!("{hash}.wasm"))
    }

    fn run_file(&self) -> PathBuf {
        self.0.join("run.json")
    }

    /// Makes the folder, readable by its owner alone, and takes it for this process.
    ///
    /// # Errors
    ///
    /// If another host holds it, or the system refuses.
    pub fn lock(&self) -> Result<DirectoryLock, DirectoryError> {
        create_private(&self.0)?;
        let path = self.0.join("pato.lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|source| DirectoryError::Io {
                path: path.clone(),
                source,
            })?;
        match fs4::FileExt::try_lock(&file) {
            Ok(()) => Ok(DirectoryLock {
                _file: file,
                run_file: self.run_file(),
            }),
            Err(TryLockError::WouldBlock) => Err(DirectoryError::Running {
                running: self.read_run_file(),
            }),
            Err(TryLockError::Error(source)) => Err(DirectoryError::Io { path, source }),
        }
    }

    /// What a running host left, if one holds the folder now.
    pub fn running(&self) -> Option<RunFile> {
        let file = File::open(self.0.join("pato.lock")).ok()?;
        match fs4::FileExt::try_lock_shared(&file) {
            Err(TryLockError::WouldBlock) => self.read_run_file(),
            _ => None,
        }
    }

    fn read_run_file(&self) -> Option<RunFile> {
        serde_json::from_slice(&fs::read(self.run_file()).ok()?).ok()
    }
}

impl DirectoryLock {
    /// Tells the command line where this host listens.
    ///
    /// # Errors
    ///
    /// If the file can't be written.
    pub fn announce(&self, run: &RunFile) -> Result<(), DirectoryError> {
        let error = |source| DirectoryError::Io {
            path: self.run_file.clone(),
            source,
        };
        let text = serde_json::to_vec(run).map_err(|source| error(source.into()))?;
        write_private(&self.run_file, &text).map_err(error)
    }
}

impl Drop for DirectoryLock {
    fn drop(&mut self) {
        // The lock itself says whether a host runs; a stale file misleads nobody.
        let _ = fs::remove_file(&self.run_file);
    }
}

/// Makes a folder that only its owner can read.
pub(crate) fn create_private(path: &Path) -> Result<(), DirectoryError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| DirectoryError::Io {
        path: path.to_owned(),
        source,
    })
}

/// Replaces a file in one step; only its owner can read it.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // Temporary files are made readable by their owner alone.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_host_is_told_where_the_first_one_is() {
        let folder = tempfile::tempdir().unwrap();
        let directory = DataDirectory::find(Some(folder.path().join("data"))).unwrap();
        assert!(directory.running().is_none());
        let lock = directory.lock().unwrap();
        let run = RunFile {
            pid: 42,
            address: "127.0.0.1:7286".parse().unwrap(),
            token: "very secret".into(),
        };
        lock.announce(&run).unwrap();
        let message = directory.lock().unwrap_err().to_string();
        assert!(
            message.contains("process 42, at http://127.0.0.1:7286"),
            "{message}"
        );
        assert!(!format!("{run:?}{message}").contains("very secret"));
        assert_eq!(directory.running().unwrap().token, "very secret");
        drop(lock);
        assert!(directory.running().is_none());
        directory.lock().unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_the_token() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.json");
        write_private(&path, b"secret").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
    }
}
