//! What a page does to Pato: the calls of the module `host`.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use pato_events::Pattern;
use pato_host::drawing::Act;
use pato_host::permissions::Permission;
use pato_host::vault::Secret;
use pato_host::{
    Decision, GivenSecret, Host, HostError, Layout, LoginRequest, ObsSection, Placement, Service,
    SurfaceId,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::{library, raw};
use crate::error::ApiError;

pub(super) type Answer = Result<Box<RawValue>, ApiError>;

/// Every call. The reference in the documentation says what each does.
pub(super) const NAMES: [&str; 64] = [
    "account.authorize",
    "account.begin",
    "account.cancel",
    "account.remember",
    "account.remove",
    "audit.search",
    "backup.list",
    "backup.make",
    "connector.retry",
    "event.chain",
    "event.history",
    "event.replay",
    "layout.set",
    "library.accept",
    "library.add-index",
    "library.decline",
    "library.export",
    "library.import",
    "library.offer",
    "library.refresh",
    "library.remove-index",
    "library.search",
    "library.update-all",
    "network.close",
    "network.code",
    "network.open",
    "network.remove-device",
    "obs.remove",
    "obs.set-up",
    "overlay.clear",
    "overlay.place",
    "overlay.renew",
    "overlay.skip",
    "overlay.test",
    "plugin.decide",
    "plugin.disable",
    "plugin.enable",
    "plugin.forget-publisher",
    "plugin.grant",
    "plugin.grants",
    "plugin.info",
    "plugin.install-bundled",
    "plugin.pause",
    "plugin.pause-all",
    "plugin.pin",
    "plugin.remove",
    "plugin.restart",
    "plugin.resume",
    "plugin.resume-all",
    "plugin.revoke",
    "plugin.roll-back",
    "plugin.secret",
    "plugin.set-settings",
    "plugin.settings",
    "plugin.unpin",
    "plugin.update",
    "plugin.versions",
    "service.set-up",
    "session.end-all",
    "simulate",
    "simulator.set",
    "status",
    "stop",
    "surface.act",
];

/// Who does something, to which plugin.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Permissions {
    id: String,
    permissions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    id: String,
    values: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PluginSecret {
    id: String,
    name: String,
    value: GivenSecret,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bundled {
    id: String,
    grant: Vec<Permission>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Version {
    id: String,
    #[serde(default)]
    version: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decide {
    id: String,
    permission: Permission,
    decision: Decision,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Authorize {
    handle: String,
    #[serde(default)]
    secrets: BTreeMap<String, GivenSecret>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Remember {
    handle: String,
    remembered: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Handle {
    handle: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Number {
    id: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct History {
    #[serde(default = "everything")]
    pattern: String,
    #[serde(default = "some")]
    limit: usize,
    /// What stands in the topic, the source or the payload, in any case.
    #[serde(default)]
    text: String,
}

fn everything() -> String {
    "**".to_owned()
}

fn some() -> usize {
    200
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Simulate {
    topic: String,
    #[serde(default)]
    set: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rate {
    /// Events a second; none stops it.
    rate: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Surface {
    plugin: String,
    surface: String,
}

impl Surface {
    fn id(self) -> SurfaceId {
        SurfaceId::new(self.plugin, self.surface)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SurfaceAct {
    plugin: String,
    surface: String,
    node: String,
    what: Act,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    plugin: String,
    surface: String,
    placement: Placement,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arrange {
    layout: Layout,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetUp {
    service: Service,
    values: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetUpObs {
    obs: ObsSection,
    #[serde(default)]
    password: Option<GivenSecret>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Device {
    id: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

/// Performs one, and answers with its JSON.
pub(super) async fn perform(
    host: &Host,
    who: &str,
    name: &str,
    params: Map<String, Value>,
) -> Answer {
    let params = Params { name, params };
    match name.split_once('.') {
        Some(("plugin", what)) => plugin(host, what, params).await,
        Some(("account", what)) => account(host, what, params).await,
        Some(("event", what)) => event(host, what, params).await,
        Some(("overlay", what)) => overlay(host, what, params).await,
        Some(("library" | "audit" | "backup", _)) => library::perform(host, params).await,
        Some(("network", what)) => network(host, what, params).await,
        _ => other(host, who, name, params).await,
    }
}

pub(super) struct Params<'a> {
    pub(super) name: &'a str,
    params: Map<String, Value>,
}

impl Params<'_> {
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, ApiError> {
        serde_json::from_value(Value::Object(self.params)).map_err(|error| {
            let text = format!("the parameters of host.{}: {error}", self.name);
            ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", text)
        })
    }

    pub(super) fn unknown(&self) -> ApiError {
        let name = self.name.escape_debug();
        let text = match pato_events::nearest(self.name, NAMES) {
            Some(near) => format!("there is no call `{name}`; did you mean `{near}`?"),
            None => format!("there is no call `{name}` of the module `host`"),
        };
        ApiError::new(StatusCode::NOT_FOUND, "not-found", text)
    }
}

pub(super) fn done() -> Answer {
    raw(&json!({}))
}

async fn plugin(host: &Host, what: &str, params: Params<'_>) -> Answer {
    match what {
        "info" => raw(&host.plugin(&params.read::<Id>()?.id).await?),
        "enable" => raw(&host.enable(&params.read::<Id>()?.id).await?),
        "disable" => raw(&host.disable(&params.read::<Id>()?.id).await?),
        "restart" => raw(&host.restart(&params.read::<Id>()?.id).await?),
        "pause" => raw(&host.set_paused(&params.read::<Id>()?.id, true).await?),
        "resume" => raw(&host.set_paused(&params.read::<Id>()?.id, false).await?),
        "pause-all" | "resume-all" => {
            let Nothing {} = params.read()?;
            raw(&host.set_all_paused(what == "pause-all").await?)
        }
        "remove" => {
            host.remove(&params.read::<Id>()?.id).await?;
            done()
        }
        "grants" => raw(&host.plugin(&params.read::<Id>()?.id).await?.requests),
        "grant" | "revoke" => {
            let Permissions { id, permissions } = params.read()?;
            for permission in &permissions {
                match what {
                    "grant" => host.grant(&id, permission).await?,
                    _ => host.revoke(&id, permission).await?,
                };
            }
            raw(&host.plugin(&id).await?)
        }
        "settings" => raw(&host.settings(&params.read::<Id>()?.id).await?),
        "set-settings" => {
            let Settings { id, values } = params.read()?;
            raw(&host.set_settings(&id, values).await?)
        }
        "secret" => {
            let PluginSecret { id, name, value } = params.read()?;
            let value: Secret = value.into_secret();
            host.keep_secret(&id, &name, value).await?;
            done()
        }
        "install-bundled" => {
            let Bundled { id, grant } = params.read()?;
            raw(&host
                .install_bundled(&id, grant.into_iter().collect())
                .await?)
        }
        "pin" | "unpin" => {
            let pinned = what == "pin";
            raw(&host.set_pinned(&params.read::<Id>()?.id, pinned).await?)
        }
        "versions" => raw(&host.versions(&params.read::<Id>()?.id).await?),
        "update" => {
            let Version { id, version } = params.read()?;
            raw(&host.update(&id, version.as_deref()).await?)
        }
        "roll-back" => {
            let Version { id, version } = params.read()?;
            raw(&host.roll_back(&id, version.as_deref()).await?)
        }
        "decide" => {
            let Decide {
                id,
                permission,
                decision,
            } = params.read()?;
            raw(&host.decide(&id, &permission, decision).await?)
        }
        "forget-publisher" => {
            host.forget_publisher(&params.read::<Id>()?.id).await?;
            done()
        }
        _ => Err(params.unknown()),
    }
}

async fn account(host: &Host, what: &str, params: Params<'_>) -> Answer {
    match what {
        "begin" => raw(&host.begin_login(params.read::<LoginRequest>()?).await?),
        "authorize" => {
            let Authorize { handle, secrets } = params.read()?;
            raw(&host.authorize_account(&handle, secrets).await?)
        }
        "cancel" => {
            host.cancel_login(params.read::<Number>()?.id)?;
            done()
        }
        "remember" => {
            let Remember { handle, remembered } = params.read()?;
            raw(&host.remember_account(&handle, remembered).await?)
        }
        "remove" => {
            host.remove_account(&params.read::<Handle>()?.handle)
                .await?;
            done()
        }
        _ => Err(params.unknown()),
    }
}

async fn event(host: &Host, what: &str, params: Params<'_>) -> Answer {
    match what {
        "history" => {
            let History {
                pattern,
                limit,
                text,
            } = params.read()?;
            let pattern = Pattern::new(&pattern).map_err(HostError::from)?;
            let mut events = host.history(&pattern, usize::MAX);
            let wanted = text.to_lowercase();
            if !wanted.is_empty() {
                events.retain(|event| {
                    [event.topic.as_str(), &event.source, event.data.as_str()]
                        .iter()
                        .any(|part| part.to_lowercase().contains(&wanted))
                });
            }
            let beyond = events.len().saturating_sub(limit.min(5_000));
            raw(&events.get(beyond..).unwrap_or_default())
        }
        "chain" => raw(&host.chain(&params.read::<Id>()?.id)),
        "replay" => raw(&host.replay_event(&params.read::<Id>()?.id).await?),
        _ => Err(params.unknown()),
    }
}

async fn overlay(host: &Host, what: &str, params: Params<'_>) -> Answer {
    match what {
        "place" => {
            let Place {
                plugin,
                surface,
                placement,
            } = params.read()?;
            let id = SurfaceId::new(plugin, surface);
            host.place_overlay(&id, &placement).await?;
            done()
        }
        "renew" => {
            let id = params.read::<Surface>()?.id();
            host.surface(&id).await?;
            host.renew_overlay(&id).await?;
            done()
        }
        "skip" => {
            let skipped = host.skip_alert(&params.read::<Surface>()?.id());
            raw(&json!({ "skipped": skipped }))
        }
        "clear" => {
            let cleared = host.clear_alerts(&params.read::<Surface>()?.id());
            raw(&json!({ "cleared": cleared }))
        }
        "test" => {
            let id = params.read::<Surface>()?.id();
            raw(&host.test_overlay(&id).await?)
        }
        _ => Err(params.unknown()),
    }
}

async fn network(host: &Host, what: &str, params: Params<'_>) -> Answer {
    match what {
        "open" | "close" => {
            let Nothing {} = params.read()?;
            host.set_network_open(what == "open").await?;
            done()
        }
        "code" => {
            let Nothing {} = params.read()?;
            raw(&host.begin_pairing()?)
        }
        "remove-device" => {
            host.remove_device(params.read::<Device>()?.id).await?;
            done()
        }
        _ => Err(params.unknown()),
    }
}

async fn other(host: &Host, who: &str, name: &str, params: Params<'_>) -> Answer {
    match name {
        "status" => raw(&host.view().await?),
        "stop" => {
            let Nothing {} = params.read()?;
            host.request_stop();
            done()
        }
        "connector.retry" => {
            let Id { id } = params.read()?;
            match host.reconnect(&id) {
                true => done(),
                false => Err(ApiError::new(
                    StatusCode::NOT_FOUND,
                    "not-found",
                    format!("there is no connector `{}`", id.escape_debug()),
                )),
            }
        }
        "simulate" => {
            let Simulate { topic, set } = params.read()?;
            raw(&host.simulate(&topic, &Value::Object(set))?)
        }
        "simulator.set" => {
            host.set_simulator_rate(params.read::<Rate>()?.rate).await?;
            done()
        }
        "surface.act" => {
            let SurfaceAct {
                plugin,
                surface,
                node,
                what,
            } = params.read()?;
            let id = SurfaceId::new(plugin, surface);
            host.act(&id, &node, what, who).await?;
            done()
        }
        "service.set-up" => {
            let SetUp { service, values } = params.read()?;
            host.set_up_service(service, &values).await?;
            done()
        }
        "obs.set-up" => {
            let SetUpObs { obs, password } = params.read()?;
            let password = password.map(GivenSecret::into_secret);
            host.set_up_obs(obs, password).await?;
            done()
        }
        "obs.remove" => {
            host.remove_obs(&params.read::<Named>()?.name).await?;
            done()
        }
        "session.end-all" => {
            let Nothing {} = params.read()?;
            host.end_page_sessions().await?;
            done()
        }
        "layout.set" => {
            host.set_layout(&params.read::<Arrange>()?.layout).await?;
            done()
        }
        _ => Err(params.unknown()),
    }
}
