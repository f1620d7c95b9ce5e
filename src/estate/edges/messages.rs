//! The edges of queues, topics and event source mappings: where messages go on to.

use super::maker::Maker;
use super::{Relation, Target};
use crate::estate::consumers;
use crate::inventory::kinds::{lambda, sns, sqs};

impl Maker<'_, '_> {
    /// To the queue for messages that could not be handled.
    pub(super) fn queue(&mut self) {
        let queue = self.own.of::<sqs::Queue>();
        if let Some(arn) = queue.and_then(|it| it.dead_letter.as_deref()) {
            self.add_arn(Relation::Delivers, "dead-letter", arn);
        }
    }

    /// To confirmed subscribers that have an ARN.
    pub(super) fn topic(&mut self) {
        let topic = self.own.of::<sns::Topic>();
        let all = topic.into_iter().flat_map(|it| &it.subscriptions);
        for arn in all
            .filter(|it| it.confirmed)
            .filter_map(|it| it.endpoint.as_deref())
        {
            self.add_arn(Relation::Delivers, "sns", arn);
        }
    }

    /// From the queue or table to the function that handles what comes from it. The mapping stands
    /// for a source that was not read. A mapping that is off leads nowhere.
    pub(super) fn mapping(&mut self) {
        let Some(mapping) = self.own.of::<lambda::EventSourceMapping>() else {
            return;
        };
        if !consumers::reads(mapping) {
            return;
        }
        let to = match self.estate.function_of(self.own) {
            Some(function) => Target::Resource(function),
            None => Target::Text(mapping.function_arn.clone()),
        };
        self.at = self.estate.source_of(self.own).unwrap_or(self.at);
        let region = Some(self.own.region.clone());
        self.add(Relation::Delivers, "event-source", to, region);
    }
}
