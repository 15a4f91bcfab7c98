//! What plugins may do.

use pato_events::catalogue::TopicPayload;
use pato_events::catalogue::host::PluginGrantsChanged;
use pato_events::{Draft, Payload, Topic};
use pato_permissions::{Grants, Manifest, Permission};

use crate::audit::AuditKind;
use crate::database::PluginRecord;
use crate::error::HostError;
use crate::host::Host;
use crate::view::PluginView;

impl Host {
    /// Grants a permission that the plugin asks for. It takes effect at once.
    ///
    /// # Errors
    ///
    /// If there is no such plugin, it does not ask for that, or the database fails.
    pub async fn grant(&self, id: &str, permission: &str) -> Result<PluginView, HostError> {
        let permission: Permission = permission.parse()?;
        let _changing = self.inner.changing.lock().await;
        // What is decided now holds for the version that the trial leaves.
        self.settle_trial(id).await;
        let record = self.record(id).await?;
        check_requested(&self.manifest(&record)?, &permission)?;
        let mut grants = self.kept_grants(&record).await?;
        let text = permission.to_string();
        grants.add(permission);
        self.change_grants(record, &grants, AuditKind::Granted, text)
            .await
    }

    /// Takes a permission back, also one that was granted for once. It takes effect at once.
    ///
    /// # Errors
    ///
    /// If there is no such plugin, it was not granted that, or the database fails.
    pub async fn revoke(&self, id: &str, permission: &str) -> Result<PluginView, HostError> {
        let permission: Permission = permission.parse()?;
        let _changing = self.inner.changing.lock().await;
        // What is decided now holds for the version that the trial leaves.
        self.settle_trial(id).await;
        let record = self.record(id).await?;
        let mut grants = self.kept_grants(&record).await?;
        let for_once = self.inner.questions.take_back(id, &permission);
        match grants.remove(&permission) {
            Ok(_) => {}
            Err(_) if for_once => {}
            Err(error) => return Err(error.into()),
        }
        let text = permission.to_string();
        self.change_grants(record, &grants, AuditKind::Revoked, text)
            .await
    }

    async fn change_grants(
        &self,
        record: PluginRecord,
        grants: &Grants,
        what: AuditKind,
        permission: String,
    ) -> Result<PluginView, HostError> {
        let id = &record.id;
        let texts = grants.iter().map(ToString::to_string).collect();
        let now = self.inner.clock.now();
        let database = &self.inner.database;
        database.set_grants(id, &record.hash, texts, now).await?;
        let all = self.granted(&record).await?;
        if let Some(handle) = self.loaded_plugin(id) {
            handle.set_grants(&all);
        }
        self.inner.questions.settle(id, &all);
        self.note(id, what, Some(permission), None).await;
        self.publish_grants(id, all.iter().map(ToString::to_string).collect())?;
        self.plugin_view(record).await
    }

    /// What the plugin may do now: what was granted to exactly these bytes, and what was allowed for once.
    pub(crate) async fn granted(&self, record: &PluginRecord) -> Result<Grants, HostError> {
        let kept = self.kept_grants(record).await?;
        Ok(self.inner.questions.with_once(&record.id, kept))
    }

    /// What was granted to exactly these bytes.
    pub(crate) async fn kept_grants(&self, record: &PluginRecord) -> Result<Grants, HostError> {
        let texts = self.inner.database.grants(&record.id, &record.hash).await?;
        // What an older version of Pato wrote and this one can't read grants nothing.
        Ok(texts.iter().filter_map(|text| text.parse().ok()).collect())
    }

    pub(crate) fn publish_grants(
        &self,
        plugin: &str,
        grants: Vec<String>,
    ) -> Result<(), HostError> {
        let payload = PluginGrantsChanged {
            plugin: plugin.to_owned(),
            grants,
        };
        let topic = PluginGrantsChanged::TOPIC;
        let data = Payload::from_value(&payload).map_err(|error| HostError::Payload {
            topic: topic.to_owned(),
            error,
        })?;
        self.inner
            .bus
            .publish(Draft::new(Topic::new(topic)?, "host", data))?;
        Ok(())
    }
}

/// A grant may be narrower than what is asked for, or wider; one that has nothing in common with any
/// request is a mistake.
pub(crate) fn check_requested(
    manifest: &Manifest,
    permission: &Permission,
) -> Result<(), HostError> {
    let touches =
        |requested: &Permission| requested.covers(permission) || permission.covers(requested);
    if manifest
        .permissions
        .iter()
        .any(|request| touches(&request.permission))
    {
        return Ok(());
    }
    Err(HostError::NotRequested {
        plugin: manifest.id.to_string(),
        permission: permission.to_string(),
        requested: manifest
            .permissions
            .iter()
            .map(|request| request.permission.to_string())
            .collect::<Vec<_>>()
            .join(", "),
    })
}
