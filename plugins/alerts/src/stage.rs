//! The overlay. Each alert is handed to the host when its turn has come, so that all that waits is kept
//! here, where nothing is lost.

use std::time::Duration;

use pato_sdk::prelude::*;
use pato_sdk::ui::{self, Animation, Element, Sound, Tone};

use crate::alert::{Alert, Kind};
use crate::settings::Settings;
use crate::{Alerts, Screen};

pub(crate) const STAGE: &str = "stage";

/// How much longer than its time an alert may take while no page shows the overlay: OBS may be starting.
/// Then the next one follows, and the host shows both once a page is there.
pub(crate) const UNSEEN: Duration = Duration::from_secs(60);

/// How much longer than its time an alert may take that is on screen. The host says when it is over; this
/// is for the case that it does not.
const OVERDUE: Duration = Duration::from_secs(10);

/// Hands an alert to the overlay; none if that is not granted or the host takes no more.
pub(crate) fn show(alert: &Alert, settings: &Settings) -> Option<ui::AlertId> {
    match ui::alert(STAGE, looks(alert, settings)) {
        Ok(id) => Some(id),
        Err(Error::Denied(_) | Error::Unavailable(_)) => None,
        Err(error) => {
            warn!("the overlay does not show alert {}: {error}", alert.id);
            None
        }
    }
}

/// Takes what the overlay shows off it.
pub(crate) fn clear() {
    // There may be nothing, or no such right; then there is nothing to take off.
    drop(ui::clear_alerts(STAGE));
    drop(ui::skip_alert(STAGE));
}

fn looks(alert: &Alert, settings: &Settings) -> ui::Alert {
    let look = look(alert.kind);
    let lines = [
        Some(ui::text(alert.text.as_str()).display().tone(look.tone)),
        alert
            .message
            .as_deref()
            .map(|message| ui::text(message).heading()),
    ];
    let drawing: Element = ui::row([
        ui::icon(look.icon).tone(look.tone),
        ui::column(lines.into_iter().flatten()).gap(1),
    ])
    .gap(4);
    let shown = ui::Alert::new(drawing)
        .for_seconds(alert.seconds)
        .priority(settings.ranks.get(&alert.kind).copied().unwrap_or(0))
        .enter(look.enter)
        .leave(Animation::Fade);
    match settings.sound(alert) {
        Some((source, volume)) => shown.sound(Sound::new(source).volume(volume)),
        None => shown,
    }
}

/// What a kind of alert looks like.
pub(crate) struct Look {
    pub(crate) icon: &'static str,
    tone: Tone,
    enter: Animation,
}

pub(crate) fn look(kind: Kind) -> Look {
    let (icon, tone, enter) = match kind {
        Kind::Follow => ("heart", Tone::Normal, Animation::SlideUp),
        Kind::Subscribe => ("star", Tone::Accent, Animation::SlideUp),
        Kind::Gift => ("gift", Tone::Accent, Animation::Bounce),
        Kind::Cheer => ("gem", Tone::Accent, Animation::SlideUp),
        Kind::PowerUp => ("zap", Tone::Accent, Animation::Zoom),
        Kind::Raid => ("users", Tone::Warning, Animation::Zoom),
        Kind::Reward => ("ticket", Tone::Normal, Animation::SlideUp),
        Kind::Donation => ("hand-heart", Tone::Good, Animation::Bounce),
        Kind::Streak => ("flame", Tone::Warning, Animation::SlideUp),
        Kind::Shoutout => ("megaphone", Tone::Normal, Animation::SlideUp),
    };
    Look { icon, tone, enter }
}

impl Alerts {
    /// An alert is on screen, from now on for its time.
    pub(crate) fn on_stage(&mut self, id: &ui::AlertId) -> Result<()> {
        let seconds = self.queue.showing().map_or(0, |alert| alert.seconds);
        if let Screen::Busy {
            timer,
            overlay: Some(own),
            ..
        } = &mut self.screen
            && own == id
        {
            let later = timers::after(Duration::from_secs(seconds.into()) + OVERDUE)?;
            drop(std::mem::replace(timer, later).cancel());
        }
        Ok(())
    }
}
