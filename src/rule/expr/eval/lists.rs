//! Lists in three values. An incomplete list promises only that its items are in it:
//! others may be missing anywhere, so its order and its end are never relied on.

use std::sync::Arc;

use super::compare::{Tri, equal, numbers};
use super::{absent, hidden};
use crate::rule::expr::value::List;
use crate::rule::expr::{Gaps, Value};

/// `list[i]` and `map[key]`. Outside of it is null.
pub(super) fn index(of: &Value, index: &Value) -> Value {
    match (of, index) {
        (Value::List(list), Value::Int(i)) => match &list.missing {
            None => {
                let at = usize::try_from(*i).ok();
                at.and_then(|at| list.items.get(at))
                    .cloned()
                    .unwrap_or(Value::Null)
            }
            Some(_) if *i < 0 => Value::Null,
            Some(gaps) => Value::Unknown(gaps.clone()),
        },
        (Value::Map(map), Value::String(key)) => map.get(key).cloned().unwrap_or(Value::Null),
        (Value::Null, _) => absent(of),
        _ => Value::Unknown(of.gaps().union(&index.gaps())),
    }
}

/// `item in list`, `key in map`.
pub(super) fn contains(list: &Value, item: &Value) -> Tri {
    match (list, item) {
        (Value::List(list), item) => {
            let mut unknown = list.missing.clone();
            for other in &list.items {
                match equal(item, other) {
                    Tri::True => return Tri::True,
                    Tri::False => {}
                    Tri::Unknown(gaps) => unknown = Some(union(unknown, &gaps)),
                }
            }
            unknown.map_or(Tri::False, Tri::Unknown)
        }
        (Value::Map(map), Value::String(key)) => map.contains_key(key).into(),
        (Value::Map(_), Value::Null) => Tri::False,
        _ => Tri::Unknown(list.gaps().union(&item.gaps())),
    }
}

/// `list.containsAll(other)`: all of `other` are in `list`.
pub(super) fn contains_all(list: &Value, other: &Value) -> Tri {
    let Value::List(others) = other else {
        return nothing(list, other);
    };
    let mut unknown = others.missing.clone();
    for item in &others.items {
        match contains(list, item) {
            Tri::True => {}
            Tri::False => return Tri::False,
            Tri::Unknown(gaps) => unknown = Some(union(unknown, &gaps)),
        }
    }
    unknown.map_or(Tri::True, Tri::Unknown)
}

/// `list.intersects(other)`: one of `other` is in `list`.
pub(super) fn intersects(list: &Value, other: &Value) -> Tri {
    let (Value::List(own), Value::List(others)) = (list, other) else {
        return nothing(list, other);
    };
    // With one side empty nothing can be shared, whatever the other side lacks.
    if [own, others]
        .iter()
        .any(|side| side.is_complete() && side.items.is_empty())
    {
        return Tri::False;
    }
    let mut unknown = others.missing.clone();
    for item in &others.items {
        match contains(list, item) {
            Tri::True => return Tri::True,
            Tri::False => {}
            Tri::Unknown(gaps) => unknown = Some(union(unknown, &gaps)),
        }
    }
    match (unknown, &own.missing) {
        (None, None) => Tri::False,
        (Some(gaps), None) => Tri::Unknown(gaps),
        (gaps, Some(more)) => Tri::Unknown(union(gaps, more)),
    }
}

fn nothing(a: &Value, b: &Value) -> Tri {
    Tri::Unknown(a.gaps().union(&b.gaps()))
}

fn union(gaps: Option<Gaps>, more: &Gaps) -> Gaps {
    gaps.map_or_else(|| more.clone(), |gaps| gaps.union(more))
}

pub(super) fn concat(a: &List, b: &List) -> Value {
    let items = a.items.iter().chain(&b.items).cloned().collect();
    let missing = match (&a.missing, &b.missing) {
        (None, None) => None,
        (gaps, more) => Some(union(gaps.clone(), &more.clone().unwrap_or_default())),
    };
    Value::List(Arc::new(List { items, missing }))
}

/// Each value once, in order of first appearance. Items that may or may not repeat
/// another are left out, and the list is incomplete for it.
pub(super) fn distinct(value: &Value) -> Value {
    let Value::List(list) = value else {
        return hidden(value);
    };
    let mut kept: Vec<Value> = vec![];
    let mut missing = list.missing.clone();
    for item in &list.items {
        let mut repeats = Tri::False;
        for other in &kept {
            match equal(item, other) {
                Tri::True => {
                    repeats = Tri::True;
                    break;
                }
                Tri::False => {}
                Tri::Unknown(gaps) => repeats = Tri::Unknown(gaps),
            }
        }
        match repeats {
            Tri::False => kept.push(item.clone()),
            Tri::True => {}
            Tri::Unknown(gaps) => missing = Some(union(missing, &gaps)),
        }
    }
    Value::List(Arc::new(List {
        items: kept,
        missing,
    }))
}

/// Ascending. Items that are not known have no place, and leave the list incomplete.
pub(super) fn sort(value: &Value) -> Value {
    let Value::List(list) = value else {
        return hidden(value);
    };
    let mut items: Vec<Value> = Vec::with_capacity(list.items.len());
    let mut missing = list.missing.clone();
    for item in &list.items {
        match item {
            Value::Int(_) | Value::Double(_) | Value::String(_) => items.push(item.clone()),
            other => missing = Some(union(missing, &other.gaps())),
        }
    }
    items.sort_by(|a, b| match (a, b) {
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (Value::Double(a), Value::Double(b)) => a.total_cmp(b),
        _ => numbers(a, b).unwrap_or(std::cmp::Ordering::Equal),
    });
    Value::List(Arc::new(List { items, missing }))
}

/// Of whole numbers; as much as fits. Whatever is missing or not known leaves it open: a number
/// may be negative.
pub(super) fn sum(value: &Value) -> Value {
    let Value::List(list) = value else {
        return hidden(value);
    };
    let mut total = 0_i64;
    for item in &list.items {
        match item {
            Value::Int(number) => total = total.saturating_add(*number),
            other => return hidden(other),
        }
    }
    match &list.missing {
        None => Value::Int(total),
        Some(gaps) => Value::Unknown(gaps.clone()),
    }
}

pub(super) fn first(value: &Value) -> Value {
    match value {
        Value::List(list) => match &list.missing {
            None => list.items.first().cloned().unwrap_or(Value::Null),
            Some(gaps) => Value::Unknown(gaps.clone()),
        },
        other => hidden(other),
    }
}
