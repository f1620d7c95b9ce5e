//! KMS keys. Key material and grants are never read, and of policies only AWS services are kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A key.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Key {
    /// Id of the key; those of multi-Region keys begin with `mrk-` and are the same in every Region.
    pub key_id: String,
    /// Who looks after it: `AWS` for the keys that services make for themselves.
    #[schemars(extend("x-known" = ["AWS", "CUSTOMER"]))]
    pub manager: String,
    /// State.
    #[schemars(extend("x-known" = ["Creating", "Disabled", "Enabled", "PendingDeletion", "PendingImport", "PendingReplicaDeletion", "Unavailable", "Updating"]))]
    pub state: String,
    /// Where the key material comes from.
    #[schemars(extend("x-known" = ["AWS_CLOUDHSM", "AWS_KMS", "EXTERNAL", "EXTERNAL_KEY_STORE"]))]
    pub origin: String,
    /// What it can be used for.
    #[schemars(extend("x-known" = ["ENCRYPT_DECRYPT", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT", "SIGN_VERIFY"]))]
    pub usage: String,
    /// Kind of key, such as `SYMMETRIC_DEFAULT`.
    pub spec: String,
    /// Whether it is a multi-Region key.
    pub multi_region: bool,
    /// Role among the keys of its kin; null for a key of one Region.
    #[schemars(extend("x-known" = ["PRIMARY", "REPLICA"]))]
    pub multi_region_role: Option<String>,
    /// Regions of the primary and its replicas, its own included; empty for a key of one Region.
    pub regions: Vec<String>,
    /// When imported key material runs out (RFC 3339); null when it does not.
    pub valid_to: Option<String>,
    /// Names that lead to it, without `alias/`.
    pub aliases: Vec<String>,
    /// Host names of the AWS services through which alone statements of its policy let it be used
    /// (`kms:ViaService`), sorted; none for AWS's own keys. (A call of its own: `kms:GetKeyPolicy`.)
    pub via_services: Vec<String>,
}
