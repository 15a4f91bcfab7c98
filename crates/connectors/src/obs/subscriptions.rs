//! Which events OBS is asked for.

use pato_events::Pattern;
use pato_events::catalogue::obs::protocol_name;

/// Every category of events but those of high volume; bits that an OBS does not know are ignored by it.
const ALL: u32 = (1 << 16) - 1;

/// The events that come many times a second, and their bits in the subscription.
const EVENTS: [(&str, u32); 4] = [
    ("InputVolumeMeters", 1 << 16),
    ("InputActiveStateChanged", 1 << 17),
    ("InputShowStateChanged", 1 << 18),
    ("SceneItemTransformChanged", 1 << 19),
];

/// Whether an event comes many times a second.
pub(super) fn is_high_volume(event_type: &str) -> bool {
    EVENTS.iter().any(|(event, _)| *event == event_type)
}

/// Some of the events that OBS sends many times a second, and therefore only if asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct HighVolume(u32);

impl HighVolume {
    /// Those that one of the patterns names without a star. A pattern such as `obs.*` does not count:
    /// hardly anyone who writes it means twenty sound levels a second.
    pub(super) fn named_in<'a>(patterns: impl IntoIterator<Item = &'a Pattern>) -> Self {
        let bits = patterns.into_iter().filter_map(|pattern| {
            let name = protocol_name(pattern.as_str())?;
            EVENTS.iter().find(|(event, _)| *event == name)
        });
        Self(bits.fold(0, |all, (_, bit)| all | bit))
    }

    /// The number that OBS takes.
    pub(super) fn subscription(self) -> u32 {
        ALL | self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_pattern_that_names_an_event_of_high_volume_asks_for_it() {
        let patterns = |texts: &[&str]| -> Vec<Pattern> {
            texts
                .iter()
                .map(|text| Pattern::new(text).unwrap())
                .collect()
        };
        let few = patterns(&["**", "obs.*", "obs.scene-created", "chat.message"]);
        assert_eq!(HighVolume::named_in(&few), HighVolume::default());
        let some = patterns(&[
            "obs.input-volume-meters",
            "obs.scene-item-transform-changed",
        ]);
        assert_eq!(HighVolume::named_in(&some).0, (1 << 16) | (1 << 19));
        assert_eq!(HighVolume::default().subscription() & (1 << 16), 0);
    }

    #[test]
    fn every_event_of_high_volume_is_in_the_catalogue() {
        for (event, _) in EVENTS {
            let topic = pato_events::catalogue::obs::topic_of(event);
            assert!(pato_events::catalogue::topic(&topic).is_some(), "{topic}");
        }
    }
}
