//! Discord's events as events of the common model, or of Discord's own family.

use pato_events::catalogue::TopicPayload;
use pato_events::catalogue::chat::{
    ChatMessage, ChatMessageDeleted, ChatMessageEdited, ChatNotice, ChatReaction, ReplyParent, User,
};
use pato_events::catalogue::discord::{
    Interaction, InteractionKind, InteractionOption, MemberJoined, MemberLeft, ScheduledEvent,
    ScheduledEventChange, ScheduledEventInterest, ScheduledEventStatus, VoiceState,
};
use pato_events::{Draft, EventId, Payload, Timestamp, Topic};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::received::{
    FormField, FormRow, Interest, MemberChange, Message, MessageDeleted, Person, Reaction,
    Scheduled, Used, UsedOption, Voice,
};
use super::server::Servers;
use super::{Discord, DiscordConfiguration, Shared};

/// When Discord's counting of milliseconds begins: 2015.
const DISCORD_EPOCH: u64 = 1_420_070_400_000;

/// How deep sub-commands may stand in one another; Discord allows two.
const MAX_DEPTH: usize = 3;

/// Said once in a session in which contents are missing.
const NO_CONTENT: &str = "Discord hides what people write from the bot. Switch on \"Message Content \
    Intent\" at https://discord.com/developers/applications (your application, Bot), and then \
    Discord's message contents in Pato.";

/// Turns events into drafts.
pub(super) struct Translator<'a> {
    configuration: &'a DiscordConfiguration,
    shared: &'a Shared,
    pub(super) servers: Servers,
    /// The bot; empty until it is known.
    pub(super) me: String,
    /// Whether contents are asked for.
    pub(super) sees_content: bool,
    complained: bool,
}

/// Why an event did not become drafts.
#[derive(Debug, thiserror::Error)]
#[error("the event does not fit: {0}")]
pub(super) struct Unreadable(#[from] serde_json::Error);

impl<'a> Translator<'a> {
    pub(super) fn new(configuration: &'a DiscordConfiguration, shared: &'a Shared) -> Self {
        Self {
            configuration,
            shared,
            servers: Servers::default(),
            me: String::new(),
            sees_content: false,
            complained: false,
        }
    }

    /// What an event means for Pato: nothing, one event, or several.
    pub(super) fn translate(
        &mut self,
        name: &str,
        data: &RawValue,
    ) -> Result<Vec<Draft>, Unreadable> {
        let drafts = match name {
            "GUILD_CREATE" | "GUILD_UPDATE" => {
                self.servers.learn(read(data)?);
                Vec::new()
            }
            "GUILD_ROLE_CREATE" | "GUILD_ROLE_UPDATE" => {
                self.servers.role_changed(read(data)?);
                Vec::new()
            }
            "GUILD_ROLE_DELETE" => {
                self.servers.role_deleted(&read(data)?);
                Vec::new()
            }
            "MESSAGE_CREATE" => self.message(&read(data)?),
            "MESSAGE_UPDATE" => self.edited(&read(data)?).into_iter().collect(),
            "MESSAGE_DELETE" | "MESSAGE_DELETE_BULK" => self.deleted(read(data)?),
            "MESSAGE_REACTION_ADD" => self.reaction(&read(data)?, true).into_iter().collect(),
            "MESSAGE_REACTION_REMOVE" => self.reaction(&read(data)?, false).into_iter().collect(),
            "GUILD_MEMBER_ADD" => self.member(&read(data)?, true).into_iter().collect(),
            "GUILD_MEMBER_REMOVE" => self.member(&read(data)?, false).into_iter().collect(),
            "VOICE_STATE_UPDATE" => self.voice(&read(data)?).into_iter().collect(),
            "GUILD_SCHEDULED_EVENT_CREATE" => {
                self.scheduled(read(data)?, ScheduledEventChange::Created)
            }
            "GUILD_SCHEDULED_EVENT_UPDATE" => {
                self.scheduled(read(data)?, ScheduledEventChange::Updated)
            }
            "GUILD_SCHEDULED_EVENT_DELETE" => {
                self.scheduled(read(data)?, ScheduledEventChange::Deleted)
            }
            "GUILD_SCHEDULED_EVENT_USER_ADD" => self.interest(read(data)?, true),
            "GUILD_SCHEDULED_EVENT_USER_REMOVE" => self.interest(read(data)?, false),
            "INTERACTION_CREATE" => self.interaction(&read(data)?).into_iter().collect(),
            _ => Vec::new(),
        };
        Ok(drafts)
    }

    /// Whether an event of that server is wanted.
    fn is_wanted(&self, server: Option<&str>) -> bool {
        match &self.configuration.server_id {
            Some(wanted) => server.is_none_or(|server| server == wanted),
            None => true,
        }
    }

    fn is_chat(&self, channel: &str, server: Option<&str>) -> bool {
        self.configuration.is_chat(channel) && self.is_wanted(server)
    }

    fn is_own(&self, author: &Person, webhook: Option<&str>) -> bool {
        let own_webhook = self.configuration.webhook.as_ref();
        author.id == self.me
            || webhook.is_some_and(|id| own_webhook.is_some_and(|own| own.user_id == id))
    }

    pub(super) fn message(&mut self, message: &Message) -> Vec<Draft> {
        let Some(author) = &message.author else {
            return Vec::new();
        };
        let server = message.guild_id.as_deref();
        if !self.is_chat(&message.channel_id, server) || !message.is_written() {
            return Vec::new();
        }
        // A webhook may call itself like anybody.
        if message.webhook_id.is_none() {
            self.shared.people.saw(&author.username, &author.id);
        }
        let member = message.member.as_ref();
        let user = author.user(member.and_then(|member| member.nick.as_deref()));
        let text = message.content.clone().unwrap_or_default();
        let roles = member.map_or(&[][..], |member| &member.roles);
        let payload = ChatMessage {
            roles: self.servers.roles(server, &author.id, roles),
            reply_to: message
                .referenced_message
                .as_ref()
                .map(|parent| ReplyParent {
                    message_id: parent.id.clone(),
                    user: parent.author.user(None),
                    text: parent.content.clone(),
                }),
            attachments: message
                .attachments
                .iter()
                .map(|file| file.url.clone())
                .collect(),
            ..ChatMessage::new(&message.id, &message.channel_id, user, text)
        };
        let own = self.is_own(author, message.webhook_id.as_deref());
        // Anybody may send the same nonce.
        let nonce = message.nonce.as_ref().filter(|_| own);
        let nonce = nonce.and_then(|nonce| nonce.as_str());
        let deed = nonce.and_then(|nonce| self.shared.deeds.take(&format!("nonce:{nonce}")));
        let draft = self.draft(&payload, time_of(&message.id), own, deed.flatten());
        draft
            .into_iter()
            .chain(self.complaint(message, own))
            .collect()
    }

    /// Tells once that contents are missing, if this message's is.
    fn complaint(&mut self, message: &Message, own: bool) -> Option<Draft> {
        let mentioned = message.mentions.iter().any(|person| person.id == self.me);
        if self.sees_content || self.complained || own || mentioned || !message.is_blank() {
            return None;
        }
        self.complained = true;
        tracing::warn!("{NO_CONTENT}");
        let notice = ChatNotice {
            channel: message.channel_id.clone(),
            kind: "message-content-hidden".into(),
            text: NO_CONTENT.into(),
        };
        self.draft(&notice, None, false, None)
    }

    fn edited(&self, message: &Message) -> Option<Draft> {
        let text = message.content.clone()?;
        message.edited_timestamp.as_ref()?;
        if !self.is_chat(&message.channel_id, message.guild_id.as_deref()) {
            return None;
        }
        let author = message.author.as_ref();
        let nick = message
            .member
            .as_ref()
            .and_then(|member| member.nick.as_deref());
        let payload = ChatMessageEdited {
            message_id: message.id.clone(),
            channel: message.channel_id.clone(),
            user: author.map(|author| author.user(nick)),
            text,
        };
        let own = author.is_some_and(|author| self.is_own(author, message.webhook_id.as_deref()));
        let deed = self.shared.deeds.take(&format!("edit:{}", message.id));
        self.draft(&payload, None, own, deed.flatten())
    }

    fn deleted(&self, deleted: MessageDeleted) -> Vec<Draft> {
        if !self.is_chat(&deleted.channel_id, deleted.guild_id.as_deref()) {
            return Vec::new();
        }
        let channel = deleted.channel_id.clone();
        let drafts = deleted.ids().filter_map(|id| {
            let deed = self.shared.deeds.take(&format!("delete:{id}"));
            let payload = ChatMessageDeleted {
                message_id: id,
                channel: channel.clone(),
                login: None,
                text: None,
            };
            self.draft(&payload, None, deed.is_some(), deed.flatten())
        });
        drafts.collect()
    }

    fn reaction(&self, reaction: &Reaction, added: bool) -> Option<Draft> {
        if !self.is_chat(&reaction.channel_id, reaction.guild_id.as_deref()) {
            return None;
        }
        let member = reaction.member.as_ref();
        let person = member.and_then(|member| member.user.as_ref());
        let nick = member.and_then(|member| member.nick.as_deref());
        // Who takes a reaction back is told by id only.
        let user = person.map_or_else(|| nameless(&reaction.user_id), |person| person.user(nick));
        let emoji = reaction.emoji.text();
        let own = reaction.user_id == self.me;
        let deed = own.then(|| format!("react:{}:{emoji}", reaction.message_id));
        let deed = deed.and_then(|name| self.shared.deeds.take(&name));
        let payload = ChatReaction {
            message_id: reaction.message_id.clone(),
            channel: reaction.channel_id.clone(),
            user,
            emoji,
            added,
        };
        self.draft(&payload, None, own, deed.flatten())
    }

    fn member(&self, change: &MemberChange, joined: bool) -> Option<Draft> {
        if !self.is_wanted(Some(&change.guild_id)) {
            return None;
        }
        self.shared
            .people
            .saw(&change.user.username, &change.user.id);
        let user = change.user.user(change.nick.as_deref());
        let server_id = change.guild_id.clone();
        if !joined {
            return self.draft(&MemberLeft { server_id, user }, None, false, None);
        }
        let payload = MemberJoined {
            server_id,
            user,
            is_bot: change.user.bot,
        };
        self.draft(&payload, None, false, None)
    }

    fn voice(&self, voice: &Voice) -> Option<Draft> {
        let server_id = voice.guild_id.clone()?;
        if !self.is_wanted(Some(&server_id)) {
            return None;
        }
        let member = voice.member.as_ref();
        let person = member.and_then(|member| member.user.as_ref());
        let nick = member.and_then(|member| member.nick.as_deref());
        let payload = VoiceState {
            server_id,
            user_id: voice.user_id.clone(),
            user: person.map(|person| person.user(nick)),
            channel_id: voice.channel_id.clone(),
            muted: voice.mute || voice.self_mute,
            deafened: voice.deaf || voice.self_deaf,
            streaming: voice.self_stream,
            camera: voice.self_video,
        };
        self.draft(&payload, None, voice.user_id == self.me, None)
    }

    fn scheduled(&self, event: Scheduled, change: ScheduledEventChange) -> Vec<Draft> {
        if !self.is_wanted(Some(&event.guild_id)) {
            return Vec::new();
        }
        let payload = ScheduledEvent {
            event_id: event.id,
            server_id: event.guild_id,
            change,
            name: event.name,
            description: event.description,
            status: match event.status {
                1 => Some(ScheduledEventStatus::Scheduled),
                2 => Some(ScheduledEventStatus::Active),
                3 => Some(ScheduledEventStatus::Completed),
                4 => Some(ScheduledEventStatus::Canceled),
                _ => None,
            },
            begins_at: event.scheduled_start_time,
            ends_at: event.scheduled_end_time,
            channel_id: event.channel_id,
            location: event.entity_metadata.and_then(|place| place.location),
        };
        self.draft(&payload, None, false, None)
            .into_iter()
            .collect()
    }

    fn interest(&self, interest: Interest, interested: bool) -> Vec<Draft> {
        if !self.is_wanted(Some(&interest.guild_id)) {
            return Vec::new();
        }
        let payload = ScheduledEventInterest {
            event_id: interest.guild_scheduled_event_id,
            server_id: interest.guild_id,
            user_id: interest.user_id,
            interested,
        };
        self.draft(&payload, None, false, None)
            .into_iter()
            .collect()
    }

    /// Takes the interaction in, so that it is answered in time, and tells of it without its token.
    fn interaction(&self, used: &Used) -> Option<Draft> {
        let kind = match used.kind {
            2 => InteractionKind::Command,
            3 => InteractionKind::Component,
            5 => InteractionKind::Form,
            _ => return None,
        };
        if !self.is_wanted(used.guild_id.as_deref()) {
            return None;
        }
        let member = used.member.as_ref();
        let person = member.and_then(|member| member.user.as_ref());
        let person = person.or(used.user.as_ref())?;
        if !self.shared.interactions.arrive(&used.id, &used.token, kind) {
            return None;
        }
        let mut options = Vec::new();
        collect_options("", &used.data.options, MAX_DEPTH, &mut options);
        collect_fields(&used.data.components, &mut options);
        let payload = Interaction {
            interaction_id: used.id.clone(),
            kind,
            name: used
                .data
                .name
                .clone()
                .or(used.data.custom_id.clone())
                .unwrap_or_default(),
            user: person.user(member.and_then(|member| member.nick.as_deref())),
            server_id: used.guild_id.clone(),
            channel_id: used.channel_id.clone(),
            message_id: used.message.as_ref().map(|message| message.id.clone()),
            options,
            values: used.data.values.clone(),
        };
        self.draft(&payload, time_of(&used.id), false, None)
    }

    fn draft<T: TopicPayload>(
        &self,
        payload: &T,
        time: Option<Timestamp>,
        own: bool,
        cause: Option<(EventId, u8)>,
    ) -> Option<Draft> {
        let topic = Topic::new(T::TOPIC).ok()?;
        let data = Payload::from_value(payload).ok()?;
        let mut draft = Draft::new(topic, Discord::ID, data);
        draft.account = self
            .configuration
            .account()
            .map(|account| account.handle.as_str().into());
        draft.time = time;
        draft.cause = cause;
        draft.flags.own = own;
        draft.stateful = T::STATEFUL;
        Some(draft)
    }
}

fn read<T: DeserializeOwned>(data: &RawValue) -> Result<T, Unreadable> {
    Ok(serde_json::from_str(data.get())?)
}

fn nameless(id: &str) -> User {
    User {
        id: id.to_owned(),
        login: String::new(),
        name: String::new(),
    }
}

/// When the thing with that id came into being: its upper 42 bits say so
/// (<https://discord.com/developers/docs/reference#snowflakes>).
pub(super) fn time_of(id: &str) -> Option<Timestamp> {
    let id: u64 = id.parse().ok()?;
    let milliseconds = (id >> 22) + DISCORD_EPOCH;
    #[expect(clippy::cast_precision_loss, reason = "2^43 milliseconds are exact")]
    Some(milliseconds as Timestamp)
}

fn collect_options(
    before: &str,
    options: &[UsedOption],
    depth: usize,
    into: &mut Vec<InteractionOption>,
) {
    if depth == 0 {
        return;
    }
    for option in options {
        let name = format!("{before}{}", option.name);
        match &option.value {
            Some(value) => into.push(InteractionOption {
                name,
                value: value.clone(),
            }),
            None => collect_options(&format!("{name} "), &option.options, depth - 1, into),
        }
    }
}

fn collect_fields(rows: &[FormRow], into: &mut Vec<InteractionOption>) {
    let fields = rows
        .iter()
        .flat_map(|row| row.components.iter().chain(&row.component));
    let fields = fields.filter_map(|field: &FormField| {
        let value = field.value.clone().or_else(|| field.values.clone())?;
        Some(InteractionOption {
            name: field.custom_id.clone(),
            value,
        })
    });
    into.extend(fields);
}
