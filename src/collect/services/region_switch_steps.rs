//! The steps of a Region switch plan: what each acts on, and how long it may take.
//!
//! Payloads of functions, parameters of documents, external ids and descriptions are left out.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_arcregionswitch::types as sdk;
use aws_sdk_arcregionswitch::types::ExecutionBlockConfiguration as Block;

use super::plain::{some_text, text};
use crate::inventory::Arn;
use crate::inventory::kinds::arcregionswitch::{
    PlanRecordSet, PlanResource, Stage, Step, Workflow,
};

pub(super) fn workflow(it: &sdk::Workflow) -> Workflow {
    Workflow {
        action: it.workflow_target_action().as_str().to_owned(),
        target_region: some_text(it.workflow_target_region()),
        stages: it.steps().iter().map(stage).collect(),
    }
}

fn stage(it: &sdk::Step) -> Stage {
    let mut steps = Vec::new();
    side_by_side(it, &mut steps);
    Stage {
        name: it.name().to_owned(),
        steps,
    }
}

/// A step, or those that its block runs side by side: blocks within such a block do so too.
fn side_by_side(it: &sdk::Step, steps: &mut Vec<Step>) {
    match it.execution_block_configuration() {
        Some(Block::ParallelConfig(block)) => {
            for it in block.steps() {
                side_by_side(it, steps);
            }
        }
        block => steps.push(step(it, block)),
    }
}

fn step(it: &sdk::Step, block: Option<&Block>) -> Step {
    let own = Step {
        name: it.name().to_owned(),
        block: it.execution_block_type().as_str().to_owned(),
        ..Step::default()
    };
    match block {
        Some(block) => filled(own, block),
        None => own,
    }
}

fn filled(own: Step, block: &Block) -> Step {
    match block {
        Block::GlobalAuroraConfig(_)
        | Block::DocumentDbConfig(_)
        | Block::NeptuneGlobalDatabaseConfig(_)
        | Block::AuroraProvisionedScalingConfig(_)
        | Block::AuroraServerlessScalingConfig(_) => global_database(own, block),
        Block::RdsCreateCrossRegionReadReplicaConfig(_)
        | Block::RdsPromoteReadReplicaConfig(_)
        | Block::RdsSwitchoverReadReplicaConfig(_) => instances(own, block),
        Block::Ec2AsgCapacityIncreaseConfig(_)
        | Block::EcsCapacityIncreaseConfig(_)
        | Block::EksResourceScalingConfig(_) => capacity(own, block),
        Block::ArcRoutingControlConfig(_) | Block::Route53HealthCheckConfig(_) => {
            traffic(own, block)
        }
        Block::CustomActionLambdaConfig(it) => Step {
            timeout_minutes: Some(it.timeout_minutes().into()),
            ungraceful: it.ungraceful().map(|it| it.behavior().as_str().to_owned()),
            run_in: Some(it.region_to_run().as_str().to_owned()),
            resources: named(it.lambdas().iter().filter_map(sdk::Lambdas::arn)),
            ..own
        },
        Block::LambdaEventSourceMappingConfig(it) => {
            let mappings = it.region_event_source_mappings().iter();
            Step {
                timeout_minutes: Some(it.timeout_minutes().into()),
                ungraceful: it.ungraceful().map(|it| it.behavior().as_str().to_owned()),
                mapping_action: Some(it.action().as_str().to_owned()),
                resources: placed(mappings.map(|(region, it)| (region.as_str(), it.arn()))),
                ..own
            }
        }
        Block::SsmSendCommandConfig(it) => {
            let documents = it.region_documents().iter();
            let ungraceful = it.ungraceful().and_then(|it| it.behavior());
            Step {
                timeout_minutes: Some(it.timeout_minutes().into()),
                ungraceful: ungraceful.map(|it| it.as_str().to_owned()),
                resources: placed(
                    documents.map(|(region, it)| (region.as_str(), it.document_arn())),
                ),
                ..own
            }
        }
        Block::ExecutionApprovalConfig(it) => Step {
            timeout_minutes: Some(it.timeout_minutes().into()),
            approval_role: some_text(Some(it.approval_role())),
            ..own
        },
        Block::RegionSwitchPlanConfig(it) => Step {
            resources: named([it.arn()]),
            ..own
        },
        // Blocks that are newer than this: their names are known, and no more.
        _ => own,
    }
}

fn global_database(own: Step, block: &Block) -> Step {
    match block {
        Block::GlobalAuroraConfig(it) => Step {
            timeout_minutes: Some(it.timeout_minutes().into()),
            behavior: Some(it.behavior().as_str().to_owned()),
            ungraceful: (it.ungraceful().and_then(|it| it.ungraceful()))
                .map(|it| it.as_str().to_owned()),
            global_cluster: some_text(Some(it.global_cluster_identifier())),
            resources: named(it.database_cluster_arns()),
            ..own
        },
        Block::DocumentDbConfig(it) => Step {
            timeout_minutes: Some(it.timeout_minutes().into()),
            behavior: Some(it.behavior().as_str().to_owned()),
            ungraceful: (it.ungraceful().and_then(|it| it.ungraceful()))
                .map(|it| it.as_str().to_owned()),
            global_cluster: some_text(Some(it.global_cluster_identifier())),
            resources: named(it.database_cluster_arns()),
            ..own
        },
        Block::NeptuneGlobalDatabaseConfig(it) => Step {
            timeout_minutes: Some(it.timeout_minutes().into()),
            behavior: Some(it.behavior().as_str().to_owned()),
            ungraceful: (it.ungraceful().and_then(|it| it.ungraceful()))
                .map(|it| it.as_str().to_owned()),
            global_cluster: some_text(Some(it.global_cluster_identifier())),
            resources: by_region(it.region_database_cluster_arns()),
            ..own
        },
        Block::AuroraProvisionedScalingConfig(it) => Step {
            timeout_minutes: Some(it.timeout_minutes().into()),
            global_cluster: some_text(Some(it.global_cluster_identifier())),
            resources: by_region(it.region_database_cluster_arns()),
            ..own
        },
        Block::AuroraServerlessScalingConfig(it) => Step {
            timeout_minutes: Some(it.timeout_minutes().into()),
            target_percentage: Some(it.target_percent().into()),
            global_cluster: some_text(Some(it.global_cluster_identifier())),
            resources: by_region(it.region_database_cluster_arns()),
            ..own
        },
        _ => own,
    }
}

fn instances(own: Step, block: &Block) -> Step {
    match block {
        Block::RdsCreateCrossRegionReadReplicaConfig(it) => Step {
            timeout_minutes: Some(it.timeout_minutes().into()),
            resources: by_region(it.db_instance_arn_map()),
            ..own
        },
        Block::RdsPromoteReadReplicaConfig(it) => Step {
            timeout_minutes: Some(it.timeout_minutes().into()),
            resources: by_region(it.db_instance_arn_map()),
            ..own
        },
        Block::RdsSwitchoverReadReplicaConfig(it) => Step {
            timeout_minutes: Some(it.timeout_minutes().into()),
            ungraceful: (it.ungraceful().and_then(|it| it.ungraceful()))
                .map(|it| it.as_str().to_owned()),
            resources: by_region(it.db_instance_arn_map()),
            ..own
        },
        _ => own,
    }
}

fn capacity(own: Step, block: &Block) -> Step {
    match block {
        Block::Ec2AsgCapacityIncreaseConfig(it) => Step {
            timeout_minutes: Some(it.timeout_minutes().into()),
            minimum_success_percentage: it
                .ungraceful()
                .map(|it| it.minimum_success_percentage().into()),
            target_percentage: Some(it.target_percent().into()),
            resources: named(it.asgs().iter().filter_map(sdk::Asg::arn)),
            ..own
        },
        Block::EcsCapacityIncreaseConfig(it) => Step {
            timeout_minutes: Some(it.timeout_minutes().into()),
            minimum_success_percentage: it
                .ungraceful()
                .map(|it| it.minimum_success_percentage().into()),
            target_percentage: Some(it.target_percent().into()),
            resources: named(it.services().iter().filter_map(sdk::Service::service_arn)),
            ..own
        },
        Block::EksResourceScalingConfig(it) => Step {
            timeout_minutes: Some(it.timeout_minutes().into()),
            minimum_success_percentage: it
                .ungraceful()
                .map(|it| it.minimum_success_percentage().into()),
            target_percentage: Some(it.target_percent().into()),
            resources: named(it.eks_clusters().iter().map(sdk::EksCluster::cluster_arn)),
            ..own
        },
        _ => own,
    }
}

fn traffic(own: Step, block: &Block) -> Step {
    match block {
        Block::ArcRoutingControlConfig(it) => {
            let controls = it.region_and_routing_controls().iter();
            let controls = controls.flat_map(|(region, controls)| {
                controls.iter().map(|it| PlanResource {
                    arn: it.routing_control_arn().to_owned(),
                    region: some_text(Some(region)),
                    state: Some(it.state().as_str().to_owned()),
                })
            });
            Step {
                timeout_minutes: Some(it.timeout_minutes().into()),
                resources: sorted(controls),
                ..own
            }
        }
        Block::Route53HealthCheckConfig(it) => {
            let sets = it.record_sets().iter().map(|it| PlanRecordSet {
                set_identifier: text(it.record_set_identifier()),
                region: text(it.region()),
            });
            Step {
                timeout_minutes: Some(it.timeout_minutes().into()),
                hosted_zone: some_text(Some(it.hosted_zone_id())),
                record_name: some_text(Some(it.record_name())),
                record_sets: sorted(sets),
                ..own
            }
        }
        _ => own,
    }
}

fn sorted<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let all: BTreeSet<T> = all.collect();
    all.into_iter().collect()
}

/// What is named by ARN alone.
fn named<S: AsRef<str>>(arns: impl IntoIterator<Item = S>) -> Vec<PlanResource> {
    let all = arns.into_iter().map(|arn| PlanResource {
        arn: arn.as_ref().to_owned(),
        region: some_text(Arn::parse(arn.as_ref()).map(|arn| arn.region)),
        state: None,
    });
    sorted(all)
}

/// What the plan has for each Region.
fn placed<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<PlanResource> {
    sorted(all.map(|(region, arn)| PlanResource {
        arn: arn.to_owned(),
        region: some_text(Some(region)),
        state: None,
    }))
}

fn by_region(all: &HashMap<String, String>) -> Vec<PlanResource> {
    placed(
        all.iter()
            .map(|(region, arn)| (region.as_str(), arn.as_str())),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named_step(name: &str, kind: sdk::ExecutionBlockType, block: Block) -> sdk::Step {
        let step = sdk::Step::builder().name(name).execution_block_type(kind);
        step.execution_block_configuration(block).build().unwrap()
    }

    fn approval(name: &str) -> sdk::Step {
        let block = sdk::ExecutionApprovalConfiguration::builder().approval_role("r");
        let block = Block::ExecutionApprovalConfig(block.build().unwrap());
        named_step(name, sdk::ExecutionBlockType::ExecutionApproval, block)
    }

    fn parallel(name: &str, steps: Vec<sdk::Step>) -> sdk::Step {
        let block = sdk::ParallelExecutionBlockConfiguration::builder();
        let block = block.set_steps(Some(steps)).build().unwrap();
        let kind = sdk::ExecutionBlockType::Parallel;
        named_step(name, kind, Block::ParallelConfig(block))
    }

    #[test]
    fn blocks_within_a_parallel_block_run_side_by_side() {
        let inner = parallel("inner", vec![approval("b"), approval("c")]);
        let stage = stage(&parallel("outer", vec![approval("a"), inner]));
        let names: Vec<&str> = stage.steps.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(stage.name, "outer");
        assert_eq!(names, ["a", "b", "c"]);
        // Nobody said how long: an hour, says AWS.
        assert_eq!(stage.steps[0].timeout_minutes, Some(60));
    }

    #[test]
    fn payloads_of_functions_are_not_kept() {
        let function = sdk::Lambdas::builder()
            .arn("arn:aws:lambda:eu-west-1:111111111111:function:fail-over")
            .payload("hunter2")
            .external_id("hunter2")
            .build();
        let block = sdk::CustomActionLambdaConfiguration::builder()
            .lambdas(function)
            .retry_interval_minutes(1.0)
            .region_to_run(sdk::RegionToRunIn::ActivatingRegion);
        let block = Block::CustomActionLambdaConfig(block.build().unwrap());
        let kind = sdk::ExecutionBlockType::CustomActionLambda;
        let read = stage(&named_step("call", kind, block));
        let written = serde_json::to_string(&read).unwrap();
        assert!(!written.contains("hunter2"), "{written}");
        assert_eq!(read.steps[0].run_in.as_deref(), Some("activatingRegion"));
        assert_eq!(
            read.steps[0].resources[0].region.as_deref(),
            Some("eu-west-1")
        );
    }
}
