//! Laws that hold for every expression: it means what CEL means, it is honest about
//! what is unknown, and no text breaks it.

mod generate;

use cel::objects::{Key, Map};
use cel::{Context, Program as CelProgram, Value as CelValue};
use proptest::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

use super::{Env, NoHost, Program, Schema, Template, Type, Value};
use generate::{Choices, Language, Writer, completion, schema, scope, value};

fn write(bytes: &[u8], language: Language, what: usize) -> String {
    let mut choices = Choices { bytes, names: 0 };
    let mut writer = Writer {
        choices: &mut choices,
        language,
        ints: vec![],
    };
    // Most faults show in small expressions, where nothing else hides them.
    let depth = 1 + what / 4 % 3;
    match what % 4 {
        0 => writer.bool(depth),
        1 => writer.int(depth),
        2 => writer.string(depth),
        _ => writer.ints(depth),
    }
}

fn evaluate(program: &Program, v: &Value) -> Value {
    let variables = [v.clone()];
    program
        .eval(Env {
            host: &NoHost,
            variables: &variables,
        })
        .expect("within the budget")
}

fn to_cel(schema: &Schema, ty: &Type, value: &Value) -> CelValue {
    match value {
        Value::Null => CelValue::Null,
        Value::Bool(b) => CelValue::Bool(*b),
        Value::Int(i) => CelValue::Int(*i),
        Value::String(s) => CelValue::String(Arc::new(s.to_string())),
        Value::List(list) => {
            let Type::List(of) = ty else {
                panic!("a list of type {ty:?}")
            };
            let items = list.items.iter().map(|item| to_cel(schema, of, item));
            CelValue::List(Arc::new(items.collect()))
        }
        Value::Record(record) => {
            let Type::Struct(id) = ty else {
                panic!("a record of type {ty:?}")
            };
            let fields = schema.structure(*id).fields.iter().zip(&record.fields);
            let map: HashMap<Key, CelValue> = fields
                .map(|(field, value)| {
                    let name = Key::String(Arc::new(field.name.clone()));
                    (name, to_cel(schema, field.ty.non_null(), value))
                })
                .collect();
            CelValue::Map(Map { map: Arc::new(map) })
        }
        other => panic!("{other:?} is not of CEL"),
    }
}

/// Whether a result known in part allows the result of a completion.
fn admits(part: &Value, full: &Value) -> bool {
    match (part, full) {
        (Value::Unknown(gaps), _) => !gaps.is_empty(),
        (Value::AtLeast(n, gaps), Value::Int(m)) => m >= n && !gaps.is_empty(),
        (Value::List(part), Value::List(full)) if part.is_complete() => {
            let pairs = part.items.iter().zip(&full.items);
            part.items.len() == full.items.len() && pairs.clone().all(|(a, b)| admits(a, b))
        }
        (Value::List(part), Value::List(full)) => {
            let held = |item: &Value| full.items.iter().any(|other| admits(item, other));
            part.items.len() <= full.items.len() && part.items.iter().all(held)
        }
        _ => format!("{part:?}") == format!("{full:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn known_values_give_what_the_interpreter_of_cel_gives(
        code in prop::collection::vec(any::<u8>(), 4..60),
        data in prop::collection::vec(any::<u8>(), 20..40),
        what in 0_usize..12,
    ) {
        let (schema, ty) = schema();
        let text = write(&code, Language::Common, what);
        let program = Program::compile(&text, &scope(&schema, &ty))
            .unwrap_or_else(|error| panic!("{text}: {error:?}"));
        let v = value(&mut Choices { bytes: &data, names: 0 }, &schema, &ty, false);
        let mut context = Context::default();
        context.add_variable_from_value("v", to_cel(&schema, &ty, &v));
        // Where the interpreter has an error ours has a value: nothing to compare.
        if let Ok(expected) = CelProgram::compile(&text).unwrap().execute(&context) {
            let found = to_cel(&schema, program.result(), &evaluate(&program, &v));
            prop_assert_eq!(found, expected, "{}", text);
        }
    }

    #[test]
    fn what_is_decided_holds_for_every_completion(
        code in prop::collection::vec(any::<u8>(), 4..60),
        data in prop::collection::vec(any::<u8>(), 20..60),
        more in prop::collection::vec(prop::collection::vec(any::<u8>(), 10..40), 8),
        what in 0_usize..12,
    ) {
        let (schema, ty) = schema();
        let text = write(&code, Language::Ours, what);
        let program = Program::compile(&text, &scope(&schema, &ty))
            .unwrap_or_else(|error| panic!("{text}: {error:?}"));
        let part = value(&mut Choices { bytes: &data, names: 0 }, &schema, &ty, true);
        let decided = evaluate(&program, &part);
        for bytes in &more {
            let full = completion(&mut Choices { bytes, names: 0 }, &schema, &ty, &part);
            let result = evaluate(&program, &full);
            prop_assert!(result.gaps().is_empty() && !matches!(result, Value::Unknown(_)));
            prop_assert!(
                admits(&decided, &result),
                "{}\n{:?} gave {:?}\n{:?} gives {:?}", text, part, decided, full, result
            );
        }
        program.explain(Env { host: &NoHost, variables: &[part] });
    }

    #[test]
    fn no_text_breaks_the_parser(text in "\\PC{0,60}|[ -~\\n]{0,60}") {
        let (schema, ty) = schema();
        let _ = Program::compile(&text, &scope(&schema, &ty));
        let _ = Template::compile(&text, &scope(&schema, &ty));
    }

    #[test]
    fn no_text_made_of_pieces_breaks_the_parser(pieces in prop::collection::vec(
        prop::sample::select(vec![
            "v", ".", "li", "(", ")", "[", "]", "{", "}", "?", ":", "!", "-", "1", "1u", "0x", "1e",
            "'a'", "'", "\"", "r'\\", "b'é'", "&&", "||", "==", "<", "in", "exists", "all", "x", ",",
            "map", "has", "matches", "'('", "//", "\n", "null", "true", " ", "é", "`", "\\", "9999999999999999999",
        ]), 0..24,
    )) {
        let (schema, ty) = schema();
        let text = pieces.concat();
        for error in [
            Program::compile(&text, &scope(&schema, &ty)).err(),
            Template::compile(&text, &scope(&schema, &ty)).err(),
        ].into_iter().flatten() {
            prop_assert!(text.get(error.span.clone()).is_some(), "{:?} in {:?}", error, text);
        }
    }
}
