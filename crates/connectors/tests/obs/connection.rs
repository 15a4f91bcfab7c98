//! Getting in, staying in, and coming back.

use std::time::Duration;

use pato_connectors::ConnectorError;
use pato_events::Pattern;
use pato_events::catalogue::host::{ConnectionState, ConnectorStatus};
use pato_test_servers::obs::RealObs;
use serde_json::json;
use tokio::time::{sleep, timeout};

use crate::running::{PATIENCE, Running};

pub(crate) async fn a_wrong_password_waits_for_the_user(obs: &RealObs) {
    for password in [Some("not-the-password"), None] {
        let running = Running::start("obs", &obs.url(), password);
        let reason = running
            .until(ConnectionState::NeedsUser)
            .await
            .reason
            .unwrap();
        assert!(
            reason.contains("Tools → WebSocket Server Settings"),
            "{reason}"
        );
        assert!(!reason.contains("not-the-password"), "{reason}");
        running.stop().await;
    }
}

pub(crate) async fn the_state_is_told_at_the_beginning(running: &Running) {
    running.connected().await;
    let scene = running
        .call("obs.get-current-program-scene", json!({}))
        .await
        .unwrap();
    let name = scene["currentProgramSceneName"].clone();
    running
        .event("obs.current-program-scene-changed", "sceneName", name)
        .await;
    for (topic, field) in [
        ("obs.stream-state-changed", "outputActive"),
        ("obs.record-state-changed", "outputActive"),
        ("obs.studio-mode-state-changed", "studioModeEnabled"),
    ] {
        let event = running.event(topic, field, json!(false)).await;
        assert!(event.stateful, "{topic}");
    }
    let collection = "obs.current-scene-collection-changed";
    running
        .event(collection, "sceneCollectionName", json!("Untitled"))
        .await;
}

pub(crate) async fn an_absent_obs_beside_it_is_told_apart(running: &Running) {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}", port.local_addr().unwrap());
    drop(port);
    let absent = Running::start_on(running.bus.clone(), "obs-podcast", &url, None);
    let reason = absent.until(ConnectionState::Waiting).await.reason.unwrap();
    assert!(reason.contains("is OBS running"), "{reason}");
    let parameters = json!({ "connector": "obs-podcast" });
    let error = absent.call("obs.get-stats", parameters).await.unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Unavailable(text) if text.contains("`obs-podcast`")),
        "{error}"
    );
    let parameters = json!({ "connector": "obs" });
    running.call("obs.get-stats", parameters).await.unwrap();
    absent.stop().await;
    let states = running
        .bus
        .snapshot(&Pattern::new("connector.status").unwrap());
    let mut states: Vec<_> = states
        .iter()
        .map(|event| {
            (
                event.source.to_string(),
                event.data.read::<ConnectorStatus>().unwrap().state,
            )
        })
        .collect();
    states.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(
        states,
        [
            ("obs".to_owned(), ConnectionState::Connected),
            ("obs-podcast".to_owned(), ConnectionState::Off),
        ]
    );
}

pub(crate) async fn a_crash_is_told_and_the_way_back_found(running: &Running, obs: &mut RealObs) {
    obs.kill().await.unwrap();
    let refused = async {
        loop {
            let reason = running
                .until(ConnectionState::Waiting)
                .await
                .reason
                .unwrap();
            if reason.contains("is OBS running") {
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, refused).await.unwrap();
    let error = running.call("obs.get-stats", json!({})).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unavailable(_)), "{error}");

    obs.restart().await.unwrap();
    running.connected().await;
    running.call("obs.get-stats", json!({})).await.unwrap();
    let history = running
        .bus
        .history(&Pattern::new("connector.status").unwrap(), 1_000);
    let states: Vec<ConnectionState> = history
        .iter()
        .filter(|event| &*event.source == "obs")
        .map(|event| event.data.read::<ConnectorStatus>().unwrap().state)
        .filter(|state| *state != ConnectionState::Connecting)
        .collect();
    assert_eq!(states.first(), Some(&ConnectionState::Connected));
    assert_eq!(states.last(), Some(&ConnectionState::Connected));
    assert!(states.contains(&ConnectionState::Waiting), "{states:?}");
}
