//! Functions beside those of CEL.

use crate::inventory::{reference, region};
use crate::rule::expr::{Function, FunctionIx, Gaps, List, Schema, Type, Value};

use super::Types;

/// In the order of their numbers.
const FUNCTIONS: [fn(&[Value]) -> Value; 4] =
    [cidrs_overlap, region_in, region_country, instance_size];

pub(super) fn add(schema: &mut Schema) {
    let mut add = |name: &str, parameters: Vec<Type>, returns: Type, doc: &str| {
        schema.add_function(Function {
            name: name.to_owned(),
            receiver: None,
            parameters,
            returns,
            doc: doc.to_owned(),
        });
    };
    add(
        "cidrs_overlap",
        vec![Types::strings(), Types::strings()],
        Type::Bool,
        "Whether an IPv4 range of the first list meets one of the second.",
    );
    add(
        "region_in",
        vec![Type::STRING],
        Type::STRING.nullable(),
        "The Region that an ARN or an AWS host name names; null when it names none.",
    );
    add(
        "region_country",
        vec![Type::STRING],
        Type::STRING.nullable(),
        "ISO 3166 code of the country a Region is in; null when it is not known.",
    );
    add(
        "instance_size",
        vec![Type::STRING],
        Type::Int,
        "How large the instances of a class or type are, by the size in its name: `large` is 16, `xlarge` 32, `2xlarge` 64; 0 where the name tells no size.",
    );
}

pub(super) fn call(function: FunctionIx, args: &[Value]) -> Value {
    match FUNCTIONS.get(usize::from(function.0)) {
        Some(function) => function(args),
        None => Value::Unknown(Gaps::NONE),
    }
}

/// True as soon as two known ranges meet; false only when both lists are whole.
fn cidrs_overlap(args: &[Value]) -> Value {
    let (Some(Value::List(left)), Some(Value::List(right))) = (args.first(), args.get(1)) else {
        return Value::Unknown(Gaps::NONE);
    };
    let ranges = |list: &List| -> Vec<(u32, u32)> {
        list.items
            .iter()
            .filter_map(Value::as_str)
            .filter_map(range)
            .collect()
    };
    let (ours, theirs) = (ranges(left), ranges(right));
    let meet = ours
        .iter()
        .any(|a| theirs.iter().any(|b| a.0 <= b.1 && b.0 <= a.1));
    let known = |list: &List| list.is_complete() && !list.items.iter().any(is_unknown);
    if meet {
        Value::Bool(true)
    } else if known(left) && known(right) {
        Value::Bool(false)
    } else {
        Value::Unknown(args[0].gaps().union(&args[1].gaps()))
    }
}

fn is_unknown(value: &Value) -> bool {
    matches!(value, Value::Unknown(_))
}

/// First and last address of an IPv4 range.
fn range(text: &str) -> Option<(u32, u32)> {
    let (address, bits) = text.split_once('/')?;
    let address: std::net::Ipv4Addr = address.parse().ok()?;
    let bits: u32 = bits.parse().ok().filter(|bits| *bits <= 32)?;
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    let first = u32::from(address) & mask;
    Some((first, first | !mask))
}

fn region_in(args: &[Value]) -> Value {
    let found = args
        .first()
        .and_then(Value::as_str)
        .and_then(reference::region_of);
    found.map_or(Value::Null, Value::string)
}

fn region_country(args: &[Value]) -> Value {
    let found = args.first().and_then(Value::as_str).and_then(region::info);
    found.map_or(Value::Null, |info| Value::string(info.country.as_str()))
}

/// Every name is twice the one before it, as AWS counts them for reservations.
const SIZES: [&str; 6] = ["nano", "micro", "small", "medium", "large", "xlarge"];

fn instance_size(args: &[Value]) -> Value {
    let class = args.first().and_then(Value::as_str).unwrap_or_default();
    Value::Int(class.split('.').find_map(size).unwrap_or_default())
}

fn size(part: &str) -> Option<i64> {
    let digits = part.len()
        - part
            .trim_start_matches(|it: char| it.is_ascii_digit())
            .len();
    let (times, name) = part.split_at(digits);
    let step = SIZES.iter().position(|it| *it == name)?;
    let times = if times.is_empty() {
        1
    } else {
        times.parse().ok()?
    };
    i64::checked_mul(times, 1 << step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlap(left: Value, right: Value) -> Option<bool> {
        match cidrs_overlap(&[left, right]) {
            Value::Bool(it) => Some(it),
            _ => None,
        }
    }

    #[test]
    fn ranges_overlap_when_they_share_an_address() {
        let list = |texts: &[&str]| Value::strings(texts.iter().copied());
        assert_eq!(
            overlap(list(&["10.0.0.0/16"]), list(&["10.0.128.0/20"])),
            Some(true)
        );
        assert_eq!(
            overlap(list(&["10.0.0.0/16"]), list(&["10.1.0.0/16"])),
            Some(false)
        );
        assert_eq!(
            overlap(list(&["0.0.0.0/0"]), list(&["192.0.2.1/32"])),
            Some(true)
        );
        assert_eq!(
            overlap(list(&["nonsense"]), list(&["10.0.0.0/8"])),
            Some(false)
        );
    }

    #[test]
    fn classes_have_the_size_in_their_name() {
        let sizes = [
            "db.t4g.medium",
            "cache.r7g.large",
            "m7i.xlarge",
            "db.r6g.16xlarge",
        ];
        let sizes = sizes.map(|class| instance_size(&[Value::string(class)]));
        assert!(matches!(
            sizes,
            [
                Value::Int(8),
                Value::Int(16),
                Value::Int(32),
                Value::Int(512)
            ]
        ));
        for class in [
            "db.serverless",
            "c7g.metal",
            "",
            "99999999999999999999xlarge",
        ] {
            assert!(matches!(
                instance_size(&[Value::string(class)]),
                Value::Int(0)
            ));
        }
    }

    #[test]
    fn a_missing_range_leaves_it_open() {
        let whole = Value::strings(["10.0.0.0/16"]);
        let part = Value::incomplete(vec![], Gaps::one(1));
        assert_eq!(overlap(whole, part), None);
    }
}
