//! What is known of each Region without asking AWS: its place, its partition, its short code.
//!
//! The table is metadata and a fallback. Which Regions an account has is found at run time, and
//! an unknown Region is not an error: only its place is unknown.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::Region;

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RegionInfo {
    pub code: String,
    pub partition: String,
    /// City or area.
    pub place: String,
    /// ISO 3166 code of the country.
    pub country: String,
    /// The usual short form in names of resources (`euw1`).
    pub short: String,
    /// Degrees east and north of its city: good for a map, not for distances.
    pub coordinates: (f32, f32),
}

#[derive(Deserialize)]
struct Table {
    regions: Vec<RegionInfo>,
    boundaries: Boundaries,
}

/// Named sets of countries, each with the countries in it.
#[derive(Deserialize)]
struct Boundaries {
    countries: BTreeMap<String, Vec<String>>,
}

#[expect(clippy::expect_used, reason = "embedded data, read by a test")]
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    serde_json::from_str(include_str!("regions.json")).expect("embedded region table")
});

/// Every Region in the table, sorted by code.
pub fn all() -> &'static [RegionInfo] {
    &TABLE.regions
}

/// The Region with that code, if the table has it.
pub fn info(code: &str) -> Option<&'static RegionInfo> {
    all().iter().find(|region| region.code == code)
}

/// Names of the boundaries that need no declaration, sorted.
pub fn boundaries() -> impl Iterator<Item = &'static str> {
    TABLE.boundaries.countries.keys().map(String::as_str)
}

/// The known Regions that lie in the countries of a boundary, sorted; `None` for an unknown name.
pub fn within(boundary: &str) -> Option<Vec<Region>> {
    let countries = TABLE.boundaries.countries.get(boundary)?;
    let inside = all().iter().filter(|it| countries.contains(&it.country));
    Some(inside.map(|it| Region::from(it.code.as_str())).collect())
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
    fn every_region_lies_on_the_globe_and_on_its_side_of_it() {
        for region in all() {
            let (east, north) = region.coordinates;
            assert!(
                east.abs() <= 180.0 && north.abs() <= 60.0,
                "{}",
                region.code
            );
            let americas = ["US", "CA", "MX", "BR"].contains(&region.country.as_str());
            assert_eq!(americas, east < -40.0, "{}", region.code);
            let south = ["ZA", "AU", "ID", "NZ", "BR"].contains(&region.country.as_str());
            assert_eq!(south, north < 0.0, "{}", region.code);
        }
    }

    #[test]
    fn finds_regions_by_code() {
        assert_eq!(info("eu-west-1").unwrap().country, "IE");
        assert_eq!(info("eu-west-9"), None);
    }

    /// Not every `eu-` Region is in the Union.
    #[test]
    fn boundaries_follow_countries_and_not_codes() {
        let inside = |boundary: &str, code: &str| within(boundary).unwrap().contains(&code.into());
        assert!(inside("eu", "eu-central-1") && inside("eu", "eusc-de-east-1"));
        for (code, boundary) in [("eu-west-2", "eu+uk"), ("eu-central-2", "eu+ch")] {
            assert!(!inside("eu", code) && !inside("eea", code), "{code}");
            assert!(inside(boundary, code), "{code}");
        }
        assert_eq!(within("mars"), None);
    }
}
