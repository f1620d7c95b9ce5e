//! Rule files: refused with a place, or loaded; then their own cases run.

#![no_main]

use std::path::PathBuf;

use libfuzzer_sys::fuzz_target;
use mrlint::check::cases;
use mrlint::rule::RuleSet;

fuzz_target!(|text: &str| {
    match RuleSet::from_texts([(PathBuf::from("rule.yaml"), text)]) {
        Ok(rules) => {
            for rule in rules.rules() {
                let _ = cases::run(rule);
            }
        }
        Err(errors) => assert!(!errors.is_empty()),
    }
});
