//! Indexes that are cached, signed, and never go back.

use std::time::Duration;

use jiff::Timestamp;
use pato_library::FetchError;
use pato_library::indexes::{FetchedIndex, Freshness, IndexPlace, IndexState};
use pato_packages::signing::{KeyPair, SecretKey, sign_bytes};
use pato_packages::{Digest, PublicKey};
use pato_test_servers::faults::HttpFault;
use pato_test_servers::files::File;
use serde_json::{Value, json};

use crate::setting::Setting;

const PATH: &str = "/plugins/index.json";
const CALLS: &str = "GET /plugins/index.json";

fn index(serial: u64, sha256: &Digest, key: Option<&PublicKey>) -> Value {
    json!({
        "schema": 1, "name": "Ours", "serial": serial, "updated": "2026-11-21T12:00:00Z",
        "key": key,
        "plugins": [{
            "id": "alerts", "name": "Alerts", "description": "", "author": "me",
            "versions": [{
                "version": "1.0.0", "api_version": "0.1", "sha256": sha256, "size": 3,
                "urls": ["alerts.wasm"], "published": "2026-11-21T12:00:00Z",
            }],
        }],
    })
}

fn put(setting: &Setting, index: &Value) -> Vec<u8> {
    let body = serde_json::to_vec(index).unwrap();
    let tag = Digest::of(&body).to_string();
    setting.files.put(PATH, File::new(body.clone(), &tag));
    body
}

fn sign(setting: &Setting, body: &[u8], key: &KeyPair) {
    let secret = SecretKey::read(&key.secret_file, "").unwrap();
    let signature = sign_bytes(body, "index", &secret).unwrap();
    setting
        .files
        .put(&format!("{PATH}.minisig"), File::new(signature, "s"));
}

async fn ask(
    setting: &Setting,
    key: Option<&PublicKey>,
    known: Option<&IndexState>,
) -> Result<FetchedIndex, FetchError> {
    let place = IndexPlace {
        urls: vec![setting.url(PATH).parse().unwrap()],
        key: key.copied(),
    };
    let now = Timestamp::from_second(1_000).unwrap();
    let (progress, cancel) = (&setting.progress, &setting.cancel);
    let fetched = setting
        .fetcher
        .index(&place, known, now, progress, cancel)
        .await;
    setting.assert_empty();
    fetched
}

async fn refused(setting: &Setting, key: Option<&PublicKey>, known: Option<&IndexState>) -> String {
    ask(setting, key, known).await.unwrap_err().to_string()
}

#[tokio::test]
async fn an_index_is_read_and_not_sent_again_while_it_is_the_same() {
    let setting = Setting::new(1024).await;
    put(&setting, &index(7, &Digest::of(b"one"), None));
    let first = ask(&setting, None, None).await.unwrap();
    assert!(matches!(first.freshness, Freshness::New));
    let url = &first.index.plugins[0].versions[0].urls[0];
    assert_eq!(
        *url,
        setting.url("/plugins/alerts.wasm"),
        "relative to the index"
    );
    assert_eq!(first.state.serial, 7);
    let second = ask(&setting, None, Some(&first.state)).await.unwrap();
    assert!(matches!(second.freshness, Freshness::Unchanged));
    assert_eq!(second.index, first.index);
    let asked = setting.server.calls().pop().unwrap();
    assert_eq!(asked.header("if-none-match"), first.state.etag.as_deref());
    put(&setting, &index(8, &Digest::of(b"one"), None));
    let third = ask(&setting, None, Some(&second.state)).await.unwrap();
    assert!(matches!(third.freshness, Freshness::New));
    assert_eq!(third.state.serial, 8);
}

#[tokio::test]
async fn without_a_network_the_last_index_is_the_answer_and_mirrors_help() {
    let setting = Setting::with(1024, |configuration| {
        configuration.limits.first_byte = Duration::from_millis(100);
        configuration.limits.connect = Duration::from_millis(100);
    })
    .await;
    put(&setting, &index(7, &Digest::of(b"one"), None));
    let known = ask(&setting, None, None).await.unwrap().state;
    for fault in [HttpFault::Silence, HttpFault::Drop] {
        setting.server.faults().next(CALLS, 1000, fault);
        let offline = ask(&setting, None, Some(&known)).await.unwrap();
        assert!(matches!(offline.freshness, Freshness::Offline(_)));
        assert_eq!(offline.state, known);
        assert!(ask(&setting, None, None).await.is_err(), "nothing is known");
        setting.server.faults().clear();
    }
    let place = IndexPlace {
        urls: vec![
            setting.url("/gone.json").parse().unwrap(),
            setting.url(PATH).parse().unwrap(),
        ],
        key: None,
    };
    let (progress, cancel) = (&setting.progress, &setting.cancel);
    let now = Timestamp::UNIX_EPOCH;
    let fetched = setting
        .fetcher
        .index(&place, None, now, progress, cancel)
        .await
        .unwrap();
    assert_eq!(fetched.state.from, place.urls[1]);
    setting.files.remove(PATH);
    let words = refused(&setting, None, Some(&known)).await;
    assert!(
        words.contains("404"),
        "an index that was taken away is no outage: {words}"
    );
}

#[tokio::test]
async fn an_index_that_went_back_or_changed_what_it_had_published_is_refused() {
    let setting = Setting::new(1024).await;
    put(&setting, &index(7, &Digest::of(b"one"), None));
    let known = ask(&setting, None, None).await.unwrap().state;
    put(&setting, &index(6, &Digest::of(b"one"), None));
    let words = refused(&setting, None, Some(&known)).await;
    assert!(
        words.contains("the serial 7 or a higher one, but found 6"),
        "{words}"
    );
    put(&setting, &index(8, &Digest::of(b"two"), None));
    let words = refused(&setting, None, Some(&known)).await;
    assert!(words.contains("`alerts` 1.0.0"), "{words}");
    assert!(words.contains(&Digest::of(b"two").to_string()), "{words}");
    assert!(
        ask(&setting, None, None).await.is_ok(),
        "who does not know it takes it"
    );
}

#[tokio::test]
async fn an_index_with_a_key_must_be_signed_by_it_for_ever() {
    let setting = Setting::new(1024).await;
    let (ours, theirs) = (
        KeyPair::generate("").unwrap(),
        KeyPair::generate("").unwrap(),
    );
    let pinned = Some(&ours.public);
    let one = Digest::of(b"one");
    let body = put(&setting, &index(7, &one, pinned));
    for key in [None, pinned] {
        let words = refused(&setting, key, None).await;
        assert!(
            words.contains("a signature of") && words.contains("none"),
            "{words}"
        );
    }
    sign(&setting, &body, &ours);
    let known = ask(&setting, None, None).await.unwrap().state;
    assert!(ask(&setting, pinned, Some(&known)).await.is_ok());

    let body = put(&setting, &index(8, &one, pinned));
    let words = refused(&setting, pinned, Some(&known)).await;
    assert!(
        words.contains("does not hold"),
        "the signature of the old one: {words}"
    );
    sign(&setting, &body, &theirs);
    let words = refused(&setting, pinned, Some(&known)).await;
    assert!(words.contains("does not hold"), "{words}");

    let body = put(&setting, &index(8, &one, Some(&theirs.public)));
    sign(&setting, &body, &theirs);
    let words = refused(&setting, pinned, Some(&known)).await;
    assert!(words.contains(&theirs.public.words().join(" ")), "{words}");
    put(&setting, &index(8, &one, None));
    let words = refused(&setting, pinned, Some(&known)).await;
    assert!(words.contains("found no key"), "{words}");
}

#[tokio::test]
async fn an_index_that_is_huge_packed_or_no_index_is_refused() {
    let setting = Setting::new(1024).await;
    setting
        .files
        .put(PATH, File::new(vec![b' '; 9 << 20], "huge"));
    let words = refused(&setting, None, None).await;
    assert!(
        words.contains("at most 8388608 bytes, but found 9437184"),
        "{words}"
    );
    setting.server.faults().next(CALLS, 1, HttpFault::Truncate);
    setting
        .files
        .put(PATH, File::new(vec![b' '; 18 << 20], "huge"));
    let words = refused(&setting, None, None).await;
    assert!(
        words.contains("at most 8388608 bytes, but found more"),
        "{words}"
    );
    for (body, reason) in [
        (b"<html>".to_vec(), "an index of plugins"),
        (b"{\"schema\":2}".to_vec(), "schema 2"),
        (b"\xff\xfe".to_vec(), "an index of plugins"),
    ] {
        setting.files.put(PATH, File::new(body, "wrong"));
        let words = refused(&setting, None, None).await;
        assert!(words.contains(reason), "{words}");
    }
}
