//! Links between the documents.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::Result;
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::{shown, tracked};
use crate::project::Project;

/// The table of contents of the book; a page that it does not name cannot be reached.
const SUMMARY: &str = "docs/src/SUMMARY.md";

/// Checks that every relative link leads to a file, and every page of the book stands in its contents.
pub(super) fn check(project: &Project) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    let mut pages = Vec::new();
    let mut contents = Vec::new();
    for path in tracked::files(project)? {
        if path.extension().is_none_or(|ending| ending != "md") {
            continue;
        }
        let Ok(text) = fs::read_to_string(project.root.join(&path)) else {
            continue; // Deleted, but still known to git.
        };
        for link in relative_links(&text) {
            let target = resolve(&path, &link);
            if !project.root.join(&target).exists() {
                findings.push(format!("{}: `{link}` leads nowhere", shown(&path)));
            }
            if shown(&path) == SUMMARY {
                contents.push(target);
            }
        }
        if path.starts_with("docs/src") && shown(&path) != SUMMARY {
            pages.push(path);
        }
    }
    if !contents.is_empty() {
        findings.extend(not_in_contents(&pages, &contents));
    }
    Ok(findings)
}

fn not_in_contents(pages: &[PathBuf], contents: &[PathBuf]) -> Vec<String> {
    let missing = pages.iter().filter(|page| !contents.contains(page));
    missing
        .map(|page| format!("{SUMMARY} does not name {}", shown(page)))
        .collect()
}

/// The links and pictures that name a file, without the place inside it.
fn relative_links(text: &str) -> Vec<String> {
    Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES)
        .filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                Some(dest_url)
            }
            _ => None,
        })
        .filter_map(|address| {
            let (file, _) = address.split_once('#').unwrap_or((&address, ""));
            let is_relative = !file.is_empty() && !file.contains(':') && !file.starts_with('/');
            is_relative.then(|| file.to_owned())
        })
        .collect()
}

/// The path, from the root of the repository, that a link in `document` means.
fn resolve(document: &Path, link: &str) -> PathBuf {
    let mut path = document.parent().map(Path::to_path_buf).unwrap_or_default();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir if path.pop() => {}
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_files_are_followed_and_code_is_left_alone() {
        let text = "[a](a.md) ![b](img/b.png) [c](https://example.org) [d](#here) [e](e.md#there)\n\
            `[f](f.md)`\n```\n[g](g.md)\n```\n[h]\n\n[h]: h.md\n\n| [i](i.md) |\n|---|\n";
        assert_eq!(
            relative_links(text),
            ["a.md", "img/b.png", "e.md", "h.md", "i.md"]
        );
    }

    #[test]
    fn a_link_is_meant_from_the_folder_of_its_document() {
        let resolved = |link| shown(&resolve(Path::new("docs/src/start.md"), link));
        assert_eq!(
            resolved("reference/events.md"),
            "docs/src/reference/events.md"
        );
        assert_eq!(resolved("../../README.md"), "README.md");
        assert_eq!(resolved("./start.md"), "docs/src/start.md");
        assert_eq!(resolved("../../../outside.md"), "../outside.md");
    }

    #[test]
    fn a_page_that_the_contents_do_not_name_is_found() {
        let pages = ["docs/src/a.md", "docs/src/b.md"].map(PathBuf::from);
        let found = not_in_contents(&pages, &pages[..1]);
        assert_eq!(found, ["docs/src/SUMMARY.md does not name docs/src/b.md"]);
    }
}
