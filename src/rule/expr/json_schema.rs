//! JSON Schemas, as `schemars` makes them from Rust structs, to struct types. Refuses
//! what has no counterpart in rules (enums with data, free-form values) by name.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::schema::{Field, Schema, Type, TypeId};

/// A JSON Schema that cannot be a struct type: where in it, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("JSON Schema of {at}: {why}")]
pub struct JsonSchemaError {
    pub at: String,
    pub why: String,
}

impl Schema {
    /// Adds the struct type that a JSON Schema describes, and those that it refers to.
    ///
    /// Options become nullable, sequences lists, string-keyed maps maps, enums of names
    /// strings with known values, as does a string with the extension
    /// `"x-known": ["a", "b"]`. Doc comments become docs. A property without `Option` is
    /// never null, even where serde may skip it.
    pub fn add_json_schema(
        &mut self,
        name: &str,
        json: &schemars::Schema,
    ) -> Result<TypeId, JsonSchemaError> {
        let root = json.as_value();
        let empty = Map::new();
        let defs = root
            .get("$defs")
            .and_then(Json::as_object)
            .unwrap_or(&empty);
        let mut reader = Reader {
            schema: self,
            defs,
            done: BTreeMap::new(),
        };
        reader.object(name, name, root)
    }
}

struct Reader<'a> {
    schema: &'a mut Schema,
    defs: &'a Map<String, Json>,
    /// Definitions that have their type: a definition may refer to itself.
    done: BTreeMap<String, TypeId>,
}

impl Reader<'_> {
    fn object(&mut self, name: &str, at: &str, json: &Json) -> Result<TypeId, JsonSchemaError> {
        let id = self.schema.add_struct(name, &doc(json), vec![]);
        self.done.insert(at.to_owned(), id);
        let Some(properties) = json.get("properties").and_then(Json::as_object) else {
            return Ok(id);
        };
        let mut fields = Vec::with_capacity(properties.len());
        for (property, json) in properties {
            let ty = self.ty(&format!("{at}.{property}"), json)?;
            fields.push(Field {
                name: property.clone(),
                ty,
                doc: doc(json),
            });
        }
        self.schema.set_fields(id, fields);
        Ok(id)
    }

    fn ty(&mut self, at: &str, json: &Json) -> Result<Type, JsonSchemaError> {
        if let Some(reference) = json.get("$ref").and_then(Json::as_str) {
            return self.reference(at, reference);
        }
        if let Some(names) = names(json) {
            return Ok(Type::one_of(names));
        }
        for key in ["anyOf", "oneOf", "allOf"] {
            if let Some(options) = json.get(key).and_then(Json::as_array) {
                return self.options(at, options);
            }
        }
        match json.get("type") {
            Some(Json::String(ty)) => self.named(at, ty, json),
            Some(Json::Array(types)) => {
                let nullable = types.iter().any(|ty| ty == "null");
                let others: Vec<&str> = types
                    .iter()
                    .filter_map(Json::as_str)
                    .filter(|ty| *ty != "null")
                    .collect();
                match others.as_slice() {
                    [ty] if nullable => Ok(self.named(at, ty, json)?.nullable()),
                    [ty] => self.named(at, ty, json),
                    _ => Err(error(at, "it is of several types")),
                }
            }
            _ => Err(error(
                at,
                "it has no type: free-form values cannot be checked",
            )),
        }
    }

    fn named(&mut self, at: &str, ty: &str, json: &Json) -> Result<Type, JsonSchemaError> {
        Ok(match ty {
            "boolean" => Type::Bool,
            "integer" => Type::Int,
            "number" => Type::Double,
            "null" => Type::Null,
            "string" => match json.get("x-known").and_then(Json::as_array) {
                Some(known) => Type::one_of(known.iter().filter_map(Json::as_str)),
                None => Type::STRING,
            },
            "array" => match json.get("items") {
                Some(items) => Type::list(self.ty(&format!("{at}[]"), items)?),
                None => return Err(error(at, "its items have no type")),
            },
            "object" => match json.get("additionalProperties") {
                Some(values @ Json::Object(_)) if json.get("properties").is_none() => {
                    Type::map(self.ty(&format!("{at}.*"), values)?)
                }
                _ => Type::Struct(self.object(at, at, json)?),
            },
            other => return Err(error(at, &format!("type `{other}` is not known"))),
        })
    }

    fn reference(&mut self, at: &str, reference: &str) -> Result<Type, JsonSchemaError> {
        let Some(name) = reference.strip_prefix("#/$defs/") else {
            return Err(error(
                at,
                &format!("reference `{reference}` leads elsewhere"),
            ));
        };
        if let Some(id) = self.done.get(name) {
            return Ok(Type::Struct(*id));
        }
        let defs = self.defs;
        let Some(json) = defs.get(name) else {
            return Err(error(at, &format!("reference `{reference}` leads nowhere")));
        };
        if json.get("properties").is_some() {
            return Ok(Type::Struct(self.object(name, name, json)?));
        }
        if json.get("$ref").is_some() {
            return Err(error(at, "a definition that is only another reference"));
        }
        self.ty(name, json)
    }

    /// One type and perhaps null.
    fn options(&mut self, at: &str, options: &[Json]) -> Result<Type, JsonSchemaError> {
        let is_null = |option: &&Json| option.get("type").is_some_and(|ty| ty == "null");
        let others: Vec<&Json> = options.iter().filter(|option| !is_null(option)).collect();
        let [only] = others.as_slice() else {
            return Err(error(at, "it is one of several shapes; rules need one"));
        };
        let ty = self.ty(at, only)?;
        Ok(if others.len() < options.len() {
            ty.nullable()
        } else {
            ty
        })
    }
}

/// The strings that a schema allows, when it allows only certain strings.
fn names(json: &Json) -> Option<Vec<&str>> {
    if let Some(name) = json.get("const") {
        return Some(vec![name.as_str()?]);
    }
    if let Some(values) = json.get("enum").and_then(Json::as_array) {
        return values.iter().map(Json::as_str).collect();
    }
    let options = json.get("oneOf").and_then(Json::as_array)?;
    let all: Option<Vec<Vec<&str>>> = options.iter().map(names).collect();
    Some(all?.concat())
}

fn doc(json: &Json) -> String {
    json.get("description")
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn error(at: &str, why: &str) -> JsonSchemaError {
    JsonSchemaError {
        at: at.to_owned(),
        why: why.to_owned(),
    }
}
