use std::path::PathBuf;

use anstream::println;
use anyhow::Context;
use pato_events::nearest;
use pato_host::ConnectorView;
use serde_json::{Value, json};

use crate::arguments::ConnectorCommand;
use crate::client::Client;
use crate::output::{Output, clock, state, table, word};

/// `pato connector …`
pub(crate) async fn perform(
    data: Option<PathBuf>,
    command: ConnectorCommand,
    output: &Output,
) -> anyhow::Result<()> {
    let client = Client::connect(data)?;
    let connectors: Vec<ConnectorView> = client.get("/api/connectors").await?;
    match command {
        ConnectorCommand::List => output.result(&connectors, |connectors| {
            if connectors.is_empty() {
                println!("None. Start Pato with --twitch CHANNEL, --obs URL or --simulate.");
            } else {
                print(connectors);
            }
        }),
        ConnectorCommand::Status { id } => {
            let ids = || connectors.iter().map(|connector| connector.id.as_str());
            let connector = connectors
                .iter()
                .find(|connector| connector.id == id)
                .with_context(|| match nearest(&id, ids()) {
                    Some(near) => format!("there is no connector `{id}`; did you mean `{near}`?"),
                    None => {
                        format!("there is no connector `{id}`: `pato connector list` shows them")
                    }
                })?;
            output.result(connector, |connector| {
                print(std::slice::from_ref(connector));
                println!("\nActions:");
                for action in &connector.actions {
                    println!("  {action}");
                }
            })
        }
        ConnectorCommand::Retry { id } => {
            client
                .post::<Value>(&format!("/api/connectors/{id}/retry"), &json!({}))
                .await?;
            output.done(&format!("{id} tries to connect now."));
            Ok(())
        }
    }
}

/// The connectors as a table.
pub(crate) fn print(connectors: &[ConnectorView]) {
    let rows = connectors.iter().map(|connector| {
        let moment = |time: Option<f64>| time.map_or_else(|| "never".to_owned(), clock);
        vec![
            connector.id.clone(),
            state(&word(&connector.state)),
            moment(connector.last_heard),
            connector.next_try.map_or_else(String::new, clock),
            connector.reason.clone().unwrap_or_default(),
        ]
    });
    table(
        &["connector", "state", "last heard", "next try", "reason"],
        rows,
    );
}
