//! The plugin's log, shown to the user. It needs no permission; mostly used through
//! [`info!`](crate::info) and its sisters.

use crate::host;

/// How important a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Every step.
    Trace,
    /// What helps the author.
    Debug,
    /// What the user may want to know.
    Info,
    /// What looks wrong.
    Warn,
    /// What went wrong.
    Error,
}

/// Writes one line.
pub fn write(level: Level, message: &str) {
    host::log(level, message);
}

/// Logs every step; formatted like `format!`.
#[macro_export]
macro_rules! trace {
    ($($argument:tt)+) => {
        $crate::log::write($crate::log::Level::Trace, &::std::format!($($argument)+))
    };
}

/// Logs what helps the author; formatted like `format!`.
#[macro_export]
macro_rules! debug {
    ($($argument:tt)+) => {
        $crate::log::write($crate::log::Level::Debug, &::std::format!($($argument)+))
    };
}

/// Logs what the user may want to know; formatted like `format!`.
#[macro_export]
macro_rules! info {
    ($($argument:tt)+) => {
        $crate::log::write($crate::log::Level::Info, &::std::format!($($argument)+))
    };
}

/// Logs what looks wrong; formatted like `format!`.
#[macro_export]
macro_rules! warn {
    ($($argument:tt)+) => {
        $crate::log::write($crate::log::Level::Warn, &::std::format!($($argument)+))
    };
}

/// Logs what went wrong; formatted like `format!`.
#[macro_export]
macro_rules! error {
    ($($argument:tt)+) => {
        $crate::log::write($crate::log::Level::Error, &::std::format!($($argument)+))
    };
}
