//! `kinds`: what is collected, and what rules can read of it.

use std::fmt::Write as _;

use super::args::KindsCommand;
use super::terminal::Ui;
use super::{Exit, Trouble};
use crate::inventory::Kind;
use crate::located::nearest;
use crate::vocabulary::{FieldDoc, plural, vocabulary};

pub(super) fn run(command: Option<KindsCommand>, ui: &Ui) -> Result<Exit, Trouble> {
    match command {
        None | Some(KindsCommand::List) => list(ui),
        Some(KindsCommand::Show {
            kind,
            schema: false,
        }) => show(find(&kind)?, ui),
        Some(KindsCommand::Show { kind, schema: true }) => {
            let schema = serde_json::to_string_pretty(&find(&kind)?.schema())
                .map_err(|error| Trouble::new(Exit::Runtime, error.to_string()))?;
            ui.print(format!("{schema}\n").as_bytes())
        }
    }
}

fn find(word: &str) -> Result<Kind, Trouble> {
    let known = Kind::ALL
        .iter()
        .copied()
        .find(|kind| kind.name().eq_ignore_ascii_case(word));
    known.ok_or_else(|| {
        let trouble = Trouble::usage(format!("there is no kind `{word}`"));
        match nearest(word, Kind::ALL.iter().map(|kind| kind.name())) {
            Some(near) => trouble.help(format!("did you mean `{near}`?")),
            None => trouble.help("`mrlint kinds` lists them"),
        }
    })
}

fn list(ui: &Ui) -> Result<Exit, Trouble> {
    let mut text = String::new();
    for kind in Kind::ALL {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{kind}");
    }
    ui.print(text.as_bytes())
}

fn show(kind: Kind, ui: &Ui) -> Result<Exit, Trouble> {
    let fields = vocabulary().fields(kind);
    let (facts, properties): (Vec<_>, Vec<_>) = fields.iter().partition(|field| field.fact);
    let mut text = format!("{kind}\nworkload.{}\n", plural(kind));
    section(&mut text, "Properties, as AWS answers them", &properties);
    section(&mut text, "Facts, worked out", &facts);
    for (name, fields) in vocabulary().records(kind) {
        section(&mut text, &name, &fields.iter().collect::<Vec<_>>());
    }
    ui.print(text.as_bytes())
}

fn section(text: &mut String, title: &str, fields: &[&FieldDoc]) {
    let _ = writeln!(text, "\n{title}");
    for field in fields {
        let _ = writeln!(text, "  {}: {}", field.name, field.ty);
        let _ = writeln!(text, "      {}", field.doc.replace('\n', " "));
    }
}
