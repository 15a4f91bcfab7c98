use std::collections::BTreeSet;

use pato_bus::Overflow;
use pato_events::{Pattern, Topic};
use proptest::prelude::*;

use crate::{bus, draft, ids, mailbox, pattern, read};

const MAILBOXES: usize = 5;
const TOPIC: &str = "[abc](\\.[abc]){0,4}";
const PATTERN: &str = "([abc]|\\*)(\\.([abc]|\\*)){0,3}(\\.\\*\\*)?|\\*\\*";

#[derive(Debug, Clone)]
enum Step {
    Add(usize, Pattern),
    Remove(usize, Pattern),
    Close(usize),
    Publish(Topic),
}

fn step() -> impl Strategy<Value = Step> {
    let selection = PATTERN.prop_map(|text| pattern(&text));
    let topic = TOPIC.prop_map(|text| Topic::new(&text).unwrap());
    prop_oneof![
        8 => (0..MAILBOXES, selection.clone()).prop_map(|(index, pattern)| Step::Add(index, pattern)),
        4 => (0..MAILBOXES, selection).prop_map(|(index, pattern)| Step::Remove(index, pattern)),
        1 => (0..MAILBOXES).prop_map(Step::Close),
        16 => topic.prop_map(Step::Publish),
    ]
}

proptest! {
    #[test]
    fn every_mailbox_gets_what_its_patterns_match_and_gets_it_once(
        steps in prop::collection::vec(step(), 1..120),
    ) {
        let bus = bus();
        let mailboxes: Vec<_> = (0..MAILBOXES)
            .map(|_| mailbox(&bus, 1_000, Overflow::DropOldest, &[]))
            .collect();
        let mut patterns = vec![BTreeSet::new(); MAILBOXES];
        let mut closed = [false; MAILBOXES];
        let mut expected = vec![Vec::new(); MAILBOXES];
        for step in steps {
            match step {
                Step::Add(index, pattern) => {
                    mailboxes[index].add(pattern.clone());
                    if !closed[index] {
                        patterns[index].insert(pattern);
                    }
                }
                Step::Remove(index, pattern) => {
                    let removed = mailboxes[index].remove(&pattern);
                    prop_assert_eq!(removed, patterns[index].remove(&pattern));
                }
                Step::Close(index) => {
                    mailboxes[index].close();
                    closed[index] = true;
                    patterns[index].clear();
                }
                Step::Publish(topic) => {
                    let event = bus.publish(draft(topic.as_str())).unwrap();
                    for (patterns, expected) in patterns.iter().zip(&mut expected) {
                        if patterns.iter().any(|pattern| pattern.matches(&topic)) {
                            expected.push(event.id.to_string());
                        }
                    }
                }
            }
        }
        for index in 0..MAILBOXES {
            prop_assert_eq!(read(&mailboxes[index]), expected[index].clone());
            let known: Vec<_> = patterns[index].iter().cloned().collect();
            prop_assert_eq!(mailboxes[index].patterns(), known);
        }
        let subscriptions: usize = patterns.iter().map(BTreeSet::len).sum();
        prop_assert_eq!(bus.metrics().subscriptions, subscriptions);
    }

    #[test]
    fn snapshot_and_history_select_as_patterns_do(
        topics in prop::collection::vec(TOPIC, 1..40),
        selection in PATTERN,
    ) {
        let bus = bus();
        let mut latest = Vec::new();
        let mut all = Vec::new();
        for topic in &topics {
            let event = bus.publish(crate::state(topic, "test")).unwrap();
            if pattern(&selection).matches(&event.topic) {
                latest.retain(|(known, _)| known != topic);
                latest.push((topic.clone(), event.id.to_string()));
                all.push(event.id.to_string());
            }
        }
        let latest: Vec<_> = latest.into_iter().map(|(_, id)| id).collect();
        prop_assert_eq!(ids(&bus.snapshot(&pattern(&selection))), latest);
        prop_assert_eq!(ids(&bus.history(&pattern(&selection), 1_000)), all);
    }
}

#[test]
fn more_topics_than_are_remembered_still_reach_their_mailbox() {
    let bus = bus();
    let all = mailbox(&bus, 10_000, Overflow::DropOldest, &["flood.*"]);
    for round in 0..2 {
        for number in 0..3_000 {
            bus.publish(draft(&format!("flood.{number}"))).unwrap();
        }
        assert_eq!(all.len(), 3_000 * (round + 1));
    }
}

#[test]
fn a_dropped_mailbox_leaves_nothing_behind() {
    let bus = bus();
    let kept = mailbox(&bus, 10, Overflow::DropOldest, &["chat.*"]);
    let gone = mailbox(
        &bus,
        10,
        Overflow::DropOldest,
        &["chat.*", "**", "chat.message"],
    );
    bus.publish(draft("chat.message")).unwrap();
    assert_eq!(bus.metrics().subscriptions, 4);
    drop(gone);
    bus.publish(draft("chat.message")).unwrap();
    assert_eq!(read(&kept), ["1", "2"]);
    let metrics = bus.metrics();
    assert_eq!((metrics.subscribers, metrics.subscriptions), (1, 1));
    assert_eq!(bus.mailboxes(), [kept.metrics()]);
}
