//! What is known of each Region without asking AWS: its place, its partition, its short code.
//!
//! The table is metadata and a fallback. Which Regions an account has is found at run time, and
//! an unknown Region is not an error: only its place is unknown.

use std::sync::LazyLock;

use serde::Deserialize;

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RegionInfo {
    pub code: String,
    pub partition: String,
    /// City or area.
    pub place: String,
    /// ISO 3166 code of the country.
    pub country: String,
    /// The usual short form in names of resources (`euw1`).
    pub short: String,
}

#[derive(Deserialize)]
struct Table {
    regions: Vec<RegionInfo>,
}

#[expect(clippy::expect_used, reason = "embedded data, read by a test")]
static TABLE: LazyLock<Vec<RegionInfo>> = LazyLock::new(|| {
    let table: Table =
        serde_json::from_str(include_str!("regions.json")).expect("embedded region table");
    table.regions
});

/// Every Region in the table, sorted by code.
pub fn all() -> &'static [RegionInfo] {
    &TABLE
}

/// The Region with that code, if the table has it.
pub fn info(code: &str) -> Option<&'static RegionInfo> {
    TABLE.iter().find(|region| region.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_its_codes_are_unique() {
        assert!(all().is_sorted_by(|a, b| a.code < b.code));
        let mut short: Vec<_> = all().iter().map(|region| &region.short).collect();
        short.sort();
        short.dedup();
        assert_eq!(short.len(), all().len());
    }

    #[test]
    fn finds_regions_by_code() {
        assert_eq!(info("eu-west-1").unwrap().country, "IE");
        assert_eq!(info("eu-west-9"), None);
    }
}
