use pato_sdk::chat::Audience;
use pato_sdk::prelude::*;
use serde::Deserialize;

/// What the user set; the manifest says what each means.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Settings {
    pub(crate) command: String,
    pub(crate) list_command: String,
    pub(crate) audience: Audience,
    pub(crate) cooldown: u32,
    rewards: Vec<String>,
    pub(crate) replies: bool,
}

impl Settings {
    pub(crate) fn read() -> Result<Self> {
        let settings: Self = settings::all()?;
        for line in &settings.rewards {
            if parse(line).is_none() {
                warn!("`{line}` in the setting `rewards` is left out; write `title = scene`");
            }
        }
        Ok(settings)
    }

    /// The scene for the reward with that title.
    pub(crate) fn scene_of(&self, title: &str) -> Option<&str> {
        let same = |own: &str| own.to_lowercase() == title.trim().to_lowercase();
        let mut rewards = self.rewards.iter().filter_map(|line| parse(line));
        rewards.find(|(own, _)| same(own)).map(|(_, scene)| scene)
    }
}

fn parse(line: &str) -> Option<(&str, &str)> {
    let (title, scene) = line.split_once('=')?;
    let (title, scene) = (title.trim(), scene.trim());
    (!title.is_empty() && !scene.is_empty()).then_some((title, scene))
}
