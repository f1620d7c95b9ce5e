//! Which resource of AWS an instance of a state is: the keys under which the inventory knows it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use serde::Deserialize;

use super::state::{Identity, Instance};
use crate::inventory::{Arn, Kind};
use crate::located;

const TABLE: &str = include_str!("types.yaml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    r#type: String,
    kind: Kind,
    #[serde(default)]
    id: bool,
    #[serde(default)]
    accepts: bool,
    #[serde(default)]
    copy: bool,
}

/// The table by type. It is part of the build: a test reads it.
static ROWS: LazyLock<BTreeMap<String, Row>> = LazyLock::new(|| {
    let rows: Vec<Row> = located::from_yaml(Path::new("types.yaml"), TABLE).unwrap_or_default();
    rows.into_iter()
        .map(|row| (row.r#type.clone(), row))
        .collect()
});

/// A name under which a resource is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Arn(String),
    /// What AWS calls it, among those of its kind.
    Id(Kind, String),
}

/// What a block has to do with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// It makes the resource.
    Owner,
    /// It makes another that brings this one with it, or takes on what another block makes.
    Second,
}

/// Whether instances of that type are resources of the inventory.
pub(super) fn is_known(kind: &str) -> bool {
    ROWS.contains_key(kind)
}

/// Whether it makes a copy of what another block owns.
pub(super) fn is_copy(instance: &Instance) -> bool {
    let kind = instance.address.resource.as_ref().map(|(kind, _)| kind);
    kind.and_then(|kind| ROWS.get(kind))
        .is_some_and(|row| row.copy)
}

/// The resources that an instance stands for.
pub(super) fn keys(instance: &Instance) -> Vec<(Key, Role)> {
    let kind = instance.address.resource.as_ref().map(|(kind, _)| kind);
    let Some(row) = kind.and_then(|kind| ROWS.get(kind)) else {
        return Vec::new();
    };
    let identity = &instance.identity;
    let role = if row.accepts {
        Role::Second
    } else {
        Role::Owner
    };
    let mut keys = Vec::new();
    let texts = [&identity.arn, &identity.id].into_iter();
    let mut arns = texts
        .filter_map(|it| it.get())
        .filter(|it| Arn::parse(it).is_some());
    if let Some(arn) = arns.next() {
        keys.push((Key::Arn(arn.to_owned()), role));
    }
    if let Some(id) = identity.id.get().filter(|_| row.id) {
        keys.push((Key::Id(row.kind, id.to_owned()), role));
    }
    if row.kind == Kind::Route53RecordSet {
        keys.extend(record(identity).map(|id| (Key::Id(row.kind, id), role)));
    }
    keys.extend(
        parts(row.kind, identity)
            .into_iter()
            .map(|key| (key, Role::Second)),
    );
    keys
}

/// `ZONE/NAME/TYPE`, and `/SET` where there are several.
fn record(identity: &Identity) -> Option<String> {
    let zone = identity.zone_id.get()?;
    let name = identity.fqdn.get()?.trim_end_matches('.').to_lowercase();
    let name = name.replace("\\052", "*");
    let mut id = format!("{zone}/{name}/{}", identity.r#type.get()?);
    if let Some(set) = identity.set_identifier.get() {
        id += &format!("/{set}");
    }
    Some(id)
}

/// What comes into being with the resource: copies in other Regions, disks, secrets of the service.
fn parts(kind: Kind, identity: &Identity) -> Vec<Key> {
    let mut keys = Vec::new();
    if matches!(kind, Kind::DynamoDbTable | Kind::SecretsManagerSecret) {
        for replica in &identity.replica.0 {
            let region = replica.region_name.get().or(replica.region.get());
            let moved = || in_region(identity.arn.get()?, region?);
            keys.extend(
                replica
                    .arn
                    .get()
                    .map(str::to_owned)
                    .or_else(moved)
                    .map(Key::Arn),
            );
        }
    }
    if kind == Kind::Ec2Instance {
        let disks = identity
            .root_block_device
            .0
            .iter()
            .chain(&identity.ebs_block_device.0);
        let ids = disks.filter_map(|it| it.volume_id.get());
        keys.extend(ids.map(|id| Key::Id(Kind::Ec2Volume, id.to_owned())));
    }
    let secrets = identity.master_user_secret.0.iter();
    keys.extend(
        secrets
            .filter_map(|it| it.secret_arn.get())
            .map(|it| Key::Arn(it.to_owned())),
    );
    keys
}

/// The same name in another Region.
fn in_region(arn: &str, region: &str) -> Option<String> {
    let arn = Arn::parse(arn)?;
    Some(Arn { region, ..arn }.to_string())
}

/// The names under which a resource of the inventory may stand in a state, the surest first.
pub(super) fn known_as(kind: Kind, arn: &str) -> [Option<Key>; 2] {
    let id = Arn::parse(arn).and_then(|arn| match kind {
        Kind::Route53RecordSet => {
            let (zone, rest) = arn.resource.strip_prefix("hostedzone/")?.split_once('/')?;
            let rest = rest.strip_prefix("recordset/")?;
            Some(format!("{zone}/{rest}"))
        }
        _ => Some(arn.name().to_owned()),
    });
    [
        Some(Key::Arn(arn.to_owned())),
        id.map(|id| Key::Id(kind, id)),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::address::Address;
    use super::*;

    fn instance(address: &str, identity: &str) -> Instance {
        Instance {
            address: Address::parse(address).unwrap(),
            provider: None,
            identity: serde_json::from_str(identity).unwrap(),
        }
    }

    fn shown(address: &str, identity: &str) -> Vec<String> {
        let all = keys(&instance(address, identity)).into_iter();
        all.map(|(key, role)| match key {
            Key::Arn(arn) => format!("{arn} {role:?}"),
            Key::Id(kind, id) => format!("{kind} {id} {role:?}"),
        })
        .collect()
    }

    /// Kinds that no block of the provider makes.
    const NOBODYS: [Kind; 1] = [Kind::AccountAccount];

    #[test]
    fn every_kind_has_a_type() {
        let rows: Vec<Row> = located::from_yaml(Path::new("types.yaml"), TABLE).unwrap();
        assert!(rows.is_sorted_by_key(|row| &row.r#type) || rows.len() == ROWS.len());
        for kind in Kind::ALL.iter().filter(|it| !NOBODYS.contains(it)) {
            assert!(rows.iter().any(|row| row.kind == *kind), "{kind}");
        }
    }

    #[test]
    fn parts_belong_to_what_brings_them() {
        let table = r#"{"arn": "arn:aws:dynamodb:eu-west-1:1:table/o", "id": "o",
            "replica": [{"region_name": "us-east-1"}, {"arn": "arn:x"}]}"#;
        assert_eq!(
            shown("aws_dynamodb_table.o", table),
            [
                "arn:aws:dynamodb:eu-west-1:1:table/o Owner",
                "arn:aws:dynamodb:us-east-1:1:table/o Second",
                "arn:x Second"
            ]
        );
        let instance = r#"{"id": "i-1", "root_block_device": [{"volume_id": "vol-1"}]}"#;
        assert_eq!(
            shown("aws_instance.x", instance),
            [
                "AWS::EC2::Instance i-1 Owner",
                "AWS::EC2::Volume vol-1 Second"
            ]
        );
        let service = r#"{"id": "arn:aws:ecs:eu-west-1:1:service/c/s"}"#;
        assert_eq!(
            shown("aws_ecs_service.x", service),
            ["arn:aws:ecs:eu-west-1:1:service/c/s Owner"]
        );
        assert_eq!(shown("random_id.x", service), [""; 0]);
    }

    #[test]
    fn record_sets_are_known_by_zone_name_type_and_set() {
        let record = r#"{"id": "Z1_x", "zone_id": "Z1", "fqdn": "\\052.Acme.com.", "type": "A", "set_identifier": "blue"}"#;
        let key = keys(&instance("aws_route53_record.x", record)).remove(0).0;
        let arn = "arn:aws:route53:::hostedzone/Z1/recordset/*.acme.com/A/blue";
        assert_eq!(known_as(Kind::Route53RecordSet, arn)[1], Some(key));
    }
}
