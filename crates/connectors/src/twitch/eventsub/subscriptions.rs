//! What one connection is subscribed to, and what it should be.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::StreamExt;
use futures_util::stream;
use http::{Method, StatusCode};
use pato_events::Pattern;
use serde::Deserialize;
use serde_json::json;

use super::types::{Condition, SubscriptionType, TYPES};
use crate::connector::ConnectorError;
use crate::twitch::acting::Acting;

/// How many requests are under way at once.
const AT_ONCE: usize = 4;

/// The subscriptions of one connection. Types are known by their place in [`TYPES`].
pub(super) struct Subscriptions {
    /// What Twitch calls the connection.
    pub(super) session_id: String,
    /// The types that stand, with what Twitch calls the subscription.
    active: HashMap<usize, String>,
    /// The types that Twitch refused, and why.
    refused: BTreeMap<usize, String>,
}

/// One thing to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    Create(usize),
    Delete(usize, String),
}

/// What came of it.
pub(super) struct Changed {
    change: Change,
    result: Result<String, ConnectorError>,
}

impl Subscriptions {
    pub(super) fn new(session_id: String) -> Self {
        Self {
            session_id,
            active: HashMap::new(),
            refused: BTreeMap::new(),
        }
    }

    /// The types that stand.
    pub(super) fn active(&self) -> impl Iterator<Item = &'static SubscriptionType> {
        self.active.keys().filter_map(|index| TYPES.get(*index))
    }

    pub(super) fn is_active(&self, name: &str) -> bool {
        self.active().any(|kind| kind.name == name)
    }

    /// What is to be changed so that it is as wanted.
    pub(super) fn changes(&self, wanted: &BTreeSet<Pattern>, acting: &Acting) -> Vec<Change> {
        let mut changes = Vec::new();
        for (index, kind) in TYPES.iter().enumerate() {
            let desired = is_wanted(kind, wanted) && is_allowed(kind, acting);
            match self.active.get(&index) {
                None if desired && !self.refused.contains_key(&index) => {
                    changes.push(Change::Create(index));
                }
                // One whose name is not known stands until the connection ends.
                Some(id) if !desired && !id.is_empty() => {
                    changes.push(Change::Delete(index, id.clone()));
                }
                _ => {}
            }
        }
        changes
    }

    /// Takes in what came of changes. Returns why some are to be tried again, if so.
    pub(super) fn changed(&mut self, changed: Vec<Changed>) -> Option<String> {
        let mut again = None;
        for Changed { change, result } in changed {
            match (change, result) {
                (Change::Create(index), Ok(id)) => {
                    self.active.insert(index, id);
                }
                (
                    Change::Create(index),
                    Err(ConnectorError::Denied(reason) | ConnectorError::Invalid(reason)),
                ) => {
                    let name = TYPES.get(index).map_or("", |kind| kind.name);
                    tracing::warn!(name, reason, "Twitch refused a subscription");
                    self.refused.insert(index, reason);
                }
                (Change::Delete(index, _), Ok(_) | Err(ConnectorError::NotFound(_))) => {
                    self.active.remove(&index);
                }
                (_, Err(error)) => again = Some(error.to_string()),
            }
        }
        again
    }

    /// Twitch ended a subscription. Returns its type, if it stood.
    pub(super) fn revoked(&mut self, id: &str, reason: &str) -> Option<&'static SubscriptionType> {
        let found = self.active.iter().find(|(_, known)| *known == id);
        let index = *found?.0;
        self.active.remove(&index);
        self.refused.insert(index, reason.to_owned());
        TYPES.get(index)
    }

    /// What somebody asked for by name and is not told, in a sentence for the user; none if all is.
    pub(super) fn limits(&self, wanted: &BTreeSet<Pattern>, acting: &Acting) -> Option<String> {
        let tokens = acting.main().helix.tokens();
        let named: BTreeSet<Pattern> = wanted.iter().filter(|it| is_named(it)).cloned().collect();
        let of_others = |kind: &&SubscriptionType| {
            kind.condition == Condition::Broadcaster && !acting.is_broadcaster()
        };
        // Chat and the stream count as asked for by name: `is_wanted` always wants them.
        let asked = || TYPES.iter().filter(|kind| is_wanted(kind, &named));
        let lacking: BTreeSet<&str> = asked()
            .filter(|kind| !of_others(kind))
            .flat_map(|kind| kind.scopes)
            .copied()
            .filter(|scope| !tokens.has(scope))
            .collect();
        let mut limits = Vec::new();
        if !lacking.is_empty() {
            let scopes: Vec<_> = lacking.into_iter().collect();
            limits.push(format!(
                "some events need scopes that the account `{}` lacks ({}): {}",
                tokens.account().handle,
                scopes.join(", "),
                tokens.remedy()
            ));
        }
        let others: BTreeSet<_> = asked().filter(of_others).map(|kind| kind.name).collect();
        if !others.is_empty() {
            let names: Vec<_> = others.into_iter().collect();
            limits.push(format!(
                "only the broadcaster is told of {}",
                names.join(", ")
            ));
        }
        if !self.refused.is_empty() {
            let refused = self.refused.iter().filter_map(|(index, reason)| {
                let name = TYPES.get(*index)?.name;
                Some(format!("{name} ({reason})"))
            });
            let refused: Vec<_> = refused.collect();
            limits.push(format!("Twitch does not tell of {}", refused.join(", ")));
        }
        (!limits.is_empty()).then(|| limits.join("; "))
    }
}

/// Chat and the stream always: all else stands on them, and a connection without any is closed.
fn is_wanted(kind: &SubscriptionType, wanted: &BTreeSet<Pattern>) -> bool {
    let always = kind.is_chat() || kind.topics.contains(&"stream.status");
    always
        || kind
            .topics
            .iter()
            .any(|topic| wanted.iter().any(|it| it.matches_name(topic)))
}

fn is_allowed(kind: &SubscriptionType, acting: &Acting) -> bool {
    let tokens = acting.main().helix.tokens();
    let may_ask = kind.condition != Condition::Broadcaster || acting.is_broadcaster();
    may_ask && kind.scopes.iter().all(|scope| tokens.has(scope))
}

/// Whether a pattern names a family, and does not merely want everything.
fn is_named(pattern: &Pattern) -> bool {
    pattern
        .segments()
        .next()
        .is_some_and(|first| !first.contains('*'))
}

/// Makes the changes, a few at a time and in this order.
pub(super) async fn make(
    acting: &Acting,
    session_id: String,
    changes: Vec<Change>,
) -> Vec<Changed> {
    let made = stream::iter(changes).map(|change| {
        let session_id = &session_id;
        async move {
            let result = match &change {
                Change::Create(index) => create(acting, session_id, *index).await,
                Change::Delete(_, id) => delete(acting, id).await,
            };
            Changed { change, result }
        }
    });
    made.buffered(AT_ONCE).collect().await
}

#[derive(Deserialize)]
struct Created {
    data: Vec<CreatedSubscription>,
}

#[derive(Deserialize)]
struct CreatedSubscription {
    id: String,
}

async fn create(acting: &Acting, session_id: &str, index: usize) -> Result<String, ConnectorError> {
    let Some(kind) = TYPES.get(index) else {
        return Ok(String::new());
    };
    let main = acting.main();
    let broadcaster = acting.broadcaster().await?;
    let body = json!({
        "type": kind.name,
        "version": kind.version,
        "condition": kind.condition(&broadcaster.id, &main.account().user_id),
        "transport": { "method": "websocket", "session_id": session_id },
    });
    let body = body.to_string().into_bytes();
    let answer = main
        .helix
        .send_unless_there(Method::POST, "eventsub/subscriptions", body)
        .await?;
    if answer.status() == StatusCode::CONFLICT {
        // It stands already: an answer to an earlier try was lost.
        return Ok(String::new());
    }
    let created: Result<Created, _> = serde_json::from_slice(answer.body());
    let created = created
        .ok()
        .and_then(|created| created.data.into_iter().next());
    Ok(created.map(|created| created.id).unwrap_or_default())
}

async fn delete(acting: &Acting, id: &str) -> Result<String, ConnectorError> {
    let id: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let path = format!("eventsub/subscriptions?id={id}");
    acting
        .main()
        .helix
        .send(Method::DELETE, &path, Vec::new())
        .await?;
    Ok(id)
}
