//! Options of rules: numbers and words that a team may want otherwise, with their defaults.
//!
//! An option's type is its default's, and in expressions it is a variable of its name.

use serde::Deserialize;
use serde_json::Value as Json;

use super::expr::{Type, Value};

/// An option as a rule file declares it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OptionFile {
    pub(super) default: Json,
    pub(super) doc: String,
}

/// An option with the value that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleOption {
    pub name: String,
    pub doc: String,
    value: Setting,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Setting {
    Bool(bool),
    Int(i64),
    Text(String),
    Texts(Vec<String>),
}

impl Setting {
    /// `None` for what no option can be.
    fn of(json: &Json) -> Option<Self> {
        Some(match json {
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(value) => Self::Int(value.as_i64()?),
            Json::String(value) => Self::Text(value.clone()),
            Json::Array(items) => {
                let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
                Self::Texts(texts.collect::<Option<_>>()?)
            }
            Json::Null | Json::Object(_) => return None,
        })
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Bool(_) => "true or false",
            Self::Int(_) => "a whole number",
            Self::Text(_) => "a text",
            Self::Texts(_) => "a list of texts",
        }
    }
}

impl RuleOption {
    pub(super) fn new(name: &str, file: &OptionFile) -> Result<Self, String> {
        let value = Setting::of(&file.default).ok_or_else(|| {
            format!(
                "option `{name}`: the default is no number, text, list of texts or true or false"
            )
        })?;
        Ok(Self {
            name: name.to_owned(),
            doc: file.doc.clone(),
            value,
        })
    }

    /// Gives it another value of the same type.
    pub fn set(&mut self, json: &Json) -> Result<(), String> {
        match Setting::of(json) {
            Some(value) if value.kind() == self.value.kind() => {
                self.value = value;
                Ok(())
            }
            _ => Err(format!("{} is needed", self.value.kind())),
        }
    }

    pub fn ty(&self) -> Type {
        match self.value {
            Setting::Bool(_) => Type::Bool,
            Setting::Int(_) => Type::Int,
            Setting::Text(_) => Type::STRING,
            Setting::Texts(_) => Type::list(Type::STRING),
        }
    }

    /// Its value, as expressions see it.
    pub fn value(&self) -> Value {
        match &self.value {
            Setting::Bool(value) => Value::Bool(*value),
            Setting::Int(value) => Value::Int(*value),
            Setting::Text(text) => Value::string(text.as_str()),
            Setting::Texts(texts) => Value::strings(texts.iter().map(String::as_str)),
        }
    }

    /// Its value, for people.
    pub fn shown(&self) -> String {
        match &self.value {
            Setting::Bool(value) => value.to_string(),
            Setting::Int(value) => value.to_string(),
            Setting::Text(text) => text.clone(),
            Setting::Texts(texts) => format!("[{}]", texts.join(", ")),
        }
    }
}
