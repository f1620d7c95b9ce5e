//! What a collector is given: one account and Region to ask, and where to put what it finds.
//!
//! Decides how often a call is made, what its failure means and what it leaves unknown. Knows no
//! service.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures_util::StreamExt;

use super::Operation;
use super::recorder::Known;
use super::scope::{Account, Run};
use super::unit::{Finds, Unit};
use crate::aws::attempt::attempt;
use crate::aws::error::Failure;
use crate::inventory::{AccountId, Cause, Gap, GapKey, Kind, Region, Resource, Word};

/// How many things a collector looks at in parallel; the limits on calls are elsewhere.
const AT_ONCE: usize = 16;

/// One account and Region to ask.
#[derive(Clone)]
pub struct Context {
    run: Arc<Run>,
    asked: Arc<Account>,
    unit: Arc<Unit>,
    finds: Arc<Finds>,
    region: Region,
    sdk: SdkConfig,
    /// Whether one page and one item of each kind are enough.
    probes: bool,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Context({}, {})", self.account(), self.region)
    }
}

impl Context {
    /// For a unit of the account. In `aws-global`, the home Region is asked.
    pub(super) fn new(run: Arc<Run>, asked: Arc<Account>, unit: Unit, finds: Arc<Finds>) -> Self {
        let region = unit.region.clone();
        let sdk = sdk(&asked, &region);
        Self {
            probes: run.probed.is_some(),
            run,
            asked,
            unit: Arc::new(unit),
            finds,
            region,
            sdk,
        }
    }

    /// For what has to be read whole, whatever the run is for.
    pub(super) fn whole(self) -> Self {
        Self {
            probes: false,
            ..self
        }
    }

    /// The same unit in another Region: for services that list globally and answer regionally.
    pub(super) fn in_region(&self, region: &Region) -> Self {
        Self {
            region: region.clone(),
            sdk: sdk(&self.asked, region),
            ..self.clone()
        }
    }

    pub(super) fn account(&self) -> &AccountId {
        &self.asked.session.account
    }

    pub(super) fn region(&self) -> &Region {
        &self.region
    }

    pub(super) fn partition(&self) -> &str {
        &self.asked.session.partition
    }

    pub(super) fn sdk(&self) -> &SdkConfig {
        &self.sdk
    }

    /// Whether calls to S3 go to an endpoint that the user named.
    pub(super) fn custom_s3_endpoint(&self) -> bool {
        self.asked.session.custom_s3_endpoint()
    }

    /// Whether the user wants the Region of this account to be asked.
    pub(super) fn selects(&self, region: &Region) -> bool {
        self.asked.regions.contains(region)
    }

    /// Whether the run asks that account too.
    pub(super) fn asks(&self, account: &str) -> bool {
        let asked = self.run.asked.get();
        asked.is_some_and(|asked| asked.contains(account))
    }

    /// Notes that something could not be read, and which kinds of resources that may hide.
    pub(super) fn gap(
        &self,
        operation: &Operation,
        cause: Cause,
        message: Option<String>,
        hides: &[Kind],
    ) -> GapKey {
        let key = GapKey {
            account: self.account().clone(),
            region: self.region.clone(),
            operation: operation.name.to_owned(),
            cause,
        };
        self.finds.lock().gap(Gap {
            key: key.clone(),
            action: Some(operation.action.to_owned()),
            message,
            hides: hides.iter().copied().collect(),
            calls: 1,
        });
        key
    }

    /// What AWS said where a gap was noted.
    pub(super) fn said(&self, gap: &GapKey) -> Option<String> {
        self.finds.lock().gaps.get(gap)?.message.clone()
    }

    /// Notes that a failure which another unit met leaves something open here too.
    pub(super) fn shares(&self, operation: &Operation, key: &GapKey) {
        self.finds.lock().gap(Gap {
            key: key.clone(),
            action: Some(operation.action.to_owned()),
            message: None,
            hides: BTreeSet::new(),
            calls: 0,
        });
    }

    /// One call. A failure is noted as a gap.
    pub(super) async fn call<T, E, F, Fut>(
        &self,
        operation: &Operation,
        hides: &[Kind],
        send: F,
    ) -> Result<T, GapKey>
    where
        E: ProvideErrorMetadata,
        F: Fn() -> Fut,
        Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        let answer = self.attempt(operation, send).await;
        answer.map_err(|failure| self.note(operation, failure, hides))
    }

    /// One call about a thing that may not be there: `None` where AWS says one of the codes.
    pub(super) async fn call_or_absent<T, E, F, Fut>(
        &self,
        operation: &Operation,
        absent: &[&str],
        hides: &[Kind],
        send: F,
    ) -> Result<Option<T>, GapKey>
    where
        E: ProvideErrorMetadata,
        F: Fn() -> Fut,
        Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        let answer = self.call_or_code(operation, absent, hides, send).await?;
        Ok(answer.ok())
    }

    /// One call that may be answered with one of the error codes: which one it was.
    pub(super) async fn call_or_code<T, E, F, Fut>(
        &self,
        operation: &Operation,
        codes: &[&str],
        hides: &[Kind],
        send: F,
    ) -> Result<Result<T, String>, GapKey>
    where
        E: ProvideErrorMetadata,
        F: Fn() -> Fut,
        Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        let failure = match self.attempt(operation, send).await {
            Ok(answer) => return Ok(Ok(answer)),
            Err(failure) => failure,
        };
        match &failure.code {
            Some(code) if codes.contains(&code.as_str()) => {
                self.answered(operation);
                Ok(Err(code.clone()))
            }
            _ => Err(self.note(operation, failure, hides)),
        }
    }

    /// All pages, or those before a failure, which is noted as a gap.
    pub(super) async fn pages<T, E, F, Fut, N>(
        &self,
        operation: &Operation,
        hides: &[Kind],
        next: N,
        send: F,
    ) -> Vec<T>
    where
        E: ProvideErrorMetadata,
        F: Fn(Option<String>) -> Fut,
        Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        N: Fn(&T) -> Option<String>,
    {
        let mut pages = Vec::new();
        let read = self.pages_into(&mut pages, operation, hides, next, send);
        // The failure is a gap already; what came before it still counts.
        let _ = read.await;
        pages
    }

    /// Adds all pages, or those before a failure. The token may be anything that can be compared.
    pub(super) async fn pages_into<T, E, K, F, Fut, N>(
        &self,
        pages: &mut Vec<T>,
        operation: &Operation,
        hides: &[Kind],
        next: N,
        send: F,
    ) -> Result<(), GapKey>
    where
        K: Clone + PartialEq + Token,
        E: ProvideErrorMetadata,
        F: Fn(Option<K>) -> Fut,
        Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        N: Fn(&T) -> Option<K>,
    {
        let mut token = None;
        // Pages that lead back to each other would never end: a token seen at a power of two is
        // met again soon after the circle is closed.
        let (mut seen, mut read, mut mark) = (None, 0_u64, 1);
        loop {
            let page = self.call(operation, hides, || send(token.clone())).await?;
            let following = next(&page).filter(|token| !token.is_end());
            pages.push(page);
            if following.is_none() || self.probes {
                return Ok(());
            }
            if following == seen {
                let message = "the answer leads back to a page that was read".to_owned();
                return Err(self.gap(operation, Cause::Other, Some(message), hides));
            }
            read += 1;
            if read == mark {
                seen.clone_from(&following);
                mark *= 2;
            }
            token = following;
        }
    }

    /// Does something with every item, several at once.
    pub(super) async fn each<I, F, Fut>(&self, items: impl IntoIterator<Item = I>, work: F)
    where
        F: Fn(I) -> Fut,
        Fut: Future<Output = ()>,
    {
        let most = if self.probes { 1 } else { usize::MAX };
        let items = futures_util::stream::iter(items.into_iter().take(most));
        items.for_each_concurrent(AT_ONCE, work).await;
    }

    pub(super) fn push(&self, resource: Resource) {
        if self.probes {
            return;
        }
        let mut found = self.finds.lock();
        found.resources.push(resource);
        let Some(many) = found.take_many() else {
            return;
        };
        // Busy writing: they are held a little longer.
        if let Some(back) = self.run.keep.add(&self.unit, many) {
            found.resources = back;
        }
    }

    /// The tags of a resource of this Region, from the tagging API.
    pub(super) async fn tags_of(&self, arn: &str) -> Result<BTreeMap<String, String>, GapKey> {
        self.asked.tags.of(self, arn).await
    }

    /// The recorders of this Region.
    pub(super) async fn recorders(&self) -> Known {
        self.asked.recorders.of(self).await
    }

    /// The word on which a collector need not ask here, if somebody gave one.
    pub(super) async fn word(&self, collector: &str) -> Option<Word> {
        self.run.said.get()?.word(self, collector).await
    }

    /// One call of which a failure leaves nothing open.
    pub(super) async fn attempt<T, E, F, Fut>(
        &self,
        operation: &Operation,
        send: F,
    ) -> Result<T, Failure>
    where
        E: ProvideErrorMetadata,
        F: Fn() -> Fut,
        Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    {
        let place = (&*self.asked.session.lanes, &self.region, operation.name);
        let answer = attempt(&self.run.pace, place, send).await;
        if answer.is_ok() {
            self.answered(operation);
        }
        answer
    }

    /// Notes that an operation is allowed, where somebody wants to know.
    fn answered(&self, operation: &Operation) {
        if let Some(probed) = &self.run.probed {
            probed.answered(operation.name);
        }
    }

    fn note(&self, operation: &Operation, failure: Failure, hides: &[Kind]) -> GapKey {
        // The Region that answered who we are knows the credentials, and the home Region is never off.
        let session = &self.asked.session;
        let known = self.region.is_global()
            || self.region == session.own_region()
            || self.region == session.home();
        let failure = if self.asked.enabled.is_some() || known {
            failure
        } else {
            failure.where_it_may_be_disabled()
        };
        self.gap(operation, failure.cause, failure.message, hides)
    }
}

/// The settings for calls to a Region of the account.
fn sdk(asked: &Account, region: &Region) -> SdkConfig {
    let home = asked.session.home();
    let region = if region.is_global() { &home } else { region };
    asked.session.in_region(region)
}

/// Where the next page begins.
pub(super) trait Token {
    /// Whether it says that there is no next page.
    fn is_end(&self) -> bool {
        false
    }
}

impl Token for String {
    fn is_end(&self) -> bool {
        self.is_empty()
    }
}
