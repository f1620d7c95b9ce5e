//! Any `Serialize` value to a [`Value`] of a type of the schema, without JSON between.
//! Fields that the type has and the value does not serialize get the type's empty value;
//! fields that the type does not have are left out.

mod compound;

use std::fmt::Display;
use std::sync::Arc;

use serde::Serialize;
use serde::ser::{self, Serializer};

use super::schema::{Field, Schema, Type};
use super::value::Value;
use compound::{Entries, Items};

/// A value does not have the shape of the type that it was to become.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ToValueError(String);

impl ser::Error for ToValueError {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Converts `value` to a [`Value`] of type `ty`.
pub fn to_value<T: Serialize + ?Sized>(
    value: &T,
    schema: &Schema,
    ty: &Type,
) -> Result<Value, ToValueError> {
    value.serialize(To { schema, ty })
}

/// What a field holds that was not serialized.
fn empty(ty: &Type) -> Value {
    match ty {
        Type::List(_) => Value::list(vec![]),
        Type::Map(_) => Value::map([]),
        Type::Bool => Value::Bool(false),
        _ => Value::Null,
    }
}

#[derive(Clone, Copy)]
struct To<'s> {
    schema: &'s Schema,
    ty: &'s Type,
}

impl<'s> To<'s> {
    fn fields(self) -> Option<&'s [Field]> {
        match self.ty.non_null() {
            Type::Struct(id) => Some(&self.schema.structure(*id).fields),
            _ => None,
        }
    }

    fn mismatch<T>(self, found: &str) -> Result<T, ToValueError> {
        let wanted = self.schema.display(self.ty);
        Err(ToValueError(format!("expected {wanted}, found {found}")))
    }

    fn int(self, i: Option<i64>) -> Result<Value, ToValueError> {
        match (self.ty.non_null(), i) {
            (Type::Int | Type::Any, Some(i)) => Ok(Value::Int(i)),
            (Type::Int, None) => self.mismatch("an integer beyond 64 bits"),
            #[expect(clippy::cast_precision_loss, reason = "the type says number")]
            (Type::Double, Some(i)) => Ok(Value::Double(i as f64)),
            _ => self.mismatch("an integer"),
        }
    }

    fn entries(self, found: &str) -> Result<Entries<'s>, ToValueError> {
        Entries::new(self).map_or_else(|| self.mismatch(found), Ok)
    }
}

impl<'s> Serializer for To<'s> {
    type Ok = Value;
    type Error = ToValueError;
    type SerializeSeq = Items<'s>;
    type SerializeTuple = Items<'s>;
    type SerializeTupleStruct = Items<'s>;
    type SerializeTupleVariant = ser::Impossible<Value, ToValueError>;
    type SerializeMap = Entries<'s>;
    type SerializeStruct = Entries<'s>;
    type SerializeStructVariant = ser::Impossible<Value, ToValueError>;

    fn serialize_bool(self, v: bool) -> Result<Value, ToValueError> {
        match self.ty.non_null() {
            Type::Bool | Type::Any => Ok(Value::Bool(v)),
            _ => self.mismatch("a bool"),
        }
    }

    fn serialize_i8(self, v: i8) -> Result<Value, ToValueError> {
        self.int(Some(v.into()))
    }

    fn serialize_i16(self, v: i16) -> Result<Value, ToValueError> {
        self.int(Some(v.into()))
    }

    fn serialize_i32(self, v: i32) -> Result<Value, ToValueError> {
        self.int(Some(v.into()))
    }

    fn serialize_i64(self, v: i64) -> Result<Value, ToValueError> {
        self.int(Some(v))
    }

    fn serialize_u8(self, v: u8) -> Result<Value, ToValueError> {
        self.int(Some(v.into()))
    }

    fn serialize_u16(self, v: u16) -> Result<Value, ToValueError> {
        self.int(Some(v.into()))
    }

    fn serialize_u32(self, v: u32) -> Result<Value, ToValueError> {
        self.int(Some(v.into()))
    }

    fn serialize_u64(self, v: u64) -> Result<Value, ToValueError> {
        self.int(i64::try_from(v).ok())
    }

    fn serialize_f32(self, v: f32) -> Result<Value, ToValueError> {
        self.serialize_f64(v.into())
    }

    fn serialize_f64(self, v: f64) -> Result<Value, ToValueError> {
        match self.ty.non_null() {
            Type::Double | Type::Any => Ok(Value::Double(v)),
            _ => self.mismatch("a number"),
        }
    }

    fn serialize_char(self, v: char) -> Result<Value, ToValueError> {
        self.serialize_str(v.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, v: &str) -> Result<Value, ToValueError> {
        if self.ty.non_null().is_string() {
            return Ok(Value::String(Arc::from(v)));
        }
        self.mismatch("a string")
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Value, ToValueError> {
        self.mismatch("bytes")
    }

    fn serialize_none(self) -> Result<Value, ToValueError> {
        if self.ty.can_be_null() {
            Ok(Value::Null)
        } else {
            self.mismatch("null")
        }
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, ToValueError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, ToValueError> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, ToValueError> {
        self.serialize_none()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Value, ToValueError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Value, ToValueError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: &T,
    ) -> Result<Value, ToValueError> {
        self.mismatch(&format!("variant `{variant}` with data"))
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Items<'s>, ToValueError> {
        match self.ty.non_null() {
            Type::List(item) => Ok(Items::new(To { ty: item, ..self }, len)),
            _ => self.mismatch("a sequence"),
        }
    }

    fn serialize_tuple(self, len: usize) -> Result<Items<'s>, ToValueError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        len: usize,
    ) -> Result<Items<'s>, ToValueError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, ToValueError> {
        self.mismatch(&format!("variant `{variant}` with data"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries<'s>, ToValueError> {
        self.entries("a map")
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Entries<'s>, ToValueError> {
        self.entries(name)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, ToValueError> {
        self.mismatch(&format!("variant `{variant}` with data"))
    }
}
