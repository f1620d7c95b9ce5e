//! What the checker refuses, where, and what it says to do.

use super::super::{Program, Scope, Template, Type};
use super::world::schema;

fn refused(source: &str) -> (String, String) {
    let (schema, variables) = schema();
    let scope = Scope {
        schema: &schema,
        variables,
    };
    let error = Program::condition(source, &scope).expect_err(source);
    (source[error.span.clone()].to_owned(), error.to_string())
}

fn accepted(source: &str) -> Type {
    let (schema, variables) = schema();
    let scope = Scope {
        schema: &schema,
        variables,
    };
    let program = Program::compile(source, &scope);
    program
        .unwrap_or_else(|error| panic!("{source}: {error}"))
        .result()
        .clone()
}

#[test]
fn errors_point_at_their_text_and_name_a_near_match() {
    for (source, at, message) in [
        (
            "resorce.encrypted",
            "resorce",
            "unknown variable `resorce`; did you mean `resource`?",
        ),
        (
            "resource.versionin == 'Enabled'",
            "versionin",
            "Bucket has no field `versionin`; did you mean `versioning`?",
        ),
        (
            "resource.versioning == 3",
            "3",
            "expected string, found int",
        ),
        (
            "resource.versioning == 'Enabeld'",
            "'Enabeld'",
            "this is never 'Enabeld'; did you mean `Enabled`?",
        ),
        (
            "resource.versioning in ['Enabled', 'x']",
            "'x'",
            "this is never 'x'; it is one of: Enabled, Suspended",
        ),
        (
            "resource.name",
            "resource.name",
            "expected true or false, found string",
        ),
        (
            "resource.rules.exist(r, true)",
            "exist",
            "no method `exist` for list of Rule; did you mean `exists`?",
        ),
        (
            "lenght(resource.name) > 1",
            "lenght",
            "no function `lenght`",
        ),
        (
            "resource.copies.contains('a')",
            "contains",
            "contains() is for strings; write `item in list`",
        ),
        (
            "resource.rules.size(1) > 0",
            "resource.rules.size(1)",
            "size() takes 0 arguments, found 1",
        ),
        (
            "resource.name == null",
            "resource.name",
            "this is never null: it is string; compare with what it can be, or with `.size()`",
        ),
        (
            "has(resource.name)",
            "resource.name",
            "this is always there: it is string; compare it, or ask for its `.size()`",
        ),
        (
            "resource.rules.all(resource, true)",
            "resource",
            "`resource` is already a variable here; choose another name",
        ),
        (
            "resource.name.matches('(')",
            "'('",
            "this is no regular expression: unclosed group",
        ),
        (
            "resource.name + 1 == 'a'",
            "resource.name + 1",
            "no `+` for string and int; convert one side with string(), int() or double()",
        ),
        ("resource.active_in(1)", "1", "expected string, found int"),
        (
            "(resource.encrypted || 3) && true",
            "3",
            "expected true or false, found int",
        ),
        ("b'x' == b'y'", "b'x'", "byte strings are not supported"),
    ] {
        assert_eq!(
            refused(source),
            (at.to_owned(), message.to_owned()),
            "{source}"
        );
    }
}

#[test]
fn syntax_errors_have_a_place() {
    for (source, at) in [
        ("resource.name == ", ""),
        ("resource.name == )", ")"),
        ("(resource.encrypted", "("),
        ("'abc", "'"),
        ("true && é", "é"),
        ("resource.encrypted\n  && == 1", "=="),
    ] {
        let (found, message) = refused(source);
        assert!(at.starts_with(&found), "{source}: at {found:?}, {message}");
    }
}

#[test]
fn hostile_sizes_are_refused() {
    let deep = format!("{}true{}", "(".repeat(5000), ")".repeat(5000));
    let long = format!("{}true", "!-".repeat(3000));
    let chain = vec!["1"; 3000].join("+");
    let members = format!("resource{} == 1", ".a".repeat(4000));
    let large = format!("'{}' == ''", "a".repeat(10_000));
    for source in [deep, long, chain, members, large] {
        let (schema, variables) = schema();
        let scope = Scope {
            schema: &schema,
            variables,
        };
        assert!(Program::compile(&source, &scope).is_err());
    }
    // What is just within the limits of the scan must not exhaust the parser's stack.
    for source in [
        format!("{}true{}", "(".repeat(24), ")".repeat(24)),
        vec!["1"; 399].join("+"),
        format!("resource{}", ".a".repeat(399)),
        format!("{}1", "true?1:".repeat(180)),
        format!("{}true", "!".repeat(399)),
        vec!["resource.encrypted"; 130].join(" && "),
    ] {
        let (schema, variables) = schema();
        let scope = Scope {
            schema: &schema,
            variables,
        };
        let _ = Program::compile(&source, &scope);
    }
    // The deepest trees that are accepted fit the stack of any thread.
    assert_eq!(accepted(&vec!["1"; 64].join(" + ")), Type::Int);
    let each = |i: i32| format!("resource.rules.exists(r{i}, ");
    let loops: Vec<String> = (0..22).map(each).collect();
    let loops = loops.concat();
    assert_eq!(
        accepted(&format!("{loops}true{}", ")".repeat(22))),
        Type::Bool
    );
    assert_eq!(
        accepted(&vec!["resource.encrypted"; 60].join(" && ")),
        Type::Bool
    );
}

#[test]
fn what_may_be_null_needs_a_guard() {
    for source in [
        "resource.days > 3",
        "resource.key.name.startsWith('a')",
        "resource.days + 1 == 2",
        "resource.rules[0].days > 1",
        "resource.tags.env.size() > 1",
        "resource.days == null && resource.days > 3",
        "resource.days != null || resource.days > 3",
        "(resource.encrypted || resource.days != null) && resource.days > 3",
        "10 / resource.rules.size() > 2",
    ] {
        assert!(refused(source).1.contains("may be null"), "{source}");
    }
    assert!(refused("resource.locked").1.contains("`== true`"));
    for source in [
        "resource.days != null && resource.days > 3",
        "resource.days == null || resource.days > 3",
        "!(resource.days == null) && resource.days > 3",
        "resource.days == null ? false : resource.days > 3",
        "has(resource.days) && resource.days > 3",
        "resource.days != null && resource.rules.exists(r, r.days != null && r.days > resource.days)",
        "resource.key.name != null && resource.key.name.startsWith('a')",
        "resource.key != null && resource.key.name.startsWith('a')",
        "resource.key.name == 'x'",
        "'env' in resource.tags && resource.tags['env'].size() > 1",
        "resource.tags.env != null && resource.tags['env'].size() > 1",
        "(resource.days == null || resource.days < 1) || resource.days > 3",
        "resource.locked == true",
        "resource.rules.map(r, r.days != null, r.days + 1).size() > 0",
    ] {
        accepted(source);
    }
}

#[test]
fn results_have_types() {
    assert_eq!(
        accepted("resource.rules.map(r, r.status)"),
        Type::list(Type::STRING)
    );
    assert_eq!(accepted("resource.copies.first()"), Type::STRING.nullable());
    assert_eq!(accepted("[]"), Type::list(Type::Any));
    assert_eq!(
        accepted("resource.encrypted ? 1 : null"),
        Type::Int.nullable()
    );
}

#[test]
fn what_is_read_is_known_before_evaluating() {
    let (schema, variables) = schema();
    let scope = Scope {
        schema: &schema,
        variables,
    };
    let program = Program::condition("true || resource.active_in(resource.name)", &scope).unwrap();
    let bucket = schema.object_named("Bucket").unwrap();
    let name = schema.field_named(bucket, "name").unwrap();
    assert_eq!(
        program.reads().object_fields.iter().collect::<Vec<_>>(),
        [&(bucket, name)]
    );
    assert_eq!(program.reads().functions.len(), 1);
    assert_eq!(program.reads().variables.iter().collect::<Vec<_>>(), [&0]);
}

#[test]
fn errors_in_templates_are_placed_in_the_template() {
    let (schema, variables) = schema();
    let scope = Scope {
        schema: &schema,
        variables,
    };
    for (source, at) in [
        ("a {{b}} {resource.nam} c", "nam"),
        ("a {resource.name", "{"),
        ("a } b", "}"),
        ("a {} b", ""),
        ("{resource} is", "resource"),
        ("{resource.rules} is", "resource.rules"),
    ] {
        let error = Template::compile(source, &scope).unwrap_err();
        assert_eq!(&source[error.span.clone()], at, "{source}: {error}");
    }
}
