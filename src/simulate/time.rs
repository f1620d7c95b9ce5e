//! Times as they usually are and at the upper end.

use std::fmt;
use std::ops::Add;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Seconds, or no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seconds {
    Of(u64),
    Never,
}

impl Seconds {
    pub const NONE: Self = Self::Of(0);
}

impl Add for Seconds {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        match (self, other) {
            (Self::Of(a), Self::Of(b)) => Self::Of(a.saturating_add(b)),
            _ => Self::Never,
        }
    }
}

impl fmt::Display for Seconds {
    /// The two largest units: `1h30m`, `45s`, `never`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Of(seconds) = *self else {
            return f.write_str("never");
        };
        let (days, hours) = (seconds / 86_400, seconds / 3_600 % 24);
        let (minutes, rest) = (seconds / 60 % 60, seconds % 60);
        let units = [(days, 'd'), (hours, 'h'), (minutes, 'm'), (rest, 's')];
        let first = units.iter().position(|(count, _)| *count > 0).unwrap_or(3);
        for (at, (count, unit)) in units.iter().enumerate().skip(first).take(2) {
            if *count > 0 || at == first {
                write!(f, "{count}{unit}")?;
            }
        }
        Ok(())
    }
}

impl Serialize for Seconds {
    /// A number; null for no end.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Of(seconds) => serializer.serialize_some(seconds),
            Self::Never => serializer.serialize_none(),
        }
    }
}

impl<'de> Deserialize<'de> for Seconds {
    /// A number, or `never`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(u64),
            Text(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Number(seconds) => Ok(Self::Of(seconds)),
            Written::Text(text) if text == "never" => Ok(Self::Never),
            Written::Text(text) => Err(de::Error::custom(format!(
                "`{text}` is neither seconds nor `never`"
            ))),
        }
    }
}

/// How long something takes, or how much is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    pub typical: Seconds,
    pub upper: Seconds,
}

impl Default for Span {
    fn default() -> Self {
        Self::NONE
    }
}

impl Span {
    pub const NONE: Self = Self {
        typical: Seconds::NONE,
        upper: Seconds::NONE,
    };
    pub const NEVER: Self = Self {
        typical: Seconds::Never,
        upper: Seconds::Never,
    };

    pub fn of(typical: u64, upper: u64) -> Self {
        Self {
            typical: Seconds::Of(typical),
            upper: Seconds::Of(upper),
        }
    }

    pub fn exactly(seconds: u64) -> Self {
        Self::of(seconds, seconds)
    }

    /// Of two things at once, the longer.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        Self {
            typical: self.typical.max(other.typical),
            upper: self.upper.max(other.upper),
        }
    }

    /// So often, one after the other.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        let each = |it| match it {
            Seconds::Of(seconds) => Seconds::Of(seconds.saturating_mul(count)),
            Seconds::Never if count == 0 => Seconds::NONE,
            Seconds::Never => Seconds::Never,
        };
        Self {
            typical: each(self.typical),
            upper: each(self.upper),
        }
    }

    /// Of two ends, the earlier.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self {
            typical: self.typical.min(other.typical),
            upper: self.upper.min(other.upper),
        }
    }

    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// What decides where spans are compared: the upper end, then the usual.
    pub fn worst(self) -> (Seconds, Seconds) {
        (self.upper, self.typical)
    }
}

impl Add for Span {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            typical: self.typical + other.typical,
            upper: self.upper + other.upper,
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.typical == self.upper {
            write!(f, "{}", self.upper)
        } else {
            write!(f, "{} to {}", self.typical, self.upper)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_at_a_glance() {
        let text = |seconds: u64| Seconds::Of(seconds).to_string();
        assert_eq!(text(0), "0s");
        assert_eq!(text(45), "45s");
        assert_eq!(text(90), "1m30s");
        assert_eq!(text(3_600), "1h");
        assert_eq!(text(3_661), "1h1m");
        assert_eq!(text(86_400), "1d");
        assert_eq!(Span::of(60, 90).to_string(), "1m to 1m30s");
        assert_eq!(Span::NEVER.to_string(), "never");
    }

    #[test]
    fn no_end_stays_without_end() {
        assert_eq!(Span::of(1, 2) + Span::NEVER, Span::NEVER);
        assert_eq!(Span::of(5, 6).max(Span::of(1, 9)), Span::of(5, 9));
        assert!(Seconds::Of(u64::MAX) < Seconds::Never);
        assert_eq!(Span::of(5, 6).times(3), Span::of(15, 18));
        assert_eq!(Span::NEVER.times(0), Span::NONE);
        assert_eq!(Span::of(5, 6).min(Span::of(1, 9)), Span::of(1, 6));
    }
}
