use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::project::{OUTPUT, Project, WEB};

/// Folders of tools and packages, wherever they are.
const OF_TOOLS: [&str; 2] = ["node_modules", "__pycache__"];

/// Which part of a project a file belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// What the plugin is built from.
    Plugin,
    /// The page of the project's own.
    Web,
}

/// Tells sources from what tools, editors and builds write.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    folder: PathBuf,
    /// At the top of the project.
    made: Vec<&'static str>,
}

impl Scope {
    pub(super) fn new(project: &Project, folder: PathBuf) -> Self {
        let language = project.language();
        let made = [
            language.about().leftovers,
            language.about().byproducts,
            &[OUTPUT],
        ]
        .concat();
        Self { folder, made }
    }

    /// The part that a file or folder belongs to; none for what was not written by hand.
    pub(super) fn part(&self, path: &Path) -> Option<Part> {
        let path = path.strip_prefix(&self.folder).ok()?;
        let first = path.components().next()?.as_os_str();
        let is = |known: &&str| first == OsStr::new(known);
        if self.made.iter().any(is) {
            return None;
        }
        for component in path.components() {
            let name = component.as_os_str().to_string_lossy();
            // Hidden files are those of tools and editors; a tilde marks an editor's copy.
            if name.starts_with('.') || name.ends_with('~') || OF_TOOLS.contains(&&*name) {
                return None;
            }
        }
        Some(if is(&WEB) { Part::Web } else { Part::Plugin })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(path: &str) -> Option<Part> {
        let scope = Scope {
            folder: "/project".into(),
            made: vec!["target", "Cargo.lock", OUTPUT],
        };
        scope.part(&Path::new("/project").join(path))
    }

    #[test]
    fn sources_the_manifest_and_assets_are_the_plugins_and_the_web_folder_is_the_pages() {
        for path in ["pato.toml", "src/lib.rs", "assets/a.png", "src/build/x.c"] {
            assert_eq!(part(path), Some(Part::Plugin), "{path}");
        }
        for path in ["web", "web/index.html", "web/a/b.css"] {
            assert_eq!(part(path), Some(Part::Web), "{path}");
        }
        assert_eq!(part("src/web/index.html"), Some(Part::Plugin));
    }

    #[test]
    fn what_builds_tools_and_editors_write_starts_no_build() {
        for path in [
            "build/greeter.wasm",
            "target/debug/x",
            "Cargo.lock",
            ".git/index",
            ".pato/data/pato.sqlite",
            ".venv/lib/x.py",
            "node_modules/a/b.js",
            "src/node_modules/a.js",
            "src/__pycache__/plugin.pyc",
            "src/.plugin.c.swp",
            "src/plugin.c~",
            "web/.hidden",
        ] {
            assert_eq!(part(path), None, "{path}");
        }
    }

    #[test]
    fn the_folder_itself_and_what_lies_outside_of_it_are_no_part() {
        assert_eq!(part(""), None);
        assert_eq!(part("/elsewhere/src/lib.rs"), None);
        assert_eq!(part("../src/lib.rs"), None);
    }
}
