//! VTube Studio, by its plugin API, version 1.0.
//!
//! Its events become topics and its requests actions, under the names that
//! [`pato_events::catalogue::vtube`] describes. To VTube Studio, Pato is one plugin that its user lets
//! in once ([`log_in`]). When a connection stands, the state that VTube Studio is in is published as if
//! it had just come about.
//!
//! Parameters of the model are shared between those who call: one sets a parameter, any number add to
//! it, and what comes of it is repeated until it is released or the caller is gone.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use pato_events::Payload;
use pato_events::catalogue::host::ConnectorStatus;
use pato_events::catalogue::vtube::{
    CREATE_PARAMETER, DELETE_PARAMETER, FOLLOW_OUTLINES, FOLLOW_POINTS, INJECT, RELEASE,
};
use tokio::sync::{Notify, Semaphore, watch};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::connector::{Call, Connector, ConnectorError, Environment};
use crate::reconnect::{BackOffConfiguration, Reconnect};
use crate::requests::Requests;
use crate::status::StatusReporter;

mod calls;
mod causes;
mod discovery;
mod follow;
mod handshake;
mod login;
mod parameters;
mod protocol;
mod session;
mod snapshot;
mod subscriptions;

pub use login::log_in;

use causes::Causes;
use follow::Following;
use parameters::injector::Injector;
use parameters::ledger::Ledger;
use protocol::Answer;
use session::VtubeSession;

/// How many questions may wait for the user of VTube Studio, who sees six at once.
const QUESTIONS: usize = 6;

/// Where VTube Studio is, as which account, and how long to wait for it.
#[derive(Debug, Clone)]
pub struct VtubeConfiguration {
    /// The connector's name. Several are possible, each with its own.
    pub id: String,
    /// The handle of the account whose token it uses.
    pub account: String,
    /// Where VTube Studio is.
    pub address: VtubeAddress,
    /// How long to wait.
    pub timing: VtubeTiming,
    /// How long to pause between tries to connect.
    pub back_off: BackOffConfiguration,
}

/// Where VTube Studio is.
#[derive(Debug, Clone)]
pub enum VtubeAddress {
    /// There. VTube Studio has no TLS: to another machine, its token travels in the clear.
    At(Url),
    /// Where it says it is, on this machine.
    Discovered {
        /// Where to listen for what it says.
        listen: SocketAddr,
        /// Where to try if nothing is heard.
        otherwise: SocketAddr,
    },
}

impl VtubeConfiguration {
    /// VTube Studio at that address, or wherever on this machine it says it is, as the connector
    /// `vtube` with the account `account`, and the usual times.
    pub fn new(account: impl Into<String>, address: Option<Url>) -> Self {
        let address = match address {
            Some(url) => VtubeAddress::At(url),
            None => VtubeAddress::Discovered {
                listen: discovery::BROADCAST,
                otherwise: SocketAddr::from((Ipv4Addr::LOCALHOST, 8_001)),
            },
        };
        Self {
            id: "vtube".into(),
            account: account.into(),
            address,
            timing: VtubeTiming::default(),
            // It is mostly on the same machine: asking often costs nothing, and is soon rewarded.
            back_off: BackOffConfiguration {
                longest: Duration::from_secs(15),
                ..BackOffConfiguration::default()
            },
        }
    }
}

/// How long to wait for VTube Studio.
#[derive(Debug, Clone, Copy)]
pub struct VtubeTiming {
    /// For it to say where it is, which it does every two seconds.
    pub discovery: Duration,
    /// For the connection, and for each step of the handshake.
    pub connect: Duration,
    /// For the answer to a request.
    pub request: Duration,
    /// For the answer to a request that VTube Studio asks its user about.
    pub user: Duration,
    /// For VTube Studio to say something by itself, before it is asked for a sign of life.
    pub silence: Duration,
}

impl Default for VtubeTiming {
    fn default() -> Self {
        Self {
            discovery: Duration::from_millis(2_500),
            connect: Duration::from_secs(10),
            request: Duration::from_secs(10),
            user: Duration::from_secs(10 * 60),
            silence: Duration::from_secs(10),
        }
    }
}

/// The connection to one VTube Studio.
pub struct VtubeConnector {
    configuration: VtubeConfiguration,
    environment: Environment,
    reconnect: Reconnect,
    link: Link,
    requests: Requests<Answer>,
}

/// What the session and those who call have in common.
struct Link {
    injector: Mutex<Injector>,
    ledger: Mutex<Ledger>,
    following: Mutex<Following>,
    /// Told when the injector or what is followed has something new to send.
    changed: Notify,
    /// The events to subscribe to.
    wanted: watch::Sender<BTreeSet<&'static str>>,
    causes: Causes,
    questions: Semaphore,
}

impl Default for Link {
    fn default() -> Self {
        Self {
            injector: Mutex::default(),
            ledger: Mutex::default(),
            following: Mutex::default(),
            changed: Notify::new(),
            wanted: watch::Sender::default(),
            causes: Causes::default(),
            questions: Semaphore::new(QUESTIONS),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl VtubeConnector {
    /// A connector that is off until it is [run](Connector::run).
    pub fn new(configuration: VtubeConfiguration, environment: Environment) -> Self {
        let status = StatusReporter::new(
            &configuration.id,
            environment.bus.clone(),
            Arc::clone(&environment.clock),
        );
        Self {
            reconnect: Reconnect::new(status, configuration.back_off, environment.seed),
            configuration,
            environment,
            link: Link::default(),
            requests: Requests::new("VTube Studio"),
        }
    }
}

#[async_trait]
impl Connector for VtubeConnector {
    fn id(&self) -> &str {
        &self.configuration.id
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["vtube.*"]
    }

    fn status(&self) -> watch::Receiver<ConnectorStatus> {
        self.reconnect.status().subscribe()
    }

    async fn run(&self, shutdown: CancellationToken) {
        let mut queue = self.requests.queue().await;
        let mut session = VtubeSession {
            configuration: &self.configuration,
            environment: &self.environment,
            link: &self.link,
            queue: &mut queue,
        };
        let (wanted, of) = (&self.link.wanted, subscriptions::wanted);
        tokio::select! {
            () = self.reconnect.run(&mut session, &shutdown) => {}
            () = self.environment.follow_interest(wanted, of) => {}
        }
    }

    fn retry_now(&self) {
        self.reconnect.retry_now();
    }

    async fn call(&self, call: Call<'_>) -> Result<Payload, ConnectorError> {
        if call.action == RELEASE {
            // Also without a connection, so that nothing is taken up again with the next one.
            return self.release(&call);
        }
        if let Some(outage) = self.reconnect.status().outage() {
            return Err(ConnectorError::Unavailable(outage));
        }
        match call.action {
            INJECT => self.inject(&call).await,
            CREATE_PARAMETER => self.create_parameter(&call).await,
            DELETE_PARAMETER => self.delete_parameter(&call).await,
            FOLLOW_POINTS => self.follow(&call, follow::Kind::Points).await,
            FOLLOW_OUTLINES => self.follow(&call, follow::Kind::Outlines).await,
            _ => self.pass_on(&call).await,
        }
    }

    fn caller_gone(&self, caller: &str) {
        let released = lock(&self.link.injector).release(caller, None);
        let followed = lock(&self.link.following).stop(caller);
        if followed || !released.is_empty() {
            self.link.changed.notify_one();
        }
    }
}
