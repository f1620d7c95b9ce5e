//! The arguments of `iam-policy`.

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(in crate::cli) struct IamPolicy {
    /// Whose permissions
    #[arg(long = "for", value_name = "WHOM", value_enum, default_value_t = PolicyFor::Reader)]
    pub(in crate::cli) whom: PolicyFor,
    /// What to print
    #[arg(short, long, value_enum, default_value_t = PolicyFormat::Json)]
    pub(in crate::cli) format: PolicyFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PolicyFor {
    /// The role that an account is read with
    Reader,
    /// Whoever takes on those roles, and asks the organisation for its accounts
    Caller,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PolicyFormat {
    /// The policy, as IAM takes it
    Json,
    /// The policy, for the AWS provider
    Terraform,
    /// The reader's role with the policy, as a template for a stack or a stack set; the caller's policy
    Cloudformation,
}
