//! Errors in files that people write: what is wrong, where, and what to do about it.
//!
//! Reads YAML into strict structs and says, for whatever does not fit, file, line and column, and
//! the nearest word that would.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_saphyr::Location;

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
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for Located {}

/// Reads one YAML document.
pub fn from_yaml<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, Located> {
    serde_saphyr::from_str(text).map_err(|error| {
        let location = error.location();
        let problem = problem_of(&error.render());
        let help = near_word(&problem);
        let located = match location {
            Some(location) => Located::at(path, location, problem),
            None => Located::file(path, problem),
        };
        Located { help, ..located }
    })
}

/// The first line of the reader's message, without the place that stands before ours already.
fn problem_of(message: &str) -> String {
    let first = message
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("not valid YAML");
    let first = first.trim().trim_start_matches("error: ");
    let first = match first.split_once(": ") {
        Some((place, rest)) if place.starts_with("line ") => rest,
        _ => first,
    };
    let cut = first
        .find(" at line ")
        .or_else(|| first.find(" --> "))
        .unwrap_or(first.len());
    first[..cut].to_owned()
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
