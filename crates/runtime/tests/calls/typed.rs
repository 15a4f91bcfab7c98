use pato_permissions::Grants;
use pato_runtime::{LoadOptions, ServiceError};
use serde_json::{Value, json};

use crate::kit::{Host, command, granted, grants, manifest, ok, refusal, within};
use crate::{counted, pair};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_lists_and_variants_are_carried_both_ways() {
    let host = Host::start();
    let (_points, gifts) = pair(&host).await;
    let give = |user: &str, amount: u32| json!({ "user": user, "amount": amount });
    assert_eq!(ok(&gifts, "give", give("ronni", 5)).await, 5);
    assert_eq!(ok(&gifts, "give", give("ronni", 2)).await, 7);
    assert_eq!(ok(&gifts, "give", give("Åsa 🦆", 9)).await, 9);
    assert_eq!(ok(&gifts, "get", json!({ "user": "ronni" })).await, 7);
    assert_eq!(
        ok(&gifts, "top", json!({ "count": 5 })).await,
        json!([give("Åsa 🦆", 9), give("ronni", 7)])
    );
    assert_eq!(
        ok(&gifts, "give", give("ronni", 1_000_000)).await,
        json!({ "room": 999_993 })
    );
    let shared = ok(&gifts, "share", json!({ "amount": 3, "among": 2 })).await;
    assert_eq!(shared, json!([give("user-0", 3), give("user-1", 3)]));
    assert_eq!(
        ok(&gifts, "backup", json!({ "size": 50_000 })).await,
        50_000
    );
    assert_eq!(
        ok(&gifts, "restore", json!({ "size": 50_000 })).await,
        50_000
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_plugin_called_knows_who_calls_and_forgets_it_afterwards() {
    let host = Host::start();
    let (points, gifts) = pair(&host).await;
    assert_eq!(ok(&gifts, "caller", json!({})).await, "gifts");
    let own = command(&points, "get", json!({ "user": "ronni" })).await;
    assert_eq!(own["for"], Value::Null);
    assert_eq!(
        points.call("points", "caller", "").await.unwrap(),
        "ok(none)"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_of_another_plugin_is_called_by_its_name() {
    let host = Host::start();
    let (_points, gifts) = pair(&host).await;
    let call = |plugin: &str, name: &str, user: Value| json!({ "plugin": plugin, "command": name, "parameters": { "user": user } });
    assert_eq!(
        ok(&gifts, "call", call("points", "get", json!("ronni"))).await,
        json!({ "points": 0, "for": "gifts" })
    );
    for (plugin, name, user, expected, says) in [
        ("points", "get", Value::Null, "invalid", "whose?"),
        ("points", "dance", json!("x"), "not-found", "`dance`"),
        ("points", "points.get", json!("x"), "invalid", "importing"),
        ("Points", "get", json!("x"), "invalid", "no plugin id"),
        (
            "bad-points",
            "get",
            json!("x"),
            "unavailable",
            "`bad-points` runs",
        ),
        ("other", "get", json!("x"), "denied", "plugins"),
    ] {
        let (kind, text) = refusal(&gifts, "call", call(plugin, name, user)).await;
        assert_eq!(kind, expected, "{plugin} {name}: {text}");
        assert!(text.contains(says), "{plugin} {name}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_needs_a_request_and_a_grant_and_says_which() {
    let host = Host::start();
    let points = host.load("points", granted("points")).await;
    let only = |texts: &[&str]| LoadOptions {
        grants: grants(texts),
        ..LoadOptions::default()
    };
    let gifts = host
        .load("gifts", only(&["plugin:points.points.get"]))
        .await;
    ok(&gifts, "get", json!({ "user": "ronni" })).await;

    // Each function is refused in the form that its own errors have.
    let (kind, text) = refusal(&gifts, "give", json!({ "user": "ronni", "amount": 1 })).await;
    let line = "pato plugin grant gifts plugin:points.points.give";
    assert_eq!((&*kind, &*text), ("denied", line));
    let top = ok(&gifts, "top", json!({ "count": 1 })).await;
    assert!(
        top["refused"]
            .as_str()
            .unwrap()
            .contains("plugin:points.points.top")
    );
    let (kind, _) = refusal(&gifts, "share", json!({ "among": 1 })).await;
    assert_eq!(kind, "denied");

    gifts.set_grants(&Grants::all_of(&manifest("gifts")));
    assert_eq!(
        ok(&gifts, "give", json!({ "user": "ronni", "amount": 1 })).await,
        1
    );
    assert_eq!(points.metrics().denials, 0);
    // With its subscription, at the start.
    assert_eq!(gifts.metrics().denials, 4);
    gifts.stop().await;

    let mut quiet = manifest("gifts");
    quiet.permissions.clear();
    let options = LoadOptions {
        manifest: Some(quiet),
        ..only(&["plugin:points.**"])
    };
    let gifts = host.load("gifts", options).await;
    let (kind, text) = refusal(&gifts, "get", json!({ "user": "ronni" })).await;
    assert_eq!(kind, "denied");
    assert!(
        text.contains("write: plugins = [\"points.points.get\"]"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_are_counted_for_each_edge_and_only_what_the_host_answered_is_a_failure() {
    let host = Host::start();
    let (points, gifts) = pair(&host).await;
    ok(&gifts, "get", json!({ "user": "ronni" })).await;
    let (kind, text) = refusal(&gifts, "get", json!({ "user": "" })).await;
    assert_eq!((&*kind, &*text), ("not-found", "nobody has no name"));

    let edges = host.runtime.calls();
    assert_eq!(edges.len(), 1, "{edges:?}");
    assert_eq!(edges[0].callee.as_deref(), Some("points"));
    assert_eq!(
        edges[0].interface.as_deref(),
        Some("ronni:points/points@1.0.0")
    );
    assert!(edges[0].available);
    assert_eq!(edges[0].functions.len(), 7, "all that it imports");
    let get = counted(&host, "gifts", "get");
    assert_eq!((get.calls, get.failures, get.granted), (2, 0, true));
    assert_eq!(get.permission.as_deref(), Some("plugin:points.points.get"));
    assert_eq!(counted(&host, "gifts", "top").calls, 0);

    gifts.set_grants(&Grants::default());
    refusal(&gifts, "get", json!({ "user": "ronni" })).await;
    let get = counted(&host, "gifts", "get");
    assert_eq!((get.calls, get.failures), (3, 1));
    assert!((get.requested, get.granted) == (true, false));
    assert!(get.last_failure.unwrap().contains("pato plugin grant"));
    within("the end", points.stop()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_user_calls_a_function_in_wave() {
    let host = Host::start();
    let points = host.load("points", granted("points")).await;
    for (interface, function, arguments, answer) in [
        ("points", "give", r#"{user: "ronni", amount: 5}"#, "ok(5)"),
        ("ronni:points/points", "get", r#""ronni""#, "ok(5)"),
        (
            "ronni:points/points@1.0.0",
            "top",
            "1",
            r#"ok([{user: "ronni", amount: 5}])"#,
        ),
        (
            "points",
            "get",
            r#""""#,
            r#"err(not-found("nobody has no name"))"#,
        ),
        ("points", "restore", "[1, 2, 3]", "ok(3)"),
        (
            "points",
            "give",
            r#"{user: "ronni", amount: 1000000}"#,
            "err(too-many(999995))",
        ),
    ] {
        let called = within(function, points.call(interface, function, arguments)).await;
        assert_eq!(called.unwrap(), answer, "{interface} {function}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (interface, function, arguments, says) in [
        (
            "points",
            "get",
            "ronni",
            "is no list of arguments for `func(user: string)",
        ),
        ("points", "get", "", "no list of arguments"),
        ("points", "get", r#""a", "b""#, "no list of arguments"),
        ("points", "get", r#""a"), get("b""#, "no list of arguments"),
        ("points", "restore", &*deep, "no list of arguments"),
    ] {
        let error = points
            .call(interface, function, arguments)
            .await
            .unwrap_err();
        assert!(matches!(error, ServiceError::Invalid(_)), "{error:?}");
        assert!(error.to_string().contains(says), "{error}");
    }
    for (interface, function, near) in [("point", "get", "`points`"), ("points", "gett", "`get`")] {
        let error = points.call(interface, function, "").await.unwrap_err();
        assert!(matches!(error, ServiceError::NotFound(_)), "{error:?}");
        assert!(
            error.to_string().contains(&format!("did you mean {near}?")),
            "{error}"
        );
    }
}
