//! Calls of actions, of commands, and of what plugins offer to each other.

use std::path::PathBuf;

use anstream::println;
use anyhow::bail;
use owo_colors::OwoColorize;
use pato_host::runtime::CallEdge;
use serde_json::{Value, json};

use super::host::object;
use crate::arguments::CallOptions;
use crate::client::Client;
use crate::output::{Output, table};

/// `pato call`
pub(crate) async fn call(
    data: Option<PathBuf>,
    options: CallOptions,
    output: &Output,
) -> anyhow::Result<()> {
    if let Some((plugin, interface, function)) = function(&options.name) {
        let client = Client::connect(data)?;
        let body = json!({
            "plugin": plugin,
            "interface": interface,
            "function": function,
            "arguments": options.parameters.join(", "),
        });
        let answer: Value = client.post("/api/calls", &body).await?;
        return output.result(&answer, |answer| {
            println!("{}", answer["answer"].as_str().unwrap_or_default());
        });
    }
    let parameters = match options.parameters.as_slice() {
        [] => object("{}")?,
        [parameters] => object(parameters)?,
        [_, second, ..] => bail!(
            "`{}` takes one JSON object, and `{second}` is one more: write it in single quotes",
            options.name
        ),
    };
    let client = Client::connect(data)?;
    let body = json!({ "name": options.name, "parameters": parameters });
    let answer: Value = client.post("/api/call", &body).await?;
    output.result(&answer, |answer| println!("{answer:#}"))
}

/// `points.points.give` in its parts. The interface may be written in full, with its version, so it ends at
/// the last dot.
fn function(name: &str) -> Option<(&str, &str, &str)> {
    let (plugin, rest) = name.split_once('.')?;
    let (interface, function) = rest.rsplit_once('.')?;
    Some((plugin, interface, function))
}

/// `pato plugin graph`
pub(crate) fn print(edges: &[CallEdge]) {
    if edges.is_empty() {
        println!("No plugin that runs calls another one.");
        return;
    }
    let rows = edges.iter().flat_map(|edge| {
        edge.functions.iter().map(|one| {
            let called = match &edge.interface {
                Some(interface) => format!("{interface} {}", one.name),
                None => one.name.clone(),
            };
            let allowed = match (one.granted, one.requested) {
                (true, _) => "yes",
                (false, true) => "no",
                (false, false) => "not asked for",
            };
            vec![
                edge.caller.clone(),
                called,
                edge.callee.clone().unwrap_or_else(|| "nobody".into()),
                allowed.into(),
                one.calls.to_string(),
                one.failures.to_string(),
            ]
        })
    });
    table(
        &["Plugin", "Calls", "Of", "Allowed", "Times", "Failed"],
        rows,
    );
    for edge in edges {
        if let Some(reason) = &edge.reason {
            println!("{} {}: {reason}", "!".yellow(), edge.caller);
        }
        for one in edge.functions.iter().filter(|one| !one.granted) {
            if let Some(permission) = one.permission.as_deref().filter(|_| one.requested) {
                let caller = &edge.caller;
                println!("To allow it: pato plugin grant {caller} {permission}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_told_from_a_command_by_its_third_part() {
        assert_eq!(
            function("points.points.give"),
            Some(("points", "points", "give"))
        );
        assert_eq!(
            function("points.ronni:points/points@1.0.0.give"),
            Some(("points", "ronni:points/points@1.0.0", "give"))
        );
        assert_eq!(function("counter.reset"), None);
        assert_eq!(function("counter"), None);
    }
}
