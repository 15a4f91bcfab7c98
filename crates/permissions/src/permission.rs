use std::fmt;
use std::str::FromStr;

use pato_events::catalogue::RESERVED_FAMILIES;
use pato_events::{Pattern, nearest};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::action::ActionPattern;
use crate::error::{ParseError, shown};
use crate::host_scope::HostScope;
use crate::manifest::DEFAULT_STORAGE_BYTES;
use crate::plugin_id::PluginId;
use crate::size::ByteSize;
use crate::surface::SurfaceKind;

/// One thing that a plugin may do.
///
/// As text, a kind and a scope: `subscribe:chat.message`, `publish:scenes.**`, `call:obs.*`,
/// `http:api.example.com:443`, `websocket:127.0.0.1:8123`, `storage:1MiB`, `timers`, `show:overlay`,
/// `plugin:points.points.give`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Permission {
    /// Receives the events of these topics.
    Subscribe(Pattern),
    /// Publishes events of these topics.
    Publish(Pattern),
    /// Performs these actions.
    Call(ActionPattern),
    /// Sends HTTP requests to this host.
    Http(HostScope),
    /// Opens WebSocket connections to this host.
    WebSocket(HostScope),
    /// Keeps so many bytes of its own, keys and values together.
    Storage(u64),
    /// Is called at a time it chooses.
    Timers,
    /// Shows something of its own there.
    Show(SurfaceKind),
    /// Calls these commands (`points.top`) and functions (`points.points.give`) of other plugins.
    Plugin(Pattern),
}

const KINDS: [&str; 9] = [
    "subscribe",
    "publish",
    "call",
    "http",
    "websocket",
    "storage",
    "timers",
    "show",
    "plugin",
];

impl Permission {
    /// The word before the colon of the text form.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Subscribe(_) => "subscribe",
            Self::Publish(_) => "publish",
            Self::Call(_) => "call",
            Self::Http(_) => "http",
            Self::WebSocket(_) => "websocket",
            Self::Storage(_) => "storage",
            Self::Timers => "timers",
            Self::Show(_) => "show",
            Self::Plugin(_) => "plugin",
        }
    }

    /// Whether whoever has this one needs no other to do all that `other` allows.
    pub fn covers(&self, other: &Permission) -> bool {
        match (self, other) {
            (Self::Subscribe(own), Self::Subscribe(other))
            | (Self::Publish(own), Self::Publish(other))
            | (Self::Plugin(own), Self::Plugin(other)) => own.covers(other),
            (Self::Call(own), Self::Call(other)) => own.covers(other),
            (Self::Http(own), Self::Http(other))
            | (Self::WebSocket(own), Self::WebSocket(other)) => own.covers(other),
            (Self::Storage(own), Self::Storage(other)) => own >= other,
            (Self::Timers, Self::Timers) => true,
            (Self::Show(own), Self::Show(other)) => own == other,
            _ => false,
        }
    }

    /// Whether all that `self` speaks of lies within what `wide` speaks of, harmful actions included.
    /// That is how a revocation is meant: `call:obs.*` takes back every action of OBS.
    pub(crate) fn is_within(&self, wide: &Permission) -> bool {
        match (self, wide) {
            (Self::Call(own), Self::Call(wide)) => wide.pattern().covers(own.pattern()),
            _ => wide.covers(self),
        }
    }

    /// Whether some single thing is allowed by both.
    pub(crate) fn overlaps(&self, other: &Permission) -> bool {
        match (self, other) {
            (Self::Subscribe(own), Self::Subscribe(other))
            | (Self::Publish(own), Self::Publish(other))
            | (Self::Plugin(own), Self::Plugin(other)) => patterns_overlap(own, other),
            (Self::Call(own), Self::Call(other)) => {
                let literal = own.is_literal() || other.is_literal();
                match literal {
                    true => own.covers(other) || other.covers(own),
                    false => patterns_overlap(own.pattern(), other.pattern()),
                }
            }
            (Self::Http(own), Self::Http(other))
            | (Self::WebSocket(own), Self::WebSocket(other)) => own.overlaps(other),
            (Self::Show(own), Self::Show(other)) => own == other,
            (own, other) => own.kind() == other.kind(),
        }
    }

    /// The scope: what stands after the colon of the text form.
    pub(crate) fn scope(&self) -> String {
        match self {
            Self::Subscribe(pattern) | Self::Publish(pattern) | Self::Plugin(pattern) => {
                pattern.to_string()
            }
            Self::Call(action) => action.to_string(),
            Self::Http(host) | Self::WebSocket(host) => host.to_string(),
            Self::Storage(bytes) => ByteSize(*bytes).to_string(),
            Self::Timers => String::new(),
            Self::Show(kind) => kind.to_string(),
        }
    }
}

fn patterns_overlap(one: &Pattern, other: &Pattern) -> bool {
    let (mut one, mut other) = (one.segments(), other.segments());
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (None, Some(_)) | (Some(_), None) => return false,
            (Some("**"), _) | (_, Some("**")) => return true,
            (Some("*"), _) | (_, Some("*")) => {}
            (Some(one), Some(other)) if one == other => {}
            _ => return false,
        }
    }
}

/// A pattern that a plugin may publish under: one that no topic of a reserved family matches.
pub(crate) fn publish_pattern(text: &str) -> Result<Pattern, ParseError> {
    let pattern = Pattern::new(text)?;
    match reserved_family(&pattern) {
        None => Ok(pattern),
        Some(family) => Err(ParseError::ReservedTopic {
            family: family.into(),
            pattern: pattern.to_string(),
        }),
    }
}

/// A pattern of what can be called in plugins: `points.top` is a command, `points.points.give` a function
/// of an interface.
pub(crate) fn plugin_pattern(text: &str) -> Result<Pattern, ParseError> {
    let pattern = Pattern::new(text)?;
    let mut segments = pattern.segments();
    let plugin = segments.next().unwrap_or_default();
    let fault = |remedy: String| ParseError::PluginFunction {
        text: shown(text),
        remedy,
    };
    if !plugin.starts_with('*') {
        PluginId::new(plugin)?;
    }
    match (plugin, segments.count()) {
        ("**", _) | (_, 1 | 2) => Ok(pattern),
        (_, 0) => Err(fault(format!(
            "write `{plugin}.**` for all that can be called in it"
        ))),
        _ => Err(fault(
            "write `plugin.command`, or `plugin.interface.function`".into(),
        )),
    }
}

/// A family of the host's that the pattern reaches.
pub(crate) fn reserved_family(pattern: &Pattern) -> Option<&'static str> {
    let first = pattern.segments().next()?;
    RESERVED_FAMILIES
        .iter()
        .copied()
        .find(|family| matches!(first, "*" | "**") || first == *family)
}

impl FromStr for Permission {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, scope) = match text.split_once(':') {
            Some((kind, scope)) => (kind, Some(scope)),
            None => (text, None),
        };
        let error = |remedy: String| ParseError::Permission {
            text: shown(text),
            remedy,
        };
        let needed = |example: &str| {
            scope
                .filter(|scope| !scope.is_empty())
                .ok_or_else(|| error(format!("the scope is missing: write `{kind}:{example}`")))
        };
        Ok(match kind {
            "subscribe" => Self::Subscribe(Pattern::new(needed("chat.message")?)?),
            "publish" => Self::Publish(publish_pattern(needed("my-plugin.**")?)?),
            "call" => Self::Call(needed("chat.send")?.parse()?),
            "http" => Self::Http(needed("api.example.com")?.parse()?),
            "websocket" => Self::WebSocket(needed("api.example.com")?.parse()?),
            "storage" => match scope {
                None => Self::Storage(DEFAULT_STORAGE_BYTES),
                Some(scope) => match scope.parse::<ByteSize>()? {
                    ByteSize(0) => return Err(error("a store of no bytes holds nothing".into())),
                    ByteSize(bytes) => Self::Storage(bytes),
                },
            },
            "show" => Self::Show(needed("widget")?.parse()?),
            "plugin" => Self::Plugin(plugin_pattern(needed("points.points.give")?)?),
            "timers" if scope.is_none() => Self::Timers,
            "timers" => return Err(error("it has no scope: write `timers`".into())),
            _ => {
                return Err(error(match nearest(kind, KINDS) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("it begins with one of {}", KINDS.join(", ")),
                }));
            }
        })
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timers => f.write_str(self.kind()),
            _ => write!(f, "{}:{}", self.kind(), self.scope()),
        }
    }
}

impl Serialize for Permission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Permission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn permission(text: &str) -> Permission {
        text.parse().unwrap()
    }

    fn any_permission() -> impl Strategy<Value = Permission> {
        let name = "([ab]|\\*)(\\.([ab]|\\*)){0,2}(\\.\\*\\*)?";
        let own = "[xy](\\.([ab]|\\*)){0,2}(\\.\\*\\*)?";
        prop_oneof![
            name.prop_map(|scope| format!("subscribe:{scope}")),
            own.prop_map(|scope| format!("publish:{scope}")),
            name.prop_map(|scope| format!("call:{scope}")),
            prop_oneof![Just("moderation.*"), Just("**"), Just("moderation.ban")]
                .prop_map(|scope| format!("call:{scope}")),
            "(\\*\\.)?([ab]\\.){0,2}c\\.d(:[12])?".prop_map(|scope| format!("http:{scope}")),
            "(\\*\\.)?([ab]\\.){0,2}c\\.d(:[12])?".prop_map(|scope| format!("websocket:{scope}")),
            "[1-9] KiB".prop_map(|scope| format!("storage:{scope}")),
            Just("timers".to_owned()),
            "(ab|\\*)\\.([ab]|\\*)(\\.([ab]|\\*\\*?))?".prop_map(|scope| format!("plugin:{scope}")),
            "(widget|page|overlay)".prop_map(|scope| format!("show:{scope}")),
        ]
        .prop_map(|text| permission(&text))
    }

    #[test]
    fn a_permission_is_shown_as_it_is_typed() {
        for text in [
            "subscribe:chat.message",
            "publish:scenes.**",
            "call:obs.*",
            "http:api.example.com:443",
            "websocket:[::1]:8123",
            "storage:1MiB",
            "timers",
            "show:overlay",
            "plugin:points.**",
            "plugin:points.points.give",
            "plugin:**",
        ] {
            assert_eq!(permission(text).to_string(), text);
            let json = serde_json::to_string(&permission(text)).unwrap();
            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(
                serde_json::from_str::<Permission>(&json).unwrap(),
                permission(text)
            );
        }
        assert_eq!(permission("storage"), Permission::Storage(1 << 20));
        assert_eq!(
            permission("http:a.example").to_string(),
            "http:a.example:443"
        );
    }

    #[test]
    fn what_is_no_permission_is_refused_with_what_to_write() {
        for (text, remedy) in [
            ("subscribe", "write `subscribe:chat.message`"),
            ("call:", "write `call:chat.send`"),
            ("subscrbe:chat.message", "did you mean `subscribe`?"),
            ("", "begins with one of"),
            ("file:/etc/passwd", "begins with one of"),
            ("timers:5", "write `timers`"),
            ("show", "write `show:widget`"),
            ("show:overlays", "did you mean `overlay`?"),
            ("show:desktop", "`widget`, `page` and `overlay`"),
            ("storage:0", "holds nothing"),
            ("storage:1MB", "write `MiB`"),
            ("publish:chat.message", "belong to the host"),
            ("publish:**", "belong to the host"),
            ("publish:*.x", "belong to the host"),
            ("publish:pato.**", "belong to the host"),
            ("call:chat.se*", "write `chat.*`"),
            ("plugin", "write `plugin:points.points.give`"),
            ("plugin:points", "write `points.**`"),
            ("plugin:points.a.b.c", "`plugin.interface.function`"),
            ("plugin:obs.a", "`my-obs`"),
            ("plugin:Points.a", "lower-case"),
        ] {
            let message = text.parse::<Permission>().unwrap_err().to_string();
            assert!(message.contains(remedy), "{text:?}: {message}");
        }
    }

    #[test]
    fn kinds_do_not_cover_each_other() {
        assert!(!permission("http:a.example").covers(&permission("websocket:a.example")));
        assert!(!permission("subscribe:a.b").covers(&permission("call:a.b")));
        assert!(permission("storage:2MiB").covers(&permission("storage:1MiB")));
        assert!(!permission("storage:1MiB").covers(&permission("storage:2MiB")));
        assert!(permission("timers").covers(&permission("timers")));
        assert!(permission("show:page").covers(&permission("show:page")));
        assert!(!permission("show:page").covers(&permission("show:overlay")));
        assert!(permission("plugin:points.**").covers(&permission("plugin:points.points.give")));
        assert!(!permission("plugin:points.*").covers(&permission("plugin:points.points.give")));
        assert!(!permission("call:points.give").covers(&permission("plugin:points.give")));
    }

    proptest! {
        #[test]
        fn covering_is_reflexive_and_transitive(
            a in any_permission(), b in any_permission(), c in any_permission(),
        ) {
            prop_assert!(a.covers(&a));
            if a.covers(&b) {
                prop_assert!(b.is_within(&a));
                if b.covers(&c) {
                    prop_assert!(a.covers(&c), "{} {} {}", a, b, c);
                }
            }
        }

        #[test]
        fn a_shown_permission_reads_back(permission in any_permission()) {
            prop_assert_eq!(permission.to_string().parse(), Ok(permission));
        }

        #[test]
        fn no_text_makes_the_parser_panic(
            text in "((subscribe|publish|call|http|websocket|storage|timers|show|plugin):?)?.{0,60}",
        ) {
            if let Ok(permission) = text.parse::<Permission>() {
                prop_assert!(!permission.describe().is_empty());
            }
        }
    }
}
