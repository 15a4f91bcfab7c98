//! Shows each new follower on the stream, one at a time.

// ANCHOR: plugin
use pato_sdk::catalogue::channel::Follow;
use pato_sdk::prelude::*;
use pato_sdk::ui::{Alert, Animation, Sound, Tone};

#[derive(Default)]
struct Alerts;

#[plugin]
impl Plugin for Alerts {
    fn init(&mut self) -> Result<()> {
        events::subscribe("channel.follow")
    }

    fn event(&mut self, event: Event) -> Result<()> {
        let Some(follow) = event.payload::<Follow>()? else {
            return Ok(());
        };
        let drawing = ui::row([
            ui::icon("heart").tone(Tone::Accent),
            ui::text(format!("{} follows!", follow.user.name)).display(),
        ]);
        let alert = Alert::new(drawing)
            .for_seconds(6)
            .sound(Sound::chime().volume(0.6))
            .enter(Animation::SlideUp)
            .leave(Animation::Fade);
        ui::alert("stage", alert)?;
        Ok(())
    }

    /// Called when an alert is on screen, and when it is over.
    fn surface(&mut self, event: SurfaceEvent) -> Result<()> {
        if let Some(id) = event.finished() {
            debug!("alert {id} was shown");
        }
        Ok(())
    }
}
// ANCHOR_END: plugin

#[cfg(test)]
mod tests {
    use pato_sdk::catalogue::TopicPayload;
    use pato_sdk::testing::{FakeHost, event};

    use super::*;

    #[test]
    fn two_followers_are_shown_one_after_the_other() {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        for _ in 0..2 {
            Alerts.event(event(&Follow::example())).unwrap();
        }
        assert_eq!(host.alerts("stage").len(), 2);
        for _ in 0..2 {
            Alerts.surface(host.show_alert("stage").unwrap()).unwrap();
            assert!(host.show_alert("stage").is_none(), "one is there");
            Alerts.surface(host.finish_alert("stage").unwrap()).unwrap();
        }
        assert_eq!(host.logs().len(), 2);
    }
}
