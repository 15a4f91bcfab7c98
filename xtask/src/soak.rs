//! Lets a whole host work under load for longer than a test may take.

use anyhow::Result;

use crate::bench::{judge, measure, table};
use crate::project::Project;
use crate::{guests, setup};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// For how many seconds the load lasts.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// Prints the table, and fails if a figure is not as it must be.
pub(crate) fn run(project: &Project, arguments: &Arguments) -> Result<()> {
    setup::for_guests(project)?;
    guests::build(project)?;
    let arguments = [arguments.seconds.to_string()];
    let rows = measure(project, "pato-host", "soak", &arguments)?;
    println!("\n{}", table(&rows));
    judge(&rows)
}
