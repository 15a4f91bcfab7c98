use std::path::{Path, PathBuf};

use async_trait::async_trait;

use super::javascript::{COMPONENTIZE, ESBUILD, INSTALLATION, NODE, PACKAGES, bundle, declare};
use crate::error::ToolchainError;
use crate::install::InstallStep;
use crate::language::{Build, Language, Template};
use crate::tools::Program;

/// TypeScript, which is checked, and then built as JavaScript is.
pub(super) struct TypeScript;

const COMPILER: Program = Program {
    names: &["tsc"],
    why: "checks the types",
    version: &["--version"],
    minimum: (5, 0),
    remedy: PACKAGES,
    is_of_project: true,
};

const PROGRAMS: [Program; 4] = [NODE, COMPILER, ESBUILD, COMPONENTIZE];

const TEMPLATE: [Template; 5] = [
    Template {
        path: "package.json",
        text: include_str!("../../../templates/typescript/package.json"),
    },
    Template {
        path: "tsconfig.json",
        text: include_str!("../../../templates/typescript/tsconfig.json"),
    },
    Template {
        path: "src/plugin.ts",
        text: include_str!("../../../templates/typescript/src/plugin.ts"),
    },
    Template {
        path: "README.md",
        text: include_str!("../../../templates/typescript/README.md"),
    },
    Template {
        path: ".gitignore",
        text: include_str!("../../../templates/typescript/.gitignore"),
    },
];

#[async_trait]
impl Language for TypeScript {
    fn id(&self) -> &'static str {
        "typescript"
    }

    fn name(&self) -> &'static str {
        "TypeScript"
    }

    fn marks(&self) -> &'static str {
        "package.json with tsconfig.json"
    }

    fn detect(&self, folder: &Path) -> Option<PathBuf> {
        let path = folder.join("tsconfig.json");
        (path.is_file() && folder.join("package.json").is_file()).then_some(path)
    }

    fn programs(&self) -> &'static [Program] {
        &PROGRAMS
    }

    fn installation(&self) -> &'static [InstallStep] {
        &INSTALLATION
    }

    fn template(&self) -> &'static [Template] {
        &TEMPLATE
    }

    fn bind(&self, project: &Path, bindings: &Path) -> Result<(), ToolchainError> {
        declare(project, bindings)
    }

    async fn component(&self, build: &Build<'_>) -> Result<Vec<u8>, ToolchainError> {
        let pretty = if build.runner.color { "true" } else { "false" };
        let check = build
            .runner
            .program(COMPILER.names)?
            .with(["--noEmit", "--pretty", pretty]);
        build.runner.run(&check).await?;
        bundle(build, "src/plugin.ts").await
    }
}
