//! Which values a condition proves to be there: `x.y != null && x.y > 3` is well typed
//! because its left side guards its right side.

use super::ast::{Expr, ExprKind, Op, entry, path};

/// The paths that are not null when `condition` is `outcome`, each with its prefixes:
/// null propagates, so what has a field that is not null is not null itself.
pub(super) fn proves(condition: &Expr, outcome: bool) -> Vec<String> {
    match &condition.kind {
        ExprKind::Not(of) => proves(of, !outcome),
        ExprKind::Binary { op, left, right } => match (op, outcome) {
            (Op::And, true) | (Op::Or, false) => {
                let mut both = proves(left, outcome);
                both.extend(proves(right, outcome));
                both
            }
            (Op::And, false) | (Op::Or, true) => {
                let right = proves(right, outcome);
                let mut left = proves(left, outcome);
                left.retain(|path| right.contains(path));
                left
            }
            (Op::Equal, _) => equality(left, right, outcome),
            (Op::NotEqual, _) => equality(left, right, !outcome),
            (Op::In, true) => membership(left, right),
            _ => vec![],
        },
        ExprKind::Call {
            name,
            receiver: None,
            args,
            ..
        } if name == "has" && outcome => args.first().map(present).unwrap_or_default(),
        _ => vec![],
    }
}

fn equality(left: &Expr, right: &Expr, equal: bool) -> Vec<String> {
    let (of, literal) = if is_literal(right) {
        (left, right)
    } else {
        (right, left)
    };
    let is_null = matches!(literal.kind, ExprKind::Null);
    if is_literal(literal) && is_null != equal {
        present(of)
    } else {
        vec![]
    }
}

/// `'k' in m` proves `m.k`.
fn membership(key: &Expr, map: &Expr) -> Vec<String> {
    match (&key.kind, path(map)) {
        (ExprKind::String(key), Some(map)) => vec![entry(&map, key)],
        _ => vec![],
    }
}

fn is_literal(expr: &Expr) -> bool {
    use ExprKind::{Bool, Double, Int, Null, String};
    matches!(expr.kind, Null | Bool(_) | Int(_) | Double(_) | String(_))
}

fn present(expr: &Expr) -> Vec<String> {
    let mut paths = vec![];
    let mut at = Some(expr);
    while let Some(expr) = at {
        paths.extend(path(expr));
        at = match &expr.kind {
            ExprKind::Select { of, .. } | ExprKind::Index { of, .. } => Some(of),
            _ => None,
        };
    }
    paths
}
