//! What `pato dev` tells: lines for people, lines of JSON for programs.

use std::path::Path;

use anstream::{eprintln, println};
use indicatif::BinaryBytes;
use owo_colors::OwoColorize;
use pato_events::wire::EventFrame;
use pato_host::RequestView;
use pato_host::runtime::LogLine;
use pato_packages::Digest;
use serde::Serialize;

use crate::commands::{install, logs};
use crate::narration;
use crate::output::{Output, state};

/// One thing that happened.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(super) enum Told<'a> {
    /// It has begun.
    Started {
        plugin: &'a str,
        project: &'a Path,
        /// The address of the host.
        host: &'a str,
        /// The address of the project's own page.
        page: Option<&'a str>,
    },
    /// A build begins.
    Building,
    /// It was built.
    Built {
        file: &'a Path,
        sha256: &'a Digest,
        /// In bytes.
        size: u64,
        milliseconds: u128,
    },
    /// It runs, the earlier version does not.
    Loaded {
        plugin: &'a str,
        version: &'a str,
        state: &'a str,
        milliseconds: u128,
        /// What it asks for, was not granted, and was not spoken of before.
        not_granted: &'a [RequestView],
    },
    /// It could not be built or loaded; what ran before still does.
    Failed { message: &'a str },
    /// The project's own page is loaded anew.
    PageChanged,
    /// The plugin's log has a line more.
    Log { line: &'a LogLine },
    /// The plugin published something, or the host says something of it.
    Event { event: &'a EventFrame },
    /// Events came too fast.
    LeftOut { message: &'a str },
}

impl Told<'_> {
    pub(super) fn tell(&self, output: &Output) -> anyhow::Result<()> {
        output.line(self, Self::print)
    }

    fn print(&self) {
        match self {
            Self::Started {
                plugin, host, page, ..
            } => {
                println!("{} is developed in the host at {host}.", plugin.bold());
                if let Some(page) = page {
                    println!("Its page: {}", page.underline());
                }
            }
            Self::Building => println!("{}", "Building…".dimmed()),
            Self::Built {
                size, milliseconds, ..
            } => {
                let size = BinaryBytes(*size);
                println!(
                    "{}",
                    format!("Built in {milliseconds} ms: {size}.").dimmed()
                );
            }
            Self::Loaded {
                plugin,
                version,
                state: now,
                milliseconds,
                not_granted,
            } => {
                println!(
                    "{} {version} is {} after {milliseconds} ms.",
                    "✓".green(),
                    state(now)
                );
                for request in *not_granted {
                    println!("{}", install::not_granted(plugin, request));
                }
            }
            Self::Failed { message } => eprintln!("{} {message}", "✗".red().bold()),
            Self::PageChanged => println!("{}", "The page is loaded anew.".dimmed()),
            Self::Log { line } => logs::print(line),
            Self::Event { event } => println!("{}", narration::line(event)),
            Self::LeftOut { message } => eprintln!("{message}"),
        }
    }
}
