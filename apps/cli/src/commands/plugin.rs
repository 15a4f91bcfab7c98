use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

use anstream::{eprint, eprintln, println};
use anyhow::{Context, bail};
use owo_colors::OwoColorize;
use pato_host::runtime::CallEdge;
use pato_host::{PluginView, QuestionView, RequestView, SettingsView, VersionView};
use reqwest::Method;
use serde_json::{Value, json};

use super::{calls, install, logs};
use crate::arguments::{PluginCommand, RemoveOptions, SettingsOptions};
use crate::client::Client;
use crate::output::{Output, date, state, table, word};
use crate::secrets;

/// `pato plugin …`
pub(crate) async fn perform(
    data: Option<PathBuf>,
    command: PluginCommand,
    output: &Output,
) -> anyhow::Result<()> {
    let client = Client::connect(data)?;
    match command {
        PluginCommand::Install(options) => install::install(&client, options, output).await,
        PluginCommand::Update(options) => install::update(&client, options, output).await,
        PluginCommand::Rollback(options) => {
            let path = format!("/api/modules/{}/rollback", options.id);
            let body = json!({ "version": options.to });
            let view: PluginView = client.post(&path, &body).await?;
            output.result(&view, |view| {
                println!("{} is at {} again.", view.name, view.version);
            })
        }
        PluginCommand::Versions(plugin) => {
            let path = format!("/api/modules/{}/versions", plugin.id);
            let versions: Vec<VersionView> = client.get(&path).await?;
            output.result(&versions, |versions| print_versions(versions))
        }
        PluginCommand::Pin(plugin) => pin(&client, &plugin.id, true, output).await,
        PluginCommand::Unpin(plugin) => pin(&client, &plugin.id, false, output).await,
        PluginCommand::ForgetPublisher(plugin) => {
            let path = format!("/api/modules/{}/publisher", plugin.id);
            client
                .send::<Value>(Method::DELETE, &path, &json!({}))
                .await?;
            output.done(&format!(
                "Whoever signs the next {} is taken for its author from then on.",
                plugin.id
            ));
            Ok(())
        }
        PluginCommand::Questions => {
            let questions: Vec<QuestionView> = client.get("/api/questions").await?;
            output.result(&questions, |questions| print_questions(questions))
        }
        PluginCommand::Answer(options) => {
            let path = format!("/api/modules/{}/decide", options.id);
            let body = json!({ "permission": options.permission, "decision": options.decision });
            let view: PluginView = client.post(&path, &body).await?;
            output.result(&view, |view| print_requests(&view.requests))
        }
        PluginCommand::Graph => {
            let edges: Vec<CallEdge> = client.get("/api/calls").await?;
            output.result(&edges, |edges| calls::print(edges))
        }
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
        PluginCommand::Logs(options) => logs::logs(&client, options, output).await,
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

/// Asks which of these to grant.
pub(crate) fn choose(asked: &[&RequestView]) -> anyhow::Result<Vec<String>> {
    eprintln!("It asks for:");
    for request in asked {
        let optional = if request.optional { " (optional)" } else { "" };
        eprintln!(
            "  {} {}{optional}",
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
        "y" | "yes" => granted.extend(asked),
        "s" => {
            for request in asked {
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

pub(super) fn answer() -> anyhow::Result<String> {
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

async fn pin(client: &Client, id: &str, pinned: bool, output: &Output) -> anyhow::Result<()> {
    let path = format!("/api/modules/{id}/pin");
    let body = json!({ "pinned": pinned });
    let view: PluginView = client.send(Method::PUT, &path, &body).await?;
    output.result(&view, |view| match view.pinned {
        true => println!("{} stays at {}.", view.name, view.version),
        false => println!("{} is updated again.", view.name),
    })
}

fn print_versions(versions: &[VersionView]) {
    if versions.is_empty() {
        println!("None: it was never updated here.");
        return;
    }
    let rows = versions.iter().map(|version| {
        vec![
            version.version.clone(),
            date(version.replaced_at),
            version.hash.chars().take(12).collect(),
            version.reason.clone().unwrap_or_default(),
        ]
    });
    table(&["version", "replaced", "sha-256", ""], rows);
}

fn print_questions(questions: &[QuestionView]) {
    if questions.is_empty() {
        println!("None.");
        return;
    }
    for question in questions {
        println!(
            "{} wanted: {} {}",
            question.plugin_name.bold(),
            question.meaning,
            question.danger.as_deref().unwrap_or_default()
        );
        if let Some(reason) = &question.reason {
            println!("    {}", format!("because: {reason}").dimmed());
        }
        println!(
            "    pato plugin answer {} {} once|always|never",
            question.plugin, question.permission
        );
    }
}

fn list(plugins: &[PluginView]) {
    if plugins.is_empty() {
        println!("None. Add one with `pato plugin install FILE.wasm`.");
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
    if let Some(source) = &view.source {
        println!("From          {source}");
    }
    match &view.publisher {
        Some(publisher) => println!("Signed by     {} ({})", publisher.words, publisher.key),
        None => println!("Signed by     nobody"),
    }
    if view.pinned {
        println!("Pinned        it stays at this version");
    }
    if let Some(version) = &view.trial {
        println!("On trial      {version} runs; this version stands by");
    }
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
