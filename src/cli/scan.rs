//! `scan` and `collect`: the commands that talk to AWS.

use super::args::{Collect, Scan};
use super::terminal::Ui;
use super::{Exit, Trouble};

#[cfg(not(feature = "live"))]
pub(super) fn not_live() -> Trouble {
    let trouble = Trouble::usage("this mrlint was built without the AWS half");
    trouble.help("build it without --no-default-features")
}

#[cfg(not(feature = "live"))]
pub(super) fn scan(args: &Scan, _: &Ui) -> Result<Exit, Trouble> {
    let _ = (
        &args.scope,
        &args.reading,
        &args.judge,
        &args.save,
        &args.past,
    );
    Err(not_live())
}

#[cfg(not(feature = "live"))]
pub(super) fn collect(args: &Collect, _: &Ui) -> Result<Exit, Trouble> {
    let _ = (&args.scope, &args.reading, &args.output);
    Err(not_live())
}

#[cfg(feature = "live")]
pub(super) use live::{collect, running, scan, trouble};

#[cfg(feature = "live")]
mod live {
    use std::path::{Path, PathBuf};
    use std::pin::Pin;

    use super::super::args::{Reading, Scope};
    use super::super::judge::{decided, judge, prepare};
    use super::super::outputs;
    use super::super::progress::Shown;
    use super::{Collect, Exit, Scan, Trouble, Ui};
    use crate::collect::keep::{Kept, Place};
    use crate::collect::{self, CollectError, Collected, How, Request, Told};
    use crate::report::escape::plain;

    pub(in crate::cli) fn scan(args: &Scan, ui: &Ui) -> Result<Exit, Trouble> {
        let by = prepare(&args.judge, true, args.save.as_deref(), &[], ui)?;
        let folder = args.reading.state_dir.as_deref();
        let mut before = args.past.ready(folder, by.runs())?;
        let collected = read(&args.scope, &args.reading, None, ui)?;
        if collected.interrupted {
            before = before.without_history();
        }
        if let Some(path) = &args.save {
            save(&collected.kept, path)?;
        }
        let inventory = collected.kept.inventory().map_err(runtime)?;
        let (exit, coverage) = judge(&inventory, &by, &args.judge, &before, ui)?;
        drop(inventory);
        let told = format!("{}; {}", summary(&collected), decided(coverage));
        end(collected, &told, exit, ui)
    }

    pub(in crate::cli) fn collect(args: &Collect, ui: &Ui) -> Result<Exit, Trouble> {
        outputs::ready(&[&args.output], &[])?;
        // Beside the output, where there is room for as much.
        let folder = args.output.parent().filter(|it| !it.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).to_owned();
        let collected = read(&args.scope, &args.reading, Some(folder), ui)?;
        save(&collected.kept, &args.output)?;
        let told = summary(&collected);
        let exit = end(collected, &told, Exit::Clean, ui)?;
        ui.note(&format!("wrote {}", args.output.display()));
        Ok(exit)
    }

    /// Tells what a run came to. One that was interrupted stays where it is, to be gone on with.
    fn end(collected: Collected, told: &str, exit: Exit, ui: &Ui) -> Result<Exit, Trouble> {
        ui.note(told);
        if collected.interrupted {
            return Ok(Exit::Interrupted);
        }
        collected.kept.done().map_err(runtime)?;
        Ok(exit)
    }

    fn save(kept: &Kept, path: &Path) -> Result<(), Trouble> {
        kept.save(path).map_err(runtime)
    }

    fn runtime(error: impl std::error::Error) -> Trouble {
        Trouble::new(Exit::Runtime, error.to_string())
    }

    /// What reading came to, for the end of a run.
    fn summary(collected: &Collected) -> String {
        let (resources, gaps) = collected.kept.counts();
        let early = if collected.interrupted {
            "interrupted; "
        } else {
            ""
        };
        let since = collected.kept.resumed();
        let since = since.map(|it| format!("went on with what was read since {it}; "));
        let word = collected.word.as_ref();
        let word = word.map(|(source, told)| format!("; {}", on_word(source, told)));
        format!(
            "{early}{}read {resources} resources in {} calls ({} throttled), {gaps} gaps{}",
            since.unwrap_or_default(),
            collected.calls,
            collected.throttles,
            word.unwrap_or_default(),
        )
    }

    /// How much was taken on whose word, how old it is, and where it did not count.
    fn on_word(source: &str, told: &Told) -> String {
        let source = plain(source);
        let taken = match told.oldest {
            None => format!("nothing was taken on the word of {source}"),
            Some(at) => format!(
                "{} parts not asked: empty by {source}, as of {} or later",
                told.parts,
                at.strftime("%Y-%m-%dT%H:%M:%SZ")
            ),
        };
        let direct = told.direct.iter();
        let direct = direct.map(|(why, places)| match places.len() {
            1 => format!("{why} (1 Region)"),
            many => format!("{why} ({many} Regions)"),
        });
        let direct: Vec<String> = direct.collect();
        if direct.is_empty() {
            return taken;
        }
        format!("{taken}; asked all the same: {}", direct.join(", "))
    }

    /// `folder` is where to keep what is found meanwhile, if not in memory or where the user says.
    fn read(
        scope: &Scope,
        reading: &Reading,
        folder: Option<PathBuf>,
        ui: &Ui,
    ) -> Result<Collected, Trouble> {
        let request = Request {
            aggregator: reading.aggregator(),
            ..scope.request()
        };
        let how = How {
            speed: reading.speed.speed(),
            place: match (&reading.state_dir, folder) {
                (Some(folder), _) => Place::State {
                    folder: folder.clone(),
                    resume: reading.resume,
                },
                (None, Some(folder)) => Place::Scratch(folder),
                (None, None) => Place::Memory,
            },
        };
        let collected = running(ui, async |progress, interrupt| {
            Box::pin(collect::collect(&request, &how, progress, interrupt)).await
        })?;
        collected.map_err(|error| trouble(&error))
    }

    /// Ends when the user presses Ctrl-C.
    pub(in crate::cli) type Interrupt = Pin<Box<dyn Future<Output = ()>>>;

    /// Does what talks to AWS, and shows how far it is.
    pub(in crate::cli) fn running<T>(
        ui: &Ui,
        work: impl AsyncFnOnce(&Shown, Interrupt) -> T,
    ) -> Result<T, Trouble> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        let progress = ui.progress();
        let interrupt = Box::pin(async {
            // Without a signal handler the run simply cannot be interrupted gracefully.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        });
        let done = runtime.block_on(work(&progress, interrupt));
        progress.end();
        Ok(done)
    }

    pub(in crate::cli) fn trouble(error: &CollectError) -> Trouble {
        let exit = match error {
            CollectError::Interrupted => Exit::Interrupted,
            error if error.is_usage() => Exit::Usage,
            _ => Exit::Runtime,
        };
        let trouble = Trouble::new(exit, error.to_string());
        match error.help() {
            Some(help) => trouble.help(help),
            None => trouble,
        }
    }
}
