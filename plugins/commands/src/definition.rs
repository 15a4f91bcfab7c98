use pato_sdk::chat::Audience;
use pato_sdk::prelude::*;
use serde::{Deserialize, Serialize};

/// The longest name, in letters.
const LONGEST_NAME: usize = 30;

/// The longest reply, in bytes.
const LONGEST_REPLY: usize = 1000;

/// The names that the plugin itself answers to.
const RESERVED: [&str; 2] = ["command", "commands"];

/// One command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Definition {
    pub(crate) name: String,
    pub(crate) reply: String,
    /// Who may use it.
    #[serde(default)]
    pub(crate) role: Audience,
    /// Other names for it.
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    /// Seconds before anyone can use it again; none means what the settings say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cooldown: Option<u32>,
    /// Seconds before the same person can use it again; none means what the settings say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user_cooldown: Option<u32>,
}

/// The options that may stand between a name and a reply.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) role: Option<Audience>,
    pub(crate) aliases: Option<Vec<String>>,
    pub(crate) cooldown: Option<u32>,
    pub(crate) user_cooldown: Option<u32>,
}

impl Definition {
    pub(crate) fn new(name: &str, reply: &str) -> Result<Self> {
        let reply = reply.trim();
        if reply.is_empty() || reply.len() > LONGEST_REPLY {
            return Err(Error::Invalid(format!(
                "the reply of `{name}` must have 1 to {LONGEST_REPLY} bytes, and it has {}",
                reply.len()
            )));
        }
        Ok(Self {
            name: name_of(name)?,
            reply: reply.to_owned(),
            role: Audience::Everyone,
            aliases: Vec::new(),
            cooldown: None,
            user_cooldown: None,
        })
    }

    /// Reads `name --option=value = reply`.
    pub(crate) fn parse_line(line: &str) -> Result<Self> {
        let (head, tail) = line
            .trim()
            .split_once(char::is_whitespace)
            .ok_or_else(|| no_reply(line))?;
        let (options, rest) = Options::parse(tail)?;
        let reply = rest.strip_prefix('=').ok_or_else(|| no_reply(line))?;
        let mut definition = Self::new(head, reply)?;
        definition.apply(options);
        Ok(definition)
    }

    /// Changes what the options name.
    pub(crate) fn apply(&mut self, options: Options) {
        self.role = options.role.unwrap_or(self.role);
        self.aliases = options
            .aliases
            .unwrap_or_else(|| std::mem::take(&mut self.aliases));
        self.cooldown = options.cooldown.or(self.cooldown);
        self.user_cooldown = options.user_cooldown.or(self.user_cooldown);
    }

    /// Its name and its aliases.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }
}

impl Options {
    /// Reads options up to the first word that is none; gives back what follows.
    pub(crate) fn parse(text: &str) -> Result<(Self, &str)> {
        let mut options = Self::default();
        let mut rest = text.trim_start();
        while let Some(option) = rest.strip_prefix("--") {
            let (option, after) = option
                .split_once(char::is_whitespace)
                .unwrap_or((option, ""));
            let (key, value) = option.split_once('=').unwrap_or((option, ""));
            match key {
                "role" => options.role = Some(role(value)?),
                "alias" => {
                    let names = value.split(',').map(name_of);
                    options.aliases = Some(names.collect::<Result<_>>()?);
                }
                "cooldown" => options.cooldown = Some(seconds(key, value)?),
                "user-cooldown" => options.user_cooldown = Some(seconds(key, value)?),
                _ => {
                    return Err(Error::Invalid(format!(
                        "there is no option `--{key}`; use --role, --alias, --cooldown or --user-cooldown"
                    )));
                }
            }
            rest = after.trim_start();
        }
        Ok((options, rest))
    }
}

/// A name as it is kept: lower case, without the prefix that people type before it.
pub(crate) fn name_of(text: &str) -> Result<String> {
    let name = text.trim().trim_start_matches('!').to_lowercase();
    let letters = name.chars().count();
    if letters == 0 || letters > LONGEST_NAME || name.contains(['=', ' ']) {
        return Err(Error::Invalid(format!(
            "`{text}` is no name for a command: use 1 to {LONGEST_NAME} letters"
        )));
    }
    if RESERVED.contains(&name.as_str()) {
        return Err(Error::Invalid(format!(
            "`{name}` is taken: it manages the commands"
        )));
    }
    Ok(name)
}

fn no_reply(line: &str) -> Error {
    Error::Invalid(format!("`{line}` has no reply; write `name = reply`"))
}

pub(crate) fn role(text: &str) -> Result<Audience> {
    let plural = format!("{}s", text.trim_end_matches('s'));
    match if text == "everyone" || text == "broadcaster" {
        text
    } else {
        &plural
    } {
        "everyone" => Ok(Audience::Everyone),
        "subscribers" => Ok(Audience::Subscribers),
        "vips" => Ok(Audience::Vips),
        "moderators" => Ok(Audience::Moderators),
        "broadcaster" => Ok(Audience::Broadcaster),
        _ => Err(Error::Invalid(format!(
            "there is no role `{text}`; use everyone, subscribers, vips, moderators or broadcaster"
        ))),
    }
}

fn seconds(key: &str, value: &str) -> Result<u32> {
    value
        .parse()
        .ok()
        .filter(|seconds| *seconds <= 86_400)
        .ok_or_else(|| {
            Error::Invalid(format!(
                "`--{key}={value}` is no time; write seconds, at most 86400"
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_name_options_and_a_reply() {
        let line = "!Hello --role=vip --alias=hi,!hey --cooldown=30 = Hello {user} = you";
        let definition = Definition::parse_line(line).unwrap();
        assert_eq!(definition.name, "hello");
        assert_eq!(definition.reply, "Hello {user} = you");
        assert_eq!(definition.role, Audience::Vips);
        assert_eq!(definition.aliases, ["hi", "hey"]);
        assert_eq!(
            (definition.cooldown, definition.user_cooldown),
            (Some(30), None)
        );
    }

    #[test]
    fn what_is_wrong_is_named_with_the_remedy() {
        let error = |line: &str| Definition::parse_line(line).unwrap_err().to_string();
        assert!(error("hello").contains("write `name = reply`"));
        assert!(error("hello there").contains("write `name = reply`"));
        assert!(error("hello --rolle=vips = Hi").contains("`--rolle`"));
        assert!(error("hello --role=admins = Hi").contains("`admins`"));
        assert!(error("hello --cooldown=-1 = Hi").contains("`--cooldown=-1`"));
        assert!(error("commands = Hi").contains("is taken"));
        assert!(error(&format!("hello = {}", "x".repeat(1001))).contains("1001"));
        assert!(error(&format!("{} = Hi", "x".repeat(31))).contains("no name"));
    }
}
