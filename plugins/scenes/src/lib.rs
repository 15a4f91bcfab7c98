//! Changes the OBS scene by chat command or reward.

mod obs;
mod panel;
mod settings;
#[cfg(test)]
mod tests;

use pato_sdk::Cooldowns;
use pato_sdk::catalogue::channel::RewardRedeemed;
use pato_sdk::catalogue::chat::{SendMessage, SendMessageParameters};
use pato_sdk::prelude::*;

use crate::obs::Change;
use crate::panel::Panel;
use crate::settings::Settings;

/// The plugin.
#[derive(Default)]
struct Scenes {
    settings: Settings,
    cooldowns: Cooldowns,
    panel: Panel,
}

#[plugin]
impl Plugin for Scenes {
    fn init(&mut self) -> Result<()> {
        self.settings = Settings::read()?;
        events::subscribe("chat.message")?;
        if let Err(error) = events::subscribe("channel.reward-redeemed") {
            warn!("rewards change no scene: {error}");
        }
        for topic in panel::TOPICS {
            if let Err(error) = events::subscribe(topic) {
                debug!("the widget knows less: {error}");
            }
        }
        self.panel.draw()
    }

    fn event(&mut self, event: Event) -> Result<()> {
        if panel::TOPICS.contains(&event.topic.as_str()) {
            return self.panel.take_in(&event);
        }
        if event.flags.own {
            return Ok(());
        }
        if let Some(message) = event.payload::<ChatMessage>()? {
            return self.message(&event, &message);
        }
        match event.payload::<RewardRedeemed>()? {
            Some(redeemed) => self.reward(&event, &redeemed),
            None => Ok(()),
        }
    }

    fn surface(&mut self, event: SurfaceEvent) -> Result<()> {
        self.panel.press(&event.node)
    }

    fn settings_changed(&mut self, _keys: Vec<String>) -> Result<()> {
        self.settings = Settings::read()?;
        Ok(())
    }
}

impl Scenes {
    fn message(&mut self, event: &Event, message: &ChatMessage) -> Result<()> {
        let Some((command, scene)) = chat::command(&message.text, "") else {
            return Ok(());
        };
        let lists = command == self.settings.list_command;
        if !lists && command != self.settings.command {
            return Ok(());
        }
        if !self.settings.audience.admits(&message.roles) {
            debug!("{} may not use {command}", message.user.login);
            return Ok(());
        }
        let reply = if lists || scene.is_empty() {
            obs::list()
        } else if self.is_ready(event.time) {
            self.change(event.time, scene)
        } else {
            debug!("{scene} comes too soon after another change");
            return Ok(());
        };
        match self.settings.replies {
            true => chat::reply(event, reply),
            false => Ok(()),
        }
    }

    fn reward(&mut self, event: &Event, redeemed: &RewardRedeemed) -> Result<()> {
        let title = redeemed.title.as_deref().unwrap_or(&redeemed.reward_id);
        let Some(scene) = self.settings.scene_of(title).map(str::to_owned) else {
            return Ok(());
        };
        // The points are spent already, so a reward does not wait for the cooldown.
        let reply = self.change(event.time, &scene);
        if self.settings.replies {
            services::call::<SendMessage>(&SendMessageParameters {
                connector: Some(event.source.clone()),
                channel: Some(redeemed.channel.clone()),
                text: format!("@{} {reply}", redeemed.user.name),
                ..SendMessageParameters::default()
            })?;
        }
        Ok(())
    }

    fn is_ready(&self, now: f64) -> bool {
        self.cooldowns.is_ready("scene", now)
    }

    /// Changes the scene, and tells in words what happened.
    fn change(&mut self, now: f64, scene: &str) -> String {
        match obs::change(scene) {
            Change::Done(scene) => {
                self.cooldowns.start("scene", now, self.settings.cooldown);
                info!("the scene is now {scene}");
                format!("Scene: {scene}")
            }
            Change::NoSuchScene {
                nearest: Some(near),
            } => {
                format!("There is no scene “{scene}”. Did you mean “{near}”?")
            }
            Change::NoSuchScene { nearest: None } => format!("There is no scene “{scene}”."),
            Change::Failed(error) => obs::explain(&error),
        }
    }
}
