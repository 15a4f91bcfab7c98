use super::*;

const ALERTS: &str = "11111111-0000-4000-8000-000000000000";
const TITLE: &str = "22222222-0000-4000-8000-000000000000";

/// The inputs of an OBS with identifiers, or of one before 30.1.
fn inputs(with_uuids: bool) -> Value {
    let input = |name: &str, kind: &str, uuid: &str| {
        let mut input =
            json!({ "inputName": name, "inputKind": kind, "unversionedInputKind": kind });
        if with_uuids {
            input["inputUuid"] = json!(uuid);
        }
        input
    };
    json!({ "inputs": [
        input("Alerts", "browser_source", ALERTS),
        input("Title", "text_ft2_source_v2", TITLE),
        input("Old overlay", "linuxbrowser-source", "3"),
    ] })
}

/// Tells of these inputs, and answers everything else; what that was comes out at the end.
fn serve(mut client: Client, inputs: Value) -> JoinHandle<Vec<(String, Value)>> {
    tokio::spawn(async move {
        let mut seen = Vec::new();
        while let Some(Ok(message)) = client.0.next().await {
            let Message::Text(text) = message else {
                continue;
            };
            let request = serde_json::from_str::<Value>(&text).unwrap()["d"].clone();
            let request_type = request["requestType"].as_str().unwrap().to_owned();
            if request_type == "GetInputList" {
                client.answer(&request, inputs.clone()).await;
                continue;
            }
            client.answer(&request, json!({ "sceneItemId": 1 })).await;
            seen.push((request_type, request["requestData"].clone()));
        }
        seen
    })
}

#[tokio::test]
async fn no_detour_leads_to_the_code_in_a_browser_source() {
    let url = json!({ "url": "javascript:alert(1)" });
    let set = |input: Value| {
        let mut parameters = json!({ "inputSettings": url, "overlay": false });
        let fields = parameters.as_object_mut().unwrap();
        fields.extend(input.as_object().unwrap().clone());
        ("obs.set-input-settings", parameters)
    };
    let create = |kind: &str| {
        let parameters = json!({
            "sceneName": "A", "inputName": "B", "inputKind": kind, "inputSettings": url,
        });
        ("obs.create-input", parameters)
    };
    let attacks = [
        set(json!({ "inputName": "Alerts" })),
        set(json!({ "inputName": "Old overlay" })),
        set(json!({ "inputUuid": ALERTS })),
        set(json!({ "inputUuid": ALERTS, "inputName": "Title" })),
        set(json!({ "inputUuid": null, "inputName": "Alerts" })),
        // Unknown to OBS, which would go by the name.
        set(json!({ "inputUuid": "nonsense", "inputName": "Alerts" })),
        set(json!({ "inputUuid": 7, "inputName": "Alerts" })),
        set(json!({ "inputName": "alerts" })),
        set(json!({})),
        create("browser_source"),
        create("browser_source_v2"),
        create("BROWSER_SOURCE"),
        create("linuxbrowser-source"),
        // Another grant, which is not for files and other inputs.
        (
            "obs.set-browser-source",
            json!({ "inputName": "Title", "inputSettings": url }),
        ),
        (
            "obs.set-browser-source",
            json!({ "inputUuid": TITLE, "inputName": "Alerts",
            "inputSettings": url }),
        ),
    ];
    for with_uuids in [true, false] {
        let fake = FakeObs::new().await;
        let running = Running::start(fake.url(), |_| {});
        let obs = serve(fake.let_in().await, inputs(with_uuids));
        running.until(ConnectionState::Connected).await;
        for (action, parameters) in &attacks {
            let error = running.call(action, parameters.clone()).await.unwrap();
            let error = error.expect_err(&format!("{action} {parameters}"));
            let refused = matches!(
                error,
                ConnectorError::Denied(_)
                    | ConnectorError::NotFound(_)
                    | ConnectorError::Invalid(_)
            );
            assert!(refused, "{action} {parameters}: {error}");
        }
        running.stop().await;
        assert_eq!(obs.await.unwrap(), [], "reached OBS");
    }
}

#[tokio::test]
async fn each_action_reaches_its_own_inputs_by_the_identifier_if_there_is_one() {
    for with_uuids in [true, false] {
        let fake = FakeObs::new().await;
        let running = Running::start(fake.url(), |_| {});
        let obs = serve(fake.let_in().await, inputs(with_uuids));
        running.until(ConnectionState::Connected).await;
        let settings = json!({ "text": "Hello" });
        let text = json!({ "inputName": "Title", "inputSettings": settings, "connector": "obs" });
        let page = json!({ "inputName": "Alerts", "inputSettings": settings });
        let new = json!({ "sceneName": "A", "inputName": "B", "inputKind": "image_source" });
        for (action, parameters) in [
            ("obs.set-input-settings", text),
            ("obs.set-browser-source", page),
            ("obs.create-browser-source", new.clone()),
        ] {
            running.call(action, parameters).await.unwrap().unwrap();
        }
        running.stop().await;
        let address = |name: &str, uuid: &str| match with_uuids {
            true => json!({ "inputUuid": uuid, "inputSettings": settings }),
            false => json!({ "inputName": name, "inputSettings": settings }),
        };
        let mut browser = new;
        browser["inputKind"] = json!("browser_source");
        assert_eq!(
            obs.await.unwrap(),
            [
                ("SetInputSettings".to_owned(), address("Title", TITLE)),
                ("SetInputSettings".to_owned(), address("Alerts", ALERTS)),
                ("CreateInput".to_owned(), browser),
            ]
        );
    }
}

#[tokio::test]
async fn a_name_does_not_change_hands_between_the_look_and_the_change() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |_| {});
    let mut client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    let set = json!({ "inputName": "Title", "inputSettings": {} });
    let set = running.call("obs.set-input-settings", set);
    let look = client.request().await;
    assert_eq!(look["requestType"], "GetInputList");
    let rename = json!({ "inputName": "Alerts", "newInputName": "Title" });
    let rename = running.call("obs.set-input-name", rename);
    let early = tokio::time::timeout(Duration::from_millis(200), client.request()).await;
    assert!(early.is_err(), "{early:?}");

    client.answer(&look, inputs(false)).await;
    for expected in ["SetInputSettings", "SetInputName"] {
        let request = client.request().await;
        assert_eq!(request["requestType"], expected);
        client.answer(&request, Value::Null).await;
    }
    set.await.unwrap().unwrap();
    rename.await.unwrap().unwrap();
    running.stop().await;
}

#[tokio::test]
async fn who_waits_for_a_name_does_not_wait_for_ever() {
    let fake = FakeObs::new().await;
    let running = Running::start(fake.url(), |configuration| {
        configuration.timing.request = Duration::from_millis(500);
    });
    let mut client = fake.let_in().await;
    running.until(ConnectionState::Connected).await;
    let set = json!({ "inputName": "Title", "inputSettings": {} });
    let set = running.call("obs.set-input-settings", set);
    let look = client.request().await;
    let rename = json!({ "inputName": "Alerts", "newInputName": "Title" });
    let rename = running.call("obs.set-input-name", rename);
    sleep(Duration::from_millis(300)).await;
    client.answer(&look, inputs(false)).await;
    // SetInputSettings is never answered, and holds the name for longer than the other waits.
    let error = rename.await.unwrap().unwrap_err();
    assert!(
        matches!(&error, ConnectorError::TimedOut(text) if text.contains("waited")),
        "{error}"
    );
    set.await.unwrap().unwrap_err();
    running.stop().await;
}
