//! What only Discord has. Chat and its moderation are in the common families.
//!
//! What Discord calls a guild is called a server in its program, and so in these texts. Identifiers are
//! Discord's own, as text: they are longer than a number in JavaScript can be.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::chat::User;
use super::define::{action, topic};
use super::moderation::Done;
use super::{ActionEntry, TopicEntry};

/// The topics of this family.
pub const TOPICS: &[TopicEntry] = &[
    TopicEntry::of::<MemberJoined>("Someone joined the server."),
    TopicEntry::of::<MemberLeft>("Someone left the server, or was removed."),
    TopicEntry::of::<VoiceState>("Someone joined, left or changed something in a voice channel."),
    TopicEntry::of::<Interaction>("Someone used a command, a button or a form of the bot."),
    TopicEntry::of::<ScheduledEvent>("A scheduled event was made, changed or removed."),
    TopicEntry::of::<ScheduledEventInterest>(
        "Someone is interested in a scheduled event, or no longer.",
    ),
];

/// The actions of this family.
pub const ACTIONS: &[ActionEntry] = &[
    ActionEntry::of::<Send>("Writes a message in any channel, with embeds and mentions."),
    ActionEntry::of::<ExecuteWebhook>("Writes a message through the webhook."),
    ActionEntry::of::<AddRole>("Gives a member a role."),
    ActionEntry::of::<RemoveRole>("Takes a role from a member."),
    ActionEntry::of::<Kick>("Removes a member, who may come back."),
    ActionEntry::of::<CreateThread>("Begins a thread."),
    ActionEntry::of::<RegisterCommand>("Adds a command of the bot, or changes the one so named."),
    ActionEntry::of::<Answer>("Answers an interaction."),
];

/// Someone joined the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MemberJoined {
    /// The server.
    pub server_id: String,
    /// Who.
    pub user: User,
    /// Whether it is a program.
    pub is_bot: bool,
}

topic!(
    MemberJoined,
    "discord.member-joined",
    Self {
        server_id: "200000000000000001".into(),
        user: User::example(),
        is_bot: false,
    }
);

/// Someone left the server, or was removed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MemberLeft {
    /// The server.
    pub server_id: String,
    /// Who.
    pub user: User,
}

topic!(
    MemberLeft,
    "discord.member-left",
    Self {
        server_id: "200000000000000001".into(),
        user: User::example(),
    }
);

/// How someone stands with the voice channels.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VoiceState {
    /// The server.
    pub server_id: String,
    /// The identifier of the person.
    pub user_id: String,
    /// Who, where told.
    pub user: Option<User>,
    /// The voice channel; none means that the person left.
    pub channel_id: Option<String>,
    /// Whether the person can't be heard, by own choice or a moderator's.
    pub muted: bool,
    /// Whether the person hears nothing, by own choice or a moderator's.
    pub deafened: bool,
    /// Whether the person shares a screen.
    pub streaming: bool,
    /// Whether the person's camera is on.
    pub camera: bool,
}

topic!(
    VoiceState,
    "discord.voice-state",
    Self {
        server_id: "200000000000000001".into(),
        user_id: "12826".into(),
        user: Some(User::example()),
        channel_id: Some("300000000000000003".into()),
        muted: false,
        deafened: false,
        streaming: true,
        camera: false,
    }
);

/// What someone used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InteractionKind {
    /// A command.
    Command,
    /// A button or a menu under a message.
    Component,
    /// A form that was filled in.
    Form,
}

/// One value given with a command, or in a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InteractionOption {
    /// The name of the option, or of the form's field. Options of a sub-command begin with its name
    /// and a space.
    pub name: String,
    /// The value: text, a number, or true or false.
    pub value: serde_json::Value,
}

/// Someone used a command, a button or a form of the bot.
///
/// Who answers with `discord.answer` within two seconds answers at once. After that the person is told to
/// wait, and the answer may take 15 minutes.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interaction {
    /// Names it, for `discord.answer`.
    pub interaction_id: String,
    /// What was used.
    pub kind: InteractionKind,
    /// The name of the command, or what the button or form is called.
    pub name: String,
    /// Who.
    pub user: User,
    /// The server; none in a private conversation with the bot.
    pub server_id: Option<String>,
    /// The channel.
    pub channel_id: Option<String>,
    /// The message that the button or menu stands under.
    pub message_id: Option<String>,
    /// What was given with it.
    #[serde(default)]
    pub options: Vec<InteractionOption>,
    /// What was chosen in a menu.
    #[serde(default)]
    pub values: Vec<String>,
}

topic!(
    Interaction,
    "discord.interaction",
    Self {
        interaction_id: "1326587453917495296".into(),
        kind: InteractionKind::Command,
        name: "quack".into(),
        user: User::example(),
        server_id: Some("200000000000000001".into()),
        channel_id: Some("300000000000000001".into()),
        message_id: None,
        options: vec![InteractionOption {
            name: "times".into(),
            value: 3.into(),
        }],
        values: Vec::new(),
    }
);

/// What happened to a scheduled event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ScheduledEventChange {
    /// It was made.
    Created,
    /// It was changed, or it began or ended.
    Updated,
    /// It was removed.
    Deleted,
}

/// How a scheduled event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ScheduledEventStatus {
    /// It is to come.
    Scheduled,
    /// It is going on.
    Active,
    /// It is over.
    Completed,
    /// It will not take place.
    Canceled,
}

/// A scheduled event was made, changed or removed.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScheduledEvent {
    /// Names it.
    pub event_id: String,
    /// The server.
    pub server_id: String,
    /// What happened to it.
    pub change: ScheduledEventChange,
    /// What it is called.
    pub name: String,
    /// What it is about.
    pub description: Option<String>,
    /// How it stands; none if Discord says something that Pato does not know.
    pub status: Option<ScheduledEventStatus>,
    /// When it begins, as RFC 3339 text.
    pub begins_at: String,
    /// When it ends, as RFC 3339 text.
    pub ends_at: Option<String>,
    /// The voice channel that it takes place in.
    pub channel_id: Option<String>,
    /// The place, if it is not a channel.
    pub location: Option<String>,
}

topic!(
    ScheduledEvent,
    "discord.scheduled-event",
    Self {
        event_id: "500000000000000001".into(),
        server_id: "200000000000000001".into(),
        change: ScheduledEventChange::Created,
        name: "Friday show".into(),
        description: None,
        status: Some(ScheduledEventStatus::Scheduled),
        begins_at: "2026-11-27T19:00:00+00:00".into(),
        ends_at: None,
        channel_id: None,
        location: Some("https://twitch.tv/pato".into()),
    }
);

/// Someone is interested in a scheduled event, or no longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScheduledEventInterest {
    /// The event.
    pub event_id: String,
    /// The server.
    pub server_id: String,
    /// The identifier of the person.
    pub user_id: String,
    /// Whether the person is interested.
    pub interested: bool,
}

topic!(
    ScheduledEventInterest,
    "discord.scheduled-event-interest",
    Self {
        event_id: "500000000000000001".into(),
        server_id: "200000000000000001".into(),
        user_id: "12826".into(),
        interested: true,
    }
);

/// A framed part of a message: all fields may be left out, but not all at once.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Embed {
    /// The title, at most 256 characters.
    pub title: Option<String>,
    /// The text, at most 4,096 characters.
    pub description: Option<String>,
    /// Where the title leads.
    pub url: Option<String>,
    /// The colour of the edge, as `#RRGGBB`.
    pub color: Option<String>,
    /// The address of a large picture.
    pub image: Option<String>,
    /// The address of a small picture.
    pub thumbnail: Option<String>,
    /// The name above the title.
    pub author: Option<String>,
    /// The line at the end.
    pub footer: Option<String>,
    /// Up to 25 fields.
    #[serde(default)]
    pub fields: Vec<EmbedField>,
}

/// One field of an [`Embed`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmbedField {
    /// Its name, at most 256 characters.
    pub name: String,
    /// Its text, at most 1,024 characters.
    pub value: String,
    /// Whether it may stand beside others.
    #[serde(default)]
    pub inline: bool,
}

/// The message that was written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MessageAnswer {
    /// Its id.
    pub message_id: String,
    /// The channel it stands in.
    pub channel_id: String,
}

action! {
    /// What to write.
    "discord.send" Send(SendParameters) -> MessageAnswer,
    danger "It can write in every channel that the bot sees, and notify the people you name." {
        /// The text, at most 2,000 characters.
        text: Option<String> = Some("We are live!".into()),
        /// Up to 10 framed parts.
        #[serde(default)]
        embeds: Vec<Embed> = vec![Embed { title: Some("Friday show".into()), ..Embed::default() }],
        /// The id of the message to answer.
        reply_to: Option<String> = None,
        /// The ids of the people whom `<@ID>` in the text notifies. Nobody else is notified.
        #[serde(default)]
        notify_users: Vec<String> = Vec::new(),
        /// The ids of the roles that `<@&ID>` in the text notifies.
        #[serde(default)]
        notify_roles: Vec<String> = Vec::new(),
    }
}

action! {
    /// What to write, under which name.
    "discord.execute-webhook" ExecuteWebhook(ExecuteWebhookParameters) -> MessageAnswer,
    danger "It can write under any name." {
        /// The text, at most 2,000 characters.
        text: Option<String> = Some("We are live!".into()),
        /// Up to 10 framed parts.
        #[serde(default)]
        embeds: Vec<Embed> = Vec::new(),
        /// The name to write under; none means the webhook's own.
        name: Option<String> = None,
        /// The address of the picture beside the name; none means the webhook's own.
        picture: Option<String> = None,
        /// The ids of the people whom `<@ID>` in the text notifies. Nobody else is notified.
        #[serde(default)]
        notify_users: Vec<String> = Vec::new(),
        /// The ids of the roles that `<@&ID>` in the text notifies.
        #[serde(default)]
        notify_roles: Vec<String> = Vec::new(),
    }
}

action! {
    /// Who gets which role.
    "discord.add-role" AddRole(AddRoleParameters) -> Done,
    danger "A role can come with rights." {
        /// The id of the member.
        user_id: String = "100000000000000001".into(),
        /// The id of the role.
        role_id: String = "400000000000000001".into(),
        /// Why; it stands in the server's audit log.
        reason: Option<String> = None,
    }
}

action! {
    /// Who loses which role.
    "discord.remove-role" RemoveRole(RemoveRoleParameters) -> Done,
    danger "A role can come with rights." {
        /// The id of the member.
        user_id: String = "100000000000000001".into(),
        /// The id of the role.
        role_id: String = "400000000000000001".into(),
        /// Why; it stands in the server's audit log.
        reason: Option<String> = None,
    }
}

action! {
    /// Who has to go.
    "discord.kick" Kick(KickParameters) -> Done,
    danger "It removes people from the server." {
        /// The id of the member.
        user_id: String = "100000000000000001".into(),
        /// Why; it stands in the server's audit log.
        reason: Option<String> = Some("spam".into()),
    }
}

action! {
    /// Where it begins, and what it is called.
    "discord.create-thread" CreateThread(CreateThreadParameters) -> CreateThreadAnswer {
        /// Its name, at most 100 characters.
        name: String = "Questions".into(),
        /// The message that it belongs to; none means that it stands by itself.
        message_id: Option<String> = None,
    }
}

/// The thread.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CreateThreadAnswer {
    /// Its id, which is a channel's.
    pub thread_id: String,
}

/// What kind of value an option takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CommandOptionKind {
    /// Text.
    #[default]
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A member, by id.
    User,
    /// A channel, by id.
    Channel,
    /// A role, by id.
    Role,
}

/// A value that a command takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommandOption {
    /// Its name: lower case, at most 32 characters.
    pub name: String,
    /// What it means, at most 100 characters.
    pub description: String,
    /// What kind of value it takes.
    #[serde(default)]
    pub kind: CommandOptionKind,
    /// Whether it must be given.
    #[serde(default)]
    pub required: bool,
}

action! {
    /// The command.
    "discord.register-command" RegisterCommand(RegisterCommandParameters) -> RegisterCommandAnswer {
        /// Its name: lower case, at most 32 characters.
        name: String = "quack".into(),
        /// What it does, at most 100 characters.
        description: String = "Quacks".into(),
        /// What it takes.
        #[serde(default)]
        options: Vec<CommandOption> = vec![CommandOption {
            name: "times".into(),
            description: "How often".into(),
            kind: CommandOptionKind::Integer,
            required: false,
        }],
    }
}

/// The command as Discord knows it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RegisterCommandAnswer {
    /// Its id.
    pub command_id: String,
}

action! {
    /// What to answer. It notifies nobody but the person who asked.
    "discord.answer" Answer(AnswerParameters) -> Done {
        /// The interaction, as in `discord.interaction`.
        interaction_id: String = "1326587453917495296".into(),
        /// The text, at most 2,000 characters.
        text: Option<String> = Some("Quack!".into()),
        /// Up to 10 framed parts.
        #[serde(default)]
        embeds: Vec<Embed> = Vec::new(),
        /// Whether only the person who asked sees it.
        #[serde(default)]
        only_for_them: bool = false,
    }
}
