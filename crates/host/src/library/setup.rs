//! The whole set-up in one file, to be taken to another machine. It names plugins by where they came from
//! and by their hash, and holds no secret.

use std::collections::BTreeMap;

use pato_permissions::Grants;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::view::{OfferAnswer, OfferRequest, OfferStage};
use crate::database::{Origin, PluginRecord};
use crate::error::HostError;
use crate::host::Host;
use crate::surfaces::{Layout, Placement, SurfaceId};

/// The form of the file.
const FORM: u32 = 1;

/// A set-up: what is installed, granted, set and arranged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUp {
    /// The form of this file: 1.
    pub pato_set_up: u32,
    /// The version of Pato that wrote it.
    pub pato: String,
    /// The lists of plugins, the most important first.
    #[serde(default)]
    pub indexes: Vec<SetUpIndex>,
    /// The plugins.
    pub plugins: Vec<SetUpPlugin>,
    /// How the dashboard is arranged.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub layout: Option<Layout>,
}

/// A list of plugins in a set-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUpIndex {
    /// Its address.
    pub url: String,
    /// The key that signs it.
    #[serde(default)]
    pub key: Option<String>,
    /// Which comes first: the smallest.
    pub priority: u32,
}

/// A plugin in a set-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUpPlugin {
    /// Its id, or the name that it was installed under.
    pub id: String,
    /// The id in its manifest, if that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// Its version.
    pub version: String,
    /// SHA-256 of the component, hexadecimal.
    pub sha256: String,
    /// Where it came from.
    #[schema(value_type = String)]
    pub origin: Origin,
    /// Where it can be fetched, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The key that signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// Whether it stays at its version.
    #[serde(default)]
    pub pinned: bool,
    /// Whether it runs.
    pub enabled: bool,
    /// What it is granted.
    #[schema(value_type = Vec<String>)]
    pub grants: Grants,
    /// What is set, where it is not the default.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub settings: BTreeMap<String, Value>,
    /// Where its overlays stand.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub overlays: BTreeMap<String, Placement>,
}

/// What came of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportView {
    /// The plugins that are installed now as the set-up has them.
    pub installed: Vec<String>,
    /// The plugins that could not be had, and why.
    pub missing: Vec<MissingView>,
    /// What else could not be taken over, and why.
    pub remarks: Vec<String>,
}

/// A plugin that an import could not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MissingView {
    /// Its id.
    pub id: String,
    /// Why, and what to do.
    pub reason: String,
}

impl Host {
    /// The set-up as it is now. There is no secret in it.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn export(&self) -> Result<SetUp, HostError> {
        let database = &self.inner.database;
        let mut plugins = Vec::new();
        for record in database.plugins().await? {
            plugins.push(self.export_plugin(record).await?);
        }
        let indexes = database.indexes().await?.into_iter();
        Ok(SetUp {
            pato_set_up: FORM,
            pato: env!("CARGO_PKG_VERSION").to_owned(),
            indexes: indexes
                .map(|index| SetUpIndex {
                    url: index.url,
                    key: index.key,
                    priority: index.priority,
                })
                .collect(),
            plugins,
            layout: Some(self.layout().await?),
        })
    }

    async fn export_plugin(&self, record: PluginRecord) -> Result<SetUpPlugin, HostError> {
        let settings = self.inner.database.settings(&record.id).await?;
        let settings = settings
            .into_iter()
            .filter_map(|(key, text)| Some((key, serde_json::from_str(&text).ok()?)));
        let overlays = self.inner.database.placements(&record.id).await?;
        let overlays = overlays
            .into_iter()
            .filter_map(|(surface, text)| Some((surface, serde_json::from_str(&text).ok()?)));
        Ok(SetUpPlugin {
            grants: self.kept_grants(&record).await?,
            settings: settings.collect(),
            overlays: overlays.collect(),
            id: record.id,
            component: record.component,
            version: record.version,
            sha256: record.hash,
            origin: record.origin,
            source: record.source,
            publisher: record.publisher,
            pinned: record.pinned,
            enabled: record.enabled,
        })
    }

    /// Brings this machine to a set-up: fetches each plugin that is not here with exactly these bytes, grants
    /// what is granted there, sets what is set there, and arranges the dashboard. What is installed besides
    /// stays. A plugin that can't be had keeps nothing else from being taken over.
    ///
    /// # Errors
    ///
    /// If the set-up is of a newer form, or the database fails.
    pub async fn import(&self, set_up: SetUp) -> Result<ImportView, HostError> {
        if set_up.pato_set_up != FORM {
            return Err(HostError::NewerSetUp {
                form: set_up.pato_set_up,
                pato: set_up.pato,
            });
        }
        self.back_up("before-import").await?;
        let mut view = ImportView::default();
        for index in set_up.indexes {
            let url = index.url.clone();
            if let Err(error) = self
                .add_index(&url, index.key.as_deref(), index.priority)
                .await
            {
                view.remarks.push(format!("{url}: {error}"));
            }
        }
        for plugin in set_up.plugins {
            let id = plugin.id.clone();
            match self.import_plugin(plugin, &mut view.remarks).await {
                Ok(()) => view.installed.push(id),
                Err(error) => view.missing.push(MissingView {
                    id,
                    reason: error.to_string(),
                }),
            }
        }
        if let Some(layout) = set_up.layout
            && let Err(error) = self.set_layout(&layout).await
        {
            view.remarks.push(error.to_string());
        }
        Ok(view)
    }

    async fn import_plugin(
        &self,
        plugin: SetUpPlugin,
        remarks: &mut Vec<String>,
    ) -> Result<(), HostError> {
        let id = &plugin.id;
        let here = self.inner.database.plugin(id).await?;
        if here.is_none_or(|record| record.hash != plugin.sha256) {
            self.import_component(&plugin).await?;
        } else {
            for permission in plugin.grants.iter() {
                self.grant(id, &permission.to_string()).await?;
            }
        }
        if let Err(error) = self.set_settings(id, plugin.settings).await {
            remarks.push(error.to_string());
        }
        for (surface, placement) in plugin.overlays {
            let surface = SurfaceId::new(id.clone(), surface);
            if let Err(error) = self.place_overlay(&surface, &placement).await {
                remarks.push(format!("{id}: {error}"));
            }
        }
        self.inner.database.set_pinned(id, plugin.pinned).await?;
        if !plugin.enabled {
            self.disable(id).await?;
        }
        Ok(())
    }

    async fn import_component(&self, plugin: &SetUpPlugin) -> Result<(), HostError> {
        let id = &plugin.id;
        if plugin.origin == Origin::Bundled {
            self.install_bundled(id, plugin.grants.clone()).await?;
            return Ok(());
        }
        let Some(source) = &plugin.source else {
            return Err(HostError::OnlyAFile {
                id: id.clone(),
                sha256: plugin.sha256.clone(),
            });
        };
        let reference = match source.parse::<pato_library::Source>()? {
            pato_library::Source::Plugin { id, .. } => format!("{id}@{}", plugin.version),
            _ => source.clone(),
        };
        let offer = self.offer(OfferRequest {
            reference,
            name: plugin.component.is_some().then(|| id.clone()),
            sha256: Some(plugin.sha256.clone()),
        })?;
        let mut watch = self.watch_offer(offer.id)?;
        let here = watch.wait_for(|view| view.inspection.is_some() || view.stage.is_final());
        let _ = here.await;
        let answer = OfferAnswer {
            grant: plugin.grants.clone(),
        };
        // It may have failed by now; then the next look says so.
        let _ = self.accept_offer(offer.id, answer);
        let _ = watch.wait_for(|view| view.stage.is_final()).await;
        let end = self.offer_view(offer.id)?;
        match end.stage {
            OfferStage::Installed | OfferStage::UpToDate => Ok(()),
            _ => Err(HostError::NotImported {
                id: id.clone(),
                reason: end.problem.unwrap_or_else(|| "it was declined".to_owned()),
            }),
        }
    }
}
