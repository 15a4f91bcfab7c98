use super::*;
use crate::languages::LANGUAGES;

fn new<'a>(id: &'a str, folder: &'a Path) -> NewProject<'a> {
    NewProject {
        id,
        folder,
        sdk: Sdk::Version,
    }
}

#[test]
fn every_language_makes_a_project_that_is_known_as_its_own() {
    for language in LANGUAGES {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("my-first-plugin");
        let project = create(language, new("my-first-plugin", &folder)).unwrap();
        assert_eq!(project.manifest().name, "My first plugin");
        let found = Project::open(&folder, None).unwrap();
        assert_eq!(found.language().about().id, language.about().id);
        for file in language.about().template {
            let text = fs::read_to_string(folder.join(file.path)).unwrap();
            assert!(!text.contains("{{id}}"), "{}", file.path);
            assert!(!text.contains("{{sdk}}"), "{}", file.path);
        }
        let readme = fs::read_to_string(folder.join("README.md")).unwrap();
        assert!(readme.contains("pato build"), "{readme}");
    }
}

#[test]
fn every_file_among_the_templates_is_in_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for language in LANGUAGES {
        let folder = root.join(language.about().id);
        let mut there = Vec::new();
        let mut folders = vec![folder.clone()];
        while let Some(next) = folders.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => there.push(path),
                }
            }
        }
        there.sort();
        let mut listed: Vec<_> = language
            .about()
            .template
            .iter()
            .map(|file| folder.join(file.path))
            .collect();
        listed.sort();
        assert_eq!(there, listed);
    }
}

#[test]
fn a_name_that_is_no_id_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let language = crate::language("c").unwrap();
    for wrong in ["", "My Plugin", "../up", "a\"b", "chat", &"x".repeat(100)] {
        let into = folder.path().join("new");
        let outcome = create(language, new(wrong, &into));
        assert!(matches!(outcome, Err(ToolchainError::Name(_))), "{wrong}");
        assert!(!into.exists());
    }
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pato.toml"), "mine").unwrap();
    let language = crate::language("c").unwrap();
    let outcome = create(language, new("greeter", folder.path()));
    assert!(matches!(outcome, Err(ToolchainError::Exists { .. })));
    let text = fs::read_to_string(folder.path().join("pato.toml")).unwrap();
    assert_eq!(text, "mine");
}

#[test]
fn the_sdk_is_a_version_or_a_folder_that_is_there() {
    assert!(sdk_dependency(Sdk::Version).unwrap().starts_with('"'));
    let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sdk/rust");
    let found = sdk_dependency(Sdk::Path(&sdk)).unwrap();
    assert!(found.starts_with("{ path = '/") || cfg!(windows), "{found}");
    let message = sdk_dependency(Sdk::Path(Path::new("/no/such/sdk")))
        .unwrap_err()
        .to_string();
    assert!(message.contains("--sdk"), "{message}");
}
