//! The conversation on one connection, which Twitch may move to another socket.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use pato_bus::Interest;
use pato_events::Pattern;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::frame::{Content, Frame, Subscription, Welcome};
use super::hearing::Hearing;
use super::reconcile::{Found, Questions, look};
use super::socket::{Greeted, Socket, broken, connect, end_of};
use super::subscriptions::{Changed, Subscriptions, make};
use crate::pause::until;
use crate::reconnect::{BackOff, BackOffConfiguration, End};
use crate::status::StatusReporter;
use crate::twitch::acting::Acting;

/// How long Twitch gives for the move to another socket, less some time to be there in.
const MOVE: Duration = Duration::from_secs(28);

/// How long the old socket is still listened to after the move.
const FAREWELL: Duration = Duration::from_secs(10);

/// How long saying goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

const REDEMPTIONS: &str = "channel.channel_points_custom_reward_redemption.add";

pub(super) struct Connection<'h, 'a> {
    acting: &'a Acting,
    hearing: &'h mut Hearing<'a>,
    /// None if it ended while the next one is being made.
    socket: Option<Socket>,
    /// The one before, from which something may still come, and until when it is listened to.
    retiring: Option<(Socket, Instant)>,
    /// How long Twitch may be silent.
    silence: Duration,
    last_heard: Instant,
    interest: Interest,
    wanted: BTreeSet<Pattern>,
    subscriptions: Subscriptions,
    /// Whether chat is heard, as far as Twitch lets it be.
    complete: bool,
    changing: Option<BoxFuture<'a, Vec<Changed>>>,
    moving: Option<BoxFuture<'a, Result<Greeted, End>>>,
    looking: Option<BoxFuture<'a, Found>>,
    /// What was asked for on this connection.
    asked: Questions,
    /// When changes that failed are tried again.
    again: Option<Instant>,
    back_off: BackOff,
    main: watch::Receiver<Option<String>>,
    bot: Option<watch::Receiver<Option<String>>>,
}

impl<'h, 'a> Connection<'h, 'a> {
    pub(super) fn new(acting: &'a Acting, hearing: &'h mut Hearing<'a>, greeted: Greeted) -> Self {
        let refused = |seat: &crate::twitch::acting::Seat| seat.helix.tokens().refused();
        let pauses = BackOffConfiguration {
            first: Duration::from_secs(2),
            ..BackOffConfiguration::default()
        };
        Self {
            acting,
            hearing,
            socket: Some(greeted.socket),
            retiring: None,
            silence: silence(&greeted.welcome),
            last_heard: Instant::now(),
            interest: acting.environment.bus.interest(),
            wanted: BTreeSet::new(),
            subscriptions: Subscriptions::new(greeted.welcome.session_id),
            complete: false,
            changing: None,
            moving: None,
            looking: None,
            asked: Questions::default(),
            again: None,
            back_off: BackOff::new(pauses, acting.environment.seed),
            main: refused(acting.main()),
            bot: acting.seats().nth(1).map(refused),
        }
    }

    pub(super) async fn run(
        &mut self,
        status: &StatusReporter,
        shutdown: &CancellationToken,
    ) -> End {
        let end = tokio::select! {
            ended = self.converse(status) => match ended {
                Ok(never) => match never {},
                Err(end) => end,
            },
            () = shutdown.cancelled() => End::Off,
        };
        self.say_goodbye().await;
        end
    }

    async fn converse(&mut self, status: &StatusReporter) -> Result<Infallible, End> {
        loop {
            let alarm = self.last_heard + self.silence;
            tokio::select! {
                message = next(&mut self.socket) => {
                    self.receive(status, message)?;
                    continue;
                }
                message = next_retiring(&mut self.retiring) => {
                    self.receive_late(status, message);
                    continue;
                }
                greeted = finished(&mut self.moving) => self.moved(greeted)?,
                changed = finished(&mut self.changing) => self.changed(status, changed),
                found = finished(&mut self.looking) => self.hearing.found(found),
                wanted = self.interest.changed() => {
                    self.wanted = wanted;
                    self.again = None;
                    self.tell(status);
                }
                () = until(self.again) => self.again = None,
                () = sleep_until(alarm) => {
                    let seconds = self.silence.as_secs_f32();
                    let cause = format!("Twitch was silent for {seconds} s");
                    return Err(End::Retry(cause));
                }
                reason = refusal(&mut self.main) => return Err(End::NeedsUser(reason)),
                () = changed(&mut self.bot) => self.tell(status),
            }
            self.change();
            self.look();
        }
    }

    /// Begins to change the subscriptions, if they are not as wanted.
    fn change(&mut self) {
        if self.changing.is_some() || self.again.is_some() {
            return;
        }
        let changes = self.subscriptions.changes(&self.wanted, self.acting);
        if !changes.is_empty() || !self.complete {
            let session_id = self.subscriptions.session_id.clone();
            self.changing = Some(Box::pin(make(self.acting, session_id, changes)));
        }
    }

    fn changed(&mut self, status: &StatusReporter, changed: Vec<Changed>) {
        let again = self.subscriptions.changed(changed);
        let active = self.subscriptions.active();
        self.hearing.translator.active = active.map(|kind| kind.name).collect();
        match again {
            Some(cause) => {
                let pause = self.back_off.next_pause(Duration::ZERO);
                tracing::info!(cause, ?pause, "Twitch did not change a subscription");
                self.again = Some(Instant::now() + pause);
            }
            None => {
                self.back_off.reset();
                self.complete = true;
            }
        }
        self.complete |= self.subscriptions.is_active("channel.chat.message");
        self.tell(status);
    }

    fn tell(&self, status: &StatusReporter) {
        if !self.complete {
            return;
        }
        let limits = self.subscriptions.limits(&self.wanted, self.acting);
        let bot = self.bot.as_ref().and_then(|bot| bot.borrow().clone());
        let limits: Vec<_> = limits.into_iter().chain(bot).collect();
        match limits.is_empty() {
            true => status.connected(),
            false => status.connected_with(Some(&limits.join("; "))),
        }
    }

    /// Begins to ask for what the subscriptions that stand do not tell of again.
    fn look(&mut self) {
        if self.looking.is_some() || !self.complete {
            return;
        }
        let stands = |name| self.subscriptions.is_active(name);
        let questions = Questions {
            stream: stands("stream.online") && !self.asked.stream,
            poll: stands("channel.poll.begin") && !self.asked.poll,
            prediction: stands("channel.prediction.begin") && !self.asked.prediction,
            redemptions: stands(REDEMPTIONS) && !self.asked.redemptions,
            since: None,
        };
        if questions == Questions::default() {
            return;
        }
        self.asked.stream |= questions.stream;
        self.asked.poll |= questions.poll;
        self.asked.prediction |= questions.prediction;
        self.asked.redemptions |= questions.redemptions;
        let since = self.hearing.complete_until;
        let questions = Questions { since, ..questions };
        self.looking = Some(Box::pin(look(self.acting, questions)));
    }

    fn receive(
        &mut self,
        status: &StatusReporter,
        message: Option<Result<Message, Error>>,
    ) -> Result<(), End> {
        let end = match message {
            Some(Ok(Message::Text(text))) => {
                self.last_heard = Instant::now();
                status.heard();
                return self.understand(status, &text);
            }
            Some(Ok(Message::Close(frame))) => end_of(frame),
            Some(Ok(_)) => return Ok(()),
            Some(Err(error)) => broken(&error),
            None => end_of(None),
        };
        self.socket = None;
        // The next one may stand any moment, and has the same subscriptions.
        match self.moving {
            Some(_) => Ok(()),
            None => Err(end),
        }
    }

    fn receive_late(&mut self, status: &StatusReporter, message: Option<Result<Message, Error>>) {
        match message {
            Some(Ok(Message::Text(text))) => {
                if let Err(end) = self.understand(status, &text) {
                    tracing::debug!(?end, "the last words of a connection to Twitch");
                }
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            _ => self.retiring = None,
        }
    }

    fn understand(&mut self, status: &StatusReporter, text: &str) -> Result<(), End> {
        self.hearing.count_message();
        let frame = match Frame::parse(text) {
            Ok(frame) => frame,
            Err(error) => {
                self.hearing.malformed(&error);
                return Ok(());
            }
        };
        self.hearing.at(frame.time);
        match frame.content {
            Content::Notification(notification) => {
                self.hearing
                    .notification(frame.id, frame.time, &notification);
            }
            Content::Reconnect { url } => self.begin_move(&url),
            Content::Revocation(subscription) => self.revoked(status, &subscription)?,
            Content::Keepalive | Content::Welcome(_) => {}
            Content::Other(kind) => {
                tracing::debug!(kind, "a kind of message of Twitch is not known here");
            }
        }
        Ok(())
    }

    fn begin_move(&mut self, url: &str) {
        let url = match Url::parse(url) {
            Ok(url) if matches!(url.scheme(), "ws" | "wss") => url,
            _ => {
                // Twitch will end this connection, and then an ordinary one is made.
                tracing::warn!(url, "Twitch asks to reconnect to what is no WebSocket");
                return;
            }
        };
        tracing::info!("Twitch asks to move to another connection");
        self.moving = Some(Box::pin(async move { connect(&url, MOVE).await }));
    }

    fn moved(&mut self, greeted: Result<Greeted, End>) -> Result<(), End> {
        match (greeted, &self.socket) {
            (Ok(greeted), _) => {
                let until = Instant::now() + FAREWELL;
                self.retiring = self.socket.take().map(|socket| (socket, until));
                self.socket = Some(greeted.socket);
                self.silence = silence(&greeted.welcome);
                self.last_heard = Instant::now();
                self.subscriptions.session_id = greeted.welcome.session_id;
                Ok(())
            }
            (Err(end), None) => Err(end),
            (Err(end), Some(_)) => {
                tracing::warn!(?end, "the move to another connection failed");
                Ok(())
            }
        }
    }

    fn revoked(
        &mut self,
        status: &StatusReporter,
        subscription: &Subscription<'_>,
    ) -> Result<(), End> {
        let reason = subscription.status.as_str();
        let kind = &subscription.kind;
        let tokens = self.acting.main().helix.tokens();
        let handle = &tokens.account().handle;
        let remedy = tokens.remedy();
        let text = match reason {
            "authorization_revoked" => {
                return Err(End::NeedsUser(format!(
                    "the login of `{handle}` with Twitch was revoked; {remedy}"
                )));
            }
            "user_removed" => {
                return Err(End::NeedsUser(format!(
                    "Twitch says that the user of `{handle}`, or the channel, no longer exists"
                )));
            }
            "version_removed" => "Twitch no longer offers its version; update Pato".to_owned(),
            "moderator_removed" => format!("`{handle}` is no longer a moderator of the channel"),
            other => other.chars().take(80).collect(),
        };
        tracing::warn!(kind, reason, "Twitch ended a subscription");
        self.subscriptions.revoked(&subscription.id, &text);
        let active = self.subscriptions.active();
        self.hearing.translator.active = active.map(|kind| kind.name).collect();
        self.tell(status);
        Ok(())
    }

    async fn say_goodbye(&mut self) {
        let retiring = self.retiring.take().map(|(socket, _)| socket);
        for mut socket in self.socket.take().into_iter().chain(retiring) {
            let frame = CloseFrame {
                code: CloseCode::Normal,
                reason: "".into(),
            };
            // Twitch notices anyway.
            let _ = timeout(GOODBYE, socket.close(Some(frame))).await;
        }
    }
}

/// Some longer than Twitch promises, for what is late on its way.
fn silence(welcome: &Welcome) -> Duration {
    Duration::from_secs(welcome.keepalive_seconds) * 3 / 2
}

async fn next(socket: &mut Option<Socket>) -> Option<Result<Message, Error>> {
    match socket {
        Some(socket) => socket.next().await,
        None => std::future::pending().await,
    }
}

/// None when the time is over.
async fn next_retiring(retiring: &mut Option<(Socket, Instant)>) -> Option<Result<Message, Error>> {
    match retiring {
        Some((socket, until)) => tokio::select! {
            message = socket.next() => message,
            () = sleep_until(*until) => None,
        },
        None => std::future::pending().await,
    }
}

/// What a future that may be under way comes to. Cancel-safe.
async fn finished<T>(future: &mut Option<BoxFuture<'_, T>>) -> T {
    let Some(running) = future else {
        return std::future::pending().await;
    };
    let result = running.await;
    *future = None;
    result
}

/// Why an account cannot be used any more.
async fn refusal(refused: &mut watch::Receiver<Option<String>>) -> String {
    let reason = match refused.wait_for(Option::is_some).await {
        Ok(reason) => reason.clone(),
        Err(_) => None,
    };
    match reason {
        Some(reason) => reason,
        None => std::future::pending().await,
    }
}

async fn changed(watched: &mut Option<watch::Receiver<Option<String>>>) {
    let stands = match watched {
        Some(watched) => watched.changed().await.is_ok(),
        None => false,
    };
    if !stands {
        std::future::pending::<()>().await;
    }
}
