//! What to do about each thing that is wrong.

use super::Diagnosis;
use crate::inventory::Cause;

/// A clock so far off that AWS will soon refuse what is signed by it, in seconds: it does at five
/// minutes.
const OFF: i64 = 120;

/// Each once, what is most in the way first.
pub(super) fn of(diagnosis: &Diagnosis) -> Vec<String> {
    let checkup = &diagnosis.checkup;
    let mut advice = Vec::new();
    let mut add = |wrong: bool, text: &str| {
        if wrong {
            advice.push(text.to_owned());
        }
    };
    let nobody = |it: &&crate::collect::doctor::Signed| it.arn.is_none();
    let unfound = checkup.callers.iter().filter(nobody);
    let (without, refused): (Vec<_>, Vec<_>) = unfound.partition(|it| it.source.is_none());
    add(
        !without.is_empty(),
        "get credentials: `aws sso login`, or a --profile that has them",
    );
    add(
        !refused.is_empty(),
        "the credentials were found and not accepted: look at what AWS said above; they may have \
         expired, belong to another partition, or the call did not get through",
    );
    let off = |ahead: Option<i64>| ahead.is_some_and(|it| it.abs() > OFF);
    add(
        checkup.callers.iter().any(|it| off(it.seconds_ahead)),
        "set the clock: AWS refuses what is signed five minutes too early or too late",
    );
    add(
        checkup
            .callers
            .iter()
            .any(|it| it.arn.is_some() && it.region.is_none()),
        "no Region is configured, so STS is asked in us-east-1: set AWS_REGION where that one is \
         forbidden or far",
    );
    let not_assumed = checkup
        .closed
        .iter()
        .any(|it| it.reason.contains("sts:AssumeRole"));
    add(
        not_assumed,
        "roles that cannot be taken on: deploy them with `mrlint iam-policy -f cloudformation` (a \
         stack set reaches all accounts but the one that manages the organisation); let the caller \
         take them on with `mrlint iam-policy --for caller`; and look at their --external-id",
    );
    let not_listed = checkup
        .closed
        .iter()
        .any(|it| it.reason.contains("organizations:"));
    add(
        not_listed,
        "list the accounts from the management account or from a delegated administrator, with \
         `mrlint iam-policy --for caller`",
    );
    let lacks = |cause: Cause| checkup.missing.iter().any(|it| it.cause == cause);
    // No policy of the role's own lets a member ask.
    let (of_the_org, others): (Vec<_>, Vec<_>) = checkup
        .missing
        .iter()
        .filter(|it| it.cause == Cause::Denied)
        .partition(|it| {
            it.operations
                .iter()
                .all(|it| it.starts_with("organizations:"))
        });
    add(
        !of_the_org.is_empty(),
        "an organisation tells its policies to the account that manages it and to delegated \
         administrators alone: read one of those accounts too, for the rules about policies",
    );
    add(
        !others.is_empty(),
        "give the role the actions that are denied: `mrlint iam-policy` prints all that mrlint \
         reads, also for Terraform and CloudFormation",
    );
    add(
        lacks(Cause::DeniedByScp),
        "service control policies forbid the rest, whatever the role allows: leave those Regions \
         out with --exclude-regions, or exempt the role in the policy",
    );
    add(
        lacks(Cause::Throttled),
        "others use up what AWS allows: try again later, or with a smaller --budget",
    );
    add(
        lacks(Cause::Timeout),
        "services that gave no answer: look at the proxy and the network, or wait longer with \
         --timeout",
    );
    add(
        lacks(Cause::Credentials),
        "credentials that AWS does not accept everywhere: session tokens of the global STS endpoint \
         do not hold in Regions that are off by default",
    );
    add(
        diagnosis.config.is_some(),
        "mend the configuration: `mrlint config check` says what is wrong",
    );
    advice
}
