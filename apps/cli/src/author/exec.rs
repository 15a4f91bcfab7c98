//! `pato exec`

use std::path::PathBuf;
use std::process::ExitCode;

use anstream::{eprintln, println};
use anyhow::Context;
use pato_host::DataDirectory;
use pato_host::runtime::CacheConfiguration;
use pato_host::runtime::exec::{self, ExecError, Outcome, execute};
use serde_json::json;

use crate::arguments::ExecOptions;
use crate::output::Output;

/// Used up its time or fuel, as `timeout` has it.
const EXIT_LIMIT: u8 = 124;

/// Ended by Ctrl-C, as shells have it.
const EXIT_INTERRUPTED: u8 = 130;

/// Ended by a trap, as shells have it for a program that aborts.
const EXIT_TRAPPED: u8 = 134;

pub(crate) async fn perform(
    data: Option<PathBuf>,
    options: ExecOptions,
    output: &Output,
) -> anyhow::Result<ExitCode> {
    let file = options.file.display().to_string();
    let bytes = std::fs::read(&options.file).with_context(|| format!("can't read {file}"))?;
    let cache = DataDirectory::find(data)?.cache();
    let run = execute(bytes, translated(options, cache));
    let outcome = tokio::select! {
        outcome = run => outcome,
        Ok(()) = tokio::signal::ctrl_c() => return Ok(ExitCode::from(EXIT_INTERRUPTED)),
    };
    let error = match outcome {
        Ok(Outcome::Exited(code)) => {
            // What is no code of the system's is a failure all the same.
            return Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)));
        }
        Ok(Outcome::Returned { values, failed }) => {
            output.result(&json!({ "results": values }), |_| {
                for value in &values {
                    println!("{value}");
                }
            })?;
            return Ok(ExitCode::from(u8::from(failed)));
        }
        Err(error) => error,
    };
    let code = match &error {
        ExecError::OutOfTime { .. } | ExecError::OutOfFuel { .. } => EXIT_LIMIT,
        ExecError::Trapped { backtrace, .. } => {
            if let (Some(backtrace), false) = (backtrace, output.is_json()) {
                eprintln!("{backtrace}");
            }
            EXIT_TRAPPED
        }
        _ => 1,
    };
    output.failure(&anyhow::Error::from(error).context(file));
    Ok(ExitCode::from(code))
}

fn translated(options: ExecOptions, cache: PathBuf) -> exec::ExecOptions {
    let usual = exec::ExecOptions::default();
    let name = options.file.file_name().unwrap_or_default();
    exec::ExecOptions {
        function: options.function,
        name: name.to_string_lossy().into_owned(),
        arguments: options.arguments,
        environment: options.environment,
        directories: options.directories,
        network: options.network,
        fuel: options.fuel,
        time_limit: options.timeout,
        memory: options.memory.map_or(usual.memory, |size| size.0),
        cache: Some(CacheConfiguration::in_folder(cache)),
    }
}
