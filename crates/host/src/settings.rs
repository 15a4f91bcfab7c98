//! How plugins are set, and the secrets that they use and never see.

use std::collections::BTreeMap;

use pato_events::nearest;
use pato_permissions::{Manifest, SettingDeclaration};
use pato_vault::Secret;
use serde_json::Value;

use crate::error::HostError;
use crate::host::Host;
use crate::view::{SettingView, SettingsView};

impl Host {
    /// The plugin's settings with their values and declarations.
    ///
    /// # Errors
    ///
    /// If there is no such plugin, or the database fails.
    pub async fn settings(&self, id: &str) -> Result<SettingsView, HostError> {
        let record = self.record(id).await?;
        let manifest = self.manifest(&record)?;
        let set = self.inner.database.settings(id).await?;
        let mut views = SettingsView::new();
        for (key, declaration) in &manifest.settings {
            let value = set
                .get(key)
                .and_then(|text| serde_json::from_str::<Value>(text).ok());
            views.insert(
                key.clone(),
                SettingView {
                    is_default: value.is_none(),
                    value: value.unwrap_or_else(|| default_of(declaration)),
                    declaration: serde_json::to_value(declaration).unwrap_or_default(),
                },
            );
        }
        Ok(views)
    }

    /// Changes settings; a null brings one back to its default. The plugin is told at once.
    ///
    /// # Errors
    ///
    /// If there is no such plugin or setting, or a value does not fit its declaration. Then none is
    /// changed.
    pub async fn set_settings(
        &self,
        id: &str,
        values: BTreeMap<String, Value>,
    ) -> Result<SettingsView, HostError> {
        {
            let _changing = self.inner.changing.lock().await;
            let record = self.record(id).await?;
            let manifest = self.manifest(&record)?;
            let mut changes = Vec::new();
            for (key, value) in values {
                let Some(declaration) = manifest.settings.get(&key) else {
                    let known = manifest.settings.keys().map(String::as_str);
                    let hint = nearest(&key, known).map(str::to_owned);
                    return Err(HostError::UnknownSetting {
                        plugin: id.to_owned(),
                        key,
                        hint,
                    });
                };
                if value.is_null() {
                    changes.push((key, None));
                } else {
                    declaration
                        .validate(&value)
                        .map_err(|error| HostError::Setting {
                            plugin: id.to_owned(),
                            key: key.clone(),
                            error,
                        })?;
                    changes.push((key, Some(value.to_string())));
                }
            }
            self.inner.database.set_settings(id, changes).await?;
            if let Some(handle) = self.loaded_plugin(id) {
                handle
                    .set_settings(self.effective_settings(&manifest, id).await?)
                    .await;
            }
        }
        self.settings(id).await
    }

    /// Keeps a secret that the plugin's manifest names, in memory, for the hosts named there. The
    /// plugin itself never sees it.
    ///
    /// # Errors
    ///
    /// If there is no such plugin, its manifest names no such secret, or the value can't be one.
    pub async fn keep_secret(&self, id: &str, name: &str, secret: Secret) -> Result<(), HostError> {
        let record = self.record(id).await?;
        let secrets = self.manifest(&record)?.secrets;
        let Some(declared) = secrets.iter().find(|declared| declared.name == name) else {
            let known: Vec<_> = secrets
                .iter()
                .map(|declared| declared.name.as_str())
                .collect();
            return Err(HostError::UnknownSecret {
                plugin: id.to_owned(),
                name: name.to_owned(),
                known: if known.is_empty() {
                    "none".to_owned()
                } else {
                    known.join(", ")
                },
            });
        };
        let hosts: Vec<String> = declared.hosts.iter().map(ToString::to_string).collect();
        Ok(self.inner.vault.set(id, name, secret, &hosts)?)
    }

    pub(crate) async fn effective_settings(
        &self,
        manifest: &Manifest,
        id: &str,
    ) -> Result<BTreeMap<String, Value>, HostError> {
        let set = self.inner.database.settings(id).await?;
        let effective = |(key, declaration): (&String, &SettingDeclaration)| {
            let value = set
                .get(key)
                .and_then(|text| serde_json::from_str::<Value>(text).ok())
                // An update may have narrowed what the setting takes.
                .filter(|value| declaration.validate(value).is_ok());
            (
                key.clone(),
                value.unwrap_or_else(|| default_of(declaration)),
            )
        };
        Ok(manifest.settings.iter().map(effective).collect())
    }
}

fn default_of(declaration: &SettingDeclaration) -> Value {
    serde_json::to_value(&declaration.default).unwrap_or_default()
}
