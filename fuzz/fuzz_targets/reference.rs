//! ARNs and references in configuration values: a reference is a piece of the value, and an ARN
//! says what its text says.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mrlint::inventory::{Arn, reference};

fuzz_target!(|text: &str| {
    if let Some(arn) = Arn::parse(text) {
        assert_eq!(arn.to_string(), text);
        assert!(text.ends_with(arn.name()));
    }
    for found in reference::find("KEY", text) {
        assert!(text.contains(&found.target));
        assert_eq!(found.region, reference::region_of(&found.target));
    }
});
