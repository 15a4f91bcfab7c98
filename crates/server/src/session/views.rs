//! What a page watches: each view is told at once, and then whenever it is different.

use std::sync::Arc;
use std::time::Duration;

use pato_bus::{Mailbox, MailboxConfiguration};
use pato_events::Pattern;
use pato_events::wire::{HostFrame, View, ViewValues, Watch};
use pato_host::{
    AuditQuery, Host, HostError, OverlayScene, OverlayView, Sight, SurfaceId, SurfaceUpdate,
    SurfaceWatch,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::{encode, raw};
use crate::error::ApiError;

/// Whose page it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct SessionView {
    /// The name of the paired device, which may look and operate; none on the computer itself.
    pub(crate) device: Option<String>,
}

/// The least time between two tellings of a view.
const PAUSE: Duration = Duration::from_millis(100);

/// The same for what is drawn: a frame of a screen.
const FRAME: Duration = Duration::from_millis(16);

/// How often what changes without an event is looked at: figures, the time something was last heard.
const LOOK: Duration = Duration::from_secs(1);

/// How many lines of a log are shown.
const LOG_LINES: usize = 500;

/// How much activity is shown.
const ACTIVITY: usize = 200;

/// A view: its name, whether it needs a key, and the topics after which it may be different.
struct Kind {
    name: &'static str,
    keyed: bool,
    topics: &'static [&'static str],
}

const KINDS: [Kind; 27] = [
    kind("host", false, &["plugin.status", "connector.status"]),
    kind("connectors", false, &["connector.status"]),
    kind("plugins", false, &["plugin.**"]),
    kind("calls", false, &["plugin.**"]),
    kind("settings", true, &["plugin.**"]),
    kind(
        "accounts",
        false,
        &["host.account-changed", "plugin.grants-changed"],
    ),
    kind("login", true, &["host.account-changed"]),
    kind("surfaces", false, &["plugin.**"]),
    kind("overlays", false, &["plugin.**"]),
    kind("layout", false, &[]),
    kind("log", true, &[]),
    kind("bundled", false, &["plugin.**"]),
    kind("activity", false, &[]),
    kind("simulator", false, &[]),
    kind("services", false, &[]),
    kind("offers", false, &[]),
    kind("indexes", false, &[]),
    kind("listings", false, &["plugin.**"]),
    kind("updates", false, &["plugin.**"]),
    kind("versions", true, &["plugin.**"]),
    kind("questions", false, &["plugin.**"]),
    kind("audit", false, &[]),
    kind("backups", false, &[]),
    kind("network", false, &[]),
    kind("session", false, &[]),
    kind("surface", true, &[]),
    kind("overlay", true, &[]),
];

const fn kind(name: &'static str, keyed: bool, topics: &'static [&'static str]) -> Kind {
    Kind {
        name,
        keyed,
        topics,
    }
}

fn find(watch: &Watch) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == watch.view)
}

/// Refuses what can't be watched.
pub(super) fn check(watch: &Watch) -> Result<(), String> {
    let Some(kind) = find(watch) else {
        let names = KINDS.iter().map(|kind| kind.name);
        let near = pato_events::nearest(&watch.view, names.clone());
        let view = watch.view.escape_debug();
        return Err(match near {
            Some(near) => format!("there is no view `{view}`; did you mean `{near}`?"),
            None => {
                let all: Vec<_> = names.collect();
                format!("there is no view `{view}`; there are {}", all.join(", "))
            }
        });
    };
    match (kind.keyed, &watch.key) {
        (true, None) => Err(format!("the view `{}` needs a `key`", kind.name)),
        (false, Some(_)) => Err(format!("the view `{}` has no `key`", kind.name)),
        _ if kind.name == "surface" || kind.name == "overlay" => surface_id(watch).map(drop),
        _ => Ok(()),
    }
}

fn surface_id(watch: &Watch) -> Result<SurfaceId, String> {
    let key = watch.key.as_deref().unwrap_or_default();
    let parts = key.split_once('/');
    let (plugin, surface) = parts.ok_or_else(|| {
        format!(
            "`{}` is no surface: write `plugin/surface`",
            key.escape_debug()
        )
    })?;
    Ok(SurfaceId::new(plugin, surface))
}

/// Who watches.
pub(super) struct Onlooker {
    /// What the addresses of overlays begin with.
    pub(super) base: Arc<str>,
    /// The paired device, if it is one.
    pub(super) device: Option<String>,
    pub(super) sight: Sight,
}

/// Tells how something stands until it is aborted, or nobody is there any more.
pub(super) async fn follow(
    host: Host,
    onlooker: Onlooker,
    watch: Watch,
    frames: mpsc::Sender<String>,
) {
    let teller = Teller { watch, frames };
    match surface_id(&teller.watch) {
        Ok(id) if matches!(&*teller.watch.view, "surface" | "overlay") => {
            follow_surface(&host, id, &teller, onlooker.sight).await;
        }
        _ => follow_view(&host, &onlooker, &teller).await,
    }
}

struct Teller {
    watch: Watch,
    frames: mpsc::Sender<String>,
}

/// Nobody is there any more.
struct Gone;

impl Teller {
    async fn tell(&self, frame: HostFrame) -> Result<(), Gone> {
        match encode(&frame) {
            Some(text) => self.frames.send(text).await.map_err(|_| Gone),
            None => Ok(()),
        }
    }

    async fn view(&self, data: Box<RawValue>) -> Result<(), Gone> {
        let watch = self.watch.clone();
        self.tell(HostFrame::View(View { watch, data })).await
    }
}

async fn follow_view(host: &Host, onlooker: &Onlooker, teller: &Teller) {
    let mailbox = changes(host, &teller.watch);
    let mut pages = host.pages_changed();
    let mut tick = interval(LOOK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut events = Vec::new();
    let mut told: Option<String> = None;
    loop {
        let data = match read(host, onlooker, &teller.watch).await {
            Ok(data) => data,
            Err(error) => {
                // Such as a plugin that was removed.
                tracing::debug!(
                    view = teller.watch.view,
                    message = error.body.message,
                    "no view"
                );
                RawValue::NULL.to_owned()
            }
        };
        if told.as_deref() != Some(data.get()) {
            told = Some(data.get().to_owned());
            if teller.view(data).await.is_err() {
                return;
            }
        }
        let earliest = Instant::now() + PAUSE;
        tokio::select! {
            _ = mailbox.next_batch(&mut events, 256) => events.clear(),
            _ = tick.tick() => {}
            changed = pages.changed() => if changed.is_err() {
                return;
            },
        }
        sleep_until(earliest).await;
    }
}

fn changes(host: &Host, watch: &Watch) -> Mailbox {
    let mailbox = host.bus().subscribe(MailboxConfiguration {
        capacity: 64,
        ..MailboxConfiguration::new("view")
    });
    for topic in find(watch).map(|kind| kind.topics).unwrap_or_default() {
        if let Ok(pattern) = Pattern::new(topic) {
            mailbox.add(pattern);
        }
    }
    mailbox
}

async fn read(host: &Host, onlooker: &Onlooker, watch: &Watch) -> Result<Box<RawValue>, ApiError> {
    let key = watch.key.as_deref().unwrap_or_default();
    match &*watch.view {
        "host" => raw(&host.view().await?),
        "connectors" => raw(&host.connectors()),
        "plugins" => raw(&host.plugins().await?),
        "calls" => raw(&host.calls()),
        "settings" => raw(&host.settings(key).await?),
        "accounts" => raw(&host.accounts().await?),
        "login" => match key.parse() {
            Ok(id) => raw(&host.login(id, Duration::ZERO).await?),
            Err(_) => Ok(RawValue::NULL.to_owned()),
        },
        "surfaces" => raw(&host.surfaces().await?),
        "overlays" => {
            let overlays = host.overlays().await?.into_iter();
            let at_base = |overlay: OverlayView| OverlayView {
                // It opens the overlay for whoever has it.
                address: match onlooker.device {
                    Some(_) => String::new(),
                    None => format!("{}{}", onlooker.base, overlay.address),
                },
                ..overlay
            };
            raw(&overlays.map(at_base).collect::<Vec<_>>())
        }
        "layout" => raw(&host.layout().await?),
        "log" => raw(&host.logs(key, LOG_LINES).await?),
        "bundled" => raw(&host.bundled().await?),
        "activity" => raw(&host.activity(ACTIVITY).await?),
        "simulator" => raw(&host.simulator_rate()),
        "services" => raw(&host.services()),
        "offers" => raw(&host.offers()),
        "indexes" => raw(&host.indexes().await?),
        "listings" => raw(&host.search("").await?),
        "updates" => raw(&host.updates().await?),
        "versions" => raw(&host.versions(key).await?),
        "questions" => raw(&host.questions().await?),
        "audit" => raw(&host.audit(AuditQuery::default()).await?),
        "backups" => raw(&host.backups()),
        "network" => raw(&host.network().await?),
        "session" => raw(&SessionView {
            device: onlooker.device.clone(),
        }),
        _ => Ok(RawValue::NULL.to_owned()),
    }
}

async fn follow_surface(host: &Host, id: SurfaceId, teller: &Teller, sight: Sight) {
    let mut pages = host.pages_changed();
    // A plugin that is not there yet may come: whoever arranged its widget sees it then.
    let mut watch = loop {
        match host.watch_surface(id.clone(), sight).await {
            Ok(watch) => break watch,
            Err(error) => {
                let problem = host.surface_problem(&id).await.ok().flatten();
                let problem = problem.unwrap_or_else(|| error.to_string());
                let drawing = pato_host::drawing::Drawing {
                    problem: Some(problem),
                    ..Default::default()
                };
                let Ok(data) = raw(&drawing) else { return };
                if teller.view(data).await.is_err() {
                    return;
                }
                let installed = changes(
                    host,
                    &Watch {
                        view: "surfaces".into(),
                        key: None,
                    },
                );
                installed.next_batch(&mut Vec::new(), 256).await;
            }
        }
    };
    loop {
        let update = tokio::select! {
            update = watch.next() => update,
            changed = pages.changed() => match changed {
                // Its placement may be another.
                Ok(()) if teller.watch.view == "overlay" => {
                    watch.redraw();
                    continue;
                }
                Ok(()) => continue,
                Err(_) => return,
            }
        };
        let frame = match update {
            SurfaceUpdate::Values(delta) => HostFrame::Values(ViewValues {
                watch: teller.watch.clone(),
                set: delta.set.into_iter().collect::<Map<_, _>>(),
                append: delta
                    .append
                    .into_iter()
                    .map(|(name, items)| (name, Value::Array(items)))
                    .collect(),
            }),
            whole @ SurfaceUpdate::Whole(..) => match scene(host, &watch, whole, teller).await {
                Ok(data) => HostFrame::View(View {
                    watch: teller.watch.clone(),
                    data,
                }),
                Err(error) => {
                    tracing::warn!(message = error.body.message, "a surface can't be shown");
                    continue;
                }
            },
        };
        let earliest = Instant::now() + FRAME;
        if teller.tell(frame).await.is_err() {
            return;
        }
        sleep_until(earliest).await;
    }
}

async fn scene(
    host: &Host,
    watch: &SurfaceWatch,
    update: SurfaceUpdate,
    teller: &Teller,
) -> Result<Box<RawValue>, ApiError> {
    let SurfaceUpdate::Whole(mut drawing, alert) = update else {
        return Ok(RawValue::NULL.to_owned());
    };
    drawing.problem = host.surface_problem(watch.id()).await?;
    if teller.watch.view != "overlay" {
        return raw(&drawing);
    }
    let placement = match host.overlay_placement(watch.id()).await {
        Ok(placement) => placement,
        // The plugin was removed while its overlay is open.
        Err(HostError::UnknownPlugin { .. } | HostError::UnknownSurface { .. }) => {
            Default::default()
        }
        Err(error) => return Err(error.into()),
    };
    let alert = alert.filter(|_| drawing.problem.is_none());
    raw(&OverlayScene {
        drawing,
        placement,
        alert,
    })
}
