use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::node::Node;

/// How an alert comes and goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Animation {
    /// At once.
    #[default]
    None,
    /// By its opacity.
    Fade,
    /// Upward.
    SlideUp,
    /// Downward.
    SlideDown,
    /// Toward the left.
    SlideLeft,
    /// Toward the right.
    SlideRight,
    /// By its size.
    Zoom,
    /// By its size, beyond the end and back.
    Bounce,
}

/// What is heard with an alert.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sound {
    /// `asset:NAME` of the plugin's own, an `https:` address of a granted host, or one of the host's own:
    /// `chime`, `bell`, `fanfare`, `pop`.
    pub source: String,
    /// 0 to 1.
    pub volume: f64,
}

/// What an overlay shows for a while.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Alert {
    /// What is drawn.
    pub nodes: Vec<Node>,
    /// For how many milliseconds.
    pub duration: u32,
    /// What has more is shown before what has less; among equals, in order.
    pub priority: u8,
    /// What is heard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sound: Option<Sound>,
    /// How it comes.
    pub enter: Animation,
    /// How it goes.
    pub leave: Animation,
}
