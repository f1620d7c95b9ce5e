//! Which accounts and Regions to read, and how: the same for every command that talks to AWS.

use std::path::PathBuf;

use clap::Args;
use clap::builder::FalseyValueParser;

/// Which accounts and Regions to read.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Accounts and Regions")]
pub(in crate::cli) struct Scope {
    /// Profile of the AWS configuration; repeat it to read several accounts
    #[arg(
        long,
        value_name = "NAME",
        env = "MRLINT_PROFILE",
        value_delimiter = ','
    )]
    pub(in crate::cli) profile: Vec<String>,
    /// Role to take on; repeat it to read several accounts
    #[arg(
        long,
        value_name = "ARN",
        env = "MRLINT_ROLE_ARN",
        value_delimiter = ','
    )]
    pub(in crate::cli) role_arn: Vec<String>,
    /// Account to read through --role-name; repeat it for several
    #[arg(long, value_name = "ID", env = "MRLINT_ACCOUNT", value_delimiter = ',')]
    pub(in crate::cli) account: Vec<String>,
    /// All active accounts of the caller's organisation, through --role-name
    #[arg(long, env = "MRLINT_ORG", value_parser = FalseyValueParser::new())]
    pub(in crate::cli) org: bool,
    /// Accounts of an organisational unit and of all units below; repeat it for several
    #[arg(long, value_name = "ID", env = "MRLINT_OU", value_delimiter = ',')]
    pub(in crate::cli) ou: Vec<String>,
    /// Of --org and --ou only the accounts with this tag; the value may be a glob; repeat it for
    /// accounts that have all of several
    #[arg(
        long,
        value_name = "KEY=VALUE",
        env = "MRLINT_ACCOUNT_TAG",
        value_delimiter = ','
    )]
    pub(in crate::cli) account_tag: Vec<String>,
    /// Accounts to leave out: ids, or globs of names
    #[arg(
        long,
        value_name = "ACCOUNTS",
        env = "MRLINT_EXCLUDE_ACCOUNTS",
        value_delimiter = ','
    )]
    pub(in crate::cli) exclude_accounts: Vec<String>,
    /// Role that --account, --org and --ou take on in each account; mrlint-reader when not given,
    /// as `mrlint iam-policy -f cloudformation` makes it
    #[arg(long, value_name = "NAME", env = "MRLINT_ROLE_NAME")]
    pub(in crate::cli) role_name: Option<String>,
    /// External id that the roles ask for
    #[arg(long, value_name = "ID", env = "MRLINT_EXTERNAL_ID")]
    pub(in crate::cli) external_id: Option<String>,
    /// `all` that the account has enabled, codes, or globs such as `eu-*`
    #[arg(
        long,
        value_name = "REGIONS",
        env = "MRLINT_REGIONS",
        value_delimiter = ',',
        default_value = "all"
    )]
    pub(in crate::cli) regions: Vec<String>,
    /// Codes or globs to leave out
    #[arg(
        long,
        value_name = "REGIONS",
        env = "MRLINT_EXCLUDE_REGIONS",
        value_delimiter = ','
    )]
    pub(in crate::cli) exclude_regions: Vec<String>,
}

/// How fast to read them.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Reading")]
pub(in crate::cli) struct Speed {
    /// Percent to take of what AWS allows of each API; 25 when not given
    #[arg(
        long,
        value_name = "PERCENT",
        env = "MRLINT_BUDGET",
        value_parser = clap::value_parser!(u8).range(1..=100)
    )]
    pub(in crate::cli) budget: Option<u8>,
    /// Longest wait for the answer to a call, in seconds; 30 when not given
    #[arg(
        long,
        value_name = "SECONDS",
        env = "MRLINT_TIMEOUT",
        value_parser = clap::value_parser!(u64).range(1..=3600)
    )]
    pub(in crate::cli) timeout: Option<u64>,
}

/// How to read them.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Reading")]
pub(in crate::cli) struct Reading {
    #[command(flatten)]
    pub(in crate::cli) speed: Speed,
    /// Folder to keep what was read in, until the run is done, and the runs themselves for `mrlint diff`,
    /// `history` and `notify`
    #[arg(long, value_name = "FOLDER", env = "MRLINT_STATE_DIR")]
    pub(in crate::cli) state_dir: Option<PathBuf>,
    /// Goes on with the run that --state-dir keeps: what was read whole is not asked again
    #[arg(long, requires = "state_dir")]
    pub(in crate::cli) resume: bool,
    /// Aggregator of AWS Config that says where there is nothing to ask for; the report names what was
    /// taken on its word
    #[arg(long, value_name = "NAME", env = "MRLINT_CONFIG_AGGREGATOR")]
    pub(in crate::cli) config_aggregator: Option<String>,
    /// Region that the aggregator is in; that of the credentials when not given
    #[arg(
        long,
        value_name = "REGION",
        env = "MRLINT_CONFIG_AGGREGATOR_REGION",
        requires = "config_aggregator"
    )]
    pub(in crate::cli) config_aggregator_region: Option<String>,
    /// Oldest word of the aggregator that counts, in hours; 24 when not given
    #[arg(
        long,
        value_name = "HOURS",
        env = "MRLINT_CONFIG_AGGREGATOR_MAX_AGE",
        value_parser = clap::value_parser!(u32).range(1..=8760)
    )]
    pub(in crate::cli) config_aggregator_max_age: Option<u32>,
}

#[cfg(feature = "live")]
impl Scope {
    /// What to collect.
    pub(in crate::cli) fn request(&self) -> crate::collect::Request {
        crate::collect::Request {
            profiles: self.profile.clone(),
            role_arns: self.role_arn.clone(),
            accounts: self.account.clone(),
            org: self.org,
            units: self.ou.clone(),
            account_tags: self.account_tag.clone(),
            exclude_accounts: self.exclude_accounts.clone(),
            role_name: self.role_name.clone(),
            external_id: self.external_id.clone(),
            regions: self.regions.clone(),
            exclude_regions: self.exclude_regions.clone(),
            aggregator: None,
        }
    }
}

/// Hours after which the word of an aggregator does not count any more when nobody says.
#[cfg(feature = "live")]
const MAX_AGE: u32 = 24;

#[cfg(feature = "live")]
impl Reading {
    /// Who says what is empty.
    pub(in crate::cli) fn aggregator(&self) -> Option<crate::collect::Aggregator> {
        let name = self.config_aggregator.clone()?;
        Some(crate::collect::Aggregator {
            name,
            region: self.config_aggregator_region.clone(),
            max_age_hours: self.config_aggregator_max_age.unwrap_or(MAX_AGE),
        })
    }
}

#[cfg(feature = "live")]
impl Speed {
    /// How fast to go.
    pub(in crate::cli) fn speed(&self) -> crate::aws::pace::Speed {
        let usual = crate::aws::pace::Speed::default();
        let answer = self.timeout.map(std::time::Duration::from_secs);
        crate::aws::pace::Speed {
            answer: answer.unwrap_or(usual.answer),
            budget: self.budget.unwrap_or(usual.budget),
        }
    }
}
