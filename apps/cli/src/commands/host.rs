use std::path::PathBuf;
use std::time::Duration;

use anstream::{print, println};
use anyhow::{Context, bail};
use clap::CommandFactory;
use pato_host::HostView;
use serde_json::{Map, Value, json};

use crate::arguments::Arguments;
use crate::client::Client;
use crate::commands::connector;
use crate::output::Output;

/// How long a host may take to stop: plugins, connectors and database one after the other.
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// `pato stop`
pub(crate) async fn stop(data: Option<PathBuf>, output: &Output) -> anyhow::Result<()> {
    let client = Client::connect(data)?;
    let directory = client.directory();
    client.post::<Value>("/api/stop", &json!({})).await?;
    let stopped = async {
        while directory.running().is_some() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    if tokio::time::timeout(STOP_LIMIT, stopped).await.is_err() {
        bail!(
            "process {} was asked to stop and still runs: end it by the system",
            client.run().pid
        );
    }
    output.done("Pato has stopped.");
    Ok(())
}

/// `pato status`
pub(crate) async fn status(data: Option<PathBuf>, output: &Output) -> anyhow::Result<()> {
    let client = Client::connect(data)?;
    let view: HostView = client.get("/api/status").await?;
    output.result(&view, |view| {
        let run = client.run();
        println!(
            "Pato {} runs as process {} for {:.0} s: {} events, {} of {} plugins running.",
            view.version,
            run.pid,
            view.uptime_seconds,
            view.events_published,
            view.plugins_running,
            view.plugins_installed
        );
        println!("Page: http://{}/#token={}", run.address, run.token);
        if !view.connectors.is_empty() {
            println!();
            connector::print(&view.connectors);
        }
    })
}

/// `pato completions`
pub(crate) fn completions(shell: clap_complete::Shell) -> anyhow::Result<()> {
    clap_complete::generate(
        shell,
        &mut Arguments::command(),
        "pato",
        &mut std::io::stdout(),
    );
    Ok(())
}

/// `pato page-schema`
pub(crate) fn page_schema() -> anyhow::Result<()> {
    print!("{}", pato_server::page_schema()?);
    Ok(())
}

/// `pato index-schema`
pub(crate) fn index_schema() -> anyhow::Result<()> {
    println!(
        "{}",
        serde_json::to_string_pretty(&pato_packages::Index::json_schema())?
    );
    Ok(())
}

/// `pato openapi`
pub(crate) fn openapi() -> anyhow::Result<()> {
    print!("{}", pato_server::openapi()?);
    Ok(())
}

/// A JSON object that was given as an argument.
pub(crate) fn object(text: &str) -> anyhow::Result<Map<String, Value>> {
    serde_json::from_str(text).with_context(|| {
        format!(
            "`{text}` is no JSON object: write it as '{{\"key\": \"value\"}}', in single quotes"
        )
    })
}
