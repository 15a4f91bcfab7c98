//! The first line is a topic, the second a pattern, the third a pattern that may be narrower.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pato_events::{Pattern, Topic};

fuzz_target!(|text: &str| {
    let mut lines = text.split('\n');
    let mut next = || lines.next().unwrap_or("");
    let (topic, wide, narrow) = (
        Topic::new(next()),
        Pattern::new(next()),
        Pattern::new(next()),
    );
    if let Ok(topic) = &topic {
        let itself = Pattern::from(topic);
        assert!(itself.is_literal() && itself.matches(topic));
    }
    if let Ok(wide) = &wide {
        assert_eq!(Pattern::new(wide.as_str()).as_ref(), Ok(wide));
        assert!(wide.covers(wide));
    }
    if let (Ok(topic), Ok(wide), Ok(narrow)) = (topic, wide, narrow) {
        if wide.covers(&narrow) && narrow.matches(&topic) {
            assert!(wide.matches(&topic));
        }
    }
});
