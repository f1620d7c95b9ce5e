//! Addresses of Terraform: `module.orders["eu"].aws_dynamodb_table.this[0]`.

use std::fmt;

use hcl_edit::expr::{Expression, TraversalOperator};

/// Calls within calls: more of them is no address.
const DEPTH: usize = 64;

/// A name, and which of several it is: `[0]`, `["eu"]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) index: Option<String>,
}

/// Calls of modules from the root on, and what they lead to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Address {
    pub(super) modules: Vec<Step>,
    /// Type and name of the resource; `None` for a module itself.
    pub(super) resource: Option<(String, Step)>,
}

impl Address {
    /// Reads what states and plans write; `None` for data sources and what is no address.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = split(text)?.into_iter().peekable();
        let mut modules = Vec::new();
        while parts
            .next_if(|it| it.index.is_none() && it.name == "module")
            .is_some()
        {
            modules.push(parts.next()?);
        }
        if modules.len() > DEPTH {
            return None;
        }
        let resource = match parts.next() {
            None => None,
            Some(kind) if kind.name == "data" || kind.index.is_some() => return None,
            Some(kind) => Some((kind.name, parts.next()?)),
        };
        let whole = parts.next().is_none() && (resource.is_some() || !modules.is_empty());
        whole.then_some(Self { modules, resource })
    }

    /// Reads the address that a `moved` block names.
    pub(super) fn of_expression(expression: &Expression) -> Option<Self> {
        let traversal = expression.as_traversal()?;
        let mut text = traversal.expr.as_variable()?.as_str().to_owned();
        for operator in &traversal.operators {
            match operator.value() {
                TraversalOperator::GetAttr(name) => text += &format!(".{}", name.as_str()),
                TraversalOperator::Index(Expression::String(key)) => {
                    text += &format!("[{}]", serde_json::Value::from(key.as_str()));
                }
                TraversalOperator::Index(Expression::Number(number)) => {
                    text += &format!("[{}]", number.value());
                }
                _ => return None,
            }
        }
        Self::parse(&text)
    }

    /// The same without telling instances of one block apart.
    pub(super) fn of_blocks(&self) -> Self {
        let bare = |step: &Step| Step {
            name: step.name.clone(),
            index: None,
        };
        let resource = self.resource.as_ref();
        Self {
            modules: self.modules.iter().map(bare).collect(),
            resource: resource.map(|(kind, step)| (kind.clone(), bare(step))),
        }
    }
}

/// The parts between the dots, each with its index.
fn split(text: &str) -> Option<Vec<Step>> {
    let mut parts = Vec::new();
    let mut rest = text;
    loop {
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        if name.is_empty() {
            return None;
        }
        rest = &rest[end..];
        let mut index = None;
        if let Some(inner) = rest.strip_prefix('[') {
            let end = closing(inner)?;
            index = Some(inner[..end].to_owned());
            rest = &inner[end + 1..];
        }
        parts.push(Step { name, index });
        if rest.is_empty() {
            return Some(parts);
        }
        rest = rest.strip_prefix('.')?;
    }
}

/// Where the bracket ends, quotes heeded.
fn closing(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ']' if !quoted => return Some(at),
            _ => {}
        }
    }
    None
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match &self.index {
            Some(index) => write!(f, "[{index}]"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = Vec::new();
        parts.extend(self.modules.iter().map(|it| format!("module.{it}")));
        parts.extend(
            self.resource
                .iter()
                .map(|(kind, it)| format!("{kind}.{it}")),
        );
        f.write_str(&parts.join("."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes() {
        for text in [
            "aws_vpc.main",
            "aws_vpc.main[0]",
            "module.a.module.b[\"eu.west]\\\"\"].aws_sqs_queue.q[\"x\"]",
            "module.a",
        ] {
            assert_eq!(Address::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "a",
            "data.aws_vpc.x",
            "module",
            "a.b.c",
            "a..b",
            "a.b[",
            "a.b[0]c",
            "module.a.data.x.y",
        ] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
        let blocks = Address::parse("module.a[0].x.y[\"k\"]")
            .unwrap()
            .of_blocks();
        assert_eq!(blocks.to_string(), "module.a.x.y");
    }

    #[test]
    fn reads_expressions() {
        let read = |text: &str| {
            let expression: Expression = text.parse().unwrap();
            Address::of_expression(&expression).map(|it| it.to_string())
        };
        assert_eq!(read("aws_a.b").as_deref(), Some("aws_a.b"));
        let deep = "module.a[\"k\"].aws_a.b[1]";
        assert_eq!(read(deep).as_deref(), Some(deep));
        assert_eq!(read("aws_a.b[var.x]"), None);
        assert_eq!(read("1 + 1"), None);
    }
}
