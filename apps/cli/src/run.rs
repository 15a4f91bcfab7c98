//! `pato run` and `pato demo`: the host, from its start to its end.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anstream::println;
use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use owo_colors::OwoColorize;
use pato_events::Pattern;
use pato_events::wire::EventFrame;
use pato_host::bus::{Mailbox, MailboxConfiguration, Overflow};
use pato_host::permissions::Grants;
use pato_host::vault::Vault;
use pato_host::{
    Configuration, Consent, DataDirectory, Host, Origin, Package, SimulatorSection,
    log_to_standard_error,
};
use pato_server::{Interruption, Running};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::arguments::{DemoOptions, RunOptions};
use crate::configuration;
use crate::narration;
use crate::output::{Output, table};
use crate::secrets::Source;

/// What the simulated chat asks for, and what is answered.
const DEMO_COMMANDS: [&str; 4] = [
    "hello --alias=hi --cooldown=0 --user-cooldown=0 = Welcome, {user}!",
    "uptime --cooldown=0 --user-cooldown=0 = Long enough for a snack, {user}.",
    "discord --cooldown=0 --user-cooldown=0 = The link stands below the stream.",
    "lurk --cooldown=0 --user-cooldown=0 = Enjoy the lurk, {user}.",
];

/// How many events may wait to be printed.
const PRINTED: usize = 4_096;

/// `pato run`. `alongside` is done while the host runs, until its token is cancelled; if it fails, the host
/// ends.
pub(crate) async fn run<W>(
    directory: DataDirectory,
    options: RunOptions,
    output: &Output,
    alongside: W,
) -> anyhow::Result<()>
where
    W: AsyncFnOnce(CancellationToken) -> anyhow::Result<()>,
{
    let configuration = configuration::layers(&directory, &options)?.configuration()?;
    let vault = Vault::new();
    log_to_standard_error(&vault);
    // Before anything is asked, for a second host needs no password.
    if let Some(running) = directory.running() {
        anyhow::bail!(pato_host::HostError::from(
            pato_host::DirectoryError::Running {
                running: Some(running)
            }
        ));
    }
    let source = ask_for_secrets(&vault, &configuration, &options)?;
    // Only now: at a prompt for a secret, Ctrl-C is to end the program at once.
    let interruption = Interruption::listen()?;
    let run = Run::start(directory, configuration, vault, interruption, false).await?;
    if let Err(error) = keep_plugin_secrets(run.host(), source).await {
        run.stop(output).await?;
        return Err(error);
    }
    run.introduce(output, "Ctrl-C stops it.");
    let follower = options.follow.then(|| Follower::start(run.host(), *output));
    let done = run.while_it_runs(alongside).await;
    run.stop(output).await?;
    if let Some(follower) = follower {
        follower.stop().await;
    }
    done
}

/// `pato demo`
pub(crate) async fn demo(options: DemoOptions, output: &Output) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("pato-demo-").tempdir()?;
    let directory = DataDirectory::find(Some(folder.path().to_owned()))?;
    let configuration = Configuration {
        server: pato_host::ServerSection {
            address: options.listen,
        },
        simulator: Some(SimulatorSection {
            rate: options.rate,
            seed: options.seed,
            ..SimulatorSection::default()
        }),
        ..Configuration::default()
    };
    let vault = Vault::new();
    log_to_standard_error(&vault);
    let interruption = Interruption::listen()?;
    let run = Run::start(directory, configuration, vault, interruption.clone(), false).await?;
    let follower = Follower::start(run.host(), *output);
    let installed = tokio::select! {
        installed = install_bundled(run.host(), &options.plugins, output) => installed,
        () = interruption.once() => Ok(()),
    };
    if let Err(error) = installed {
        run.stop(output).await?;
        return Err(error);
    }
    let commands = [("commands".to_owned(), json!(DEMO_COMMANDS))].into();
    if let Err(error) = run.host().set_settings("commands", commands).await {
        output.note(&format!("the demo's chat commands are not set: {error}"));
    }
    let end = match options.time {
        Some(time) => format!("It ends by itself in {time:?}; Ctrl-C ends it now."),
        None => "Ctrl-C ends it.".to_owned(),
    };
    run.introduce(output, &end);
    run.until_stopped(options.time).await;
    let summary = Summary::of(run.host()).await?;
    run.stop(output).await?;
    follower.stop().await;
    summary.print(output)
}

fn ask_for_secrets(
    vault: &Vault,
    configuration: &Configuration,
    options: &RunOptions,
) -> anyhow::Result<Source> {
    let mut source = Source::open(options.secrets_from_stdin)?;
    for obs in &configuration.obs {
        let prompt = format!("OBS password for {} (empty if it needs none)", obs.url);
        if let Some(password) = source.take(&obs.name, &prompt)? {
            Host::keep_obs_password(vault, obs, password)?;
        }
    }
    Ok(source)
}

/// What was given for plugins can be kept once it is known which hosts it belongs to.
async fn keep_plugin_secrets(host: &Host, source: Source) -> anyhow::Result<()> {
    for (name, secret) in source.rest() {
        let (plugin, name) = name.split_once('/').with_context(|| {
            format!("the secret `{name}` is for nobody: use the name of an OBS, such as `obs`, or `plugin/secret`")
        })?;
        host.keep_secret(plugin, name, secret).await?;
    }
    Ok(())
}

/// What runs, and who may end it.
pub(crate) struct Run {
    running: Running,
    interruption: Interruption,
}

impl Run {
    /// Starts it. `other_port` takes any free port where another program has the configured one.
    pub(crate) async fn start(
        directory: DataDirectory,
        configuration: Configuration,
        vault: Vault,
        interruption: Interruption,
        other_port: bool,
    ) -> anyhow::Result<Self> {
        let options = pato_server::RunOptions {
            directory,
            configuration,
            vault,
            other_port,
        };
        let running = tokio::select! {
            running = Running::start(options) => running?,
            () = interruption.again() => anyhow::bail!("interrupted before it had started"),
        };
        Ok(Self {
            running,
            interruption,
        })
    }

    fn host(&self) -> &Host {
        self.running.host()
    }

    pub(crate) fn introduce(&self, output: &Output, end: &str) {
        let (url, page) = (self.running.url(), self.running.page());
        if output.is_json() {
            println!(
                "{}",
                json!({ "address": url, "page": page, "pid": std::process::id() })
            );
            return;
        }
        println!("{} is running. {end}", "Pato".bold());
        println!("Page: {}", page.underline());
    }

    /// Does something while it runs, until the token is cancelled, and waits for the end of both.
    pub(crate) async fn while_it_runs<W>(&self, work: W) -> anyhow::Result<()>
    where
        W: AsyncFnOnce(CancellationToken) -> anyhow::Result<()>,
    {
        let end = CancellationToken::new();
        let work = work(end.clone());
        tokio::pin!(work);
        tokio::select! {
            biased;
            () = self.until_stopped(None) => {
                end.cancel();
                work.await
            }
            done = &mut work => {
                done?;
                self.until_stopped(None).await;
                Ok(())
            }
        }
    }

    /// Until Ctrl-C, the system, `pato stop` or the time limit ends it.
    async fn until_stopped(&self, limit: Option<Duration>) {
        let limit = async {
            match limit {
                Some(limit) => tokio::time::sleep(limit).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = limit => {}
            () = self.host().stopped() => {}
            () = self.interruption.once() => {}
        }
    }

    pub(crate) async fn stop(self, output: &Output) -> anyhow::Result<()> {
        output.note("Stopping: plugins save what they have…");
        tokio::select! {
            stopped = self.running.stop("the user asked for it") => Ok(stopped?),
            () = self.interruption.again() => anyhow::bail!("interrupted before everything was saved"),
        }
    }
}

/// Prints what happens until it is stopped.
struct Follower {
    stop: CancellationToken,
    task: tokio::task::JoinHandle<()>,
}

impl Follower {
    fn start(host: &Host, output: Output) -> Self {
        let mailbox = host.bus().subscribe(MailboxConfiguration {
            name: "terminal".into(),
            capacity: PRINTED,
            overflow: Overflow::DropOldest,
        });
        let stop = CancellationToken::new();
        let task = tokio::spawn(follow(mailbox, output, stop.clone()));
        Self { stop, task }
    }

    async fn stop(self) {
        self.stop.cancel();
        let _ = self.task.await;
    }
}

async fn follow(mailbox: Mailbox, output: Output, stop: CancellationToken) {
    let print = |frame: &EventFrame| {
        let _ = output.line(frame, |frame| println!("{}", narration::line(frame)));
    };
    if let Ok(everything) = Pattern::new("**") {
        for event in mailbox.add(everything) {
            print(&EventFrame::new(&event, true));
        }
    }
    let mut events = Vec::new();
    loop {
        tokio::select! {
            // What happened before the end is printed before it.
            biased;
            _ = mailbox.next_batch(&mut events, 64) => {
                for event in events.drain(..) {
                    print(&EventFrame::new(&event, true));
                }
            }
            () = stop.cancelled() => return,
        }
    }
}

/// Installs every plugin of a folder, with all that each asks for granted: that is what the demo shows.
async fn install_bundled(host: &Host, folder: &Path, output: &Output) -> anyhow::Result<()> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(|| format!("can't read the bundled plugins in {}", folder.display()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "wasm")
        })
        .collect();
    files.sort();
    anyhow::ensure!(
        !files.is_empty(),
        "there is no plugin in {}",
        folder.display()
    );
    let progress = if output.is_json() {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(files.len() as u64)
    };
    progress.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}")?);
    for path in files {
        let package = Package::read(&path)?;
        progress.set_message(format!("compiling {}", package.manifest.name));
        let grants = Grants::all_of(&package.manifest);
        host.install(package, Consent::new(grants, Origin::Bundled))
            .await?;
        progress.inc(1);
    }
    progress.finish_and_clear();
    Ok(())
}

/// What the demo did.
struct Summary {
    host: pato_host::HostView,
    plugins: Vec<pato_host::PluginView>,
}

impl Summary {
    async fn of(host: &Host) -> anyhow::Result<Self> {
        Ok(Self {
            host: host.view().await?,
            plugins: host.plugins().await?,
        })
    }

    fn print(&self, output: &Output) -> anyhow::Result<()> {
        let value = json!({ "host": self.host, "plugins": self.plugins });
        output.line(&value, |_| {
            println!(
                "\n{} events in {:.0} s.",
                self.host.events_published, self.host.uptime_seconds
            );
            let rows = self.plugins.iter().map(|plugin| {
                let metrics = plugin.metrics.clone().unwrap_or_default();
                vec![
                    plugin.id.clone(),
                    metrics.events.to_string(),
                    metrics.dropped.to_string(),
                    metrics.restarts.to_string(),
                    format!("{:.1} ms", metrics.processor_milliseconds),
                    format!("{:.1} MiB", metrics.memory_peak as f64 / 1_048_576.0),
                ]
            });
            table(
                &[
                    "plugin",
                    "events",
                    "dropped",
                    "restarts",
                    "processor",
                    "memory",
                ],
                rows,
            );
        })
    }
}
