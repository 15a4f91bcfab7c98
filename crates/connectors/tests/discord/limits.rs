use std::time::Instant;

use pato_test_servers::discord::rate_limit;
use pato_test_servers::faults::{Garbage, HttpFault};

use super::*;

const SEND: &str = "POST /api/v10/channels/*";

fn hello() -> Value {
    json!({ "text": "hello" })
}

#[tokio::test]
async fn no_request_goes_out_that_the_limit_would_refuse() {
    let server = Configuration {
        bucket: (2, Duration::from_millis(400)),
        ..Configuration::default()
    };
    let running = Running::with(server, |_| ()).await;
    let sends = (0..7).map(|_| running.call("chat.send", hello()));
    for sent in futures_util::future::join_all(sends).await {
        sent.unwrap();
    }
    let posts = running.server.calls_to("/messages");
    assert_eq!(posts, 7, "no request was sent twice");
    running.stop().await;
}

#[tokio::test]
async fn a_short_limit_is_waited_for_and_a_long_one_told() {
    let running = Running::bot().await;
    for global in [false, true] {
        let wait = Duration::from_millis(300);
        running
            .server
            .faults()
            .next(SEND, 1, HttpFault::Answer(rate_limit(global, wait)));
        let begin = Instant::now();
        running.call("chat.send", hello()).await.unwrap();
        assert!(begin.elapsed() >= wait, "the limit is not kept");
    }
    let wait = Duration::from_secs(60);
    running
        .server
        .faults()
        .next(SEND, 1, HttpFault::Answer(rate_limit(false, wait)));
    let error = running.call("chat.send", hello()).await.unwrap_err();
    assert!(
        matches!(error, ConnectorError::RateLimited(told) if told > Duration::from_secs(50)),
        "{error}"
    );
    let before = running.server.calls().len();
    let error = running.call("chat.send", hello()).await.unwrap_err();
    assert!(matches!(error, ConnectorError::RateLimited(_)), "{error}");
    assert_eq!(
        running.server.calls().len(),
        before,
        "nothing is sent meanwhile"
    );
    // Another route is free.
    running
        .call("moderation.unban", json!({ "login": "ronni" }))
        .await
        .unwrap();
    running.stop().await;
}

#[tokio::test]
async fn a_limit_for_everything_holds_everything() {
    let running = Running::bot().await;
    let wait = Duration::from_secs(60);
    running
        .server
        .faults()
        .next(SEND, 1, HttpFault::Answer(rate_limit(true, wait)));
    let error = running.call("chat.send", hello()).await.unwrap_err();
    assert!(matches!(error, ConnectorError::RateLimited(_)), "{error}");
    let before = running.server.calls().len();
    let error = running
        .call("moderation.unban", json!({ "login": "ronni" }))
        .await
        .unwrap_err();
    assert!(matches!(error, ConnectorError::RateLimited(_)), "{error}");
    assert_eq!(running.server.calls().len(), before);
    running.stop().await;
}

#[tokio::test]
async fn after_a_refused_token_nothing_more_is_sent() {
    let running = Running::bot().await;
    let refused = HttpFault::Answer(discord::refusal(401, 0, "401: Unauthorized"));
    running.server.faults().next(SEND, 1, refused);
    let error = running.call("chat.send", hello()).await.unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Denied(text) if text.contains("Reset Token")),
        "{error}"
    );
    let reason = running
        .until(ConnectionState::NeedsUser)
        .await
        .reason
        .unwrap();
    assert!(reason.contains("Reset Token"), "{reason}");
    let before = running.server.calls().len();
    for _ in 0..10 {
        let error = running.call("chat.send", hello()).await.unwrap_err();
        assert!(matches!(error, ConnectorError::Unavailable(_)), "{error}");
    }
    assert_eq!(running.server.calls().len(), before);
    running.connector.retry_now();
    running.until(ConnectionState::Connected).await;
    running.call("chat.send", hello()).await.unwrap();
    running.stop().await;
}

#[tokio::test]
async fn trouble_of_the_api_is_an_error_and_no_more() {
    let running = Running::with(Configuration::default(), |configuration| {
        configuration.patience = Duration::from_secs(2);
    })
    .await;
    let page = pato_test_servers::http::Response::text(
        pato_test_servers::http::StatusCode::BAD_GATEWAY,
        "<html>",
    );
    for fault in [
        HttpFault::Answer(page),
        HttpFault::Answer(discord::refusal(500, 0, "Internal Server Error")),
        HttpFault::Drop,
        HttpFault::LoseAnswer,
        HttpFault::Silence,
        HttpFault::Truncate,
        HttpFault::Garbage(Garbage::Huge),
    ] {
        running.server.faults().next(SEND, 1, fault.clone());
        let error = running.call("chat.send", hello()).await.unwrap_err();
        assert!(
            !matches!(
                error,
                ConnectorError::Invalid(_) | ConnectorError::Denied(_)
            ),
            "{fault:?}: {error}"
        );
    }
    running.call("chat.send", hello()).await.unwrap();
    assert_eq!(
        running.connector.status().borrow().state,
        ConnectionState::Connected
    );
    running.stop().await;
}

trait CallsTo {
    fn calls_to(&self, ending: &str) -> usize;
}

impl CallsTo for DiscordServer {
    fn calls_to(&self, ending: &str) -> usize {
        self.calls()
            .iter()
            .filter(|call| call.path.ends_with(ending))
            .count()
    }
}
