//! What a person types: setup, pages, demo, dist, test, bench, soak, generate, fuzz.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::project::Project;

mod bench;
mod demo;
mod dist;
mod fuzz;
mod generate;
mod guests;
mod host;
mod pages;
mod process;
mod project;
mod setup;
mod soak;
mod test;
mod tidy;

/// Builds, checks and shows Pato. Works from any folder of the repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Installs what building and testing need; does nothing where it is there already.
    Setup(setup::Arguments),
    /// Builds the plugins for WebAssembly and gathers them in target/guests.
    Guests,
    /// Builds the dashboard and the overlays, which the program holds.
    Pages,
    /// Runs the host with the bundled plugins and the simulator until Ctrl-C.
    Demo(demo::Arguments),
    /// Makes the installer of the desktop application for this system.
    Dist(dist::Arguments),
    /// Runs every check that a change must pass.
    Test(test::Arguments),
    /// Checks what the compiler doesn't: floors, licences, names, sizes.
    Tidy,
    /// Writes the files that are made from the code: schemas and the reference.
    Generate(generate::Arguments),
    /// Measures, and compares with what must hold.
    Bench(bench::Arguments),
    /// Lets a whole host work under load, longer than a test may take.
    Soak(soak::Arguments),
    /// Takes the pictures of the README and the documentation: of the real thing, at work.
    Screenshots,
    /// Feeds the parsers random input for a bounded time.
    Fuzz(fuzz::Arguments),
}

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    let task = Arguments::parse().task;
    let project = Project::locate()?;
    match task {
        Task::Setup(arguments) => setup::run(&project, &arguments)?,
        Task::Guests => guests::build(&project)?,
        Task::Pages => pages::build(&project)?,
        Task::Demo(arguments) => return demo::run(&project, &arguments),
        Task::Dist(arguments) => dist::run(&project, &arguments)?,
        Task::Test(arguments) => test::run(&project, &arguments)?,
        Task::Tidy => tidy::run(&project)?,
        Task::Generate(arguments) => generate::run(&project, &arguments)?,
        Task::Bench(arguments) => bench::run(&project, &arguments)?,
        Task::Soak(arguments) => soak::run(&project, &arguments)?,
        Task::Screenshots => pages::photograph(&project)?,
        Task::Fuzz(arguments) => fuzz::run(&project, &arguments)?,
    }
    Ok(ExitCode::SUCCESS)
}
