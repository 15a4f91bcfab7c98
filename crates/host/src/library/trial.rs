//! Putting a new version in the place of one that runs: on trial first, and back if it fails.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pato_events::catalogue::host::{PluginRolledBack, PluginUpdated};
use pato_runtime::{Candidate, Health, PluginHandle, Standby};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::audit::AuditKind;
use crate::database::{PluginRecord, Replaced};
use crate::error::HostError;
use crate::host::Host;
use crate::package::Package;
use crate::plugins::START_LIMIT;

/// How often a version on trial is looked at.
const LOOK: Duration = Duration::from_millis(250);

/// At how many looks in a row its queue must have grown for that to count as falling behind.
const GROWING: u32 = 20;

/// The versions on trial, by plugin.
#[derive(Default)]
pub(crate) struct Trials(Mutex<HashMap<String, Trial>>);

struct Trial {
    version: String,
    /// Ends the trial early, and well: the user did something with the plugin that needs one version.
    settle: oneshot::Sender<oneshot::Sender<()>>,
}

impl Trials {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Trial>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The version that is on trial.
    pub(crate) fn version(&self, plugin: &str) -> Option<String> {
        self.lock().get(plugin).map(|trial| trial.version.clone())
    }
}

/// How a trial ended.
pub(crate) enum Verdict {
    Healthy,
    /// The version before it runs again.
    Failed(String),
}

impl Host {
    /// Starts a new version beside the one that runs, and hands over to it. The answer comes when it has
    /// taken over; the receiver tells how the trial ended.
    pub(crate) async fn begin_trial(
        &self,
        old: &PluginHandle,
        before: PluginRecord,
        mut record: PluginRecord,
        package: &Package,
        grants: Vec<String>,
    ) -> Result<oneshot::Receiver<Verdict>, HostError> {
        let id = record.id.clone();
        let database = &self.inner.database;
        record.generation = database.copy_generation(&id).await?;
        let failed = |reason: String| HostError::Unhealthy {
            id: id.clone(),
            version: record.version.clone(),
            before: before.version.clone(),
            reason,
        };
        let parsed = grants.iter().filter_map(|text| text.parse().ok()).collect();
        let options = self
            .load_options(&record, &package.manifest, parsed)
            .await?;
        let options = options.migrating_from(&before.version);
        let candidate = match self.inner.runtime.load_beside(&package.bytes, options).await {
            Ok(candidate) => candidate,
            Err(error) => {
                database.drop_generation(&id, record.generation).await?;
                return Err(error.into());
            }
        };
        let started = tokio::time::timeout(START_LIMIT, candidate.started()).await;
        let problem = match started {
            Ok(Ok(())) => None,
            Ok(Err(reason)) => Some(reason),
            Err(_) => Some(format!(
                "it did not start within {} s",
                START_LIMIT.as_secs()
            )),
        };
        if let Some(reason) = problem {
            candidate.discard().await;
            database.drop_generation(&id, record.generation).await?;
            return Err(failed(reason));
        }
        let standby = candidate.take_over(old).await;
        let (settle, settled) = oneshot::channel();
        let (tell, verdict) = oneshot::channel();
        let trial = Trial {
            version: record.version.clone(),
            settle,
        };
        self.inner.trials.lock().insert(id, trial);
        let host = self.clone();
        self.inner.tasks.spawn(async move {
            let trial = RunningTrial {
                standby,
                before,
                record,
                grants,
            };
            let verdict = host.watch_trial(trial, settled).await;
            // Nobody waits for it after an installation by hand.
            let _ = tell.send(verdict);
        });
        Ok(verdict)
    }

    /// Ends a plugin's trial well, for what comes next needs one version only.
    pub(crate) async fn settle_trial(&self, plugin: &str) {
        let trial = self.inner.trials.lock().remove(plugin);
        if let Some(trial) = trial {
            let (done, wait) = oneshot::channel();
            if trial.settle.send(done).is_ok() {
                let _ = wait.await;
            }
        }
    }

    async fn watch_trial(
        &self,
        trial: RunningTrial,
        mut settled: oneshot::Receiver<oneshot::Sender<()>>,
    ) -> Verdict {
        let configuration = self.configuration();
        let end = Instant::now() + configuration.library.probation();
        let mut growing = Growing::default();
        let mut done = None;
        let problem = loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                asked = &mut settled => {
                    done = asked.ok();
                    break None;
                }
                // Nothing spoke against it, and what it stored since would be lost.
                () = self.inner.stopping.cancelled() => break None,
            }
            let health = trial.standby.health();
            if let Some(problem) = growing.problem(&health) {
                break Some(problem);
            }
            if Instant::now() >= end {
                break None;
            }
        };
        let plugin = trial.record.id.clone();
        let verdict = match problem {
            None => self.pass(trial).await,
            Some(reason) => self.fail(trial, reason).await,
        };
        self.inner.trials.lock().remove(&plugin);
        if let Some(done) = done {
            let _ = done.send(());
        }
        self.inner.pages_changed.send_replace(());
        verdict
    }

    async fn pass(&self, trial: RunningTrial) -> Verdict {
        let RunningTrial {
            standby,
            before,
            record,
            grants,
        } = trial;
        let keep = Replaced {
            at: self.inner.clock.now(),
            reason: None,
        };
        let installed = self.inner.database.install(record.clone(), grants, Some(keep));
        if let Err(error) = installed.await {
            let trial = RunningTrial {
                standby,
                before,
                record,
                grants: Vec::new(),
            };
            return self.fail(trial, error.to_string()).await;
        }
        standby.finish().await;
        self.announce(&PluginUpdated {
            plugin: record.id.clone(),
            from: before.version.clone(),
            to: record.version.clone(),
        });
        let detail = format!("{} to {}", before.version, record.version);
        self.note(&record.id, AuditKind::Updated, None, Some(detail))
            .await;
        self.sweep(SETTLED).await;
        Verdict::Healthy
    }

    async fn fail(&self, trial: RunningTrial, reason: String) -> Verdict {
        let RunningTrial {
            standby,
            before,
            record,
            ..
        } = trial;
        standby.give_back().await;
        let dropped = self.inner.database.drop_generation(&record.id, record.generation);
        if let Err(error) = dropped.await {
            tracing::warn!(plugin = record.id, %error, "the storage of the failed version stays");
        }
        tracing::error!(
            plugin = record.id,
            version = record.version,
            reason,
            "the new version was taken back; the one before runs again"
        );
        self.announce(&PluginRolledBack {
            plugin: record.id.clone(),
            from: record.version.clone(),
            to: before.version.clone(),
            reason: reason.clone(),
        });
        let detail = format!("{} back to {}: {reason}", record.version, before.version);
        self.note(&record.id, AuditKind::RolledBack, None, Some(detail))
            .await;
        self.sweep(SETTLED).await;
        Verdict::Failed(reason)
    }
}

struct RunningTrial {
    standby: Standby,
    before: PluginRecord,
    record: PluginRecord,
    grants: Vec<String>,
}

/// Whether a queue only ever grows.
#[derive(Default)]
struct Growing {
    last: usize,
    times: u32,
}

impl Growing {
    fn problem(&mut self, health: &Health) -> Option<String> {
        if let Some(reason) = &health.trapped {
            return Some(format!("it crashed: {reason}"));
        }
        if let Some(permission) = &health.denied {
            return Some(format!(
                "it wanted what the version before it had and it was not granted: {permission}"
            ));
        }
        self.times = match health.queued > self.last {
            true => self.times + 1,
            false => 0,
        };
        self.last = health.queued;
        (self.times >= GROWING).then(|| {
            format!(
                "it falls behind: {} events wait for it, and more with every moment",
                health.queued
            )
        })
    }
}
