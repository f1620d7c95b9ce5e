//! What an explanation names.

use super::super::{Env, Program, Scope, Value, render};
use super::world::{Bucket, COPIES, RESOURCE, VERSIONING, schema};

fn evidence(source: &str, host: &Bucket) -> Vec<String> {
    let (schema, variables) = schema();
    let scope = Scope {
        schema: &schema,
        variables,
    };
    let program = Program::condition(source, &scope).unwrap_or_else(|e| panic!("{source}: {e}"));
    let decided = program.explain(Env {
        host,
        variables: &RESOURCE,
    });
    let line = |d: &super::super::Decided| {
        let mut text = format!("{} = ", d.text);
        render(&d.value, &mut text);
        text
    };
    decided.iter().map(line).collect()
}

#[test]
fn connectives_name_the_side_that_decided() {
    let bucket = Bucket::new();
    for (source, expected) in [
        (
            "resource.name == 'x' && resource.encrypted",
            vec!["resource.name = orders"],
        ),
        (
            "resource.encrypted && resource.name == 'orders'",
            vec!["resource.encrypted = true", "resource.name = orders"],
        ),
        (
            "resource.name == 'x' || resource.encrypted",
            vec!["resource.encrypted = true"],
        ),
        (
            "!(resource.encrypted || resource.name == 'x')",
            vec!["resource.encrypted = true"],
        ),
        (
            "resource.name == 'a' || resource.name == 'b'",
            vec!["resource.name = orders"],
        ),
        (
            "resource.copies.size() > 1",
            vec!["resource.copies = eu-west-1, eu-central-1"],
        ),
        (
            "(resource.days == null ? 1 : resource.days + 1) > 3",
            vec!["resource.days == null ? 1 : resource.days + 1 = 8"],
        ),
    ] {
        assert_eq!(evidence(source, &bucket), expected, "{source}");
    }
}

#[test]
fn loops_name_their_witness() {
    let bucket = Bucket::new();
    for (source, expected) in [
        (
            "resource.rules.exists(r, r.status == 'Enabled' && r.region == 'us-east-1')",
            vec!["r.status = Enabled", "r.region = us-east-1"],
        ),
        (
            "!['eu-west-1', 'us-east-1'].all(r, r in resource.copies)",
            vec!["r = us-east-1", "resource.copies = eu-west-1, eu-central-1"],
        ),
        (
            "resource.copies.exists(c, c == resource.name)",
            vec![
                "resource.copies = eu-west-1, eu-central-1",
                "resource.name = orders",
            ],
        ),
        (
            "resource.rules.exists(r, resource.copies.exists(c, c == r.region))",
            vec!["c = eu-west-1", "r.region = eu-west-1"],
        ),
    ] {
        assert_eq!(evidence(source, &bucket), expected, "{source}");
    }
}

#[test]
fn the_unknown_is_named() {
    let bucket = Bucket::new().with(VERSIONING, Value::unknown(1)).with(
        COPIES,
        Value::incomplete(vec![Value::string("a")], super::super::Gaps::one(2)),
    );
    for (source, expected) in [
        (
            "resource.versioning == 'Enabled' && resource.encrypted",
            vec!["resource.versioning = unknown"],
        ),
        (
            "resource.copies.exists(c, c == 'b')",
            vec!["resource.copies = a, and perhaps others"],
        ),
    ] {
        assert_eq!(evidence(source, &bucket), expected, "{source}");
    }
}
