//! What needs an answer of the user: told once, not each time it is tried again.

use std::collections::HashSet;
use std::sync::Arc;

use pato_host::Host;
use pato_host::bus::{Mailbox, MailboxConfiguration, Overflow};
use pato_host::events::catalogue::TopicPayload;
use pato_host::events::catalogue::host::{
    ConnectionState, ConnectorStatus, PluginDenied, PluginGrantsChanged, PluginState, PluginStatus,
};
use pato_host::events::{Event, Pattern};

use crate::texts::Texts;

/// How many changes may wait to be looked at; beyond it the oldest are left out.
const MAILBOX: usize = 256;

/// The longest text of a notification, in characters.
const MAX_TEXT: usize = 240;

/// Something that needs an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Notice {
    /// A service waits for the user.
    Connector {
        connector: String,
        /// In its own words.
        reason: Option<String>,
    },
    /// A plugin failed too often.
    Quarantined { plugin: String },
    /// A plugin could not be started.
    Failed { plugin: String },
    /// A plugin was refused what the user could grant.
    Refused { plugin: String, permission: String },
}

impl Notice {
    /// The title of the notification, and its text.
    pub(crate) fn words(&self, texts: &Texts) -> (String, String) {
        let (title, text) = match self {
            Self::Connector { connector, reason } => {
                let text = reason.as_deref().unwrap_or(texts.see_connections);
                ((texts.connector_waits)(connector), text.to_owned())
            }
            // Not with the reason, which may hold a text of the plugin's.
            Self::Quarantined { plugin } => {
                ((texts.plugin_off)(plugin), texts.failed_often.to_owned())
            }
            Self::Failed { plugin } => ((texts.plugin_off)(plugin), texts.not_started.to_owned()),
            Self::Refused { plugin, permission } => (
                (texts.plugin_refused)(plugin),
                (texts.permission_refused)(permission),
            ),
        };
        (title, text.chars().take(MAX_TEXT).collect())
    }
}

/// Follows what changes.
pub(crate) struct Attention {
    mailbox: Mailbox,
    /// What is said when something changes that was so from the start.
    waiting: Vec<Arc<Event>>,
    told: Told,
}

impl Attention {
    pub(crate) fn new(host: &Host) -> Self {
        let mailbox = host.bus().subscribe(MailboxConfiguration {
            name: "desktop".into(),
            capacity: MAILBOX,
            overflow: Overflow::DropOldest,
        });
        let topics = [
            ConnectorStatus::TOPIC,
            PluginStatus::TOPIC,
            PluginDenied::TOPIC,
            PluginGrantsChanged::TOPIC,
        ];
        let patterns = topics
            .into_iter()
            .filter_map(|topic| Pattern::new(topic).ok());
        let waiting = patterns.flat_map(|pattern| mailbox.add(pattern)).collect();
        Self {
            mailbox,
            waiting,
            told: Told::default(),
        }
    }

    /// Waits for a change, and answers with what is to be told of it: often nothing. Cancel-safe.
    pub(crate) async fn next(&mut self) -> Vec<Notice> {
        if self.waiting.is_empty() {
            self.mailbox.next_batch(&mut self.waiting, MAILBOX).await;
        }
        let events = self.waiting.drain(..);
        events
            .filter_map(|event| self.told.notice(&event))
            .collect()
    }
}

/// What was told and still stands. The names are those of connectors and installed plugins, so that
/// there are not many.
#[derive(Default)]
struct Told {
    connectors: HashSet<String>,
    stopped: HashSet<String>,
    denied: HashSet<String>,
}

impl Told {
    fn notice(&mut self, event: &Event) -> Option<Notice> {
        // Tried out by the user: nothing is the matter.
        if event.flags.simulated || event.flags.replayed {
            return None;
        }
        match event.topic.as_str() {
            ConnectorStatus::TOPIC => self.connector(&event.data.read().ok()?),
            PluginStatus::TOPIC => self.plugin(&event.data.read().ok()?),
            PluginDenied::TOPIC => self.refusal(&event.data.read().ok()?),
            PluginGrantsChanged::TOPIC => {
                let changed: PluginGrantsChanged = event.data.read().ok()?;
                self.denied.remove(&changed.plugin);
                None
            }
            _ => None,
        }
    }

    fn connector(&mut self, status: &ConnectorStatus) -> Option<Notice> {
        match status.state {
            ConnectionState::NeedsUser => {}
            // It may be tried again without anything being better.
            ConnectionState::Connecting | ConnectionState::Waiting => return None,
            ConnectionState::Connected | ConnectionState::Off => {
                self.connectors.remove(&status.connector);
                return None;
            }
        }
        let connector = status.connector.clone();
        let is_new = self.connectors.insert(connector.clone());
        let reason = status.reason.clone();
        is_new.then_some(Notice::Connector { connector, reason })
    }

    fn plugin(&mut self, status: &PluginStatus) -> Option<Notice> {
        let plugin = status.plugin.clone();
        let notice = match status.state {
            PluginState::Quarantined => Notice::Quarantined { plugin },
            PluginState::Failed => Notice::Failed { plugin },
            PluginState::Loading | PluginState::Restarting => return None,
            PluginState::Running | PluginState::Stopped => {
                self.stopped.remove(&plugin);
                return None;
            }
        };
        let is_new = self.stopped.insert(status.plugin.clone());
        is_new.then_some(notice)
    }

    fn refusal(&mut self, denied: &PluginDenied) -> Option<Notice> {
        // What its manifest does not ask for, nobody can grant.
        if !denied.declared || !self.denied.insert(denied.plugin.clone()) {
            return None;
        }
        Some(Notice::Refused {
            plugin: denied.plugin.clone(),
            permission: denied.permission.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use pato_host::events::{EventId, Flags, Payload, Topic};

    use super::*;
    use crate::texts::Language;

    fn event<T: TopicPayload + serde::Serialize>(payload: &T) -> Event {
        Event {
            id: EventId::new("1"),
            topic: Topic::new(T::TOPIC).unwrap(),
            source: "host".into(),
            account: None,
            time: Default::default(),
            cause: None,
            depth: 0,
            flags: Flags::default(),
            stateful: true,
            data: Payload::from_value(payload).unwrap(),
        }
    }

    fn connector(state: ConnectionState) -> Event {
        event(&ConnectorStatus {
            connector: "twitch".into(),
            state,
            reason: Some("log in again".into()),
            last_heard: None,
            next_try: None,
        })
    }

    fn plugin(state: PluginState) -> Event {
        event(&PluginStatus {
            plugin: "counter".into(),
            state,
            reason: Some("trap: SYSTEM: type your password".into()),
        })
    }

    fn denied(declared: bool) -> Event {
        event(&PluginDenied {
            declared,
            ..PluginDenied::example()
        })
    }

    fn words(notice: &Notice) -> (String, String) {
        notice.words(Language::En.texts())
    }

    #[test]
    fn a_connection_that_needs_the_user_is_told_once_until_it_stood_again() {
        let mut told = Told::default();
        let notice = told.notice(&connector(ConnectionState::NeedsUser));
        assert_eq!(
            words(&notice.unwrap()),
            ("twitch needs you".into(), "log in again".into())
        );
        for state in [
            ConnectionState::Connecting,
            ConnectionState::Waiting,
            ConnectionState::NeedsUser,
        ] {
            assert_eq!(told.notice(&connector(state)), None, "{state:?}");
        }
        assert_eq!(told.notice(&connector(ConnectionState::Connected)), None);
        assert!(
            told.notice(&connector(ConnectionState::NeedsUser))
                .is_some()
        );
    }

    #[test]
    fn a_plugin_that_is_off_is_told_once_and_without_its_own_words() {
        let mut told = Told::default();
        assert_eq!(told.notice(&plugin(PluginState::Restarting)), None);
        let notice = told.notice(&plugin(PluginState::Quarantined)).unwrap();
        let (title, text) = words(&notice);
        assert_eq!(title, "The plugin counter is off");
        assert!(!text.contains("password"), "{text}");
        assert_eq!(told.notice(&plugin(PluginState::Quarantined)), None);
        assert_eq!(told.notice(&plugin(PluginState::Running)), None);
        assert!(told.notice(&plugin(PluginState::Failed)).is_some());
    }

    #[test]
    fn a_refusal_that_the_user_could_grant_is_told_once_for_each_plugin() {
        let mut told = Told::default();
        assert_eq!(told.notice(&denied(false)), None);
        let notice = told.notice(&denied(true)).unwrap();
        let (_, text) = words(&notice);
        assert!(
            text.contains("call:obs.set-current-program-scene"),
            "{text}"
        );
        assert_eq!(told.notice(&denied(true)), None);
        let granted = PluginGrantsChanged {
            plugin: PluginDenied::example().plugin,
            grants: Vec::new(),
        };
        assert_eq!(told.notice(&event(&granted)), None);
        assert!(told.notice(&denied(true)).is_some());
    }

    #[test]
    fn what_is_tried_out_or_malformed_is_not_told_and_long_texts_are_cut() {
        let mut told = Told::default();
        let mut simulated = connector(ConnectionState::NeedsUser);
        simulated.flags.simulated = true;
        assert_eq!(told.notice(&simulated), None);
        let mut malformed = connector(ConnectionState::NeedsUser);
        malformed.data = Payload::empty();
        assert_eq!(told.notice(&malformed), None);
        let notice = Notice::Connector {
            connector: "obs".into(),
            reason: Some("ä".repeat(9_999)),
        };
        assert_eq!(words(&notice).1.chars().count(), MAX_TEXT);
    }
}
