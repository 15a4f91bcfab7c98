//! Lets a whole host work under load for longer than a test may take.

use anyhow::Result;

use crate::bench::{judge, measure, table};
use crate::project::Project;
use crate::{guests, process, setup};

/// The test programs of the connectors that have a storm.
const STORMS: [&str; 5] = ["discord", "kick", "obs", "twitch_accounts", "vtube"];

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
    let rows = measure(project, "soak", &arguments)?;
    println!("\n{}", table(&rows));
    judge(&rows)?;
    storm(project)
}

/// Between each connector and the test server of its service a thousand things go wrong. By cargo
/// itself, because nextest would end a test that takes minutes.
fn storm(project: &Project) -> Result<()> {
    println!(
        "1,000 faults for each service, with events all the while: none may be lost or doubled"
    );
    let mut command = project.cargo();
    // The whole workspace, so that nothing is compiled once more with other features.
    command.args(["test", "--workspace"]);
    for service in STORMS {
        command.args(["--test", service]);
    }
    command
        .args(["--", "storm::after_many_faults", "--nocapture"])
        .env("PATO_FAULTS", "1000");
    process::run(&mut command)
}
