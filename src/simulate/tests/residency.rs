//! Where users and data are after a loss, beside the boundary that holds them.

use super::build::*;
use super::data::tables;
use crate::inventory::kinds::route53;
use crate::workload::Boundary;

const OUTSIDE: &str = "us-east-1";

fn outside(world: &World, inside: &[&str], lost: &str) -> Vec<String> {
    let boundary = Boundary::of("eu", inside.iter().map(|it| (*it).into()));
    let outcome = world.lose_as(lost, |it| it.objectives.boundary = Some(boundary));
    outcome.outside.unwrap()
}

fn place(world: World, region: &str, place: route53::GeoLocation) -> World {
    world.with([record(NAME, region, "geolocation", |it| {
        it.geolocation = Some(place);
        it.alias = Some(to(&host(region), true));
    })])
}

fn country(code: &str) -> route53::GeoLocation {
    route53::GeoLocation {
        country: Some(code.to_owned()),
        ..Default::default()
    }
}

#[test]
fn users_of_a_region_inside_go_where_its_name_leads() {
    let world = World::steered(&[WEST, OUTSIDE], |_| Vec::new());
    assert_eq!(
        outside(&world, &[WEST], WEST),
        ["clients of api.example.com (eu-west-1) are served in us-east-1"]
    );
    // All of it is inside.
    assert!(outside(&world, &[WEST, OUTSIDE], WEST).is_empty());
    // Those of the Region outside come in: that is no harm.
    assert!(outside(&world, &[WEST], OUTSIDE).is_empty());
}

#[test]
fn users_of_a_country_go_to_the_next_larger_place() {
    let sites = || World::sites(&[WEST, CENTRAL, OUTSIDE], |_| Vec::new());
    let world = place(sites(), WEST, country("IE"));
    let world = place(world, OUTSIDE, country("*"));
    assert_eq!(
        outside(&world, &[WEST, CENTRAL], WEST),
        ["clients of api.example.com (eu-west-1) are served in us-east-1"]
    );
    // With a second Region inside under the same country they stay.
    let inner = ["a", "b"].into_iter().zip([WEST, CENTRAL]);
    let inner = inner.map(|(id, region)| {
        record("ie.example.com", id, "latency", |it| {
            it.latency_region = Some(region.to_owned());
            it.alias = Some(to(&host(region), true));
        })
    });
    let outer = record(NAME, "ie", "geolocation", |it| {
        it.geolocation = Some(country("IE"));
        it.alias = Some(to("ie.example.com", true));
    });
    let world = place(sites(), OUTSIDE, country("*"))
        .with(inner)
        .with([outer]);
    assert!(outside(&world, &[WEST, CENTRAL], WEST).is_empty());
}

#[test]
fn data_of_which_the_copy_is_outside_leaves_with_its_region() {
    let world = World::sites(&[WEST, OUTSIDE], |region| vec![table(region)]).with(tables(
        &[WEST, OUTSIDE],
        false,
        None,
    ));
    assert_eq!(
        outside(&world, &[WEST], WEST),
        ["Table orders in eu-west-1 takes over in us-east-1"]
    );
    assert!(outside(&world, &[WEST], OUTSIDE).is_empty());
}

/// What would tell was not read: nobody says that it stays, nor that it leaves, and the fate is as it was.
#[test]
fn what_was_not_read_leaves_the_boundary_open() {
    use crate::simulate::Matter;
    use crate::workload::select::{Patterns, Tags};
    let world = World::sites(&[WEST, OUTSIDE], |region| vec![table(region)]).with(tables(
        &[WEST, OUTSIDE],
        false,
        None,
    ));
    let unread = world.clone().unread_in(&table(WEST), "tags");
    let lose = |world: &World| {
        let boundary = Boundary {
            tags: Tags(vec![("class".to_owned(), Patterns::new(["pii"]).unwrap())]),
            ..Boundary::of("eu", [WEST.into()])
        };
        world.lose_as(WEST, |it| it.objectives.boundary = Some(boundary))
    };
    let (read, open) = (lose(&world), lose(&unread));
    // It bears no such tag: the boundary is not about it.
    assert_eq!(read.outside.as_deref(), Some(&[][..]));
    assert!(!read.open.contains_key(&Matter::Boundary));
    assert_eq!(open.outside.as_deref(), Some(&[][..]));
    assert!(open.open.contains_key(&Matter::Boundary), "{open:#?}");
    assert_eq!(open.fate, read.fate);
}

#[test]
fn without_a_boundary_nothing_is_said() {
    let world = World::steered(&[WEST, OUTSIDE], |_| Vec::new());
    assert_eq!(world.lose(WEST).outside, None);
}
