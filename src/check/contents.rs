//! What an inventory holds, for formats that hand whole tables on.

use std::collections::{BTreeMap, BTreeSet};

use crate::estate::Estate;
use crate::estate::edges::Target;
use crate::inventory::{AccountId, Inventory, Kind, Region};
use crate::report::ResourceSummary;
use crate::report::contents::{Contents, Edge, PlaceRead, Served, State};

/// Resources, edges and coverage of an inventory, sorted.
pub fn contents(inventory: &Inventory) -> Contents {
    let estate = Estate::new(inventory);
    let resources = inventory.resources().iter();
    let arn = |at| estate.resource(at).arn.clone();
    let edges = estate.all_edges().iter().map(|edge| Edge {
        from: arn(edge.from),
        relation: edge.relation.text(),
        mechanism: edge.mechanism,
        to: match &edge.to {
            Target::Resource(at) => arn(*at),
            Target::Text(text) => text.clone(),
        },
        held: edge.to.resource().is_some(),
        to_region: edge.to_region.clone(),
    });
    Contents {
        edges: edges.collect(),
        places: places(inventory),
        resources: resources.map(ResourceSummary::of).collect(),
    }
}

/// Kinds that somebody said are empty, by the place.
type OnWord = BTreeMap<(AccountId, Region), BTreeSet<Kind>>;

fn places(inventory: &Inventory) -> Vec<Served> {
    let mut on_word = OnWord::new();
    for (reading, _) in inventory.on_word() {
        let place = (reading.account, reading.region);
        on_word.entry(place).or_default().extend(reading.kinds);
    }
    let mut services = BTreeMap::<(AccountId, Region, &str), Vec<Kind>>::new();
    for account in inventory.accounts() {
        for kind in Kind::ALL {
            for region in inventory.places(*kind, account) {
                let place = (account.clone(), region, service(*kind));
                services.entry(place).or_default().push(*kind);
            }
        }
    }
    let served = services
        .into_iter()
        .map(|((account, region, name), kinds)| {
            let mut causes = BTreeSet::new();
            let (mut hidden, mut resources, mut said) = (0, 0, 0);
            let word = on_word.get(&(account.clone(), region.clone()));
            for kind in &kinds {
                let gaps = inventory.hiding(*kind, &account, &region);
                hidden += usize::from(!gaps.is_empty());
                causes.extend(gaps.into_iter().map(|gap| gap.cause));
                said += usize::from(word.is_some_and(|kinds| kinds.contains(kind)));
                resources += inventory.resources_in(*kind, &account, &region).len();
            }
            Served {
                state: match (hidden, said) {
                    (0, 0) => State::Read,
                    (0, said) if said == kinds.len() => State::OnWord,
                    (0, _) => State::Read,
                    (hidden, _) if hidden == kinds.len() => State::Unread,
                    _ => State::Partly,
                },
                account,
                region,
                service: name.to_owned(),
                resources,
                causes,
            }
        });
    served.collect()
}

/// How far each Region of each account was read, sorted.
pub(super) fn places_read(inventory: &Inventory) -> Vec<PlaceRead> {
    let mut all = Vec::<PlaceRead>::new();
    for it in places(inventory) {
        let here = all.last_mut();
        let same = |last: &&mut PlaceRead| last.account == it.account && last.region == it.region;
        if let Some(place) = here.filter(same) {
            place.resources += it.resources;
        } else {
            all.push(PlaceRead {
                account: it.account,
                region: it.region,
                resources: it.resources,
                whole: 0,
                others: Vec::new(),
            });
        }
        let Some(place) = all.last_mut() else {
            continue;
        };
        if it.state == State::Read {
            place.whole += 1;
        } else {
            place.others.push((it.service, it.state, it.causes));
        }
    }
    all
}

/// `AWS::DynamoDB::Table` belongs to `DynamoDB`.
fn service(kind: Kind) -> &'static str {
    kind.name().split("::").nth(1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Cause, Gap, GapKey, Header, Reading};

    fn place(contents: &Contents, region: &str, service: &str) -> (State, usize) {
        let found = contents
            .places
            .iter()
            .find(|it| it.region.as_str() == region && it.service == service);
        let found = found.unwrap();
        (found.state, found.causes.len())
    }

    #[test]
    fn a_place_is_read_in_part_or_not_at_all_where_gaps_hide_its_kinds() {
        let account = AccountId::from("111111111111");
        let of = |service: &'static str| {
            let all = Kind::ALL.iter().copied();
            all.filter(move |it| super::service(*it) == service)
        };
        let regions = ["eu-central-1", "eu-west-1", "us-east-1"];
        let header = Header {
            scope: [(account.clone(), regions.map(Region::from).into())].into(),
            ..Header::default()
        };
        let gap = |region: &str, hides: BTreeSet<Kind>| Gap {
            key: GapKey {
                account: account.clone(),
                region: region.into(),
                operation: "rds:DescribeDBClusters".to_owned(),
                cause: Cause::Denied,
            },
            action: None,
            message: None,
            hides,
            calls: 1,
        };
        let read = |region: &str| Reading {
            account: account.clone(),
            region: region.into(),
            kinds: of("RDS").collect(),
            word: None,
        };
        let gaps = [
            gap("eu-central-1", of("RDS").take(1).collect()),
            gap("us-east-1", of("RDS").collect()),
        ];
        let inventory = Inventory::new(header, vec![], gaps, regions.map(read));
        let contents = contents(&inventory);
        assert_eq!(place(&contents, "eu-west-1", "RDS"), (State::Read, 0));
        assert_eq!(place(&contents, "eu-central-1", "RDS"), (State::Partly, 1));
        assert_eq!(place(&contents, "us-east-1", "RDS"), (State::Unread, 1));
        assert_eq!(place(&contents, "eu-west-1", "SQS"), (State::Unread, 1));
        let read = places_read(&inventory);
        let west = read.iter().find(|it| it.region.as_str() == "eu-west-1");
        let west = west.unwrap();
        assert_eq!(west.whole, 1);
        assert!(
            west.others
                .iter()
                .all(|(service, state, _)| { service != "RDS" && *state == State::Unread })
        );
    }
}
