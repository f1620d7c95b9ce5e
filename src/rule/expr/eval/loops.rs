//! `exists`, `all`, `exists_one`, `filter` and `map` in three values.

use std::sync::Arc;

use super::compare::Tri;
use super::{Machine, hidden};
use crate::rule::expr::node::{Loop, LoopKind, Node};
use crate::rule::expr::value::List;
use crate::rule::expr::{Gaps, Value};

impl Machine<'_> {
    pub(super) fn repeat(&mut self, node: &Node, body: &Loop) -> Value {
        let value = self.eval(&body.list);
        let Some(list) = items(&value) else {
            return hidden(&value);
        };
        match body.kind {
            LoopKind::Exists => self.quantify(node, body, &list, true).into(),
            LoopKind::All => self.quantify(node, body, &list, false).not().into(),
            LoopKind::ExistsOne => self.exactly_one(node, body, &list).into(),
            LoopKind::Filter | LoopKind::Map => self.collect(node, body, &list),
        }
    }

    /// Evaluates something with the loop variable set to `item`.
    pub(in crate::rule::expr) fn bound<R>(
        &mut self,
        item: &Value,
        run: impl FnOnce(&mut Self) -> R,
    ) -> R {
        self.locals.push(item.clone());
        let result = run(self);
        self.locals.pop();
        result
    }

    fn holds(&mut self, node: &Node, body: &Loop, item: &Value) -> Tri {
        if !self.charge(1, node) {
            return Tri::Unknown(Gaps::NONE);
        }
        match &body.condition {
            Some(condition) => self.bound(item, |machine| machine.truth(condition)),
            None => Tri::True,
        }
    }

    /// Whether some item makes the condition `wanted`.
    fn quantify(&mut self, node: &Node, body: &Loop, list: &List, wanted: bool) -> Tri {
        let mut unknown = list.missing.clone();
        for item in &list.items {
            match (self.holds(node, body, item), wanted) {
                (Tri::True, true) | (Tri::False, false) => return Tri::True,
                (Tri::Unknown(gaps), _) => {
                    unknown = Some(unknown.unwrap_or_default().union(&gaps));
                }
                _ => {}
            }
            if self.exhausted.is_some() {
                break;
            }
        }
        unknown.map_or(Tri::False, Tri::Unknown)
    }

    fn exactly_one(&mut self, node: &Node, body: &Loop, list: &List) -> Tri {
        let mut found = 0;
        let mut unknown = list.missing.clone();
        for item in &list.items {
            match self.holds(node, body, item) {
                Tri::True => found += 1,
                Tri::False => {}
                Tri::Unknown(gaps) => unknown = Some(unknown.unwrap_or_default().union(&gaps)),
            }
            if found > 1 {
                return Tri::False;
            }
            if self.exhausted.is_some() {
                break;
            }
        }
        unknown.map_or_else(|| (found == 1).into(), Tri::Unknown)
    }

    fn collect(&mut self, node: &Node, body: &Loop, list: &List) -> Value {
        let mut missing = list.missing.clone();
        let mut kept = vec![];
        for item in &list.items {
            match self.holds(node, body, item) {
                Tri::True => kept.push(match &body.result {
                    Some(result) => self.bound(item, |machine| machine.eval(result)),
                    None => item.clone(),
                }),
                Tri::False => {}
                Tri::Unknown(gaps) => missing = Some(missing.unwrap_or_default().union(&gaps)),
            }
            if self.exhausted.is_some() {
                break;
            }
        }
        Value::List(Arc::new(List {
            items: kept,
            missing,
        }))
    }
}

/// What a loop goes over: the items of a list, the keys of a map.
pub(in crate::rule::expr) fn items(value: &Value) -> Option<Arc<List>> {
    match value {
        Value::List(list) => Some(Arc::clone(list)),
        Value::Map(map) => {
            let keys = map.keys().map(|key| Value::String(Arc::clone(key)));
            Some(Arc::new(List::complete(keys.collect())))
        }
        _ => None,
    }
}
