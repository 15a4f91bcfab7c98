//! What Kick has to let Pato do, derived from what plugins were granted, so that the user is asked for
//! no more than that. The tables follow <https://docs.kick.com/getting-started/scopes>. The key of the
//! stream (`streamkey:read`) is never asked for.

use std::collections::BTreeSet;

use pato_events::Pattern;
use pato_events::catalogue::TopicPayload;
use pato_events::catalogue::channel::{Cheer, RewardRedeemed};

use super::actions::ACTIONS;
use crate::account::Account;

/// Whose channel it is, and what stands there. Asked for always.
const OWN_CHANNEL: [&str; 2] = ["user:read", "channel:read"];

/// What Kick sends webhooks for.
pub(super) const WEBHOOKS: &str = "events:subscribe";

/// What webhooks bring that Kick has a scope of its own for. It documents [`WEBHOOKS`] as enough, but
/// not what it withholds from an account that may not read the same thing in another way.
const TOPICS: [(&str, &str); 2] = [
    (Cheer::TOPIC, "kicks:read"),
    (RewardRedeemed::TOPIC, "channel:rewards:read"),
];

/// The OAuth scopes that these topics and these actions need together; with `webhooks`, Kick is to send
/// them.
pub fn needed<'a>(
    topics: impl IntoIterator<Item = &'a Pattern>,
    actions: impl IntoIterator<Item = &'a Pattern>,
    webhooks: bool,
) -> BTreeSet<&'static str> {
    let topics: Vec<_> = topics.into_iter().collect();
    let actions: Vec<_> = actions.into_iter().collect();
    let wanted = |patterns: &[&Pattern], name| patterns.iter().any(|it| it.matches_name(name));
    let mut needed = BTreeSet::from(OWN_CHANNEL);
    let served = ACTIONS.iter().filter(|(name, _)| wanted(&actions, name));
    needed.extend(served.map(|(_, scope)| scope));
    if webhooks {
        needed.insert(WEBHOOKS);
        let heard = TOPICS.iter().filter(|(topic, _)| wanted(&topics, topic));
        needed.extend(heard.map(|(_, scope)| scope));
    }
    needed
}

/// Those of `needed` that the account lacks: what to ask the user for, beside what it already has.
pub fn missing(account: &Account, needed: &BTreeSet<&'static str>) -> Vec<&'static str> {
    let lacking = needed.iter().copied();
    lacking.filter(|scope| !account.may(scope)).collect()
}

#[cfg(test)]
mod tests {
    use pato_events::catalogue;

    use super::*;

    fn patterns(texts: &[&str]) -> Vec<Pattern> {
        let patterns = texts.iter().map(|text| Pattern::new(text).unwrap());
        patterns.collect()
    }

    fn scopes(topics: &[&str], actions: &[&str], webhooks: bool) -> Vec<&'static str> {
        let needed = needed(&patterns(topics), &patterns(actions), webhooks);
        needed.into_iter().collect()
    }

    #[test]
    fn only_what_was_granted_is_asked_for() {
        assert_eq!(scopes(&[], &[], false), ["channel:read", "user:read"]);
        assert_eq!(
            scopes(&["chat.message", "obs.**"], &["chat.send"], false),
            ["channel:read", "chat:write", "user:read"]
        );
        // What brings events without webhooks needs no scope.
        assert_eq!(scopes(&["**"], &[], false), scopes(&[], &[], false));
        // No plugin can do this on Kick.
        assert_eq!(scopes(&[], &["channel.create-poll"], false).len(), 2);
    }

    #[test]
    fn webhooks_need_a_scope_and_what_is_heard_through_them_can_need_another() {
        assert_eq!(
            scopes(&["channel.follow"], &[], true),
            ["channel:read", "events:subscribe", "user:read"]
        );
        assert_eq!(
            scopes(&["channel.*"], &[], true),
            [
                "channel:read",
                "channel:rewards:read",
                "events:subscribe",
                "kicks:read",
                "user:read"
            ]
        );
    }

    #[test]
    fn all_together_is_what_pato_has_a_use_for_and_never_the_key_of_the_stream() {
        let all = scopes(&["**"], &["**"], true);
        assert_eq!(all.len(), 10);
        assert!(!all.contains(&"streamkey:read"), "{all:?}");
    }

    #[test]
    fn what_an_account_lacks_is_what_it_was_not_given() {
        let mut account = crate::lock::tests::account();
        account.scopes = vec!["user:read".into(), "channel:read".into()];
        let needed = needed(&[], &patterns(&["moderation.ban"]), true);
        assert_eq!(
            missing(&account, &needed),
            ["events:subscribe", "moderation:ban"]
        );
        account
            .scopes
            .extend(needed.iter().map(|scope| (*scope).to_owned()));
        assert!(missing(&account, &needed).is_empty());
    }

    #[test]
    fn every_topic_and_action_named_here_stands_in_the_catalogue() {
        for (topic, _) in TOPICS {
            assert!(catalogue::topic(topic).is_some(), "{topic}");
        }
        for (action, _) in ACTIONS {
            assert!(catalogue::action(action).is_some(), "{action}");
        }
    }
}
