//! Watching a project.

mod cycle;
mod scope;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use notify::event::{EventKind, ModifyKind};
use notify::{ErrorKind, RecommendedWatcher, RecursiveMode, Watcher, WatcherKind};
use tokio::sync::Notify;

use self::scope::{Part, Scope};
use crate::error::ToolchainError;
use crate::project::Project;

pub use self::cycle::{Cycle, Step};

/// What was saved in a project.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Saved {
    /// Something that the plugin is built from.
    pub plugin: bool,
    /// Something of the page of its own.
    pub web: bool,
}

/// Tells when something in a project is saved; dropping it ends that.
pub struct Watch {
    watcher: RecommendedWatcher,
    folder: PathBuf,
    scope: Scope,
    /// The folders that are watched one by one; none where the system watches all of it at once.
    folders: HashSet<PathBuf>,
    heard: Arc<Heard>,
}

/// What the watcher's thread has heard, gathered until somebody asks.
#[derive(Default)]
struct Heard {
    state: Mutex<Told>,
    something: Notify,
}

#[derive(Default)]
struct Told {
    saved: Saved,
    /// Folders came or went.
    folders: bool,
    problem: Option<notify::Error>,
}

impl Watch {
    /// Begins to watch a project: its sources, its manifest, its assets and its page, but not what builds and
    /// tools write.
    ///
    /// # Errors
    ///
    /// If the system refuses, for example because too much is watched already.
    pub fn start(project: &Project) -> Result<Self, ToolchainError> {
        let folder = project.folder();
        // Some systems tell of files by the path that links lead to.
        let folder = fs::canonicalize(folder).map_err(ToolchainError::file("find", folder))?;
        let scope = Scope::new(project, folder.clone());
        let heard = Arc::new(Heard::default());
        let (listens, known) = (Arc::clone(&heard), scope.clone());
        let watcher = notify::recommended_watcher(move |event| listens.hear(event, &known));
        let mut watch = Self {
            watcher: watcher.map_err(|error| refused(&folder, &error))?,
            folder,
            scope,
            folders: HashSet::new(),
            heard,
        };
        watch.watch_folders()?;
        Ok(watch)
    }

    /// Waits until something is saved. May be dropped and called again; nothing is lost.
    ///
    /// # Errors
    ///
    /// If the system does not tell any more.
    pub async fn saved(&mut self) -> Result<Saved, ToolchainError> {
        loop {
            let told = std::mem::take(&mut *self.heard.state());
            if let Some(error) = told.problem {
                return Err(refused(&self.folder, &error));
            }
            if told.folders {
                self.watch_folders()?;
            }
            if told.saved != Saved::default() {
                return Ok(told.saved);
            }
            self.heard.something.notified().await;
        }
    }

    /// Where the system can watch a folder with all in it, it is one watch for the whole project. Where each
    /// folder counts, packages and what compilers leave would use up all that a user may watch.
    fn watch_folders(&mut self) -> Result<(), ToolchainError> {
        let wanted = match RecommendedWatcher::kind() {
            WatcherKind::Fsevent | WatcherKind::ReadDirectoryChangesWatcher => {
                if self.folders.insert(self.folder.clone()) {
                    self.watch(&self.folder.clone(), RecursiveMode::Recursive)?;
                }
                return Ok(());
            }
            _ => self.folders_of_sources(),
        };
        for folder in self.folders.difference(&wanted) {
            // It is gone, and the system forgot it by itself.
            let _ = self.watcher.unwatch(folder);
        }
        // Also those that are known: one of them may be another folder of the same name by now.
        for folder in &wanted {
            self.watch(folder, RecursiveMode::NonRecursive)?;
        }
        self.folders = wanted;
        Ok(())
    }

    fn watch(&mut self, folder: &Path, mode: RecursiveMode) -> Result<(), ToolchainError> {
        match self.watcher.watch(folder, mode) {
            // It went while the others were read.
            Err(error) if folder != self.folder && is_absent(&error) => Ok(()),
            watched => watched.map_err(|error| refused(folder, &error)),
        }
    }

    fn folders_of_sources(&self) -> HashSet<PathBuf> {
        let mut found = HashSet::new();
        let mut unread = vec![self.folder.clone()];
        while let Some(folder) = unread.pop() {
            let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
            for entry in entries {
                // A link to a folder is none: it could lead in a circle, or out of the project.
                let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                if is_folder && self.scope.part(&entry.path()).is_some() {
                    unread.push(entry.path());
                }
            }
            found.insert(folder);
        }
        found
    }
}

impl Heard {
    fn state(&self) -> std::sync::MutexGuard<'_, Told> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Called on the watcher's own thread.
    fn hear(&self, event: notify::Result<notify::Event>, scope: &Scope) {
        let mut told = self.state();
        match event {
            Ok(event) if event.need_rescan() => {
                // Too much happened at once, and nobody knows what.
                told.folders = true;
                told.saved = Saved {
                    plugin: true,
                    web: true,
                };
            }
            Ok(event) => {
                if !is_change(event.kind) {
                    return;
                }
                let mut parts = event
                    .paths
                    .iter()
                    .filter_map(|path| scope.part(path))
                    .peekable();
                if parts.peek().is_none() {
                    return;
                }
                for part in parts {
                    match part {
                        Part::Plugin => told.saved.plugin = true,
                        Part::Web => told.saved.web = true,
                    }
                }
                told.folders |= !matches!(event.kind, EventKind::Modify(ModifyKind::Data(_)));
            }
            Err(error) if is_absent(&error) => told.folders = true,
            Err(error) => told.problem = Some(error),
        }
        drop(told);
        self.something.notify_one();
    }
}

/// Reading a file is none, which compilers do; nor is a change of its rights or times.
fn is_change(kind: EventKind) -> bool {
    !matches!(
        kind,
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_))
    )
}

fn is_absent(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound | ErrorKind::WatchNotFound => true,
        ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::NotFound,
        _ => false,
    }
}

fn refused(folder: &Path, error: &notify::Error) -> ToolchainError {
    let problem = match &error.kind {
        ErrorKind::MaxFilesWatch => "the system lets nobody watch more folders; allow more with \
            `sudo sysctl fs.inotify.max_user_watches=524288`"
            .to_owned(),
        ErrorKind::PathNotFound => "it is not there any more".to_owned(),
        _ => error.to_string(),
    };
    ToolchainError::Watch {
        path: folder.to_owned(),
        problem,
    }
}

#[cfg(test)]
mod tests;
