//! The edges of queues and topics: where messages go on to.

use super::Relation;
use super::maker::Maker;
use crate::inventory::kinds::{sns, sqs};

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
}
