//! Sequences, maps and structs on their way to being values.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, SerializeTupleStruct,
};

use super::{To, ToValueError, empty};
use crate::rule::expr::schema::{Field, Type};
use crate::rule::expr::value::Value;

pub(super) struct Items<'s> {
    to: To<'s>,
    items: Vec<Value>,
}

impl<'s> Items<'s> {
    pub(super) fn new(to: To<'s>, len: Option<usize>) -> Self {
        Self {
            to,
            items: Vec::with_capacity(len.unwrap_or(0).min(1024)),
        }
    }

    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ToValueError> {
        self.items.push(value.serialize(self.to)?);
        Ok(())
    }
}

impl SerializeSeq for Items<'_> {
    type Ok = Value;
    type Error = ToValueError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ToValueError> {
        self.push(value)
    }

    fn end(self) -> Result<Value, ToValueError> {
        Ok(Value::list(self.items))
    }
}

impl SerializeTuple for Items<'_> {
    type Ok = Value;
    type Error = ToValueError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ToValueError> {
        self.push(value)
    }

    fn end(self) -> Result<Value, ToValueError> {
        Ok(Value::list(self.items))
    }
}

impl SerializeTupleStruct for Items<'_> {
    type Ok = Value;
    type Error = ToValueError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ToValueError> {
        self.push(value)
    }

    fn end(self) -> Result<Value, ToValueError> {
        Ok(Value::list(self.items))
    }
}

/// Named values: fields of a struct type, or entries of a map.
pub(super) enum Entries<'s> {
    Record {
        to: To<'s>,
        fields: &'s [Field],
        values: Vec<Option<Value>>,
        key: Option<Value>,
    },
    Map {
        to: To<'s>,
        entries: BTreeMap<Arc<str>, Value>,
        key: Option<Value>,
    },
}

impl<'s> Entries<'s> {
    pub(super) fn new(to: To<'s>) -> Option<Self> {
        if let Some(fields) = to.fields() {
            return Some(Self::Record {
                to,
                fields,
                values: vec![None; fields.len()],
                key: None,
            });
        }
        match to.ty.non_null() {
            Type::Map(ty) => Some(Self::Map {
                to: To { ty, ..to },
                entries: BTreeMap::new(),
                key: None,
            }),
            _ => None,
        }
    }

    fn put<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), ToValueError> {
        match self {
            Self::Record {
                to, fields, values, ..
            } => {
                if let Some(ix) = position(fields, name) {
                    let at = |error: ToValueError| ToValueError(format!("{name}: {}", error.0));
                    let field = To {
                        ty: &fields[ix].ty,
                        ..*to
                    };
                    values[ix] = Some(value.serialize(field).map_err(at)?);
                }
            }
            Self::Map { to, entries, .. } => {
                let value = value.serialize(*to)?;
                entries.insert(Arc::from(name), value);
            }
        }
        Ok(())
    }

    fn finish(self) -> Value {
        match self {
            Self::Record {
                to, fields, values, ..
            } => {
                let or_empty = |(value, field): (Option<Value>, &Field)| {
                    value.unwrap_or_else(|| empty(&field.ty))
                };
                Value::named_record(
                    to.ty,
                    values.into_iter().zip(fields).map(or_empty).collect(),
                )
            }
            Self::Map { entries, .. } => Value::map(entries),
        }
    }

    fn key(&mut self) -> &mut Option<Value> {
        match self {
            Self::Record { key, .. } | Self::Map { key, .. } => key,
        }
    }
}

/// Most types have their fields sorted by name.
fn position(fields: &[Field], name: &str) -> Option<usize> {
    let sorted = fields.binary_search_by(|field| field.name.as_str().cmp(name));
    let walk = || fields.iter().position(|field| field.name == name);
    sorted.ok().or_else(walk)
}

impl SerializeStruct for Entries<'_> {
    type Ok = Value;
    type Error = ToValueError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), ToValueError> {
        self.put(name, value)
    }

    fn end(self) -> Result<Value, ToValueError> {
        Ok(self.finish())
    }
}

impl SerializeMap for Entries<'_> {
    type Ok = Value;
    type Error = ToValueError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), ToValueError> {
        let (Self::Record { to, .. } | Self::Map { to, .. }) = self;
        let value = key.serialize(To {
            ty: &Type::STRING,
            ..*to
        })?;
        *self.key() = Some(value);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), ToValueError> {
        match self.key().take() {
            Some(Value::String(name)) => self.put(&name, value),
            _ => Err(ToValueError("a value without a key".to_owned())),
        }
    }

    fn end(self) -> Result<Value, ToValueError> {
        Ok(self.finish())
    }
}
