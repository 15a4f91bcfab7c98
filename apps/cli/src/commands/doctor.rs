use std::path::PathBuf;

use anstream::println;
use owo_colors::OwoColorize;
use pato_events::catalogue::host::{ConnectionState, PluginState};
use pato_host::{Configuration, DataDirectory, HostView, PluginView};
use serde::Serialize;

use crate::arguments::RunOptions;
use crate::client::Client;
use crate::configuration;
use crate::output::Output;

/// What was looked at, and what came out.
#[derive(Debug, Serialize)]
struct Finding {
    what: String,
    ok: bool,
    text: String,
}

/// `pato doctor`
pub(crate) async fn perform(data: Option<PathBuf>, output: &Output) -> anyhow::Result<()> {
    let mut findings = Vec::new();
    let mut found = |what: &str, outcome: Result<String, String>| {
        let ok = outcome.is_ok();
        let text = outcome.unwrap_or_else(|text| text);
        findings.push(Finding {
            what: what.to_owned(),
            ok,
            text,
        });
    };
    let directory = DataDirectory::find(data.clone())?;
    found("data folder", writable(&directory));
    let configuration = configuration::layers(&directory, &RunOptions::default())
        .and_then(|layers| Ok(layers.configuration()?));
    found(
        "configuration",
        match &configuration {
            Ok(_) if directory.configuration().exists() => {
                Ok(directory.configuration().display().to_string())
            }
            Ok(_) => Ok("none, so the defaults hold".to_owned()),
            Err(error) => Err(error.to_string()),
        },
    );
    match Client::connect(data) {
        Ok(client) => {
            let view: Result<HostView, _> = client.get("/api/status").await;
            match view {
                Ok(view) => {
                    found(
                        "host",
                        Ok(format!(
                            "{} at http://{}",
                            view.version,
                            client.run().address
                        )),
                    );
                    for connector in &view.connectors {
                        let reason = connector.reason.clone().unwrap_or_default();
                        let name = format!("connector {}", connector.id);
                        match connector.state {
                            ConnectionState::Waiting | ConnectionState::NeedsUser => {
                                found(&name, Err(reason));
                            }
                            _ => found(&name, Ok(crate::output::word(&connector.state))),
                        }
                    }
                }
                Err(error) => found("host", Err(error.to_string())),
            }
            let plugins: Vec<PluginView> = client.get("/api/modules").await.unwrap_or_default();
            for plugin in &plugins {
                found(&format!("plugin {}", plugin.id), plugin_health(plugin));
            }
        }
        Err(_) => {
            found("host", Ok("not running; `pato run` starts it".to_owned()));
            if let Ok(configuration) = configuration {
                found("port", port_free(&configuration));
            }
        }
    }
    let healthy = findings.iter().all(|finding| finding.ok);
    output.result(&findings, |findings| {
        for finding in findings {
            let mark = if finding.ok {
                "✓".green().to_string()
            } else {
                "✗".red().bold().to_string()
            };
            println!("{mark} {:<20} {}", finding.what, finding.text);
        }
    })?;
    anyhow::ensure!(healthy, "something needs you: see the lines marked ✗");
    Ok(())
}

fn writable(directory: &DataDirectory) -> Result<String, String> {
    let path = directory.path();
    if !path.exists() {
        return Ok(format!("{} (made at the first start)", path.display()));
    }
    tempfile::NamedTempFile::new_in(path)
        .map(|_| path.display().to_string())
        .map_err(|error| {
            format!(
                "can't write in {}: {error}; choose another with --data",
                path.display()
            )
        })
}

fn port_free(configuration: &Configuration) -> Result<String, String> {
    let address = configuration.server.address;
    std::net::TcpListener::bind(address)
        .map(|_| format!("{address} is free"))
        .map_err(|error| {
            format!("can't listen on {address}: {error}; choose another with `pato run --listen`")
        })
}

fn plugin_health(plugin: &PluginView) -> Result<String, String> {
    let missing: Vec<_> = plugin
        .requests
        .iter()
        .filter(|request| !request.granted && !request.optional)
        .map(|request| request.permission.to_string())
        .collect();
    let reason = plugin.reason.clone().unwrap_or_default();
    match plugin.state {
        PluginState::Failed => Err(format!("failed: {reason}")),
        PluginState::Quarantined => {
            let id = &plugin.id;
            Err(format!(
                "quarantined: {reason}; `pato plugin restart {id}` tries again"
            ))
        }
        _ if !plugin.enabled => Ok("disabled".to_owned()),
        _ if !missing.is_empty() => Err(format!(
            "lacks what it asks for: `pato plugin grant {} {}`",
            plugin.id,
            missing.join(" ")
        )),
        state => Ok(crate::output::word(&state)),
    }
}
