//! What expressions evaluate to, known and unknown.

use super::super::{Env, Program, Scope, Template, Value};
use super::world::{Bucket, COPIES, DAYS, ENCRYPTED, KEY, RESOURCE, VERSIONING, schema};

fn eval(source: &str, host: &Bucket) -> String {
    let (schema, variables) = schema();
    let scope = Scope {
        schema: &schema,
        variables,
    };
    let program = Program::compile(source, &scope).unwrap_or_else(|e| panic!("{source}: {e}"));
    let value = program
        .eval(Env {
            host,
            variables: &RESOURCE,
        })
        .unwrap();
    let mut shown = String::new();
    super::super::render(&value, &mut shown);
    if let Value::Unknown(gaps) = value {
        shown = format!("{shown} {:?}", gaps.indexes());
    }
    shown
}

#[test]
fn known_values_are_decided() {
    let bucket = Bucket::new();
    for (source, expected) in [
        ("resource.versioning == 'Enabled'", "true"),
        (
            "resource.rules.exists(r, r.status == 'Enabled' && r.region != 'eu-west-1')",
            "true",
        ),
        (
            "resource.rules.filter(r, r.days == null).map(r, r.region)",
            "eu-west-1",
        ),
        ("resource.rules.map(r, r.days != null, r.days + 1)", "31"),
        ("resource.key.name", "none"),
        ("resource.key.name == 'a'", "false"),
        ("has(resource.key.name)", "false"),
        ("resource.tags.env", "prod"),
        ("resource.tags['x']", "none"),
        ("resource.tags.exists(k, k == 'env')", "true"),
        ("resource.copies.sort().join('+')", "eu-central-1+eu-west-1"),
        ("resource.copies[5]", "none"),
        ("resource.copies[-1]", "none"),
        ("['a', 'b', 'a'].distinct()", "a, b"),
        ("resource.copies.containsAll(['eu-west-1'])", "true"),
        ("resource.copies.intersects(['us-east-1'])", "false"),
        (
            "resource.active_in('eu-west-1') && !resource.active_in('x')",
            "true",
        ),
        (
            "resource.name.matches('^or.*s$') && 'é'.size() == 1",
            "true",
        ),
        ("'A-b'.lowerAscii().replace('-', '').split('')", "a, b"),
        ("9223372036854775807 + 1", "9223372036854775807"),
        ("-9223372036854775807 - 9", "-9223372036854775808"),
        ("7 / 0", "none"),
        ("7 % resource.copies.size()", "1"),
        (
            "int('12') == 12 && int('x') == null && int(2.9) == 2 && double(2) == 2.0",
            "true",
        ),
        ("int(1e300)", "none"),
        ("resource == resource", "true"),
        ("{'a': 1}['a']", "1"),
    ] {
        assert_eq!(eval(source, &bucket), expected, "{source}");
    }
}

#[test]
fn unknown_spreads_only_where_it_matters() {
    let bucket = Bucket::new()
        .with(VERSIONING, Value::unknown(3))
        .with(ENCRYPTED, Value::unknown(5))
        .with(KEY, Value::unknown(8));
    for (source, expected) in [
        ("resource.versioning == 'Enabled'", "unknown [3]"),
        (
            "resource.versioning == 'Enabled' && resource.name == 'x'",
            "false",
        ),
        (
            "resource.versioning == 'Enabled' || resource.name == 'orders'",
            "true",
        ),
        (
            "resource.versioning == 'Enabled' && resource.encrypted",
            "unknown [3, 5]",
        ),
        ("!resource.encrypted", "unknown [5]"),
        ("resource.encrypted ? 1 : 1", "1"),
        ("resource.encrypted ? 1 : 2", "unknown [5]"),
        ("resource.key.name == 'a'", "unknown [8]"),
        (
            "resource.key == null || resource.key.name == 'a'",
            "unknown [8]",
        ),
        ("has(resource.key)", "unknown [8]"),
        (
            "resource.rules.all(r, r.status == 'Enabled' || resource.encrypted)",
            "unknown [5]",
        ),
        (
            "[1, 2].filter(x, x == 1 || resource.encrypted)",
            "1, and perhaps others",
        ),
        (
            "[1, 2].filter(x, x == 1 || resource.encrypted).size() >= 1",
            "true",
        ),
    ] {
        assert_eq!(eval(source, &bucket), expected, "{source}");
    }
}

#[test]
fn incomplete_lists_decide_only_what_more_items_cannot_change() {
    let copies = Value::incomplete(
        vec![Value::string("a"), Value::string("b")],
        super::super::Gaps::one(4),
    );
    let bucket = Bucket::new().with(COPIES, copies);
    for (source, expected) in [
        ("'a' in resource.copies", "true"),
        ("'c' in resource.copies", "unknown [4]"),
        ("resource.copies.size()", "at least 2"),
        ("resource.copies.size() > 1", "true"),
        ("resource.copies.size() == 1", "false"),
        ("resource.copies.size() != 1", "true"),
        ("5 > resource.copies.size()", "unknown [4]"),
        ("resource.copies.size() + 1 > 2", "true"),
        ("resource.copies.exists(c, c == 'a')", "true"),
        ("resource.copies.exists(c, c == 'c')", "unknown [4]"),
        ("resource.copies.all(c, c == 'a')", "false"),
        ("resource.copies.all(c, c != 'c')", "unknown [4]"),
        ("resource.copies.exists_one(c, c != 'c')", "false"),
        ("resource.copies.exists_one(c, c == 'a')", "unknown [4]"),
        ("resource.copies == ['a']", "false"),
        ("resource.copies == ['a', 'c', 'd']", "false"),
        ("resource.copies == ['b', 'a']", "unknown [4]"),
        ("resource.copies[0]", "unknown [4]"),
        ("resource.copies.join(',')", "unknown [4]"),
        ("resource.copies.containsAll(['a', 'b'])", "true"),
        ("['a'].containsAll(resource.copies)", "false"),
        ("resource.copies.intersects([])", "false"),
        ("resource.copies + ['z']", "a, b, z, and perhaps others"),
    ] {
        assert_eq!(eval(source, &bucket), expected, "{source}");
    }
}

#[test]
fn an_expression_that_costs_too_much_fails_at_its_place() {
    let (schema, variables) = schema();
    let scope = Scope {
        schema: &schema,
        variables,
    };
    let many = Value::list((0..400).map(|i| Value::string(i.to_string())).collect());
    let bucket = Bucket::new().with(COPIES, many);
    let nested =
        "resource.copies.all(a, resource.copies.all(b, resource.copies.all(c, a + b + c != '-')))";
    let doubling = format!(
        "'aaaaaaaaaaaaaaaa'{}.size() > 1",
        ".replace('a', 'aaaaaaaaaaaaaaaa')".repeat(12)
    );
    for source in [nested, &doubling] {
        let program = Program::condition(source, &scope).unwrap();
        let error = program
            .eval(Env {
                host: &bucket,
                variables: &RESOURCE,
            })
            .unwrap_err();
        assert!(error.message.contains("costs too much") && error.span.end <= source.len());
    }
}

#[test]
fn a_host_that_breaks_its_word_makes_things_unknown_not_wrong() {
    let bucket = Bucket::new()
        .with(ENCRYPTED, Value::Int(3))
        .with(DAYS, Value::string("x"));
    assert_eq!(eval("resource.encrypted", &bucket), "3");
    assert_eq!(eval("resource.encrypted && true", &bucket), "unknown []");
    assert_eq!(
        eval("resource.days != null && resource.days > 1", &bucket),
        "unknown []"
    );
}

#[test]
fn templates_show_values_as_words() {
    let (schema, variables) = schema();
    let scope = Scope {
        schema: &schema,
        variables,
    };
    let bucket = Bucket::new()
        .with(ENCRYPTED, Value::unknown(1))
        .with(COPIES, Value::list(vec![]));
    for (source, expected) in [
        (
            "{resource.name} in {resource.rules.map(r, r.region)}",
            "orders in eu-west-1, us-east-1",
        ),
        ("{{{resource.name}}}", "{orders}"),
        (
            "{resource.copies}, {resource.key.name}, {resource.encrypted}",
            "none, none, unknown",
        ),
        ("{resource.name == 'a}' ? \"}{\" : '{no}'}!", "{no}!"),
        ("{resource.tags} {{'a': 1}}", "env=prod {'a': 1}"),
        ("{ {'a': 1}.a }", "1"),
        ("plain", "plain"),
    ] {
        let template =
            Template::compile(source, &scope).unwrap_or_else(|e| panic!("{source}: {e}"));
        let text = template
            .render(Env {
                host: &bucket,
                variables: &RESOURCE,
            })
            .unwrap();
        assert_eq!(text, expected, "{source}");
    }
}
