//! Counts deaths: a widget with buttons, and an overlay with the number.

// ANCHOR: plugin
use pato_sdk::prelude::*;
use pato_sdk::ui::Surfaces;

#[derive(Default)]
struct Deaths {
    count: u32,
    surfaces: Surfaces,
}

#[plugin]
impl Plugin for Deaths {
    fn init(&mut self) -> Result<()> {
        self.count = storage::get("count")?.unwrap_or(0);
        self.draw()
    }

    fn surface(&mut self, event: SurfaceEvent) -> Result<()> {
        match event.node.as_str() {
            "one" => self.count += 1,
            "reset" => self.count = 0,
            "set" => self.count = event.value()?,
            _ => return Ok(()),
        }
        storage::set("count", &self.count)?;
        self.draw()
    }
}

impl Deaths {
    /// Draws what may be shown and is not drawn yet, and sends the number if it changed.
    fn draw(&mut self) -> Result<()> {
        let panel = || {
            ui::column([
                ui::stat("count", "Deaths"),
                ui::row([
                    ui::button("one", "Died again").icon("skull"),
                    ui::button("reset", "Reset").confirm("Begin at nothing?"),
                ]),
                ui::number_input("count", "Set it to", 0.0, 100_000.0).id("set"),
            ])
        };
        let overlay = || ui::text("").bound("count").display();
        let values = [("count", json!(self.count))];
        self.surfaces.update("panel", panel, values.clone())?;
        self.surfaces.update("count", overlay, values)
    }
}
// ANCHOR_END: plugin

#[cfg(test)]
mod tests {
    use pato_sdk::testing::FakeHost;

    use super::*;

    #[test]
    fn the_button_counts_on_both_surfaces_and_the_count_stays() {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        let mut plugin = Deaths::default();
        plugin.init().unwrap();
        for _ in 0..2 {
            plugin.surface(host.press("panel", "one").unwrap()).unwrap();
        }
        assert_eq!(host.surface("panel").value("count"), Some(&json!(2)));
        assert_eq!(host.surface("count").value("count"), Some(&json!(2)));
        let change = host.change("panel", "set", 41).unwrap();
        plugin.surface(change).unwrap();

        let mut again = Deaths::default();
        again.init().unwrap();
        assert_eq!(again.count, 41);
        again
            .surface(host.press("panel", "reset").unwrap())
            .unwrap();
        assert_eq!(host.stored::<u32>("count").unwrap(), Some(0));
    }

    #[test]
    fn without_the_overlay_the_widget_works() {
        let host = FakeHost::with_manifest(include_str!("../pato.toml"));
        host.set_surface_error("count", Some(Error::Denied("show:overlay".into())));
        let mut plugin = Deaths::default();
        plugin.init().unwrap();
        plugin.surface(host.press("panel", "one").unwrap()).unwrap();
        assert_eq!(host.surface("panel").value("count"), Some(&json!(1)));
    }
}
