//! `pato set-up` and `pato backup`: taking everything along, and going back.

use std::fs::OpenOptions;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use anstream::println;
use anyhow::{Context, bail};
use owo_colors::OwoColorize;
use pato_host::{BackupView, DataDirectory, ImportView, SetUp};
use serde_json::json;

use super::install::confirm;
use crate::arguments::{BackupCommand, SetUpCommand};
use crate::client::Client;
use crate::output::{Output, date, table};

/// `pato set-up …`
pub(crate) async fn perform(
    data: Option<PathBuf>,
    command: SetUpCommand,
    output: &Output,
) -> anyhow::Result<()> {
    let client = Client::connect(data)?;
    match command {
        SetUpCommand::Export { file } => {
            let set_up: SetUp = client.get("/api/set-up").await?;
            let text = serde_json::to_string_pretty(&set_up)? + "\n";
            match file {
                None => print!("{text}"),
                Some(file) => {
                    write_new(&file, &text)?;
                    let count = set_up.plugins.len();
                    output.done(&format!("{count} plugins are in {}.", file.display()));
                }
            }
            Ok(())
        }
        SetUpCommand::Import { file, yes } => {
            let set_up = read(&file)?;
            if !yes {
                ask(&set_up)?;
            }
            let view: ImportView = client.post("/api/set-up", &set_up).await?;
            output.result(&view, tell)?;
            match view.missing.len() {
                0 => Ok(()),
                count => bail!("{count} of the plugins could not be had"),
            }
        }
    }
}

fn write_new(file: &Path, text: &str) -> anyhow::Result<()> {
    let opened = OpenOptions::new().write(true).create_new(true).open(file);
    let mut opened = opened.with_context(|| {
        format!(
            "can't write {}: choose a name that is not there yet",
            file.display()
        )
    })?;
    opened.write_all(text.as_bytes())?;
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<SetUp> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))?;
    serde_json::from_str(&text).with_context(|| {
        format!(
            "{} is no set-up of Pato's: `pato set-up export` writes one",
            file.display()
        )
    })
}

fn ask(set_up: &SetUp) -> anyhow::Result<()> {
    if !std::io::stdin().is_terminal() {
        bail!(
            "this installs plugins and grants them what the file says: add --yes to do it without asking"
        );
    }
    println!("This installs, and grants:");
    for plugin in &set_up.plugins {
        println!("{} {}", plugin.id.bold(), plugin.version);
        for permission in plugin.grants.iter() {
            println!("  • {}", permission.meaning());
        }
    }
    match confirm("Do that?")? {
        true => Ok(()),
        false => bail!("cancelled: nothing was changed"),
    }
}

fn tell(view: &ImportView) {
    println!("{} plugins are as the file has them.", view.installed.len());
    for missing in &view.missing {
        println!(
            "{} {}: {}",
            "missing:".red().bold(),
            missing.id,
            missing.reason
        );
    }
    for remark in &view.remarks {
        println!("{} {remark}", "note:".yellow().bold());
    }
}

/// `pato backup …`
pub(crate) async fn backup(
    data: Option<PathBuf>,
    command: BackupCommand,
    output: &Output,
) -> anyhow::Result<()> {
    match command {
        BackupCommand::List => {
            let backups: Vec<BackupView> = Client::connect(data)?.get("/api/backups").await?;
            output.result(&backups, |backups| {
                let rows = backups.iter().map(|backup| {
                    vec![
                        backup.name.clone(),
                        date(backup.made_at),
                        format!("{:.1} MiB", backup.bytes as f64 / 1_048_576.0),
                    ]
                });
                table(&["backup", "made", "size"], rows);
            })
        }
        BackupCommand::Make => {
            let made: Option<BackupView> = Client::connect(data)?
                .post("/api/backups", &json!({}))
                .await?;
            let made = made.context(
                "the configuration wants no backups: set `backups` under [library] to a number above 0",
            )?;
            output.result(&made, |backup| println!("{} is made.", backup.name))
        }
        BackupCommand::Restore { name } => {
            DataDirectory::find(data)?.restore(&name)?;
            output.done(&format!(
                "{name} is in place; what was there before is a backup too. Start Pato with `pato run`."
            ));
            Ok(())
        }
    }
}
