//! Accounts, as the user adds, uses and loses them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod support;

use std::fs;
use std::path::Path;

use pato_test_servers::twitch::api::{Configuration, TwitchApi, User, sample};
use serde_json::{Value, json};
use support::{Login, Pato};

const STREAMER: &str = "12826";
const BOT: &str = "777";

/// The application.
const CLIENT_ID: &str = "hof5gwx0su6owfnys0yan9c87zr6t";

async fn twitch() -> TwitchApi {
    let users = [
        User::new(STREAMER, "pato").affiliate(),
        User::new(BOT, "patobot"),
    ];
    let configuration = Configuration {
        client_id: CLIENT_ID.to_owned(),
        poll_interval: std::time::Duration::from_secs(1),
        ..Configuration::with_users(users)
    };
    TwitchApi::start(configuration).await.unwrap()
}

fn configure(pato: &Pato, twitch: &TwitchApi, client_id: &str) {
    let text = format!(
        "[twitch]\nclient_id = \"{client_id}\"\napi = \"http://127.0.0.1:{}\"\n",
        twitch.port()
    );
    fs::write(pato.folder().join("config.toml"), text).unwrap();
}

/// Logs in; the user agrees in the browser.
fn log_in(pato: &Pato, twitch: &TwitchApi, user: &str, arguments: &[&str]) {
    let (login, prompt) = Login::begin(pato, arguments, "");
    let code = prompt["code"].as_str().unwrap();
    assert!(
        prompt["url"].as_str().unwrap().starts_with("http"),
        "{prompt}"
    );
    assert!(twitch.approve(code, user), "{prompt}");
    login.succeeds();
}

fn state(connectors: &Value) -> &str {
    connectors[0]["state"].as_str().unwrap_or_default()
}

/// Whether a text stands in any file of a folder.
fn stands_in(folder: &Path, wanted: &str) -> bool {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries.into_iter().any(|path| {
        if path.is_dir() {
            return stands_in(&path, wanted);
        }
        let bytes = fs::read(&path).unwrap_or_default();
        bytes
            .windows(wanted.len())
            .any(|part| part == wanted.as_bytes())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_twitch_account_is_added_used_lost_and_brought_back() {
    let twitch = twitch().await;
    let mut pato = Pato::new();
    configure(&pato, &twitch, CLIENT_ID);
    pato.start(&["--follow"], "");
    log_in(&pato, &twitch, STREAMER, &["add", "twitch"]);
    log_in(&pato, &twitch, BOT, &["add", "twitch", "--bot"]);
    let accounts = pato.json(&["account", "list"]);
    assert_eq!(accounts[0]["handle"], "twitch");
    assert_eq!(accounts[0]["name"], "pato");
    assert_eq!(accounts[1]["handle"], "twitch-bot");
    assert_eq!(accounts[1]["unlocked"], true);
    pato.until(&["connector", "list"], |connectors| {
        state(connectors) == "connected"
    });

    // What viewers write comes in, what Pato writes goes out as the bot and comes back as its own.
    twitch
        .wait_until(|twitch| !twitch.subscriptions().is_empty())
        .await
        .unwrap();
    let mut message = sample("channel.chat.message", STREAMER).unwrap();
    message["message"]["text"] = json!("hello from a viewer");
    assert!(twitch.publish("channel.chat.message", message) > 0);
    pato.until(&["events", "history", "chat.message"], |events| {
        let told = events.as_array().unwrap();
        told.iter()
            .any(|event| event["details"]["account"] == "twitch")
    });
    let sent = pato.json(&["call", "chat.send", r#"{"text":"hello from Pato"}"#]);
    assert_eq!(sent["messages"], 1, "{sent}");
    let own = pato.until(&["events", "history", "chat.message"], |events| {
        events
            .as_array()
            .unwrap()
            .iter()
            .any(|event| event["details"]["own"] == true)
    });
    assert!(own.to_string().contains("patobot"), "{own:#}");
    let writers: Vec<String> = twitch.change(|world| {
        let channel = world.channels.get(STREAMER).unwrap();
        let written = channel.messages.iter();
        written.map(|message| message.user_id.clone()).collect()
    });
    assert_eq!(writers, [BOT]);

    // A revoked login asks the user, once, and says how.
    twitch.disconnect_user(STREAMER);
    let asked = pato.until(&["connector", "list"], |connectors| {
        state(connectors) == "needs-user"
    });
    let reason = asked[0]["reason"].as_str().unwrap();
    assert!(reason.contains("pato account authorize twitch"), "{reason}");
    log_in(&pato, &twitch, STREAMER, &["authorize", "twitch"]);
    pato.until(&["connector", "list"], |connectors| {
        state(connectors) == "connected"
    });

    // No token is anywhere but in requests.
    let printed = pato.printed();
    let mut tokens = 0;
    for call in twitch.calls() {
        let Some(header) = call.headers.get("authorization") else {
            continue;
        };
        let token = header.to_str().unwrap().rsplit(' ').next().unwrap();
        assert!(
            !printed.contains(token) && !stands_in(pato.folder(), token),
            "{}",
            call.path
        );
        tokens += 1;
    }
    assert!(tokens > 3);

    pato.json(&["account", "remove", "twitch-bot"]);
    pato.json(&["account", "remove", "twitch"]);
    assert_eq!(pato.json(&["account", "list"]), json!([]));
    pato.until(&["connector", "list"], |connectors| {
        connectors == &json!([])
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_token_alone_pato_writes_and_says_when_it_is_over() {
    let twitch = twitch().await;
    let mut pato = Pato::new();
    let text = format!("[twitch]\napi = \"http://127.0.0.1:{}\"\n", twitch.port());
    fs::write(pato.folder().join("config.toml"), text).unwrap();
    pato.start(&["--follow"], "");
    let (login, _) = Login::begin(&pato, &["add", "twitch", "--token"], "mistyped");
    let (done, error) = login.end();
    assert!(!done && error.contains("get a new one"), "{error}");
    assert_eq!(pato.json(&["account", "list"]), json!([]));

    let scopes = ["user:read:chat", "user:write:chat"];
    let token = twitch.grant(STREAMER, &scopes).access;
    let add = ["add", "twitch", "--token"];
    Login::begin(&pato, &add, &format!("oauth:{token}"))
        .0
        .succeeds();
    assert_eq!(pato.json(&["account", "list"])[0]["name"], "pato");
    pato.until(&["connector", "list"], |connectors| {
        state(connectors) == "connected"
    });
    let sent = pato.json(&["call", "chat.send", r#"{"text":"hello from Pato"}"#]);
    assert_eq!(sent["messages"], 1, "{sent}");

    // Standard input is not an argument, and nothing that Pato wrote holds it.
    assert!(!pato.printed().contains(&token) && !stands_in(pato.folder(), &token));
    twitch.disconnect_user(STREAMER);
    let asked = pato.until(&["connector", "list"], |connectors| {
        state(connectors) == "needs-user"
    });
    let reason = asked[0]["reason"].as_str().unwrap();
    assert!(reason.contains("authorize twitch --token"), "{reason}");
    let token = twitch.grant(STREAMER, &scopes).access;
    let again = ["authorize", "twitch", "--token"];
    Login::begin(&pato, &again, &token).0.succeeds();
    pato.until(&["connector", "list"], |connectors| {
        state(connectors) == "connected"
    });
    pato.json(&["account", "remove", "twitch"]);
    let error = pato.error(1, &["account", "add", "discord", "--token"]);
    assert!(error.contains("for twitch only"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_can_not_succeed_says_why_and_changes_nothing() {
    let twitch = twitch().await;
    let mut pato = Pato::new();
    pato.start(&[], "");
    let error = pato.error(1, &["account", "add", "twitch"]);
    assert!(
        error.contains("client_id") && error.contains("dev.twitch.tv") && error.contains("--token"),
        "{error}"
    );
    let error = pato.error(2, &["account", "add", "twich"]);
    assert!(error.contains("twitch, discord"), "{error}");
    let error = pato.error(1, &["account", "authorize", "nobody"]);
    assert!(error.contains("pato account list"), "{error}");
    pato.json(&["stop"]);
    assert_eq!(pato.wait(), Some(0));

    configure(&pato, &twitch, "wrongclientid");
    pato.start(&[], "");
    let error = pato.error(1, &["account", "add", "twitch"]);
    assert!(error.contains("wrongclientid"), "{error}");
    pato.json(&["stop"]);
    assert_eq!(pato.wait(), Some(0));

    configure(&pato, &twitch, CLIENT_ID);
    pato.start(&[], "");
    let (login, prompt) = Login::begin(&pato, &["add", "twitch"], "");
    assert!(twitch.deny(prompt["code"].as_str().unwrap()));
    let (done, errors) = login.end();
    assert!(!done && !errors.is_empty(), "{errors}");
    let error = pato.error(1, &["account", "add", "twitch", "--as", "No Name"]);
    assert!(error.contains("small letters"), "{error}");
    assert_eq!(pato.json(&["account", "list"]), json!([]));
}
