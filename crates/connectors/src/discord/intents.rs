//! Which events Discord is asked for.
//!
//! Each kind is asked for only when somebody subscribes to it; the privileged ones only if the user says
//! that they are switched on (<https://discord.com/developers/docs/topics/gateway#gateway-intents>).

use std::collections::BTreeSet;

use pato_events::Pattern;
use pato_events::catalogue::TopicPayload;
use pato_events::catalogue::chat::{
    ChatMessage, ChatMessageDeleted, ChatMessageEdited, ChatReaction,
};
use pato_events::catalogue::discord::{
    MemberJoined, MemberLeft, ScheduledEvent, ScheduledEventInterest, VoiceState,
};
use twilight_gateway::Intents;

use super::DiscordConfiguration;

const NEEDS: &[(&str, Intents)] = &[
    (ChatMessage::TOPIC, MESSAGES),
    (ChatMessageEdited::TOPIC, MESSAGES),
    (ChatMessageDeleted::TOPIC, Intents::GUILD_MESSAGES),
    (ChatReaction::TOPIC, Intents::GUILD_MESSAGE_REACTIONS),
    (MemberJoined::TOPIC, Intents::GUILD_MEMBERS),
    (MemberLeft::TOPIC, Intents::GUILD_MEMBERS),
    (VoiceState::TOPIC, Intents::GUILD_VOICE_STATES),
    (ScheduledEvent::TOPIC, Intents::GUILD_SCHEDULED_EVENTS),
    (
        ScheduledEventInterest::TOPIC,
        Intents::GUILD_SCHEDULED_EVENTS,
    ),
];

const MESSAGES: Intents = Intents::GUILD_MESSAGES.union(Intents::MESSAGE_CONTENT);

/// What is needed for what subscribers want. Interactions come without being asked for, and who may
/// moderate is always needed.
pub(super) fn wanted(
    patterns: &BTreeSet<Pattern>,
    configuration: &DiscordConfiguration,
) -> Intents {
    let needed = NEEDS.iter().filter(|(topic, _)| {
        let is_chat = topic.starts_with("chat.");
        let can_come = !is_chat || !configuration.chat_channels.is_empty();
        can_come && patterns.iter().any(|pattern| pattern.matches_name(topic))
    });
    let mut intents = needed.fold(Intents::GUILDS, |intents, (_, need)| intents | *need);
    intents.set(
        Intents::MESSAGE_CONTENT,
        configuration.message_content && intents.contains(Intents::MESSAGE_CONTENT),
    );
    intents.set(
        Intents::GUILD_MEMBERS,
        configuration.members && intents.contains(Intents::GUILD_MEMBERS),
    );
    intents
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discord::DiscordServer;

    fn of(patterns: &[&str], change: impl FnOnce(&mut DiscordConfiguration)) -> Intents {
        let mut configuration = DiscordConfiguration::new(DiscordServer::itself().unwrap());
        configuration.chat_channels = vec!["1".into()];
        configuration.members = true;
        change(&mut configuration);
        let patterns = patterns.iter().map(|text| Pattern::new(text).unwrap());
        wanted(&patterns.collect(), &configuration)
    }

    #[test]
    fn discord_is_asked_for_what_somebody_wants() {
        assert_eq!(of(&[], |_| ()), Intents::GUILDS);
        assert_eq!(of(&["discord.interaction"], |_| ()), Intents::GUILDS);
        let chat = of(&["chat.message"], |_| ());
        assert_eq!(chat, Intents::GUILDS | MESSAGES);
        let voice = of(&["discord.voice-state"], |_| ());
        assert_eq!(voice, Intents::GUILDS | Intents::GUILD_VOICE_STATES);
    }

    #[test]
    fn without_chat_channels_no_message_is_asked_for() {
        let none = of(&["chat.*"], |configuration| {
            configuration.chat_channels.clear();
        });
        assert_eq!(none, Intents::GUILDS);
    }

    #[test]
    fn a_privileged_intent_is_asked_for_only_if_it_is_said_to_be_on() {
        let all = of(&["chat.*", "discord.*"], |_| ());
        assert!(all.contains(Intents::MESSAGE_CONTENT | Intents::GUILD_MEMBERS));
        assert!(!all.contains(Intents::GUILD_PRESENCES));
        let without = of(&["chat.*", "discord.*"], |configuration| {
            configuration.members = false;
            configuration.message_content = false;
        });
        assert!(!without.intersects(Intents::MESSAGE_CONTENT | Intents::GUILD_MEMBERS));
        assert!(without.contains(Intents::GUILD_MESSAGES));
    }
}
