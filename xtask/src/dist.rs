//! Makes what is given on: the installer of the desktop application for this system.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::setup::{self, DESKTOP};
use crate::{guests, pages, process};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Packs the debug build: quick, to look at the package, and not to give on.
    #[arg(long)]
    debug: bool,
    /// What to make, as Tauri names it: deb, rpm, appimage, msi, nsis, app, dmg.
    #[arg(long, value_name = "KIND", default_values_t = usual())]
    bundles: Vec<String>,
}

fn usual() -> Vec<String> {
    let kinds: &[&str] = match std::env::consts::OS {
        "windows" => &["msi", "nsis"],
        "macos" => &["app", "dmg"],
        _ => &["deb"],
    };
    kinds.iter().map(ToString::to_string).collect()
}

pub(crate) fn run(project: &Project, arguments: &Arguments) -> Result<()> {
    setup::for_guests(project)?;
    setup::for_desktop(project)?;
    guests::build(project)?;
    pages::build(project)?;
    let mut build = project.cargo();
    build.args(["build", "--workspace", "--bin", "pato-desktop"]);
    if !arguments.debug {
        build.arg("--release");
    }
    process::run(&mut build)?;
    let folder = project.path(DESKTOP);
    let mut bundle = process::program("node")?;
    bundle
        .arg(folder.join("node_modules/@tauri-apps/cli/tauri.js"))
        .args(["bundle", "--config", "tauri.bundle.json", "--bundles"])
        .arg(arguments.bundles.join(","))
        .current_dir(&folder);
    if arguments.debug {
        bundle.arg("--debug");
    }
    process::run(&mut bundle)?;
    let profile = if arguments.debug { "debug" } else { "release" };
    let made = project.target.join(profile).join("bundle");
    for kind in &arguments.bundles {
        for file in packages_in(&made.join(kind))? {
            println!("dist: {}", file.display());
        }
    }
    Ok(())
}

/// The packages in a folder of Tauri's.
fn packages_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("no {}", folder.display()))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let files: Vec<_> = paths.filter(|path| path.extension().is_some()).collect();
    if files.is_empty() {
        bail!("nothing was made in {}", folder.display());
    }
    Ok(files)
}
