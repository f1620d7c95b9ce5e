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
    let _ = (&args.scope, &args.judge, &args.save);
    Err(not_live())
}

#[cfg(not(feature = "live"))]
pub(super) fn collect(args: &Collect, _: &Ui) -> Result<Exit, Trouble> {
    let _ = (&args.scope, &args.output);
    Err(not_live())
}

#[cfg(feature = "live")]
pub(super) use live::{collect, scan};

#[cfg(feature = "live")]
mod live {
    use std::path::Path;

    use super::super::args::Scope;
    use super::super::judge::{decided, judge, prepare};
    use super::super::outputs;
    use super::{Collect, Exit, Scan, Trouble, Ui};
    use crate::collect::{self, CollectError, Collected};
    use crate::inventory::{Inventory, snapshot};

    pub(in crate::cli) fn scan(args: &Scan, ui: &Ui) -> Result<Exit, Trouble> {
        let by = prepare(&args.judge, true, args.save.as_deref(), &[], ui)?;
        let collected = read(&args.scope, ui)?;
        if let Some(path) = &args.save {
            save(&collected.inventory, path)?;
        }
        let (exit, coverage) = judge(&collected.inventory, &by, &args.judge, ui)?;
        ui.note(&format!("{}; {}", summary(&collected), decided(coverage)));
        Ok(if collected.interrupted {
            Exit::Interrupted
        } else {
            exit
        })
    }

    pub(in crate::cli) fn collect(args: &Collect, ui: &Ui) -> Result<Exit, Trouble> {
        outputs::ready(&[&args.output], &[])?;
        let collected = read(&args.scope, ui)?;
        save(&collected.inventory, &args.output)?;
        ui.note(&summary(&collected));
        ui.note(&format!("wrote {}", args.output.display()));
        Ok(if collected.interrupted {
            Exit::Interrupted
        } else {
            Exit::Clean
        })
    }

    fn save(inventory: &Inventory, path: &Path) -> Result<(), Trouble> {
        snapshot::save(inventory, path)
            .map_err(|error| Trouble::new(Exit::Runtime, error.to_string()))
    }

    /// What reading came to, for the end of a run.
    fn summary(collected: &Collected) -> String {
        let inventory = &collected.inventory;
        let early = if collected.interrupted {
            "interrupted; "
        } else {
            ""
        };
        format!(
            "{early}read {} resources in {} calls ({} throttled), {} gaps",
            inventory.resources().len(),
            collected.calls,
            collected.throttles,
            inventory.gaps().len()
        )
    }

    fn read(scope: &Scope, ui: &Ui) -> Result<Collected, Trouble> {
        let request = scope.request();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?;
        let progress = ui.progress();
        let interrupt = async {
            // Without a signal handler the run simply cannot be interrupted gracefully.
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let collected = runtime.block_on(collect::collect(&request, &progress, interrupt));
        progress.end();
        collected.map_err(|error| trouble(&error))
    }

    fn trouble(error: &CollectError) -> Trouble {
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
