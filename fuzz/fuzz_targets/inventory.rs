//! Inventory files: whatever they hold, they are read or refused with a place; what was read is
//! written and read back the same, and judged and reported without anything that a terminal obeys.

#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mrlint::check::{Options, check};
use mrlint::inventory::snapshot;
use mrlint::report::format::{Format, Terminal};
use mrlint::rule::RuleSet;

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::builtin().expect("the rules"));

/// Larger inventories only take longer.
const JUDGED: usize = 8;

fuzz_target!(|bytes: &[u8]| {
    let path = Path::new("inventory.jsonl");
    let inventory = match snapshot::read(bytes, path) {
        Ok(inventory) => inventory,
        Err(error) => {
            assert!(error.to_string().starts_with("inventory.jsonl:"), "{error}");
            return;
        }
    };
    let mut written = Vec::new();
    snapshot::write(&inventory, &mut written).expect("memory takes everything");
    let again = snapshot::read(written.as_slice(), path).expect("what was written can be read");
    assert_eq!(inventory, again);
    if inventory.resources().len() > JUDGED {
        return;
    }
    let report = check(&inventory, &RULES, &Options::default());
    let terminal = Terminal {
        width: 80,
        colour: false,
        ..Terminal::default()
    };
    for format in Format::ALL.iter().filter(|it| !it.is_folder()) {
        let mut shown = Vec::new();
        format
            .render(&report, &terminal, &mut shown)
            .expect("memory takes everything");
        // CSV ends its lines as RFC 4180 wants it.
        let shown = String::from_utf8(shown)
            .expect("UTF-8")
            .replace("\r\n", "\n");
        let obeyed = |it: char| it.is_control() && it != '\n';
        assert!(!shown.contains(obeyed), "{shown:?}");
    }
});
