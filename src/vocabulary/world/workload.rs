//! The fields of the workload, as expressions see them.

use super::{World, losses};
use crate::inventory::{GapKey, Region};
use crate::rule::expr::{FieldIx, Gaps, Value};
use crate::vocabulary::values::WorkloadField;
use crate::workload::Known;

impl World<'_> {
    pub(super) fn workload_field(&self, field: FieldIx) -> Value {
        let at = usize::from(field.0);
        let sources = self.vocabulary.workload_sources.get(at);
        match self.own.get(at).zip(sources) {
            Some((known, source)) => known.get_or_init(|| self.of_workload(*source)).clone(),
            None => Value::Unknown(Gaps::NONE),
        }
    }

    fn of_workload(&self, source: WorkloadField) -> Value {
        let known_regions = |known: &Known<crate::workload::ActiveRegions>| match known {
            Known::Is(active) => self.regions(&active.regions, &active.gaps),
            Known::Unknown(gaps) => self.unknown(gaps),
        };
        match source {
            WorkloadField::Name => Value::string(self.workload.name.as_str()),
            WorkloadField::Regions => known_regions(&self.workload.active),
            WorkloadField::Standby => self.regions(&self.workload.standby, []),
            WorkloadField::Posture => match &self.workload.posture {
                Known::Is(posture) => Value::string(posture.text()),
                Known::Unknown(gaps) => self.unknown(gaps),
            },
            WorkloadField::EntryPoints => self.entry_points(),
            WorkloadField::Losses => losses::all(self),
            WorkloadField::LostNeeds => losses::needs(self),
            WorkloadField::LostStores => losses::stores(self),
            WorkloadField::RtoSeconds => maybe_int(self.workload.objectives.rto_seconds),
            WorkloadField::RpoSeconds => maybe_int(self.workload.objectives.rpo_seconds),
            WorkloadField::Boundary => match &self.workload.objectives.boundary {
                Some(boundary) => Value::string(boundary.name.as_str()),
                None => Value::Null,
            },
            WorkloadField::Declared => Value::Bool(self.workload.declared.is_some()),
            WorkloadField::BoundaryTags => {
                let boundary = self.workload.objectives.boundary.iter();
                let keys = boundary.flat_map(|it| it.tags.0.iter().map(|(key, _)| key.as_str()));
                Value::strings(keys)
            }
            WorkloadField::BoundaryRegions => {
                let boundary = self.workload.objectives.boundary.iter();
                let regions = boundary.flat_map(|it| it.regions.iter().map(Region::as_str));
                Value::strings(regions)
            }
            WorkloadField::Members(kind) => {
                let unasked: Vec<GapKey> = self.unasked(kind).collect();
                let gaps = self.hiding(kind).iter().chain(self.undecided(kind));
                self.objects(self.members(kind), gaps.chain(&unasked))
            }
        }
    }

    fn entry_points(&self) -> Value {
        let items = self.workload.entry_points.iter().map(|entry| {
            self.record(
                |types| &types.entry_point,
                vec![
                    Value::string(entry.name.as_str()),
                    self.regions(&entry.regions, &entry.gaps),
                    Value::Bool(entry.all_serve),
                ],
            )
        });
        self.list(items.collect(), &self.estate.names_hidden())
    }
}

fn maybe_int(value: Option<i64>) -> Value {
    value.map_or(Value::Null, Value::Int)
}
