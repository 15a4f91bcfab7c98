//! One connection to OBS, from its making to its end.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use pato_events::Payload;
use serde_json::value::RawValue;
use tokio::sync::oneshot;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};
use tokio_util::sync::CancellationToken;

use super::events::Events;
use super::handshake::{Socket, connect};
use super::protocol::{
    Answer, Data, Frame, Identify, NOT_READY, REIDENTIFY, REQUEST, RESPONSE, RequestMessage,
    end_of, message,
};
use super::snapshot::{QUESTIONS, Question};
use super::subscriptions::HighVolume;
use super::{Link, ObsConfiguration, Version};
use crate::connector::Environment;
use crate::pause::until;
use crate::reconnect::{End, Session};
use crate::requests::{Queue, Request};
use crate::status::StatusReporter;

/// How many requests may be under way. More wait in the queue.
const MOST_PENDING: usize = 256;

/// How long OBS may be silent before the connection is given up, in silences after which it is asked.
const SILENCES: u32 = 3;

/// How long a change of the scene collection may take, in waits of one request for its end.
const COLLECTIONS: u32 = 4;

/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

pub(super) struct ObsSession<'a> {
    pub(super) configuration: &'a ObsConfiguration,
    pub(super) environment: &'a Environment,
    pub(super) link: &'a Link,
    pub(super) queue: &'a mut Queue<Answer>,
}

impl Session for ObsSession<'_> {
    async fn run(&mut self, status: &StatusReporter, shutdown: &CancellationToken) -> End {
        self.queue.clear();
        let mut wanted = self.link.high_volume.subscribe();
        let subscribed = *wanted.borrow_and_update();
        let socket = tokio::select! {
            socket = connect(self.configuration, self.environment, subscribed) => socket,
            () = shutdown.cancelled() => return End::Off,
        };
        let socket = match socket {
            Ok(socket) => socket,
            Err(end) => return end,
        };
        let id = &self.configuration.id;
        let mut connection = Connection {
            configuration: self.configuration,
            events: Events::new(id, &self.environment.bus, &self.link.causes),
            link: self.link,
            status,
            socket,
            pending: HashMap::new(),
            next_id: 0,
            last_message: Instant::now(),
            changing_since: None,
            closing: false,
        };
        let end = connection.run(self.queue, &mut wanted, shutdown).await;
        connection.events.finish();
        self.link.version.send_replace(None);
        self.link.changing.send_replace(false);
        // Now, and not only when the next connection is tried.
        self.queue.clear();
        end
    }
}

struct Connection<'a> {
    configuration: &'a ObsConfiguration,
    events: Events<'a>,
    link: &'a Link,
    status: &'a StatusReporter,
    socket: Socket,
    /// The requests that OBS has not answered, by their ids.
    pending: HashMap<u64, Pending>,
    next_id: u64,
    /// When OBS itself, not only its machine, was heard last.
    last_message: Instant,
    /// Since when OBS has been changing its scene collection, if it is.
    changing_since: Option<Instant>,
    /// Whether OBS said that it is about to end.
    closing: bool,
}

/// What an answer is for.
enum Pending {
    Caller(oneshot::Sender<Answer>),
    Version,
    State(&'static Question),
    SignOfLife,
}

impl Connection<'_> {
    async fn run(
        &mut self,
        queue: &mut Queue<Answer>,
        wanted: &mut tokio::sync::watch::Receiver<HighVolume>,
        shutdown: &CancellationToken,
    ) -> End {
        if let Err(end) = self
            .ask("GetVersion", &Payload::empty(), Pending::Version)
            .await
        {
            return end;
        }
        let mut tick = interval(self.configuration.timing.silence / 10);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let outcome = tokio::select! {
                () = shutdown.cancelled() => {
                    self.say_goodbye().await;
                    return End::Off;
                }
                message = self.socket.next() => self.receive(message).await,
                request = queue.next(), if self.pending.len() < MOST_PENDING => {
                    let Request { name, data, reply, .. } = request;
                    self.ask(&name, &data, Pending::Caller(reply)).await
                }
                Ok(()) = wanted.changed() => {
                    let wanted = *wanted.borrow_and_update();
                    self.subscribe(wanted).await
                }
                () = until(self.events.due()) => {
                    self.events.publish_due();
                    Ok(())
                }
                _ = tick.tick() => self.look_after().await,
            };
            if let Err(end) = outcome {
                return end;
            }
        }
    }

    async fn ask(
        &mut self,
        request_type: &str,
        request_data: &Payload,
        pending: Pending,
    ) -> Result<(), End> {
        let id = self.next_id;
        self.next_id += 1;
        self.pending.insert(id, pending);
        let request = RequestMessage {
            request_type,
            request_id: id.to_string(),
            request_data,
        };
        self.send(message(REQUEST, request)).await
    }

    async fn subscribe(&mut self, wanted: HighVolume) -> Result<(), End> {
        let identify = Identify {
            rpc_version: None,
            authentication: None,
            event_subscriptions: wanted.subscription(),
        };
        self.send(message(REIDENTIFY, identify)).await
    }

    async fn send(&mut self, text: Result<String, serde_json::Error>) -> Result<(), End> {
        let text =
            text.map_err(|error| End::Retry(format!("a message cannot be written: {error}")))?;
        self.send_message(Message::text(text)).await
    }

    async fn send_message(&mut self, message: Message) -> Result<(), End> {
        let limit = self.configuration.timing.request;
        match timeout(limit, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(self.broken(&error)),
            Err(_) => Err(End::Retry(format!(
                "OBS has taken no data for {} s",
                limit.as_secs_f32()
            ))),
        }
    }

    /// Forgets the requests that nobody waits for, and finds out whether OBS is still alive.
    async fn look_after(&mut self) -> Result<(), End> {
        self.pending
            .retain(|_, pending| !matches!(pending, Pending::Caller(reply) if reply.is_closed()));
        let longest = self.configuration.timing.collection * COLLECTIONS;
        if self
            .changing_since
            .is_some_and(|since| since.elapsed() > longest)
        {
            tracing::warn!("OBS never said that its scene collection stands; requests go on");
            self.change_collection(false);
        }
        let connected = self.link.version.borrow().is_some();
        if !connected && self.pending.is_empty() {
            // It was not ready when asked before.
            self.ask("GetVersion", &Payload::empty(), Pending::Version)
                .await?;
        }
        let silence = self.configuration.timing.silence;
        let silent = self.last_message.elapsed();
        if silent >= silence * SILENCES {
            return Err(End::Retry(format!(
                "OBS has said nothing for {} s, also when asked",
                silent.as_secs()
            )));
        }
        let asked = self
            .pending
            .values()
            .any(|pending| matches!(pending, Pending::SignOfLife));
        if silent >= silence && !asked {
            self.send_message(Message::Ping(Bytes::new())).await?;
            self.ask("GetVersion", &Payload::empty(), Pending::SignOfLife)
                .await?;
        }
        Ok(())
    }

    async fn receive(&mut self, message: Option<Result<Message, Error>>) -> Result<(), End> {
        match message {
            Some(Ok(Message::Text(text))) => {
                self.last_message = Instant::now();
                self.status.heard();
                self.understand(&text).await
            }
            Some(Ok(Message::Close(frame))) => Err(self.closed(frame)),
            Some(Ok(_)) => {
                self.status.heard();
                Ok(())
            }
            Some(Err(error)) => Err(self.broken(&error)),
            None => Err(self.closed(None)),
        }
    }

    async fn understand(&mut self, text: &str) -> Result<(), End> {
        let garbage = |error: serde_json::Error| {
            End::Retry(format!(
                "OBS sent what is no message of obs-websocket: {error}"
            ))
        };
        let Some(frame) = Frame::read(text).map_err(garbage)? else {
            return Ok(());
        };
        match &frame.d.event_type {
            _ if frame.op == RESPONSE => self.on_response(frame.d).await,
            Some(event_type) => self.on_event(event_type, frame.d.event_data).await,
            None => Err(garbage(serde::de::Error::missing_field("eventType"))),
        }
    }

    async fn on_event(
        &mut self,
        event_type: &str,
        event_data: Option<&RawValue>,
    ) -> Result<(), End> {
        self.events.take(event_type, event_data);
        match event_type {
            "CurrentSceneCollectionChanging" => self.change_collection(true),
            "CurrentSceneCollectionChanged" => {
                self.change_collection(false);
                self.ask_for_state().await?;
            }
            "ExitStarted" => self.closing = true,
            _ => {}
        }
        Ok(())
    }

    fn change_collection(&mut self, changing: bool) {
        self.changing_since = changing.then(Instant::now);
        self.link.changing.send_replace(changing);
    }

    async fn on_response(&mut self, response: Data<'_>) -> Result<(), End> {
        let id = response
            .request_id
            .as_deref()
            .and_then(|id| id.parse().ok());
        // None if it was given up in the meantime.
        let Some(pending) = id.and_then(|id: u64| self.pending.remove(&id)) else {
            return Ok(());
        };
        let Some(answer) = response.answer() else {
            return Err(End::Retry("OBS sent a response without a status".into()));
        };
        match pending {
            Pending::Caller(reply) => {
                // Fails only if the caller has gone.
                let _ = reply.send(answer);
                Ok(())
            }
            Pending::Version => self.on_version(answer).await,
            Pending::State(question) => {
                let events = answer.map(|answer| question.events(&answer));
                for (event_type, data) in events.unwrap_or_default() {
                    self.events.state(event_type, data);
                }
                Ok(())
            }
            Pending::SignOfLife => Ok(()),
        }
    }

    async fn on_version(&mut self, answer: Answer) -> Result<(), End> {
        let answer = match answer {
            Ok(answer) => answer,
            Err(refusal) if refusal.code == NOT_READY => return Ok(()),
            Err(refusal) => {
                let error = refusal.into_error("GetVersion", None);
                return Err(End::Retry(error.to_string()));
            }
        };
        let version: Version = answer
            .read()
            .map_err(|error| End::Retry(format!("OBS does not tell its version: {error}")))?;
        self.link.version.send_replace(Some(Arc::new(version)));
        self.status.connected();
        self.ask_for_state().await
    }

    async fn ask_for_state(&mut self) -> Result<(), End> {
        for question in QUESTIONS {
            let pending = Pending::State(question);
            self.ask(question.request_type, &Payload::empty(), pending)
                .await?;
        }
        Ok(())
    }

    fn closed(&self, frame: Option<CloseFrame>) -> End {
        if self.closing {
            return End::Retry("OBS was closed".into());
        }
        match frame {
            Some(frame) => end_of(frame.code.into(), frame.reason.as_str()),
            None => End::Retry("OBS ended the connection without a word".into()),
        }
    }

    fn broken(&self, error: &Error) -> End {
        if self.closing {
            return End::Retry("OBS was closed".into());
        }
        End::Retry(format!("the connection to OBS broke: {error}"))
    }

    async fn say_goodbye(&mut self) {
        let frame = CloseFrame {
            code: CloseCode::Away,
            reason: "Pato is closing".into(),
        };
        // OBS notices anyway.
        let _ = timeout(GOODBYE, self.socket.close(Some(frame))).await;
    }
}
