//! What is written is read back, and what is damaged has its place.

use std::collections::BTreeMap;
use std::io::Write;

use super::*;
use crate::inventory::{Cause, Resource, kinds::dynamodb};
use crate::inventory::{GapKey, Inventory, Kind, Word};

fn sample() -> Inventory {
    let table = Resource {
        arn: "arn:aws:dynamodb:eu-west-1:111111111111:table/orders".to_owned(),
        account: "111111111111".into(),
        region: "eu-west-1".into(),
        name: "orders".to_owned(),
        tags: BTreeMap::new(),
        properties: dynamodb::Table {
            status: "ACTIVE".to_owned(),
            ..Default::default()
        }
        .into(),
        unread: BTreeMap::new(),
    };
    let gap = Gap {
        key: GapKey {
            account: "111111111111".into(),
            region: "eu-west-1".into(),
            operation: "rds:DescribeDBClusters".to_owned(),
            cause: Cause::Denied,
        },
        action: None,
        message: None,
        hides: [Kind::RdsDbCluster].into(),
        calls: 1,
    };
    let reading = Reading {
        account: "111111111111".into(),
        region: "eu-west-1".into(),
        kinds: [Kind::DynamoDbTable, Kind::RdsDbCluster].into(),
        word: None,
    };
    Inventory::new(Header::default(), vec![table], [gap], [reading])
}

fn text(inventory: &Inventory) -> String {
    let mut bytes = Vec::new();
    write(inventory, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn parse(text: &str) -> Result<Inventory, SnapshotError> {
    read(text.as_bytes(), Path::new("inventory.jsonl"))
}

#[test]
fn reads_back_what_it_wrote() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["inventory.jsonl", "inventory.jsonl.zst"] {
        let path = folder.path().join(name);
        save(&sample(), &path).unwrap();
        assert_eq!(load(&path).unwrap(), sample(), "{name}");
    }
}

#[test]
fn names_the_line_of_damage() {
    let whole = text(&sample());
    let cut = &whole[..whole.len() - 20];
    let error = parse(cut).unwrap_err().to_string();
    let last = cut.lines().last().unwrap();
    let place = format!("inventory.jsonl:4:{}: ", last.len());
    assert!(error.starts_with(&place), "{error}");
    assert!(error.ends_with("the line is cut off"), "{error}");
    let strange = whole.replace("\"name\"", "\"nmae\"");
    let error = parse(&strange).unwrap_err().to_string();
    assert!(error.starts_with("inventory.jsonl:2:"), "{error}");
    assert!(!error.contains("line 1"), "{error}");
    let error = parse("").unwrap_err().to_string();
    assert!(
        error.starts_with("inventory.jsonl:1: ") && error.contains("empty"),
        "{error}"
    );
}

#[test]
fn a_mark_of_the_encoding_is_no_damage_and_another_encoding_is() {
    let whole = text(&sample());
    assert_eq!(parse(&format!("\u{feff}{whole}")).unwrap(), sample());
    let mut wide = vec![0xff, 0xfe];
    wide.extend(whole.encode_utf16().flat_map(u16::to_le_bytes));
    let error = read(wide.as_slice(), Path::new("x")).unwrap_err();
    assert!(error.to_string().contains("UTF-16"), "{error}");
}

#[test]
fn what_a_file_is_called_does_not_matter_for_reading() {
    let folder = tempfile::tempdir().unwrap();
    let (zst, plain) = (folder.path().join("i.zst"), folder.path().join("i.jsonl"));
    save(&sample(), &zst).unwrap();
    std::fs::rename(&zst, &plain).unwrap();
    assert_eq!(load(&plain).unwrap(), sample());
}

#[test]
fn a_file_that_expands_beyond_measure_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.jsonl.zst");
    let mut encoder = zstd::Encoder::new(std::fs::File::create(&path).unwrap(), 1).unwrap();
    write(&sample(), &mut encoder).unwrap();
    let blank = vec![b'\n'; 1 << 20];
    for _ in 0..80 {
        encoder.write_all(&blank).unwrap();
    }
    encoder.finish().unwrap();
    let error = load(&path).unwrap_err().to_string();
    assert!(error.contains("expands to more than"), "{error}");
}

#[test]
fn refuses_a_newer_format() {
    let newer = r#"{"mrlint_inventory":3,"strange":true}"#;
    assert!(matches!(
        parse(newer),
        Err(SnapshotError::Newer { found: 3, .. })
    ));
}

#[test]
fn a_property_the_file_lacks_is_unread() {
    let older = text(&sample()).replace("\"deletion_protection\":false,", "");
    let inventory = parse(&older).unwrap();
    let gap = inventory.resources()[0]
        .unread("deletion_protection")
        .unwrap();
    assert_eq!(gap.cause, Cause::NotCollected);
}

#[test]
fn a_gap_hides_its_kind_and_a_missing_reading_every_kind() {
    let inventory = sample();
    let (account, region) = ("111111111111".into(), "eu-west-1".into());
    let hiding = |kind| inventory.hiding(kind, &account, &region);
    assert_eq!(hiding(Kind::DynamoDbTable), []);
    assert_eq!(hiding(Kind::RdsDbCluster)[0].cause, Cause::Denied);
    assert_eq!(hiding(Kind::LambdaFunction)[0].cause, Cause::NotCollected);
}

#[test]
fn only_a_file_with_words_needs_a_reader_that_knows_them() {
    let plain = sample();
    assert!(text(&plain).starts_with(r#"{"mrlint_inventory":1,"#));
    let word = Word {
        source: "AWS Config aggregator org in eu-west-1".to_owned(),
        at: "2026-01-01T00:00:00Z".to_owned(),
    };
    let reading = Reading {
        account: "111111111111".into(),
        region: "eu-west-3".into(),
        kinds: [Kind::SqsQueue].into(),
        word: Some(word),
    };
    let readings = plain.readings().chain([reading.clone()]);
    let told = Inventory::new(Header::default(), Vec::new(), [], readings);
    let written = text(&told);
    assert!(
        written.starts_with(r#"{"mrlint_inventory":2,"#),
        "{written}"
    );
    let read = parse(&written).unwrap();
    assert_eq!(read, told);
    assert_eq!(read.on_word().next().map(|(it, _)| it), Some(reading));
    assert!(read.was_read(Kind::SqsQueue, "111111111111", "eu-west-3"));
}
