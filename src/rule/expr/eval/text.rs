//! Functions of text, and conversions from and to it.

use super::hidden;
use crate::rule::expr::Value;
use crate::rule::expr::node::Builtin;

/// `contains`, `startsWith` and `endsWith`.
pub(super) fn test(builtin: Builtin, text: &Value, part: &Value) -> Value {
    let (Some(text), Some(part)) = (text.as_str(), part.as_str()) else {
        return Value::Unknown(text.gaps().union(&part.gaps()));
    };
    Value::Bool(match builtin {
        Builtin::StartsWith => text.starts_with(part),
        Builtin::EndsWith => text.ends_with(part),
        _ => text.contains(part),
    })
}

pub(super) fn map(text: &Value, change: impl Fn(&str) -> String) -> Value {
    text.as_str()
        .map_or_else(|| hidden(text), |text| Value::string(change(text)))
}

/// `string()`, `int()` and `double()`. Text that is no number is null.
pub(super) fn convert(to: Builtin, value: &Value) -> Value {
    match (to, value) {
        (Builtin::ToString, Value::Int(i)) => Value::string(i.to_string()),
        (Builtin::ToString, Value::Double(d)) => Value::string(d.to_string()),
        (Builtin::ToString, Value::Bool(b)) => Value::string(b.to_string()),
        (Builtin::ToString, Value::String(_))
        | (Builtin::ToInt, Value::Int(_) | Value::AtLeast(..))
        | (Builtin::ToDouble, Value::Double(_)) => value.clone(),
        (Builtin::ToInt, Value::String(text)) => text.parse().map_or(Value::Null, Value::Int),
        (Builtin::ToInt, Value::Double(d)) => truncate(*d),
        (Builtin::ToDouble, Value::String(text)) => text.parse().map_or(Value::Null, Value::Double),
        (Builtin::ToDouble, Value::Int(i)) => Value::Double(widen(*i)),
        _ => hidden(value),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the conversion that the author asked for"
)]
fn widen(i: i64) -> f64 {
    i as f64
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be in range")]
fn truncate(d: f64) -> Value {
    // Every double below 2^63 fits; 2^63 itself does not, nor does what is no number.
    let limit = 9_223_372_036_854_775_808.0;
    if d > -limit && d < limit {
        Value::Int(d as i64)
    } else {
        Value::Null
    }
}
