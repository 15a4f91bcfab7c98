//! Plugins' projects: new ones from templates, and builds with each language's own tools.
//!
//! A project is a folder with the manifest `pato.toml` and the files of one [`Language`]. [`create`] makes
//! one from the language's template. [`build()`] runs the language's tools, makes a component of what they
//! leave, puts manifest and assets into it, and writes `build/ID.wasm`, a plugin that is ready to install.
//! [`install()`] gets what a project's tools need; nothing else here asks the network for anything, but for
//! what the tools do by themselves, as Cargo does for crates that are not there yet.
//!
//! A language is one module under `languages` and one folder of templates: the files by which its projects
//! are known, its programs with how to get them, and the commands that build. Nothing else knows languages
//! by name.
//!
//! A [`Watch`] tells when something in a project was saved, and a [`Cycle`] what is to be done then: wait until
//! no more comes, build, give a build up that is out of date, load.
//!
//! Every program runs in a process group of its own, which ends when the build is cancelled or dropped.
//! What programs print goes to a [`Sink`] as they write it, line by line.

mod build;
mod clean;
mod component;
mod contract;
mod error;
mod install;
mod language;
mod languages;
mod lines;
mod new;
mod project;
mod runner;
mod tools;
mod turn;
mod watch;
mod world;

pub use build::{BuildOptions, Built, Profile, build};
pub use clean::clean;
pub use contract::CONTRACT_PACKAGE_VERSION;
pub use error::ToolchainError;
pub use install::{InstallStep, install};
pub use language::{About, Build, Language, Template};
pub use languages::{LANGUAGES, language};
pub use new::{NewProject, Sdk, create};
pub use project::{MANIFEST, Project};
pub use runner::{Progress, Sink};
pub use tools::{Detail, Program, Remedy, ToolReport, Toolbox};
pub use watch::{Cycle, Saved, Step, Watch};
