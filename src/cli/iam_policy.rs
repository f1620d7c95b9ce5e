//! `iam-policy`: the permissions that reading an account takes, ready to be deployed.

use super::args::{IamPolicy, PolicyFormat};
use super::terminal::Ui;
use super::{Exit, Trouble};

#[cfg(not(feature = "live"))]
pub(super) fn print(args: &IamPolicy, _: &Ui) -> Result<Exit, Trouble> {
    let (PolicyFormat::Json | PolicyFormat::Terraform | PolicyFormat::Cloudformation) = args.format;
    Err(super::scan::not_live())
}

#[cfg(feature = "live")]
pub(super) fn print(args: &IamPolicy, ui: &Ui) -> Result<Exit, Trouble> {
    use crate::collect::permissions;

    let text = match args.format {
        PolicyFormat::Json => serde_json::to_string_pretty(&permissions::policy())
            .map(|text| text + "\n")
            .map_err(|error| Trouble::new(Exit::Runtime, error.to_string()))?,
        PolicyFormat::Terraform => permissions::terraform(),
        PolicyFormat::Cloudformation => permissions::cloudformation(),
    };
    ui.print(text.as_bytes())
}
