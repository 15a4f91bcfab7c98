use std::process::Command;

use anyhow::Result;

use crate::guests::{self, WORKSPACES};
use crate::host::Build;
use crate::project::Project;
use crate::setup::{self, BROWSER, NODE_PACKAGES};
use crate::{fuzz, generate, host, pages, process, tidy};

/// One check.
pub(super) struct Step {
    /// What `--only` takes.
    pub(super) name: &'static str,
    pub(super) summary: &'static str,
    pub(super) run: fn(&Project) -> Result<()>,
}

/// Quick ones first, except that the rest needs what `setup` installs and `guests` builds.
///
/// Whatever builds the root workspace does so as a whole, tests included, with the dev profile: another
/// choice of packages has other features, and Wasmtime would be compiled again.
pub(super) const STEPS: &[Step] = &[
    Step {
        name: "setup",
        summary: "What building and testing need is there.",
        run: |project| setup::run(project, &setup::Arguments::default()),
    },
    Step {
        name: "format",
        summary: "rustfmt changes nothing.",
        run: format,
    },
    Step {
        name: "tidy",
        summary: "Floors, licences, names and sizes are as they should be.",
        run: tidy::run,
    },
    Step {
        name: "spelling",
        summary: "typos finds no misspelt word.",
        run: spelling,
    },
    Step {
        name: "links",
        summary: "Every relative link in the documentation leads somewhere.",
        run: tidy::links,
    },
    Step {
        name: "guests",
        summary: "The plugins build for WebAssembly.",
        run: guests::build,
    },
    Step {
        name: "guest-lints",
        summary: "clippy finds nothing in the plugins.",
        run: guest_lints,
    },
    Step {
        name: "guest-tests",
        summary: "The plugins' own tests pass, natively.",
        run: guest_tests,
    },
    Step {
        name: "pages",
        summary: "The pages are linted, tested, built, and small.",
        run: pages::check,
    },
    Step {
        name: "browser",
        summary: "The lower crates compile without an operating system.",
        run: browser,
    },
    Step {
        name: "lints",
        summary: "clippy finds nothing in the workspace.",
        run: lints,
    },
    Step {
        name: "tests",
        summary: "The workspace's tests pass.",
        run: tests,
    },
    Step {
        name: "desktop",
        summary: "The desktop's window, on a screen that is only memory, shows the host behind it.",
        run: |project| host::drive_window(project, &Build::default(), None),
    },
    Step {
        name: "doc-tests",
        summary: "The examples in the documentation work.",
        run: |project| process::run(project.cargo().args(["test", "--workspace", "--doc"])),
    },
    Step {
        name: "generated",
        summary: "The generated files are those of today's code.",
        run: |project| generate::run(project, &generate::Arguments { check: true }),
    },
    Step {
        name: "node-tests",
        summary: "Independent clients accept the test servers.",
        run: node_tests,
    },
    Step {
        name: "walks",
        summary: "In a browser, with the real host, what people do works.",
        run: pages::walk,
    },
    Step {
        name: "docs",
        summary: "rustdoc has nothing to complain of.",
        run: docs,
    },
    Step {
        name: "fuzz",
        summary: "The parsers withstand some seconds of random input.",
        run: |project| {
            let arguments = fuzz::Arguments {
                seconds: 5,
                targets: Vec::new(),
            };
            fuzz::run(project, &arguments)
        },
    },
];

fn format(project: &Project) -> Result<()> {
    let guests = WORKSPACES.map(|workspace| workspace.folder);
    for folder in guests.into_iter().chain(["", "fuzz"]) {
        let mut command = project.cargo_in(&project.path(folder));
        process::run(command.args(["fmt", "--all", "--check"]))?;
    }
    Ok(())
}

fn spelling(project: &Project) -> Result<()> {
    let mut command = Command::new(setup::spelling::program(project));
    process::run(command.current_dir(&project.root))
}

fn guest_lints(project: &Project) -> Result<()> {
    for workspace in &WORKSPACES {
        let mut components = guests::cargo_for_components(project, workspace, "clippy")?;
        process::run(components.args(["--", "-D", "warnings"]))?;
        let mut tests = guests::cargo(project, workspace, "clippy");
        process::run(tests.args(["--tests", "--", "-D", "warnings"]))?;
    }
    Ok(())
}

fn guest_tests(project: &Project) -> Result<()> {
    for workspace in &WORKSPACES {
        process::run(&mut guests::cargo(project, workspace, "test"))?;
    }
    Ok(())
}

fn browser(project: &Project) -> Result<()> {
    let mut command = project.cargo();
    command.args(["check", "--target", BROWSER]);
    for package in [
        "pato-events",
        "pato-bus",
        "pato-packages",
        "pato-permissions",
        "pato-surfaces",
    ] {
        command.args(["--package", package]);
    }
    process::run(&mut command)
}

fn lints(project: &Project) -> Result<()> {
    let mut command = project.cargo();
    command.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]);
    process::run(&mut command)
}

/// nextest where it is installed: it runs all crates' tests at once, and ends one that hangs.
fn tests(project: &Project) -> Result<()> {
    let nextest = process::succeeds(project.cargo().args(["nextest", "--version"]));
    let arguments: &[&str] = if nextest {
        &["nextest", "run", "--workspace", "--no-fail-fast"]
    } else {
        &[
            "test",
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
            "--no-fail-fast",
        ]
    };
    // A snapshot that differs fails, and leaves no file behind.
    let mut command = project.cargo();
    command.args(arguments).env("INSTA_UPDATE", "no");
    if cfg!(target_os = "linux") {
        // Set-up has installed them, so that no test is skipped for want of one.
        command
            .env("PATO_REQUIRE_OBS", "1")
            .env("PATO_REQUIRE_KEYRING", "1")
            .env("PATO_REQUIRE_MINISIGN", "1")
            .env("PATO_REQUIRE_REGISTRY", "1");
    }
    process::run(&mut command)
}

/// The test servers that independent clients are let loose on, and how the tests are told where each lies.
const TEST_SERVERS: [(&str, &str); 5] = [
    ("discord-server", "DISCORD_SERVER"),
    ("kick-server", "KICK_SERVER"),
    ("twitch-api-server", "TWITCH_API_SERVER"),
    ("twitch-irc-server", "TWITCH_IRC_SERVER"),
    ("vtube-server", "VTUBE_SERVER"),
];

/// The servers are built before: a test that waited for cargo would take that for a server that hangs.
fn node_tests(project: &Project) -> Result<()> {
    host::build_programs(project, &TEST_SERVERS.map(|(name, _)| name))?;
    let mut tests = process::program("npm")?;
    tests.arg("test").current_dir(project.path(NODE_PACKAGES));
    for (name, variable) in TEST_SERVERS {
        tests.env(variable, Build::default().path(project, name));
    }
    process::run(&mut tests)
}

/// With the examples, which makes cargo choose the features of dependencies as it did for `lints`.
fn docs(project: &Project) -> Result<()> {
    let mut command = project.cargo();
    command
        .args([
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
        ])
        .args(["--lib", "--bins", "--examples"])
        .env("RUSTDOCFLAGS", "-D warnings");
    process::run(&mut command)
}
