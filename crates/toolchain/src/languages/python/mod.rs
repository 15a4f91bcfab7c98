use async_trait::async_trait;

use crate::error::ToolchainError;
use crate::install::InstallStep;
use crate::language::{About, Build, Language, Template};
use crate::tools::{Program, Remedy};
use crate::world::World;

/// Python, run by CPython inside the component.
pub(super) struct Python;

pub(super) const PYTHON: Program = Program {
    names: &["python3", "python"],
    why: "runs the tools that build Python",
    version: &["--version"],
    minimum: (3, 10),
    remedy: Remedy {
        linux: "sudo apt-get install python3 python3-venv, or the same of your distribution",
        macos: "brew install python",
        windows: "winget install Python.Python.3.13",
    },
    is_of_project: false,
};

const COMPONENTIZE: Program = Program {
    names: &["componentize-py"],
    why: "puts the program and CPython into a component",
    version: &["--version"],
    minimum: (0, 25),
    remedy: Remedy::everywhere(
        "pip install -r requirements.txt in the project's `.venv`, or `pato build --install`, which does that",
    ),
    is_of_project: true,
};

/// Makes the project's own environment.
pub(super) const ENVIRONMENT: InstallStep = InstallStep {
    program: PYTHON.names,
    arguments: &["-m", "venv", ".venv"],
    makes: ".venv",
};

const INSTALLATION: [InstallStep; 2] = [
    ENVIRONMENT,
    InstallStep {
        program: PYTHON.names,
        arguments: &["-m", "pip", "install", "--requirement", "requirements.txt"],
        makes: "",
    },
];

const PROGRAMS: [Program; 2] = [PYTHON, COMPONENTIZE];

const TEMPLATE: [Template; 5] = [
    Template {
        path: "pyproject.toml",
        text: include_str!("../../../templates/python/pyproject.toml"),
    },
    Template {
        path: "requirements.txt",
        text: include_str!("../../../templates/python/requirements.txt"),
    },
    Template {
        path: "src/app.py",
        text: include_str!("../../../templates/python/src/app.py"),
    },
    Template {
        path: "README.md",
        text: include_str!("../../../templates/python/README.md"),
    },
    Template {
        path: ".gitignore",
        text: include_str!("../../../templates/python/.gitignore"),
    },
];

const ABOUT: About = About {
    id: "python",
    name: "Python",
    marks: "pyproject.toml",
    programs: &PROGRAMS,
    installation: &INSTALLATION,
    template: &TEMPLATE,
    uses_wit: true,
    leftovers: &[],
    byproducts: &[],
};

#[async_trait]
impl Language for Python {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    /// All profiles are the same: CPython is in it as it is.
    async fn component(&self, build: &Build<'_>) -> Result<Vec<u8>, ToolchainError> {
        build.source(
            "src/app.py",
            "it is where the plugin begins, and has its handlers",
        )?;
        let world = World::read(build.project)?.name().to_owned();
        let component = build.output.join("component.wasm");
        let command = build
            .runner
            .program(COMPONENTIZE.names)?
            .with(["--wit-path", "wit", "--world", &world, "componentize"])
            .with(["--python-path", "src", "app", "--output"])
            .with([&component]);
        build.runner.run(&command).await?;
        std::fs::read(&component).map_err(ToolchainError::file("read", component))
    }
}
