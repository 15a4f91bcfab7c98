use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Mutex;

use super::*;

/// A folder with one script, `tool`, which runs there.
struct Scene {
    folder: tempfile::TempDir,
    toolbox: Toolbox,
    cancel: CancellationToken,
    seen: Mutex<Vec<String>>,
}

impl Scene {
    fn new(script: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tool");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let mut folders = vec![folder.path().to_owned()];
        folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
        Self {
            toolbox: Toolbox::new(folders),
            folder,
            cancel: CancellationToken::new(),
            seen: Mutex::default(),
        }
    }

    async fn run(&self) -> Result<(), ToolchainError> {
        let sink = |progress: Progress<'_>| {
            if let Progress::Line(line) = progress {
                self.seen.lock().unwrap().push(line.to_owned());
            }
        };
        let runner = Runner {
            folder: self.folder.path(),
            toolbox: &self.toolbox,
            color: false,
            sink: &sink,
            cancel: &self.cancel,
        };
        runner.run(&runner.program(&["tool"])?).await
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// Waits until the script wrote the file, and answers with the number in it.
    async fn number(&self, file: &str) -> String {
        let path = self.folder.path().join(file);
        loop {
            match fs::read_to_string(&path) {
                Ok(text) if text.ends_with('\n') => return text.trim().to_owned(),
                _ => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    }
}

/// Waits until no process of that number runs; one that ended and nobody waited for counts as ended.
async fn wait_for_end(number: &str) {
    loop {
        let status = fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
        let state = status.rsplit(')').next().unwrap_or_default().trim_start();
        if state.is_empty() || state.starts_with('Z') {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn what_a_program_prints_is_handed_on_and_its_failure_keeps_it() {
    let scene = Scene::new("echo one; echo two >&2; exit 3");
    let error = scene.run().await.unwrap_err();
    let mut seen = scene.seen();
    seen.sort();
    assert_eq!(seen, ["one", "two"]);
    let ToolchainError::Failed { status, output, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(status.code(), Some(3));
    assert_eq!(output.len(), 2);
}

#[tokio::test]
async fn an_error_keeps_only_the_last_lines_of_a_program_that_prints_without_end() {
    let scene = Scene::new("seq 1 5000; exit 1");
    let ToolchainError::Failed { output, .. } = scene.run().await.unwrap_err() else {
        panic!("it should have failed");
    };
    assert_eq!(output.len(), KEPT_LINES);
    assert_eq!(output.last().unwrap(), "5000");
    assert_eq!(scene.seen().len(), 5000);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn cancelling_ends_the_program_and_what_it_started() {
    let scene = Scene::new("sleep 600 & echo $! > child; wait");
    let cancel = async {
        let child = scene.number("child").await;
        scene.cancel.cancel();
        child
    };
    let (outcome, child) = tokio::join!(scene.run(), cancel);
    assert!(matches!(outcome, Err(ToolchainError::Cancelled)));
    wait_for_end(&child).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn dropping_a_build_ends_its_programs_too() {
    let scene = Scene::new("sleep 600 & echo $! > child; wait");
    let child = tokio::select! {
        _ = scene.run() => panic!("it should run on"),
        child = scene.number("child") => child,
    };
    wait_for_end(&child).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_program_left_behind_that_holds_the_output_open_is_ended() {
    let scene = Scene::new("sleep 600 & echo $! > child; echo done");
    scene.run().await.unwrap();
    assert_eq!(scene.seen(), ["done"]);
    wait_for_end(&scene.number("child").await).await;
}

#[tokio::test]
async fn a_program_that_is_not_there_is_named() {
    let scene = Scene::new("");
    fs::remove_file(scene.folder.path().join("tool")).unwrap();
    let message = scene.run().await.unwrap_err().to_string();
    assert!(message.contains("`tool`"), "{message}");
}
