//! What this plugin offers to other plugins, and what it calls in another one: `wit/world.wit` names both.

use std::cmp::Reverse;

use pato_sdk::prelude::*;
use pato_sdk::types;

use self::exports::greeter_rust::points::points::{Amount, Gift, Guest, Standing};
use self::greeter_typescript::points::points as typescript;
use crate::{Account, Thanks, account, accounts, keep};

wit_bindgen::generate!({
    // Pato's own interfaces, and those of this plugin.
    path: ["../../wit", "wit"],
    world: "greeter-rust:points/plugin",
    with: { "pato:platform/types@0.1.0": pato_sdk::types },
    generate_all,
});

struct Points;

export!(Points);

/// Called by other plugins, and by `pato call greeter-rust.points.give`: one call at a time, and never in the
/// middle of a handler.
impl Guest for Points {
    fn get(user: String) -> Result<u32, types::Error> {
        match account(&user)? {
            Some(account) => Ok(account.points),
            None => Err(types::Error::NotFound(format!("`{user}` has no points"))),
        }
    }

    fn give(gift: Gift) -> Result<u32, types::Error> {
        let before = account(&gift.user)?.map_or(0, |account| account.points);
        let more = match gift.amount {
            Amount::Exactly(more) => more,
            Amount::Double => before,
        };
        let account = Account {
            points: before.saturating_add(more),
            note: gift.note,
        };
        keep(&gift.user, &account)?;
        Ok(account.points)
    }

    fn top(count: u32) -> Result<Vec<Standing>, types::Error> {
        let standing = |(user, account): (String, Account)| Standing {
            user,
            points: account.points,
            note: account.note,
        };
        let mut all: Vec<_> = accounts()?.into_iter().map(standing).collect();
        all.sort_by_key(|standing| Reverse(standing.points));
        all.truncate(usize::try_from(count).unwrap_or(usize::MAX));
        Ok(all)
    }
}

/// Gives points of the greeter in TypeScript, and tells who has most there.
pub(crate) fn thank(thanks: Thanks) -> Result<Value> {
    let gift = typescript::Gift {
        user: thanks.user,
        amount: match thanks.amount {
            Some(more) => typescript::Amount::Exactly(more),
            None => typescript::Amount::Double,
        },
        note: thanks.note,
    };
    let given = typescript::give(&gift).and_then(|now| Ok((now, typescript::top(3)?)));
    let (now, top) = match given.map_err(Error::from) {
        Ok(given) => given,
        // Whether the other plugin is there and may be called is for the user to decide: the text says what he
        // has to do, and this plugin goes on.
        Err(Error::Denied(text)) => return Ok(json!({ "problem": "denied", "text": text })),
        Err(Error::Unavailable(text)) => {
            return Ok(json!({ "problem": "unavailable", "text": text }));
        }
        Err(error) => return Err(error),
    };
    let top = top
        .into_iter()
        .map(|one| json!({ "user": one.user, "points": one.points, "note": one.note }));
    Ok(json!({ "now": now, "top": top.collect::<Vec<_>>() }))
}
