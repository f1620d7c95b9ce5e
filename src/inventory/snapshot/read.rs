//! Reads inventory files: lines one after the other, their contents on every core.
//!
//! Holds a few megabytes of text at a time, whatever the size of the file. What is wrong is said of
//! the first line in which anything is.

use std::borrow::{Borrow, Cow};
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::hash::Hash;
use std::io::{BufRead, Read};
use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::{FORMAT, FirstLine, Line, SnapshotError};
use crate::inventory::{
    AccountId, GapKey, Header, Inventory, Kind, Properties, Region, Resource, not_collected,
};

/// The longest line that is read, in bytes. Real ones have a few thousand.
const MAX_LINE: u64 = 8 << 20;

/// How much text is parsed at once, in bytes: what reading takes beside the inventory itself.
const BATCH: usize = 4 << 20;

/// Lines that one thread parses before it looks for more.
const PARSED_TOGETHER: usize = 256;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResourceIn<'t> {
    kind: Kind,
    #[serde(borrow)]
    account: Cow<'t, str>,
    #[serde(borrow)]
    region: Cow<'t, str>,
    arn: String,
    name: String,
    tags: BTreeMap<String, String>,
    /// Read once the kind is known.
    #[serde(borrow)]
    properties: &'t RawValue,
    unread: BTreeMap<String, GapKey>,
}

/// Reads JSON Lines; `path` only names the source in messages.
pub fn read(mut input: impl BufRead, path: &Path) -> Result<Inventory, SnapshotError> {
    let mut reader = Lines {
        input: &mut input,
        path,
        number: 0,
    };
    let mut batch = Batch::default();
    reader.next(&mut batch)?;
    let Some((_, first)) = batch.lines().next() else {
        return Err(reader.damaged("the file is empty; an inventory begins with a header line"));
    };
    let header = parse_header(first).map_err(|problem| match problem {
        HeaderProblem::Newer(found) => SnapshotError::Newer {
            path: path.to_owned(),
            found,
        },
        HeaderProblem::Damaged(problem) => damaged(path, reader.number, problem),
        HeaderProblem::Encoding(name) => reader.damaged(format!(
            "written in {name}; an inventory is written in UTF-8"
        )),
    })?;
    let (mut resources, mut gaps, mut readings) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        let read = reader.fill(&mut batch);
        let parsed: Vec<_> = batch
            .lines
            .par_chunks(PARSED_TOGETHER)
            .map(|lines| {
                let mut places = Places::default();
                let parse = |(number, at): &(u64, Range<usize>)| {
                    places
                        .line(&batch.text[at.clone()])
                        .map_err(|problem| (*number, problem))
                };
                lines.iter().map(parse).collect::<Vec<_>>()
            })
            .collect();
        for line in parsed.into_iter().flatten() {
            match line.map_err(|(number, problem)| damaged(path, number, problem))? {
                Line::Resource(resource) => resources.push(resource),
                Line::Gap(gap) => gaps.push(gap),
                Line::Reading(reading) => readings.push(reading),
            }
        }
        // What is wrong with an earlier line is said first.
        if !read? {
            return Ok(Inventory::new(header, resources, gaps, readings));
        }
    }
}

struct Lines<'a, R> {
    input: &'a mut R,
    path: &'a Path,
    number: u64,
}

/// Some lines, not blank, with their numbers.
#[derive(Default)]
struct Batch {
    text: Vec<u8>,
    lines: Vec<(u64, Range<usize>)>,
}

impl Batch {
    fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let line = |(number, at): &(u64, Range<usize>)| (*number, &self.text[at.clone()]);
        self.lines.iter().map(line)
    }
}

impl<R: BufRead> Lines<'_, R> {
    /// As many lines as make a batch; whether there may be more.
    fn fill(&mut self, batch: &mut Batch) -> Result<bool, SnapshotError> {
        batch.text.clear();
        batch.lines.clear();
        while batch.text.len() < BATCH {
            if !self.next(batch)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Adds the next line that is not blank; whether there is one.
    fn next(&mut self, batch: &mut Batch) -> Result<bool, SnapshotError> {
        loop {
            let start = batch.text.len();
            self.number += 1;
            let read = self
                .input
                .by_ref()
                .take(MAX_LINE)
                .read_until(b'\n', &mut batch.text)
                .map_err(|error| self.damaged(error.to_string()))?;
            if read == 0 {
                return Ok(false);
            }
            if read as u64 == MAX_LINE && batch.text.last() != Some(&b'\n') {
                return Err(self.damaged(format!("line longer than {} MiB", MAX_LINE >> 20)));
            }
            if !batch.text[start..].trim_ascii().is_empty() {
                batch.lines.push((self.number, start..batch.text.len()));
                return Ok(true);
            }
        }
    }

    fn damaged(&self, problem: impl Into<String>) -> SnapshotError {
        damaged(self.path, self.number, problem.into().into())
    }
}

/// What is wrong with a line, and where in it if that is known.
struct Problem {
    /// From 1, in bytes.
    column: Option<usize>,
    text: String,
}

impl From<String> for Problem {
    fn from(text: String) -> Self {
        Self { column: None, text }
    }
}

impl Problem {
    /// The parser's error, whose place within its line becomes ours.
    fn not_json(before: &str, error: &serde_json::Error) -> Self {
        let said = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let said = said.strip_suffix(&place).unwrap_or(&said);
        let cut = if error.is_eof() {
            "; the line is cut off"
        } else {
            ""
        };
        Self {
            column: Some(error.column()).filter(|column| *column > 0),
            text: format!("{before}{said}{cut}"),
        }
    }
}

fn damaged(path: &Path, line: u64, problem: Problem) -> SnapshotError {
    SnapshotError::Damaged {
        path: path.to_owned(),
        line,
        column: problem.column,
        problem: problem.text,
    }
}

enum HeaderProblem {
    Newer(u64),
    Damaged(Problem),
    Encoding(&'static str),
}

fn parse_header(text: &[u8]) -> Result<Header, HeaderProblem> {
    let damaged = |error: serde_json::Error| {
        let before = "not the header of an mrlint inventory: ";
        HeaderProblem::Damaged(Problem::not_json(before, &error))
    };
    // Some editors and shells write a mark of the encoding first.
    let text = text.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(text);
    if text.starts_with(&[0xff, 0xfe]) || text.starts_with(&[0xfe, 0xff]) {
        return Err(HeaderProblem::Encoding("UTF-16"));
    }
    let value: Value = serde_json::from_slice(text).map_err(damaged)?;
    // The version is looked at before the rest: a newer header may hold what this one refuses.
    if let Some(found) = value["mrlint_inventory"].as_u64()
        && found > FORMAT
    {
        return Err(HeaderProblem::Newer(found));
    }
    serde_json::from_value::<FirstLine>(value)
        .map(|first| first.header)
        .map_err(damaged)
}

/// Names of accounts and Regions, each kept once: they are the same in most lines.
#[derive(Default)]
struct Places {
    accounts: HashSet<AccountId>,
    regions: HashSet<Region>,
}

impl Places {
    fn line(&mut self, text: &[u8]) -> Result<Line<Resource>, Problem> {
        let line = serde_json::from_slice(text).map_err(|error| Problem::not_json("", &error))?;
        Ok(match line {
            Line::Resource(resource) => Line::Resource(self.resource(resource)?),
            Line::Gap(gap) => Line::Gap(gap),
            Line::Reading(reading) => Line::Reading(reading),
        })
    }

    fn resource(&mut self, resource: ResourceIn<'_>) -> Result<Resource, String> {
        let ResourceIn {
            kind,
            account,
            region,
            arn,
            name,
            tags,
            properties,
            mut unread,
        } = resource;
        let account = once(&mut self.accounts, &account);
        let region = once(&mut self.regions, &region);
        let properties = if let Some(properties) = whole(kind, properties) {
            properties
        } else {
            let gap = || not_collected(kind, &account, &region);
            partial(kind, properties, &mut unread, gap)
                .map_err(|problem| format!("{kind} {arn}: {problem}"))?
        };
        Ok(Resource {
            arn,
            account,
            region,
            name,
            tags,
            properties,
            unread,
        })
    }
}

fn once<T: for<'a> From<&'a str> + Borrow<str> + Clone + Eq + Hash>(
    known: &mut HashSet<T>,
    text: &str,
) -> T {
    if let Some(known) = known.get(text) {
        return known.clone();
    }
    let name = T::from(text);
    known.insert(name.clone());
    name
}

/// The properties, if the file has every one of them.
fn whole(kind: Kind, json: &RawValue) -> Option<Properties> {
    let properties = Properties::from_json(kind, json).ok()?;
    // None is unknown and none is there twice, so counting is enough.
    let Count(count) = serde_json::from_str(json.get()).ok()?;
    (count == kind.properties().len()).then_some(properties)
}

/// Properties that the file does not have were not collected: they are unread, not default.
fn partial(
    kind: Kind,
    json: &RawValue,
    unread: &mut BTreeMap<String, GapKey>,
    gap: impl Fn() -> GapKey,
) -> Result<Properties, String> {
    let json: Value = serde_json::from_str(json.get()).map_err(|error| error.to_string())?;
    let Value::Object(fields) = &json else {
        return Err("`properties` must be an object".to_owned());
    };
    for property in kind.properties() {
        if !fields.contains_key(property) {
            unread.entry(property.clone()).or_insert_with(&gap);
        }
    }
    Properties::from_json(kind, json).map_err(|error| error.to_string())
}

/// How many fields an object has.
struct Count(usize);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self(0))
    }
}

impl<'de> Visitor<'de> for Count {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut count = 0;
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            count += 1;
        }
        Ok(Self(count))
    }
}
