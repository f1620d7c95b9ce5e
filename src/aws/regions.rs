//! Which Regions to ask: those that the account has enabled and the user wants.

use std::collections::BTreeSet;

use globset::{Glob, GlobMatcher};

use super::attempt::attempt;
use super::error::Failure;
use super::pace::Pace;
use super::session::Session;
use crate::inventory::{Region, region};
use crate::located::nearest;

/// What the user wants: codes, globs, `all`; and what not.
#[derive(Debug, Clone)]
pub struct Wanted {
    include: Vec<Pattern>,
    exclude: Vec<Pattern>,
}

#[derive(Debug, Clone)]
struct Pattern {
    text: String,
    matcher: GlobMatcher,
}

impl Pattern {
    fn new(text: &str) -> Result<Self, String> {
        let glob = if text == "all" { "*" } else { text };
        let glob = Glob::new(glob).map_err(|error| format!("Region pattern `{text}`: {error}"))?;
        Ok(Self {
            text: text.to_owned(),
            matcher: glob.compile_matcher(),
        })
    }

    /// A plain code, which names one Region whether or not it is known to exist.
    fn code(&self) -> Option<&str> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (self.text != "all" && self.text.bytes().all(plain)).then_some(self.text.as_str())
    }
}

impl Wanted {
    /// The error says which pattern is wrong.
    pub fn new(include: &[String], exclude: &[String]) -> Result<Self, String> {
        let patterns = |texts: &[String]| -> Result<Vec<Pattern>, String> {
            let texts = texts.iter().flat_map(|text| text.split(','));
            let texts = texts.map(str::trim).filter(|text| !text.is_empty());
            texts.map(Pattern::new).collect()
        };
        let wanted = Self {
            include: patterns(include)?,
            exclude: patterns(exclude)?,
        };
        for pattern in wanted.include.iter().chain(&wanted.exclude) {
            pattern.known()?;
        }
        Ok(wanted)
    }

    /// Of the enabled Regions, those wanted.
    pub fn among(&self, enabled: &BTreeSet<Region>) -> BTreeSet<Region> {
        enabled
            .iter()
            .filter(|region| self.wants(region))
            .cloned()
            .collect()
    }

    /// The patterns that none of the enabled Regions fits.
    pub fn unmet(&self, enabled: &BTreeSet<Region>) -> Vec<String> {
        let unmet = self
            .include
            .iter()
            .filter(|pattern| !enabled.iter().any(|it| pattern.matcher.is_match(&**it)));
        unmet.map(|pattern| pattern.text.clone()).collect()
    }

    fn wants(&self, region: &str) -> bool {
        let any = |patterns: &[Pattern]| patterns.iter().any(|it| it.matcher.is_match(region));
        any(&self.include) && !any(&self.exclude)
    }

    /// The Regions named one by one; `None` when a pattern leaves open which are meant.
    pub fn named(&self) -> Option<BTreeSet<Region>> {
        let codes: Option<BTreeSet<Region>> = self
            .include
            .iter()
            .map(|pattern| pattern.code().map(Region::from))
            .collect();
        codes.map(|codes| codes.into_iter().filter(|code| self.wants(code)).collect())
    }
}

impl Pattern {
    /// A pattern that no known Region fits is a slip of the pen, unless it looks like a new Region.
    fn known(&self) -> Result<(), String> {
        if region::all()
            .iter()
            .any(|known| self.matcher.is_match(&known.code))
        {
            return Ok(());
        }
        let text = &self.text;
        let codes = region::all().iter().map(|known| known.code.as_str());
        match nearest(text, codes) {
            Some(near) if near != text && !looks_like_a_region(text) => Err(format!(
                "no Region matches `{text}`; did you mean `{near}`?"
            )),
            None => Err(format!("no Region matches `{text}`")),
            Some(_) => Ok(()),
        }
    }
}

/// Two to four lower-case words and a digit: a Region newer than the table.
fn looks_like_a_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let directions = ["north", "south", "east", "west", "central"];
    match parts.as_slice() {
        [area, .., direction, number] => {
            (2..=4).contains(&area.len())
                && directions.iter().any(|it| direction.starts_with(it))
                && number.len() == 1
                && number.bytes().all(|byte| byte.is_ascii_digit())
        }
        _ => false,
    }
}

/// What [`enabled`] calls; its IAM action has the same name.
pub const DESCRIBE_REGIONS: &str = "ec2:DescribeRegions";

/// The Regions that the account has enabled.
pub async fn enabled(session: &Session, pace: &Pace) -> Result<BTreeSet<Region>, Failure> {
    let region = session.own_region();
    let ec2 = aws_sdk_ec2::Client::new(&session.in_region(&region));
    let send = || ec2.describe_regions().all_regions(true).send();
    let answer = attempt(pace, (&*session.lanes, &region, DESCRIBE_REGIONS), send).await?;
    let enabled = answer
        .regions()
        .iter()
        .filter(|region| region.opt_in_status() != Some("not-opted-in"))
        .filter_map(|region| region.region_name())
        .map(Region::from)
        .collect();
    Ok(enabled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(codes: &[&str]) -> BTreeSet<Region> {
        codes.iter().map(|code| Region::from(*code)).collect()
    }

    fn wanted(include: &[&str], exclude: &[&str]) -> Result<Wanted, String> {
        let own = |texts: &[&str]| texts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        Wanted::new(&own(include), &own(exclude))
    }

    #[test]
    fn all_globs_lists_and_excludes() {
        let enabled = set(&["eu-central-1", "eu-west-1", "us-east-1"]);
        let among =
            |include: &[&str], exclude: &[&str]| wanted(include, exclude).unwrap().among(&enabled);
        assert_eq!(among(&["all"], &[]), enabled);
        assert_eq!(among(&["eu-*"], &["eu-west-1"]), set(&["eu-central-1"]));
        assert_eq!(
            among(&["us-east-1,eu-west-1"], &[]),
            set(&["eu-west-1", "us-east-1"])
        );
        assert_eq!(among(&["ap-south-1"], &[]), set(&[]));
    }

    #[test]
    fn each_pattern_has_to_fit_an_enabled_region_whatever_is_excluded() {
        let enabled = set(&["eu-central-1", "eu-west-1"]);
        let unmet = |include: &[&str]| wanted(include, &["eu-west-1"]).unwrap().unmet(&enabled);
        assert_eq!(unmet(&["eu-west-1", "all"]), [""; 0]);
        assert_eq!(unmet(&["eu-*,ap-east-1", "us-*"]), ["ap-east-1", "us-*"]);
    }

    #[test]
    fn only_codes_name_regions_without_asking() {
        let named = wanted(&["eu-west-1"], &[]).unwrap().named();
        assert_eq!(named, Some(set(&["eu-west-1"])));
        assert_eq!(wanted(&["eu-*"], &[]).unwrap().named(), None);
        assert_eq!(wanted(&["all"], &[]).unwrap().named(), None);
    }

    #[test]
    fn a_slip_of_the_pen_is_an_error_and_a_new_region_is_not() {
        let error = wanted(&["eu-wets-1"], &[]).unwrap_err();
        assert!(error.contains("did you mean `eu-west-1`"), "{error}");
        assert!(wanted(&["mars*"], &[]).is_err());
        assert!(wanted(&["eu-west-9"], &[]).is_ok());
    }
}
