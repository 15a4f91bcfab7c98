//! One line of IRC with message tags, as in RFC 1459 and the `message-tags` specification of IRCv3.
//!
//! The parser borrows from the line and allocates nothing; a tag's value is copied only if it holds
//! escapes. It refuses what the grammar does not allow, and panics on nothing.

use std::borrow::Cow;

/// The longest tag section in bytes, `@` and the space after it included (IRCv3 `message-tags`).
pub const MAX_TAG_BYTES: usize = 8_191;

/// The longest rest of a line in bytes, without the line end.
///
/// RFC 1459 says 510, but Twitch counts a text in characters: 500 of four bytes each, and a prefix
/// of some 120 bytes.
pub const MAX_BODY_BYTES: usize = 4_096;

/// The longest line that [`Message::parse`] can accept, in bytes.
pub const MAX_LINE_BYTES: usize = MAX_TAG_BYTES + MAX_BODY_BYTES;

/// The most parameters of one message (RFC 1459, 2.3.1); the last takes the rest of the line.
pub const MAX_PARAMETERS: usize = 15;

/// One message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    tags: &'a str,
    index: TagIndex,
    prefix: Option<&'a str>,
    command: &'a str,
    parameters: [&'a str; MAX_PARAMETERS],
    count: usize,
}

/// How many tags are found without reading the tags once more; Twitch sends some 20, and 35 at most.
const INDEXED_TAGS: usize = 40;

/// Where the first tags stand. A message is asked for twenty of them: looking each up in the text
/// would take longer than all the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TagIndex {
    places: [TagPlace; INDEXED_TAGS],
    count: usize,
}

/// Offsets into the tags, which [`MAX_TAG_BYTES`] keeps within 16 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct TagPlace {
    begin: u16,
    name_end: u16,
    end: u16,
}

impl TagIndex {
    const EMPTY: Self = Self {
        places: [TagPlace {
            begin: 0,
            name_end: 0,
            end: 0,
        }; INDEXED_TAGS],
        count: 0,
    };

    fn push(&mut self, begin: usize, name: usize, length: usize) {
        let offset = |position: usize| u16::try_from(position).unwrap_or(u16::MAX);
        if let Some(place) = self.places.get_mut(self.count) {
            *place = TagPlace {
                begin: offset(begin),
                name_end: offset(begin + name),
                end: offset(begin + length),
            };
            self.count += 1;
        }
    }

    fn places(&self) -> &[TagPlace] {
        self.places.get(..self.count).unwrap_or_default()
    }
}

/// Why a line is no message. Positions are bytes from the beginning of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The line is empty, or has no command after its tags and prefix.
    #[error("the line has no command")]
    NoCommand,
    /// The command is neither letters nor three digits.
    #[error("the command at byte {position} is neither letters nor three digits")]
    Command {
        /// Where it begins.
        position: usize,
    },
    /// A tag's name is empty or holds something else than letters, digits, `-`, `_`, `.`, `/`, `+`.
    #[error("the tag at byte {position} has no valid name")]
    TagName {
        /// Where the tag begins.
        position: usize,
    },
    /// Nothing stands between `:` and the first space.
    #[error("the prefix is empty")]
    EmptyPrefix,
    /// A line end or a zero byte within the line.
    #[error("a line end or a zero stands at byte {position}")]
    Character {
        /// Where it stands.
        position: usize,
    },
    /// More tag bytes than [`MAX_TAG_BYTES`].
    #[error("the tags have {length} bytes, and may have {MAX_TAG_BYTES}")]
    TagsTooLong {
        /// How many they have.
        length: usize,
    },
    /// More bytes after the tags than [`MAX_BODY_BYTES`].
    #[error("the line has {length} bytes after its tags, and may have {MAX_BODY_BYTES}")]
    BodyTooLong {
        /// How many there are.
        length: usize,
    },
}

impl<'a> Message<'a> {
    /// Parses a line, with or without the line end.
    ///
    /// # Errors
    ///
    /// If the line breaks one of the rules in [`ParseError`].
    pub fn parse(line: &'a str) -> Result<Self, ParseError> {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        if let Some(position) = line.find(['\r', '\n', '\0']) {
            return Err(ParseError::Character { position });
        }
        let (tags, index, body) = split_tags(line)?;
        if body.len() > MAX_BODY_BYTES {
            let length = body.len();
            return Err(ParseError::BodyTooLong { length });
        }
        let (prefix, rest) = match body.strip_prefix(':') {
            None => (None, body),
            Some(rest) => match rest.split_once(' ').unwrap_or((rest, "")) {
                ("", _) => return Err(ParseError::EmptyPrefix),
                (prefix, rest) => (Some(prefix), rest.trim_start_matches(' ')),
            },
        };
        let (command, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        if command.is_empty() {
            return Err(ParseError::NoCommand);
        }
        if !is_command(command) {
            let position = line.len() - rest.len() - command.len() - usize::from(!rest.is_empty());
            return Err(ParseError::Command { position });
        }
        let (parameters, count) = split_parameters(rest);
        Ok(Self {
            tags,
            index,
            prefix,
            command,
            parameters,
            count,
        })
    }

    /// The command: letters, or three digits.
    pub fn command(&self) -> &'a str {
        self.command
    }

    /// Who sent it: `nick!user@host`, or a server.
    pub fn prefix(&self) -> Option<&'a str> {
        self.prefix
    }

    /// The nick in the prefix; none if a server sent it.
    pub fn nick(&self) -> Option<&'a str> {
        self.prefix?.split_once('!').map(|(nick, _)| nick)
    }

    /// The parameters, of which the last may hold spaces.
    pub fn parameters(&self) -> &[&'a str] {
        self.parameters.get(..self.count).unwrap_or_default()
    }

    /// The parameter of that number, from 0.
    pub fn parameter(&self, number: usize) -> Option<&'a str> {
        self.parameters().get(number).copied()
    }

    /// The tags as they came: name and escaped value (empty if there is none).
    pub fn raw_tags(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let tags = self.tags.split(';').filter(|tag| !tag.is_empty());
        tags.map(|tag| tag.split_once('=').unwrap_or((tag, "")))
    }

    /// The value of a tag, unescaped; of several with that name the last. An empty value counts as
    /// none, as IRCv3 says.
    pub fn tag(&self, name: &str) -> Option<Cow<'a, str>> {
        let value = self.value_beyond_index(name);
        let value = unescape(value.or_else(|| self.indexed_value(name))?);
        (!value.is_empty()).then_some(value)
    }

    fn indexed_value(&self, name: &str) -> Option<&'a str> {
        let places = self.index.places().iter().rev();
        for place in places {
            let (begin, name_end) = (usize::from(place.begin), usize::from(place.name_end));
            if name_end - begin == name.len() && self.tags.get(begin..name_end) == Some(name) {
                let value = self.tags.get(name_end..usize::from(place.end))?;
                return Some(value.strip_prefix('=').unwrap_or(value));
            }
        }
        None
    }

    fn value_beyond_index(&self, name: &str) -> Option<&'a str> {
        if self.index.count < INDEXED_TAGS {
            return None;
        }
        let beyond = self.raw_tags().skip(INDEXED_TAGS);
        let found = beyond.filter(|(key, _)| *key == name).last();
        found.map(|(_, value)| value)
    }

    /// The value of a tag as a number; none if it is not one.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.tag(name)?.parse().ok()
    }

    /// Whether a tag says `1`.
    pub fn is_set(&self, name: &str) -> bool {
        self.tag(name).as_deref() == Some("1")
    }
}

fn split_tags(line: &str) -> Result<(&str, TagIndex, &str), ParseError> {
    let mut index = TagIndex::EMPTY;
    let Some(rest) = line.strip_prefix('@') else {
        return Ok(("", index, line));
    };
    let Some((tags, body)) = rest.split_once(' ') else {
        return Err(ParseError::NoCommand);
    };
    let length = tags.len() + "@ ".len();
    if length > MAX_TAG_BYTES {
        return Err(ParseError::TagsTooLong { length });
    }
    let mut position = 1;
    for tag in tags.split(';') {
        let name = tag.split_once('=').map_or(tag, |(name, _)| name);
        if name.is_empty() || !name.bytes().all(is_tag_name) {
            return Err(ParseError::TagName { position });
        }
        index.push(position - 1, name.len(), tag.len());
        position += tag.len() + 1;
    }
    Ok((tags, index, body.trim_start_matches(' ')))
}

fn is_tag_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'+')
}

fn is_command(text: &str) -> bool {
    let letters = text.bytes().all(|byte| byte.is_ascii_alphabetic());
    letters || (text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn split_parameters(text: &str) -> ([&str; MAX_PARAMETERS], usize) {
    let mut parameters = [""; MAX_PARAMETERS];
    let mut count = 0;
    let mut rest = text.trim_start_matches(' ');
    for (number, slot) in parameters.iter_mut().enumerate() {
        if rest.is_empty() {
            break;
        }
        count += 1;
        if let Some(trailing) = rest.strip_prefix(':') {
            *slot = trailing;
            break;
        }
        if number + 1 == MAX_PARAMETERS {
            *slot = rest;
            break;
        }
        let (parameter, after) = rest.split_once(' ').unwrap_or((rest, ""));
        *slot = parameter;
        rest = after.trim_start_matches(' ');
    }
    (parameters, count)
}

fn unescape(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some(':') => text.push(';'),
            Some('s') => text.push(' '),
            Some('r') => text.push('\r'),
            Some('n') => text.push('\n'),
            Some(other) => text.push(other),
            None => {}
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Expected<'a> = (
        &'a [(&'a str, &'a str)],
        Option<&'a str>,
        &'a str,
        &'a [&'a str],
    );

    /// The lines are the examples of Twitch's reference of IRC tags and commands.
    const DOCUMENTED: &[(&str, Expected<'static>)] = &[
        (
            "PING :tmi.twitch.tv",
            (&[], None, "PING", &["tmi.twitch.tv"]),
        ),
        (
            ":tmi.twitch.tv RECONNECT\r\n",
            (&[], Some("tmi.twitch.tv"), "RECONNECT", &[]),
        ),
        (
            ":tmi.twitch.tv 001 justinfan12345 :Welcome, GLHF!",
            (
                &[],
                Some("tmi.twitch.tv"),
                "001",
                &["justinfan12345", "Welcome, GLHF!"],
            ),
        ),
        (
            ":tmi.twitch.tv CAP * ACK :twitch.tv/commands twitch.tv/tags twitch.tv/membership",
            (
                &[],
                Some("tmi.twitch.tv"),
                "CAP",
                &[
                    "*",
                    "ACK",
                    "twitch.tv/commands twitch.tv/tags twitch.tv/membership",
                ],
            ),
        ),
        (
            ":foo!foo@foo.tmi.twitch.tv PRIVMSG #bar :bleedPurple",
            (
                &[],
                Some("foo!foo@foo.tmi.twitch.tv"),
                "PRIVMSG",
                &["#bar", "bleedPurple"],
            ),
        ),
        (
            "@badge-info=;badges=turbo/1;color=#0D4200;display-name=ronni;emotes=25:0-4,12-16/1902:6-10;id=b34ccfc7-4977-403a-8a94-33c6bac34fb8;mod=0;room-id=1337;subscriber=0;tmi-sent-ts=1507246572675;turbo=1;user-id=1337;user-type=global_mod :ronni!ronni@ronni.tmi.twitch.tv PRIVMSG #ronni :Kappa Keepo Kappa",
            (
                &[
                    ("badges", "turbo/1"),
                    ("emotes", "25:0-4,12-16/1902:6-10"),
                    ("tmi-sent-ts", "1507246572675"),
                    ("user-type", "global_mod"),
                ],
                Some("ronni!ronni@ronni.tmi.twitch.tv"),
                "PRIVMSG",
                &["#ronni", "Kappa Keepo Kappa"],
            ),
        ),
        (
            "@badges=staff/1,broadcaster/1,turbo/1;color=#008000;display-name=ronni;emotes=;id=db25007f-7a18-43eb-9379-80131e44d633;login=ronni;mod=0;msg-id=resub;msg-param-cumulative-months=6;msg-param-streak-months=2;msg-param-should-share-streak=1;msg-param-sub-plan=Prime;msg-param-sub-plan-name=Prime;room-id=12345678;subscriber=1;system-msg=ronni\\shas\\ssubscribed\\sfor\\s6\\smonths!;tmi-sent-ts=1507246572675;turbo=1;user-id=87654321;user-type=staff :tmi.twitch.tv USERNOTICE #dallas :Great stream -- keep it up!",
            (
                &[
                    ("msg-id", "resub"),
                    ("system-msg", "ronni has subscribed for 6 months!"),
                ],
                Some("tmi.twitch.tv"),
                "USERNOTICE",
                &["#dallas", "Great stream -- keep it up!"],
            ),
        ),
        (
            "@room-id=12345678;tmi-sent-ts=1642715756806 :tmi.twitch.tv CLEARCHAT #dallas",
            (
                &[("room-id", "12345678")],
                Some("tmi.twitch.tv"),
                "CLEARCHAT",
                &["#dallas"],
            ),
        ),
        (
            "@login=ronni;room-id=;target-msg-id=abc-123-def;tmi-sent-ts=1642720582342 :tmi.twitch.tv CLEARMSG #dallas :HeyGuys",
            (
                &[("login", "ronni"), ("target-msg-id", "abc-123-def")],
                Some("tmi.twitch.tv"),
                "CLEARMSG",
                &["#dallas", "HeyGuys"],
            ),
        ),
        (
            "@msg-id=delete_message_success :tmi.twitch.tv NOTICE #bar :The message from foo is now deleted.",
            (
                &[("msg-id", "delete_message_success")],
                Some("tmi.twitch.tv"),
                "NOTICE",
                &["#bar", "The message from foo is now deleted."],
            ),
        ),
        (
            "@emote-only=0;followers-only=-1;r9k=0;slow=10;subs-only=0 :tmi.twitch.tv ROOMSTATE #dallas",
            (
                &[("followers-only", "-1"), ("slow", "10")],
                Some("tmi.twitch.tv"),
                "ROOMSTATE",
                &["#dallas"],
            ),
        ),
    ];

    #[test]
    fn every_documented_example_is_read() {
        for (line, (tags, prefix, command, parameters)) in DOCUMENTED {
            let message = Message::parse(line).unwrap();
            for (name, value) in *tags {
                assert_eq!(
                    message.tag(name).as_deref(),
                    Some(*value),
                    "{name} in {line}"
                );
            }
            assert_eq!(message.prefix(), *prefix, "{line}");
            assert_eq!(message.command(), *command, "{line}");
            assert_eq!(message.parameters(), *parameters, "{line}");
        }
    }

    #[test]
    fn tags_are_unescaped_and_empty_ones_count_as_none() {
        let line = "@a=\\:\\s\\\\\\r\\n\\b\\;empty=;flag;a-b/c.d=1;two=1;two=2 PING";
        let message = Message::parse(line).unwrap();
        assert_eq!(message.tag("a").as_deref(), Some("; \\\r\nb"));
        assert_eq!(message.tag("empty"), None);
        assert_eq!(message.tag("flag"), None);
        assert_eq!(message.tag("two").as_deref(), Some("2"));
        assert!(message.is_set("a-b/c.d"));
        assert_eq!(message.number::<u32>("two"), Some(2));
        assert_eq!(message.number::<u32>("a"), None);
    }

    #[test]
    fn hostile_lines_are_refused_with_the_place() {
        let refused = [
            ("", ParseError::NoCommand),
            ("@a=b", ParseError::NoCommand),
            (":prefix", ParseError::NoCommand),
            (": PING", ParseError::EmptyPrefix),
            ("@ PING", ParseError::TagName { position: 1 }),
            ("@a=1;=2 PING", ParseError::TagName { position: 5 }),
            ("@ä=1 PING", ParseError::TagName { position: 1 }),
            ("12 x", ParseError::Command { position: 0 }),
            (":a PI-NG x", ParseError::Command { position: 3 }),
            ("PING a\r\nQUIT", ParseError::Character { position: 6 }),
            ("PING a\0", ParseError::Character { position: 6 }),
        ];
        for (line, error) in refused {
            assert_eq!(Message::parse(line), Err(error), "{line:?}");
        }
        let long = format!("@a={} PING", "x".repeat(MAX_TAG_BYTES));
        assert!(matches!(
            Message::parse(&long),
            Err(ParseError::TagsTooLong { length: 8_195 })
        ));
        let long = format!("PING {}", "x".repeat(MAX_BODY_BYTES));
        assert!(matches!(
            Message::parse(&long),
            Err(ParseError::BodyTooLong { length: 4_101 })
        ));
    }

    #[test]
    fn the_longest_message_that_twitch_can_send_is_read() {
        let text = "\u{1F986}".repeat(500);
        let name = "x".repeat(25);
        let line = format!("@id=1 :{name}!{name}@{name}.tmi.twitch.tv PRIVMSG #{name} :{text}\r\n");
        assert_eq!(Message::parse(&line).unwrap().parameter(1), Some(&*text));
    }

    #[test]
    fn the_fifteenth_parameter_takes_the_rest() {
        let line = "X 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17";
        let message = Message::parse(line).unwrap();
        assert_eq!(message.parameters().len(), 15);
        assert_eq!(message.parameter(14), Some("15 16 17"));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(line in "[@: ;=\\\\a-z0-9äß\u{1F986}\r\n\0]{0,60}|.{0,300}") {
            if let Ok(message) = Message::parse(&line) {
                for (name, _) in message.raw_tags() {
                    let _ = message.tag(name);
                }
                prop_assert!(!message.command().is_empty());
                let _ = (message.nick(), message.parameter(99));
            }
        }

        #[test]
        fn a_tag_has_the_last_value_given_however_many_tags_there_are(
            tags in prop::collection::vec(("[a-e]{1,2}", prop::option::of("[x-z]{0,2}")), 1..100),
        ) {
            let written: Vec<_> = tags
                .iter()
                .map(|(name, value)| match value {
                    Some(value) => format!("{name}={value}"),
                    None => name.clone(),
                })
                .collect();
            let line = format!("@{} PING", written.join(";"));
            let message = Message::parse(&line).unwrap();
            for (name, _) in &tags {
                let last = tags.iter().rev().find(|(other, _)| other == name).unwrap();
                let last = last.1.clone().filter(|value| !value.is_empty());
                prop_assert_eq!(message.tag(name).map(Cow::into_owned), last);
            }
            prop_assert_eq!(message.tag("none"), None);
        }

        #[test]
        fn what_is_escaped_comes_back(value in "[;  \\\\\r\na-zä]{1,40}") {
            let escaped: String = value
                .chars()
                .map(|character| match character {
                    ';' => "\\:".to_owned(),
                    ' ' => "\\s".to_owned(),
                    '\\' => "\\\\".to_owned(),
                    '\r' => "\\r".to_owned(),
                    '\n' => "\\n".to_owned(),
                    other => other.to_string(),
                })
                .collect();
            let line = format!("@k={escaped} PING");
            prop_assert_eq!(Message::parse(&line).unwrap().tag("k").unwrap(), value);
        }
    }
}
