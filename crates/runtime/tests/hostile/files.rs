//! Files that are no plugins.

use pato_packages::{MANIFEST_SECTION, PackageError, with_section};
use pato_permissions::Manifest;
use pato_runtime::{LoadOptions, RuntimeError};

use crate::kit::{Host, Witness, fixture, granted_to, manifest};

const MANIFEST: &str = "id = \"forged\"\nname = \"Forged\"\nversion = \"1.0.0\"\n\
    api_version = \"0.1\"\ndescription = \"A forgery.\"\nauthor = \"Pato\"\n";

/// A component in text form, with a manifest.
fn component(text: &str) -> Vec<u8> {
    let component = wat::parse_str(format!("(component {text})")).unwrap();
    with_section(&component, MANIFEST_SECTION, MANIFEST.as_bytes())
}

/// One that has a handler to call.
fn with_handler(text: &str) -> Vec<u8> {
    component(&format!(
        "{text} (instance $handler) (export \"pato:platform/life-cycle@0.1.0\" (instance $handler))"
    ))
}

async fn refused(host: &Host, bytes: &[u8]) -> RuntimeError {
    let loaded = host.runtime.load(bytes, LoadOptions::default()).await;
    let error = loaded.expect_err("it was to be refused");
    let checked = host.runtime.check(bytes).await;
    if !matches!(
        error,
        RuntimeError::Package(PackageError::NoManifest | PackageError::ManyManifests)
    ) {
        assert!(checked.is_err(), "only loading refuses it: {error}");
    }
    error
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_component_is_refused_with_the_remedy() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    for (bytes, expected) in [
        (vec![], "it begins with nothing"),
        (b"#!/bin/sh\necho hello\n".to_vec(), "it begins with `#!/b`"),
        (vec![0; 1 << 20], "give the .wasm file that the build made"),
        (
            wat::parse_str("(module (func (export \"init\")))").unwrap(),
            "`--target wasm32-wasip2`",
        ),
    ] {
        let message = refused(&host, &bytes).await.to_string();
        assert!(message.contains(expected), "{message}");
    }
    assert_eq!(host.runtime.plugins().len(), 1, "only the witness");
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_was_cut_off_is_refused_with_the_place() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let whole = fixture("trap-init");
    for length in [9, 100, whole.len() / 3, whole.len() / 2, whole.len() - 1] {
        let error = refused(&host, &whole[..length]).await;
        match &error {
            RuntimeError::Package(PackageError::Damaged { offset, .. }) => {
                assert!(*offset <= length, "{error}");
            }
            // Cut between two sections, what is left is whole in itself.
            RuntimeError::Package(PackageError::NoManifest | PackageError::NoHandlers) => {}
            other => panic!("{length} bytes: {other}"),
        }
    }
    let error = refused(&host, &whole[..whole.len() - 1]).await;
    assert!(
        matches!(error, RuntimeError::Package(PackageError::Damaged { .. })),
        "{error}"
    );
    assert!(error.to_string().contains("build or download it again"));
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_bytes_never_do_worse_than_being_refused() {
    // What happens to be valid still is compiled, and that need not be kept.
    let host = Host::start_with(|configuration| configuration.cache = None);
    let witness = Witness::start(&host).await;
    let whole = fixture("trap-init");
    let mut refused = 0;
    for step in 1..24 {
        let mut damaged = whole.clone();
        let place = step * whole.len() / 24;
        for byte in &mut damaged[place..place + 4] {
            *byte ^= 0xa5;
        }
        refused += usize::from(host.runtime.check(&damaged).await.is_err());
    }
    assert!(refused > 12, "{refused} of 23 were refused");
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_component_of_another_world_is_told_what_it_may_import() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    let foreign =
        with_handler("(import \"emit\" (func)) (import \"wasi:nn/graph@0.2.0\" (instance))");
    let error = refused(&host, &foreign).await;
    match &error {
        RuntimeError::Package(PackageError::ForeignImports { imports }) => {
            assert_eq!(imports, &["emit", "wasi:nn/graph@0.2.0"]);
        }
        other => panic!("{other}"),
    }
    assert!(error.to_string().contains("`pato:platform`, WASI 0.2"));

    let program = component("(instance $run) (export \"wasi:cli/run@0.2.6\" (instance $run))");
    let error = refused(&host, &program).await;
    assert!(
        matches!(error, RuntimeError::Package(PackageError::NoHandlers)),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .contains("life-cycle, migration, event-handler")
    );
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_version_of_the_contract_is_refused_by_name() {
    let host = Host::start();
    let witness = Witness::start(&host).await;
    for bytes in [
        with_handler("(import \"pato:platform/events@9.0.0\" (instance))"),
        with_handler("(import \"pato:platform/events@0.2.0\" (instance))"),
        component("(instance $i) (export \"pato:platform/event-handler@9.0.0\" (instance $i))"),
    ] {
        let error = refused(&host, &bytes).await;
        assert!(
            matches!(
                error,
                RuntimeError::Package(PackageError::ContractVersion { .. })
            ),
            "{error}"
        );
        assert!(error.to_string().contains("speaks version 0.1"), "{error}");
    }
    let mut newer = manifest("echo");
    newer.api_version.minor += 1;
    let loaded = host.runtime.load(&fixture("echo"), granted_to(newer)).await;
    let error = loaded.unwrap_err();
    assert!(
        matches!(error, RuntimeError::ManifestContract { .. }),
        "{error}"
    );
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn interfaces_and_functions_that_there_are_not_are_named() {
    let host = Host::start();
    let unknown = with_handler("(import \"pato:platform/timer@0.1.0\" (instance))");
    let error = refused(&host, &unknown).await;
    assert!(matches!(
        error,
        RuntimeError::Package(PackageError::UnknownInterface { .. })
    ));
    assert!(
        error.to_string().contains("did you mean `timers`?"),
        "{error}"
    );

    let shout = component(
        "(import \"pato:platform/log@0.1.0\" (instance (export \"shout\" (func)))) \
         (instance $i) (export \"pato:platform/command-handler@0.1.0\" (instance $i))",
    );
    let error = refused(&host, &shout).await;
    assert!(matches!(error, RuntimeError::Link(_)), "{error}");
    assert!(error.to_string().contains("shout"), "{error}");

    let hollow =
        component("(instance $i) (export \"pato:platform/command-handler@0.1.0\" (instance $i))");
    let error = refused(&host, &hollow).await;
    assert!(matches!(error, RuntimeError::Handlers(_)), "{error}");
    assert!(error.to_string().contains("handle-command"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_component_has_exactly_one_manifest() {
    let host = Host::start();
    let bare = wat::parse_str(
        "(component (instance $i) (export \"pato:platform/life-cycle@0.1.0\" (instance $i)))",
    )
    .unwrap();
    let error = refused(&host, &bare).await;
    assert!(
        matches!(error, RuntimeError::Package(PackageError::NoManifest)),
        "{error}"
    );
    assert!(error.to_string().contains("manifest.json"));

    let two = with_section(
        &with_handler(""),
        MANIFEST_SECTION,
        MANIFEST.replace("forged", "counter").as_bytes(),
    );
    let error = refused(&host, &two).await;
    assert!(
        matches!(error, RuntimeError::Package(PackageError::ManyManifests)),
        "{error}"
    );

    // The outermost one counts: so a manifest can be put over the one that the build put in.
    let over = with_section(&fixture("echo"), MANIFEST_SECTION, MANIFEST.as_bytes());
    let plugin = host.runtime.load(&over, LoadOptions::default()).await;
    assert_eq!(plugin.unwrap().id().as_str(), "forged");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manifest_inside_a_component_is_read_as_strictly_as_any() {
    let host = Host::start();
    for (text, expected) in [
        ("colour = \"red\"", "`colour`"),
        ("[permissions]\nsubscribe = [\"chat.*.\"]", "chat.*."),
        ("[permissions]\nnetwork.http = [\"*\"]", "*"),
        ("[permissions]\npublish = [\"**\"]", "**"),
        ("[permissions]\nstorge = \"1MiB\"", "did you mean `storage`"),
    ] {
        let manifest = format!("{MANIFEST}{text}\n");
        let bytes = with_section(&fixture("echo"), MANIFEST_SECTION, manifest.as_bytes());
        let loaded = host.runtime.load(&bytes, LoadOptions::default()).await;
        let error = loaded.unwrap_err();
        assert!(
            matches!(error, RuntimeError::Package(PackageError::Manifest(_))),
            "{error}"
        );
        let message = error.to_string();
        assert!(message.contains(expected), "{message}");
    }
    Manifest::from_toml(MANIFEST, "the text that they were added to").unwrap();
    assert!(host.runtime.plugins().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_too_large_is_not_even_looked_at() {
    let host = Host::start_with(|configuration| configuration.max_component = 200_000);
    let witness = Witness::start(&host).await;
    let padded = with_section(&fixture("trap-init"), "padding", &vec![0; 200_000]);
    let error = host.runtime.check(&padded).await.unwrap_err();
    assert!(
        matches!(
            error,
            RuntimeError::Package(PackageError::TooLarge { limit: 200_000 })
        ),
        "{error}"
    );
    witness.lost_nothing().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_not_there_is_named() {
    let host = Host::start();
    let path = std::path::Path::new("no-such-folder/no-such-plugin.wasm");
    let loaded = host.runtime.load_file(path, LoadOptions::default()).await;
    let message = loaded.unwrap_err().to_string();
    assert!(
        message.contains("no-such-folder/no-such-plugin.wasm"),
        "{message}"
    );
}
