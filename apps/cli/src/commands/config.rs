//! `pato config`

use std::path::PathBuf;

use anstream::println;
use owo_colors::OwoColorize;
use pato_host::DataDirectory;

use crate::arguments::{ConfigCommand, RunOptions, ShowConfigOptions};
use crate::configuration::layers;
use crate::output::{Output, table};

pub(crate) fn perform(
    data: Option<PathBuf>,
    command: ConfigCommand,
    output: &Output,
) -> anyhow::Result<()> {
    let directory = DataDirectory::find(data)?;
    match command {
        ConfigCommand::Show(options) => show(&directory, &options, output),
        ConfigCommand::Check => {
            layers(&directory, &RunOptions::default())?.configuration()?;
            output.done("The configuration is right.");
            Ok(())
        }
    }
}

fn show(
    directory: &DataDirectory,
    options: &ShowConfigOptions,
    output: &Output,
) -> anyhow::Result<()> {
    let values = layers(directory, &options.run)?.values()?;
    output.result(&values, |values| match options.origin {
        true => table(
            &["key", "value", "from"],
            values.iter().map(|value| {
                let origin = value.origin.to_string();
                vec![value.key.clone(), value.value.to_string(), origin]
            }),
        ),
        false => {
            for value in values {
                println!("{} = {}", value.key.bold(), value.value);
            }
        }
    })
}
