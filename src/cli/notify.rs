//! `notify`: tells the targets of mrlint.yaml what changed since a run before.

use std::path::PathBuf;

use clap::Args;

use super::args::Intent;
use super::past::record_trouble;
use super::runs::{self, Kept};
use super::terminal::Ui;
use super::{Exit, Trouble, intent};
use crate::history::Record;
use crate::history::diff::diff;
use crate::notify::message::message;
use crate::notify::{Channel, Message, Target};
use crate::report::escape::lines;

#[derive(Debug, Args)]
pub(super) struct Notify {
    #[command(flatten)]
    kept: Kept,
    /// The run to compare the last one with: `last` for the one before, a day, a time, or an id
    #[arg(long, value_name = "WHEN", default_value = "last")]
    since: String,
    /// The configuration that names the targets; mrlint.yaml in this folder when not given
    #[arg(long, value_name = "FILE", env = "MRLINT_CONFIG")]
    config: Option<PathBuf>,
    /// Prints what would be sent, and to which host, and sends nothing
    #[arg(long)]
    dry_run: bool,
}

/// Whether anything leaves the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Send,
    Print,
}

pub(super) fn notify(args: &Notify, ui: &Ui) -> Result<Exit, Trouble> {
    let intent = Intent {
        active: Vec::new(),
        config: args.config.clone(),
        rules: Vec::new(),
    };
    let targets = intent::targets(&intent)?;
    let mode = if args.dry_run {
        Mode::Print
    } else {
        Mode::Send
    };
    if mode == Mode::Send {
        ready(&targets)?;
    }
    let store = args.kept.store()?;
    let (new, id) = runs::last(&store)?;
    let old = runs::since(&store, &args.since, (&new.run.finished, &id))?;
    drop(store);
    tell(&targets, &old, &new, mode, ui)
}

/// Everything that can be wrong before anything is read or sent.
pub(super) fn ready(targets: &[Target]) -> Result<(), Trouble> {
    if targets.is_empty() {
        let trouble = Trouble::usage("nobody is to be told: mrlint.yaml names no target");
        return Err(trouble.help("name them under `notify`; `mrlint config schema` shows how"));
    }
    for target in targets {
        where_to(&target.channel)?;
    }
    #[cfg(not(feature = "live"))]
    return Err(super::scan::not_live());
    #[cfg(feature = "live")]
    Ok(())
}

/// The host, or the topic; what is wrong with the secrets is said without them.
fn where_to(channel: &Channel) -> Result<String, Trouble> {
    let wrong = |problem: String| {
        Trouble::usage(format!("{}: {problem}", channel.name()))
            .help("it is named under `notify` in mrlint.yaml")
    };
    match channel {
        Channel::Slack { url } => Ok(url.address().map_err(wrong)?.host().to_owned()),
        Channel::Webhook { url, headers } => {
            for (_, value) in headers {
                value.read().map_err(wrong)?;
            }
            Ok(url.address().map_err(wrong)?.host().to_owned())
        }
        Channel::Sns { topic_arn } => Ok(topic_arn.clone()),
    }
}

/// Tells every target what it wants to know. One that cannot be reached does not keep the others from
/// being told.
pub(super) fn tell(
    targets: &[Target],
    old: &Record,
    new: &Record,
    mode: Mode,
    ui: &Ui,
) -> Result<Exit, Trouble> {
    let diff = diff(old, new).map_err(|error| record_trouble(&error))?;
    let mut failed = Vec::new();
    for target in targets {
        let channel = &target.channel;
        let Some(message) = message(target, &diff, old, new) else {
            ui.note(&format!(
                "{}: nothing that it wants to know changed; nothing is sent",
                channel.name()
            ));
            continue;
        };
        match mode {
            Mode::Print => print(channel, &message, ui)?,
            Mode::Send => match send(channel, &message) {
                Ok(told) => ui.note(&format!(
                    "{}: told {told}: {}",
                    channel.name(),
                    message.title
                )),
                Err(problem) => failed.push(format!("{}: {problem}", channel.name())),
            },
        }
    }
    if failed.is_empty() {
        Ok(Exit::Clean)
    } else {
        Err(Trouble::new(Exit::Runtime, failed.join("\n")))
    }
}

fn print(channel: &Channel, message: &Message, ui: &Ui) -> Result<(), Trouble> {
    let to =
        where_to(channel).unwrap_or_else(|trouble| format!("nobody yet ({})", trouble.problem));
    let body = channel
        .body(message)
        .map_err(|error| Trouble::new(Exit::Runtime, error.to_string()))?;
    let text = format!("{} to {to}\n{}\n", channel.name(), lines(&body));
    ui.print(text.as_bytes()).map(|_| ())
}

#[cfg(not(feature = "live"))]
fn send(_: &Channel, _: &Message) -> Result<String, String> {
    Err("this mrlint was built without the AWS half, and cannot send".to_owned())
}

#[cfg(feature = "live")]
fn send(channel: &Channel, message: &Message) -> Result<String, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(crate::notify::send::send(channel, message))
}
