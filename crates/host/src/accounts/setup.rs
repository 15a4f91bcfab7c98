//! From accounts and configuration to the services' connectors.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pato_connectors::discord::{self, Discord, DiscordConfiguration, DiscordServer};
use pato_connectors::kick::{
    self, Kick, KickAddresses, KickConfiguration, KickLoginConfiguration, KickTiming,
};
use pato_connectors::twitch::{
    self, Security, Twitch, TwitchAccounts, TwitchApplication, TwitchConfiguration, TwitchServer,
};
use pato_connectors::vtube::{self, VtubeConfiguration, VtubeConnector};
use pato_connectors::{Account, Connector, ConnectorError, Login, vault_scope};
use pato_events::Pattern;
use pato_events::catalogue::Action;
use pato_events::catalogue::chat::SendMessage;
use pato_permissions::Permission;
use pato_vault::Destination;
use url::Url;

use super::{GivenSecret, Role, Service};
use crate::configuration::{KickSection, TwitchSection};
use crate::database::AccountRecord;
use crate::error::HostError;
use crate::host::Host;

impl Host {
    /// Begins a login at a service.
    pub(super) async fn log_in(
        &self,
        service: Service,
        role: Role,
        handle: &str,
        mut secrets: BTreeMap<String, GivenSecret>,
    ) -> Result<Box<dyn Login>, HostError> {
        let environment = self.inner.environment.clone();
        let configuration = self.configuration();
        let login = match service {
            Service::Twitch => {
                let application = twitch_application(&configuration.twitch)?;
                let known = self.inner.database.account(handle).await?;
                let user_id = known.as_ref().map(|record| &*record.account.user_id);
                if let Some(token) = secrets.remove("token") {
                    let token = token.into_text();
                    return Ok(twitch::log_in_with_token(
                        &application,
                        handle,
                        &token,
                        user_id,
                        &environment,
                    )?);
                }
                if application.client_id.is_none() {
                    return Err(ConnectorError::Unavailable(
                        "Twitch lets only known applications log people in: make one at \
                         https://dev.twitch.tv/console (Client Type: Public), and write its client id \
                         into config.toml as `client_id` under `[twitch]`; or give an access token that \
                         you have: `pato account add twitch --token`"
                            .into(),
                    )
                    .into());
                }
                let scopes = self.scopes_to_ask(service, role, known.as_ref()).await?;
                let scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
                twitch::log_in(&application, handle, &scopes, user_id, &environment).await?
            }
            Service::Discord => {
                let credential = match (secrets.remove("token"), secrets.remove("webhook")) {
                    (Some(token), None) => discord::Credential::BotToken(token.into_secret()),
                    (None, Some(address)) => {
                        discord::Credential::WebhookAddress(address.into_text())
                    }
                    _ => {
                        return Err(missing_secret("either `token` or `webhook`"));
                    }
                };
                discord::log_in(discord_server(self)?, handle, credential, environment)?
            }
            Service::Kick => {
                let section = &configuration.kick;
                let Some(client_id) = section.client_id.clone() else {
                    return Err(ConnectorError::Unavailable(format!(
                        "Kick lets only known applications log people in: make one at \
                         https://kick.com/settings/developer with the redirect address {}, and write \
                         its client id into config.toml as `client_id` under `[kick]`",
                        kick::REDIRECT
                    ))
                    .into());
                };
                let addresses = kick_addresses(section)?;
                if let Some(secret) = secrets.remove("client-secret") {
                    let host = Destination::of(&addresses.id).map(|host| host.to_string());
                    let hosts = host.into_iter().collect();
                    environment
                        .keep(
                            &vault_scope(handle),
                            "client-secret",
                            secret.into_secret(),
                            hosts,
                        )
                        .await?;
                }
                let known = self.inner.database.account(handle).await?;
                let scopes = self.scopes_to_ask(service, role, known.as_ref()).await?;
                let login = KickLoginConfiguration {
                    client_id,
                    scopes: scopes.into_iter().collect(),
                    redirect: match &section.redirect {
                        Some(redirect) => redirect.clone(),
                        None => parsed(kick::REDIRECT)?,
                    },
                    addresses,
                    timing: KickTiming::default(),
                };
                kick::log_in(login, handle, environment).await?
            }
            Service::Vtube => {
                let url = configuration.vtube.url.clone();
                let vtube = VtubeConfiguration::new(handle, url);
                vtube::log_in(&vtube, handle, &environment).await?
            }
        };
        if let Some(surplus) = secrets.keys().next() {
            return Err(ConnectorError::Invalid(format!(
                "{} has no use for the secret `{surplus}`",
                service.as_str()
            ))
            .into());
        }
        Ok(login)
    }

    /// Ends a login at its service, where the service has a way for that.
    pub(super) async fn log_out(&self, record: &AccountRecord) -> Result<(), HostError> {
        if record.service == Service::Twitch {
            let application = twitch_application(&self.configuration().twitch)?;
            let environment = &self.inner.environment;
            twitch::log_out(&application, &record.account, environment).await?;
        }
        Ok(())
    }

    /// Builds a service's connector anew, of the configuration and the accounts that there are; without
    /// either, takes it down.
    pub(crate) async fn set_up(&self, service: Service) -> Result<(), HostError> {
        // Two that set up the same service at the same time would leave two connectors.
        let _setting_up = self.inner.setting_up.lock().await;
        let mut accounts = self.inner.database.accounts().await?;
        accounts.retain(|record| record.service == service);
        let connector = self.connector(service, &accounts)?;
        self.inner.router.remove(service.as_str()).await;
        if let Some(connector) = connector {
            self.add_connector(connector);
        }
        Ok(())
    }

    fn connector(
        &self,
        service: Service,
        accounts: &[AccountRecord],
    ) -> Result<Option<Arc<dyn Connector>>, HostError> {
        let environment = self.inner.environment.clone();
        let with_role = |role| {
            let found = accounts.iter().find(|record| record.role == role);
            found.map(|record| record.account.clone())
        };
        Ok(match service {
            Service::Twitch => match self.twitch(with_role(Role::Main), with_role(Role::Bot))? {
                Some(configuration) => Some(Arc::new(Twitch::new(configuration, environment)?)),
                None => None,
            },
            Service::Discord => {
                let with = |scope: &str| {
                    let has = |record: &&AccountRecord| {
                        record.account.scopes.iter().any(|held| held == scope)
                    };
                    accounts
                        .iter()
                        .find(has)
                        .map(|record| record.account.clone())
                };
                let (bot, webhook) = (with("bot"), with("webhook"));
                if bot.is_none() && webhook.is_none() {
                    return Ok(None);
                }
                let configuration = self.configuration();
                let section = &configuration.discord;
                let configuration = DiscordConfiguration {
                    bot,
                    webhook,
                    server_id: section.guild.clone(),
                    chat_channels: section.channels.clone(),
                    message_content: section.message_content,
                    members: section.members,
                    ..DiscordConfiguration::new(discord_server(self)?)
                };
                Some(Arc::new(Discord::new(configuration, environment)?))
            }
            Service::Kick => match self.kick(with_role(Role::Main))? {
                Some(configuration) => Some(Arc::new(Kick::new(configuration, environment)?)),
                None => None,
            },
            Service::Vtube => with_role(Role::Main).map(|account| {
                let url = self.configuration().vtube.url.clone();
                let configuration = VtubeConfiguration::new(account.handle, url);
                Arc::new(VtubeConnector::new(configuration, environment)) as Arc<dyn Connector>
            }),
        })
    }

    fn twitch(
        &self,
        main: Option<Account>,
        bot: Option<Account>,
    ) -> Result<Option<TwitchConfiguration>, HostError> {
        let configuration = self.configuration();
        let section = &configuration.twitch;
        let channel = match (&section.channel, &main) {
            (Some(channel), _) => channel.clone(),
            (None, Some(main)) => main.login.clone(),
            (None, None) => return Ok(None),
        };
        let accounts = match main {
            Some(main) => Some(TwitchAccounts {
                application: twitch_application(section)?,
                main,
                bot,
                lock_folder: Some(self.directory().locks()),
            }),
            None => None,
        };
        Ok(Some(TwitchConfiguration {
            accounts,
            server: twitch_server(section),
            ..TwitchConfiguration::new(channel)
        }))
    }

    fn kick(&self, account: Option<Account>) -> Result<Option<KickConfiguration>, HostError> {
        let configuration = self.configuration();
        let section = &configuration.kick;
        let channel = match (&section.channel, &account) {
            (Some(channel), _) => channel.clone(),
            (None, Some(account)) => account.login.clone(),
            (None, None) => return Ok(None),
        };
        if account.is_none() && !section.unofficial {
            return Ok(None);
        }
        Ok(Some(KickConfiguration {
            unofficial: section.unofficial,
            account,
            client_id: section.client_id.clone(),
            lock_folder: Some(self.directory().locks()),
            webhook: section.webhook,
            ..KickConfiguration::new(channel, kick_addresses(section)?)
        }))
    }

    /// What granted plugins need that the service does not let Pato do with this account yet.
    pub(super) async fn missing_scopes(
        &self,
        record: &AccountRecord,
    ) -> Result<Vec<String>, HostError> {
        let needed = self.needed_scopes(record.service, record.role).await?;
        let missing = match record.service {
            Service::Twitch => twitch::scopes::missing(&record.account, &needed),
            Service::Kick => kick::scopes::missing(&record.account, &needed),
            Service::Discord | Service::Vtube => Vec::new(),
        };
        Ok(missing.into_iter().map(str::to_owned).collect())
    }

    /// What is needed, and what the account has already: else a new login would take from other plugins.
    async fn scopes_to_ask(
        &self,
        service: Service,
        role: Role,
        known: Option<&AccountRecord>,
    ) -> Result<BTreeSet<String>, HostError> {
        let needed = self.needed_scopes(service, role).await?;
        let needed = needed.into_iter().map(str::to_owned);
        let held = known.into_iter().flat_map(|record| &record.account.scopes);
        Ok(needed.chain(held.cloned()).collect())
    }

    /// A bot is there to write, whoever asks it to; all else is as plugins need it.
    async fn needed_scopes(
        &self,
        service: Service,
        role: Role,
    ) -> Result<BTreeSet<&'static str>, HostError> {
        let (topics, actions) = match role {
            Role::Main => self.granted_patterns().await?,
            Role::Bot => (Vec::new(), vec![Pattern::new(SendMessage::NAME)?]),
        };
        Ok(match service {
            Service::Twitch => twitch::scopes::needed(&topics, &actions),
            Service::Kick => {
                let webhooks = self.configuration().kick.webhook.is_some();
                kick::scopes::needed(&topics, &actions, webhooks)
            }
            Service::Discord | Service::Vtube => BTreeSet::new(),
        })
    }

    /// The topics and the actions that installed plugins are granted.
    async fn granted_patterns(&self) -> Result<(Vec<Pattern>, Vec<Pattern>), HostError> {
        let (mut topics, mut actions) = (Vec::new(), Vec::new());
        for record in self.inner.database.plugins().await? {
            for permission in self.granted(&record).await?.iter() {
                match permission {
                    Permission::Subscribe(pattern) => topics.push(pattern.clone()),
                    Permission::Call(action) => actions.extend(Pattern::new(action.as_str())),
                    _ => {}
                }
            }
        }
        Ok((topics, actions))
    }
}

fn missing_secret(name: &str) -> HostError {
    ConnectorError::Invalid(format!("the secret {name} is missing: the login needs it")).into()
}

fn twitch_application(section: &TwitchSection) -> Result<TwitchApplication, HostError> {
    let application = match &section.client_id {
        Some(client_id) => TwitchApplication::new(client_id)?,
        None => TwitchApplication::unnamed()?,
    };
    let Some(api) = &section.api else {
        return Ok(application);
    };
    let at = |path: &str, scheme: Option<&str>| {
        let mut url = api.clone();
        url.set_path(path);
        if let Some(scheme) = scheme {
            // Fails only between schemes of different kinds, which these are not.
            let _ = url.set_scheme(scheme);
        }
        url
    };
    Ok(TwitchApplication {
        id: at("/", None),
        helix: at("/helix/", None),
        eventsub: at("/ws", Some("ws")),
        ..application
    })
}

fn twitch_server(section: &TwitchSection) -> TwitchServer {
    let Some(url) = &section.server else {
        return TwitchServer::default();
    };
    let plain = url.scheme() == "irc";
    TwitchServer {
        host: url.host_str().unwrap_or_default().to_owned(),
        port: url.port().unwrap_or(if plain { 6667 } else { 6697 }),
        security: if plain {
            Security::Plain
        } else {
            Security::Tls {
                extra_roots: Vec::new(),
            }
        },
    }
}

fn kick_addresses(section: &KickSection) -> Result<KickAddresses, HostError> {
    Ok(match &section.server {
        Some(server) => KickAddresses::at(server.as_str())?,
        None => KickAddresses::kick()?,
    })
}

fn parsed(text: &str) -> Result<Url, HostError> {
    text.parse()
        .map_err(|error| ConnectorError::Invalid(format!("`{text}` is no address: {error}")).into())
}

fn discord_server(host: &Host) -> Result<DiscordServer, HostError> {
    Ok(match &host.configuration().discord.server {
        Some(url) => DiscordServer::new(&api_of(url), &gateway_of(url))?,
        None => DiscordServer::itself()?,
    })
}

fn api_of(url: &Url) -> String {
    format!("{}/api/v10/", url.as_str().trim_end_matches('/'))
}

fn gateway_of(url: &Url) -> String {
    let text = url.as_str().trim_end_matches('/');
    text.replacen("http", "ws", 1)
}
