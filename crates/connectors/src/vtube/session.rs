//! One connection to VTube Studio, from its making to its end.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use pato_events::catalogue::{self, vtube::name_of};
use pato_events::{Draft, Payload, Topic};
use serde_json::Value;
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_util::sync::CancellationToken;

use super::follow::Kind;
use super::handshake::{Door, end_of_permission, understand};
use super::protocol::{Answer, Incoming, message};
use super::snapshot::{QUESTIONS, Question};
use super::subscriptions::{subscription, usual_config};
use super::{Link, VtubeConfiguration, lock};
use crate::connector::Environment;
use crate::pause::until;
use crate::reconnect::{End, Session};
use crate::requests::{Queue, Request};
use crate::status::StatusReporter;

/// How many requests may be under way. More wait in the queue.
const MOST_PENDING: usize = 256;

/// How long VTube Studio may be silent before the connection is given up, in silences after which it
/// is asked. Loading a large model takes it some seconds.
const SILENCES: u32 = 3;

/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

pub(super) struct VtubeSession<'a> {
    pub(super) configuration: &'a VtubeConfiguration,
    pub(super) environment: &'a Environment,
    pub(super) link: &'a Link,
    pub(super) queue: &'a mut Queue<Answer>,
}

impl Session for VtubeSession<'_> {
    async fn run(&mut self, status: &StatusReporter, shutdown: &CancellationToken) -> End {
        self.queue.clear();
        let handle = &self.configuration.account;
        let connecting = async {
            let mut door = Door::find(self.configuration).await?;
            door.authenticate(handle, self.environment).await?;
            Ok(door)
        };
        let door = tokio::select! {
            door = connecting => door,
            () = shutdown.cancelled() => return End::Off,
        };
        let door = match door {
            Ok(door) => door,
            Err(end) => return end,
        };
        let mut connection = Connection {
            configuration: self.configuration,
            environment: self.environment,
            link: self.link,
            status,
            door,
            pending: HashMap::new(),
            next_id: 0,
            last_message: Instant::now(),
            subscribed: BTreeSet::new(),
        };
        let end = connection.run(self.queue, shutdown).await;
        lock(&self.link.injector).disconnected();
        // Now, and not only when the next connection is tried.
        self.queue.clear();
        end
    }
}

struct Connection<'a> {
    configuration: &'a VtubeConfiguration,
    environment: &'a Environment,
    link: &'a Link,
    status: &'a StatusReporter,
    door: Door,
    /// The requests that VTube Studio has not answered, by their ids, and since when.
    pending: HashMap<u64, (Pending, Instant)>,
    next_id: u64,
    last_message: Instant,
    subscribed: BTreeSet<&'static str>,
}

/// What an answer is for.
enum Pending {
    Caller(oneshot::Sender<Answer>),
    State(&'static Question),
    Subscription(&'static str),
    /// The ticket of an injection.
    Injection(u64),
    Parameters,
    SignOfLife,
}

impl Connection<'_> {
    async fn run(&mut self, queue: &mut Queue<Answer>, shutdown: &CancellationToken) -> End {
        let mut wanted = self.link.wanted.subscribe();
        self.status.heard();
        if let Err(end) = self.begin(&mut wanted).await {
            return end;
        }
        let mut tick = interval(self.configuration.timing.silence / 10);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let due = lock(&self.link.injector).next_due(Instant::now());
            let outcome = tokio::select! {
                () = shutdown.cancelled() => {
                    self.say_goodbye().await;
                    return End::Off;
                }
                message = self.door.socket.next() => self.receive(message).await,
                () = until(due) => self.inject().await,
                // The next injection may be due earlier now.
                () = self.link.changed.notified() => self.send_followed().await,
                request = queue.next(), if self.pending.len() < MOST_PENDING => {
                    let Request { name, data, reply, .. } = request;
                    self.ask(&name, &data, Pending::Caller(reply)).await
                }
                Ok(()) = wanted.changed() => {
                    let wanted = wanted.borrow_and_update().clone();
                    self.subscribe(&wanted).await
                }
                _ = tick.tick() => self.look_after().await,
            };
            if let Err(end) = outcome {
                return end;
            }
        }
    }

    /// Subscribes before it asks how things stand, so that nothing happens in between.
    async fn begin(
        &mut self,
        wanted: &mut watch::Receiver<BTreeSet<&'static str>>,
    ) -> Result<(), End> {
        let events = wanted.borrow_and_update().clone();
        self.subscribe(&events).await?;
        for kind in Kind::ALL {
            if lock(&self.link.following).config(kind).is_some() {
                lock(&self.link.following).note(kind);
            }
        }
        self.send_followed().await?;
        self.ask("InputParameterList", &Payload::empty(), Pending::Parameters)
            .await?;
        for question in QUESTIONS {
            self.ask_value(question.request, &question.data(), Pending::State(question))
                .await?;
        }
        self.status.connected();
        Ok(())
    }

    async fn subscribe(&mut self, wanted: &BTreeSet<&'static str>) -> Result<(), End> {
        let before = std::mem::replace(&mut self.subscribed, wanted.clone());
        for event in wanted.symmetric_difference(&before).copied() {
            let config = wanted.contains(event).then(|| usual_config(event));
            let data = subscription(event, config);
            self.ask_value("EventSubscription", &data, Pending::Subscription(event))
                .await?;
        }
        Ok(())
    }

    /// Sends what plugins follow on art meshes, where it changed without a caller who waits for it.
    async fn send_followed(&mut self) -> Result<(), End> {
        let changed = lock(&self.link.following).take_changed();
        for kind in changed {
            let config = lock(&self.link.following).config(kind);
            let data = subscription(kind.event(), config);
            let pending = Pending::Subscription(kind.event());
            self.ask_value("EventSubscription", &data, pending).await?;
        }
        Ok(())
    }

    async fn inject(&mut self) -> Result<(), End> {
        let batch = lock(&self.link.injector).next_batch(Instant::now());
        match batch {
            Some(batch) => {
                let pending = Pending::Injection(batch.ticket);
                self.ask("InjectParameterData", &batch.data, pending).await
            }
            None => Ok(()),
        }
    }

    async fn ask_value(&mut self, name: &str, data: &Value, pending: Pending) -> Result<(), End> {
        let data = Payload::from_value(data);
        let data =
            data.map_err(|error| End::Retry(format!("a message cannot be written: {error}")))?;
        self.ask(name, &data, pending).await
    }

    async fn ask(&mut self, name: &str, data: &Payload, pending: Pending) -> Result<(), End> {
        let id = self.next_id;
        self.next_id += 1;
        self.pending.insert(id, (pending, Instant::now()));
        let text = message(id, name, data);
        let text =
            text.map_err(|error| End::Retry(format!("a message cannot be written: {error}")))?;
        let limit = self.configuration.timing.request;
        match timeout(limit, self.door.socket.send(Message::text(text))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(broken(&error)),
            Err(_) => Err(End::Retry(format!(
                "VTube Studio has taken no data for {} s",
                limit.as_secs_f32()
            ))),
        }
    }

    /// Forgets the requests that nobody waits for, and finds out whether VTube Studio is still alive.
    async fn look_after(&mut self) -> Result<(), End> {
        let limit = self.configuration.timing.request;
        self.pending.retain(|_, (pending, since)| match pending {
            Pending::Caller(reply) => !reply.is_closed(),
            _ => since.elapsed() < limit,
        });
        let silence = self.configuration.timing.silence;
        let silent = self.last_message.elapsed();
        if silent >= silence * SILENCES {
            return Err(End::Retry(format!(
                "VTube Studio has said nothing for {} s, also when asked",
                silent.as_secs()
            )));
        }
        let mut pending = self.pending.values();
        let asked = pending.any(|(pending, _)| matches!(pending, Pending::SignOfLife));
        if silent >= silence && !asked {
            self.ask("APIState", &Payload::empty(), Pending::SignOfLife)
                .await?;
        }
        Ok(())
    }

    async fn receive(&mut self, message: Option<Result<Message, Error>>) -> Result<(), End> {
        match message {
            Some(Ok(Message::Text(text))) => {
                self.last_message = Instant::now();
                self.status.heard();
                let incoming = understand(&text)?;
                match incoming.event() {
                    Some(event) => {
                        self.on_event(event, &incoming);
                        Ok(())
                    }
                    None => self.on_answer(&incoming),
                }
            }
            Some(Ok(Message::Close(frame))) => Err(End::Retry(match frame {
                Some(frame) if !frame.reason.is_empty() => {
                    format!(
                        "VTube Studio ended the connection: {}",
                        frame.reason.as_str()
                    )
                }
                _ => "VTube Studio ended the connection".into(),
            })),
            Some(Ok(_)) => {
                self.status.heard();
                Ok(())
            }
            Some(Err(error)) => Err(broken(&error)),
            None => Err(End::Retry(
                "VTube Studio ended the connection without a word".into(),
            )),
        }
    }

    fn on_event(&self, event: &str, incoming: &Incoming<'_>) {
        match incoming.payload() {
            Some(data) => self.publish(event, data, incoming.timestamp),
            None => tracing::warn!(
                event,
                "the data of an event of VTube Studio is not an object"
            ),
        }
    }

    fn on_answer(&mut self, incoming: &Incoming<'_>) -> Result<(), End> {
        let id = incoming.request_id.parse().ok();
        // None if it was given up in the meantime.
        let Some((pending, _)) = id.and_then(|id: u64| self.pending.remove(&id)) else {
            return Ok(());
        };
        let answer = incoming.answer();
        let refusal = answer.as_ref().err();
        let end =
            refusal.and_then(|refusal| end_of_permission(&self.configuration.account, refusal));
        match pending {
            // Fails only if the caller has gone.
            Pending::Caller(reply) => drop(reply.send(answer)),
            Pending::State(question) => {
                let event = answer.ok().and_then(|answer| question.event(&answer));
                if let Some((event, data)) = event {
                    self.publish(event, data, None);
                }
            }
            Pending::Subscription(event) => {
                if let Err(refusal) = answer {
                    // Such as an event that this version does not know.
                    tracing::debug!(event, ?refusal, "VTube Studio does not send an event");
                }
            }
            Pending::Injection(ticket) => {
                let now = Instant::now();
                lock(&self.link.injector).answered(ticket, answer.err(), now);
            }
            Pending::Parameters => {
                if let Ok(list) = answer {
                    lock(&self.link.ledger).read(&list);
                }
            }
            Pending::SignOfLife => {}
        }
        end.map_or(Ok(()), Err)
    }

    fn publish(&self, event: &str, data: Payload, time: Option<f64>) {
        let name = name_of(event);
        let Some(entry) = catalogue::topic(&name) else {
            tracing::debug!(event, "VTube Studio sends an event that nobody asked for");
            return;
        };
        let Ok(topic) = Topic::new(&name) else {
            return;
        };
        let origin = self.link.causes.of(event, &data);
        let mut draft = Draft::new(topic, self.configuration.id.as_str(), data);
        draft.account = Some(self.configuration.account.as_str().into());
        draft.stateful = entry.stateful;
        draft.cause = origin.cause;
        draft.flags.own = origin.own;
        draft.time = time;
        if let Err(error) = self.environment.bus.publish(draft) {
            tracing::warn!(%error, "an event of VTube Studio was not published");
        }
    }

    async fn say_goodbye(&mut self) {
        let frame = CloseFrame {
            code: CloseCode::Away,
            reason: "Pato is closing".into(),
        };
        // VTube Studio notices anyway.
        let _ = timeout(GOODBYE, self.door.socket.close(Some(frame))).await;
    }
}

fn broken(error: &Error) -> End {
    End::Retry(format!("the connection to VTube Studio broke: {error}"))
}
