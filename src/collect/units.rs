//! The units of a run, each a task: one collector in one Region of one account.
//!
//! Whatever ends a unit early (an interruption, a panic) leaves a gap for its kinds.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;

use tokio::task::{Id, JoinSet};

use super::keep::KeepError;
use super::progress::{Left, Progress, telling};
use super::scope::{Account, Run};
use super::unit::{Finds, Found, Unit};
use super::{Collector, Context, Scope};
use crate::inventory::{Cause, Gap, Reading, Region, Word, not_collected};

/// Units that are read at once, whatever the number of accounts: what memory a run takes.
const AT_ONCE: usize = 2_048;

/// A unit that is being read.
struct Started {
    unit: Unit,
    collector: &'static Collector,
    finds: Arc<Finds>,
}

/// Why a unit came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
enum End {
    /// What there is was asked for, or is nothing by somebody's word.
    Read(Option<Word>),
    Interrupted,
    Broken,
}

/// Runs the collectors in all accounts and Regions that they ask; whether it came to its end.
pub(super) async fn run_all(
    run: &Arc<Run>,
    collectors: &'static [Collector],
    accounts: Vec<Arc<Account>>,
    progress: &dyn Progress,
    cancel: impl Future<Output = ()>,
) -> Result<bool, KeepError> {
    let mut left = Left::default();
    for account in &accounts {
        for (unit, _) in plan(collectors, account) {
            left.add(&unit.account, &unit.region);
        }
    }
    // An account is let go of when its last unit has been started and has ended.
    let mut units = accounts.into_iter().flat_map(|account| {
        let units: Vec<_> = plan(collectors, &account).collect();
        let of = move |(unit, collector)| (unit, collector, Arc::clone(&account));
        units.into_iter().map(of)
    });
    let (mut tasks, mut started) = (JoinSet::new(), BTreeMap::new());
    let mut cancel = pin!(cancel);
    let mut interrupted = false;
    loop {
        while tasks.len() < AT_ONCE
            && let Some((unit, collector, account)) = units.next()
        {
            if run.keep.has(&unit)? {
                left.end(&unit.account, &unit.region);
            } else if interrupted {
                left.end(&unit.account, &unit.region);
                end(run, (unit, collector), Found::default(), End::Interrupted).await?;
            } else {
                let (id, unit) = start(run, &mut tasks, account, (unit, collector));
                started.insert(id, unit);
            }
        }
        progress.at(&left.state(run));
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
            return Ok(!interrupted);
        };
        let (id, why) = match joined {
            Ok((id, word)) => (id, End::Read(word)),
            Err(error) if error.is_cancelled() => (error.id(), End::Interrupted),
            Err(error) => (error.id(), End::Broken),
        };
        if let Some(Started {
            unit,
            collector,
            finds,
        }) = started.remove(&id)
        {
            left.end(&unit.account, &unit.region);
            end(run, (unit, collector), finds.take(), why).await?;
        }
    }
}

fn start(
    run: &Arc<Run>,
    tasks: &mut JoinSet<Option<Word>>,
    account: Arc<Account>,
    (unit, collector): (Unit, &'static Collector),
) -> (Id, Started) {
    let finds = Arc::new(Finds::default());
    let context = Context::new(Arc::clone(run), account, unit.clone(), Arc::clone(&finds));
    let task = tasks.spawn(async move {
        let word = context.word(collector.name).await;
        if word.is_none() {
            (collector.run)(&context).await;
        }
        word
    });
    let started = Started {
        unit,
        collector,
        finds,
    };
    (task.id(), started)
}

fn plan(
    collectors: &'static [Collector],
    account: &Account,
) -> impl Iterator<Item = (Unit, &'static Collector)> {
    let of = move |scope| {
        collectors
            .iter()
            .filter(move |collector| collector.scope == scope)
    };
    let unit = |region: &Region, collector: &'static Collector| {
        let unit = Unit {
            account: account.session.account.clone(),
            region: region.clone(),
            collector: collector.name.to_owned(),
        };
        (unit, collector)
    };
    let global = of(Scope::Global).map(move |collector| unit(&Region::global(), collector));
    let regional = account
        .regions
        .iter()
        .flat_map(move |region| of(Scope::Regional).map(move |collector| unit(region, collector)));
    global.chain(regional)
}

/// Keeps what the unit found, and that its kinds were asked for or why they were not.
async fn end(
    run: &Run,
    (unit, collector): (Unit, &'static Collector),
    mut found: Found,
    why: End,
) -> Result<(), KeepError> {
    let (cause, message) = match why {
        End::Read(word) => {
            let reading = Reading {
                account: unit.account.clone(),
                region: unit.region.clone(),
                kinds: collector.kinds.iter().copied().collect(),
                word,
            };
            return run.keep.end(unit, found, Some(reading)).await;
        }
        End::Interrupted => (Cause::NotCollected, "collecting was interrupted"),
        End::Broken => (
            Cause::Other,
            "mrlint failed while it collected this; please report it",
        ),
    };
    for kind in collector.kinds {
        let mut key = not_collected(*kind, &unit.account, &unit.region);
        key.cause = cause;
        found.gap(Gap {
            key,
            action: None,
            message: Some(message.to_owned()),
            hides: [*kind].into(),
            calls: 1,
        });
    }
    run.keep.end(unit, found, None).await
}

#[cfg(test)]
mod tests {
    use aws_config::SdkConfig;

    use super::*;
    use crate::aws::session::Session;
    use crate::collect::Running;
    use crate::collect::progress::State;
    use crate::inventory::{Header, Kind};

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
            enabled: Some(["eu-west-1".into()].into()),
            tags: crate::collect::services::tags::Tags::default(),
            recorders: crate::collect::recorder::Recorders::default(),
        };
        let run = Arc::new(Run::default());
        let stop = Stop(tokio::sync::Notify::new());
        let accounts = vec![Arc::new(account)];
        let whole = run_all(&run, COLLECTORS, accounts, &stop, stop.0.notified()).await;
        assert!(!whole.unwrap());

        let run = Arc::into_inner(run).unwrap();
        let kept = run.keep.finish(Header::default()).unwrap();
        let inventory = kept.inventory().unwrap();
        let read: Vec<_> = inventory.readings().map(|it| it.kinds).collect();
        assert_eq!(read, [[Kind::DynamoDbTable].into()]);
        let gaps: Vec<_> = inventory
            .gaps()
            .map(|gap| (gap.key.cause, gap.hides.iter().copied().collect::<Vec<_>>()))
            .collect();
        assert_eq!(gaps.len(), 2, "{gaps:?}");
        assert!(gaps.contains(&(Cause::NotCollected, vec![Kind::LambdaFunction])));
        assert!(gaps.contains(&(Cause::Other, vec![Kind::S3Bucket])));
    }
}
