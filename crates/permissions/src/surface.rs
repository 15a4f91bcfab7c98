use std::fmt;
use std::str::FromStr;

use pato_events::nearest;
use serde::{Deserialize, Serialize};

use crate::error::{ParseError, shown};

/// Where a plugin shows something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SurfaceKind {
    /// A part of the dashboard, beside others.
    Widget,
    /// A page of the dashboard.
    Page,
    /// On the stream, as a browser source.
    Overlay,
}

impl SurfaceKind {
    const ALL: [Self; 3] = [Self::Widget, Self::Page, Self::Overlay];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Widget => "widget",
            Self::Page => "page",
            Self::Overlay => "overlay",
        }
    }
}

impl fmt::Display for SurfaceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SurfaceKind {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| ParseError::Surface {
            text: shown(text),
            remedy: match nearest(text, Self::ALL.map(Self::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "there are `widget`, `page` and `overlay`".into(),
            },
        })
    }
}
