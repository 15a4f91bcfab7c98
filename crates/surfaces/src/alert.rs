use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::address::{Hosts, check_sound};
use crate::error::SurfaceError;
use crate::limits::Limits;
use crate::node::Node;
use crate::size::json_bytes;
use crate::table::Table;

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
    /// What is drawn, with constants only: an alert tells of one moment.
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

/// The time that an alert may be on screen, in milliseconds.
const DURATION: std::ops::RangeInclusive<u32> = 500..=120_000;

/// An alert that was found to be in order: pages can show it without a doubt.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedAlert {
    alert: Alert,
    table: Table,
    bytes: usize,
}

impl CheckedAlert {
    /// Checks an alert as `wit/ui.wit` and the limits have it. The closure says which hosts images and
    /// sounds may come from.
    ///
    /// An alert tells of one moment, so its nodes have constants and none is bound to a value: what it
    /// shows cannot change, or fit no longer, while it waits.
    ///
    /// # Errors
    ///
    /// [`SurfaceError::Table`] or [`SurfaceError::Node`] for its nodes, else [`SurfaceError::Alert`].
    pub fn new(mut alert: Alert, limits: &Limits, hosts: Hosts<'_>) -> Result<Self, SurfaceError> {
        check(&alert, limits, hosts).map_err(|problem| SurfaceError::Alert { problem })?;
        let bytes = json_bytes(&alert);
        let table = Table::new(std::mem::take(&mut alert.nodes), limits, hosts)?;
        if let Some(name) = table.names().next() {
            return Err(SurfaceError::Alert {
                problem: format!(
                    "a node is bound to the value `{name}`: write what it shows as a constant"
                ),
            });
        }
        Ok(Self {
            alert,
            table,
            bytes,
        })
    }

    /// The alert as pages receive it, with its nodes as [`Table::drawn_nodes`] has them.
    pub fn drawn(&self) -> Alert {
        Alert {
            nodes: self.table.drawn_nodes(),
            ..self.alert.clone()
        }
    }

    /// What has more is shown before what has less.
    pub fn priority(&self) -> u8 {
        self.alert.priority
    }

    /// How long it is on screen, in milliseconds.
    pub fn duration(&self) -> f64 {
        f64::from(self.alert.duration)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

fn check(alert: &Alert, limits: &Limits, hosts: Hosts<'_>) -> Result<(), String> {
    if !DURATION.contains(&alert.duration) {
        return Err(format!(
            "its duration is {} ms: write {} to {}",
            alert.duration,
            DURATION.start(),
            DURATION.end()
        ));
    }
    let Some(sound) = &alert.sound else {
        return Ok(());
    };
    if !(0.0..=1.0).contains(&sound.volume) {
        return Err(format!("its volume is {}: write 0 to 1", sound.volume));
    }
    check_sound(&sound.source, limits, hosts)
}
