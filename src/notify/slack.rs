//! A message for an incoming webhook of Slack: its limits are kept, and nothing of it is markup.

use serde_json::{Value, json};

use super::Message;
use super::text::{fitted, told};
use crate::report::escape::plain;

/// Characters of a header.
const HEADER: usize = 150;
/// Characters of the text of a section.
const SECTION: usize = 3000;

/// What is posted. Five parts at most, far below the fifty blocks that Slack takes.
pub(super) fn payload(message: &Message) -> Value {
    let mut blocks = vec![json!({
        "type": "header",
        "text": { "type": "plain_text", "text": bare(&message.title), "emoji": false },
    })];
    for part in &message.parts {
        let lines = part
            .lines
            .iter()
            .map(|it| format!("• {}", escaped(&told(it))));
        let heading = format!("*{}* ({})", part.what, part.count);
        let heading = if part.what == "coverage" {
            "*coverage*".to_owned()
        } else {
            heading
        };
        let told = part.lines.len();
        let unshown = part.count.saturating_sub(told);
        let text = fitted(&heading, lines, unshown, SECTION, |it| it.chars().count());
        // Taken as it is: no name becomes a mention or a link.
        let text = json!({ "type": "mrkdwn", "text": text, "verbatim": true });
        blocks.push(json!({ "type": "section", "text": text }));
    }
    let span = format!("{} → {}", message.from, message.to);
    blocks.push(json!({
        "type": "context",
        "elements": [{ "type": "plain_text", "text": bare(&span), "emoji": false }],
    }));
    json!({ "text": escaped(&plain(&message.title)), "blocks": blocks })
}

/// The three characters that Slack gives a meaning: without them there is no mention and no link.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// For text without markup, whose length is limited too.
fn bare(text: &str) -> String {
    let text = plain(text).replace(['<', '>', '&'], "?");
    if text.chars().count() <= HEADER {
        return text;
    }
    let kept: String = text.chars().take(HEADER - 1).collect();
    kept + "…"
}
