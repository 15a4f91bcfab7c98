use std::collections::HashMap;
use std::future::Future;

use pato_permissions::Allowed;
use tokio::time::timeout;

use super::HostState;
use crate::bindings::pato::platform::storage::{self, Change};
use crate::bindings::pato::platform::types::Error;
use crate::plugin::Shared;
use crate::storage::{StorageChange, StorageError};

/// The longest key, in bytes.
const MAX_KEY_BYTES: usize = 256;

/// The most changes of one transaction, and the most keys of one answer.
const MAX_ENTRIES: usize = 1_000;

impl storage::Host for HostState {
    async fn get(&mut self, key: String) -> Result<Option<Vec<u8>>, Error> {
        self.permit(Allowed::check_storage)?;
        check_key(&key)?;
        let shared = &*self.shared;
        in_time(shared, shared.storage.get(&shared.storage_scope, &key)).await
    }

    async fn set(&mut self, key: String, value: Vec<u8>) -> Result<(), Error> {
        self.change(vec![StorageChange::Set { key, value }]).await
    }

    async fn delete(&mut self, key: String) -> Result<(), Error> {
        self.change(vec![StorageChange::Delete { key }]).await
    }

    async fn keys(&mut self, prefix: String, after: Option<String>) -> Result<Vec<String>, Error> {
        self.permit(Allowed::check_storage)?;
        if prefix.len() > MAX_KEY_BYTES {
            return Ok(Vec::new());
        }
        let shared = &*self.shared;
        let after = after.as_deref();
        let keys = shared
            .storage
            .keys(&shared.storage_scope, &prefix, after, MAX_ENTRIES);
        in_time(shared, keys).await
    }

    async fn transact(&mut self, changes: Vec<Change>) -> Result<(), Error> {
        if changes.len() > MAX_ENTRIES {
            let count = changes.len();
            return Err(Error::Invalid(format!(
                "a transaction makes {MAX_ENTRIES} changes at most, and this one {count}"
            )));
        }
        let changes = changes.into_iter().map(|change| match change {
            Change::Set((key, value)) => StorageChange::Set { key, value },
            Change::Delete(key) => StorageChange::Delete { key },
        });
        self.change(changes.collect()).await
    }
}

impl HostState {
    async fn change(&mut self, changes: Vec<StorageChange>) -> Result<(), Error> {
        let quota = self.permit(Allowed::check_storage)?;
        for change in &changes {
            let (StorageChange::Set { key, .. } | StorageChange::Delete { key }) = change;
            check_key(key)?;
        }
        let shared = &*self.shared;
        check_quota(shared, &changes, quota).await?;
        in_time(
            shared,
            shared.storage.transact(&shared.storage_scope, changes),
        )
        .await
    }
}

/// Refuses changes after which there would be more than the quota. Removing, and replacing by
/// something shorter, is possible even when the quota was lowered below what there is.
async fn check_quota(shared: &Shared, changes: &[StorageChange], quota: u64) -> Result<(), Error> {
    let mut growth: i128 = 0;
    let mut lengths: HashMap<&str, i128> = HashMap::new();
    for change in changes {
        let (key, new) = match change {
            StorageChange::Set { key, value } => (key, (key.len() + value.len()) as i128),
            StorageChange::Delete { key } => (key, 0),
        };
        let old = match lengths.get(key.as_str()) {
            Some(length) => *length,
            None => {
                let value = in_time(shared, shared.storage.get(&shared.storage_scope, key)).await?;
                value.map_or(0, |value| (key.len() + value.len()) as i128)
            }
        };
        growth += new - old;
        lengths.insert(key, new);
    }
    if growth <= 0 {
        return Ok(());
    }
    let used = in_time(shared, shared.storage.used(&shared.storage_scope)).await?;
    if i128::from(used) + growth > i128::from(quota) {
        return Err(Error::RateLimited(u32::MAX));
    }
    Ok(())
}

async fn in_time<T>(
    shared: &Shared,
    work: impl Future<Output = Result<T, StorageError>>,
) -> Result<T, Error> {
    let limit = shared.limits.host_call;
    match timeout(limit, work).await {
        Ok(done) => done.map_err(|error| Error::Failed(error.to_string())),
        Err(_) => Err(Error::TimedOut(format!(
            "the store did not answer within {} s",
            limit.as_secs_f64()
        ))),
    }
}

fn check_key(key: &str) -> Result<(), Error> {
    match key.len() {
        1..=MAX_KEY_BYTES => Ok(()),
        length => Err(Error::Invalid(format!(
            "a key has 1 to {MAX_KEY_BYTES} bytes, and this one has {length}"
        ))),
    }
}
