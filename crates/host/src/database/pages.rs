use std::sync::Arc;

use pato_events::Event;
use rusqlite::{OptionalExtension, params};

use super::{Database, DatabaseError};
use crate::activity::ActivityView;
use crate::surfaces::SurfaceId;

/// How many events of the channel are kept; the oldest give way.
const ACTIVITY: usize = 10_000;

impl Database {
    /// What opens an overlay's page, if it has an address yet.
    pub(crate) async fn overlay_token(
        &self,
        id: &SurfaceId,
    ) -> Result<Option<String>, DatabaseError> {
        self.of_overlay(
            id,
            "SELECT token FROM overlays WHERE plugin = ?1 AND surface = ?2",
        )
        .await
    }

    /// Where the user placed an overlay, as JSON.
    pub(crate) async fn placement(&self, id: &SurfaceId) -> Result<Option<String>, DatabaseError> {
        self.of_overlay(
            id,
            "SELECT placement FROM overlays WHERE plugin = ?1 AND surface = ?2",
        )
        .await
    }

    /// Where the user placed each overlay of a plugin, as JSON by the overlay's name.
    pub(crate) async fn placements(
        &self,
        plugin: &str,
    ) -> Result<Vec<(String, String)>, DatabaseError> {
        let plugin = plugin.to_owned();
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT surface, placement FROM overlays
                     WHERE plugin = ?1 AND placement IS NOT NULL",
                )?
                .query_map([plugin], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
        .await
    }

    async fn of_overlay(
        &self,
        id: &SurfaceId,
        query: &'static str,
    ) -> Result<Option<String>, DatabaseError> {
        let id = id.clone();
        self.read(move |connection| {
            let found = connection
                .prepare_cached(query)?
                .query_row([id.plugin, id.surface], |row| row.get(0))
                .optional()?;
            Ok(found.flatten())
        })
        .await
    }

    pub(crate) async fn set_overlay_token(
        &self,
        id: &SurfaceId,
        token: &str,
    ) -> Result<(), DatabaseError> {
        self.set_of_overlay(
            id,
            token,
            "INSERT INTO overlays (plugin, surface, token) VALUES (?1, ?2, ?3)
             ON CONFLICT (plugin, surface) DO UPDATE SET token = excluded.token",
        )
        .await
    }

    pub(crate) async fn set_placement(
        &self,
        id: &SurfaceId,
        placement: &str,
    ) -> Result<(), DatabaseError> {
        self.set_of_overlay(
            id,
            placement,
            "INSERT INTO overlays (plugin, surface, placement) VALUES (?1, ?2, ?3)
             ON CONFLICT (plugin, surface) DO UPDATE SET placement = excluded.placement",
        )
        .await
    }

    async fn set_of_overlay(
        &self,
        id: &SurfaceId,
        value: &str,
        statement: &'static str,
    ) -> Result<(), DatabaseError> {
        let (id, value) = (id.clone(), value.to_owned());
        self.change(move |connection| {
            connection.execute(statement, params![id.plugin, id.surface, value])?;
            Ok(())
        })
        .await
    }

    /// What the cookie of the dashboard holds; `new` if it held nothing yet.
    pub(crate) async fn page_secret(&self, new: String) -> Result<String, DatabaseError> {
        self.change(move |connection| {
            connection.execute(
                "INSERT OR IGNORE INTO page_session (id, secret) VALUES (1, ?1)",
                [new],
            )?;
            Ok(())
        })
        .await?;
        self.read(|connection| {
            connection.query_row("SELECT secret FROM page_session WHERE id = 1", [], |row| {
                row.get(0)
            })
        })
        .await
    }

    pub(crate) async fn set_page_secret(&self, secret: &str) -> Result<(), DatabaseError> {
        let secret = secret.to_owned();
        self.change(move |connection| {
            connection.execute(
                "INSERT INTO page_session (id, secret) VALUES (1, ?1)
                 ON CONFLICT (id) DO UPDATE SET secret = excluded.secret",
                [secret],
            )?;
            Ok(())
        })
        .await
    }

    /// How the user arranged the dashboard, as JSON.
    pub(crate) async fn layout(&self) -> Result<Option<String>, DatabaseError> {
        self.read(|connection| {
            connection
                .query_row("SELECT layout FROM dashboard WHERE id = 1", [], |row| {
                    row.get(0)
                })
                .optional()
        })
        .await
    }

    pub(crate) async fn set_layout(&self, layout: &str) -> Result<(), DatabaseError> {
        let layout = layout.to_owned();
        self.change(move |connection| {
            connection.execute(
                "INSERT INTO dashboard (id, layout) VALUES (1, ?1)
                 ON CONFLICT (id) DO UPDATE SET layout = excluded.layout",
                [layout],
            )?;
            Ok(())
        })
        .await
    }

    /// Keeps what happened on the channel; what is kept already stays as it is.
    pub(crate) async fn add_activity(&self, events: Vec<Arc<Event>>) -> Result<(), DatabaseError> {
        self.change(move |connection| {
            let mut insert = connection.prepare_cached(
                "INSERT OR IGNORE INTO activity (id, topic, source, account, time, flags, data)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for event in &events {
                insert.execute(params![
                    event.id.to_string(),
                    event.topic.as_str(),
                    &*event.source,
                    event.account.as_deref(),
                    event.time,
                    serde_json::to_string(&event.flags).unwrap_or_default(),
                    event.data.as_str(),
                ])?;
            }
            connection.execute(
                "DELETE FROM activity WHERE id IN
                     (SELECT id FROM activity ORDER BY time DESC LIMIT -1 OFFSET ?1)",
                [ACTIVITY],
            )?;
            Ok(())
        })
        .await
    }

    /// The latest that happened on the channel, the latest first.
    pub(crate) async fn activity(
        &self,
        at_most: usize,
    ) -> Result<Vec<ActivityView>, DatabaseError> {
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT id, topic, source, account, time, flags, data FROM activity
                     ORDER BY time DESC LIMIT ?1",
                )?
                .query_map([at_most], activity)?
                .collect()
        })
        .await
    }

    /// One thing that happened on the channel.
    pub(crate) async fn one_activity(
        &self,
        id: &str,
    ) -> Result<Option<ActivityView>, DatabaseError> {
        let id = id.to_owned();
        self.read(move |connection| {
            connection
                .prepare_cached(
                    "SELECT id, topic, source, account, time, flags, data FROM activity
                     WHERE id = ?1",
                )?
                .query_row([id], activity)
                .optional()
        })
        .await
    }
}

fn activity(row: &rusqlite::Row<'_>) -> rusqlite::Result<ActivityView> {
    let json = |index| {
        let text: String = row.get(index)?;
        serde_json::from_str(&text).map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(
                index,
                rusqlite::types::Type::Text,
                error.into(),
            )
        })
    };
    let flags: serde_json::Value = json(5)?;
    let set = |name: &str| flags.get(name) == Some(&serde_json::Value::Bool(true));
    Ok(ActivityView {
        id: row.get(0)?,
        topic: row.get(1)?,
        source: row.get(2)?,
        account: row.get(3)?,
        time: row.get(4)?,
        simulated: set("simulated"),
        replayed: set("replayed"),
        data: json(6)?,
    })
}
