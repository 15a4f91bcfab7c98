use std::collections::BTreeMap;

use serde_json::Value;

use super::Element;
use crate::{Error, Result, clock};

/// How long a surface that is not granted is left alone, in milliseconds: each try is told to the user.
const PATIENCE: f64 = 10_000.0;

/// Keeps what a plugin shows up to date: draws a surface once it may, and sends only values that changed.
///
/// A surface that the user does not grant is no error: it is tried again every ten seconds at most, and drawn
/// once they do.
///
/// ```
/// use pato_sdk::prelude::*;
/// use pato_sdk::ui::Surfaces;
/// # let host = pato_sdk::testing::FakeHost::new();
///
/// let mut surfaces = Surfaces::default();
/// let draw = || ui::stat("count", "Deaths");
/// surfaces.update("deaths", draw, [("count", json!(1))])?;
/// surfaces.update("deaths", draw, [("count", json!(2))])?;
/// # assert_eq!(host.surface("deaths").value("count"), Some(&json!(2)));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Surfaces {
    /// The values that the host has of each surface that is drawn.
    drawn: BTreeMap<String, BTreeMap<String, Value>>,
    /// When those that were refused were tried last.
    refused: BTreeMap<String, f64>,
}

impl Surfaces {
    /// Draws the surface, unless it is drawn, and sets those of the values that are not what they were.
    ///
    /// # Errors
    ///
    /// As for [`ui::show`](super::show) and [`ui::set_all`](super::set_all), except that it is no error if
    /// the surface is not granted, or the host shows nothing at all.
    pub fn update<N: Into<String>>(
        &mut self,
        surface: &str,
        draw: impl FnOnce() -> Element,
        values: impl IntoIterator<Item = (N, Value)>,
    ) -> Result<()> {
        let now = clock::now();
        let waits = |last: &f64| (0.0..PATIENCE).contains(&(now - last));
        if self.refused.get(surface).is_some_and(waits) {
            return Ok(());
        }
        self.refused.remove(surface);
        match self.try_update(surface, draw, values) {
            Err(Error::Denied(_) | Error::Unavailable(_)) => {
                self.redraw(surface);
                self.refused.insert(surface.to_owned(), now);
                Ok(())
            }
            result => result,
        }
    }

    /// Makes the next update draw the surface anew, because there is something else to draw.
    pub fn redraw(&mut self, surface: &str) {
        self.drawn.remove(surface);
    }

    fn try_update<N: Into<String>>(
        &mut self,
        surface: &str,
        draw: impl FnOnce() -> Element,
        values: impl IntoIterator<Item = (N, Value)>,
    ) -> Result<()> {
        let values = values.into_iter().map(|(name, value)| (name.into(), value));
        let told = self.drawn.get(surface);
        let is_new =
            |(name, value): &(String, Value)| told.and_then(|told| told.get(name)) != Some(value);
        let news: Vec<(String, Value)> = values.filter(is_new).collect();
        // The values of before may not fit what is drawn now, nor these what was drawn before.
        if told.is_none() {
            let gone = news.iter().map(|(name, _)| (name.clone(), Value::Null));
            super::set_all(surface, gone.collect::<Vec<_>>())?;
            super::show(surface, draw())?;
        } else if news.is_empty() {
            return Ok(());
        }
        super::set_all(surface, news.clone())?;
        self.drawn
            .entry(surface.to_owned())
            .or_default()
            .extend(news);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::FakeHost;
    use crate::ui;

    #[test]
    fn what_is_not_granted_is_drawn_once_it_is() {
        let host = FakeHost::new();
        let mut surfaces = Surfaces::default();
        let mut update = |value| surfaces.update("a", || ui::stat("n", "N"), [("n", json!(value))]);
        host.set_surface_error("a", Some(Error::Denied("show:widget".into())));
        update(1).unwrap();
        host.set_surface_error("a", None);
        update(1).unwrap();
        assert!(
            host.surface("a").table().is_none(),
            "it was refused a moment ago"
        );
        host.set_time(PATIENCE);
        update(1).unwrap();
        assert_eq!(host.surface("a").drawing().values["n"], 1);
        host.set_surface_error("a", Some(Error::RateLimited(5)));
        update(1).unwrap();
        assert_eq!(update(2), Err(Error::RateLimited(5)));
        host.set_surface_error("a", None);
        update(2).unwrap();
        assert_eq!(host.surface("a").value("n"), Some(&json!(2)));
    }

    #[test]
    fn another_drawing_may_bind_other_values() {
        let host = FakeHost::new();
        let mut surfaces = Surfaces::default();
        surfaces
            .update("a", || ui::stat("n", "N"), [("n", json!(1))])
            .unwrap();
        surfaces.redraw("a");
        let list = [("n", json!(["x"]))];
        surfaces.update("a", || ui::items("n"), list).unwrap();
        assert_eq!(host.surface("a").drawing().values["n"], json!(["x"]));
    }
}
