//! Answers `!hello` in chat, and counts a point for each time.

use std::collections::BTreeMap;

use pato_sdk::prelude::*;

/// What the names of the stored points begin with.
const POINTS: &str = "points/";

#[derive(Default)]
struct Greeter;

#[plugin]
impl Plugin for Greeter {
    /// Called once, at the start: the place to say which events the plugin wants.
    fn init(&mut self) -> Result<()> {
        events::subscribe("chat.message")
    }

    /// Called for each event that it wants.
    fn event(&mut self, event: Event) -> Result<()> {
        let Some(message) = event.payload::<ChatMessage>()? else {
            return Ok(());
        };
        // What Pato itself wrote is not answered: that is how loops begin.
        if event.flags.own || message.text != "!hello" {
            return Ok(());
        }
        let key = format!("{POINTS}{}", message.user.login);
        let points = storage::get::<u32>(&key)?.unwrap_or(0) + 1;
        storage::set(&key, &points)?;
        let name = message.user.name;
        chat::reply(&event, format!("Hello, {name}! Your points: {points}"))
    }

    /// Called for each command of the manifest, from the dashboard, `pato call` or another plugin.
    fn command(&mut self, name: &str, _parameters: Value) -> Result<Value> {
        if name != "points" {
            return Err(Error::NotFound(format!("there is no command `{name}`")));
        }
        let mut all = BTreeMap::new();
        for key in storage::keys(POINTS, None)? {
            let points = storage::get::<u32>(&key)?.unwrap_or(0);
            all.insert(key.trim_start_matches(POINTS).to_owned(), points);
        }
        Ok(json!(all))
    }
}

#[cfg(test)]
mod tests {
    use pato_sdk::testing::{FakeHost, chat};

    use super::*;

    #[test]
    fn a_greeting_is_answered_and_counts() {
        let host = FakeHost::new();
        host.answer("chat.send", |_| Ok(json!({ "messages": 1 })));
        let mut plugin = Greeter;
        plugin.event(chat("!hello")).unwrap();
        plugin.event(chat("good evening")).unwrap();
        plugin.event(chat("!hello")).unwrap();
        assert_eq!(host.sent().len(), 2);
        assert!(host.sent()[1].ends_with("points: 2"));
    }
}
