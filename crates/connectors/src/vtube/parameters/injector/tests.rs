use serde_json::Value as Json;
use tokio::time::{advance, sleep_until};

use super::super::Injection;
use super::*;

fn wanted(mode: &str, values: &[(&str, f64)]) -> Checked {
    let values: Vec<Json> = values
        .iter()
        .map(|(id, value)| json!({ "id": id, "value": value }))
        .collect();
    let injection: Injection =
        serde_json::from_value(json!({ "mode": mode, "parameterValues": values })).unwrap();
    injection.check().unwrap()
}

/// The values of a batch, by parameter.
fn values(batch: &Batch) -> BTreeMap<String, f64> {
    let data: Json = batch.data.read().unwrap();
    let list = data["parameterValues"].as_array().unwrap().clone();
    list.iter()
        .map(|one| {
            (
                one["id"].as_str().unwrap().to_owned(),
                one["value"].as_f64().unwrap(),
            )
        })
        .collect()
}

fn refusal(id: i64) -> Option<Refusal> {
    let message = String::new();
    Some(Refusal { id, message })
}

/// Lets the injector send for a while, to a VTube Studio that answers at once and refuses batches in
/// which `refuses` finds something. Returns when what was sent.
async fn run(
    injector: &mut Injector,
    lasts: Duration,
    refuses: impl Fn(&str) -> Option<i64>,
) -> Vec<(Instant, BTreeMap<String, f64>)> {
    let end = Instant::now() + lasts;
    let mut sent = Vec::new();
    while let Some(due) = injector.next_due(Instant::now()).filter(|due| *due <= end) {
        sleep_until(due).await;
        let now = Instant::now();
        if let Some(batch) = injector.next_batch(now) {
            let values = values(&batch);
            let refused = values.keys().find_map(|id| refuses(id));
            injector.answered(batch.ticket, refused.and_then(refusal), now);
            sent.push((now, values));
        }
    }
    sleep_until(end).await;
    sent
}

const TAKES_ALL: fn(&str) -> Option<i64> = |_| None;

#[tokio::test(start_paused = true)]
async fn values_are_repeated_in_time_for_as_long_as_they_are_wanted() {
    let mut injector = Injector::default();
    assert_eq!(injector.next_due(Instant::now()), None);
    let set = wanted("set", &[("FaceAngleX", 1.0), ("FaceAngleY", 2.0)]);
    let outcome = injector.inject("plugin:a", &set, Instant::now()).unwrap();
    let add = wanted("add", &[("MouthOpen", 0.5)]);
    injector.inject("plugin:b", &add, Instant::now()).unwrap();
    let hour = run(&mut injector, Duration::from_secs(3_600), TAKES_ALL).await;
    assert_eq!(outcome.await.unwrap(), Ok(()));
    for id in ["FaceAngleX", "FaceAngleY", "MouthOpen"] {
        let times: Vec<Instant> = hour
            .iter()
            .filter(|(_, values)| values.contains_key(id))
            .map(|(time, _)| *time)
            .collect();
        for pair in times.windows(2) {
            assert!(
                pair[1] - pair[0] < Duration::from_secs(1),
                "{id}: {:?}",
                pair[1] - pair[0]
            );
        }
        assert!(
            (7_000..7_300).contains(&times.len()),
            "{id}: {}",
            times.len()
        );
    }
    injector.release("plugin:a", None);
    let after = run(&mut injector, Duration::from_secs(5), TAKES_ALL).await;
    assert!(
        after
            .iter()
            .all(|(_, values)| !values.contains_key("FaceAngleX"))
    );
    assert!(after.len() >= 9);
    injector.release("plugin:b", None);
    assert_eq!(injector.next_due(Instant::now()), None);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_updates_a_second_become_one_a_frame_with_the_latest_value() {
    let mut injector = Injector::default();
    let mut sent = Vec::new();
    let mut outcomes = Vec::new();
    for number in 0..2_000 {
        let set = wanted("set", &[("FaceAngleX", f64::from(number))]);
        outcomes.push(injector.inject("plugin:a", &set, Instant::now()).unwrap());
        sent.extend(run(&mut injector, Duration::from_millis(1), TAKES_ALL).await);
    }
    sent.extend(run(&mut injector, Duration::from_millis(50), TAKES_ALL).await);
    // Two seconds hold 125 frames of 16 ms.
    assert!((100..=130).contains(&sent.len()), "{}", sent.len());
    for pair in sent.windows(2) {
        assert!(pair[1].0 - pair[0].0 >= INTERVAL);
    }
    assert_eq!(sent.last().unwrap().1["FaceAngleX"], 1_999.0);
    for outcome in outcomes {
        assert_eq!(outcome.await.unwrap(), Ok(()));
    }
}

#[tokio::test(start_paused = true)]
async fn one_bad_parameter_neither_stops_the_others_nor_delays_them() {
    let mut injector = Injector::default();
    let good = wanted("set", &[("FaceAngleX", 1.0)]);
    injector
        .inject("plugin:good", &good, Instant::now())
        .unwrap();
    run(&mut injector, Duration::from_millis(20), TAKES_ALL).await;
    let names: Vec<String> = (0..100).map(|number| format!("P{number:03}")).collect();
    let many: Vec<(&str, f64)> = names.iter().map(|name| (&**name, 1.0)).collect();
    let outcome = injector
        .inject("plugin:bad", &wanted("set", &many), Instant::now())
        .unwrap();
    let sent = run(&mut injector, Duration::from_secs(10), |id| {
        (id == "P042").then_some(453)
    })
    .await;
    let error = outcome.await.unwrap().unwrap_err();
    assert!(
        matches!(&error, ConnectorError::NotFound(text) if text.contains("`P042`")),
        "{error}"
    );
    let gaps = |id: &str| {
        let times: Vec<Instant> = sent
            .iter()
            .filter(|(_, values)| values.contains_key(id))
            .map(|(time, _)| *time)
            .collect();
        times
            .windows(2)
            .map(|pair| pair[1] - pair[0])
            .max()
            .unwrap()
    };
    for id in ["FaceAngleX", "P041", "P043"] {
        assert!(gaps(id) < Duration::from_secs(1), "{id}: {:?}", gaps(id));
    }
    assert!(!sent.last().unwrap().1.contains_key("P042"));
    // Found by halves: about two trials for each of seven steps.
    assert!(
        sent.iter()
            .filter(|(_, values)| values.contains_key("P042"))
            .count()
            <= 8
    );
}

#[tokio::test(start_paused = true)]
async fn what_another_program_takes_over_is_told_and_taken_back_when_it_is_free() {
    let mut injector = Injector::default();
    let both = wanted("set", &[("FaceAngleX", 1.0), ("FaceAngleY", 1.0)]);
    injector.inject("plugin:a", &both, Instant::now()).unwrap();
    run(&mut injector, Duration::from_secs(1), TAKES_ALL).await;
    let taken = |id: &str| (id == "FaceAngleX").then_some(454);
    let sent = run(&mut injector, Duration::from_secs(60), taken).await;
    let tries = sent
        .iter()
        .filter(|(_, values)| values.contains_key("FaceAngleX"))
        .count();
    assert!((10..=16).contains(&tries), "{tries}");
    let again = injector.inject(
        "plugin:a",
        &wanted("set", &[("FaceAngleX", 9.0)]),
        Instant::now(),
    );
    let error = again.unwrap().await.unwrap().unwrap_err();
    assert!(
        error.to_string().contains("another plugin of VTube Studio"),
        "{error}"
    );
    let sent = run(&mut injector, Duration::from_secs(10), TAKES_ALL).await;
    assert_eq!(sent.last().unwrap().1["FaceAngleX"], 9.0);
}

#[tokio::test(start_paused = true)]
async fn who_adds_goes_on_when_another_program_takes_over_from_who_sets() {
    let mut injector = Injector::default();
    let set = wanted("set", &[("FaceAngleX", 1.0)]);
    injector.inject("plugin:a", &set, Instant::now()).unwrap();
    run(&mut injector, Duration::from_secs(1), TAKES_ALL).await;
    let adds = injector.inject(
        "plugin:b",
        &wanted("add", &[("FaceAngleX", 2.0)]),
        Instant::now(),
    );
    let sets = injector.inject("plugin:a", &set, Instant::now()).unwrap();
    // The other program sets; adding works.
    let mut sent = Vec::new();
    for _ in 0..100 {
        sleep_until(injector.next_due(Instant::now()).unwrap()).await;
        let Some(batch) = injector.next_batch(Instant::now()) else {
            continue;
        };
        let data: Json = batch.data.read().unwrap();
        let refused = (data["mode"] == "set").then(|| refusal(454)).flatten();
        injector.answered(batch.ticket, refused, Instant::now());
        sent.push((data["mode"].clone(), values(&batch)["FaceAngleX"]));
    }
    assert!(sets.await.unwrap().is_err());
    assert_eq!(adds.unwrap().await.unwrap(), Ok(()));
    assert_eq!(
        sent.iter().filter(|(mode, _)| mode == "set").count(),
        1,
        "{sent:?}"
    );
    assert_eq!(sent.last().unwrap(), &(json!("add"), 2.0));
}

#[tokio::test(start_paused = true)]
async fn without_an_answer_the_next_is_sent_after_a_while_and_a_late_answer_changes_nothing() {
    let mut injector = Injector::default();
    let set = wanted("set", &[("FaceAngleX", 1.0)]);
    let outcome = injector.inject("plugin:a", &set, Instant::now()).unwrap();
    let first = injector.next_batch(Instant::now()).unwrap();
    assert!(injector.next_batch(Instant::now()).is_none());
    advance(PATIENCE).await;
    assert!(injector.next_batch(Instant::now()).is_none());
    assert!(matches!(
        outcome.await.unwrap(),
        Err(ConnectorError::TimedOut(_))
    ));
    injector.answered(first.ticket, refusal(453), Instant::now());
    advance(PATIENCE).await;
    let second = injector.next_batch(Instant::now()).unwrap();
    assert_ne!(first.ticket, second.ticket);
    assert_eq!(values(&second)["FaceAngleX"], 1.0);
    injector.answered(second.ticket, refusal(0), Instant::now());
    advance(PATIENCE).await;
    assert!(injector.next_batch(Instant::now()).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_new_connection_gets_what_is_held_and_whoever_waited_learns_of_the_end() {
    let mut injector = Injector::default();
    let set = wanted("set", &[("FaceAngleX", 1.0)]);
    injector.inject("plugin:a", &set, Instant::now()).unwrap();
    run(&mut injector, Duration::from_secs(1), TAKES_ALL).await;
    let waits = injector
        .inject(
            "plugin:a",
            &wanted("set", &[("FaceAngleX", 2.0)]),
            Instant::now(),
        )
        .unwrap();
    injector.disconnected();
    assert!(waits.await.is_err());
    let batch = injector.next_batch(Instant::now()).unwrap();
    assert_eq!(values(&batch)["FaceAngleX"], 2.0);
}

#[tokio::test(start_paused = true)]
async fn only_so_many_can_wait_and_who_has_given_up_does_not_count() {
    let mut injector = Injector::default();
    let set = wanted("set", &[("FaceAngleX", 1.0)]);
    let waiting: Vec<_> = (0..MOST_WAITING)
        .map(|_| injector.inject("plugin:a", &set, Instant::now()).unwrap())
        .collect();
    let full = injector.inject("plugin:a", &set, Instant::now());
    assert!(matches!(full, Err(ConnectorError::RateLimited(_))));
    drop(waiting);
    injector.inject("plugin:a", &set, Instant::now()).unwrap();
}
