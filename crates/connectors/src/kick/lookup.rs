//! What Kick's page tells of a channel (unofficial).

use pato_events::catalogue::chat::ChatMode;
use reqwest::Method;
use serde::Deserialize;

use super::http::send;
use super::people::moment;
use super::realtime::{Context, retry};
use super::report::{Report, StreamChange, What};
use crate::reconnect::End;

/// The ids of a channel. Its owner has a third one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    pub(super) channel_id: u64,
    pub(super) chatroom_id: u64,
}

#[derive(Deserialize)]
struct Channel {
    id: u64,
    chatroom: Chatroom,
    #[serde(default)]
    livestream: Option<Livestream>,
}

#[derive(Deserialize)]
struct Chatroom {
    id: u64,
    #[serde(default)]
    slow_mode: bool,
    #[serde(default)]
    message_interval: u32,
    #[serde(default)]
    followers_mode: bool,
    #[serde(default)]
    following_min_duration: u32,
    #[serde(default)]
    subscribers_mode: bool,
    #[serde(default)]
    emotes_mode: bool,
}

#[derive(Deserialize)]
struct Livestream {
    #[serde(default)]
    is_live: bool,
    #[serde(default)]
    session_title: Option<String>,
    #[serde(default)]
    start_time: Option<String>,
    #[serde(default)]
    categories: Vec<Category>,
}

#[derive(Deserialize)]
struct Category {
    name: String,
}

/// Finds a channel, and how it stands.
pub(super) async fn look_up(context: &Context) -> Result<(Room, Vec<Report>), End> {
    let slug = &context.configuration.channel;
    let mut url = context.configuration.addresses.site.clone();
    url.set_path(&format!("/api/v2/channels/{slug}"));
    let request = context.http.request(Method::GET, url);
    let answer = send(request.header("accept", "application/json"), "the channel");
    let answer = answer.await.map_err(retry)?;
    match answer.status {
        404 => {
            return Err(End::NeedsUser(format!(
                "there is no channel `{slug}` on Kick: check its name, which is what follows \
                 kick.com/ in its address"
            )));
        }
        _ if !answer.is_success() => {
            return Err(End::Retry(format!(
                "Kick's page does not tell Pato of `{slug}`: {}",
                answer.reason()
            )));
        }
        _ => {}
    }
    let channel: Channel = answer.json("the channel").map_err(retry)?;
    let room = Room {
        channel_id: channel.id,
        chatroom_id: channel.chatroom.id,
    };
    let mode = Report::state(&channel.chatroom.mode(slug));
    let stream = Report::new(None, What::Stream(stream(channel.livestream)));
    Ok((room, mode.into_iter().chain([stream]).collect()))
}

fn stream(livestream: Option<Livestream>) -> StreamChange {
    let Some(livestream) = livestream.filter(|livestream| livestream.is_live) else {
        return StreamChange {
            live: Some(false),
            ..StreamChange::default()
        };
    };
    StreamChange {
        live: Some(true),
        title: livestream.session_title,
        category: livestream
            .categories
            .into_iter()
            .next()
            .map(|category| category.name),
        language: None,
        started_at: livestream.start_time.as_deref().and_then(moment),
    }
}

impl Chatroom {
    fn mode(&self, channel: &str) -> ChatMode {
        ChatMode {
            channel: channel.to_owned(),
            slow_seconds: if self.slow_mode {
                self.message_interval
            } else {
                0
            },
            followers_minutes: self.followers_mode.then_some(self.following_min_duration),
            subscribers_only: self.subscribers_mode,
            emotes_only: self.emotes_mode,
            unique: false,
        }
    }
}
