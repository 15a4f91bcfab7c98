//! Answers `!discord`, but not more than once in half a minute.

// ANCHOR: plugin
use pato_sdk::Cooldowns;
use pato_sdk::prelude::*;

#[derive(Default)]
struct Answer {
    cooldowns: Cooldowns,
}

#[plugin]
impl Plugin for Answer {
    fn init(&mut self) -> Result<()> {
        events::subscribe("chat.message")
    }

    fn event(&mut self, event: Event) -> Result<()> {
        let Some(message) = event.payload::<ChatMessage>()? else {
            return Ok(());
        };
        // What Pato itself wrote is not answered: that is how loops begin.
        if event.flags.own || chat::command(&message.text, "!") != Some(("discord", "")) {
            return Ok(());
        }
        if !self.cooldowns.is_ready("discord", event.time) {
            return Ok(());
        }
        self.cooldowns.start("discord", event.time, 30);
        chat::reply(&event, "We meet at https://discord.example/pato")
    }
}
// ANCHOR_END: plugin

#[cfg(test)]
mod tests {
    use pato_sdk::testing::{FakeHost, chat};

    use super::*;

    // ANCHOR: test
    #[test]
    fn the_second_question_within_half_a_minute_is_not_answered() {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        host.answer("chat.send", |_| Ok(json!({ "messages": 1 })));
        let mut plugin = Answer::default();
        plugin.init().unwrap();
        for (seconds, answers) in [(0.0, 1), (29.0, 1), (30.0, 2)] {
            let mut question = chat("!discord");
            question.time = seconds * 1000.0;
            plugin.event(question).unwrap();
            assert_eq!(host.sent().len(), answers, "after {seconds} s");
        }
    }
    // ANCHOR_END: test

    #[test]
    fn what_pato_says_itself_is_not_answered() {
        let host = FakeHost::new();
        let mut own = chat("!discord");
        own.flags.own = true;
        Answer::default().event(own).unwrap();
        assert!(host.sent().is_empty());
    }
}
