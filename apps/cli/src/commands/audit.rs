//! `pato audit`: what plugins were granted, refused, and did that can do harm.

use std::path::PathBuf;

use anstream::println;
use pato_host::AuditView;

use crate::arguments::AuditOptions;
use crate::client::Client;
use crate::output::{Output, date, table};

pub(crate) async fn perform(
    data: Option<PathBuf>,
    options: AuditOptions,
    output: &Output,
) -> anyhow::Result<()> {
    let client = Client::connect(data)?;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("text", &options.text.join(" "));
    query.append_pair("limit", &options.limit.to_string());
    if let Some(plugin) = &options.plugin {
        query.append_pair("plugin", plugin);
    }
    let path = format!("/api/audit?{}", query.finish());
    let entries: Vec<AuditView> = client.get(&path).await?;
    output.result(&entries, |entries| {
        if entries.is_empty() {
            println!("Nothing.");
            return;
        }
        let rows = entries.iter().map(|entry| {
            let times = match entry.times {
                1 => String::new(),
                times => format!("{times} times"),
            };
            vec![
                date(entry.time),
                entry.plugin.clone(),
                entry.what.clone(),
                entry.permission.clone().unwrap_or_default(),
                entry.detail.clone().unwrap_or(times),
            ]
        });
        table(&["when", "plugin", "what", "permission", ""], rows);
    })
}
