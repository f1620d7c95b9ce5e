//! The syntax tree of an expression, ours: macros are calls, every node has its text.

use super::error::Span;

#[derive(Debug, Clone)]
pub(super) struct Expr {
    pub(super) kind: ExprKind,
    pub(super) span: Span,
}

#[derive(Debug, Clone)]
pub(super) enum ExprKind {
    Null,
    Bool(bool),
    Int(i64),
    Double(f64),
    String(String),
    Ident(String),
    Select {
        of: Box<Expr>,
        field: String,
        name: Span,
    },
    Index {
        of: Box<Expr>,
        index: Box<Expr>,
    },
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary {
        op: Op,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Conditional(Box<[Expr; 3]>),
    Call {
        name: String,
        name_span: Span,
        receiver: Option<Box<Expr>>,
        args: Vec<Expr>,
    },
    List(Vec<Expr>),
    Map(Vec<(Expr, Expr)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    And,
    Or,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Op {
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::And => "&&",
            Self::Or => "||",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::In => "in",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}

/// The dotted name of a variable, field or map entry with a literal key, by which
/// guards (`x.y != null`) and uses (`x.y > 3`) recognise each other.
pub(super) fn path(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Ident(name) => Some(name.clone()),
        ExprKind::Select { of, field, .. } => Some(format!("{}.{field}", path(of)?)),
        ExprKind::Index { of, index } => match &index.kind {
            ExprKind::String(key) => Some(entry(&path(of)?, key)),
            _ => None,
        },
        _ => None,
    }
}

/// The path of a map's entry: the same for `m.key` and `m['key']`, and never that of
/// another entry, whatever the key holds.
pub(super) fn entry(map: &str, key: &str) -> String {
    let is_name = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if is_name {
        format!("{map}.{key}")
    } else {
        format!("{map}[{key:?}]")
    }
}
