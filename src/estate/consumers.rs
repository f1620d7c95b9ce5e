//! What event source mappings read from, and which function they call.
//!
//! Follows ARNs, of which streams, versions and aliases have longer ones than tables and functions.

use super::Estate;
use super::links::Link;
use crate::inventory::kinds::lambda;
use crate::inventory::{Kind, Resource};

/// The function's ARN, without the version or alias.
pub(super) fn unqualified(arn: &str) -> &str {
    let end = arn.match_indices(':').nth(6).map(|(at, _)| at);
    end.and_then(|end| arn.get(..end)).unwrap_or(arn)
}

/// The ARN of the table whose stream it is, or the ARN as it is.
pub(super) fn source(arn: &str) -> &str {
    arn.split("/stream/").next().unwrap_or(arn)
}

/// Whether a mapping reads, or will in a moment.
pub(crate) fn reads(mapping: &lambda::EventSourceMapping) -> bool {
    matches!(
        mapping.state.as_str(),
        "Creating" | "Enabling" | "Enabled" | "Updating"
    )
}

impl Estate<'_> {
    /// The function of an ARN, be it of a version or an alias, if it was read.
    pub fn function(&self, arn: &str) -> Option<u32> {
        self.by_arn(unqualified(arn))
    }

    /// The function that a mapping calls, if it was read.
    pub fn function_of(&self, mapping: &Resource) -> Option<u32> {
        let mapping = mapping.of::<lambda::EventSourceMapping>()?;
        self.function(&mapping.function_arn)
    }

    /// The table or queue that a mapping reads from, if it was read.
    pub fn source_of(&self, mapping: &Resource) -> Option<u32> {
        let mapping = mapping.of::<lambda::EventSourceMapping>()?;
        self.by_arn(source(mapping.event_source_arn.as_deref()?))
    }

    /// The mappings that call a function or read from a table or queue, ascending.
    pub fn mappings_of(&self, at: u32) -> &[u32] {
        let own = self.resource(at);
        let link = Link::Of(Kind::LambdaEventSourceMapping, own.kind());
        self.linked(link, own, &own.arn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_arns_are_cut() {
        let function = "arn:aws:lambda:eu-west-1:111111111111:function:pay";
        assert_eq!(unqualified(function), function);
        assert_eq!(unqualified(&format!("{function}:live")), function);
        let table = "arn:aws:dynamodb:eu-west-1:111111111111:table/orders";
        let stream = format!("{table}/stream/2026-01-01T00:00:00.000");
        assert_eq!(source(&stream), table);
        assert_eq!(unqualified("é:é"), "é:é");
    }
}
