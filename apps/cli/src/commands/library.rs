//! `pato library …`: lists of plugins, and what is in them.

use std::path::PathBuf;

use anstream::println;
use owo_colors::OwoColorize;
use pato_host::{IndexView, ListingView, UpdateView};
use reqwest::Method;
use serde_json::{Value, json};

use crate::arguments::LibraryCommand;
use crate::client::Client;
use crate::output::{Output, clock, table};

pub(crate) async fn perform(
    data: Option<PathBuf>,
    command: LibraryCommand,
    output: &Output,
) -> anyhow::Result<()> {
    let client = Client::connect(data)?;
    match command {
        LibraryCommand::Add { url, key, priority } => {
            let body = json!({ "url": url, "key": key, "priority": priority });
            let index: IndexView = client.post("/api/library/indexes", &body).await?;
            output.result(&index, |index| {
                println!(
                    "{} is added, with {} plugins.",
                    index.name.as_deref().unwrap_or(&index.url),
                    index.plugins
                );
                if index.key.is_none() {
                    println!(
                        "{} it is not signed, so whoever can change the file can change what is offered. \
                         If its owner publishes a key, add it again with --key.",
                        "warning:".yellow().bold()
                    );
                }
            })
        }
        LibraryCommand::Remove { url } => {
            let mut path = String::from("/api/library/indexes?url=");
            path.extend(url::form_urlencoded::byte_serialize(url.as_bytes()));
            client
                .send::<Value>(Method::DELETE, &path, &json!({}))
                .await?;
            output.done(&format!(
                "{url} is removed. What was installed from it stays."
            ));
            Ok(())
        }
        LibraryCommand::List => {
            let indexes: Vec<IndexView> = client.get("/api/library/indexes").await?;
            output.result(&indexes, |indexes| list(indexes))
        }
        LibraryCommand::Refresh => {
            let indexes: Vec<IndexView> = client.post("/api/library/refresh", &json!({})).await?;
            output.result(&indexes, |indexes| list(indexes))
        }
        LibraryCommand::Search { words } => {
            let text = words.join(" ");
            let mut path = String::from("/api/library/search?text=");
            path.extend(url::form_urlencoded::byte_serialize(text.as_bytes()));
            let found: Vec<ListingView> = client.get(&path).await?;
            output.result(&found, |found| listings(found))
        }
        LibraryCommand::Show { id } => {
            let all: Vec<ListingView> = client.get("/api/library/search").await?;
            let Some(listing) = all.iter().find(|listing| listing.id == id) else {
                anyhow::bail!(
                    "no list has a plugin `{id}`: `pato library search` looks through them"
                );
            };
            output.result(listing, describe)
        }
        LibraryCommand::Updates => {
            let updates: Vec<UpdateView> = client.get("/api/library/updates").await?;
            output.result(&updates, |updates| self::updates(updates))
        }
    }
}

fn list(indexes: &[IndexView]) {
    if indexes.is_empty() {
        println!("None. Add one with `pato library add URL`.");
        return;
    }
    let rows = indexes.iter().map(|index| {
        vec![
            index.name.clone().unwrap_or_default(),
            index.url.clone(),
            index.plugins.to_string(),
            if index.key.is_some() {
                "signed"
            } else {
                "unsigned"
            }
            .to_owned(),
            index.fetched_at.map(clock).unwrap_or_default(),
            index.problem.clone().unwrap_or_default(),
        ]
    });
    table(
        &["list", "address", "plugins", "", "fetched", "problem"],
        rows,
    );
}

fn listings(found: &[ListingView]) {
    if found.is_empty() {
        println!(
            "Nothing is like that. `pato library list` shows which lists were looked through."
        );
        return;
    }
    let rows = found.iter().map(|listing| {
        let newest = listing.versions.first();
        let state = match (&listing.revoked, &listing.installed_version) {
            (Some(_), _) => "revoked".red().to_string(),
            (None, Some(version)) => format!("installed {version}"),
            (None, None) => String::new(),
        };
        vec![
            listing.id.clone(),
            newest.map(|one| one.version.clone()).unwrap_or_default(),
            listing.description.clone(),
            listing.author.clone(),
            state,
        ]
    });
    table(&["plugin", "version", "what it does", "author", ""], rows);
}

fn describe(listing: &ListingView) {
    println!(
        "{} ({}) by {}",
        listing.name.bold(),
        listing.id,
        listing.author
    );
    println!("{}\n", listing.description);
    if let Some(reason) = &listing.revoked {
        println!(
            "{} the list warns of it: {reason}\n",
            "Do not install it:".red().bold()
        );
    }
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "not told".to_owned());
    println!("Licence       {}", text(&listing.license));
    println!("Home page     {}", text(&listing.homepage));
    match &listing.publisher {
        Some(publisher) => println!("Signed by     {} ({})", publisher.words, publisher.key),
        None => println!("Signed by     nobody"),
    }
    println!("List          {}\n", listing.index);
    let rows = listing.versions.iter().map(|one| {
        vec![
            one.version.clone(),
            format!("{:.1} MiB", one.size as f64 / 1_048_576.0),
            one.published.clone().unwrap_or_default(),
            match &one.yanked {
                Some(reason) => format!("withdrawn: {reason}"),
                None => one.changes.clone().unwrap_or_default(),
            },
        ]
    });
    table(&["version", "size", "published", "changes"], rows);
    if let Some(newest) = listing.versions.first() {
        println!("\nYou will be asked to grant:");
        for permission in &newest.requests {
            println!("  • {}", permission.meaning);
        }
    }
    println!(
        "\nTo install it: {}",
        format!("pato plugin install {}", listing.id).bold()
    );
}

fn updates(updates: &[UpdateView]) {
    if updates.is_empty() {
        println!("Everything is up to date, as far as your lists know.");
        return;
    }
    let rows = updates.iter().map(|update| {
        vec![
            update.plugin.clone(),
            update.from.clone(),
            update.to.clone(),
            if update.pinned { "pinned" } else { "" }.to_owned(),
            update.changes.clone().unwrap_or_default(),
        ]
    });
    table(&["plugin", "installed", "newest", "", "changes"], rows);
}
