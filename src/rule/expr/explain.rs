//! Which values decided a result: the evidence of a finding. Never judges; it walks the
//! expression again and keeps what the outcome rests on.

use super::error::Span;
use super::eval::{Machine, Tri, items};
use super::node::{Kind, Loop, LoopKind, Node};
use super::value::Value;

/// A sub-expression and the value that it had. A loop variable stands for the item
/// that decided.
#[derive(Debug, Clone)]
pub struct Decided {
    /// As written in the expression.
    pub text: String,
    pub value: Value,
}

struct Evidence<'s> {
    source: &'s str,
    found: Vec<(Span, Decided)>,
}

pub(super) fn explain(source: &str, root: &Node, machine: &mut Machine<'_>) -> Vec<Decided> {
    let mut evidence = Evidence {
        source,
        found: vec![],
    };
    evidence.condition(root, machine);
    // Stable: what one place had for several items stays in the order of the items.
    evidence.found.sort_by_key(|(span, _)| *span);
    let mut seen = std::collections::BTreeSet::new();
    let found = evidence.found.into_iter().map(|(_, decided)| decided);
    found
        .filter(|it| seen.insert((it.text.clone(), format!("{:?}", it.value))))
        .collect()
}

impl Evidence<'_> {
    fn condition(&mut self, node: &Node, machine: &mut Machine<'_>) {
        match &node.kind {
            Kind::Not(of) => self.condition(of, machine),
            Kind::And(two) => self.connective(two, &Tri::False, machine),
            Kind::Or(two) => self.connective(two, &Tri::True, machine),
            Kind::Conditional(three) => {
                let [test, yes, no] = &**three;
                self.condition(test, machine);
                match machine.truth(test) {
                    Tri::True => self.condition(yes, machine),
                    Tri::False => self.condition(no, machine),
                    Tri::Unknown(_) => {
                        self.condition(yes, machine);
                        self.condition(no, machine);
                    }
                }
            }
            Kind::Loop(body) if !matches!(body.kind, LoopKind::Filter | LoopKind::Map) => {
                self.repeat(node, body, machine);
            }
            Kind::Compare(_, two) | Kind::In(two) => {
                two.iter()
                    .for_each(|operand| self.operand(operand, machine));
            }
            Kind::Builtin(_, args) => args.iter().for_each(|arg| self.operand(arg, machine)),
            Kind::Matches(of, _) | Kind::Present(of) => self.operand(of, machine),
            _ => self.operand(node, machine),
        }
    }

    /// `&&` decided by false, `||` by true: one side is enough, else both count.
    fn connective(&mut self, two: &[Node; 2], decisive: &Tri, machine: &mut Machine<'_>) {
        let truths = [machine.truth(&two[0]), machine.truth(&two[1])];
        if let Some(at) = truths.iter().position(|truth| truth == decisive) {
            return self.condition(&two[at], machine);
        }
        let is_open = truths.iter().any(|truth| matches!(truth, Tri::Unknown(_)));
        for (side, truth) in two.iter().zip(truths) {
            if !is_open || matches!(truth, Tri::Unknown(_)) {
                self.condition(side, machine);
            }
        }
    }

    /// With a witness, the item and what made it one; without, the list and what its
    /// items were compared with.
    fn repeat(&mut self, node: &Node, body: &Loop, machine: &mut Machine<'_>) {
        let truth = machine.truth(node);
        let wanted = match (body.kind, &truth) {
            (LoopKind::Exists, Tri::True) | (LoopKind::ExistsOne, Tri::True | Tri::False) => {
                Some(Tri::True)
            }
            (LoopKind::All, Tri::False) => Some(Tri::False),
            _ => None,
        };
        let list = machine.eval(&body.list);
        let (Some(condition), Some(items)) = (&body.condition, items(&list)) else {
            return self.operand(&body.list, machine);
        };
        let mut witnesses = 0;
        for item in &items.items {
            let is_witness = match (machine.bound(item, |m| m.truth(condition)), &wanted) {
                (truth, Some(wanted)) => truth == *wanted,
                (Tri::Unknown(_), None) => matches!(truth, Tri::Unknown(_)),
                _ => false,
            };
            if is_witness {
                witnesses += 1;
                machine.bound(item, |m| self.condition(condition, m));
            }
            let most = if body.kind == LoopKind::ExistsOne {
                2
            } else {
                1
            };
            if witnesses == most {
                break;
            }
        }
        if witnesses == 0 {
            self.operand(&body.list, machine);
            self.outer_operands(condition, machine);
        }
    }

    /// What a loop's condition reads of the world outside of the loop.
    fn outer_operands(&mut self, node: &Node, machine: &mut Machine<'_>) {
        if is_path(node) && !node.reads_local() {
            return self.operand(node, machine);
        }
        for child in node.children() {
            self.outer_operands(child, machine);
        }
    }

    fn operand(&mut self, node: &Node, machine: &mut Machine<'_>) {
        match &node.kind {
            Kind::Const(_) => {}
            Kind::List(nodes) => nodes.iter().for_each(|node| self.operand(node, machine)),
            // The list says more than its size, or than what is left of it.
            Kind::Builtin(_, args) => args.iter().for_each(|arg| self.operand(arg, machine)),
            Kind::Loop(body) if matches!(body.kind, LoopKind::Filter | LoopKind::Map) => {
                self.operand(&body.list, machine);
                for part in [&body.condition, &body.result].into_iter().flatten() {
                    self.outer_operands(part, machine);
                }
                self.note(node, machine);
            }
            Kind::Arithmetic(_, two) => two.iter().for_each(|node| self.operand(node, machine)),
            _ => self.note(node, machine),
        }
    }

    fn note(&mut self, node: &Node, machine: &mut Machine<'_>) {
        let value = machine.eval(node);
        let text = node.span.of(self.source).to_owned();
        self.found.push((node.span, Decided { text, value }));
    }
}

fn is_path(node: &Node) -> bool {
    match &node.kind {
        Kind::Field(of, _) | Kind::ObjectField(of, _) | Kind::MapKey(of, _) => {
            matches!(of.kind, Kind::Global(_) | Kind::Local(_)) || is_path(of)
        }
        Kind::Call(..) => true,
        _ => false,
    }
}
