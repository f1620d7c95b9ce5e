//! The type checker: a syntax tree and a scope in, a resolved [`Node`] out. Every error
//! says where, what was meant perhaps, and what to write instead.

mod calls;
mod macros;
mod operators;
mod types;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ast::{Expr, ExprKind, Op, path};
use super::error::{ExprError, Span};
use super::guard::proves;
use super::node::{Kind, Node};
use super::schema::{Field, FieldIx, FunctionIx, ObjectTypeId, Scope, Type, TypeId};
use super::value::Value;

type Checked = Result<(Node, Type), ExprError>;

/// What an expression reads, for whoever must know what it depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reads {
    /// Positions of scope variables.
    pub variables: BTreeSet<usize>,
    /// Fields of objects, by the static type they were read through.
    pub object_fields: BTreeSet<(ObjectTypeId, FieldIx)>,
    pub struct_fields: BTreeSet<(TypeId, FieldIx)>,
    pub functions: BTreeSet<FunctionIx>,
}

pub(super) struct Checker<'s> {
    scope: &'s Scope<'s>,
    locals: Vec<(String, Type)>,
    /// Paths that guards have proved not to be null.
    proved: Vec<String>,
    pub(super) reads: Reads,
}

impl<'s> Checker<'s> {
    pub(super) fn new(scope: &'s Scope<'s>) -> Self {
        Self {
            scope,
            locals: vec![],
            proved: vec![],
            reads: Reads::default(),
        }
    }

    pub(super) fn check(&mut self, expr: &Expr) -> Checked {
        let (node, ty) = match &expr.kind {
            ExprKind::Null => constant(expr, Value::Null, Type::Null),
            ExprKind::Bool(b) => constant(expr, Value::Bool(*b), Type::Bool),
            ExprKind::Int(i) => constant(expr, Value::Int(*i), Type::Int),
            ExprKind::Double(d) => constant(expr, Value::Double(*d), Type::Double),
            ExprKind::String(s) => constant(expr, Value::string(s.as_str()), Type::STRING),
            ExprKind::Ident(name) => self.variable(name, expr.span)?,
            ExprKind::Select { of, field, name } => self.select(expr, of, field, *name)?,
            ExprKind::Index { of, index } => self.index(expr, of, index)?,
            ExprKind::Not(of) => {
                let of = self.condition(of)?;
                (node(expr, Kind::Not(Box::new(of))), Type::Bool)
            }
            ExprKind::Negate(of) => self.negate(expr, of)?,
            ExprKind::Binary { op, left, right } => self.binary(expr, *op, left, right)?,
            ExprKind::Conditional(parts) => self.conditional(expr, parts)?,
            ExprKind::Call { .. } => self.call(expr)?,
            ExprKind::List(items) => self.list(expr, items)?,
            ExprKind::Map(entries) => self.map(expr, entries)?,
        };
        let proved = ty.can_be_null() && path(expr).is_some_and(|path| self.proved.contains(&path));
        let ty = if proved { ty.non_null().clone() } else { ty };
        Ok((node, ty))
    }

    /// Checks a value that is itself compared with null: as it was declared, whatever
    /// guards stand before it.
    fn check_unguarded(&mut self, expr: &Expr) -> Checked {
        if path(expr).is_none() {
            return self.check(expr);
        }
        let proved = std::mem::take(&mut self.proved);
        let checked = self.check(expr);
        self.proved = proved;
        checked
    }

    /// Checks an expression that must be true or false.
    pub(super) fn condition(&mut self, expr: &Expr) -> Result<Node, ExprError> {
        let (node, ty) = self.check(expr)?;
        match ty {
            Type::Bool | Type::Any => Ok(node),
            Type::Nullable(of) if *of == Type::Bool => {
                let error =
                    ExprError::new(expr.span, "this may be null where true or false is needed");
                Err(error.help("compare it: `== true`, or guard it with `!= null`"))
            }
            other => {
                let found = self.scope.schema.display(&other);
                let message = format!("expected true or false, found {found}");
                Err(ExprError::new(expr.span, message))
            }
        }
    }

    /// Checks under the knowledge that `condition` was `outcome`.
    fn given<T>(
        &mut self,
        condition: &Expr,
        outcome: bool,
        check: impl FnOnce(&mut Self) -> Result<T, ExprError>,
    ) -> Result<T, ExprError> {
        let before = self.proved.len();
        self.proved.extend(proves(condition, outcome));
        let checked = check(self);
        self.proved.truncate(before);
        checked
    }

    fn variable(&mut self, name: &str, span: Span) -> Checked {
        if let Some(slot) = self.locals.iter().rposition(|(local, _)| local == name) {
            return Ok((
                Node {
                    kind: Kind::Local(slot),
                    span,
                },
                self.locals[slot].1.clone(),
            ));
        }
        let variables = &self.scope.variables;
        if let Some(slot) = variables.iter().position(|(variable, _)| variable == name) {
            self.reads.variables.insert(slot);
            return Ok((
                Node {
                    kind: Kind::Global(slot),
                    span,
                },
                variables[slot].1.clone(),
            ));
        }
        let names = self
            .locals
            .iter()
            .chain(variables)
            .map(|(name, _)| name.as_str());
        let error = ExprError::new(span, format!("unknown variable `{name}`"));
        let near = error.clone().near(name, names.clone());
        if near != error {
            return Err(near);
        }
        let all: Vec<&str> = names.collect();
        Err(error.help(format!("there are: {}", all.join(", "))))
    }

    fn select(&mut self, expr: &Expr, of: &Expr, field: &str, name: Span) -> Checked {
        let (base, base_ty) = self.check(of)?;
        let base = Box::new(base);
        let schema = self.scope.schema;
        let (kind, ty) = match base_ty.non_null() {
            Type::Struct(id) => {
                let ty = schema.structure(*id);
                let (ix, found) = find(&ty.fields, &ty.name, field, name)?;
                self.reads.struct_fields.insert((*id, ix));
                (Kind::Field(base, ix), found)
            }
            Type::Object(id) => {
                let ty = schema.object(*id);
                let (ix, found) = find(&ty.fields, &ty.name, field, name)?;
                self.reads.object_fields.insert((*id, ix));
                (Kind::ObjectField(base, ix), found)
            }
            Type::Map(value) => (
                Kind::MapKey(base, Arc::from(field)),
                (**value).clone().nullable(),
            ),
            Type::List(_) => {
                let error = ExprError::new(name, format!("a list has no field `{field}`"));
                return Err(
                    error.help("ask its items: `.exists(x, …)`, `.all(x, …)`, `.map(x, …)`")
                );
            }
            other => {
                let message = format!("{} has no field `{field}`", schema.display(other));
                return Err(ExprError::new(name, message));
            }
        };
        let ty = if base_ty.can_be_null() {
            ty.nullable()
        } else {
            ty
        };
        Ok((node(expr, kind), ty))
    }

    fn index(&mut self, expr: &Expr, of: &Expr, index: &Expr) -> Checked {
        let (base, base_ty) = self.check(of)?;
        let (key, key_ty) = self.check(index)?;
        types::not_null(&base_ty, of, "indexing")?;
        types::not_null(&key_ty, index, "indexing")?;
        let ty = match (&base_ty, &key_ty) {
            (Type::List(item), Type::Int | Type::Any) => (**item).clone().nullable(),
            (Type::Map(value), Type::String { .. } | Type::Any) => (**value).clone().nullable(),
            (Type::Any, _) => Type::Any,
            (Type::List(_), _) => return Err(self.mismatch(index, "int", &key_ty)),
            (Type::Map(_), _) => return Err(self.mismatch(index, "string", &key_ty)),
            _ => return Err(self.mismatch(of, "list or map", &base_ty)),
        };
        Ok((node(expr, Kind::Index(Box::new(base), Box::new(key))), ty))
    }

    fn conditional(&mut self, expr: &Expr, parts: &[Expr; 3]) -> Checked {
        let [condition, yes, no] = parts;
        let test = self.condition(condition)?;
        let (yes_node, yes_ty) = self.given(condition, true, |c| c.check(yes))?;
        let (no_node, no_ty) = self.given(condition, false, |c| c.check(no))?;
        let Some(ty) = self.unify(&yes_ty, &no_ty) else {
            let schema = self.scope.schema;
            let (a, b) = (schema.display(&yes_ty), schema.display(&no_ty));
            let message = format!("both branches must have one type, found {a} and {b}");
            return Err(ExprError::new(expr.span, message));
        };
        Ok((
            node(expr, Kind::Conditional(Box::new([test, yes_node, no_node]))),
            ty,
        ))
    }

    fn list(&mut self, expr: &Expr, items: &[Expr]) -> Checked {
        let mut of = Type::Any;
        let mut nodes = Vec::with_capacity(items.len());
        for item in items {
            let (node, ty) = self.check(item)?;
            let Some(unified) = self.unify(&of, &ty) else {
                let expected = self.scope.schema.display(&of).to_string();
                return Err(self.mismatch(item, &expected, &ty));
            };
            of = unified;
            nodes.push(node);
        }
        let constants = nodes.iter().map(|node| match &node.kind {
            Kind::Const(value) => Some(value.clone()),
            _ => None,
        });
        let kind = match constants.collect() {
            Some(values) => Kind::Const(Value::list(values)),
            None => Kind::List(nodes),
        };
        Ok((node(expr, kind), Type::list(of)))
    }

    fn map(&mut self, expr: &Expr, entries: &[(Expr, Expr)]) -> Checked {
        let mut of = Type::Any;
        let mut nodes = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            let (key_node, key_ty) = self.check(key)?;
            if !key_ty.is_string() {
                return Err(self.mismatch(key, "string", &key_ty));
            }
            let (node, ty) = self.check(value)?;
            let Some(unified) = self.unify(&of, &ty) else {
                let expected = self.scope.schema.display(&of).to_string();
                return Err(self.mismatch(value, &expected, &ty));
            };
            of = unified;
            nodes.push((key_node, node));
        }
        Ok((node(expr, Kind::Map(nodes)), Type::map(of)))
    }

    fn negate(&mut self, expr: &Expr, of: &Expr) -> Checked {
        let (of_node, ty) = self.check(of)?;
        types::not_null(&ty, of, Op::Subtract.symbol())?;
        match ty {
            Type::Int | Type::Double | Type::Any => {
                Ok((node(expr, Kind::Negate(Box::new(of_node))), ty))
            }
            other => Err(self.mismatch(of, "number", &other)),
        }
    }
}

fn node(expr: &Expr, kind: Kind) -> Node {
    Node {
        kind,
        span: expr.span,
    }
}

fn constant(expr: &Expr, value: Value, ty: Type) -> (Node, Type) {
    (node(expr, Kind::Const(value)), ty)
}

fn find(
    fields: &[Field],
    owner: &str,
    name: &str,
    span: Span,
) -> Result<(FieldIx, Type), ExprError> {
    let found = fields.iter().position(|field| field.name == name);
    let resolved = found.and_then(|ix| {
        let position = u16::try_from(ix).ok()?;
        Some((FieldIx(position), fields[ix].ty.clone()))
    });
    resolved.ok_or_else(|| {
        let error = ExprError::new(span, format!("{owner} has no field `{name}`"));
        error.near(name, fields.iter().map(|field| field.name.as_str()))
    })
}
