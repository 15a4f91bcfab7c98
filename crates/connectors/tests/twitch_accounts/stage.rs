//! A connector that runs against a server of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pato_bus::{Bus, BusConfiguration, Clock, Mailbox, MailboxConfiguration};
use pato_connectors::twitch::{Twitch, TwitchAccounts, TwitchApplication, TwitchConfiguration};
use pato_connectors::{
    Account, BackOffConfiguration, Call, Connector, ConnectorError, Environment, vault_scope,
};
use pato_events::catalogue::host::{ConnectionState, ConnectorStatus};
use pato_events::{Event, Pattern, Payload};
use pato_test_servers::twitch::api::{Configuration, TokenPair, TwitchApi, User};
use pato_vault::{Secret, Vault};
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

pub(crate) const BROADCASTER: &str = "1337";
pub(crate) const BOT: &str = "4711";
pub(crate) const VIEWER: &str = "42";

/// Fails a test instead of hanging it.
const PATIENCE: Duration = Duration::from_secs(15);

/// All that the topics and actions of Twitch need.
pub(crate) fn all_scopes() -> Vec<&'static str> {
    let everything = [Pattern::new("**").unwrap()];
    let needed = pato_connectors::twitch::scopes::needed(&everything, &everything);
    needed.into_iter().collect()
}

/// The time of day, which follows Tokio's clock: a test can stop it.
pub(crate) struct TokioClock {
    began: Duration,
    at: Instant,
}

impl Clock for TokioClock {
    fn now(&self) -> f64 {
        (self.began + self.at.elapsed()).as_secs_f64() * 1_000.0
    }
}

pub(crate) fn server() -> Configuration {
    let mut configuration = Configuration::with_users([
        User::new(BROADCASTER, "pato").affiliate(),
        User::new(BOT, "quackbot"),
        User::new(VIEWER, "ronni"),
    ]);
    configuration.world.games = vec![("509658".into(), "Just Chatting".into())];
    configuration.world.channel(BROADCASTER).title = "Ducks".into();
    configuration.poll_interval = Duration::from_secs(1);
    configuration
}

pub(crate) fn application(api: &TwitchApi) -> TwitchApplication {
    let mut application = TwitchApplication::new("patotestclient").unwrap();
    application.client_id = Some(Configuration::default().client_id);
    application.id = Url::parse(&api.oauth_url().replace("/oauth2", "/")).unwrap();
    application.helix = Url::parse(&format!("{}/", api.helix_url())).unwrap();
    application.eventsub = Url::parse(&api.eventsub_url()).unwrap();
    application
}

pub(crate) fn environment() -> Environment {
    let clock = Arc::new(TokioClock {
        began: SystemTime::now().duration_since(UNIX_EPOCH).unwrap(),
        at: Instant::now(),
    });
    Environment {
        bus: Bus::new(BusConfiguration::default(), clock.clone()),
        clock,
        vault: Vault::new(),
        seed: 1,
    }
}

pub(crate) fn account(handle: &str, user_id: &str, login: &str, scopes: &[&str]) -> Account {
    Account {
        handle: handle.into(),
        user_id: user_id.into(),
        login: login.into(),
        name: login.into(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
    }
}

/// Puts a user's tokens into the vault, as a login would.
pub(crate) fn keep(vault: &Vault, api: &TwitchApi, handle: &str, tokens: &TokenPair) {
    let host = [format!("127.0.0.1:{}", api.port())];
    let scope = vault_scope(handle);
    for (name, secret) in [("access", &tokens.access), ("refresh", &tokens.refresh)] {
        vault
            .set(&scope, name, Secret::new(secret.clone()), &host)
            .unwrap();
    }
}

/// What a test begins with.
pub(crate) struct Setting {
    pub(crate) server: Configuration,
    pub(crate) scopes: Vec<&'static str>,
    pub(crate) bot: bool,
    pub(crate) wanted: &'static [&'static str],
    pub(crate) lock_folder: Option<PathBuf>,
    /// Whether the user gave a token that was made elsewhere, and has no application.
    pub(crate) token_alone: bool,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            server: server(),
            scopes: all_scopes(),
            bot: false,
            wanted: &["**"],
            lock_folder: None,
            token_alone: false,
        }
    }
}

pub(crate) struct Stage {
    pub(crate) api: TwitchApi,
    pub(crate) twitch: Arc<Twitch>,
    pub(crate) bus: Bus,
    pub(crate) environment: Environment,
    pub(crate) mailbox: Mailbox,
    pub(crate) configuration: TwitchConfiguration,
    pub(crate) tokens: TokenPair,
    status: watch::Receiver<ConnectorStatus>,
    shutdown: CancellationToken,
    run: JoinHandle<()>,
}

impl Stage {
    pub(crate) async fn start(setting: Setting) -> Self {
        let api = TwitchApi::start(setting.server).await.unwrap();
        let environment = environment();
        let tokens = api.grant(BROADCASTER, &setting.scopes);
        keep(&environment.vault, &api, "main", &tokens);
        let mut application = application(&api);
        if setting.token_alone {
            environment.vault.remove(&vault_scope("main"), "refresh");
            application.client_id = None;
        }
        let bot = setting.bot.then(|| {
            let scopes = ["user:write:chat", "user:read:chat"];
            keep(&environment.vault, &api, "bot", &api.grant(BOT, &scopes));
            account("bot", BOT, "quackbot", &scopes)
        });
        let configuration = TwitchConfiguration {
            accounts: Some(TwitchAccounts {
                application,
                main: account("main", BROADCASTER, "pato", &setting.scopes),
                bot,
                lock_folder: setting.lock_folder,
            }),
            back_off: BackOffConfiguration {
                first: Duration::from_millis(50),
                longest: Duration::from_millis(200),
                ..BackOffConfiguration::default()
            },
            ..TwitchConfiguration::new("pato")
        };
        let bus = environment.bus.clone();
        let mailbox = bus.subscribe(MailboxConfiguration::new("test"));
        for pattern in setting.wanted {
            mailbox.add(Pattern::new(pattern).unwrap());
        }
        let (twitch, shutdown, run) = run(&configuration, &environment);
        Self {
            status: twitch.status(),
            run,
            api,
            twitch,
            bus,
            environment,
            mailbox,
            configuration,
            tokens,
            shutdown,
        }
    }

    /// Ends the connector; the server goes on.
    pub(crate) async fn stop(mut self) -> Self {
        self.shutdown.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(5), &mut self.run).await;
        ended
            .expect("the connector ends within five seconds")
            .unwrap();
        assert_eq!(self.twitch.status().borrow().state, ConnectionState::Off);
        self
    }

    /// Starts another connector, as after a start of Pato.
    pub(crate) fn again(mut self) -> Self {
        (self.twitch, self.shutdown, self.run) = run(&self.configuration, &self.environment);
        self.status = self.twitch.status();
        self
    }

    /// Connected, and subscribed to all that is wanted.
    pub(crate) async fn connected(setting: Setting) -> Self {
        let mut stage = Self::start(setting).await;
        stage.state(ConnectionState::Connected).await;
        stage
    }

    pub(crate) async fn state(&mut self, state: ConnectionState) -> ConnectorStatus {
        let reached = self.status.wait_for(|status| status.state == state);
        let reached = tokio::time::timeout(PATIENCE, reached).await;
        let reached = reached.map(|reached| reached.unwrap().clone());
        reached.unwrap_or_else(|_| panic!("never {state:?}: {:?}", self.twitch.status().borrow()))
    }

    pub(crate) fn status(&self) -> ConnectorStatus {
        self.status.borrow().clone()
    }

    /// The events of these topics, as soon as there are so many.
    pub(crate) async fn events(&self, pattern: &str, count: usize) -> Vec<Arc<Event>> {
        let pattern = Pattern::new(pattern).unwrap();
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            let events = self.bus.history(&pattern, 10_000);
            if events.len() >= count {
                return events;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!(
            "fewer than {count} of {pattern}: {:?}",
            self.bus.history(&pattern, 100)
        )
    }

    /// Whether there is an active subscription of that type.
    pub(crate) fn subscribed(&self, kind: &str) -> bool {
        self.api
            .subscriptions()
            .iter()
            .any(|found| found["type"] == kind)
    }

    pub(crate) async fn call(
        &self,
        action: &str,
        parameters: Value,
    ) -> Result<Value, ConnectorError> {
        let parameters = Payload::from_value(&parameters).unwrap();
        let answer = self.twitch.call(Call::new(action, &parameters)).await?;
        Ok(answer.read().unwrap())
    }

    /// How often a call was made.
    pub(crate) fn calls(&self, method: &str, path: &str) -> usize {
        let calls = self.api.calls();
        let found = calls
            .iter()
            .filter(|call| call.method.as_str() == method && call.path == path);
        found.count()
    }

    pub(crate) async fn end(self) {
        self.stop().await;
    }
}

fn run(
    configuration: &TwitchConfiguration,
    environment: &Environment,
) -> (Arc<Twitch>, CancellationToken, JoinHandle<()>) {
    let twitch = Arc::new(Twitch::new(configuration.clone(), environment.clone()).unwrap());
    let shutdown = CancellationToken::new();
    let (running, token) = (Arc::clone(&twitch), shutdown.clone());
    let run = tokio::spawn(async move { running.run(token).await });
    (twitch, shutdown, run)
}
