//! Text with expressions in braces: the messages of rules. Each `{…}` is checked when
//! the rule is loaded; rendering never fails for what is unknown or null, it says so.

use super::error::ExprError;
use super::host::Env;
use super::program::Program;
use super::scan::closing_brace;
use super::schema::{Scope, Type};
use super::value::Value;

/// A compiled message. `{{` and `}}` are literal braces.
#[derive(Debug, Clone)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    /// An expression, and where it starts in the template's text.
    Expression(Program, usize),
}

impl Template {
    /// Compiles a template; error positions are in the template's text.
    pub fn compile(source: &str, scope: &Scope<'_>) -> Result<Self, ExprError> {
        let mut parts = vec![];
        let mut text = String::new();
        let mut at = 0;
        while let Some(found) = source[at..].find(['{', '}']) {
            let brace = at + found;
            text.push_str(&source[at..brace]);
            let rest = &source[brace..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                text.push_str(&rest[..1]);
                at = brace + 2;
                continue;
            }
            let start = brace + 1;
            if rest.starts_with('}') {
                let error = ExprError::new(brace..start, "`}` closes nothing");
                return Err(error.help("write `}}` for a literal brace"));
            }
            let end = closing_brace(source, start)?;
            let program = expression(&source[start..end], scope);
            if !text.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut text)));
            }
            parts.push(Part::Expression(
                program.map_err(|error| error.shifted(start))?,
                start,
            ));
            at = end + 1;
        }
        text.push_str(&source[at..]);
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        Ok(Self { parts })
    }

    /// The expressions, in order.
    pub fn programs(&self) -> impl Iterator<Item = &Program> {
        self.parts.iter().filter_map(|part| match part {
            Part::Expression(program, _) => Some(program),
            Part::Text(_) => None,
        })
    }

    /// The text, with every expression's value in place.
    pub fn render(&self, env: Env<'_>) -> Result<String, ExprError> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Expression(program, at) => {
                    let value = program.eval(env).map_err(|error| error.shifted(*at))?;
                    render(&value, &mut out);
                }
            }
        }
        Ok(out)
    }
}

fn expression(source: &str, scope: &Scope<'_>) -> Result<Program, ExprError> {
    let program = Program::compile(source, scope)?;
    match text_less(program.result()) {
        Some(what) => {
            let error = ExprError::new(0..source.len(), format!("{what} has no text"));
            Err(error.help("name one of its fields"))
        }
        None => Ok(program),
    }
}

/// What a type is, when its values cannot be shown.
fn text_less(ty: &Type) -> Option<&'static str> {
    match ty.non_null() {
        Type::List(item) => text_less(item),
        Type::Struct(_) => Some("a struct"),
        Type::Object(_) => Some("an object"),
        Type::Map(value) => text_less(value),
        _ => None,
    }
}

/// Shows a value: strings as they are, lists joined by commas, and words for what is
/// not there.
pub fn render(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("none"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Int(i) => out.push_str(&i.to_string()),
        Value::AtLeast(i, _) => {
            out.push_str("at least ");
            out.push_str(&i.to_string());
        }
        Value::Double(d) => out.push_str(&d.to_string()),
        Value::String(text) => out.push_str(text),
        Value::List(list) => {
            let mut shown: Vec<String> = list.items.iter().map(shown).collect();
            match list.missing {
                Some(_) if shown.is_empty() => shown.push("unknown".to_owned()),
                Some(_) => shown.push("and perhaps others".to_owned()),
                None if shown.is_empty() => shown.push("none".to_owned()),
                None => {}
            }
            out.push_str(&shown.join(", "));
        }
        Value::Map(map) if map.is_empty() => out.push_str("none"),
        Value::Map(map) => {
            let pairs = map
                .iter()
                .map(|(key, value)| format!("{key}={}", shown(value)));
            out.push_str(&pairs.collect::<Vec<_>>().join(", "));
        }
        // The checker keeps both out of templates; evidence may hold them.
        Value::Record(record) => {
            let fields: Vec<String> = record.fields.iter().map(shown).collect();
            out.push('(');
            out.push_str(&fields.join(", "));
            out.push(')');
        }
        Value::Object(object) => {
            out.push('#');
            out.push_str(&object.index.to_string());
        }
        Value::Unknown(_) => out.push_str("unknown"),
    }
}

fn shown(value: &Value) -> String {
    let mut out = String::new();
    render(value, &mut out);
    out
}
