//! The record types that facts are made of.

mod containers;
mod doors;
mod ec2;
mod losses;
mod recovery;
mod storage;

use super::facts::{LEAF_KINDS, causes};
use crate::estate::edges::Relation;
use crate::inventory::Kind;
use crate::rule::expr::{Field, ObjectTypeId, Schema, Type};

/// The types that facts are made of.
#[derive(Debug)]
pub struct Types {
    resource: ObjectTypeId,
    objects: Vec<ObjectTypeId>,
    pub leaf: Type,
    pub edge: Type,
    pub replication: Type,
    pub resolved_reference: Type,
    pub replica: Type,
    pub entry_point: Type,
    pub region_denial: Type,
    pub gap: Type,
    pub access_point_member: Type,
    pub capacity: Type,
    pub container_image: Type,
    pub way: Type,
    pub launch: Type,
    pub path_origin: Type,
    pub path: Type,
    pub failover: Type,
    pub recovery_step: Type,
    pub recovery: Type,
    pub loss: Type,
    pub lost_store: Type,
    pub lost_need: Type,
    pub moved: Type,
}

/// Name, type and doc of a field.
type Row = (&'static str, Type, &'static str);

const TEXT: Type = Type::STRING;

fn maybe_text() -> Type {
    Type::STRING.nullable()
}

impl Types {
    pub(super) fn new(
        schema: &mut Schema,
        resource: ObjectTypeId,
        objects: Vec<ObjectTypeId>,
        edge: Type,
    ) -> Self {
        let any = Type::Object(resource).nullable();
        let bucket = Type::Object(objects[Kind::S3Bucket as usize]).nullable();
        let policy = Type::Object(objects[Kind::OrganizationsPolicy as usize]);
        let group = Type::Object(objects[Kind::AutoScalingGroup as usize]).nullable();
        let vpc = Type::Object(objects[Kind::Ec2Vpc as usize]).nullable();
        let image = Type::Object(objects[Kind::Ec2Image as usize]).nullable();
        let mut record = |name: &str, doc: &str, rows: Vec<Row>| record(schema, name, doc, rows);
        let reference = record(
            "ResolvedReference",
            "A configuration value that names something in AWS.",
            resolved_reference(&any, vpc),
        );
        let leaf = record("Leaf", "Where a name leads in the end.", leaf(&any));
        let path_origin = record(
            "PathOrigin",
            "An origin of a distribution, and where it leads.",
            doors::path_origin(&leaf),
        );
        let (recovery_step, recovery) = recovery::types(&mut record);
        Self {
            recovery,
            recovery_step,
            loss: record(
                "Loss",
                "What a loss does to the workload, as it is modelled.",
                losses::loss(),
            ),
            lost_store: record(
                "LostStore",
                "A store that the loss of a Region takes, and what stands in for it.",
                losses::store(),
            ),
            moved: record(
                "Moved",
                "Where clients are sent once a Region is lost.",
                losses::moved(),
            ),
            lost_need: record(
                "LostNeed",
                "Something that is gone with a Region and that clients of the survivors need.",
                losses::need(),
            ),
            path: record(
                "Path",
                "A cache behavior of a distribution, and where it leads.",
                doors::path(&path_origin),
            ),
            failover: record(
                "Failover",
                "An origin group of a distribution that fails over.",
                doors::failover(&path_origin),
            ),
            path_origin,
            leaf,
            edge,
            replication: record(
                "Replication",
                "A replication rule, and where it leads.",
                storage::replication(bucket),
            ),
            access_point_member: record(
                "AccessPointMember",
                "A bucket behind a Multi-Region Access Point.",
                storage::access_point_member(Type::Object(objects[Kind::S3Bucket as usize])),
            ),
            way: record("Way", "Where packets go from a route table.", ec2::way()),
            launch: record(
                "Launch",
                "The version of a launch template that a group starts instances from.",
                ec2::launch(image, &reference),
            ),
            resolved_reference: reference,
            replica: record(
                "ReplicaState",
                "A replica of a global table, over all answers.",
                replica(),
            ),
            entry_point: record("EntryPoint", "A name that clients use.", entry_point()),
            region_denial: record(
                "RegionDenial",
                "A statement of a service control policy, in one Region that it holds in.",
                region_denial(policy, Type::Object(resource)),
            ),
            capacity: record(
                "Capacity",
                "What a share of a service's tasks runs on.",
                containers::capacity(group),
            ),
            container_image: record(
                "ContainerImage",
                "The image of a container, taken apart.",
                containers::container_image(),
            ),
            gap: record("Gap", "Something that could not be read.", gap()),
            resource,
            objects,
        }
    }

    /// A resource of that kind.
    pub fn object(&self, kind: Kind) -> ObjectTypeId {
        self.objects[kind as usize]
    }

    /// A resource of any kind.
    pub fn any(&self) -> Type {
        Type::Object(self.resource)
    }

    pub fn one(&self, kind: Kind) -> Type {
        Type::Object(self.object(kind))
    }

    pub fn maybe(&self, kind: Kind) -> Type {
        self.one(kind).nullable()
    }

    pub fn list(&self, kind: Kind) -> Type {
        Type::list(self.one(kind))
    }

    pub fn strings() -> Type {
        Type::list(Type::STRING)
    }
}

fn record(schema: &mut Schema, name: &str, doc: &str, rows: Vec<Row>) -> Type {
    let fields = rows.into_iter().map(|(name, ty, doc)| Field {
        name: name.to_owned(),
        ty,
        doc: doc.to_owned(),
    });
    Type::Struct(schema.add_struct(name, doc, fields.collect()))
}

/// The type of edges: the common facts of all resources are made of it.
pub(super) fn edge(schema: &mut Schema, resource: ObjectTypeId) -> Type {
    let any = Type::Object(resource).nullable();
    record(
        schema,
        "Edge",
        "Something that hangs on something else.",
        edge_rows(&any),
    )
}

fn leaf(any: &Type) -> Vec<Row> {
    let region = "Its Region; null for front doors that nobody can look behind, for addresses nobody can place and for hosts outside of AWS.";
    vec![
        ("kind", Type::one_of(LEAF_KINDS), "What answers there."),
        ("target", TEXT, "Host name or address."),
        ("region", maybe_text(), region),
        ("resource", any.clone(), "The resource, if it was read."),
        (
            "waits",
            Type::Bool,
            "Whether it gets traffic only when something else fails.",
        ),
    ]
}

fn edge_rows(any: &Type) -> Vec<Row> {
    let other = "The resource at the other end; null when it is not of this estate.";
    let region = "Region of the other end; null when it has none or it is not known.";
    vec![
        (
            "relation",
            Type::one_of(Relation::ALL.map(Relation::text)),
            "How.",
        ),
        ("mechanism", TEXT, "By what means."),
        ("other", any.clone(), other),
        ("target", TEXT, "ARN, id or host at the other end."),
        ("region", maybe_text(), region),
    ]
}

fn resolved_reference(any: &Type, vpc: Type) -> Vec<Row> {
    let inside =
        "The VPC outside of which its address means nothing; null for what has a public one.";
    let region =
        "Region of what is named; a bucket's is where the bucket is. Null when it has none.";
    vec![
        ("key", TEXT, "Name of the configuration key."),
        ("target", TEXT, "The ARN or host name."),
        ("region", maybe_text(), region),
        ("resource", any.clone(), "The resource, if it was read."),
        ("vpc", vpc, inside),
    ]
}

fn replica() -> Vec<Row> {
    let since = "When it became inaccessible (RFC 3339); null while it is accessible.";
    vec![
        ("region", TEXT, "Region of the replica."),
        (
            "status",
            TEXT,
            "State; of several answers one that is not ACTIVE.",
        ),
        ("inaccessible_since", maybe_text(), since),
    ]
}

fn entry_point() -> Vec<Row> {
    vec![
        ("name", TEXT, "DNS name."),
        ("regions", Types::strings(), "Regions that it leads to."),
        (
            "all_serve",
            Type::Bool,
            "Whether each of them gets traffic while all is well.",
        ),
    ]
}

fn region_denial(policy: Type, any: Type) -> Vec<Row> {
    let blocks = "Resources of the workload in the account, in any Region, whose service it denies but for single actions.";
    let except = "Patterns of ARNs of principals that it does not hold for.";
    let other = "Keys of further conditions, under which alone it holds.";
    vec![
        ("region", TEXT, "The Region."),
        ("policy", policy, "The policy."),
        (
            "statement",
            maybe_text(),
            "Id of the statement; null when it has none.",
        ),
        ("blocks", Type::list(any), blocks),
        (
            "actions",
            Types::strings(),
            "Patterns of actions that it denies; none where it denies all but the exempt ones.",
        ),
        (
            "except_actions",
            Types::strings(),
            "Patterns of actions that it does not deny.",
        ),
        ("except_principals", Types::strings(), except),
        ("other_conditions", Types::strings(), other),
    ]
}

fn gap() -> Vec<Row> {
    vec![
        ("operation", TEXT, "The API operation, `service:Operation`."),
        ("region", TEXT, "Where: a Region, or `aws-global`."),
        ("cause", Type::one_of(causes()), "Why."),
        (
            "action",
            maybe_text(),
            "The IAM action that allows it; null where it is not known.",
        ),
        (
            "hides",
            Types::strings(),
            "Kinds of which resources may be missing; none where only properties are.",
        ),
    ]
}
