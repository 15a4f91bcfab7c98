//! What plugins show, against the fake host.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests fail loudly"
)]

use pato_sdk::prelude::*;
use pato_sdk::testing::FakeHost;
use pato_sdk::ui::{Alert, Animation, Cell, Happening, Kind, Node, Sound, Source};
use serde::Deserialize;

const MANIFEST: &str = r#"
[permissions]
show = ["widget", "overlay"]
network.http = ["images.example", { scope = "*.pictures.example:8443", reason = "…" }]

[[surfaces]]
id = "desk"
kind = "widget"

[[surfaces]]
id = "stage"
kind = "overlay"
"#;

fn desk() -> FakeHost {
    let host = FakeHost::with_manifest(MANIFEST);
    ui::show(
        "desk",
        ui::column([
            ui::button("reset", "Reset"),
            ui::toggle("paused", "Paused"),
            ui::slider("volume", "Volume", 0.0, 100.0).visible_by("loud"),
            ui::table("rows")
                .editable_column("name", "Name")
                .buttons("remove", ""),
            ui::form(
                "add",
                "Add",
                [ui::text_input("reply", "Reply").max_length(5)],
            ),
        ]),
    )
    .unwrap();
    ui::set(
        "desk",
        "rows",
        &json!([{ "id": "a", "name": "A", "remove": "Remove" }]),
    )
    .unwrap();
    host
}

#[test]
fn people_can_do_only_what_is_shown_and_fits() {
    let host = desk();
    let press = host.press("desk", "reset").unwrap();
    assert!(press.is_press() && press.node == "reset" && press.who == "dashboard");
    assert!(press.cell().is_none() && press.value::<bool>().is_err());
    assert!(matches!(
        host.press("desk", "rest"),
        Err(Error::NotFound(_))
    ));
    assert!(host.press("desk", "paused").is_err());

    let change = host.change("desk", "paused", true).unwrap();
    assert!(change.value::<bool>().unwrap());
    assert!(
        change
            .value::<u8>()
            .unwrap_err()
            .to_string()
            .contains("`paused`")
    );
    assert!(host.change("desk", "paused", "yes").is_err());
    assert!(host.change("desk", "volume", 101).is_err());
    host.change("desk", "volume", 100).unwrap();
    ui::set("desk", "loud", &false).unwrap();
    assert!(host.change("desk", "volume", 100).is_err(), "it is hidden");
}

#[test]
fn a_table_names_the_row_and_the_column() {
    let host = desk();
    let cell = Cell {
        row: "a".into(),
        column: "remove".into(),
    };
    let press = host.press_cell("desk", "rows", "a", "remove").unwrap();
    assert_eq!(press.cell(), Some(cell));
    let change = host.change_cell("desk", "rows", "a", "name", "B").unwrap();
    assert_eq!(change.value::<String>().unwrap(), "B");
    assert_eq!(change.cell().unwrap().column, "name");
    assert!(host.press_cell("desk", "rows", "b", "remove").is_err());
}

#[test]
fn a_form_is_read_as_one_value() {
    #[derive(Deserialize)]
    struct Form {
        reply: String,
    }
    let host = desk();
    let sent = host
        .submit("desk", "add", json!({ "reply": "Hi" }))
        .unwrap();
    assert_eq!(sent.form::<Form>().unwrap().reply, "Hi");
    assert!(host.press("desk", "reset").unwrap().form::<Form>().is_err());
    assert!(
        host.submit("desk", "add", json!({ "reply": "too long" }))
            .is_err()
    );
    assert!(host.submit("desk", "add", json!({})).is_err());
}

#[test]
fn what_the_host_would_refuse_the_fake_host_refuses() {
    let _host = desk();
    let refused = |element| ui::show("desk", element).unwrap_err().to_string();
    let twice = refused(ui::column([ui::button("a", "A"), ui::button("a", "A")]));
    assert!(
        twice.contains("node 2") && twice.contains("same id"),
        "{twice}"
    );
    assert!(refused(ui::grid(13, [])).contains("13"));
    assert!(refused(ui::icon("<script>")).contains("no icon"));
    assert!(refused(ui::column((0..2000).map(|_| ui::divider()))).contains("2001 nodes"));
    assert!(refused(ui::image("javascript:alert(1)", "x")).contains("no source of an image"));
    assert!(refused(ui::image("https://evil.example/a.png", "x")).contains("http:evil.example"));
    for fine in [
        "https://images.example/a.png",
        "https://a.pictures.example/a.png",
        "asset:a.png",
    ] {
        ui::show(
            "desk",
            ui::column([ui::table("rows").column("name", ""), ui::image(fine, "")]),
        )
        .unwrap();
    }
    assert!(
        ui::set("desk", "rows", &json!("none"))
            .unwrap_err()
            .to_string()
            .contains("`rows`")
    );
    let item = |color: &str| json!([{ "id": "a", "text": "Ada", "color": color }]);
    ui::show("desk", ui::items("people")).unwrap();
    ui::set("desk", "people", &item("#0D4200")).unwrap();
    for wrong in ["red", "#0D420", "#0D4200;", "#0D42é"] {
        let error = ui::set("desk", "people", &item(wrong)).unwrap_err();
        assert!(error.to_string().contains("`color`"), "{error}");
    }
    let orphan = Node {
        parent: Some(7),
        id: String::new(),
        kind: Kind::Divider,
        value: Source::None,
        visible: None,
    };
    assert!(matches!(
        ui::show_nodes("desk", vec![orphan]),
        Err(Error::Invalid(_))
    ));
}

#[test]
fn values_that_are_refused_change_nothing() {
    let host = desk();
    let values = [("rows", json!([])), ("paused", json!("maybe"))];
    assert!(ui::set_all("desk", values).is_err());
    assert_eq!(host.surface("desk").value("rows").unwrap()[0]["name"], "A");
    ui::append("desk", "rows", [json!({ "id": "b", "name": "B" })]).unwrap();
    assert_eq!(
        host.surface("desk")
            .value("rows")
            .unwrap()
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert!(ui::append("desk", "rows", [json!({ "id": "b" })]).is_err());
}

#[test]
fn a_surface_has_to_be_declared_and_granted() {
    let host = desk();
    assert!(matches!(
        ui::show("dest", ui::divider()),
        Err(Error::NotFound(_))
    ));
    let denied = Error::Denied("show:widget".into());
    host.set_surface_error("desk", Some(denied.clone()));
    assert_eq!(ui::set("desk", "paused", &true), Err(denied));
    host.set_surface_error("desk", None);
    ui::set("desk", "paused", &true).unwrap();
    let error = ui::alert("desk", Alert::new(ui::divider()))
        .unwrap_err()
        .to_string();
    assert!(error.contains("alerts are for overlays"), "{error}");
}

#[test]
fn alerts_come_one_at_a_time_by_priority_and_end() {
    let host = desk();
    let alert = |text: &str| Alert::new(ui::text(text)).for_seconds(2);
    let low = ui::alert("stage", alert("low")).unwrap();
    let high = ui::alert("stage", alert("high").priority(9)).unwrap();
    assert_eq!(
        host.show_alert("stage").unwrap().what,
        Happening::Shown(high.clone())
    );
    assert!(host.show_alert("stage").is_none(), "one at a time");
    assert_eq!(host.finish_alert("stage").unwrap().finished(), Some(&high));
    assert!(host.finish_alert("stage").is_none());
    assert!(matches!(ui::skip_alert("stage"), Err(Error::NotFound(_))));
    host.show_alert("stage").unwrap();
    ui::skip_alert("stage").unwrap();
    assert_eq!(host.finish_alert("stage").unwrap().finished(), Some(&low));
    assert!(host.show_alert("stage").is_none());
    assert_eq!(host.alerts("stage").len(), 2);
}

#[test]
fn an_alert_says_how_it_sounds_and_moves() {
    let host = desk();
    let alert = Alert::new(ui::text("Hi"))
        .sound(Sound::bell().volume(0.5))
        .enter(Animation::Zoom)
        .leave(Animation::Fade);
    ui::alert("stage", alert).unwrap();
    let (_, queued) = &host.alerts("stage")[0];
    let sound = queued.sound.as_ref().unwrap();
    assert_eq!(
        (sound.source.as_str(), queued.enter, queued.duration),
        ("bell", Animation::Zoom, 5000)
    );
    let refused = |alert: Alert| ui::alert("stage", alert).unwrap_err().to_string();
    assert!(refused(Alert::new(ui::text("")).for_seconds(121)).contains("121000"));
    assert!(refused(Alert::new(ui::text("")).sound(Sound::pop().volume(2.0))).contains("volume"));
    assert!(refused(Alert::new(ui::text("").bound("name"))).contains("constant"));
}

#[test]
fn so_many_alerts_wait_and_can_be_cleared() {
    let _host = desk();
    let alert = || ui::alert("stage", Alert::new(ui::divider()));
    for _ in 0..200 {
        alert().unwrap();
    }
    assert!(matches!(alert(), Err(Error::RateLimited(_))));
    assert_eq!(ui::clear_alerts("stage"), Ok(200));
    alert().unwrap();
}
