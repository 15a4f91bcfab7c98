//! Greets who is new in chat, and keeps points: for itself, and by `wit/points.wit` for other plugins.

use std::collections::BTreeMap;

use pato_sdk::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(target_family = "wasm")]
mod points;

/// What the names of the stored accounts begin with.
const ACCOUNTS: &str = "points/";

/// How many points one is greeted with.
const WELCOME: u32 = 10;

/// What is stored for each user.
#[derive(Serialize, Deserialize)]
struct Account {
    points: u32,
    /// That of the last gift.
    note: Option<String>,
}

#[derive(Default)]
struct Greeter;

#[plugin]
impl Plugin for Greeter {
    /// Called once, at the start: the place to say which events the plugin wants.
    fn init(&mut self) -> Result<()> {
        events::subscribe("chat.message")
    }

    /// Called for each event that it wants.
    fn event(&mut self, event: Event) -> Result<()> {
        let Some(message) = event.payload::<ChatMessage>()? else {
            return Ok(());
        };
        // What Pato itself wrote is not answered: that is how loops begin.
        if event.flags.own || account(&message.user.login)?.is_some() {
            return Ok(());
        }
        let welcome = Account {
            points: WELCOME,
            note: None,
        };
        keep(&message.user.login, &welcome)?;
        let name = message.user.name;
        chat::reply(
            &event,
            format!("Hello, {name}! Rust gives you {WELCOME} points."),
        )
    }

    /// Called for each command of the manifest, from the dashboard, `pato call` or another plugin.
    fn command(&mut self, name: &str, parameters: Value) -> Result<Value> {
        match name {
            "points" => {
                let all = accounts()?.into_iter();
                let points = all.map(|(user, account)| (user, account.points));
                Ok(json!(points.collect::<BTreeMap<_, _>>()))
            }
            "thank" => thank(Thanks::deserialize(parameters)?),
            // The memory is gone then, and what is stored is not.
            "crash" => panic!("crashed, as it was told to"),
            _ => Err(Error::NotFound(format!("there is no command `{name}`"))),
        }
    }
}

/// The account of a user, if there is one.
fn account(user: &str) -> Result<Option<Account>> {
    storage::get(&format!("{ACCOUNTS}{user}"))
}

fn keep(user: &str, account: &Account) -> Result<()> {
    storage::set(&format!("{ACCOUNTS}{user}"), account)
}

/// Every user with his account.
fn accounts() -> Result<Vec<(String, Account)>> {
    let mut all = Vec::new();
    let mut last: Option<String> = None;
    // The host tells at most 1,000 keys at a time.
    loop {
        let keys = storage::keys(ACCOUNTS, last.as_deref())?;
        for key in &keys {
            if let Some(account) = storage::get(key)? {
                all.push((key.replacen(ACCOUNTS, "", 1), account));
            }
        }
        last = keys.last().cloned();
        if last.is_none() {
            return Ok(all);
        }
    }
}

/// The parameters of `thank`.
#[derive(Deserialize)]
struct Thanks {
    user: String,
    amount: Option<u32>,
    note: Option<String>,
}

#[cfg(target_family = "wasm")]
use points::thank;

#[cfg(not(target_family = "wasm"))]
fn thank(thanks: Thanks) -> Result<Value> {
    let Thanks { user, amount, note } = thanks;
    Err(Error::Unavailable(format!(
        "no other plugin is there in tests: nobody gives {user} {amount:?} for {note:?}"
    )))
}

#[cfg(test)]
mod tests {
    use pato_sdk::testing::{FakeHost, chat};

    use super::*;

    #[test]
    fn who_is_new_is_greeted_once() {
        let host = FakeHost::new();
        host.answer("chat.send", |_| Ok(json!({ "messages": 1 })));
        let mut plugin = Greeter;
        plugin.event(chat("good evening")).unwrap();
        plugin.event(chat("how are you?")).unwrap();
        assert_eq!(host.sent(), ["Hello, Ronni! Rust gives you 10 points."]);
        let points = plugin.command("points", json!({})).unwrap();
        assert_eq!(points, json!({ "ronni": 10 }));
    }
}
