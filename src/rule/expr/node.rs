//! A checked expression: names resolved to positions, ready to evaluate without look-ups.

use std::sync::Arc;

use regex::Regex;

use super::error::Span;
use super::schema::{FieldIx, FunctionIx};
use super::value::Value;

#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Const(Value),
    /// A variable of the scope.
    Global(usize),
    /// A loop variable, by nesting.
    Local(usize),
    Field(Box<Node>, FieldIx),
    ObjectField(Box<Node>, FieldIx),
    MapKey(Box<Node>, Arc<str>),
    Index(Box<Node>, Box<Node>),
    /// `has(x.y)`: not null.
    Present(Box<Node>),
    Not(Box<Node>),
    Negate(Box<Node>),
    And(Box<[Node; 2]>),
    Or(Box<[Node; 2]>),
    Conditional(Box<[Node; 3]>),
    Compare(Comparison, Box<[Node; 2]>),
    In(Box<[Node; 2]>),
    Arithmetic(Arithmetic, Box<[Node; 2]>),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    Loop(Box<Loop>),
    Matches(Box<Node>, Box<Regex>),
    Builtin(Builtin, Vec<Node>),
    Call(FunctionIx, Vec<Node>),
}

/// A macro over a list: `list.exists(x, body)` and its kin.
#[derive(Debug, Clone)]
pub(super) struct Loop {
    pub(super) kind: LoopKind,
    pub(super) list: Node,
    /// The condition; of `map` with two arguments, none.
    pub(super) condition: Option<Node>,
    /// What `map` makes of each item.
    pub(super) result: Option<Node>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LoopKind {
    Exists,
    ExistsOne,
    All,
    Filter,
    Map,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Builtin {
    Size,
    Contains,
    StartsWith,
    EndsWith,
    ToString,
    ToInt,
    ToDouble,
    Distinct,
    Sort,
    Join,
    ContainsAll,
    Intersects,
    LowerAscii,
    UpperAscii,
    Replace,
    Split,
    First,
    Sum,
}

impl Builtin {
    /// Every builtin function with its name in expressions.
    pub(super) const ALL: [(&'static str, Builtin); 18] = [
        ("size", Self::Size),
        ("contains", Self::Contains),
        ("startsWith", Self::StartsWith),
        ("endsWith", Self::EndsWith),
        ("string", Self::ToString),
        ("int", Self::ToInt),
        ("double", Self::ToDouble),
        ("distinct", Self::Distinct),
        ("sort", Self::Sort),
        ("join", Self::Join),
        ("containsAll", Self::ContainsAll),
        ("intersects", Self::Intersects),
        ("lowerAscii", Self::LowerAscii),
        ("upperAscii", Self::UpperAscii),
        ("replace", Self::Replace),
        ("split", Self::Split),
        ("first", Self::First),
        ("sum", Self::Sum),
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(other, _)| *other == name)
            .map(|(_, builtin)| *builtin)
    }
}

impl LoopKind {
    pub(super) const ALL: [(&'static str, LoopKind); 6] = [
        ("exists", Self::Exists),
        ("exists_one", Self::ExistsOne),
        ("existsOne", Self::ExistsOne),
        ("all", Self::All),
        ("filter", Self::Filter),
        ("map", Self::Map),
    ];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(other, _)| *other == name)
            .map(|(_, kind)| *kind)
    }
}

impl Node {
    /// The nodes directly below.
    pub(super) fn children(&self) -> Vec<&Node> {
        match &self.kind {
            Kind::Const(_) | Kind::Global(_) | Kind::Local(_) => vec![],
            Kind::Field(of, _)
            | Kind::ObjectField(of, _)
            | Kind::MapKey(of, _)
            | Kind::Present(of)
            | Kind::Not(of)
            | Kind::Negate(of)
            | Kind::Matches(of, _) => vec![of],
            Kind::Index(of, index) => vec![of, index],
            Kind::And(two)
            | Kind::Or(two)
            | Kind::Compare(_, two)
            | Kind::In(two)
            | Kind::Arithmetic(_, two) => two.iter().collect(),
            Kind::Conditional(three) => three.iter().collect(),
            Kind::List(nodes) | Kind::Builtin(_, nodes) | Kind::Call(_, nodes) => {
                nodes.iter().collect()
            }
            Kind::Map(entries) => entries
                .iter()
                .flat_map(|(key, value)| [key, value])
                .collect(),
            Kind::Loop(l) => {
                let parts = [Some(&l.list), l.condition.as_ref(), l.result.as_ref()];
                parts.into_iter().flatten().collect()
            }
        }
    }

    /// Whether any loop variable is read below.
    pub(super) fn reads_local(&self) -> bool {
        matches!(self.kind, Kind::Local(_)) || self.children().into_iter().any(Node::reads_local)
    }
}
