//! `[limits]` and `[plugins.ID.limits]` in the configuration.

use std::time::Duration;

use pato_permissions::ByteSize;
use pato_runtime::Limits;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a plugin may use, where it differs from the usual.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsSection {
    /// Linear memory, such as `64 MiB`.
    #[serde(deserialize_with = "size", serialize_with = "shown_size")]
    pub memory: Option<u64>,
    /// Processor time of one call, in milliseconds.
    pub processor_milliseconds: Option<u64>,
    /// A whole call, waiting included, in milliseconds.
    pub call_milliseconds: Option<u64>,
    /// Waiting for an action or a store, in milliseconds.
    pub host_call_milliseconds: Option<u64>,
    /// One JSON text, such as `256 KiB`.
    #[serde(deserialize_with = "size", serialize_with = "shown_size")]
    pub payload: Option<u64>,
    /// Events handed over by one call.
    pub batch: Option<usize>,
    /// Events published each second.
    pub publish_rate: Option<u32>,
    /// Lines logged each second.
    pub log_rate: Option<u32>,
    /// Timers that run at the same time.
    pub timers: Option<usize>,
    /// Subscriptions that hold at the same time.
    pub subscriptions: Option<usize>,
    /// So many traps within a minute lead to quarantine.
    pub traps: Option<usize>,
}

/// `[plugins.ID]`
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PluginSection {
    /// What this plugin may use, where it differs from `[limits]`.
    pub limits: LimitsSection,
}

impl LimitsSection {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The limits with what is set here in place of what they say.
    #[must_use]
    pub fn applied_to(&self, mut limits: Limits) -> Limits {
        fn replace<T: Copy>(target: &mut T, value: Option<T>) {
            *target = value.unwrap_or(*target);
        }
        let bytes = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
        replace(&mut limits.memory, self.memory);
        replace(
            &mut limits.processor_time,
            self.processor_milliseconds.map(Duration::from_millis),
        );
        replace(
            &mut limits.call_duration,
            self.call_milliseconds.map(Duration::from_millis),
        );
        replace(
            &mut limits.host_call,
            self.host_call_milliseconds.map(Duration::from_millis),
        );
        replace(&mut limits.payload_bytes, self.payload.map(bytes));
        replace(&mut limits.batch, self.batch);
        replace(&mut limits.publish_rate, self.publish_rate);
        replace(&mut limits.log_rate, self.log_rate);
        replace(&mut limits.timers, self.timers);
        replace(&mut limits.subscriptions, self.subscriptions);
        replace(&mut limits.restarts.traps, self.traps);
        limits
    }
}

fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let size: ByteSize = text.parse().map_err(serde::de::Error::custom)?;
    Ok(Some(size.0))
}

#[expect(
    clippy::ref_option,
    reason = "serde hands over a reference to the field"
)]
fn shown_size<S: Serializer>(size: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    size.map(|size| ByteSize(size).to_string())
        .serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_stays() {
        let section: LimitsSection =
            toml::from_str("memory = \"1 MiB\"\nprocessor_milliseconds = 20").unwrap();
        let limits = section.applied_to(Limits::default());
        assert_eq!(
            (limits.memory, limits.processor_time),
            (1 << 20, Duration::from_millis(20))
        );
        assert_eq!(limits.batch, Limits::default().batch);
        assert!(toml::from_str::<LimitsSection>("memory = \"1 MB\"").is_err());
        assert!(toml::from_str::<LimitsSection>("memroy = \"1 MiB\"").is_err());
    }
}
