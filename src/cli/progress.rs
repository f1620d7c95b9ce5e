//! How far a run is, on standard error: a bar on a terminal, now and then a line elsewhere.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::collect::{Progress, State};
use crate::report::escape::{lines, plain};

/// How often the bar is drawn in a second at most.
const HERTZ: u8 = 5;
/// How often a line is written at most, and when the first one is: short runs write none.
const BETWEEN: Duration = Duration::from_secs(10);

/// How the bar looks.
const TEMPLATE: &str = "[{bar:24}] {wide_msg}";

/// Where progress goes.
pub(super) enum Shown {
    Nowhere,
    Bar(ProgressBar),
    Lines(Lines),
}

/// Lines for whoever reads a log.
pub(super) struct Lines {
    last: Mutex<Instant>,
    write: fn(&str),
}

impl Shown {
    /// On a terminal. Without colour: a bar needs none.
    pub(super) fn bar() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(HERTZ));
        // The template is right: a test looks at it.
        if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
            bar.set_style(style.progress_chars("=> "));
        }
        Self::Bar(bar)
    }

    /// Where standard error is read later.
    pub(super) fn lines(write: fn(&str)) -> Self {
        Self::Lines(Lines {
            last: Mutex::new(Instant::now()),
            write,
        })
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Shown {
    fn at(&self, state: &State) {
        match self {
            Self::Nowhere => {}
            Self::Bar(bar) => {
                bar.set_length(state.total.max(1) as u64);
                bar.set_position(state.done as u64);
                bar.set_message(text(state));
            }
            Self::Lines(lines) => {
                let mut last = lines.last.lock().unwrap_or_else(PoisonError::into_inner);
                if last.elapsed() >= BETWEEN {
                    *last = Instant::now();
                    (lines.write)(&text(state));
                }
            }
        }
    }

    fn note(&self, text: &str) {
        let text = lines(text);
        match self {
            Self::Nowhere => {}
            Self::Bar(bar) => bar.println(text),
            Self::Lines(lines) => (lines.write)(&text),
        }
    }
}

/// One line. Names come from answers, which anybody may have given.
fn text(state: &State) -> String {
    let done = match state.regions {
        0 => "asking who we are".to_owned(),
        all => format!("{}/{all} Regions read", state.regions_done),
    };
    let throttled = match state.throttles {
        0 => String::new(),
        some => format!(", {some} throttled"),
    };
    let waiting = match &state.waiting {
        None => String::new(),
        Some((account, region)) => format!(", reading {} {}", plain(account), plain(region)),
    };
    format!("{done}, {} calls{throttled}{waiting}", state.calls)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_where_it_is_and_holds_no_orders() {
        let mut state = State::default();
        assert_eq!(text(&state), "asking who we are, 0 calls");
        state = State {
            done: 3,
            total: 40,
            regions_done: 1,
            regions: 12,
            waiting: Some(("1\u{1b}[31m".into(), "eu-west-1".into())),
            calls: 345,
            throttles: 2,
        };
        assert_eq!(
            text(&state),
            "1/12 Regions read, 345 calls, 2 throttled, reading 1\\u{1b}[31m eu-west-1"
        );
    }

    #[test]
    fn a_short_run_writes_no_line() {
        let shown = Shown::lines(|line| panic!("{line}"));
        shown.at(&State::default());
        let Shown::Lines(lines) = &shown else {
            panic!("lines");
        };
        let before = Instant::now().checked_sub(BETWEEN).unwrap();
        *lines.last.lock().unwrap() = before;
        assert!(std::panic::catch_unwind(|| shown.at(&State::default())).is_err());
    }

    #[test]
    fn the_template_of_the_bar_is_right() {
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
    }
}
