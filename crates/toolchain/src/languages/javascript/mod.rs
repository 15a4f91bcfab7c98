use std::path::{Path, PathBuf};

use async_trait::async_trait;

use crate::build::Profile;
use crate::error::ToolchainError;
use crate::install::InstallStep;
use crate::language::{About, Build, Language, Template};
use crate::tools::{Program, Remedy};
use crate::world::World;

mod declarations;

/// JavaScript, run by QuickJS inside the component.
pub(super) struct JavaScript;

pub(super) const NODE: Program = Program {
    names: &["node"],
    why: "runs the tools that build JavaScript",
    version: &["--version"],
    minimum: (20, 0),
    remedy: Remedy {
        linux: "sudo apt-get install nodejs npm, or the same of your distribution; or https://nodejs.org",
        macos: "brew install node",
        windows: "winget install OpenJS.NodeJS.LTS",
    },
    is_of_project: false,
};

pub(super) const ESBUILD: Program = Program {
    names: &["esbuild"],
    why: "bundles the sources",
    version: &["--version"],
    minimum: (0, 28),
    remedy: PACKAGES,
    is_of_project: true,
};

pub(super) const COMPONENTIZE: Program = Program {
    names: &["componentize-qjs"],
    why: "puts the bundle and QuickJS into a component",
    version: &[],
    minimum: (0, 4),
    remedy: PACKAGES,
    is_of_project: true,
};

/// How to get what `package.json` names.
pub(super) const PACKAGES: Remedy =
    Remedy::everywhere("npm install in the project, or `pato build --install`, which does that");

pub(super) const INSTALLATION: [InstallStep; 1] = [InstallStep {
    program: &["npm"],
    arguments: &["install", "--no-audit", "--no-fund"],
    makes: "",
}];

const PROGRAMS: [Program; 3] = [NODE, ESBUILD, COMPONENTIZE];

const TEMPLATE: [Template; 5] = [
    Template {
        path: "package.json",
        text: include_str!("../../../templates/javascript/package.json"),
    },
    Template {
        path: "jsconfig.json",
        text: include_str!("../../../templates/javascript/jsconfig.json"),
    },
    Template {
        path: "src/plugin.js",
        text: include_str!("../../../templates/javascript/src/plugin.js"),
    },
    Template {
        path: "README.md",
        text: include_str!("../../../templates/javascript/README.md"),
    },
    Template {
        path: ".gitignore",
        text: include_str!("../../../templates/javascript/.gitignore"),
    },
];

const ABOUT: About = About {
    id: "javascript",
    name: "JavaScript",
    marks: "package.json without tsconfig.json",
    programs: &PROGRAMS,
    installation: &INSTALLATION,
    template: &TEMPLATE,
    uses_wit: true,
    leftovers: &[],
    byproducts: &[],
};

#[async_trait]
impl Language for JavaScript {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn detect(&self, folder: &Path) -> Option<PathBuf> {
        let path = folder.join("package.json");
        (path.is_file() && !folder.join("tsconfig.json").is_file()).then_some(path)
    }

    fn bind(&self, project: &Path, bindings: &Path) -> Result<(), ToolchainError> {
        declare(project, bindings)
    }

    async fn component(&self, build: &Build<'_>) -> Result<Vec<u8>, ToolchainError> {
        bundle(build, "src/plugin.js").await
    }
}

/// Writes the types of the world's imports and exports, for editors and for TypeScript.
pub(super) fn declare(project: &Path, bindings: &Path) -> Result<(), ToolchainError> {
    let world = World::read(project)?;
    let path = bindings.join("world.d.ts");
    std::fs::create_dir_all(bindings).map_err(ToolchainError::file("make", bindings))?;
    std::fs::write(&path, declarations::of(&world)).map_err(ToolchainError::file("write", path))
}

/// Bundles the sources from `entry` on, and puts them into a component together with QuickJS.
pub(super) async fn bundle(
    build: &Build<'_>,
    entry: &'static str,
) -> Result<Vec<u8>, ToolchainError> {
    build.source(
        entry,
        "it is where the plugin begins, and exports its handlers",
    )?;
    let world = World::read(build.project)?;
    let bundle = build.output.join("bundle.js");
    let component = build.output.join("component.wasm");
    let runner = &build.runner;
    let mut esbuild = runner
        .program(ESBUILD.names)?
        .with([entry, "--bundle", "--format=esm", "--log-level=warning"])
        .with([format!("--color={}", runner.color)])
        .with(imports(&world))
        .with([format!("--outfile={}", bundle.display())]);
    if build.profile != Profile::Debug {
        esbuild = esbuild.with(["--minify"]);
    }
    runner.run(&esbuild).await?;
    let mut componentize = runner
        .program(COMPONENTIZE.names)?
        .with(["--wit", "wit", "--world", world.name(), "--sync", "--js"])
        .with([&bundle])
        .with(["--output"])
        .with([&component]);
    if build.profile == Profile::Size {
        componentize = componentize.with(["--opt-size"]);
    }
    runner.run(&componentize).await?;
    std::fs::read(&component).map_err(ToolchainError::file("read", component))
}

/// What esbuild leaves to the component: the packages of the world's interfaces.
fn imports(world: &World) -> Vec<String> {
    let packages = world.resolve.packages.iter();
    packages
        .map(|(_, package)| format!("--external:{}:*", package.name.namespace))
        .collect()
}
