//! Logging in, and staying logged in.

use std::time::Duration;

use pato_connectors::twitch::{Twitch, TwitchApplication, log_in, log_in_with_token, log_out};
use pato_connectors::{Connector, ConnectorError, Login, LoginPrompt};
use pato_events::catalogue::host::ConnectionState;
use pato_test_servers::faults::HttpFault;
use pato_test_servers::twitch::api::TwitchApi;
use pato_vault::Destination;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::stage::{BOT, BROADCASTER, Setting, Stage, application, environment, keep, server};

const SCOPES: [&str; 2] = ["user:read:chat", "user:write:chat"];

async fn begun(
    api: &TwitchApi,
    user_id: Option<&str>,
) -> (Box<dyn Login>, String, pato_vault::Vault) {
    let environment = environment();
    let application = application(api);
    let login = log_in(&application, "main", &SCOPES, user_id, &environment);
    let login = login.await.unwrap();
    let LoginPrompt::OpenPage {
        url,
        code,
        expires_in,
    } = login.prompt()
    else {
        panic!("a page")
    };
    let code = code.unwrap();
    assert!(url.as_str().contains(&code) && expires_in == Duration::from_secs(1_800));
    (login, code, environment.vault)
}

#[tokio::test]
async fn a_login_by_device_code_ends_with_tokens_that_only_go_to_twitch() {
    let api = TwitchApi::start(server()).await.unwrap();
    let (login, code, vault) = begun(&api, None).await;
    assert_eq!(api.pending_codes()[0].scopes, SCOPES);
    assert!(api.approve(&code, BROADCASTER));
    let account = login.finish().await.unwrap();
    assert_eq!(
        (&*account.handle, &*account.user_id, &*account.login),
        ("main", BROADCASTER, "pato")
    );
    assert_eq!(account.scopes, SCOPES);

    let own = Destination::new("127.0.0.1", api.port());
    let other = Destination::new("evil.example", 443);
    for name in ["access", "refresh"] {
        let template = format!("{{secret:{name}}}");
        assert!(vault.attach("account:main", &template, &own).is_ok());
        assert!(vault.attach("account:main", &template, &other).is_err());
    }
    let scopes: Vec<_> = vault.list().into_iter().map(|entry| entry.scope).collect();
    assert_eq!(
        scopes,
        ["account:main", "account:main"],
        "nothing of the login stays"
    );
}

#[tokio::test]
async fn whoever_agrees_has_to_be_the_one_whose_account_it_is() {
    let api = TwitchApi::start(server()).await.unwrap();
    let (login, code, vault) = begun(&api, Some(BROADCASTER)).await;
    api.approve(&code, BOT);
    let error = login.finish().await.unwrap_err();
    assert!(
        matches!(&error, ConnectorError::Denied(text) if text.contains("`quackbot`")),
        "{error}"
    );
    assert!(vault.list().is_empty());
}

#[tokio::test]
async fn a_login_that_is_denied_or_begun_by_a_stranger_says_so() {
    let api = TwitchApi::start(server()).await.unwrap();
    let (login, code, _) = begun(&api, None).await;
    api.faults().next("POST /oauth2/token", 1, HttpFault::Drop);
    api.deny(&code);
    let error = login.finish().await.unwrap_err().to_string();
    assert!(
        error.contains("access_denied") && error.contains("begin it anew"),
        "{error}"
    );

    let mut stranger = application(&api);
    stranger.client_id = Some("someoneelse".into());
    let error = log_in(&stranger, "main", &SCOPES, None, &environment()).await;
    let error = error.err().unwrap().to_string();
    assert!(
        error.contains("`someoneelse`") && error.contains("invalid client"),
        "{error}"
    );
}

#[tokio::test]
async fn a_login_that_nobody_agrees_to_ends() {
    let mut hasty = server();
    hasty.device_code_lifetime = Duration::from_secs(2);
    let api = TwitchApi::start(hasty).await.unwrap();
    let environment = environment();
    let application = application(&api);
    let login = log_in(&application, "main", &SCOPES, None, &environment);
    let error = login.await.unwrap().finish().await.unwrap_err();
    assert!(matches!(error, ConnectorError::TimedOut(_)), "{error}");
    assert!(environment.vault.list().is_empty());
}

#[tokio::test]
async fn a_logout_ends_the_login_at_twitch_and_here() {
    let stage = Stage::connected(Setting::default()).await;
    let account = &stage.configuration.accounts.as_ref().unwrap().main;
    let (application, environment) = (application(&stage.api), &stage.environment);
    log_out(&application, account, environment).await.unwrap();
    assert!(environment.vault.list().is_empty());
    assert_eq!(stage.calls("POST", "/oauth2/revoke"), 1);
    assert!(
        log_out(&application, account, environment).await.is_err(),
        "there is none"
    );
    stage.end().await;
}

#[tokio::test]
async fn a_token_made_elsewhere_is_kept_once_it_is_known_whose_it_is() {
    let api = TwitchApi::start(server()).await.unwrap();
    let environment = environment();
    let mut application = application(&api);
    application.client_id = None;
    let token = |text: &str| zeroize::Zeroizing::new(text.to_owned());
    let given = |text: &str, user_id| {
        let login = log_in_with_token(&application, "main", &token(text), user_id, &environment);
        async { login?.finish().await }
    };
    for (wrong, told) in [
        ("", "letters and digits"),
        ("a b", "letters and digits"),
        ("a\r\nX: y", "letters and digits"),
        ("mistyped", "get a new one"),
    ] {
        let error = given(wrong, None).await.unwrap_err().to_string();
        assert!(error.contains(told), "{wrong}: {error}");
        assert!(environment.vault.list().is_empty());
    }
    let pair = api.grant(BROADCASTER, &SCOPES);
    let error = given(&pair.access, Some(BOT))
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("`pato`"), "{error}");
    assert!(environment.vault.list().is_empty());
    // As IRC wants it, with a line's end that came with it.
    let account = given(&format!(" oauth:{}\n", pair.access), None).await;
    let account = account.unwrap();
    assert_eq!(
        (&*account.login, &account.scopes[..]),
        ("pato", &SCOPES.map(str::to_owned)[..])
    );
    assert!(environment.vault.contains("account:main", "access"));
    assert!(!environment.vault.contains("account:main", "refresh"));
}

#[tokio::test]
async fn without_an_application_a_token_acts_until_it_ends_and_the_user_is_asked_for_another() {
    let stage = Stage::connected(Setting {
        token_alone: true,
        ..Setting::default()
    })
    .await;
    let hello = || stage.call("chat.send", json!({"text": "hello"}));
    assert_eq!(hello().await.unwrap()["messages"], 1);
    stage.api.expire_access_tokens();
    let error = hello().await.unwrap_err().to_string();
    assert!(
        error.contains("get a new one") && error.contains("pato account authorize main --token"),
        "{error}"
    );
    assert_eq!(
        stage.calls("POST", "/oauth2/token"),
        0,
        "there is nothing to renew it with"
    );
    stage.end().await;
}

#[tokio::test]
async fn tokens_do_not_go_over_the_network_in_the_clear() {
    let mut clear = TwitchApplication::new("abc123").unwrap();
    clear.helix = "http://api.twitch.example/helix/".parse().unwrap();
    let error = log_in(&clear, "main", &SCOPES, None, &environment()).await;
    assert!(error.err().unwrap().to_string().contains("in the clear"));
    assert!(TwitchApplication::new("a&b=c").is_err() && TwitchApplication::new("").is_err());
}

#[tokio::test]
async fn an_expired_token_is_renewed_once_however_many_notice() {
    let stage = Stage::connected(Setting::default()).await;
    stage.api.expire_access_tokens();
    let calls = (0..8).map(|_| stage.call("stream.get", json!({})));
    for result in futures_util::future::join_all(calls).await {
        assert_eq!(result.unwrap()["title"], "Ducks");
    }
    assert_eq!(stage.calls("POST", "/oauth2/token"), 1);
    // The new refresh token is the one that is used next.
    stage.api.expire_access_tokens();
    stage.call("stream.get", json!({})).await.unwrap();
    assert_eq!(stage.calls("POST", "/oauth2/token"), 2);
    assert_eq!(stage.status().state, ConnectionState::Connected);
    stage.end().await;
}

#[tokio::test]
async fn a_token_that_expired_before_the_start_is_renewed_then() {
    let mut short = server();
    short.access_lifetime = Duration::from_secs(600);
    let stage = Stage::connected(Setting {
        server: short,
        ..Setting::default()
    })
    .await;
    assert!(stage.calls("GET", "/oauth2/validate") >= 1);
    assert_eq!(
        stage.calls("POST", "/oauth2/token"),
        1,
        "ten minutes are too few"
    );
    stage.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_day_holds_a_check_every_hour_and_a_renewal_before_each_end() {
    let stage = Stage::connected(Setting {
        wanted: &[],
        ..Setting::default()
    })
    .await;
    tokio::time::sleep(Duration::from_secs(24 * 3_600 + 60)).await;
    let checks = stage.calls("GET", "/oauth2/validate");
    assert_eq!(checks, 25, "at the start, and after each hour");
    // A token lasts four hours, and the one with less than 70 minutes left is renewed.
    assert_eq!(stage.calls("POST", "/oauth2/token"), 8);
    assert_eq!(stage.api.connections(), 1);
    assert_eq!(stage.status().state, ConnectionState::Connected);
    stage.call("stream.get", json!({})).await.unwrap();
    stage.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_login_that_is_revoked_overnight_is_noticed_within_the_hour() {
    let mut stage = Stage::connected(Setting {
        wanted: &[],
        ..Setting::default()
    })
    .await;
    tokio::time::sleep(Duration::from_secs(1_800)).await;
    let revoked = pato_test_servers::twitch::api::TokenPair {
        access: "nolongervalid".into(),
        refresh: "nolongervalid".into(),
    };
    keep(&stage.environment.vault, &stage.api, "main", &revoked);
    tokio::time::sleep(Duration::from_secs(1_790)).await;
    assert_eq!(stage.status().state, ConnectionState::Connected);
    tokio::time::sleep(Duration::from_secs(20)).await;
    let status = stage.state(ConnectionState::NeedsUser).await;
    assert!(status.reason.unwrap().contains("no longer accepts"));
    stage.end().await;
}

#[tokio::test]
async fn a_renewal_goes_on_when_whoever_asked_for_it_goes_away() {
    let stage = Stage::connected(Setting::default()).await;
    stage.api.expire_access_tokens();
    let slow = HttpFault::Slow(Duration::from_millis(300));
    stage.api.faults().next("POST /oauth2/token", 1, slow);
    let call = stage.call("stream.get", json!({}));
    let gone = tokio::time::timeout(Duration::from_millis(150), call).await;
    assert!(gone.is_err(), "the caller was not patient");
    stage.call("stream.get", json!({})).await.unwrap();
    assert_eq!(stage.calls("POST", "/oauth2/token"), 1);
    stage.end().await;
}

#[tokio::test]
async fn a_revoked_login_waits_for_the_user_and_says_what_to_type() {
    let mut stage = Stage::connected(Setting::default()).await;
    stage.api.disconnect_user(BROADCASTER);
    let status = stage.state(ConnectionState::NeedsUser).await;
    let reason = status.reason.unwrap();
    assert!(reason.contains("`pato account authorize main`"), "{reason}");
    let error = stage.call("stream.get", json!({})).await.unwrap_err();
    assert!(matches!(&error, ConnectorError::Unavailable(text) if text.contains("waits for you")));
    let tried = stage.api.connections();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(stage.api.connections(), tried);

    // The user logs in anew.
    let tokens = stage.api.grant(BROADCASTER, &super::stage::all_scopes());
    keep(&stage.environment.vault, &stage.api, "main", &tokens);
    stage.twitch.retry_now();
    stage.state(ConnectionState::Connected).await;
    stage.end().await;
}

#[tokio::test]
async fn a_refresh_token_that_no_longer_counts_is_not_tried_again() {
    let mut stage = Stage::connected(Setting::default()).await;
    stage.api.expire_access_tokens();
    // Twitch renews, and the answer is lost: what Pato has is now worth nothing.
    stage
        .api
        .faults()
        .next("POST /oauth2/token", 1, HttpFault::LoseAnswer);
    stage.call("stream.get", json!({})).await.unwrap_err();
    stage.call("stream.get", json!({})).await.unwrap_err();
    let status = stage.state(ConnectionState::NeedsUser).await;
    assert!(
        status
            .reason
            .unwrap()
            .contains("no longer accepts the login of `main`")
    );
    let asked = stage.calls("POST", "/oauth2/token");
    stage.call("stream.get", json!({})).await.unwrap_err();
    assert_eq!(stage.calls("POST", "/oauth2/token"), asked);
    stage.end().await;
}

#[tokio::test]
async fn a_token_for_another_application_or_person_waits_for_the_user() {
    let mut stage = Stage::start(Setting::default()).await;
    stage.state(ConnectionState::Connected).await;
    let stranger = stage.api.grant(BOT, &SCOPES);
    keep(&stage.environment.vault, &stage.api, "main", &stranger);
    stage
        .api
        .fault(pato_test_servers::twitch::api::SocketFault::Drop);
    let status = stage.state(ConnectionState::NeedsUser).await;
    assert!(status.reason.unwrap().contains("belongs to `quackbot`"));
    stage.end().await;
}

#[tokio::test]
async fn no_token_shows_in_a_status_an_error_or_an_event() {
    let mut stage = Stage::connected(Setting::default()).await;
    let tokens = [stage.tokens.access.clone(), stage.tokens.refresh.clone()];
    stage.api.faults().next("GET /helix/*", 2, HttpFault::Drop);
    let error = stage
        .call("stream.get", json!({}))
        .await
        .unwrap_err()
        .to_string();
    // A text that looks like a placeholder stays text.
    stage
        .call("chat.send", json!({ "text": "{secret:access}" }))
        .await
        .unwrap();
    stage.events("chat.message", 1).await;
    stage.api.disconnect_user(BROADCASTER);
    stage.state(ConnectionState::NeedsUser).await;
    let everything = stage.events("**", 1).await;
    let mut text = format!("{error}{everything:?}");
    let written = stage
        .api
        .calls()
        .into_iter()
        .filter(|call| call.path.ends_with("messages"));
    text.extend(written.map(|call| String::from_utf8_lossy(&call.body).into_owned()));
    assert!(tokens.iter().all(|token| !text.contains(token)));
    assert!(text.contains("{secret:access}"));
    stage.end().await;
}

#[tokio::test]
async fn a_second_pato_is_kept_from_the_account() {
    let folder = tempfile::tempdir().unwrap();
    let stage = Stage::connected(Setting {
        lock_folder: Some(folder.path().to_owned()),
        ..Setting::default()
    })
    .await;
    let second = Twitch::new(stage.configuration.clone(), environment()).unwrap();
    let mut status = second.status();
    let shutdown = CancellationToken::new();
    let connections = stage.api.connections();
    let user = async {
        let waits = status.wait_for(|status| status.state == ConnectionState::NeedsUser);
        let status = waits.await.unwrap().clone();
        assert!(
            status
                .reason
                .unwrap()
                .contains("another Pato uses the account `main`")
        );
        shutdown.cancel();
    };
    tokio::join!(second.run(shutdown.clone()), user);
    assert_eq!(stage.api.connections(), connections);
    assert_eq!(stage.calls("POST", "/oauth2/token"), 0);
    stage.end().await;
}
