use std::path::{Path, PathBuf};

use async_trait::async_trait;

use super::javascript::{COMPONENTIZE, ESBUILD, INSTALLATION, NODE, PACKAGES, bundle, declare};
use crate::error::ToolchainError;
use crate::language::{About, Build, Language, Template};
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

const ABOUT: About = About {
    id: "typescript",
    name: "TypeScript",
    marks: "package.json with tsconfig.json",
    programs: &PROGRAMS,
    installation: &INSTALLATION,
    template: &TEMPLATE,
    uses_wit: true,
    leftovers: &[],
    byproducts: &[],
};

#[async_trait]
impl Language for TypeScript {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn detect(&self, folder: &Path) -> Option<PathBuf> {
        let path = folder.join("tsconfig.json");
        (path.is_file() && folder.join("package.json").is_file()).then_some(path)
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
