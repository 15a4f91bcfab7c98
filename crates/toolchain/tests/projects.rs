//! Projects of every language, made from the templates and built with the real tools, which
//! `cargo xtask setup` installs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use pato_toolchain::{
    BuildOptions, Built, NewProject, Profile, Progress, Project, Sdk, Toolbox, ToolchainError,
    build, clean, create, language,
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const HANDLERS: [&str; 3] = ["life-cycle", "event-handler", "command-handler"];
const CAPABILITIES: [&str; 4] = ["events", "log", "services", "storage"];

/// A new project, and what its builds print.
struct Scene {
    project: Project,
    lines: Mutex<Vec<String>>,
    commands: Mutex<Vec<String>>,
    cancel: CancellationToken,
    /// Removed with all in it.
    _folder: TempDir,
}

impl Scene {
    fn new(id: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("greeter");
        let sdk = repository().join("sdk/rust");
        let new = NewProject {
            id: "greeter",
            folder: &path,
            sdk: Sdk::Path(&sdk),
        };
        Self {
            project: create(language(id).unwrap(), new).unwrap(),
            lines: Mutex::default(),
            commands: Mutex::default(),
            cancel: CancellationToken::new(),
            _folder: folder,
        }
    }

    async fn build(&self, profile: Profile) -> Result<Built, ToolchainError> {
        self.build_with(profile, 64 << 20).await
    }

    async fn build_with(&self, profile: Profile, max_bytes: u64) -> Result<Built, ToolchainError> {
        let options = BuildOptions {
            profile,
            color: false,
            max_bytes,
        };
        let sink = |progress: Progress<'_>| match progress {
            Progress::Command(command) => self.commands.lock().unwrap().push(command.to_owned()),
            Progress::Line(line) => self.lines.lock().unwrap().push(line.to_owned()),
        };
        let project = Project::open(self.project.folder(), None)?;
        build(&project, options, &toolbox(), &sink, &self.cancel).await
    }

    /// Builds, and checks that it is a plugin with the template's imports and exports.
    async fn builds(&self, profile: Profile) -> Built {
        let built = match self.build(profile).await {
            Ok(built) => built,
            Err(error) => panic!("{error}\n{}", self.printed()),
        };
        assert_eq!(built.path, self.project.plugin());
        assert_eq!(
            fs::metadata(&built.path).unwrap().len(),
            built.inspected.size
        );
        for handler in HANDLERS {
            let name = format!("pato:platform/{handler}@0.1.0");
            assert!(built.inspected.exports.contains(&name), "{name}");
        }
        for capability in CAPABILITIES {
            let name = format!("pato:platform/{capability}@0.1.0");
            assert!(built.inspected.imports.contains(&name), "{name}");
        }
        assert_eq!(built.inspected.manifest.id.as_str(), "greeter");
        assert!(built.unsigned.is_none());
        built
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.project.folder().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no `{from}`");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }

    fn printed(&self) -> String {
        self.lines.lock().unwrap().join("\n")
    }

    /// Builds, and expects that a program fails and says where the mistake is.
    async fn fails_at(&self, place: &str) {
        match self.build(Profile::Debug).await {
            Err(ToolchainError::Failed { output, .. }) => {
                assert!(output.iter().any(|line| line.contains(place)), "{output:?}");
                assert!(self.printed().contains(place));
            }
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("it was built"),
        }
    }
}

fn repository() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::path::absolute(own.join("../..")).unwrap()
}

/// What `cargo xtask setup` installed, and after it what the machine has.
fn toolbox() -> Toolbox {
    let python = if cfg!(windows) { "Scripts" } else { "bin" };
    let mut folders = vec![
        repository().join("crates/toolchain/tests/tools/node_modules/.bin"),
        repository().join("target/tools/python").join(python),
    ];
    for folder in &folders {
        let shown = folder.display();
        assert!(
            folder.is_dir(),
            "{shown} is missing: run `cargo xtask setup`"
        );
    }
    // It is missing where the machine's own will do.
    folders.push(repository().join("target/tools/go/bin"));
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
    Toolbox::new(folders)
}

#[tokio::test]
async fn a_new_project_in_rust_builds() {
    let scene = Scene::new("rust");
    let built = scene.builds(Profile::Release).await;
    assert!(built.inspected.size < 600_000, "{}", built.inspected.size);
}

#[tokio::test]
async fn a_new_project_in_typescript_builds_and_its_types_are_checked() {
    let scene = Scene::new("typescript");
    let release = scene.builds(Profile::Release).await;
    let small = scene.builds(Profile::Size).await;
    assert!(small.inspected.size < release.inspected.size);

    scene.edit(
        "src/plugin.ts",
        "subscribe(\"chat.message\")",
        "subscribe(7)",
    );
    scene.fails_at("src/plugin.ts(").await;
    let kept = fs::metadata(scene.project.plugin()).unwrap().len();
    assert_eq!(kept, small.inspected.size, "what was built before stays");
}

#[tokio::test]
async fn a_new_project_in_javascript_builds_and_a_mistake_is_told_with_its_place() {
    let scene = Scene::new("javascript");
    scene.builds(Profile::Release).await;
    scene.edit(
        "src/plugin.js",
        "export const lifeCycle = {",
        "export const lifeCycle = {{",
    );
    scene.fails_at("src/plugin.js:").await;
}

#[tokio::test]
async fn a_new_project_in_python_builds() {
    Scene::new("python").builds(Profile::Release).await;
}

#[tokio::test]
async fn a_new_project_in_c_builds_in_every_profile_and_a_mistake_is_told_with_its_place() {
    let scene = Scene::new("c");
    for profile in [Profile::Debug, Profile::Release, Profile::Size] {
        scene.builds(profile).await;
    }
    scene.edit(
        "src/plugin.c",
        "#include \"plugin.h\"",
        "#include \"plug.h\"",
    );
    scene.fails_at("src/plugin.c:").await;
}

#[tokio::test]
async fn a_new_project_in_cpp_builds() {
    Scene::new("cpp").builds(Profile::Release).await;
}

#[tokio::test]
async fn a_new_project_in_zig_builds_and_a_mistake_is_told_with_its_place() {
    let scene = Scene::new("zig");
    scene.builds(Profile::Size).await;
    scene.edit("src/plugin.zig", "const std", "const st");
    scene.fails_at("src/plugin.zig:").await;
}

#[tokio::test]
async fn a_new_project_in_go_builds_and_a_mistake_is_told_with_its_place() {
    let scene = Scene::new("go");
    let release = scene.builds(Profile::Release).await;
    let debug = scene.builds(Profile::Debug).await;
    assert!(release.inspected.size < debug.inspected.size);

    scene.edit("plugin.go", "strconv.Itoa(now)", "strconv.Itoa(nought)");
    scene.fails_at("plugin.go:").await;
    scene.edit("plugin.go", "nought", "now");
    scene.edit("plugin.go", ") Lagged(", ") Lags(");
    scene.fails_at("EventHandler{}.Lagged undefined").await;
}

#[tokio::test]
async fn a_plugin_in_go_may_use_all_of_the_contract_and_offer_interfaces_of_its_own() {
    let scene = Scene::new("go");
    let folder = scene.project.folder();
    let world = include_str!("go/world.wit");
    fs::write(folder.join("wit/world.wit"), world).unwrap();
    let everything = include_str!("go/everything.go");
    fs::write(folder.join("everything.go"), everything).unwrap();
    let built = scene.builds(Profile::Release).await;
    for own in ["local:plugin/offered", "pato:platform/ui-handler@0.1.0"] {
        let own = own.to_owned();
        assert!(built.inspected.exports.contains(&own), "{own}");
    }
}

#[tokio::test]
async fn a_mistake_in_the_interfaces_is_told_with_its_place_before_any_tool_runs() {
    let scene = Scene::new("c");
    scene.edit(
        "wit/world.wit",
        "pato:platform/storage@",
        "pato:platform/storrage@",
    );
    let message = scene.build(Profile::Debug).await.unwrap_err().to_string();
    assert!(message.contains("world.wit:"), "{message}");
    assert!(message.contains("storrage"), "{message}");
    assert!(scene.commands.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_plugin_gets_its_assets_and_one_that_is_too_large_is_refused() {
    let scene = Scene::new("c");
    let assets = scene.project.folder().join("assets");
    fs::create_dir(&assets).unwrap();
    fs::write(assets.join("hat.png"), vec![7; 50_000]).unwrap();
    let built = scene.builds(Profile::Size).await;
    let names: Vec<_> = built
        .inspected
        .assets
        .iter()
        .map(|asset| &asset.name)
        .collect();
    assert_eq!(names, ["hat.png"]);

    let error = scene.build_with(Profile::Size, 50_000).await.unwrap_err();
    assert!(matches!(error, ToolchainError::Package(_)), "{error}");
    fs::write(assets.join("not a name.png"), "").unwrap();
    let error = scene.build(Profile::Size).await.unwrap_err();
    assert!(matches!(error, ToolchainError::Pack(_)), "{error}");
}

#[tokio::test]
async fn a_plugin_whose_manifest_names_a_publisher_is_built_and_is_to_be_signed() {
    let scene = Scene::new("c");
    let publisher =
        "publisher = \"RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\"\nversion";
    scene.edit("pato.toml", "version", publisher);
    let built = scene.build(Profile::Size).await.unwrap();
    assert!(built.unsigned.is_some());
}

#[tokio::test]
async fn a_build_that_is_cancelled_stops_and_leaves_nothing() {
    let scene = Scene::new("python");
    let cancel = async {
        while scene.commands.lock().unwrap().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        scene.cancel.cancel();
    };
    let (outcome, ()) = tokio::join!(scene.build(Profile::Release), cancel);
    assert!(matches!(outcome, Err(ToolchainError::Cancelled)));
    assert!(!scene.project.plugin().exists());
}

#[tokio::test]
async fn one_build_of_a_project_runs_at_a_time_and_cleaning_waits_for_none() {
    let scene = Scene::new("python");
    let second = async {
        while scene.commands.lock().unwrap().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let second = scene.build(Profile::Release).await;
        assert!(matches!(second, Err(ToolchainError::Busy { .. })));
        assert!(matches!(
            clean(&scene.project),
            Err(ToolchainError::Busy { .. })
        ));
        scene.cancel.cancel();
    };
    let (first, ()) = tokio::join!(scene.build(Profile::Release), second);
    assert!(matches!(first, Err(ToolchainError::Cancelled)));
    assert_eq!(clean(&scene.project).unwrap(), [scene.project.output()]);
    assert!(!scene.project.output().exists());
    assert!(clean(&scene.project).unwrap().is_empty());
}

#[tokio::test]
async fn missing_tools_are_named_with_what_gets_them_and_nothing_is_run() {
    let scene = Scene::new("typescript");
    let options = BuildOptions {
        profile: Profile::Release,
        color: false,
        max_bytes: 1 << 20,
    };
    let seen = Mutex::new(Vec::new());
    let sink = |progress: Progress<'_>| seen.lock().unwrap().push(format!("{progress:?}"));
    let nowhere = Toolbox::new(Vec::new());
    let outcome = build(&scene.project, options, &nowhere, &sink, &scene.cancel).await;
    assert!(seen.lock().unwrap().is_empty());
    let message = outcome.unwrap_err().to_string();
    for part in [
        "`node`",
        "`esbuild`",
        "`componentize-qjs`",
        "pato build --install",
    ] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn the_tests_build_with_the_versions_that_new_projects_name() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(own.join(path)).unwrap();
    let tools = read("tests/tools/package.json");
    for package in ["componentize-qjs", "esbuild", "typescript"] {
        let line = tools
            .lines()
            .find(|line| line.contains(&format!("\"{package}\":")))
            .unwrap();
        let line = line.trim().trim_end_matches(',');
        assert!(
            read("templates/typescript/package.json").contains(line),
            "{line}"
        );
    }
    let requirements = read("tests/tools/requirements.txt");
    let templates = read("templates/python/requirements.txt") + &read("src/languages/c/mod.rs");
    for requirement in requirements.lines() {
        assert!(templates.contains(requirement), "{requirement}");
    }
}

#[test]
fn the_examples_name_the_tools_that_new_projects_name() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: PathBuf| fs::read_to_string(path).unwrap();
    for (language, file) in [
        ("typescript", "package.json"),
        ("typescript", "tsconfig.json"),
        ("javascript", "package.json"),
        ("javascript", "jsconfig.json"),
        ("python", "pyproject.toml"),
        ("python", "requirements.txt"),
    ] {
        let id = format!("greeter-{language}");
        let template = read(own.join("templates").join(language).join(file));
        let example = read(repository().join("examples").join(&id).join(file));
        assert_eq!(example, template.replace("{{id}}", &id), "{id}/{file}");
    }
}
