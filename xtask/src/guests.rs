use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use cargo_metadata::{Artifact, Message, MetadataCommand, TargetKind};

use crate::project::Project;
use crate::setup::{GUEST, PREVIEW1};

/// A workspace whose members run inside the host, or under `pato exec`.
pub(crate) struct GuestWorkspace {
    /// Its folder in the repository.
    pub(crate) folder: &'static str,
    /// The folder under `target/guests` in which its components are gathered.
    gathered: &'static str,
    /// What they are built for.
    target: &'static str,
}

/// Of the examples only the one in Rust; the others have tools of their own, and `pato build`.
pub(crate) const WORKSPACES: [GuestWorkspace; 6] = [
    GuestWorkspace {
        folder: "plugins",
        gathered: "plugins",
        target: GUEST,
    },
    GuestWorkspace {
        folder: "examples/greeter-rust",
        gathered: "examples",
        target: GUEST,
    },
    GuestWorkspace {
        folder: "fixtures/plugins",
        gathered: "fixtures",
        target: GUEST,
    },
    GuestWorkspace {
        folder: "docs/cookbook",
        gathered: "cookbook",
        target: GUEST,
    },
    GuestWorkspace {
        folder: "fixtures/programs",
        gathered: "programs",
        target: GUEST,
    },
    GuestWorkspace {
        folder: "fixtures/programs",
        gathered: "programs-preview1",
        target: PREVIEW1,
    },
];

/// Where the bundled plugins are gathered.
pub(crate) fn bundled(project: &Project) -> PathBuf {
    project.guests().join("plugins")
}

/// Builds all guests and gathers them as `target/guests/FOLDER/NAME.wasm`, where the folder is that of
/// [`WORKSPACES`].
pub(crate) fn build(project: &Project) -> Result<()> {
    for workspace in &WORKSPACES {
        let components = build_workspace(project, workspace)?;
        let folder = project.guests().join(workspace.gathered);
        let changed = gather(&components, &folder)?;
        println!(
            "guests: {} components in {}, {changed} of them new",
            components.len(),
            folder.display()
        );
    }
    Ok(())
}

/// Cargo on a guest workspace, with the target folder that all guests share.
pub(crate) fn cargo(project: &Project, workspace: &GuestWorkspace, subcommand: &str) -> Command {
    let mut command = project.cargo_in(&project.path(workspace.folder));
    command
        .args([subcommand, "--workspace", "--target-dir"])
        .arg(project.guests());
    command
}

/// Cargo on everything in a guest workspace that becomes a component.
pub(crate) fn cargo_for_components(
    project: &Project,
    workspace: &GuestWorkspace,
    subcommand: &str,
) -> Result<Command> {
    let folder = project.path(workspace.folder);
    let metadata = MetadataCommand::new()
        .current_dir(&folder)
        .no_deps()
        .exec()
        .with_context(|| format!("cannot read the workspace in {}", folder.display()))?;
    let mut command = cargo(project, workspace, subcommand);
    command.args(["--release", "--target", workspace.target]);
    let mut targets = metadata
        .packages
        .iter()
        .flat_map(|package| &package.targets);
    if targets.any(|target| target.kind.contains(&TargetKind::Example)) {
        command.args(["--lib", "--bins", "--examples"]);
    }
    Ok(command)
}

fn build_workspace(
    project: &Project,
    workspace: &GuestWorkspace,
) -> Result<BTreeMap<String, PathBuf>> {
    let mut command = cargo_for_components(project, workspace, "build")?;
    command.arg("--message-format=json-render-diagnostics");
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let output = child.stdout.take().context("cargo has no output")?;
    let mut components = BTreeMap::new();
    for message in Message::parse_stream(BufReader::new(output)) {
        let Message::CompilerArtifact(artifact) = message? else {
            continue;
        };
        for (name, file) in components_of(&artifact) {
            if let Some(other) = components.insert(name.clone(), file.clone()) {
                bail!(
                    "`{name}` is built twice: {} and {}",
                    other.display(),
                    file.display()
                );
            }
        }
    }
    if !child.wait()?.success() {
        bail!("the guests in {} could not be built", workspace.folder);
    }
    Ok(components)
}

/// The components of one artifact, named as one writes a plugin's id: with hyphens.
fn components_of(artifact: &Artifact) -> impl Iterator<Item = (String, PathBuf)> {
    let name = artifact.target.name.replace('_', "-");
    artifact
        .filenames
        .iter()
        .filter(|file| file.extension() == Some("wasm"))
        .map(move |file| (name.clone(), file.clone().into_std_path_buf()))
}

/// Brings the folder up to date; answers how many files changed. A host that watches the folder never
/// sees half a file.
fn gather(components: &BTreeMap<String, PathBuf>, folder: &Path) -> Result<usize> {
    fs::create_dir_all(folder)?;
    let mut changed = 0;
    let mut wanted = BTreeSet::new();
    for (name, source) in components {
        let destination = folder.join(format!("{name}.wasm"));
        let bytes =
            fs::read(source).with_context(|| format!("cannot read {}", source.display()))?;
        if !fs::read(&destination).is_ok_and(|old| old == bytes) {
            let partial = destination.with_extension("partial");
            fs::write(&partial, bytes)?;
            fs::rename(partial, &destination)?;
            changed += 1;
        }
        wanted.insert(destination);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if !wanted.contains(&path) {
            fs::remove_file(path)?;
        }
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gathering_writes_only_what_changed_and_removes_what_is_no_longer_built() {
        let folder = tempfile::tempdir().unwrap();
        let (built, gathered) = (folder.path().join("a.wasm"), folder.path().join("out"));
        fs::write(&built, "1").unwrap();
        let components = BTreeMap::from([("a".to_owned(), built.clone())]);

        assert_eq!(gather(&components, &gathered).unwrap(), 1);
        fs::write(gathered.join("gone.wasm"), "old").unwrap();
        assert_eq!(gather(&components, &gathered).unwrap(), 0);
        assert!(!gathered.join("gone.wasm").exists());

        fs::write(&built, "2").unwrap();
        assert_eq!(gather(&components, &gathered).unwrap(), 1);
        assert_eq!(fs::read_to_string(gathered.join("a.wasm")).unwrap(), "2");
    }

    #[test]
    fn an_artifact_gives_its_component_under_a_name_with_hyphens() {
        let artifact: Artifact = serde_json::from_str(
            r#"{"package_id":"path+file:///p#0.1.0","manifest_path":"/p/Cargo.toml",
            "target":{"kind":["cdylib"],"crate_types":["cdylib"],"name":"spins_forever","src_path":"/p/lib.rs",
            "edition":"2024","doc":true,"doctest":false,"test":true},
            "profile":{"opt_level":"3","debuginfo":0,"debug_assertions":false,"overflow_checks":false,"test":false},
            "features":[],"filenames":["/t/spins_forever.wasm","/t/spins_forever.d"],"executable":null,"fresh":true}"#,
        )
        .unwrap();
        let components: Vec<_> = components_of(&artifact).collect();
        let expected = (
            "spins-forever".to_owned(),
            PathBuf::from("/t/spins_forever.wasm"),
        );
        assert_eq!(components, [expected]);
    }
}
