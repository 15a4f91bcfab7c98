use std::sync::Arc;

use pato_events::{Draft, Event, Pattern, Topic};

use super::{HostState, milliseconds};
use crate::bindings::pato::platform::events;
use crate::bindings::pato::platform::types::{Error, EventFlags, EventResult};
use crate::metrics::count;

/// How many events can wait as snapshots of what was subscribed to in one call.
const MAX_SNAPSHOTS: usize = 4_096;

impl events::Host for HostState {
    fn publish(&mut self, topic: String, data: String) -> Result<String, Error> {
        self.publish_event(&topic, &data, false)
    }

    fn publish_state(&mut self, topic: String, data: String) -> Result<String, Error> {
        self.publish_event(&topic, &data, true)
    }

    fn subscribe(&mut self, pattern: String) -> Result<(), Error> {
        let pattern = parse(&pattern)?;
        self.permit(|allowed| allowed.check_subscribe(&pattern))?;
        if !self.handlers.events {
            return Err(Error::Invalid(format!(
                "`{pattern}` cannot be subscribed to: the plugin does not export `event-handler`"
            )));
        }
        let patterns = self.shared.mailbox.patterns();
        // What was revoked meanwhile is subscribed to no more.
        self.subscribed.retain(|own| patterns.contains(own));
        if self.subscribed.contains(&pattern) {
            return Ok(());
        }
        let most = self.shared.limits.subscriptions;
        if self.subscribed.len() >= most {
            return Err(Error::Invalid(format!(
                "`{pattern}` would be one more than {most} subscriptions; use a wider pattern"
            )));
        }
        if self.snapshots.len() >= MAX_SNAPSHOTS {
            return Err(Error::RateLimited(0));
        }
        let from_before = patterns.len() > self.subscribed.len();
        let snapshot = self.add_to_mailbox(&pattern, from_before);
        self.subscribed.insert(pattern);
        self.snapshots.extend(snapshot);
        Ok(())
    }

    fn unsubscribe(&mut self, pattern: String) -> Result<(), Error> {
        let pattern = parse(&pattern)?;
        if !self.subscribed.remove(&pattern) {
            return Err(Error::NotFound(format!(
                "there is no subscription to `{pattern}`"
            )));
        }
        self.shared.mailbox.remove(&pattern);
        Ok(())
    }

    fn snapshot(&mut self, pattern: String) -> Result<Vec<EventResult>, Error> {
        let pattern = parse(&pattern)?;
        self.permit(|allowed| allowed.check_subscribe(&pattern))?;
        let events = self.shared.bus.snapshot(&pattern);
        Ok(events
            .into_iter()
            .map(|event| EventResult {
                id: event.id.to_string(),
                topic: event.topic.to_string(),
                source: event.source.to_string(),
                account: event.account.as_deref().map(str::to_owned),
                time: event.time,
                cause: event.cause.as_ref().map(ToString::to_string),
                flags: flags(event.flags) | EventFlags::SNAPSHOT,
                data: event.data.as_str().to_owned(),
            })
            .collect())
    }
}

impl HostState {
    fn publish_event(&mut self, topic: &str, data: &str, stateful: bool) -> Result<String, Error> {
        let topic = Topic::new(topic).map_err(|error| Error::Invalid(error.to_string()))?;
        // Topics of the catalogue belong to the host and the connectors, so that a plugin's own have
        // no schema to fit.
        self.permit(|allowed| allowed.check_publish(&topic))?;
        let data = self.payload("data", data)?;
        self.publish_rate
            .take()
            .map_err(|wait| Error::RateLimited(milliseconds(wait)))?;
        let mut draft = Draft::new(topic, Arc::clone(&self.shared.source), data);
        draft.cause = self.cause.clone();
        draft.stateful = stateful;
        let published = self.shared.bus.publish(draft);
        let event = published.map_err(|error| Error::Failed(error.to_string()))?;
        count(&self.shared.counters.published);
        Ok(event.id.to_string())
    }

    /// Subscribes, and tells how things stand with topics that this Store had not subscribed to yet.
    fn add_to_mailbox(&self, pattern: &Pattern, from_before: bool) -> Vec<Arc<Event>> {
        let snapshot = self.shared.mailbox.add(pattern.clone());
        if !from_before {
            return snapshot;
        }
        // The mailbox leaves out what an earlier Store's subscription brought; this Store is new to it.
        let mut snapshot = self.shared.bus.snapshot(pattern);
        snapshot.retain(|event| !self.subscribed.iter().any(|own| own.matches(&event.topic)));
        snapshot
    }
}

fn parse(pattern: &str) -> Result<Pattern, Error> {
    Pattern::new(pattern).map_err(|error| Error::Invalid(error.to_string()))
}

/// An event's own flags, as the contract has them.
pub(crate) fn flags(flags: pato_events::Flags) -> EventFlags {
    let mut result = EventFlags::empty();
    for (set, flag) in [
        (flags.simulated, EventFlags::SIMULATED),
        (flags.replayed, EventFlags::REPLAYED),
        (flags.own, EventFlags::OWN),
    ] {
        if set {
            result |= flag;
        }
    }
    result
}
