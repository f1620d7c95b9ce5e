//! What rule expressions can read: objects, their fields with types and docs, functions.
//!
//! Properties come from the kinds' own structs, facts from the families beside this; both are listed once and
//! nowhere else. A fact is something true of the estate: the comparison stays in the rule.

mod fact;
mod facts;
mod functions;
mod json;
mod types;
mod values;
mod world;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::inventory::Kind;
use crate::rule::expr::{Field, FieldIx, ObjectTypeId, Program, Schema, Scope, Type};
use crate::rule::{RuleOption, Subject};

pub use fact::{Common, Fact};
pub use types::Types;
pub use world::World;

/// Where the value of a field comes from.
#[derive(Debug, Clone, Copy)]
enum Source {
    Common(&'static Common),
    Fact(&'static Fact),
    /// The position of the property in the kind's struct.
    Property(usize),
}

/// The types of a kind.
#[derive(Debug)]
struct KindType {
    object: ObjectTypeId,
    /// The struct of its properties.
    properties: Type,
    /// By the position of the field.
    sources: Vec<Source>,
}

/// Everything that expressions can read.
#[derive(Debug)]
pub struct Vocabulary {
    schema: Schema,
    /// By the position of the kind.
    kinds: Vec<KindType>,
    workload: ObjectTypeId,
    workload_sources: Vec<values::WorkloadField>,
    account: ObjectTypeId,
    types: Types,
}

/// A field of a kind, for its documentation.
#[derive(Debug, Clone)]
pub struct FieldDoc {
    pub name: String,
    pub ty: String,
    pub doc: String,
    /// Whether it is worked out, not read.
    pub fact: bool,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::build);

/// The vocabulary of this version.
pub fn vocabulary() -> &'static Vocabulary {
    &VOCABULARY
}

impl Vocabulary {
    fn build() -> Self {
        let mut schema = Schema::default();
        let resource = schema.add_object("resource", "Something in AWS.", None);
        let edge = types::edge(&mut schema, resource);
        for fact in facts::COMMON {
            schema.add_field(resource, fact.name, (fact.ty)(&edge), fact.doc);
        }
        let objects: Vec<ObjectTypeId> = Kind::ALL
            .iter()
            .map(|kind| schema.add_object(kind.name(), "", Some(resource)))
            .collect();
        let types = Types::new(&mut schema, resource, objects, edge);
        let kinds = Kind::ALL
            .iter()
            .map(|kind| add_kind(&mut schema, &types, *kind))
            .collect();
        let (workload, workload_sources) = values::add_workload(&mut schema, &types);
        let account = values::add_account(&mut schema, &types);
        functions::add(&mut schema);
        Self {
            schema,
            kinds,
            workload,
            workload_sources,
            account,
            types,
        }
    }

    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The variables of a rule's expressions, in the order of [`World::variables`].
    pub fn scope(&self, subject: Subject, options: &[RuleOption]) -> Scope<'_> {
        let workload = ("workload".to_owned(), Type::Object(self.workload));
        let own = match subject {
            Subject::Resource(kind) => {
                Some(("resource".to_owned(), Type::Object(self.kind(kind).object)))
            }
            Subject::Store => Some(("resource".to_owned(), self.types.any())),
            Subject::Account => Some(("account".to_owned(), Type::Object(self.account))),
            Subject::Workload => None,
        };
        let options = options.iter().map(|it| (it.name.clone(), it.ty()));
        Scope {
            schema: &self.schema,
            variables: [workload].into_iter().chain(own).chain(options).collect(),
        }
    }

    /// The fields of a kind: common ones and facts first, then properties.
    pub fn fields(&self, kind: Kind) -> Vec<FieldDoc> {
        let kind = self.kind(kind);
        let fields = &self.schema.object(kind.object).fields;
        fields
            .iter()
            .zip(&kind.sources)
            .map(|(field, source)| self.doc(field, !matches!(source, Source::Property(_))))
            .collect()
    }

    /// The record types that fields of a kind are made of, each with its fields, sorted by name.
    pub fn records(&self, kind: Kind) -> Vec<(String, Vec<FieldDoc>)> {
        let object = self.schema.object(self.kind(kind).object);
        let mut open: Vec<&Type> = object.fields.iter().map(|field| &field.ty).collect();
        let mut found = BTreeMap::new();
        while let Some(ty) = open.pop() {
            match ty {
                Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) => open.push(inner),
                Type::Struct(id) => {
                    let record = self.schema.structure(*id);
                    if !found.contains_key(&record.name) {
                        let docs = record.fields.iter().map(|field| self.doc(field, false));
                        found.insert(record.name.clone(), docs.collect());
                        open.extend(record.fields.iter().map(|field| &field.ty));
                    }
                }
                _ => {}
            }
        }
        found.into_iter().collect()
    }

    fn doc(&self, field: &Field, fact: bool) -> FieldDoc {
        FieldDoc {
            name: field.name.clone(),
            ty: self.schema.display(&field.ty).to_string(),
            doc: field.doc.clone(),
            fact,
        }
    }

    /// Whether an expression rests on which components are the same elsewhere.
    pub fn rests_on_pairing(&self, program: &Program) -> bool {
        program.reads().object_fields.iter().any(|(object, field)| {
            let field = self.schema.object(*object).fields.get(usize::from(field.0));
            field.is_some_and(|field| matches!(field.name.as_str(), "twins" | "group"))
        })
    }

    fn kind(&self, kind: Kind) -> &KindType {
        &self.kinds[kind as usize]
    }

    fn property_count(&self, kind: Kind) -> usize {
        match &self.kind(kind).properties {
            Type::Struct(id) => self.schema.structure(*id).fields.len(),
            _ => 0,
        }
    }

    fn source(&self, kind: Kind, field: FieldIx) -> Option<Source> {
        self.kind(kind).sources.get(usize::from(field.0)).copied()
    }
}

#[expect(
    clippy::expect_used,
    reason = "a kind's struct either fits always or fails every test"
)]
fn add_kind(schema: &mut Schema, types: &Types, kind: Kind) -> KindType {
    let object = types.object(kind);
    let mut sources: Vec<Source> = facts::COMMON.iter().map(Source::Common).collect();
    for fact in facts::of(kind) {
        schema.add_field(object, fact.name, (fact.ty)(types, kind), fact.doc);
        sources.push(Source::Fact(fact));
    }
    let id = schema
        .add_json_schema(kind.name(), &kind.schema())
        .expect("a struct of properties");
    for (at, field) in schema.structure(id).fields.clone().into_iter().enumerate() {
        schema.add_field(object, &field.name, field.ty, &field.doc);
        sources.push(Source::Property(at));
    }
    KindType {
        object,
        properties: Type::Struct(id),
        sources,
    }
}

/// Name of the workload's list of a kind's resources: service, then type in snake case, plural.
pub fn plural(kind: Kind) -> String {
    let mut parts = kind.name().split("::").skip(1);
    let service = parts.next().unwrap_or_default().to_ascii_lowercase();
    let name = parts.next().unwrap_or_default();
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let after_small = at > 0 && !letters[at - 1].is_uppercase();
        let before_small = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        if at > 0 && letter.is_uppercase() && (after_small || before_small) {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    format!("{service}_{snake}s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_named_after_their_kinds() {
        assert_eq!(plural(Kind::DynamoDbTable), "dynamodb_tables");
        assert_eq!(
            plural(Kind::Ec2VpcPeeringConnection),
            "ec2_vpc_peering_connections"
        );
        assert_eq!(plural(Kind::RdsDbCluster), "rds_db_clusters");
        assert_eq!(plural(Kind::Ec2Vpc), "ec2_vpcs");
    }

    #[test]
    fn no_field_is_named_twice_and_each_is_documented() {
        let mut problems = Vec::new();
        for kind in Kind::ALL {
            let mut names = std::collections::BTreeSet::new();
            for field in vocabulary().fields(*kind) {
                if !names.insert(field.name.clone()) || field.doc.is_empty() {
                    problems.push(format!("{kind}: {}", field.name));
                }
            }
        }
        assert!(problems.is_empty(), "{problems:?}");
    }
}
