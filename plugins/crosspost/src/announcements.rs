//! Announces each stream once: not again when it was interrupted, and not when it has long begun.

use std::collections::BTreeMap;
use std::time::Duration;

use pato_sdk::catalogue::stream::StreamStatus;
use pato_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use crate::place::{self, Place};

/// How long ago a stream may have begun to be announced, in milliseconds.
const FRESH: f64 = 1_800_000.0;

/// How many streams are remembered.
const MOST: usize = 100;

/// How often a place is tried, with waits of 30 seconds that double up to ten minutes.
const TRIES: u32 = 12;

const KEY: &str = "announcements";

/// What is to be announced, and what was.
#[derive(Default)]
pub(crate) struct Announcements {
    settings: Settings,
    to: Vec<Place>,
    from: Vec<Place>,
    links: BTreeMap<String, String>,
    kept: Kept,
    timer: Option<Timer>,
}

#[derive(Default, Deserialize)]
struct Settings {
    announce_to: Vec<String>,
    announce_from: Vec<String>,
    announcement: String,
    links: Vec<String>,
    title_seconds: u32,
    again_minutes: u32,
}

#[derive(Default, Serialize, Deserialize)]
struct Kept {
    /// By their places.
    streams: BTreeMap<String, Stream>,
    open: Vec<Announcement>,
}

/// A stream that is known.
#[derive(Serialize, Deserialize)]
struct Stream {
    started: f64,
    ended: Option<f64>,
    /// Whether it was live when the plugin ended, and nothing was heard of it since.
    #[serde(skip)]
    unsure: bool,
}

/// An announcement that is not everywhere yet.
#[derive(Serialize, Deserialize)]
pub(crate) struct Announcement {
    stream: Place,
    title: Option<String>,
    category: Option<String>,
    /// Where it is still missing.
    to: Vec<Place>,
    tries: u32,
}

impl Announcements {
    pub(crate) fn read(&mut self) -> Result<()> {
        self.read_settings()?;
        self.kept = storage::get(KEY)?.unwrap_or_default();
        for stream in self.kept.streams.values_mut() {
            stream.unsure = stream.ended.is_none();
        }
        self.arm(Duration::from_secs(1))
    }

    pub(crate) fn read_settings(&mut self) -> Result<()> {
        self.settings = settings::all()?;
        let settings = &self.settings;
        self.to = place::read("announce_to", &settings.announce_to, Place::parse);
        self.from = place::read("announce_from", &settings.announce_from, Place::parse);
        let links = place::read("links", &settings.links, |line| {
            match line.split_once('=') {
                Some((service, link)) => {
                    Ok((service.trim().to_lowercase(), link.trim().to_owned()))
                }
                None => Err(Error::Invalid(format!(
                    "write `service = address` instead of `{line}`"
                ))),
            }
        });
        self.links = links.into_iter().collect();
        Ok(())
    }

    /// The streams that are not announced everywhere yet.
    pub(crate) fn open(&self) -> &[Announcement] {
        &self.kept.open
    }

    pub(crate) fn status(&mut self, event: &Event, status: StreamStatus) -> Result<()> {
        let stream = Place::new(&event.source, &status.channel);
        let named = self.from.contains(&stream);
        let wanted = named || (self.from.is_empty() && !event.flags.simulated);
        if event.flags.own || event.flags.replayed || !wanted {
            return Ok(());
        }
        let now = clock::now();
        if !status.live {
            self.kept.open.retain(|open| open.stream != stream);
            let key = stream.to_string();
            match self.kept.streams.get_mut(&key) {
                // Nobody knows when it ended, so that the next one is no continuation.
                Some(known) if known.unsure => drop(self.kept.streams.remove(&key)),
                Some(known) => drop(known.ended.get_or_insert(now)),
                None => {}
            }
            return self.keep();
        }
        let open = self.kept.open.iter_mut();
        if let Some(open) = open.into_iter().find(|open| open.stream == stream) {
            open.title = status.title.or(open.title.take());
            open.category = status.category.or(open.category.take());
            // Tried before: then it waits for its turn, not for its title.
            return match open.title.is_some() && open.tries == 0 {
                true => self.announce(|open| open.stream == stream),
                false => self.keep(),
            };
        }
        if self.is_new(event, &stream, status.started_at, now) && !self.to.is_empty() {
            let patience = self.settings.title_seconds;
            let waits = status.title.is_none() && patience > 0;
            self.open_announcement(stream.clone(), status);
            if !waits {
                return self.announce(|open| open.stream == stream);
            }
            self.arm(Duration::from_secs(patience.into()))?;
        }
        self.keep()
    }

    /// Announces what is live, also once more.
    pub(crate) fn announce_now(&mut self, live: Vec<(Place, StreamStatus)>) -> Result<usize> {
        if self.to.is_empty() {
            return Err(Error::Invalid(
                "the setting `announce_to` names no place; add `discord/CHANNEL`".into(),
            ));
        }
        let count = live.len();
        for (stream, status) in live {
            self.kept.open.retain(|open| open.stream != stream);
            self.open_announcement(stream, status);
        }
        self.announce(|_| true)?;
        Ok(count)
    }

    /// When `timer` is the one that was set: announces what waits.
    pub(crate) fn timer(&mut self, timer: Timer) -> Result<()> {
        match self.timer == Some(timer) {
            true => {
                self.timer = None;
                self.announce(|_| true)
            }
            false => Ok(()),
        }
    }

    fn open_announcement(&mut self, stream: Place, status: StreamStatus) {
        self.kept.open.push(Announcement {
            stream,
            title: status.title,
            category: status.category,
            to: self.to.clone(),
            tries: 0,
        });
    }

    /// Whether the stream is another one than that which is known, and has just begun.
    fn is_new(&mut self, event: &Event, stream: &Place, started_at: Option<f64>, now: f64) -> bool {
        let started = started_at.unwrap_or(now);
        let interruption = f64::from(self.settings.again_minutes) * 60_000.0;
        let key = stream.to_string();
        let streams = &mut self.kept.streams;
        if let Some(known) = streams.get_mut(&key) {
            let goes_on = match known.ended {
                Some(ended) => started - ended <= interruption,
                // If it began anew, its end was missed, and nobody knows when that was.
                None => started_at.is_none_or(|started| started - known.started <= interruption),
            };
            (known.ended, known.unsure) = (None, false);
            if goes_on {
                return false;
            }
        }
        if streams.len() >= MOST {
            streams.pop_first();
        }
        let stream = Stream {
            started,
            ended: None,
            unsure: false,
        };
        streams.insert(key, stream);
        match started_at {
            Some(started) => now - started <= FRESH,
            // How things stand is no news unless it says since when.
            None => !event.flags.snapshot,
        }
    }

    /// Writes what is to be announced, and is due, wherever it is missing.
    fn announce(&mut self, is_due: impl Fn(&Announcement) -> bool) -> Result<()> {
        let mut open = std::mem::take(&mut self.kept.open);
        for announcement in open.iter_mut().filter(|open| is_due(open)) {
            let text = self.text(announcement);
            announcement.tries += 1;
            let tries = announcement.tries;
            let stream = &announcement.stream;
            announcement.to.retain(|place| match place.send(&text) {
                Ok(_) => {
                    info!("{stream} is announced in {place}");
                    false
                }
                Err(error) if tries >= TRIES => {
                    error!("{stream} is not announced in {place}, given up: {error}");
                    false
                }
                Err(error) => {
                    warn!("{stream} is not announced in {place} yet, tried again: {error}");
                    true
                }
            });
        }
        open.retain(|announcement| !announcement.to.is_empty());
        let tries = open.iter().map(|announcement| announcement.tries).max();
        self.kept.open = open;
        if let Some(tries) = tries {
            let seconds = 30_u64 << tries.clamp(1, 6).saturating_sub(1);
            self.arm(Duration::from_secs(seconds.min(600)))?;
        }
        self.keep()
    }

    fn keep(&self) -> Result<()> {
        storage::set(KEY, &self.kept)
    }

    /// Sees to it that what is open is looked at after a while.
    fn arm(&mut self, after: Duration) -> Result<()> {
        if self.timer.is_none() && !self.kept.open.is_empty() {
            self.timer = Some(timers::after(after)?);
        }
        Ok(())
    }

    fn text(&self, announcement: &Announcement) -> String {
        let Place { connector, channel } = &announcement.stream;
        let link = self
            .links
            .get(connector)
            .map(|link| pato_sdk::fill(link, |name| (name == "channel").then(|| channel.clone())));
        let text = pato_sdk::fill(&self.settings.announcement, |name| match name {
            "channel" => Some(channel.clone()),
            "service" => Some(connector.clone()),
            "title" => Some(announcement.title.clone().unwrap_or_default()),
            "category" => Some(announcement.category.clone().unwrap_or_default()),
            "link" => Some(link.clone().unwrap_or_default()),
            _ => None,
        });
        // What the service did not tell leaves no empty brackets.
        let text = text.replace("()", "");
        let words: Vec<_> = text.split_whitespace().collect();
        chat::harmless(&words.join(" "))
    }
}
