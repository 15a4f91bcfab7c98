//! What can go wrong with the disk.

use std::sync::mpsc;

use pato_runtime::{StorageChange, StorageScope};

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

/// A generation of the plugin `a`.
fn scope(generation: u32) -> StorageScope {
    StorageScope {
        plugin: "a".parse().unwrap(),
        generation,
    }
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

/// The plugin `a`, with this component, on this generation.
fn plugin(hash: &str, generation: u32) -> PluginRecord {
    PluginRecord {
        id: "a".into(),
        component: None,
        hash: hash.into(),
        version: "1.0.0".into(),
        origin: Origin::File,
        source: None,
        publisher: None,
        pinned: false,
        enabled: true,
        installed_at: 0.0,
        generation,
    }
}

/// A database with a plugin `a`.
async fn with_plugin(folder: &tempfile::TempDir) -> (Database, DatabaseThread) {
    let (database, thread) = open(folder);
    database
        .install(plugin("", 0), Vec::new(), None)
        .await
        .unwrap();
    (database, thread)
}

#[tokio::test]
async fn a_full_disk_is_said_and_nothing_is_half_written() {
    let folder = tempfile::tempdir().unwrap();
    let (database, _thread) = with_plugin(&folder).await;
    database.store(&scope(0), set("kept", 100)).await.unwrap();
    leave_pages(&database, 4).await;

    let mut changes = set("small", 100);
    changes.extend(set("large", 1 << 20));
    let error = database.store(&scope(0), changes).await.unwrap_err();
    assert!(matches!(error, DatabaseError::Full { .. }), "{error}");
    assert!(error.to_string().contains("make room"), "{error}");
    assert_eq!(database.stored(&scope(0), "small").await.unwrap(), None);
    assert_eq!(
        database
            .stored(&scope(0), "kept")
            .await
            .unwrap()
            .unwrap()
            .len(),
        100
    );

    leave_pages(&database, 4_000).await;
    database
        .store(&scope(0), set("large", 1 << 20))
        .await
        .unwrap();
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
            tokio::spawn(async move { database.store(&scope(0), changes).await })
        })
        .collect();
    // All of them have been asked for when the queue holds them.
    while database.jobs.capacity() > QUEUE - 9 {
        tokio::task::yield_now().await;
    }
    drop(release);
    for (number, store) in stores.into_iter().enumerate() {
        let answer = store.await.unwrap();
        let stored = database
            .stored(&scope(0), &number.to_string())
            .await
            .unwrap();
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

async fn keys(database: &Database, generation: u32) -> Vec<String> {
    let scope = scope(generation);
    let keys = database.stored_keys(&scope, "", None, 99);
    keys.await.unwrap()
}

#[tokio::test]
async fn a_generation_is_a_copy_and_changes_of_one_leave_the_others_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (database, _thread) = with_plugin(&folder).await;
    database.store(&scope(0), set("old", 10)).await.unwrap();
    assert_eq!(database.copy_generation("a").await.unwrap(), Some(1));
    let mut changes = set("new", 20);
    changes.push(StorageChange::Delete { key: "old".into() });
    database.store(&scope(1), changes).await.unwrap();

    assert_eq!(keys(&database, 0).await, ["old"]);
    assert_eq!(keys(&database, 1).await, ["new"]);
    assert_eq!(database.stored_bytes(&scope(0)).await.unwrap(), 13);
    assert_eq!(database.stored_bytes(&scope(1)).await.unwrap(), 23);
    let installed = database.plugin("a").await.unwrap().unwrap();
    assert_eq!(installed.generation, 0);
    assert_eq!(database.copy_generation("b").await.unwrap(), None);
}

#[tokio::test]
async fn what_is_copied_is_the_current_generation_and_no_number_comes_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (database, _thread) = with_plugin(&folder).await;
    // Nothing is stored, so that the number alone tells that there was a copy.
    assert_eq!(database.copy_generation("a").await.unwrap(), Some(1));
    database.store(&scope(1), set("one", 1)).await.unwrap();
    database
        .install(plugin("", 1), Vec::new(), None)
        .await
        .unwrap();
    database.keep_generations("a", Vec::new()).await.unwrap();
    assert_eq!(keys(&database, 1).await, ["one"], "it is in use");
    assert_eq!(database.copy_generation("a").await.unwrap(), Some(2));
    assert_eq!(keys(&database, 2).await, ["one"]);
    assert_eq!(database.copy_generation("a").await.unwrap(), Some(3));
    database.keep_generations("a", vec![3]).await.unwrap();
    assert_eq!(keys(&database, 2).await, Vec::<String>::new());
    assert_eq!(keys(&database, 3).await, ["one"]);
    assert_eq!(database.copy_generation("a").await.unwrap(), Some(4));
}

#[tokio::test]
async fn what_an_older_version_stored_is_the_first_generation() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pato.sqlite");
    {
        let mut old = Connection::open(&path).unwrap();
        let until_then = Migrations::from_slice(&MIGRATIONS[..3]);
        until_then.to_latest(&mut old).unwrap();
        old.execute_batch(
            "INSERT INTO plugins VALUES ('a', '', '1.0.0', 'file', 1, 0.0);
             INSERT INTO storage VALUES ('a', 'kept', x'07');",
        )
        .unwrap();
    }
    let (database, _thread) = open(&folder);
    assert_eq!(keys(&database, 0).await, ["kept"]);
    database.remove_plugin("a").await.unwrap();
    assert_eq!(keys(&database, 0).await, Vec::<String>::new());
}

fn grants(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn replaced(at: f64) -> Option<Replaced> {
    Some(Replaced { at, reason: None })
}

#[tokio::test]
async fn a_version_that_was_replaced_keeps_its_grants_and_its_generation() {
    let folder = tempfile::tempdir().unwrap();
    let (database, _thread) = open(&folder);
    let one = database.install(plugin("one", 0), grants(&["timers"]), None);
    one.await.unwrap();
    let two = database.install(plugin("two", 1), grants(&["storage"]), replaced(1.0));
    two.await.unwrap();
    let [kept] = database.versions("a").await.unwrap().try_into().unwrap();
    assert_eq!((kept.hash.as_str(), kept.generation), ("one", 0));
    assert_eq!(database.grants("a", "one").await.unwrap(), ["timers"]);
    assert_eq!(database.grants("a", "two").await.unwrap(), ["storage"]);

    // Going back: the one that is left can be gone back to in turn, and none stands twice.
    let back = database.install(plugin("one", 0), grants(&["timers"]), replaced(2.0));
    back.await.unwrap();
    let [kept] = database.versions("a").await.unwrap().try_into().unwrap();
    assert_eq!((kept.hash.as_str(), kept.generation), ("two", 1));
}

#[tokio::test]
async fn only_the_latest_versions_are_kept_and_the_grants_of_others_end() {
    let folder = tempfile::tempdir().unwrap();
    let (database, _thread) = open(&folder);
    let first = database.install(plugin("0", 0), grants(&["timers"]), None);
    first.await.unwrap();
    for number in 1..=5_u32 {
        let next = plugin(&number.to_string(), number);
        let install = database.install(next, grants(&["timers"]), replaced(f64::from(number)));
        install.await.unwrap();
    }
    let kept = database.versions("a").await.unwrap();
    let kept: Vec<_> = kept.iter().map(|version| version.hash.as_str()).collect();
    assert_eq!(kept, ["4", "3", "2"]);
    assert_eq!(
        database.grants("a", "1").await.unwrap(),
        Vec::<String>::new()
    );
    assert_eq!(database.grants("a", "2").await.unwrap(), ["timers"]);
    let components = database.components().await.unwrap();
    assert_eq!(components.len(), 4, "{components:?}");
}

#[tokio::test]
async fn a_publisher_outlives_the_plugin_and_another_does_not_take_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let (database, _thread) = open(&folder);
    let signed = |key: &str| PluginRecord {
        publisher: Some(key.into()),
        ..plugin("x", 0)
    };
    database
        .install(signed("RWone"), Vec::new(), None)
        .await
        .unwrap();
    database.remove_plugin("a").await.unwrap();
    database
        .install(signed("RWtwo"), Vec::new(), None)
        .await
        .unwrap();
    let known = database.publisher("a").await.unwrap();
    assert_eq!(known.as_deref(), Some("RWone"));
    assert!(database.forget_publisher("a").await.unwrap());
    assert!(!database.forget_publisher("a").await.unwrap());
}

#[tokio::test]
async fn a_copy_holds_all_that_is_stored_and_a_damaged_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (database, _thread) = with_plugin(&folder).await;
    database.store(&scope(0), set("kept", 10)).await.unwrap();
    let copy = folder.path().join("copy.sqlite");
    database.copy_to(&copy).await.unwrap();
    let whole = folder.path().join("whole.sqlite");
    copy_closed(&copy, &whole).unwrap();
    let (again, _thread) = Database::open(&whole).unwrap();
    assert_eq!(keys(&again, 0).await, ["kept"]);

    let mut bytes = std::fs::read(&copy).unwrap();
    for byte in bytes.iter_mut().skip(4_096).take(8_192) {
        *byte = 0xa5;
    }
    std::fs::write(&copy, bytes).unwrap();
    let broken = folder.path().join("broken.sqlite");
    let error = copy_closed(&copy, &broken).unwrap_err();
    assert!(matches!(error, DatabaseError::Damaged { .. }), "{error}");
}
