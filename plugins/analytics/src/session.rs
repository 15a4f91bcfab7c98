use std::collections::BTreeMap;

use pato_sdk::catalogue::stream::StreamStatus;
use serde::{Deserialize, Serialize};

/// How many channels are known at once.
const MOST: usize = 50;

/// The time that is counted together: a stream, in all channels that are live at once, or what is
/// between streams.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Session {
    /// Since when, in milliseconds since the epoch.
    pub(crate) started: f64,
    /// When the last channel went offline; none while one is live.
    pub(crate) ended: Option<f64>,
    /// Whether a real stream began it; then nothing simulated counts.
    pub(crate) real: bool,
    /// Since when each channel is live.
    live: BTreeMap<String, f64>,
    /// When it was last seen to be live.
    alive: f64,
}

/// How a channel stands, and who says so.
pub(crate) struct News<'a> {
    pub(crate) place: &'a str,
    pub(crate) status: &'a StreamStatus,
    pub(crate) simulated: bool,
    pub(crate) now: f64,
}

impl Session {
    pub(crate) fn is_live(&self) -> bool {
        !self.live.is_empty()
    }

    /// Whether something with that flag counts.
    pub(crate) fn counts(&self, simulated: bool) -> bool {
        !(simulated && self.real)
    }

    /// Remembers that it goes on.
    pub(crate) fn keep_alive(&mut self, now: f64) {
        if self.is_live() {
            self.alive = now;
        }
    }

    /// After a start of the plugin: whatever was live too long ago may have ended meanwhile. Answers
    /// whether that is so.
    pub(crate) fn wake(&mut self, now: f64, interruption: f64) -> bool {
        let over = self.is_live() && now - self.alive > interruption;
        if over {
            self.live.clear();
            self.ended = Some(self.alive);
        }
        over
    }

    /// Takes in how a channel stands; answers whether that begins a new session.
    pub(crate) fn status(&mut self, news: &News<'_>, interruption: f64) -> bool {
        let News { place, now, .. } = *news;
        if news.simulated && self.real && self.is_live() {
            return false;
        }
        if !news.status.live {
            if self.live.remove(place).is_some() && !self.is_live() {
                self.ended = Some(now);
            }
            return false;
        }
        let started = news.status.started_at.unwrap_or(now);
        if let Some(known) = self.live.get(place) {
            // It says again that it is live; with a later beginning, its end was missed.
            if news.status.started_at.is_none() || started - known <= interruption {
                return false;
            }
            self.live.remove(place);
            self.ended = Some(self.alive);
        }
        let goes_on = self.is_live() || self.ended.is_some_and(|end| started - end <= interruption);
        let begins = !(goes_on && self.real != news.simulated);
        if begins {
            *self = Self {
                started,
                real: !news.simulated,
                ..Self::default()
            };
        }
        self.ended = None;
        self.alive = now;
        if self.live.len() < MOST {
            self.live.insert(place.to_owned(), started);
        }
        begins
    }
}

#[cfg(test)]
mod tests {
    use pato_sdk::catalogue::TopicPayload;

    use super::*;

    const MINUTE: f64 = 60_000.0;

    /// How a channel stands at a minute, since another minute if it is live.
    fn told(session: &mut Session, place: &str, minute: f64, since: Option<f64>) -> bool {
        let status = StreamStatus {
            live: since.is_some(),
            started_at: since.map(|minute| minute * MINUTE),
            ..StreamStatus::example()
        };
        let news = News {
            place,
            status: &status,
            simulated: place == "simulator/pato",
            now: minute * MINUTE,
        };
        session.status(&news, 15.0 * MINUTE)
    }

    #[test]
    fn the_first_channel_that_goes_live_begins_and_others_join() {
        let mut session = Session::default();
        assert!(told(&mut session, "twitch/pato", 100.0, Some(100.0)));
        assert!(!told(&mut session, "twitch/pato", 101.0, Some(100.0)));
        assert!(!told(&mut session, "kick/pato", 130.0, Some(130.0)));
        assert!(!told(&mut session, "twitch/pato", 200.0, None));
        assert!(session.is_live());
        assert!(!told(&mut session, "kick/pato", 201.0, None));
        assert_eq!(session.ended, Some(201.0 * MINUTE));
    }

    #[test]
    fn an_interruption_goes_on_and_a_longer_pause_does_not() {
        let mut session = Session::default();
        told(&mut session, "twitch/pato", 100.0, Some(100.0));
        told(&mut session, "twitch/pato", 200.0, None);
        assert!(!told(&mut session, "twitch/pato", 215.0, Some(215.0)));
        told(&mut session, "twitch/pato", 300.0, None);
        assert!(told(&mut session, "twitch/pato", 316.0, Some(316.0)));
    }

    #[test]
    fn a_stream_that_ended_while_nobody_looked_is_over() {
        let mut session = Session::default();
        told(&mut session, "twitch/pato", 100.0, Some(100.0));
        session.keep_alive(150.0 * MINUTE);
        assert!(session.wake(1500.0 * MINUTE, 15.0 * MINUTE));
        assert!(!told(&mut session, "twitch/pato", 1500.0, None));
        assert!(told(&mut session, "twitch/pato", 1501.0, Some(1501.0)));
    }

    #[test]
    fn a_stream_that_is_still_live_after_a_long_absence_goes_on() {
        let mut session = Session::default();
        told(&mut session, "twitch/pato", 100.0, Some(100.0));
        session.keep_alive(150.0 * MINUTE);
        assert!(session.wake(200.0 * MINUTE, 15.0 * MINUTE));
        assert!(!told(&mut session, "twitch/pato", 200.0, Some(100.0)));
        assert!(session.is_live());
    }

    #[test]
    fn a_later_beginning_without_an_end_is_another_stream() {
        let mut session = Session::default();
        told(&mut session, "twitch/pato", 100.0, Some(100.0));
        assert!(told(&mut session, "twitch/pato", 900.0, Some(900.0)));
    }

    #[test]
    fn simulated_streams_give_way_to_real_ones() {
        let mut session = Session::default();
        assert!(session.counts(true));
        assert!(told(&mut session, "simulator/pato", 1.0, Some(1.0)));
        assert!(told(&mut session, "twitch/pato", 2.0, Some(2.0)));
        assert!(!session.counts(true) && session.counts(false));
        assert!(!told(&mut session, "simulator/pato", 3.0, Some(3.0)));
        told(&mut session, "twitch/pato", 4.0, None);
        assert!(!session.is_live());
    }
}
