//! Equality and order in three values.

use std::cmp::Ordering;

use crate::rule::expr::node::Comparison;
use crate::rule::expr::value::List;
use crate::rule::expr::{Gaps, Value};

/// True, false, or unknown because of gaps.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::rule::expr) enum Tri {
    True,
    False,
    Unknown(Gaps),
}

impl Tri {
    pub(super) fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            unknown @ Self::Unknown(_) => unknown,
        }
    }

    pub(super) fn gaps(&self) -> Gaps {
        match self {
            Self::Unknown(gaps) => gaps.clone(),
            _ => Gaps::NONE,
        }
    }
}

impl From<bool> for Tri {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl From<Tri> for Value {
    fn from(tri: Tri) -> Self {
        match tri {
            Tri::True => Value::Bool(true),
            Tri::False => Value::Bool(false),
            Tri::Unknown(gaps) => Value::Unknown(gaps),
        }
    }
}

/// Whether two values are equal in every completion, in none, or it depends.
pub(super) fn equal(a: &Value, b: &Value) -> Tri {
    match (a, b) {
        (Value::String(a), Value::String(b)) => (a == b).into(),
        (Value::Unknown(a), b) => Tri::Unknown(a.union(&b.gaps())),
        (a, Value::Unknown(b)) => Tri::Unknown(b.union(&a.gaps())),
        (Value::Null, Value::Null) => Tri::True,
        (Value::Bool(a), Value::Bool(b)) => (a == b).into(),
        (Value::Object(a), Value::Object(b)) => (a == b).into(),
        (Value::List(a), Value::List(b)) => lists(a, b),
        (Value::Record(a), Value::Record(b)) if a.fields.len() == b.fields.len() => {
            every(a.fields.iter().zip(&b.fields))
        }
        (Value::Map(a), Value::Map(b)) => {
            if a.keys().eq(b.keys()) {
                every(a.values().zip(b.values()))
            } else {
                Tri::False
            }
        }
        (Value::AtLeast(n, gaps), other) | (other, Value::AtLeast(n, gaps)) => {
            at_least_equals(*n, gaps, other)
        }
        _ => (numbers(a, b) == Some(Ordering::Equal)).into(),
    }
}

fn at_least_equals(n: i64, gaps: &Gaps, other: &Value) -> Tri {
    match other {
        Value::AtLeast(_, more) => Tri::Unknown(gaps.union(more)),
        other => match numbers(&Value::Int(n), other) {
            Some(Ordering::Greater) | None => Tri::False,
            Some(_) => Tri::Unknown(gaps.clone()),
        },
    }
}

/// Kleene's conjunction of the equality of pairs.
fn every<'a>(pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Tri {
    let mut unknown: Option<Gaps> = None;
    for (a, b) in pairs {
        match equal(a, b) {
            Tri::True => {}
            Tri::False => return Tri::False,
            Tri::Unknown(gaps) => {
                unknown = Some(unknown.map_or(gaps.clone(), |all| all.union(&gaps)));
            }
        }
    }
    unknown.map_or(Tri::True, Tri::Unknown)
}

/// Complete lists compare item by item. An incomplete one can only be told apart: by
/// being longer already, or by holding what the other certainly lacks.
fn lists(a: &List, b: &List) -> Tri {
    let (part, whole) = match (&a.missing, &b.missing) {
        (None, None) if a.items.len() != b.items.len() => return Tri::False,
        (None, None) => return every(a.items.iter().zip(&b.items)),
        (Some(a), Some(b)) => return Tri::Unknown(a.union(b)),
        (Some(_), None) => (a, b),
        (None, Some(_)) => (b, a),
    };
    let lacks = |item: &Value| {
        whole
            .items
            .iter()
            .all(|other| equal(item, other) == Tri::False)
    };
    if part.items.len() > whole.items.len() || part.items.iter().any(lacks) {
        return Tri::False;
    }
    Tri::Unknown(part.missing.clone().unwrap_or_default())
}

/// `<`, `<=`, `>`, `>=`.
pub(super) fn order(op: Comparison, a: &Value, b: &Value) -> Tri {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => decide(op, a.cmp(b)).into(),
        (Value::String(a), Value::String(b)) => decide(op, a.cmp(b)).into(),
        (Value::AtLeast(n, gaps), Value::Int(_) | Value::Double(_)) => bounded(op, *n, gaps, b),
        (Value::Int(_) | Value::Double(_), Value::AtLeast(n, gaps)) => {
            bounded(flip(op), *n, gaps, a)
        }
        (Value::Int(_) | Value::Double(_), Value::Int(_) | Value::Double(_)) => {
            // Not a number compares as false with everything.
            numbers(a, b)
                .is_some_and(|ordering| decide(op, ordering))
                .into()
        }
        _ => Tri::Unknown(a.gaps().union(&b.gaps())),
    }
}

/// A number that is `n` or more, against a known one.
fn bounded(op: Comparison, n: i64, gaps: &Gaps, other: &Value) -> Tri {
    let Some(ordering) = numbers(&Value::Int(n), other) else {
        return Tri::False;
    };
    match op {
        Comparison::Greater if ordering.is_gt() => Tri::True,
        Comparison::GreaterEqual if ordering.is_ge() => Tri::True,
        Comparison::Less if ordering.is_ge() => Tri::False,
        Comparison::LessEqual if ordering.is_gt() => Tri::False,
        _ => Tri::Unknown(gaps.clone()),
    }
}

fn flip(op: Comparison) -> Comparison {
    match op {
        Comparison::Less => Comparison::Greater,
        Comparison::LessEqual => Comparison::GreaterEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterEqual => Comparison::LessEqual,
        same => same,
    }
}

fn decide(op: Comparison, ordering: Ordering) -> bool {
    match op {
        Comparison::Equal => ordering.is_eq(),
        Comparison::NotEqual => ordering.is_ne(),
        Comparison::Less => ordering.is_lt(),
        Comparison::LessEqual => ordering.is_le(),
        Comparison::Greater => ordering.is_gt(),
        Comparison::GreaterEqual => ordering.is_ge(),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "CEL compares numbers of both kinds as doubles"
)]
pub(super) fn numbers(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Double(a), Value::Double(b)) => a.partial_cmp(b),
        (Value::Int(a), Value::Double(b)) => (*a as f64).partial_cmp(b),
        (Value::Double(a), Value::Int(b)) => a.partial_cmp(&(*b as f64)),
        _ => None,
    }
}
