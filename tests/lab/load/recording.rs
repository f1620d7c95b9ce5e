//! What the fake answered once, made ready to be answered for any account and Region.

use std::collections::HashMap;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::rc::Rc;

use hyper::StatusCode;
use hyper::body::Bytes;
use indexmap::{IndexMap, IndexSet};
use serde::Deserialize;

use super::request::{ACCOUNT, REGION, general, identity};

/// One line of a recording, as `tests/lab/fake/recording.py` writes it.
#[derive(Debug, Deserialize)]
struct Line {
    account: String,
    region: String,
    service: String,
    operation: String,
    /// An API error that the operation may be answered with; else an answer to a request.
    error: Option<String>,
    #[serde(default)]
    key: String,
    #[serde(default)]
    method: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    target: String,
    #[serde(default)]
    body: String,
    status: u16,
    headers: IndexMap<String, String>,
    answer: String,
    /// Whether the answer has a character for each byte (CBOR).
    #[serde(default)]
    bytes: bool,
}

/// An operation, by its place in [`Recording::operations`].
pub(crate) type Operation = usize;

/// `service` and `Operation`.
pub(crate) type Name = (String, String);

/// A whole recording.
#[derive(Debug, Default)]
pub(crate) struct Recording {
    /// The accounts that keys name which do not name one themselves.
    pub(crate) keys: HashMap<String, String>,
    pub(crate) operations: IndexSet<Name>,
    answers: HashMap<String, HashMap<String, Rc<Page>>>,
    errors: HashMap<(Operation, String), Rc<Page>>,
}

impl Recording {
    pub(crate) fn read(file: &Path) -> Result<Self, Box<dyn Error>> {
        let mut recording = Self::default();
        recording.learn(BufReader::new(File::open(file)?))?;
        Ok(recording)
    }

    /// Adds the lines of a recording.
    pub(crate) fn learn(&mut self, lines: impl BufRead) -> Result<(), Box<dyn Error>> {
        for (number, line) in lines.lines().enumerate() {
            let line: Line = serde_json::from_str(&line?)
                .map_err(|error| format!("line {}: {error}", number + 1))?;
            self.add(line)?;
        }
        Ok(())
    }

    fn add(&mut self, line: Line) -> Result<(), Box<dyn Error>> {
        let place = (line.account.as_str(), line.region.as_str());
        let name = (line.service.clone(), line.operation.clone());
        let (operation, _) = self.operations.insert_full(name);
        let page = Rc::new(Page::new(&line, operation)?);
        if let Some(error) = line.error {
            self.errors.insert((operation, error), page);
            return Ok(());
        }
        let asked = [&line.method, &line.path, &line.target, &line.body];
        let identity = identity(place, asked.map(String::as_str));
        let region = self.answers.entry(line.region).or_default();
        region.insert(identity, page);
        self.keys.insert(line.key, line.account);
        Ok(())
    }

    /// What was answered to the request in that Region, else in the one that stands for all others.
    pub(crate) fn answer(
        &self,
        region: &str,
        template: Option<&str>,
        identity: &str,
    ) -> Option<Rc<Page>> {
        let places = [Some(region), template];
        let mut found = places
            .iter()
            .flatten()
            .filter_map(|region| self.answers.get(*region)?.get(identity));
        found.next().map(Rc::clone)
    }

    /// The error of that kind in the shape of the operation's protocol.
    pub(crate) fn error(&self, operation: Operation, kind: &str) -> Option<Rc<Page>> {
        self.errors
            .get(&(operation, kind.to_owned()))
            .map(Rc::clone)
    }

    pub(crate) fn operation(&self, service: &str, operation: &str) -> Option<Operation> {
        let name = (service.to_owned(), operation.to_owned());
        self.operations.get_index_of(&name)
    }
}

/// An answer with holes for the account and the Region.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) operation: Operation,
    pub(crate) status: StatusCode,
    headers: Vec<(String, Template)>,
    body: Template,
}

impl Page {
    fn new(line: &Line, operation: Operation) -> Result<Self, Box<dyn Error>> {
        let template = |text: &str| Template::new(&general(text, &line.account, &line.region));
        let headers = line.headers.iter();
        Ok(Self {
            operation,
            status: StatusCode::from_u16(line.status)?,
            headers: headers
                .map(|(name, value)| (name.clone(), template(value)))
                .collect(),
            body: if line.bytes {
                Template::of_bytes(&line.answer, &line.account)
            } else {
                template(&line.answer)
            },
        })
    }

    pub(crate) fn body(&self, account: &str, region: &str) -> Bytes {
        self.body.filled(account, region)
    }

    pub(crate) fn headers(&self, account: &str, region: &str) -> Vec<(&str, Bytes)> {
        let headers = self.headers.iter();
        headers
            .map(|(name, value)| (name.as_str(), value.filled(account, region)))
            .collect()
    }
}

#[derive(Debug)]
enum Piece {
    Text(Bytes),
    Account,
    Region,
}

/// A text with holes.
#[derive(Debug)]
struct Template(Vec<Piece>);

impl Template {
    fn new(text: &str) -> Self {
        let parts = text.split_inclusive([ACCOUNT, REGION]);
        let mut pieces = Vec::new();
        for part in parts {
            let (before, hole) = match part.chars().next_back() {
                Some(ACCOUNT) => (&part[..part.len() - 1], Some(Piece::Account)),
                Some(REGION) => (&part[..part.len() - 1], Some(Piece::Region)),
                _ => (part, None),
            };
            if !before.is_empty() {
                pieces.push(Piece::Text(Bytes::copy_from_slice(before.as_bytes())));
            }
            pieces.extend(hole);
        }
        Self(pieces)
    }

    /// Of an answer whose texts are as long as they say: accounts have one length, Regions stay.
    fn of_bytes(answer: &str, account: &str) -> Self {
        let mut pieces = Vec::new();
        for (at, part) in answer.split(account).enumerate() {
            if at > 0 {
                pieces.push(Piece::Account);
            }
            let bytes = part.chars().filter_map(|it| u8::try_from(it).ok());
            pieces.push(Piece::Text(bytes.collect()));
        }
        Self(pieces)
    }

    fn filled(&self, account: &str, region: &str) -> Bytes {
        if let [Piece::Text(whole)] = self.0.as_slice() {
            return whole.clone();
        }
        let mut bytes = Vec::with_capacity(256);
        for piece in &self.0 {
            bytes.extend_from_slice(match piece {
                Piece::Text(text) => text,
                Piece::Account => account.as_bytes(),
                Piece::Region => region.as_bytes(),
            });
        }
        bytes.into()
    }
}
