//! A line of IRC with message tags.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pato_connectors::twitch::irc::{MAX_PARAMETERS, Message};

fuzz_target!(|line: &str| {
    let Ok(message) = Message::parse(line) else {
        return;
    };
    assert!(!message.command().is_empty());
    assert!(message.parameters().len() <= MAX_PARAMETERS);
    let pieces = message.parameters().iter().copied();
    for piece in pieces.chain(message.prefix()).chain([message.command()]) {
        assert!(line.contains(piece) && !piece.contains(['\r', '\n', '\0']));
    }
    for (name, _) in message.raw_tags() {
        // The value may be empty, which counts as none; unescaping must not panic.
        let _ = message.tag(name);
        let _ = message.number::<u64>(name);
    }
});
