use std::collections::BTreeMap;

use pato_sdk::prelude::*;
use serde::Deserialize;

use crate::alert::{Alert, Kind, cut};
use crate::text;

/// How many letters of an alert's text are kept.
const TEXT: usize = 1000;

/// What the user set; the manifest says what each means.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Settings {
    kinds: Vec<String>,
    seconds: u32,
    durations: Vec<String>,
    sound: String,
    sounds: Vec<String>,
    volume: u32,
    first: Vec<String>,
    pub(crate) gap: u32,
    pub(crate) quiet: bool,
    pub(crate) replayed: bool,
    pub(crate) gather: u32,
    least_gifts: u32,
    least_cheer: u32,
    least_raid: u32,
    least_donation: f64,
    least_cost: u32,
    rewards: Vec<String>,
    anonymous: String,
    /// Read out of the lists.
    #[serde(skip)]
    wanted: Vec<Kind>,
    #[serde(skip)]
    lengths: BTreeMap<Kind, u32>,
    #[serde(skip)]
    heard: BTreeMap<Kind, String>,
    /// How important each kind is, if it is not as all others.
    #[serde(skip)]
    pub(crate) ranks: BTreeMap<Kind, u8>,
}

impl Settings {
    pub(crate) fn read() -> Result<Self> {
        let mut settings: Self = settings::all()?;
        for name in &settings.kinds {
            match Kind::parse(name) {
                Ok(kind) => settings.wanted.push(kind),
                Err(error) => warn!("a line of the setting `kinds` is left out: {error}"),
            }
        }
        for line in &settings.durations {
            match duration(line) {
                Ok((kind, seconds)) => {
                    settings.lengths.insert(kind, seconds);
                }
                Err(error) => warn!("`{line}` in the setting `durations` is left out: {error}"),
            }
        }
        for line in &settings.sounds {
            let pair = line.split_once('=');
            let pair = pair.ok_or_else(|| Error::Invalid("write `kind = sound`".into()));
            match pair.and_then(|(kind, sound)| Ok((Kind::parse(kind)?, sound))) {
                Ok((kind, sound)) => {
                    settings.heard.insert(kind, sound.trim().to_owned());
                }
                Err(error) => warn!("`{line}` in the setting `sounds` is left out: {error}"),
            }
        }
        for name in settings.first.iter().rev() {
            match Kind::parse(name) {
                Ok(kind) => {
                    let rank = u8::try_from(settings.ranks.len() + 1).unwrap_or(u8::MAX);
                    settings.ranks.insert(kind, rank);
                }
                Err(error) => warn!("a line of the setting `first` is left out: {error}"),
            }
        }
        Ok(settings)
    }

    /// What is heard with an alert, and how loud, from 0 to 1.
    pub(crate) fn sound(&self, alert: &Alert) -> Option<(&str, f64)> {
        let sound = self.heard.get(&alert.kind).unwrap_or(&self.sound);
        let silent = alert.quiet || self.volume == 0 || matches!(sound.as_str(), "" | "none");
        (!silent).then(|| (sound.as_str(), f64::from(self.volume.min(100)) / 100.0))
    }

    /// Whether the user wants to see it.
    pub(crate) fn admits(&self, alert: &Alert) -> bool {
        let least = match alert.kind {
            Kind::Gift => self.least_gifts.into(),
            Kind::Cheer | Kind::PowerUp => self.least_cheer.into(),
            Kind::Raid => self.least_raid.into(),
            Kind::Donation => self.least_donation,
            Kind::Reward => self.least_cost.into(),
            Kind::Follow | Kind::Subscribe | Kind::Streak | Kind::Shoutout => 0.0,
        };
        // Where the service does not tell how much, the least is not asked for.
        self.wanted.contains(&alert.kind)
            && alert.amount.is_none_or(|amount| amount >= least)
            && self.admits_reward(alert.reward.as_deref())
    }

    fn admits_reward(&self, title: Option<&str>) -> bool {
        let same = |own: &String, title: &str| own.trim().to_lowercase() == title.to_lowercase();
        title.is_none_or(|title| {
            self.rewards.is_empty() || self.rewards.iter().any(|own| same(own, title.trim()))
        })
    }

    /// Gives the alert its text and its duration.
    pub(crate) fn complete(&self, alert: &mut Alert, received: bool) {
        let key = match alert.kind {
            Kind::Follow => "text_follow",
            Kind::Subscribe if received => "text_received",
            Kind::Subscribe if alert.months.unwrap_or(1) > 1 => "text_resubscribe",
            Kind::Subscribe => "text_subscribe",
            Kind::Gift if alert.gifts() > 1 => "text_gifts",
            Kind::Gift => "text_gift",
            Kind::Cheer => "text_cheer",
            Kind::PowerUp => "text_power_up",
            Kind::Raid => "text_raid",
            Kind::Reward => "text_reward",
            Kind::Donation => "text_donation",
            Kind::Streak => "text_streak",
            Kind::Shoutout => "text_shoutout",
        };
        let template: String = settings::get(key).unwrap_or_default();
        let text = text::fill(&template, alert, &self.anonymous);
        alert.text = cut(&text, TEXT);
        alert.seconds = *self.lengths.get(&alert.kind).unwrap_or(&self.seconds);
    }
}

/// Reads `kind = seconds`.
fn duration(line: &str) -> Result<(Kind, u32)> {
    let wrong = || Error::Invalid("write `kind = seconds`, with 1 to 120 seconds".into());
    let (kind, seconds) = line.split_once('=').ok_or_else(wrong)?;
    let seconds = seconds.trim().parse().ok();
    let seconds = seconds.filter(|seconds| (1..=120).contains(seconds));
    Ok((Kind::parse(kind)?, seconds.ok_or_else(wrong)?))
}

#[cfg(test)]
mod tests {
    use pato_sdk::testing::FakeHost;

    use super::*;

    #[test]
    fn wrong_lines_are_left_out_with_a_hint() {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        host.set_setting("kinds", json!(["folow", "raid"]));
        host.set_setting("durations", json!(["raid = 0", "raid", "cheer = 5"]));
        let settings = Settings::read().unwrap();
        assert_eq!(settings.wanted, [Kind::Raid]);
        assert_eq!(settings.lengths, BTreeMap::from([(Kind::Cheer, 5)]));
        let lines: Vec<String> = host.logs().into_iter().map(|(_, line)| line).collect();
        assert!(lines[0].contains("did you mean `follow`?"), "{lines:?}");
        assert_eq!(lines.len(), 3);
    }
}
