//! Counts how often each viewer said `!checkin`.

// ANCHOR: plugin
use pato_sdk::prelude::*;

/// What the keys of the counts begin with.
const COUNTS: &str = "count/";

#[derive(Default)]
struct PerViewer;

#[plugin]
impl Plugin for PerViewer {
    fn init(&mut self) -> Result<()> {
        events::subscribe("chat.message")
    }

    fn event(&mut self, event: Event) -> Result<()> {
        let Some(message) = event.payload::<ChatMessage>()? else {
            return Ok(());
        };
        if event.flags.own || message.text != "!checkin" {
            return Ok(());
        }
        // Names change, and two services may have the same one.
        let key = format!("{COUNTS}{}/{}", event.source, message.user.id);
        let (_, before) = storage::get::<(String, u32)>(&key)?.unwrap_or_default();
        let name = message.user.name;
        let count = before + 1;
        storage::set(&key, &(&name, count))?;
        chat::reply(&event, format!("{name} was here {count} times."))
    }

    fn command(&mut self, name: &str, parameters: Value) -> Result<Value> {
        if name != "top" {
            return Err(Error::NotFound(format!("there is no command `{name}`")));
        }
        let most = parameters
            .get("count")
            .and_then(Value::as_u64)
            .unwrap_or(10);
        let mut counts = all()?;
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        Ok(json!(counts))
    }
}

/// A page of keys holds a thousand; the next begins after its last.
fn all() -> Result<Vec<(String, u32)>> {
    let mut counts = Vec::new();
    let mut keys = storage::keys(COUNTS, None)?;
    while let Some(last) = keys.last().cloned() {
        for key in &keys {
            counts.extend(storage::get::<(String, u32)>(key)?);
        }
        keys = storage::keys(COUNTS, Some(&last))?;
    }
    Ok(counts)
}
// ANCHOR_END: plugin

#[cfg(test)]
mod tests {
    use pato_sdk::catalogue::chat::User;
    use pato_sdk::testing::{FakeHost, event};

    use super::*;

    fn checkin(name: &str) -> Event {
        event(&ChatMessage {
            text: "!checkin".into(),
            user: User {
                id: name.to_lowercase(),
                login: name.to_lowercase(),
                name: name.into(),
            },
            ..pato_sdk::catalogue::TopicPayload::example()
        })
    }

    #[test]
    fn each_viewer_has_a_count_that_survives_a_restart() {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        host.answer("chat.send", |_| Ok(json!({ "messages": 1 })));
        PerViewer.event(checkin("Ada")).unwrap();
        for _ in 0..2 {
            PerViewer.event(checkin("Ronni")).unwrap();
        }
        assert_eq!(host.sent().last().unwrap(), "Ronni was here 2 times.");
        let top = PerViewer.command("top", json!({ "count": 1 })).unwrap();
        assert_eq!(top, json!([["Ronni", 2]]));
    }

    #[test]
    fn more_viewers_than_one_page_of_keys_are_all_counted() {
        let host = FakeHost::new();
        for number in 0..2_500 {
            let key = format!("{COUNTS}twitch/{number}");
            host.store(&key, &("somebody", 1)).unwrap();
        }
        assert_eq!(all().unwrap().len(), 2_500);
    }
}
