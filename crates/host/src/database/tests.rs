//! What can go wrong with the disk.

use std::sync::mpsc;

use pato_runtime::StorageChange;

use super::*;

fn open(folder: &tempfile::TempDir) -> (Database, DatabaseThread) {
    Database::open(&folder.path().join("pato.sqlite")).unwrap()
}

fn set(key: &str, bytes: usize) -> Vec<StorageChange> {
    vec![StorageChange::Set {
        key: key.to_owned(),
        value: vec![7; bytes],
    }]
}

/// From here on the database may have only this many pages more: the answer of a disk without space.
async fn leave_pages(database: &Database, pages: i64) {
    let change = database.read(move |connection| {
        let used: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
        connection.pragma_update(None, "max_page_count", used + pages)
    });
    change.await.unwrap();
}

/// Makes the thread wait until the sender is dropped, so that what is asked for meanwhile shares a
/// commit.
async fn hold(database: &Database) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel::<()>();
    let (holds, begun) = oneshot::channel();
    let database = database.clone();
    tokio::spawn(async move {
        let read = database.read(move |_| {
            let _ = holds.send(());
            let _ = held.recv();
            Ok(())
        });
        read.await.unwrap();
    });
    begun.await.unwrap();
    release
}

/// A database with a plugin `a`.
async fn with_plugin(folder: &tempfile::TempDir) -> (Database, DatabaseThread) {
    let (database, thread) = open(folder);
    let plugin = PluginRecord {
        id: "a".into(),
        hash: String::new(),
        version: "1.0.0".into(),
        origin: Origin::File,
        enabled: true,
        installed_at: 0.0,
    };
    database.install(plugin, Vec::new()).await.unwrap();
    (database, thread)
}

#[tokio::test]
async fn a_full_disk_is_said_and_nothing_is_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let (database, _thread) = with_plugin(&folder).await;
    database.store("a", set("kept", 100)).await.unwrap();
    leave_pages(&database, 4).await;

    let mut changes = set("small", 100);
    changes.extend(set("large", 1 << 20));
    let error = database.store("a", changes).await.unwrap_err();
    assert!(matches!(error, DatabaseError::Full { .. }), "{error}");
    assert!(error.to_string().contains("make room"), "{error}");
    assert_eq!(database.stored("a", "small").await.unwrap(), None);
    assert_eq!(
        database.stored("a", "kept").await.unwrap().unwrap().len(),
        100
    );

    leave_pages(&database, 4_000).await;
    database.store("a", set("large", 1 << 20)).await.unwrap();
}

#[tokio::test]
async fn of_changes_that_share_a_commit_with_one_too_large_each_gets_the_answer_that_is_true() {
    let folder = tempfile::tempdir().unwrap();
    let (database, _thread) = with_plugin(&folder).await;
    leave_pages(&database, 16).await;
    let release = hold(&database).await;
    let stores: Vec<_> = (0..9)
        .map(|number| {
            let database = database.clone();
            let bytes = if number == 4 { 1 << 20 } else { 100 };
            let changes = set(&number.to_string(), bytes);
            tokio::spawn(async move { database.store("a", changes).await })
        })
        .collect();
    // All of them have been asked for when the queue holds them.
    while database.jobs.capacity() > QUEUE - 9 {
        tokio::task::yield_now().await;
    }
    drop(release);
    for (number, store) in stores.into_iter().enumerate() {
        let answer = store.await.unwrap();
        let stored = database.stored("a", &number.to_string()).await.unwrap();
        assert_eq!(answer.is_ok(), stored.is_some(), "{number}: {answer:?}");
        assert_eq!(answer.is_ok(), number > 4, "{number}: {answer:?}");
    }
}

#[tokio::test]
async fn what_is_no_database_is_kept_and_a_newer_one_is_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let (database, thread) = open(&folder);
    database
        .read(|connection| connection.pragma_update(None, "user_version", 9_999))
        .await
        .unwrap();
    database.close().await;
    thread.join();
    let error = Database::open(&folder.path().join("pato.sqlite"))
        .err()
        .unwrap();
    assert!(error.to_string().contains("update Pato"), "{error}");

    let path = folder.path().join("letter.sqlite");
    std::fs::write(&path, "a letter to my aunt, and no database at all").unwrap();
    let error = Database::open(&path).err().unwrap();
    assert!(matches!(error, DatabaseError::Damaged { .. }), "{error}");
    assert!(std::fs::read(&path).unwrap().starts_with(b"a letter"));
}
