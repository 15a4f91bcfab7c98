use std::time::Duration;

use pato_permissions::RequestedLimits;
use serde::Serialize;

use crate::configuration::RuntimeConfiguration;

/// What one plugin may use. Every limit is enforced; none can be lifted by the plugin itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Limits {
    /// Linear memory in bytes, of all its memories together. Growing beyond it fails inside the
    /// plugin, as on a machine that is out of memory. 64 MiB.
    pub memory: u64,
    /// Elements of each table. 20,000.
    pub table_elements: u64,
    /// Processor time of one call; time spent waiting inside a host function does not count. A call
    /// that needs more is stopped by a trap. 5 seconds.
    pub processor_time: Duration,
    /// How long one call may take in all, waiting included. 60 seconds.
    pub call_duration: Duration,
    /// Instructions of one call, counted as Wasmtime's fuel. None counts nothing; a number needs
    /// [`RuntimeConfiguration::count_instructions`](crate::RuntimeConfiguration). None.
    pub instructions: Option<u64>,
    /// How long an action, a store or another plugin may keep the plugin waiting. 10 seconds.
    pub host_call: Duration,
    /// Bytes that one call may carry from the plugin into the host; more is a trap. 8 MiB.
    pub host_call_bytes: usize,
    /// Bytes that the arguments, or the answer, of a call from one plugin to another may take in the host's
    /// memory: there a byte, a number or the place of a text takes as much as Wasmtime's `Val`. More is
    /// refused; more than [`host_call_bytes`](Self::host_call_bytes), counted the same way, is not copied at
    /// all. 4 MiB.
    pub call_bytes: usize,
    /// Bytes of one JSON text: an event's data, an action's parameters, a command's answer. 256 KiB.
    pub payload_bytes: usize,
    /// Events handed over by one call of `handle-events`. 64.
    pub batch: usize,
    /// Events published each second, in the long run. 1,000.
    pub publish_rate: u32,
    /// Surfaces drawn, values set and alerts queued each second, in the long run. 240.
    pub show_rate: u32,
    /// Lines logged each second, in the long run. 100.
    pub log_rate: u32,
    /// Bytes of one line. 8 KiB.
    pub log_line_bytes: usize,
    /// Lines kept for whoever asks. 1,000.
    pub log_lines_kept: usize,
    /// Timers that run at the same time. 64.
    pub timers: usize,
    /// Subscriptions that hold at the same time. 64.
    pub subscriptions: usize,
    /// What happens after a trap.
    pub restarts: RestartPolicy,
}

/// What happens after a trap: the plugin is started anew after a pause, and given up if it keeps
/// trapping.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RestartPolicy {
    /// The pause after the first trap; each further one doubles it. 100 milliseconds.
    pub first_pause: Duration,
    /// The longest pause. 30 seconds.
    pub longest_pause: Duration,
    /// So many traps within [`window`](Self::window) lead to quarantine. 5.
    pub traps: usize,
    /// How far back traps count. 60 seconds.
    pub window: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 64 << 20,
            table_elements: 20_000,
            processor_time: Duration::from_secs(5),
            call_duration: Duration::from_secs(60),
            instructions: None,
            host_call: Duration::from_secs(10),
            host_call_bytes: 8 << 20,
            call_bytes: 4 << 20,
            payload_bytes: 256 << 10,
            batch: 64,
            publish_rate: 1_000,
            show_rate: 240,
            log_rate: 100,
            log_line_bytes: 8 << 10,
            log_lines_kept: 1_000,
            timers: 64,
            subscriptions: 64,
            restarts: RestartPolicy::default(),
        }
    }
}

impl Default for RestartPolicy {
    fn default() -> Self {
        Self {
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(30),
            traps: 5,
            window: Duration::from_secs(60),
        }
    }
}

impl Limits {
    /// These limits, with what a manifest asks for where it asks; the configuration's maximum wins.
    #[must_use]
    pub(crate) fn with_requested(
        mut self,
        requested: &RequestedLimits,
        configuration: &RuntimeConfiguration,
    ) -> Self {
        if let Some(memory) = requested.memory {
            self.memory = memory.min(configuration.max_memory);
        }
        if let Some(milliseconds) = requested.call_milliseconds {
            let wanted = Duration::from_millis(milliseconds.into());
            self.processor_time = wanted.min(configuration.max_processor_time);
        }
        if let Some(lines) = requested.log_lines {
            self.log_rate = lines.min(configuration.max_log_rate);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_gets_the_limits_it_asks_for_up_to_the_maximum() {
        let configuration = RuntimeConfiguration::default();
        let requested = RequestedLimits {
            memory: Some(100 << 20),
            call_milliseconds: Some(u32::MAX),
            ..RequestedLimits::default()
        };
        let limits = Limits::default().with_requested(&requested, &configuration);
        assert_eq!(limits.memory, 100 << 20);
        assert_eq!(limits.processor_time, configuration.max_processor_time);
        assert_eq!(limits.log_rate, Limits::default().log_rate);
    }
}
