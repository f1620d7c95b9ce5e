//! Random expressions, as text, and random values, known in part. Both are read off a
//! string of choices, so that proptest can shrink them.

use crate::rule::expr::{Field, Gaps, List, Schema, Scope, Type, Value};
use std::sync::Arc;

/// A string of choices; zeros when it runs out, which every generator takes as its
/// simplest form.
pub(super) struct Choices<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) names: usize,
}

impl Choices<'_> {
    fn pick(&mut self, of: usize) -> usize {
        let Some((first, rest)) = self.bytes.split_first() else {
            return 0;
        };
        self.bytes = rest;
        usize::from(*first) % of
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.pick(of.len())]
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("x{}", self.names)
    }
}

/// Which language an expression is written in.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Language {
    /// What the `cel` crate's interpreter answers in the same way.
    Common,
    /// All of ours.
    Ours,
}

pub(super) struct Writer<'a, 'c> {
    pub(super) choices: &'a mut Choices<'c>,
    pub(super) language: Language,
    pub(super) ints: Vec<String>,
}

impl Writer<'_, '_> {
    pub(super) fn bool(&mut self, depth: usize) -> String {
        format!("({})", self.condition(depth))
    }

    fn condition(&mut self, depth: usize) -> String {
        if depth == 0 {
            let common = ["v.b", "true", "false", "v.i == 1", "'a' in v.ls"];
            let ours = [
                "v.b",
                "v.i == 1",
                "v.n == null",
                "1 in v.li",
                "v.li.size() < 2",
                "2 <= v.ls.size()",
                "v.li.size() == 1",
                "v.li.size() + 1 > 2",
                "v.li[0] == 1",
                "v.li.first() == null",
                "v.li == [1, 2]",
                "v.ls.all(x, x == 'a')",
                "v.li.exists_one(x, x > 0)",
                "v.ls.distinct() == ['a']",
            ];
            let is_common = self.language == Language::Common;
            return self
                .choices
                .one(if is_common { &common } else { &ours })
                .into();
        }
        let d = depth - 1;
        let most = if self.language == Language::Ours {
            22
        } else {
            14
        };
        match self.choices.pick(most) {
            0 | 1 => format!("{} && {}", self.bool(d), self.bool(d)),
            2 | 3 => format!("{} || {}", self.bool(d), self.bool(d)),
            4 => format!("!{}", self.bool(d)),
            5 => format!("({} ? {} : {})", self.bool(d), self.bool(d), self.bool(d)),
            6 => {
                let op = self.choices.one(&["==", "!=", "<", "<=", ">", ">="]);
                format!("{} {op} {}", self.int(d), self.int(d))
            }
            7 => {
                let op = self.choices.one(&["==", "!="]);
                format!("{} {op} {}", self.string(d), self.string(d))
            }
            8 => {
                let test = self.choices.one(&["contains", "startsWith", "endsWith"]);
                format!("{}.{test}({})", self.string(d), self.string(d))
            }
            9 => format!("{} in {}", self.int(d), self.ints(d)),
            10 => format!("{} == {}", self.ints(d), self.ints(d)),
            11 => {
                let (list, x) = (self.ints(d), self.choices.name());
                let kind = self.choices.one(&["exists", "all", "exists_one"]);
                let body = self.within(x.clone(), |w| w.bool(d));
                format!("{list}.{kind}({x}, {body})")
            }
            12 => {
                let x = self.choices.name();
                let kind = self.choices.one(&["exists", "all", "exists_one"]);
                let text = self.string(d);
                format!(
                    "v.subs.{kind}({x}, {x}.a > {} || {x}.s == {text})",
                    self.int(d)
                )
            }
            13 => format!("v.n == {}", self.int(d)),
            14 => format!("v.n != null && v.n > {}", self.int(d)),
            15 => format!("has(v.n) ? v.n < {} : {}", self.int(d), self.bool(d)),
            16 => format!("{}.containsAll({})", self.ints(d), self.ints(d)),
            17 => format!("{}.intersects({})", self.strings(d), self.strings(d)),
            18 => format!("{}.first() == {}", self.ints(d), self.int(d)),
            19 => format!("{}[0] != {}", self.ints(d), self.int(d)),
            20 => format!("{}.sort() == {}", self.ints(d), self.ints(d)),
            _ => format!("int({}) == {}", self.string(d), self.int(d)),
        }
    }

    /// Writes something that may use the integer `name`.
    fn within<R>(&mut self, name: String, run: impl FnOnce(&mut Self) -> R) -> R {
        self.ints.push(name);
        let made = run(self);
        self.ints.pop();
        made
    }

    pub(super) fn int(&mut self, depth: usize) -> String {
        if depth == 0 {
            let at = self.choices.pick(4 + self.ints.len());
            let fixed = ["v.i", "1", "0", "3"];
            return fixed
                .get(at)
                .map_or_else(|| self.ints[at - 4].clone(), ToString::to_string);
        }
        let d = depth - 1;
        match self.choices.pick(6) {
            0 => self.int(0),
            1 => {
                let op = self.choices.one(&["+", "-", "*"]);
                format!("({} {op} {})", self.int(d), self.int(d))
            }
            2 => format!("{}.size()", self.ints(d)),
            3 => format!("size({})", self.strings(d)),
            4 => format!("({} ? {} : {})", self.bool(d), self.int(d), self.int(d)),
            _ => format!("size({})", self.string(d)),
        }
    }

    pub(super) fn string(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.choices.one(&["v.s", "'a'", "'b'", "'1'", "''"]).into();
        }
        let d = depth - 1;
        let most = if self.language == Language::Ours {
            6
        } else {
            3
        };
        match self.choices.pick(most) {
            0 => self.string(0),
            1 => format!("({} + {})", self.string(d), self.string(d)),
            2 => format!(
                "({} ? {} : {})",
                self.bool(d),
                self.string(d),
                self.string(d)
            ),
            3 => format!("{}.join('-')", self.strings(d)),
            4 => format!("{}.replace('a', {})", self.string(d), self.string(d)),
            _ => format!("string({})", self.int(d)),
        }
    }

    pub(super) fn ints(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.choices.one(&["v.li", "[1, 2]", "[v.i, 3]"]).into();
        }
        let d = depth - 1;
        let most = if self.language == Language::Ours {
            6
        } else {
            4
        };
        match self.choices.pick(most) {
            0 => self.ints(0),
            1 => {
                let (list, x) = (self.ints(d), self.choices.name());
                let body = self.within(x.clone(), |w| w.bool(d));
                format!("{list}.filter({x}, {body})")
            }
            2 => {
                let (list, x) = (self.ints(d), self.choices.name());
                let body = self.within(x.clone(), |w| w.int(d));
                format!("{list}.map({x}, {body})")
            }
            3 => format!("({} + {})", self.ints(d), self.ints(d)),
            4 => format!("{}.distinct()", self.ints(d)),
            _ => format!("{}.sort()", self.ints(d)),
        }
    }

    fn strings(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.choices.one(&["v.ls", "['a']", "[v.s, 'b']"]).into();
        }
        match self.choices.pick(3) {
            0 => self.strings(0),
            1 => {
                let x = self.choices.name();
                format!("v.subs.map({x}, {x}.a > {}, {x}.s)", self.int(depth - 1))
            }
            _ => format!("({} + {})", self.strings(depth - 1), self.strings(0)),
        }
    }
}

/// One variable `v`, a struct with a field of each kind.
pub(super) fn schema() -> (Schema, Type) {
    let field = |name: &str, ty| Field {
        name: name.into(),
        ty,
        doc: String::new(),
    };
    let mut schema = Schema::default();
    let sub = vec![field("a", Type::Int), field("s", Type::STRING)];
    let sub = Type::Struct(schema.add_struct("Sub", "", sub));
    let fields = vec![
        field("b", Type::Bool),
        field("i", Type::Int),
        field("s", Type::STRING),
        field("n", Type::Int.nullable()),
        field("li", Type::list(Type::Int)),
        field("ls", Type::list(Type::STRING)),
        field("subs", Type::list(sub)),
    ];
    let ty = Type::Struct(schema.add_struct("V", "", fields));
    (schema, ty)
}

pub(super) fn scope<'s>(schema: &'s Schema, ty: &Type) -> Scope<'s> {
    Scope {
        schema,
        variables: vec![("v".into(), ty.clone())],
    }
}

/// A value of a type; with `gaps`, parts of it may be unknown.
pub(super) fn value(c: &mut Choices, schema: &Schema, ty: &Type, gaps: bool) -> Value {
    if gaps && !matches!(ty, Type::Struct(_)) && c.pick(5) == 4 {
        return Value::unknown(u32::try_from(c.pick(4)).unwrap());
    }
    match ty {
        Type::Bool => Value::Bool(c.pick(2) == 1),
        Type::Int => Value::Int(i64::try_from(c.pick(5)).unwrap() - 1),
        Type::String { .. } => Value::string(c.one(&["a", "b", "", "ab", "1"])),
        Type::Nullable(of) => match c.pick(2) {
            0 => Value::Null,
            _ => value(c, schema, of, gaps),
        },
        Type::List(of) => {
            let items: Vec<Value> = (0..c.pick(4)).map(|_| value(c, schema, of, gaps)).collect();
            let missing = (gaps && c.pick(3) == 2).then(|| Gaps::one(7));
            Value::List(Arc::new(List { items, missing }))
        }
        Type::Struct(id) => {
            let fields = &schema.structure(*id).fields;
            Value::record(
                fields
                    .iter()
                    .map(|f| value(c, schema, &f.ty, gaps))
                    .collect(),
            )
        }
        other => panic!("no values of {other:?} here"),
    }
}

/// One of the values that a partly known value may really be.
pub(super) fn completion(c: &mut Choices, schema: &Schema, ty: &Type, part: &Value) -> Value {
    match (part, ty.non_null()) {
        (Value::Unknown(_), _) => value(c, schema, ty, false),
        (Value::List(list), Type::List(of)) => {
            let mut items = vec![];
            for item in &list.items {
                while list.missing.is_some() && c.pick(3) == 1 {
                    items.push(value(c, schema, of, false));
                }
                items.push(completion(c, schema, of, item));
            }
            while list.missing.is_some() && c.pick(2) == 1 {
                items.push(value(c, schema, of, false));
            }
            Value::list(items)
        }
        (Value::Record(record), Type::Struct(id)) => {
            let fields = schema.structure(*id).fields.iter().zip(&record.fields);
            Value::record(
                fields
                    .map(|(f, v)| completion(c, schema, &f.ty, v))
                    .collect(),
            )
        }
        (known, _) => known.clone(),
    }
}
