//! Programs that run by themselves: what they are given, how they end, and what ends them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use std::path::Path;
use std::time::Duration;

use pato_runtime::CacheConfiguration;
use pato_runtime::exec::{ExecError, ExecOptions, NetworkGrant, Outcome, execute};

/// How long anything may take before a test gives up; no test expects anything to be quick.
const PATIENCE: Duration = Duration::from_secs(60);

async fn run(wat: &str, options: ExecOptions) -> Result<Outcome, ExecError> {
    let bytes = wat::parse_str(wat).unwrap();
    let ended = tokio::time::timeout(PATIENCE, execute(bytes, options)).await;
    ended.expect("it does not end")
}

fn call(function: &str, arguments: &[&str]) -> ExecOptions {
    ExecOptions {
        function: Some(function.to_owned()),
        arguments: arguments.iter().map(|text| (*text).to_owned()).collect(),
        ..ExecOptions::default()
    }
}

fn returned(values: &[&str]) -> Outcome {
    Outcome::Returned {
        values: values.iter().map(|text| (*text).to_owned()).collect(),
        failed: false,
    }
}

const SPIN: &str = r#"(module (func (export "_start") (loop br 0)))"#;

/// The same as a command of WASI 0.2.
const SPIN_COMPONENT: &str = r#"(component
    (core module $m (func (export "run") (result i32) (loop br 0) i32.const 0))
    (core instance $i (instantiate $m))
    (func $run (result (result)) (canon lift (core func $i "run")))
    (instance $interface (export "run" (func $run)))
    (export "wasi:cli/run@0.2.6" (instance $interface)))"#;

/// Functions of several types, in the component and in an interface.
const LIBRARY: &str = r#"(component
    (core module $m
        (memory (export "memory") 1)
        (global $next (mut i32) (i32.const 1024))
        (data (i32.const 16) "by zero")
        (func (export "realloc") (param i32 i32 i32 i32) (result i32)
            global.get $next
            (global.set $next (i32.and
                (i32.add (i32.add (global.get $next) (local.get 3)) (i32.const 7))
                (i32.const -8))))
        (func (export "echo") (param i32 i32) (result i32)
            (i32.store (i32.const 0) (local.get 0))
            (i32.store (i32.const 4) (local.get 1))
            i32.const 0)
        (func (export "sum") (param $at i32) (param $count i32) (result i32) (local $sum i32)
            (block (loop
                (br_if 1 (i32.eqz (local.get $count)))
                (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $at))))
                (local.set $at (i32.add (local.get $at) (i32.const 4)))
                (local.set $count (i32.sub (local.get $count) (i32.const 1)))
                (br 0)))
            local.get $sum)
        (func (export "divide") (param i32 i32) (result i32)
            (if (local.get 1)
                (then
                    (i32.store8 (i32.const 0) (i32.const 0))
                    (i32.store (i32.const 4) (i32.div_u (local.get 0) (local.get 1))))
                (else
                    (i32.store8 (i32.const 0) (i32.const 1))
                    (i32.store (i32.const 4) (i32.const 16))
                    (i32.store (i32.const 8) (i32.const 7))))
            i32.const 0))
    (core instance $i (instantiate $m))
    (alias core export $i "memory" (core memory $memory))
    (alias core export $i "realloc" (core func $realloc))
    (func (export "echo") (param "text" string) (result string)
        (canon lift (core func $i "echo") (memory $memory) (realloc $realloc)))
    (func $sum (param "numbers" (list u32)) (result u32)
        (canon lift (core func $i "sum") (memory $memory) (realloc $realloc)))
    (func $divide (param "a" u32) (param "b" u32) (result (result u32 (error string)))
        (canon lift (core func $i "divide") (memory $memory) (realloc $realloc)))
    (instance $math (export "sum" (func $sum)) (export "divide" (func $divide)))
    (export "test:library/math@1.2.0" (instance $math)))"#;

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_loop_is_ended_by_its_time_and_by_its_fuel() {
    for wat in [SPIN, SPIN_COMPONENT] {
        let limit = Duration::from_millis(200);
        let options = ExecOptions {
            time_limit: Some(limit),
            ..ExecOptions::default()
        };
        let ended = run(wat, options).await;
        assert!(
            matches!(ended, Err(ExecError::OutOfTime { limit: told }) if told == limit),
            "{ended:?}"
        );
        let options = ExecOptions {
            fuel: Some(100_000),
            ..ExecOptions::default()
        };
        let ended = run(wat, options).await;
        assert!(
            matches!(ended, Err(ExecError::OutOfFuel { limit: 100_000 })),
            "{ended:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_beyond_the_limit_is_refused_at_the_start_and_later() {
    let bomb = r#"(module (memory 1)
        (func (export "_start")
            (loop (br_if 0 (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
            unreachable))"#;
    let options = ExecOptions {
        memory: 4 << 20,
        ..ExecOptions::default()
    };
    let error = run(bomb, options.clone()).await.unwrap_err().to_string();
    assert!(error.contains("more than its 4194304 bytes"), "{error}");
    let huge = r#"(module (memory 1000) (func (export "_start")))"#;
    assert!(run(huge, options).await.is_err());
    let modest = ExecOptions::default();
    assert_eq!(run(huge, modest).await.unwrap(), Outcome::Exited(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_ends_with_its_own_code() {
    let exits = r#"(module
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (func (export "_start") (call $exit (i32.const 42))))"#;
    let ended = run(exits, ExecOptions::default()).await.unwrap();
    assert_eq!(ended, Outcome::Exited(42));
    let fails = SPIN_COMPONENT.replace("(loop br 0) i32.const 0", "i32.const 1");
    let ended = run(&fails, ExecOptions::default()).await.unwrap();
    assert_eq!(ended, Outcome::Exited(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_of_a_core_module_take_and_return_numbers() {
    let module = r#"(module
        (global $ready (mut i32) (i32.const 0))
        (func (export "_initialize") (global.set $ready (i32.const 1)))
        (func (export "add") (param i32 i32) (result i32)
            (i32.mul (global.get $ready) (i32.add (local.get 0) (local.get 1))))
        (func (export "both") (param i64 f64) (result i64 f64) local.get 0 local.get 1)
        (func (export "vector") (param v128)))"#;
    for (function, arguments, expected) in [
        ("add", &["2", "-5"][..], &["-3"][..]),
        ("add", &["4294967295", "1"], &["0"]),
        (
            "both",
            &["-9223372036854775808", "1.5"],
            &["-9223372036854775808", "1.5"],
        ),
    ] {
        let outcome = run(module, call(function, arguments)).await.unwrap();
        assert_eq!(outcome, returned(expected), "{function} {arguments:?}");
    }
    for (function, arguments, told) in [
        ("add", &["1"][..], "2 arguments (i32, i32), and 1 came"),
        ("add", &["1", "4294967296"], "`4294967296` for `i32`"),
        ("add", &["1", "one"], "write a number"),
        ("vector", &["1"], "v128"),
        ("ad", &[], "did you mean `add`?"),
    ] {
        let error = run(module, call(function, arguments)).await.unwrap_err();
        assert!(error.to_string().contains(told), "{function}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_of_a_component_take_and_return_values_in_wave() {
    for (function, arguments, expected) in [
        ("echo", &["Ronni says \"hi\""][..], r#""Ronni says \"hi\"""#),
        ("echo", &["\"quoted\""], "\"quoted\""),
        ("math.sum", &["[1, 2, 39]"], "42"),
        ("sum", &["[]"], "0"),
        ("test:library/math@1.2.0#divide", &["7", "2"], "ok(3)"),
    ] {
        let outcome = run(LIBRARY, call(function, arguments)).await.unwrap();
        assert_eq!(outcome, returned(&[expected]), "{function} {arguments:?}");
    }
    let by_zero = run(LIBRARY, call("divide", &["7", "0"])).await.unwrap();
    let expected = Outcome::Returned {
        values: vec!["err(\"by zero\")".to_owned()],
        failed: true,
    };
    assert_eq!(by_zero, expected);
    for (function, arguments, told) in [
        ("sum", &["[1, two]"][..], "list<u32>"),
        ("divide", &["1"], "2 arguments (a: u32, b: u32)"),
        ("divide", &["-1", "1"], "`-1` for `a: u32`"),
        ("math.add", &[], "test:library/math@1.2.0#sum"),
    ] {
        let error = run(LIBRARY, call(function, arguments)).await.unwrap_err();
        assert!(error.to_string().contains(told), "{function}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_whose_values_have_no_text_is_refused_before_it_runs() {
    let resource = r#"(component
        (type $thing' (resource (rep i32)))
        (export $thing "thing" (type $thing'))
        (core module $m (func (export "f") (param i32 i32)))
        (core instance $i (instantiate $m))
        (func (export "take") (param "things" (tuple u32 (own $thing)))
            (canon lift (core func $i "f"))))"#;
    let error = run(resource, call("take", &["(1, 2)"])).await.unwrap_err();
    assert!(error.to_string().contains("no text form"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn imports_that_are_not_offered_are_named_and_nothing_runs() {
    let module = r#"(module
        (import "env" "emscripten_run" (func))
        (import "wasi_snapshot_preview1" "fd_teleport" (func))
        (func (export "_start") unreachable))"#;
    let error = run(module, ExecOptions::default()).await.unwrap_err();
    let told = "env.emscripten_run, wasi_snapshot_preview1.fd_teleport";
    assert!(error.to_string().contains(told), "{error}");
    let plugin = SPIN_COMPONENT.replace(
        "(core module",
        r#"(import "pato:platform/log@0.1.0" (instance))
           (import "wasi:http/types@0.2.6" (instance)) (core module"#,
    );
    let error = run(&plugin, ExecOptions::default())
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("pato:platform/log@0.1.0, wasi:http/types@0.2.6"),
        "{error}"
    );
    assert!(error.contains("pato plugin install"), "{error}");
    let shape = r#"(component
        (import "wasi:cli/environment@0.2.6" (instance (export "get-environment" (func (result u32)))))
        (core module $m (func (export "f")))
        (core instance $i (instantiate $m))
        (func (export "f") (canon lift (core func $i "f"))))"#;
    let error = run(shape, call("f", &[])).await.unwrap_err();
    assert!(matches!(error, ExecError::Link(_)), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_command_says_what_could_be_called() {
    let error = run(LIBRARY, ExecOptions::default())
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("--call: test:library/math@1.2.0#sum, test:library/math@1.2.0#divide, echo"),
        "{error}"
    );
    let error = run("(module)", ExecOptions::default())
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("no `_start`"), "{error}");
    let error = execute(b"#!/bin/sh".to_vec(), ExecOptions::default()).await;
    assert!(matches!(error, Err(ExecError::Binary(_))), "{error:?}");
    let network = ExecOptions {
        network: vec![NetworkGrant {
            host: "localhost".into(),
            port: 80,
        }],
        ..ExecOptions::default()
    };
    let error = run(SPIN, network).await.unwrap_err();
    assert!(matches!(error, ExecError::NoNetwork), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trap_says_why_and_where() {
    let recursive = r#"(module (func $deep (call $deep)) (func (export "_start") (call $deep)))"#;
    let error = run(recursive, ExecOptions::default()).await.unwrap_err();
    let ExecError::Trapped { reason, backtrace } = error else {
        panic!("{error}");
    };
    assert!(reason.contains("too deeply"), "{reason}");
    assert!(backtrace.unwrap().contains("deep"));
    let function = r#"(module (func (export "f") unreachable))"#;
    let error = run(function, call("f", &[])).await.unwrap_err();
    assert!(error.to_string().contains("unreachable"), "{error}");
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn compiled_code_is_kept_and_compiled_anew_when_it_was_changed() {
    let folder = tempfile::tempdir().unwrap();
    for (number, wat) in [LIBRARY, r#"(module (func (export "echo")))"#]
        .iter()
        .enumerate()
    {
        let arguments = ["hi"].get(number..).unwrap_or_default();
        let options = ExecOptions {
            cache: Some(CacheConfiguration::in_folder(folder.path())),
            ..call("echo", arguments)
        };
        let before = files(folder.path());
        let first = run(wat, options.clone()).await.unwrap();
        let mut new = files(folder.path());
        new.retain(|file| !before.contains(file));
        let [file] = new.as_slice() else {
            panic!("one file was to be made: {new:?}");
        };
        assert_eq!(run(wat, options.clone()).await.unwrap(), first);
        let whole = std::fs::read(file).unwrap();
        std::fs::write(file, &whole[..whole.len() / 2]).unwrap();
        assert_eq!(run(wat, options).await.unwrap(), first);
        let mut again = files(folder.path());
        again.retain(|file| !before.contains(file));
        // Two compilations need not agree in every byte, and the name has a hash of them.
        let lengths = again
            .iter()
            .map(|file| std::fs::metadata(file).unwrap().len());
        assert_eq!(
            lengths.collect::<Vec<_>>(),
            [whole.len() as u64],
            "compiled anew"
        );
    }
}
