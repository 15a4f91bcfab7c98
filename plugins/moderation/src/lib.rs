//! Deletes messages that break the chat's rules, and times their authors out.

mod deeds;
mod punishment;
mod rules;
#[cfg(test)]
mod tests;

use pato_sdk::Cooldowns;
use pato_sdk::catalogue::TopicPayload;
use pato_sdk::catalogue::moderation::{
    DeleteMessage, DeleteMessageParameters, ShieldMode, Timeout, TimeoutParameters,
};
use pato_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use crate::deeds::{Deed, Deeds};
use crate::punishment::{Step, Strikes};
use crate::rules::{Broken, Rules};

/// The plugin.
#[derive(Default)]
struct Moderation {
    settings: Settings,
    rules: Rules,
    strikes: Strikes,
    /// Who may post links until when: those who are not "ready".
    permits: Cooldowns,
    deeds: Deeds,
}

/// What the user set beside the rules themselves; the manifest says what each means.
#[derive(Default, Deserialize)]
struct Settings {
    steps: Vec<String>,
    forget_minutes: u32,
    exempt_subscribers: bool,
    exempt_vips: bool,
    explain: bool,
    permit_command: String,
    permit_seconds: u32,
}

/// The payload of `guard.action`.
#[derive(Serialize)]
struct Action<'a> {
    rule: &'static str,
    step: String,
    login: &'a str,
    channel: &'a str,
    message_id: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[plugin]
impl Plugin for Moderation {
    fn init(&mut self) -> Result<()> {
        self.read_settings()?;
        events::subscribe("chat.message")?;
        if let Err(error) = events::subscribe(ShieldMode::TOPIC) {
            debug!("the widget does not know of shield mode: {error}");
        }
        self.deeds.draw()
    }

    fn event(&mut self, event: Event) -> Result<()> {
        self.events(vec![event])
    }

    /// When bots come in hundreds, what was done to them is shown at once.
    fn events(&mut self, events: Vec<Event>) -> Result<()> {
        for event in events {
            if let Err(error) = self.take_in(&event) {
                error!("event {} of `{}`: {error}", event.id, event.topic);
            }
        }
        self.deeds.draw()
    }

    fn surface(&mut self, event: SurfaceEvent) -> Result<()> {
        self.deeds.used(&event)
    }

    fn settings_changed(&mut self, _keys: Vec<String>) -> Result<()> {
        self.read_settings()
    }
}

impl Moderation {
    fn read_settings(&mut self) -> Result<()> {
        self.settings = settings::all()?;
        self.rules = Rules::read()?;
        self.strikes
            .set_steps(&self.settings.steps, self.settings.forget_minutes);
        Ok(())
    }

    fn take_in(&mut self, event: &Event) -> Result<()> {
        if event.flags.replayed {
            return Ok(());
        }
        if let Some(mode) = event.payload::<ShieldMode>()? {
            self.deeds.shield(mode.active);
            return Ok(());
        }
        if event.flags.own {
            return Ok(());
        }
        match event.payload::<ChatMessage>()? {
            Some(message) => self.message(event, &message),
            None => Ok(()),
        }
    }

    fn message(&mut self, event: &Event, message: &ChatMessage) -> Result<()> {
        if chat::Audience::Moderators.admits(&message.roles) {
            return self.permit(event, message);
        }
        if self.is_exempt(&message.roles) {
            return Ok(());
        }
        let permitted = !self
            .permits
            .is_ready(&message.user.login.to_lowercase(), event.time);
        match self.rules.broken_by(message, event.time, permitted) {
            Some(broken) => self.punish(event, message, &broken),
            None => Ok(()),
        }
    }

    fn is_exempt(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| match role {
            Role::Broadcaster | Role::Moderator => true,
            Role::Vip => self.settings.exempt_vips,
            Role::Subscriber => self.settings.exempt_subscribers,
        })
    }

    /// `!permit NAME` by a moderator.
    fn permit(&mut self, event: &Event, message: &ChatMessage) -> Result<()> {
        let Some((command, name)) = chat::command(&message.text, "") else {
            return Ok(());
        };
        if command != self.settings.permit_command || name.is_empty() {
            return Ok(());
        }
        let name = name.trim_start_matches('@').to_lowercase();
        let seconds = self.settings.permit_seconds;
        let text = format!("{name} may post links for {seconds} seconds.");
        self.permits.start(name, event.time, seconds);
        chat::reply(event, text)
    }

    fn punish(&mut self, event: &Event, message: &ChatMessage, broken: &Broken) -> Result<()> {
        let login = &message.user.login;
        let step = self.strikes.next(login, event.time);
        let done = carry_out(&step, event, message, broken);
        if let Err(error) = &done {
            warn!("{login} could not be stopped ({}): {error}", broken.rule);
        } else if self.settings.explain {
            let text = format!("@{} {}", message.user.name, broken.reason);
            // Not as a reply: the message is gone.
            if let Err(error) = say(event, message, text) {
                debug!("nobody was told why: {error}");
            }
        }
        let action = Action {
            rule: broken.rule,
            step: step.to_string(),
            login,
            channel: &message.channel,
            message_id: &message.message_id,
            text: &message.text,
            error: done.err().map(|error| error.to_string()),
        };
        self.deeds.add(Deed {
            time: event.time,
            connector: event.source.clone(),
            channel: message.channel.clone(),
            login: login.clone(),
            rule: broken.rule,
            step,
            text: message.text.chars().take(deeds::LETTERS).collect(),
            failed: action.error.is_some(),
        });
        events::publish("guard.action", &action).map(drop)
    }
}

fn carry_out(step: &Step, event: &Event, message: &ChatMessage, broken: &Broken) -> Result<()> {
    let connector = Some(event.source.clone());
    let channel = Some(message.channel.clone());
    match step {
        Step::Delete => services::call::<DeleteMessage>(&DeleteMessageParameters {
            connector,
            channel,
            message_id: message.message_id.clone(),
            ..DeleteMessageParameters::default()
        }),
        Step::Timeout(seconds) => services::call::<Timeout>(&TimeoutParameters {
            connector,
            channel,
            login: message.user.login.clone(),
            seconds: *seconds,
            reason: Some(broken.reason.to_owned()),
            ..TimeoutParameters::default()
        }),
    }
    .map(drop)
}

fn say(event: &Event, message: &ChatMessage, text: String) -> Result<()> {
    use pato_sdk::catalogue::chat::{SendMessage, SendMessageParameters};
    services::call::<SendMessage>(&SendMessageParameters {
        connector: Some(event.source.clone()),
        channel: Some(message.channel.clone()),
        text,
        ..SendMessageParameters::default()
    })
    .map(drop)
}
