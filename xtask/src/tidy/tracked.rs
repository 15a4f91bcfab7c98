//! What stands in the files that git knows.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::shown;
use crate::process;
use crate::project::Project;

const MAX_LINES: usize = 1000;

/// Written by hand, so that their length is somebody's choice.
const SOURCES: [&str; 11] = [
    "rs", "wit", "js", "mjs", "ts", "tsx", "py", "sh", "css", "html", "sql",
];

/// The interfaces of WASI are copies; of lock files nobody is the author.
fn is_foreign(path: &str) -> bool {
    path.starts_with("wit/deps/") || path.ends_with(".lock") || path.ends_with("-lock.json")
}

/// Checks sizes, unfinished marks, and names that mean nothing to a reader of the repository.
pub(super) fn check(project: &Project) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for path in files(project)? {
        let full = project.root.join(&path);
        let Ok(bytes) = fs::read(&full) else {
            continue; // Deleted, but still known to git.
        };
        if let Ok(text) = std::str::from_utf8(&bytes) {
            findings.extend(check_text(&path, text));
        }
    }
    Ok(findings)
}

/// The files that git knows or would add.
pub(super) fn files(project: &Project) -> Result<Vec<PathBuf>> {
    let mut git = process::program("git")?;
    git.args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ])
    .current_dir(&project.root);
    let list = process::capture(&mut git).context("tidy needs a git work tree")?;
    let names = list.split('\0').filter(|name| !name.is_empty());
    Ok(names.map(PathBuf::from).collect())
}

fn check_text(path: &Path, text: &str) -> Vec<String> {
    let shown = shown(path);
    if is_foreign(&shown) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let ending = path.extension().and_then(|ending| ending.to_str());
    let lines = text.lines().count();
    let is_source = ending.is_some_and(|ending| SOURCES.contains(&ending));
    if is_source && !shown.contains("/generated/") && lines > MAX_LINES {
        findings.push(format!(
            "{shown} has {lines} lines; {MAX_LINES} are the most: split it"
        ));
    }
    for (number, line) in text.lines().enumerate() {
        let found = unfinished_mark(line).or_else(|| foreign_name(line));
        if let Some(found) = found {
            findings.push(format!(
                "{shown}:{}: `{found}` does not belong here",
                number + 1
            ));
        }
    }
    findings
}

/// Written in two parts, so that this file does not hold what it looks for.
const UNFINISHED: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
];

fn unfinished_mark(line: &str) -> Option<&'static str> {
    UNFINISHED.into_iter().find(|mark| has_word(line, mark))
}

/// Whether the mark stands there by itself, not inside a longer word.
fn has_word(line: &str, mark: &str) -> bool {
    line.match_indices(mark).any(|(at, _)| {
        let before = line.get(..at).and_then(|rest| rest.chars().next_back());
        let after = line
            .get(at + mark.len()..)
            .and_then(|rest| rest.chars().next());
        let goes_on = mark.ends_with(is_word) && after.is_some_and(is_word);
        !before.is_some_and(is_word) && !goes_on
    })
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Folders of the machine it was written on.
const FOLDERS: [&str; 3] = [
    concat!("/wo", "rk/"),
    concat!("/fa", "rm/"),
    concat!("../sha", "red"),
];

/// A project that names a package registry's host does not build where a mirror serves.
const REGISTRIES: [&str; 4] = ["debian.", "pypi.", "npmjs.", "crates."];

fn foreign_name(line: &str) -> Option<&str> {
    let folder = FOLDERS.into_iter().find(|folder| {
        line.match_indices(folder).any(|(at, _)| {
            let before = line.get(..at).and_then(|rest| rest.chars().next_back());
            !before.is_some_and(|before| is_word(before) || ".}$-".contains(before))
        })
    });
    folder.or_else(|| hosts(line).find(|host| REGISTRIES.iter().any(|name| host.contains(name))))
}

/// The hosts of the web addresses in a line.
fn hosts(line: &str) -> impl Iterator<Item = &str> {
    line.split("://").skip(1).filter_map(|rest| {
        rest.split(|character: char| !character.is_alphanumeric() && !".-".contains(character))
            .next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        check_text(Path::new(path), text)
    }

    #[test]
    fn a_source_file_of_more_than_a_thousand_lines_is_found() {
        let long = "x\n".repeat(1001);
        assert_eq!(findings("a.rs", &long).len(), 1);
        assert!(findings("a.rs", &"x\n".repeat(1000)).is_empty());
        assert!(findings("a.json", &long).is_empty());
        assert!(findings("wit/deps/io.wit", &long).is_empty());
    }

    #[test]
    fn an_unfinished_mark_is_found_with_its_line() {
        for mark in UNFINISHED {
            let found = findings("a.rs", &format!("fine\n// {mark}) later\n"));
            assert_eq!(found.len(), 1, "{mark}");
            assert!(found[0].starts_with("a.rs:2: "), "{}", found[0]);
        }
        assert!(findings("a.rs", "METODOS, my_todo_list(), todo = \"warn\"").is_empty());
    }

    #[test]
    fn the_folders_of_one_machine_are_found() {
        for folder in FOLDERS {
            assert_eq!(
                findings("a.md", &format!("see {folder}x")).len(),
                1,
                "{folder}"
            );
        }
        assert!(findings("a.md", "http://host/work/x and $HOME/work/x").is_empty());
    }

    #[test]
    fn a_registry_is_found_by_its_host_but_not_in_lock_files() {
        for host in REGISTRIES {
            let line = format!("from https://{host}org/simple");
            assert_eq!(findings("a.toml", &line).len(), 1, "{host}");
            assert!(findings("Cargo.lock", &line).is_empty());
            assert!(findings("x/package-lock.json", &line).is_empty());
        }
        assert!(findings("a.md", "https://example.org/crates/README.md, crates.rs").is_empty());
    }
}
