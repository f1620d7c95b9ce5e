//! Types of calls: the builtin functions, and those of the schema.

use super::types::{known, not_null};
use super::{Checked, Checker, node};
use crate::rule::expr::ast::{Expr, ExprKind};
use crate::rule::expr::error::{ExprError, Span};
use crate::rule::expr::node::{Builtin, Kind, LoopKind};
use crate::rule::expr::schema::{Function, FunctionIx, Type};

/// The parts of a call, borrowed from its node.
pub(super) struct Call<'a> {
    pub(super) expr: &'a Expr,
    pub(super) name: &'a str,
    pub(super) name_span: Span,
    pub(super) receiver: Option<&'a Expr>,
    pub(super) args: &'a [Expr],
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

    fn function(&mut self, call: &Call) -> Checked {
        // A name that nothing has is said before what is wrong with its arguments: those
        // of a mistyped loop would be blamed for their unknown variable.
        if !self.function_names().contains(&call.name) {
            let receiver = call.receiver.map(|of| self.check(of)).transpose()?;
            return Err(self.unknown_function(call, receiver.as_ref().map(|(_, ty)| ty)));
        }
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
            B::Sum => match items(0)? {
                Type::Int | Type::Any => Type::Int,
                _ => return Err(self.mismatch(exprs[0], "list of int", &types[0])),
            },
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

    /// Every name that can be called.
    fn function_names(&self) -> Vec<&'s str> {
        let declared = self.scope.schema.functions();
        let declared = declared.map(|(_, function)| function.name.as_str());
        let builtin = Builtin::ALL.iter().map(|(name, _)| *name);
        let loops = LoopKind::ALL.iter().map(|(name, _)| *name);
        declared
            .chain(builtin)
            .chain(loops)
            .chain(["has", "matches"])
            .collect()
    }

    fn unknown_function(&self, call: &Call, receiver: Option<&Type>) -> ExprError {
        let is_method = call.receiver.is_some();
        let of = match receiver {
            Some(ty) if is_method => format!(" for {}", self.scope.schema.display(ty)),
            _ => String::new(),
        };
        let what = if is_method { "method" } else { "function" };
        let error = ExprError::new(call.name_span, format!("no {what} `{}`{of}", call.name));
        let names = self.function_names();
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
