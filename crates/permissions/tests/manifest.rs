//! Manifests: what is read, and what is refused with which words.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use pato_permissions::{
    Grants, Manifest, ManifestError, OverflowPolicy, SettingKind, SettingValue,
};
use proptest::prelude::*;

const HEAD: &str =
    "id = \"scenes\"\nname = \"Scene switcher\"\nversion = \"0.1.0\"\napi_version = \"0.1\"\n";

const WHOLE: &str = r#"
id = "scenes"
name = "Scene switcher"
version = "0.1.0"
api_version = "0.1"
description = "Switches scenes."
author = "Ronni"
license = "MIT"
homepage = "https://example.com/scenes"
publisher = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"

[permissions]
subscribe = ["chat.message", { scope = "channel.follow", reason = "To greet.", optional = true }]
publish = ["scenes.**"]
call = ["chat.send@1", { scope = "obs.set-current-program-scene", reason = "To switch." }]
network = { http = ["api.example.com", "127.0.0.1:8123"], websocket = ["*.example.com"] }
storage = { scope = "512 KiB", reason = "To remember." }
timers = { reason = "To switch back." }

[settings.cooldown]
type = "integer"
default = 5
label = "Cooldown"
description = "Seconds between two switches."
minimum = 0
maximum = 3600

[settings.mode]
type = "choice"
default = "all"
choices = ["all", "moderators"]

[[commands]]
name = "next"
description = "The next scene."

[[secrets]]
name = "token"
hosts = ["api.example.com"]
label = "Token of the lights"

[limits]
memory = "64 MiB"
call_milliseconds = 2000

[mailbox]
capacity = 64
overflow = "spill"
"#;

fn read(rest: &str) -> Result<Manifest, ManifestError> {
    Manifest::from_toml(&format!("{HEAD}{rest}"), "pato.toml")
}

fn refused(rest: &str) -> String {
    match read(rest) {
        Err(error) => error.to_string(),
        Ok(manifest) => panic!("{rest:?} was read as {manifest:?}"),
    }
}

/// The same manifest as JSON.
fn as_json(text: &str) -> String {
    let value: toml::Table = toml::from_str(text).unwrap();
    serde_json::to_string_pretty(&value).unwrap()
}

#[test]
fn a_whole_manifest_is_read_the_same_from_toml_and_json() {
    let manifest = Manifest::from_toml(WHOLE, "pato.toml").unwrap();
    assert_eq!(
        Manifest::from_json(&as_json(WHOLE), "manifest.json").unwrap(),
        manifest
    );
    let publisher = manifest.publisher.as_deref();
    assert_eq!(
        publisher,
        Some("RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3")
    );
    let requests: Vec<String> = manifest
        .permissions
        .iter()
        .map(|request| request.permission.to_string())
        .collect();
    assert_eq!(
        requests,
        [
            "subscribe:chat.message",
            "subscribe:channel.follow",
            "publish:scenes.**",
            "call:chat.send",
            "call:obs.set-current-program-scene",
            "http:api.example.com:443",
            "http:127.0.0.1:8123",
            "websocket:*.example.com:443",
            "storage:512KiB",
            "timers",
        ]
    );
    assert!(manifest.permissions[1].optional && !manifest.permissions[0].optional);
    assert_eq!(
        manifest.permissions[8].reason.as_deref(),
        Some("To remember.")
    );
    assert_eq!(manifest.limits.memory, Some(64 << 20));
    assert_eq!(manifest.mailbox.overflow, OverflowPolicy::Spill);
    assert_eq!(manifest.mailbox.capacity, 64);
    assert_eq!(
        manifest.settings["cooldown"].default,
        SettingValue::Integer(5)
    );
    assert!(matches!(
        manifest.settings["mode"].kind,
        SettingKind::Choice { .. }
    ));
    assert_eq!(
        manifest.secrets[0].hosts[0].to_string(),
        "api.example.com:443"
    );
    assert_eq!(Grants::all_of(&manifest).len(), 10);
    assert_eq!(Grants::required_by(&manifest).len(), 9);
    let shown = serde_json::to_value(&manifest).unwrap();
    assert_eq!(
        shown["permissions"][0]["permission"],
        "subscribe:chat.message"
    );
    assert_eq!(shown["settings"]["cooldown"]["maximum"], 3600);
}

#[test]
fn the_least_manifest_requests_nothing() {
    let manifest = read("").unwrap();
    assert!(manifest.permissions.is_empty() && Grants::all_of(&manifest).is_empty());
    assert_eq!(manifest.mailbox.capacity, 1024);
    let manifest = read("[permissions]\nsubscribe = []\nstorage = false\ntimers = false").unwrap();
    assert!(manifest.permissions.is_empty());
}

#[test]
fn an_unknown_key_is_named_with_its_place_and_the_nearest() {
    for (rest, words) in [
        (
            "nmae = \"x\"",
            ["line 5", "`nmae`", "the manifest", "did you mean `name`?"],
        ),
        (
            "[permissions]\n\nsubcribe = []",
            [
                "line 7",
                "`subcribe`",
                "[permissions]",
                "did you mean `subscribe`?",
            ],
        ),
        (
            "[permissions.network]\nhttps = []",
            [
                "line 6",
                "`https`",
                "[permissions.network]",
                "did you mean `http`?",
            ],
        ),
        (
            "[permissions]\ncall = [\"chat.send\", { scope = \"chat.send\", raison = \"x\" }]",
            [
                "line 6",
                "`raison`",
                "[permissions.call[1]]",
                "did you mean `reason`?",
            ],
        ),
        (
            "[settings.cooldown]\ntype = \"integer\"\ndefault = 1\nzzz = 1",
            [
                "line 8",
                "`zzz`",
                "[settings.cooldown]",
                "the keys are type, default",
            ],
        ),
        (
            "[[commands]]\nname = \"a\"\n[[commands]]\nnaem = \"b\"",
            ["line 8", "`naem`", "[commands[1]]", "did you mean `name`?"],
        ),
        (
            "[limits]\nmemroy = 1",
            ["line 6", "`memroy`", "[limits]", "did you mean `memory`?"],
        ),
        (
            "[mailbox]\nsize = 1",
            [
                "line 6",
                "`size`",
                "[mailbox]",
                "the keys are capacity, overflow",
            ],
        ),
    ] {
        let message = refused(rest);
        assert!(message.starts_with("pato.toml, line"), "{message}");
        for word in words {
            assert!(message.contains(word), "{word} is not in: {message}");
        }
    }
}

#[test]
fn an_unknown_key_in_json_is_named_too() {
    let text = as_json(HEAD).replace("\"name\":", "\"nmae\":");
    let message = Manifest::from_json(&text, "manifest.json")
        .unwrap_err()
        .to_string();
    assert!(
        message.starts_with("manifest.json, line ") && message.contains("did you mean `name`?"),
        "{message}"
    );
}

#[test]
fn a_wrong_value_is_refused_with_its_place_and_what_to_write() {
    for (rest, place, words) in [
        (
            "[permissions]\nsubscribe = [\"chat.mess*\"]",
            "permissions.subscribe[0]",
            "write `chat.*`",
        ),
        (
            "[permissions]\nsubscribe = \"chat.*\"",
            "permissions.subscribe",
            "expected a list",
        ),
        (
            "[permissions]\nsubscribe = [5]",
            "permissions.subscribe[0]",
            "expected a string, or",
        ),
        (
            "[permissions]\nsubscribe = [{ reason = \"x\" }]",
            "permissions.subscribe[0]",
            "`scope` is missing",
        ),
        (
            "[permissions]\npublish = [\"chat.**\"]",
            "permissions.publish[0]",
            "belong to the host",
        ),
        (
            "[permissions]\npublish = [\"*.x\"]",
            "permissions.publish[0]",
            "belong to the host",
        ),
        (
            "[permissions]\ncall = [\"chat.send@2\"]",
            "permissions.call[0]",
            "only version 1",
        ),
        (
            "[permissions]\nnetwork = { http = [\"*\"] }",
            "permissions.network.http[0]",
            "write `*.example.com`",
        ),
        (
            "[permissions]\nnetwork = { tcp = [\"a:1\"] }",
            "permissions.network.tcp",
            "not offered",
        ),
        (
            "[permissions]\nstorage = \"1 MB\"",
            "permissions.storage",
            "write `MiB`",
        ),
        (
            "[permissions]\nstorage = \"0\"",
            "permissions.storage",
            "holds nothing",
        ),
        (
            "[permissions]\nshow = [\"desktop\"]",
            "permissions.show",
            "`widget`, `page` and `overlay`",
        ),
        (
            "[[surfaces]]\nid = \"top\"\nkind = \"widget\"\ntitle = \"Top\"",
            "surfaces",
            "`show = [\"widget\"]`",
        ),
        (
            "[permissions]\nshow = [\"widget\"]\n[[surfaces]]\nid = \"top\"\nkind = \"widget\"\n\
             title = \"Top\"\nwidth = 13",
            "surfaces",
            "1 x 1 to 12 x 40",
        ),
        (
            "[permissions]\nshow = [\"page\"]\n[[surfaces]]\nid = \"top\"\nkind = \"page\"\n\
             title = \"Top\"\nwidth = 3",
            "surfaces",
            "has no size",
        ),
        (
            "[permissions]\nshow = [\"page\"]\n[[surfaces]]\nid = \"a\"\nkind = \"page\"\n\
             title = \"A\"\n[[surfaces]]\nid = \"a\"\nkind = \"page\"\ntitle = \"B\"",
            "surfaces",
            "stands twice",
        ),
        (
            "[permissions]\ntimers = \"5\"",
            "permissions.timers",
            "write `timers = true`",
        ),
        (
            "[permissions]\ncall = [\"chat.send\", \"chat.send@1\"]",
            "permissions",
            "stands twice",
        ),
        (
            "homepage = \"javascript:alert(1)\"",
            "homepage",
            "begins with `https://`",
        ),
        ("publisher = \"\"", "publisher", "begin with `RW`"),
        (
            // A secret key, of which only the length differs.
            "publisher = \"RWRTY0IyjyHqtBu3G0M9UJLBQUXKmuGT9eKZs9AsABBRXCVQlEcAABAAAAA\"",
            "publisher",
            "`pato key new`",
        ),
        (
            "publisher = \"RUQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\"",
            "publisher",
            "56 characters",
        ),
        (
            "publisher = \"RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO=\"",
            "publisher",
            "56 characters",
        ),
        ("description = \"\"", "description", "leave the key out"),
        ("description = \"a\\nb\"", "description", "U+000A"),
        ("author = \"a\\u0000\"", "author", "U+0000"),
        ("author = \"\\u202Enoitacilppa\"", "author", "U+202E"),
        ("author = \"a\\u200Bb\"", "author", "U+200B"),
        (
            "[settings.\"Bad Key\"]\ntype = \"boolean\"\ndefault = true",
            "Bad Key",
            "is no name",
        ),
        (
            "[[commands]]\nname = \"a\"\n[[commands]]\nname = \"a\"",
            "commands",
            "stands twice",
        ),
        (
            "[[secrets]]\nname = \"a\"\nhosts = []",
            "secrets",
            "belongs to no host",
        ),
        (
            "[[secrets]]\nname = \"a\"\nhosts = [\"*.example.com\"]",
            "secrets[0].hosts[0]",
            "single hosts",
        ),
        ("[mailbox]\ncapacity = 0", "mailbox.capacity", "1 to 65536"),
        (
            "[mailbox]\ncapacity = 65537",
            "mailbox.capacity",
            "1 to 65536",
        ),
        (
            "[mailbox]\noverflow = \"drop\"",
            "mailbox.overflow",
            "drop-oldest",
        ),
        (
            "[limits]\ncall_milliseconds = -1",
            "limits.call_milliseconds",
            "-1",
        ),
    ] {
        let message = refused(rest);
        assert!(
            message.contains(place) && message.contains(words),
            "{rest}: {message}"
        );
    }
}

#[test]
fn the_head_is_checked() {
    for (from, to, words) in [
        ("id = \"scenes\"", "id = \"obs\"", "belongs to the host"),
        ("id = \"scenes\"", "id = \"../x\"", "is no plugin id"),
        ("id = \"scenes\"\n", "", "`id` is missing"),
        ("0.1.0", "one", "`version`"),
        (
            "api_version = \"0.1\"",
            "api_version = \"9.0\"",
            "update Pato",
        ),
        ("Scene switcher", "\\u0007", "U+0007"),
        ("Scene switcher", "   ", "empty"),
    ] {
        let text = HEAD.replace(from, to);
        let message = Manifest::from_toml(&text, "pato.toml")
            .unwrap_err()
            .to_string();
        assert!(message.contains(words), "{message}");
    }
    let arabic = HEAD.replace("Scene switcher", "مبدّل المشاهد");
    assert_eq!(
        Manifest::from_toml(&arabic, "pato.toml").unwrap().name,
        "مبدّل المشاهد"
    );
}

#[test]
fn what_is_neither_toml_nor_json_is_refused_with_the_line() {
    let message = refused("x = [1,\ny =");
    assert!(message.starts_with("pato.toml, line "), "{message}");
    for text in ["", "{", "{\"id\": \"a\",}", "[]", "null", "{}{}"] {
        let message = Manifest::from_json(text, "manifest.json")
            .unwrap_err()
            .to_string();
        assert!(message.starts_with("manifest.json"), "{message}");
    }
    let twice = as_json(HEAD) + "x";
    assert!(Manifest::from_json(&twice, "manifest.json").is_err());
    let marked = format!("\u{feff}{}", as_json(HEAD));
    assert!(Manifest::from_json(&marked, "manifest.json").is_ok());
    assert!(Manifest::from_toml(&format!("\u{feff}{HEAD}"), "pato.toml").is_ok());
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    assert!(refused("name = \"x\"").contains("duplicate"));
    let json = as_json(HEAD);
    let twice = json.replacen('{', "{\"name\": \"x\",", 1);
    let message = Manifest::from_json(&twice, "manifest.json")
        .unwrap_err()
        .to_string();
    assert!(message.contains("duplicate field `name`"), "{message}");
    let setting = "{\"type\": \"boolean\", \"default\": true}";
    let settings = format!("{{\"settings\": {{\"a\": {setting}, \"a\": {setting}}},");
    let twice = json.replacen('{', &settings, 1);
    let message = Manifest::from_json(&twice, "manifest.json")
        .unwrap_err()
        .to_string();
    assert!(message.contains("`a` stands twice"), "{message}");
}

#[test]
fn a_hostile_manifest_is_refused_soon() {
    let huge = format!("description = \"{}\"", "x".repeat(1 << 20));
    assert!(refused(&huge).contains("at most 65536 bytes"));
    let long = format!("description = \"{}\"", "x".repeat(1001));
    assert!(refused(&long).contains("more than 1000 characters"));
    let list = (0..10_000).map(|n| format!("\"{n}\",")).collect::<String>();
    assert!(refused(&format!("[permissions]\ncall = [{list}]")).contains("at most 65536 bytes"));
    let list = (0..5_000).map(|n| format!("\"{n}\",")).collect::<String>();
    let message = refused(&format!("[permissions]\ncall = [{list}]"));
    assert!(message.contains("more than 256 entries"), "{message}");
    let settings: String = (0..300)
        .map(|n| format!("[settings.s{n}]\ntype = \"boolean\"\ndefault = true\n"))
        .collect();
    assert!(refused(&settings).contains("more than 256 entries"));
    for deep in [
        format!("x = {}1{}", "[".repeat(20_000), "]".repeat(20_000)),
        format!("x = {}", "{a=".repeat(20_000)),
        format!(
            "[settings.a]\ntype = \"list\"\ndefault = {}1{}",
            "[".repeat(60),
            "]".repeat(60)
        ),
        format!("x{} = 1", ".a".repeat(20_000)),
    ] {
        assert!(refused(&deep).len() < 2_000);
    }
    let deep = format!("{{\"settings\": {}", "{\"a\":".repeat(10_000));
    assert!(Manifest::from_json(&deep, "manifest.json").is_err());
}

#[test]
fn an_error_does_not_steer_the_terminal() {
    let message = refused("\"\\u001b[2J\\u202e\" = 1");
    assert!(!message.contains(['\u{1b}', '\u{202e}']), "{message:?}");
    let message = refused("[settings.\"\\u001b[2J\"]\ntype = \"boolean\"\ndefault = true");
    assert!(!message.contains('\u{1b}'), "{message:?}");
    let message = refused("[mailbox]\noverflow = \"\\u001b[2J\"");
    assert!(!message.contains('\u{1b}'), "{message:?}");
}

#[test]
fn an_update_tells_what_it_requests_in_addition() {
    let old = read("[permissions]\nsubscribe = [\"chat.*\"]\nstorage = \"1 MiB\"").unwrap();
    let new = read(
        "[permissions]\nsubscribe = [\"chat.message\", \"obs.**\"]\nstorage = \"2 MiB\"\ntimers = true",
    )
    .unwrap();
    let more: Vec<String> = new
        .additional_to(&old)
        .iter()
        .map(|request| request.permission.to_string())
        .collect();
    assert_eq!(more, ["subscribe:obs.**", "storage:2MiB", "timers"]);
    assert!(new.additional_to(&new).is_empty());
}

#[test]
fn a_likely_mistake_is_warned_of_and_not_refused() {
    let manifest = read(
        "[permissions]\nsubscribe = [\"chat.mesage\", \"chat.*\", \"their-plugin.thing\", \"midi.note\"]\n\
         call = [\"chat.sned\", \"chat.send\"]\nnetwork = { http = [\"*.example.com\"] }\n\
         [[secrets]]\nname = \"near\"\nhosts = [\"api.example.com\"]\n\
         [[secrets]]\nname = \"far\"\nhosts = [\"api.example.org\"]",
    )
    .unwrap();
    let warnings = manifest.warnings();
    assert_eq!(warnings.len(), 4, "{warnings:#?}");
    assert!(
        warnings[0].contains("did you mean `chat.message`?"),
        "{}",
        warnings[0]
    );
    assert!(warnings[1].contains("`midi.note`"), "{}", warnings[1]);
    assert!(
        warnings[2].contains("did you mean `chat.send`?"),
        "{}",
        warnings[2]
    );
    assert!(
        warnings[3].contains("add \"api.example.org\""),
        "{}",
        warnings[3]
    );
    assert!(read("").unwrap().warnings().is_empty());
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in ".{0,300}") {
        let _ = Manifest::from_toml(&text, "pato.toml");
        let _ = Manifest::from_json(&text, "manifest.json");
    }

    #[test]
    fn no_damage_to_a_manifest_makes_the_reader_panic(
        at in any::<prop::sample::Index>(),
        removed in 0_usize..20,
        inserted in "[\\[\\]{}=\",.*\\n\\u{0}a1-]{0,5}",
    ) {
        for (text, json) in [(WHOLE.to_owned(), false), (as_json(WHOLE), true)] {
            let start = at.index(text.len());
            let mut damaged: Vec<char> = text.chars().collect();
            let end = (start + removed).min(damaged.len());
            damaged.splice(start..end, inserted.chars());
            let damaged: String = damaged.into_iter().collect();
            let read = match json {
                true => Manifest::from_json(&damaged, "manifest.json"),
                false => Manifest::from_toml(&damaged, "pato.toml"),
            };
            if let Err(error) = read {
                prop_assert!(error.to_string().len() > 10);
            }
        }
    }
}
