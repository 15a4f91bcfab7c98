//! WASI 0.2, granting nothing: compilers link it whether a program uses it or not.
//!
//! There are clocks, which are the host's, and random numbers; no file, no argument, no environment, no
//! address, no name.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use pato_bus::Clock;
use pato_vault::MAX_SECRET_BYTES;
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::io::AsyncWrite;
use tokio::time::Instant;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};
use wasmtime_wasi::{HostMonotonicClock, HostWallClock, WasiCtx, WasiCtxView, WasiView};

use super::HostState;
use crate::log::LogLevel;
use crate::plugin::Shared;

/// How many random bytes one call gets at most.
const MAX_RANDOM: u64 = 1 << 20;

pub(super) fn context(shared: &Arc<Shared>) -> WasiCtx {
    let stream = |level| LogStream {
        shared: Arc::clone(shared),
        level,
        line: Vec::new(),
        beyond: 0,
    };
    let mut builder = WasiCtx::builder();
    if let Some(seed) = shared.random_seed {
        builder
            .secure_random(StdRng::seed_from_u64(seed))
            .insecure_random(StdRng::seed_from_u64(seed))
            .insecure_random_seed(seed.into());
    }
    builder
        .stdout(Output(stream(LogLevel::Info)))
        .stderr(Output(stream(LogLevel::Warn)))
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false)
        .max_random_size(MAX_RANDOM)
        .wall_clock(WallClock(Arc::clone(&shared.clock)))
        .monotonic_clock(MonotonicClock(Instant::now()))
        .build()
}

/// The host's clock.
struct WallClock(Arc<dyn Clock>);

impl HostWallClock for WallClock {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::try_from_secs_f64(self.0.now() / 1_000.0).unwrap_or_default()
    }
}

/// Counts from the start of the Store, by the clock that the host's timers go by.
struct MonotonicClock(Instant);

impl HostMonotonicClock for MonotonicClock {
    fn resolution(&self) -> u64 {
        1
    }

    fn now(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

impl WasiView for HostState {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

/// Standard output or standard error: each line becomes a line of the plugin's log.
struct Output(LogStream);

impl IsTerminal for Output {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Output {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.0.clone())
    }

    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.0.clone())
    }
}

/// One open stream; it holds the line that is not finished.
#[derive(Clone)]
struct LogStream {
    shared: Arc<Shared>,
    level: LogLevel,
    line: Vec<u8>,
    /// Bytes of the line that are not held, because the log would cut them off.
    beyond: usize,
}

impl LogStream {
    fn take(&mut self, bytes: &[u8]) {
        // A line that is longer will be cut by the log; there is no use in holding more of it. A secret
        // that lies across the cut is recognised all the same.
        let most = self.shared.limits.log_line_bytes + MAX_SECRET_BYTES;
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let room = most.saturating_sub(self.line.len());
            let text = part.strip_suffix(b"\n");
            let part = text.unwrap_or(part);
            self.line.extend(part.iter().take(room));
            self.beyond += part.len().saturating_sub(room);
            if text.is_some() {
                self.end_line();
            }
        }
    }

    fn end_line(&mut self) {
        let text = String::from_utf8_lossy(&self.line);
        self.shared
            .log
            .write_start(self.level, text.trim_end_matches('\r'), self.beyond);
        self.line.clear();
        self.beyond = 0;
    }
}

impl Drop for LogStream {
    fn drop(&mut self) {
        if !self.line.is_empty() {
            self.end_line();
        }
    }
}

impl OutputStream for LogStream {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.take(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(64 << 10)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for LogStream {
    async fn ready(&mut self) {}
}

impl AsyncWrite for LogStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.take(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
