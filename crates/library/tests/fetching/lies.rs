//! Servers that send something else than they should.

use pato_library::{Expected, FetchError};
use pato_packages::signing::{KeyPair, SecretKey, sign};
use pato_packages::{Digest, PublicKey};
use pato_test_servers::faults::HttpFault;
use pato_test_servers::files::File;
use pato_test_servers::http::{Response, StatusCode};

use crate::component::{component, manifest};
use crate::setting::{CALLS, PATH, Setting};

const KIB: usize = 1024;

#[tokio::test]
async fn a_length_that_is_not_that_of_the_file_is_refused() {
    let setting = Setting::new(200 * KIB).await;
    let length = setting.package.len() as u64;
    let none = Expected::default();
    setting
        .server
        .faults()
        .next(CALLS, 1000, HttpFault::Length(length + 100));
    let (error, words) = setting.refused(&setting.url(PATH), &none).await;
    assert!(matches!(error, FetchError::GaveUp { .. }), "{error:?}");
    assert!(words.contains(&length.to_string()), "{words}");

    setting.server.faults().clear();
    setting
        .server
        .faults()
        .next(CALLS, 1, HttpFault::Length(length - 100));
    let (error, words) = setting.refused(&setting.url(PATH), &none).await;
    assert!(matches!(error, FetchError::Package { .. }), "{words}");

    setting.server.faults().clear();
    setting
        .server
        .faults()
        .next(CALLS, 1, HttpFault::Length(1 << 60));
    let (error, words) = setting.refused(&setting.url(PATH), &none).await;
    assert!(matches!(error, FetchError::Answer(_)), "{words}");
}

#[tokio::test]
async fn what_is_too_large_is_refused_by_its_length_and_by_its_bytes() {
    let setting = Setting::with(200 * KIB, |configuration| {
        configuration.max_bytes = 100 * KIB as u64;
    })
    .await;
    let (error, words) = setting
        .refused(&setting.url(PATH), &Expected::default())
        .await;
    assert!(matches!(error, FetchError::Answer(_)), "{words}");
    assert!(words.contains("at most 102400 bytes"), "{words}");
    // In pieces, without a length.
    setting
        .server
        .faults()
        .next(CALLS, 1000, HttpFault::Truncate);
    let half = component(&manifest("1.0.0", None), 500 * KIB);
    setting.files.put(PATH, File::new(half, "two"));
    let (_, words) = setting
        .refused(&setting.url(PATH), &Expected::default())
        .await;
    assert!(words.contains("102400 bytes"), "{words}");
}

#[tokio::test]
async fn wrong_bytes_are_refused_whatever_they_stand_in_for() {
    let setting = Setting::new(20 * KIB).await;
    let promised = Expected {
        sha256: Some(Digest::of(&setting.package)),
        ..Expected::default()
    };
    let length = setting.package.len();
    // Of the header, the manifest, the module's sections, code, data and the end.
    let places = (0..256)
        .chain((256..length - 256).step_by(509))
        .chain(length - 256..length);
    for at in places {
        let mut wrong = setting.package.clone();
        wrong[at] ^= 0x20;
        setting.files.put(PATH, File::new(wrong, "wrong"));
        let (_, words) = setting.refused(&setting.url(PATH), &promised).await;
        assert!(!words.is_empty(), "{at}");
    }
    for (wrong, reason) in [
        (b"<html>404</html>".to_vec(), "<htm"),
        (b"\0asm\x01\0\0\0".to_vec(), "module"),
        (Vec::new(), ""),
        (setting.package[..length / 2].to_vec(), ""),
        ([&setting.package[..], b"\0"].concat(), ""),
        ([&setting.package[..], &setting.package[..]].concat(), ""),
    ] {
        setting.files.put(PATH, File::new(wrong, "wrong"));
        let (error, words) = setting
            .refused(&setting.url(PATH), &Expected::default())
            .await;
        assert!(matches!(error, FetchError::Package { .. }), "{error:?}");
        assert!(words.contains(reason), "{words}");
    }
}

#[tokio::test]
async fn a_program_that_is_none_is_refused_before_its_rest_has_come() {
    let setting = Setting::new(KIB).await;
    setting
        .files
        .put(PATH, File::new(vec![b'x'; 60 * KIB * KIB], "wrong"));
    let (error, _) = setting
        .refused(&setting.url(PATH), &Expected::default())
        .await;
    assert!(matches!(error, FetchError::Package { .. }), "{error:?}");
    let received = setting.progress.borrow().received;
    assert!(received < 8 * (KIB * KIB) as u64, "{received} bytes came");
}

#[tokio::test]
async fn a_package_that_is_packed_once_more_is_refused_unread() {
    let setting = Setting::new(KIB).await;
    for encoding in ["gzip", "br", "zstd", "deflate", "x-anything"] {
        // A bomb of 10 MiB would be here, were it read.
        let bomb = Response::new(StatusCode::OK)
            .with_header("content-encoding", encoding)
            .with_body(vec![0; 10 * KIB]);
        setting
            .server
            .faults()
            .next(CALLS, 1, HttpFault::Answer(bomb));
        let (error, words) = setting
            .refused(&setting.url(PATH), &Expected::default())
            .await;
        assert!(matches!(error, FetchError::Answer(_)), "{words}");
        assert!(
            words.contains(encoding) && words.contains("compression"),
            "{words}"
        );
        assert_eq!(setting.progress.borrow().received, 0);
    }
    let asked = setting.server.calls().pop().unwrap();
    assert_eq!(asked.header("accept-encoding"), Some("identity"));
}

#[tokio::test]
async fn what_a_status_means_is_said_and_only_what_may_pass_is_tried_again() {
    let setting = Setting::new(KIB).await;
    for (status, tries, remedy) in [
        (404, 1, "look at the address"),
        (410, 1, "look at the address"),
        (403, 1, "not for everybody"),
        (401, 1, "not for everybody"),
        (418, 1, "look at the address"),
        (204, 1, "204"),
        (206, 1, "206"),
        (304, 1, "304"),
        (429, 3, "too often"),
        (500, 3, "the server's"),
        (503, 3, "the server's"),
    ] {
        let before = setting.ranges().len();
        let status = StatusCode::from_u16(status).unwrap();
        let answer = HttpFault::Answer(Response::text(status, "no"));
        setting.server.faults().next(CALLS, 1000, answer);
        let (_, words) = setting
            .refused(&setting.url(PATH), &Expected::default())
            .await;
        assert!(words.contains(remedy), "{status}: {words}");
        assert_eq!(setting.ranges().len() - before, tries, "{status}");
        setting.server.faults().clear();
    }
    let busy = Response::new(StatusCode::TOO_MANY_REQUESTS);
    for (retry_after, tries) in [("0", 2), ("3600", 1), ("Sat, 21 Nov 2099 12:00:00 GMT", 1)] {
        let before = setting.ranges().len();
        let answer = busy.clone().with_header("retry-after", retry_after);
        setting
            .server
            .faults()
            .next(CALLS, 1, HttpFault::Answer(answer));
        let fetched = setting.fetch(&setting.source(), &Expected::default()).await;
        assert_eq!(fetched.is_ok(), tries == 2, "{retry_after}");
        assert_eq!(setting.ranges().len() - before, tries, "{retry_after}");
    }
}

#[tokio::test]
async fn what_was_promised_is_kept_or_refused() {
    let setting = Setting::new(20 * KIB).await;
    let (sha256, size) = (Digest::of(&setting.package), setting.package.len() as u64);
    let kept = Expected {
        sha256: Some(sha256),
        size: Some(size),
        publisher: None,
    };
    drop(setting.fetch(&setting.source(), &kept).await.unwrap());
    for (promised, reason) in [
        (
            Expected {
                sha256: Some(Digest::of(b"other")),
                ..kept.clone()
            },
            "SHA-256",
        ),
        (
            Expected {
                size: Some(size - 1),
                ..kept.clone()
            },
            "bytes",
        ),
        (
            Expected {
                size: Some(size + 1),
                ..kept.clone()
            },
            "bytes",
        ),
        (
            Expected {
                publisher: Some(key().public),
                ..kept.clone()
            },
            "signature",
        ),
    ] {
        let (error, words) = setting.refused(&setting.url(PATH), &promised).await;
        assert!(matches!(error, FetchError::Different(_)), "{words}");
        assert!(
            words.contains(reason) && words.contains("do not install"),
            "{words}"
        );
    }
    let link = format!(
        "pato://install?source={}&sha256={sha256}",
        setting.url(PATH)
    );
    drop(setting.fetch(&link.parse().unwrap(), &kept).await.unwrap());
    let other = Digest::of(b"other");
    let link = format!("pato://install?source={}&sha256={other}", setting.url(PATH));
    let (_, words) = setting.refused(&link, &Expected::default()).await;
    assert!(words.contains(&other.to_string()), "{words}");
    let (_, words) = setting.refused(&link, &kept).await;
    assert!(words.contains("do not follow this link"), "{words}");
    let (_, words) = setting.refused("alerts", &kept).await;
    assert!(words.contains("add the index"), "{words}");
}

#[tokio::test]
async fn a_package_of_another_publisher_is_refused() {
    let setting = Setting::new(KIB).await;
    let (ours, theirs) = (key(), key());
    let put = |key: &KeyPair| {
        let unsigned = component(&manifest("1.0.0", Some(&key.public.to_string())), 20 * KIB);
        let secret = SecretKey::read(&key.secret_file, "").unwrap();
        let signed = sign(&unsigned, &secret).unwrap();
        setting.files.put(PATH, File::new(signed, "signed"));
        unsigned
    };
    let promised = |publisher: PublicKey| Expected {
        publisher: Some(publisher),
        ..Expected::default()
    };
    put(&ours);
    let fetched = setting
        .fetch(&setting.source(), &promised(ours.public))
        .await
        .unwrap();
    assert_eq!(
        fetched.inspected.signature.as_ref().unwrap().key,
        ours.public
    );
    drop(fetched);
    let unsigned = put(&theirs);
    let (_, words) = setting
        .refused(&setting.url(PATH), &promised(ours.public))
        .await;
    assert!(words.contains(&ours.public.to_string()), "{words}");
    assert!(words.contains(&theirs.public.to_string()), "{words}");
    setting.files.put(PATH, File::new(unsigned, "unsigned"));
    let (error, words) = setting
        .refused(&setting.url(PATH), &promised(theirs.public))
        .await;
    assert!(matches!(error, FetchError::Package { .. }), "{words}");
}

#[tokio::test]
async fn the_first_mirror_that_has_it_is_taken() {
    let setting = Setting::new(20 * KIB).await;
    let promised = Expected {
        sha256: Some(Digest::of(&setting.package)),
        ..Expected::default()
    };
    setting
        .files
        .put("/wrong.wasm", File::new(b"wrong".to_vec(), "wrong"));
    let places = ["/gone.wasm", "/wrong.wasm", PATH].map(|path| setting.url(path).parse().unwrap());
    let (progress, cancel) = (&setting.progress, &setting.cancel);
    let fetched = setting
        .fetcher
        .fetch_first(&places, &promised, progress, cancel)
        .await
        .unwrap();
    assert_eq!(fetched.from, places[2]);
    drop(fetched);
    let error = setting
        .fetcher
        .fetch_first(&places[..2], &promised, progress, cancel)
        .await;
    let words = error.unwrap_err().to_string();
    assert!(
        words.contains("none of 2 places") && words.contains("404"),
        "{words}"
    );
    setting.assert_empty();
}

fn key() -> KeyPair {
    KeyPair::generate("").unwrap()
}
