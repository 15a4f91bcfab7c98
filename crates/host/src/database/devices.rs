use rusqlite::{OptionalExtension, Row, params};

use super::{Database, DatabaseError};
use crate::network::DeviceView;

impl Database {
    /// The paired devices, the first paired first.
    pub(crate) async fn devices(&self) -> Result<Vec<DeviceView>, DatabaseError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT id, name, paired_at, used_at FROM devices ORDER BY id")?
                .query_map([], device)?
                .collect()
        })
        .await
    }

    /// The device whose secret has that hash.
    pub(crate) async fn device_of(
        &self,
        hash: Vec<u8>,
    ) -> Result<Option<DeviceView>, DatabaseError> {
        self.read(move |connection| {
            connection
                .prepare_cached("SELECT id, name, paired_at, used_at FROM devices WHERE hash = ?1")?
                .query_row([hash], device)
                .optional()
        })
        .await
    }

    pub(crate) async fn add_device(
        &self,
        name: String,
        hash: Vec<u8>,
        now: f64,
    ) -> Result<(), DatabaseError> {
        self.change(move |connection| {
            connection.execute(
                "INSERT INTO devices (name, hash, paired_at, used_at) VALUES (?1, ?2, ?3, ?3)",
                params![name, hash, now],
            )?;
            Ok(())
        })
        .await
    }

    /// Notes that a device is used.
    pub(crate) async fn use_device(&self, id: u32, now: f64) -> Result<(), DatabaseError> {
        self.change(move |connection| {
            connection.execute(
                "UPDATE devices SET used_at = ?2 WHERE id = ?1",
                params![id, now],
            )?;
            Ok(())
        })
        .await
    }

    /// Forgets a device. False if there is none of that number.
    pub(crate) async fn remove_device(&self, id: u32) -> Result<bool, DatabaseError> {
        self.change(move |connection| {
            let removed = connection.execute("DELETE FROM devices WHERE id = ?1", [id])?;
            Ok(removed > 0)
        })
        .await
    }
}

fn device(row: &Row<'_>) -> rusqlite::Result<DeviceView> {
    Ok(DeviceView {
        id: row.get(0)?,
        name: row.get(1)?,
        paired_at: row.get(2)?,
        used_at: row.get(3)?,
    })
}
