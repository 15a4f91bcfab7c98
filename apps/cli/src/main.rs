//! The pato command: runs the host and talks to a running one.

mod arguments;
mod author;
mod client;
mod commands;
mod configuration;
mod key;
mod narration;
mod output;
mod run;
mod secrets;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{AnyPluginCommand, Arguments, Command};
use crate::output::Output;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.json);
    // One cryptography for all connections of the process; fails only if one is set already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let outcome = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => {
            let outcome = runtime.block_on(perform(arguments, &output));
            // What a command began, it has waited for; what a program under `exec` left, such as a read that
            // never ends, keeps nobody.
            runtime.shutdown_background();
            outcome
        }
        Err(error) => Err(error.into()),
    };
    outcome.unwrap_or_else(|error| output.failure(&error))
}

async fn perform(arguments: Arguments, output: &Output) -> anyhow::Result<ExitCode> {
    let data = arguments.data;
    match arguments.command {
        // These say themselves what the process ends with.
        Command::Exec(options) => return author::exec::perform(data, options, output).await,
        Command::Verify(options) => return author::inspect::verify(&options, output),
        Command::Test(options) => return author::test::perform(data, options, output).await,
        Command::Inspect(options) => author::inspect::inspect(&options, output),
        Command::Config { command } => commands::config::perform(data, command, output),
        Command::Run(options) => author::develop::run(data, *options, output).await,
        Command::Demo(options) => run::demo(options, output).await,
        Command::Stop => commands::host::stop(data, output).await,
        Command::Status => commands::host::status(data, output).await,
        Command::Plugin { command } => match command {
            AnyPluginCommand::Installed(command) => {
                commands::plugin::perform(data, command, output).await
            }
            AnyPluginCommand::Author(command) => author::perform(command, output),
        },
        Command::New(options) => author::project::new(&options, output),
        Command::Build(options) => author::project::build(&options, output).await,
        Command::Dev(options) => author::develop::dev(data, options, output).await,
        Command::Clean(options) => author::project::clean(&options, output),
        Command::Key { command } => key::perform(command, output),
        Command::Library { command } => commands::library::perform(data, command, output).await,
        Command::Audit(options) => commands::audit::perform(data, options, output).await,
        Command::Backup { command } => commands::set_up::backup(data, command, output).await,
        Command::SetUp { command } => commands::set_up::perform(data, command, output).await,
        Command::Account { command } => commands::account::perform(data, command, output).await,
        Command::Connector { command } => commands::connector::perform(data, command, output).await,
        Command::Events { command } => commands::events::perform(data, command, output).await,
        Command::Emit(options) => commands::events::emit(data, options, output).await,
        Command::Simulate(options) => commands::events::simulate(data, options, output).await,
        Command::Record(options) => commands::recording::record(data, options, output).await,
        Command::Replay(options) => commands::recording::replay(data, options, output).await,
        Command::Call(options) => commands::calls::call(data, options, output).await,
        Command::Doctor(options) => match options.language {
            Some(languages) => author::project::doctor(&languages, output).await,
            None => commands::doctor::perform(data, output).await,
        },
        Command::Completions { shell } => commands::host::completions(shell),
        Command::Openapi => commands::host::openapi(),
        Command::PageSchema => commands::host::page_schema(),
        Command::IndexSchema => commands::host::index_schema(),
    }?;
    Ok(ExitCode::SUCCESS)
}
