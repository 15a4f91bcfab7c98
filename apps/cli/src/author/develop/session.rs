use std::pin::Pin;
use std::time::Instant;

use anyhow::ensure;
use pato_toolchain::{Built, Cycle, Progress, Saved, Step, Toolbox, Watch};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::Plan;
use super::follow::Follower;
use super::load::{Loaded, Loader};
use super::told::Told;
use super::web::Web;
use crate::author::project::show;
use crate::client::Client;
use crate::output::Output;

/// What goes on beside the watching, at most one thing at a time.
type Work<'a> = Pin<Box<dyn Future<Output = Done> + 'a>>;

/// What has ended.
enum Done {
    Build(anyhow::Result<Box<Built>>),
    Load(anyhow::Result<Loaded>),
}

/// What happens next.
enum Next {
    Step(Step),
    Saved(Saved),
    Done(Done),
}

/// Builds and loads a project's plugin, and shows what it does, until `end`. While the project is watched, a
/// build that fails is shown, and the next one waited for; else it is the error.
pub(super) async fn develop(
    client: Client,
    plan: &Plan,
    output: &Output,
    end: CancellationToken,
) -> anyhow::Result<()> {
    let project = plan.open()?;
    let mut watch = match plan.watches {
        true => Some(Watch::start(&project)?),
        false => None,
    };
    let id = project.manifest().id.to_string();
    let follower = Follower::start(&client, &id, plan.events).await?;
    let web = Web::start(&project).await?;
    let told = Told::Started {
        plugin: &id,
        project: &plan.folder,
        host: &client.url(""),
        page: web.as_ref().map(Web::address),
    };
    told.tell(output)?;
    let session = Session {
        plan,
        id: &id,
        output,
        end: &end,
        toolbox: Toolbox::from_environment(),
        loader: Mutex::new(Loader::new(&client, &plan.named, output)),
    };
    let following = follower.follow(output);
    tokio::pin!(following);
    let done = tokio::select! {
        biased;
        done = session.run(&mut watch, web.as_ref()) => done,
        stopped = &mut following => stopped,
    };
    if let Some(web) = web {
        web.stop().await?;
    }
    done
}

struct Session<'a> {
    plan: &'a Plan,
    id: &'a str,
    output: &'a Output,
    end: &'a CancellationToken,
    toolbox: Toolbox,
    loader: Mutex<Loader<'a>>,
}

impl Session<'_> {
    async fn run(&self, watch: &mut Option<Watch>, web: Option<&Web>) -> anyhow::Result<()> {
        let mut cycle = Cycle::new();
        let mut cancel = self.end.child_token();
        let mut began = Instant::now();
        let mut work: Option<Work<'_>> = None;
        loop {
            let next = tokio::select! {
                biased;
                () = self.end.cancelled() => break,
                saved = saved(watch) => Next::Saved(saved?),
                done = finished(&mut work) => Next::Done(done),
                step = cycle.due() => Next::Step(step),
            };
            let step = match next {
                Next::Step(step) => Some(step),
                Next::Saved(saved) => {
                    if let (true, Some(web)) = (saved.web, web) {
                        web.reload();
                        Told::PageChanged.tell(self.output)?;
                    }
                    saved.plugin.then(|| cycle.saved()).flatten()
                }
                Next::Done(Done::Build(built)) => {
                    let step = cycle.built(built.is_ok());
                    match (built, step) {
                        (Ok(built), Some(Step::Load)) => {
                            self.tell_built(&built, began)?;
                            began = Instant::now();
                            work = Some(Box::pin(self.load(built)));
                        }
                        (Err(error), _) if !cancel.is_cancelled() => self.failed(error)?,
                        // What was saved since is built next.
                        _ => {}
                    }
                    None
                }
                Next::Done(Done::Load(loaded)) => {
                    cycle.loaded();
                    match loaded {
                        Ok(loaded) => self.tell_loaded(&loaded, began)?,
                        Err(error) => self.failed(error)?,
                    }
                    None
                }
            };
            match step {
                Some(Step::Build) => {
                    cancel = self.end.child_token();
                    began = Instant::now();
                    Told::Building.tell(self.output)?;
                    work = Some(Box::pin(self.build(cancel.clone())));
                }
                Some(Step::Cancel) => cancel.cancel(),
                Some(Step::Load) | None => {}
            }
        }
        // It was told to end, and has to have ended before the process does.
        if let Some(work) = work {
            work.await;
        }
        Ok(())
    }

    async fn build(&self, cancel: CancellationToken) -> Done {
        let sink = |progress: Progress<'_>| show(progress, self.output);
        let built = async {
            // The manifest is a source like any other.
            let project = self.plan.open()?;
            let id = &project.manifest().id;
            ensure!(
                id.as_str() == self.id,
                "pato.toml names the plugin `{id}` now, and this began with `{}`: stop it with Ctrl-C, and \
                 start it anew",
                self.id
            );
            let options = self.plan.build;
            let built = pato_toolchain::build(&project, options, &self.toolbox, &sink, &cancel);
            Ok(Box::new(built.await?))
        };
        Done::Build(built.await)
    }

    async fn load(&self, built: Box<Built>) -> Done {
        let mut loader = self.loader.lock().await;
        Done::Load(loader.load(self.id, &built.path, self.end).await)
    }

    /// Shows what went wrong, or ends with it if nothing could mend it.
    fn failed(&self, error: anyhow::Error) -> anyhow::Result<()> {
        if !self.plan.watches && !self.end.is_cancelled() {
            return Err(error);
        }
        let message = format!("{error:#}");
        Told::Failed { message: &message }.tell(self.output)
    }

    fn tell_built(&self, built: &Built, began: Instant) -> anyhow::Result<()> {
        let told = Told::Built {
            file: &built.path,
            sha256: &built.inspected.sha256,
            size: built.inspected.size,
            milliseconds: began.elapsed().as_millis(),
        };
        told.tell(self.output)
    }

    fn tell_loaded(&self, loaded: &Loaded, began: Instant) -> anyhow::Result<()> {
        let told = Told::Loaded {
            plugin: self.id,
            version: &loaded.version,
            state: &loaded.state,
            milliseconds: began.elapsed().as_millis(),
            not_granted: &loaded.not_granted,
        };
        told.tell(self.output)
    }
}

async fn saved(watch: &mut Option<Watch>) -> anyhow::Result<Saved> {
    match watch {
        Some(watch) => Ok(watch.saved().await?),
        None => std::future::pending().await,
    }
}

async fn finished(work: &mut Option<Work<'_>>) -> Done {
    match work {
        Some(future) => {
            let done = future.await;
            *work = None;
            done
        }
        None => std::future::pending().await,
    }
}
