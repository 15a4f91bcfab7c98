use super::HostState;
use crate::bindings::pato::platform::log::{self, Level};
use crate::log::LogLevel;

impl log::Host for HostState {
    fn write(&mut self, level: Level, message: String) {
        let level = match level {
            Level::Trace => LogLevel::Trace,
            Level::Debug => LogLevel::Debug,
            Level::Info => LogLevel::Info,
            Level::Warn => LogLevel::Warn,
            Level::Error => LogLevel::Error,
        };
        self.shared.log.write(level, &message);
    }
}
