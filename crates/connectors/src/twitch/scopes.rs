//! What Twitch has to let Pato do, derived from what plugins were granted, so that the user is asked
//! for no more than that. The tables follow <https://dev.twitch.tv/docs/authentication/scopes/>.

use std::collections::BTreeSet;

use pato_events::Pattern;

use super::eventsub::types::TYPES;
use super::helix::actions::ACTIONS;
use crate::account::Account;

/// What chat is read with. Asked for always.
pub(super) const READ_CHAT: &str = "user:read:chat";

/// The OAuth scopes that these topics and these actions need together. Where an action has to be able
/// to change what a topic only reads, the scope that reads is left out.
pub fn needed<'a>(
    topics: impl IntoIterator<Item = &'a Pattern>,
    actions: impl IntoIterator<Item = &'a Pattern>,
) -> BTreeSet<&'static str> {
    let topics: Vec<_> = topics.into_iter().collect();
    let actions: Vec<_> = actions.into_iter().collect();
    let wanted = |patterns: &[&Pattern], name| patterns.iter().any(|it| it.matches_name(name));
    let read = TYPES
        .iter()
        .filter(|kind| kind.topics.iter().any(|topic| wanted(&topics, topic)))
        .flat_map(|kind| kind.scopes);
    let written = ACTIONS
        .iter()
        .filter(|action| wanted(&actions, action.name))
        .flat_map(|action| action.scopes);
    let all: BTreeSet<&str> = read.chain(written).copied().chain([READ_CHAT]).collect();
    let implied = |scope: &&str| managing(scope).is_some_and(|managing| all.contains(&*managing));
    all.iter()
        .copied()
        .filter(|scope| !implied(scope))
        .collect()
}

/// Those of `needed` that the account lacks: what to ask the user for, beside what it already has.
pub fn missing(account: &Account, needed: &BTreeSet<&'static str>) -> Vec<&'static str> {
    let held = account.scopes.iter().cloned().collect();
    let lacking = needed.iter().copied();
    lacking.filter(|scope| !covers(&held, scope)).collect()
}

/// Whether these scopes allow what needs that one. What may manage may read.
pub(super) fn covers(held: &BTreeSet<String>, scope: &str) -> bool {
    held.contains(scope) || managing(scope).is_some_and(|managing| held.contains(&managing))
}

/// The scope that manages what `scope` reads. Where Twitch has none, it is a name nobody holds.
fn managing(scope: &str) -> Option<String> {
    let (before, after) = scope.split_once(":read:")?;
    Some(format!("{before}:manage:{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(texts: &[&str]) -> Vec<Pattern> {
        texts
            .iter()
            .map(|text| Pattern::new(text).unwrap())
            .collect()
    }

    fn scopes(topics: &[&str], actions: &[&str]) -> Vec<&'static str> {
        needed(&patterns(topics), &patterns(actions))
            .into_iter()
            .collect()
    }

    #[test]
    fn only_what_was_granted_is_asked_for() {
        assert_eq!(scopes(&[], &[]), ["user:read:chat"]);
        assert_eq!(
            scopes(&["channel.follow", "obs.**"], &["chat.send"]),
            [
                "moderator:read:followers",
                "user:read:chat",
                "user:write:chat"
            ]
        );
    }

    #[test]
    fn what_may_manage_need_not_be_asked_to_read() {
        assert_eq!(
            scopes(&["channel.poll"], &[]),
            ["channel:read:polls", "user:read:chat"]
        );
        assert_eq!(
            scopes(&["channel.poll"], &["channel.create-poll"]),
            ["channel:manage:polls", "user:read:chat"]
        );
    }

    #[test]
    fn what_an_account_lacks_is_what_it_has_not_and_cannot_manage() {
        let account = Account {
            handle: "main".into(),
            user_id: "1".into(),
            login: "pato".into(),
            name: "Pato".into(),
            scopes: vec!["channel:manage:polls".into(), "user:read:chat".into()],
        };
        let needed = needed(&patterns(&["channel.poll", "channel.goal"]), &[]);
        assert_eq!(missing(&account, &needed), ["channel:read:goals"]);
    }

    #[test]
    fn every_topic_and_action_named_here_stands_in_the_catalogue() {
        use pato_events::catalogue;
        for kind in TYPES {
            for topic in kind.topics {
                assert!(catalogue::topic(topic).is_some(), "{topic}");
            }
        }
        for action in ACTIONS {
            assert!(catalogue::action(action.name).is_some(), "{}", action.name);
        }
    }
}
