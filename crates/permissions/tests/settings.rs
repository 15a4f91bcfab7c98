//! Settings: what a declaration must be like, and which values of the user's fit it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use pato_permissions::{Manifest, ManifestError, SettingValue};
use serde_json::json;

fn read(settings: &str) -> Result<Manifest, ManifestError> {
    let head = "id = \"scenes\"\nname = \"Scenes\"\nversion = \"0.1.0\"\napi_version = \"0.1\"\n";
    Manifest::from_toml(&format!("{head}{settings}"), "pato.toml")
}

#[test]
fn a_setting_must_fit_its_own_declaration() {
    for (setting, words) in [
        ("type = \"integer\"\ndefault = \"5\"", "whole number"),
        ("type = \"integer\"\ndefault = 1.5", "whole number"),
        (
            "type = \"integer\"\ndefault = 9\nmaximum = 5",
            "out of range",
        ),
        (
            "type = \"integer\"\ndefault = 9223372036854775807",
            "out of range",
        ),
        (
            "type = \"integer\"\ndefault = 1\nminimum = 0.5",
            "`minimum` is a whole number",
        ),
        ("type = \"number\"\ndefault = nan", "out of range"),
        ("type = \"number\"\ndefault = inf", "out of range"),
        (
            "type = \"number\"\ndefault = 1\nmaximum = nan",
            "`maximum` is a number",
        ),
        ("type = \"boolean\"\ndefault = 1", "true or false"),
        (
            "type = \"boolean\"\ndefault = true\nminimum = 1",
            "only numbers",
        ),
        ("type = \"string\"\ndefault = []", "a text"),
        (
            "type = \"string\"\ndefault = \"\"\nchoices = [\"a\"]",
            "`choices` needs",
        ),
        ("type = \"choice\"\ndefault = \"a\"", "a choice needs"),
        (
            "type = \"choice\"\ndefault = \"a\"\nchoices = []",
            "a choice needs",
        ),
        (
            "type = \"choice\"\ndefault = \"moderatos\"\nchoices = [\"moderators\"]",
            "did you mean `moderators`?",
        ),
        ("type = \"list\"\ndefault = [1]", "expected a string"),
        ("type = \"colour\"\ndefault = 1", "unknown variant `colour`"),
        ("default = 1", "`type` is missing"),
        ("type = \"boolean\"", "`default` is missing"),
    ] {
        let message = read(&format!("[settings.a]\n{setting}"))
            .unwrap_err()
            .to_string();
        assert!(
            message.contains(words) && message.contains("settings.a"),
            "{message}"
        );
    }
}

#[test]
fn a_users_value_is_checked_against_the_declaration() {
    let manifest = read(
        "[settings.count]\ntype = \"integer\"\ndefault = 5\nminimum = 0\nmaximum = 10\n\
         [settings.ratio]\ntype = \"number\"\ndefault = 0.5\n\
         [settings.words]\ntype = \"list\"\ndefault = []\n\
         [settings.text]\ntype = \"string\"\ndefault = \"\"\n\
         [settings.mode]\ntype = \"choice\"\ndefault = \"a\"\nchoices = [\"a\", \"b\"]",
    )
    .unwrap();
    let check = |key: &str, value: serde_json::Value| manifest.settings[key].validate(&value);
    assert_eq!(check("count", json!(10)), Ok(SettingValue::Integer(10)));
    assert_eq!(check("ratio", json!(2)), Ok(SettingValue::Number(2.0)));
    assert_eq!(
        check("words", json!(["a"])),
        Ok(SettingValue::List(vec!["a".into()]))
    );
    assert_eq!(
        check("mode", json!("b")),
        Ok(SettingValue::String("b".into()))
    );
    assert_eq!(
        check("text", json!("b\nc")),
        Ok(SettingValue::String("b\nc".into()))
    );
    for (key, value) in [
        ("count", json!(11)),
        ("count", json!(-1)),
        ("count", json!(1.5)),
        ("count", json!(null)),
        ("count", json!({"a": 1})),
        ("count", json!(u64::MAX)),
        ("ratio", json!("1")),
        ("words", json!("a")),
        ("words", json!([["a"]])),
        ("words", json!(vec!["x"; 10_000])),
        ("text", json!("x".repeat(20_000))),
        ("mode", json!("c")),
    ] {
        let error = check(key, value).unwrap_err();
        assert!(error.to_string().len() < 300, "{error}");
    }
}
