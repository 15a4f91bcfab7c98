//! What authors do with their projects; no host needs to run.

use std::path::{Path, PathBuf};

use anstream::{ColorChoice, eprintln, println};
use clap::Args;
use indicatif::BinaryBytes;
use owo_colors::OwoColorize;
use pato_host::MAX_COMPONENT_BYTES;
use pato_toolchain::{
    Built, Detail, LANGUAGES, Language, NewProject, Profile, Progress, Project, Sdk, ToolReport,
    Toolbox,
};
use serde::Serialize;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::output::Output;

#[derive(Debug, Args)]
pub(crate) struct NewOptions {
    /// The plugin's id: small letters, digits and hyphens
    name: String,

    /// The language: rust, typescript, javascript, python, c, cpp, zig, go
    #[arg(long, visible_alias = "lang", value_parser = language)]
    language: Chosen,

    /// The folder to make [default: after the name]
    #[arg(long, value_name = "FOLDER")]
    path: Option<PathBuf>,

    /// For Rust: the folder `sdk/rust` of Pato's sources [default: the SDK's version in Cargo's registry]
    #[arg(long, value_name = "FOLDER", env = "PATO_SDK")]
    sdk: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct BuildOptions {
    #[command(flatten)]
    project: ProjectOptions,

    /// Build quickly, with all that helps to find mistakes
    #[arg(long, conflicts_with = "size")]
    debug: bool,

    /// Build as small as it gets
    #[arg(long)]
    size: bool,

    /// First get the tools that the project names, from the registries that npm, pip, rustup or go are set to
    #[arg(long)]
    install: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ProjectOptions {
    /// The project's folder, or one inside it
    #[arg(default_value = ".", hide_default_value = true)]
    project: PathBuf,

    /// Its language, where the folder holds several
    #[arg(long, visible_alias = "lang", value_parser = language)]
    language: Option<Chosen>,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorOptions {
    /// Look at the tools of this language instead, or of `all`: what is there, and how to get the rest; in a
    /// project, at its own tools too
    #[arg(long, visible_alias = "lang", value_parser = languages)]
    pub(crate) language: Option<Languages>,
}

/// One language, or each.
#[derive(Debug, Clone)]
pub(crate) struct Languages(Vec<Chosen>);

/// A language that was named.
#[derive(Clone, Copy)]
pub(crate) struct Chosen(&'static dyn Language);

impl std::fmt::Debug for Chosen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.about().id)
    }
}

impl Chosen {
    pub(super) fn language(self) -> &'static dyn Language {
        self.0
    }
}

pub(super) fn language(id: &str) -> Result<Chosen, String> {
    pato_toolchain::language(id)
        .map(Chosen)
        .map_err(|error| error.to_string())
}

fn languages(id: &str) -> Result<Languages, String> {
    let chosen = match id {
        "all" => LANGUAGES.iter().copied().map(Chosen).collect(),
        id => vec![language(id)?],
    };
    Ok(Languages(chosen))
}

impl ProjectOptions {
    fn open(&self) -> anyhow::Result<Project> {
        let language = self.language.map(|chosen| chosen.0);
        Ok(Project::open(&self.project, language)?)
    }
}

/// `pato new`
pub(crate) fn new(options: &NewOptions, output: &Output) -> anyhow::Result<()> {
    let language = options.language.0;
    let folder = match &options.path {
        Some(path) => path.as_path(),
        None => Path::new(&options.name),
    };
    let sdk = options.sdk.as_deref().map_or(Sdk::Version, Sdk::Path);
    let new = NewProject {
        id: &options.name,
        folder,
        sdk,
    };
    let project = pato_toolchain::create(language, new)?;
    if !language.about().uses_wit && options.sdk.is_none() {
        output.note(
            "The SDK is not in Cargo's registry yet: name its folder, `sdk/rust` of Pato's sources, in Cargo.toml, \
             or make the project with --sdk.",
        );
    }
    let result = json!({
        "id": project.manifest().id,
        "folder": project.folder(),
        "language": language.about().id,
    });
    output.result(&result, |_| {
        println!(
            "{} is a plugin in {}. Next:",
            folder.display(),
            language.about().name
        );
        println!("  cd {}", folder.display());
        let mut programs = language.about().programs.iter();
        if programs.any(|program| program.is_of_project) {
            println!("  pato build --install");
        }
        println!("  pato dev");
        println!("Its README.md says what to do then.");
    })
}

/// `pato build`
pub(crate) async fn build(options: &BuildOptions, output: &Output) -> anyhow::Result<()> {
    let project = options.project.open()?;
    let color = may_color();
    let sink = |progress: Progress<'_>| show(progress, output);
    let toolbox = Toolbox::from_environment();
    let cancel = CancellationToken::new();
    let work = async {
        if options.install {
            pato_toolchain::install(&project, color, &toolbox, &sink, &cancel).await?;
        }
        let build = pato_toolchain::BuildOptions {
            profile: profile(options),
            color,
            max_bytes: MAX_COMPONENT_BYTES,
        };
        pato_toolchain::build(&project, build, &toolbox, &sink, &cancel).await
    };
    tokio::pin!(work);
    let built = tokio::select! {
        built = &mut work => built?,
        _ = tokio::signal::ctrl_c() => {
            cancel.cancel();
            work.as_mut().await?
        }
    };
    tell(&built, output)
}

/// Whether compilers may colour what they print.
pub(super) fn may_color() -> bool {
    anstream::AutoStream::choice(&std::io::stderr()) != ColorChoice::Never
}

/// Shows what happens in a build.
pub(super) fn show(progress: Progress<'_>, output: &Output) {
    match progress {
        Progress::Command(command) => output.note(&format!("$ {command}").dimmed().to_string()),
        // What compilers print belongs to people even where the result is for programs.
        Progress::Line(line) => eprintln!("{line}"),
    }
}

fn profile(options: &BuildOptions) -> Profile {
    match (options.debug, options.size) {
        (true, _) => Profile::Debug,
        (_, true) => Profile::Size,
        _ => Profile::Release,
    }
}

fn tell(built: &Built, output: &Output) -> anyhow::Result<()> {
    let inspected = &built.inspected;
    let manifest = &inspected.manifest;
    for warning in manifest.warnings() {
        output.note(&format!("{} {warning}", "warning:".yellow().bold()));
    }
    if built.unsigned.is_some() {
        output.note(&format!(
            "Its manifest names a publisher, so it is to be signed: pato plugin sign {} --key …",
            built.path.display()
        ));
    }
    let result = json!({
        "file": built.path,
        "id": manifest.id,
        "version": manifest.version,
        "sha256": inspected.sha256,
        "size": inspected.size,
    });
    output.result(&result, |_| {
        let size = BinaryBytes(inspected.size);
        println!(
            "{} {} is built: {}, {size}.",
            manifest.name,
            manifest.version,
            built.path.display()
        );
    })
}

/// `pato clean`
pub(crate) fn clean(options: &ProjectOptions, output: &Output) -> anyhow::Result<()> {
    let project = options.open()?;
    let removed = pato_toolchain::clean(&project)?;
    output.result(&json!({ "removed": removed }), |_| {
        for folder in &removed {
            println!("{} is removed.", folder.display());
        }
        if removed.is_empty() {
            println!("There was nothing to remove.");
        }
    })
}

/// The tools of a language, as `pato doctor --language` found them.
#[derive(Serialize)]
struct Tools {
    language: &'static str,
    tools: Vec<ToolReport>,
}

/// `pato doctor --language`
pub(crate) async fn doctor(languages: &Languages, output: &Output) -> anyhow::Result<()> {
    let here = std::env::current_dir()?;
    let mut found = Vec::new();
    for Chosen(language) in &languages.0 {
        let machine = Toolbox::from_environment();
        let project = Project::open(&here, Some(*language))
            .ok()
            .filter(|project| language.detect(project.folder()).is_some());
        let toolbox = match &project {
            Some(project) => machine.for_project(project.folder()),
            None => machine,
        };
        let in_project = project.is_some();
        found.push(Tools {
            language: language.about().id,
            tools: language.check(&toolbox, in_project, Detail::Versions).await,
        });
    }
    let mut tools = found.iter().flat_map(|found| &found.tools);
    let is_complete = tools.all(|tool| tool.problem.is_none());
    output.result(&found, |found| {
        for Tools { language, tools } in found {
            println!("{}", language.bold());
            tools.iter().for_each(describe);
        }
    })?;
    anyhow::ensure!(is_complete, "something is missing: see the lines marked ✗");
    Ok(())
}

fn describe(tool: &ToolReport) {
    let (name, why) = (tool.name, tool.why);
    match &tool.problem {
        None => {
            let version = tool.version.as_deref().unwrap_or_default();
            println!("{} {name:<16} {version:<10} {why}", "✓".green());
        }
        Some(problem) => {
            println!("{} {name:<16} {problem}; it {why}", "✗".red().bold());
            println!("  {:<16} {}", "", tool.remedy);
        }
    }
}
