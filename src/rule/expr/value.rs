//! Values of rule expressions: cheap to clone, and honest about what is unknown.
//! Holds no types and no names: a struct is positional, its names are the [`Schema`]'s.
//!
//! [`Schema`]: super::Schema

use std::collections::BTreeMap;
use std::sync::Arc;

use super::gaps::Gaps;
use super::schema::{ObjectTypeId, Type, TypeId};

/// A value, possibly known only in part.
#[derive(Debug, Clone)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    /// An integer known only from below: the size of an incomplete list.
    AtLeast(i64, Gaps),
    Double(f64),
    String(Arc<str>),
    List(Arc<List>),
    Record(Arc<Record>),
    Map(Arc<BTreeMap<Arc<str>, Value>>),
    Object(ObjectRef),
    /// Nothing is known; the gaps say why. Empty gaps: no collector reads it.
    Unknown(Gaps),
}

/// A list. With `gaps` it is *incomplete*: items may be missing anywhere in it, so
/// neither its order nor its end means anything.
#[derive(Debug, Clone, Default)]
pub struct List {
    pub items: Vec<Value>,
    /// `None`: complete. `Some`: items may be missing, because of these gaps.
    pub missing: Option<Gaps>,
}

/// A struct value: one value per field of its struct type, in the type's order.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Names its fields; `None` where nobody needs their names.
    pub ty: Option<TypeId>,
    pub fields: Vec<Value>,
}

/// A handle to something that the [`Host`](super::Host) knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    pub ty: ObjectTypeId,
    pub index: u32,
}

impl List {
    /// A list that holds everything.
    pub fn complete(items: Vec<Value>) -> Self {
        Self {
            items,
            missing: None,
        }
    }

    /// A list that may lack items because of `gaps`.
    pub fn incomplete(items: Vec<Value>, gaps: Gaps) -> Self {
        Self {
            items,
            missing: Some(gaps),
        }
    }

    pub fn is_complete(&self) -> bool {
        self.missing.is_none()
    }
}

impl Value {
    pub fn string(text: impl Into<Arc<str>>) -> Self {
        Self::String(text.into())
    }

    /// A complete list.
    pub fn list(items: Vec<Value>) -> Self {
        Self::List(Arc::new(List::complete(items)))
    }

    /// A list that may lack items because of `gaps`.
    pub fn incomplete(items: Vec<Value>, gaps: Gaps) -> Self {
        Self::List(Arc::new(List::incomplete(items, gaps)))
    }

    /// A complete list of strings.
    pub fn strings<S: Into<Arc<str>>>(items: impl IntoIterator<Item = S>) -> Self {
        Self::list(items.into_iter().map(Value::string).collect())
    }

    pub fn record(fields: Vec<Value>) -> Self {
        Self::Record(Arc::new(Record { ty: None, fields }))
    }

    /// A record whose fields have the names of a struct type.
    pub fn named_record(ty: &Type, fields: Vec<Value>) -> Self {
        let ty = match ty.non_null() {
            Type::Struct(id) => Some(*id),
            _ => None,
        };
        Self::Record(Arc::new(Record { ty, fields }))
    }

    pub fn map(entries: impl IntoIterator<Item = (Arc<str>, Value)>) -> Self {
        Self::Map(Arc::new(entries.into_iter().collect()))
    }

    pub fn unknown(gap: u32) -> Self {
        Self::Unknown(Gaps::one(gap))
    }

    /// True for `true` only.
    pub fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }

    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_list(&self) -> Option<&List> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }

    /// The gaps that hide any part of this value.
    pub fn gaps(&self) -> Gaps {
        match self {
            Self::AtLeast(_, gaps) | Self::Unknown(gaps) => gaps.clone(),
            Self::List(list) => {
                let start = list.missing.clone().unwrap_or_default();
                list.items
                    .iter()
                    .fold(start, |all, item| all.union(&item.gaps()))
            }
            Self::Record(record) => gaps_of(record.fields.iter()),
            Self::Map(map) => gaps_of(map.values()),
            _ => Gaps::NONE,
        }
    }
}

fn gaps_of<'a>(values: impl Iterator<Item = &'a Value>) -> Gaps {
    values.fold(Gaps::NONE, |all, value| all.union(&value.gaps()))
}
