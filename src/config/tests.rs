//! What people write wrong, and what they are told.

use std::path::Path;

use super::*;
use crate::rule::meta::Posture;

const GOOD: &str = "\
version: 1
boundaries:
  home: {regions: [eu, eu-central-2], tags: {data-class: [pii, special]}}
workloads:
  - name: shop
    owner: team-shop
    posture: active-active
    regions: {active: [eu-west-1, eu-central-1], standby: [eu-north-1]}
    rto: 5m
    rpo: 0s
    boundary: home
    entry_points: [Shop.Example.com.]
    select:
      - tags: {app: shop}
      - names: 'shop-*'
        accounts: ['111111111111']
rules:
  DATA-DDB-001: {severity: high}
  bucket-not-replicated: {enabled: false, reason: none of ours}
waivers:
  - rule: aurora-cluster-not-global
    resource: 'arn:aws:rds:*:cluster:reports'
    owner: ann
    reason: rebuilt every night
    expires: 2027-01-31
";

fn read(text: &str) -> Result<(Config, RuleSet), Vec<Located>> {
    let mut config = Config::read(Path::new("mrlint.yaml"), text)?;
    let rules = config.apply(RuleSet::builtin().unwrap())?;
    Ok((config, rules))
}

fn error(text: &str) -> String {
    let errors = read(text).unwrap_err();
    let shown = |error: &Located| match &error.help {
        Some(help) => format!("{error} ({help})"),
        None => error.to_string(),
    };
    errors.iter().map(shown).collect::<Vec<_>>().join("\n")
}

#[test]
fn reads_what_people_mean() {
    let (config, rules) = read(GOOD).unwrap();
    let shop = &config.workloads[0];
    assert_eq!(shop.posture, Some(Posture::ActiveActive));
    assert_eq!(shop.active.as_ref().unwrap()[0].as_str(), "eu-central-1");
    assert_eq!(shop.objectives.rto_seconds, Some(300));
    assert_eq!(shop.objectives.rpo_seconds, Some(0));
    assert_eq!(shop.entry_points, ["shop.example.com"]);
    assert_eq!((shop.place.line, shop.place.column), (5, 11));
    let boundary = shop.objectives.boundary.as_ref().unwrap();
    assert!(boundary.regions.contains("eu-central-2"));
    assert!(!boundary.regions.contains("eu-west-2"));
    assert_eq!(rules.find("DATA-DDB-001").unwrap().severity, Severity::High);
    assert!(rules.find("bucket-not-replicated").is_none());
    assert_eq!(config.waivers[0].rule, "DATA-AUR-001");
    assert_eq!(config.waivers[0].expires.to_string(), "2027-01-31");
}

#[test]
fn every_mistake_has_its_place_and_a_way_out() {
    let cases = [
        (
            "owner: team",
            "ownr: team",
            "6:5: unknown field `ownr`",
            "did you mean `owner`?",
        ),
        (
            "eu-west-1",
            "eu-wset-1",
            "8:24: `eu-wset-1` is no Region",
            "did you mean `eu-west-1`?",
        ),
        (
            "rto: 5m",
            "rto: soon",
            "9:10: `soon` is no duration",
            "write it as",
        ),
        ("rto: 5m", "rto: -5m", "9:10: `-5m` is negative", ""),
        (
            "boundary: home",
            "boundary: hone",
            "11:15: no boundary is called `hone`",
            "did you mean `home`?",
        ),
        (
            "DATA-DDB-001",
            "DATA-DDB-901",
            "18:3: no rule is called `DATA-DDB-901`",
            "did you mean",
        ),
        (
            "severity: high",
            "severty: high",
            "18:18: unknown field `severty`",
            "did you mean `severity`?",
        ),
        (
            "severity: high",
            "options: {x: 1}",
            "DATA-DDB-001 has no option `x`",
            "",
        ),
        ("2027-01-31", "soon", "`soon` is no date", "2027-01-31"),
        ("owner: ann", "owner: ''", "a waiver needs an owner", ""),
        (
            "'111111111111'",
            "1111",
            "`1111` is no account",
            "twelve digits",
        ),
        ("'shop-*'", "'shop-['", "glob `shop-[`", ""),
        (
            "version: 1",
            "version: 2",
            "1:10: version 2 is not known",
            "",
        ),
        ("{app: shop}", "{}", "14:9: this selects nothing", ""),
        (
            "posture: active-active",
            "posture: active",
            "unknown variant `active`",
            "did you mean `active-active`?",
        ),
        (
            "standby: [eu-north-1]",
            "standby: [eu-west-1]",
            "`eu-west-1` is active already",
            "",
        ),
    ];
    for (right, wrong, problem, help) in cases {
        let text = GOOD.replacen(right, wrong, 1);
        assert_ne!(text, GOOD, "{right}");
        let error = error(&text);
        assert!(error.starts_with("mrlint.yaml:"), "{error}");
        assert!(
            error.contains(problem) && error.contains(help),
            "{wrong}: {error}"
        );
    }
}

#[test]
fn all_mistakes_are_said_at_once() {
    let text = GOOD
        .replace("rto: 5m", "rto: soon")
        .replace("rpo: 0s", "rpo: never");
    assert_eq!(error(&text).lines().count(), 2);
}

#[test]
fn cyclic_aliases_and_huge_numbers_are_errors() {
    for text in [
        "version: &a [*a]\n",
        "version: 99999999999999999999999999\n",
        "version: 1\nworkloads: &w [*w]\n",
        "version: 1\nworkloads: [{name: x, criticality: 1e99, select: [{names: x}]}]\n",
        "\u{0}",
        "version: 1\nversion: 1\n",
    ] {
        assert!(!error(text).is_empty(), "{text}");
    }
}

#[test]
fn assumptions_of_a_simulation_are_known_ones() {
    let text = |line: &str| format!("version: 1\nsimulation:\n  {line}\n");
    let good = text("operator-step: {typical: 5m, upper: 10m}");
    let config = Config::read(Path::new("mrlint.yaml"), &good).unwrap();
    let set: Vec<_> = config.constants.all().filter(|it| it.3).collect();
    assert_eq!(set.len(), 1);
    assert_eq!(set[0].2.to_string(), "5m to 10m");
    let said = error(&text("operator-stop: {typical: 5m, upper: 10m}"));
    assert!(said.contains("did you mean `operator-step`?"), "{said}");
    let said = error(&text("operator-step: {typical: 5m, upper: 1m}"));
    assert!(said.contains("below its usual"), "{said}");
    assert!(error(&text("operator-step: {typical: soon, upper: 1m}")).contains("no duration"));
}

/// The schema that editors read is the one that is committed; it takes what the loader takes.
#[test]
fn the_committed_schema_is_current_and_holds() {
    let text = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    crate::committed::assert_current("reports/config/mrlint-v1.schema.json", &text);
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let good: serde_json::Value = serde_saphyr::from_str(GOOD).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&good)
        .map(|it| it.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let bad = GOOD.replace("owner: team", "ownr: team");
    let bad: serde_json::Value = serde_saphyr::from_str(&bad).unwrap();
    assert!(!validator.is_valid(&bad));
}
