//! What is told of binaries of every kind.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod kit;

use pato_packages::analysis::{Analysis, Producer, World};
use pato_packages::{BinaryKind, PackageError, pack};

fn analysis(wat: &str) -> Analysis {
    Analysis::of(&wat::parse_str(wat).unwrap()).unwrap()
}

fn worlds(analysis: &Analysis) -> Vec<World> {
    let fits = World::ALL.into_iter();
    fits.filter(|world| analysis.fits(*world)).collect()
}

fn reason(analysis: &Analysis, world: World) -> String {
    let fit = analysis.worlds.iter().find(|fit| fit.world == world);
    fit.unwrap().reason.clone().unwrap()
}

#[test]
fn a_plugin_is_one_with_what_it_asks_for() {
    let manifest = kit::manifest("duck", None) + "permissions.storage = \"1MiB\"\n";
    let more = r#"(import "pato:platform/storage@0.1.0" (instance))
        (import "pato:platform/timers@0.1.0" (instance))"#;
    let bytes = pack(&kit::component(more), &manifest, &[]).unwrap();
    let analysis = Analysis::of(&bytes).unwrap();
    assert_eq!(analysis.kind, BinaryKind::Component);
    assert_eq!(worlds(&analysis), [World::Plugin]);
    let needs: Vec<_> = analysis
        .needs
        .iter()
        .map(|need| (need.grant, need.requested))
        .collect();
    assert_eq!(needs, [("storage", Some(true)), ("timers", Some(false))]);
    assert_eq!(analysis.package.unwrap().manifest.id.as_str(), "duck");
    let wit = analysis.wit.unwrap();
    assert!(wit.contains("import wasi:io/poll@0.2.6;"), "{wit}");
}

#[test]
fn a_plugin_whose_signature_does_not_hold_fits_no_world() {
    let signed = kit::signed(&kit::key());
    assert!(Analysis::of(&signed).unwrap().fits(World::Plugin));
    let asset = signed.windows(4).position(|part| part == [7; 4]).unwrap();
    let mut changed = signed;
    changed[asset] = 8;
    let analysis = Analysis::of(&changed).unwrap();
    assert_eq!(worlds(&analysis), []);
    assert!(analysis.signature.is_some());
    assert!(reason(&analysis, World::Plugin).contains("changed after they were signed"));
}

#[test]
fn commands_and_libraries_of_both_kinds_are_told_apart() {
    let command = r#"(component (instance $run) (export "wasi:cli/run@0.2.6" (instance $run)))"#;
    let library = r#"(component
        (core module $m (func (export "f") (result i32) i32.const 1))
        (core instance $i (instantiate $m))
        (func (export "answer") (result u32) (canon lift (core func $i "f"))))"#;
    let core_command = r#"(module (func (export "_start")) (memory (export "memory") 1))"#;
    let core_library = r#"(module (func (export "f")))"#;
    let nothing = r#"(module (memory (export "memory") 1))"#;
    for (wat, expected) in [
        (command, &[World::Command][..]),
        (library, &[World::Library]),
        (core_command, &[World::CoreCommand]),
        (core_library, &[World::CoreLibrary]),
        (nothing, &[]),
    ] {
        assert_eq!(worlds(&analysis(wat)), expected, "{wat}");
    }
    let plugin = reason(&analysis(core_command), World::Plugin);
    assert!(plugin.contains("wasm32-wasip2"), "{plugin}");
    let wit = analysis(library).wit.unwrap();
    assert!(wit.contains("export answer: func() -> u32;"), "{wit}");
}

#[test]
fn imports_that_nobody_serves_are_named() {
    let module = analysis(
        r#"(module
            (import "env" "emscripten_run" (func))
            (import "wasi_snapshot_preview1" "path_open" (func))
            (func (export "_start")))"#,
    );
    assert_eq!(worlds(&module), []);
    assert!(reason(&module, World::CoreCommand).contains("env.emscripten_run"));
    assert_eq!(module.needs[0].grant, "--dir");
    let component = analysis(
        r#"(component (import "wasi:http/types@0.2.6" (instance)) (import "wasi:io/poll@0.3.0" (instance))
            (instance $run) (export "wasi:cli/run@0.2.6" (instance $run)))"#,
    );
    let reason = reason(&component, World::Command);
    assert!(
        reason.contains("wasi:http/types@0.2.6, wasi:io/poll@0.3.0"),
        "{reason}"
    );
}

#[test]
fn a_body_that_is_wrong_is_found_with_its_place() {
    let bytes = wat::parse_str(r#"(module (func (result i32) i64.const 1))"#).unwrap();
    let error = Analysis::of(&bytes).unwrap_err();
    assert!(
        matches!(&error, PackageError::Invalid { problem, .. } if problem.contains("type mismatch")),
        "{error}"
    );
    let inside =
        wat::parse_str(r#"(component (core module (func (export "f") (result i32) i64.const 1)))"#)
            .unwrap();
    assert!(matches!(
        Analysis::of(&inside),
        Err(PackageError::Invalid { .. })
    ));
    for length in 0..bytes.len() {
        // Cut between two sections it is whole, but then there is no function in it.
        assert!(
            Analysis::of(&bytes[..length]).is_ok_and(|analysis| analysis.code.is_empty())
                || Analysis::of(&bytes[..length]).is_err()
        );
    }
}

#[test]
fn the_code_is_summed_up_by_crate_and_the_rest_by_section() {
    let analysis = analysis(
        r#"(component (core module $main
            (@producers (language "Rust" "") (processed-by "rustc" "1.95.0"))
            (import "a" "b" (func))
            (func $_ZN4core3fmt9Formatter3pad17h0123456789abcdefE nop nop nop)
            (func $_ZN4core3fmt5write17h0123456789abcdefE nop)
            (func $_ZN4duck5quack17h0123456789abcdefE nop nop)
            (func $malloc nop)
            (memory 1)
            (data (i32.const 0) "0123456789")))"#,
    );
    let code: Vec<_> = analysis
        .code
        .iter()
        .map(|code| (code.name.as_str(), code.functions))
        .collect();
    assert_eq!(code, [("core", 2), ("duck", 1), ("(other)", 1)]);
    assert_eq!(analysis.modules.len(), 1);
    assert_eq!(analysis.modules[0].name.as_deref(), Some("main"));
    let module = &analysis.modules[0];
    let parts: u64 = module.sections.iter().map(|section| section.bytes).sum();
    assert_eq!(parts + 8, module.bytes, "nothing is left out");
    let rust = Producer {
        field: "language".into(),
        name: "Rust".into(),
        version: String::new(),
    };
    assert!(analysis.producers.contains(&rust));
}

#[test]
fn sections_for_people_that_are_damaged_do_no_harm() {
    for section in ["name", "producers", "component-name"] {
        for contents in [
            &b""[..],
            b"\xff\xff\xff\xff\xff",
            b"\x01\xff",
            b"\x00\x05ab",
        ] {
            let module = wat::parse_str("(module (func nop))").unwrap();
            let bytes = pato_packages::with_section(&module, section, contents);
            let analysis = Analysis::of(&bytes).unwrap();
            assert_eq!(analysis.code[0].functions, 1, "{section}");
        }
    }
}
