//! Posts a reminder every 20 minutes while the stream is live.

// ANCHOR: plugin
use std::time::Duration;

use pato_sdk::catalogue::stream::StreamStatus;
use pato_sdk::prelude::*;

#[derive(Default)]
struct Reminder {
    /// There is one while the stream is live.
    timer: Option<Timer>,
}

#[plugin]
impl Plugin for Reminder {
    fn init(&mut self) -> Result<()> {
        // A state: how things stand comes at once, as an event with the flag `snapshot`.
        events::subscribe("stream.status")
    }

    fn event(&mut self, event: Event) -> Result<()> {
        let Some(status) = event.payload::<StreamStatus>()? else {
            return Ok(());
        };
        match (status.live, self.timer) {
            (true, None) => self.start(),
            (false, Some(_)) => self.stop(),
            // Only the title changed.
            _ => Ok(()),
        }
    }

    fn timer(&mut self, _timer: Timer) -> Result<()> {
        chat::send(settings::get::<String>("text")?)
    }

    fn settings_changed(&mut self, keys: Vec<String>) -> Result<()> {
        if self.timer.is_some() && keys.iter().any(|key| key == "minutes") {
            self.stop()?;
            self.start()?;
        }
        Ok(())
    }
}

impl Reminder {
    fn start(&mut self) -> Result<()> {
        let minutes: u64 = settings::get("minutes")?;
        self.timer = Some(timers::every(Duration::from_secs(60 * minutes))?);
        Ok(())
    }

    fn stop(&mut self) -> Result<()> {
        match self.timer.take() {
            Some(timer) => timer.cancel(),
            None => Ok(()),
        }
    }
}
// ANCHOR_END: plugin

#[cfg(test)]
mod tests {
    use pato_sdk::testing::{FakeHost, event};

    use super::*;

    fn status(live: bool) -> Event {
        event(&StreamStatus {
            live,
            ..pato_sdk::catalogue::TopicPayload::example()
        })
    }

    #[test]
    fn it_reminds_while_the_stream_is_live_and_at_the_pace_that_was_set() {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        host.answer("chat.send", |_| Ok(json!({ "messages": 1 })));
        let mut plugin = Reminder::default();
        plugin.init().unwrap();
        plugin.event(status(false)).unwrap();
        assert!(host.timers().is_empty());

        plugin.event(status(true)).unwrap();
        plugin.event(status(true)).unwrap();
        let minutes = |count: u64| [(Duration::from_secs(60 * count), true)];
        let timers = || {
            host.timers()
                .into_iter()
                .map(|(_, every, repeats)| (every, repeats))
        };
        assert!(timers().eq(minutes(20)));
        plugin.timer(host.timers()[0].0).unwrap();
        assert_eq!(host.sent(), ["Enjoying it? A follow costs nothing."]);

        host.set_setting("minutes", json!(5));
        plugin.settings_changed(vec!["minutes".into()]).unwrap();
        assert!(timers().eq(minutes(5)));
        plugin.event(status(false)).unwrap();
        assert!(host.timers().is_empty());
    }
}
