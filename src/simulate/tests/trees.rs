//! Names by place, names that lead to names, and what was not read of them.

use super::build::*;
use super::names::{pair, probed, survives, unknown};
use super::stores::fails;
use crate::inventory::kinds::route53::GeoLocation;
use crate::inventory::{Kind, Resource};

fn placed(region: &str, check: &str, id: &str, place: GeoLocation) -> Resource {
    record(NAME, id, "geolocation", |it| {
        it.alias = Some(to(&host(region), false));
        it.health_check_id = Some(check.to_owned());
        it.geolocation = Some(place);
    })
}

fn country(code: &str) -> GeoLocation {
    GeoLocation {
        country: Some(code.to_owned()),
        ..Default::default()
    }
}

fn continent(code: &str) -> GeoLocation {
    GeoLocation {
        continent: Some(code.to_owned()),
        ..Default::default()
    }
}

#[test]
fn clients_of_a_place_get_the_next_larger_one() {
    let lose = |west, central| {
        let set = [
            placed(WEST, "w", "a", west),
            placed(CENTRAL, "c", "b", central),
        ];
        let world = World::named(set).with([probe("w", WEST), probe("c", CENTRAL)]);
        world.lose(WEST)
    };
    survives(&lose(country("IE"), country("*")), probed());
    survives(&lose(continent("EU"), country("*")), probed());
    let state = GeoLocation {
        subdivision: Some("NY".to_owned()),
        ..country("US")
    };
    survives(&lose(state, country("US")), probed());
    // No default: those of Ireland have nobody else.
    fails(
        &lose(country("IE"), country("DE")),
        "no healthy one is for a larger place",
    );
    fails(
        &lose(continent("EU"), continent("NA")),
        "no healthy one is for a larger place",
    );
    // The default itself is gone: nothing is larger.
    fails(
        &lose(country("*"), country("DE")),
        "no healthy one is for a larger place",
    );
    // Ireland is in Europe and not in Asia; of Turkey nobody can tell.
    survives(&lose(country("IE"), continent("EU")), probed());
    fails(
        &lose(country("IE"), continent("AS")),
        "no healthy one is for a larger place",
    );
    unknown(&lose(country("TR"), continent("AS")));
    let state = GeoLocation {
        subdivision: Some("NY".to_owned()),
        ..country("US")
    };
    survives(&lose(state, continent("NA")), probed());
}

#[test]
fn trees_of_aliases_pass_health_on() {
    let tree = |evaluates: bool| {
        let branch = |region: &'static str| {
            let name = format!("{region}.example.com");
            let leaf = record(&name, "1", "weighted", |it| {
                it.alias = Some(to(&host(region), true));
                it.weight = Some(1);
            });
            let latency = record(NAME, region, "latency", |it| {
                it.latency_region = Some(region.to_owned());
                it.alias = Some(to(&name, evaluates));
            });
            [leaf, latency]
        };
        World::named(BOTH.into_iter().flat_map(branch)).lose(WEST)
    };
    survives(&tree(true), alias_moves());
    // The branch fails open: its only member is answered.
    fails(&tree(false), "answers as if none were");
}

#[test]
fn names_that_follow_names_move_with_the_last() {
    let www = record("www.example.com", "", "simple", |it| {
        it.record_type = "CNAME".to_owned();
        it.values = vec![NAME.to_owned()];
        it.ttl = Some(3600);
    });
    let world = World::named(pair("w", "c")).with([www, probe("w", WEST), probe("c", CENTRAL)]);
    survives(&world.lose(WEST), probed());
}

#[test]
fn what_was_not_read_of_checks_and_records_leaves_it_open() {
    let both = || World::named(pair("w", "c")).with([probe("w", WEST), probe("c", CENTRAL)]);
    let hidden = both().without("arn:aws:route53:::healthcheck/w");
    unknown(
        &hidden
            .hiding(Kind::Route53HealthCheck, "aws-global")
            .lose(WEST),
    );
    // Of another account.
    unknown(&both().without("arn:aws:route53:::healthcheck/w").lose(WEST));
    unknown(&both().without("arn:aws:route53:::healthcheck/c").lose(WEST));
    // The survivor may be unhealthy now.
    unknown(
        &both()
            .unread_in("arn:aws:route53:::healthcheck/c", "status")
            .lose(WEST),
    );
    // Other members may be hidden: those in what is lost, and those that stand.
    unknown(
        &both()
            .hiding(Kind::Route53RecordSet, "aws-global")
            .lose(WEST),
    );
    let all = World::named(pair("one", "one")).with([probe("one", WEST)]);
    unknown(&all.hiding(Kind::Route53RecordSet, "aws-global").lose(WEST));
    // A member without a check is answered, whatever else there is.
    let proven = World::named(pair("", "c")).with([probe("c", CENTRAL)]);
    let proven = proven.hiding(Kind::Route53RecordSet, "aws-global");
    fails(&proven.lose(WEST), "has no health check");
}

#[test]
fn names_that_lead_away_are_not_vouched_for() {
    let away = record(NAME, "", "simple", |it| {
        it.record_type = "CNAME".to_owned();
        it.values = vec!["shop.example.net".to_owned()];
    });
    let address = record(NAME, "", "simple", |it| {
        it.values = vec!["192.0.2.1".to_owned()];
    });
    for it in [away, address] {
        let outcome = World::named([it]).lose_as(WEST, |workload| {
            workload.entry_points = vec![crate::workload::EntryPoint {
                name: NAME.to_owned(),
                regions: Vec::new(),
                spread: Vec::new(),
                gaps: Vec::new(),
                all_serve: true,
            }];
        });
        unknown(&outcome);
    }
}

#[test]
fn loops_end() {
    let alias = |at: usize| {
        record(NAME, &format!("m{at}"), "weighted", |it| {
            it.weight = Some(1);
            it.alias = Some(to(NAME, true));
        })
    };
    let counting = check("all", |it| {
        it.check_type = "CALCULATED".to_owned();
        it.children = vec!["all".to_owned(); 50];
        it.health_threshold = Some(25);
    });
    let last = record(NAME, "last", "weighted", |it| {
        it.weight = Some(1);
        it.health_check_id = Some("all".to_owned());
        it.alias = Some(to(&host(WEST), true));
    });
    let world = World::named((0..50).map(alias)).with([counting, last]);
    world.lose(WEST);
}
