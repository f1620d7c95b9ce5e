//! Container services, what scales, and what feeds functions.

use super::{ACCOUNT, WEST, alias, balancer, inventory, resource, table};
use crate::estate::Estate;
use crate::estate::edges::Relation;
use crate::inventory::Kind;
use crate::inventory::kinds::{applicationautoscaling, ecs, elbv2, lambda};

/// By kind and name.
fn at(estate: &Estate<'_>, kind: Kind, name: &str) -> u32 {
    let mut all = estate.of_kind(kind);
    all.find(|at| estate.resource(*at).name == name).unwrap()
}

#[test]
fn services_are_reached_run_what_they_name_and_belong_with_what_scales_them() {
    let definition = resource(WEST, "web", ecs::TaskDefinition::default());
    let cluster = resource(WEST, "shop", ecs::Cluster::default());
    let balancer = balancer(WEST);
    let group = elbv2::TargetGroup {
        target_type: "ip".to_owned(),
        load_balancers: vec![balancer.arn.clone()],
        ..Default::default()
    };
    let group = resource(WEST, "web", group);
    let service = ecs::Service {
        cluster: cluster.arn.clone(),
        task_definition: definition.arn.clone(),
        target_groups: vec![group.arn.clone()],
        ..Default::default()
    };
    let target = |id: &str| applicationautoscaling::ScalableTarget {
        namespace: "ecs".to_owned(),
        resource_id: id.to_owned(),
        ..Default::default()
    };
    let resources = vec![
        alias(
            "a.example.com",
            "",
            "api-1.eu-west-1.elb.amazonaws.com",
            "ZELB",
        ),
        balancer,
        group,
        resource(WEST, "web", service),
        definition,
        cluster,
        resource(WEST, "own", target("service/shop/web")),
        resource(WEST, "other", target("service/batch/web")),
    ];
    let inventory = inventory(resources, &[]);
    let estate = Estate::new(&inventory);
    let web = at(&estate, Kind::EcsService, "web");
    assert_eq!(estate.reached_from(web).0, ["a.example.com"]);
    let own = at(&estate, Kind::ScalableTarget, "own");
    assert_eq!(estate.scalable_targets(web), [own]);
    assert_eq!(estate.scaled_by(estate.resource(own)), Some(web));
    let parts = estate.with_parts([web].into());
    let expected = [
        own,
        web,
        at(&estate, Kind::EcsCluster, "shop"),
        at(&estate, Kind::EcsTaskDefinition, "web"),
    ];
    assert_eq!(parts, expected.into());
    let leads: Vec<Relation> = estate.edges_from(web).map(|edge| edge.relation).collect();
    assert_eq!(leads, [Relation::Runs]);
}

#[test]
fn a_mapping_leads_from_its_source_to_its_function_while_it_is_on() {
    let mut function = resource(WEST, "pay", lambda::Function::default());
    function.arn = format!("arn:aws:lambda:{WEST}:{ACCOUNT}:function:pay");
    let table = table(WEST, "orders", &[]);
    let mapping = |state: &str| lambda::EventSourceMapping {
        state: state.to_owned(),
        function_arn: format!("{}:live", function.arn),
        event_source_arn: Some(format!("{}/stream/1", table.arn)),
        ..Default::default()
    };
    for (state, leads) in [("Enabled", 1), ("Disabled", 0)] {
        let mapping = resource(WEST, "pay from orders", mapping(state));
        let inventory = inventory(vec![function.clone(), table.clone(), mapping], &[]);
        let estate = Estate::new(&inventory);
        let (pay, orders) = (
            at(&estate, Kind::LambdaFunction, "pay"),
            at(&estate, Kind::DynamoDbTable, "orders"),
        );
        let found = estate.edges_from(orders);
        let found = found.filter(|edge| edge.to.resource() == Some(pay));
        assert_eq!(found.count(), leads, "{state}");
        assert_eq!(estate.mappings_of(pay), estate.mappings_of(orders));
        assert_eq!(estate.with_parts([pay].into()).len(), 2, "{state}");
    }
}
