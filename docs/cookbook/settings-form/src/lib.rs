//! Greets whoever writes for the first time since it started, as the user set it.

// ANCHOR: plugin
use std::collections::HashSet;

use pato_sdk::chat::Audience;
use pato_sdk::prelude::*;
use serde::Deserialize;

/// What the manifest declares under `[settings]`.
#[derive(Default, Deserialize)]
struct Settings {
    greeting: String,
    audience: Audience,
    ignored: Vec<String>,
    enabled: bool,
}

#[derive(Default)]
struct SettingsForm {
    settings: Settings,
    seen: HashSet<String>,
}

#[plugin]
impl Plugin for SettingsForm {
    fn init(&mut self) -> Result<()> {
        self.settings = settings::all()?;
        events::subscribe("chat.message")
    }

    /// The host checked what the user wrote: a choice is one of those that the manifest names.
    fn settings_changed(&mut self, keys: Vec<String>) -> Result<()> {
        self.settings = settings::all()?;
        info!("now with other {}", keys.join(", "));
        Ok(())
    }

    fn event(&mut self, event: Event) -> Result<()> {
        let Some(message) = event.payload::<ChatMessage>()? else {
            return Ok(());
        };
        let Settings {
            greeting,
            audience,
            ignored,
            enabled,
        } = &self.settings;
        let user = message.user;
        let wanted = *enabled && audience.admits(&message.roles) && !ignored.contains(&user.login);
        if event.flags.own || !wanted || !self.seen.insert(user.id) {
            return Ok(());
        }
        let text = pato_sdk::fill(greeting, |place| {
            (place == "user").then(|| user.name.clone())
        });
        chat::send(chat::harmless(&text))
    }
}
// ANCHOR_END: plugin

#[cfg(test)]
mod tests {
    use pato_sdk::testing::{FakeHost, chat};

    use super::*;

    fn started() -> (FakeHost, SettingsForm) {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        host.answer("chat.send", |_| Ok(json!({ "messages": 1 })));
        let mut plugin = SettingsForm::default();
        plugin.init().unwrap();
        (host, plugin)
    }

    #[test]
    fn a_newcomer_is_greeted_once_with_the_text_of_the_settings() {
        let (host, mut plugin) = started();
        plugin.event(chat("hi")).unwrap();
        plugin.event(chat("how are you?")).unwrap();
        assert_eq!(host.sent(), ["Welcome, Ronni!"]);
    }

    #[test]
    fn what_the_user_changes_counts_at_once() {
        let (host, mut plugin) = started();
        host.set_setting("audience", json!("moderators"));
        plugin.settings_changed(vec!["audience".into()]).unwrap();
        plugin.event(chat("hi")).unwrap();
        assert!(host.sent().is_empty());
        host.set_setting("audience", json!("everyone"));
        host.set_setting("ignored", json!(["ronni"]));
        plugin.settings_changed(vec!["ignored".into()]).unwrap();
        plugin.event(chat("hi")).unwrap();
        assert!(host.sent().is_empty());
    }
}
