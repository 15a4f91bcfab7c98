//! From the configuration to the connectors that need no account, and the secrets that belong to them.

use std::sync::Arc;

use pato_connectors::obs::{ObsConfiguration, ObsConnector};
use pato_connectors::simulator::{Simulator, SimulatorConfiguration};
use pato_connectors::{Connector, Environment};
use pato_vault::{Destination, Secret, Vault};
use url::Url;

use crate::configuration::{Configuration, ObsSection};
use crate::error::HostError;

/// What the password of an OBS is called in the vault, in the scope of its connector's name.
const OBS_PASSWORD: &str = "password";

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
        let sections = configuration.obs.iter();
        all.extend(sections.map(|section| obs(section, environment)));
        Ok(Self { all, simulator })
    }
}

/// The connector of an OBS, with the password that the vault has for it.
pub(crate) fn obs(section: &ObsSection, environment: &Environment) -> Arc<dyn Connector> {
    let has_password = has_obs_password(&environment.vault, &section.name);
    let password = has_password.then(|| OBS_PASSWORD.to_owned());
    let configuration = ObsConfiguration {
        id: section.name.clone(),
        ..ObsConfiguration::new(section.url.clone(), password)
    };
    Arc::new(ObsConnector::new(configuration, environment.clone()))
}

/// Whether the vault has the password of the OBS of that name.
pub(crate) fn has_obs_password(vault: &Vault, name: &str) -> bool {
    vault.contains(name, OBS_PASSWORD)
}

/// Keeps the password of OBS, for that OBS alone.
pub(crate) fn keep_obs_password(
    vault: &Vault,
    section: &ObsSection,
    password: Secret,
) -> Result<(), HostError> {
    let host = authority(&section.url);
    Ok(vault.set(&section.name, OBS_PASSWORD, password, &[host])?)
}

/// Host and port as the vault compares them.
fn authority(url: &Url) -> String {
    Destination::of(url).map_or_else(String::new, |destination| destination.to_string())
}
