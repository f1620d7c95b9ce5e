//! Text to syntax tree. The only file that knows the `cel` crate, which is 0.x and
//! changes; it parses, and nothing else of it is used.

use cel::Env;
use cel::IdedExpr;
use cel::common::ast::{CallExpr, EntryExpr, Expr as Cel, LiteralValue, SourceInfo, operators};
use cel::parser::ParseErrors;

use super::ast::{Expr, ExprKind, Op};
use super::error::{ExprError, Span};
use super::scan::{Brackets, scan};

/// Deepest syntax tree; checking and evaluating recurse as deep.
const MAX_DEPTH: usize = 64;
/// Stack of the parser's own thread: reserved, not used unless needed.
const STACK: usize = 64 << 20;
/// Brackets nested this deep fit the stack of any caller's thread.
const SHALLOW: usize = 4;

/// Parses one expression. Macros stay calls.
pub(super) fn parse(source: &str) -> Result<Expr, ExprError> {
    let brackets = scan(source)?;
    if brackets.depth() <= SHALLOW {
        return parse_scanned(source, brackets);
    }
    // The parser spends some 100 KB of stack on each level of brackets: more than the
    // thread of a caller may have left for what the scan lets through.
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let parsing = thread.spawn_scoped(scope, || parse_scanned(source, brackets));
        let failed = |why: &str| ExprError::new(0..source.len(), format!("cannot parse: {why}"));
        match parsing.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(parsed)) => parsed,
            Ok(Err(_)) => Err(failed("the parser gave up")),
            Err(error) => Err(failed(&error.to_string())),
        }
    })
}

fn parse_scanned(source: &str, brackets: Brackets) -> Result<Expr, ExprError> {
    // An environment without a standard library has no macros to expand.
    let parser = Env::default().with_optional_support(false).parser();
    let parsed = parser.parse_with_source_info(source);
    let (tree, info) = parsed.map_err(|errors| syntax_error(source, &errors))?;
    Converter {
        source,
        info,
        brackets,
    }
    .expr(tree, 0)
}

fn syntax_error(source: &str, errors: &ParseErrors) -> ExprError {
    let Some(first) = errors.errors.first() else {
        return ExprError::new(0..source.len(), "syntax error");
    };
    let start = offset(source, first.pos.0, first.pos.1);
    let end = source[start..]
        .chars()
        .next()
        .map_or(start, |c| start + c.len_utf8());
    let message = first.msg.split(" expecting {").next().unwrap_or_default();
    let message = message.strip_prefix("Syntax error: ").unwrap_or(message);
    let message = message.replace("'<EOF>'", "end of the expression");
    ExprError::new(start..end, format!("syntax error: {message}"))
}

/// The byte offset of a line and column, both from one, columns in characters.
fn offset(source: &str, line: isize, column: isize) -> usize {
    let line = usize::try_from(line - 1).unwrap_or(0);
    let column = usize::try_from(column - 1).unwrap_or(0);
    let before: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = &source[before..];
    before
        + rest
            .char_indices()
            .nth(column)
            .map_or(rest.len(), |(at, _)| at)
}

struct Converter<'a> {
    source: &'a str,
    info: SourceInfo,
    brackets: Brackets,
}

impl Converter<'_> {
    fn expr(&self, node: IdedExpr, depth: usize) -> Result<Expr, ExprError> {
        let token = self.token(node.id);
        if depth > MAX_DEPTH {
            let message = format!("the expression is nested more than {MAX_DEPTH} deep");
            return Err(ExprError::new(token, message));
        }
        match node.expr {
            Cel::Ident(name) => {
                let name = name.trim_start_matches('.').to_owned();
                Ok(Expr {
                    kind: ExprKind::Ident(name),
                    span: token,
                })
            }
            Cel::Literal(literal) => self.literal(literal, token),
            Cel::Select(select) => {
                let of = self.expr(*select.operand, depth + 1)?;
                let name = self.name_after(token.range().end, &select.field);
                let span = self.around(&[of.span, token, name]);
                let kind = ExprKind::Select {
                    of: Box::new(of),
                    field: select.field,
                    name,
                };
                Ok(Expr { kind, span })
            }
            Cel::List(list) => {
                let items = self.all(list.elements, depth)?;
                Ok(Expr {
                    span: self.enclosing(token, &items),
                    kind: ExprKind::List(items),
                })
            }
            Cel::Map(map) => {
                let mut entries = Vec::with_capacity(map.entries.len());
                for entry in map.entries {
                    let EntryExpr::MapEntry(entry) = entry.expr else {
                        return Err(ExprError::new(token, "a map needs `key: value` entries"));
                    };
                    let key = self.expr(entry.key, depth + 1)?;
                    entries.push((key, self.expr(entry.value, depth + 1)?));
                }
                Ok(Expr {
                    span: self.enclosing(token, &[]),
                    kind: ExprKind::Map(entries),
                })
            }
            Cel::Call(call) => self.call(call, token, depth),
            Cel::Struct(_) => Err(ExprError::new(token, "structs cannot be made in rules")),
            Cel::Comprehension(_) | Cel::Unspecified => {
                Err(ExprError::new(token, "syntax error: incomplete expression"))
            }
        }
    }

    fn literal(&self, literal: LiteralValue, token: Span) -> Result<Expr, ExprError> {
        let mut span = token;
        let kind = match literal {
            LiteralValue::Null => ExprKind::Null,
            LiteralValue::Boolean(b) => ExprKind::Bool(*b.inner()),
            LiteralValue::Int(i) => {
                span = self.with_sign(token, *i.inner() < 0);
                ExprKind::Int(*i.inner())
            }
            LiteralValue::Double(d) => {
                span = self.with_sign(token, *d.inner() < 0.0);
                ExprKind::Double(*d.inner())
            }
            LiteralValue::String(s) => ExprKind::String(s.inner().to_owned()),
            LiteralValue::UInt(_) => {
                let error = ExprError::new(token, "unsigned integers are not supported");
                return Err(error.help("write the number without `u`"));
            }
            LiteralValue::Bytes(_) => {
                return Err(ExprError::new(token, "byte strings are not supported"));
            }
        };
        Ok(Expr { kind, span })
    }

    fn call(&self, call: CallExpr, token: Span, depth: usize) -> Result<Expr, ExprError> {
        let receiver = match call.target {
            Some(target) => Some(Box::new(self.expr(*target, depth + 1)?)),
            None => None,
        };
        let mut args = self.all(call.args, depth)?;
        let name = call.func_name.trim_start_matches('.').to_owned();
        let operator = name.starts_with(['_', '!', '-', '@']) && receiver.is_none();
        if operator && self.operator_token(token) {
            let spans: Vec<Span> = args.iter().map(|arg| arg.span).chain([token]).collect();
            let span = self.around(&spans);
            return match operation(&name, &mut args) {
                Some(kind) => Ok(Expr { kind, span }),
                None => Err(ExprError::new(token, "this operator is not supported")),
            };
        }
        let name_span = self.name_before(token.range().start, &name);
        let mut spans = vec![token, name_span];
        spans.extend(receiver.iter().map(|receiver| receiver.span));
        spans.extend(args.iter().map(|arg| arg.span));
        let span = self.around(&spans);
        Ok(Expr {
            kind: ExprKind::Call {
                name,
                name_span,
                receiver,
                args,
            },
            span,
        })
    }

    /// Whether a node's token is an operator, not the bracket of a call: a function may
    /// be named `_`.
    fn operator_token(&self, token: Span) -> bool {
        !token.of(self.source).starts_with('(')
    }

    fn all(&self, nodes: Vec<IdedExpr>, depth: usize) -> Result<Vec<Expr>, ExprError> {
        nodes
            .into_iter()
            .map(|node| self.expr(node, depth + 1))
            .collect()
    }

    /// The text of the one token that the parser notes for a node.
    fn token(&self, id: u64) -> Span {
        let (start, stop) = self.info.offset_for(id).unwrap_or_default();
        let start = (start as usize).min(self.source.len());
        let mut end = (stop as usize)
            .saturating_add(1)
            .clamp(start, self.source.len());
        while !self.source.is_char_boundary(end) {
            end += 1;
        }
        Span::new(start, end)
    }

    fn around(&self, spans: &[Span]) -> Span {
        let start = spans
            .iter()
            .map(|span| span.range().start)
            .min()
            .unwrap_or(0);
        let end = spans.iter().map(|span| span.range().end).max().unwrap_or(0);
        let (start, end) = self.brackets.widen(start, end);
        Span::new(start, end)
    }

    fn enclosing(&self, token: Span, items: &[Expr]) -> Span {
        let mut spans = vec![token];
        spans.extend(items.iter().map(|item| item.span));
        self.around(&spans)
    }

    fn with_sign(&self, token: Span, negative: bool) -> Span {
        let before = self.source[..token.range().start].trim_end();
        match before.strip_suffix('-') {
            Some(rest) if negative => Span::new(rest.len(), token.range().end),
            _ => token,
        }
    }

    fn name_after(&self, from: usize, name: &str) -> Span {
        let rest = &self.source[from..];
        let start = from + (rest.len() - rest.trim_start().len());
        let end = start + name.len();
        if self.source.get(start..end) == Some(name) {
            Span::new(start, end)
        } else {
            Span::new(from, from)
        }
    }

    fn name_before(&self, until: usize, name: &str) -> Span {
        let before = self.source[..until].trim_end();
        if before.ends_with(name) {
            Span::new(before.len() - name.len(), before.len())
        } else {
            Span::new(until, until)
        }
    }
}

/// The node of an operator call, or `None` for an operator that rules do not have.
fn operation(name: &str, args: &mut Vec<Expr>) -> Option<ExprKind> {
    let op = match name {
        operators::LOGICAL_AND => Op::And,
        operators::LOGICAL_OR => Op::Or,
        operators::EQUALS => Op::Equal,
        operators::NOT_EQUALS => Op::NotEqual,
        operators::LESS => Op::Less,
        operators::LESS_EQUALS => Op::LessEqual,
        operators::GREATER => Op::Greater,
        operators::GREATER_EQUALS => Op::GreaterEqual,
        operators::IN => Op::In,
        operators::ADD => Op::Add,
        operators::SUBSTRACT => Op::Subtract,
        operators::MULTIPLY => Op::Multiply,
        operators::DIVIDE => Op::Divide,
        operators::MODULO => Op::Remainder,
        operators::CONDITIONAL => {
            let parts: [Expr; 3] = std::mem::take(args).try_into().ok()?;
            return Some(ExprKind::Conditional(Box::new(parts)));
        }
        operators::LOGICAL_NOT => return Some(ExprKind::Not(Box::new(args.pop()?))),
        operators::NEGATE => return Some(ExprKind::Negate(Box::new(args.pop()?))),
        operators::INDEX => {
            let index = Box::new(args.pop()?);
            return Some(ExprKind::Index {
                of: Box::new(args.pop()?),
                index,
            });
        }
        _ => return None,
    };
    let right = Box::new(args.pop()?);
    let left = Box::new(args.pop()?);
    Some(ExprKind::Binary { op, left, right })
}
