//! An estate and a workload, as expressions see them.

mod losses;
mod workload;

pub(super) use losses::seconds;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::facts::ACCOUNT;
use super::{Source, Types, Vocabulary, functions, vocabulary};
use crate::check::verdict::SubjectId;
use crate::estate::Estate;
use crate::estate::twins::{Twins, pairs};
use crate::inventory::{AccountId, GapKey, Kind, Region, Resource, not_collected};
use crate::rule::RuleOption;
use crate::rule::expr::{
    FieldIx, FunctionIx, Gaps, Host, ObjectRef, Record, Type, Value, to_value,
};
use crate::simulate::constants::Constants;
use crate::simulate::{Outcome, Simulation};
use crate::workload::Workload;

/// What expressions are evaluated against. Facts are worked out when they are asked for.
#[derive(Debug)]
pub struct World<'a> {
    estate: &'a Estate<'a>,
    workload: &'a Workload,
    vocabulary: &'static Vocabulary,
    /// Ascending.
    members: &'a [u32],
    /// Their properties as values, in the same order: what a workload takes is given back with it.
    properties: Vec<OnceLock<Option<Arc<Record>>>>,
    /// What their configuration names, in the same order: many rules ask each function for it.
    references: Vec<OnceLock<Value>>,
    /// Accounts that hold one of them.
    own_accounts: OnceLock<BTreeSet<&'a AccountId>>,
    /// Gaps that leave open whether resources of a kind belong.
    undecided: BTreeMap<Kind, BTreeSet<GapKey>>,
    /// Places in which the workload is said to be and that nobody asked.
    unasked: Vec<(AccountId, Region)>,
    simulation: Simulation<'a, 'a>,
    /// How the workload comes out of the losses that it is meant to live through.
    losses: Vec<Outcome>,
    /// What the workload itself offers, by the field.
    own: Vec<OnceLock<Value>>,
}

impl<'a> World<'a> {
    /// Plays the losses through at once: rules are worked on side by side, and must not wait for
    /// each other.
    pub fn new(estate: &'a Estate<'a>, workload: &'a Workload, constants: &'a Constants) -> Self {
        let simulation = Simulation { estate, constants };
        let vocabulary = vocabulary();
        let fields = vocabulary.workload_sources.len();
        Self {
            estate,
            workload,
            vocabulary,
            members: &workload.members,
            properties: unset(workload.members.len()),
            references: unset(workload.members.len()),
            own_accounts: OnceLock::new(),
            undecided: undecided(estate, workload),
            unasked: workload.unasked(estate),
            losses: simulation.played(workload),
            simulation,
            own: unset(fields),
        }
    }

    pub fn estate(&self) -> &'a Estate<'a> {
        self.estate
    }

    pub fn workload(&self) -> &'a Workload {
        self.workload
    }

    pub fn simulation(&self) -> &Simulation<'a, 'a> {
        &self.simulation
    }

    /// How the workload comes out of the losses that it is meant to live through.
    pub fn losses(&self) -> &[Outcome] {
        &self.losses
    }

    pub fn resource_at(&self, index: u32) -> &'a Resource {
        self.estate.resource(index)
    }

    /// Whether an account is of the workload: it holds a part of it, or nothing that was read says
    /// whose it is.
    pub fn concerns(&self, account: &AccountId) -> bool {
        let own = self.own_accounts.get_or_init(|| {
            let own = self.members.iter().map(|at| self.estate.resource(*at));
            own.map(|it| &it.account).collect()
        });
        own.contains(account) || !self.estate.holds_work(account)
    }

    /// The members of a kind, ascending.
    pub fn members(&self, kind: Kind) -> Vec<u32> {
        let of_kind = self.estate.of_kind(kind);
        let before = self.members.partition_point(|at| *at < of_kind.start);
        let until = self.members.partition_point(|at| *at < of_kind.end);
        self.members[before..until].to_vec()
    }

    /// Every member, ascending.
    pub fn all_members(&self) -> impl Iterator<Item = u32> {
        self.members.iter().copied()
    }

    pub fn is_member(&self, index: u32) -> bool {
        self.members.binary_search(&index).is_ok()
    }

    /// The values of the variables, in the order of [`super::Vocabulary::scope`].
    pub fn variables(&self, subject: &SubjectId, options: &[RuleOption]) -> Vec<Value> {
        let mut variables = self.subject(subject);
        variables.extend(options.iter().map(RuleOption::value));
        variables
    }

    fn subject(&self, subject: &SubjectId) -> Vec<Value> {
        let vocabulary = self.vocabulary;
        let workload = Value::Object(ObjectRef {
            ty: vocabulary.workload,
            index: 0,
        });
        match subject {
            SubjectId::Resource(index) => vec![workload, self.object(*index)],
            SubjectId::Account(account) => {
                let at = self
                    .estate
                    .inventory()
                    .accounts()
                    .position(|it| it == account);
                let index = at.and_then(|at| u32::try_from(at).ok()).unwrap_or(u32::MAX);
                vec![
                    workload,
                    Value::Object(ObjectRef {
                        ty: vocabulary.account,
                        index,
                    }),
                ]
            }
            SubjectId::Workload | SubjectId::Hidden => vec![workload],
        }
    }

    /// A resource as a value.
    pub fn object(&self, index: u32) -> Value {
        let kind = self.estate.resource(index).kind();
        Value::Object(ObjectRef {
            ty: self.vocabulary.kind(kind).object,
            index,
        })
    }

    /// Resources as a list, incomplete when gaps may hide some.
    pub fn objects<'g>(
        &self,
        indexes: impl IntoIterator<Item = u32>,
        gaps: impl IntoIterator<Item = &'g GapKey>,
    ) -> Value {
        self.list(
            indexes
                .into_iter()
                .map(|index| self.object(index))
                .collect(),
            gaps,
        )
    }

    /// A list, incomplete when there are gaps.
    pub fn list<'g>(&self, items: Vec<Value>, gaps: impl IntoIterator<Item = &'g GapKey>) -> Value {
        let gaps = self.gap_set(gaps);
        if gaps.is_empty() {
            Value::list(items)
        } else {
            Value::incomplete(items, gaps)
        }
    }

    /// A record of one of the types that facts are made of.
    pub fn record(&self, ty: fn(&Types) -> &Type, fields: Vec<Value>) -> Value {
        Value::named_record(ty(&self.vocabulary.types), fields)
    }

    /// Region codes as a list.
    pub fn regions<'g>(
        &self,
        regions: &[Region],
        gaps: impl IntoIterator<Item = &'g GapKey>,
    ) -> Value {
        self.list(
            regions
                .iter()
                .map(|region| Value::string(region.as_str()))
                .collect(),
            gaps,
        )
    }

    /// A value that these gaps leave open.
    pub fn unknown<'g>(&self, gaps: impl IntoIterator<Item = &'g GapKey>) -> Value {
        Value::Unknown(self.gap_set(gaps))
    }

    pub fn gap_set<'g>(&self, gaps: impl IntoIterator<Item = &'g GapKey>) -> Gaps {
        gaps.into_iter()
            .map(|gap| self.estate.gap_index(gap))
            .collect()
    }

    /// The index behind a value, if the value is a resource.
    pub fn resource_index(&self, value: &Value) -> Option<u32> {
        let vocabulary = self.vocabulary;
        match value {
            Value::Object(object)
                if object.ty != vocabulary.workload && object.ty != vocabulary.account =>
            {
                Some(object.index)
            }
            _ => None,
        }
    }

    /// Gaps that may hide resources of the kind, anywhere in scope.
    pub fn hiding(&self, kind: Kind) -> &'a [GapKey] {
        self.estate.hidden_kind(kind)
    }

    /// Gaps that leave open whether resources of the kind belong.
    pub fn undecided(&self, kind: Kind) -> impl Iterator<Item = &GapKey> {
        self.undecided.get(&kind).into_iter().flatten()
    }

    /// What the configuration of a resource names, worked out once for a member.
    pub fn references(&self, index: u32, work_out: impl FnOnce() -> Value) -> Value {
        match self.members.binary_search(&index) {
            Ok(member) => self.references[member].get_or_init(work_out).clone(),
            Err(_) => work_out(),
        }
    }

    /// Gaps of a kind in places in which the workload is said to be and that nobody asked.
    fn unasked(&self, kind: Kind) -> impl Iterator<Item = GapKey> {
        let places = self.unasked.iter().filter(move |_| !kind.is_global());
        places.map(move |(account, region)| not_collected(kind, account, region))
    }

    /// The same component in other Regions, those included that nobody asked.
    pub fn twins(&self, index: u32) -> Twins {
        let mut twins = self.estate.twins(index);
        let own = self.estate.resource(index);
        if !pairs(own) {
            return twins;
        }
        let taken = |region: &Region| {
            let mut others = twins.others.iter();
            *region == own.region || others.any(|it| self.estate.resource(*it).region == *region)
        };
        let open = self.unasked(own.kind());
        let open = open.filter(|gap| gap.account == own.account && !taken(&gap.region));
        let open: Vec<GapKey> = open.collect();
        twins.gaps.extend(open);
        twins
    }

    fn resource_field(&self, index: u32, field: FieldIx) -> Value {
        let resource = self.estate.resource(index);
        match self.vocabulary.source(resource.kind(), field) {
            None => Value::Unknown(Gaps::NONE),
            Some(Source::Common(fact)) => (fact.get)(self, index),
            Some(Source::Fact(fact)) => (fact.get)(self, index),
            Some(Source::Property(at)) => self.property(index, at),
        }
    }

    fn property(&self, index: u32, at: usize) -> Value {
        let resource = self.estate.resource(index);
        let vocabulary = self.vocabulary;
        let kind = vocabulary.kind(resource.kind());
        if !resource.unread.is_empty() {
            let common = kind.sources.len() - vocabulary.property_count(resource.kind());
            let fields = &vocabulary.schema.object(kind.object).fields;
            let gap = fields
                .get(common + at)
                .and_then(|field| resource.unread(&field.name));
            if let Some(gap) = gap {
                return self.unknown([gap]);
            }
        }
        let of_properties =
            || match to_value(&resource.properties, &vocabulary.schema, &kind.properties) {
                Ok(Value::Record(record)) => Some(record),
                _ => None,
            };
        let stranger;
        let record = if let Ok(member) = self.members.binary_search(&index) {
            self.properties[member].get_or_init(of_properties)
        } else {
            stranger = of_properties();
            &stranger
        };
        let value = record.as_ref().and_then(|record| record.fields.get(at));
        value.cloned().unwrap_or(Value::Unknown(Gaps::NONE))
    }

    fn account_field(&self, index: u32, field: FieldIx) -> Value {
        let account = self.estate.inventory().accounts().nth(index as usize);
        match (account, ACCOUNT.get(usize::from(field.0))) {
            (Some(account), Some(fact)) => (fact.get)(self, account),
            _ => Value::Unknown(Gaps::NONE),
        }
    }
}

fn unset<T>(count: usize) -> Vec<OnceLock<T>> {
    std::iter::repeat_with(OnceLock::new).take(count).collect()
}

fn undecided(estate: &Estate<'_>, workload: &Workload) -> BTreeMap<Kind, BTreeSet<GapKey>> {
    let mut gaps = BTreeMap::<Kind, BTreeSet<GapKey>>::new();
    for it in &workload.undecided {
        let kind = estate.resource(it.resource).kind();
        gaps.entry(kind).or_default().insert(it.gap.clone());
    }
    for (kind, gap) in &workload.open {
        gaps.entry(*kind).or_default().insert(gap.clone());
    }
    gaps
}

impl Host for World<'_> {
    fn field(&self, object: ObjectRef, field: FieldIx) -> Value {
        let vocabulary = self.vocabulary;
        if object.ty == vocabulary.workload {
            self.workload_field(field)
        } else if object.ty == vocabulary.account {
            self.account_field(object.index, field)
        } else {
            self.resource_field(object.index, field)
        }
    }

    fn call(&self, function: FunctionIx, args: &[Value]) -> Value {
        functions::call(function, args)
    }
}
