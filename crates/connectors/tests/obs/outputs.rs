//! Where the picture goes.

use std::time::Duration;

use serde_json::json;
use tokio::net::UdpSocket;
use tokio::time::{sleep, timeout};

use crate::tour::Tour;

/// The output of the replay buffer.
const REPLAYS: &str = "Replay Buffer";

async fn state(tour: &mut Tour<'_>, topic: &str, state: &str) {
    let state = format!("OBS_WEBSOCKET_OUTPUT_{state}");
    tour.tells(topic, "outputState", state).await;
}

// OBS streams MPEG-TS to addresses other than RTMP, which needs no server.
pub(crate) async fn the_stream_reaches_its_server(tour: &mut Tour<'_>) {
    const TOPIC: &str = "obs.stream-state-changed";
    let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let url = format!("udp://{}", server.local_addr().unwrap());
    let settings = json!({ "server": url, "key": "s3cret" });
    let service = json!({
        "streamServiceType": "rtmp_custom", "streamServiceSettings": settings,
    });
    tour.ok("obs.set-stream-service-settings", service).await;
    let service = tour.ok("obs.get-stream-service-settings", json!({})).await;
    assert_eq!(service["streamServiceSettings"]["key"], "s3cret");

    tour.refused("obs.stop-stream", json!({}), 501).await;
    tour.refused(
        "obs.send-stream-caption",
        json!({ "captionText": "Hello" }),
        501,
    )
    .await;
    tour.ok("obs.start-stream", json!({})).await;
    state(tour, TOPIC, "STARTING").await;
    state(tour, TOPIC, "STARTED").await;
    let mut packet = [0; 2_048];
    let received = timeout(Duration::from_secs(30), server.recv(&mut packet)).await;
    assert!(
        received.unwrap().unwrap() >= 188 && packet[0] == 0x47,
        "no MPEG-TS"
    );
    tour.ok("obs.send-stream-caption", json!({ "captionText": "Hello" }))
        .await;
    let status = tour.ok("obs.get-stream-status", json!({})).await;
    assert_eq!(status["outputActive"], true);
    tour.ok("obs.stop-stream", json!({})).await;
    state(tour, TOPIC, "STOPPED").await;
    for (active, reached) in [(true, "STARTED"), (false, "STOPPED")] {
        pictures_go_on(tour).await;
        let toggled = tour.ok("obs.toggle-stream", json!({})).await;
        assert_eq!(toggled["outputActive"], active);
        state(tour, TOPIC, reached).await;
    }
}

pub(crate) async fn recordings_replays_and_the_camera_obey(tour: &mut Tour<'_>) {
    recordings_obey(tour).await;
    replays_obey(tour).await;
    let status = tour
        .running
        .call("obs.get-virtual-cam-status", json!({}))
        .await;
    for action in [
        "get-virtual-cam-status",
        "start-virtual-cam",
        "stop-virtual-cam",
        "toggle-virtual-cam",
        "toggle-virtual-cam",
    ] {
        let action = format!("obs.{action}");
        match status {
            Ok(_) => drop(tour.ok(&action, json!({})).await),
            // The system has no module for it.
            Err(_) => tour.refused(&action, json!({}), 604).await,
        }
    }
    tour.ok("obs.get-output-list", json!({})).await;
    let output = json!({ "outputName": REPLAYS });
    tour.ok("obs.get-output-status", output.clone()).await;
    let settings = tour.ok("obs.get-output-settings", output).await;
    let settings = json!({ "outputName": REPLAYS, "outputSettings": settings["outputSettings"] });
    tour.ok("obs.set-output-settings", settings).await;
}

/// OBS pauses again only once the pause before is through its encoder. Until then it says that it will, and
/// does nothing: on a busy machine it has to be asked again.
async fn pauses(tour: &mut Tour<'_>, action: &str, topic: &str, reached: &str) {
    const TRIES: usize = 6;
    for _ in 0..TRIES {
        tour.ok(action, json!({})).await;
        let told = state(tour, topic, reached);
        if timeout(Duration::from_secs(5), told).await.is_ok() {
            return;
        }
        let status = tour.ok("obs.get-record-status", json!({})).await;
        if status["outputPaused"] == json!(reached == "PAUSED") {
            return;
        }
    }
    panic!("{action}: OBS does not do it");
}

async fn recordings_obey(tour: &mut Tour<'_>) {
    const TOPIC: &str = "obs.record-state-changed";
    tour.refused("obs.stop-record", json!({}), 501).await;
    tour.ok("obs.start-record", json!({})).await;
    state(tour, TOPIC, "STARTED").await;
    pictures_go_on(tour).await;
    let status = tour.ok("obs.get-record-status", json!({})).await;
    assert_eq!(
        (&status["outputActive"], &status["outputPaused"]),
        (&json!(true), &json!(false))
    );
    tour.refused("obs.resume-record", json!({}), 503).await;
    for (action, reached) in [
        ("obs.pause-record", "PAUSED"),
        ("obs.resume-record", "RESUMED"),
        ("obs.toggle-record-pause", "PAUSED"),
        ("obs.toggle-record-pause", "RESUMED"),
    ] {
        pauses(tour, action, TOPIC, reached).await;
        pictures_go_on(tour).await;
    }
    // Only where the profile says so, and into a format that can: else refused as not possible now.
    for action in ["obs.split-record-file", "obs.create-record-chapter"] {
        if tour.knows(action) {
            tour.refused(action, json!({}), 702).await;
        } else {
            tour.newer(action, json!({})).await;
        }
    }
    let stopped = tour.ok("obs.stop-record", json!({})).await;
    tour.told(TOPIC, |data| {
        data["outputState"] == "OBS_WEBSOCKET_OUTPUT_STOPPED"
            && data["outputPath"] == stopped["outputPath"]
    })
    .await;
    let file = std::fs::metadata(stopped["outputPath"].as_str().unwrap()).unwrap();
    assert!(file.len() > 1_000, "{file:?}");
    for (active, reached) in [(true, "STARTED"), (false, "STOPPED")] {
        pictures_go_on(tour).await;
        let toggled = tour.ok("obs.toggle-record", json!({})).await;
        assert_eq!(toggled["outputActive"], active);
        state(tour, TOPIC, reached).await;
    }
}

/// Waits for some pictures. OBS tells of a change before it remembers it, and a toggle goes by what it
/// remembers; and a pause that begins and ends within one picture is never over for OBS 29: it does not
/// pause again, and the recording does not end.
async fn pictures_go_on(tour: &mut Tour<'_>) {
    let mut begin = None;
    loop {
        let stats = tour.ok("obs.get-stats", json!({})).await;
        let drawn = stats["renderTotalFrames"].as_u64().unwrap();
        if drawn >= *begin.get_or_insert(drawn) + 10 {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
}

async fn replays_obey(tour: &mut Tour<'_>) {
    const TOPIC: &str = "obs.replay-buffer-state-changed";
    let folder = tour.folder.display().to_string();
    tour.refused("obs.save-replay-buffer", json!({}), 501).await;
    tour.refused("obs.get-last-replay-buffer-replay", json!({}), 501)
        .await;
    tour.ok("obs.start-replay-buffer", json!({})).await;
    state(tour, TOPIC, "STARTED").await;
    let status = tour.ok("obs.get-replay-buffer-status", json!({})).await;
    assert_eq!(status["outputActive"], true);
    pictures_go_on(tour).await;
    tour.ok("obs.save-replay-buffer", json!({})).await;
    let saved = tour
        .told("obs.replay-buffer-saved", |data| {
            data["savedReplayPath"]
                .as_str()
                .unwrap()
                .starts_with(&folder)
        })
        .await;
    let last = tour
        .ok("obs.get-last-replay-buffer-replay", json!({}))
        .await;
    assert_eq!(last["savedReplayPath"], saved["savedReplayPath"]);
    tour.ok("obs.stop-replay-buffer", json!({})).await;
    state(tour, TOPIC, "STOPPED").await;

    let output = json!({ "outputName": REPLAYS });
    for (action, parameters, reached) in [
        ("obs.toggle-replay-buffer", json!({}), "STARTED"),
        ("obs.toggle-replay-buffer", json!({}), "STOPPED"),
        ("obs.toggle-output", output.clone(), "STARTED"),
        ("obs.toggle-output", output.clone(), "STOPPED"),
        ("obs.start-output", output.clone(), "STARTED"),
        ("obs.stop-output", output, "STOPPED"),
    ] {
        pictures_go_on(tour).await;
        tour.ok(action, parameters).await;
        state(tour, TOPIC, reached).await;
    }
}
