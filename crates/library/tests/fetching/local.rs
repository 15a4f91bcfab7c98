//! Files and folders of this machine.

use std::fs;

use pato_library::{Expected, FetchError, Source};
use pato_packages::read_manifest;

use crate::component::{component, manifest};
use crate::setting::Setting;

const JSON: &str = r#"{"id":"alerts","name":"Alerts","version":"1.0.0","api_version":"0.1"}"#;

#[tokio::test]
async fn a_file_is_copied_and_checked_like_a_download() {
    let setting = Setting::new(300 * 1024).await;
    let here = tempfile::tempdir().unwrap();
    let path = here.path().join("alerts.wasm");
    fs::write(&path, &setting.package).unwrap();
    let source = Source::Path(path.clone());
    let fetched = setting.fetch(&source, &Expected::default()).await.unwrap();
    assert!(fs::read(&fetched.file).unwrap() == setting.package);
    assert_eq!(fetched.from, source);
    drop(fetched);
    assert!(path.exists(), "the original stays");
    let written = path.display().to_string();
    fs::write(&path, &setting.package[..1000]).unwrap();
    let (error, words) = setting.refused(&written, &Expected::default()).await;
    assert!(
        matches!(error, FetchError::Package { .. }) && words.contains(&written),
        "{words}"
    );
    fs::remove_file(&path).unwrap();
    let (error, words) = setting.refused(&written, &Expected::default()).await;
    assert!(
        matches!(error, FetchError::Io { .. }) && words.contains(&written),
        "{words}"
    );
}

#[tokio::test]
async fn a_file_that_is_too_large_or_none_at_all_is_not_read() {
    let setting = Setting::with(1024, |configuration| configuration.max_bytes = 1000).await;
    let here = tempfile::tempdir().unwrap();
    let path = here.path().join("alerts.wasm");
    fs::write(&path, vec![0; 1001]).unwrap();
    let (_, words) = setting
        .refused(&path.display().to_string(), &Expected::default())
        .await;
    assert!(
        words.contains("at most 1000 bytes, but found 1001"),
        "{words}"
    );
    if cfg!(unix) {
        let (_, words) = setting.refused("/dev/zero", &Expected::default()).await;
        assert!(words.contains("a plain file"), "{words}");
    }
}

#[tokio::test]
async fn a_folder_gives_its_manifest_to_its_module() {
    let setting = Setting::new(1024).await;
    let here = tempfile::tempdir().unwrap();
    let written = here.path().display().to_string();
    let (json, module) = (
        here.path().join("manifest.json"),
        here.path().join("module.wasm"),
    );
    let bare = setting.package.clone();
    fs::write(&json, JSON).unwrap();
    fs::write(&module, &bare).unwrap();
    let source = Source::Path(here.path().to_owned());
    let fetched = setting.fetch(&source, &Expected::default()).await.unwrap();
    assert!(
        fs::read(&fetched.file).unwrap() == bare,
        "the same manifest is not written twice"
    );
    drop(fetched);
    // A section of another name holds no manifest.
    let nameless = String::from_utf8_lossy(&bare)
        .find("pato:manifest")
        .unwrap();
    let mut without = bare.clone();
    without[nameless] = b'P';
    fs::write(&module, &without).unwrap();
    let fetched = setting.fetch(&source, &Expected::default()).await.unwrap();
    let bytes = fs::read(&fetched.file).unwrap();
    assert!(bytes.len() > without.len() && bytes.starts_with(&without));
    assert_eq!(read_manifest(&bytes).unwrap().id.as_str(), "alerts");
    drop(fetched);
    for (text, bytes, reason) in [
        (
            JSON.replace("1.0.0", "2.0.0"),
            bare.clone(),
            "make them equal",
        ),
        ("{".to_owned(), bare.clone(), "correct it there"),
        (JSON.to_owned(), b"MZ".to_vec(), "MZ"),
    ] {
        fs::write(&json, text).unwrap();
        fs::write(&module, bytes).unwrap();
        let (_, words) = setting.refused(&written, &Expected::default()).await;
        assert!(words.contains(reason), "{words}");
    }
    fs::write(&json, b"\xff").unwrap();
    let (_, words) = setting.refused(&written, &Expected::default()).await;
    assert!(words.contains("UTF-8"), "{words}");
    fs::remove_file(&json).unwrap();
    let (_, words) = setting.refused(&written, &Expected::default()).await;
    assert!(words.contains("manifest.json"), "{words}");
    let long = component(&manifest("1.0.0", None), 1024);
    fs::write(&module, long).unwrap();
    fs::write(&json, "x".repeat(1 << 20)).unwrap();
    let (_, words) = setting.refused(&written, &Expected::default()).await;
    assert!(words.contains("at most"), "{words}");
}
