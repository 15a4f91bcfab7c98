use super::*;

#[tokio::test]
async fn one_plugin_sets_a_parameter_and_others_add_until_they_stop() {
    let server = server().await;
    let running = Running::connected(&server).await;
    let angle = || server.parameter("FaceAngleX");
    running
        .inject("plugin:a", "set", "FaceAngleX", 10.0)
        .await
        .unwrap();
    assert!(is_near(angle(), 10.0));
    let error = running
        .inject("plugin:b", "set", "FaceAngleX", 5.0)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Denied(text) if text.contains("`plugin:a`")),
        "{error}"
    );
    running
        .inject("plugin:b", "add", "FaceAngleX", 2.0)
        .await
        .unwrap();
    running
        .inject("plugin:c", "add", "FaceAngleX", 3.0)
        .await
        .unwrap();
    assert!(is_near(angle(), 15.0), "{:?}", angle());

    // Held for longer than VTube Studio remembers.
    sleep(Duration::from_millis(1_500)).await;
    eventually("still 15", || is_near(angle(), 15.0).then_some(())).await;
    let released = running
        .call_as("plugin:c", vtube::RELEASE, json!({ "ids": ["FaceAngleX"] }))
        .await;
    assert_eq!(released.unwrap(), json!({ "released": ["FaceAngleX"] }));
    eventually("12", || is_near(angle(), 12.0).then_some(())).await;
    running.connector.caller_gone("plugin:a");
    running.connector.caller_gone("plugin:b");
    eventually("the tracking's value", || {
        is_near(angle(), 0.0).then_some(())
    })
    .await;
    running
        .inject("plugin:b", "set", "FaceAngleX", 5.0)
        .await
        .unwrap();

    // What is held survives the connection.
    server.fault(Fault::Drop);
    eventually("another connection", || {
        (server.connections() == 2).then_some(())
    })
    .await;
    sleep(Duration::from_millis(1_200)).await;
    eventually("5 again", || is_near(angle(), 5.0).then_some(())).await;
    running.stop().await;
}

#[tokio::test]
async fn a_flood_of_updates_becomes_few_injections_with_the_latest_value() {
    let server = server().await;
    let running = Arc::new(Running::connected(&server).await);
    let began = tokio::time::Instant::now();
    let calls: Vec<_> = (0..200)
        .map(|number| {
            let running = Arc::clone(&running);
            tokio::spawn(async move {
                running
                    .inject("plugin:a", "set", "FaceAngleX", f64::from(number))
                    .await
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let frames = began.elapsed().as_millis() / 16 + 2;
    let injections = server.received("InjectParameterData").len();
    assert!(
        injections as u128 <= frames && injections < 200,
        "{injections} in {frames} frames"
    );
    assert!(is_near(server.parameter("FaceAngleX"), 199.0));
    Arc::into_inner(running).unwrap().stop().await;
}

#[tokio::test]
async fn a_parameter_that_is_not_there_or_not_ours_harms_nobody_else() {
    let server = server().await;
    let running = Running::connected(&server).await;
    running
        .inject("plugin:a", "set", "FaceAngleY", 1.0)
        .await
        .unwrap();
    let error = running
        .inject("plugin:b", "set", "FaceAngelX", 1.0)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ConnectorError::NotFound(text) if text.contains("`FaceAngleX`")),
        "{error}"
    );
    server.occupy("FaceAngleX", "Another program");
    let both = json!({ "parameterValues": [{ "id": "FaceAngleX", "value": 1 }, { "id": "MouthOpen", "value": 1 }] });
    let error = running
        .call_as("plugin:b", vtube::INJECT, both)
        .await
        .unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Denied(text) if text.contains("outside of Pato")),
        "{error}"
    );
    eventually("the other", || {
        is_near(server.parameter("MouthOpen"), 1.0).then_some(())
    })
    .await;
    sleep(Duration::from_millis(1_200)).await;
    let held = || is_near(server.parameter("FaceAngleY"), 1.0).then_some(());
    eventually("the other plugin's", held).await;
    running.stop().await;
}

#[tokio::test]
async fn custom_parameters_are_counted_and_belong_to_their_makers() {
    let server = server().await;
    let running = Running::connected(&server).await;
    let make = async |caller: &str, name: String| {
        let parameters = json!({ "parameterName": name, "min": 0, "max": 1, "defaultValue": 0.5 });
        running
            .call_as(caller, vtube::CREATE_PARAMETER, parameters)
            .await
    };
    make("plugin:a", "HeartRate".into()).await.unwrap();
    let error = make("plugin:b", "HeartRate".into()).await.unwrap_err();
    assert!(error.to_string().contains("is of `plugin:a`"), "{error}");
    let delete = json!({ "parameterName": "HeartRate" });
    let error = running
        .call_as("plugin:b", vtube::DELETE_PARAMETER, delete.clone())
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectorError::Denied(_)), "{error}");
    // A name that VTube Studio refuses takes no place.
    assert!(matches!(
        make("plugin:a", "no!".into()).await,
        Err(ConnectorError::Invalid(_))
    ));

    running
        .inject("plugin:b", "set", "HeartRate", 0.9)
        .await
        .unwrap();
    running
        .call_as("plugin:a", vtube::DELETE_PARAMETER, delete)
        .await
        .unwrap();
    let error = running
        .inject("plugin:b", "set", "HeartRate", 0.9)
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectorError::NotFound(_)), "{error}");

    for number in 0..60 {
        make("plugin:a", format!("ParamA{number}")).await.unwrap();
    }
    for number in 0..40 {
        make("plugin:b", format!("ParamB{number}")).await.unwrap();
    }
    // VTube Studio counts both as one.
    let error = make("plugin:b", "OneMore".into())
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("`plugin:a` 60, `plugin:b` 40"), "{error}");
    assert_eq!(server.custom_parameters().len(), 100);
    running.stop().await;
}
