use serde_json::Value;

use crate::ui::SurfaceEvent;
use crate::websocket::{Connection, WebSocketEvent};
use crate::{Error, Event, Result, error, timers::Timer};

/// A plugin: what the host calls, all of it optional.
///
/// Write the methods that the plugin has in an `impl` block under [`#[plugin]`](macro@crate::plugin): the
/// component then exports the handlers for exactly these, and the host calls nothing else. Calls
/// never overlap, so a plugin needs no locks. Each call may use 5 seconds of processor time; waiting
/// for the host does not count.
///
/// An error that is returned here is written to the plugin's log, and nothing else happens; only one
/// from [`init`](Plugin::init) stops the plugin, and one from [`command`](Plugin::command) goes to
/// whoever gave the command.
#[expect(unused_variables, reason = "what is not overridden does nothing")]
pub trait Plugin: 'static {
    /// Called once, before anything else: the place to subscribe.
    ///
    /// # Errors
    ///
    /// An error stops the plugin and is shown to the user.
    fn init(&mut self) -> Result<()> {
        Ok(())
    }

    /// Called once when the plugin was updated, or put back to an older version, before
    /// [`init`](Plugin::init), with the version of which its storage is: the place to bring that up to
    /// date.
    ///
    /// What it reads and stores is a copy. If this fails, or the new version later proves unhealthy, the
    /// earlier version goes on with its storage as it was. Use nothing but storage, settings and the log
    /// here: the earlier version still runs.
    ///
    /// # Errors
    ///
    /// An error ends the update and is shown to the user.
    fn migrate(&mut self, from_version: &str) -> Result<()> {
        Ok(())
    }

    /// Called once, before the plugin is stopped, updated or the host exits. What is not stored by
    /// its end is lost.
    ///
    /// # Errors
    ///
    /// Logged.
    fn shutdown(&mut self) -> Result<()> {
        Ok(())
    }

    /// Called for each event that a subscription matched, oldest first.
    ///
    /// # Errors
    ///
    /// Logged; the event counts as handled.
    fn event(&mut self, event: Event) -> Result<()> {
        Ok(())
    }

    /// Called with one or more events; hands each to [`event`](Plugin::event). Override it to gain
    /// from many at once, say to store once for all of them.
    ///
    /// # Errors
    ///
    /// Logged; all the events count as handled.
    fn events(&mut self, events: Vec<Event>) -> Result<()> {
        for event in events {
            let (id, topic) = (event.id.clone(), event.topic.clone());
            if let Err(error) = self.event(event) {
                error!("event {id} of `{topic}`: {error}");
            }
        }
        Ok(())
    }

    /// Called when the mailbox was full, so that `dropped` events were lost to the plugin.
    ///
    /// # Errors
    ///
    /// Logged.
    fn lagged(&mut self, dropped: u32) -> Result<()> {
        Ok(())
    }

    /// Performs one of the plugin's commands, given from the dashboard, the command line or a mapping.
    ///
    /// # Errors
    ///
    /// Handed to whoever gave the command.
    fn command(&mut self, name: &str, parameters: Value) -> Result<Value> {
        Err(Error::NotFound(format!("there is no command `{name}`")))
    }

    /// Called when a timer is due.
    ///
    /// # Errors
    ///
    /// Logged.
    fn timer(&mut self, timer: Timer) -> Result<()> {
        Ok(())
    }

    /// Called for what happens on the plugin's WebSocket connections, in order.
    ///
    /// # Errors
    ///
    /// Logged.
    fn websocket(&mut self, connection: Connection, event: WebSocketEvent) -> Result<()> {
        Ok(())
    }

    /// Called for what people do on the plugin's surfaces, and for what becomes of its alerts, in order.
    ///
    /// # Errors
    ///
    /// Logged.
    fn surface(&mut self, event: SurfaceEvent) -> Result<()> {
        Ok(())
    }

    /// Called after the user changed settings, with the names of those that changed.
    ///
    /// # Errors
    ///
    /// Logged.
    fn settings_changed(&mut self, keys: Vec<String>) -> Result<()> {
        Ok(())
    }
}
