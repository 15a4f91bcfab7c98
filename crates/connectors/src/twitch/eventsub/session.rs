//! One connection after the other.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::connection::Connection;
use super::hearing::Hearing;
use super::socket::{connect, first_url};
use crate::connector::ConnectorError;
use crate::reconnect::{End, Session};
use crate::status::StatusReporter;
use crate::twitch::PATIENCE;
use crate::twitch::acting::Acting;
use crate::twitch::oauth::{TokenError, TwitchApplication};

/// What outlives a connection.
pub(crate) struct EventSubSession<'a> {
    pub(crate) application: &'a TwitchApplication,
    pub(crate) acting: &'a Acting,
    pub(crate) hearing: Hearing<'a>,
}

impl<'a> EventSubSession<'a> {
    async fn begin(&mut self) -> Result<Connection<'_, 'a>, End> {
        for seat in self.acting.seats() {
            let tokens = Arc::clone(seat.helix.tokens());
            let is_main = std::ptr::eq(seat, self.acting.main());
            match tokens.check().await {
                Ok(()) => {}
                Err(TokenError::NeedsUser(reason)) if is_main => {
                    return Err(End::NeedsUser(reason));
                }
                Err(TokenError::Retry(cause)) if is_main => return Err(End::Retry(cause)),
                Err(error) => {
                    // Reading goes on without the bot; the status and whoever writes are told.
                    tracing::warn!(%error, "the bot account cannot be used");
                }
            }
        }
        self.acting
            .broadcaster()
            .await
            .map_err(|error| match error {
                ConnectorError::NotFound(reason) | ConnectorError::Invalid(reason) => {
                    End::NeedsUser(format!("{reason}; correct the channel's name"))
                }
                error => End::Retry(error.to_string()),
            })?;
        let greeted = connect(&first_url(&self.application.eventsub), PATIENCE).await?;
        self.hearing.begin(greeted.time);
        Ok(Connection::new(self.acting, &mut self.hearing, greeted))
    }
}

impl Session for EventSubSession<'_> {
    async fn run(&mut self, status: &StatusReporter, shutdown: &CancellationToken) -> End {
        let begun = tokio::select! {
            begun = self.begin() => begun,
            () = shutdown.cancelled() => return End::Off,
        };
        match begun {
            Ok(mut connection) => connection.run(status, shutdown).await,
            Err(end) => end,
        }
    }
}
