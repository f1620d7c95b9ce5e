//! The evaluator. Three-valued: a decided result is the result for every completion of
//! what is unknown. Total: no input panics, and no operation has an error value; what
//! has no result (a missing key, a division by zero) is null, and the checker makes the
//! author guard it. Integers saturate. Only the step budget can fail.

mod compare;
mod functions;
mod lists;
mod loops;
mod text;

use super::error::Span;
use super::host::Env;
use super::node::{Arithmetic, Comparison, Kind, Node};
use super::schema::FieldIx;
use super::{Gaps, Value};
pub(super) use compare::Tri;
use compare::{equal, order};
pub(super) use loops::items;

/// What one evaluation may cost, in visited nodes and list items.
const BUDGET: u32 = 4_000_000;
/// Longest string that an expression can build, in bytes.
const MAX_TEXT: usize = 1 << 20;

pub(super) struct Machine<'e> {
    env: Env<'e>,
    pub(super) locals: Vec<Value>,
    steps: u32,
    /// Where the budget ran out; evaluation then only unwinds.
    pub(super) exhausted: Option<Span>,
}

impl<'e> Machine<'e> {
    pub(super) fn new(env: Env<'e>) -> Self {
        Self {
            env,
            locals: Vec::new(),
            steps: BUDGET,
            exhausted: None,
        }
    }

    pub(super) fn eval(&mut self, node: &Node) -> Value {
        if !self.charge(1, node) {
            return Value::Unknown(Gaps::NONE);
        }
        if let Some(value) = self.peek(node) {
            return value.clone();
        }
        match &node.kind {
            Kind::Const(value) => value.clone(),
            Kind::Global(_) | Kind::Local(_) => Value::Unknown(Gaps::NONE),
            Kind::Field(of, ix) => field(&self.eval(of), *ix),
            Kind::ObjectField(of, ix) => self.object_field(of, *ix),
            Kind::MapKey(of, key) => match self.eval(of) {
                Value::Map(map) => map.get(key).cloned().unwrap_or(Value::Null),
                other => absent(&other),
            },
            Kind::Index(of, index) => self.with_two(of, index, lists::index),
            Kind::Present(of) => match self.with(of, |value| equal(value, &Value::Null)) {
                Tri::True => Value::Bool(false),
                Tri::False => Value::Bool(true),
                Tri::Unknown(gaps) => Value::Unknown(gaps),
            },
            Kind::Not(of) => self.truth(of).not().into(),
            Kind::Negate(of) => match self.eval(of) {
                Value::Int(i) => Value::Int(i.saturating_neg()),
                Value::Double(d) => Value::Double(-d),
                other => hidden(&other),
            },
            Kind::And(two) => self.and(two).into(),
            Kind::Or(two) => self.or(two).into(),
            Kind::Conditional(parts) => self.conditional(parts),
            Kind::Compare(op, two) => self.compare(*op, node, two).into(),
            Kind::In(two) => self.member(node, two).into(),
            Kind::Arithmetic(op, two) => self.arithmetic(*op, node, two),
            Kind::List(nodes) => Value::list(nodes.iter().map(|node| self.eval(node)).collect()),
            Kind::Map(entries) => self.map(entries),
            Kind::Loop(body) => self.repeat(node, body),
            Kind::Matches(of, regex) => {
                let text = self.eval(of);
                let cost = text.as_str().map_or(0, |text| text.len() / 16);
                if !self.charge(cost, node) {
                    return Value::Unknown(Gaps::NONE);
                }
                text.as_str()
                    .map_or_else(|| hidden(&text), |text| Value::Bool(regex.is_match(text)))
            }
            Kind::Builtin(builtin, args) => self.builtin(*builtin, node, args),
            Kind::Call(function, nodes) => {
                let args: Vec<Value> = nodes.iter().map(|node| self.eval(node)).collect();
                match unknown_among(&args) {
                    Some(unknown) => unknown,
                    None => self.env.host.call(*function, &args),
                }
            }
        }
    }

    /// Evaluates a condition. What is neither true nor false is unknown.
    pub(super) fn truth(&mut self, node: &Node) -> Tri {
        match self.peek(node) {
            Some(value) => truth_of(value),
            None => truth_of(&self.eval(node)),
        }
    }

    /// Pays for `cost` steps. False when the budget is spent.
    fn charge(&mut self, cost: usize, node: &Node) -> bool {
        if self.exhausted.is_some() {
            return false;
        }
        let left = u32::try_from(cost)
            .ok()
            .and_then(|cost| self.steps.checked_sub(cost));
        if let Some(left) = left {
            self.steps = left;
        } else {
            self.exhausted = Some(node.span);
        }
        left.is_some()
    }

    /// Refuses to build a text of `length` bytes when that is too long.
    fn afford_text(&mut self, length: usize, node: &Node) -> bool {
        if length > MAX_TEXT {
            self.exhausted.get_or_insert(node.span);
            return false;
        }
        self.charge(length / 16, node)
    }

    /// The value of a node that is stored somewhere, without cloning it.
    fn peek<'a>(&'a self, node: &'a Node) -> Option<&'a Value> {
        match &node.kind {
            Kind::Const(value) => Some(value),
            Kind::Global(slot) => self.env.variables.get(*slot),
            Kind::Local(slot) => self.locals.get(*slot),
            Kind::Field(of, ix) => match self.peek(of)? {
                Value::Record(record) => record.fields.get(usize::from(ix.0)),
                _ => None,
            },
            Kind::MapKey(of, key) => match self.peek(of)? {
                Value::Map(map) => map.get(key),
                _ => None,
            },
            _ => None,
        }
    }

    /// Looks at a value, borrowed where it is stored.
    fn with<R>(&mut self, node: &Node, look: impl FnOnce(&Value) -> R) -> R {
        match self.peek(node) {
            Some(value) => look(value),
            None => look(&self.eval(node)),
        }
    }

    fn with_two<R>(&mut self, a: &Node, b: &Node, look: impl FnOnce(&Value, &Value) -> R) -> R {
        let left = if self.peek(a).is_some() {
            None
        } else {
            Some(self.eval(a))
        };
        let right = if self.peek(b).is_some() {
            None
        } else {
            Some(self.eval(b))
        };
        let nothing = Value::Unknown(Gaps::NONE);
        let left = left.as_ref().or_else(|| self.peek(a)).unwrap_or(&nothing);
        let right = right.as_ref().or_else(|| self.peek(b)).unwrap_or(&nothing);
        look(left, right)
    }

    fn object_field(&mut self, of: &Node, ix: FieldIx) -> Value {
        let object = match self.peek(of) {
            Some(value) => value.clone(),
            None => self.eval(of),
        };
        match object {
            Value::Object(object) => self.env.host.field(object, ix),
            other => absent(&other),
        }
    }

    fn and(&mut self, [a, b]: &[Node; 2]) -> Tri {
        match self.truth(a) {
            Tri::False => Tri::False,
            Tri::True => self.truth(b),
            Tri::Unknown(gaps) => match self.truth(b) {
                Tri::False => Tri::False,
                other => Tri::Unknown(gaps.union(&other.gaps())),
            },
        }
    }

    fn or(&mut self, [a, b]: &[Node; 2]) -> Tri {
        match self.truth(a) {
            Tri::True => Tri::True,
            Tri::False => self.truth(b),
            Tri::Unknown(gaps) => match self.truth(b) {
                Tri::True => Tri::True,
                other => Tri::Unknown(gaps.union(&other.gaps())),
            },
        }
    }

    fn conditional(&mut self, [test, yes, no]: &[Node; 3]) -> Value {
        match self.truth(test) {
            Tri::True => self.eval(yes),
            Tri::False => self.eval(no),
            Tri::Unknown(gaps) => {
                let (yes, no) = (self.eval(yes), self.eval(no));
                match equal(&yes, &no) {
                    Tri::True => yes,
                    _ => Value::Unknown(gaps.union(&yes.gaps()).union(&no.gaps())),
                }
            }
        }
    }

    fn compare(&mut self, op: Comparison, node: &Node, [a, b]: &[Node; 2]) -> Tri {
        let (tri, cost) = self.with_two(a, b, |a, b| {
            let cost = a.as_list().map_or(0, |list| list.items.len());
            let tri = match op {
                Comparison::Equal => equal(a, b),
                Comparison::NotEqual => equal(a, b).not(),
                _ => order(op, a, b),
            };
            (tri, cost)
        });
        self.charge(cost, node);
        tri
    }

    fn member(&mut self, node: &Node, [item, list]: &[Node; 2]) -> Tri {
        let (tri, cost) = self.with_two(item, list, |item, list| {
            let cost = list.as_list().map_or(0, |list| list.items.len());
            (lists::contains(list, item), cost)
        });
        self.charge(cost, node);
        tri
    }

    fn arithmetic(&mut self, op: Arithmetic, node: &Node, [a, b]: &[Node; 2]) -> Value {
        let (a, b) = (self.eval(a), self.eval(b));
        match (&a, &b) {
            (Value::Int(a), Value::Int(b)) => integers(op, *a, *b),
            (Value::Double(a), Value::Double(b)) => Value::Double(match op {
                Arithmetic::Add => a + b,
                Arithmetic::Subtract => a - b,
                Arithmetic::Multiply => a * b,
                Arithmetic::Divide => a / b,
                Arithmetic::Remainder => a % b,
            }),
            (Value::String(a), Value::String(b)) => {
                if !self.afford_text(a.len() + b.len(), node) {
                    return Value::Unknown(Gaps::NONE);
                }
                Value::string([a.as_ref(), b.as_ref()].concat())
            }
            (Value::List(a), Value::List(b)) => {
                if !self.charge(a.items.len() + b.items.len(), node) {
                    return Value::Unknown(Gaps::NONE);
                }
                lists::concat(a, b)
            }
            _ => bounded(op, &a, &b),
        }
    }

    fn map(&mut self, entries: &[(Node, Node)]) -> Value {
        let mut map = std::collections::BTreeMap::new();
        for (key, value) in entries {
            match self.eval(key) {
                Value::String(key) => {
                    let value = self.eval(value);
                    map.insert(key, value);
                }
                other => return hidden(&other),
            }
        }
        Value::map(map)
    }
}

fn truth_of(value: &Value) -> Tri {
    match value {
        Value::Bool(true) => Tri::True,
        Value::Bool(false) => Tri::False,
        other => Tri::Unknown(other.gaps()),
    }
}

fn field(of: &Value, ix: FieldIx) -> Value {
    match of {
        Value::Record(record) => match record.fields.get(usize::from(ix.0)) {
            Some(value) => value.clone(),
            None => Value::Unknown(Gaps::NONE),
        },
        other => absent(other),
    }
}

/// A field of something that is null is null; of something unknown, unknown.
fn absent(of: &Value) -> Value {
    match of {
        Value::Null => Value::Null,
        other => hidden(other),
    }
}

/// The result of an operation on a value that does not say enough.
fn hidden(value: &Value) -> Value {
    Value::Unknown(value.gaps())
}

fn unknown_among(args: &[Value]) -> Option<Value> {
    let hiding = args.iter().filter(|arg| matches!(arg, Value::Unknown(_)));
    let gaps = hiding
        .clone()
        .fold(Gaps::NONE, |all, arg| all.union(&arg.gaps()));
    hiding.clone().next().map(|_| Value::Unknown(gaps))
}

fn integers(op: Arithmetic, a: i64, b: i64) -> Value {
    Value::Int(match op {
        Arithmetic::Add => a.saturating_add(b),
        Arithmetic::Subtract => a.saturating_sub(b),
        Arithmetic::Multiply => a.saturating_mul(b),
        Arithmetic::Divide | Arithmetic::Remainder if b == 0 => return Value::Null,
        Arithmetic::Divide => a.saturating_div(b),
        Arithmetic::Remainder => a.wrapping_rem(b),
    })
}

/// Arithmetic on a size known from below keeps the bound where the operation does.
fn bounded(op: Arithmetic, a: &Value, b: &Value) -> Value {
    let gaps = a.gaps().union(&b.gaps());
    match (op, a, b) {
        (Arithmetic::Add, Value::AtLeast(n, _), Value::Int(m) | Value::AtLeast(m, _))
        | (Arithmetic::Add, Value::Int(m), Value::AtLeast(n, _)) => {
            Value::AtLeast(n.saturating_add(*m), gaps)
        }
        (Arithmetic::Subtract, Value::AtLeast(n, _), Value::Int(m)) => {
            Value::AtLeast(n.saturating_sub(*m), gaps)
        }
        _ => Value::Unknown(gaps),
    }
}
