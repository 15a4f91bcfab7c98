use pato_permissions::SurfaceKind;
use pato_surfaces::{Alert, Animation, Drawing};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::error::HostError;

/// Something that a plugin shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct SurfaceView {
    /// The plugin.
    pub plugin: String,
    /// What people call the plugin.
    pub plugin_name: String,
    /// The name that its manifest gives the surface.
    pub id: String,
    /// What it is: `widget`, `page` or `overlay`.
    #[schema(value_type = String)]
    #[schemars(with = "String")]
    pub kind: SurfaceKind,
    /// What people call it.
    pub title: String,
    /// What it shows.
    pub description: Option<String>,
    /// Of the Lucide set.
    pub icon: Option<String>,
    /// A widget: in columns of 12; an overlay: in pixels.
    pub width: u32,
    /// A widget: in rows of 40 pixels; an overlay: in pixels.
    pub height: u32,
    /// Whether the user lets the plugin show such.
    pub granted: bool,
    /// Whether the plugin runs.
    pub running: bool,
}

/// An overlay, and how it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct OverlayView {
    /// What it is.
    #[serde(flatten)]
    pub surface: SurfaceView,
    /// Where it stands and what it looks like.
    pub placement: Placement,
    /// How many pages show it now.
    pub connected: usize,
    /// How many alerts wait for it.
    pub waiting: usize,
    /// What OBS opens as a browser source, from the `/` of this server on; what follows the `#` opens
    /// this overlay and nothing else.
    pub address: String,
}

/// Where an overlay stands on the stream, and what it looks like. In pixels of a stage of 1920 x 1080.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Placement {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// How large its texts are; 1 is the usual.
    pub scale: f64,
    /// The family of its texts; empty means the usual.
    pub font: String,
    /// Of its texts: `#rrggbb` or `#rrggbbaa`.
    pub color: String,
    /// Behind it: `#rrggbb` or `#rrggbbaa`.
    pub background: String,
    /// Of what stands out: `#rrggbb` or `#rrggbbaa`.
    pub accent: String,
    /// Of its corners.
    pub radius: f64,
    /// Of its sounds: 0 to 1.
    pub volume: f64,
    /// How alerts come; none means as the plugin says.
    #[schema(value_type = Option<String>)]
    pub enter: Option<Animation>,
    /// How alerts go; none means as the plugin says.
    #[schema(value_type = Option<String>)]
    pub leave: Option<Animation>,
}

impl Default for Placement {
    fn default() -> Self {
        Self {
            x: 0.0,
            y: 0.0,
            width: 800.0,
            height: 300.0,
            scale: 1.0,
            font: String::new(),
            color: "#ffffff".into(),
            background: "#00000000".into(),
            accent: "#a78bfa".into(),
            radius: 16.0,
            volume: 0.8,
            enter: None,
            leave: None,
        }
    }
}

/// The largest extent of a stage, in pixels.
const STAGE: f64 = 7_680.0;

impl Placement {
    /// In the middle, a little above the bottom.
    pub(super) fn of_size(width: u32, height: u32) -> Self {
        let (width, height) = (f64::from(width), f64::from(height));
        Self {
            x: ((1_920.0 - width) / 2.0).max(0.0).round(),
            y: (1_080.0 - height - 80.0).max(0.0).round(),
            width,
            height,
            ..Self::default()
        }
    }

    /// Refuses what a page could not draw.
    ///
    /// # Errors
    ///
    /// That names the field, its value, and what it may be.
    pub(super) fn check(&self) -> Result<(), HostError> {
        let ranges = [
            ("x", self.x, -STAGE, STAGE),
            ("y", self.y, -STAGE, STAGE),
            ("width", self.width, 1.0, STAGE),
            ("height", self.height, 1.0, STAGE),
            ("scale", self.scale, 0.1, 10.0),
            ("radius", self.radius, 0.0, 500.0),
            ("volume", self.volume, 0.0, 1.0),
        ];
        for (field, value, least, most) in ranges {
            if !(least..=most).contains(&value) {
                return Err(wrong(
                    field,
                    &value.to_string(),
                    &format!("{least} to {most}"),
                ));
            }
        }
        for (field, color) in [
            ("color", &self.color),
            ("background", &self.background),
            ("accent", &self.accent),
        ] {
            let digits = color.strip_prefix('#').unwrap_or_default();
            let right = matches!(digits.len(), 6 | 8)
                && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !right {
                return Err(wrong(field, color, "a colour such as #ff8800 or #ff8800cc"));
            }
        }
        let letters = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-');
        if self.font.chars().count() > 64 || !self.font.chars().all(letters) {
            return Err(wrong("font", &self.font, "the name of a font family"));
        }
        Ok(())
    }
}

fn wrong(field: &str, value: &str, expected: &str) -> HostError {
    let shown: String = value
        .chars()
        .take(80)
        .flat_map(char::escape_debug)
        .collect();
    HostError::Placement {
        problem: format!("`{field}` is `{shown}`: write {expected}"),
    }
}

/// The alert that is on screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShownAlertView {
    /// Its id.
    pub id: String,
    /// What it is.
    pub alert: Alert,
    /// When it began, in milliseconds since the epoch, by the host's clock.
    pub began: f64,
    /// What time it is now, by the host's clock.
    pub now: f64,
}

/// An overlay as its page draws it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OverlayScene {
    /// What is there all the time.
    #[serde(flatten)]
    pub drawing: Drawing,
    /// Where it stands and what it looks like.
    pub placement: Placement,
    /// What is there for a while.
    pub alert: Option<ShownAlertView>,
}

/// How the user arranged the dashboard.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Its pages, in order.
    pub pages: Vec<LayoutPage>,
}

/// One page of the dashboard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LayoutPage {
    /// Names it.
    pub id: String,
    /// What the user calls it.
    pub title: String,
    /// Its widgets.
    pub items: Vec<LayoutItem>,
}

/// A widget's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LayoutItem {
    /// `plugin/surface`.
    pub surface: String,
    /// The first of its columns: 0 to 11.
    pub x: u32,
    /// The first of its rows.
    pub y: u32,
    /// In columns: 1 to 12.
    pub w: u32,
    /// In rows of 40 pixels.
    pub h: u32,
}

impl Layout {
    /// Refuses what no dashboard is: more than 20 pages, or 100 widgets on one.
    pub(super) fn check(&self) -> Result<(), HostError> {
        let wrong = |problem: String| Err(HostError::Layout { problem });
        if self.pages.len() > 20 {
            return wrong(format!(
                "it has {} pages, and 20 are the most",
                self.pages.len()
            ));
        }
        for page in &self.pages {
            let title = page.title.chars().count();
            if title > 64 || page.id.len() > 64 {
                return wrong("the title of a page has more than 64 characters".into());
            }
            if page.items.len() > 100 {
                let count = page.items.len();
                return wrong(format!("a page has {count} widgets, and 100 are the most"));
            }
            for item in &page.items {
                let fits = item.x < 12
                    && (1..=12).contains(&item.w)
                    && item.x + item.w <= 12
                    && item.y <= 10_000
                    && (1..=200).contains(&item.h);
                if !fits || item.surface.len() > 128 {
                    return wrong(format!(
                        "a widget stands at column {}, row {}, {} x {}: a page has 12 columns",
                        item.x, item.y, item.w, item.h
                    ));
                }
            }
        }
        Ok(())
    }
}
