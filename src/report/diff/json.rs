//! What changed, in JSON, version 1.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::Diff;
use crate::report::escape;

const SCHEMA_VERSION: &str = "1.0";

/// What changed between two runs of mrlint.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "mrlint diff, version 1")]
struct Document<'d> {
    /// Version of this format.
    schema_version: &'static str,
    #[serde(flatten)]
    diff: &'d Diff,
}

pub(super) fn render(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        diff,
    };
    let text = serde_json::to_string_pretty(&document).map_err(io::Error::from)?;
    writeln!(out, "{}", escape::json(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schema_is_current() {
        let schema = schemars::schema_for!(Document<'_>);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        crate::committed::assert_current("reports/json/diff-v1.schema.json", &text);
    }
}
