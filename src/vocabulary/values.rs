//! The fields of the workload and of accounts.

use super::facts::ACCOUNT;
use super::{Types, plural};
use crate::inventory::Kind;
use crate::rule::expr::{ObjectTypeId, Schema, Type};
use crate::rule::meta::Posture;

/// Where the value of a field of the workload comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum WorkloadField {
    Name,
    Regions,
    Standby,
    Posture,
    EntryPoints,
    Losses,
    LostNeeds,
    LostStores,
    RtoSeconds,
    RpoSeconds,
    Boundary,
    BoundaryRegions,
    BoundaryTags,
    Declared,
    Members(Kind),
}

pub(super) fn add_workload(
    schema: &mut Schema,
    types: &Types,
) -> (ObjectTypeId, Vec<WorkloadField>) {
    let object = schema.add_object("workload", "Resources that serve one purpose.", None);
    let mut sources = Vec::new();
    let mut add = |name: &str, ty: Type, doc: &str, source: WorkloadField| {
        schema.add_field(object, name, ty, doc);
        sources.push(source);
    };
    let postures = [
        Posture::ActiveActive,
        Posture::HotStandby,
        Posture::WarmStandby,
        Posture::PilotLight,
        Posture::BackupAndRestore,
        Posture::SingleRegion,
    ];
    add(
        "name",
        Type::STRING,
        "Name of the workload.",
        WorkloadField::Name,
    );
    add(
        "regions",
        Types::strings(),
        "Regions that serve, sorted.",
        WorkloadField::Regions,
    );
    add(
        "standby",
        Types::strings(),
        "Regions that wait for a failover, sorted.",
        WorkloadField::Standby,
    );
    add(
        "posture",
        Type::one_of(postures.map(Posture::text)),
        "How it means to survive the loss of a Region.",
        WorkloadField::Posture,
    );
    add(
        "entry_points",
        Type::list(types.entry_point.clone()),
        "Names that clients use.",
        WorkloadField::EntryPoints,
    );
    add_losses(types, &mut add);
    add(
        "rto_seconds",
        Type::Int.nullable(),
        "Seconds that it may be down when a Region is lost; null when nobody said.",
        WorkloadField::RtoSeconds,
    );
    add(
        "rpo_seconds",
        Type::Int.nullable(),
        "Seconds of the latest data that it may lose; null when nobody said.",
        WorkloadField::RpoSeconds,
    );
    add(
        "boundary",
        Type::STRING.nullable(),
        "Name of the boundary of its data; null when nobody set one.",
        WorkloadField::Boundary,
    );
    add(
        "boundary_regions",
        Types::strings(),
        "Regions where its data may be, sorted; empty without a boundary.",
        WorkloadField::BoundaryRegions,
    );
    add(
        "boundary_tags",
        Types::strings(),
        "Keys of the tags that say whether the boundary is about a store, sorted; empty when it is about all.",
        WorkloadField::BoundaryTags,
    );
    add(
        "declared",
        Type::Bool,
        "Whether somebody declared it; otherwise it was worked out.",
        WorkloadField::Declared,
    );
    for kind in Kind::ALL {
        let doc = format!("Its resources of kind `{kind}`.");
        add(
            &plural(*kind),
            types.list(*kind),
            &doc,
            WorkloadField::Members(*kind),
        );
    }
    (object, sources)
}

/// Adds a field: its name, type, doc and source.
type Add<'s> = dyn FnMut(&str, Type, &str, WorkloadField) + 's;

fn add_losses(types: &Types, add: &mut Add<'_>) {
    add(
        "losses",
        Type::list(types.loss.clone()),
        "How it comes out of each loss that it is meant to live through: each of its Regions, those of control planes, any two where it has three. Empty where it serves nobody by a name and nobody declared it.",
        WorkloadField::Losses,
    );
    add(
        "lost_needs",
        Type::list(types.lost_need.clone()),
        "What clients of the survivors need and is gone with a Region, for the loss of each one.",
        WorkloadField::LostNeeds,
    );
    add(
        "lost_stores",
        Type::list(types.lost_store.clone()),
        "Stores that are gone with a Region and that clients need or that keep records, for the loss of each one.",
        WorkloadField::LostStores,
    );
}

pub(super) fn add_account(schema: &mut Schema, types: &Types) -> ObjectTypeId {
    let object = schema.add_object("account", "An AWS account.", None);
    for fact in ACCOUNT {
        schema.add_field(object, fact.name, (fact.ty)(types), fact.doc);
    }
    object
}
