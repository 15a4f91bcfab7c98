//! From the configuration to the connectors, and the secrets that belong to them.

use std::collections::BTreeMap;
use std::sync::Arc;

use pato_connectors::obs::{ObsConfiguration, ObsConnector};
use pato_connectors::simulator::{Simulator, SimulatorConfiguration};
use pato_connectors::twitch::{Security, Twitch, TwitchConfiguration, TwitchLogin, TwitchServer};
use pato_connectors::{Connector, ConnectorError, Environment, Login};
use pato_vault::{Secret, Vault};
use url::Url;

use crate::accounts::{Role, Service};
use crate::configuration::{Configuration, ObsSection, TwitchSection};
use crate::database::AccountRecord;
use crate::error::HostError;
use crate::host::Host;

/// The scope and name of each connector's secret in the vault.
const TWITCH_TOKEN: (&str, &str) = ("twitch", "token");
const OBS_PASSWORD: (&str, &str) = ("obs", "password");

/// The connectors that the configuration asks for, and among them the simulator.
pub(crate) struct Connectors {
    pub(crate) all: Vec<Arc<dyn Connector>>,
    pub(crate) simulator: Option<Arc<Simulator>>,
}

impl Connectors {
    pub(crate) fn new(
        configuration: &Configuration,
        environment: &Environment,
    ) -> Result<Self, HostError> {
        let mut all: Vec<Arc<dyn Connector>> = Vec::new();
        let mut simulator = None;
        if let Some(section) = &configuration.simulator {
            let configuration = SimulatorConfiguration {
                seed: section.seed,
                rate: section.rate,
                channel: section.channel.clone(),
            };
            simulator = Some(Arc::new(Simulator::new(
                configuration,
                environment.clone(),
            )?));
        }
        all.extend(
            simulator
                .clone()
                .map(|simulator| simulator as Arc<dyn Connector>),
        );
        if let Some(section) = &configuration.twitch {
            all.push(Arc::new(Twitch::new(twitch(section), environment.clone())?));
        }
        if let Some(section) = &configuration.obs {
            let (scope, name) = OBS_PASSWORD;
            let password = environment
                .vault
                .contains(scope, name)
                .then(|| name.to_owned());
            let configuration = ObsConfiguration::new(section.url.clone(), password);
            all.push(Arc::new(ObsConnector::new(
                configuration,
                environment.clone(),
            )));
        }
        Ok(Self { all, simulator })
    }
}

/// Keeps the token that Pato writes to Twitch with, for Twitch's server alone.
pub(crate) fn keep_twitch_token(
    vault: &Vault,
    section: &TwitchSection,
    token: Secret,
) -> Result<(), HostError> {
    let server = twitch_server(section);
    let (scope, name) = TWITCH_TOKEN;
    Ok(vault.set(
        scope,
        name,
        token,
        &[format!("{}:{}", server.host, server.port)],
    )?)
}

/// Keeps the password of OBS, for that OBS alone.
pub(crate) fn keep_obs_password(
    vault: &Vault,
    section: &ObsSection,
    password: Secret,
) -> Result<(), HostError> {
    let (scope, name) = OBS_PASSWORD;
    Ok(vault.set(scope, name, password, &[authority(&section.url, 80, 443)])?)
}

fn twitch(section: &TwitchSection) -> TwitchConfiguration {
    let (scope, name) = TWITCH_TOKEN;
    TwitchConfiguration {
        login: section.login.as_ref().map(|user| TwitchLogin {
            user: user.clone(),
            scope: scope.to_owned(),
            secret: name.to_owned(),
        }),
        server: twitch_server(section),
        ..TwitchConfiguration::new(&section.channel)
    }
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

/// Host and port as the vault compares them.
fn authority(url: &Url, plain: u16, tls: u16) -> String {
    let usual = if url.scheme() == "wss" { tls } else { plain };
    format!(
        "{}:{}",
        url.host_str().unwrap_or_default(),
        url.port().unwrap_or(usual)
    )
}

impl Host {
    /// Begins a login at a service.
    pub(crate) async fn log_in(
        &self,
        service: Service,
        _role: Role,
        _handle: &str,
        _secrets: BTreeMap<String, Secret>,
    ) -> Result<Box<dyn Login>, HostError> {
        Err(ConnectorError::Unavailable(service.as_str().into()).into())
    }

    /// Builds a service's connector anew, of the configuration and the accounts that there are; without
    /// either, takes it down.
    pub(crate) async fn set_up(&self, service: Service) -> Result<(), HostError> {
        self.inner.router.remove(service.as_str()).await;
        Ok(())
    }

    /// What granted plugins need that the service does not let Pato do with this account yet.
    pub(crate) async fn missing_scopes(
        &self,
        _record: &AccountRecord,
    ) -> Result<Vec<String>, HostError> {
        Ok(Vec::new())
    }
}
