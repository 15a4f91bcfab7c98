use pato_events::{Pattern, catalogue};

use crate::action::ActionPattern;
use crate::host_scope::{Host, HostScope};
use crate::permission::Permission;
use crate::size::ByteSize;
use crate::surface::SurfaceKind;

impl Permission {
    /// What it lets a plugin do, as [`meaning`](Self::meaning). A warning follows where there is one.
    pub fn describe(&self) -> String {
        let words = self.meaning();
        match self.danger() {
            Some(danger) => format!("{words}. {danger}"),
            None => words,
        }
    }

    /// What it lets a plugin do, in plain words that continue "The plugin …": `is told when someone
    /// wrote in chat`, `keeps up to 1MiB of its own data`.
    pub fn meaning(&self) -> String {
        match self {
            Self::Subscribe(pattern) => subscription(pattern),
            Self::Publish(pattern) => format!("announces events of its own ({pattern})"),
            Self::Call(action) => call(action),
            Self::Http(scope) => format!("exchanges data with {} (HTTP)", place(scope)),
            Self::WebSocket(scope) => {
                format!("keeps a connection to {} (WebSocket)", place(scope))
            }
            Self::Storage(bytes) => format!("keeps up to {} of its own data", ByteSize(*bytes)),
            Self::Timers => "does things at times it chooses".into(),
            Self::Plugin(pattern) => plugin(pattern),
            Self::Show(kind) => match kind {
                SurfaceKind::Widget => "shows parts of your dashboard",
                SurfaceKind::Page => "has pages of its own in your dashboard",
                SurfaceKind::Overlay => "shows things on your stream, once you add its overlay",
            }
            .into(),
        }
    }

    /// What to know before granting it, if it can do harm.
    pub fn danger(&self) -> Option<&'static str> {
        match self {
            Self::Call(action) => catalogue::action(action.as_str())?.danger,
            _ => None,
        }
    }
}

fn subscription(pattern: &Pattern) -> String {
    let text = pattern.as_str();
    match (catalogue::topic(text), text) {
        (Some(entry), _) => format!("is told when: {}", clause(entry.summary)),
        (None, "**") => "is told everything that happens".into(),
        (None, _) if pattern.is_literal() => format!("is told of {text}"),
        (None, _) => format!("is told of everything called {text}"),
    }
}

fn call(action: &ActionPattern) -> String {
    let text = action.as_str();
    match (catalogue::action(text), text) {
        (Some(entry), _) => clause(entry.summary),
        (None, "**") => {
            "does anything that connected services offer, except what can do harm".into()
        }
        (None, _) if action.is_literal() => format!("performs the action {text}"),
        (None, _) => format!("performs every action called {text}, except those that can do harm"),
    }
}

fn plugin(pattern: &Pattern) -> String {
    let mut segments = pattern.segments();
    let plugin = match segments.next() {
        Some("*" | "**") | None => "any other plugin".to_owned(),
        Some(plugin) => format!("the plugin {plugin}"),
    };
    let rest: Vec<&str> = segments.collect();
    match rest.as_slice() {
        [] | ["**"] => format!("calls everything that {plugin} offers"),
        ["*"] => format!("calls every command of {plugin}"),
        [command] => format!("calls {command} of {plugin}"),
        [interface, "*" | "**"] => format!("calls everything in {interface} of {plugin}"),
        rest => format!("calls {} of {plugin}", rest.join(".")),
    }
}

fn place(scope: &HostScope) -> String {
    let host = match scope.host() {
        Host::Subdomains(parent) => format!("every host under {parent}"),
        host => host.to_string(),
    };
    let port = match scope.port() {
        443 => String::new(),
        port => format!(", port {port}"),
    };
    let near = match scope.names_private() {
        true => ", on this machine or in your network",
        false => "",
    };
    format!("{host}{port}{near}")
}

/// A sentence as part of another one: no capital, no full stop. A word such as `OBS` stays.
fn clause(sentence: &str) -> String {
    let sentence = sentence.trim_end_matches('.');
    let mut characters = sentence.chars();
    match (characters.next(), characters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => sentence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn describe(text: &str) -> String {
        text.parse::<Permission>().unwrap().describe()
    }

    #[test]
    fn a_streamer_reads_what_a_permission_means() {
        assert_eq!(describe("call:chat.send"), "writes a chat message");
        assert_eq!(
            describe("subscribe:chat.message"),
            "is told when: someone wrote in chat"
        );
        assert_eq!(
            describe("show:overlay"),
            "shows things on your stream, once you add its overlay"
        );
        assert_eq!(describe("storage:1MiB"), "keeps up to 1MiB of its own data");
        for (permission, meaning) in [
            (
                "plugin:points.points.give",
                "calls points.give of the plugin points",
            ),
            ("plugin:points.top", "calls top of the plugin points"),
            (
                "plugin:points.**",
                "calls everything that the plugin points offers",
            ),
            (
                "plugin:*.points.*",
                "calls everything in points of any other plugin",
            ),
        ] {
            assert_eq!(describe(permission), meaning);
        }
        assert_eq!(
            describe("http:127.0.0.1:8123"),
            "exchanges data with 127.0.0.1, port 8123, on this machine or in your network (HTTP)"
        );
        assert_eq!(
            describe("websocket:*.example.com"),
            "keeps a connection to every host under example.com (WebSocket)"
        );
    }

    #[test]
    fn every_action_of_the_catalogue_is_described_with_its_danger() {
        for action in catalogue::actions() {
            let permission: Permission = format!("call:{}", action.name).parse().unwrap();
            assert_eq!(permission.danger(), action.danger);
            let words = permission.describe();
            assert!(!words.contains(action.name), "{words}");
            assert!(words.ends_with(action.danger.unwrap_or("")), "{words}");
        }
    }
}
