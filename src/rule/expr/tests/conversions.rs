//! Rust structs to struct types and values.

use std::collections::BTreeMap;

use schemars::{JsonSchema, json_schema, schema_for};
use serde::Serialize;

use super::super::{Env, NoHost, Program, Schema, Scope, Type, to_value};

/// A table.
#[derive(Serialize, JsonSchema)]
struct Table {
    /// Its status.
    status: Status,
    billing: Option<Billing>,
    /// One per Region.
    replicas: Vec<Replica>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    tags: BTreeMap<String, String>,
    items: Option<u64>,
    ratio: f64,
    #[schemars(extend("x-known" = ["STANDARD", "INFREQUENT"]))]
    class: Option<String>,
    parent: Option<Box<Replica>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    /// Usable.
    Active,
    /// Going.
    Deleting,
}

#[derive(Serialize, JsonSchema)]
enum Billing {
    Provisioned,
}

#[derive(Serialize, JsonSchema)]
struct Replica {
    region: String,
    indexes: Vec<Replica>,
}

fn table() -> Table {
    Table {
        status: Status::Active,
        billing: None,
        replicas: vec![Replica {
            region: "eu-west-1".into(),
            indexes: vec![],
        }],
        aliases: vec![],
        tags: BTreeMap::from([("a".into(), "b".into())]),
        items: Some(3),
        ratio: 0.5,
        class: Some("STANDARD".into()),
        parent: None,
    }
}

#[test]
fn a_struct_is_typed_documented_and_converted() {
    let mut schema = Schema::default();
    let id = schema
        .add_json_schema("Table", &schema_for!(Table))
        .unwrap();
    let ty = schema.structure(id);
    assert_eq!(ty.doc, "A table.");
    let field = |name: &str| ty.fields.iter().find(|f| f.name == name).unwrap();
    assert_eq!(field("status").ty, Type::one_of(["ACTIVE", "DELETING"]));
    assert_eq!(field("status").doc, "Its status.");
    assert_eq!(
        field("billing").ty,
        Type::one_of(["Provisioned"]).nullable()
    );
    assert_eq!(field("items").ty, Type::Int.nullable());
    assert_eq!(
        field("class").ty,
        Type::one_of(["STANDARD", "INFREQUENT"]).nullable()
    );
    assert_eq!(field("tags").ty, Type::map(Type::STRING));

    let scope = Scope {
        schema: &schema,
        variables: vec![("t".into(), Type::Struct(id))],
    };
    let value = to_value(&table(), &schema, &Type::Struct(id)).unwrap();
    let other = Table {
        status: Status::Deleting,
        billing: Some(Billing::Provisioned),
        ..table()
    };
    let other = to_value(&other, &schema, &Type::Struct(id)).unwrap();
    let source = "t.status == 'DELETING' && t.billing == 'Provisioned'";
    let program = Program::condition(source, &scope).unwrap();
    assert!(
        program
            .eval(Env {
                host: &NoHost,
                variables: &[other]
            })
            .unwrap()
            .is_true()
    );
    for source in [
        "t.status == 'ACTIVE' && t.billing == null && t.items == 3 && t.ratio == 0.5",
        "t.replicas.exists(r, r.region == 'eu-west-1' && r.indexes.size() == 0)",
        "t.aliases.size() == 0 && t.tags.a == 'b' && t.class == 'STANDARD'",
        "t.parent.region == null",
    ] {
        let program =
            Program::condition(source, &scope).unwrap_or_else(|e| panic!("{source}: {e}"));
        let variables = std::slice::from_ref(&value);
        assert!(
            program
                .eval(Env {
                    host: &NoHost,
                    variables
                })
                .unwrap()
                .is_true(),
            "{source}"
        );
    }
}

#[test]
fn what_has_no_type_is_refused_by_name() {
    let free = json_schema!({ "type": "object", "properties": { "free": true } });
    let shapes = json_schema!({ "type": "object", "properties": {
        "either": { "oneOf": [{ "type": "string" }, { "type": "integer" }] } } });
    for (schema, at) in [(free, "T.free"), (shapes, "T.either")] {
        let error = Schema::default().add_json_schema("T", &schema).unwrap_err();
        assert_eq!(error.at, at);
    }
}

#[test]
fn a_value_of_another_shape_is_refused() {
    let schema = Schema::default();
    for (result, message) in [
        (
            to_value("a", &schema, &Type::Int),
            "expected int, found a string",
        ),
        (
            to_value(&None::<i32>, &schema, &Type::Int),
            "expected int, found null",
        ),
        (
            to_value(&u64::MAX, &schema, &Type::Int),
            "expected int, found an integer beyond 64 bits",
        ),
        (
            to_value(&Some(1), &schema, &Type::list(Type::Int)),
            "expected list of int, found an integer",
        ),
    ] {
        assert_eq!(result.unwrap_err().to_string(), message);
    }
}
