use std::time::Duration;

use tempfile::TempDir;

use super::*;

/// How long anything may take that is expected to happen.
const PATIENCE: Duration = Duration::from_secs(30);

const PLUGIN: Saved = Saved {
    plugin: true,
    web: false,
};
const WEB: Saved = Saved {
    plugin: false,
    web: true,
};

struct Scene {
    folder: TempDir,
    watch: Watch,
    marks: u32,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let manifest =
            "id = \"greeter\"\nname = \"Greeter\"\nversion = \"0.1.0\"\napi_version = \"0.1\"\n";
        for (path, text) in [
            ("pato.toml", manifest),
            ("Cargo.toml", ""),
            ("src/lib.rs", ""),
            ("target/debug/x", ""),
            ("web/index.html", ""),
        ] {
            write(&folder, path, text);
        }
        let project = Project::open(folder.path(), None).unwrap();
        let watch = Watch::start(&project).unwrap();
        Self {
            folder,
            watch,
            marks: 0,
        }
    }

    fn write(&self, path: &str, text: &str) {
        write(&self.folder, path, text);
    }

    async fn saved(&mut self) -> Saved {
        let saved = tokio::time::timeout(PATIENCE, self.watch.saved());
        saved.await.expect("nothing was heard").unwrap()
    }

    /// Marks this moment, and hears of everything until then. A new folder is heard of just once.
    async fn saved_until_now(&mut self) -> Saved {
        self.marks += 1;
        let mark = format!("web/mark-{}", self.marks);
        fs::create_dir(self.folder.path().join(mark)).unwrap();
        let mut all = Saved::default();
        while !all.web {
            let saved = self.saved().await;
            all.plugin |= saved.plugin;
            all.web |= saved.web;
        }
        all
    }
}

fn write(folder: &TempDir, path: &str, text: &str) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[tokio::test]
async fn a_source_and_a_page_that_are_saved_are_told_apart() {
    let mut scene = Scene::new();
    scene.write("src/lib.rs", "// changed");
    assert_eq!(scene.saved().await, PLUGIN);
    let mut scene = Scene::new();
    scene.write("web/style.css", "");
    assert_eq!(scene.saved().await, WEB);
}

#[tokio::test]
async fn what_builds_write_and_what_compilers_read_is_not_heard() {
    let mut scene = Scene::new();
    scene.write("build/greeter.wasm", "");
    scene.write("target/debug/x", "changed");
    scene.write("Cargo.lock", "");
    scene.write(".git/index", "");
    scene.write("node_modules/a/index.js", "");
    fs::read(scene.folder.path().join("src/lib.rs")).unwrap();
    assert_eq!(scene.saved_until_now().await, WEB);
}

#[tokio::test]
async fn a_file_that_an_editor_puts_in_the_place_of_another_is_heard() {
    let mut scene = Scene::new();
    let folder = scene.folder.path();
    fs::write(folder.join("src/.lib.rs.new"), "// changed").unwrap();
    fs::rename(folder.join("src/.lib.rs.new"), folder.join("src/lib.rs")).unwrap();
    assert_eq!(scene.saved().await, PLUGIN);
}

#[tokio::test]
async fn files_in_folders_that_came_later_are_heard_also_if_the_folder_was_there_before() {
    let mut scene = Scene::new();
    for text in ["first", "second"] {
        scene.write("src/deeper/still/module.rs", text);
        assert!(scene.saved().await.plugin);
        // What else making the folders caused.
        scene.saved_until_now().await;
        scene.write("src/deeper/still/module.rs", &format!("{text}, changed"));
        assert!(scene.saved().await.plugin, "{text}");
        fs::remove_dir_all(scene.folder.path().join("src/deeper")).unwrap();
        scene.saved_until_now().await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_in_a_circle_and_one_out_of_the_project_are_not_followed() {
    let elsewhere = tempfile::tempdir().unwrap();
    let mut scene = Scene::new();
    let folder = scene.folder.path();
    std::os::unix::fs::symlink(folder, folder.join("src/circle")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), folder.join("src/elsewhere")).unwrap();
    scene.saved_until_now().await;
    fs::write(elsewhere.path().join("x.rs"), "").unwrap();
    assert_eq!(scene.saved_until_now().await, WEB);
}

#[tokio::test]
async fn many_saves_that_nobody_asked_about_are_one() {
    let mut scene = Scene::new();
    for number in 0..2_000 {
        scene.write("src/lib.rs", &number.to_string());
    }
    assert!(scene.saved_until_now().await.plugin);
    assert_eq!(scene.saved_until_now().await, WEB);
}
