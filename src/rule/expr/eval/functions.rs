//! The builtin functions: what each does with arguments that are known in part.

use super::{Machine, hidden, lists, text, unknown_among};
use crate::rule::expr::node::{Builtin, Node};
use crate::rule::expr::{Gaps, Value};

impl Machine<'_> {
    pub(super) fn builtin(&mut self, builtin: Builtin, node: &Node, args: &[Node]) -> Value {
        use Builtin as B;
        if let (B::Size, [of]) = (builtin, args) {
            return self.with(of, size);
        }
        let args: Vec<Value> = args.iter().map(|arg| self.eval(arg)).collect();
        if let Some(unknown) = unknown_among(&args) {
            return unknown;
        }
        let length = |value: &Value| value.as_list().map_or(0, |list| list.items.len());
        let cost = match (builtin, args.as_slice()) {
            (B::ContainsAll | B::Intersects, [a, b]) => length(a).saturating_mul(length(b)),
            (B::Distinct, [a]) => length(a).saturating_mul(length(a)),
            _ => args.iter().map(length).sum(),
        };
        if !self.charge(cost, node) {
            return Value::Unknown(Gaps::NONE);
        }
        match (builtin, args.as_slice()) {
            (B::ContainsAll, [a, b]) => lists::contains_all(a, b).into(),
            (B::Intersects, [a, b]) => lists::intersects(a, b).into(),
            (B::Distinct, [a]) => lists::distinct(a),
            (B::Sort, [a]) => lists::sort(a),
            (B::First, [a]) => lists::first(a),
            (B::Sum, [a]) => lists::sum(a),
            (B::Join, [list, rest @ ..]) => self.join(node, list, rest),
            (B::Replace, [a, b, c]) => self.replace(node, a, b, c),
            (B::Split, [a, b]) => self.split(node, a, b),
            (B::Contains | B::StartsWith | B::EndsWith, [a, b]) => text::test(builtin, a, b),
            (B::LowerAscii, [a]) => text::map(a, str::to_ascii_lowercase),
            (B::UpperAscii, [a]) => text::map(a, str::to_ascii_uppercase),
            (B::ToString | B::ToInt | B::ToDouble, [a]) => text::convert(builtin, a),
            _ => args.first().map_or(Value::Unknown(Gaps::NONE), hidden),
        }
    }

    fn join(&mut self, node: &Node, list: &Value, separator: &[Value]) -> Value {
        let Some(items) = list.as_list().filter(|list| list.is_complete()) else {
            return hidden(list);
        };
        let separator = separator
            .first()
            .and_then(Value::as_str)
            .unwrap_or_default();
        let parts: Option<Vec<&str>> = items.items.iter().map(Value::as_str).collect();
        let Some(parts) = parts else {
            return hidden(list);
        };
        let length: usize = parts.iter().map(|part| part.len() + separator.len()).sum();
        if !self.afford_text(length, node) {
            return Value::Unknown(Gaps::NONE);
        }
        Value::string(parts.join(separator))
    }

    fn replace(&mut self, node: &Node, text: &Value, from: &Value, to: &Value) -> Value {
        let (Some(text), Some(from), Some(to)) = (text.as_str(), from.as_str(), to.as_str()) else {
            return Value::Unknown(text.gaps().union(&from.gaps()).union(&to.gaps()));
        };
        let times = text.matches(from).count();
        if !self.afford_text(
            text.len().saturating_add(times.saturating_mul(to.len())),
            node,
        ) {
            return Value::Unknown(Gaps::NONE);
        }
        Value::string(text.replace(from, to))
    }

    fn split(&mut self, node: &Node, text: &Value, separator: &Value) -> Value {
        let (Some(text), Some(separator)) = (text.as_str(), separator.as_str()) else {
            return Value::Unknown(text.gaps().union(&separator.gaps()));
        };
        if !self.charge(text.len(), node) {
            return Value::Unknown(Gaps::NONE);
        }
        if separator.is_empty() {
            return Value::strings(text.chars().map(String::from));
        }
        Value::strings(text.split(separator))
    }
}

/// Characters of a string, items of a list, entries of a map.
fn size(value: &Value) -> Value {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    match value {
        Value::String(text) => Value::Int(count(text.chars().count())),
        Value::Map(map) => Value::Int(count(map.len())),
        Value::List(list) => match &list.missing {
            None => Value::Int(count(list.items.len())),
            Some(gaps) => Value::AtLeast(count(list.items.len()), gaps.clone()),
        },
        other => hidden(other),
    }
}
