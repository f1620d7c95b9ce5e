//! Rule files: refused with a place, or loaded; then their own cases run.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use mrlint::check::cases;
use mrlint::rule::RuleSet;

fuzz_target!(|text: &str| {
    match RuleSet::from_texts([(Path::new("rule.yaml"), text)]) {
        Ok(rules) => {
            for rule in rules.rules() {
                // they were read before, with the rule
                let its = rule.cases().expect("cases");
                let _ = cases::run(rule, &its);
            }
        }
        Err(errors) => assert!(!errors.is_empty()),
    }
});
