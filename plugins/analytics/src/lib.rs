//! Counts viewers, chat and support over a stream.

mod counts;
mod distinct;
mod frequent;
mod history;
mod screen;
mod session;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use pato_sdk::catalogue::TopicPayload;
use pato_sdk::catalogue::stream::{StreamStatus, StreamViewers};
use pato_sdk::prelude::*;
use pato_sdk::storage::Transaction;
use serde::{Deserialize, Serialize};

use crate::counts::{Chat, Totals, Viewers};
use crate::history::Minute;
use crate::screen::Screen;
use crate::session::{News, Session};

/// How long chat is counted in memory only, in milliseconds.
const STORE: f64 = 10_000.0;

/// How many events of support are remembered, so that none counts twice.
const SEEN: usize = 200;

const KEPT: &str = "kept";
const CHAT: &str = "chat";

/// The plugin.
#[derive(Default)]
struct Analytics {
    settings: Settings,
    kept: Kept,
    chat: Chat,
    timer: Option<Timer>,
    /// Whether chat was counted since it was stored, and when that was.
    unstored: bool,
    stored: f64,
    /// Whether counting began anew, which is stored at once: no old count may come back.
    begun: bool,
    /// The latest event of each topic.
    told: BTreeMap<&'static str, Value>,
    screen: Screen,
}

#[derive(Default, Deserialize)]
struct Settings {
    seconds: u32,
    top: usize,
    ignored_chatters: Vec<String>,
    interruption_minutes: u32,
}

/// What is stored whenever it changes, beside chat.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    session: Session,
    viewers: Viewers,
    totals: Totals,
    minute: Minute,
    seen: VecDeque<String>,
}

/// The payload of `analytics.stream`.
#[derive(Serialize)]
struct Stream {
    live: bool,
    /// Since when is counted.
    since: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<f64>,
    /// Whether simulated events count, for no real stream began.
    simulated: bool,
}

#[plugin]
impl Plugin for Analytics {
    fn init(&mut self) -> Result<()> {
        let now = clock::now();
        self.kept = stored(KEPT)?;
        self.chat = stored(CHAT)?;
        if self.kept.session.started <= 0.0 {
            self.kept.session.started = now;
            self.kept.minute = Minute::at(now);
        }
        self.read_settings()?;
        self.screen.read_history(now);
        let interruption = self.interruption();
        if self.kept.session.wake(now, interruption) {
            self.kept.viewers.leave_all();
        }
        let topics = [
            StreamStatus::TOPIC,
            StreamViewers::TOPIC,
            ChatMessage::TOPIC,
        ];
        for topic in topics.into_iter().chain(counts::SUPPORT) {
            if let Err(error) = events::subscribe(topic) {
                warn!("`{topic}` is not counted: {error}");
            }
        }
        self.publish()
    }

    fn shutdown(&mut self) -> Result<()> {
        self.store()
    }

    fn event(&mut self, event: Event) -> Result<()> {
        self.events(vec![event])
    }

    /// Support is stored at the end of each batch, so that a crash costs none of it.
    fn events(&mut self, events: Vec<Event>) -> Result<()> {
        let mut changed = false;
        for event in events {
            match self.take_in(&event) {
                Ok(changes) => changed |= changes,
                Err(error) => error!("event {} of `{}`: {error}", event.id, event.topic),
            }
        }
        match (changed, self.begun) {
            (_, true) => self.store(),
            (true, false) => storage::set(KEPT, &self.kept),
            (false, false) => Ok(()),
        }
    }

    fn command(&mut self, name: &str, parameters: Value) -> Result<Value> {
        match name {
            "stats" => {
                let [stream, viewers, chat, totals] = self.stats().map(|(_, stats)| stats);
                Ok(json!({ "stream": stream, "viewers": viewers, "chat": chat, "totals": totals }))
            }
            "history" => {
                let minutes = match parameters.get("minutes") {
                    Some(minutes) => minutes.as_u64().ok_or_else(|| {
                        Error::Invalid("`minutes` is a whole number from 1 to 720".into())
                    })?,
                    None => 60,
                };
                Ok(json!({ "minutes": history::last(minutes, clock::now())? }))
            }
            "reset" => {
                self.kept.session.started = clock::now();
                self.begin();
                self.store()?;
                self.publish()?;
                Ok(Value::Null)
            }
            _ => Err(Error::NotFound(format!(
                "there is no command `{name}`; use `stats`, `history` or `reset`"
            ))),
        }
    }

    fn timer(&mut self, _timer: Timer) -> Result<()> {
        let now = clock::now();
        self.kept.session.keep_alive(now);
        if self.kept.minute.is_over(now) {
            self.end_minute(now);
        }
        // A full disk is no reason to tell nothing.
        self.publish()?;
        match self.unstored && !(0.0..STORE).contains(&(now - self.stored)) {
            true => self.store(),
            false => Ok(()),
        }
    }

    fn surface(&mut self, event: SurfaceEvent) -> Result<()> {
        match event.node.as_str() {
            screen::RESET => self.command("reset", Value::Null).map(drop),
            _ => Ok(()),
        }
    }

    fn settings_changed(&mut self, _keys: Vec<String>) -> Result<()> {
        self.read_settings()?;
        self.publish()
    }
}

impl Analytics {
    fn read_settings(&mut self) -> Result<()> {
        let settings: Settings = settings::all()?;
        if self.timer.is_none() || settings.seconds != self.settings.seconds {
            if let Some(timer) = self.timer.take() {
                timer.cancel()?;
            }
            let interval = Duration::from_secs(settings.seconds.into());
            self.timer = Some(timers::every(interval)?);
        }
        self.settings = settings;
        Ok(())
    }

    fn interruption(&self) -> f64 {
        f64::from(self.settings.interruption_minutes) * history::MINUTE
    }

    /// Counts an event; answers whether that has to be stored now.
    fn take_in(&mut self, event: &Event) -> Result<bool> {
        let flags = event.flags;
        if flags.own || flags.replayed {
            return Ok(false);
        }
        if let Some(status) = event.payload::<StreamStatus>()? {
            self.status(event, &status);
            return Ok(true);
        }
        if !self.kept.session.counts(flags.simulated) {
            return Ok(false);
        }
        if let Some(message) = event.payload::<ChatMessage>()? {
            self.message(&message);
            return Ok(false);
        }
        if let Some(viewers) = event.payload::<StreamViewers>()? {
            let place = place(event, &viewers.channel);
            self.kept.viewers.tell(place, &viewers);
            return Ok(false);
        }
        if !self.is_new(&event.id) {
            return Ok(false);
        }
        self.kept.totals.count(event)?;
        self.kept.minute.totals.count(event)?;
        Ok(true)
    }

    fn status(&mut self, event: &Event, status: &StreamStatus) {
        let place = place(event, &status.channel);
        let interruption = self.interruption();
        let news = News {
            place: &place,
            status,
            simulated: event.flags.simulated,
            now: clock::now(),
        };
        if self.kept.session.status(&news, interruption) {
            info!("{place} is live: counting begins anew");
            self.begin();
        }
        if !status.live {
            self.kept.viewers.leave(&place);
        }
    }

    fn message(&mut self, message: &ChatMessage) {
        let ignored = &self.settings.ignored_chatters;
        let login = &message.user.login;
        if ignored
            .iter()
            .any(|one| one.trim().eq_ignore_ascii_case(login))
        {
            return;
        }
        self.chat.count(&message.user.name, clock::now());
        let messages = &mut self.kept.minute.messages;
        *messages = messages.saturating_add(1);
        self.unstored = true;
    }

    /// Whether the event was not counted before; remembers it.
    fn is_new(&mut self, event: &str) -> bool {
        let seen = &mut self.kept.seen;
        if seen.iter().any(|one| one == event) {
            return false;
        }
        if seen.len() >= SEEN {
            seen.pop_front();
        }
        seen.push_back(event.to_owned());
        true
    }

    /// Begins to count at nothing. The history goes on.
    fn begin(&mut self) {
        self.chat = Chat::default();
        self.kept.totals = Totals::default();
        self.kept.viewers.reset();
        self.begun = true;
    }

    fn end_minute(&mut self, now: f64) {
        let mut minute = std::mem::replace(&mut self.kept.minute, Minute::at(now));
        minute.viewers = self.kept.viewers.now();
        if self.kept.session.is_live() {
            self.kept.viewers.end_minute();
        }
        let tells = self.kept.session.is_live() || !minute.is_empty();
        if tells && let Err(error) = history::add(&minute) {
            warn!("a minute is missing in the history: {error}");
        }
        self.screen.read_history(now);
        self.unstored = true;
    }

    fn store(&mut self) -> Result<()> {
        Transaction::new()
            .set(KEPT, &self.kept)?
            .set(CHAT, &self.chat)?
            .commit()?;
        (self.unstored, self.begun) = (false, false);
        self.stored = clock::now();
        Ok(())
    }

    fn stats(&mut self) -> [(&'static str, Value); 4] {
        let session = &self.kept.session;
        let stream = Stream {
            live: session.is_live(),
            since: session.started,
            ended: session.ended,
            simulated: !session.real,
        };
        [
            ("analytics.stream", json!(stream)),
            ("analytics.viewers", self.kept.viewers.json()),
            (
                "analytics.chat",
                self.chat.json(self.settings.top, clock::now()),
            ),
            ("analytics.totals", json!(self.kept.totals)),
        ]
    }

    /// Publishes what changed since the last time.
    fn publish(&mut self) -> Result<()> {
        let stats = self.stats();
        self.screen.draw(&stats, &self.kept.totals)?;
        for (topic, stats) in stats {
            if self.told.get(topic) != Some(&stats) {
                events::publish_state(topic, &stats)?;
                self.told.insert(topic, stats);
            }
        }
        Ok(())
    }
}

/// The stored value of a key. One that cannot be read is logged and begins anew.
fn stored<T: for<'a> Deserialize<'a> + Default>(key: &str) -> Result<T> {
    match storage::get(key) {
        Ok(value) => Ok(value.unwrap_or_default()),
        Err(Error::Invalid(error)) => {
            error!("what is stored as `{key}` is lost: {error}");
            Ok(T::default())
        }
        Err(error) => Err(error),
    }
}

fn place(event: &Event, channel: &str) -> String {
    format!("{}/{channel}", event.source)
}
