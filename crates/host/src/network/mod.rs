//! Phones and tablets on the same network: whether Pato is open to them, how they are paired, and which
//! are. Listening is the server's work; it tells here where it does.

mod pairing;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pato_packages::Digest;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use tokio::time::Instant;
use utoipa::ToSchema;

use pairing::Pairing;
pub use pairing::PairingError;

use crate::configuration::ConfigurationFile;
use crate::error::HostError;
use crate::host::Host;
use crate::random;

/// How many devices can be paired.
const MOST_DEVICES: usize = 32;

/// The longest name of a device, in characters.
const LONGEST_NAME: usize = 40;

/// How exactly the last use of a device is kept, in milliseconds.
const USE_STEP: f64 = 60_000.0;

/// How Pato stands to the network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NetworkView {
    /// Whether it is open to paired devices.
    pub open: bool,
    /// Where it can be reached from the network, such as `http://192.168.1.20:7286`.
    pub addresses: Vec<String>,
    /// Why it can't be reached although it is open.
    pub problem: Option<String>,
    /// The code that pairs a device, while one counts.
    pub code: Option<PairingCodeView>,
    /// The devices that are paired.
    pub devices: Vec<DeviceView>,
}

/// A code that pairs one device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PairingCodeView {
    /// Its 8 characters.
    pub code: String,
    /// For how many seconds it counts.
    pub seconds: u64,
}

/// A paired device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DeviceView {
    /// Its number.
    pub id: u32,
    /// What the user calls it.
    pub name: String,
    /// When it was paired, in milliseconds since the epoch.
    pub paired_at: f64,
    /// When it was last used, to the minute, in milliseconds since the epoch.
    pub used_at: f64,
}

/// Where the server listens for devices.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// The addresses.
    pub addresses: Vec<SocketAddr>,
    /// What is wrong, in words for the user.
    pub problem: Option<String>,
}

pub(crate) struct Network {
    wanted: watch::Sender<bool>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    reach: Reach,
    pairing: Pairing,
}

impl Network {
    pub(crate) fn new(open: bool) -> Self {
        Self {
            wanted: watch::Sender::new(open),
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host {
    /// How Pato stands to the network.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn network(&self) -> Result<NetworkView, HostError> {
        let devices = self.inner.database.devices().await?;
        let state = self.inner.network.state();
        let url = |address: &SocketAddr| format!("http://{address}");
        Ok(NetworkView {
            open: *self.inner.network.wanted.borrow(),
            addresses: state.reach.addresses.iter().map(url).collect(),
            problem: state.reach.problem.clone(),
            code: code_view(&state.pairing),
            devices,
        })
    }

    /// Opens Pato to paired devices on the network, or closes it, which ends what they have open. It is
    /// written into `config.toml`, and holds over restarts.
    ///
    /// # Errors
    ///
    /// If the file can't be written.
    pub async fn set_network_open(&self, open: bool) -> Result<(), HostError> {
        let _writing = self.inner.configuring.lock().await;
        let path = self.directory().configuration();
        let mut file = ConfigurationFile::open(&path)?;
        file.set_network_open(open)?;
        file.read()?;
        file.write()?;
        self.configure(|configuration| configuration.network.open = open);
        if !open {
            self.inner.network.state().pairing.cancel();
        }
        self.inner.network.wanted.send_replace(open);
        self.inner.pages_changed.send_replace(());
        Ok(())
    }

    /// Whether the server shall listen for devices.
    pub fn network_wanted(&self) -> watch::Receiver<bool> {
        self.inner.network.wanted.subscribe()
    }

    /// Tells where the server listens for devices now.
    pub fn set_network_reach(&self, reach: Reach) {
        self.inner.network.state().reach = reach;
        self.inner.pages_changed.send_replace(());
    }

    /// Makes a code that pairs one device within 2 minutes, in place of the one before.
    ///
    /// # Errors
    ///
    /// If Pato is not open to the network, or the system's randomness fails.
    pub fn begin_pairing(&self) -> Result<PairingCodeView, HostError> {
        if !*self.inner.network.wanted.borrow() {
            return Err(HostError::NetworkClosed);
        }
        let text = random::characters(pairing::LENGTH, pairing::ALPHABET)?;
        let mut state = self.inner.network.state();
        state.pairing.begin(text.clone(), Instant::now());
        drop(state);
        self.inner.pages_changed.send_replace(());
        Ok(PairingCodeView {
            code: text,
            seconds: pairing::LIFE.as_secs(),
        })
    }

    /// Pairs the device that shows the code, and returns what its cookie shall hold. Only a hash of it is
    /// kept.
    ///
    /// # Errors
    ///
    /// If the code is not the one that counts, too many devices are paired, or the database fails.
    pub async fn pair(&self, code: &str, name: &str) -> Result<String, HostError> {
        if self.inner.database.devices().await?.len() >= MOST_DEVICES {
            return Err(HostError::TooManyDevices { most: MOST_DEVICES });
        }
        let taken = self
            .inner
            .network
            .state()
            .pairing
            .take(code, Instant::now());
        self.inner.pages_changed.send_replace(());
        taken?;
        let secret = random::token()?;
        let shown: String = name.chars().filter(|c| !c.is_control()).collect();
        let name = shown.trim().chars().take(LONGEST_NAME).collect();
        let now = self.inner.clock.now();
        let database = &self.inner.database;
        database.add_device(name, hash(&secret), now).await?;
        self.inner.pages_changed.send_replace(());
        Ok(secret)
    }

    /// The device whose cookie holds `secret`, which uses it.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn device_of(&self, secret: &str) -> Result<Option<DeviceView>, HostError> {
        let Some(mut device) = self.inner.database.device_of(hash(secret)).await? else {
            return Ok(None);
        };
        let now = self.inner.clock.now();
        if now - device.used_at >= USE_STEP {
            device.used_at = now;
            self.inner.database.use_device(device.id, now).await?;
        }
        Ok(Some(device))
    }

    /// Whether a device is still paired.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn has_device(&self, id: u32) -> Result<bool, HostError> {
        let devices = self.inner.database.devices().await?;
        Ok(devices.iter().any(|device| device.id == id))
    }

    /// Ends what a device may do, and what it has open.
    ///
    /// # Errors
    ///
    /// If there is none of that number, or the database fails.
    pub async fn remove_device(&self, id: u32) -> Result<(), HostError> {
        if !self.inner.database.remove_device(id).await? {
            return Err(HostError::UnknownDevice { id });
        }
        self.inner.pages_changed.send_replace(());
        Ok(())
    }

    /// What the cookie of the dashboard holds: the same over restarts, so that a page that is open finds its
    /// way back. It opens nothing but by that cookie.
    pub fn page_secret(&self) -> watch::Receiver<Arc<str>> {
        self.inner.page_secret.subscribe()
    }

    /// Ends every browser's session: each has to be opened by the address with the token again. Paired
    /// devices stay.
    ///
    /// # Errors
    ///
    /// If the database or the system's randomness fails.
    pub async fn end_page_sessions(&self) -> Result<(), HostError> {
        let secret = random::token()?;
        self.inner.database.set_page_secret(&secret).await?;
        self.inner.page_secret.send_replace(secret.into());
        self.inner.pages_changed.send_replace(());
        Ok(())
    }
}

fn code_view(pairing: &Pairing) -> Option<PairingCodeView> {
    let (code, left) = pairing.current(Instant::now())?;
    Some(PairingCodeView {
        code: code.to_owned(),
        seconds: left.as_secs(),
    })
}

fn hash(secret: &str) -> Vec<u8> {
    Digest::of(secret.as_bytes()).as_bytes().to_vec()
}
