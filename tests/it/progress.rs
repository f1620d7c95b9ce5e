//! What is said while accounts are read: a bar on a terminal, nothing of it elsewhere, and a line at
//! the end.

use std::process::Command;

use crate::support::binary::Mrlint;
use crate::support::foreign::assert_tame;
use crate::support::server::{Server, shared_lab};
use crate::support::venv::python;

/// Runs a command on a terminal of its own and passes on what it shows.
const TERMINAL: &str = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)";

#[test]
fn a_short_run_says_one_line_at_its_end() {
    let lab = shared_lab(&["healthy"]);
    let ran = Mrlint::new(["scan"]).against(lab).run();
    let lines: Vec<&str> = ran.stderr.lines().collect();
    let [line] = lines.as_slice() else {
        panic!("{}", ran.stderr);
    };
    assert!(
        line.starts_with("read ") && line.contains(" resources in "),
        "{line}"
    );
    let end = "(0 throttled), 0 gaps; unknown verdicts: 0; 100.0 % could be decided";
    assert!(line.ends_with(end), "{line}");
}

#[test]
fn quiet_is_silent() {
    let lab = shared_lab(&["healthy"]);
    for command in [
        ["scan", "-q"].as_slice(),
        &["collect", "-q", "-o", "i.jsonl"],
    ] {
        let ran = Mrlint::new(command).against(lab).run();
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    }
}

fn on_a_terminal(lab: &Server) -> String {
    let mrlint = Mrlint::new(["scan"]).against(lab);
    let mut command = Command::new(python("lab"));
    command.args(["-c", TERMINAL, env!("CARGO_BIN_EXE_mrlint")]);
    command.arg("scan");
    command
        .env_clear()
        .envs(mrlint.environment())
        .env("TERM", "xterm")
        .env("COLUMNS", "80");
    let output = command
        .current_dir(mrlint.dir())
        .output()
        .expect("Python runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(0), "{text}");
    text
}

#[test]
fn a_terminal_has_a_bar_that_goes_away() {
    let lab = shared_lab(&["healthy"]);
    let text = on_a_terminal(lab);
    assert!(text.contains(" Regions read, "), "{text:?}");
    assert!(text.contains(" calls"), "{text:?}");
    // It is wiped before the report begins.
    let (before, after) = text.split_once("mrlint 0.1.0").expect("the report");
    let last = before.rsplit('\r').next().unwrap_or_default();
    assert_tame(
        "after the bar",
        &last.replace("\u{1b}[2K", "").replace("\u{1b}[0G", ""),
    );
    assert!(!after.contains("Regions read"), "{after:?}");
}
