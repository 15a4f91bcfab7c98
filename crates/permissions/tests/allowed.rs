//! Each capability: works when requested and granted, refused when either is missing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use pato_events::{Pattern, Topic, catalogue};
use pato_permissions::{Allowed, Denial, Grants, Manifest, Permission, SurfaceKind};

fn manifest(permissions: &str) -> Manifest {
    let text = format!(
        "id = \"scenes\"\nname = \"Scenes\"\nversion = \"0.1.0\"\napi_version = \"0.1\"\n\
         [permissions]\n{permissions}"
    );
    Manifest::from_toml(&text, "pato.toml").unwrap()
}

fn grants(texts: &[&str]) -> Grants {
    texts
        .iter()
        .map(|text| text.parse::<Permission>().unwrap())
        .collect()
}

fn topic(text: &str) -> Topic {
    Topic::new(text).unwrap()
}

fn pattern(text: &str) -> Pattern {
    Pattern::new(text).unwrap()
}

fn allowed(request: &str, grants: &[&str]) -> Allowed {
    Allowed::new(&manifest(request), &self::grants(grants))
}

/// What the capability answers when requested and granted, when only requested, when neither, and when
/// only granted; and what lifts the second and the third.
fn three_ways(
    request: &str,
    grant: &str,
    check: impl Fn(&Allowed) -> Result<(), Denial>,
    declare: &str,
) {
    assert_eq!(check(&allowed(request, &[grant])), Ok(()));
    let denial = check(&allowed(request, &[])).unwrap_err();
    assert!(denial.declared, "{denial}");
    let remedy = denial
        .remedy
        .strip_prefix("pato plugin grant scenes ")
        .unwrap();
    assert_eq!(
        check(&allowed(request, &[remedy])),
        Ok(()),
        "{remedy} does not help"
    );
    for grants in [&[][..], &[grant][..]] {
        let denial = check(&allowed("", grants)).unwrap_err();
        assert!(!denial.declared, "{denial}");
        assert!(denial.remedy.contains(declare), "{denial}");
        let line = denial.remedy.split_once("write: ").unwrap().1;
        assert_eq!(
            check(&allowed(line, &[remedy])),
            Ok(()),
            "{line} does not help"
        );
    }
}

#[test]
fn subscribing_needs_a_request_and_a_grant() {
    three_ways(
        "subscribe = [\"chat.*\"]",
        "subscribe:chat.message",
        |allowed| allowed.check_subscribe(&pattern("chat.message")),
        "subscribe = [\"chat.message\"]",
    );
}

#[test]
fn publishing_needs_a_request_and_a_grant() {
    three_ways(
        "publish = [\"scenes.**\"]",
        "publish:scenes.**",
        |allowed| allowed.check_publish(&topic("scenes.changed.now")),
        "publish = [\"scenes.changed.now\"]",
    );
}

#[test]
fn calling_needs_a_request_and_a_grant() {
    three_ways(
        "call = [\"chat.*\"]",
        "call:chat.send",
        |allowed| allowed.check_call("chat.send"),
        "call = [\"chat.send\"]",
    );
}

#[test]
fn calling_another_plugin_needs_a_request_and_a_grant() {
    three_ways(
        "plugins = [\"points.**\"]",
        "plugin:points.points.give",
        |allowed| allowed.check_plugin("points.points.give"),
        "plugins = [\"points.points.give\"]",
    );
    three_ways(
        "plugins = [{ scope = \"*.top\", optional = true }]",
        "plugin:points.top",
        |allowed| allowed.check_plugin("points.top"),
        "plugins = [\"points.top\"]",
    );
    for text in ["", "points", "obs.give", "Ü.x"] {
        let denial = allowed("plugins = [\"points.**\"]", &["plugin:points.**"])
            .check_plugin(text)
            .unwrap_err();
        assert!(!denial.declared, "{denial}");
    }
}

#[test]
fn http_needs_a_request_and_a_grant() {
    three_ways(
        "network = { http = [\"*.example.com\"] }",
        "http:api.example.com",
        |allowed| allowed.check_http("API.example.com.", 443).map(drop),
        "network.http = [\"api.example.com:443\"]",
    );
    three_ways(
        "network = { http = [\"[::1]:8123\"] }",
        "http:[::1]:8123",
        |allowed| allowed.check_http("::1", 8123).map(drop),
        "network.http = [\"[::1]:8123\"]",
    );
}

#[test]
fn a_websocket_needs_a_request_and_a_grant() {
    three_ways(
        "network = { websocket = [\"127.0.0.1:8123\"] }",
        "websocket:127.0.0.1:8123",
        |allowed| allowed.check_websocket("127.0.0.1", 8123).map(drop),
        "network.websocket = [\"127.0.0.1:8123\"]",
    );
}

#[test]
fn storing_needs_a_request_and_a_grant() {
    three_ways(
        "storage = true",
        "storage:1MiB",
        |allowed| allowed.check_storage().map(drop),
        "storage = \"1MiB\"",
    );
}

#[test]
fn timers_need_a_request_and_a_grant() {
    three_ways(
        "timers = true",
        "timers",
        Allowed::check_timers,
        "timers = true",
    );
}

#[test]
fn showing_needs_a_request_and_a_grant() {
    three_ways(
        "show = [\"overlay\"]",
        "show:overlay",
        |allowed| allowed.check_show(SurfaceKind::Overlay),
        "show = [\"overlay\"]",
    );
}

#[test]
fn a_scope_reaches_no_further_than_both() {
    let manifest = manifest(
        "subscribe = [\"chat.**\"]\npublish = [\"scenes.*\"]\ncall = [\"obs.**\"]\n\
         network = { http = [\"api.example.com\"], websocket = [\"api.example.com\"] }\nstorage = \"2 MiB\"",
    );
    let allowed = Allowed::new(
        &manifest,
        &grants(&[
            "subscribe:chat.message",
            "publish:scenes.**",
            "call:obs.get-version",
            "http:*.example.com",
            "storage:1MiB",
        ]),
    );
    assert!(allowed.check_subscribe(&pattern("chat.message")).is_ok());
    assert!(allowed.check_subscribe(&pattern("chat.*")).is_err());
    assert!(allowed.check_subscribe(&pattern("chat.**")).is_err());
    assert!(allowed.check_publish(&topic("scenes.a")).is_ok());
    assert!(allowed.check_publish(&topic("scenes.a.b")).is_err());
    assert!(allowed.check_call("obs.get-version").is_ok());
    assert!(allowed.check_call("obs.get-stats").is_err());
    assert!(allowed.check_http("api.example.com", 443).is_ok());
    assert!(allowed.check_http("www.example.com", 443).is_err());
    assert!(allowed.check_websocket("api.example.com", 443).is_err());
    assert_eq!(allowed.check_storage(), Ok(1 << 20));
    assert!(allowed.check(&Permission::Storage(1 << 20)).is_ok());
    assert!(allowed.check(&Permission::Storage((1 << 20) + 1)).is_err());
}

#[test]
fn the_general_check_agrees_with_the_others() {
    let texts = [
        "subscribe:chat.*",
        "publish:scenes.**",
        "call:chat.*",
        "http:a.example",
        "websocket:a.example:81",
        "storage:1MiB",
        "timers",
        "show:page",
    ];
    let manifest = manifest(
        "subscribe = [\"chat.*\"]\npublish = [\"scenes.**\"]\ncall = [\"chat.*\"]\nstorage = true\n\
         timers = true\nshow = [\"page\"]\nnetwork = { http = [\"a.example\"], websocket = [\"a.example:81\"] }",
    );
    let allowed = Allowed::new(&manifest, &Grants::all_of(&manifest));
    let nothing = Allowed::new(&manifest, &Grants::default());
    for text in texts {
        let permission = text.parse().unwrap();
        assert_eq!(allowed.check(&permission), Ok(()), "{text}");
        let denial = nothing.check(&permission).unwrap_err();
        assert_eq!(denial.permission, permission.to_string());
        assert_eq!(
            denial.remedy,
            format!("pato plugin grant scenes {permission}")
        );
    }
    assert_eq!(nothing.storage_quota(), 0);
}

#[test]
fn a_dangerous_action_needs_its_own_request_and_its_own_grant() {
    let name = catalogue::actions()
        .find(|action| action.danger.is_some())
        .unwrap()
        .name;
    let exact = format!("call:{name}");
    let wide = manifest("call = [\"**\"]");
    let both = manifest(&format!("call = [\"**\", \"{name}\"]"));
    let named = manifest(&format!("call = [\"{name}\"]"));
    let check = |manifest: &Manifest, grants: &[&str]| {
        Allowed::new(manifest, &self::grants(grants)).check_call(name)
    };
    assert!(!check(&wide, &["call:**", &exact]).unwrap_err().declared);
    let denial = check(&both, &["call:**"]).unwrap_err();
    assert!(denial.declared);
    assert_eq!(denial.remedy, format!("pato plugin grant scenes {exact}"));
    assert!(check(&named, &[&exact]).is_ok());
    assert!(check(&both, &["call:**", &exact]).is_ok());
}

#[test]
fn topics_of_the_host_are_never_published() {
    let mut manifest = manifest("publish = [\"scenes.**\"]");
    // A manifest that did not pass the parser.
    let everything = Permission::Publish(pattern("**"));
    manifest.permissions[0].permission = everything.clone();
    let allowed = Allowed::new(&manifest, &[everything.clone()].into_iter().collect());
    for name in ["chat.message", "plugin.status", "host"] {
        let denial = allowed.check_publish(&topic(name)).unwrap_err();
        assert!(denial.remedy.contains("`scenes.**`"), "{denial}");
    }
    assert!(allowed.check(&everything).is_err());
    assert!(allowed.check_publish(&topic("scenes.changed")).is_ok());
}

#[test]
fn what_is_no_name_is_refused_with_the_reason() {
    let manifest = manifest("call = [\"**\"]\nnetwork.http = [\"*.example.com\"]");
    let allowed = Allowed::new(&manifest, &Grants::all_of(&manifest));
    let denial = Allowed::new(&manifest, &Grants::default())
        .check_call("Chat Send\u{1b}[2J")
        .unwrap_err();
    assert!(!denial.to_string().contains('\u{1b}'), "{denial}");
    for host in ["a b", "", "evil.com\0.example.com", "*"] {
        assert!(
            !allowed.check_http(host, 443).unwrap_err().remedy.is_empty(),
            "{host}"
        );
    }
}

#[test]
fn a_further_request_is_added_to_the_list() {
    let manifest = manifest("call = [\"chat.send\"]");
    let allowed = Allowed::new(&manifest, &Grants::all_of(&manifest));
    let denial = allowed.check_call("obs.get-version").unwrap_err();
    assert_eq!(
        denial.remedy,
        "in pato.toml add to the list permissions.call: \"obs.get-version\""
    );
}
