//! The edges of global front doors: to their origins and endpoints.

use super::maker::Maker;
use super::{Relation, Target};
use crate::estate::doors::Ahead;
use crate::inventory::Resource;
use crate::inventory::kinds::globalaccelerator;

impl Maker<'_, '_> {
    /// To what its origins name: record sets of the estate, else what stands there.
    pub(super) fn distribution(&mut self) {
        let estate = self.estate;
        for ahead in estate.ahead(self.at).0 {
            let Ahead::Host { host, waits } = ahead else {
                continue;
            };
            let records = estate.public_records(host);
            if records.is_empty() {
                self.add_leaf("cloudfront", estate.leaf(host, waits).0);
            }
            for record in records {
                let to = Target::Resource(record);
                self.add(Relation::Routes, "cloudfront", to, None);
            }
        }
    }

    pub(super) fn accelerator(&mut self) {
        if takes_traffic(self.own) {
            self.accelerate(self.estate.listeners_of_accelerator(self.at));
        }
    }

    pub(super) fn accelerated(&mut self) {
        self.accelerate(self.estate.groups_of_listener(self.at));
    }

    pub(super) fn endpoints(&mut self) {
        for leaf in self.estate.endpoints(self.at) {
            self.add_leaf(ACCELERATOR, leaf);
        }
    }

    fn accelerate(&mut self, to: &[u32]) {
        for end in to {
            let to = Target::Resource(*end);
            self.add(Relation::Routes, ACCELERATOR, to, None);
        }
    }
}

const ACCELERATOR: &str = "global-accelerator";

fn takes_traffic(accelerator: &Resource) -> bool {
    let accelerator = accelerator.of::<globalaccelerator::Accelerator>();
    accelerator.is_some_and(|it| it.enabled)
}
