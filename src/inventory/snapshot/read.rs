//! Reading: lines of any length and files of any size are somebody else's, and memory is ours.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use serde_json::Value;

use super::{FORMAT, FirstLine, Line, ResourceIn, SnapshotError, compressed};
use crate::inventory::{Header, Inventory, Properties, Resource, not_collected};

/// The longest line that is read, in bytes. Real ones have a few thousand.
const MAX_LINE: u64 = 8 << 20;
/// How a compressed file begins.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// A compressed file may always expand to this many bytes.
const EXPANDED: u64 = 64 << 20;
/// And beyond that to this many times its size. Inventories, with lines much like each other, stay
/// below 300.
const RATIO: u64 = 1000;

/// Reads an inventory file, compressed or not.
pub fn load(path: &Path) -> Result<Inventory, SnapshotError> {
    let io = |source| SnapshotError::Io {
        path: path.to_owned(),
        source,
    };
    let taken = Rc::new(Cell::new(0));
    let file = Counted {
        inner: File::open(path).map_err(io)?,
        taken: Rc::clone(&taken),
    };
    let mut file = BufReader::new(file);
    let start = file.fill_buf().map_err(io)?;
    if start.starts_with(&ZSTD) || (compressed(path) && !start.is_empty()) {
        let decoder = zstd::Decoder::with_buffer(file).map_err(io)?;
        let expanding = Expanding {
            inner: decoder,
            given: 0,
            taken,
        };
        read(BufReader::new(expanding), path)
    } else {
        read(file, path)
    }
}

/// Counts what is taken of a file.
struct Counted<R> {
    inner: R,
    taken: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.taken.set(self.taken.get() + count as u64);
        Ok(count)
    }
}

/// Ends with an error when what was taken expands to more than any inventory does.
struct Expanding<R> {
    inner: R,
    given: u64,
    taken: Rc<Cell<u64>>,
}

impl<R: Read> Read for Expanding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.given += count as u64;
        if self.given > EXPANDED.max(self.taken.get().saturating_mul(RATIO)) {
            let problem = format!("expands to more than {RATIO} times its size");
            return Err(io::Error::other(problem));
        }
        Ok(count)
    }
}

/// Reads JSON Lines; `path` only names the source in messages.
pub fn read(mut input: impl BufRead, path: &Path) -> Result<Inventory, SnapshotError> {
    let mut reader = Lines {
        input: &mut input,
        path,
        number: 0,
        text: Vec::new(),
    };
    let Some(first) = reader.next()? else {
        return Err(reader.damaged("the file is empty; an inventory begins with a header line"));
    };
    let header = parse_header(first).map_err(|problem| match problem {
        HeaderProblem::Newer(found) => SnapshotError::Newer {
            path: path.to_owned(),
            found,
        },
        HeaderProblem::Damaged(error) => {
            reader.not_json("not the header of an mrlint inventory: ", &error)
        }
        HeaderProblem::Encoding(name) => reader.damaged(format!(
            "written in {name}; an inventory is written in UTF-8"
        )),
    })?;
    let (mut resources, mut gaps, mut readings) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(text) = reader.next()? {
        let line = serde_json::from_slice::<Line<ResourceIn>>(text);
        match line.map_err(|error| reader.not_json("", &error))? {
            Line::Resource(resource) => {
                resources.push(resource_from(resource).map_err(|problem| reader.damaged(problem))?);
            }
            Line::Gap(gap) => gaps.push(gap),
            Line::Reading(reading) => readings.push(reading),
        }
    }
    Ok(Inventory::new(header, resources, gaps, readings))
}

struct Lines<'a, R> {
    input: &'a mut R,
    path: &'a Path,
    number: u64,
    text: Vec<u8>,
}

impl<R: BufRead> Lines<'_, R> {
    /// The next line that is not blank.
    fn next(&mut self) -> Result<Option<&[u8]>, SnapshotError> {
        loop {
            self.text.clear();
            self.number += 1;
            let read = self
                .input
                .by_ref()
                .take(MAX_LINE)
                .read_until(b'\n', &mut self.text)
                .map_err(|error| self.damaged(error.to_string()))?;
            if read == 0 {
                return Ok(None);
            }
            if read as u64 == MAX_LINE && self.text.last() != Some(&b'\n') {
                return Err(self.damaged(format!("line longer than {} MiB", MAX_LINE >> 20)));
            }
            if !self.text.trim_ascii().is_empty() {
                return Ok(Some(&self.text));
            }
        }
    }

    fn damaged(&self, problem: impl Into<String>) -> SnapshotError {
        SnapshotError::Damaged {
            path: self.path.to_owned(),
            line: self.number,
            column: None,
            problem: problem.into(),
        }
    }

    /// The reader's error, whose place within its line becomes ours.
    fn not_json(&self, before: &str, error: &serde_json::Error) -> SnapshotError {
        let said = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let said = said.strip_suffix(&place).unwrap_or(&said);
        let cut = if error.is_eof() {
            "; the line is cut off"
        } else {
            ""
        };
        SnapshotError::Damaged {
            path: self.path.to_owned(),
            line: self.number,
            column: Some(error.column()).filter(|column| *column > 0),
            problem: format!("{before}{said}{cut}"),
        }
    }
}

enum HeaderProblem {
    Newer(u64),
    Damaged(serde_json::Error),
    Encoding(&'static str),
}

fn parse_header(text: &[u8]) -> Result<Header, HeaderProblem> {
    // Some editors and shells write a mark of the encoding first.
    let text = text.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(text);
    if text.starts_with(&[0xff, 0xfe]) || text.starts_with(&[0xfe, 0xff]) {
        return Err(HeaderProblem::Encoding("UTF-16"));
    }
    let value: Value = serde_json::from_slice(text).map_err(HeaderProblem::Damaged)?;
    // The version is looked at before the rest: a newer header may hold what this one refuses.
    if let Some(found) = value["mrlint_inventory"].as_u64()
        && found > FORMAT
    {
        return Err(HeaderProblem::Newer(found));
    }
    serde_json::from_value::<FirstLine>(value)
        .map(|first| first.header)
        .map_err(HeaderProblem::Damaged)
}

/// Properties that the file does not have were not collected: they are unread, not default.
fn resource_from(resource: ResourceIn) -> Result<Resource, String> {
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
    let Value::Object(fields) = &properties else {
        return Err("`properties` must be an object".to_owned());
    };
    for property in kind.properties() {
        if !fields.contains_key(property) {
            unread
                .entry(property.clone())
                .or_insert_with(|| not_collected(kind, &account, &region));
        }
    }
    let properties = Properties::from_json(kind, properties)
        .map_err(|error| format!("{kind} {arn}: {error}"))?;
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
