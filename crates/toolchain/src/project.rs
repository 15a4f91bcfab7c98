use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use pato_permissions::{MAX_MANIFEST_BYTES, Manifest};

use crate::error::ToolchainError;
use crate::language::Language;
use crate::languages::LANGUAGES;

/// The name of a manifest in its project.
pub const MANIFEST: &str = "pato.toml";

/// The folder of a project whose files become the plugin's assets.
const ASSETS: &str = "assets";

/// The folder of a project for what builds make.
pub(crate) const OUTPUT: &str = "build";

/// The folder of a project with a page of its own.
pub(crate) const WEB: &str = "web";

/// A folder with a manifest and the files of one language.
pub struct Project {
    folder: PathBuf,
    language: &'static dyn Language,
    manifest: Manifest,
    manifest_text: String,
}

impl Project {
    /// Opens the project in `from` or in the nearest folder above it. Its language is the one given, or
    /// else the one whose files are there.
    ///
    /// # Errors
    ///
    /// If there is no project, it is of no language or of several, or its manifest is wrong.
    pub fn open(
        from: &Path,
        language: Option<&'static dyn Language>,
    ) -> Result<Self, ToolchainError> {
        let from = std::path::absolute(from).map_err(ToolchainError::file("find", from))?;
        let folder = from
            .ancestors()
            .find(|folder| folder.join(MANIFEST).is_file())
            .ok_or_else(|| ToolchainError::NotAProject {
                folder: from.clone(),
            })?
            .to_owned();
        let language = match language {
            Some(language) => language,
            None => detect(&folder)?,
        };
        let path = folder.join(MANIFEST);
        let manifest_text = read_manifest(&path).map_err(ToolchainError::file("read", &path))?;
        let manifest = Manifest::from_toml(&manifest_text, &path.display().to_string())?;
        Ok(Self {
            folder,
            language,
            manifest,
            manifest_text,
        })
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The language that it is written in.
    pub fn language(&self) -> &'static dyn Language {
        self.language
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The folder for what builds make.
    pub fn output(&self) -> PathBuf {
        self.folder.join(OUTPUT)
    }

    /// The folder with a page of the project's own, if there is one.
    pub fn web(&self) -> Option<PathBuf> {
        Some(self.folder.join(WEB)).filter(|folder| folder.is_dir())
    }

    /// The plugin's file, once it is built.
    pub fn plugin(&self) -> PathBuf {
        self.output().join(format!("{}.wasm", self.manifest.id))
    }

    pub(crate) fn manifest_text(&self) -> &str {
        &self.manifest_text
    }

    /// The files in `assets`, by name.
    pub(crate) fn assets(&self, max_bytes: u64) -> Result<Vec<(String, Vec<u8>)>, ToolchainError> {
        let folder = self.folder.join(ASSETS);
        if !folder.is_dir() {
            return Ok(Vec::new());
        }
        let mut assets = Vec::new();
        let entries = fs::read_dir(&folder).map_err(ToolchainError::file("read", &folder))?;
        for entry in entries {
            let entry = entry.map_err(ToolchainError::file("read", &folder))?;
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            if !name.starts_with('.') {
                assets.push((name.into_owned(), read_asset(path, max_bytes)?));
            }
        }
        assets.sort();
        Ok(assets)
    }
}

fn detect(folder: &Path) -> Result<&'static dyn Language, ToolchainError> {
    let mut found = Vec::new();
    for language in LANGUAGES {
        if let Some(file) = language.detect(folder) {
            found.push((language, file));
        }
    }
    match found.as_slice() {
        [(language, _)] => Ok(*language),
        [] => {
            let looked_for: Vec<_> = LANGUAGES
                .iter()
                .map(|language| format!("{} ({})", language.about().marks, language.about().name))
                .collect();
            Err(ToolchainError::NoLanguage {
                folder: folder.to_owned(),
                looked_for: looked_for.join(", "),
            })
        }
        [(first, _), ..] => {
            let first = first.about().id;
            let found = found.into_iter();
            Err(ToolchainError::ManyLanguages {
                folder: folder.to_owned(),
                found: found
                    .map(|(language, file)| (language.about().name, file))
                    .collect(),
                first,
            })
        }
    }
}

/// Reads no more than shows that it is too long.
fn read_manifest(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    let most = MAX_MANIFEST_BYTES as u64 + 1;
    File::open(path)?.take(most).read_to_string(&mut text)?;
    Ok(text)
}

fn read_asset(path: PathBuf, max_bytes: u64) -> Result<Vec<u8>, ToolchainError> {
    let metadata = path
        .metadata()
        .map_err(ToolchainError::file("read", &path))?;
    if !metadata.is_file() {
        let problem = "is no file: put the plugin's assets into `assets` itself, without folders";
        return Err(ToolchainError::Asset {
            path,
            problem: problem.to_owned(),
        });
    }
    if metadata.len() > max_bytes {
        let problem = format!(
            "has {} bytes, and a whole plugin may have {max_bytes}: make it smaller",
            metadata.len()
        );
        return Err(ToolchainError::Asset { path, problem });
    }
    fs::read(&path).map_err(ToolchainError::file("read", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINE: &str =
        "id = \"greeter\"\nname = \"Greeter\"\nversion = \"0.1.0\"\napi_version = \"0.1\"\n";

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn refusal(files: &[(&str, &str)]) -> String {
        match Project::open(folder(files).path(), None) {
            Ok(project) => panic!("opened as {}", project.language().about().name),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_project_is_found_from_a_folder_inside_it() {
        let folder = folder(&[(MANIFEST, FINE), ("Cargo.toml", ""), ("src/lib.rs", "")]);
        let project = Project::open(&folder.path().join("src"), None).unwrap();
        assert_eq!(project.folder(), folder.path());
        assert_eq!(project.language().about().id, "rust");
        assert!(project.plugin().ends_with("build/greeter.wasm"));
    }

    #[test]
    fn a_folder_that_is_no_project_is_told_how_one_is_made() {
        let message = refusal(&[("Cargo.toml", "")]);
        assert!(message.contains("`pato new NAME`"), "{message}");
    }

    #[test]
    fn a_manifest_without_a_language_names_what_was_looked_for() {
        let message = refusal(&[(MANIFEST, FINE)]);
        for language in LANGUAGES {
            assert!(message.contains(language.about().marks), "{message}");
        }
    }

    #[test]
    fn two_languages_at_once_are_named_with_their_files_unless_one_is_chosen() {
        let files = [(MANIFEST, FINE), ("Cargo.toml", ""), ("pyproject.toml", "")];
        let message = refusal(&files);
        for part in ["Cargo.toml", "pyproject.toml", "pato build --language rust"] {
            assert!(message.contains(part), "{message}");
        }
        let folder = folder(&files);
        let python = crate::language("python").unwrap();
        let project = Project::open(folder.path(), Some(python)).unwrap();
        assert_eq!(project.language().about().id, "python");
    }

    #[test]
    fn a_mistake_in_the_manifest_is_told_with_file_and_line() {
        let wrong = format!("{FINE}authr = \"me\"\n");
        let message = refusal(&[(MANIFEST, &wrong), ("Cargo.toml", "")]);
        assert!(message.contains("pato.toml, line 5"), "{message}");
        let long = "#".repeat(MAX_MANIFEST_BYTES + 10);
        let message = refusal(&[(MANIFEST, &long), ("Cargo.toml", "")]);
        assert!(message.contains("at most"), "{message}");
    }

    #[test]
    fn assets_are_the_files_of_their_folder_and_neither_folders_nor_giants() {
        let folder = folder(&[
            (MANIFEST, FINE),
            ("Cargo.toml", ""),
            ("assets/b.png", "b"),
            ("assets/a.png", "a"),
            ("assets/.hidden", ""),
        ]);
        let project = Project::open(folder.path(), None).unwrap();
        let names = project
            .assets(10)
            .unwrap()
            .into_iter()
            .map(|(name, _)| name);
        assert_eq!(names.collect::<Vec<_>>(), ["a.png", "b.png"]);
        fs::write(folder.path().join("assets/c.png"), "01234567890").unwrap();
        let message = project.assets(10).unwrap_err().to_string();
        assert!(message.contains("c.png has 11 bytes"), "{message}");
        fs::remove_file(folder.path().join("assets/c.png")).unwrap();
        fs::create_dir(folder.path().join("assets/more")).unwrap();
        assert!(project.assets(10).is_err());
    }
}
