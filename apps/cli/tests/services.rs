//! One chat: what answers on one service answers on all of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

mod support;

use std::fs;
use std::net::TcpListener;
use std::time::Duration;

use pato_test_servers::discord::{self, DiscordServer};
use pato_test_servers::kick::{self, KickServer};
use pato_test_servers::twitch::api::{self, TwitchApi, User};
use pato_test_servers::vtube::{self, VtubeServer};
use serde_json::{Value, json};
use support::{Login, Pato, bundled};

const STREAMER: &str = "12826";
const VIEWER: &str = "42";
const CLIENT_ID: &str = "hof5gwx0su6owfnys0yan9c87zr6t";
const REPLY: &str = "Pato runs the plugins of this stream.";

struct Services {
    twitch: TwitchApi,
    discord: DiscordServer,
    kick: KickServer,
    vtube: VtubeServer,
}

impl Services {
    async fn start() -> Self {
        let twitch = api::Configuration {
            client_id: CLIENT_ID.to_owned(),
            poll_interval: Duration::from_secs(1),
            ..api::Configuration::with_users([
                User::new(STREAMER, "pato").affiliate(),
                User::new(VIEWER, "ronni"),
            ])
        };
        Self {
            twitch: TwitchApi::start(twitch).await.unwrap(),
            discord: DiscordServer::start(discord::Configuration::default())
                .await
                .unwrap(),
            kick: KickServer::start(kick::Configuration::default())
                .await
                .unwrap(),
            vtube: VtubeServer::start(vtube::Configuration::default())
                .await
                .unwrap(),
        }
    }

    fn configuration(&self) -> String {
        let discord = self.discord.api().replace("/api/v10/", "");
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        format!(
            r#"
            [twitch]
            client_id = "{CLIENT_ID}"
            api = "http://127.0.0.1:{twitch}"
            [discord]
            channels = ["{channel}"]
            server = "{discord}"
            [kick]
            channel = "{slug}"
            unofficial = true
            client_id = "{kick_client}"
            redirect = "http://localhost:{port}/kick/callback"
            server = "{kick}"
            [vtube]
            url = "{vtube}"
            "#,
            twitch = self.twitch.port(),
            channel = discord::CHANNEL,
            slug = kick::BROADCASTER.slug,
            kick_client = kick::CLIENT_ID,
            kick = self.kick.url(),
            vtube = self.vtube.url(),
        )
    }
}

fn connected(connectors: &Value) -> bool {
    let all = connectors.as_array().unwrap();
    all.len() == 4
        && all
            .iter()
            .all(|connector| connector["state"] == "connected")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_answers_chat_answers_on_every_service() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let services = Services::start().await;
    let mut pato = Pato::new();
    fs::write(pato.folder().join("config.toml"), services.configuration()).unwrap();
    pato.start(&[], "");
    pato.add(&bundled("commands"));
    // Three people ask within a moment.
    let settings = [
        "plugin",
        "settings",
        "commands",
        "cooldown=0",
        "user_cooldown=0",
    ];
    pato.json(&settings);

    let (login, prompt) = Login::begin(&pato, &["add", "twitch"], "");
    assert!(
        services
            .twitch
            .approve(prompt["code"].as_str().unwrap(), STREAMER)
    );
    login.succeeds();
    let token = discord::Configuration::default().token;
    let (login, _) = Login::begin(&pato, &["add", "discord"], &token);
    login.succeeds();
    let (login, prompt) = Login::begin(&pato, &["add", "kick"], kick::CLIENT_SECRET);
    // The user's browser: Kick's page agrees at once, and leads back to Pato.
    let page = reqwest::get(prompt["url"].as_str().unwrap()).await.unwrap();
    assert!(page.status().is_success(), "{page:?}");
    login.succeeds();
    let (login, prompt) = Login::begin(&pato, &["add", "vtube"], "");
    assert!(prompt["confirm"].is_string(), "{prompt}");
    login.succeeds();
    pato.until(&["connector", "list"], connected);

    services
        .twitch
        .wait_until(|twitch| !twitch.subscriptions().is_empty())
        .await
        .unwrap();
    services.twitch.say(STREAMER, VIEWER, "!pato");
    let viewer = discord::person("100000000000000077", "ronni", "Ronni");
    services
        .discord
        .say(discord::CHANNEL, &viewer, "!pato", &json!({}));
    services.kick.wait_for_listeners(1).await.unwrap();
    services.kick.say(&kick::VIEWER, "!pato");

    pato.eventually("an answer on Twitch", || {
        services.twitch.change(|world| {
            let channel = world.channels.get(STREAMER);
            channel.is_some_and(|channel| {
                channel
                    .messages
                    .iter()
                    .any(|message| message.text.contains(REPLY))
            })
        })
    });
    let wrote = |body: &[u8]| String::from_utf8_lossy(body).contains(REPLY);
    pato.eventually("an answer on Discord", || {
        let calls = services.discord.calls();
        calls
            .iter()
            .any(|call| call.method == "POST" && wrote(&call.body))
    });
    pato.eventually("an answer on Kick", || {
        let calls = services
            .kick
            .calls_of(&"POST".parse().unwrap(), "/public/v1/chat");
        calls.iter().any(|call| wrote(&call.body))
    });
    // All came in one shape, each with who wrote it.
    let told = pato.json(&["events", "history", "chat.message", "--limit", "100"]);
    let sources: Vec<_> = ["twitch", "discord", "kick"]
        .into_iter()
        .filter(|source| {
            told.as_array().unwrap().iter().any(|event| {
                event["details"]["source"] == *source
                    && event["data"]["text"] == "!pato"
                    && event["data"]["user"]["name"].is_string()
                    && event["details"].get("own").is_none()
            })
        })
        .collect();
    assert_eq!(sources, ["twitch", "discord", "kick"], "{told:#}");

    // The model is moved by the same host.
    let hotkeys = pato.json(&["call", "vtube.hotkeys-in-current-model"]);
    assert!(hotkeys.is_object(), "{hotkeys}");
}
