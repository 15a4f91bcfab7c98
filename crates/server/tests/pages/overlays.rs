//! The pages that OBS opens, and what is on them.

use std::time::Duration;

use futures_util::StreamExt;
use pato_host::SurfaceId;
use serde_json::{Value, json};

use super::web::Web;
use super::{PATIENCE, Page, add, host};

#[tokio::test(flavor = "multi_thread")]
async fn an_overlay_opens_by_its_own_token_which_opens_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    add(&host, "capabilities").await;
    let (web, main) = Web::start(&host).await;
    let path = "/overlay/capabilities/stage";
    assert_eq!(
        web.enter(path, "guess").await,
        Err(401),
        "there is no address yet"
    );
    let overlay = host.overlays().await.unwrap().remove(0);
    let (address, token) = overlay.address.split_once("#token=").unwrap();
    assert_eq!(address, path);
    for wrong in ["", "guess", main.as_str()] {
        assert_eq!(web.enter(path, wrong).await, Err(401), "{wrong}");
    }
    assert_eq!(
        web.enter("/overlay/capabilities/probe", token).await,
        Err(401)
    );
    let cookie = web.enter(path, token).await.unwrap();
    for part in [
        "HttpOnly",
        "SameSite=Strict",
        "Path=/overlay/capabilities/stage",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }

    // The cookie opens this overlay's socket, and neither the API nor the whole socket.
    assert_eq!(web.socket("/ws", &cookie).await.err(), Some(401));
    for elsewhere in ["/api/modules", "/api/status"] {
        let url = format!("http://{}{elsewhere}", web.address);
        for request in [
            web.http
                .get(&url)
                .header("cookie", cookie.split(';').next().unwrap()),
            web.http.get(&url).bearer_auth(token),
        ] {
            assert_eq!(request.send().await.unwrap().status(), 401, "{elsewhere}");
        }
    }
    let mut frames = web.socket(&format!("{path}/ws"), &cookie).await.unwrap();
    let mut refused = 0;
    let scene = loop {
        let frame = tokio::time::timeout(PATIENCE, frames.next())
            .await
            .unwrap()
            .unwrap();
        match frame["type"].as_str().unwrap() {
            "view" => break frame,
            "error" => refused += 1,
            "response" => {
                assert_eq!(frame["success"], false, "{frame}");
                refused += 1;
            }
            _ => panic!("{frame}"),
        }
    };
    assert_eq!(refused, 4, "it may watch one thing");
    assert_eq!(scene["data"]["placement"]["width"], 800.0);
    assert_eq!(scene["data"]["alert"], Value::Null);

    // Alerts are shown one after the other, and the plugin is told.
    for text in ["first", "second"] {
        let alert = json!({ "overlay": "stage", "text": text, "milliseconds": 600 }).to_string();
        host.call("capabilities.queue-alert", &alert).await.unwrap();
    }
    let mut shown = Vec::new();
    while shown.len() < 2 {
        let frame = tokio::time::timeout(PATIENCE, frames.next())
            .await
            .unwrap()
            .unwrap();
        let id = frame["data"]["alert"]["id"].clone();
        if id.is_string() && !shown.contains(&id) {
            assert!(
                frame["data"]["alert"]["now"].as_f64() >= frame["data"]["alert"]["began"].as_f64()
            );
            shown.push(id);
        }
    }
    let told = || async {
        let received = host.call("capabilities.received", "{}").await.unwrap();
        received.read::<Value>().unwrap()["surface"].clone()
    };
    let mut happened = Vec::new();
    while happened.len() < 4 {
        happened.extend(
            told()
                .await
                .as_array()
                .unwrap()
                .iter()
                .map(|event| event["what"].clone()),
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(
        happened,
        [
            json!({ "shown": shown[0] }),
            json!({ "finished": shown[0] }),
            json!({ "shown": shown[1] }),
            json!({ "finished": shown[1] }),
        ]
    );

    // A new address ends the old one.
    host.renew_overlay(&SurfaceId::new("capabilities", "stage"))
        .await
        .unwrap();
    assert_eq!(web.enter(path, token).await, Err(401));
    assert_eq!(
        web.socket(&format!("{path}/ws"), &cookie).await.err(),
        Some(401)
    );
    // What the old one had opened ends too.
    while tokio::time::timeout(PATIENCE, frames.next())
        .await
        .unwrap()
        .is_some()
    {}
    web.shutdown.cancel();
    host.shutdown("the test is over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_plugin_brings_to_show_is_served_and_nothing_else_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    add(&host, "capabilities").await;
    let (web, _) = Web::start(&host).await;
    let get = async |path: &str| {
        let url = format!("http://{}{path}", web.address);
        let answer = web.http.get(url).send().await.unwrap();
        let kind = answer.headers().get("content-type").cloned();
        (
            answer.status().as_u16(),
            kind,
            answer.bytes().await.unwrap(),
        )
    };
    let (status, kind, bytes) = get("/assets-of/capabilities/duck.svg").await;
    assert_eq!(status, 200);
    assert_eq!(kind.unwrap(), "image/svg+xml");
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/plugins/capabilities/assets/duck.svg"
    );
    assert_eq!(bytes, std::fs::read(file).unwrap());
    for nothing in [
        "/assets-of/capabilities/goose.svg",
        "/assets-of/capabilities/notes.txt",
        "/assets-of/capabilities/..%2f..%2fpato.sqlite",
        "/assets-of/capabilities/",
        "/assets-of/nobody/duck.svg",
    ] {
        assert_eq!(get(nothing).await.0, 404, "{nothing}");
    }
    web.shutdown.cancel();
    host.shutdown("the test is over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_wait_for_a_page_and_are_shown_to_the_one_that_comes() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    add(&host, "capabilities").await;
    let mut page = Page::open(&host);
    page.watch("overlays", None);
    for text in ["a", "b", "c"] {
        let alert = json!({ "overlay": "stage", "text": text, "milliseconds": 500 });
        page.call("capabilities", "queue-alert", alert)
            .await
            .unwrap();
    }
    page.until("overlays:", |data| data[0]["waiting"] == 3)
        .await;
    assert_eq!(page.views["overlays:"][0]["connected"], 0);
    // None is lost to an editor that is open while OBS is not; it shows them once somebody tries it out.
    page.watch("overlay", Some("capabilities/stage"));
    page.until("overlay:capabilities/stage", |_| true).await;
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(
        page.views["overlay:capabilities/stage"]["alert"],
        Value::Null
    );
    // The fixture listens to nothing that could be simulated.
    let nothing = json!({ "plugin": "capabilities", "surface": "stage" });
    let error = page.refused("overlay.test", nothing).await;
    assert!(error.contains("listens to nothing"), "{error}");
    page.until("overlay:capabilities/stage", |data| {
        data["alert"].is_object()
    })
    .await;
    let stage = || json!({ "plugin": "capabilities", "surface": "stage" });
    assert_eq!(
        page.host("overlay.skip", stage()).await,
        json!({ "skipped": true })
    );
    let cleared = page.host("overlay.clear", stage()).await;
    assert!(cleared["cleared"].as_u64().unwrap() >= 1, "{cleared}");
    page.until("overlays:", |data| data[0]["waiting"] == 0)
        .await;
    assert_eq!(page.views["overlays:"][0]["connected"], 0);
    host.shutdown("the test is over").await;
}
