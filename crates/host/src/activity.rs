//! What happened on the channel: follows, subscriptions, raids and the like, kept for longer than the
//! bus remembers them, to be looked at and told again.

use std::sync::Arc;

use pato_bus::{MailboxConfiguration, Overflow};
use pato_events::{Draft, Event, EventId, Flags, Pattern, Payload, Topic};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::error::HostError;
use crate::host::Host;

/// What is kept.
const KEPT: [&str; 3] = ["channel.**", "stream.online", "stream.offline"];

/// How many events may wait for the disk. A raid of raids is far below it.
const WAITING: usize = 16_384;

/// How many are written at a time.
const BATCH: usize = 256;

/// Something that happened on the channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, ToSchema)]
pub struct ActivityView {
    /// The event's id.
    pub id: String,
    /// What happened, such as `channel.follow`.
    pub topic: String,
    /// Who said so.
    pub source: String,
    /// The account or instance of the source.
    pub account: Option<String>,
    /// When, in milliseconds since the epoch.
    pub time: f64,
    /// Nobody really did it.
    pub simulated: bool,
    /// It was told again.
    pub replayed: bool,
    /// Its payload.
    #[schema(value_type = Object)]
    pub data: Value,
}

impl Host {
    /// The latest that happened on the channel, the latest first.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn activity(&self, at_most: usize) -> Result<Vec<ActivityView>, HostError> {
        Ok(self.inner.database.activity(at_most).await?)
    }

    /// Tells an event once more, to all who subscribed to such, marked as replayed.
    ///
    /// # Errors
    ///
    /// If neither the bus nor the activity knows it, or the database fails.
    pub async fn replay_event(&self, id: &str) -> Result<Arc<Event>, HostError> {
        let draft = match self.chain(id).pop().filter(|event| event.id.as_str() == id) {
            Some(event) => Draft {
                account: event.account.clone(),
                ..again(&event.topic, &event.source, event.flags, &event.data)
            },
            None => {
                let kept = self.inner.database.one_activity(id).await?;
                let kept = kept.ok_or_else(|| HostError::UnknownEvent { id: id.to_owned() })?;
                let payload = Payload::from_value(&kept.data);
                let data = payload.map_err(|error| HostError::Payload {
                    topic: kept.topic.clone(),
                    error,
                })?;
                let flags = Flags {
                    simulated: kept.simulated,
                    ..Flags::default()
                };
                Draft {
                    account: kept.account.map(Into::into),
                    ..again(&Topic::new(&kept.topic)?, &kept.source, flags, &data)
                }
            }
        };
        Ok(self.inner.bus.publish(Draft {
            cause: Some((EventId::new(id), 0)),
            ..draft
        })?)
    }

    /// Writes down what happens on the channel until the host stops.
    pub(crate) async fn keep_activity(&self) {
        let mailbox = self.inner.bus.subscribe(MailboxConfiguration {
            name: "activity".into(),
            capacity: WAITING,
            overflow: Overflow::DropOldest,
        });
        for pattern in KEPT {
            match Pattern::new(pattern) {
                Ok(pattern) => drop(mailbox.add(pattern)),
                Err(error) => tracing::error!(pattern, %error, "no pattern of activities"),
            }
        }
        let mut events = Vec::new();
        loop {
            tokio::select! {
                _ = mailbox.next_batch(&mut events, BATCH) => {}
                () = self.inner.stopping.cancelled() => {
                    if mailbox.is_empty() {
                        return;
                    }
                    mailbox.next_batch(&mut events, BATCH).await;
                }
            }
            if let Err(error) = self
                .inner
                .database
                .add_activity(std::mem::take(&mut events))
                .await
            {
                tracing::warn!(%error, "what happened on the channel could not be written down");
            }
            self.inner.pages_changed.send_replace(());
        }
    }
}

fn again(topic: &Topic, source: &str, flags: Flags, data: &Payload) -> Draft {
    Draft {
        flags: Flags {
            replayed: true,
            ..flags
        },
        ..Draft::new(topic.clone(), source, data.clone())
    }
}
