use anstream::println;
use indicatif::BinaryBytes;
use owo_colors::OwoColorize;
use pato_packages::PublicKey;
use serde_json::json;

use super::File;
use crate::output::{Output, table};

/// `pato plugin inspect`
pub(super) fn show(file: &File, output: &Output) -> anyhow::Result<()> {
    let inspected = &file.inspected;
    let publisher = PublicKey::of_publisher(&inspected.manifest);
    let state = match (&file.problem, &inspected.signature) {
        (Some(_), _) => "refused",
        (None, Some(_)) => "signed",
        (None, None) => "unsigned",
    };
    let mut result = serde_json::to_value(inspected)?;
    if let Some(object) = result.as_object_mut() {
        object.insert(
            "signature".into(),
            json!({
                "state": state,
                "publisher": publisher,
                "words": publisher.map(|key| key.words().join(" ")),
                "problem": file.problem.as_ref().map(ToString::to_string),
            }),
        );
        object.insert("warnings".into(), json!(inspected.manifest.warnings()));
    }
    output.result(&result, |_| {
        describe(file);
        println!();
        match (&file.problem, publisher) {
            (Some(problem), _) => println!("{} {problem}.", "Signature:".red().bold()),
            (None, Some(key)) => {
                println!("Signature: {} by {key}", "holds,".green());
                println!("           in words: {}", key.words().join(" ").bold());
            }
            (None, None) => println!(
                "Signature: {}. Nobody can tell whether it is its author's, or was changed.",
                "none".yellow()
            ),
        }
        for warning in inspected.manifest.warnings() {
            println!("{} {warning}", "warning:".yellow().bold());
        }
    })
}

fn describe(file: &File) {
    let inspected = &file.inspected;
    let manifest = &inspected.manifest;
    println!("{} ({})", file.title().bold(), manifest.id);
    for line in [&manifest.description, &manifest.author] {
        if !line.is_empty() {
            println!("{line}");
        }
    }
    for line in [&manifest.license, &manifest.homepage]
        .into_iter()
        .flatten()
    {
        println!("{line}");
    }
    println!();
    if manifest.permissions.is_empty() {
        println!("It asks for nothing.");
    } else {
        println!("It asks for:");
    }
    for request in &manifest.permissions {
        let optional = if request.optional { " (optional)" } else { "" };
        println!(
            "  {} {}{optional}",
            request.permission.to_string().bold(),
            request.permission.describe()
        );
        if let Some(reason) = &request.reason {
            println!("    {}", format!("because: {reason}").dimmed());
        }
    }
    println!();
    list("Imports", &inspected.imports);
    list("Exports", &inspected.exports);
    println!();
    table(
        &["section", "count", "bytes"],
        inspected.sections.iter().map(|section| {
            vec![
                section.name.escape_debug().to_string(),
                section.count.to_string(),
                BinaryBytes(section.bytes).to_string(),
            ]
        }),
    );
    println!();
    println!("Contract:  {}", manifest.api_version);
    println!("Size:      {}", BinaryBytes(inspected.size));
    println!("SHA-256:   {}", inspected.sha256);
}

fn list(title: &str, names: &[String]) {
    println!("{title}:");
    if names.is_empty() {
        println!("  nothing");
    }
    for name in names {
        println!("  {}", name.escape_debug());
    }
}
