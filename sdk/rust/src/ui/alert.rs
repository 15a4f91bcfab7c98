use std::fmt;
use std::time::Duration;

use pato_surfaces::Animation;
use serde::{Deserialize, Serialize};

use super::Element;
use crate::Result;

/// Names an alert that was queued.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AlertId(String);

impl AlertId {
    pub(crate) fn new(id: String) -> Self {
        Self(id)
    }

    /// As the host wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AlertId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What is heard with an alert.
#[derive(Debug, Clone, PartialEq)]
pub struct Sound(pato_surfaces::Sound);

impl Sound {
    /// From `asset:NAME` of the plugin's own, an `https:` address of a granted host, or one of the host's
    /// own: `chime`, `bell`, `fanfare`, `pop`.
    pub fn new(source: impl Into<String>) -> Self {
        Self(pato_surfaces::Sound {
            source: source.into(),
            volume: 1.0,
        })
    }

    /// Two soft tones.
    pub fn chime() -> Self {
        Self::new("chime")
    }

    /// One stroke.
    pub fn bell() -> Self {
        Self::new("bell")
    }

    /// For what is great.
    pub fn fanfare() -> Self {
        Self::new("fanfare")
    }

    /// For what is small.
    pub fn pop() -> Self {
        Self::new("pop")
    }

    /// How loud: 0 to 1.
    #[must_use]
    pub fn volume(mut self, volume: f64) -> Self {
        self.0.volume = volume;
        self
    }
}

/// What an overlay shows for a while: 5 seconds, unless it says otherwise.
///
/// Its elements have constants; none is bound to a value.
#[derive(Debug, Clone)]
#[must_use = "nothing is shown before `ui::alert`"]
pub struct Alert {
    element: Element,
    duration: Duration,
    priority: u8,
    sound: Option<Sound>,
    enter: Animation,
    leave: Animation,
}

impl Alert {
    /// An alert that shows this.
    pub fn new(element: Element) -> Self {
        Self {
            element,
            duration: Duration::from_secs(5),
            priority: 0,
            sound: None,
            enter: Animation::None,
            leave: Animation::None,
        }
    }

    /// How long it is shown: half a second to two minutes.
    pub fn lasting(mut self, duration: Duration) -> Self {
        self.duration = duration;
        self
    }

    /// How many seconds it is shown: 1 to 120.
    pub fn for_seconds(self, seconds: u32) -> Self {
        self.lasting(Duration::from_secs(seconds.into()))
    }

    /// What has more is shown before what has less; among equals, in order.
    pub fn priority(mut self, priority: u8) -> Self {
        self.priority = priority;
        self
    }

    /// What is heard.
    pub fn sound(mut self, sound: Sound) -> Self {
        self.sound = Some(sound);
        self
    }

    /// How it comes.
    pub fn enter(mut self, animation: Animation) -> Self {
        self.enter = animation;
        self
    }

    /// How it goes.
    pub fn leave(mut self, animation: Animation) -> Self {
        self.leave = animation;
        self
    }

    pub(crate) fn into_contract(self) -> Result<pato_surfaces::Alert> {
        Ok(pato_surfaces::Alert {
            nodes: self.element.into_nodes()?,
            duration: u32::try_from(self.duration.as_millis()).unwrap_or(u32::MAX),
            priority: self.priority,
            sound: self.sound.map(|Sound(sound)| sound),
            enter: self.enter,
            leave: self.leave,
        })
    }
}
