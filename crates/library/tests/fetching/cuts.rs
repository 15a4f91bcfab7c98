//! Connections that break, stall, or come back with something else.

use std::fs;
use std::time::{Duration, Instant};

use pato_library::{Expected, FetchError, Fetched, Phase, Source, TimeLimits};
use pato_test_servers::faults::HttpFault;
use pato_test_servers::files::{File, Parts};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::component::{component, manifest};
use crate::setting::{CALLS, PATH, Setting};

const KIB: usize = 1024;

fn small_limits() -> TimeLimits {
    TimeLimits {
        connect: Duration::from_millis(200),
        first_byte: Duration::from_millis(200),
        stall: Duration::from_millis(200),
        total: Duration::from_secs(60),
    }
}

#[tokio::test]
async fn a_connection_that_breaks_at_any_64_kib_is_continued_where_it_broke() {
    let setting = Setting::new(640 * KIB).await;
    let length = setting.package.len();
    for at in (0..=length).step_by(64 * KIB) {
        let before = setting.ranges().len();
        setting.server.faults().next(CALLS, 1, HttpFault::Cut(at));
        setting.arrives().await;
        let asked = setting.ranges().split_off(before);
        assert_eq!(asked.len(), 2, "cut at {at}");
        // What the kernel had not handed over when the connection broke is asked for again.
        let continued = asked[1].as_deref().map(|range| {
            let from = range.strip_prefix("bytes=").unwrap().trim_end_matches('-');
            from.parse::<usize>().unwrap()
        });
        assert!(
            continued.is_none_or(|from| from <= at && from > 0),
            "{asked:?}"
        );
        assert!(at == 0 || continued.is_some(), "cut at {at}: {asked:?}");
    }
}

#[tokio::test]
async fn a_server_that_gives_no_parts_is_asked_for_the_whole_again() {
    let setting = Setting::new(640 * KIB).await;
    for (parts, etag) in [(Parts::Unknown, true), (Parts::Given, false)] {
        let mut file = File::new(setting.package.clone(), "one").with_parts(parts);
        file.etag = file.etag.filter(|_| etag);
        setting.files.put(PATH, file);
        for at in (0..=setting.package.len()).step_by(64 * KIB) {
            setting.server.faults().next(CALLS, 1, HttpFault::Cut(at));
            setting.arrives().await;
        }
    }
    assert!(
        setting.ranges().iter().rev().take(10).all(Option::is_none),
        "no tag, no part"
    );
}

#[tokio::test]
async fn a_time_that_has_settled_serves_in_place_of_a_tag() {
    let setting = Setting::new(300 * KIB).await;
    for (time, is_continued) in [
        ("Sat, 21 Nov 2015 12:00:00 GMT", true),
        ("Sat, 21 Nov 2115 12:00:00 GMT", false),
    ] {
        let mut file = File::new(setting.package.clone(), "");
        file.etag = None;
        file.last_modified = Some(time.to_owned());
        setting.files.put(PATH, file);
        setting
            .server
            .faults()
            .next(CALLS, 1, HttpFault::Cut(100 * KIB));
        setting.arrives().await;
        let asked = setting.ranges().pop().unwrap();
        assert_eq!(asked.is_some(), is_continued, "{time}");
    }
}

#[tokio::test]
async fn a_line_that_breaks_again_and_again_gets_there_as_long_as_something_comes() {
    let setting = Setting::new(640 * KIB).await;
    for at in [1, 2, 3, 64 * KIB, 5, 6, 7, 100 * KIB, 1] {
        setting.server.faults().next(CALLS, 1, HttpFault::Cut(at));
    }
    setting.arrives().await;
}

#[tokio::test]
async fn a_server_that_always_breaks_at_the_same_place_is_given_up() {
    let setting = Setting::new(300 * KIB).await;
    let whole = File::new(setting.package.clone(), "one").with_parts(Parts::Unknown);
    setting.files.put(PATH, whole);
    setting
        .server
        .faults()
        .next(CALLS, 1000, HttpFault::Cut(64 * KIB));
    let (error, words) = setting
        .refused(&setting.url(PATH), &Expected::default())
        .await;
    assert!(
        matches!(error, FetchError::GaveUp { attempts: 3, .. }),
        "{error:?}"
    );
    assert!(
        words.contains(&format!("expected {} bytes", setting.package.len())),
        "{words}"
    );
    assert!(setting.ranges().len() <= 5);
}

#[tokio::test]
async fn bytes_of_two_versions_are_never_mixed() {
    let setting = Setting::new(640 * KIB).await;
    let other = component(&manifest("2.0.0", None), 640 * KIB);
    let shorter = component(&manifest("2.0.0", None), 100 * KIB);
    for parts in [
        Parts::Given,
        Parts::Unknown,
        Parts::Unchecked,
        Parts::Shifted,
    ] {
        for (replacement, tag) in [(&other, "two"), (&shorter, "two"), (&shorter, "one")] {
            let old = File::new(setting.package.clone(), "one").with_parts(parts);
            setting.files.put(PATH, old);
            setting
                .server
                .faults()
                .next(CALLS, 1, HttpFault::Cut(200 * KIB));
            let new = File::new(replacement.clone(), tag).with_parts(parts);
            let replace = async {
                let mut progress = setting.progress.subscribe();
                let broken = |phase: &Phase| matches!(phase, Phase::Waiting { .. });
                progress.wait_for(|now| broken(&now.phase)).await.unwrap();
                setting.files.put(PATH, new);
            };
            let (source, expected) = (setting.source(), Expected::default());
            setting
                .progress
                .send_replace(pato_library::Progress::default());
            let (fetched, ()) = tokio::join!(setting.fetch(&source, &expected), replace);
            // It may come too late or be refused, but what comes is one of the two.
            match fetched {
                Ok(Fetched { file, .. }) => {
                    let bytes = fs::read(&file).unwrap();
                    let is_one = bytes == setting.package || bytes == *replacement;
                    assert!(is_one, "{parts:?} {tag}: {} bytes of both", bytes.len());
                }
                Err(error) => assert!(parts == Parts::Shifted, "{parts:?} {tag}: {error}"),
            }
        }
    }
}

#[tokio::test]
async fn downloads_run_as_tasks_beside_each_other() {
    let setting = std::sync::Arc::new(Setting::new(100 * KIB).await);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let setting = std::sync::Arc::clone(&setting);
        tasks.spawn(async move {
            let (source, none) = (setting.source(), Expected::default());
            let fetch = setting
                .fetcher
                .fetch(&source, &none, &setting.progress, &setting.cancel);
            drop(fetch.await.unwrap());
        });
    }
    tasks.join_all().await;
    setting.assert_empty();
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for() {
    let setting = Setting::with(KIB, |configuration| configuration.limits = small_limits()).await;
    setting
        .server
        .faults()
        .next(CALLS, 1000, HttpFault::Silence);
    let (error, words) = setting
        .refused(&setting.url(PATH), &Expected::default())
        .await;
    assert!(
        matches!(error, FetchError::GaveUp { attempts: 3, .. }),
        "{error:?}"
    );
    assert!(words.contains("headers of an answer"), "{words}");
    setting.server.faults().clear();
    setting.server.faults().next(CALLS, 2, HttpFault::Silence);
    setting.arrives().await;
}

#[tokio::test]
async fn headers_that_come_byte_by_byte_are_not_waited_for() {
    let setting = Setting::with(KIB, |configuration| {
        configuration.limits = small_limits();
        configuration.retries.at_most = 0;
    })
    .await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/alerts.wasm", listener.local_addr().unwrap());
    let drip = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).await.unwrap();
        for byte in b"HTTP/1.1 200 OK\r\nx: "
            .iter()
            .chain(std::iter::repeat(&b'x'))
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if stream.write_all(&[*byte]).await.is_err() {
                break;
            }
        }
    };
    let none = Expected::default();
    let ((error, words), ()) = tokio::join!(setting.refused(&url, &none), drip);
    assert!(matches!(error, FetchError::TimedOut { .. }), "{words}");
}

#[tokio::test]
async fn a_body_that_comes_byte_by_byte_ends_with_the_time_for_all() {
    let setting = Setting::with(KIB, |configuration| {
        configuration.limits.total = Duration::from_millis(300);
    })
    .await;
    let trickle = HttpFault::Trickle(Duration::from_millis(10));
    setting.server.faults().next(CALLS, 1, trickle);
    let begin = Instant::now();
    let (error, words) = setting
        .refused(&setting.url(PATH), &Expected::default())
        .await;
    assert!(matches!(error, FetchError::TimedOut { .. }), "{words}");
    assert!(words.contains("within 0.3 s"), "{words}");
    assert!(
        begin.elapsed() < Duration::from_secs(30),
        "it is not waited for the rest"
    );
}

#[tokio::test]
async fn a_body_that_stops_is_continued_and_then_given_up() {
    let setting = Setting::with(KIB, |configuration| configuration.limits = small_limits()).await;
    let stalled = HttpFault::Trickle(Duration::from_secs(60));
    setting.server.faults().next(CALLS, 1, stalled.clone());
    setting.arrives().await;
    setting.server.faults().next(CALLS, 1000, stalled);
    let (error, words) = setting
        .refused(&setting.url(PATH), &Expected::default())
        .await;
    assert!(
        matches!(error, FetchError::GaveUp { attempts: 3, .. }),
        "{words}"
    );
    assert!(words.contains("more of the file"), "{words}");
}

#[tokio::test]
async fn a_download_that_is_cancelled_leaves_nothing_at_whatever_byte() {
    let setting = Setting::new(300 * KIB).await;
    setting
        .server
        .faults()
        .next(CALLS, 1000, HttpFault::Trickle(Duration::from_micros(1)));
    for at_least in [0, 1, 300] {
        setting
            .progress
            .send_replace(pato_library::Progress::default());
        let cancel = tokio_util::sync::CancellationToken::new();
        let mut progress = setting.progress.subscribe();
        let stop = async {
            let here = progress.wait_for(|now| now.received >= at_least).await;
            drop(here.unwrap());
            cancel.cancel();
        };
        let (source, expected): (Source, _) = (setting.source(), Expected::default());
        let fetch = setting
            .fetcher
            .fetch(&source, &expected, &setting.progress, &cancel);
        let (fetched, ()) = tokio::join!(fetch, stop);
        assert!(matches!(fetched, Err(FetchError::Cancelled)), "{fetched:?}");
        setting.assert_empty();
    }
}

#[tokio::test]
async fn the_manifest_is_known_and_progress_told_while_the_rest_still_comes() {
    let setting = Setting::new(300 * KIB).await;
    setting
        .server
        .faults()
        .next(CALLS, 1000, HttpFault::Trickle(Duration::from_micros(1)));
    let mut progress = setting.progress.subscribe();
    let watch = async {
        let told = progress
            .wait_for(|now| now.manifest.is_some())
            .await
            .unwrap();
        assert_eq!(told.manifest.as_ref().unwrap().id.as_str(), "alerts");
        assert_eq!(told.total, Some(setting.package.len() as u64));
        assert!(told.received < 10_000, "{} bytes", told.received);
        drop(told);
        setting.cancel.cancel();
    };
    let (source, expected) = (setting.source(), Expected::default());
    let (fetched, ()) = tokio::join!(setting.fetch(&source, &expected), watch);
    assert!(matches!(fetched, Err(FetchError::Cancelled)));
    let honest = Setting::new(300 * KIB).await;
    honest.arrives().await;
    let last = honest.progress.borrow();
    assert_eq!(
        (&last.phase, last.received),
        (&Phase::Done, honest.package.len() as u64)
    );
}
