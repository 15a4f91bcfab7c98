//! Measures what Pato takes beside what any window takes: the program with ten plugins, idle, against an
//! empty window of Tauri's, each with all its processes. Prints one line of JSON for `cargo xtask bench`.
//!
//! Both are started in the same run on a screen that is only memory; this program is the empty window,
//! too, when it is told so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement that fails fails loudly"
)]

#[cfg(target_os = "linux")]
#[path = "../tests/support/mod.rs"]
mod support;

fn main() {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("--empty-window") => empty_window(),
        Some(program) => measure(program.to_owned()),
        None => panic!("say where the program to measure lies"),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "of what `generate_context` makes"
)]
fn empty_window() {
    let mut context = tauri::generate_context!();
    context.set_assets(Box::new(Nothing));
    tauri::Builder::default()
        .setup(|app| {
            let url = tauri::WebviewUrl::App("index.html".into());
            tauri::WebviewWindowBuilder::new(app, "main", url)
                .inner_size(1200.0, 800.0)
                .build()?;
            Ok(())
        })
        .run(context)
        .unwrap();
}

/// An empty page.
struct Nothing;

impl<R: tauri::Runtime> tauri::Assets<R> for Nothing {
    fn get(&self, _: &tauri::utils::assets::AssetKey) -> Option<std::borrow::Cow<'_, [u8]>> {
        Some(std::borrow::Cow::Borrowed(
            b"<!doctype html><title>Empty</title>",
        ))
    }

    fn iter(&self) -> Box<tauri::utils::assets::AssetsIter<'_>> {
        Box::new(std::iter::empty())
    }

    fn csp_hashes(
        &self,
        _: &tauri::utils::assets::AssetKey,
    ) -> Box<dyn Iterator<Item = tauri::utils::assets::CspHash<'_>> + '_> {
        Box::new(std::iter::empty())
    }
}

#[cfg(not(target_os = "linux"))]
fn measure(_: String) {
    panic!("this is measured on Linux, which tells what a process shares with others");
}

#[cfg(target_os = "linux")]
#[tokio::main]
async fn measure(program: String) {
    use measuring::{install_plugins, resident};

    let desk = support::Desk::new().await;
    let own = std::env::current_exe().unwrap();
    let empty = resident(desk.command(own).arg("--empty-window"), async {}).await;
    install_plugins(desk.data()).await;
    let started = async { drop(desk.run_file().await) };
    let pato = resident(&mut desk.command(program), started).await;
    let more = pato.saturating_sub(empty);
    let mebibytes = |bytes: u64| bytes as f64 / 1_048_576.0;
    println!(
        "{}",
        serde_json::json!({
            "row": "resident memory of the desktop, idle with 10 plugins, above an empty window",
            "value": format!(
                "{:.0} MiB ({:.0} and {:.0} MiB)",
                mebibytes(more), mebibytes(pato), mebibytes(empty)
            ),
            "must": "under 60 MB more",
            "held": more < 60_000_000,
        })
    );
}

#[cfg(target_os = "linux")]
mod measuring {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use pato_host::permissions::Grants;
    use pato_host::vault::Vault;
    use pato_host::{Configuration, Consent, DataDirectory, Host, HostOptions, Origin, Package};
    use tokio::process::Command;
    use tokio::time::sleep;

    /// How long a program may settle once it has started.
    const SETTLE: Duration = Duration::from_secs(30);

    /// How many plugins run.
    const PLUGINS: usize = 10;

    /// What a program takes once it has settled; then it is ended.
    pub(crate) async fn resident(command: &mut Command, started: impl Future<Output = ()>) -> u64 {
        let mut child = command.spawn().unwrap();
        started.await;
        sleep(SETTLE).await;
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        let processes = tree(child.id().unwrap()).into_iter();
        let bytes = processes
            .map(|process| {
                let bytes = share(process);
                let name = fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
                eprintln!("{:>6} KiB {}", bytes / 1024, name.trim());
                bytes
            })
            .sum();
        child.kill().await.unwrap();
        bytes
    }

    /// A process and all that it started.
    fn tree(root: u32) -> Vec<u32> {
        let entries = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
        let processes: Vec<(u32, u32)> = entries
            .filter_map(|entry| {
                let process = entry.file_name().to_str()?.parse().ok()?;
                let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
                // The name before it may hold anything, but ends with the last bracket.
                let parent = stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?;
                Some((process, parent))
            })
            .collect();
        let mut found = vec![root];
        let mut next = 0;
        while let Some(&parent) = found.get(next) {
            let children = processes.iter().filter(|(_, its)| *its == parent);
            found.extend(children.map(|(process, _)| process));
            next += 1;
        }
        found
    }

    /// The memory of a process, in bytes; of what several share, each has its part.
    fn share(process: u32) -> u64 {
        let text = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
        let number = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        number.unwrap_or_default() * 1024
    }

    /// Installs plugins in a data folder: Pato's own, and fixtures for those that are missing to ten.
    pub(crate) async fn install_plugins(data: PathBuf) {
        let guests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/guests");
        let mut files = wasm(&guests.join("plugins"));
        let fixtures = ["tally", "echo", "capabilities", "ungranted"];
        files.extend(fixtures.map(|name| guests.join(format!("fixtures/{name}.wasm"))));
        files.truncate(PLUGINS);
        assert_eq!(files.len(), PLUGINS, "run `cargo xtask guests`");
        let host = Host::start(HostOptions {
            directory: DataDirectory::find(Some(data)).unwrap(),
            configuration: Configuration::default(),
            vault: Vault::new(),
            seed: 1,
            keyring: None,
            bundled: None,
        })
        .await
        .unwrap();
        for file in files {
            let package = Package::read(&file).unwrap();
            let grants = Grants::all_of(&package.manifest);
            let origin = Origin::File;
            let installed = host.install(package, Consent::new(grants, origin)).await;
            installed.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        }
        host.shutdown("all are installed").await;
    }

    fn wasm(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("run `cargo xtask guests`");
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        let mut files: Vec<_> = paths
            .filter(|path| path.extension().is_some_and(|ending| ending == "wasm"))
            .collect();
        files.sort();
        files
    }
}
