//! Service control policies: taken apart or refused in words.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mrlint::inventory::policy;

fuzz_target!(|text: &str| {
    if let Err(problem) = policy::parse(text) {
        assert!(!problem.is_empty());
    }
});
