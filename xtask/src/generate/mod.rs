use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::project::Project;

mod contract;
mod fields;
mod openapi;
mod reference;
mod schemas;
mod snippets;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Writes nothing, and fails if a file is not as it would be written.
    #[arg(long)]
    pub(crate) check: bool,
}

/// A file made from the code.
struct Generated {
    /// Its path in the repository, with slashes.
    path: String,
    text: String,
}

/// Makes some files.
struct Generator {
    name: &'static str,
    /// A folder in which nothing else may lie, if it has one.
    folder: Option<&'static str>,
    run: fn(&Project) -> Result<Vec<Generated>>,
}

/// To add one, write a function that answers with the files and name it here.
const GENERATORS: &[Generator] = &[
    Generator {
        name: "schemas",
        folder: Some("docs/reference/schemas"),
        run: |_| schemas::generate(),
    },
    Generator {
        name: "reference",
        folder: None,
        run: |_| reference::generate(),
    },
    Generator {
        name: "contract",
        folder: None,
        run: contract::generate,
    },
    Generator {
        name: "snippets",
        folder: None,
        run: snippets::generate,
    },
    Generator {
        name: "openapi",
        folder: None,
        run: openapi::generate,
    },
];

/// How a file is not as the code says.
#[derive(Debug, PartialEq, Eq)]
enum Difference {
    /// It is to be written.
    Stale(String),
    /// It lies in a generator's folder, and nothing makes it any more.
    LeftOver(String),
}

/// Writes what differs, or only tells.
pub(crate) fn run(project: &Project, arguments: &Arguments) -> Result<()> {
    let mut complaints = Vec::new();
    for generator in GENERATORS {
        let files = (generator.run)(project)
            .with_context(|| format!("the generator `{}` failed", generator.name))?;
        for difference in differences(&project.root, generator.folder, &files)? {
            if arguments.check {
                complaints.push(difference.to_string());
            } else {
                println!("generate: {difference}: mended");
            }
        }
        if !arguments.check {
            bring_up_to_date(&project.root, generator.folder, &files)?;
        }
    }
    if !complaints.is_empty() {
        bail!(
            "run `cargo xtask generate` and commit what it writes:\n{}",
            complaints.join("\n")
        );
    }
    Ok(())
}

fn differences(root: &Path, folder: Option<&str>, files: &[Generated]) -> Result<Vec<Difference>> {
    let mut differences: Vec<Difference> = files
        .iter()
        .filter(|file| !fs::read_to_string(root.join(&file.path)).is_ok_and(|old| old == file.text))
        .map(|file| Difference::Stale(file.path.clone()))
        .collect();
    let made: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    if let Some(folder) = folder
        && let Ok(entries) = fs::read_dir(root.join(folder))
    {
        for entry in entries {
            let path = format!("{folder}/{}", entry?.file_name().to_string_lossy());
            if !made.contains(path.as_str()) {
                differences.push(Difference::LeftOver(path));
            }
        }
    }
    Ok(differences)
}

fn bring_up_to_date(root: &Path, folder: Option<&str>, files: &[Generated]) -> Result<()> {
    let texts: BTreeMap<&str, &str> = files
        .iter()
        .map(|file| (file.path.as_str(), file.text.as_str()))
        .collect();
    for difference in differences(root, folder, files)? {
        match difference {
            Difference::Stale(path) => {
                let full = root.join(&path);
                if let Some(parent) = full.parent() {
                    fs::create_dir_all(parent)?;
                }
                fs::write(&full, texts.get(path.as_str()).copied().unwrap_or_default())
                    .with_context(|| format!("cannot write {path}"))?;
            }
            Difference::LeftOver(path) => {
                fs::remove_file(root.join(&path))
                    .with_context(|| format!("cannot remove {path}"))?;
            }
        }
    }
    Ok(())
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stale(path) => write!(f, "{path} is not as the code says"),
            Self::LeftOver(path) => write!(f, "{path} is made by nothing any more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generated(text: &str) -> [Generated; 1] {
        [Generated {
            path: "made/a.json".into(),
            text: text.into(),
        }]
    }

    #[test]
    fn a_file_is_stale_until_it_is_written_and_again_when_the_code_changes() {
        let root = tempfile::tempdir().unwrap();
        let compare = |text| differences(root.path(), Some("made"), &generated(text)).unwrap();
        assert_eq!(compare("1"), [Difference::Stale("made/a.json".into())]);
        bring_up_to_date(root.path(), Some("made"), &generated("1")).unwrap();
        assert!(compare("1").is_empty());
        assert_eq!(compare("2"), [Difference::Stale("made/a.json".into())]);
    }

    #[test]
    fn what_nothing_makes_any_more_is_found_and_removed() {
        let root = tempfile::tempdir().unwrap();
        bring_up_to_date(root.path(), Some("made"), &generated("1")).unwrap();
        fs::write(root.path().join("made/old.json"), "").unwrap();
        let compare = || differences(root.path(), Some("made"), &generated("1")).unwrap();
        assert_eq!(compare(), [Difference::LeftOver("made/old.json".into())]);
        bring_up_to_date(root.path(), Some("made"), &generated("1")).unwrap();
        assert!(compare().is_empty());
    }

    #[test]
    fn two_runs_make_the_same_files() {
        for make in [schemas::generate, reference::generate] {
            let texts = || make().unwrap().into_iter().map(|file| file.text);
            assert!(texts().eq(texts()));
        }
    }
}
