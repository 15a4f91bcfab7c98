use std::path::{Path, PathBuf};

use async_trait::async_trait;
use wit_bindgen_core::Files;

use super::python::{ENVIRONMENT, PYTHON};
use crate::build::Profile;
use crate::component::componentize;
use crate::error::ToolchainError;
use crate::install::InstallStep;
use crate::language::{About, Build, Language, Template};
use crate::tools::{Program, Remedy};
use crate::world::World;

/// C, by the compiler that Zig brings.
pub(super) struct C;

/// Zig is one file that compiles C and C++ for WebAssembly, with the libraries of both.
pub(super) const ZIG: Program = Program {
    names: &["zig", "python-zig"],
    why: "compiles C, C++ and Zig",
    version: &["version"],
    minimum: (0, 17),
    remedy: Remedy {
        linux: "snap install zig --classic --beta, https://ziglang.org/download, or, in a project, `pato build --install`",
        macos: "brew install zig, or, in a project, `pato build --install`",
        windows: "winget install zig.zig, or, in a project, `pato build --install`",
    },
    is_of_project: false,
};

/// Python's registry has Zig for every system.
pub(super) const INSTALLATION: [InstallStep; 2] = [
    ENVIRONMENT,
    InstallStep {
        program: PYTHON.names,
        arguments: &["-m", "pip", "install", "ziglang==0.17.0"],
        makes: "",
    },
];

/// For WebAssembly, as something that is called and not as a program that runs once.
pub(super) const TARGET: [&str; 3] = ["-target", "wasm32-wasi", "-mexec-model=reactor"];

const PROGRAMS: [Program; 1] = [ZIG];

const TEMPLATE: [Template; 5] = [
    Template {
        path: "src/plugin.c",
        text: include_str!("../../../templates/c/src/plugin.c"),
    },
    Template {
        path: "src/json.h",
        text: include_str!("../../../templates/c/src/json.h"),
    },
    Template {
        path: "src/json.c",
        text: include_str!("../../../templates/c/src/json.c"),
    },
    Template {
        path: "README.md",
        text: include_str!("../../../templates/c/README.md"),
    },
    Template {
        path: ".gitignore",
        text: include_str!("../../../templates/c/.gitignore"),
    },
];

const ABOUT: About = About {
    id: "c",
    name: "C",
    marks: "src/plugin.c",
    programs: &PROGRAMS,
    installation: &INSTALLATION,
    template: &TEMPLATE,
    uses_wit: true,
    leftovers: &[],
    byproducts: &[],
};

#[async_trait]
impl Language for C {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn bind(&self, project: &Path, bindings: &Path) -> Result<(), ToolchainError> {
        bind(project, bindings)
    }

    async fn component(&self, build: &Build<'_>) -> Result<Vec<u8>, ToolchainError> {
        let bindings = Bindings::of(build)?;
        let module = build.output.join("core.wasm");
        let command = build
            .runner
            .program(ZIG.names)?
            .with(["cc"])
            .with(TARGET)
            .with(flags(build))
            .with(["-std=c23", "-I"])
            .with([build.bindings()])
            .with(sources(build.project, "c")?)
            .with([&bindings.source, &bindings.object])
            .with(["-o"])
            .with([&module]);
        build.runner.run(&command).await?;
        componentize(&module)
    }
}

/// The files that [`bind`] wrote, named after the world.
pub(super) struct Bindings {
    /// Passes values between host and plugin.
    pub(super) source: PathBuf,
    /// Its header.
    pub(super) header: PathBuf,
    /// Describes the world, for making the component.
    pub(super) object: PathBuf,
}

impl Bindings {
    pub(super) fn of(build: &Build<'_>) -> Result<Self, ToolchainError> {
        let name = World::read(build.project)?.name().replace('-', "_");
        let folder = build.bindings();
        Ok(Self {
            source: folder.join(format!("{name}.c")),
            header: folder.join(format!("{name}.h")),
            object: folder.join(format!("{name}_component_type.o")),
        })
    }
}

/// Writes the bindings for C of the project's world.
pub(super) fn bind(project: &Path, bindings: &Path) -> Result<(), ToolchainError> {
    let mut world = World::read(project)?;
    let mut files = Files::default();
    wit_bindgen_c::Opts::default()
        .build()
        .generate(&mut world.resolve, world.id, &mut files)
        .map_err(|error| ToolchainError::Wit {
            path: project.join(crate::contract::WIT),
            problem: format!("{error:#}"),
        })?;
    std::fs::create_dir_all(bindings).map_err(ToolchainError::file("make", bindings))?;
    for (name, contents) in files.iter() {
        let path = bindings.join(name);
        std::fs::write(&path, contents).map_err(ToolchainError::file("write", path))?;
    }
    Ok(())
}

/// How the compiler optimises.
pub(super) fn flags(build: &Build<'_>) -> Vec<&'static str> {
    let mut flags = match build.profile {
        Profile::Debug => vec!["-O0", "-g"],
        Profile::Release => vec!["-O2", "-s"],
        Profile::Size => vec!["-Os", "-s"],
    };
    flags.push("-Wall");
    flags.push(if build.runner.color {
        "-fdiagnostics-color=always"
    } else {
        "-fno-diagnostics-color"
    });
    flags
}

/// The sources with that ending in `src` and the folders below it, as paths inside the project, so that
/// compilers name them shortly.
pub(super) fn sources(project: &Path, ending: &str) -> Result<Vec<PathBuf>, ToolchainError> {
    let mut sources = Vec::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        let full = project.join(&folder);
        let entries = std::fs::read_dir(&full).map_err(ToolchainError::file("read", &full))?;
        for entry in entries {
            let entry = entry.map_err(ToolchainError::file("read", &full))?;
            let kind = entry
                .file_type()
                .map_err(ToolchainError::file("read", &full))?;
            let path = folder.join(entry.file_name());
            if kind.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                sources.push(path);
            }
        }
    }
    sources.sort();
    Ok(sources)
}
