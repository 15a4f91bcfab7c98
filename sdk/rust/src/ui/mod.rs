//! What the plugin shows: widgets and pages in the dashboard, overlays on the stream. Permission: `show`,
//! scoped by `widget`, `page` and `overlay`.
//!
//! A surface is declared in `pato.toml`, under `[[surfaces]]`, and named here by its id. It is drawn once,
//! and afterwards only the values change that its elements are bound to:
//!
//! ```
//! use pato_sdk::prelude::*;
//! # let host = pato_sdk::testing::FakeHost::new();
//!
//! ui::show(
//!     "top",
//!     ui::column([
//!         ui::text("Top chatters").heading(),
//!         ui::table("rows").column("name", "Name").number("messages", "Messages"),
//!         ui::button("reset", "Reset").icon("rotate-ccw").confirm("Begin at nothing?"),
//!     ]),
//! )?;
//! ui::set("top", "rows", &json!([{ "id": "ada", "name": "Ada", "messages": 7 }]))?;
//! # assert_eq!(host.surface("top").value("rows").unwrap()[0]["messages"], 7);
//! # Ok::<(), Error>(())
//! ```
//!
//! What people do there arrives at [`Plugin::surface`](crate::Plugin::surface).

mod alert;
mod element;
mod elements;
mod event;
mod surfaces;

pub use pato_surfaces::{
    Alignment, Animation, Column, ColumnKind, Kind, Node, Source, TextStyle, Tone,
};
use serde::Serialize;
use serde_json::Value;

pub use self::alert::{Alert, AlertId, Sound};
pub use self::element::Element;
pub use self::elements::{
    bar_chart, button, card, column, divider, form, grid, icon, image, items, line_chart, log,
    markdown, number_input, pie_chart, progress, row, select, slider, stat, tab, table, tabs, text,
    text_area, text_input, toggle,
};
pub use self::event::{Cell, Happening, SurfaceEvent};
pub use self::surfaces::Surfaces;
use crate::{Result, host};

/// Draws a surface, in place of what was drawn before. Its values stay.
///
/// # Errors
///
/// If the manifest does not declare the surface, its kind is not granted, or the host cannot draw it; the
/// text names the node.
pub fn show(surface: &str, element: Element) -> Result<()> {
    show_nodes(surface, element.into_nodes()?)
}

/// Draws a surface from a table of nodes as the contract has it. [`show`] makes one of elements.
///
/// # Errors
///
/// As for [`show`].
pub fn show_nodes(surface: &str, nodes: Vec<Node>) -> Result<()> {
    host::ui_show(surface, nodes)
}

/// Sets one value of a surface; `null` takes it away. The others stay.
///
/// # Errors
///
/// As for [`show`], or if an element that is bound to it cannot show such a value.
pub fn set<T: Serialize + ?Sized>(surface: &str, name: &str, value: &T) -> Result<()> {
    set_all(surface, [(name, serde_json::to_value(value)?)])
}

/// Sets several values of a surface at once, all or none. Those that are not named stay.
///
/// ```
/// # use pato_sdk::prelude::*;
/// # let host = pato_sdk::testing::FakeHost::new();
/// ui::set_all("goal", [("have", json!(80)), ("want", json!(100))])?;
/// # assert_eq!(host.surface("goal").value("have"), Some(&json!(80)));
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
///
/// As for [`set`].
pub fn set_all<N: Into<String>>(
    surface: &str,
    values: impl IntoIterator<Item = (N, Value)>,
) -> Result<()> {
    let values = values.into_iter();
    let values = values.map(|(name, value)| (name.into(), value.to_string()));
    host::ui_set_values(surface, values.collect())
}

/// Adds to the end of a value that is a list, such as that of a [`log`]. What is too many falls off its
/// beginning.
///
/// ```
/// # use pato_sdk::prelude::*;
/// # let host = pato_sdk::testing::FakeHost::new();
/// ui::append("deeds", "lines", ["deleted a link"])?;
/// ui::append("deeds", "lines", ["timed Ronni out"])?;
/// # assert_eq!(host.surface("deeds").value("lines").unwrap()[1], "timed Ronni out");
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
///
/// As for [`set`], or if the value is no list.
pub fn append<T: Serialize>(
    surface: &str,
    name: &str,
    items: impl IntoIterator<Item = T>,
) -> Result<()> {
    let items = items.into_iter().map(|item| serde_json::to_string(&item));
    host::ui_append(surface, name, &items.collect::<Result<Vec<_>, _>>()?)
}

/// Queues an alert on an overlay. Alerts are shown one at a time, while the overlay is open somewhere.
///
/// ```
/// use pato_sdk::prelude::*;
/// use pato_sdk::ui::{Alert, Animation, Sound};
/// # let host = pato_sdk::testing::FakeHost::new();
///
/// let drawing = ui::row([ui::icon("heart"), ui::text("Ronni follows!").display()]);
/// let alert = Alert::new(drawing)
///     .for_seconds(7)
///     .sound(Sound::chime().volume(0.8))
///     .enter(Animation::SlideUp)
///     .leave(Animation::Fade);
/// let id = ui::alert("stage", alert)?;
/// # assert_eq!(host.alerts("stage")[0].0, id);
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
///
/// As for [`show`], or [`Error::RateLimited`](crate::Error::RateLimited) if 200 wait already.
pub fn alert(overlay: &str, alert: Alert) -> Result<AlertId> {
    host::ui_queue_alert(overlay, alert.into_contract()?).map(AlertId::new)
}

/// Ends the alert that is shown.
///
/// # Errors
///
/// [`Error::NotFound`](crate::Error::NotFound) if none is.
pub fn skip_alert(overlay: &str) -> Result<()> {
    host::ui_skip_alert(overlay)
}

/// Throws away the alerts that wait, but not the one that is shown. Answers how many.
///
/// # Errors
///
/// If the overlay is not declared or not granted.
pub fn clear_alerts(overlay: &str) -> Result<u32> {
    host::ui_clear_alerts(overlay)
}
