//! A small world for examples: one bucket.

use super::super::{
    Field, FieldIx, Function, FunctionIx, Gaps, Host, ObjectRef, ObjectTypeId, Schema, Type, Value,
};

fn field(name: &str, ty: Type) -> Field {
    Field {
        name: name.into(),
        ty,
        doc: format!("the {name}"),
    }
}

/// `resource`, a bucket: its fields in the order of [`Bucket::fields`].
pub(super) fn schema() -> (Schema, Vec<(String, Type)>) {
    let mut schema = Schema::default();
    let rule = vec![
        field("status", Type::STRING),
        field("region", Type::STRING),
        field("days", Type::Int.nullable()),
    ];
    let rule = Type::Struct(schema.add_struct("Rule", "", rule));
    let key = Type::Struct(schema.add_struct("Key", "", vec![field("name", Type::STRING)]));
    let resource = schema.add_object("Resource", "", None);
    schema.add_field(resource, "name", Type::STRING, "");
    schema.add_field(resource, "tags", Type::map(Type::STRING), "");
    let bucket = schema.add_object("Bucket", "", Some(resource));
    for (name, ty) in [
        (
            "versioning",
            Type::one_of(["Enabled", "Suspended"]).nullable(),
        ),
        ("encrypted", Type::Bool),
        ("locked", Type::Bool.nullable()),
        ("days", Type::Int.nullable()),
        ("key", key.nullable()),
        ("copies", Type::list(Type::STRING)),
        ("rules", Type::list(rule)),
    ] {
        schema.add_field(bucket, name, ty, "");
    }
    schema.add_function(Function {
        name: "active_in".into(),
        receiver: Some(Type::Object(resource)),
        parameters: vec![Type::STRING],
        returns: Type::Bool,
        doc: String::new(),
    });
    (schema, vec![("resource".into(), Type::Object(bucket))])
}

pub(super) struct Bucket {
    pub(super) fields: Vec<Value>,
}

impl Bucket {
    pub(super) fn new() -> Self {
        let rule = |status: &str, region: &str, days| {
            Value::record(vec![Value::string(status), Value::string(region), days])
        };
        Self {
            fields: vec![
                Value::string("orders"),
                Value::map([("env".into(), Value::string("prod"))]),
                Value::string("Enabled"),
                Value::Bool(true),
                Value::Null,
                Value::Int(7),
                Value::Null,
                Value::strings(["eu-west-1", "eu-central-1"]),
                Value::list(vec![
                    rule("Disabled", "eu-west-1", Value::Null),
                    rule("Enabled", "us-east-1", Value::Int(30)),
                ]),
            ],
        }
    }

    pub(super) fn with(mut self, field: usize, value: Value) -> Self {
        self.fields[field] = value;
        self
    }
}

impl Host for Bucket {
    fn field(&self, _: ObjectRef, field: FieldIx) -> Value {
        self.fields[usize::from(field.0)].clone()
    }

    fn call(&self, _: FunctionIx, args: &[Value]) -> Value {
        match args[1].as_str() {
            Some("eu-west-1") => Value::Bool(true),
            Some(_) => Value::Bool(false),
            None => Value::Unknown(Gaps::NONE),
        }
    }
}

pub(super) const RESOURCE: [Value; 1] = [Value::Object(ObjectRef {
    ty: ObjectTypeId(1),
    index: 0,
})];
pub(super) const VERSIONING: usize = 2;
pub(super) const ENCRYPTED: usize = 3;
pub(super) const DAYS: usize = 5;
pub(super) const KEY: usize = 6;
pub(super) const COPIES: usize = 7;
