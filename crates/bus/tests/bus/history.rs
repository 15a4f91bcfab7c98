use pato_bus::BusConfiguration;
use pato_events::{Draft, EventId, Payload};

use crate::{bus, bus_with, draft, ids, numbers, pattern};

#[test]
fn the_history_keeps_the_latest_by_count() {
    let bus = bus_with(BusConfiguration {
        history: 3,
        ..BusConfiguration::default()
    });
    for _ in 0..10 {
        bus.publish(draft("chat.message")).unwrap();
    }
    assert_eq!(ids(&bus.history(&pattern("**"), 100)), numbers(8..=10));
    assert_eq!(bus.metrics().history, 3);
    assert!(bus.find(&EventId::new("7")).is_none());
    assert_eq!(bus.find(&EventId::new("8")).unwrap().id.as_str(), "8");
}

#[test]
fn the_history_keeps_the_latest_by_bytes() {
    let bus = bus_with(BusConfiguration {
        history_bytes: 20_000,
        ..BusConfiguration::default()
    });
    let large = Payload::parse(&format!("{{\"text\": \"{}\"}}", "x".repeat(3_000))).unwrap();
    for _ in 0..50 {
        let heavy = Draft {
            data: large.clone(),
            ..draft("chat.message")
        };
        bus.publish(heavy).unwrap();
        let metrics = bus.metrics();
        assert!(metrics.history_bytes <= 20_000, "{metrics:?}");
    }
    let metrics = bus.metrics();
    assert!((4..=6).contains(&metrics.history), "{metrics:?}");
    let kept = bus.history(&pattern("**"), 100);
    assert_eq!(kept.last().unwrap().id.as_str(), "50");
}

#[test]
fn an_event_larger_than_the_whole_history_does_not_empty_it() {
    let bus = bus_with(BusConfiguration {
        history_bytes: 20_000,
        ..BusConfiguration::default()
    });
    bus.publish(draft("chat.message")).unwrap();
    let giant = Payload::parse(&format!("{{\"text\": \"{}\"}}", "x".repeat(30_000))).unwrap();
    let giant = Draft {
        data: giant,
        ..draft("chat.message")
    };
    bus.publish(giant).unwrap();
    bus.publish(draft("chat.message")).unwrap();
    assert_eq!(ids(&bus.history(&pattern("**"), 100)), ["1", "3"]);
    assert!(bus.find(&EventId::new("2")).is_none());
    assert!(bus.find(&EventId::new("3")).is_some());
}

#[test]
fn a_long_history_is_searched_to_its_beginning_and_no_further_than_asked() {
    let bus = bus();
    for number in 1..=2_000 {
        let topic = if number % 500 == 0 {
            "obs.scene"
        } else {
            "chat.message"
        };
        bus.publish(draft(topic)).unwrap();
    }
    let scenes = bus.history(&pattern("obs.*"), 100);
    assert_eq!(ids(&scenes), ["500", "1000", "1500", "2000"]);
    assert_eq!(ids(&bus.history(&pattern("obs.*"), 2)), ["1500", "2000"]);
    assert_eq!(ids(&bus.history(&pattern("**"), 2_000)), numbers(1..=2_000));
    assert!(bus.history(&pattern("**"), 0).is_empty());
    assert!(bus.history(&pattern("nobody"), 100).is_empty());
}

#[test]
fn only_the_id_as_given_finds_an_event() {
    let bus = bus_with(BusConfiguration {
        id_prefix: "a7-".to_owned(),
        ..BusConfiguration::default()
    });
    let event = bus.publish(draft("chat.message")).unwrap();
    assert_eq!(event.id.as_str(), "a7-1");
    assert!(bus.find(&event.id).is_some());
    for wrong in [
        "1",
        "a7-",
        "a7-+1",
        "a7-01",
        "a7-2",
        "a7-99999999999999999999",
        "b7-1",
        "",
    ] {
        assert!(bus.find(&EventId::new(wrong)).is_none(), "{wrong}");
    }
}

#[test]
fn the_clock_is_asked_where_the_source_has_no_time_that_json_can_hold() {
    let bus = bus();
    for time in [None, Some(f64::NAN), Some(f64::INFINITY)] {
        let event = bus
            .publish(Draft {
                time,
                ..draft("chat.message")
            })
            .unwrap();
        assert_eq!(event.time, 1_000.0);
    }
    let own = Draft {
        time: Some(5.0),
        ..draft("chat.message")
    };
    assert_eq!(bus.publish(own).unwrap().time, 5.0);
}
