//! Knows what Pato itself wrote, so that it comes back once and is marked.
//!
//! Twitch names a message in its answer to who wrote it, and shows it to everyone in the chat; which of
//! the two arrives first is open. While an answer is awaited, messages of that account are held.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use pato_events::{Draft, EventId, Flags};

use super::eventsub::translate::Chatter;

/// How many messages are remembered.
const REMEMBERED: usize = 512;

/// How many messages are held at most; the oldest is let go.
const HELD: usize = 64;

/// What Pato wrote, and what it may have written.
#[derive(Default)]
pub(super) struct OwnMessages(Mutex<State>);

#[derive(Default)]
struct State {
    /// How many answers are awaited, by the id of the account's user.
    awaited: HashMap<String, usize>,
    /// The messages that Pato wrote and that have not been heard yet.
    written: VecDeque<(String, Cause)>,
    held: VecDeque<(Chatter, Vec<Draft>)>,
}

/// The event that led to a message, and how many led to that.
pub(super) type Cause = Option<(EventId, u8)>;

impl OwnMessages {
    /// A message is about to be written by this user.
    pub(super) fn begin(&self, user_id: &str) {
        *self.state().awaited.entry(user_id.to_owned()).or_default() += 1;
    }

    /// Twitch has answered: with the id of the message, if it was written. Returns what can be published
    /// now.
    pub(super) fn end(&self, user_id: &str, written: Option<(String, Cause)>) -> Vec<Draft> {
        let mut state = self.state();
        if let Some(awaited) = state.awaited.get_mut(user_id) {
            *awaited = awaited.saturating_sub(1);
        }
        if let Some(written) = written {
            if state.written.len() >= REMEMBERED {
                state.written.pop_front();
            }
            state.written.push_back(written);
        }
        let held = std::mem::take(&mut state.held);
        let mut drafts = Vec::new();
        for (chatter, events) in held {
            drafts.extend(state.decide(chatter, events));
        }
        drafts
    }

    /// A chat message was heard. Returns what can be published now.
    pub(super) fn hear(&self, chatter: Chatter, events: Vec<Draft>) -> Vec<Draft> {
        let mut state = self.state();
        state.decide(chatter, events)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn decide(&mut self, chatter: Chatter, mut events: Vec<Draft>) -> Vec<Draft> {
        let written = &mut self.written;
        let place = written.iter().position(|(id, _)| *id == chatter.message_id);
        if let Some((_, cause)) = place.and_then(|place| written.remove(place)) {
            for event in &mut events {
                event.cause.clone_from(&cause);
                event.flags = Flags {
                    own: true,
                    ..event.flags
                };
            }
            return events;
        }
        if self.awaited.get(&chatter.user_id).is_none_or(|it| *it == 0) {
            return events;
        }
        let oldest = match self.held.len() >= HELD {
            true => self.held.pop_front(),
            false => None,
        };
        self.held.push_back((chatter, events));
        oldest.map(|(_, events)| events).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use pato_events::{Payload, Topic};

    use super::*;

    fn chat(message_id: &str) -> (Chatter, Vec<Draft>) {
        let chatter = Chatter {
            user_id: "7".into(),
            message_id: message_id.into(),
            roles: Vec::new(),
        };
        let topic = Topic::new("chat.message").unwrap();
        (chatter, vec![Draft::new(topic, "twitch", Payload::empty())])
    }

    fn hear(own: &OwnMessages, message_id: &str) -> Vec<bool> {
        let (chatter, drafts) = chat(message_id);
        flags(&own.hear(chatter, drafts))
    }

    fn flags(drafts: &[Draft]) -> Vec<bool> {
        drafts.iter().map(|draft| draft.flags.own).collect()
    }

    #[test]
    fn what_pato_wrote_is_its_own_whichever_comes_first() {
        let own = OwnMessages::default();
        let cause = Some((EventId::new("e1"), 3));
        own.begin("7");
        assert!(own.end("7", Some(("a".into(), cause.clone()))).is_empty());
        let (chatter, drafts) = chat("a");
        let drafts = own.hear(chatter, drafts);
        assert_eq!(flags(&drafts), [true]);
        assert_eq!(drafts[0].cause, cause);

        own.begin("7");
        assert_eq!(
            hear(&own, "b"),
            [false; 0],
            "held until the answer is there"
        );
        assert_eq!(flags(&own.end("7", Some(("b".into(), None)))), [true]);
    }

    #[test]
    fn what_the_streamer_types_meanwhile_is_only_late() {
        let own = OwnMessages::default();
        own.begin("7");
        assert_eq!(hear(&own, "typed"), [false; 0]);
        assert_eq!(flags(&own.end("7", Some(("b".into(), None)))), [false]);
        assert_eq!(hear(&own, "typed later"), [false]);
        assert_eq!(hear(&own, "b"), [true]);
    }

    #[test]
    fn a_message_that_was_not_written_lets_go_what_was_held() {
        let own = OwnMessages::default();
        own.begin("7");
        own.begin("7");
        assert_eq!(hear(&own, "typed"), [false; 0]);
        assert_eq!(flags(&own.end("7", None)), [false; 0]);
        assert_eq!(flags(&own.end("7", None)), [false]);
    }

    #[test]
    fn what_is_held_is_bounded() {
        let own = OwnMessages::default();
        own.begin("7");
        let told: usize = (0..200).map(|id| hear(&own, &id.to_string()).len()).sum();
        assert_eq!(told, 200 - HELD);
    }
}
