//! What a simulation assumes, as the user sets it.

use indexmap::IndexMap;
use serde_saphyr::Spanned;

use super::file::SpanFile;
use super::load::Settler;
use crate::located::nearest;
use crate::simulate::constants::Constants;
use crate::simulate::time::{Seconds, Span};

impl Settler<'_> {
    pub(super) fn constants(&mut self, file: &IndexMap<Spanned<String>, SpanFile>) -> Constants {
        let mut constants = Constants::default();
        for (name, span) in file {
            let known = Constants::names().any(|it| it == name.value);
            if !known {
                let near = nearest(&name.value, Constants::names());
                let help = near.map_or_else(
                    || "`mrlint simulate --assumptions` prints their names".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                let problem = format!("a simulation assumes no `{}`", name.value);
                self.wrong_with(name.referenced, problem, Some(help));
                continue;
            }
            let typical = self.seconds(&span.typical);
            let upper = self.seconds(&span.upper);
            let (Some(typical), Some(upper)) = (typical, upper) else {
                continue;
            };
            if typical > upper {
                let problem = format!("the upper end of `{}` is below its usual", name.value);
                self.wrong(span.upper.referenced, problem);
                continue;
            }
            constants.set(&name.value, Span { typical, upper });
        }
        constants
    }

    fn seconds(&mut self, text: &Spanned<String>) -> Option<Seconds> {
        let seconds = self.duration(Some(text))?;
        u64::try_from(seconds).ok().map(Seconds::Of)
    }
}
