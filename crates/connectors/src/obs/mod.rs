//! OBS Studio, by obs-websocket 5, from OBS 28 on.
//!
//! OBS's events become topics and its requests actions, under the names that
//! [`pato_events::catalogue::obs`] describes. When a connection stands, and again after OBS has
//! changed its scene collection, the state that OBS is in is published as if it had just come about.
//!
//! Events that come many times a second (levels, positions, what is in sight) are asked for only while a
//! subscriber names them without a star, and told at most 20 times a second for each input or item; the
//! last one always is.
//!
//! While OBS changes its scene collection, requests wait; what OBS is not ready for (status 207) is tried
//! again for some seconds. Batches (op 8) are not offered: every request in one would need its own grant
//! and its own check, and then gains nothing over requests one by one, for which OBS answers each.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use pato_events::Payload;
use pato_events::catalogue::host::ConnectorStatus;
use pato_events::catalogue::{
    self,
    obs::{RAW_REQUEST, protocol_name, since},
};
use tokio::sync::{Mutex, watch};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::connector::{Call, Connector, ConnectorError, Environment};
use crate::reconnect::{BackOff, BackOffConfiguration, Reconnect};
use crate::requests::Requests;
use crate::status::StatusReporter;

mod browser;
mod causes;
mod events;
mod handshake;
mod protocol;
mod session;
mod snapshot;
mod subscriptions;
#[cfg(test)]
mod tests;
mod throttle;

use causes::Causes;
#[doc(hidden)]
pub use events::publish_frames;
use protocol::{Answer, NOT_READY};
use session::ObsSession;
use subscriptions::HighVolume;

/// The largest request, in bytes. OBS takes twice as much; nothing useful comes near.
const MAX_REQUEST_BYTES: usize = 16 * 1024 * 1024;

/// How often a request is tried that OBS is not ready for.
const READY_TRIES: usize = 5;

/// Where OBS is, and how long to wait for it.
#[derive(Debug, Clone)]
pub struct ObsConfiguration {
    /// The connector's name. Several are possible, each with its own.
    pub id: String,
    /// The address of OBS's WebSocket server.
    pub url: Url,
    /// The secret that is its password, in the scope of the connector's name; none if OBS asks for no
    /// password.
    pub password: Option<String>,
    /// How long to wait.
    pub timing: ObsTiming,
    /// How long to pause between tries to connect.
    pub back_off: BackOffConfiguration,
}

impl ObsConfiguration {
    /// OBS at that address, as the connector `obs`, with the usual times.
    pub fn new(url: Url, password: Option<String>) -> Self {
        Self {
            id: "obs".into(),
            url,
            password,
            timing: ObsTiming::default(),
            // OBS is mostly on the same machine: asking often costs nothing, and is soon rewarded.
            back_off: BackOffConfiguration {
                longest: Duration::from_secs(15),
                ..BackOffConfiguration::default()
            },
        }
    }
}

/// How long to wait for OBS.
#[derive(Debug, Clone, Copy)]
pub struct ObsTiming {
    /// For the connection, and for each step of the handshake.
    pub connect: Duration,
    /// For the answer to a request.
    pub request: Duration,
    /// For OBS to say something by itself, before it is asked for a sign of life.
    pub silence: Duration,
    /// For the end of a change of the scene collection, during which requests wait.
    pub collection: Duration,
}

impl Default for ObsTiming {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            request: Duration::from_secs(10),
            silence: Duration::from_secs(10),
            collection: Duration::from_secs(15),
        }
    }
}

/// The connection to one OBS.
pub struct ObsConnector {
    configuration: ObsConfiguration,
    environment: Environment,
    reconnect: Reconnect,
    link: Link,
    requests: Requests<Answer>,
    /// Held by whatever changes, or relies on, the names of inputs.
    names: Mutex<()>,
}

/// What the session tells to, and takes from, those who call.
struct Link {
    /// What OBS said of itself when the connection was made.
    version: watch::Sender<Option<Arc<Version>>>,
    /// Whether OBS is changing its scene collection.
    changing: watch::Sender<bool>,
    high_volume: watch::Sender<HighVolume>,
    causes: Causes,
}

/// What OBS says of itself.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    obs_version: String,
    obs_web_socket_version: String,
    available_requests: Vec<String>,
}

impl ObsConnector {
    /// A connector that is off until it is [run](Connector::run).
    pub fn new(configuration: ObsConfiguration, environment: Environment) -> Self {
        let status = StatusReporter::new(
            &configuration.id,
            environment.bus.clone(),
            Arc::clone(&environment.clock),
        );
        Self {
            reconnect: Reconnect::new(status, configuration.back_off, environment.seed),
            configuration,
            environment,
            link: Link {
                version: watch::Sender::default(),
                changing: watch::Sender::default(),
                high_volume: watch::Sender::default(),
                causes: Causes::default(),
            },
            requests: Requests::new("OBS"),
            names: Mutex::new(()),
        }
    }

    /// Fails early for what this OBS cannot do, with a better text than its own.
    fn check_known(&self, request_type: &str) -> Result<(), ConnectorError> {
        let version = self.link.version.borrow();
        let Some(version) = version.as_deref() else {
            return Ok(());
        };
        if version
            .available_requests
            .iter()
            .any(|known| known == request_type)
        {
            return Ok(());
        }
        Err(unknown_request(request_type, Some(version)))
    }

    async fn collection_stands(&self) -> Result<(), ConnectorError> {
        let mut changing = self.link.changing.subscribe();
        let stands = changing.wait_for(|changing| !changing);
        match timeout(self.configuration.timing.collection, stands).await {
            Ok(_) => Ok(()),
            Err(_) => Err(ConnectorError::Unavailable(
                "OBS is still changing its scene collection; try again when it has".into(),
            )),
        }
    }

    /// Asks again, for a short while, if OBS is not ready.
    async fn ask_until_ready(
        &self,
        request_type: &str,
        data: &Payload,
    ) -> Result<Answer, ConnectorError> {
        let pauses = BackOffConfiguration {
            first: Duration::from_millis(200),
            longest: Duration::from_secs(2),
            stable_after: Duration::MAX,
        };
        let mut back_off = BackOff::new(pauses, self.environment.seed);
        let limit = self.configuration.timing.request;
        let mut tries = 0;
        loop {
            tries += 1;
            // A change of the scene collection may have begun meanwhile; it says 207 too.
            self.collection_stands().await?;
            let asking = self.requests.ask(request_type.to_owned(), data, limit);
            let answer = asking.await?;
            let not_ready = matches!(&answer, Err(refusal) if refusal.code == NOT_READY);
            if !not_ready || tries == READY_TRIES {
                return Ok(answer);
            }
            sleep(back_off.next_pause(Duration::ZERO)).await;
        }
    }
}

#[async_trait]
impl Connector for ObsConnector {
    fn id(&self) -> &str {
        &self.configuration.id
    }

    fn actions(&self) -> Vec<&'static str> {
        vec!["obs.*"]
    }

    fn status(&self) -> watch::Receiver<ConnectorStatus> {
        self.reconnect.status().subscribe()
    }

    async fn run(&self, shutdown: CancellationToken) {
        let mut queue = self.requests.queue().await;
        let mut session = ObsSession {
            configuration: &self.configuration,
            environment: &self.environment,
            link: &self.link,
            queue: &mut queue,
        };
        let high_volume = &self.link.high_volume;
        let named = |patterns: &_| HighVolume::named_in(patterns);
        tokio::select! {
            () = self.reconnect.run(&mut session, &shutdown) => {}
            () = self.environment.follow_interest(high_volume, named) => {}
        }
    }

    fn retry_now(&self) {
        self.reconnect.retry_now();
    }

    async fn call(&self, call: Call<'_>) -> Result<Payload, ConnectorError> {
        let Call {
            action,
            parameters,
            cause,
            ..
        } = call;
        let (request_type, data) = translate(action, parameters)?;
        if let Some(outage) = self.reconnect.status().outage() {
            return Err(ConnectorError::Unavailable(outage));
        }
        self.check_known(&request_type)?;
        let _names = self.hold_names(&request_type).await?;
        let data = self.without_detour(action, data).await?;
        if let Some(cause) = cause {
            self.link.causes.remember(&request_type, &data, cause);
        }
        let answer = self.ask_until_ready(&request_type, &data).await?;
        answer.map_err(|refusal| {
            let version = self.link.version.borrow();
            refusal.into_error(&request_type, version.as_deref())
        })
    }
}

/// The request behind an action, with its data: the parameters without the name of the connector.
fn translate(action: &str, parameters: &Payload) -> Result<(String, Payload), ConnectorError> {
    let invalid =
        |error: &dyn std::fmt::Display| ConnectorError::Invalid(format!("`{action}`: {error}"));
    let mut data: serde_json::Map<String, serde_json::Value> =
        parameters.read().map_err(|error| invalid(&error))?;
    data.remove("connector");
    let (request_type, data) = if catalogue::action(action).is_none() {
        // Grants are by the names of the catalogue: another spelling must not lead to the same request.
        return Err(ConnectorError::NotFound(format!(
            "there is no action `{action}`: what the catalogue lacks can be asked of OBS by \
             `{RAW_REQUEST}`"
        )));
    } else if action == RAW_REQUEST {
        let Some(serde_json::Value::String(request_type)) = data.remove("requestType") else {
            return Err(invalid(&"`requestType` is missing, or is not text"));
        };
        let data = match data.remove("requestData") {
            None | Some(serde_json::Value::Null) => serde_json::Map::new(),
            Some(serde_json::Value::Object(data)) => data,
            Some(_) => return Err(invalid(&"`requestData` is not an object")),
        };
        (request_type, data)
    } else if let Some(request_type) = browser::request_of(action, &mut data) {
        (request_type.to_owned(), data)
    } else {
        let request_type = protocol_name(action)
            .filter(|name| !name.is_empty())
            .ok_or_else(|| {
                ConnectorError::NotFound(format!(
                    "OBS has no action `{action}`: its actions begin with `obs.`"
                ))
            })?;
        (request_type, data)
    };
    let data = Payload::from_value(&data).map_err(|error| invalid(&error))?;
    if data.as_str().len() > MAX_REQUEST_BYTES {
        return Err(invalid(&format_args!(
            "{} bytes are more than the {MAX_REQUEST_BYTES} that OBS is sent at once",
            data.as_str().len()
        )));
    }
    Ok((request_type, data))
}

fn unknown_request(request_type: &str, version: Option<&Version>) -> ConnectorError {
    let this = version.map_or_else(String::new, |version| {
        format!(
            " (version {}, obs-websocket {})",
            version.obs_version, version.obs_web_socket_version
        )
    });
    let remedy = match since(request_type) {
        Some(since) => format!("; it came with obs-websocket {since}: update OBS"),
        None => String::new(),
    };
    ConnectorError::NotFound(format!(
        "this OBS{this} does not know {request_type}{remedy}"
    ))
}
