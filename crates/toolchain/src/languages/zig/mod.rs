use std::path::Path;

use async_trait::async_trait;

use super::c::{Bindings, INSTALLATION, ZIG as COMPILER, bind};
use crate::build::Profile;
use crate::component::componentize;
use crate::error::ToolchainError;
use crate::language::{About, Build, Language, Template};
use crate::tools::Program;

/// Zig, with the bindings for C.
pub(super) struct Zig;

const PROGRAMS: [Program; 1] = [COMPILER];

const TEMPLATE: [Template; 3] = [
    Template {
        path: "src/plugin.zig",
        text: include_str!("../../../templates/zig/src/plugin.zig"),
    },
    Template {
        path: "README.md",
        text: include_str!("../../../templates/zig/README.md"),
    },
    Template {
        path: ".gitignore",
        text: include_str!("../../../templates/zig/.gitignore"),
    },
];

const ABOUT: About = About {
    id: "zig",
    name: "Zig",
    marks: "src/plugin.zig",
    programs: &PROGRAMS,
    installation: &INSTALLATION,
    template: &TEMPLATE,
    uses_wit: true,
    leftovers: &[".zig-cache"],
    byproducts: &[],
};

#[async_trait]
impl Language for Zig {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn bind(&self, project: &Path, bindings: &Path) -> Result<(), ToolchainError> {
        bind(project, bindings)
    }

    async fn component(&self, build: &Build<'_>) -> Result<Vec<u8>, ToolchainError> {
        let bindings = Bindings::of(build)?;
        let translated = build.bindings().join("c.zig");
        let module = build.output.join("core.wasm");
        let runner = &build.runner;
        let translate = runner
            .program(COMPILER.names)?
            .with(["translate-c", "-target", "wasm32-wasi", "-lc"])
            .with([&bindings.header]);
        let mut text = String::new();
        let take = |line: &str| {
            text.push_str(line);
            text.push('\n');
        };
        runner.run_reading(&translate, take).await?;
        std::fs::write(&translated, text).map_err(ToolchainError::file("write", &translated))?;
        let optimise: &[&str] = match build.profile {
            Profile::Debug => &["-O", "Debug"],
            Profile::Release => &["-O", "ReleaseFast", "-fstrip"],
            Profile::Size => &["-O", "ReleaseSmall", "-fstrip"],
        };
        let command = runner
            .program(COMPILER.names)?
            .with([
                "build-exe",
                "-target",
                "wasm32-wasi",
                "-mexec-model=reactor",
            ])
            .with(["-rdynamic", "-lc"])
            .with(optimise)
            .with(["-I"])
            .with([build.bindings()])
            .with([&bindings.source, &bindings.object])
            .with(["--dep", "c", "-Mroot=src/plugin.zig"])
            .with([format!("-Mc={}", translated.display())])
            .with([format!("-femit-bin={}", module.display())]);
        runner.run(&command).await?;
        componentize(&module)
    }
}
