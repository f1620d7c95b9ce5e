//! Values as JSON, for evidence: with the names that their types give.

use serde_json::{Value as Json, json};

use super::{World, vocabulary};
use crate::rule::expr::{List, Record, Value};

/// The most items of a list that evidence shows.
const SHOWN: usize = 20;

impl World<'_> {
    /// A value as JSON: resources by their ARN, what is unknown by the word.
    pub fn to_json(&self, value: &Value) -> Json {
        match value {
            Value::Null => Json::Null,
            Value::Bool(it) => json!(it),
            Value::Int(it) => json!(it),
            Value::AtLeast(it, _) => json!(format!("at least {it}")),
            Value::Double(it) => json!(it),
            Value::String(it) => json!(&**it),
            Value::List(list) => self.list_to_json(list),
            Value::Record(record) => self.record_to_json(record),
            Value::Map(map) => map
                .iter()
                .map(|(key, value)| (key.to_string(), self.to_json(value)))
                .collect(),
            Value::Object(_) => match self.resource_index(value) {
                Some(index) => json!(self.estate().resource(index).arn),
                None => json!(self.workload().name),
            },
            Value::Unknown(_) => json!("unknown"),
        }
    }

    fn record_to_json(&self, record: &Record) -> Json {
        let values = record.fields.iter().map(|field| self.to_json(field));
        match record.ty {
            None => values.collect(),
            Some(ty) => {
                let fields = &vocabulary().schema().structure(ty).fields;
                fields
                    .iter()
                    .map(|field| field.name.clone())
                    .zip(values)
                    .collect()
            }
        }
    }

    fn list_to_json(&self, list: &List) -> Json {
        let mut items: Vec<Json> = list
            .items
            .iter()
            .take(SHOWN)
            .map(|item| self.to_json(item))
            .collect();
        if list.items.len() > SHOWN {
            items.push(json!(format!("and {} more", list.items.len() - SHOWN)));
        }
        if !list.is_complete() {
            items.push(json!("and what could not be read"));
        }
        Json::Array(items)
    }
}
