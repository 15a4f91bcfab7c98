//! The plugins that come with Pato. They are installed like any other, and granted nothing by being here.

use std::fs;
use std::path::{Path, PathBuf};

use pato_permissions::Grants;

use crate::database::Origin;
use crate::error::HostError;
use crate::host::Host;
use crate::package::Package;
use crate::plugins::Consent;
use crate::view::{InspectionView, PluginView};

/// Where the plugins that come with Pato may be, beside the program, where the desktop's installers for
/// Linux and macOS put them, or where it was built.
const PLACES: [&str; 5] = [
    "plugins",
    "../share/pato/plugins",
    "../lib/Pato/plugins",
    "../Resources/plugins",
    "../guests/plugins",
];

/// The folder with the plugins that come with this program, if it brings any.
pub fn bundled_plugins() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    let folder = program.parent()?;
    let mut places = PLACES.iter().map(|place| folder.join(place));
    places.find(|place| place.is_dir())
}

impl Host {
    /// What comes with Pato and is not installed, by name.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn bundled(&self) -> Result<Vec<InspectionView>, HostError> {
        let Some(folder) = self.inner.bundled.clone() else {
            return Ok(Vec::new());
        };
        let packages = tokio::task::spawn_blocking(move || packages(&folder)).await;
        let mut views = Vec::new();
        for package in packages.unwrap_or_default() {
            let installed = self
                .inner
                .database
                .plugin(package.manifest.id.as_str())
                .await?;
            if installed.is_none() {
                views.push(self.inspect(&package).await?);
            }
        }
        views.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(views)
    }

    /// Installs a plugin that comes with Pato, with what the user grants it.
    ///
    /// # Errors
    ///
    /// If Pato brings none of that id, or as [`install`](Self::install).
    pub async fn install_bundled(&self, id: &str, grants: Grants) -> Result<PluginView, HostError> {
        let missing = || HostError::NotBundled { id: id.to_owned() };
        let folder = self.inner.bundled.clone().ok_or_else(missing)?;
        let packages = tokio::task::spawn_blocking(move || packages(&folder)).await;
        let mut packages = packages.unwrap_or_default().into_iter();
        let package = packages.find(|package| package.manifest.id.as_str() == id);
        let consent = Consent::new(grants, Origin::Bundled);
        self.install(package.ok_or_else(missing)?, consent).await
    }
}

fn packages(folder: &Path) -> Vec<Package> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "wasm"))
        .filter_map(|path| match Package::read(&path) {
            Ok(package) => Some(package),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "a plugin of Pato's own can't be read");
                None
            }
        })
        .collect()
}
