//! From the calls that made a construct to the line in the repository where that was written.

use std::path::{Path, PathBuf};

use crate::iac::spot::{Base, Spot};
use crate::located;

/// A place in a call.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Frame<'t> {
    file: &'t str,
    line: u64,
    column: u64,
}

/// Bytes of one source file.
const BYTES: u64 = 8 << 20;

/// The innermost place that lies in the repository and is no package's. Whether the file still has
/// a call at that place: where it has not, it has changed since, or the place is that of compiled
/// code.
pub(super) fn place(frames: &[String], base: &Base) -> Option<(Spot, bool)> {
    let mut inner = frames.iter().filter_map(|it| frame(it));
    inner.find_map(|frame| {
        let path = Path::new(frame.file);
        let made = |it: &str| it == "node_modules" || it == "site-packages" || it == "cdk.out";
        let parts = path.components();
        let mut parts = parts.filter_map(|it| it.as_os_str().to_str());
        if !path.is_absolute() || parts.any(made) {
            return None;
        }
        let path = path
            .canonicalize()
            .ok()
            .filter(|it| base.holds(it) && it.is_file())?;
        let sure = !is_compiled(&path) && calls(&path, &frame);
        let spot = Spot {
            path: base.show(&path),
            line: frame.line,
            column: frame.column,
            end_column: frame.column + 1,
        };
        Some((spot, sure))
    })
}

/// Reads `new Orders (/repo/lib/orders.ts:12:5)` and its like.
fn frame(text: &str) -> Option<Frame<'_>> {
    let text = text.trim();
    let place = match text.strip_suffix(')') {
        Some(inner) => inner.rsplit_once('(')?.1,
        None => text.strip_prefix("at ").unwrap_or(text),
    };
    let place = place.strip_prefix("file://").unwrap_or(place);
    let (rest, column) = place.rsplit_once(':')?;
    let (file, line) = rest.rsplit_once(':')?;
    let (line, column) = (line.parse().ok()?, column.parse().ok()?);
    (line > 0 && column > 0).then_some(Frame { file, line, column })
}

/// Whether the file is made of another beside it.
fn is_compiled(path: &Path) -> bool {
    let script = path
        .extension()
        .is_some_and(|it| it == "js" || it == "mjs" || it == "cjs");
    let source = |ending: &str| -> PathBuf { path.with_extension(ending) };
    script
        && ["ts", "mts", "cts", "tsx"]
            .iter()
            .any(|it| source(it).is_file())
}

/// Whether a call is written there: `new X(`, `super(`, `x.add(`, as engines name its place.
fn calls(path: &Path, frame: &Frame<'_>) -> bool {
    let Ok(text) = located::read_text(path, BYTES) else {
        return false;
    };
    let at = usize::try_from(frame.line - 1).unwrap_or(usize::MAX);
    let skip = usize::try_from(frame.column - 1).unwrap_or(usize::MAX);
    let Some(line) = text.lines().nth(at) else {
        return false;
    };
    let rest: String = line.chars().skip(skip).collect();
    let name = |it: char| it.is_alphanumeric() || it == '_' || it == '$';
    let word = rest.trim_start_matches(name);
    let called = word.trim_start().starts_with(['(', '<']);
    rest.starts_with("new ") || (word.len() < rest.len() && called)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_frames() {
        let read =
            |text: &str| frame(text).map(|it| format!("{} {} {}", it.file, it.line, it.column));
        let place = Some("/r/lib/o.ts 12 5".to_owned());
        assert_eq!(read("new Orders (/r/lib/o.ts:12:5)"), place);
        assert_eq!(read("<anonymous> (file:///r/lib/o.ts:12:5)"), place);
        assert_eq!(read("    at /r/lib/o.ts:12:5"), place);
        for text in [
            "",
            "...aws-cdk-lib...",
            "(no user code in 10 frames)",
            "x (y:0:1)",
            ")",
            "a:b:c",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn only_the_repository_s_own_code_counts() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        for inner in [".git", "lib", "node_modules/x"] {
            std::fs::create_dir_all(top.join(inner)).unwrap();
        }
        let source = "import x;\n  const t = new Table(this, 'T');\n  vpc.addEndpoint('x');\n";
        for file in ["lib/o.ts", "lib/c.js", "lib/c.ts", "node_modules/x/i.ts"] {
            std::fs::write(top.join(file), source).unwrap();
        }
        let base = Base::of(&top, None);
        let found = |places: &[&str]| {
            let frames = places
                .iter()
                .map(|it| format!("f ({}/{it})", top.display()));
            let frames: Vec<String> = frames.collect();
            place(&frames, &base).map(|(spot, sure)| format!("{}:{} {sure}", spot.path, spot.line))
        };
        assert_eq!(
            found(&["node_modules/x/i.ts:2:13", "lib/o.ts:2:13"]).unwrap(),
            "lib/o.ts:2 true"
        );
        assert_eq!(found(&["lib/o.ts:3:7"]).unwrap(), "lib/o.ts:3 true");
        assert_eq!(
            found(&["lib/o.ts:1:1"]).unwrap(),
            "lib/o.ts:1 false",
            "changed since"
        );
        assert_eq!(found(&["lib/o.ts:99:1"]).unwrap(), "lib/o.ts:99 false");
        assert_eq!(
            found(&["lib/c.js:2:13"]).unwrap(),
            "lib/c.js:2 false",
            "compiled"
        );
        assert_eq!(found(&["lib/gone.ts:2:13"]), None);
        let outside = [
            "f (/etc/hostname:1:1)".to_owned(),
            "f (relative.ts:1:1)".to_owned(),
        ];
        assert_eq!(place(&outside, &base), None);
    }
}
