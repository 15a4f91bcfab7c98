use pato_sdk::catalogue::TopicPayload;
use pato_sdk::catalogue::chat::User;
use pato_sdk::testing::{self, FakeHost};

use super::*;

fn started(commands: &[&str]) -> (FakeHost, Commands) {
    let host = FakeHost::with_manifest(include_str!("../pato.toml"));
    host.set_setting("commands", json!(commands));
    host.answer("chat.send", |_| Ok(json!({ "messages": 1 })));
    let mut plugin = Commands::default();
    plugin.init().unwrap();
    (host, plugin)
}

fn said(name: &str, roles: &[Role], seconds: f64, text: &str) -> Event {
    let mut event = testing::event(&ChatMessage {
        text: text.into(),
        roles: roles.to_vec(),
        user: User {
            id: name.into(),
            login: name.to_lowercase(),
            name: name.into(),
        },
        ..ChatMessage::example()
    });
    event.time = seconds * 1000.0;
    event
}

fn by_moderator(text: &str) -> Event {
    said("Mod", &[Role::Moderator], 0.0, text)
}

#[test]
fn a_command_is_answered_where_it_was_written() {
    let (host, mut plugin) = started(&["hello --alias=hi = Hello {user}!"]);
    plugin.event(testing::chat("!hello")).unwrap();
    let call = &host.calls()[0];
    assert_eq!(call.action, "chat.send");
    assert_eq!(
        call.parameters,
        json!({
            "connector": "twitch",
            "channel": "pato",
            "text": "Hello Ronni!",
            "reply_to": ChatMessage::example().message_id,
        })
    );
}

#[test]
fn an_alias_is_the_same_command_in_any_case_of_letters() {
    let (host, mut plugin) = started(&["hello --alias=hi = Hello!"]);
    plugin.event(by_moderator("!HI")).unwrap();
    plugin.event(by_moderator("!hey")).unwrap();
    plugin.event(by_moderator("hello")).unwrap();
    assert_eq!(host.sent(), ["Hello!"]);
}

#[test]
fn cooldowns_are_for_all_and_for_each() {
    let (host, mut plugin) = started(&["hi --cooldown=5 --user-cooldown=20 = {user}"]);
    for (name, seconds) in [("A", 0.0), ("B", 4.9), ("A", 6.0), ("B", 6.0), ("A", 20.0)] {
        plugin.event(said(name, &[], seconds, "!hi")).unwrap();
    }
    assert_eq!(host.sent(), ["A", "B", "A"]);
}

#[test]
fn moderators_wait_for_no_cooldown() {
    let (host, mut plugin) = started(&["hi = Hi"]);
    plugin.event(by_moderator("!hi")).unwrap();
    plugin.event(by_moderator("!hi")).unwrap();
    assert_eq!(host.sent().len(), 2);
}

#[test]
fn a_role_keeps_others_out() {
    let (host, mut plugin) = started(&["vip --role=vips = Welcome"]);
    plugin
        .event(said("A", &[Role::Subscriber], 0.0, "!vip"))
        .unwrap();
    plugin.event(said("B", &[Role::Vip], 0.0, "!vip")).unwrap();
    assert_eq!(host.sent(), ["Welcome"]);
}

#[test]
fn moderators_add_edit_and_remove_and_it_lasts() {
    let (host, mut plugin) = started(&[]);
    plugin
        .event(by_moderator("!command add hi --role=vip Hi {user}"))
        .unwrap();
    plugin.event(by_moderator("!command add hi again")).unwrap();
    plugin
        .event(by_moderator("!command edit hi --cooldown=9"))
        .unwrap();
    let mut again = Commands::default();
    again.init().unwrap();
    let kept = again.book.find("hi").unwrap();
    assert_eq!((kept.role, kept.cooldown), (Audience::Vips, Some(9)));
    assert_eq!(kept.reply, "Hi {user}");
    again.event(by_moderator("!command remove !hi")).unwrap();
    assert!(again.book.find("hi").is_none());
    assert_eq!(
        host.sent(),
        [
            "Added hi.",
            "That did not work: `hi` is there already; use edit",
            "Changed hi.",
            "Removed hi.",
        ]
    );
    assert_eq!(host.stored::<Value>("command/hi").unwrap(), None);
}

#[test]
fn viewers_edit_nothing() {
    let (host, mut plugin) = started(&[]);
    plugin
        .event(said("A", &[Role::Vip], 0.0, "!command add hi Hi"))
        .unwrap();
    assert!(host.sent().is_empty() && plugin.book.find("hi").is_none());
}

#[test]
fn a_full_store_is_told_and_nothing_is_half_made() {
    let (host, mut plugin) = started(&[]);
    host.set_storage_quota(10);
    plugin.event(by_moderator("!command add hi Hi")).unwrap();
    assert!(host.sent()[0].starts_with("That did not work"));
    assert!(plugin.book.find("hi").is_none());
}

#[test]
fn uses_are_counted_over_restarts() {
    let (host, mut plugin) = started(&["deaths = {count} deaths"]);
    plugin.event(by_moderator("!deaths")).unwrap();
    let mut again = Commands::default();
    again.init().unwrap();
    again.event(by_moderator("!deaths")).unwrap();
    assert_eq!(host.sent(), ["1 deaths", "2 deaths"]);
}

#[test]
fn the_list_names_what_one_may_use() {
    let (host, mut plugin) = started(&["b = B", "a = A", "mods --role=moderators = M"]);
    plugin.event(testing::chat("!commands")).unwrap();
    assert_eq!(host.sent(), ["Commands: !a !b"]);
}

#[test]
fn a_wrong_line_is_logged_and_the_others_work() {
    let (host, mut plugin) = started(&["nonsense", "hi = Hi"]);
    plugin.event(testing::chat("!hi")).unwrap();
    assert_eq!(host.sent(), ["Hi"]);
    assert!(
        host.logs()
            .iter()
            .any(|(_, line)| line.contains("`nonsense`"))
    );
}

#[test]
fn its_own_messages_are_not_answered() {
    let (host, mut plugin) = started(&["hi = !hi"]);
    let mut own = testing::chat("!hi");
    own.flags.own = true;
    plugin.event(own).unwrap();
    assert!(host.sent().is_empty());
}

#[test]
fn the_dashboard_sets_and_removes_commands() {
    let (_host, mut plugin) = started(&[]);
    plugin.command("set", json!({ "line": "hi = Hi" })).unwrap();
    assert_eq!(plugin.command("list", json!({})).unwrap()[0]["name"], "hi");
    plugin.command("remove", json!({ "name": "hi" })).unwrap();
    assert_eq!(plugin.command("list", json!({})).unwrap(), json!([]));
    assert!(matches!(
        plugin.command("set", json!({})),
        Err(Error::Invalid(_))
    ));
}

fn rows(host: &FakeHost) -> Vec<Value> {
    let rows = host.surface("commands").value("rows").cloned();
    rows.unwrap().as_array().unwrap().clone()
}

fn told(host: &FakeHost) -> String {
    let said = host.surface("commands").value("said").cloned();
    said.unwrap().as_str().unwrap().to_owned()
}

#[test]
fn the_page_adds_edits_and_removes_and_it_lasts() {
    let (host, mut plugin) = started(&["set = In the settings"]);
    let form = json!({ "name": "!Hi", "reply": "Hi {user}", "role": "vips", "cooldown": 9 });
    plugin
        .surface(host.submit("commands", "add", form.clone()).unwrap())
        .unwrap();
    assert_eq!(told(&host), "Added hi.");
    let row = &rows(&host)[0];
    assert_eq!(
        (&row["role"], &row["cooldown"], &row["remove"]),
        (&json!("vips"), &json!(9), &json!("Remove"))
    );
    plugin
        .surface(host.submit("commands", "add", form).unwrap())
        .unwrap();
    assert!(told(&host).contains("is there already"));

    let reply = host
        .change_cell("commands", "rows", "hi", "reply", "Hello")
        .unwrap();
    plugin.surface(reply).unwrap();
    let cooldown = host
        .change_cell("commands", "rows", "hi", "cooldown", 30)
        .unwrap();
    plugin.surface(cooldown).unwrap();
    let mut again = Commands::default();
    again.init().unwrap();
    let kept = again.book.find("hi").unwrap();
    assert_eq!(
        (kept.reply.as_str(), kept.cooldown, kept.role),
        ("Hello", Some(30), Audience::Vips)
    );

    again
        .surface(host.press_cell("commands", "rows", "hi", "remove").unwrap())
        .unwrap();
    assert_eq!(rows(&host).len(), 1);
    assert!(
        host.press_cell("commands", "rows", "set", "remove")
            .is_err(),
        "it stands in the settings"
    );
}

#[test]
fn what_is_wrong_on_the_page_is_said_and_changes_nothing() {
    let (host, mut plugin) = started(&["hi = Hi"]);
    for (column, value) in [
        ("reply", json!(" ")),
        ("cooldown", json!(-1)),
        ("cooldown", json!(1e300)),
    ] {
        let change = host
            .change_cell("commands", "rows", "hi", column, value)
            .unwrap();
        plugin.surface(change).unwrap();
        assert!(told(&host).starts_with("That did not work"), "{column}");
        assert_eq!(rows(&host)[0]["reply"], "Hi");
    }
}

#[test]
fn a_command_is_tried_without_a_word_in_chat() {
    let (host, mut plugin) = started(&["hug --role=vips = {user} hugs {args}, {count}"]);
    let tried = host
        .submit("commands", "try", json!({ "text": "!hug Ada" }))
        .unwrap();
    plugin.surface(tried).unwrap();
    assert_eq!(told(&host), "Ronni hugs Ada, 1 (not for everyone)");
    let tried = host
        .submit("commands", "try", json!({ "text": "!nothing" }))
        .unwrap();
    plugin.surface(tried).unwrap();
    assert!(told(&host).contains("no command `nothing`"));
    assert!(host.sent().is_empty() && host.stored::<Value>("count/hug").unwrap().is_none());
}

#[test]
fn what_chat_changes_the_page_shows_and_the_largest_book_fits() {
    let (host, mut plugin) = started(&[]);
    plugin.event(by_moderator("!command add hi Hi")).unwrap();
    assert_eq!(rows(&host)[0]["reply"], "Hi");
    let long = "ä".repeat(500);
    for number in 0..999 {
        let definition = Definition::new(&format!("c{number}"), &long).unwrap();
        plugin.book.keep(definition).unwrap();
    }
    plugin.draw().unwrap();
    let shown = rows(&host).len();
    assert!((40..100).contains(&shown), "{shown}");
    let more = host.surface("commands").value("more").cloned().unwrap();
    assert_eq!(
        more,
        json!(format!("{} more are not shown here.", 1000 - shown))
    );
}
