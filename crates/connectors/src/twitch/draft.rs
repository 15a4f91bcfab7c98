//! What both ways of reading share.

use pato_events::catalogue::TopicPayload;
use pato_events::catalogue::chat::{Badge, Role};
use pato_events::{Draft, Payload, Topic};

use super::Twitch;

/// A draft of this payload.
pub(super) fn draft<T: TopicPayload>(payload: &T) -> Option<Draft> {
    let topic = Topic::new(T::TOPIC).ok()?;
    let data = Payload::from_value(payload).ok()?;
    let mut draft = Draft::new(topic, Twitch::ID, data);
    draft.stateful = T::STATEFUL;
    Some(draft)
}

/// The roles that badges stand for.
pub(super) fn roles(badges: &[Badge]) -> Vec<Role> {
    let has = |id: &str| badges.iter().any(|badge| badge.id == id);
    let roles = [
        (has("broadcaster"), Role::Broadcaster),
        (has("moderator") || has("lead_moderator"), Role::Moderator),
        (has("vip"), Role::Vip),
        (has("subscriber") || has("founder"), Role::Subscriber),
    ];
    let held = roles.into_iter().filter(|(has, _)| *has);
    held.map(|(_, role)| role).collect()
}
