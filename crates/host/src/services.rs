//! Setting services up while the host runs.

use std::sync::{Arc, PoisonError};

use pato_vault::Secret;
use serde_json::{Map, Value};

use crate::accounts::Service;
use crate::configuration::{Configuration, ConfigurationFile, ObsSection, ServicesView};
use crate::connectors::{has_obs_password, keep_obs_password, obs};
use crate::error::HostError;
use crate::host::Host;

impl Host {
    /// How services are set up.
    pub fn services(&self) -> ServicesView {
        let vault = &self.inner.vault;
        self.configuration()
            .services(|name| has_obs_password(vault, name))
    }

    /// Sets up a service anew: writes what changes into `config.toml`, and builds its connector again.
    /// `null` takes a key away.
    ///
    /// # Errors
    ///
    /// If there is no such section or key, a value makes no sense, or the file can't be written. Nothing
    /// is changed then.
    pub async fn set_up_service(
        &self,
        service: Service,
        values: &Map<String, Value>,
    ) -> Result<(), HostError> {
        let _writing = self.inner.configuring.lock().await;
        let path = self.directory().configuration();
        let mut file = ConfigurationFile::open(&path)?;
        file.set(service.as_str(), values)?;
        let read = file.read()?;
        file.write()?;
        self.configure(|configuration| match service {
            Service::Twitch => configuration.twitch = read.twitch,
            Service::Discord => configuration.discord = read.discord,
            Service::Kick => configuration.kick = read.kick,
            Service::Vtube => configuration.vtube = read.vtube,
        });
        self.set_up(service).await?;
        self.inner.pages_changed.send_replace(());
        Ok(())
    }

    /// Sets up an OBS Studio, or sets it up anew. Its password is kept in memory, for it alone; none
    /// leaves the one that Pato has.
    ///
    /// # Errors
    ///
    /// If the name or the address make no sense, or the file can't be written.
    pub async fn set_up_obs(
        &self,
        section: ObsSection,
        password: Option<Secret>,
    ) -> Result<(), HostError> {
        let _writing = self.inner.configuring.lock().await;
        let path = self.directory().configuration();
        let mut file = ConfigurationFile::open(&path)?;
        file.set_obs(&section.name, Some(section.url.as_str()))?;
        file.read()?;
        if let Some(password) = password {
            keep_obs_password(&self.inner.vault, &section, password)?;
        }
        file.write()?;
        self.replace_obs(&section.name, Some(&section)).await;
        Ok(())
    }

    /// Takes an OBS Studio away, and forgets its password.
    ///
    /// # Errors
    ///
    /// If the file can't be written.
    pub async fn remove_obs(&self, name: &str) -> Result<(), HostError> {
        let _writing = self.inner.configuring.lock().await;
        let path = self.directory().configuration();
        let mut file = ConfigurationFile::open(&path)?;
        file.set_obs(name, None)?;
        file.read()?;
        file.write()?;
        self.replace_obs(name, None).await;
        self.inner.vault.remove_scope(name);
        Ok(())
    }

    async fn replace_obs(&self, name: &str, section: Option<&ObsSection>) {
        self.configure(|configuration| {
            configuration.obs.retain(|known| known.name != name);
            configuration.obs.extend(section.cloned());
        });
        // Only what the configuration called an OBS is one; its name is no other connector's.
        self.inner.router.remove(name).await;
        if let Some(section) = section {
            self.add_connector(obs(section, &self.inner.environment));
        }
        self.inner.pages_changed.send_replace(());
    }

    pub(crate) fn configure(&self, change: impl FnOnce(&mut Configuration)) {
        let place = self.inner.configuration.write();
        let mut place = place.unwrap_or_else(PoisonError::into_inner);
        let mut changed = Configuration::clone(&place);
        change(&mut changed);
        *place = Arc::new(changed);
    }
}
