//! What is asked of OBS, and how its answers sound in chat.

use pato_sdk::nearest;
use pato_sdk::prelude::*;
use serde::Deserialize;

/// How a change went.
pub(crate) enum Change {
    /// OBS shows this scene.
    Done(String),
    /// OBS has none of that name.
    NoSuchScene {
        /// One whose name is like it.
        nearest: Option<String>,
    },
    /// It could not be done.
    Failed(Error),
}

/// Changes the scene. The name as typed is tried first, so that the one action is enough; only if OBS
/// does not know it, the list is asked for one that differs in case.
pub(crate) fn change(wanted: &str) -> Change {
    match set(wanted, None) {
        Ok(()) => return Change::Done(wanted.to_owned()),
        Err(Error::NotFound(_) | Error::Failed(_)) => {}
        Err(error) => return Change::Failed(error),
    }
    let names = match names() {
        Ok(names) => names,
        Err(Error::Denied(_)) => return Change::NoSuchScene { nearest: None },
        Err(error) => return Change::Failed(error),
    };
    let lower = wanted.to_lowercase();
    match names.iter().find(|name| name.to_lowercase() == lower) {
        Some(name) => match set(name, None) {
            Ok(()) => Change::Done(name.clone()),
            Err(error) => Change::Failed(error),
        },
        None => Change::NoSuchScene {
            nearest: similar(&lower, &names),
        },
    }
}

/// The names of the scenes, for chat.
pub(crate) fn list() -> String {
    match names() {
        Ok(names) if names.is_empty() => "OBS has no scenes.".to_owned(),
        Ok(names) => format!("Scenes: {}", names.join(", ")),
        Err(error) => explain(&error),
    }
}

/// Why OBS did nothing, for chat; what only the streamer should know goes to the log.
pub(crate) fn explain(error: &Error) -> String {
    warn!("OBS: {error}");
    match error {
        Error::Denied(_) => {
            "I am not allowed to do that; the streamer finds in the log how to allow it."
        }
        Error::Unavailable(_) | Error::NotFound(_) => "OBS is not connected.",
        Error::TimedOut(_) => "OBS did not answer.",
        Error::RateLimited(_) => "That was too much at once; try again in a moment.",
        Error::Invalid(_) | Error::Failed(_) => "OBS could not do that.",
    }
    .to_owned()
}

/// Changes the scene, of the connector with that name if there are several.
pub(crate) fn set(scene: &str, connector: Option<&str>) -> Result<()> {
    let parameters = match connector {
        Some(connector) => json!({ "sceneName": scene, "connector": connector }),
        None => json!({ "sceneName": scene }),
    };
    services::call_named::<Value>("obs.set-current-program-scene", &parameters).map(drop)
}

/// A scene, as OBS tells of it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Scene {
    pub(crate) scene_name: String,
}

/// The names in the order in which OBS shows them; it lists them from the bottom.
pub(crate) fn in_order(scenes: Vec<Scene>) -> Vec<String> {
    let scenes = scenes.into_iter().rev();
    scenes.map(|scene| scene.scene_name).collect()
}

fn names() -> Result<Vec<String>> {
    #[derive(Deserialize)]
    struct List {
        scenes: Vec<Scene>,
    }
    let list: List = services::call_named("obs.get-scene-list", &json!({}))?;
    Ok(in_order(list.scenes))
}

fn similar(lower: &str, names: &[String]) -> Option<String> {
    let lowered: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    let near = nearest(lower, lowered.iter().map(String::as_str))?;
    let position = lowered.iter().position(|name| name == near)?;
    names.get(position).cloned()
}
