//! From a byte in an expression to line and column in the rule file that holds it.

use std::ops::Range;
use std::path::Path;

use serde_saphyr::Spanned;

use super::expr::ExprError;
use crate::located::Located;

/// Line and column, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    line: u64,
    column: u64,
}

/// The expression's error at its place in the file.
pub(super) fn located(
    path: &Path,
    text: &str,
    expression: &Spanned<String>,
    error: &ExprError,
) -> Located {
    let start = Place {
        line: expression.referenced.line(),
        column: expression.referenced.column(),
    };
    let place = place_of(text, start, &expression.value, &error.span);
    let mut located = Located::file(path, error.message.clone());
    (located.line, located.column) = (place.line, place.column);
    located.help.clone_from(&error.help);
    located
}

/// YAML folds, quotes and indents, so the expression is found again line by line: the line of the
/// expression that holds the error is looked for in the file, from where the value begins.
fn place_of(text: &str, start: Place, expression: &str, span: &Range<usize>) -> Place {
    let at = (0..=span.start.min(expression.len()))
        .rev()
        .find(|at| expression.is_char_boundary(*at))
        .unwrap_or(0);
    let line_start = expression[..at]
        .rfind('\n')
        .map_or(0, |newline| newline + 1);
    let line = expression[line_start..].lines().next().unwrap_or_default();
    let before = expression[line_start..at].chars().count();
    let first = usize::try_from(start.line.saturating_sub(1)).unwrap_or(usize::MAX);
    let mut from = usize::try_from(start.column.saturating_sub(1)).unwrap_or(usize::MAX);
    for (number, candidate) in text.lines().enumerate().skip(first).take(200) {
        let skipped: usize = candidate.chars().take(from).map(char::len_utf8).sum();
        if let Some(found) = find(&candidate[skipped..], line, at - line_start) {
            let column = candidate[..skipped + found].chars().count();
            return Place {
                line: number as u64 + 1,
                column: column as u64 + 1,
            };
        }
        from = 0;
    }
    Place {
        line: start.line,
        column: start.column + before as u64,
    }
}

/// Where byte `offset` of `line` stands in `candidate`: the whole line, or, where YAML folded
/// several lines into one, the words around the offset.
fn find(candidate: &str, line: &str, offset: usize) -> Option<usize> {
    if let Some(found) = candidate.find(line) {
        return Some(found + offset);
    }
    let piece = candidate.trim().trim_matches(['"', '\'']);
    let inside = line.find(piece).filter(|_| !piece.is_empty())?;
    let within = offset
        .checked_sub(inside)
        .filter(|within| *within <= piece.len())?;
    candidate.find(piece).map(|found| found + within)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, line: u64, column: u64, expression: &str, needle: &str) -> (u64, u64) {
        let at = expression.find(needle).unwrap();
        let place = place_of(text, Place { line, column }, expression, &(at..at + 1));
        (place.line, place.column)
    }

    #[test]
    fn plain_quoted_block_and_folded() {
        assert_eq!(place("fail: a && b\n", 1, 7, "a && b", "b"), (1, 12));
        assert_eq!(
            place("x: 1\nfail: \"!a && b\"\n", 2, 7, "!a && b", "b"),
            (2, 14)
        );
        assert_eq!(
            place("fail: |\n  a &&\n  b\n", 1, 7, "a &&\nb\n", "b"),
            (3, 3)
        );
        assert_eq!(
            place("fail: >\n  a &&\n  b || c\n", 1, 7, "a && b || c\n", "c"),
            (3, 8)
        );
    }

    #[test]
    fn falls_back_to_the_start() {
        assert_eq!(place("fail: 'it''s'\n", 1, 7, "it's", "s"), (1, 10));
        assert_eq!(place("", 1, 7, "abc", "c"), (1, 9));
    }
}
