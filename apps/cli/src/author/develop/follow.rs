use std::time::Duration;

use pato_events::wire::EventFrame;
use pato_host::runtime::LogLine;
use serde_json::Value;
use tokio::time::{MissedTickBehavior, interval};

use super::Events;
use super::told::Told;
use crate::client::Client;
use crate::commands::events::{EventStream, Next, left_out};
use crate::commands::logs::LogReader;
use crate::output::Output;

/// How often the host is asked for new lines of the log.
const LOOK: Duration = Duration::from_millis(200);

/// Shows a plugin's log, and events that have to do with it.
pub(super) struct Follower<'a> {
    client: &'a Client,
    plugin: &'a str,
    shown: Events,
    events: EventStream,
    log: LogReader,
}

impl<'a> Follower<'a> {
    /// Begins now: what was logged before is not shown.
    pub(super) async fn start(
        client: &'a Client,
        plugin: &'a str,
        shown: Events,
    ) -> anyhow::Result<Self> {
        let mut follower = Self {
            client,
            plugin,
            shown,
            events: EventStream::open(client, "*").await?,
            log: LogReader::default(),
        };
        let before = follower.lines().await;
        follower.log.unseen(&before);
        Ok(follower)
    }

    /// Shows all until the host stops, which is the error.
    pub(super) async fn follow(mut self, output: &Output) -> anyhow::Result<()> {
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                next = self.events.next() => match next? {
                    Next::Event(event) if is_shown(&event, self.plugin, self.shown) => {
                        Told::Event { event: &event }.tell(output)?;
                    }
                    Next::Event(_) => {}
                    Next::Lagged(dropped) => {
                        Told::LeftOut { message: &left_out(dropped) }.tell(output)?;
                    }
                },
                _ = look.tick() => {
                    let lines = self.lines().await;
                    for line in self.log.unseen(&lines) {
                        Told::Log { line }.tell(output)?;
                    }
                }
            }
        }
    }

    /// None while it is not installed.
    async fn lines(&self) -> Vec<LogLine> {
        let path = format!("/api/modules/{}/logs", self.plugin);
        self.client.get(&path).await.unwrap_or_default()
    }
}

fn is_shown(event: &EventFrame, plugin: &str, shown: Events) -> bool {
    if shown == Events::None {
        return false;
    }
    let details = event.details.as_ref();
    let source = details.map_or("", |details| details.source.as_str());
    if source.strip_prefix("plugin:") == Some(plugin) {
        return true;
    }
    if event.module == "plugin" {
        let data: Value = event.data.read().unwrap_or_default();
        return data.get("plugin").and_then(Value::as_str) == Some(plugin);
    }
    shown == Events::OfPluginAlone && details.is_some_and(|details| details.flags.own)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(module: &str, data: &Value, source: &str, own: bool) -> EventFrame {
        let text = json!({
            "module": module, "name": "x", "version": 1, "data": data, "timestamp": 1.0,
            "details": { "id": "1", "source": source, "own": own },
        })
        .to_string();
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn what_a_plugin_publishes_and_what_is_said_of_it_is_shown() {
        let published = event("greeter", &json!({}), "plugin:greeter", false);
        let status = event("plugin", &json!({"plugin": "greeter"}), "host", false);
        for shown in [Events::OfPlugin, Events::OfPluginAlone] {
            assert!(is_shown(&published, "greeter", shown));
            assert!(is_shown(&status, "greeter", shown));
        }
        for event in [&published, &status] {
            assert!(!is_shown(event, "greet", Events::OfPluginAlone));
            assert!(!is_shown(event, "greeter", Events::None));
        }
    }

    #[test]
    fn what_it_had_done_is_shown_only_where_nobody_else_could_have_asked_for_it() {
        let said = event("chat", &json!({}), "twitch", true);
        assert!(is_shown(&said, "greeter", Events::OfPluginAlone));
        assert!(!is_shown(&said, "greeter", Events::OfPlugin));
        let heard = event("chat", &json!({}), "twitch", false);
        assert!(!is_shown(&heard, "greeter", Events::OfPluginAlone));
    }
}
