//! What plugins show: the pages' side of it.

mod gallery;
mod view;

use std::time::Duration;

use pato_bus::MailboxConfiguration;
use pato_events::catalogue::host::{PluginGrantsChanged, PluginState, PluginStatus};
use pato_events::catalogue::{self, TopicPayload};
use pato_events::{Pattern, Topic};
use pato_packages::read_asset;
use pato_permissions::{Permission, SurfaceDeclaration, SurfaceKind};
use pato_runtime::{Happening, SurfaceEvent};
use pato_surfaces::Act;
use serde_json::{Map, Value, json};

pub(crate) use gallery::Gallery;
pub use gallery::{Sight, SurfaceId, SurfaceUpdate, SurfaceWatch};
pub use view::{
    Layout, LayoutItem, LayoutPage, OverlayScene, OverlayView, Placement, ShownAlertView,
    SurfaceView,
};

use crate::database::PluginRecord;
use crate::error::HostError;
use crate::host::Host;
use crate::package::Package;
use crate::random;
use gallery::Outcome;

/// How long to wait with telling a plugin that has too much to do.
const TELL_AGAIN: Duration = Duration::from_millis(100);

/// How many outcomes of alerts wait for plugins that have too much to do; the oldest give way.
const UNTOLD: usize = 1_024;

impl Host {
    /// What the installed plugins show.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn surfaces(&self) -> Result<Vec<SurfaceView>, HostError> {
        let mut views = Vec::new();
        for record in self.inner.database.plugins().await? {
            views.extend(self.surfaces_of(&record).await?);
        }
        Ok(views)
    }

    async fn surfaces_of(&self, record: &PluginRecord) -> Result<Vec<SurfaceView>, HostError> {
        let Ok(manifest) = self.manifest(record) else {
            // Its own page says what is wrong with it.
            return Ok(Vec::new());
        };
        let granted = self.granted(record).await?;
        let running = self.loaded_plugin(&record.id).is_some_and(|handle| {
            matches!(
                handle.state(),
                PluginState::Running | PluginState::Restarting
            )
        });
        let view = |surface: &SurfaceDeclaration| SurfaceView {
            plugin: record.id.clone(),
            plugin_name: manifest.name.clone(),
            id: surface.id.clone(),
            kind: surface.kind,
            title: surface.title.clone(),
            description: surface.description.clone(),
            icon: surface.icon.clone(),
            width: surface.width,
            height: surface.height,
            granted: granted.covers(&Permission::Show(surface.kind)),
            running,
        };
        Ok(manifest.surfaces.iter().map(view).collect())
    }

    /// One of them.
    ///
    /// # Errors
    ///
    /// If there is no such plugin or surface, or the database fails.
    pub async fn surface(&self, id: &SurfaceId) -> Result<SurfaceView, HostError> {
        let record = self.record(&id.plugin).await?;
        let mut all = self.surfaces_of(&record).await?.into_iter();
        let found = all.find(|view| view.id == id.surface);
        found.ok_or_else(|| HostError::UnknownSurface {
            plugin: id.plugin.clone(),
            surface: id.surface.clone(),
        })
    }

    /// A file that an installed plugin brings for what it shows; none if it brings none of that name.
    ///
    /// # Errors
    ///
    /// If there is no such plugin, its file was changed or can't be read, or the database fails.
    pub async fn asset(&self, plugin: &str, name: &str) -> Result<Option<Vec<u8>>, HostError> {
        let record = self.record(plugin).await?;
        let path = self.directory().component(&record.id, &record.hash);
        let name = name.to_owned();
        let read = tokio::task::spawn_blocking(move || {
            let package = Package::read(&path)?;
            if package.hash != record.hash {
                let id = record.id;
                return Err(HostError::Tampered { id, path });
            }
            Ok(read_asset(&package.bytes, &name).map(<[u8]>::to_vec))
        });
        // Reading does not panic; if it did, there is no such file.
        read.await.unwrap_or(Ok(None))
    }

    /// Follows a surface, for a page that draws it.
    ///
    /// # Errors
    ///
    /// If there is no such plugin or surface, or the database fails.
    pub async fn watch_surface(
        &self,
        id: SurfaceId,
        sight: Sight,
    ) -> Result<SurfaceWatch, HostError> {
        let kind = self.surface(&id).await?.kind;
        Ok(self.inner.gallery.watch(id, kind, sight))
    }

    /// Why a surface shows nothing now, in words for who looks at it; none if all is well.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn surface_problem(&self, id: &SurfaceId) -> Result<Option<String>, HostError> {
        let view = match self.surface(id).await {
            Ok(view) => view,
            Err(HostError::UnknownSurface { .. } | HostError::UnknownPlugin { .. }) => {
                return Ok(Some(format!("`{}` is not installed any more.", id.plugin)));
            }
            Err(error) => return Err(error),
        };
        let name = &view.plugin_name;
        if !view.granted {
            return Ok(Some(format!(
                "{name} may not show this. Allow it on the plugin's page."
            )));
        }
        let Some(handle) = self.loaded_plugin(&id.plugin) else {
            return Ok(Some(format!("{name} is switched off.")));
        };
        let status = handle.status();
        Ok(match status.state {
            PluginState::Running => status.reason.map(|_| format!("{name} is paused.")),
            PluginState::Loading => Some(format!("{name} is starting.")),
            PluginState::Restarting => Some(format!("{name} failed, and starts again.")),
            PluginState::Stopped => Some(format!("{name} is switched off.")),
            PluginState::Failed | PluginState::Quarantined => Some(match status.reason {
                Some(reason) => format!("{name} does not run: {reason}"),
                None => format!("{name} does not run."),
            }),
        })
    }

    /// Tells a plugin what somebody did on one of its surfaces.
    ///
    /// # Errors
    ///
    /// If there is no such surface or node, the value is none that the node can have, or the plugin does
    /// not run.
    pub async fn act(
        &self,
        id: &SurfaceId,
        node: &str,
        act: Act,
        who: &str,
    ) -> Result<(), HostError> {
        if let Some(problem) = self.surface_problem(id).await? {
            return Err(HostError::Surface { problem });
        }
        self.inner
            .gallery
            .check(id, node, &act)
            .map_err(|error| HostError::Surface {
                problem: error.to_string(),
            })?;
        let what = match act {
            Act::Pressed(value) => Happening::Pressed(value),
            Act::Changed(value) => Happening::Changed(value),
            Act::Submitted(value) => Happening::Submitted(value),
        };
        let handle = self.running_plugin(&id.plugin).await?;
        handle.tell_surface(SurfaceEvent {
            surface: id.surface.clone(),
            node: node.to_owned(),
            what,
            who: who.to_owned(),
        })?;
        Ok(())
    }

    /// The overlays, and how they stand.
    ///
    /// # Errors
    ///
    /// If the database or the system's randomness fails.
    pub async fn overlays(&self) -> Result<Vec<OverlayView>, HostError> {
        let mut views = Vec::new();
        for surface in self.surfaces().await? {
            if surface.kind != SurfaceKind::Overlay {
                continue;
            }
            let id = SurfaceId::new(&*surface.plugin, &*surface.id);
            let (connected, waiting) = self.inner.gallery.overlay(&id);
            views.push(OverlayView {
                placement: self.placement(&id, &surface).await?,
                connected,
                waiting,
                address: format!(
                    "/overlay/{}/{}#token={}",
                    id.plugin,
                    id.surface,
                    self.overlay_token(&id).await?
                ),
                surface,
            });
        }
        Ok(views)
    }

    /// What allows to open this one overlay, if it has an address yet.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn known_overlay_token(&self, id: &SurfaceId) -> Result<Option<String>, HostError> {
        Ok(self.inner.database.overlay_token(id).await?)
    }

    /// What allows to open this one overlay, and nothing else.
    ///
    /// # Errors
    ///
    /// If the database or the system's randomness fails.
    pub async fn overlay_token(&self, id: &SurfaceId) -> Result<String, HostError> {
        match self.inner.database.overlay_token(id).await? {
            Some(token) => Ok(token),
            None => self.renew_overlay(id).await,
        }
    }

    /// Gives an overlay a new address; the old one opens nothing any more.
    ///
    /// # Errors
    ///
    /// If the database or the system's randomness fails.
    pub async fn renew_overlay(&self, id: &SurfaceId) -> Result<String, HostError> {
        let token = random::token()?;
        self.inner.database.set_overlay_token(id, &token).await?;
        self.inner.pages_changed.send_replace(());
        Ok(token)
    }

    /// Where an overlay stands.
    ///
    /// # Errors
    ///
    /// If there is none, or the database fails.
    pub async fn overlay_placement(&self, id: &SurfaceId) -> Result<Placement, HostError> {
        let view = self.surface(id).await?;
        self.placement(id, &view).await
    }

    async fn placement(&self, id: &SurfaceId, view: &SurfaceView) -> Result<Placement, HostError> {
        let stored = self.inner.database.placement(id).await?;
        // One that an older version of Pato wrote, and this one can't read, begins anew.
        let read = stored.and_then(|text| serde_json::from_str(&text).ok());
        Ok(read.unwrap_or_else(|| Placement::of_size(view.width, view.height)))
    }

    /// Places an overlay.
    ///
    /// # Errors
    ///
    /// If there is none, the placement is none that can be drawn, or the database fails.
    pub async fn place_overlay(
        &self,
        id: &SurfaceId,
        placement: &Placement,
    ) -> Result<(), HostError> {
        placement.check()?;
        self.surface(id).await?;
        let text = serde_json::to_string(placement).map_err(|error| HostError::Placement {
            problem: error.to_string(),
        })?;
        self.inner.database.set_placement(id, &text).await?;
        self.inner.gallery.redraw(&id.plugin);
        self.inner.pages_changed.send_replace(());
        Ok(())
    }

    /// Lets a plugin show something on its overlay: by its command `test` if it has one, else by the
    /// example of a topic that it is subscribed to, marked as simulated.
    ///
    /// # Errors
    ///
    /// If there is no such overlay, or the plugin does not run, or listens to nothing.
    pub async fn test_overlay(&self, id: &SurfaceId) -> Result<Value, HostError> {
        if let Some(problem) = self.surface_problem(id).await? {
            return Err(HostError::Surface { problem });
        }
        self.inner.gallery.begin_trial(id);
        let handle = self.running_plugin(&id.plugin).await?;
        let commands = &handle.manifest().commands;
        if commands.iter().any(|command| command.name == "test") {
            let answer = self.call(&format!("{}.test", id.plugin), "{}").await?;
            return Ok(answer.read().unwrap_or_default());
        }
        let subscriptions = handle.subscriptions();
        let mut topics = catalogue::topics().map(|entry| entry.topic);
        let topic = topics.find(|topic| {
            let channel = ["chat.", "channel."]
                .iter()
                .any(|family| topic.starts_with(family));
            let topic = Topic::new(topic).ok();
            channel
                && topic.is_some_and(|topic| subscriptions.iter().any(|own| own.matches(&topic)))
        });
        let topic = topic.ok_or_else(|| HostError::Surface {
            problem: format!("`{}` listens to nothing that could be tried out", id.plugin),
        })?;
        let event = self.simulate(topic, &Value::Object(Map::new()))?;
        Ok(json!({ "event": event.id.as_str() }))
    }

    /// Ends the alert that an overlay shows. False if it shows none.
    pub fn skip_alert(&self, id: &SurfaceId) -> bool {
        let outcome = self.inner.gallery.skip(id);
        let skipped = outcome.is_some();
        self.tell(outcome.into_iter().collect());
        skipped
    }

    /// Throws away the alerts that wait for an overlay, and says how many.
    pub fn clear_alerts(&self, id: &SurfaceId) -> usize {
        let cleared = self.inner.gallery.clear(id);
        let count = cleared.len();
        self.tell(cleared);
        count
    }

    /// How the user arranged the dashboard.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn layout(&self) -> Result<Layout, HostError> {
        let stored = self.inner.database.layout().await?;
        let read = stored.and_then(|text| serde_json::from_str(&text).ok());
        Ok(read.unwrap_or_default())
    }

    /// Arranges the dashboard.
    ///
    /// # Errors
    ///
    /// If it is no arrangement, or the database fails.
    pub async fn set_layout(&self, layout: &Layout) -> Result<(), HostError> {
        layout.check()?;
        let text = serde_json::to_string(layout).map_err(|error| HostError::Layout {
            problem: error.to_string(),
        })?;
        self.inner.database.set_layout(&text).await?;
        self.inner.pages_changed.send_replace(());
        Ok(())
    }

    /// Shows one alert after the other, and draws anew when it changes what a plugin is or may do.
    pub(crate) async fn run_surfaces(&self) {
        let gallery = &self.inner.gallery;
        let mailbox = self
            .inner
            .bus
            .subscribe(MailboxConfiguration::new("surfaces"));
        for topic in [PluginStatus::TOPIC, PluginGrantsChanged::TOPIC] {
            if let Ok(pattern) = Pattern::new(topic) {
                mailbox.add(pattern);
            }
        }
        let mut untold = Vec::new();
        let mut events = Vec::new();
        loop {
            let (outcomes, next) = gallery.poll();
            untold.extend(outcomes);
            untold = self.told(untold);
            let wait = match (untold.is_empty(), next) {
                (false, _) => Some(TELL_AGAIN),
                (true, Some(next)) => {
                    let milliseconds = (next - gallery.now()).clamp(1.0, 60_000.0);
                    Some(Duration::from_secs_f64(milliseconds / 1_000.0))
                }
                (true, None) => None,
            };
            let due = async {
                match wait {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.inner.stopping.cancelled() => return,
                () = due => {}
                () = gallery.queues_changed.notified() => {}
                _ = mailbox.next_batch(&mut events, 64) => {
                    for event in events.drain(..) {
                        let plugin: Option<PluginOf> = event.data.read().ok();
                        if let Some(PluginOf { plugin }) = plugin {
                            gallery.redraw(&plugin);
                        }
                    }
                }
            }
        }
    }

    fn tell(&self, outcomes: Vec<Outcome>) {
        // What a busy plugin is not told now it finds out by its own timer.
        self.told(outcomes);
    }

    /// Tells plugins what became of their alerts, and returns what could not be told yet.
    fn told(&self, outcomes: Vec<Outcome>) -> Vec<Outcome> {
        let mut untold: Vec<Outcome> = outcomes
            .into_iter()
            .filter(|outcome| {
                let Some(handle) = self.loaded_plugin(&outcome.plugin) else {
                    return false;
                };
                handle.state() != PluginState::Stopped
                    && handle.tell_surface(outcome.event.clone()).is_err()
            })
            .collect();
        let beyond = untold.len().saturating_sub(UNTOLD);
        untold.drain(..beyond);
        untold
    }
}

/// What events about plugins have in common.
#[derive(serde::Deserialize)]
struct PluginOf {
    plugin: String,
}
