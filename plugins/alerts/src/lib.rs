//! Shows what people do for a channel, one at a time, and loses none of it.

mod alert;
mod gifts;
#[cfg(test)]
mod overlay_tests;
mod panel;
mod queue;
mod settings;
mod stage;
#[cfg(test)]
mod tests;
mod text;

use std::time::Duration;

use pato_sdk::catalogue::chat::User;
use pato_sdk::prelude::*;
use pato_sdk::ui::{AlertId, Happening, Surfaces};
use serde::Serialize;

use crate::alert::{Alert, Kind, News};
use crate::queue::Queue;
use crate::settings::Settings;

/// How long to wait before what failed is tried again.
const RETRY: Duration = Duration::from_secs(5);

/// The plugin.
#[derive(Default)]
struct Alerts {
    settings: Settings,
    queue: Queue,
    screen: Screen,
    /// When gifts are released.
    gather: Option<Timer>,
    /// When what failed is tried again.
    retry: Option<Timer>,
    /// The latest `alerts.queue`.
    told: Value,
    surfaces: Surfaces,
    /// What came of the last press of a button.
    said: String,
}

/// What overlays show now.
#[derive(Default)]
enum Screen {
    #[default]
    Free,
    /// An alert, since then, until the timer is due or the host says that it is over.
    Busy {
        timer: Timer,
        since: f64,
        /// On the overlay; none if that is not granted, and only others show it.
        overlay: Option<AlertId>,
    },
    /// Nothing for a moment, until the timer is due.
    Gap(Timer),
}

/// Why an alert is over.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Reason {
    Shown,
    Skipped,
}

/// The payload of `alerts.done`.
#[derive(Serialize)]
struct Done {
    id: u32,
    kind: Kind,
    reason: Reason,
}

/// The payload of `alerts.queue`.
#[derive(Serialize)]
struct State<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    showing: Option<&'a Alert>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shown_since: Option<f64>,
    waiting: usize,
    left_out: u32,
    paused: bool,
    quiet: bool,
}

#[plugin]
impl Plugin for Alerts {
    fn init(&mut self) -> Result<()> {
        self.settings = Settings::read()?;
        self.queue = Queue::read()?;
        self.queue.set_ranks(&self.settings.ranks);
        stage::clear();
        for topic in alert::TOPICS {
            if let Err(error) = events::subscribe(topic) {
                warn!("`{topic}` makes no alert: {error}");
            }
        }
        // What was gathered before has waited long enough.
        self.release();
        self.proceed();
        Ok(())
    }

    fn event(&mut self, event: Event) -> Result<()> {
        self.events(vec![event])
    }

    /// All of a batch is stored at once, before any of it is shown.
    fn events(&mut self, events: Vec<Event>) -> Result<()> {
        for event in events {
            if let Err(error) = self.take_in(&event) {
                error!("event {} of `{}`: {error}", event.id, event.topic);
            }
        }
        self.proceed();
        Ok(())
    }

    fn command(&mut self, name: &str, parameters: Value) -> Result<Value> {
        let answer = match name {
            "skip" => json!({ "skipped": self.end(Reason::Skipped) }),
            "pause" | "resume" => {
                self.queue.state.paused = name == "pause";
                json!({ "paused": self.queue.state.paused })
            }
            "test" => {
                let alert = test(&parameters)?;
                self.add(alert, false);
                Value::Null
            }
            "replay" => json!({ "id": self.queue.replay()? }),
            "clear" => json!({ "cleared": self.queue.clear() }),
            "queue" => {
                let waiting: Vec<_> = self.queue.waiting().take(100).collect();
                return Ok(json!({ "showing": self.queue.showing(), "waiting": waiting }));
            }
            _ => {
                return Err(Error::NotFound(format!(
                    "there is no command `{name}`; use `skip`, `pause`, `resume`, `test`, \
                     `replay`, `clear` or `queue`"
                )));
            }
        };
        self.proceed();
        Ok(answer)
    }

    fn timer(&mut self, timer: Timer) -> Result<()> {
        match self.screen {
            Screen::Busy { timer: own, .. } if own == timer => {
                self.end(Reason::Shown);
            }
            Screen::Gap(own) if own == timer => self.screen = Screen::Free,
            _ => {}
        }
        if self.gather == Some(timer) {
            self.gather = None;
            self.release();
        }
        self.retry.take_if(|own| *own == timer);
        self.proceed();
        Ok(())
    }

    fn settings_changed(&mut self, _keys: Vec<String>) -> Result<()> {
        self.settings = Settings::read()?;
        self.queue.set_ranks(&self.settings.ranks);
        self.proceed();
        Ok(())
    }

    fn surface(&mut self, event: SurfaceEvent) -> Result<()> {
        match &event.what {
            Happening::Shown(id) => self.on_stage(id)?,
            Happening::Finished(id) if self.screen.is_on_stage(id) => {
                self.end(Reason::Shown);
            }
            Happening::Finished(_) => {}
            _ => self.use_panel(&event),
        }
        self.proceed();
        Ok(())
    }
}

impl Screen {
    fn is_on_stage(&self, id: &AlertId) -> bool {
        matches!(self, Self::Busy { overlay: Some(own), .. } if own == id)
    }
}

impl Alerts {
    fn take_in(&mut self, event: &Event) -> Result<()> {
        let flags = event.flags;
        let unwanted = flags.own || flags.snapshot || (flags.replayed && !self.settings.replayed);
        if unwanted || !self.queue.is_new(&event.id) {
            return Ok(());
        }
        match alert::read(event)? {
            Some(News::Alert(alert)) => self.judge(alert, false),
            Some(News::Gift { alert, named }) => self.queue.state.gifts.give(alert, named),
            Some(News::Received(alert)) => self.queue.state.gifts.receive(alert),
            None => {}
        }
        if self.queue.state.gifts.is_full() {
            self.release();
        }
        Ok(())
    }

    /// Makes alerts of the gifts that were gathered.
    fn release(&mut self) {
        let (gifts, received) = self.queue.state.gifts.release();
        for gift in gifts {
            self.judge(gift, false);
        }
        for alert in received {
            self.judge(alert, true);
        }
    }

    fn judge(&mut self, alert: Alert, received: bool) {
        if self.settings.admits(&alert) {
            self.add(alert, received);
        }
    }

    fn add(&mut self, mut alert: Alert, received: bool) {
        self.settings.complete(&mut alert, received);
        self.queue.push(alert);
    }

    /// Does whatever is to be done now: stores, shows the next alert, sets the timers, tells how things
    /// stand. What fails is tried again.
    fn proceed(&mut self) {
        if matches!(self.screen, Screen::Free) && !self.queue.state.paused {
            self.queue.show_next(self.settings.quiet);
        }
        if let Err(error) = self.try_to_proceed() {
            warn!("tried again in {} s: {error}", RETRY.as_secs());
            if self.retry.is_none() {
                self.retry = timers::after(RETRY).ok();
            }
        }
    }

    fn try_to_proceed(&mut self) -> Result<()> {
        // A full disk is no reason to show nothing.
        let stored = self.queue.commit();
        if self.gather.is_none() && self.queue.state.gifts.is_waiting() {
            let gather = Duration::from_secs(self.settings.gather.into());
            self.gather = Some(timers::after(gather)?);
        }
        if matches!(self.screen, Screen::Free)
            && !self.queue.state.paused
            && let Some(alert) = self.queue.showing()
        {
            // The timer first: if it is refused, the alert would never end.
            let seconds = Duration::from_secs(alert.seconds.into());
            let mut timer = timers::after(seconds)?;
            if let Err(error) = events::publish("alerts.show", alert) {
                // A timer that nothing waits for does no harm.
                drop(timer.cancel());
                return Err(error);
            }
            let overlay = stage::show(alert, &self.settings);
            if overlay.is_some()
                && let Ok(later) = timers::after(seconds + stage::UNSEEN)
            {
                drop(timer.cancel());
                timer = later;
            }
            let since = clock::now();
            self.screen = Screen::Busy {
                timer,
                since,
                overlay,
            };
        }
        self.draw()?;
        let state = json!(self.state());
        if state != self.told {
            events::publish_state("alerts.queue", &state)?;
            self.told = state;
        }
        stored
    }

    /// Ends the alert that is shown; answers which one it was.
    fn end(&mut self, reason: Reason) -> Option<u32> {
        let (timer, on_stage) = match &self.screen {
            Screen::Busy { timer, overlay, .. } => (*timer, overlay.is_some()),
            Screen::Free | Screen::Gap(_) => return None,
        };
        self.screen = Screen::Free;
        // It may be due already, and then comes to nothing.
        drop(timer.cancel());
        if matches!(reason, Reason::Skipped) && on_stage {
            stage::clear();
        }
        if self.settings.gap > 0
            && let Ok(timer) = timers::after(Duration::from_secs(self.settings.gap.into()))
        {
            self.screen = Screen::Gap(timer);
        }
        let alert = self.queue.end()?;
        let (id, kind) = (alert.id, alert.kind);
        if let Err(error) = events::publish("alerts.done", &Done { id, kind, reason }) {
            warn!("nobody was told that alert {id} is over: {error}");
        }
        Some(id)
    }

    fn state(&self) -> State<'_> {
        let since = match self.screen {
            Screen::Busy { since, .. } => Some(since),
            Screen::Free | Screen::Gap(_) => None,
        };
        let next = self.queue.showing();
        let waiting = self.queue.count();
        State {
            showing: next.filter(|_| since.is_some()),
            shown_since: since,
            waiting: waiting + usize::from(next.is_some() && since.is_none()),
            left_out: self.queue.state.left_out,
            paused: self.queue.state.paused,
            quiet: self.settings.quiet,
        }
    }
}

/// The alert that the command `test` asks for.
fn test(parameters: &Value) -> Result<Alert> {
    let text = |key: &str| parameters.get(key).and_then(Value::as_str);
    let kind = Kind::parse(text("kind").unwrap_or("follow"))?;
    let name = text("user").unwrap_or("Ronni");
    let amount = parameters.get("amount").map(|amount| {
        let amount = amount.as_f64().filter(|amount| *amount >= 0.0);
        amount.ok_or_else(|| Error::Invalid("`amount` is a number, 0 or more".into()))
    });
    let alert = Alert {
        user: Some(User {
            id: "test".into(),
            login: name.to_lowercase(),
            name: name.into(),
        }),
        reward: (kind == Kind::Reward).then(|| "Test".into()),
        service: "test".into(),
        channel: "test".into(),
        time: clock::now(),
        simulated: true,
        ..Alert::of(kind)
    };
    let alert = alert.says(text("message").map(str::to_owned));
    let amount = amount.transpose()?.unwrap_or(5.0);
    Ok(match kind {
        Kind::Follow | Kind::Subscribe => alert,
        Kind::Gift => alert.amounts_to(amount, "subscriptions"),
        Kind::Cheer | Kind::PowerUp => alert.amounts_to(amount, "bits"),
        Kind::Raid | Kind::Shoutout => alert.amounts_to(amount, "viewers"),
        Kind::Reward => alert.amounts_to(amount, "points"),
        Kind::Donation => alert.amounts_to(amount, "EUR"),
        Kind::Streak => alert.amounts_to(amount, "streams"),
    })
}
