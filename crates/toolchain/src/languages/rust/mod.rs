use std::path::{Path, PathBuf};
use std::process::Stdio;

use async_trait::async_trait;
use cargo_metadata::{Artifact, Message};
use tokio::process::Command;

use crate::build::Profile;
use crate::error::ToolchainError;
use crate::install::InstallStep;
use crate::language::{About, Build, Language, Template};
use crate::tools::{Detail, Program, Remedy, ToolReport, Toolbox};

/// Rust, with the SDK `pato-sdk`, which brings the bindings.
pub(super) struct Rust;

const CARGO: &[&str] = &["cargo"];
const TARGET: &str = "wasm32-wasip2";

const PROGRAMS: [Program; 1] = [Program {
    names: CARGO,
    why: "compiles Rust",
    version: &["--version"],
    minimum: (1, 95),
    remedy: Remedy {
        linux: "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh, or `rustup update` if it is old",
        macos: "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh, or `rustup update` if it is old",
        windows: "winget install Rustlang.Rustup, or `rustup update` if it is old",
    },
    is_of_project: false,
}];

const INSTALLATION: [InstallStep; 1] = [InstallStep {
    program: &["rustup"],
    arguments: &["target", "add", TARGET],
    makes: "",
}];

const TEMPLATE: [Template; 4] = [
    Template {
        path: "Cargo.toml",
        text: include_str!("../../../templates/rust/Cargo.toml"),
    },
    Template {
        path: "src/lib.rs",
        text: include_str!("../../../templates/rust/src/lib.rs"),
    },
    Template {
        path: "README.md",
        text: include_str!("../../../templates/rust/README.md"),
    },
    Template {
        path: ".gitignore",
        text: include_str!("../../../templates/rust/.gitignore"),
    },
];

const ABOUT: About = About {
    id: "rust",
    name: "Rust",
    marks: "Cargo.toml",
    programs: &PROGRAMS,
    installation: &INSTALLATION,
    template: &TEMPLATE,
    uses_wit: false,
    leftovers: &["target"],
    byproducts: &["Cargo.lock"],
};

#[async_trait]
impl Language for Rust {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    async fn check(&self, toolbox: &Toolbox, _: bool, detail: Detail) -> Vec<ToolReport> {
        let mut reports = Vec::new();
        for program in &PROGRAMS {
            reports.push(ToolReport::of(program, toolbox, detail).await);
        }
        reports.push(check_target(toolbox).await);
        reports
    }

    async fn component(&self, build: &Build<'_>) -> Result<Vec<u8>, ToolchainError> {
        let profile: &[&str] = match build.profile {
            Profile::Debug => &[],
            Profile::Release => &["--release"],
            Profile::Size => &[
                "--release",
                "--config=profile.release.opt-level='z'",
                "--config=profile.release.lto=true",
                "--config=profile.release.codegen-units=1",
                "--config=profile.release.strip=true",
            ],
        };
        let command = build
            .runner
            .program(CARGO)?
            .with(["build", "--target", TARGET])
            .with(["--message-format=json-render-diagnostics"])
            .with(profile);
        let manifest = build.project.join("Cargo.toml");
        let mut components = Vec::new();
        let take = |line: &str| {
            if let Some(Ok(Message::CompilerArtifact(artifact))) =
                Message::parse_stream(line.as_bytes()).next()
                && is_of(&artifact, &manifest)
            {
                components.extend(component_of(artifact));
            }
        };
        build.runner.run_reading(&command, take).await?;
        let problem = match components.as_slice() {
            [component] => {
                return std::fs::read(component).map_err(ToolchainError::file("read", component));
            }
            [] => {
                "it made no component: let `[lib]` in Cargo.toml have `crate-type = [\"cdylib\"]`"
            }
            _ => "it made several components: a project has one library or one program",
        };
        Err(ToolchainError::NoResult {
            command: command.shown(),
            problem: problem.to_owned(),
        })
    }
}

/// Whether an artifact is of this project, and not of another package of its workspace.
fn is_of(artifact: &Artifact, manifest: &Path) -> bool {
    let other = artifact.manifest_path.as_std_path();
    match (other.canonicalize(), manifest.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => other == manifest,
    }
}

fn component_of(artifact: Artifact) -> impl Iterator<Item = PathBuf> {
    let files = artifact.filenames.into_iter();
    files
        .filter(|file| file.extension() == Some("wasm"))
        .map(cargo_metadata::camino::Utf8PathBuf::into_std_path_buf)
}

/// Looks for the standard library of the target.
async fn check_target(toolbox: &Toolbox) -> ToolReport {
    let mut report = ToolReport {
        name: TARGET,
        why: "is Rust's standard library for WebAssembly",
        path: None,
        version: None,
        problem: None,
        remedy: format!("rustup target add {TARGET}"),
    };
    report.path = target_library(toolbox).await;
    if report.path.is_none() {
        report.problem = Some("is not there".to_owned());
    }
    report
}

async fn target_library(toolbox: &Toolbox) -> Option<PathBuf> {
    let mut command = Command::new(toolbox.find("rustc")?);
    command
        .args(["--print", "target-libdir", "--target", TARGET])
        .env("PATH", toolbox.search_path())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = command.output().await.ok()?;
    let folder = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
    let mut entries = std::fs::read_dir(&folder).ok()?;
    let is_there = entries.any(|entry| {
        entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
    });
    is_there.then_some(folder)
}
