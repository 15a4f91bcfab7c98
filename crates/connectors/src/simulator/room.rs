//! The memory of the simulated chat: what was written, and who is silenced.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use pato_events::catalogue::chat::{
    ChatCleared, ChatMessage, ChatMessageDeleted, ReplyParent, Role, SendMessageAnswer,
    SendMessageParameters, User,
};
use pato_events::catalogue::moderation::DeleteMessageParameters;
use pato_events::nearest;
use tokio::time::Instant;

use super::Simulator;
use super::cast::everyone;
use crate::connector::ConnectorError;

/// How many messages can still be deleted or answered.
const REMEMBERED: usize = 500;

/// The longest text, in characters. Longer than any real service allows.
const MAX_CHARACTERS: usize = 4_000;

pub(super) struct Room {
    channel: String,
    people: Vec<User>,
    messages: VecDeque<ChatMessage>,
    /// Until when each login is silenced; none is for ever.
    silenced: HashMap<String, Option<Instant>>,
    own: u64,
    fired: u64,
}

impl Room {
    pub(super) fn new(channel: &str) -> Self {
        Self {
            channel: channel.to_owned(),
            people: everyone().into_iter().map(|person| person.user).collect(),
            messages: VecDeque::with_capacity(REMEMBERED),
            silenced: HashMap::new(),
            own: 0,
            fired: 0,
        }
    }

    /// Whether the author may write at `now`; if so, the message is remembered.
    pub(super) fn admit(&mut self, message: &ChatMessage, now: Instant) -> bool {
        let login = &message.user.login;
        match self.silenced.get(login) {
            Some(None) => return false,
            Some(Some(until)) if *until > now => return false,
            Some(Some(_)) => drop(self.silenced.remove(login)),
            None => {}
        }
        self.remember(message.clone());
        true
    }

    /// Remembers a message that was made by hand, so that it can be answered and deleted like any
    /// other. It gets an id of its own unless one was given.
    pub(super) fn hear(&mut self, mut message: ChatMessage, has_id: bool) -> ChatMessage {
        if !has_id {
            self.fired += 1;
            message.message_id = format!("simulated-by-hand-{}", self.fired);
        }
        self.remember(message.clone());
        message
    }

    /// The message of the channel's owner that the parameters ask for.
    pub(super) fn write(
        &mut self,
        parameters: SendMessageParameters,
    ) -> Result<(ChatMessage, SendMessageAnswer), ConnectorError> {
        let length = parameters.text.chars().count();
        if parameters.text.trim().is_empty() || length > MAX_CHARACTERS {
            let text = format!("text: {length} characters; write 1 to {MAX_CHARACTERS}");
            return Err(ConnectorError::Invalid(text));
        }
        if let Some(channel) = parameters
            .channel
            .filter(|channel| *channel != self.channel)
        {
            let own = &self.channel;
            let text = format!(
                "`{}` is the channel `{own}`, not `{channel}`",
                Simulator::ID
            );
            return Err(ConnectorError::NotFound(text));
        }
        let reply_to = match parameters.reply_to {
            None => None,
            Some(id) => Some(self.parent(&id)?),
        };
        self.own += 1;
        let user = User {
            id: "1".to_owned(),
            login: self.channel.to_lowercase(),
            name: self.channel.clone(),
        };
        let message_id = format!("simulated-own-{}", self.own);
        let message = ChatMessage {
            roles: vec![Role::Broadcaster],
            reply_to,
            ..ChatMessage::new(&message_id, &self.channel, user, parameters.text)
        };
        self.remember(message.clone());
        let answer = SendMessageAnswer {
            messages: 1,
            message_ids: vec![message_id],
        };
        Ok((message, answer))
    }

    /// Takes a message out of the chat.
    pub(super) fn delete(
        &mut self,
        parameters: &DeleteMessageParameters,
    ) -> Result<ChatMessageDeleted, ConnectorError> {
        let place = self.place(&parameters.message_id)?;
        let message = self.messages.remove(place);
        let message = message.ok_or_else(|| unknown_message(&parameters.message_id))?;
        Ok(ChatMessageDeleted {
            message_id: message.message_id,
            channel: message.channel,
            login: Some(message.user.login),
            text: Some(message.text),
        })
    }

    /// Keeps someone from writing for `span`, or for ever.
    pub(super) fn silence(
        &mut self,
        login: &str,
        span: Option<Duration>,
        now: Instant,
    ) -> Result<ChatCleared, ConnectorError> {
        if span.is_some_and(|span| span.is_zero()) {
            let text = "seconds: 0; at least 1".to_owned();
            return Err(ConnectorError::Invalid(text));
        }
        let user = self.person(login)?;
        self.messages
            .retain(|message| message.user.login != user.login);
        let until = span.map(|span| now + span);
        self.silenced.insert(user.login.clone(), until);
        Ok(ChatCleared {
            channel: self.channel.clone(),
            user: Some(user),
            timeout_seconds: span.and_then(|span| u32::try_from(span.as_secs()).ok()),
        })
    }

    /// Lets someone write again.
    pub(super) fn admit_again(&mut self, login: &str) -> Result<(), ConnectorError> {
        let login = self.person(login)?.login;
        self.silenced.remove(&login);
        Ok(())
    }

    fn person(&self, login: &str) -> Result<User, ConnectorError> {
        let login = login.to_lowercase();
        let found = self.people.iter().find(|user| user.login == login);
        found.cloned().ok_or_else(|| {
            let near = nearest(&login, self.people.iter().map(|user| &*user.login));
            let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            ConnectorError::NotFound(format!("nobody here is called `{login}`{hint}"))
        })
    }

    fn parent(&self, id: &str) -> Result<ReplyParent, ConnectorError> {
        let message = self.messages.get(self.place(id)?);
        let message = message.ok_or_else(|| unknown_message(id))?;
        Ok(ReplyParent {
            message_id: message.message_id.clone(),
            user: message.user.clone(),
            text: message.text.clone(),
        })
    }

    fn place(&self, id: &str) -> Result<usize, ConnectorError> {
        let place = self
            .messages
            .iter()
            .position(|message| message.message_id == id);
        place.ok_or_else(|| unknown_message(id))
    }

    fn remember(&mut self, message: ChatMessage) {
        if self.messages.len() >= REMEMBERED {
            self.messages.pop_front();
        }
        self.messages.push_back(message);
    }
}

fn unknown_message(id: &str) -> ConnectorError {
    let text = format!("no message `{id}` among the last {REMEMBERED}; it may be deleted");
    ConnectorError::NotFound(text)
}
