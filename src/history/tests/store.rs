//! The database: what is appended is there, what is not ours is left alone.

use super::build::run;
use crate::history::diff::{Class, diff};
use crate::history::store::{FILE, KEEP, Store, StoreError};

const CENTRAL: &str = "eu-central-1";

#[test]
fn runs_are_kept_in_their_order_once_each_and_no_more_than_said() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for day in [2, 1, 3, 3] {
        store.append(&run(day).end(), KEEP).unwrap();
    }
    let days: Vec<String> = store.runs().unwrap().into_iter().map(|it| it.0).collect();
    assert_eq!(days.len(), 3);
    assert!(days.is_sorted());
    let last = run(3).end();
    let (finished, id) = store.runs().unwrap().pop().unwrap();
    assert_eq!(store.get(&finished, &id).unwrap(), Some(last.clone()));
    assert_eq!(store.before(&finished, &id).unwrap(), Some(run(2).end()));
    store.append(&run(4).end(), 2).unwrap();
    assert_eq!(store.runs().unwrap().len(), 2);
}

/// Denied for two nights, a finding is neither closed nor news when it can be seen again; mended
/// meanwhile, it is closed then.
#[test]
fn what_cannot_be_judged_is_carried_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let first = run(1).fails(CENTRAL, "a").fails(CENTRAL, "b");
    store.append(&first.end(), KEEP).unwrap();
    for day in [2, 3] {
        store.append(&run(day).denied(CENTRAL).end(), KEEP).unwrap();
    }
    let (at, id) = store.runs().unwrap().pop().unwrap();
    let denied = store.get(&at, &id).unwrap().unwrap();
    assert_eq!(denied.carried.len(), 2);
    assert_eq!(denied.carried[0].last_seen, "2026-11-01T00:10:00Z");
    let now = run(4).fails(CENTRAL, "a").passes(CENTRAL, "b").end();
    let diff = diff(&denied, &now).unwrap();
    let classes: Vec<Class> = diff.items.iter().map(|it| it.class).collect();
    assert_eq!(classes, [Class::Fixed, Class::Unchanged]);
    assert_eq!(
        diff.items[1].last_seen.as_deref(),
        Some("2026-11-01T00:10:00Z")
    );
    store.append(&now, KEEP).unwrap();
    let (at, id) = store.runs().unwrap().pop().unwrap();
    assert!(store.get(&at, &id).unwrap().unwrap().carried.is_empty());
}

#[test]
fn what_is_not_ours_is_said_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE);
    assert!(matches!(
        Store::existing(folder.path()),
        Err(StoreError::Nothing(_))
    ));
    std::fs::write(&path, "somebody's notes".repeat(1000)).unwrap();
    let error = Store::open(folder.path()).unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    assert!(
        std::fs::read_to_string(&path)
            .unwrap()
            .starts_with("somebody")
    );
}

#[test]
fn another_programs_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let other: redb::TableDefinition<'_, u64, u64> = redb::TableDefinition::new("other");
    let database = redb::Database::create(folder.path().join(FILE)).unwrap();
    let writing = database.begin_write().unwrap();
    writing.open_table(other).unwrap().insert(1, 2).unwrap();
    writing.commit().unwrap();
    drop(database);
    let error = Store::open(folder.path()).unwrap_err();
    assert!(
        matches!(error, StoreError::Format { found: 0, .. }),
        "{error}"
    );
}

#[test]
fn the_second_process_waits_for_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let first = Store::open(folder.path()).unwrap();
    std::thread::scope(|threads| {
        let second = threads.spawn(|| Store::open(folder.path()).and_then(|it| it.runs()));
        std::thread::sleep(std::time::Duration::from_millis(200));
        first.append(&run(1).end(), KEEP).unwrap();
        drop(first);
        assert_eq!(second.join().unwrap().unwrap().len(), 1);
    });
}
