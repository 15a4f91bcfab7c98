//! Putting a new version in the place of one that runs: on trial first, and back if it fails.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pato_events::catalogue::host::{PluginRolledBack, PluginState, PluginUpdated};
use pato_runtime::{Health, LoadOptions, PluginHandle, Standby};
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
        record.generation = database.copy_generation(&id).await?.unwrap_or(0);
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
        let options = LoadOptions {
            migrate_from: Some(before.version.clone()),
            ..options
        };
        let candidate = match self
            .inner
            .runtime
            .load_beside(&package.bytes, options)
            .await
        {
            Ok(candidate) => candidate,
            Err(error) => {
                self.sweep_storage(&id).await;
                return Err(error.into());
            }
        };
        let started = tokio::time::timeout(START_LIMIT, candidate.started()).await;
        let problem = match started {
            Ok(status) if status.state == PluginState::Running => None,
            Ok(status) => Some(status.reason.unwrap_or_default()),
            Err(_) => Some(format!(
                "it did not start within {} s",
                START_LIMIT.as_secs()
            )),
        };
        if let Some(reason) = problem {
            candidate.discard().await;
            self.sweep_storage(&id).await;
            return Err(failed(reason));
        }
        let standby = candidate.take_over(old);
        self.free_when_it_stops(standby.plugin().clone());
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
        let end = Instant::now() + configuration.library.trial();
        let mut doubts = Doubts::default();
        let mut done = None;
        let mut status = trial.standby.plugin().watch();
        let problem = loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                // After a trap it would be started anew, and could give up the event that it trapped on.
                Ok(()) = status.changed() => {}
                asked = &mut settled => {
                    done = asked.ok();
                    // What comes next may not bury a trap of this very moment.
                    break doubts.about(trial.standby.plugin(), &trial.standby.health());
                }
                // Nothing spoke against it, and what it stored since would be lost.
                () = self.inner.stopping.cancelled() => break None,
            }
            let health = trial.standby.health();
            if let Some(problem) = doubts.about(trial.standby.plugin(), &health) {
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
        let installed = self
            .inner
            .database
            .install(record.clone(), grants, Some(keep));
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
        self.sweep_storage(&record.id).await;
        self.announce(&PluginUpdated {
            plugin: record.id.clone(),
            from: before.version.clone(),
            to: record.version.clone(),
        });
        let detail = format!("{} to {}", before.version, record.version);
        self.note(&record.id, AuditKind::Updated, None, Some(detail))
            .await;
        self.sweep(&record.id).await;
        Verdict::Healthy
    }

    async fn fail(&self, trial: RunningTrial, reason: String) -> Verdict {
        let RunningTrial {
            standby,
            before,
            record,
            ..
        } = trial;
        let old = standby.give_back().await;
        // They may have been changed meanwhile, and reached only the new version.
        match self.effective_settings(old.manifest(), &record.id).await {
            Ok(settings) => old.set_settings(settings).await,
            Err(error) => {
                tracing::warn!(plugin = record.id, %error, "its settings are as they were");
            }
        }
        self.sweep_storage(&record.id).await;
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
        self.sweep(&record.id).await;
        Verdict::Failed(reason)
    }
}

struct RunningTrial {
    standby: Standby,
    before: PluginRecord,
    record: PluginRecord,
    grants: Vec<String>,
}

/// What speaks against a version on trial.
#[derive(Default)]
struct Doubts {
    queued: u64,
    growing: u32,
}

impl Doubts {
    fn about(&mut self, new: &PluginHandle, health: &Health) -> Option<String> {
        if health.traps > 0
            || matches!(health.state, PluginState::Failed | PluginState::Quarantined)
        {
            let reason = new.metrics().last_error;
            let reason = reason.or_else(|| new.status().reason).unwrap_or_default();
            return Some(format!("it crashed: {reason}"));
        }
        if health.lost_permissions > 0 {
            return Some(
                "it wanted to do what the version before it was allowed to and it is not"
                    .to_owned(),
            );
        }
        if health.dropped > 0 {
            return Some(format!(
                "it lost {} events, for it is too slow",
                health.dropped
            ));
        }
        self.growing = match health.queued > self.queued {
            true => self.growing + 1,
            false => 0,
        };
        self.queued = health.queued;
        (self.growing >= GROWING).then(|| {
            format!(
                "it falls behind: {} events wait for it, and more with every moment",
                health.queued
            )
        })
    }
}
