use pato_runtime::{LoadOptions, RuntimeError};

use crate::kit::{Host, granted, manifest};

/// What is said of a component with these parts.
async fn refusal(parts: &str) -> String {
    let bytes = wat::parse_str(format!(
        "(component {parts} (instance $own) (export \"a:own/nothing@1.0.0\" (instance $own)))"
    ));
    let options = LoadOptions {
        manifest: Some(manifest("points")),
        ..granted("points")
    };
    let loaded = Host::start().runtime.load(&bytes.unwrap(), options).await;
    match loaded {
        Err(error @ RuntimeError::Interface { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_pass_from_plugin_to_plugin_is_refused_when_it_is_loaded() {
    let imports = |exports: &str| format!("(import \"a:b/c@1.0.0\" (instance {exports}))");
    for (exports, function, says) in [
        (
            "(export \"f\" (func (param \"x\" u32) (result u32)))",
            "f",
            "let it answer `result<_, error>`",
        ),
        ("(export \"f\" (func))", "f", "no room for an error"),
        (
            "(export \"f\" (func (result (result u32))))",
            "f",
            "`func() -> result<u32, _>`",
        ),
        (
            "(export \"f\" (func (result (result (error u32)))))",
            "f",
            "no room for an error",
        ),
        ("(export \"r\" (type (sub resource)))", "r", "pass records"),
    ] {
        let message = refusal(&imports(exports)).await;
        assert!(
            message.starts_with(&format!("`{function}` of `a:b/c@1.0.0`: ")),
            "{message}"
        );
        assert!(message.contains(says), "{message}");
    }
    // Each type holds the one before twice.
    let mut types = String::from("(type $t0 (tuple string string))");
    for number in 1..=13 {
        let before = number - 1;
        types.push_str(&format!("(type $t{number} (tuple $t{before} $t{before}))"));
    }
    let function = "(export \"f\" (func (param \"x\" $t13) (result (result (error string)))))";
    let message = refusal(&format!("{types} {}", imports(function))).await;
    assert!(message.contains("16384 bytes"), "{message}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_offered_is_held_to_the_same_rules() {
    let message = refusal(
        r#"(core module $m (func (export "f") (result i32) i32.const 0))
        (core instance $c (instantiate $m))
        (func $f (result u32) (canon lift (core func $c "f")))
        (instance $i (export "f" (func $f)))
        (export "a:b/c@1.0.0" (instance $i))"#,
    )
    .await;
    assert!(message.contains("`func() -> u32`"), "{message}");
    assert!(
        message.contains("use pato:platform/types@0.1.0.{error}"),
        "{message}"
    );
}
