//! `pato verify` and `pato inspect`, which `pato plugin inspect` is, too.

use std::path::Path;
use std::process::ExitCode;

use anstream::println;
use anyhow::Context;
use indicatif::BinaryBytes;
use owo_colors::OwoColorize;
use pato_host::Package;
use pato_packages::analysis::{Analysis, Need, World, WorldFit};
use pato_packages::{BinaryKind, Inspected, PublicKey, SectionSize};
use serde_json::{Value, json};

use crate::arguments::{InspectOptions, VerifyOptions};
use crate::output::{Output, table};

/// How many crates are listed each by itself.
const LISTED_CRATES: usize = 15;

/// `pato verify`
pub(crate) fn verify(options: &VerifyOptions, output: &Output) -> anyhow::Result<ExitCode> {
    let analysis = read(&options.file)?;
    let fits = match options.world {
        Some(world) => analysis.fits(world),
        None => analysis.worlds.iter().any(|fit| fit.fits),
    };
    let mut result = value(&analysis)?;
    if let Some(object) = result.as_object_mut() {
        object.insert("fits".into(), json!(fits));
    }
    output.result(&result, |_| {
        println!("{}: {}, valid.", options.file.display(), kind(&analysis));
        println!();
        print_worlds(&analysis.worlds, options.world);
        println!();
        list("Imports", &analysis.imports);
        list("Exports", &analysis.exports);
        print_needs(&analysis.needs);
        if let Some(package) = &analysis.package {
            println!();
            print_signature(&analysis, package);
        }
    })?;
    Ok(match fits {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// `pato inspect`
pub(crate) fn inspect(options: &InspectOptions, output: &Output) -> anyhow::Result<()> {
    let analysis = read(&options.file)?;
    output.result(&value(&analysis)?, |_| {
        match &analysis.package {
            Some(package) => describe(package),
            None => println!("{}: {}.", options.file.display(), kind(&analysis)),
        }
        println!();
        print_worlds(&analysis.worlds, None);
        println!();
        match &analysis.wit {
            Some(wit) => println!("{}", wit.trim_end()),
            None => {
                list("Imports", &analysis.imports);
                list("Exports", &analysis.exports);
            }
        }
        print_needs(&analysis.needs);
        println!();
        print_sizes(&analysis);
        println!();
        if let Some(package) = &analysis.package {
            println!("Contract:  {}", package.manifest.api_version);
        }
        println!("Size:      {}", BinaryBytes(analysis.size));
        println!("SHA-256:   {}", analysis.sha256);
        for producer in &analysis.producers {
            let text = format!("{} {} {}", producer.field, producer.name, producer.version);
            println!("Made with: {}", text.trim_end().escape_debug());
        }
        if let Some(package) = &analysis.package {
            println!();
            print_signature(&analysis, package);
            for warning in package.manifest.warnings() {
                println!("{} {warning}", "warning:".yellow().bold());
            }
        }
    })
}

fn read(path: &Path) -> anyhow::Result<Analysis> {
    let bytes = Package::read_bytes(path)?;
    Analysis::of(&bytes).with_context(|| path.display().to_string())
}

/// All of it as JSON.
fn value(analysis: &Analysis) -> anyhow::Result<Value> {
    let mut value = serde_json::to_value(analysis)?;
    if let (Some(object), Some(package)) = (value.as_object_mut(), &analysis.package) {
        let publisher = PublicKey::of_publisher(&package.manifest);
        let state = match (&analysis.signature, &package.signature) {
            (Some(_), _) => "refused",
            (None, Some(_)) => "signed",
            (None, None) => "unsigned",
        };
        object.insert("manifest".into(), json!(package.manifest));
        object.insert("assets".into(), json!(package.assets));
        object.insert(
            "signature".into(),
            json!({
                "state": state,
                "publisher": publisher,
                "words": publisher.map(|key| key.words().join(" ")),
                "problem": analysis.signature.as_ref().map(ToString::to_string),
            }),
        );
        object.insert("warnings".into(), json!(package.manifest.warnings()));
    }
    Ok(value)
}

fn kind(analysis: &Analysis) -> String {
    let kind = match analysis.kind {
        BinaryKind::Component => "a component",
        BinaryKind::Module => "a core module",
    };
    format!("{kind} of {}", BinaryBytes(analysis.size))
}

fn print_worlds(worlds: &[WorldFit], wanted: Option<World>) {
    let shown = worlds
        .iter()
        .filter(|fit| wanted.is_none_or(|world| world == fit.world));
    let mut none = true;
    for fit in shown {
        none = false;
        let world = fit.world.describe();
        match &fit.reason {
            None => println!("{} {world}", "✓".green()),
            Some(reason) => println!("{} {world}: {reason}", "✗".red().bold()),
        }
    }
    if let (true, Some(world)) = (none, wanted) {
        println!(
            "{} {}: it is of another kind",
            "✗".red().bold(),
            world.describe()
        );
    }
}

fn print_needs(needs: &[Need]) {
    if needs.is_empty() {
        return;
    }
    println!();
    println!("To be granted before it works:");
    for need in needs {
        let asked = match need.requested {
            Some(true) => "; its manifest asks for it",
            Some(false) => "; its manifest does not ask for it, so each call is denied",
            None => "",
        };
        println!(
            "  {} ({}){asked}",
            need.grant.bold(),
            need.imports.join(", ")
        );
    }
}

fn print_signature(analysis: &Analysis, package: &Inspected) {
    match (
        &analysis.signature,
        PublicKey::of_publisher(&package.manifest),
    ) {
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
}

fn describe(package: &Inspected) {
    let manifest = &package.manifest;
    let title = format!("{} {}", manifest.name, manifest.version);
    println!("{} ({})", title.bold(), manifest.id);
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
}

fn print_sizes(analysis: &Analysis) {
    print_sections("section", &analysis.sections);
    if analysis.kind == BinaryKind::Component {
        for module in &analysis.modules {
            let name = module.name.as_deref().unwrap_or("without a name");
            println!();
            print_sections(
                &format!("in the core module {}", name.escape_debug()),
                &module.sections,
            );
        }
    }
    if analysis.code.is_empty() {
        return;
    }
    println!();
    let (listed, rest) = analysis
        .code
        .split_at(analysis.code.len().min(LISTED_CRATES));
    let mut rows: Vec<_> = listed
        .iter()
        .map(|code| (code.name.clone(), code.functions, code.bytes))
        .collect();
    if !rest.is_empty() {
        let functions = rest.iter().map(|code| code.functions).sum();
        let bytes = rest.iter().map(|code| code.bytes).sum();
        rows.push((format!("({} others)", rest.len()), functions, bytes));
    }
    let rows = rows.into_iter().map(|(name, functions, bytes)| {
        vec![
            name.escape_debug().to_string(),
            functions.to_string(),
            BinaryBytes(bytes).to_string(),
        ]
    });
    table(&["code of", "functions", "bytes"], rows);
}

fn print_sections(title: &str, sections: &[SectionSize]) {
    let rows = sections.iter().map(|section| {
        vec![
            section.name.escape_debug().to_string(),
            section.count.to_string(),
            BinaryBytes(section.bytes).to_string(),
        ]
    });
    table(&[title, "count", "bytes"], rows);
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
