//! Expressions of rules: refused with a place inside of their text, or compiled, whatever they are
//! about.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mrlint::inventory::Kind;
use mrlint::rule::Subject;
use mrlint::rule::expr::{ExprError, Program, Template};
use mrlint::vocabulary::vocabulary;

fuzz_target!(|text: &str| {
    for subject in [
        Subject::Resource(Kind::DynamoDbTable),
        Subject::Workload,
        Subject::Account,
    ] {
        let scope = vocabulary().scope(subject, &[]);
        placed(text, Program::compile(text, &scope));
        placed(text, Template::compile(text, &scope));
    }
});

fn placed<T>(text: &str, compiled: Result<T, ExprError>) {
    if let Err(error) = compiled {
        assert!(text.get(error.span.clone()).is_some(), "{error:?}");
        assert!(!error.message.is_empty());
    }
}
