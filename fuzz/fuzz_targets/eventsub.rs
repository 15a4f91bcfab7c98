//! A message of Twitch's EventSub, and the events that it becomes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pato_connectors::twitch::eventsub::events_of;
use pato_events::catalogue;

fuzz_target!(|message: &str| {
    let Ok(events) = events_of(message) else {
        return;
    };
    for event in events {
        let entry = catalogue::topic(event.topic.as_str());
        let entry = entry.expect("every event has a topic of the catalogue");
        entry
            .check(&event.data)
            .expect("every payload fits its topic");
    }
});
