//! `iam-policy`: the permissions that reading accounts takes, ready to be deployed.

use super::args::{IamPolicy, PolicyFor, PolicyFormat};
use super::terminal::Ui;
use super::{Exit, Trouble};

#[cfg(not(feature = "live"))]
pub(super) fn print(args: &IamPolicy, _: &Ui) -> Result<Exit, Trouble> {
    let (PolicyFormat::Json | PolicyFormat::Terraform | PolicyFormat::Cloudformation) = args.format;
    let (PolicyFor::Reader | PolicyFor::Caller) = args.whom;
    Err(super::scan::not_live())
}

#[cfg(feature = "live")]
pub(super) fn print(args: &IamPolicy, ui: &Ui) -> Result<Exit, Trouble> {
    use crate::collect::permissions::Whom;

    let whom = match args.whom {
        PolicyFor::Reader => Whom::Reader,
        PolicyFor::Caller => Whom::Caller,
    };
    let text = match args.format {
        PolicyFormat::Json => serde_json::to_string_pretty(&whom.policy())
            .map(|text| text + "\n")
            .map_err(|error| Trouble::new(Exit::Runtime, error.to_string()))?,
        PolicyFormat::Terraform => whom.terraform(),
        PolicyFormat::Cloudformation => whom.cloudformation(),
    };
    ui.print(text.as_bytes())
}
