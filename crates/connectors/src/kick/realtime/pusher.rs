//! Pusher's protocol 7.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use tokio::time::{Instant, sleep_until};
use url::Url;

use super::socket::Socket;
use super::{Context, Heard, Realtime, channels};
use crate::kick::frame::PusherFrame;
use crate::kick::lookup::Room;
use crate::reconnect::End;

/// The longest silence after which to ask, whatever the server says (Pusher's documentation).
const MAX_ACTIVITY: Duration = Duration::from_secs(120);

pub(super) struct Pusher {
    socket: Socket,
    channels: [String; 6],
    /// How long the server may be silent; none until it has greeted.
    activity: Option<Duration>,
    /// When something has to have been heard, and whether it was asked for.
    alarm: Instant,
    asked: bool,
    /// How long a ping may stay unanswered.
    patience: Duration,
}

impl Pusher {
    pub(super) async fn connect(context: &Context, room: &Room, url: &Url) -> Result<Self, End> {
        let patience = context.configuration.timing.answer;
        let socket = Socket::connect(url, patience).await?;
        Ok(Self {
            socket,
            channels: channels(room),
            activity: None,
            alarm: Instant::now() + patience,
            // Until the server has greeted, there is nobody to ask.
            asked: true,
            patience,
        })
    }

    async fn understand(&mut self, text: &str) -> Result<Heard, End> {
        let Ok(frame) = PusherFrame::parse(text) else {
            return Ok(Heard::Garbage);
        };
        match frame {
            PusherFrame::Established { activity_timeout } => {
                let activity = Duration::from_secs(activity_timeout.max(1));
                self.activity = Some(activity.min(MAX_ACTIVITY));
                self.rest();
                for channel in self.channels.clone() {
                    let data = json!({ "auth": "", "channel": channel });
                    let message = json!({ "event": "pusher:subscribe", "data": data });
                    self.socket.send(message.to_string()).await?;
                }
            }
            PusherFrame::Subscribed { channel } if self.is_chat(&channel) => {
                return Ok(Heard::Ready);
            }
            PusherFrame::Refused { channel } if self.is_chat(&channel) => {
                return Err(End::Retry("Kick does not let Pato read the chat".into()));
            }
            PusherFrame::Ping => {
                let pong = json!({ "event": "pusher:pong", "data": {} });
                self.socket.send(pong.to_string()).await?;
            }
            PusherFrame::Error { code, message } => {
                let text = format!("Kick's chat does not go on: {message} (code {code})");
                return Err(End::Retry(text));
            }
            PusherFrame::Happening(happening) => return Ok(Heard::Happening(happening)),
            PusherFrame::Subscribed { .. } | PusherFrame::Refused { .. } | PusherFrame::Other => {}
        }
        Ok(Heard::Alive)
    }

    fn is_chat(&self, channel: &str) -> bool {
        self.channels.first().is_some_and(|chat| chat == channel)
    }

    /// Something was heard. Before the greeting, nothing else counts.
    fn rest(&mut self) {
        if let Some(activity) = self.activity {
            self.alarm = Instant::now() + activity;
            self.asked = false;
        }
    }

    async fn ring(&mut self) -> Result<(), End> {
        if self.asked {
            return Err(End::Retry("Kick has gone silent, also when asked".into()));
        }
        self.asked = true;
        self.alarm = Instant::now() + self.patience;
        let ping = json!({ "event": "pusher:ping", "data": {} });
        self.socket.send(ping.to_string()).await
    }
}

#[async_trait]
impl Realtime for Pusher {
    async fn next(&mut self) -> Result<Heard, End> {
        loop {
            tokio::select! {
                text = self.socket.next() => {
                    let text = text?;
                    self.rest();
                    match text {
                        Some(text) => return self.understand(&text).await,
                        None => return Ok(Heard::Alive),
                    }
                }
                () = sleep_until(self.alarm) => self.ring().await?,
            }
        }
    }

    async fn close(&mut self) {
        self.socket.close().await;
    }
}
