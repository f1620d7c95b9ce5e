//! `mrlint.yaml`: settled, or refused with at least one error that names the file.

#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mrlint::config::Config;
use mrlint::rule::RuleSet;

static RULES: LazyLock<RuleSet> = LazyLock::new(|| RuleSet::builtin().expect("the rules"));

fuzz_target!(|text: &str| {
    let path = Path::new("mrlint.yaml");
    let settled =
        Config::read(path, text).and_then(|mut config| config.apply(RULES.clone()).map(|_| config));
    if let Err(errors) = settled {
        assert!(!errors.is_empty());
        assert!(errors.iter().all(|error| error.path == path));
    }
});
