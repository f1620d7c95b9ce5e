//! A message as plain text, cut where it would be too long.

use super::message::{Line, Message};
use crate::report::escape::plain;

/// The most bytes of a message of SNS.
pub(super) const SNS: usize = 256 << 10;

/// The most characters of its subject.
#[cfg(feature = "live")]
const SUBJECT: usize = 100;

/// A subject as SNS takes it: ASCII on one line.
#[cfg(feature = "live")]
pub(super) fn subject(message: &Message) -> String {
    let letters = message.title.chars();
    let letters = letters.map(|it| {
        if it.is_ascii_graphic() || it == ' ' {
            it
        } else {
            '?'
        }
    });
    letters.take(SUBJECT).collect()
}

/// The whole message.
pub(super) fn text(message: &Message) -> String {
    let head = format!(
        "{}\nbetween {} and {}",
        plain(&message.title),
        plain(&message.from),
        plain(&message.to)
    );
    let mut text = head;
    let share = (SNS - text.len()) / message.parts.len().max(1);
    for part in &message.parts {
        let lines = part.lines.iter().map(|it| format!("- {}", told(it)));
        let unshown = part.count.saturating_sub(part.lines.len());
        let unshown = if part.what == "coverage" { 0 } else { unshown };
        let heading = format!("\n\n{}", part.what);
        text.push_str(&fitted(&heading, lines, unshown, share, str::len));
    }
    text
}

/// One change on one line.
pub(super) fn told(line: &Line) -> String {
    let words = [
        line.severity.map(str::to_owned),
        line.rule.as_deref().map(plain),
        line.workload.as_deref().map(|it| format!("{}:", plain(it))),
        Some(plain(&line.text)),
    ];
    let words: Vec<String> = words.into_iter().flatten().collect();
    words.join(" ")
}

/// A heading and as many lines as fit; the rest, with what is not among the lines, is counted.
pub(super) fn fitted(
    heading: &str,
    lines: impl Iterator<Item = String>,
    unshown: usize,
    most: usize,
    size: impl Fn(&str) -> usize,
) -> String {
    /// Room for `and N more`.
    const REST: usize = 40;
    let mut text = heading.to_owned();
    let mut taken = size(heading);
    let mut left = unshown;
    for line in lines {
        let own = size(&line) + 1;
        if left > unshown || taken + own + REST > most {
            left += 1;
            continue;
        }
        taken += own;
        text.push('\n');
        text.push_str(&line);
    }
    if left > 0 {
        text.push_str(&format!("\nand {left} more"));
    }
    text
}
