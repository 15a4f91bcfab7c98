//! Says in its log what it sees, and tells how it is by a command.

// ANCHOR: plugin
use std::collections::BTreeMap;

use pato_sdk::prelude::*;

#[derive(Default)]
struct Logging {
    seen: BTreeMap<String, u32>,
    lost: u32,
    mistake: Option<String>,
}

#[plugin]
impl Plugin for Logging {
    fn init(&mut self) -> Result<()> {
        info!("it begins");
        events::subscribe("chat.*")
    }

    fn event(&mut self, event: Event) -> Result<()> {
        trace!("{} of {}: {}", event.topic, event.source, event.data);
        *self.seen.entry(event.topic.clone()).or_default() += 1;
        match event.payload::<ChatMessage>() {
            Ok(_) => Ok(()),
            // What is returned is logged as an error, with the event's id: see `pato events chain ID`.
            Err(error) => {
                self.mistake = Some(error.to_string());
                Err(error)
            }
        }
    }

    /// Events came faster than they were handled.
    fn lagged(&mut self, dropped: u32) -> Result<()> {
        self.lost += dropped;
        warn!("{dropped} events were lost");
        Ok(())
    }

    fn command(&mut self, name: &str, _parameters: Value) -> Result<Value> {
        match name {
            "state" => Ok(json!({
                "seen": self.seen,
                "lost": self.lost,
                "mistake": self.mistake,
            })),
            _ => Err(Error::NotFound(format!("there is no command `{name}`"))),
        }
    }
}
// ANCHOR_END: plugin

#[cfg(test)]
mod tests {
    use pato_sdk::log::Level;
    use pato_sdk::testing::{FakeHost, chat, named};

    use super::*;

    #[test]
    fn a_mistake_is_logged_by_the_sdk_and_told_by_the_command() {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        let mut plugin = Logging::default();
        plugin.init().unwrap();
        let wrong = named("chat.message", &json!({ "text": 5 }));
        plugin.events(vec![chat("hi"), wrong]).unwrap();
        plugin.lagged(3).unwrap();
        let errors = host
            .logs()
            .into_iter()
            .filter(|(level, _)| *level == Level::Error);
        assert_eq!(errors.count(), 1);
        let state = plugin.command("state", json!({})).unwrap();
        assert_eq!(state["seen"], json!({ "chat.message": 2 }));
        assert_eq!(state["lost"], 3);
        assert!(state["mistake"].as_str().unwrap().contains("does not fit"));
    }
}
