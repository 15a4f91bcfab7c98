use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

use anstream::{eprint, eprintln, println};
use anyhow::{Context, bail};
use indicatif::ProgressBar;
use owo_colors::OwoColorize;
use pato_host::runtime::LogLine;
use pato_host::{InspectionView, Package, PluginView, RequestView, SettingsView};
use reqwest::Method;
use serde_json::{Value, json};

use crate::arguments::{AddOptions, LogOptions, PluginCommand, RemoveOptions, SettingsOptions};
use crate::client::Client;
use crate::output::{Output, clock, state, table, word};
use crate::secrets;

/// `pato plugin …`
pub(crate) async fn perform(
    data: Option<PathBuf>,
    command: PluginCommand,
    output: &Output,
) -> anyhow::Result<()> {
    let client = Client::connect(data)?;
    match command {
        PluginCommand::Add(options) => add(&client, options, output).await,
        PluginCommand::List => {
            let plugins: Vec<PluginView> = client.get("/api/modules").await?;
            output.result(&plugins, |plugins| list(plugins))
        }
        PluginCommand::Info(plugin) => {
            let view = info(&client, &plugin.id).await?;
            output.result(&view, describe)
        }
        PluginCommand::Enable(plugin) => act(&client, &plugin.id, "enable", output).await,
        PluginCommand::Disable(plugin) => act(&client, &plugin.id, "disable", output).await,
        PluginCommand::Restart(plugin) => act(&client, &plugin.id, "restart", output).await,
        PluginCommand::Pause(plugin) => act(&client, &plugin.id, "pause", output).await,
        PluginCommand::Resume(plugin) => act(&client, &plugin.id, "resume", output).await,
        PluginCommand::Remove(options) => remove(&client, options, output).await,
        PluginCommand::Grants(plugin) => {
            let requests: Vec<RequestView> = client
                .get(&format!("/api/modules/{}/grants", plugin.id))
                .await?;
            output.result(&requests, |requests| print_requests(requests))
        }
        PluginCommand::Grant(options) => {
            change_grants(
                &client,
                Method::POST,
                &options.id,
                &options.permissions,
                output,
            )
            .await
        }
        PluginCommand::Revoke(options) => {
            change_grants(
                &client,
                Method::DELETE,
                &options.id,
                &options.permissions,
                output,
            )
            .await
        }
        PluginCommand::Logs(options) => logs(&client, options, output).await,
        PluginCommand::Settings(options) => settings(&client, options, output).await,
        PluginCommand::Secret(options) => {
            let prompt = format!("Secret `{}` of {}", options.name, options.id);
            let secret = secrets::ask(&prompt)?;
            let body = json!({ "name": options.name, "value": secret.as_str() });
            client
                .post::<Value>(&format!("/api/modules/{}/secrets", options.id), &body)
                .await?;
            output.done("Kept in memory until Pato stops.");
            Ok(())
        }
    }
}

async fn add(client: &Client, options: AddOptions, output: &Output) -> anyhow::Result<()> {
    let package = Package::read(&options.file)?;
    let inspection: InspectionView = client
        .upload("/api/modules/inspect", &[], package.bytes.clone())
        .await?;
    for warning in &inspection.warnings {
        output.note(&format!("{} {warning}", "warning:".yellow().bold()));
    }
    let all = || {
        inspection
            .requests
            .iter()
            .map(|request| request.permission.to_string())
            .collect()
    };
    let granted: Vec<String> = if options.grant_all {
        all()
    } else if !options.grant.is_empty() || inspection.requests.is_empty() {
        options.grant
    } else if std::io::stdin().is_terminal() && !output.is_json() {
        ask(&inspection)?
    } else {
        // Nobody can be asked: what the version before was granted stays, nothing is added.
        let before = inspection.requests.iter().filter(|request| request.granted);
        before
            .map(|request| request.permission.to_string())
            .collect()
    };
    let query: Vec<_> = granted
        .into_iter()
        .map(|grant| ("grant".to_owned(), grant))
        .collect();
    let progress = if output.is_json() {
        ProgressBar::hidden()
    } else {
        ProgressBar::new_spinner()
    };
    progress.set_message(format!("Compiling {}…", inspection.name));
    progress.enable_steady_tick(Duration::from_millis(100));
    let installed: anyhow::Result<PluginView> =
        client.upload("/api/modules", &query, package.bytes).await;
    progress.finish_and_clear();
    output.result(&installed?, |view| {
        println!(
            "{} {} was added, and is {}.",
            view.name,
            view.version,
            state(&word(&view.state))
        );
        for request in view.requests.iter().filter(|request| !request.granted) {
            println!(
                "Not granted: {}. To allow it: {}",
                request.meaning_with_danger(),
                format!("pato plugin grant {} {}", view.id, request.permission).bold()
            );
        }
    })
}

fn ask(inspection: &InspectionView) -> anyhow::Result<Vec<String>> {
    let before = inspection.installed_version.as_ref();
    eprintln!(
        "{} {} by {}{} asks for:",
        inspection.name.bold(),
        inspection.version,
        inspection.author,
        before
            .map(|version| format!(", in place of {version},"))
            .unwrap_or_default()
    );
    for request in &inspection.requests {
        let mark = if request.granted {
            " (granted before)"
        } else {
            ""
        };
        let optional = if request.optional { " (optional)" } else { "" };
        eprintln!(
            "  {} {}{optional}{mark}",
            "•".yellow(),
            request.meaning_with_danger()
        );
        if let Some(reason) = &request.reason {
            eprintln!("    {}", format!("because: {reason}").dimmed());
        }
    }
    eprint!("Grant all of it? [y] yes, [n] nothing, [s] choose one by one, [c] cancel: ");
    let mut granted = Vec::new();
    match answer()?.as_str() {
        "y" | "yes" => granted.extend(&inspection.requests),
        "s" => {
            for request in &inspection.requests {
                eprint!("{}? [y/n]: ", request.meaning_with_danger());
                if matches!(answer()?.as_str(), "y" | "yes") {
                    granted.push(request);
                }
            }
        }
        "n" | "no" => {}
        _ => bail!("cancelled: nothing was installed"),
    }
    Ok(granted
        .into_iter()
        .map(|request| request.permission.to_string())
        .collect())
}

fn answer() -> anyhow::Result<String> {
    std::io::stderr().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim().to_lowercase())
}

async fn info(client: &Client, id: &str) -> anyhow::Result<PluginView> {
    client.get(&format!("/api/modules/{id}")).await
}

async fn act(client: &Client, id: &str, act: &str, output: &Output) -> anyhow::Result<()> {
    let view: PluginView = client
        .post(&format!("/api/modules/{id}/{act}"), &json!({}))
        .await?;
    output.result(&view, |view| {
        let reason = view
            .reason
            .as_ref()
            .map(|reason| format!(": {reason}"))
            .unwrap_or_default();
        println!("{} is {}{reason}", view.name, state(&word(&view.state)));
    })
}

async fn remove(client: &Client, options: RemoveOptions, output: &Output) -> anyhow::Result<()> {
    let view = info(client, &options.id).await?;
    if !options.yes {
        if !std::io::stdin().is_terminal() {
            bail!(
                "this removes all that {} stored: add --yes to do it without asking",
                view.name
            );
        }
        eprint!("Remove {} with all that it stored? [y/n]: ", view.name);
        if !matches!(answer()?.as_str(), "y" | "yes") {
            bail!("cancelled: nothing was removed");
        }
    }
    let path = format!("/api/modules/{}", options.id);
    client
        .send::<Value>(Method::DELETE, &path, &json!({}))
        .await?;
    output.done(&format!("{} is removed.", view.name));
    Ok(())
}

async fn change_grants(
    client: &Client,
    method: Method,
    id: &str,
    permissions: &[String],
    output: &Output,
) -> anyhow::Result<()> {
    let path = format!("/api/modules/{id}/grants");
    let mut view = None;
    for permission in permissions {
        let body = json!({ "permission": permission });
        view = Some(
            client
                .send::<PluginView>(method.clone(), &path, &body)
                .await?,
        );
    }
    let view = view.context("no permission was named")?;
    output.result(&view, |view| print_requests(&view.requests))
}

async fn logs(client: &Client, options: LogOptions, output: &Output) -> anyhow::Result<()> {
    let path = format!("/api/modules/{}/logs", options.id);
    let mut printed: u64 = 0;
    loop {
        let lines: Vec<LogLine> = client.get(&path).await?;
        for line in lines.iter().filter(|line| line.number >= printed) {
            output.line(line, |line| {
                let level = word(&line.level);
                let level = match level.as_str() {
                    "error" => level.red().to_string(),
                    "warn" => level.yellow().to_string(),
                    _ => level.dimmed().to_string(),
                };
                println!("{} {level:<5} {}", clock(line.time).dimmed(), line.text);
            })?;
        }
        printed = lines.last().map_or(printed, |line| line.number + 1);
        if !options.follow {
            return Ok(());
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(300)) => {}
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
}

async fn settings(
    client: &Client,
    options: SettingsOptions,
    output: &Output,
) -> anyhow::Result<()> {
    let path = format!("/api/modules/{}/settings", options.id);
    let view: SettingsView = if options.changes.is_empty() {
        client.get(&path).await?
    } else {
        let mut values = BTreeMap::new();
        for change in &options.changes {
            let (key, value) = change
                .split_once('=')
                .with_context(|| format!("`{change}` is not KEY=VALUE"))?;
            let value = match value {
                "" => Value::Null,
                text => serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)),
            };
            values.insert(key, value);
        }
        client.send(Method::PATCH, &path, &values).await?
    };
    output.result(&view, |view| {
        if view.is_empty() {
            println!("It has no settings.");
            return;
        }
        let rows = view.iter().map(|(key, setting)| {
            let text = |name: &str| {
                setting
                    .declaration
                    .get(name)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            let set = if setting.is_default { "default" } else { "set" };
            vec![
                key.clone(),
                setting.value.to_string(),
                set.to_owned(),
                text("type"),
                text("description"),
            ]
        });
        table(&["setting", "value", "", "type", "description"], rows);
    })
}

fn list(plugins: &[PluginView]) {
    if plugins.is_empty() {
        println!("None. Add one with `pato plugin add FILE.wasm`.");
        return;
    }
    let rows = plugins.iter().map(|plugin| {
        let metrics = plugin.metrics.clone().unwrap_or_default();
        vec![
            plugin.id.clone(),
            plugin.version.clone(),
            state(&word(&plugin.state)),
            metrics.events.to_string(),
            metrics.dropped.to_string(),
            metrics.restarts.to_string(),
            plugin.reason.clone().unwrap_or_default(),
        ]
    });
    table(
        &[
            "plugin", "version", "state", "events", "dropped", "restarts", "reason",
        ],
        rows,
    );
}

fn describe(view: &PluginView) {
    println!("{} {} by {}", view.name.bold(), view.version, view.author);
    println!("{}", view.description);
    let reason = view
        .reason
        .as_ref()
        .map(|reason| format!(": {reason}"))
        .unwrap_or_default();
    println!("\nState         {}{reason}", state(&word(&view.state)));
    println!("Id            {}", view.id);
    println!("SHA-256       {}", view.hash);
    println!("Subscribed    {}", view.subscriptions.join(", "));
    let commands = view.commands.iter().map(|command| command.name.as_str());
    println!("Commands      {}", commands.collect::<Vec<_>>().join(", "));
    if let Some(metrics) = &view.metrics {
        println!(
            "Events        {} handled, {} waiting, {} dropped, {} given up",
            metrics.events, metrics.queued, metrics.dropped, metrics.poisoned
        );
        println!(
            "Uses          {:.1} ms of processor time in {} calls, {:.1} MiB of memory (peak {:.1})",
            metrics.processor_milliseconds,
            metrics.calls,
            metrics.memory as f64 / 1_048_576.0,
            metrics.memory_peak as f64 / 1_048_576.0
        );
        println!(
            "Restarts      {} after {} traps",
            metrics.restarts, metrics.traps
        );
        if let Some(error) = &metrics.last_error {
            println!("Last error    {error}");
        }
    }
    println!();
    print_requests(&view.requests);
}

fn print_requests(requests: &[RequestView]) {
    if requests.is_empty() {
        println!("It asks for nothing.");
        return;
    }
    let rows = requests.iter().map(|request| {
        let granted = match (request.granted, request.optional) {
            (true, _) => "granted".green().to_string(),
            (false, true) => "optional".dimmed().to_string(),
            (false, false) => "not granted".red().to_string(),
        };
        vec![
            request.permission.to_string(),
            granted,
            request.meaning_with_danger(),
            request.reason.clone().unwrap_or_default(),
        ]
    });
    table(&["permission", "", "meaning", "reason"], rows);
}
