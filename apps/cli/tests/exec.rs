//! `pato exec` with real programs: what they reach, and what they do not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod support;

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use support::{Pato, program, text};

/// The kinds of programs, by the folder in which they are built.
const KINDS: [&str; 2] = ["programs", "programs-preview1"];

fn exec(pato: &Pato, kind: &str, options: &[&str], attempt: &[&str]) -> Output {
    command(pato, kind, options, attempt).output().unwrap()
}

fn command(pato: &Pato, kind: &str, options: &[&str], attempt: &[&str]) -> Command {
    let mut command = pato.command();
    command
        .arg("exec")
        .arg(program(kind, "probe"))
        .args(options)
        .args(attempt)
        .stdin(Stdio::null());
    command
}

/// What it printed, if it succeeded.
fn reached(output: &Output) -> String {
    let (printed, errors) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{printed}{errors}");
    printed.trim_end().to_owned()
}

/// What it printed, if it was refused.
fn refused(output: &Output) -> String {
    let (printed, errors) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(1), "{printed}{errors}");
    assert!(printed.starts_with("refused: "), "{printed}{errors}");
    printed
}

/// A folder to grant, with a file in it, one beside it, and links that lead out.
fn folder(pato: &Pato) -> PathBuf {
    let folder = pato.folder().join("granted");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("inside.txt"), "inside").unwrap();
    std::fs::write(pato.folder().join("outside.txt"), "outside").unwrap();
    #[cfg(unix)]
    {
        let outside = pato.folder().join("outside.txt");
        std::os::unix::fs::symlink(&outside, folder.join("absolute-link")).unwrap();
        std::os::unix::fs::symlink("../outside.txt", folder.join("relative-link")).unwrap();
        std::os::unix::fs::symlink("..", folder.join("folder-link")).unwrap();
    }
    folder
}

#[test]
fn arguments_standard_streams_and_the_exit_code_are_the_program_s_own() {
    let pato = Pato::new();
    for kind in KINDS {
        let arguments = ["arguments", "--call", "-x", "a b", "--json"];
        assert_eq!(
            reached(&exec(&pato, kind, &[], &arguments)),
            "--call|-x|a b|--json"
        );
        // WASI 0.2 knows success and failure, and nothing between.
        let code = if kind == "programs" { 1 } else { 42 };
        let output = exec(&pato, kind, &[], &["exit", "42"]);
        assert_eq!(output.status.code(), Some(code), "{kind}");
        let mut child = command(&pato, kind, &[], &["shout"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(b"quack\n").unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(text(&output.stdout), "QUACK\nthat was all\n", "{kind}");
        assert_eq!(text(&output.stderr), "begun\n6 bytes came\n", "{kind}");
    }
}

#[test]
fn nothing_is_granted_by_default() {
    let pato = Pato::new();
    let folder = folder(&pato);
    let inside = folder.join("inside.txt").display().to_string();
    for kind in KINDS {
        assert_eq!(reached(&exec(&pato, kind, &[], &["environment"])), "");
        for attempt in [
            &["read", &inside][..],
            &["list", "/"],
            &["list", "."],
            &["write", "escaped.txt", "x"],
            &["fetch", "127.0.0.1:9"],
            &["listen"],
            &["look-up", "localhost"],
        ] {
            refused(&exec(&pato, kind, &[], attempt));
        }
        let granted = exec(
            &pato,
            kind,
            &["--env", "A=1", "--env", "B=x=y"],
            &["environment"],
        );
        assert_eq!(reached(&granted), "A=1|B=x=y");
    }
}

#[test]
fn a_folder_is_reached_and_nothing_outside_of_it() {
    let pato = Pato::new();
    let folder = folder(&pato).display().to_string();
    let granted = ["--dir", &format!("{folder}::/data")];
    for kind in KINDS {
        let try_with = |attempt: &[&str]| exec(&pato, kind, &granted, attempt);
        assert_eq!(reached(&try_with(&["read", "/data/inside.txt"])), "inside");
        assert_eq!(
            reached(&try_with(&["write", "/data/new.txt", "new"])),
            "written"
        );
        assert_eq!(
            std::fs::read_to_string(format!("{folder}/new.txt")).unwrap(),
            "new"
        );
        assert_eq!(reached(&try_with(&["remove", "/data/new.txt"])), "removed");
        for path in [
            "/data/../outside.txt",
            "/data/./../outside.txt",
            "/data/inside.txt/../../outside.txt",
            "/data/absolute-link",
            "/data/relative-link",
            "/data/folder-link/outside.txt",
            "/etc/passwd",
            "outside.txt",
        ] {
            refused(&try_with(&["read", path]));
            refused(&try_with(&["write", path, "changed"]));
        }
        let outside = std::fs::read_to_string(pato.folder().join("outside.txt")).unwrap();
        assert_eq!(outside, "outside");
    }
}

#[test]
fn a_folder_that_is_read_only_stays_as_it_is() {
    let pato = Pato::new();
    let folder = folder(&pato).display().to_string();
    let granted = ["--dir", &format!("{folder}::/data:ro")];
    for kind in KINDS {
        let try_with = |attempt: &[&str]| exec(&pato, kind, &granted, attempt);
        assert_eq!(reached(&try_with(&["read", "/data/inside.txt"])), "inside");
        refused(&try_with(&["write", "/data/inside.txt", "changed"]));
        refused(&try_with(&["write", "/data/new.txt", "new"]));
        refused(&try_with(&["remove", "/data/inside.txt"]));
        assert_eq!(
            std::fs::read_to_string(format!("{folder}/inside.txt")).unwrap(),
            "inside"
        );
    }
    let error = pato.error(
        1,
        &[
            "exec",
            program("programs", "probe").to_str().unwrap(),
            "--dir",
            "nowhere::/data",
        ],
    );
    assert!(error.contains("can't open the folder nowhere"), "{error}");
}

/// Greets whoever connects, until the test ends.
fn greeter() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for connection in listener.incoming().map_while(Result::ok) {
            let _ = (&connection).write_all(b"hello");
        }
    });
    port
}

#[test]
fn a_server_is_reached_by_the_name_and_port_that_were_granted_and_no_other() {
    let pato = Pato::new();
    let (port, other) = (greeter(), greeter());
    let granted = ["--net", &format!("localhost:{port}")];
    let try_with = |attempt: &[&str]| exec(&pato, "programs", &granted, attempt);
    assert_eq!(
        reached(&try_with(&["fetch", &format!("localhost:{port}")])),
        "hello"
    );
    assert_eq!(
        reached(&try_with(&["fetch", &format!("127.0.0.1:{port}")])),
        "hello"
    );
    assert_eq!(reached(&try_with(&["look-up", "localhost"])), "1 addresses");
    refused(&try_with(&["fetch", &format!("127.0.0.1:{other}")]));
    refused(&try_with(&["fetch", &format!("127.0.0.2:{port}")]));
    refused(&try_with(&["look-up", "example.com"]));
    refused(&try_with(&["listen"]));
    let by_address = ["--net", &format!("127.0.0.1:{other}")];
    let fetched = exec(
        &pato,
        "programs",
        &by_address,
        &["fetch", &format!("127.0.0.1:{other}")],
    );
    assert_eq!(reached(&fetched), "hello");
    let error = pato.error(
        1,
        &[
            "exec",
            program("programs-preview1", "probe").to_str().unwrap(),
            "--net",
            "localhost:1",
        ],
    );
    assert!(error.contains("wasm32-wasip2"), "{error}");
}

#[test]
fn limits_end_a_program_and_say_which_it_was() {
    let pato = Pato::new();
    for kind in KINDS {
        for (options, attempt, code, told) in [
            (&["--timeout", "300ms"][..], &["spin"][..], 124, "--timeout"),
            (&["--timeout", "300ms"], &["wait"], 124, "--timeout"),
            (&["--fuel", "1000000"], &["spin"], 124, "--fuel"),
            (&["--memory", "8MiB"], &["allocate"], 134, "--memory"),
            (&[], &["recurse"], 134, "stopped"),
            (&[], &["panic"], 134, "as it was told to"),
        ] {
            let output = exec(&pato, kind, options, attempt);
            let errors = text(&output.stderr);
            assert_eq!(
                output.status.code(),
                Some(code),
                "{kind} {attempt:?}: {errors}"
            );
            assert!(errors.contains(told), "{kind} {attempt:?}: {errors}");
        }
    }
}

/// A pipe that nobody writes to blocks the thread that opens it.
#[cfg(unix)]
#[test]
fn a_program_that_waits_for_the_system_is_ended_as_well() {
    let pato = Pato::new();
    let folder = folder(&pato);
    let made = Command::new("mkfifo").arg(folder.join("pipe")).status();
    assert!(made.unwrap().success());
    let granted = [
        "--timeout",
        "300ms",
        "--dir",
        &format!("{}::/data", folder.display()),
    ];
    let output = exec(&pato, "programs", &granted, &["read", "/data/pipe"]);
    assert_eq!(output.status.code(), Some(124), "{}", text(&output.stderr));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_program() {
    let pato = Pato::new();
    for attempt in ["spin", "wait", "shout"] {
        let mut child = command(&pato, "programs", &[], &[attempt])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        errors.read_line(&mut first).unwrap();
        assert_eq!(first, "begun\n", "{attempt}");
        let pid = child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status();
        assert!(sent.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(130), "{attempt}");
    }
}

#[test]
fn what_a_function_returns_is_printed() {
    let pato = Pato::new();
    let module = r#"(module (func (export "add") (param i32 i32) (result i32)
        (i32.add (local.get 0) (local.get 1))))"#;
    let path = pato.folder().join("add.wasm");
    std::fs::write(&path, wat::parse_str(module).unwrap()).unwrap();
    let file = path.to_str().unwrap();
    let output = pato.run(&["exec", file, "--call", "add", "2", "-5"]);
    assert_eq!(reached(&output), "-3");
    let output = pato.run(&["exec", file, "--call", "add", "--", "-2", "-5"]);
    assert_eq!(reached(&output), "-7");
    let json = pato.json(&["exec", file, "--call", "add", "2", "3"]);
    assert_eq!(json["results"][0], "5");
}
