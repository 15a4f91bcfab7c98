//! A channel that does not exist: people who write, follow, subscribe and raid, at a chosen rate.
//!
//! From the same seed come the same people, texts and pauses. Every event is flagged `simulated`.
//! Actions do what they would do elsewhere: what is written appears in the chat, what is deleted is
//! told as deleted, and who is timed out is silent until it is over.

mod cast;
mod overrides;
mod room;
mod scenario;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use pato_events::catalogue::chat::{ChatMessage, SendMessage};
use pato_events::catalogue::host::ConnectorStatus;
use pato_events::catalogue::moderation::{Ban, DeleteMessage, Timeout, Unban};
use pato_events::catalogue::{Action, TopicPayload};
use pato_events::{Draft, Event, Flags, Payload, PayloadError, Topic};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::connector::{Call, Connector, ConnectorError, Environment};
use crate::status::StatusReporter;

use room::Room;
pub use scenario::{Scenario, Scene};

/// The most events per second.
pub const MAX_RATE: f64 = 100_000.0;

/// What to simulate.
#[derive(Debug, Clone)]
pub struct SimulatorConfiguration {
    /// Where the people, texts and pauses begin.
    pub seed: u64,
    /// How many events per second on average; 0 means only what is fired by hand.
    pub rate: f64,
    /// The channel, and the name of its owner.
    pub channel: String,
}

impl Default for SimulatorConfiguration {
    /// Two events per second in the channel `pato`.
    fn default() -> Self {
        Self {
            seed: 1,
            rate: 2.0,
            channel: "pato".to_owned(),
        }
    }
}

/// The connector `simulator`.
pub struct Simulator {
    configuration: SimulatorConfiguration,
    environment: Environment,
    status: StatusReporter,
    room: Mutex<Room>,
}

impl Simulator {
    /// The connector's name.
    pub const ID: &'static str = "simulator";

    /// A channel in which nothing happens yet.
    ///
    /// # Errors
    ///
    /// If the rate is negative, no number, or above [`MAX_RATE`].
    pub fn new(
        configuration: SimulatorConfiguration,
        environment: Environment,
    ) -> Result<Self, ConnectorError> {
        let rate = configuration.rate;
        if !(0.0..=MAX_RATE).contains(&rate) {
            let text = format!("a rate of {rate} events per second: use 0 to {MAX_RATE}");
            return Err(ConnectorError::Invalid(text));
        }
        let (bus, clock) = (environment.bus.clone(), environment.clock.clone());
        Ok(Self {
            room: Mutex::new(Room::new(&configuration.channel)),
            status: StatusReporter::new(Self::ID, bus, clock),
            configuration,
            environment,
        })
    }

    /// How many events per second it invents on average.
    pub fn rate(&self) -> f64 {
        self.configuration.rate
    }

    /// Publishes one event of any topic in the catalogue: its example, with `overrides` merged in
    /// (RFC 7396: a null removes).
    ///
    /// # Errors
    ///
    /// If there is no such topic, it has no such field, or the result is not of the topic's shape.
    pub fn fire(
        &self,
        topic: &str,
        overrides: &serde_json::Value,
    ) -> Result<Arc<Event>, ConnectorError> {
        let (topic, stateful, mut data) = overrides::apply(topic, overrides)?;
        if topic.as_str() == ChatMessage::TOPIC {
            let failed = |error: PayloadError| ConnectorError::Failed(error.to_string());
            let given = overrides.get("message_id").is_some();
            let message = self.room().hear(data.read().map_err(failed)?, given);
            data = Payload::from_value(&message).map_err(failed)?;
        }
        self.publish(topic, data, stateful, None, false)
    }

    /// Plays one scene; what a silenced person would have written is left out.
    fn play(&self, scene: Scene) {
        if let Some(message) = &scene.message
            && !self.room().admit(message, Instant::now())
        {
            return;
        }
        // Refused only as part of a loop, and nothing led to a scene.
        if let Err(error) = self.publish(scene.topic, scene.data, false, None, false) {
            tracing::warn!(%error, "a simulated event was not published");
        }
    }

    fn tell<T: TopicPayload>(
        &self,
        payload: &T,
        cause: Option<&Event>,
        own: bool,
    ) -> Result<(), ConnectorError> {
        let failed = |error: &dyn std::fmt::Display| ConnectorError::Failed(error.to_string());
        let topic = Topic::new(T::TOPIC).map_err(|error| failed(&error))?;
        let data = Payload::from_value(payload).map_err(|error| failed(&error))?;
        self.publish(topic, data, T::STATEFUL, cause, own).map(drop)
    }

    fn publish(
        &self,
        topic: Topic,
        data: Payload,
        stateful: bool,
        cause: Option<&Event>,
        own: bool,
    ) -> Result<Arc<Event>, ConnectorError> {
        let mut draft = Draft::new(topic, Self::ID, data);
        draft.stateful = stateful;
        draft.flags = Flags {
            simulated: true,
            own,
            ..Flags::default()
        };
        if let Some(event) = cause {
            draft = draft.caused_by(event);
        }
        self.status.heard();
        let published = self.environment.bus.publish(draft);
        published.map_err(|error| ConnectorError::Failed(error.to_string()))
    }

    fn room(&self) -> MutexGuard<'_, Room> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does the action, and answers with its answer.
    fn act(
        &self,
        action: &str,
        parameters: &Payload,
        cause: Option<&Event>,
    ) -> Result<Payload, ConnectorError> {
        let now = Instant::now();
        match action {
            SendMessage::NAME => {
                let (message, answer) = self.room().write(read::<SendMessage>(parameters)?)?;
                self.tell::<ChatMessage>(&message, cause, true)?;
                answered::<SendMessage>(&answer)
            }
            DeleteMessage::NAME => {
                let deleted = self.room().delete(&read::<DeleteMessage>(parameters)?)?;
                self.tell(&deleted, cause, true)?;
                done()
            }
            Timeout::NAME => {
                let wanted = read::<Timeout>(parameters)?;
                let span = Duration::from_secs(wanted.seconds.into());
                let cleared = self.room().silence(&wanted.login, Some(span), now)?;
                self.tell(&cleared, cause, true)?;
                done()
            }
            Ban::NAME => {
                let wanted = read::<Ban>(parameters)?;
                let cleared = self.room().silence(&wanted.login, None, now)?;
                self.tell(&cleared, cause, true)?;
                done()
            }
            Unban::NAME => {
                self.room().admit_again(&read::<Unban>(parameters)?.login)?;
                done()
            }
            _ => {
                let served = self.actions();
                Err(ConnectorError::unknown_action(Self::ID, action, &served))
            }
        }
    }
}

fn read<A: Action>(parameters: &Payload) -> Result<A::Parameters, ConnectorError> {
    let read = parameters.read();
    read.map_err(|error| ConnectorError::Invalid(error.to_string()))
}

fn answered<A: Action>(answer: &A::Answer) -> Result<Payload, ConnectorError> {
    Payload::from_value(answer).map_err(|error| ConnectorError::Failed(error.to_string()))
}

fn done() -> Result<Payload, ConnectorError> {
    Ok(Payload::empty())
}

#[async_trait]
impl Connector for Simulator {
    fn id(&self) -> &str {
        Self::ID
    }

    fn actions(&self) -> Vec<&'static str> {
        vec![
            SendMessage::NAME,
            DeleteMessage::NAME,
            Timeout::NAME,
            Ban::NAME,
            Unban::NAME,
        ]
    }

    fn status(&self) -> watch::Receiver<ConnectorStatus> {
        self.status.subscribe()
    }

    async fn run(&self, shutdown: CancellationToken) {
        self.status.connected();
        let configuration = &self.configuration;
        let mut next = Instant::now();
        if configuration.rate > 0.0 {
            let scenario = Scenario::new(configuration);
            for scene in scenario {
                next += scene.pause;
                tokio::select! {
                    biased;
                    () = shutdown.cancelled() => break,
                    () = tokio::time::sleep_until(next) => self.play(scene),
                }
            }
        }
        shutdown.cancelled().await;
        self.status.off();
    }

    /// The simulator is never away.
    fn retry_now(&self) {}

    async fn call(&self, call: Call<'_>) -> Result<Payload, ConnectorError> {
        let Call {
            action,
            parameters,
            cause,
            ..
        } = call;
        self.act(action, parameters, cause)
    }
}

/// One invented event of any topic in the catalogue, ready to be published: its example, with
/// `overrides` merged in (RFC 7396: a null removes).
///
/// # Errors
///
/// If there is no such topic, it has no such field, or the result is not of the topic's shape.
pub fn draft(topic: &str, overrides: &serde_json::Value) -> Result<Draft, ConnectorError> {
    let (topic, stateful, data) = overrides::apply(topic, overrides)?;
    let mut draft = Draft::new(topic, Simulator::ID, data);
    draft.stateful = stateful;
    draft.flags.simulated = true;
    Ok(draft)
}
