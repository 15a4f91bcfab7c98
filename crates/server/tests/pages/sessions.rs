//! What a session is told, and what it can do.

use serde_json::{Value, json};

use super::{Page, add, host};

#[tokio::test(flavor = "multi_thread")]
async fn a_page_follows_what_a_plugin_draws_and_acts_on_it() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    let mut page = Page::open(&host);
    page.watch("surface", Some("capabilities/probe"));
    let before = page.until("surface:capabilities/probe", |_| true).await;
    let problem = before["problem"].as_str().unwrap();
    assert!(problem.contains("not installed"), "{problem}");

    // It comes as soon as the plugin does.
    add(&host, "capabilities").await;
    page.until("surface:capabilities/probe", |data| {
        data["problem"].is_null()
    })
    .await;
    let show = page
        .call("capabilities", "show", json!({ "surface": "probe" }))
        .await;
    assert_eq!(show.unwrap(), json!({ "ok": null }));
    let drawn = page
        .until("surface:capabilities/probe", |data| {
            data["nodes"] != json!([])
        })
        .await;
    assert_eq!(drawn["nodes"][1]["value"], json!({ "bound": "count" }));
    for (name, params) in [
        (
            "set-values",
            json!({ "surface": "probe", "values": { "count": 7, "lines": ["one"] } }),
        ),
        (
            "append",
            json!({ "surface": "probe", "name": "lines", "items": ["two"] }),
        ),
    ] {
        page.call("capabilities", name, params).await.unwrap();
    }
    page.until("surface:capabilities/probe", |data| {
        data["values"]["count"] == 7 && data["values"]["lines"] == json!(["one", "two"])
    })
    .await;

    // A second page gets how it stands, at once.
    let mut second = Page::open(&host);
    second.watch("surface", Some("capabilities/probe"));
    let same = second
        .until("surface:capabilities/probe", |data| {
            data["values"]["count"] == 7
        })
        .await;
    assert_eq!(same["values"]["lines"], json!(["one", "two"]));

    let act = |node: &str, what: Value| json!({ "plugin": "capabilities", "surface": "probe", "node": node, "what": what });
    page.host("surface.act", act("press", json!({ "pressed": null })))
        .await;
    page.host(
        "surface.act",
        act("form", json!({ "submitted": { "text": "hi" } })),
    )
    .await;
    let received = page
        .call("capabilities", "received", json!({}))
        .await
        .unwrap();
    assert_eq!(received["surface"][0]["node"], "press");
    assert_eq!(received["surface"][0]["who"], "dashboard");
    assert_eq!(received["surface"][1]["what"]["submitted"]["text"], "hi");
    for (node, what, told) in [
        ("gone", json!({ "pressed": null }), "no `gone`"),
        ("press", json!({ "changed": true }), "press"),
        ("toggle", json!({ "changed": "yes" }), "toggle"),
        ("form", json!({ "submitted": {} }), "text"),
        ("press", json!({ "eval": 1 }), "unknown variant"),
    ] {
        let error = page.refused("surface.act", act(node, what)).await;
        assert!(error.contains(told), "{node}: {error}");
    }

    // What is revoked, paused or stopped says so on the page; what was drawn comes back with it.
    for (change, undo, told) in [
        ("plugin.revoke", "plugin.grant", "may not show this"),
        ("plugin.pause", "plugin.resume", "paused"),
        ("plugin.disable", "plugin.enable", "switched off"),
    ] {
        let mut params = json!({ "id": "capabilities" });
        if change == "plugin.revoke" {
            params["permissions"] = json!(["show:widget"]);
        }
        page.host(change, params.clone()).await;
        let said = page
            .until("surface:capabilities/probe", |data| {
                !data["problem"].is_null()
            })
            .await;
        assert!(said["problem"].as_str().unwrap().contains(told), "{said}");
        let error = page
            .refused("surface.act", act("press", json!({ "pressed": null })))
            .await;
        assert!(error.contains(told), "{error}");
        page.host(undo, params).await;
        page.until("surface:capabilities/probe", |data| {
            data["problem"].is_null()
        })
        .await;
    }
    host.shutdown("the test is over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_tables_are_refused_with_the_node_and_the_reason_and_what_was_drawn_stays() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    add(&host, "bad-tables").await;
    let mut page = Page::open(&host);
    page.watch("surface", Some("bad-tables/bad"));
    let answers = page.call("bad-tables", "draw", json!({})).await.unwrap();
    for (name, told) in [
        ("cycle", "node 1"),
        ("no-parent", "node 1"),
        ("two-roots", "node 1"),
        ("nothing", "0 nodes"),
        ("deep", "deep"),
        ("twice", "`a`"),
        ("script", "node 0"),
        ("javascript-image", "node 0"),
        ("foreign-image", "evil.example"),
        ("javascript-alert", "alert"),
        ("endless-alert", "120000"),
        ("wrong-value", "`have`"),
        ("undeclared", "declare it"),
    ] {
        let text = answers[name]["error"]["text"].as_str().unwrap_or_default();
        assert!(text.contains(told), "{name}: {}", answers[name]);
        assert!(text.len() < 400, "{name}: {text}");
    }
    let many = page
        .call("bad-tables", "many", json!({ "nodes": 20_000 }))
        .await
        .unwrap();
    let text = many["error"]["text"].as_str().unwrap();
    assert!(text.contains("20000 nodes"), "{text}");

    // Markdown reaches the page read: a script is a text, and such a link is none.
    let drawn = page
        .until("surface:bad-tables/bad", |data| {
            data.to_string().contains("https://example.com")
        })
        .await;
    let text = drawn.to_string();
    assert!(!text.contains("javascript:"), "{text}");
    assert_eq!(text.matches("\"link\"").count(), 1, "{text}");
    host.shutdown("the test is over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_view_is_told_and_follows_what_changes() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    let mut page = Page::open(&host);
    for view in [
        "host",
        "connectors",
        "plugins",
        "accounts",
        "surfaces",
        "overlays",
        "layout",
        "bundled",
        "activity",
        "simulator",
        "services",
        "network",
        "session",
    ] {
        page.watch(view, None);
        page.until(&format!("{view}:"), |_| true).await;
    }
    assert_eq!(page.views["simulator:"], Value::Null);
    page.host("simulator.set", json!({ "rate": 0.0 })).await;
    page.until("connectors:", |data| data[0]["id"] == "simulator")
        .await;
    page.until("simulator:", |data| data == &json!(0.0)).await;

    let bundled = page.views["bundled:"].as_array().unwrap();
    assert!(
        bundled.iter().any(|plugin| plugin["id"] == "alerts"),
        "{bundled:?}"
    );
    page.host(
        "plugin.install-bundled",
        json!({ "id": "alerts", "grant": ["subscribe:channel.follow", "show:overlay"] }),
    )
    .await;
    page.until("plugins:", |data| data[0]["id"] == "alerts")
        .await;
    page.until("bundled:", |data| !data.to_string().contains("\"alerts\""))
        .await;
    let overlays = page
        .until("overlays:", |data| data[0]["id"] == "stage")
        .await;
    assert_eq!(overlays[0]["granted"], true);
    page.watch("settings", Some("alerts"));
    page.until("settings:alerts", |data| data["seconds"]["value"] == 7)
        .await;
    page.host(
        "plugin.set-settings",
        json!({ "id": "alerts", "values": { "seconds": 5 } }),
    )
    .await;
    page.until("settings:alerts", |data| data["seconds"]["value"] == 5)
        .await;
    page.watch("log", Some("alerts"));
    page.until("log:alerts", Value::is_array).await;

    page.host("simulate", json!({ "topic": "channel.follow", "set": {} }))
        .await;
    let activity = page
        .until("activity:", |data| data[0]["topic"] == "channel.follow")
        .await;
    assert_eq!(activity[0]["simulated"], true);
    let id = activity[0]["id"].as_str().unwrap();
    let again = page.host("event.replay", json!({ "id": id })).await;
    assert_eq!(again["replayed"], true);
    let chain = page.host("event.chain", json!({ "id": again["id"] })).await;
    assert_eq!(chain.as_array().unwrap().len(), 2, "{chain}");

    let layout = json!({ "pages": [{ "id": "a", "title": "Mine", "items": [
        { "surface": "alerts/queue", "x": 0, "y": 0, "w": 4, "h": 6 },
    ] }] });
    page.host("layout.set", json!({ "layout": layout })).await;
    assert_eq!(
        page.until("layout:", |data| data["pages"] != json!([]))
            .await,
        layout
    );
    let wide = json!({ "pages": [{ "id": "a", "title": "", "items": [
        { "surface": "alerts/queue", "x": 9, "y": 0, "w": 4, "h": 6 },
    ] }] });
    let error = page.refused("layout.set", json!({ "layout": wide })).await;
    assert!(error.contains("12 columns"), "{error}");

    page.host(
        "service.set-up",
        json!({ "service": "twitch", "values": { "client_id": "abcdefghijklmnopqrstuvwxyz0123" } }),
    )
    .await;
    page.until("services:", |data| {
        data["twitch"]["client_id"] == "abcdefghijklmnopqrstuvwxyz0123"
    })
    .await;
    page.host(
        "obs.set-up",
        json!({ "obs": { "name": "second", "url": "ws://127.0.0.1:1" }, "password": "verysecret" }),
    )
    .await;
    page.until("connectors:", |data| data.to_string().contains("second"))
        .await;
    let obs = page
        .until("services:", |data| data["obs"][0]["name"] == "second")
        .await;
    assert_eq!(obs["obs"][0]["has_password"], true);
    let file = std::fs::read_to_string(folder.path().join("data/config.toml")).unwrap();
    assert!(
        file.contains("abcdefghijklmnopqrstuvwxyz0123") && file.contains("ws://127.0.0.1:1"),
        "{file}"
    );
    assert!(!file.contains("verysecret") && !format!("{:?}", page.views).contains("verysecret"));
    page.host("obs.remove", json!({ "name": "second" })).await;
    page.until("connectors:", |data| !data.to_string().contains("second"))
        .await;

    host.shutdown("the test is over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_watched_or_called_is_refused_with_what_can() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    let mut page = Page::open(&host);
    for (view, key, told) in [
        ("plugin", None, "did you mean `plugins`?"),
        ("surface", None, "needs a `key`"),
        ("surface", Some("alerts"), "plugin/surface"),
        ("plugins", Some("alerts"), "has no `key`"),
    ] {
        page.watch(view, key);
        page.read().await;
        let error = page.others.pop().unwrap();
        assert!(error["message"].as_str().unwrap().contains(told), "{error}");
    }
    for number in 0..200 {
        page.watch("log", Some(&format!("plugin-{number}")));
    }
    while !page.others.iter().any(|other| other["type"] == "error") {
        page.read().await;
    }
    for (name, params, told) in [
        ("plugin.enabel", json!({}), "did you mean `plugin.enable`?"),
        ("plugin.enable", json!({ "id": "nobody" }), "nobody"),
        (
            "plugin.enable",
            json!({ "name": "alerts" }),
            "unknown field `name`",
        ),
        ("event.replay", json!({ "id": "gone" }), "not remembered"),
        ("event.history", json!({ "pattern": "a*" }), "`a*`"),
        (
            "plugin.install-bundled",
            json!({ "id": "nothing", "grant": [] }),
            "brings no plugin",
        ),
        (
            "service.set-up",
            json!({ "service": "twitch", "values": { "api": "http://evil.example" } }),
            "client_id",
        ),
        (
            "service.set-up",
            json!({ "service": "twitch", "values": { "client_id": "my app" } }),
            "about 30 small letters and digits",
        ),
        (
            "overlay.place",
            json!({ "plugin": "a", "surface": "b", "placement": { "x": 1e9 } }),
            "`x`",
        ),
    ] {
        let error = page.refused(name, params).await;
        assert!(error.contains(told), "{name}: {error}");
    }
    host.shutdown("the test is over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_does_not_read_slows_nobody_and_gets_how_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    add(&host, "capabilities").await;
    let mut sleeping = Page::open(&host);
    sleeping.watch("surface", Some("capabilities/probe"));
    let mut page = Page::open(&host);
    page.call("capabilities", "show", json!({ "surface": "probe" }))
        .await
        .unwrap();
    for count in 0..150 {
        let values = json!({ "surface": "probe", "values": { "count": count } });
        let set = page
            .call("capabilities", "set-values", values)
            .await
            .unwrap();
        assert_eq!(set, json!({ "ok": null }), "{count}");
    }
    sleeping
        .until("surface:capabilities/probe", |data| {
            data["values"]["count"] == 149
        })
        .await;
    host.shutdown("the test is over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_drawn_without_a_grant_is_on_the_page_as_soon_as_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    add(&host, "capabilities").await;
    let mut page = Page::open(&host);
    page.watch("surface", Some("capabilities/probe"));
    let granted = json!({ "id": "capabilities", "permissions": ["show:widget"] });
    page.host("plugin.revoke", granted.clone()).await;
    let params = json!({ "surface": "probe" });
    let show = page.call("capabilities", "show", params).await.unwrap();
    assert!(show["error"].to_string().contains("denied"), "{show}");
    let params = json!({ "surface": "probe", "values": { "count": 7 } });
    page.call("capabilities", "set-values", params)
        .await
        .unwrap();
    page.until("surface:capabilities/probe", |data| {
        data["problem"].to_string().contains("may not show")
    })
    .await;
    page.host("plugin.grant", granted).await;
    page.until("surface:capabilities/probe", |data| {
        data["problem"].is_null() && data["nodes"] != json!([]) && data["values"]["count"] == 7
    })
    .await;
    host.shutdown("the test is over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_call_pauses_every_plugin_and_one_lets_them_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    for fixture in ["capabilities", "bad-tables"] {
        add(&host, fixture).await;
    }
    let mut page = Page::open(&host);
    page.watch("plugins", None);
    page.host("plugin.disable", json!({ "id": "bad-tables" }))
        .await;
    let views = page.host("plugin.pause-all", json!({})).await;
    assert_eq!(views[0]["paused"], false, "it does not run: {views}");
    assert_eq!(views[1]["paused"], true, "{views}");
    page.until("plugins:", |data| data[1]["paused"] == true)
        .await;
    page.host("plugin.resume-all", json!({})).await;
    page.until("plugins:", |data| data[1]["paused"] == false)
        .await;
    host.shutdown("the test is over").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_come_in_the_order_of_the_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    let mut page = Page::open(&host);
    page.host(
        "plugin.install-bundled",
        json!({ "id": "alerts", "grant": [] }),
    )
    .await;
    page.session.receive(
        &json!({
            "type": "call", "request_id": 99, "module": "host", "name": "plugin.settings",
            "params": { "id": "alerts" },
        })
        .to_string(),
    );
    let answer = loop {
        let mut frames = page.session.next().await;
        if let Some(at) = frames
            .iter()
            .position(|frame| frame.contains("\"request_id\":99"))
        {
            break frames.swap_remove(at);
        }
    };
    let at = |key: &str| answer.find(&format!("\"{key}\":{{\"value\"")).unwrap();
    let order = ["kinds", "seconds", "durations", "gap", "quiet", "sound"].map(at);
    assert!(order.is_sorted(), "{answer}");
    host.shutdown("the test is over").await;
}
