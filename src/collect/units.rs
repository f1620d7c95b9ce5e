//! The units of a run, each a task: one collector in one Region of one account.
//!
//! Whatever ends a unit early (an interruption, a panic) leaves a gap for its kinds.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;

use tokio::task::{Id, JoinSet};

use super::progress::{Left, Progress, telling};
use super::scope::{Account, Run};
use super::{Collector, Context, Scope};
use crate::inventory::{AccountId, Cause, Gap, Reading, Region, not_collected};

/// One collector in one Region of one account.
#[derive(Debug, Clone)]
struct Unit {
    account: AccountId,
    region: Region,
    collector: &'static Collector,
}

/// Runs the collectors in all accounts and Regions that they ask; whether it came to its end.
pub(super) async fn run_all(
    run: &Arc<Run>,
    collectors: &'static [Collector],
    accounts: &[Arc<Account>],
    progress: &dyn Progress,
    cancel: impl Future<Output = ()>,
) -> bool {
    let mut tasks = JoinSet::new();
    let mut waiting = start(run, collectors, accounts, &mut tasks);
    let mut left = Left::default();
    for unit in waiting.values() {
        left.add(&unit.account, &unit.region);
    }
    progress.at(&left.state(run));
    let mut cancel = pin!(cancel);
    let mut interrupted = false;
    loop {
        let joined = tokio::select! {
            biased;
            () = &mut cancel, if !interrupted => {
                interrupted = true;
                tasks.abort_all();
                continue;
            }
            joined = telling(run, progress, &left, tasks.join_next_with_id()) => joined,
        };
        let Some(joined) = joined else {
            return !interrupted;
        };
        let (id, cause) = match joined {
            Ok((id, ())) => (id, None),
            Err(error) if error.is_cancelled() => (error.id(), Some(Cause::NotCollected)),
            Err(error) => (error.id(), Some(Cause::Other)),
        };
        if let Some(unit) = waiting.remove(&id) {
            left.end(&unit.account, &unit.region);
            end(run, unit, cause);
        }
        progress.at(&left.state(run));
    }
}

fn start(
    run: &Arc<Run>,
    collectors: &'static [Collector],
    accounts: &[Arc<Account>],
    tasks: &mut JoinSet<()>,
) -> BTreeMap<Id, Unit> {
    let mut units = BTreeMap::new();
    for account in accounts {
        for (region, collector) in plan(collectors, account) {
            let context = Context::new(Arc::clone(run), Arc::clone(account), region.clone());
            let task = tasks.spawn(async move { (collector.run)(&context).await });
            let account = account.session.account.clone();
            units.insert(
                task.id(),
                Unit {
                    account,
                    region,
                    collector,
                },
            );
        }
    }
    units
}

fn plan(
    collectors: &'static [Collector],
    account: &Account,
) -> impl Iterator<Item = (Region, &'static Collector)> {
    let of = move |scope| {
        collectors
            .iter()
            .filter(move |collector| collector.scope == scope)
    };
    let global = of(Scope::Global).map(|collector| (Region::global(), collector));
    let regional = account.regions.iter().flat_map(move |region| {
        of(Scope::Regional).map(move |collector| (region.clone(), collector))
    });
    global.chain(regional)
}

/// Notes that the unit's kinds were asked for, or why they were not.
fn end(run: &Run, unit: Unit, early: Option<Cause>) {
    let Unit {
        account,
        region,
        collector,
    } = unit;
    let mut found = run.found();
    let Some(cause) = early else {
        let kinds = collector.kinds.iter().copied().collect();
        found.readings.push(Reading {
            account,
            region,
            kinds,
        });
        return;
    };
    let message = match cause {
        Cause::NotCollected => "collecting was interrupted",
        _ => "mrlint failed while it collected this; please report it",
    };
    for kind in collector.kinds {
        let mut key = not_collected(*kind, &account, &region);
        key.cause = cause;
        found.gap(Gap {
            key,
            action: None,
            message: Some(message.to_owned()),
            hides: [*kind].into(),
            calls: 1,
        });
    }
}

#[cfg(test)]
mod tests {
    use aws_config::SdkConfig;

    use super::*;
    use crate::aws::session::Session;
    use crate::collect::Running;
    use crate::collect::progress::State;
    use crate::inventory::Kind;

    /// Reads without asking anybody; the others never come back, or fall over.
    const COLLECTORS: &[Collector] = &[
        collector("whole", Kind::DynamoDbTable, |_| Box::pin(async {})),
        collector("endless", Kind::LambdaFunction, |_| {
            Box::pin(std::future::pending())
        }),
        collector("broken", Kind::S3Bucket, |_| {
            Box::pin(async { panic!("as a test wants it") })
        }),
    ];

    const fn collector(
        name: &'static str,
        kind: Kind,
        run: for<'a> fn(&'a Context) -> Running<'a>,
    ) -> Collector {
        let kinds: &'static [Kind] = match kind {
            Kind::DynamoDbTable => &[Kind::DynamoDbTable],
            Kind::LambdaFunction => &[Kind::LambdaFunction],
            _ => &[Kind::S3Bucket],
        };
        Collector {
            name,
            kinds,
            scope: Scope::Regional,
            operations: &[],
            run,
        }
    }

    /// Cancels as soon as two of the three units are done.
    struct Stop(tokio::sync::Notify);

    impl Progress for Stop {
        fn at(&self, state: &State) {
            if state.done == 2 {
                self.0.notify_one();
            }
        }

        fn note(&self, _: &str) {}
    }

    #[tokio::test]
    async fn whatever_ends_a_unit_early_leaves_a_gap_for_its_kinds() {
        let account = Account {
            session: Session::with(SdkConfig::builder().build()),
            regions: ["eu-west-1".into()].into(),
            confirmed: true,
            tags: crate::collect::tags::Tags::default(),
        };
        let run = Arc::new(Run::default());
        let stop = Stop(tokio::sync::Notify::new());
        let accounts = [Arc::new(account)];
        let whole = run_all(&run, COLLECTORS, &accounts, &stop, stop.0.notified()).await;
        assert!(!whole);

        let found = run.found();
        let read: Vec<_> = found.readings.iter().map(|it| &it.kinds).collect();
        assert_eq!(read, [&[Kind::DynamoDbTable].into()]);
        let gaps: Vec<_> = found
            .gaps
            .values()
            .map(|gap| (gap.key.cause, gap.hides.iter().copied().collect::<Vec<_>>()))
            .collect();
        assert_eq!(gaps.len(), 2, "{gaps:?}");
        assert!(gaps.contains(&(Cause::NotCollected, vec![Kind::LambdaFunction])));
        assert!(gaps.contains(&(Cause::Other, vec![Kind::S3Bucket])));
    }
}
