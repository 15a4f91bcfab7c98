//! Centrifugo's client protocol in JSON.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use async_trait::async_trait;
use pato_vault::Secret;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use tokio::time::Instant;
use url::Url;

use super::socket::Socket;
use super::{Context, Heard, Realtime, channels, retry};
use crate::kick::frame::CentrifugoFrame;
use crate::kick::http::send;
use crate::kick::lookup::Room;
use crate::kick::tokens::destination;
use crate::pause::until;
use crate::reconnect::End;

/// How long before the connection runs out it is prolonged.
const REFRESH_BEFORE: Duration = Duration::from_secs(60);

/// Where the vault keeps the token of a guest.
const SCOPE: &str = "kick:guest";

pub(super) struct Centrifugo {
    context: Context,
    url: Url,
    socket: Socket,
    channels: [String; 6],
    /// Lines that came in one frame and wait to be read.
    lines: VecDeque<String>,
    /// What was asked and not answered yet, by its id.
    pending: HashMap<u64, Command>,
    next_id: u64,
    /// How often the server pings; none if it does not, or has not said so yet.
    ping: Option<Duration>,
    pong: bool,
    /// When something has to have been heard.
    alarm: Option<Instant>,
    /// When the connection is to be prolonged.
    refresh: Option<Instant>,
}

#[derive(Clone, PartialEq, Eq)]
enum Command {
    Connect,
    Refresh,
    Subscribe(String),
}

impl Centrifugo {
    pub(super) async fn connect(context: &Context, room: &Room, url: &Url) -> Result<Self, End> {
        let patience = context.configuration.timing.answer;
        let mut centrifugo = Self {
            context: context.clone(),
            url: url.clone(),
            socket: Socket::connect(url, patience).await?,
            channels: channels(room),
            lines: VecDeque::new(),
            pending: HashMap::new(),
            next_id: 0,
            ping: None,
            pong: false,
            alarm: Some(Instant::now() + patience),
            refresh: None,
        };
        centrifugo.present_token(Command::Connect).await?;
        Ok(centrifugo)
    }

    /// Gets a token for a guest, and connects or goes on with it.
    async fn present_token(&mut self, command: Command) -> Result<(), End> {
        #[derive(Deserialize)]
        struct Guest {
            token: Secret,
        }
        let mut url = self.context.configuration.addresses.web.clone();
        url.set_path("/api/v1/realtime/auth/connection");
        let request = self.context.http.request(Method::POST, url);
        let request = request.json(&json!({ "client_id": self.context.client_id }));
        let answer = send(request, "a guest's token").await.map_err(retry)?;
        if !answer.is_success() {
            let reason = answer.reason();
            return Err(End::Retry(format!("Kick lets no guest read: {reason}")));
        }
        let guest: Guest = answer.data("a guest's token").map_err(retry)?;
        let destination = destination(&self.url).map_err(retry)?;
        let vault = self.context.environment.vault.clone();
        vault
            .set(SCOPE, "token", guest.token, &[destination.to_string()])
            .map_err(|error| End::Retry(format!("Kick's token for a guest is none: {error}")))?;
        let id = self.ask(command.clone());
        let template = match command {
            Command::Refresh => {
                format!(r#"{{"refresh":{{"token":"{{secret:token}}"}},"id":{id}}}"#)
            }
            _ => format!(r#"{{"connect":{{"token":"{{secret:token}}","name":"js"}},"id":{id}}}"#),
        };
        let attached = vault.attach(SCOPE, &template, &destination);
        let attached = attached.map_err(|error| End::Retry(error.to_string()))?;
        let text = attached.as_wire_text().unwrap_or_default();
        self.socket.send(text).await
    }

    fn ask(&mut self, command: Command) -> u64 {
        self.next_id += 1;
        self.pending.insert(self.next_id, command);
        self.next_id
    }

    async fn understand(&mut self, line: &str) -> Result<Heard, End> {
        let Ok(frame) = CentrifugoFrame::parse(line) else {
            return Ok(Heard::Garbage);
        };
        match frame {
            CentrifugoFrame::Ping => {
                if self.pong {
                    self.socket.send("{}").await?;
                }
            }
            CentrifugoFrame::Reply {
                id,
                error,
                ttl,
                ping,
                pong,
            } => {
                let Some(command) = self.pending.remove(&id) else {
                    return Ok(Heard::Alive);
                };
                if let Some(error) = error {
                    return self.refused(&command, &error);
                }
                if command == Command::Connect {
                    self.pong = pong;
                    self.ping = (ping > 0).then(|| Duration::from_secs(ping.min(300)));
                    self.rest();
                    self.subscribe().await?;
                }
                return Ok(self.answered(command, ttl));
            }
            CentrifugoFrame::Disconnect { reason } => {
                return Err(End::Retry(format!("Kick ended the connection: {reason}")));
            }
            CentrifugoFrame::Unsubscribed { channel } if self.is_chat(&channel) => {
                return Err(End::Retry("Kick ended the subscription to the chat".into()));
            }
            CentrifugoFrame::Happening(happening) => return Ok(Heard::Happening(happening)),
            CentrifugoFrame::Unsubscribed { .. } | CentrifugoFrame::Other => {}
        }
        Ok(Heard::Alive)
    }

    async fn subscribe(&mut self) -> Result<(), End> {
        let mut lines = Vec::new();
        for channel in self.channels.clone() {
            let id = self.ask(Command::Subscribe(channel.clone()));
            let subscribe = json!({ "channel": channel, "flag": 1 });
            lines.push(json!({ "subscribe": subscribe, "id": id }).to_string());
        }
        self.socket.send(lines.join("\n")).await
    }

    fn answered(&mut self, command: Command, ttl: Option<u64>) -> Heard {
        match command {
            Command::Subscribe(channel) if self.is_chat(&channel) => Heard::Ready,
            Command::Subscribe(_) => Heard::Alive,
            Command::Connect | Command::Refresh => {
                self.refresh = ttl.map(|ttl| {
                    let ttl = Duration::from_secs(ttl.clamp(2, 86_400));
                    // Half of it, if it is very short.
                    Instant::now() + ttl.saturating_sub(REFRESH_BEFORE).max(ttl / 2)
                });
                Heard::Alive
            }
        }
    }

    fn refused(&self, command: &Command, error: &str) -> Result<Heard, End> {
        match command {
            Command::Subscribe(channel) if !self.is_chat(channel) => {
                tracing::debug!(channel, error, "Kick does not let Pato listen to a channel");
                Ok(Heard::Alive)
            }
            _ => Err(End::Retry(format!(
                "Kick does not let Pato read the chat: {error}"
            ))),
        }
    }

    fn is_chat(&self, channel: &str) -> bool {
        self.channels.first().is_some_and(|chat| chat == channel)
    }

    /// Something was heard.
    fn rest(&mut self) {
        // Before the server has let us in, nothing else counts.
        if !self
            .pending
            .values()
            .any(|command| *command == Command::Connect)
        {
            // A ping may come later than announced: centrifuge-js allows 10 s, too.
            let delay = self.context.configuration.timing.answer;
            self.alarm = self.ping.map(|ping| Instant::now() + ping + delay);
        }
    }
}

#[async_trait]
impl Realtime for Centrifugo {
    async fn next(&mut self) -> Result<Heard, End> {
        loop {
            if let Some(line) = self.lines.pop_front() {
                return self.understand(&line).await;
            }
            tokio::select! {
                text = self.socket.next() => {
                    let text = text?;
                    self.rest();
                    let Some(text) = text else { return Ok(Heard::Alive) };
                    let lines = text.lines().filter(|line| !line.trim().is_empty());
                    self.lines.extend(lines.map(str::to_owned));
                }
                () = until(self.alarm) => {
                    return Err(End::Retry("Kick has gone silent".into()));
                }
                () = until(self.refresh) => {
                    self.refresh = None;
                    self.present_token(Command::Refresh).await?;
                }
            }
        }
    }

    async fn close(&mut self) {
        self.socket.close().await;
    }
}
