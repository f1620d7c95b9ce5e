//! YAML and JSON as a tree of maps whose keys know where they stand.
//!
//! Only what a template's outline needs: texts and maps, to a depth. Tags such as `!Ref` are read
//! over; aliases are not followed, so that a small file cannot grow. What has no place in the tree
//! is [`Node::Other`].

use std::sync::Arc;

use granit_parser::{Event, Parser, Span};
use serde_json::value::RawValue;

use super::json;
use super::spot::{Lines, Spot};

/// Maps within maps that are kept: `Resources`, a resource, `Properties`, `Events`, an event, `Type`.
const DEPTH: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Text(String),
    Map(Vec<Entry>),
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) spot: Spot,
    pub(super) value: Node,
}

/// Why a text is none of that language, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) line: u64,
    pub(super) column: u64,
    pub(super) problem: String,
}

impl Node {
    /// The members of a map; none of anything else.
    pub(super) fn entries(&self) -> &[Entry] {
        match self {
            Self::Map(entries) => entries,
            Self::Text(_) | Self::Other => &[],
        }
    }

    /// The first member of that name.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        let found = self.entries().iter().find(|it| it.key == key);
        found.map(|it| &it.value)
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Map(_) | Self::Other => None,
        }
    }
}

/// Reads JSON.
pub(super) fn json(text: &str, path: &Arc<str>) -> Result<Node, Broken> {
    let root = json::document(text).map_err(|error| Broken {
        line: error.line().max(1) as u64,
        column: error.column().max(1) as u64,
        problem: "no valid JSON".to_owned(),
    })?;
    let lines = Lines::new(text);
    Ok(of_json(text, path, &lines, root, 0))
}

fn of_json(text: &str, path: &Arc<str>, lines: &Lines<'_>, value: &RawValue, depth: usize) -> Node {
    if value.get().starts_with('"') {
        return json::text(value).map_or(Node::Other, Node::Text);
    }
    if depth >= DEPTH || !value.get().starts_with('{') {
        return Node::Other;
    }
    let members = json::members(text, value).into_iter();
    let entries = members.map(|it| Entry {
        spot: lines.spot(path, it.from, it.to),
        value: of_json(text, path, lines, it.value, depth + 1),
        key: it.key,
    });
    Node::Map(entries.collect())
}

/// Reads the first document of a YAML text.
pub(super) fn yaml(text: &str, path: &Arc<str>) -> Result<Node, Broken> {
    let mut builder = Builder {
        path,
        open: Vec::new(),
        root: Node::Other,
    };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Broken {
            line: error.marker().line().max(1) as u64,
            column: error.marker().col() as u64 + 1,
            problem: "no valid YAML".to_owned(),
        })?;
        if event == Event::DocumentEnd {
            break;
        }
        builder.take(event, &span);
    }
    Ok(builder.root)
}

/// What is open while events come in.
enum Open {
    List,
    Map { entries: Vec<Entry>, key: Key },
}

/// What stands before the value that comes next.
enum Key {
    None,
    Text(String, Spot),
    /// A key that is no text: its value is skipped.
    Other,
}

struct Builder<'p> {
    path: &'p Arc<str>,
    open: Vec<Open>,
    root: Node,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: &Span) {
        match event {
            Event::Scalar(text, ..) => self.put(Node::Text(text.into_owned()), Some(span)),
            Event::Alias(_) | Event::UnresolvedAlias(_) => self.put(Node::Other, None),
            Event::SequenceStart(..) => self.open.push(Open::List),
            Event::MappingStart(..) => self.open.push(Open::Map {
                entries: Vec::new(),
                key: Key::None,
            }),
            Event::SequenceEnd => {
                self.open.pop();
                self.put(Node::Other, None);
            }
            Event::MappingEnd => {
                let node = match self.open.pop() {
                    Some(Open::Map { entries, .. }) => Node::Map(entries),
                    _ => Node::Other,
                };
                self.put(node, None);
            }
            _ => {}
        }
    }

    /// Puts a whole node where it belongs: a key, the value of one, or nowhere.
    fn put(&mut self, node: Node, span: Option<&Span>) {
        let deep = self.open.len() > DEPTH;
        match self.open.last_mut() {
            None => self.root = node,
            Some(Open::List) => {}
            Some(Open::Map { entries, key }) => match std::mem::replace(key, Key::None) {
                Key::None => {
                    let spot = span.map(|span| spot(self.path, span));
                    *key = match (node, spot) {
                        (Node::Text(text), Some(spot)) => Key::Text(text, spot),
                        _ => Key::Other,
                    };
                }
                Key::Text(key, spot) if !deep => entries.push(Entry {
                    key,
                    spot,
                    value: node,
                }),
                Key::Text(..) | Key::Other => {}
            },
        }
    }
}

fn spot(path: &Arc<str>, span: &Span) -> Spot {
    let line = span.start.line().max(1) as u64;
    let column = span.start.col() as u64 + 1;
    let same = span.end.line() == span.start.line();
    let end = span.end.col() as u64 + 1;
    Spot {
        path: Arc::clone(path),
        line,
        column,
        end_column: if same {
            end.max(column + 1)
        } else {
            column + 1
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(node: &Node) -> String {
        match node {
            Node::Text(text) => text.clone(),
            Node::Other => "_".to_owned(),
            Node::Map(entries) => {
                let one = |it: &Entry| {
                    let spot = &it.spot;
                    let place = format!("{}:{}-{}", spot.line, spot.column, spot.end_column);
                    format!("{}@{place}={}", it.key, shown(&it.value))
                };
                let all: Vec<String> = entries.iter().map(one).collect();
                format!("{{{}}}", all.join(" "))
            }
        }
    }

    #[test]
    fn keys_know_where_they_stand() {
        let text = "# c\nResources:\n  Orders:\n    Type: 'AWS::X'\n    P: !Sub '${A}-x'\n    L: [a, {b: c}]\n    M: !GetAtt A.B\n    ? [x]\n    : y\n  東: &a {k: *a}\n";
        let path = "t.yaml".into();
        let node = yaml(text, &path).unwrap();
        let expected = "{Resources@2:1-10={Orders@3:3-9={Type@4:5-9=AWS::X P@5:5-6=${A}-x L@6:5-6=_ M@7:5-6=A.B} 東@10:3-4={k@10:10-11=_}}}";
        assert_eq!(shown(&node), expected);
        let text = "{\n\t\"Resources\": {\"A\":\n {\"Type\": \"AWS::X\", \"n\": 1, \"l\": []}}}";
        let node = json(text, &path).unwrap();
        let expected = "{Resources@2:2-13={A@2:16-19={Type@3:3-9=AWS::X n@3:21-24=_ l@3:29-32=_}}}";
        assert_eq!(shown(&node), expected);
    }

    #[test]
    fn broken_texts_have_a_place() {
        let path = "t".into();
        assert!(yaml("a: [1\nb: 2", &path).unwrap_err().line >= 1);
        assert_eq!(json("{\"a\":\n x}", &path).unwrap_err().line, 2);
    }

    #[test]
    fn depth_and_aliases_are_no_danger() {
        let path = "t".into();
        for deep in [
            "[".repeat(100_000),
            "a: {".repeat(100_000),
            "- ".repeat(100_000),
        ] {
            let _ = yaml(&deep, &path);
        }
        let nested = (0..200).map(|at| format!("{}k:\n", " ".repeat(at)));
        let _ = yaml(&nested.collect::<String>(), &path);
        let deep = format!("{}1{}", "{\"a\":".repeat(120), "}".repeat(120));
        assert!(json(&deep, &path).is_ok());
    }
}
