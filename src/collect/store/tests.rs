//! What a run keeps on disk is what it keeps in memory, and it can be gone on with.

use super::*;
use crate::collect::keep::{Keep, Kept, Place};
use crate::inventory::kinds::sqs::Queue;
use crate::inventory::{Cause, Gap, GapKey, Inventory, Kind};

fn unit(region: &str) -> Unit {
    Unit {
        account: "111111111111".into(),
        region: region.into(),
        collector: "sqs".to_owned(),
    }
}

fn queue(region: &str, name: &str) -> Resource {
    Resource {
        arn: format!("arn:aws:sqs:{region}:111111111111:{name}"),
        account: "111111111111".into(),
        region: region.into(),
        name: name.to_owned(),
        tags: [("odd".to_owned(), "\0\n\u{202e}".to_owned())].into(),
        properties: Queue::default().into(),
        unread: std::collections::BTreeMap::new(),
    }
}

fn found(region: &str, names: &[&str], cause: Option<Cause>) -> Found {
    let mut found = Found {
        resources: names.iter().map(|name| queue(region, name)).collect(),
        ..Found::default()
    };
    if let Some(cause) = cause {
        let key = GapKey {
            account: "111111111111".into(),
            region: region.into(),
            operation: "sqs:ListQueues".to_owned(),
            cause,
        };
        found.gap(Gap {
            key,
            action: None,
            message: None,
            hides: [Kind::SqsQueue].into(),
            calls: 1,
        });
    }
    found
}

fn reading(region: &str) -> Reading {
    Reading {
        account: "111111111111".into(),
        region: region.into(),
        kinds: [Kind::SqsQueue].into(),
        word: None,
    }
}

async fn read(keep: &Keep, region: &str, names: &[&str], cause: Option<Cause>) {
    let found = found(region, names, cause);
    keep.end(unit(region), found, Some(reading(region)))
        .await
        .unwrap();
}

fn inventory(keep: Keep) -> (Kept, Inventory) {
    let kept = keep.finish(Header::default()).unwrap();
    let inventory = kept.inventory().unwrap().into_owned();
    (kept, inventory)
}

fn state(folder: &Path, resume: bool) -> Result<Keep, KeepError> {
    let place = Place::State {
        folder: folder.to_owned(),
        resume,
    };
    Keep::open(&place, "all", "2026-01-01T00:00:00Z")
}

#[tokio::test]
async fn memory_and_disk_keep_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut kept = Vec::new();
    for place in [Place::Memory, Place::Scratch(folder.path().to_owned())] {
        let keep = Keep::open(&place, "all", "").unwrap();
        read(&keep, "eu-west-1", &["b", "a", "a"], None).await;
        assert!(
            keep.add(&unit("eu-north-1"), vec![queue("eu-north-1", "c")])
                .is_none()
        );
        read(&keep, "eu-north-1", &["a"], Some(Cause::Denied)).await;
        // The same gap of another unit.
        let other = Unit {
            collector: "sns".to_owned(),
            ..unit("eu-north-1")
        };
        let gap = found("eu-north-1", &[], Some(Cause::Denied));
        keep.end(other, gap, None).await.unwrap();
        kept.push(inventory(keep));
    }
    let [(_, memory), (disk, read)] = kept.try_into().unwrap();
    assert_eq!(memory, read);
    assert_eq!(read.resources().len(), 4);
    let gaps: Vec<_> = read.gaps().map(|gap| gap.calls).collect();
    assert_eq!(gaps, [2]);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    disk.done().unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn what_was_read_whole_is_gone_on_with_and_the_rest_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let keep = state(folder.path(), true).unwrap();
    read(&keep, "eu-west-1", &["a"], None).await;
    read(&keep, "eu-north-1", &["b"], Some(Cause::Throttled)).await;
    read(&keep, "eu-south-1", &["c"], None).await;
    read(&keep, "ap-east-1", &["d"], Some(Cause::RegionDisabled)).await;
    keep.add(&unit("us-east-1"), vec![queue("us-east-1", "e")]);
    drop(inventory(keep));

    let keep = state(folder.path(), true).unwrap();
    keep.begin(|unit| &*unit.region != "eu-south-1").unwrap();
    let has = |region: &str| keep.has(&unit(region)).unwrap();
    assert!(has("eu-west-1") && has("ap-east-1"));
    assert!(!has("eu-north-1") && !has("eu-south-1") && !has("us-east-1"));
    let (kept, inventory) = inventory(keep);
    let names: Vec<_> = inventory.resources().iter().map(|it| &*it.name).collect();
    assert_eq!(names, ["d", "a"]);
    assert_eq!(kept.resumed(), Some("2026-01-01T00:00:00Z"));
    assert_eq!(inventory.readings().count(), 2);
    assert_eq!(inventory.gaps().count(), 1);
}

#[tokio::test]
async fn only_the_same_run_is_gone_on_with_and_only_by_one() {
    let folder = tempfile::tempdir().unwrap();
    let keep = state(folder.path(), false).unwrap();
    read(&keep, "eu-west-1", &["a"], None).await;
    let busy = state(folder.path(), true).unwrap_err();
    assert!(busy.to_string().contains("another mrlint"), "{busy}");
    drop(inventory(keep));
    let place = Place::State {
        folder: folder.path().to_owned(),
        resume: true,
    };
    let other = Keep::open(&place, "else", "").unwrap_err();
    assert!(matches!(other, KeepError::OtherRun(_)), "{other}");
    // Without --resume it begins anew.
    let (kept, inventory) = inventory(state(folder.path(), false).unwrap());
    assert_eq!((inventory.resources().len(), kept.resumed()), (0, None));
}

#[test]
fn a_damaged_state_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for text in ["{}", "redb", &"x".repeat(100_000)] {
        std::fs::write(folder.path().join(FILE), text).unwrap();
        let error = state(folder.path(), true).unwrap_err();
        assert!(error.to_string().contains("cannot keep"), "{error}");
    }
}
