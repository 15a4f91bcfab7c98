//! What the user set of the desktop itself: `desktop.toml` in the data folder.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::texts::Language;

/// The settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Settings {
    /// Whether Pato goes on without its window, which then is shown from the tray.
    pub(crate) close_to_tray: bool,
    /// Whether the system's notifications tell what needs an answer.
    pub(crate) notifications: bool,
    /// The language of the page, as it was told last.
    pub(crate) language: Language,
}

impl Default for Settings {
    /// A window that is closed in the middle of a stream must not take the alerts with it.
    fn default() -> Self {
        Self {
            close_to_tray: true,
            notifications: true,
            language: Language::default(),
        }
    }
}

/// The settings with their file.
pub(crate) struct SettingsFile {
    path: PathBuf,
    settings: Mutex<Settings>,
}

impl SettingsFile {
    /// Reads the file; one that is not there or can't be read means the defaults, the latter with a word
    /// in the log.
    pub(crate) fn open(path: PathBuf) -> Self {
        let settings = match fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).unwrap_or_else(|error| {
                tracing::warn!(
                    "{} is not understood, so the defaults hold until it is mended: {error}",
                    path.display()
                );
                Settings::default()
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Settings::default(),
            Err(error) => {
                tracing::warn!("can't read {}: {error}", path.display());
                Settings::default()
            }
        };
        Self {
            path,
            settings: Mutex::new(settings),
        }
    }

    pub(crate) fn get(&self) -> Settings {
        *self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes them, here and in the file, which is replaced in one step.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Settings)) -> io::Result<()> {
        let mut settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut settings);
        let text = toml::to_string(&*settings).map_err(io::Error::other)?;
        let new = self.path.with_extension("toml.new");
        fs::write(&new, text)?;
        fs::rename(new, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_changed_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desktop.toml");
        let file = SettingsFile::open(path.clone());
        assert_eq!(file.get(), Settings::default());
        file.change(|settings| settings.close_to_tray = false)
            .unwrap();
        let found = SettingsFile::open(path).get();
        assert!(!found.close_to_tray && found.notifications);
    }

    #[test]
    fn a_file_that_is_not_understood_means_the_defaults_and_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("desktop.toml");
        for text in ["close-to-tray = 7", "colour = \"pink\"", "\u{0}", "[["] {
            fs::write(&path, text).unwrap();
            assert_eq!(
                SettingsFile::open(path.clone()).get(),
                Settings::default(),
                "{text}"
            );
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_and_the_change_holds_for_this_run() {
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsFile::open(folder.path().join("gone/desktop.toml"));
        assert!(
            file.change(|settings| settings.notifications = false)
                .is_err()
        );
        assert!(!file.get().notifications);
    }
}
