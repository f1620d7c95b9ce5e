//! What the parameter groups of clusters set. Default groups set nothing and are not asked about.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use aws_sdk_rds::Client;
use aws_sdk_rds::operation::describe_db_cluster_parameters::DescribeDbClusterParametersOutput;

use super::rds::PAGE;
use super::times::{Times, count, pages};
use super::{Context, Operation};
use crate::inventory::GapKey;
use crate::inventory::kinds::rds::{DbCluster, Parameter};

pub(super) const DESCRIBE_CLUSTER_PARAMETERS: Operation = Operation {
    name: "rds:DescribeDBClusterParameters",
    action: "rds:DescribeDBClusterParameters",
    times: Times(|it| it.distinct::<DbCluster, _>(own_pages)),
};

/// Parameters by name, or why they are not known.
pub(super) type Parameters = Result<Vec<Parameter>, GapKey>;

/// Whether AWS keeps the group: its parameters cannot be changed.
pub(super) fn is_default(group: &str) -> bool {
    group.starts_with("default.")
}

/// The pages of parameters that the group of a cluster has, unless it is one of AWS.
fn own_pages(it: &DbCluster) -> Vec<(&str, u64)> {
    let group = it.parameter_group.as_deref();
    let Some(group) = group.filter(|group| !is_default(group)) else {
        return Vec::new();
    };
    let pages = pages(count(&it.parameters), PAGE);
    (0..pages).map(|page| (group, page)).collect()
}

/// The parameters of each group, each group asked once.
pub(super) async fn of_groups(
    ctx: &Context,
    rds: &Client,
    groups: BTreeSet<String>,
) -> BTreeMap<String, Parameters> {
    let found = Mutex::new(BTreeMap::new());
    ctx.each(groups, async |group: String| {
        let parameters = of_group(ctx, rds, &group).await;
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        found.insert(group, parameters);
    })
    .await;
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Half the parameters are none: a page that fails leaves all of them open.
async fn of_group(ctx: &Context, rds: &Client, group: &str) -> Parameters {
    let mut pages = Vec::new();
    let next = |page: &DescribeDbClusterParametersOutput| page.marker().map(str::to_owned);
    let send = |marker: Option<String>| {
        let request = rds
            .describe_db_cluster_parameters()
            .db_cluster_parameter_group_name(group)
            .source("user")
            .max_records(PAGE);
        request.set_marker(marker).send()
    };
    ctx.pages_into(&mut pages, &DESCRIBE_CLUSTER_PARAMETERS, &[], next, send)
        .await?;
    let all = pages
        .iter()
        .flat_map(DescribeDbClusterParametersOutput::parameters);
    let set = all.filter(|it| it.source().is_none_or(|source| source == "user"));
    let set = set.filter_map(|it| {
        Some(Parameter {
            name: it.parameter_name()?.to_owned(),
            value: it.parameter_value()?.to_owned(),
        })
    });
    let mut set: Vec<Parameter> = set.collect();
    set.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(set)
}
