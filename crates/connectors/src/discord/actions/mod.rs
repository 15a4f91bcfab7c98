//! What can be done on Discord.

mod chat;
mod moderation;
mod own;

use pato_events::Payload;
use pato_events::catalogue::Action;
use pato_events::catalogue::chat::{AddReaction, EditMessage, SendMessage};
use pato_events::catalogue::discord::{
    AddRole, Answer, CreateThread, Embed, ExecuteWebhook, Kick, RegisterCommand, RemoveRole, Send,
};
use pato_events::catalogue::host::ConnectionState;
use pato_events::catalogue::moderation::{Ban, DeleteMessage, Done, Timeout, Unban};
use serde::Serialize;
use serde_json::{Map, Value, json};
use twilight_http_ratelimiting::Method;

use super::rest::Ask;
use super::split::{MAX_CHARACTERS, fits};
use super::{Discord, DiscordConfiguration};
use crate::account::Account;
use crate::connector::{Call, ConnectorError};

/// What a webhook can do.
const BY_WEBHOOK: [&str; 2] = [SendMessage::NAME, ExecuteWebhook::NAME];

/// What a bot can do.
const BY_BOT: [&str; 14] = [
    SendMessage::NAME,
    EditMessage::NAME,
    AddReaction::NAME,
    DeleteMessage::NAME,
    Timeout::NAME,
    Ban::NAME,
    Unban::NAME,
    Send::NAME,
    AddRole::NAME,
    RemoveRole::NAME,
    Kick::NAME,
    CreateThread::NAME,
    RegisterCommand::NAME,
    Answer::NAME,
];

/// The actions that are served with this configuration.
pub(super) fn served(configuration: &DiscordConfiguration) -> Vec<&'static str> {
    let mut served = Vec::new();
    if configuration.bot.is_some() {
        served.extend(BY_BOT);
    }
    if configuration.webhook.is_some() {
        served.extend(BY_WEBHOOK);
    }
    served.sort_unstable();
    served.dedup();
    served
}

impl Discord {
    pub(super) async fn act(&self, call: Call<'_>) -> Result<Payload, ConnectorError> {
        let served = served(&self.configuration);
        if !served.contains(&call.action) {
            return Err(ConnectorError::unknown_action(
                Self::ID,
                call.action,
                &served,
            ));
        }
        // While the gateway is looked for, the API can still be there.
        let status = self.reconnect.status();
        let is_over = matches!(
            status.current().state,
            ConnectionState::Off | ConnectionState::NeedsUser
        );
        if let Some(outage) = status.outage().filter(|_| is_over) {
            return Err(ConnectorError::Unavailable(outage));
        }
        let cause = call.cause;
        match call.action {
            SendMessage::NAME => told(&self.send(call.read()?, cause).await?),
            EditMessage::NAME => told(&self.edit(call.read()?, cause).await?),
            AddReaction::NAME => told(&self.react(call.read()?, cause).await?),
            DeleteMessage::NAME => told(&self.delete(call.read()?, cause).await?),
            Timeout::NAME => told(&self.time_out(call.read()?).await?),
            Ban::NAME => told(&self.ban(call.read()?).await?),
            Unban::NAME => told(&self.unban(call.read()?).await?),
            Send::NAME => told(&self.send_any(call.read()?, cause).await?),
            ExecuteWebhook::NAME => told(&self.execute_webhook(call.read()?, cause).await?),
            AddRole::NAME => told(&self.add_role(call.read()?).await?),
            RemoveRole::NAME => told(&self.remove_role(call.read()?).await?),
            Kick::NAME => told(&self.kick(call.read()?).await?),
            CreateThread::NAME => told(&self.create_thread(call.read()?).await?),
            RegisterCommand::NAME => told(&self.register_command(call.read()?).await?),
            _ => told(&self.answer(call.read()?).await?),
        }
    }

    /// A request in the bot's name.
    fn ask(&self, method: Method, path: impl Into<String>) -> Result<Ask, ConnectorError> {
        let scope = self.bot()?.vault_scope();
        Ok(Ask::as_bot(&scope, method, path))
    }

    fn bot(&self) -> Result<&Account, ConnectorError> {
        self.configuration.bot.as_ref().ok_or_else(|| {
            let text = "`discord` has a webhook and no bot: only a bot can do that";
            ConnectorError::Unavailable(text.into())
        })
    }

    /// The server to act on.
    fn server_id(&self) -> Result<&str, ConnectorError> {
        self.configuration.server_id.as_deref().ok_or_else(|| {
            let text = "say in Pato's settings for Discord which server is yours, by its id";
            ConnectorError::Unavailable(text.into())
        })
    }

    /// The channel to write to: one that counts as chat, the first of them if none is named.
    fn chat_channel(&self, named: Option<&str>) -> Result<String, ConnectorError> {
        let channels = &self.configuration.chat_channels;
        let channel = match named {
            Some(named) => channels.iter().find(|channel| *channel == named),
            None => channels.first(),
        };
        channel.cloned().ok_or_else(|| {
            let list = match channels.is_empty() {
                true => "no channel of Discord counts as chat".to_owned(),
                false => format!(
                    "on Discord, these channels count as chat: {}",
                    channels.join(", ")
                ),
            };
            let named = named.map(|named| format!("`{}` does not: ", named.escape_debug()));
            let named = named.unwrap_or_default();
            ConnectorError::NotFound(format!(
                "{named}{list}; more can be added in Pato's settings for Discord"
            ))
        })
    }
}

fn told(answer: &impl Serialize) -> Result<Payload, ConnectorError> {
    Payload::from_value(answer).map_err(|error| ConnectorError::Failed(error.to_string()))
}

const DONE: Done = Done {};

/// An id of Discord's is a number of up to 20 digits. Anything else could lead a request elsewhere.
pub(super) fn checked_id<'a>(what: &str, id: &'a str) -> Result<&'a str, ConnectorError> {
    let digits = id.bytes().all(|byte| byte.is_ascii_digit());
    if digits && (1..=20).contains(&id.len()) {
        return Ok(id);
    }
    let shown: String = id.chars().take(40).collect();
    Err(ConnectorError::Invalid(format!(
        "{what}: `{}` is no id of Discord's, which is a number; switch on developer mode in Discord \
         (Settings, Advanced) to copy ids",
        shown.escape_debug()
    )))
}

/// The body of a message, which notifies these people and roles and nobody else.
pub(super) fn content(
    text: Option<&str>,
    embeds: &[Embed],
    (users, roles): (&[String], &[String]),
) -> Result<Value, ConnectorError> {
    let text = text.unwrap_or_default();
    if text.trim().is_empty() && embeds.is_empty() {
        let problem = "text: nothing is left to write; give a text or an embed";
        return Err(ConnectorError::Invalid(problem.into()));
    }
    if !fits(text) {
        let length = text.encode_utf16().count();
        return Err(ConnectorError::Invalid(format!(
            "text: {length} characters are more than the {MAX_CHARACTERS} that Discord takes"
        )));
    }
    for (what, id) in users
        .iter()
        .map(|id| ("notify_users", id))
        .chain(roles.iter().map(|id| ("notify_roles", id)))
    {
        checked_id(what, id)?;
    }
    let embeds: Vec<Value> = embeds.iter().map(embed).collect::<Result<_, _>>()?;
    Ok(json!({ "content": text, "embeds": embeds, "allowed_mentions": mentions(users, roles) }))
}

/// Whom a message may notify: these, and not the author of the message that it answers.
fn mentions(users: &[String], roles: &[String]) -> Value {
    json!({ "parse": [], "users": users, "roles": roles, "replied_user": false })
}

fn embed(embed: &Embed) -> Result<Value, ConnectorError> {
    let color = embed.color.as_deref().map(color).transpose()?;
    let wrapped =
        |key: &str, value: &Option<String>| value.as_ref().map(|value| json!({ key: value }));
    let fields = embed
        .fields
        .iter()
        .map(|field| json!({ "name": field.name, "value": field.value, "inline": field.inline }));
    let parts = [
        ("title", embed.title.as_ref().map(|text| json!(text))),
        (
            "description",
            embed.description.as_ref().map(|text| json!(text)),
        ),
        ("url", embed.url.as_ref().map(|text| json!(text))),
        ("color", color.map(|color| json!(color))),
        ("image", wrapped("url", &embed.image)),
        ("thumbnail", wrapped("url", &embed.thumbnail)),
        ("author", wrapped("name", &embed.author)),
        ("footer", wrapped("text", &embed.footer)),
        ("fields", Some(fields.collect())),
    ];
    let parts = parts
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Ok(Value::Object(parts.collect::<Map<String, Value>>()))
}

fn color(text: &str) -> Result<u32, ConnectorError> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
    let color = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let color = color.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    color.ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        ConnectorError::Invalid(format!(
            "color: `{}` is no colour: write #RRGGBB",
            shown.escape_debug()
        ))
    })
}

/// A text as one part of an address.
fn encoded(text: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    encoded.replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_notifies_nobody_but_who_is_named() {
        let quiet = content(Some("@everyone <@1> <@&2>"), &[], (&[], &[])).unwrap();
        let nobody = json!({ "parse": [], "users": [], "roles": [], "replied_user": false });
        assert_eq!(quiet["allowed_mentions"], nobody);
        let named = content(Some("<@1>"), &[], (&["1".into()], &[])).unwrap();
        assert_eq!(named["allowed_mentions"]["users"], json!(["1"]));
        assert_eq!(named["allowed_mentions"]["parse"], json!([]));
        let everyone = content(Some("@everyone"), &[], (&["everyone".into()], &[]));
        assert!(matches!(everyone, Err(ConnectorError::Invalid(_))));
    }

    #[test]
    fn what_is_no_id_cannot_become_a_part_of_an_address() {
        for id in [
            "",
            "1/..",
            "1?x",
            "@me",
            "1\n",
            "１",
            "-1",
            "123456789012345678901",
        ] {
            assert!(checked_id("id", id).is_err(), "{id}");
        }
        assert_eq!(
            checked_id("id", "18446744073709551615"),
            Ok("18446744073709551615")
        );
        assert_eq!(encoded("../🦆 ?a"), "..%2F%F0%9F%A6%86%20%3Fa");
    }

    #[test]
    fn an_embed_becomes_discords_form() {
        let made = embed(&Embed {
            title: Some("Show".into()),
            color: Some("#0D4200".into()),
            image: Some("https://example.com/a.png".into()),
            ..Embed::default()
        });
        let expected = json!({
            "title": "Show", "color": 0x0D_4200, "image": { "url": "https://example.com/a.png" },
            "fields": [],
        });
        assert_eq!(made.unwrap(), expected);
        for text in ["red", "#12", "#+12345", "0D4200", "#ÄÄÄ"] {
            assert!(color(text).is_err(), "{text}");
        }
    }
}
