//! Two connectors for one account.

use std::path::Path;

use http::Method;
use pato_test_servers::faults::HttpFault;
use pato_test_servers::kick::{Fault, VIEWER};
use serde_json::json;

use super::*;

const HELLO: &str = "hello";

async fn first(folder: &Path) -> Stage {
    let stage = Stage::with(Configuration::default(), |it| {
        ways(it, false, Some(&SCOPES), false);
        it.lock_folder = Some(folder.to_owned());
    });
    stage.await.connected().await
}

/// As another Pato would run it, with a vault of its own.
fn second(first: &Stage, folder: &Path, unofficial: bool) -> Stage {
    Stage::at(Arc::clone(&first.server), |it| {
        ways(it, unofficial, Some(&SCOPES), false);
        it.lock_folder = Some(folder.to_owned());
    })
}

fn says(status: &ConnectorStatus, text: &str) -> bool {
    let reason = status.reason.as_deref();
    reason.is_some_and(|reason| reason.contains(text))
}

fn refreshes(stage: &Stage) -> usize {
    stage.server.calls_of(&Method::POST, "/oauth/token").len()
}

#[tokio::test]
async fn a_second_pato_is_kept_from_the_account_until_the_first_lets_go() {
    let folder = tempfile::tempdir().unwrap();
    let first = first(folder.path()).await;
    let mut second = second(&first, folder.path(), false);
    let kept = |status: &ConnectorStatus| {
        says(status, "another Pato uses the account `kick-1`")
            && says(status, "end it, and this one goes on")
    };
    let status = second.until(kept).await;
    assert_eq!(status.state, ConnectionState::Waiting);
    let refused = second.call("chat.send", json!({ "text": HELLO })).await;
    assert!(
        matches!(&refused, Err(ConnectorError::Unavailable(text)) if text.contains("another Pato")),
        "{refused:?}"
    );
    let looks = first.server.calls_of(&Method::GET, "/public/v1/users");
    assert_eq!((looks.len(), refreshes(&first)), (1, 0));
    first.end().await;
    let second = second.connected().await;
    let sent = second.call("chat.send", json!({ "text": HELLO })).await;
    sent.unwrap();
    second.end().await;
}

#[tokio::test]
async fn a_second_pato_reads_on_and_leaves_alone_what_the_first_has_renewed() {
    let folder = tempfile::tempdir().unwrap();
    let first = first(folder.path()).await;
    let mut second = second(&first, folder.path(), true);
    let kept = |status: &ConnectorStatus| says(status, "the login: another Pato uses the account");
    let status = second.until(kept).await;
    assert_eq!(status.state, ConnectionState::Connected);
    first.server.say(&VIEWER, "still read");
    second.events("chat.message", 1).await;
    first.server.fault(Fault::ExpireTokens);
    first.call("stream.get", json!({})).await.unwrap();
    assert_eq!(refreshes(&first), 1);
    first.end().await;
    second
        .until(|status| says(status, "has renewed the login of `kick-1` meanwhile"))
        .await;
    let refused = second.call("chat.send", json!({ "text": HELLO })).await;
    assert!(
        matches!(&refused, Err(ConnectorError::Denied(text)) if text.contains("authorize kick-1")),
        "{refused:?}"
    );
    // The spent token would end the login for both.
    assert_eq!(refreshes(&second), 1);
    second.end().await;
}

#[tokio::test]
async fn a_renewal_outlives_the_caller_who_asked_for_it() {
    let stage = Stage::with(Configuration::default(), |it| {
        ways(it, false, Some(&SCOPES), false);
    });
    let stage = stage.await.connected().await;
    stage.server.fault(Fault::ExpireTokens);
    let slow = HttpFault::Slow(Duration::from_millis(500));
    stage.server.faults().next("POST /oauth/token", 1, slow);
    let given_up = stage.call("stream.get", json!({}));
    let given_up = tokio::time::timeout(Duration::from_millis(250), given_up).await;
    assert!(given_up.is_err(), "it was dropped before it was answered");
    // Were its answer lost, the refresh token would be spent, and the login over.
    stage.call("stream.get", json!({})).await.unwrap();
    assert_eq!(refreshes(&stage), 1);
    stage.end().await;
}
