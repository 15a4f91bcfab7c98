use std::path::Path;

use async_trait::async_trait;

use super::c::{Bindings, INSTALLATION, TARGET, ZIG, bind, flags, sources};
use crate::component::componentize;
use crate::error::ToolchainError;
use crate::language::{About, Build, Language, Template};
use crate::tools::Program;

/// C++, with the bindings for C.
pub(super) struct Cpp;

const PROGRAMS: [Program; 1] = [ZIG];

const TEMPLATE: [Template; 5] = [
    Template {
        path: "src/plugin.cpp",
        text: include_str!("../../../templates/cpp/src/plugin.cpp"),
    },
    Template {
        path: "src/json.hpp",
        text: include_str!("../../../templates/cpp/src/json.hpp"),
    },
    Template {
        path: "src/json.cpp",
        text: include_str!("../../../templates/cpp/src/json.cpp"),
    },
    Template {
        path: "README.md",
        text: include_str!("../../../templates/cpp/README.md"),
    },
    Template {
        path: ".gitignore",
        text: include_str!("../../../templates/cpp/.gitignore"),
    },
];

const ABOUT: About = About {
    id: "cpp",
    name: "C++",
    marks: "src/plugin.cpp",
    programs: &PROGRAMS,
    installation: &INSTALLATION,
    template: &TEMPLATE,
    uses_wit: true,
    leftovers: &[],
    byproducts: &[],
};

#[async_trait]
impl Language for Cpp {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn bind(&self, project: &Path, bindings: &Path) -> Result<(), ToolchainError> {
        bind(project, bindings)
    }

    async fn component(&self, build: &Build<'_>) -> Result<Vec<u8>, ToolchainError> {
        let bindings = Bindings::of(build)?;
        let object = build.output.join("bindings.o");
        let module = build.output.join("core.wasm");
        let runner = &build.runner;
        let compile_bindings = runner
            .program(ZIG.names)?
            .with(["cc"])
            .with(TARGET)
            .with(flags(build))
            .with(["-c"])
            .with([&bindings.source])
            .with(["-o"])
            .with([&object]);
        runner.run(&compile_bindings).await?;
        let command = runner
            .program(ZIG.names)?
            .with(["c++"])
            .with(TARGET)
            .with(flags(build))
            .with(["-std=c++23", "-fno-exceptions", "-fno-rtti", "-I"])
            .with([build.bindings()])
            .with(sources(build.project, "cpp")?)
            .with([&object, &bindings.object])
            .with(["-o"])
            .with([&module]);
        runner.run(&command).await?;
        componentize(&module)
    }
}
