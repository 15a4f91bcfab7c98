use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pato_bus::{Bus, Clock};
use pato_events::catalogue::TopicPayload;
use pato_events::catalogue::host::{ConnectionState, ConnectorStatus};
use pato_events::{Draft, Payload, Topic};
use tokio::sync::watch;
use tokio::time::Instant;

/// Says how a connection stands: to whoever watches, and as the stateful topic `connector.status`.
///
/// An event is published only when the state, its reason or the next try changes. What is heard only
/// moves `last_heard`, which is told with the next change and can be read at any time.
/// Cloning is cheap; all clones speak for the same connector.
#[derive(Clone)]
pub struct StatusReporter(Arc<Inner>);

struct Inner {
    bus: Bus,
    clock: Arc<dyn Clock>,
    sender: watch::Sender<ConnectorStatus>,
    /// Since when the connection has been standing, if it does.
    connected_since: Mutex<Option<Instant>>,
}

impl StatusReporter {
    /// A reporter for the connector of that name, which is off so far. Publishes nothing yet.
    pub fn new(connector: &str, bus: Bus, clock: Arc<dyn Clock>) -> Self {
        let status = ConnectorStatus {
            connector: connector.to_owned(),
            state: ConnectionState::Off,
            reason: None,
            last_heard: None,
            next_try: None,
        };
        Self(Arc::new(Inner {
            bus,
            clock,
            sender: watch::Sender::new(status),
            connected_since: Mutex::new(None),
        }))
    }

    /// How things stand, now and later.
    pub fn subscribe(&self) -> watch::Receiver<ConnectorStatus> {
        self.0.sender.subscribe()
    }

    /// How things stand now.
    pub fn current(&self) -> ConnectorStatus {
        self.0.sender.borrow().clone()
    }

    /// The connection is being made.
    pub fn connecting(&self) {
        self.change(ConnectionState::Connecting, None, None);
    }

    /// The connection stands: the service has let us in.
    pub fn connected(&self) {
        self.change(ConnectionState::Connected, None, None);
    }

    /// The connection stands, with something to say about it.
    pub fn connected_with(&self, note: Option<&str>) {
        self.change(ConnectionState::Connected, note, None);
    }

    /// The connection broke because of `cause`, and is tried again in `pause`.
    pub fn waiting(&self, cause: &str, pause: Duration) {
        let next_try = self.0.clock.now() + pause.as_secs_f64() * 1_000.0;
        self.change(ConnectionState::Waiting, Some(cause), Some(next_try));
    }

    /// Only the user can mend it; `reason` says how.
    pub fn needs_user(&self, reason: &str) {
        self.change(ConnectionState::NeedsUser, Some(reason), None);
    }

    /// The connection is not wanted any more.
    pub fn off(&self) {
        self.change(ConnectionState::Off, None, None);
    }

    /// The service has just been heard. Cheap, and wakes nobody.
    pub fn heard(&self) {
        let now = self.0.clock.now();
        self.0.sender.send_if_modified(|status| {
            status.last_heard = Some(now);
            false
        });
    }

    /// For how long the connection has been standing; none if it does not.
    pub fn connected_for(&self) -> Option<Duration> {
        self.connected_since().map(|since| since.elapsed())
    }

    /// Why the service cannot be used now, in a sentence for the user; none if it can.
    pub fn outage(&self) -> Option<String> {
        let status = self.0.sender.borrow();
        let connector = &status.connector;
        let reason = status.reason.as_deref().unwrap_or("no reason is known");
        match status.state {
            ConnectionState::Connected => None,
            ConnectionState::Off => Some(format!("`{connector}` is switched off")),
            ConnectionState::Connecting => Some(format!("`{connector}` is still connecting")),
            ConnectionState::NeedsUser => Some(format!("`{connector}` waits for you: {reason}")),
            ConnectionState::Waiting => {
                let pause = status.next_try.unwrap_or_default() - self.0.clock.now();
                let seconds = (pause / 1_000.0).max(0.0).ceil();
                Some(format!(
                    "`{connector}` is not connected: {reason}; next try in {seconds} s"
                ))
            }
        }
    }

    fn change(&self, state: ConnectionState, reason: Option<&str>, next_try: Option<f64>) {
        let mut since = self.connected_since();
        *since = match state {
            ConnectionState::Connected => since.or_else(|| Some(Instant::now())),
            _ => None,
        };
        // Published under the lock, so that two clones cannot leave an older state on the bus.
        let changed = self.0.sender.send_if_modified(|status| {
            let same = status.state == state
                && status.reason.as_deref() == reason
                && status.next_try == next_try;
            status.state = state;
            status.reason = reason.map(str::to_owned);
            status.next_try = next_try;
            !same
        });
        if changed {
            self.publish();
        }
    }

    fn connected_since(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        let lock = &self.0.connected_since;
        lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self) {
        let status = self.current();
        tracing::info!(
            connector = status.connector,
            state = ?status.state,
            reason = status.reason.as_deref(),
            "connection changed"
        );
        let topic = Topic::new(ConnectorStatus::TOPIC);
        let (Ok(topic), Ok(data)) = (topic, Payload::from_value(&status)) else {
            return;
        };
        let mut draft = Draft::new(topic, status.connector, data);
        draft.stateful = true;
        if let Err(error) = self.0.bus.publish(draft) {
            tracing::error!(%error, "the status could not be published");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reconnect::tests::{FixedClock, bus};
    use pato_events::Pattern;

    #[tokio::test(start_paused = true)]
    async fn only_changes_become_events_and_what_is_heard_is_told_with_them() {
        let clock = Arc::new(FixedClock::default());
        let bus = bus(clock.clone());
        let status = StatusReporter::new("twitch", bus.clone(), clock.clone());
        let mut watch = status.subscribe();
        status.connecting();
        status.connected();
        watch.mark_unchanged();
        for tick in 0..1_000 {
            clock.set(f64::from(tick));
            status.heard();
            status.connected();
        }
        let pattern = Pattern::new("connector.status").unwrap();
        assert_eq!(bus.history(&pattern, 100).len(), 2);
        assert!(!watch.has_changed().unwrap(), "hearing wakes nobody");
        assert_eq!(watch.borrow().last_heard, Some(999.0));

        status.waiting("connection refused", Duration::from_secs(4));
        let snapshot = bus.snapshot(&pattern);
        let [event] = snapshot.as_slice() else {
            panic!("one connector, one state: {snapshot:?}")
        };
        assert_eq!(&*event.source, "twitch");
        let told: ConnectorStatus = event.data.read().unwrap();
        assert_eq!(told.state, ConnectionState::Waiting);
        assert_eq!(told.last_heard, Some(999.0));
        assert_eq!(told.next_try, Some(4_999.0));
        let outage = status.outage().unwrap();
        assert!(
            outage.contains("connection refused; next try in 4 s"),
            "{outage}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_stands_since_it_was_made() {
        let clock = Arc::new(FixedClock::default());
        let status = StatusReporter::new("obs", bus(clock.clone()), clock);
        assert_eq!(status.connected_for(), None);
        status.connected();
        tokio::time::advance(Duration::from_secs(7)).await;
        status.connected();
        assert_eq!(status.connected_for(), Some(Duration::from_secs(7)));
        status.off();
        assert_eq!(status.connected_for(), None);
    }
}
