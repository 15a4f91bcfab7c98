//! Asking the user at the moment when a plugin wants something: once, always, or never.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use pato_bus::{MailboxConfiguration, Overflow};
use pato_events::Pattern;
use pato_events::catalogue::TopicPayload;
use pato_events::catalogue::host::PluginDenied;
use pato_permissions::{Grants, Manifest, Permission};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::audit::AuditKind;
use crate::error::HostError;
use crate::grants::check_requested;
use crate::host::Host;
use crate::view::PluginView;

/// How many refusals may wait to be looked at.
const WAITING: usize = 1_024;

/// How many questions are kept for each plugin.
const QUESTIONS: usize = 64;

/// What the user says to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Until the plugin is stopped or started anew.
    Once,
    /// Until it is taken back.
    Always,
    /// No, and do not ask again.
    Never,
}

/// Something that a plugin wanted to do, asks for in its manifest, and was not granted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QuestionView {
    /// The plugin.
    pub plugin: String,
    /// Its name.
    pub plugin_name: String,
    /// What it wanted, as one types it: `call:chat.send`.
    #[schema(value_type = String)]
    pub permission: Permission,
    /// What it means, in plain words.
    pub meaning: String,
    /// What to know before granting it, if it can do harm.
    pub danger: Option<String>,
    /// The plugin's own reason.
    pub reason: Option<String>,
    /// When it wanted that first, in milliseconds since the epoch.
    pub since: f64,
}

/// What waits for an answer, and what was allowed for once.
#[derive(Default)]
pub(crate) struct Questions {
    open: Mutex<HashMap<String, Vec<(Permission, f64)>>>,
    once: Mutex<HashMap<String, Grants>>,
}

impl Questions {
    fn ask(&self, plugin: &str, permission: Permission, now: f64) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let questions = open.entry(plugin.to_owned()).or_default();
        let known = questions.iter().any(|(asked, _)| *asked == permission);
        if !known && questions.len() < QUESTIONS {
            questions.push((permission, now));
        }
    }

    /// Takes away every question that `grants` answer.
    pub(crate) fn settle(&self, plugin: &str, grants: &Grants) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(questions) = open.get_mut(plugin) {
            questions.retain(|(asked, _)| !grants.covers(asked));
        }
    }

    fn close(&self, plugin: &str, permission: &Permission) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(questions) = open.get_mut(plugin) {
            questions.retain(|(asked, _)| !permission.covers(asked));
        }
    }

    /// Forgets what was asked and allowed while the plugin ran.
    pub(crate) fn forget(&self, plugin: &str) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.remove(plugin);
        drop(open);
        self.once().remove(plugin);
    }

    /// What is granted together with what was allowed for once.
    pub(crate) fn with_once(&self, plugin: &str, grants: Grants) -> Grants {
        match self.once().get(plugin) {
            Some(once) => grants.iter().chain(once.iter()).cloned().collect(),
            None => grants,
        }
    }

    fn allow_once(&self, plugin: &str, permission: Permission) {
        self.once()
            .entry(plugin.to_owned())
            .or_default()
            .add(permission);
    }

    /// Takes back what was allowed for once. Returns whether there was something to take back.
    pub(crate) fn take_back(&self, plugin: &str, permission: &Permission) -> bool {
        self.once()
            .get_mut(plugin)
            .is_some_and(|once| once.remove(permission).is_ok())
    }

    fn once(&self) -> std::sync::MutexGuard<'_, HashMap<String, Grants>> {
        self.once.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host {
    /// What plugins wanted and wait for, the oldest first.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn questions(&self) -> Result<Vec<QuestionView>, HostError> {
        let open = {
            let open = self.inner.questions.open.lock();
            open.unwrap_or_else(PoisonError::into_inner).clone()
        };
        let mut views = Vec::new();
        for (plugin, questions) in open {
            // It may have been removed meanwhile.
            let Ok(record) = self.record(&plugin).await else {
                continue;
            };
            let manifest = self.manifest(&record)?;
            views.extend(
                questions
                    .into_iter()
                    .map(|(permission, since)| QuestionView {
                        plugin: plugin.clone(),
                        plugin_name: manifest.name.clone(),
                        meaning: permission.meaning(),
                        danger: permission.danger().map(str::to_owned),
                        reason: reason(&manifest, &permission),
                        permission,
                        since,
                    }),
            );
        }
        views.sort_by(|one, other| one.since.total_cmp(&other.since));
        Ok(views)
    }

    /// Answers what a plugin asks for. It takes effect at once.
    ///
    /// # Errors
    ///
    /// If there is no such plugin, it does not ask for that, or the database fails.
    pub async fn decide(
        &self,
        id: &str,
        permission: &Permission,
        decision: Decision,
    ) -> Result<PluginView, HostError> {
        if decision == Decision::Always {
            return self.grant(id, &permission.to_string()).await;
        }
        {
            let _changing = self.inner.changing.lock().await;
            self.settle_trial(id).await;
            let record = self.record(id).await?;
            check_requested(&self.manifest(&record)?, permission)?;
            let (now, text) = (self.inner.clock.now(), permission.to_string());
            match decision {
                Decision::Never => {
                    self.inner.database.refuse(id, &text, now).await?;
                    self.note(id, AuditKind::Refused, Some(text), None).await;
                }
                _ => {
                    self.inner.questions.allow_once(id, permission.clone());
                    if let Some(handle) = self.loaded_plugin(id) {
                        handle.set_grants(&self.granted(&record).await?);
                    }
                    self.note(id, AuditKind::GrantedOnce, Some(text), None)
                        .await;
                }
            }
            self.inner.questions.close(id, permission);
        }
        self.inner.pages_changed.send_replace(());
        self.plugin(id).await
    }

    /// Turns what plugins are refused into questions and entries of the audit log, until the host stops.
    pub(crate) async fn watch_denials(&self) {
        let mailbox = self.inner.bus.subscribe(MailboxConfiguration {
            name: "denials".into(),
            capacity: WAITING,
            overflow: Overflow::DropOldest,
        });
        match Pattern::new(PluginDenied::TOPIC) {
            Ok(pattern) => drop(mailbox.add(pattern)),
            Err(error) => return tracing::error!(%error, "no pattern of denials"),
        }
        let mut events = Vec::new();
        loop {
            tokio::select! {
                _ = mailbox.next_batch(&mut events, WAITING) => {}
                () = self.inner.stopping.cancelled() => return,
            }
            for event in events.drain(..) {
                // Only the runtime publishes these; a simulated one is no plugin's wish.
                let denied = event.data.read::<PluginDenied>();
                if let Ok(denied) = denied
                    && !event.flags.simulated
                    && !event.flags.replayed
                {
                    self.denied(denied).await;
                }
            }
            self.inner.pages_changed.send_replace(());
        }
    }

    async fn denied(&self, denied: PluginDenied) {
        let PluginDenied {
            plugin,
            permission,
            declared,
            ..
        } = denied;
        let gathering = &self.inner.gathering;
        gathering.add(&plugin, AuditKind::Denied, &permission);
        let Ok(wanted) = permission.parse::<Permission>() else {
            return;
        };
        let refusals = self.inner.database.refusals(&plugin).await;
        let refused = refusals.unwrap_or_default().iter().any(|refusal| {
            refusal
                .parse::<Permission>()
                .is_ok_and(|refusal| refusal.covers(&wanted))
        });
        if declared && !refused {
            let now = self.inner.clock.now();
            self.inner.questions.ask(&plugin, wanted, now);
        }
    }
}

/// Why the plugin wants it, as the manifest has it.
fn reason(manifest: &Manifest, permission: &Permission) -> Option<String> {
    let mut requests = manifest.permissions.iter();
    let request = requests.find(|request| request.permission.covers(permission))?;
    request.reason.clone()
}
