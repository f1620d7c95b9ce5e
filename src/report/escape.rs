//! Other people's text made safe for each medium: names, tags and messages come from accounts that
//! anybody may have named things in.

use sha2::{Digest, Sha256};

/// The longest piece of foreign text that is shown, in characters.
const SHOWN: usize = 400;
/// The longest segment, in bytes before it is encoded.
const SEGMENT: usize = 200;

/// For a terminal, and for every medium without markup: control characters, bidirectional
/// overrides and invisible characters become visible escapes; what is too long is cut.
pub fn plain(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => visible(&text[..end]) + "…",
        None => visible(text),
    }
}

/// As [`plain`], uncut: for media in which a name must stay whole.
pub fn whole(text: &str) -> String {
    visible(text)
}

/// For text of several lines that mrlint wrote around foreign pieces: its line ends stay, the rest
/// is as [`plain`], uncut.
pub fn lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(visible).collect();
    lines.join("\n")
}

fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_control() || is_deceptive(letter) {
            out.extend(letter.escape_unicode());
        } else {
            out.push(letter);
        }
    }
    out
}

/// Changes the direction of text, or cannot be seen.
fn is_deceptive(letter: char) -> bool {
    matches!(letter,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}'..='\u{FFFF}' | '\u{E0000}'..='\u{E0FFF}')
}

/// For Markdown: as [`plain`], and nothing of it is markup or a link, not even one that GitHub makes
/// of a bare address.
pub fn markdown(text: &str) -> String {
    let text = plain(text);
    let mut out = String::new();
    let mut before = '\0';
    for (at, letter) in text.char_indices() {
        let link = match letter {
            ':' => text[at..].starts_with("://"),
            '.' => before.eq_ignore_ascii_case(&'w'),
            _ => false,
        };
        let markup = matches!(
            letter,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '!' | '&' | '~'
        );
        if link || markup {
            out.push('\\');
        }
        out.push(letter);
        before = letter;
    }
    out
}

/// For finished JSON: what a terminal or an editor could obey, or a reader could not see, becomes
/// `\uXXXX`. The values stay the same, because outside of strings JSON has no such characters.
pub fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        // Line ends and the like are layout here; inside of strings they are escaped already.
        if is_deceptive(letter) || (letter.is_control() && !letter.is_ascii_whitespace()) {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(letter);
        }
    }
    out
}

/// For finished JSON inside of a script element of HTML: as [`json`], and nothing in it can end the
/// element or begin another. The values stay the same.
pub fn script(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in json(text).chars() {
        match letter {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            _ => out.push(letter),
        }
    }
    out
}

/// A double-quoted YAML string: what a terminal could obey, or a reader could not see, is escaped,
/// and a reader of YAML gets the same text back.
pub fn yaml(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            _ if letter.is_control() || is_deceptive(letter) => {
                out.push_str(&format!("\\U{:08x}", u32::from(letter)));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// For one segment of a relative URI: everything but letters, digits, `-`, `_` and `.` is
/// percent-encoded; `.` and `..` are no segments. Text of more than 200 bytes is cut between two
/// characters and ends with a hash of the whole, so that different texts stay different segments.
pub fn segment(text: &str) -> String {
    let (kept, hash) = if text.len() > SEGMENT {
        let digest = Sha256::digest(text.as_bytes());
        let hash = super::fingerprint::hex(&digest[..8]);
        let end = text.floor_char_boundary(SEGMENT - hash.len() - 1);
        (&text[..end], format!("-{hash}"))
    } else {
        (text, String::new())
    };
    let out = file_name(kept) + &hash;
    match out.as_str() {
        "" => "_".to_owned(),
        "." | ".." => out.replace('.', "%2E"),
        _ => out,
    }
}

/// For the name of a file in a relative URI: percent-encoded as [`segment`] is, and never cut.
pub fn file_name(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_move_the_cursor_or_turn_the_text() {
        assert_eq!(plain("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(plain("x\u{202e}y\nz"), "x\\u{202e}y\\u{a}z");
        assert_eq!(plain("Zürich 東京"), "Zürich 東京");
        assert_eq!(plain(&"x".repeat(10_000)).chars().count(), SHOWN + 1);
    }

    #[test]
    fn lines_stay_lines() {
        let long = "x".repeat(SHOWN * 2);
        assert_eq!(
            lines(&format!("a\u{1b}\n{long}")),
            format!("a\\u{{1b}}\n{long}")
        );
    }

    #[test]
    fn nothing_is_markup() {
        assert_eq!(
            markdown("[x](javascript:1) <b>"),
            r"\[x\](javascript:1) \<b\>"
        );
        assert_eq!(markdown("a|b`c"), r"a\|b\`c");
        assert_eq!(
            markdown("https://x www.y a.b c:d"),
            r"https\://x www\.y a.b c:d"
        );
    }

    #[test]
    fn segments_stay_segments() {
        assert_eq!(segment("a/b c:d"), "a%2Fb%20c%3Ad");
        assert_eq!(segment(".."), "%2E%2E");
        assert_eq!(segment(""), "_");
    }

    #[test]
    fn long_segments_stay_whole_characters_and_apart() {
        let long = |end: &str| segment(&format!("{}{end}", "東".repeat(100)));
        let cut = long("a");
        assert_eq!(cut.matches('%').count() % 3, 0, "{cut}");
        assert!(cut.len() <= SEGMENT * 3, "{cut}");
        assert_eq!(cut, long("a"));
        assert_ne!(cut, long("b"));
        assert_eq!(segment(&"x".repeat(SEGMENT)), "x".repeat(SEGMENT));
    }

    #[test]
    fn json_means_the_same_and_shows_everything() {
        let text = "a\u{9b}31m\u{202e}\u{7f}\u{e0041}\u{1b}\n 東京";
        let written = json(&serde_json::to_string_pretty(&[text]).unwrap());
        let raw = |it: char| is_deceptive(it) || (it.is_control() && it != '\n');
        assert!(!written.contains(raw), "{written:?}");
        let read: Vec<String> = serde_json::from_str(&written).unwrap();
        assert_eq!(read, [text]);
    }
}
