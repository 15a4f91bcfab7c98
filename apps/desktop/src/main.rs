//! The desktop application: the host in-process, its dashboard in a window, a tray.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod app;
mod attention;
mod commands;
mod controller;
mod line;
mod link;
mod page;
mod settings;
mod texts;
mod tray;
mod updates;
mod window;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use pato_host::DataDirectory;

/// Runs plugins for streamers, in a window.
#[derive(Debug, Parser)]
#[command(name = "pato-desktop", version)]
struct Arguments {
    /// The folder where Pato keeps its data [default: the system's place for such]
    #[arg(long, value_name = "FOLDER", env = "PATO_DATA")]
    data: Option<PathBuf>,

    /// Start without showing the window; the tray shows it
    #[arg(long)]
    hidden: bool,

    /// A `pato://` link to follow, which the system hands over
    link: Option<String>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // One cryptography for all connections of the process; fails only if one is set already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let outcome = DataDirectory::find(arguments.data)
        .map_err(anyhow::Error::from)
        .and_then(|directory| app::run(directory, arguments.hidden));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
