//! What plugins have drawn, and who looks at it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use pato_bus::Clock;
use pato_permissions::SurfaceKind;
use pato_runtime::{Drawn, Happening, Painter, Screen, ServiceError, SurfaceEvent};
use pato_surfaces::{
    Act, Alert, AlertChange, AlertQueue, CheckedAlert, Delta, Drawing, Node, Pending, Surface,
    SurfaceError, Update,
};
use serde_json::Value;
use tokio::sync::Notify;

use super::view::ShownAlertView;

/// How long a trial of an overlay lasts, in milliseconds.
const TRIAL: f64 = 120_000.0;

/// Who tells the plugin about alerts.
const HOST: &str = "host";

/// Which surface: the plugin's id, and the surface's.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SurfaceId {
    /// The plugin.
    pub plugin: String,
    /// The name that its manifest gives the surface.
    pub surface: String,
}

impl SurfaceId {
    /// Names a surface. That it exists is found out when it is used.
    pub fn new(plugin: impl Into<String>, surface: impl Into<String>) -> Self {
        Self {
            plugin: plugin.into(),
            surface: surface.into(),
        }
    }
}

/// Every surface of every plugin that was drawn since the host started.
pub(crate) struct Gallery {
    entries: Mutex<BTreeMap<SurfaceId, Entry>>,
    clock: Arc<dyn Clock>,
    alerts: AtomicU64,
    /// Wakes the task that shows one alert after the other.
    pub(super) queues_changed: Notify,
}

#[derive(Default)]
struct Entry {
    surface: Surface,
    queue: Option<AlertQueue>,
    viewers: Vec<Weak<Viewer>>,
    /// Until when previews count as pages, for somebody tries the overlay out.
    trial_until: f64,
    /// What became of alerts and nobody was told yet.
    untold: Vec<AlertChange>,
}

/// One page's view of one surface.
struct Viewer {
    pending: Mutex<Pending>,
    changed: Notify,
    sight: Sight,
}

/// Who looks at a surface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// A page that draws it.
    Page,
    /// The editor of overlays. It shows what pages show; alerts are shown for it alone only while somebody
    /// tries the overlay out, so that none is lost to an editor that is open while OBS is not.
    Preview,
}

/// What has become of an alert, and of whose.
pub(super) struct Outcome {
    pub(super) plugin: String,
    pub(super) event: SurfaceEvent,
}

impl Gallery {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            entries: Mutex::default(),
            clock,
            alerts: AtomicU64::new(0),
            queues_changed: Notify::new(),
        })
    }

    /// Begins to look at a surface. What was not drawn yet is empty.
    pub(crate) fn watch(
        self: &Arc<Self>,
        id: SurfaceId,
        kind: SurfaceKind,
        sight: Sight,
    ) -> SurfaceWatch {
        let viewer = Arc::new(Viewer {
            pending: Mutex::new(Pending::whole()),
            changed: Notify::new(),
            sight,
        });
        viewer.changed.notify_one();
        {
            let mut entries = self.entries();
            let entry = entries.entry(id.clone()).or_default();
            if kind == SurfaceKind::Overlay {
                entry.queue();
            }
            entry.viewers.push(Arc::downgrade(&viewer));
            entry.count_viewers(self.clock.now());
        }
        self.queues_changed.notify_one();
        SurfaceWatch {
            gallery: Arc::clone(self),
            id,
            viewer: Some(viewer),
        }
    }

    /// How many pages show an overlay now, and how many alerts wait for it.
    pub(super) fn overlay(&self, id: &SurfaceId) -> (usize, usize) {
        let entries = self.entries();
        let Some(entry) = entries.get(id) else {
            return (0, 0);
        };
        let waiting = entry.queue.as_ref().map_or(0, AlertQueue::waiting);
        let connected = entry.there().filter(|viewer| viewer.sight == Sight::Page);
        (connected.count(), waiting)
    }

    /// Lets previews count as pages for some time: somebody tries the overlay out.
    pub(super) fn begin_trial(&self, id: &SurfaceId) {
        let now = self.clock.now();
        if let Some(entry) = self.entries().get_mut(id) {
            entry.trial_until = now + TRIAL;
            entry.count_viewers(now);
        }
        self.queues_changed.notify_one();
    }

    /// Checks what somebody did against what is drawn.
    pub(super) fn check(&self, id: &SurfaceId, node: &str, act: &Act) -> Result<(), SurfaceError> {
        let entries = self.entries();
        match entries.get(id) {
            Some(entry) => entry.surface.check_act(node, act),
            None => Surface::default().check_act(node, act),
        }
    }

    /// Draws all of a plugin's surfaces anew on every page: whether it runs, or may show them, changed.
    pub(super) fn redraw(&self, plugin: &str) {
        for (id, entry) in self.entries().iter() {
            if id.plugin == plugin {
                entry.each_viewer(Pending::redraw);
            }
        }
    }

    /// Forgets what a plugin drew.
    pub(crate) fn forget(&self, plugin: &str) {
        for (id, entry) in self.entries().iter_mut() {
            if id.plugin == plugin {
                entry.surface = Surface::default();
                if let Some(queue) = &mut entry.queue {
                    queue.clear();
                    queue.skip(self.clock.now());
                }
                entry.each_viewer(Pending::redraw);
            }
        }
        self.prune();
    }

    /// Ends the alert that is shown; false if there is none.
    pub(super) fn skip(&self, id: &SurfaceId) -> Option<Outcome> {
        let now = self.clock.now();
        let mut entries = self.entries();
        let entry = entries.get_mut(id)?;
        let change = entry.queue.as_mut()?.skip(now)?;
        entry.each_viewer(Pending::redraw);
        self.queues_changed.notify_one();
        outcome(id, change)
    }

    /// Throws away the alerts that wait.
    pub(super) fn clear(&self, id: &SurfaceId) -> Vec<Outcome> {
        let mut entries = self.entries();
        let queue = entries.get_mut(id).and_then(|entry| entry.queue.as_mut());
        let cleared = queue.map(AlertQueue::clear).unwrap_or_default();
        cleared
            .into_iter()
            .filter_map(|alert| outcome(id, AlertChange::Finished(alert)))
            .collect()
    }

    /// Moves every queue on, and says what became of alerts and when to look again, in milliseconds
    /// since the epoch.
    pub(super) fn poll(&self) -> (Vec<Outcome>, Option<f64>) {
        let now = self.clock.now();
        let mut outcomes = Vec::new();
        let mut next: Option<f64> = None;
        for (id, entry) in self.entries().iter_mut() {
            // A trial may be over.
            entry.count_viewers(now);
            let Some(queue) = &mut entry.queue else {
                continue;
            };
            let mut changes = std::mem::take(&mut entry.untold);
            changes.extend(queue.poll(now));
            if let Some(deadline) = queue.next_deadline() {
                next = Some(next.map_or(deadline, |known| known.min(deadline)));
            }
            if !changes.is_empty() {
                entry.each_viewer(Pending::redraw);
            }
            outcomes.extend(changes.into_iter().filter_map(|change| outcome(id, change)));
        }
        (outcomes, next)
    }

    pub(super) fn now(&self) -> f64 {
        self.clock.now()
    }

    fn prune(&self) {
        self.entries().retain(|_, entry| {
            entry.viewers.retain(|viewer| viewer.strong_count() > 0);
            !entry.viewers.is_empty() || entry.surface.table().is_some()
        });
    }

    fn change<T>(
        &self,
        painter: Painter<'_>,
        surface: &str,
        change: impl FnOnce(&mut Entry) -> Result<T, SurfaceError>,
    ) -> Result<T, ServiceError> {
        let id = SurfaceId::new(painter.plugin.as_str(), surface);
        let mut entries = self.entries();
        let entry = entries.entry(id).or_default();
        change(entry).map_err(|error| refused(&error))
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<SurfaceId, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refused(error: &SurfaceError) -> ServiceError {
    match error {
        SurfaceError::QueueFull { .. } => ServiceError::Unavailable(error.to_string()),
        _ => ServiceError::Invalid(error.to_string()),
    }
}

fn outcome(id: &SurfaceId, change: AlertChange) -> Option<Outcome> {
    let what = match change {
        AlertChange::Shown(alert) => Happening::Shown(alert),
        AlertChange::Finished(alert) => Happening::Finished(alert),
        // It will be shown again, and told of then.
        AlertChange::Returned(_) => return None,
    };
    Some(Outcome {
        plugin: id.plugin.clone(),
        event: SurfaceEvent {
            surface: id.surface.clone(),
            node: String::new(),
            what,
            who: HOST.to_owned(),
        },
    })
}

impl Entry {
    fn queue(&mut self) -> &mut AlertQueue {
        let limits = self.surface.limits();
        self.queue.get_or_insert_with(|| AlertQueue::new(limits))
    }

    fn each_viewer(&self, change: impl Fn(&mut Pending)) {
        for viewer in self.there() {
            change(&mut viewer.pending());
            viewer.changed.notify_one();
        }
    }

    fn add(&self, delta: &Delta) {
        if !delta.is_empty() {
            self.each_viewer(|pending| pending.add(delta, &self.surface));
        }
    }

    fn there(&self) -> impl Iterator<Item = Arc<Viewer>> {
        self.viewers.iter().filter_map(Weak::upgrade)
    }

    fn count_viewers(&mut self, now: f64) {
        let trial = now < self.trial_until;
        let counts = |viewer: &Arc<Viewer>| trial || viewer.sight == Sight::Page;
        let count = self.there().filter(counts).count();
        if let Some(queue) = &mut self.queue {
            self.untold.extend(queue.watchers(count, now));
        }
    }
}

impl Viewer {
    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Screen for Gallery {
    fn show(
        &self,
        painter: Painter<'_>,
        surface: &str,
        nodes: Vec<Node>,
    ) -> Result<(), ServiceError> {
        self.change(painter, surface, |entry| {
            entry.surface.show(nodes, &painter.hosts())?;
            entry.each_viewer(Pending::redraw);
            Ok(())
        })
    }

    fn set_values(
        &self,
        painter: Painter<'_>,
        surface: &str,
        values: Vec<(String, Value)>,
    ) -> Result<(), ServiceError> {
        self.change(painter, surface, |entry| {
            let delta = entry.surface.set(values, &painter.hosts())?;
            entry.add(&delta);
            Ok(())
        })
    }

    fn append(
        &self,
        painter: Painter<'_>,
        surface: &str,
        name: &str,
        items: Vec<Value>,
    ) -> Result<(), ServiceError> {
        self.change(painter, surface, |entry| {
            let delta = entry.surface.append(name, items)?;
            entry.add(&delta);
            Ok(())
        })
    }

    fn queue_alert(
        &self,
        painter: Painter<'_>,
        overlay: &str,
        alert: Alert,
    ) -> Result<String, ServiceError> {
        let number = self.alerts.fetch_add(1, Ordering::Relaxed);
        // Unique over starts of the host, so that a plugin that keeps ids never mixes two up.
        let id = format!("{:x}-{number}", self.clock.now() as u64);
        self.change(painter, overlay, |entry| {
            let alert = CheckedAlert::new(alert, entry.surface.limits(), &painter.hosts())?;
            entry.queue().push(id.clone(), alert)
        })?;
        self.queues_changed.notify_one();
        Ok(id)
    }

    fn skip_alert(&self, painter: Painter<'_>, overlay: &str) -> Result<(), ServiceError> {
        let now = self.clock.now();
        let skipped = self.change(painter, overlay, |entry| {
            let skipped = entry.queue().skip(now);
            entry.each_viewer(Pending::redraw);
            Ok(skipped)
        })?;
        self.queues_changed.notify_one();
        match skipped {
            Some(_) => Ok(()),
            None => Err(ServiceError::NotFound("no alert is on screen".into())),
        }
    }

    fn clear_alerts(&self, painter: Painter<'_>, overlay: &str) -> Result<u32, ServiceError> {
        let cleared = self.change(painter, overlay, |entry| Ok(entry.queue().clear()))?;
        Ok(u32::try_from(cleared.len()).unwrap_or(u32::MAX))
    }

    fn exchange(&self, painter: Painter<'_>, mut drawn: Drawn) -> Drawn {
        let plugin = painter.plugin.as_str();
        let mut entries = self.entries();
        let mut before = Drawn::new();
        for (id, entry) in entries.iter_mut().filter(|(id, _)| id.plugin == plugin) {
            let new = drawn.remove(&id.surface).unwrap_or_default();
            before.insert(
                id.surface.clone(),
                std::mem::replace(&mut entry.surface, new),
            );
            entry.each_viewer(Pending::redraw);
        }
        for (surface, new) in drawn {
            entries
                .entry(SurfaceId::new(plugin, surface))
                .or_default()
                .surface = new;
        }
        before
    }
}

/// Follows one surface for one page. Dropping it ends that.
pub struct SurfaceWatch {
    gallery: Arc<Gallery>,
    id: SurfaceId,
    viewer: Option<Arc<Viewer>>,
}

/// What a page is to draw next.
#[derive(Debug, Clone, PartialEq)]
pub enum SurfaceUpdate {
    /// All of it, with the alert that is on screen.
    Whole(Drawing, Option<ShownAlertView>),
    /// Values that changed.
    Values(Delta),
}

impl SurfaceWatch {
    /// Makes the next update a whole one.
    pub fn redraw(&self) {
        if let Some(viewer) = &self.viewer {
            viewer.pending().redraw();
            viewer.changed.notify_one();
        }
    }

    /// Which surface.
    pub fn id(&self) -> &SurfaceId {
        &self.id
    }

    /// Waits for the next change. What changes while nobody waits is gathered: a page that is slow gets
    /// how it stands, not each step. Cancel-safe.
    pub async fn next(&mut self) -> SurfaceUpdate {
        let Some(viewer) = &self.viewer else {
            return std::future::pending().await;
        };
        loop {
            viewer.changed.notified().await;
            let entries = self.gallery.entries();
            let Some(entry) = entries.get(&self.id) else {
                continue;
            };
            match viewer.pending().take(&entry.surface) {
                Some(Update::Drawing(drawing)) => {
                    let shown = entry.queue.as_ref().and_then(AlertQueue::shown);
                    let shown = shown.map(|shown| ShownAlertView {
                        id: shown.id.to_owned(),
                        alert: shown.alert.drawn(),
                        began: shown.began,
                        now: self.gallery.clock.now(),
                    });
                    return SurfaceUpdate::Whole(drawing, shown);
                }
                Some(Update::Delta(delta)) => return SurfaceUpdate::Values(delta),
                None => {}
            }
        }
    }
}

impl Drop for SurfaceWatch {
    fn drop(&mut self) {
        // Before it is counted who still looks.
        self.viewer = None;
        let now = self.gallery.clock.now();
        {
            let mut entries = self.gallery.entries();
            if let Some(entry) = entries.get_mut(&self.id) {
                entry.viewers.retain(|viewer| viewer.strong_count() > 0);
                entry.count_viewers(now);
            }
        }
        self.gallery.queues_changed.notify_one();
    }
}
