//! A first look at an expression's text: brackets, strings and sizes. Refuses what could
//! exhaust the parser's stack, and says which brackets belong together.

use super::error::ExprError;

/// Longest expression, in bytes.
const MAX_LENGTH: usize = 8 * 1024;
/// Deepest nesting of brackets.
const MAX_NESTING: usize = 24;
/// Most operators, dots and brackets: each may be one level of the syntax tree.
const MAX_OPERATORS: usize = 400;

/// Matching brackets, as byte offsets of the opening and the closing one.
#[derive(Debug, Default)]
pub(super) struct Brackets(Vec<(usize, usize)>);

impl Brackets {
    /// How deep they are nested.
    pub(super) fn depth(&self) -> usize {
        let around = |at: usize| {
            let pairs = self.0.iter();
            pairs
                .filter(|&&(open, close)| (open..close).contains(&at))
                .count()
        };
        let each = self.0.iter().map(|&(open, _)| around(open));
        each.max().unwrap_or_default()
    }

    /// Widens a byte range until no bracket in it lacks its partner.
    pub(super) fn widen(&self, mut start: usize, mut end: usize) -> (usize, usize) {
        loop {
            let before = (start, end);
            for &(open, close) in &self.0 {
                if open < start && (start..end).contains(&close) {
                    start = open;
                } else if (start..end).contains(&open) && close >= end {
                    end = close + 1;
                }
            }
            if before == (start, end) {
                return before;
            }
        }
    }
}

/// Scans a whole expression.
pub(super) fn scan(source: &str) -> Result<Brackets, ExprError> {
    if source.len() > MAX_LENGTH {
        let message = format!("the expression is longer than {MAX_LENGTH} bytes");
        return Err(ExprError::new(0..source.len(), message));
    }
    if source.trim().is_empty() {
        return Err(ExprError::new(0..source.len(), "the expression is empty"));
    }
    let mut scanner = Scanner {
        text: source.as_bytes(),
        at: 0,
        open: vec![],
        pairs: vec![],
    };
    scanner.run(None)?;
    if let Some((open, at)) = scanner.open.pop() {
        let message = format!("`{}` is never closed", char::from(open));
        return Err(ExprError::new(at..at + 1, message));
    }
    Ok(Brackets(scanner.pairs))
}

/// The end of the expression that starts at `from` and is closed by `}`: the offset of
/// that brace.
pub(super) fn closing_brace(text: &str, from: usize) -> Result<usize, ExprError> {
    let mut scanner = Scanner {
        text: text.as_bytes(),
        at: from,
        open: vec![],
        pairs: vec![],
    };
    let Some(end) = scanner.run(Some(b'}'))? else {
        let error = ExprError::new(from.saturating_sub(1)..from, "`{` is never closed");
        return Err(error.help("write `{{` for a literal brace"));
    };
    Ok(end)
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
    open: Vec<(u8, usize)>,
    pairs: Vec<(usize, usize)>,
}

impl Scanner<'_> {
    /// Scans to the end, or to `until` outside of brackets and strings.
    fn run(&mut self, until: Option<u8>) -> Result<Option<usize>, ExprError> {
        let mut operators = 0;
        while let Some(&byte) = self.text.get(self.at) {
            if self.open.is_empty() && until == Some(byte) {
                return Ok(Some(self.at));
            }
            match byte {
                b'\'' | b'"' => {
                    self.string(byte)?;
                    continue;
                }
                b'/' if self.text.get(self.at + 1) == Some(&b'/') => {
                    self.skip_comment();
                    continue;
                }
                b'(' | b'[' | b'{' => self.push(byte)?,
                b')' | b']' | b'}' => self.close(byte)?,
                // Newlines inside and around are CEL's; other control characters are not.
                byte if !byte.is_ascii() || (byte < b' ' && !byte.is_ascii_whitespace()) => {
                    return Err(self.stray());
                }
                _ => {}
            }
            operators += usize::from(byte.is_ascii_punctuation() && byte != b'_' && byte != b',');
            if operators > MAX_OPERATORS {
                let message = format!("the expression has more than {MAX_OPERATORS} operators");
                return Err(ExprError::new(self.at..self.at + 1, message));
            }
            self.at += 1;
        }
        Ok(None)
    }

    fn stray(&self) -> ExprError {
        let rest = String::from_utf8_lossy(&self.text[self.at..]);
        let c = rest.chars().next().unwrap_or_default();
        let end = (self.at + c.len_utf8()).min(self.text.len());
        let message = format!("character `{}` outside of a string", c.escape_debug());
        ExprError::new(self.at..end, message)
    }

    fn push(&mut self, byte: u8) -> Result<(), ExprError> {
        if self.open.len() == MAX_NESTING {
            let message = format!("brackets are nested more than {MAX_NESTING} deep");
            return Err(ExprError::new(self.at..self.at + 1, message));
        }
        self.open.push((byte, self.at));
        Ok(())
    }

    fn close(&mut self, byte: u8) -> Result<(), ExprError> {
        let opening = match byte {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        match self.open.pop() {
            Some((open, at)) if open == opening => {
                self.pairs.push((at, self.at));
                Ok(())
            }
            _ => {
                let message = format!("`{}` closes nothing", char::from(byte));
                Err(ExprError::new(self.at..self.at + 1, message))
            }
        }
    }

    fn skip_comment(&mut self) {
        while self.text.get(self.at).is_some_and(|&byte| byte != b'\n') {
            self.at += 1;
        }
    }

    /// Moves past a string literal of any of CEL's forms.
    fn string(&mut self, quote: u8) -> Result<(), ExprError> {
        let start = self.at;
        let raw = self.is_raw(start);
        let triple = [quote; 3];
        let is_triple = self.text[start..].starts_with(&triple);
        self.at += if is_triple { 3 } else { 1 };
        loop {
            match self.text.get(self.at) {
                Some(b'\\') if !raw => self.at += 2,
                Some(&b) if b == quote && !is_triple => break,
                Some(&b) if b == quote && self.text[self.at..].starts_with(&triple) => break,
                Some(b'\n' | b'\r') if !is_triple => return Err(unterminated(start)),
                Some(_) => self.at += 1,
                None => return Err(unterminated(start)),
            }
        }
        self.at += if is_triple { 3 } else { 1 };
        Ok(())
    }

    /// Whether the quote at `start` follows an `r` that is a prefix, not a name's end.
    fn is_raw(&self, start: usize) -> bool {
        let before = &self.text[..start];
        let prefix = before
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_');
        let prefix: Vec<u8> = prefix.map(u8::to_ascii_lowercase).collect();
        matches!(prefix.as_slice(), b"r" | b"rb")
    }
}

fn unterminated(start: usize) -> ExprError {
    ExprError::new(start..start + 1, "the string is never closed")
}
