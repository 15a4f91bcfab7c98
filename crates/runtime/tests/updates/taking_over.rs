use std::collections::BTreeMap;
use std::time::Duration;

use pato_events::catalogue::host::PluginState;
use serde_json::{Value, json};

use crate::kit::{Host, command, eventually, manifest, ok, pause, within};
use crate::{called, named, ready};

const ID: &str = "trap-handler";

fn handler() -> pato_runtime::LoadOptions {
    called(ID, ID)
}

/// How often each event was handled.
fn times(handled: &[Value]) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for event in handled {
        *times.entry(event["id"].to_string()).or_default() += 1;
    }
    times
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_notices_a_candidate_until_it_takes_over() {
    let host = Host::start();
    let handled = host.listen("trap-handler.handled");
    let old = host.load(ID, handler()).await;
    let told = host.listen("plugin.*");
    let candidate = ready(&host, ID, handler()).await;
    host.publish("test.one", json!({}));
    assert_eq!(handled.data().await["topic"], "test.one");
    eventually("its count", || old.metrics().events == 1).await;
    assert_eq!(candidate.plugin().metrics().events, 0);
    assert!(told.arrived().is_empty());
    assert_eq!(host.runtime.plugins().len(), 1);

    let standby = candidate.take_over(&old);
    host.publish("test.two", json!({}));
    assert_eq!(handled.data().await["topic"], "test.two");
    eventually("its own count", || standby.health().events == 1).await;
    assert_eq!(old.metrics().events, 1);
    assert_eq!(told.data().await["state"], "running");
    within("the end of the old one", standby.finish()).await;
    assert_eq!(old.state(), PluginState::Stopped);
    assert!(told.arrived().is_empty(), "the plugin has not stopped");
    assert_eq!(named(&host, ID).metrics().events, 1);
    host.publish("test.three", json!({}));
    assert_eq!(handled.data().await["topic"], "test.three");
    host.runtime.shutdown(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_candidate_that_is_dropped_leaves_nothing_behind() {
    let host = Host::start();
    let old = host.load(ID, handler()).await;
    let candidate = ready(&host, ID, handler()).await;
    let dropped = candidate.plugin().clone();
    drop(candidate);
    eventually("the end", || dropped.state() == PluginState::Stopped).await;
    within("the end", ready(&host, ID, handler()).await.discard()).await;
    assert_eq!(old.state(), PluginState::Running);
    assert_eq!(host.bus.metrics().subscribers, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_versions_come_and_go_each_event_is_handled_once() {
    const EVENTS: usize = 3_000;
    let host = Host::start();
    let handled = host.listen("trap-handler.handled");
    host.load(ID, handler()).await;
    let bus = host.bus.clone();
    let publisher = std::thread::spawn(move || {
        for number in 0..EVENTS {
            let draft = crate::kit::draft("test.number", &json!({ "number": number }));
            bus.publish(draft).unwrap();
            if number % 50 == 0 {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    });
    let mut rounds = 0;
    while !publisher.is_finished() || rounds < 3 {
        let candidate = ready(&host, ID, handler()).await;
        let standby = candidate.take_over(&named(&host, ID));
        tokio::time::sleep(Duration::from_millis(3)).await;
        match rounds % 3 {
            0 | 1 => drop(within("going back", standby.give_back()).await),
            _ => within("the end of the old one", standby.finish()).await,
        }
        rounds += 1;
    }
    publisher.join().unwrap();
    host.publish("test.last", json!({}));
    let all = handled.until(|event| event["topic"] == "test.last").await;
    let times = times(&all);
    assert_eq!(times.len(), EVENTS + 1, "{rounds} rounds");
    // Only what a version may have begun to handle is handled again, and says so.
    let again = all.iter().filter(|event| event["redelivered"] == true);
    let more = times.values().filter(|count| **count > 1).count();
    assert!(more <= again.count(), "{rounds} rounds");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_old_one_finishes_what_it_had_and_gets_back_what_the_new_one_did_not_come_to() {
    let host = Host::start();
    let handled = host.listen("trap-handler.handled");
    let old = host.load(ID, handler()).await;
    pause(&old).await;
    host.publish("test.a", json!({}));
    let candidate = ready(&host, ID, handler()).await;
    let standby = candidate.take_over(&old);
    assert!(named(&host, ID).is_paused(), "the user's wish stays");
    host.publish("test.b", json!({}));
    host.publish("test.c", json!({}));
    assert_eq!(standby.health().queued, 2);
    let old = within("going back", standby.give_back()).await;
    assert_eq!(old.metrics().queued, 3);
    old.resume().await;
    host.publish("test.d", json!({}));
    let topics: Vec<_> = handled.take(4).await;
    let topics: Vec<_> = topics
        .iter()
        .map(|event| event["topic"].as_str().unwrap())
        .collect();
    assert_eq!(topics, ["test.a", "test.b", "test.c", "test.d"]);
    eventually("its count", || named(&host, ID).metrics().events == 4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailbox_that_must_not_lose_an_event_hands_its_spill_over() {
    let host = Host::start();
    let tiny = || {
        let mut options = called("tally", "tally");
        options.manifest.as_mut().unwrap().mailbox.capacity = 4;
        options
    };
    let old = host.load("tally", tiny()).await;
    pause(&old).await;
    for _ in 0..100 {
        host.publish("chat.message", json!({}));
    }
    let standby = ready(&host, "tally", tiny()).await.take_over(&old);
    for _ in 0..100 {
        host.publish("chat.message", json!({}));
    }
    assert_eq!(old.metrics().queued, 4);
    assert_eq!(standby.health().queued, 196);
    let old = within("going back", standby.give_back()).await;
    assert_eq!(old.metrics().queued, 200);
    let standby = ready(&host, "tally", tiny()).await.take_over(&old);
    let new = standby.plugin().clone();
    within("the end of the old one", standby.finish()).await;
    new.resume().await;
    eventually("all of them", || new.metrics().events == 200).await;
    assert_eq!(command(&new, "count", json!({})).await["value"], 200);
    assert_eq!(new.metrics().dropped + old.metrics().dropped, 0);
    assert!(host.spills.of("tally").lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_shown_is_what_the_version_drew_that_is_the_plugin() {
    let host = Host::start();
    let options = || called("capabilities", "capabilities");
    let old = host.load("capabilities", options()).await;
    let set = |text: &str| json!({ "surface": "probe", "values": { "which": text } });
    let shown = || host.screen.value("probe", "which");
    ok(&old, "set-values", set("old")).await;
    let candidate = ready(&host, "capabilities", options()).await;
    ok(candidate.plugin(), "set-values", set("new")).await;
    let alert = json!({ "overlay": "stage", "text": "hello" });
    let answer = command(candidate.plugin(), "queue-alert", alert.clone()).await;
    assert_eq!(answer["error"]["kind"], "unavailable");
    assert_eq!(shown(), Some(json!("old")));

    let standby = candidate.take_over(&old);
    assert_eq!(shown(), Some(json!("new")));
    ok(standby.plugin(), "queue-alert", alert).await;
    ok(&old, "set-values", set("old and later")).await;
    assert_eq!(shown(), Some(json!("new")));
    within("going back", standby.give_back()).await;
    assert_eq!(shown(), Some(json!("old and later")));
    ok(&old, "set-values", set("last")).await;
    assert_eq!(shown(), Some(json!("last")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn timers_fire_only_in_the_version_that_is_the_plugin() {
    let host = Host::start();
    let options = || called("capabilities", "capabilities");
    let every = json!({ "milliseconds": 10 });
    let fired = async |plugin: &pato_runtime::PluginHandle| {
        let received = command(plugin, "received", json!({})).await;
        received["timers"].as_array().unwrap().len()
    };
    let old = host.load("capabilities", options()).await;
    ok(&old, "timer-every", every.clone()).await;
    let candidate = ready(&host, "capabilities", options()).await;
    ok(candidate.plugin(), "timer-every", every).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(fired(candidate.plugin()).await, 0);

    let standby = candidate.take_over(&old);
    // One may have been due at that moment; after that it has rest.
    fired(&old).await;
    let calls = standby.plugin().metrics().calls;
    eventually("its timer", || standby.plugin().metrics().calls > calls + 3).await;
    assert_eq!(fired(&old).await, 0);
    let calls = old.metrics().calls;
    within("going back", standby.give_back()).await;
    eventually("its timer", || old.metrics().calls > calls + 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_takes_over_is_told_how_things_stand_then() {
    let host = Host::start();
    let options = || called("capabilities", "capabilities");
    let pattern = json!({ "pattern": "test.*" });
    let old = host.load("capabilities", options()).await;
    ok(&old, "subscribe", pattern.clone()).await;
    let candidate = ready(&host, "capabilities", options()).await;
    ok(candidate.plugin(), "subscribe", pattern).await;
    host.publish_state("test.mode", json!({ "mode": 1 }));
    let standby = candidate.take_over(&old);
    let news = |received: &Value| received["events"].as_array().unwrap().clone();
    eventually("the state", || standby.health().events == 1).await;
    let told = news(&command(standby.plugin(), "received", json!({})).await);
    assert_eq!(
        (&told[0]["snapshot"], &told[0]["data"]),
        (&json!(true), &json!({ "mode": 1 }))
    );

    host.publish_state("test.mode", json!({ "mode": 2 }));
    eventually("the change", || standby.health().events == 2).await;
    eventually("the old one's news", || old.metrics().events == 1).await;
    within("going back", standby.give_back()).await;
    eventually("the change", || old.metrics().events == 2).await;
    let told = news(&command(&old, "received", json!({})).await);
    assert_eq!(
        (&told[0]["snapshot"], &told[0]["data"]),
        (&json!(false), &json!({ "mode": 1 }))
    );
    assert_eq!(
        (&told[1]["snapshot"], &told[1]["data"]),
        (&json!(true), &json!({ "mode": 2 }))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_ends_in_between_ends_both_and_loses_nothing() {
    let host = Host::start();
    let old = host.load("tally", called("tally", "tally")).await;
    pause(&old).await;
    host.publish("chat.message", json!({ "number": 1 }));
    let standby = ready(&host, "tally", called("tally", "tally"))
        .await
        .take_over(&old);
    let waiting = ready(&host, "tally", called("tally", "tally")).await;
    host.publish("chat.message", json!({ "number": 2 }));
    within("the end", host.runtime.shutdown(Duration::from_secs(5))).await;
    for plugin in [&old, standby.plugin(), waiting.plugin()] {
        assert_eq!(plugin.state(), PluginState::Stopped);
    }
    let kept = host.spills.of("tally").lock().unwrap().len();
    assert_eq!(kept, 2);
    assert_eq!(
        manifest("tally").mailbox.overflow,
        pato_permissions::OverflowPolicy::Spill
    );
}
