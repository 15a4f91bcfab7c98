use std::path::Path;

use async_trait::async_trait;

use crate::build::Profile;
use crate::component::componentize_for;
use crate::error::ToolchainError;
use crate::install::InstallStep;
use crate::language::{About, Build, Language, Template};
use crate::tools::{Program, Remedy};
use crate::world::World;

mod bindings;

/// Go, by its own compiler.
pub(super) struct Go;

const GO: Program = Program {
    names: &["go"],
    why: "compiles Go",
    version: &["version"],
    minimum: (1, 27),
    remedy: Remedy {
        linux: "https://go.dev/dl, or snap install go --classic",
        macos: "brew install go, or https://go.dev/dl",
        windows: "winget install GoLang.Go, or https://go.dev/dl",
    },
    is_of_project: false,
};

const PROGRAMS: [Program; 1] = [GO];

/// What the project's `go.mod` names.
const INSTALLATION: [InstallStep; 1] = [InstallStep {
    program: GO.names,
    arguments: &["mod", "download"],
    makes: "",
}];

const TEMPLATE: [Template; 4] = [
    Template {
        path: "go.mod",
        text: include_str!("../../../templates/go/go.mod"),
    },
    Template {
        path: "plugin.go",
        text: include_str!("../../../templates/go/plugin.go"),
    },
    Template {
        path: "README.md",
        text: include_str!("../../../templates/go/README.md"),
    },
    Template {
        path: ".gitignore",
        text: include_str!("../../../templates/go/.gitignore"),
    },
];

const ABOUT: About = About {
    id: "go",
    name: "Go",
    marks: "go.mod",
    programs: &PROGRAMS,
    installation: &INSTALLATION,
    template: &TEMPLATE,
    uses_wit: true,
    leftovers: &[],
    byproducts: &[],
};

#[async_trait]
impl Language for Go {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn bind(&self, project: &Path, bindings: &Path) -> Result<(), ToolchainError> {
        bindings::write(project, bindings)
    }

    /// Go's compiler knows no way to make it smaller, but to leave out the names that debuggers want.
    async fn component(&self, build: &Build<'_>) -> Result<Vec<u8>, ToolchainError> {
        let module = build.output.join("core.wasm");
        let linker = match build.profile {
            Profile::Debug => "-ldflags=",
            Profile::Release | Profile::Size => "-ldflags=-s -w",
        };
        let command = build
            .runner
            .program(GO.names)?
            .set("GOOS", "wasip1")
            .set("GOARCH", "wasm")
            // Not a program that runs once, but one that is called.
            .with(["build", "-buildmode=c-shared", "-buildvcs=false"])
            .with(["-trimpath", linker, "-o"])
            .with([&module])
            .with([bindings::MAIN_PACKAGE]);
        build.runner.run(&command).await?;
        componentize_for(&module, &World::read(build.project)?)
    }
}
