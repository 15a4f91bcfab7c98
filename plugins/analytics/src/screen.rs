//! The widget and the page.

use pato_sdk::prelude::*;
use pato_sdk::ui::{Element, Surfaces, Tone};

use crate::counts::Totals;
use crate::history::{self, MINUTE, Minute};

const WIDGET: &str = "now";
const PAGE: &str = "stream";

/// The button.
pub(crate) const RESET: &str = "reset";

/// How many minutes the charts show.
const SHORT: usize = 60;
const LONG: u64 = 360;

/// What is shown, with the charts of the last minutes, which are read once a minute.
#[derive(Default)]
pub(crate) struct Screen {
    surfaces: Surfaces,
    viewers: Value,
    short: Value,
    messages: Value,
    support: Value,
}

impl Screen {
    /// Reads the minutes that the charts show.
    pub(crate) fn read_history(&mut self, now: f64) {
        let minutes = match history::last(LONG, now) {
            Ok(minutes) => minutes,
            Err(error) => {
                warn!("the charts stay as they are: {error}");
                return;
            }
        };
        let latest = minutes.get(minutes.len().saturating_sub(SHORT)..);
        let viewers = |minute: &Minute| minute.viewers;
        self.short = line(latest.unwrap_or_default(), now, "Viewers", viewers);
        self.viewers = line(&minutes, now, "Viewers", viewers);
        self.messages = line(&minutes, now, "Messages", |minute| minute.messages);
        let given = |minute: &Minute| {
            let bars = minute.totals.bars();
            bars.iter()
                .fold(0, |sum: u32, (_, count)| sum.saturating_add(*count))
        };
        self.support = line(&minutes, now, "Support", given);
    }

    /// Shows how things stand: the topics with what is told of each.
    pub(crate) fn draw(
        &mut self,
        stats: &[(&'static str, Value); 4],
        totals: &Totals,
    ) -> Result<()> {
        let [(_, stream), (_, viewers), (_, chat), _] = stats;
        let live = stream.get("live").and_then(Value::as_bool) == Some(true);
        let of = |stats: &Value, key: &str| stats.get(key).cloned().unwrap_or_default();
        let numbers = [
            ("live", json!(live)),
            ("offline", json!(!live)),
            ("simulated", of(stream, "simulated")),
            ("viewers", of(viewers, "now")),
            ("peak", of(viewers, "peak")),
            ("average", of(viewers, "average")),
            ("rate", of(chat, "messages_per_minute")),
            ("messages", of(chat, "messages")),
            ("chatters", of(chat, "chatters")),
        ];
        let short = [("line", self.short.clone())];
        let values = numbers.clone().into_iter().chain(short);
        self.surfaces.update(WIDGET, widget, values)?;
        let charts = [
            ("viewer_line", self.viewers.clone()),
            ("message_line", self.messages.clone()),
            ("support_line", self.support.clone()),
            ("support_bars", bars(totals)),
            ("top", rows(chat)),
        ];
        let values = numbers.into_iter().chain(charts);
        self.surfaces.update(PAGE, page, values)
    }
}

/// A chart of one number of each minute. Its labels count backwards from now, for no plugin knows what
/// the clock on the wall says.
fn line(minutes: &[Minute], now: f64, name: &str, number: impl Fn(&Minute) -> u32) -> Value {
    let labels = minutes.iter().map(|minute| {
        let ago = ((now - minute.time) / MINUTE).floor().max(0.0);
        format!("−{ago:.0} min")
    });
    let values: Vec<u32> = minutes.iter().map(number).collect();
    json!({
        "labels": labels.collect::<Vec<_>>(),
        "series": [{ "name": name, "values": values }],
    })
}

fn bars(totals: &Totals) -> Value {
    let (labels, values): (Vec<_>, Vec<_>) = totals.bars().into_iter().unzip();
    json!({ "labels": labels, "series": [{ "name": "This stream", "values": values }] })
}

fn rows(chat: &Value) -> Value {
    let top = chat.get("top").and_then(Value::as_array);
    let row = |(place, one): (usize, &Value)| json!({ "id": (place + 1).to_string(), "name": one.get("name"), "count": one.get("count") });
    top.into_iter().flatten().enumerate().map(row).collect()
}

/// Whether a stream runs, and whether it is a real one.
fn status() -> Element {
    ui::row([
        ui::text("Live").tone(Tone::Good).visible_by("live"),
        ui::text("Offline").tone(Tone::Muted).visible_by("offline"),
        ui::text("Simulated events count")
            .caption()
            .visible_by("simulated"),
    ])
}

fn widget() -> Element {
    ui::column([
        status(),
        ui::grid(
            2,
            [
                ui::stat("viewers", "Viewers"),
                ui::stat("rate", "Messages a minute"),
            ],
        ),
        ui::line_chart("line", "Viewers in the last hour"),
    ])
}

fn page() -> Element {
    let stats = ui::grid(
        3,
        [
            ui::stat("viewers", "Viewers"),
            ui::stat("peak", "Most viewers"),
            ui::stat("average", "Viewers on average"),
            ui::stat("messages", "Messages"),
            ui::stat("rate", "Messages a minute"),
            ui::stat("chatters", "Chatters"),
        ],
    );
    ui::column([
        status(),
        stats,
        ui::tabs([
            ui::tab(
                "Viewers",
                [ui::line_chart(
                    "viewer_line",
                    "Viewers in the last six hours",
                )],
            ),
            ui::tab(
                "Chat",
                [
                    ui::line_chart("message_line", "Messages of each minute"),
                    ui::table("top")
                        .column("name", "Chatter")
                        .number("count", "Messages")
                        .empty("Nobody wrote yet."),
                ],
            ),
            ui::tab(
                "Support",
                [
                    ui::bar_chart("support_bars", "What was given"),
                    ui::line_chart("support_line", "What was given in each minute"),
                ],
            ),
        ]),
        ui::button(RESET, "Begin anew")
            .icon("rotate-ccw")
            .confirm("Begin to count at nothing? The history stays."),
    ])
}
