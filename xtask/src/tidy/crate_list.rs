//! `crates/README.md` names every crate of the workspace, with a sentence.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};
use cargo_metadata::MetadataCommand;

use crate::project::Project;

pub(super) fn check(project: &Project) -> Result<Vec<String>> {
    let path = project.path("crates/README.md");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let metadata = MetadataCommand::new()
        .current_dir(&project.root)
        .no_deps()
        .exec()?;
    let members = metadata.workspace_packages();
    let names = members.iter().map(|package| package.name.to_string());
    Ok(compare(&text, &names.collect()))
}

fn compare(text: &str, crates: &BTreeSet<String>) -> Vec<String> {
    let mut findings = Vec::new();
    let mut named = BTreeSet::new();
    for (name, sentence) in text.lines().filter_map(entry) {
        if !crates.contains(name) {
            findings.push(format!(
                "crates/README.md names `{name}`, which is no crate"
            ));
        }
        if !sentence.ends_with('.') || !sentence.contains(' ') {
            findings.push(format!("crates/README.md says no sentence about `{name}`"));
        }
        if !named.insert(name.to_owned()) {
            findings.push(format!("crates/README.md names `{name}` twice"));
        }
    }
    for missing in crates.difference(&named) {
        findings.push(format!("crates/README.md does not name `{missing}`"));
    }
    findings
}

/// The name and the sentence of a row such as ``| [`pato-bus`](bus) | Carries events. |``.
fn entry(line: &str) -> Option<(&str, &str)> {
    let (link, sentence) = line.strip_prefix("| [`")?.split_once('|')?;
    let (name, _) = link.split_once("`]")?;
    Some((name, sentence.trim_end().trim_end_matches('|').trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "| Crate | What |\n|---|---|\n\
        | [`pato-bus`](bus) | Carries events. |\n\
        | [`pato-host`](host) | Composes it all. |\n";

    fn findings(text: &str, crates: &[&str]) -> Vec<String> {
        compare(text, &crates.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_list_that_names_every_crate_once_is_right() {
        assert!(findings(LIST, &["pato-bus", "pato-host"]).is_empty());
    }

    #[test]
    fn a_crate_that_is_missing_unknown_doubled_or_without_a_sentence_is_found() {
        let missing = findings(LIST, &["pato-bus", "pato-host", "pato-vault"]);
        assert_eq!(missing, ["crates/README.md does not name `pato-vault`"]);
        let unknown = findings(LIST, &["pato-bus"]);
        assert_eq!(
            unknown,
            ["crates/README.md names `pato-host`, which is no crate"]
        );
        let doubled = findings(&LIST.replace("host", "bus"), &["pato-bus"]);
        assert_eq!(doubled, ["crates/README.md names `pato-bus` twice"]);
        let mute = findings(
            &LIST.replace("Carries events.", ""),
            &["pato-bus", "pato-host"],
        );
        assert_eq!(mute, ["crates/README.md says no sentence about `pato-bus`"]);
    }
}
