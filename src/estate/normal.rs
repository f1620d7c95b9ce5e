//! Names without what differs between Regions: their codes, accounts and generated endings.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::inventory::region;

/// Region codes and short codes, in lower case, with their parts joined by `-`.
static CODES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let mut codes = HashSet::new();
    for region in region::all() {
        codes.insert(region.code.clone());
        codes.insert(region.code.replace('-', ""));
        codes.insert(region.short.clone());
        if let (Some(area), Some(rest)) = (region.short.get(..2), region.short.get(2..)) {
            codes.insert(format!("{area}-{rest}"));
        }
    }
    codes
});

/// A code, or a code with the letter of an Availability Zone.
fn is_place(text: &str) -> bool {
    let zone = text.strip_suffix(|c: char| c.is_ascii_lowercase());
    CODES.contains(text) || zone.is_some_and(|code| CODES.contains(code))
}

fn mixed(token: &str) -> bool {
    token.bytes().any(|b| b.is_ascii_digit()) && token.bytes().any(|b| b.is_ascii_alphabetic())
}

fn generated(token: &str, last: bool) -> bool {
    let account = token.len() == 12 && token.bytes().all(|b| b.is_ascii_digit());
    let hash = token.len() >= 7 && mixed(token) && token.bytes().all(|b| b.is_ascii_hexdigit());
    let suffix = last && matches!(token.len(), 12 | 13) && mixed(token);
    account || hash || suffix
}

/// The name that twins share; empty when nothing is left of it.
pub(super) fn normal(name: &str) -> String {
    let lower = name.to_lowercase();
    let tokens: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|token| !token.is_empty())
        .collect();
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let place = (1..=4).rev().find(|count| {
            let window = tokens.get(at..at + count);
            window.is_some_and(|window| is_place(&window.join("-")))
        });
        if let Some(count) = place {
            at += count;
            continue;
        }
        if !generated(tokens[at], at + 1 == tokens.len()) {
            kept.push(tokens[at]);
        }
        at += 1;
    }
    kept.join("-")
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn leaves_out_what_differs_between_regions() {
        for name in [
            "orders",
            "orders-eu-west-1",
            "eu_central_1.orders",
            "orders-euw1",
            "eu-w1-orders",
            "orders-euw1a",
            "orders-eu-west-1b",
            "orders-111111111111",
            "Orders-1A2B3C4D5E6F7",
            "orders-9f8e7d6c5b",
        ] {
            assert_eq!(normal(name), "orders", "{name}");
        }
        assert_eq!(normal("eu-west-1"), "");
        assert_eq!(normal("orders-2"), "orders-2");
        assert_eq!(normal("defaced-orders"), "defaced-orders");
    }
}
