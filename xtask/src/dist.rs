//! Makes what is given on: the installer of the desktop application for this system, with the `pato`
//! command and the bundled plugins in it, and looks into it as far as this system can.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::host::{self, Build};
use crate::project::Project;
use crate::setup::{self, DESKTOP};
use crate::{guests, pages, process};

/// What a package of Debian's must hold, besides the plugins.
const CONTENTS: [&str; 3] = [
    "usr/bin/pato-desktop",
    "usr/bin/pato",
    "usr/share/applications/Pato.desktop",
];

/// Where the plugins lie in it.
const PLUGINS: &str = "usr/lib/Pato/plugins";

/// The sums of all packages, as `sha256sum --check` reads them.
const SUMS: &str = "SHA256SUMS";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Packs the debug build: quick, to look at the package, and not to give on.
    #[arg(long)]
    debug: bool,
    /// What to make, as Tauri names it: deb, rpm, appimage, msi, nsis, app, dmg.
    #[arg(long, value_name = "KIND", default_values_t = usual())]
    bundles: Vec<String>,
    /// More of Tauri's configuration, in JSON: the key and the place of updates, certificates.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
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
    let build = Build {
        release: !arguments.debug,
        configuration: arguments.config.as_deref().map(configuration).transpose()?,
    };
    host::build_shipped(project, &build)?;
    let command = with_command(&build.path(project, "pato"));
    let folder = project.path(DESKTOP);
    let mut bundle = process::program("node")?;
    bundle
        .arg(folder.join("node_modules/@tauri-apps/cli/tauri.js"))
        .args(["bundle", "--config", "tauri.bundle.json", "--config"])
        .arg(command.to_string())
        .arg("--bundles")
        .arg(arguments.bundles.join(","))
        .current_dir(&folder);
    if let Some(configuration) = &build.configuration {
        bundle.arg("--config").arg(configuration.to_string());
    }
    if arguments.debug {
        bundle.arg("--debug");
    }
    process::run(&mut bundle)?;
    let made = build.folder(project).join("bundle");
    let mut packages = Vec::new();
    for kind in &arguments.bundles {
        packages.extend(packages_in(&made.join(kind))?);
    }
    fs::write(made.join(SUMS), sums(&made, &packages)?)?;
    for package in &packages {
        if package.extension().is_some_and(|kind| kind == "deb") {
            look_into(project, package, &build)?;
        }
        println!("dist: {}", package.display());
    }
    println!("dist: {}", made.join(SUMS).display());
    Ok(())
}

/// What is put on top of `tauri.conf.json`, in the program and in its packages.
fn configuration(file: &Path) -> Result<Value> {
    let text =
        fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?;
    let value: Value =
        serde_json::from_str(&text).with_context(|| format!("{} is not JSON", file.display()))?;
    let updater = value.pointer("/plugins/updater");
    let has =
        |name: &str, is: fn(&Value) -> bool| updater.and_then(|it| it.get(name)).is_some_and(is);
    if updater.is_some() {
        if !has("pubkey", |key| {
            key.as_str().is_some_and(|key| !key.is_empty())
        }) {
            bail!("{}: updates need `plugins.updater.pubkey`", file.display());
        }
        if !has("endpoints", encrypted) {
            bail!(
                "{}: `plugins.updater.endpoints` must be addresses with https://",
                file.display()
            );
        }
    }
    Ok(value)
}

fn encrypted(endpoints: &Value) -> bool {
    let is_one = |one: &Value| one.as_str().is_some_and(|one| one.starts_with("https://"));
    let all = endpoints.as_array();
    all.is_some_and(|all| !all.is_empty() && all.iter().all(is_one))
}

/// The `pato` command beside the desktop, where a system's packages have a place for such.
fn with_command(command: &Path) -> Value {
    let files = json!({ "files": { "/usr/bin/pato": command } });
    json!({ "bundle": { "linux": { "deb": files, "rpm": files } } })
}

/// The packages in a folder of Tauri's.
fn packages_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("no {}", folder.display()))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<_> = paths
        .filter(|path| path.is_file() && path.extension().is_some())
        .collect();
    if files.is_empty() {
        bail!("nothing was made in {}", folder.display());
    }
    files.sort();
    Ok(files)
}

fn sums(folder: &Path, packages: &[PathBuf]) -> Result<String> {
    let mut sums = String::new();
    for package in packages {
        for byte in Sha256::digest(fs::read(package)?) {
            // Writing to a string cannot fail.
            let _ = write!(sums, "{byte:02x}");
        }
        let name = package.strip_prefix(folder)?;
        let _ = writeln!(sums, "  {}", name.display());
    }
    Ok(sums)
}

/// Unpacks a package, and drives the window that is in it.
fn look_into(project: &Project, package: &Path, build: &Build) -> Result<()> {
    let root = package.with_extension("unpacked");
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    let mut unpack = process::program("dpkg-deb")?;
    process::run(unpack.arg("--extract").arg(package).arg(&root))?;
    let bundled = packages_in(&guests::bundled(project))?;
    let bundled = bundled.iter().filter_map(|plugin| plugin.file_name());
    let wanted = bundled.map(|name| root.join(PLUGINS).join(name));
    for file in CONTENTS
        .map(|file| root.join(file))
        .into_iter()
        .chain(wanted)
    {
        if !file.is_file() {
            bail!("{} lacks {}", package.display(), file.display());
        }
    }
    let entry = root.join("usr/share/applications/Pato.desktop");
    let entry = fs::read_to_string(&entry)?;
    if !is_handler(&entry) {
        bail!(
            "{} does not open pato:// links:\n{entry}",
            package.display()
        );
    }
    host::drive_window(project, build, Some(&root.join("usr/bin/pato-desktop")))?;
    Ok(fs::remove_dir_all(&root)?)
}

/// Whether an entry of the system's menu takes `pato://` links, and hands them over.
fn is_handler(entry: &str) -> bool {
    let value = |key: &str| {
        let mut lines = entry.lines().filter_map(|line| line.split_once('='));
        lines
            .find(|(name, _)| *name == key)
            .map_or("", |(_, value)| value)
    };
    let mut types = value("MimeType").split(';');
    types.any(|kind| kind == "x-scheme-handler/pato")
        && value("Exec")
            .split(' ')
            .any(|word| word == "%u" || word == "%U")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configured(text: &str) -> Result<Value, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        configuration(file.path()).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn updates_need_a_key_and_an_encrypted_way() {
        let with = |updater: &str| configured(&format!(r#"{{"plugins":{{"updater":{updater}}}}}"#));
        let place = r#"["https://example.org/newest.json"]"#;
        assert!(with(&format!(r#"{{"pubkey":"k","endpoints":{place}}}"#)).is_ok());
        assert!(configured(r#"{"bundle":{}}"#).is_ok());
        for (updater, complaint) in [
            (format!(r#"{{"endpoints":{place}}}"#), "pubkey"),
            (format!(r#"{{"pubkey":"","endpoints":{place}}}"#), "pubkey"),
            (r#"{"pubkey":"k"}"#.into(), "https://"),
            (r#"{"pubkey":"k","endpoints":[]}"#.into(), "https://"),
            (
                r#"{"pubkey":"k","endpoints":["https://a","http://b"]}"#.into(),
                "https://",
            ),
        ] {
            let error = with(&updater).unwrap_err();
            assert!(error.contains(complaint), "{updater}: {error}");
        }
        assert!(configured("{").unwrap_err().contains("is not JSON"));
    }

    #[test]
    fn the_documented_way_to_updates_is_understood() {
        let page = include_str!("../../docs/src/contributing/releasing.md");
        let (_, rest) = page.split_once("```json").unwrap();
        let (example, _) = rest.split_once("```").unwrap();
        let value = configured(example).unwrap();
        assert_eq!(value["bundle"]["createUpdaterArtifacts"], true);
    }

    #[test]
    fn sums_are_those_that_the_usual_program_checks() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("deb/a.deb");
        fs::create_dir(folder.path().join("deb")).unwrap();
        fs::write(&package, "abc").unwrap();
        assert_eq!(
            sums(folder.path(), &[package]).unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  deb/a.deb\n"
        );
    }

    #[test]
    fn a_menu_entry_must_take_links_and_hand_them_over() {
        let links = "MimeType=text/x;x-scheme-handler/pato;\n";
        assert!(is_handler(&format!(
            "[Desktop Entry]\nExec=pato-desktop %u\n{links}"
        )));
        assert!(!is_handler(&format!("Exec=pato-desktop\n{links}")));
        assert!(!is_handler("Exec=pato-desktop %u\n"));
        assert!(!is_handler(
            "Exec=pato-desktop %u\nMimeType=x-scheme-handler/patou;\n"
        ));
    }
}
