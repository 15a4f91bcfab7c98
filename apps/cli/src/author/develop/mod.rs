//! `pato dev`, and `pato run` with a project: build, load, show what the plugin does, and begin anew when
//! something is saved.
//!
//! Both speak to the host by its local API, also to one that they started themselves.

mod follow;
mod load;
mod session;
mod told;
mod web;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::ensure;
use clap::Args;
use pato_host::permissions::{Grants, Permission};
use pato_host::vault::Vault;
use pato_host::{DataDirectory, MAX_COMPONENT_BYTES, SimulatorSection, log_to_standard_error};
use pato_server::Interruption;
use pato_toolchain::{BuildOptions, Language, Profile, Project};
use tokio_util::sync::CancellationToken;

use self::session::develop;
use super::project::{Chosen, language, may_color};
use crate::arguments::{GrantOptions, RunOptions};
use crate::client::{Client, project_data};
use crate::configuration::layers_in;
use crate::output::{NotRunning, Output};
use crate::run::Run;

#[derive(Debug, Args)]
#[command(
    after_help = "It loads the plugin into the host that runs. If there is none, it starts one with invented \
                        events, whose data lies in `.pato/data` of the project; inside the project all other \
                        commands speak to that one.\n\nWhat is granted once is granted to every later build."
)]
pub(crate) struct DevOptions {
    /// The project's folder, or one inside it
    #[arg(default_value = ".", hide_default_value = true)]
    project: PathBuf,

    #[command(flatten)]
    develop: DevelopOptions,

    /// Invent no events in a host that it starts
    #[arg(long)]
    no_simulate: bool,

    /// Where a host that it starts listens [default: 127.0.0.1:7286, or any free port]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

#[derive(Debug, Args)]
pub(crate) struct RunProjectOptions {
    /// Build the plugin in this project, and load it with all that it asks you for
    project: Option<PathBuf>,

    /// Build and load it again whenever something in the project is saved
    #[arg(long, requires = "project")]
    watch: bool,

    #[command(flatten)]
    develop: DevelopOptions,

    #[command(flatten)]
    host: RunOptions,
}

#[derive(Debug, Args)]
struct DevelopOptions {
    /// What a project is built for: debug, release or size [default: debug for `dev`, release for `run`]
    #[arg(long, value_parser = profile)]
    profile: Option<Profile>,

    /// The project's language, where its folder holds several
    #[arg(long, visible_alias = "lang", value_parser = language)]
    language: Option<Chosen>,

    #[command(flatten)]
    grants: GrantOptions,
}

impl DevelopOptions {
    fn are_given(&self) -> bool {
        let grants = &self.grants;
        self.profile.is_some()
            || self.language.is_some()
            || grants.grant_all
            || !grants.grant.is_empty()
    }
}

/// What is to be done with which project.
struct Plan {
    folder: PathBuf,
    language: Option<&'static dyn Language>,
    build: BuildOptions,
    /// What is granted without asking.
    named: Named,
    /// Whether it is built again when something is saved.
    watches: bool,
    /// Which events are shown beside the plugin's log.
    events: Events,
}

/// What is granted without asking.
enum Named {
    /// All that the plugin asks for.
    All,
    /// Just this; nothing, if nobody said so.
    These(Grants),
}

/// Which events are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Events {
    /// None, for somebody else shows all.
    None,
    /// What the plugin publishes, and what the host says of it.
    OfPlugin,
    /// Also what was done for it at services: nobody else is there who could have asked for it.
    OfPluginAlone,
}

impl Named {
    fn covers(&self, permission: &Permission) -> bool {
        match self {
            Self::All => true,
            Self::These(these) => these.covers(permission),
        }
    }

    /// Whether nobody said anything, so that there is something to ask.
    fn is_open(&self) -> bool {
        matches!(self, Self::These(these) if these.is_empty())
    }
}

impl Plan {
    /// A plan for the project around `folder`.
    fn new(folder: &Path, options: &DevelopOptions, usual: Profile) -> anyhow::Result<Self> {
        let language = options.language.map(Chosen::language);
        let project = Project::open(folder, language)?;
        let mut these = Grants::default();
        for permission in &options.grants.grant {
            these.add(permission.parse()?);
        }
        Ok(Self {
            folder: project.folder().to_owned(),
            language,
            build: BuildOptions {
                profile: options.profile.unwrap_or(usual),
                color: may_color(),
                max_bytes: MAX_COMPONENT_BYTES,
            },
            named: match options.grants.grant_all {
                true => Named::All,
                false => Named::These(these),
            },
            watches: true,
            events: Events::OfPlugin,
        })
    }

    /// The project as it is now.
    fn open(&self) -> anyhow::Result<Project> {
        Ok(Project::open(&self.folder, self.language)?)
    }
}

/// `pato dev`
pub(crate) async fn dev(
    data: Option<PathBuf>,
    options: DevOptions,
    output: &Output,
) -> anyhow::Result<()> {
    let plan = Plan::new(&options.project, &options.develop, Profile::Debug)?;
    if let Some(client) = Client::find(data.clone(), &plan.folder)? {
        let interruption = Interruption::listen()?;
        let end = CancellationToken::new();
        let work = develop(client, &plan, output, end.clone());
        tokio::pin!(work);
        return tokio::select! {
            biased;
            () = interruption.once() => {
                end.cancel();
                work.await
            }
            done = &mut work => done,
        };
    }
    let directory = DataDirectory::find(data.or_else(|| project_data(&plan.folder)))?;
    let own = RunOptions {
        listen: options.listen,
        ..RunOptions::default()
    };
    let mut configuration = layers_in(&plan.folder, &directory, &own)?.configuration()?;
    if options.no_simulate {
        configuration.simulator = None;
    } else {
        configuration
            .simulator
            .get_or_insert_with(SimulatorSection::default);
    }
    let plan = Plan {
        events: Events::OfPluginAlone,
        ..plan
    };
    let vault = Vault::new();
    log_to_standard_error(&vault);
    let interruption = Interruption::listen()?;
    let known = directory.path().to_owned();
    let any_port = options.listen.is_none();
    let run = Run::start(directory, configuration, vault, interruption, any_port).await?;
    run.introduce(output, "Ctrl-C stops it.");
    let work = async |end: CancellationToken| develop(of(&known)?, &plan, output, end).await;
    let done = run.while_it_runs(work).await;
    run.stop(output).await?;
    done
}

/// `pato run`
pub(crate) async fn run(
    data: Option<PathBuf>,
    options: RunProjectOptions,
    output: &Output,
) -> anyhow::Result<()> {
    let directory = DataDirectory::find(data)?;
    let Some(project) = options.project else {
        ensure!(
            !options.develop.are_given(),
            "--profile, --language and --grant belong to a project: `pato run PROJECT`"
        );
        return crate::run::run(directory, options.host, output, async |_| Ok(())).await;
    };
    let plan = Plan {
        watches: options.watch,
        events: match options.host.follow {
            true => Events::None,
            false => Events::OfPlugin,
        },
        ..Plan::new(&project, &options.develop, Profile::Release)?
    };
    let known = directory.path().to_owned();
    let work = async |end: CancellationToken| develop(of(&known)?, &plan, output, end).await;
    crate::run::run(directory, options.host, output, work).await
}

/// The host that was just started with this data folder.
fn of(data: &Path) -> anyhow::Result<Client> {
    Ok(Client::find(Some(data.to_owned()), data)?.ok_or(NotRunning)?)
}

fn profile(text: &str) -> Result<Profile, String> {
    match text {
        "debug" => Ok(Profile::Debug),
        "release" => Ok(Profile::Release),
        "size" => Ok(Profile::Size),
        _ => Err("there are debug, release and size".to_owned()),
    }
}
