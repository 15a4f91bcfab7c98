//! Carries announcements and chat from one service to another.

mod announcements;
mod place;
mod relay;
#[cfg(test)]
mod tests;

use pato_sdk::catalogue::stream::StreamStatus;
use pato_sdk::prelude::*;

use crate::announcements::Announcements;
use crate::place::Place;
use crate::relay::Relay;

/// The plugin.
#[derive(Default)]
struct Crosspost {
    announcements: Announcements,
    relay: Relay,
}

#[plugin]
impl Plugin for Crosspost {
    fn init(&mut self) -> Result<()> {
        self.announcements.read()?;
        self.relay.read_settings()?;
        for (topic, effect) in [
            ("stream.status", "no stream is announced"),
            ("chat.message", "no chat is carried"),
        ] {
            if let Err(error) = events::subscribe(topic) {
                warn!("{effect}: {error}");
            }
        }
        Ok(())
    }

    fn event(&mut self, event: Event) -> Result<()> {
        if let Some(message) = event.payload::<ChatMessage>()? {
            self.relay.message(&event, &message);
        } else if let Some(status) = event.payload::<StreamStatus>()? {
            self.announcements.status(&event, status)?;
        }
        Ok(())
    }

    fn command(&mut self, name: &str, _parameters: Value) -> Result<Value> {
        match name {
            "announce" => {
                let announced = self.announcements.announce_now(live()?)?;
                Ok(json!({ "announced": announced }))
            }
            "status" => Ok(json!({
                "relay": self.relay.counts,
                "announcing": self.announcements.open(),
            })),
            _ => Err(Error::NotFound(format!(
                "there is no command `{name}`; use `announce` or `status`"
            ))),
        }
    }

    fn timer(&mut self, timer: Timer) -> Result<()> {
        self.announcements.timer(timer)
    }

    fn settings_changed(&mut self, _keys: Vec<String>) -> Result<()> {
        self.announcements.read_settings()?;
        self.relay.read_settings()
    }
}

/// The streams that are live now.
fn live() -> Result<Vec<(Place, StreamStatus)>> {
    let mut live = Vec::new();
    for event in events::snapshot("stream.status")? {
        if let Some(status) = event.payload::<StreamStatus>()?
            && status.live
        {
            live.push((Place::new(&event.source, &status.channel), status));
        }
    }
    if live.is_empty() {
        return Err(Error::NotFound("no stream is live".into()));
    }
    Ok(live)
}
