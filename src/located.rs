//! Errors in files that people write: what is wrong, where, and what to do about it.
//!
//! Reads YAML into strict structs and says, for whatever does not fit, file, line and column, and
//! the nearest word that would.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_saphyr::{Location, MessageFormatter as _, UserMessageFormatter};

/// The longest problem that is shown, in characters: a file may hold names of any length.
const SHOWN: usize = 600;

/// An error at a place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Located {
    pub path: PathBuf,
    /// From 1; 0 when the problem is the whole file's.
    pub line: u64,
    /// From 1, in characters; 0 when the problem is the whole line's.
    pub column: u64,
    pub problem: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Located {
    /// About the whole file.
    pub fn file(path: &Path, problem: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line: 0,
            column: 0,
            problem: problem.into(),
            help: None,
        }
    }

    /// At a place that the YAML reader gave.
    pub fn at(path: &Path, location: Location, problem: impl Into<String>) -> Self {
        Self {
            line: location.line(),
            column: location.column(),
            ..Self::file(path, problem)
        }
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Located {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
            if self.column > 0 {
                write!(f, ":{}", self.column)?;
            }
        }
        write!(f, ": {}", short(&self.problem))
    }
}

impl std::error::Error for Located {}

/// The text cut to what fits on a few lines of a terminal.
pub fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The text of a file of at most `most` bytes. A device or a pipe may have no end: no more than that
/// is read of anything.
pub fn read_text(path: &Path, most: u64) -> Result<String, Located> {
    let whole = |problem: String| Located::file(path, problem);
    let file = File::open(path).map_err(|error| whole(error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| whole(error.to_string()))?;
    if bytes.len() as u64 > most {
        return Err(whole(format!("longer than the {most} bytes that are read")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let before = String::from_utf8_lossy(before);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Located {
            line: 1 + before.matches('\n').count() as u64,
            column: 1 + line.chars().count() as u64,
            ..whole("not UTF-8 from here on".to_owned())
        }
    })
}

/// Reads one YAML document.
pub fn from_yaml<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Located> {
    serde_saphyr::from_str(text).map_err(|error| {
        let location = error.location();
        let problem = problem_of(&UserMessageFormatter.format_message(&error));
        let help = near_word(&problem);
        let located = match location {
            Some(location) => Located::at(path, location, problem),
            None => Located::file(path, problem),
        };
        Located { help, ..located }
    })
}

/// The reader's message on one line, without words that only its programmers know.
fn problem_of(message: &str) -> String {
    let mut lines = message.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty());
    let first = first.unwrap_or("not valid YAML");
    let number = |word: &str| {
        let digits = word.strip_prefix(['i', 'u']);
        digits.is_some_and(|it| it.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if first.strip_prefix("invalid ").is_some_and(number) {
        return "no whole number, or too large a one".to_owned();
    }
    match first.split_once(": limits breached: ") {
        Some((what, _)) => what.to_owned(),
        None => first.to_owned(),
    }
}

/// For "unknown field `x`, expected one of a, b": the word of those that is most like `x`.
fn near_word(problem: &str) -> Option<String> {
    let (found, expected) = problem.split_once("expected")?;
    let unknown = found
        .split('`')
        .nth(1)
        .filter(|_| found.starts_with("unknown"))?;
    let words = expected
        .split([',', ' ', '`'])
        .filter(|word| !word.is_empty());
    let near = nearest(unknown, words)?;
    Some(format!("did you mean `{near}`?"))
}

/// The candidate most like the word, if any is like enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

/// The one of a few that is called so; the error names the nearest, or all.
pub fn named<T: Copy>(
    what: &str,
    text: &str,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<T, String> {
    let names = || all.iter().map(|it| name(*it));
    let found = all.iter().copied().find(|it| name(*it) == text);
    found.ok_or_else(|| match nearest(text, names()) {
        Some(near) => format!("no {what} `{text}`; did you mean `{near}`?"),
        None => format!(
            "no {what} `{text}`; {what}s are {}",
            names().collect::<Vec<_>>().join(", ")
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its errors matter")]
    struct Sample {
        severity: String,
        title: Option<String>,
    }

    fn error(text: &str) -> Located {
        from_yaml::<Sample>(Path::new("rule.yaml"), text).unwrap_err()
    }

    #[test]
    fn an_unknown_key_has_a_place_and_a_near_match() {
        let error = error("title: x\nseverty: high\n");
        assert_eq!((error.line, error.column), (2, 1), "{error}");
        assert_eq!(
            error.help.as_deref(),
            Some("did you mean `severity`?"),
            "{error}"
        );
    }

    #[test]
    fn what_is_no_yaml_has_a_place() {
        let error = error("severity: [high\n");
        assert!(error.line > 0, "{error}");
    }

    #[test]
    fn numbers_out_of_range_and_depth_are_said_in_words() {
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "only its errors matter")]
        struct Number {
            n: u32,
        }
        let path = Path::new("rule.yaml");
        let error = from_yaml::<Number>(path, "n: 99999999999999999999\n").unwrap_err();
        let said = error.to_string();
        assert_eq!(said, "rule.yaml:1:4: no whole number, or too large a one");
        let deep = format!("n: 1\n{}", "? ".repeat(100_000));
        let error = from_yaml::<Number>(path, &deep).unwrap_err();
        assert_eq!(error.problem, "YAML document too large or too complex");
        assert_eq!(error.line, 2);
    }

    #[test]
    fn what_is_no_text_or_too_long_is_refused_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rule.yaml");
        let place = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            let error = read_text(&path, 8).unwrap_err();
            (error.line, error.column, error.problem)
        };
        let (line, column, problem) = place("a\n\u{e9}".as_bytes().split_last().unwrap().1);
        assert_eq!((line, column), (2, 1), "{problem}");
        let (line, column, problem) = place(b"a\n\xc3\xa9b\xff");
        assert_eq!((line, column), (2, 3), "{problem}");
        assert_eq!(
            place(b"123456789"),
            (0, 0, "longer than the 8 bytes that are read".to_owned())
        );
        std::fs::write(&path, b"12345678").unwrap();
        assert_eq!(read_text(&path, 8).unwrap(), "12345678");
    }

    #[test]
    fn a_problem_is_cut() {
        let error = Located::file(Path::new("x"), "\u{6771}".repeat(10_000));
        assert_eq!(error.to_string().chars().count(), "x: ".len() + SHOWN + 1);
    }

    #[test]
    fn a_bomb_of_aliases_is_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let last = format!("*a{}", level - 1);
            let list = [last.as_str(); 9].join(", ");
            text += &format!("a{level}: &a{level} [{list}]\n");
        }
        error(&text);
    }
}
