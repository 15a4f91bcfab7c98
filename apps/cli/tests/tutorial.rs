//! A stranger walks through the tutorial of docs/src/authors/first-plugin.md: whatever stands there is typed, saved
//! and waited for, in the order of the page.
//!
//! - A block ` ```console ` has commands after `$ `, and below each the lines that it prints, in this order; others
//!   may stand between. `[..]` is any text. A block that begins without a command goes on with `pato dev` or
//!   `pato run`, which run until the line `^C`.
//! - A block of another language after a line that is just the name of a file and a colon is saved as that file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]
#![cfg(unix)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{Pato, collect, repository, text};
use tempfile::TempDir;

const PAGE: &str = "docs/src/authors/first-plugin.md";

/// How long anything may take on a machine that builds other things, too.
const PATIENCE: Duration = Duration::from_secs(600);

/// What stands for any text.
const WILDCARD: &str = "[..]";

/// What the reader does next.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// Types a command.
    Type(String),
    /// Sees such a line.
    See(String),
    /// Looks at the first terminal again, where a command still runs.
    Look,
    /// Presses Ctrl-C there.
    Interrupt,
    /// Saves a file.
    Save(PathBuf, String),
}

/// The steps of a page, each with the number of its line.
fn steps(page: &str) -> Vec<(usize, Step)> {
    let mut steps = Vec::new();
    let mut before = "";
    let mut lines = (1..).zip(page.lines());
    while let Some((number, line)) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            if !line.trim().is_empty() {
                before = line;
            }
            continue;
        };
        let inside = lines.by_ref().take_while(|(_, line)| *line != "```");
        let inside: Vec<(usize, &str)> = inside.collect();
        if language == "console" {
            let begins = inside
                .first()
                .is_some_and(|(_, line)| line.starts_with("$ "));
            if !begins {
                steps.push((number, Step::Look));
            }
            let step = |(number, line): (usize, &str)| {
                let step = match line.strip_prefix("$ ") {
                    Some(command) => Step::Type(command.to_owned()),
                    None if line == "^C" => Step::Interrupt,
                    None => Step::See(line.to_owned()),
                };
                (number, step)
            };
            steps.extend(inside.into_iter().map(step));
        } else if let Some(file) = file_name(before) {
            let text: String = inside.iter().map(|(_, line)| format!("{line}\n")).collect();
            steps.push((number, Step::Save(file, text)));
        }
        before = "";
    }
    steps
}

/// The file of a line such as `` `src/lib.rs`: ``.
fn file_name(line: &str) -> Option<PathBuf> {
    let name = line.strip_prefix('`')?.strip_suffix("`:")?;
    Some(PathBuf::from(name))
}

/// Whether a line is as the page has it.
fn fits(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.split(WILDCARD);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

/// The reader, with an empty home, Pato's sources beside, and two terminals.
struct Reader {
    pato: Pato,
    home: TempDir,
    /// Where the reader is.
    folder: PathBuf,
    /// The first terminal, while a command runs there.
    running: Option<Running>,
    /// What the command that was typed last has printed and is not looked at.
    printed: Vec<String>,
    /// Whether it is the first terminal that is looked at.
    looks: bool,
}

/// A command that runs until Ctrl-C.
struct Running {
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Reader {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(repository(), home.path().join("pato")).unwrap();
        Self {
            pato: Pato::new(),
            folder: home.path().to_owned(),
            home,
            running: None,
            printed: Vec::new(),
            looks: false,
        }
    }

    /// The shell, for one command: where Pato is installed, and nothing of it is configured.
    fn shell(&self, command: &str) -> Command {
        let pato = Path::new(env!("CARGO_BIN_EXE_pato")).parent().unwrap();
        let mut shell = Command::new("sh");
        let author = self.pato.authors_command(&self.folder);
        for (name, value) in author.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        let path = author.get_envs().find(|(name, _)| *name == "PATH");
        let path = path.and_then(|(_, path)| path).unwrap();
        let folders = std::iter::once(pato.to_owned()).chain(std::env::split_paths(path));
        shell
            // As one terminal shows both outputs.
            .args(["-c", &format!("exec 2>&1; exec {command}")])
            .current_dir(&self.folder)
            .env("PATH", std::env::join_paths(folders).unwrap())
            .env_remove("PATO_SDK")
            .env_remove("PATO_DATA")
            .env("XDG_DATA_HOME", self.home.path().join("data"))
            // Whatever else runs on this machine may have the usual port.
            .env("PATO_CONFIG_SERVER__ADDRESS", "127.0.0.1:0")
            .stdin(Stdio::null());
        if cfg!(target_os = "macos") {
            let home = PathBuf::from(std::env::var_os("HOME").unwrap());
            for (name, usual) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
                if std::env::var_os(name).is_none() {
                    shell.env(name, home.join(usual));
                }
            }
            shell.env("HOME", self.home.path().join("data"));
        }
        shell
    }

    fn perform(&mut self, step: Step) {
        match step {
            Step::Type(command) => self.enter(&command),
            Step::See(line) if self.looks => self.running.as_mut().unwrap().until(&line),
            Step::See(line) => {
                let place = self.printed.iter().position(|printed| fits(&line, printed));
                let place = place.unwrap_or_else(|| {
                    panic!(
                        "no line `{line}` in what is left:\n{}",
                        self.printed.join("\n")
                    )
                });
                self.printed.drain(..=place);
            }
            Step::Look => {
                assert!(self.running.is_some(), "nothing runs in the first terminal");
                self.looks = true;
            }
            Step::Interrupt => self.running.as_ref().unwrap().interrupt(),
            Step::Save(file, text) => {
                let path = self.folder.join(file);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
        }
    }

    fn enter(&mut self, command: &str) {
        self.looks = false;
        if let Some(folder) = command.strip_prefix("cd ") {
            self.folder.push(folder);
            assert!(
                self.folder.is_dir(),
                "{} is not there",
                self.folder.display()
            );
            return;
        }
        let mut shell = self.shell(command);
        if ["pato dev", "pato run"]
            .iter()
            .any(|long| command.starts_with(long))
        {
            self.end();
            let mut child = shell.stdout(Stdio::piped()).spawn().unwrap();
            self.running = Some(Running {
                lines: collect(child.stdout.take().unwrap()),
                child,
                seen: Vec::new(),
            });
            self.looks = true;
            return;
        }
        let output = shell.output().unwrap();
        let printed = text(&output.stdout);
        assert!(output.status.success(), "{}:\n{printed}", output.status);
        self.printed = printed.lines().map(str::to_owned).collect();
    }

    /// The command in the first terminal has to have ended well.
    fn end(&mut self) {
        if let Some(mut running) = self.running.take() {
            running.end();
        }
    }
}

impl Running {
    /// Waits until it prints this.
    fn until(&mut self, line: &str) {
        let end = Instant::now() + PATIENCE;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            let Ok(printed) = self.lines.recv_timeout(left) else {
                break;
            };
            let is_it = fits(line, &printed);
            self.seen.push(printed);
            if is_it {
                return;
            }
        }
        panic!("no line `{line}`, but:\n{}", self.seen.join("\n"));
    }

    fn interrupt(&self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status();
        assert!(sent.unwrap().success());
    }

    fn end(&mut self) {
        let end = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < end, "it did not end");
            std::thread::sleep(Duration::from_millis(20));
        };
        self.seen.extend(self.lines.iter());
        assert!(status.success(), "{status}:\n{}", self.seen.join("\n"));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap()
}

/// Says which line of the page it was that failed.
struct Place(usize);

impl Drop for Place {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("that was {PAGE}:{}", self.0);
        }
    }
}

#[test]
fn whoever_types_the_tutorial_sees_what_it_shows() {
    let mut reader = Reader::new();
    for (line, step) in steps(&read(PAGE)) {
        let _place = Place(line);
        reader.perform(step);
    }
    reader.end();
}

/// In another language the page has one function to exchange; the rest is the same.
fn hugs_in(language: &str, source: &str, begins: &str, fence: &str) {
    let page = read(PAGE);
    let pato = Pato::new();
    let folder = tempfile::tempdir().unwrap();
    let run = |folder: &Path, arguments: &[&str]| {
        let output = pato.authors_command(folder).args(arguments).output();
        let output = output.unwrap();
        let errors = text(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
    };
    run(folder.path(), &["new", "hello", "--language", language]);
    let project = folder.path().join("hello");
    for (_, step) in steps(&page) {
        if let Step::Save(file, text) = step
            && file.extension().is_none_or(|ending| ending != "rs")
        {
            let path = project.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
    let path = project.join(source);
    let template = fs::read_to_string(&path).unwrap();
    let (_, function) = page.split_once(&format!("```{fence}\n")).unwrap();
    let (function, _) = function.split_once("```\n").unwrap();
    let (before, rest) = template.split_once(begins).unwrap();
    // The next function begins after empty lines, at the left edge.
    let after = rest
        .find("\n\n/**")
        .or_else(|| rest.find("\n\n\ndef"))
        .unwrap();
    let (_, after) = rest.split_at(after);
    fs::write(path, format!("{before}{function}{after}")).unwrap();

    run(&project, &["build"]);
    run(&project, &["test", "build/hello.wasm", "--update"]);
    let snapshot = fs::read_to_string(project.join("fixtures/hug.snapshot.json")).unwrap();
    let snapshot: Value = serde_json::from_str(&snapshot).unwrap();
    let told = snapshot.to_string();
    assert!(
        told.contains("Ronni hugs Ada. Hugs so far: 1"),
        "{snapshot:#}"
    );
    assert!(!told.contains("Hugs so far: 2"), "{snapshot:#}");
}

#[test]
fn what_the_tutorial_has_in_typescript_does_the_same() {
    let begins = "/** Answers a chat message that says hello. */\n";
    hugs_in("typescript", "src/plugin.ts", begins, "typescript");
}

#[test]
fn what_the_tutorial_has_in_python_does_the_same() {
    hugs_in(
        "python",
        "src/app.py",
        "def greet(event, message):\n",
        "python",
    );
}

#[test]
fn the_readme_begins_as_the_tutorial_does() {
    let readme = read("README.md");
    let (_, section) = readme.split_once("## Your first plugin").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let page = steps(&read(PAGE));
    let typed = steps(section);
    assert!(typed.iter().any(|(_, step)| matches!(step, Step::Type(_))));
    for (_, step) in typed {
        let is_there = page.iter().any(|(_, there)| *there == step);
        assert!(
            is_there || step == Step::Look,
            "{PAGE} does not have {step:?}"
        );
    }
}

#[test]
fn a_page_is_read_as_its_reader_reads_it() {
    let page = "Type:\n\n```console\n$ pato dev\nBuilding…\n```\n\nand save\n\n`src/lib.rs`:\n\n```rust\nfn a() {}\n\n```\n\
                Not this:\n```rust\nfn b() {}\n```\n\n```console\nBuilt [..]\n^C\n```\n";
    let steps: Vec<Step> = steps(page).into_iter().map(|(_, step)| step).collect();
    let expected = [
        Step::Type("pato dev".into()),
        Step::See("Building…".into()),
        Step::Save("src/lib.rs".into(), "fn a() {}\n\n".into()),
        Step::Look,
        Step::See("Built [..]".into()),
        Step::Interrupt,
    ];
    assert_eq!(steps, expected);
}

#[test]
fn a_wildcard_is_any_text_and_all_else_is_exact() {
    for (pattern, line) in [
        ("a", "a"),
        ("[..]", ""),
        ("a [..] ms", "a 12 ms"),
        ("[..]a[..]a", "xaxa"),
        ("[..] b [..]: c", "12:00 b   d: c"),
    ] {
        assert!(fits(pattern, line), "{pattern} {line}");
    }
    for (pattern, line) in [
        ("a", "a "),
        ("a", "b"),
        ("a[..]", "ba"),
        ("[..]a", "ab"),
        ("a[..]b[..]c", "acb"),
    ] {
        assert!(!fits(pattern, line), "{pattern} {line}");
    }
}
