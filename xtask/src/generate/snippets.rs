//! Code in the book that is a part of code that is built and tested.
//!
//! A page says where a block is from in a comment before it:
//!
//! ````text
//! <!-- from docs/cookbook/answer/src/lib.rs, plugin -->
//! ```rust
//! ```
//! ````
//!
//! and there the part stands between lines that end in `ANCHOR: plugin` and `ANCHOR_END: plugin`. Without the
//! name of a part, it is the whole file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::Generated;
use crate::project::Project;

/// The pages whose blocks are filled.
const PAGES: &str = "docs/src/authors";

const FENCE: &str = "```";

pub(super) fn generate(project: &Project) -> Result<Vec<Generated>> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(project.path(PAGES))? {
        let path = format!("{PAGES}/{}", entry?.file_name().to_string_lossy());
        if !path.ends_with(".md") {
            continue;
        }
        let text = fs::read_to_string(project.path(&path));
        let text = text.with_context(|| format!("cannot read {path}"))?;
        if text.lines().any(|line| source(line).is_some()) {
            let text = filled(&project.root, &text).context(path.clone())?;
            pages.push(Generated { path, text });
        }
    }
    Ok(pages)
}

/// The page with every block as it is in the code.
fn filled(root: &Path, page: &str) -> Result<String> {
    let mut filled = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        filled += line;
        filled += "\n";
        let Some((file, anchor)) = source(line) else {
            continue;
        };
        match lines.next() {
            Some(fence) if fence.starts_with(FENCE) => {
                filled += fence;
                filled += "\n";
            }
            _ => bail!("no block begins after `{line}`: write {FENCE} in the next line"),
        }
        let code = fs::read_to_string(root.join(file));
        let code = code.with_context(|| format!("cannot read {file}"))?;
        match anchor {
            None => filled += &code,
            Some(anchor) => {
                filled += &part(&code, anchor).with_context(|| {
                    format!("{file} has no part from `ANCHOR: {anchor}` to `ANCHOR_END: {anchor}`")
                })?;
            }
        }
        if !lines.any(|line| line == FENCE) {
            bail!("the block after `{line}` does not end");
        }
        filled += FENCE;
        filled += "\n";
    }
    Ok(filled)
}

/// The file that a comment names, and the part of it.
fn source(line: &str) -> Option<(&str, Option<&str>)> {
    let inner = line.strip_prefix("<!-- from ")?.strip_suffix(" -->")?;
    Some(match inner.split_once(", ") {
        Some((file, anchor)) => (file, Some(anchor)),
        None => (inner, None),
    })
}

/// What stands between the two lines, as far to the left as it goes.
fn part(code: &str, anchor: &str) -> Option<String> {
    let (begin, end) = (format!("ANCHOR: {anchor}"), format!("ANCHOR_END: {anchor}"));
    let mut lines = code.lines();
    lines.find(|line| line.ends_with(&begin))?;
    let mut inside = Vec::new();
    loop {
        match lines.next()? {
            line if line.ends_with(&end) => break,
            line => inside.push(line),
        }
    }
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let texts = inside.iter().filter(|line| !line.trim().is_empty());
    let indent = texts.map(indent).min().unwrap_or(0);
    let lines = inside
        .iter()
        .map(|line| line.get(indent..).unwrap_or_default());
    Some(lines.map(|line| format!("{line}\n")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "// ANCHOR: all\nfn a() {\n    // ANCHOR: body\n    if true {\n\n        \
                        b();\n    }\n    // ANCHOR_END: body\n}\n";

    fn of(page: &str) -> Result<String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.rs"), CODE).unwrap();
        filled(folder.path(), page)
    }

    #[test]
    fn a_block_is_filled_from_the_code_and_all_else_stays() {
        let page = |code: &str| {
            format!("# A\n\n<!-- from a.rs, body -->\n```rust\n{code}```\n\nend\n```rust\nx\n```\n")
        };
        let expected = page("if true {\n\n    b();\n}\n");
        for before in ["", "something else\n"] {
            assert_eq!(of(&page(before)).unwrap(), expected);
        }
        assert_eq!(of(&expected).unwrap(), expected);
    }

    #[test]
    fn a_block_can_be_a_whole_file() {
        let page = of("<!-- from a.rs -->\n```rust\n```\n").unwrap();
        assert_eq!(page, format!("<!-- from a.rs -->\n```rust\n{CODE}```\n"));
    }

    #[test]
    fn what_is_not_there_is_named() {
        for (page, wrong) in [
            ("<!-- from a.rs, body -->\n\n", "no block begins"),
            ("<!-- from a.rs, body -->\n```rust\n", "does not end"),
            (
                "<!-- from b.rs, body -->\n```rust\n```\n",
                "cannot read b.rs",
            ),
            ("<!-- from a.rs, head -->\n```rust\n```\n", "`ANCHOR: head`"),
            (
                "<!-- from a.rs, all -->\n```rust\n```\n",
                "`ANCHOR_END: all`",
            ),
        ] {
            let error = format!("{:#}", of(page).unwrap_err());
            assert!(error.contains(wrong), "{error}");
        }
    }
}
