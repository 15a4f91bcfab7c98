use super::*;
use crate::connector::tests::cause;

#[tokio::test]
async fn two_obs_are_told_apart_in_calls_events_causes_states_and_status() {
    let clock = Arc::new(ManualClock::new(1_763_683_200_000.0));
    let bus = Bus::new(BusConfiguration::default(), clock);
    let fakes = [FakeObs::new().await, FakeObs::new().await];
    let name =
        |id: &'static str| move |configuration: &mut ObsConfiguration| configuration.id = id.into();
    let first = Running::start_on(bus.clone(), fakes[0].url(), name("obs"));
    let second = Running::start_on(bus.clone(), fakes[1].url(), name("obs-podcast"));
    let mut clients = [fakes[0].let_in().await, fakes[1].let_in().await];
    first.until(ConnectionState::Connected).await;
    second.until(ConnectionState::Connected).await;
    assert_eq!(
        (first.connector.id(), second.connector.id()),
        ("obs", "obs-podcast")
    );

    // A call goes to one of them, without the name that chose it.
    let parameters = Payload::parse(r#"{"sceneName":"Gaming","connector":"obs-podcast"}"#).unwrap();
    let cause = cause("chat-1", 0);
    let call = Call::new("obs.set-current-program-scene", &parameters).caused_by(Some(&cause));
    let call = second.connector.call(call);
    let [one, two] = &mut clients;
    let answer = async {
        let request = two.request().await;
        assert_eq!(request["requestData"], json!({ "sceneName": "Gaming" }));
        two.answer(&request, Value::Null).await;
    };
    let (called, ()) = tokio::join!(call, answer);
    called.unwrap();

    // The same happens in both, and only in one of them because of the call.
    for client in [one, two] {
        let data = json!({ "sceneName": "Gaming" });
        client.event("CurrentProgramSceneChanged", data).await;
    }
    let scene = Pattern::new("obs.current-program-scene-changed").unwrap();
    let states = async {
        loop {
            let states = bus.snapshot(&scene);
            if states.len() == 2
                && states
                    .iter()
                    .all(|state| state.data.as_str().contains("Gaming"))
            {
                return states;
            }
            sleep(Duration::from_millis(5)).await;
        }
    };
    let states = tokio::time::timeout(PATIENCE, states).await.unwrap();
    let mut told: Vec<_> = states
        .iter()
        .map(|state| (&*state.source, state.cause.as_ref().map(EventId::as_str)))
        .collect();
    told.sort_unstable();
    assert_eq!(told, [("obs", None), ("obs-podcast", Some("chat-1"))]);

    // One ends; the other does not notice.
    let [one, two] = clients;
    two.close(4011).await;
    second.until(ConnectionState::NeedsUser).await;
    assert_eq!(
        first.connector.status().borrow().state,
        ConnectionState::Connected
    );
    let status = bus.snapshot(&Pattern::new("connector.status").unwrap());
    let mut told: Vec<_> = status
        .iter()
        .map(|event| {
            let status: ConnectorStatus = event.data.read().unwrap();
            assert_eq!(status.connector, &*event.source);
            (status.connector, status.state)
        })
        .collect();
    told.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(
        told,
        [
            ("obs".to_owned(), ConnectionState::Connected),
            ("obs-podcast".to_owned(), ConnectionState::NeedsUser),
        ]
    );
    drop(one);
    first.stop().await;
    second.stop().await;
}
