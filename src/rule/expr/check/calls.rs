//! Types of calls: the macros, the builtin functions, and those of the schema.

use regex::RegexBuilder;

use super::types::{known, not_null};
use super::{Checked, Checker, node};
use crate::rule::expr::ast::{Expr, ExprKind};
use crate::rule::expr::error::{ExprError, Span};
use crate::rule::expr::node::{Builtin, Kind, Loop, LoopKind, Node};
use crate::rule::expr::schema::{Function, FunctionIx, Type};

/// Compiled size of one pattern, in bytes.
const REGEX_LIMIT: usize = 256 * 1024;

/// The parts of a call, borrowed from its node.
struct Call<'a> {
    expr: &'a Expr,
    name: &'a str,
    name_span: Span,
    receiver: Option<&'a Expr>,
    args: &'a [Expr],
}

impl<'s> Checker<'s> {
    pub(super) fn call(&mut self, expr: &Expr) -> Checked {
        let ExprKind::Call {
            name,
            name_span,
            receiver,
            args,
        } = &expr.kind
        else {
            return Err(ExprError::new(expr.span, "not a call"));
        };
        let receiver = receiver.as_deref();
        let call = Call {
            expr,
            name,
            name_span: *name_span,
            receiver,
            args,
        };
        match (call.receiver, call.name) {
            (None, "has") => self.has(&call),
            (Some(list), name) => {
                if let Some(kind) = LoopKind::named(name) {
                    return self.repeat(&call, kind, list);
                }
                if name == "matches" {
                    return self.matches(&call);
                }
                self.function(&call)
            }
            _ => self.function(&call),
        }
    }

    fn has(&mut self, call: &Call) -> Checked {
        let [
            arg @ Expr {
                kind: ExprKind::Select { .. },
                ..
            },
        ] = call.args
        else {
            let error = ExprError::new(call.expr.span, "has() takes one field: `has(x.y)`");
            return Err(error);
        };
        let (of, ty) = self.check_unguarded(arg)?;
        if !ty.can_be_null() {
            let found = self.scope.schema.display(&ty);
            let error = ExprError::new(arg.span, format!("this is always there: it is {found}"));
            return Err(error.help("compare it, or ask for its `.size()`"));
        }
        Ok((node(call.expr, Kind::Present(Box::new(of))), Type::Bool))
    }

    /// `exists`, `exists_one`, `all`, `filter` and `map`.
    fn repeat(&mut self, call: &Call, kind: LoopKind, list: &Expr) -> Checked {
        let (list_node, list_ty) = self.check(list)?;
        not_null(&list_ty, list, call.name)?;
        let item = match &list_ty {
            Type::List(item) => (**item).clone(),
            Type::Map(_) => Type::STRING,
            Type::Any => Type::Any,
            other => return Err(self.mismatch(list, "list or map", other)),
        };
        let (variable, condition, result) = match (kind, call.args) {
            (LoopKind::Map, [variable, result]) => (variable, None, Some(result)),
            (LoopKind::Map, [variable, condition, result]) => {
                (variable, Some(condition), Some(result))
            }
            (_, [variable, condition]) if kind != LoopKind::Map => {
                (variable, Some(condition), None)
            }
            _ => {
                let message = format!("{}() takes a variable and an expression", call.name);
                let error = ExprError::new(call.expr.span, message);
                return Err(error.help(format!("write `.{}(x, …)`", call.name)));
            }
        };
        let ExprKind::Ident(name) = &variable.kind else {
            let message = format!("the first argument of {}() names the item", call.name);
            return Err(ExprError::new(variable.span, message));
        };
        let taken = self
            .locals
            .iter()
            .chain(&self.scope.variables)
            .any(|(other, _)| other == name);
        if taken {
            let message = format!("`{name}` is already a variable here");
            return Err(ExprError::new(variable.span, message).help("choose another name"));
        }
        self.locals.push((name.clone(), item.clone()));
        let body = self.body(condition, result);
        self.locals.pop();
        let (condition, result) = body?;
        let ty = match (kind, &result) {
            (LoopKind::Filter, _) => Type::list(item),
            (LoopKind::Map, Some((_, ty))) => Type::list(ty.clone()),
            _ => Type::Bool,
        };
        let result = result.map(|(node, _)| node);
        let body = Loop {
            kind,
            list: list_node,
            condition,
            result,
        };
        Ok((node(call.expr, Kind::Loop(Box::new(body))), ty))
    }

    #[expect(
        clippy::type_complexity,
        reason = "a pair of optional parts, taken apart at once"
    )]
    fn body(
        &mut self,
        condition: Option<&Expr>,
        result: Option<&Expr>,
    ) -> Result<(Option<Node>, Option<(Node, Type)>), ExprError> {
        let test = condition
            .map(|condition| self.condition(condition))
            .transpose()?;
        let result = match (condition, result) {
            (Some(condition), Some(result)) => {
                Some(self.given(condition, true, |c| c.check(result))?)
            }
            (None, Some(result)) => Some(self.check(result)?),
            (_, None) => None,
        };
        Ok((test, result))
    }

    fn matches(&mut self, call: &Call) -> Checked {
        let (Some(text), [pattern]) = (call.receiver, call.args) else {
            return Err(ExprError::new(
                call.expr.span,
                "matches() takes one pattern",
            ));
        };
        let (text_node, ty) = self.check(text)?;
        not_null(&ty, text, "matches")?;
        if !ty.is_string() {
            return Err(self.mismatch(text, "string", &ty));
        }
        let ExprKind::String(source) = &pattern.kind else {
            let error = ExprError::new(pattern.span, "the pattern must be written out as a string");
            return Err(error.help("use contains(), startsWith() or endsWith() for computed text"));
        };
        let limited = RegexBuilder::new(source)
            .size_limit(REGEX_LIMIT)
            .nest_limit(64)
            .build();
        let regex = limited.map_err(|error| {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            let cause = last.strip_prefix("error: ").unwrap_or(last);
            ExprError::new(
                pattern.span,
                format!("this is no regular expression: {cause}"),
            )
        })?;
        let kind = Kind::Matches(Box::new(text_node), Box::new(regex));
        Ok((node(call.expr, kind), Type::Bool))
    }

    fn function(&mut self, call: &Call) -> Checked {
        let mut nodes = vec![];
        let mut types = vec![];
        for expr in call.receiver.into_iter().chain(call.args) {
            let (node, ty) = self.check(expr)?;
            nodes.push(node);
            types.push(ty);
        }
        let exprs: Vec<&Expr> = call.receiver.into_iter().chain(call.args).collect();
        if let Some((ix, function)) = self.declared(call, types.first()) {
            self.arguments(call, function, &exprs, &types)?;
            self.reads.functions.insert(ix);
            return Ok((
                node(call.expr, Kind::Call(ix, nodes)),
                function.returns.clone(),
            ));
        }
        let conversion = ["string", "int", "double"].contains(&call.name);
        let builtin = match Builtin::named(call.name) {
            Some(Builtin::Size) => Some(Builtin::Size),
            found => found.filter(|_| conversion == call.receiver.is_none()),
        };
        let Some(builtin) = builtin else {
            return Err(self.unknown_function(call, types.first()));
        };
        for (expr, ty) in exprs.iter().zip(&types) {
            not_null(ty, expr, call.name)?;
        }
        let ty = self.builtin(call, builtin, &exprs, &types)?;
        Ok((node(call.expr, Kind::Builtin(builtin, nodes)), ty))
    }

    /// The function of the schema that this call means.
    fn declared(&self, call: &Call, first: Option<&Type>) -> Option<(FunctionIx, &'s Function)> {
        let schema = self.scope.schema;
        let fits = |function: &Function| match (&function.receiver, call.receiver) {
            (Some(receiver), Some(_)) => {
                first.is_some_and(|ty| self.fits(ty.non_null(), receiver.non_null()))
            }
            (None, None) => true,
            _ => false,
        };
        schema
            .functions()
            .find(|(_, function)| function.name == call.name && fits(function))
    }

    fn arguments(
        &self,
        call: &Call,
        function: &Function,
        exprs: &[&Expr],
        types: &[Type],
    ) -> Result<(), ExprError> {
        let wanted: Vec<&Type> = function
            .receiver
            .iter()
            .chain(&function.parameters)
            .collect();
        if wanted.len() != types.len() {
            return Err(arity(call, &[function.parameters.len()]));
        }
        for ((expr, found), wanted) in exprs.iter().zip(types).zip(wanted) {
            if self.fits(found, wanted) {
                known(wanted, expr)?;
                continue;
            }
            if self.fits(found.non_null(), wanted) {
                not_null(found, expr, call.name)?;
            }
            let wanted = self.scope.schema.display(wanted).to_string();
            return Err(self.mismatch(expr, &wanted, found));
        }
        Ok(())
    }

    fn builtin(
        &self,
        call: &Call,
        builtin: Builtin,
        exprs: &[&Expr],
        types: &[Type],
    ) -> Result<Type, ExprError> {
        use Builtin as B;
        let text = |ix: usize| match types.get(ix) {
            Some(ty) if ty.is_string() => Ok(()),
            Some(ty) => Err(self.mismatch(exprs[ix], "string", ty)),
            None => Err(arity(call, &[ix])),
        };
        let items = |ix: usize| match types.get(ix) {
            Some(Type::List(item)) => Ok((**item).clone()),
            Some(Type::Any) => Ok(Type::Any),
            Some(ty) => Err(self.mismatch(exprs[ix], "list", ty)),
            None => Err(arity(call, &[ix])),
        };
        let wanted: &[usize] = match builtin {
            B::Join => &[1, 2],
            B::Replace => &[3],
            B::Contains
            | B::StartsWith
            | B::EndsWith
            | B::ContainsAll
            | B::Intersects
            | B::Split => &[2],
            _ => &[1],
        };
        if !wanted.contains(&types.len()) {
            let own = usize::from(call.receiver.is_some());
            let shown: Vec<usize> = wanted
                .iter()
                .map(|count| count.saturating_sub(own))
                .collect();
            return Err(arity(call, &shown));
        }
        Ok(match builtin {
            B::Size => match &types[0] {
                Type::String { .. } | Type::List(_) | Type::Map(_) | Type::Any => Type::Int,
                other => return Err(self.mismatch(exprs[0], "string, list or map", other)),
            },
            B::Contains if matches!(types[0], Type::List(_)) => {
                let error = ExprError::new(call.name_span, "contains() is for strings");
                return Err(error.help("write `item in list`"));
            }
            B::Contains | B::StartsWith | B::EndsWith => {
                text(0)?;
                text(1)?;
                Type::Bool
            }
            B::ToString | B::ToInt | B::ToDouble => {
                return self.conversion(builtin, exprs[0], &types[0]);
            }
            B::Distinct => Type::list(items(0)?),
            B::First => items(0)?.nullable(),
            B::Sort => match items(0)? {
                item @ (Type::Int | Type::Double | Type::String { .. } | Type::Any) => {
                    Type::list(item)
                }
                _ => return Err(self.mismatch(exprs[0], "list of numbers or strings", &types[0])),
            },
            B::Join => {
                if !items(0)?.is_string() {
                    return Err(self.mismatch(exprs[0], "list of string", &types[0]));
                }
                if types.len() == 2 {
                    text(1)?;
                }
                Type::STRING
            }
            B::ContainsAll | B::Intersects => {
                let (a, b) = (items(0)?, items(1)?);
                if self.unify(&a, &b).is_none() {
                    let wanted = self.scope.schema.display(&types[0]).to_string();
                    return Err(self.mismatch(exprs[1], &wanted, &types[1]));
                }
                Type::Bool
            }
            B::LowerAscii | B::UpperAscii | B::Replace | B::Split => {
                (0..types.len()).try_for_each(text)?;
                if builtin == B::Split {
                    Type::list(Type::STRING)
                } else {
                    Type::STRING
                }
            }
        })
    }

    fn conversion(&self, to: Builtin, expr: &Expr, from: &Type) -> Result<Type, ExprError> {
        let (ty, ok) = match (to, from) {
            (Builtin::ToString, Type::Bool) => (Type::STRING, true),
            (Builtin::ToString, _) => (Type::STRING, false),
            (Builtin::ToInt, Type::Int) => (Type::Int, true),
            // Text may hold no number, and a double may be too large: null then.
            (Builtin::ToInt, _) => (Type::Int.nullable(), false),
            (_, Type::String { .. } | Type::Any) => (Type::Double.nullable(), true),
            _ => (Type::Double, false),
        };
        let scalar = matches!(
            from,
            Type::Int | Type::Double | Type::String { .. } | Type::Any
        );
        if ok || scalar {
            Ok(ty)
        } else {
            Err(self.mismatch(expr, "number or string", from))
        }
    }

    fn unknown_function(&self, call: &Call, receiver: Option<&Type>) -> ExprError {
        let is_method = call.receiver.is_some();
        let of = match receiver {
            Some(ty) if is_method => format!(" for {}", self.scope.schema.display(ty)),
            _ => String::new(),
        };
        let what = if is_method { "method" } else { "function" };
        let error = ExprError::new(call.name_span, format!("no {what} `{}`{of}", call.name));
        let declared = self
            .scope
            .schema
            .functions()
            .map(|(_, function)| function.name.as_str());
        let builtin = Builtin::ALL.iter().map(|(name, _)| *name);
        let loops = LoopKind::ALL.iter().map(|(name, _)| *name);
        let names: Vec<&str> = declared
            .chain(builtin)
            .chain(loops)
            .chain(["has", "matches"])
            .collect();
        if names.contains(&call.name) {
            return error.help(format!("`{}` exists, but not in this form", call.name));
        }
        error.near(call.name, names)
    }
}

fn arity(call: &Call, wanted: &[usize]) -> ExprError {
    let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
    let (name, found) = (call.name, call.args.len());
    let wanted = wanted.join(" or ");
    ExprError::new(
        call.expr.span,
        format!("{name}() takes {wanted} arguments, found {found}"),
    )
}
