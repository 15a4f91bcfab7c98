//! Turns what Twitch says about a channel into events of the catalogue.

use std::borrow::Cow;
use std::sync::Arc;

use pato_events::catalogue::TopicPayload;
use pato_events::catalogue::channel::{Cheer, Gift, Raid, RewardRedeemed, Subscribe};
use pato_events::catalogue::chat::{
    Badge, ChatCleared, ChatMessage, ChatMessageDeleted, ChatNotice, Emote, ReplyParent, Role, User,
};
use pato_events::{Draft, Payload, Topic};

use super::irc::Message;
use super::recent::Recent;

/// How many identifiers of messages are remembered; a busy channel writes as many in some minutes.
const REMEMBERED_MESSAGES: usize = 4_096;
const REMEMBERED_BUNDLES: usize = 256;

/// The most emotes of one message; a text of 500 characters has room for 250.
const MAX_EMOTES: usize = 250;

/// Makes events of messages, each only once. Outlives a connection, so that what Twitch repeats
/// after a reconnect is not told twice.
pub(super) struct Translator {
    source: Arc<str>,
    messages: Recent,
    /// Gifts to many that were announced: Twitch then announces each of them once more.
    bundles: Recent,
}

impl Translator {
    pub(super) fn new(source: &str) -> Self {
        Self {
            source: source.into(),
            messages: Recent::new(REMEMBERED_MESSAGES),
            bundles: Recent::new(REMEMBERED_BUNDLES),
        }
    }

    /// Remembers a message that Pato itself sent.
    pub(super) fn remember(&mut self, message_id: &str) {
        self.messages.insert(message_id);
    }

    /// A draft of this payload.
    pub(super) fn draft<T: TopicPayload>(&self, payload: &T) -> Option<Draft> {
        let topic = Topic::new(T::TOPIC).ok()?;
        let data = Payload::from_value(payload).ok()?;
        let mut draft = Draft::new(topic, Arc::clone(&self.source), data);
        draft.stateful = T::STATEFUL;
        Some(draft)
    }

    /// The events that `message` tells of; none if it was told before or is about nothing we know.
    /// None at all means a duplicate.
    pub(super) fn events(&mut self, message: &Message<'_>) -> Option<Vec<Draft>> {
        if let Some(id) = message.tag("id")
            && matches!(message.command(), "PRIVMSG" | "USERNOTICE")
            && !self.messages.insert(&id)
        {
            return None;
        }
        let mut drafts = match message.command() {
            "PRIVMSG" => self.chat(message),
            "USERNOTICE" => self.user_notice(message),
            "CLEARCHAT" => self.one(cleared(message)),
            "CLEARMSG" => self.one(deleted(message)),
            "NOTICE" => self.one(notice(message)),
            _ => Vec::new(),
        };
        let time = message.number::<u64>("tmi-sent-ts");
        for draft in &mut drafts {
            #[expect(clippy::cast_precision_loss, reason = "53 bits of milliseconds last")]
            let sent = time.map(|milliseconds| milliseconds as f64);
            draft.time = sent;
        }
        Some(drafts)
    }

    fn one<T: TopicPayload>(&self, payload: Option<T>) -> Vec<Draft> {
        let draft = payload.and_then(|payload| self.draft(&payload));
        draft.into_iter().collect()
    }

    fn chat(&self, message: &Message<'_>) -> Vec<Draft> {
        let Some(chat) = chat_message(message) else {
            return Vec::new();
        };
        let mut drafts = self.one(Some(chat.clone()));
        if is_from_elsewhere(message) {
            return drafts;
        }
        if chat.bits > 0 {
            let anonymous = chat.user.login == "ananonymouscheerer";
            drafts.extend(self.draft(&Cheer {
                channel: chat.channel.clone(),
                user: (!anonymous).then(|| chat.user.clone()),
                amount: chat.bits,
                unit: "bits".to_owned(),
                text: chat.text.clone(),
            }));
        }
        if let Some(reward) = message.tag("custom-reward-id") {
            drafts.extend(self.draft(&RewardRedeemed {
                channel: chat.channel,
                redemption_id: None,
                reward_id: reward.into_owned(),
                title: None,
                cost: None,
                user: chat.user,
                input: Some(chat.text),
                status: None,
            }));
        }
        drafts
    }

    fn user_notice(&mut self, message: &Message<'_>) -> Vec<Draft> {
        let Some(channel) = channel(message) else {
            return Vec::new();
        };
        let kind = message.tag("msg-id").unwrap_or(Cow::Borrowed("notice"));
        if is_from_elsewhere(message) {
            return self.one(user_notice_as_chat_notice(message, channel, &kind));
        }
        let user = user(message);
        let tier = || owned(message, "msg-param-sub-plan").unwrap_or_else(|| "1000".to_owned());
        let giver = |user: User| (user.login != "ananonymousgifter").then_some(user);
        match (&*kind, user) {
            ("sub" | "resub", Some(user)) => self.one(Some(Subscribe {
                channel,
                user,
                tier: Some(tier()),
                months: Some(message.number("msg-param-cumulative-months").unwrap_or(1)),
                streak: message
                    .number("msg-param-streak-months")
                    .filter(|months| *months > 0),
                gifted: false,
                text: message.parameter(1).map(str::to_owned),
            })),
            ("submysterygift" | "anonsubmysterygift", user) => {
                if let Some(bundle) = bundle(message) {
                    self.bundles.insert(&bundle);
                }
                self.one(Some(Gift {
                    channel,
                    user: user.and_then(giver),
                    recipients: Vec::new(),
                    count: message.number("msg-param-mass-gift-count").unwrap_or(1),
                    tier: Some(tier()),
                    total: message
                        .number("msg-param-sender-count")
                        .filter(|total| *total > 0),
                }))
            }
            ("subgift" | "anonsubgift", user) => {
                if bundle(message).is_some_and(|bundle| self.bundles.contains(&bundle)) {
                    return Vec::new();
                }
                self.one(Some(Gift {
                    channel,
                    user: user.and_then(giver),
                    recipients: recipient(message).into_iter().collect(),
                    count: 1,
                    tier: Some(tier()),
                    total: message
                        .number("msg-param-sender-count")
                        .filter(|total| *total > 0),
                }))
            }
            ("raid", Some(user)) => self.one(Some(Raid {
                channel,
                user,
                viewers: message.number("msg-param-viewerCount").unwrap_or(0),
            })),
            _ => self.one(user_notice_as_chat_notice(message, channel, &kind)),
        }
    }
}

/// The roles that badges stand for.
pub(super) fn roles(badges: &[Badge]) -> Vec<Role> {
    let has = |id: &str| badges.iter().any(|badge| badge.id == id);
    let roles = [
        (has("broadcaster"), Role::Broadcaster),
        (has("moderator") || has("lead_moderator"), Role::Moderator),
        (has("vip"), Role::Vip),
        (has("subscriber") || has("founder"), Role::Subscriber),
    ];
    let held = roles.into_iter().filter(|(has, _)| *has);
    held.map(|(_, role)| role).collect()
}

/// The badges in the tag `badges`.
pub(super) fn badges(message: &Message<'_>) -> Vec<Badge> {
    let Some(list) = message.tag("badges") else {
        return Vec::new();
    };
    let badges = list.split(',').filter_map(|badge| badge.split_once('/'));
    badges
        .map(|(id, version)| Badge {
            id: id.to_owned(),
            version: version.to_owned(),
        })
        .collect()
}

/// The value of a tag.
pub(super) fn owned(message: &Message<'_>, tag: &str) -> Option<String> {
    message.tag(tag).map(Cow::into_owned)
}

/// The channel that the first parameter names, without `#`.
pub(super) fn channel(message: &Message<'_>) -> Option<String> {
    Some(message.parameter(0)?.strip_prefix('#')?.to_owned())
}

/// In a shared chat, messages of the other channels arrive here, too; what was paid or earned there
/// is not this channel's.
fn is_from_elsewhere(message: &Message<'_>) -> bool {
    let source = message.tag("source-room-id");
    source.is_some() && source != message.tag("room-id")
}

/// Twitch calls it community gift in one place and origin in another.
fn bundle<'a>(message: &Message<'a>) -> Option<Cow<'a, str>> {
    let id = message.tag("msg-param-community-gift-id");
    id.or_else(|| message.tag("msg-param-origin-id"))
}

fn user(message: &Message<'_>) -> Option<User> {
    let login = owned(message, "login").or_else(|| message.nick().map(str::to_owned))?;
    Some(User {
        id: owned(message, "user-id").unwrap_or_default(),
        name: owned(message, "display-name").unwrap_or_else(|| login.clone()),
        login,
    })
}

fn recipient(message: &Message<'_>) -> Option<User> {
    let login = owned(message, "msg-param-recipient-user-name")?;
    Some(User {
        id: owned(message, "msg-param-recipient-id").unwrap_or_default(),
        name: owned(message, "msg-param-recipient-display-name").unwrap_or_else(|| login.clone()),
        login,
    })
}

fn chat_message(message: &Message<'_>) -> Option<ChatMessage> {
    let written = message.parameter(1)?;
    let action = written.strip_prefix("\u{1}ACTION ");
    let text = action.map_or(written, |text| text.strip_suffix('\u{1}').unwrap_or(text));
    let badges = badges(message);
    let message_id = owned(message, "id").unwrap_or_default();
    Some(ChatMessage {
        roles: roles(&badges),
        badges,
        color: owned(message, "color"),
        emotes: emotes(message, text),
        reply_to: reply_parent(message),
        is_action: action.is_some(),
        is_first: message.is_set("first-msg"),
        bits: message.number("bits").unwrap_or(0),
        reward_id: owned(message, "custom-reward-id"),
        ..ChatMessage::new(message_id, channel(message)?, user(message)?, text)
    })
}

fn reply_parent(message: &Message<'_>) -> Option<ReplyParent> {
    let login = owned(message, "reply-parent-user-login")?;
    Some(ReplyParent {
        message_id: owned(message, "reply-parent-msg-id")?,
        user: User {
            id: owned(message, "reply-parent-user-id").unwrap_or_default(),
            name: owned(message, "reply-parent-display-name").unwrap_or_else(|| login.clone()),
            login,
        },
        text: owned(message, "reply-parent-msg-body").unwrap_or_default(),
    })
}

/// The emotes in `25:0-4,12-16/1902:6-10`, in the order of the text. Twitch counts code points, and
/// names the last one of an emote. What does not fit the text is left out.
fn emotes(message: &Message<'_>, text: &str) -> Vec<Emote> {
    let Some(list) = message.tag("emotes") else {
        return Vec::new();
    };
    let characters: Vec<char> = text.chars().collect();
    let mut emotes = Vec::new();
    for (id, ranges) in list.split('/').filter_map(|emote| emote.split_once(':')) {
        for range in ranges.split(',') {
            if emotes.len() < MAX_EMOTES
                && let Some((begin, end)) = emote_range(range)
                && let Some(name) = characters.get(begin as usize..end as usize)
                && !name.is_empty()
            {
                emotes.push(Emote {
                    id: id.to_owned(),
                    name: name.iter().collect(),
                    begin,
                    end,
                });
            }
        }
    }
    emotes.sort_by_key(|emote| emote.begin);
    emotes
}

fn emote_range(range: &str) -> Option<(u32, u32)> {
    let (first, last) = range.split_once('-')?;
    Some((
        first.parse().ok()?,
        last.parse::<u32>().ok()?.checked_add(1)?,
    ))
}

fn cleared(message: &Message<'_>) -> Option<ChatCleared> {
    let user = message.parameter(1).map(|login| User {
        id: owned(message, "target-user-id").unwrap_or_default(),
        login: login.to_owned(),
        name: login.to_owned(),
    });
    Some(ChatCleared {
        channel: channel(message)?,
        user,
        timeout_seconds: message.number("ban-duration"),
    })
}

fn deleted(message: &Message<'_>) -> Option<ChatMessageDeleted> {
    Some(ChatMessageDeleted {
        message_id: owned(message, "target-msg-id")?,
        channel: channel(message)?,
        login: owned(message, "login"),
        text: message.parameter(1).map(str::to_owned),
    })
}

fn notice(message: &Message<'_>) -> Option<ChatNotice> {
    Some(ChatNotice {
        channel: channel(message)?,
        kind: owned(message, "msg-id").unwrap_or_else(|| "notice".to_owned()),
        text: message.parameter(1)?.to_owned(),
    })
}

fn user_notice_as_chat_notice(
    message: &Message<'_>,
    channel: String,
    kind: &str,
) -> Option<ChatNotice> {
    let said = [
        message.tag("system-msg"),
        message.parameter(1).map(Cow::Borrowed),
    ];
    let lines: Vec<_> = said.into_iter().flatten().collect();
    Some(ChatNotice {
        channel,
        kind: kind.to_owned(),
        text: lines.join(" "),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn told(translator: &mut Translator, line: &str) -> Vec<(String, Value)> {
        let message = Message::parse(line).unwrap();
        let drafts = translator.events(&message).unwrap_or_default();
        let told = drafts.iter().map(|draft| {
            let entry = pato_events::catalogue::topic(draft.topic.as_str()).unwrap();
            entry.check(&draft.data).unwrap();
            (draft.topic.to_string(), draft.data.read().unwrap())
        });
        told.collect()
    }

    fn once(line: &str) -> Vec<(String, Value)> {
        told(&mut Translator::new("twitch"), line)
    }

    #[test]
    fn a_chat_line_keeps_roles_badges_and_emotes_by_code_point() {
        let line = "@badges=broadcaster/1,subscriber/12;color=#0D4200;display-name=Ronni;emotes=25:2-6,14-18/1902:8-12;first-msg=1;id=b34c;room-id=1337;tmi-sent-ts=1507246572675;user-id=1337 :ronni!ronni@ronni.tmi.twitch.tv PRIVMSG #pato :\u{1F986} Kappa Keepo Kappa";
        let [(topic, data)] = once(line).try_into().unwrap();
        assert_eq!(topic, "chat.message");
        assert_eq!(
            data["user"],
            json!({"id": "1337", "login": "ronni", "name": "Ronni"})
        );
        assert_eq!(data["roles"], json!(["broadcaster", "subscriber"]));
        assert_eq!(
            data["badges"][1],
            json!({"id": "subscriber", "version": "12"})
        );
        let names: Vec<_> = data["emotes"].as_array().unwrap().iter().collect();
        assert_eq!(
            names[0],
            &json!({"id": "25", "name": "Kappa", "begin": 2, "end": 7})
        );
        assert_eq!(names[1]["name"], "Keepo");
        assert_eq!(names[2]["begin"], 14);
        assert_eq!(data["is_first"], true);
        let message = Message::parse(line).unwrap();
        let drafts = Translator::new("twitch").events(&message).unwrap();
        assert_eq!(drafts[0].time, Some(1_507_246_572_675.0));
    }

    #[test]
    fn an_action_and_a_reply_are_understood() {
        let line = "@emotes=25:7-11;id=1;reply-parent-display-name=Ronni;reply-parent-msg-body=how\\sare\\:you;reply-parent-msg-id=b34c;reply-parent-user-id=1337;reply-parent-user-login=ronni :a!a@a PRIVMSG #pato :\u{1}ACTION quacks Kappa\u{1}";
        let [(_, data)] = once(line).try_into().unwrap();
        assert_eq!(data["text"], "quacks Kappa");
        assert_eq!(data["is_action"], true);
        assert_eq!(data["emotes"][0]["name"], "Kappa");
        assert_eq!(data["reply_to"]["text"], "how are;you");
        assert_eq!(data["reply_to"]["user"]["login"], "ronni");
    }

    #[test]
    fn bits_and_rewards_are_told_as_such_too() {
        let line =
            "@bits=100;display-name=Ronni;id=1;user-id=7 :ronni!ronni@x PRIVMSG #pato :cheer100";
        let [(_, chat), (topic, cheer)] = once(line).try_into().unwrap();
        assert_eq!(
            (topic.as_str(), &chat["bits"]),
            ("channel.cheer", &json!(100))
        );
        assert_eq!(cheer["user"]["name"], "Ronni");
        let line = "@bits=1;id=1 :ananonymouscheerer!a@x PRIVMSG #pato :cheer1";
        let [_, (_, cheer)] = once(line).try_into().unwrap();
        assert_eq!(cheer.get("user"), None);
        let line = "@custom-reward-id=92af127c;id=1 :ronni!a@x PRIVMSG #pato :Gaming please";
        let [_, (topic, reward)] = once(line).try_into().unwrap();
        assert_eq!(topic, "channel.reward-redeemed");
        assert_eq!(reward["reward_id"], "92af127c");
        assert_eq!(reward["input"], "Gaming please");
    }

    #[test]
    fn what_was_paid_in_another_channel_of_a_shared_chat_is_not_ours() {
        let line = "@bits=100;id=1;room-id=1;source-room-id=2 :a!a@x PRIVMSG #pato :cheer100";
        assert_eq!(once(line).len(), 1);
        let line = "@bits=100;id=1;room-id=1;source-room-id=1 :a!a@x PRIVMSG #pato :cheer100";
        assert_eq!(once(line).len(), 2);
    }

    #[test]
    fn subscriptions_and_raids_are_told() {
        let line = "@display-name=ronni;id=db2;login=ronni;msg-id=resub;msg-param-cumulative-months=6;msg-param-sub-plan=Prime;system-msg=x;user-id=87 :tmi.twitch.tv USERNOTICE #pato :Great stream -- keep it up!";
        let [(topic, data)] = once(line).try_into().unwrap();
        assert_eq!(topic, "channel.subscribe");
        assert_eq!(
            (&data["months"], &data["tier"]),
            (&json!(6), &json!("Prime"))
        );
        assert_eq!(data["text"], "Great stream -- keep it up!");
        let line = "@display-name=TestChannel;id=3d8;login=testchannel;msg-id=raid;msg-param-displayName=TestChannel;msg-param-login=testchannel;msg-param-viewerCount=15;system-msg=15\\sraiders;user-id=123 :tmi.twitch.tv USERNOTICE #pato";
        let [(topic, data)] = once(line).try_into().unwrap();
        assert_eq!(
            (topic.as_str(), &data["viewers"]),
            ("channel.raid", &json!(15))
        );
        assert_eq!(data["user"]["name"], "TestChannel");
    }

    #[test]
    fn a_bundle_of_gifts_is_told_once() {
        let mut translator = Translator::new("twitch");
        let bundle = "@id=1;login=tww2;display-name=TWW2;user-id=1;msg-id=submysterygift;msg-param-community-gift-id=77;msg-param-mass-gift-count=5;msg-param-sub-plan=1000 :tmi.twitch.tv USERNOTICE #pato";
        let [(topic, data)] = told(&mut translator, bundle).try_into().unwrap();
        assert_eq!(
            (topic.as_str(), &data["count"]),
            ("channel.gift", &json!(5))
        );
        let single = "@id=2;login=tww2;display-name=TWW2;user-id=1;msg-id=subgift;msg-param-community-gift-id=77;msg-param-recipient-display-name=Mr_Woodchuck;msg-param-recipient-id=55554444;msg-param-recipient-user-name=mr_woodchuck;msg-param-sub-plan=1000 :tmi.twitch.tv USERNOTICE #pato";
        assert_eq!(told(&mut translator, single), []);
        let alone = single.replace("=77;", "=78;").replace("id=2;", "id=3;");
        let [(_, data)] = told(&mut translator, &alone).try_into().unwrap();
        assert_eq!(data["recipients"][0]["name"], "Mr_Woodchuck");
        let anonymous = alone.replace("login=tww2", "login=ananonymousgifter");
        let [(_, data)] = once(&anonymous).try_into().unwrap();
        assert_eq!(data.get("user"), None);
    }

    #[test]
    fn moderation_and_notices_are_told() {
        let line = "@ban-duration=350;room-id=1;target-user-id=87654321 :tmi.twitch.tv CLEARCHAT #pato :ronni";
        let [(topic, data)] = once(line).try_into().unwrap();
        assert_eq!(
            (topic.as_str(), &data["timeout_seconds"]),
            ("chat.cleared", &json!(350))
        );
        let [(_, data)] = once(":tmi.twitch.tv CLEARCHAT #pato").try_into().unwrap();
        assert_eq!(data, json!({"channel": "pato"}));
        let line =
            "@login=foo;target-msg-id=94e6c7ff :tmi.twitch.tv CLEARMSG #pato :what a great day";
        let [(topic, data)] = once(line).try_into().unwrap();
        assert_eq!(topic, "chat.message-deleted");
        assert_eq!(data["message_id"], "94e6c7ff");
        let line = "@msg-id=slow_on :tmi.twitch.tv NOTICE #pato :This room is now in slow mode.";
        let [(topic, data)] = once(line).try_into().unwrap();
        assert_eq!(
            (topic.as_str(), &data["kind"]),
            ("chat.notice", &json!("slow_on"))
        );
        let line = "@id=9;login=a;msg-id=announcement;system-msg= :tmi.twitch.tv USERNOTICE #pato :New merch";
        let [(_, data)] = once(line).try_into().unwrap();
        assert_eq!(
            (&data["kind"], &data["text"]),
            (&json!("announcement"), &json!("New merch"))
        );
    }

    #[test]
    fn a_message_that_comes_twice_is_told_once() {
        let mut translator = Translator::new("twitch");
        let line = "@id=1 :a!a@x PRIVMSG #pato :hi";
        let message = Message::parse(line).unwrap();
        assert_eq!(
            translator.events(&message).map(|drafts| drafts.len()),
            Some(1)
        );
        assert!(translator.events(&message).is_none());
        translator.remember("2");
        assert_eq!(told(&mut translator, "@id=2 :a!a@x PRIVMSG #pato :hi"), []);
    }

    #[test]
    fn emotes_that_lie_about_the_text_are_left_out() {
        for emotes in [
            "25:0-99",
            "25:4-2",
            "25:-1-2",
            "25:0-4294967295",
            "25",
            ":",
            "25:x-y",
        ] {
            let line = format!("@emotes={emotes};id=1 :a!a@x PRIVMSG #pato :Kappa");
            let [(_, data)] = once(&line).try_into().unwrap();
            assert_eq!(data["emotes"], json!([]), "{emotes}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_message_makes_it_panic(
            command in "PRIVMSG|USERNOTICE|CLEARCHAT|CLEARMSG|NOTICE",
            tags in prop::collection::vec((
                "id|msg-id|emotes|badges|bits|login|ban-duration|tmi-sent-ts|msg-param-[a-z-]{1,20}",
                "sub|raid|subgift|[0-9:,/-]{0,20}|[^ ;\r\n\0]{0,20}",
            ), 1..8),
            rest in "( #?[a-z]{0,5}( :?[^\r\n\0]{0,30})?)?",
        ) {
            let tags: Vec<_> = tags.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let line = format!("@{} :a!a@a {command}{rest}", tags.join(";"));
            let message = Message::parse(&line).unwrap();
            for draft in Translator::new("twitch").events(&message).unwrap_or_default() {
                let entry = pato_events::catalogue::topic(draft.topic.as_str()).unwrap();
                prop_assert!(entry.check(&draft.data).is_ok());
            }
        }
    }
}
