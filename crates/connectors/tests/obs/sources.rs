//! Inputs, their filters, and the media they play.

use serde_json::{Value, json};

use crate::tour::Tour;

/// Two seconds of a loud square wave, as a WAVE file.
fn wave() -> Vec<u8> {
    const RATE: u32 = 48_000;
    let samples = (0..2 * RATE).map(|index| {
        if index / 50 % 2 == 0 {
            20_000_i16
        } else {
            -20_000
        }
    });
    let data: Vec<u8> = samples.flat_map(i16::to_le_bytes).collect();
    let length = u32::try_from(data.len()).unwrap();
    let mut file = b"RIFF".to_vec();
    file.extend((36 + length).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    file.extend(RATE.to_le_bytes());
    file.extend((2 * RATE).to_le_bytes());
    file.extend(b"\x02\0\x10\0data");
    file.extend(length.to_le_bytes());
    file.extend(data);
    file
}

fn of(input: &str, mut more: Value) -> Value {
    more["inputName"] = json!(input);
    more
}

pub(crate) async fn inputs_obey_and_browser_sources_are_apart(tour: &mut Tour<'_>) {
    let kinds = tour.ok("obs.get-input-kind-list", json!({})).await;
    let default = json!({ "inputKind": "color_source_v3" });
    tour.ok("obs.get-input-default-settings", default).await;
    tour.ok("obs.get-special-inputs", json!({})).await;
    let colour = json!({
        "sceneName": "Gaming", "inputName": "Colour", "inputKind": "color_source_v3",
        "inputSettings": { "color": 4_278_190_335_u32 },
    });
    tour.ok("obs.create-input", colour).await;
    let created = tour
        .told("obs.input-created", |data| data["inputName"] == "Colour")
        .await;
    assert_eq!(
        (&created["inputSettings"], &created["inputKind"]),
        (&Value::Null, &json!("color_source_v3"))
    );
    tour.tells("obs.scene-item-created", "sourceName", "Colour")
        .await;
    let path = tour.folder.join("sound.wav");
    std::fs::write(&path, wave()).unwrap();
    let sound = json!({
        "sceneName": "Gaming", "inputName": "Track", "inputKind": "ffmpeg_source",
        "inputSettings": { "local_file": path, "looping": true },
    });
    tour.ok("obs.create-input", sound).await;
    tour.tells("obs.input-active-state-changed", "videoActive", true)
        .await;
    tour.tells("obs.input-show-state-changed", "videoShowing", true)
        .await;
    let rename = of("Track", json!({ "newInputName": "Sound" }));
    tour.ok("obs.set-input-name", rename).await;
    tour.tells("obs.input-name-changed", "oldInputName", "Track")
        .await;
    // What it plays can be heard in the meters.
    tour.told("obs.input-volume-meters", |data| {
        let inputs = data["inputs"].as_array().unwrap().iter();
        let levels = inputs.flat_map(|input| input["inputLevelsMul"].as_array().unwrap());
        levels
            .flat_map(|channel| channel.as_array().unwrap())
            .any(|level| level.as_f64() > Some(0.1))
    })
    .await;

    let text = of(
        "Colour",
        json!({ "inputSettings": { "color": 4_294_901_760_u32 } }),
    );
    tour.ok("obs.set-input-settings", text).await;
    let now = tour
        .ok("obs.get-input-settings", of("Colour", json!({})))
        .await;
    assert_eq!(now["inputSettings"]["color"], 4_294_901_760_u32);
    let page = json!({ "url": "about:blank" });
    let browser = json!({ "sceneName": "Gaming", "inputName": "Page", "inputSettings": page });
    let mut detour = browser.clone();
    detour["inputKind"] = json!("browser_source");
    tour.denied("obs.create-input", detour).await;
    tour.denied(
        "obs.set-browser-source",
        of("Colour", json!({ "inputSettings": page })),
    )
    .await;
    if kinds["inputKinds"]
        .as_array()
        .unwrap()
        .contains(&json!("browser_source"))
    {
        tour.ok("obs.create-browser-source", browser).await;
        tour.ok(
            "obs.set-browser-source",
            of("Page", json!({ "inputSettings": page })),
        )
        .await;
        tour.denied(
            "obs.set-input-settings",
            of("Page", json!({ "inputSettings": page })),
        )
        .await;
    } else {
        tour.refused("obs.create-browser-source", browser, 605)
            .await;
    }

    sound_obeys(tour).await;
    let list = of("Sound", json!({ "propertyName": "color_range" }));
    let items = tour
        .ok("obs.get-input-properties-list-property-items", list)
        .await;
    assert!(
        items["propertyItems"].as_array().unwrap().len() > 1,
        "{items}"
    );
    let button = of("Sound", json!({ "propertyName": "no such button" }));
    tour.refused("obs.press-input-properties-button", button, 600)
        .await;
    for (field, value) in [
        ("mode", "OBS_DEINTERLACE_MODE_BLEND"),
        ("field-order", "OBS_DEINTERLACE_FIELD_ORDER_BOTTOM"),
    ] {
        let parameter = match field {
            "mode" => "inputDeinterlaceMode",
            _ => "inputDeinterlaceFieldOrder",
        };
        let set = format!("obs.set-input-deinterlace-{field}");
        tour.newer(&set, of("Sound", json!({ parameter: value })))
            .await;
        let get = format!("obs.get-input-deinterlace-{field}");
        tour.newer(&get, of("Sound", json!({}))).await;
    }
    tour.ok("obs.get-input-list", json!({})).await;
    let active = tour
        .ok("obs.get-source-active", json!({ "sourceName": "Colour" }))
        .await;
    assert_eq!(active["videoActive"], true);
    let mut picture = json!({ "sourceName": "Colour", "imageFormat": "png", "imageWidth": 64 });
    let data = tour.ok("obs.get-source-screenshot", picture.clone()).await;
    assert!(
        data["imageData"]
            .as_str()
            .unwrap()
            .starts_with("data:image/png;base64,")
    );
    let file = tour.folder.join("picture.png");
    picture["imageFilePath"] = json!(file);
    tour.ok("obs.save-source-screenshot", picture).await;
    assert!(std::fs::read(file).unwrap().starts_with(b"\x89PNG"));
}

async fn sound_obeys(tour: &mut Tour<'_>) {
    for (name, field, value, event) in [
        (
            "mute",
            "inputMuted",
            json!(true),
            "obs.input-mute-state-changed",
        ),
        (
            "volume",
            "inputVolumeDb",
            json!(-6.0),
            "obs.input-volume-changed",
        ),
        (
            "audio-balance",
            "inputAudioBalance",
            json!(0.25),
            "obs.input-audio-balance-changed",
        ),
        (
            "audio-sync-offset",
            "inputAudioSyncOffset",
            json!(120),
            "obs.input-audio-sync-offset-changed",
        ),
        (
            "audio-monitor-type",
            "monitorType",
            json!("OBS_MONITORING_TYPE_MONITOR_ONLY"),
            "obs.input-audio-monitor-type-changed",
        ),
    ] {
        tour.ok(
            &format!("obs.set-input-{name}"),
            of("Sound", json!({ field: value })),
        )
        .await;
        let is = |data: &Value| match (data[field].as_f64(), value.as_f64()) {
            (Some(now), Some(wanted)) => (now - wanted).abs() < 0.01,
            _ => data[field] == value,
        };
        tour.told(event, is).await;
        let now = tour
            .ok(&format!("obs.get-input-{name}"), of("Sound", json!({})))
            .await;
        assert!(is(&now), "{now}");
    }
    let toggled = tour
        .ok("obs.toggle-input-mute", of("Sound", json!({})))
        .await;
    assert_eq!(toggled["inputMuted"], false);
    let tracks = json!({ "inputAudioTracks": { "1": true, "2": false } });
    tour.ok("obs.set-input-audio-tracks", of("Sound", tracks))
        .await;
    tour.told("obs.input-audio-tracks-changed", |data| {
        data["inputAudioTracks"]["2"] == false
    })
    .await;
    let tracks = tour
        .ok("obs.get-input-audio-tracks", of("Sound", json!({})))
        .await;
    assert_eq!(tracks["inputAudioTracks"]["2"], false);
}

pub(crate) async fn filters_obey(tour: &mut Tour<'_>) {
    let filter = |name: &str, more: Value| {
        let mut parameters = json!({ "sourceName": "Colour", "filterName": name });
        parameters
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        parameters
    };
    tour.newer("obs.get-source-filter-kind-list", json!({}))
        .await;
    let default = json!({ "filterKind": "color_filter_v2" });
    tour.ok("obs.get-source-filter-default-settings", default)
        .await;
    for name in ["Night", "Dusk"] {
        let kind = json!({ "filterKind": "color_filter_v2", "filterSettings": { "opacity": 0.5 } });
        tour.ok("obs.create-source-filter", filter(name, kind))
            .await;
        let created = tour
            .told("obs.source-filter-created", |data| {
                data["filterName"] == name
            })
            .await;
        assert_eq!(created["filterSettings"], Value::Null);
    }
    let dim = filter("Night", json!({ "filterSettings": { "opacity": 0.7 } }));
    tour.ok("obs.set-source-filter-settings", dim).await;
    let now = tour
        .ok("obs.get-source-filter", filter("Night", json!({})))
        .await;
    assert_eq!(now["filterSettings"]["opacity"], 0.7);
    tour.ok(
        "obs.set-source-filter-index",
        filter("Night", json!({ "filterIndex": 1 })),
    )
    .await;
    let filters = tour
        .told("obs.source-filter-list-reindexed", |_| true)
        .await;
    assert_eq!(filters["filters"][1]["filterName"], "Night");
    assert_eq!(filters["filters"][1]["filterSettings"], Value::Null);
    tour.ok(
        "obs.set-source-filter-enabled",
        filter("Night", json!({ "filterEnabled": false })),
    )
    .await;
    tour.tells(
        "obs.source-filter-enable-state-changed",
        "filterEnabled",
        false,
    )
    .await;
    tour.ok(
        "obs.set-source-filter-name",
        filter("Night", json!({ "newFilterName": "Dawn" })),
    )
    .await;
    tour.tells("obs.source-filter-name-changed", "oldFilterName", "Night")
        .await;
    let list = tour
        .ok(
            "obs.get-source-filter-list",
            json!({ "sourceName": "Colour" }),
        )
        .await;
    assert_eq!(list["filters"].as_array().unwrap().len(), 2);
    tour.ok("obs.remove-source-filter", filter("Dawn", json!({})))
        .await;
    tour.tells("obs.source-filter-removed", "filterName", "Dawn")
        .await;
}

pub(crate) async fn media_obey(tour: &mut Tour<'_>) {
    let action = |name: &str| {
        let name = format!("OBS_WEBSOCKET_MEDIA_INPUT_ACTION_{name}");
        (of("Sound", json!({ "mediaAction": name })), name)
    };
    let (restart, name) = action("RESTART");
    tour.ok("obs.trigger-media-input-action", restart).await;
    tour.tells("obs.media-input-action-triggered", "mediaAction", name)
        .await;
    tour.tells("obs.media-input-playback-started", "inputName", "Sound")
        .await;
    let status = tour
        .ok("obs.get-media-input-status", of("Sound", json!({})))
        .await;
    assert_eq!(status["mediaDuration"], 2_000);
    tour.ok(
        "obs.set-media-input-cursor",
        of("Sound", json!({ "mediaCursor": 500 })),
    )
    .await;
    let ahead = of("Sound", json!({ "mediaCursorOffset": 100 }));
    tour.ok("obs.offset-media-input-cursor", ahead).await;
    let (stop, _) = action("STOP");
    tour.ok("obs.trigger-media-input-action", stop).await;
    tour.tells("obs.media-input-playback-ended", "inputName", "Sound")
        .await;
}
