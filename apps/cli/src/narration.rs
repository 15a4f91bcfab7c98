//! Events as lines that a person reads.

use owo_colors::OwoColorize;
use pato_events::wire::EventFrame;
use serde_json::Value;

use crate::output::{clock, state};

/// The longest that a payload is shown.
const MAX_CHARACTERS: usize = 100;

/// One line about an event.
pub(crate) fn line(frame: &EventFrame) -> String {
    let topic = format!("{}.{}", frame.module, frame.name);
    let data: Value = frame.data.read().unwrap_or_default();
    let own = frame
        .details
        .as_ref()
        .is_some_and(|details| details.flags.own);
    let what = describe(&topic, &data, own);
    format!(
        "{} {:<28} {what}",
        clock(frame.timestamp).dimmed(),
        topic.cyan()
    )
}

fn describe(topic: &str, data: &Value, own: bool) -> String {
    let text = |path: &str| {
        data.pointer(path)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let number = |path: &str| {
        data.pointer(path)
            .and_then(Value::as_u64)
            .unwrap_or_default()
    };
    let who = match text("/user/name") {
        "" => "someone",
        name => name,
    };
    match topic {
        "chat.message" if own => format!("{} {}", "Pato:".yellow().bold(), text("/text")),
        "chat.message" => format!("{} {}", format!("{who}:").bold(), text("/text")),
        "chat.message-deleted" => match text("/login") {
            "" => "a message was deleted".to_owned(),
            login => format!("a message of {login} was deleted"),
        },
        "chat.cleared" => format!("{who} may not write for {} s", number("/timeout_seconds")),
        "channel.follow" => format!("{who} follows"),
        "channel.subscribe" => format!("{who} subscribes, month {}", number("/months")),
        "channel.gift" => format!("{who} gives {} subscriptions", number("/count")),
        "channel.cheer" => format!("{who} cheers {} {}", number("/amount"), text("/unit")),
        "channel.raid" => format!("{who} raids with {} viewers", number("/viewers")),
        "channel.reward-redeemed" => format!("{who} redeems {}", text("/title")),
        "plugin.status" | "connector.status" => {
            let name = if topic == "plugin.status" {
                text("/plugin")
            } else {
                text("/connector")
            };
            let reason = match text("/reason") {
                "" => String::new(),
                reason => format!(": {reason}"),
            };
            format!("{name} is {}{reason}", state(text("/state")))
        }
        "plugin.denied" => format!(
            "{} may not {}; to allow it: {}",
            text("/plugin"),
            text("/permission"),
            text("/remedy").bold()
        ),
        "plugin.lagged" => format!("{} lost {} events", text("/plugin"), number("/dropped")),
        _ => shortened(&data.to_string()),
    }
}

/// What fits into a line; the whole stands in `pato events history --json`.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use pato_events::catalogue;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_topic_of_the_catalogue_can_be_told() {
        for entry in catalogue::topics() {
            let data = entry.example().unwrap().read().unwrap();
            assert!(
                !describe(entry.topic, &data, false).is_empty(),
                "{}",
                entry.topic
            );
        }
    }

    #[test]
    fn a_refusal_tells_what_to_type() {
        let data = json!({"plugin": "scenes", "permission": "call:x.y", "remedy": "pato plugin grant scenes call:x.y"});
        assert!(
            describe("plugin.denied", &data, false).contains("pato plugin grant scenes call:x.y")
        );
    }
}
