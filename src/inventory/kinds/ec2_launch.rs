//! EC2: what instances are made of. Launch templates, the images they name, and volumes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inventory::Reference;

/// What instances are started from. Its latest and its default version are read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LaunchTemplate {
    /// Id of the template.
    pub template_id: String,
    /// The latest version and the default one, which may be the same.
    pub versions: Vec<TemplateVersion>,
}

impl LaunchTemplate {
    /// The version that somebody means by its number, `$Latest` or `$Default`, or by naming none, if
    /// it was read.
    pub fn version(&self, named: Option<&str>) -> Option<&TemplateVersion> {
        let mut versions = self.versions.iter();
        match named {
            Some("$Latest") => versions.max_by_key(|it| it.number),
            None | Some("$Default") => versions.find(|it| it.default_version),
            Some(number) => {
                let number: i64 = number.parse().ok()?;
                versions.find(|it| it.number == number)
            }
        }
    }
}

/// A version of a launch template.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TemplateVersion {
    /// Number of the version.
    pub number: i64,
    /// Whether it is taken where no version is named.
    pub default_version: bool,
    /// Image, or `resolve:ssm:` and the parameter that holds it; null when it names none.
    pub image_id: Option<String>,
    /// Instance type; null when it names none.
    pub instance_type: Option<String>,
    /// Whether instances ask for a token before they tell about themselves; null when not set.
    #[schemars(extend("x-known" = ["optional", "required"]))]
    pub http_tokens: Option<String>,
    /// Name or ARN of the instance profile; null when it names none.
    pub instance_profile: Option<String>,
    /// Devices that are volumes.
    pub volumes: Vec<TemplateVolume>,
    /// Whether there is user data, and whether it is text that could be searched.
    #[schemars(extend("x-known" = ["none", "searched", "not-text"]))]
    pub user_data: String,
    /// What the user data names in AWS. The user data itself is not kept.
    pub references: Vec<Reference>,
}

/// A volume that instances of a template are started with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TemplateVolume {
    /// Device name.
    pub device: String,
    /// Type; null for the default one.
    pub volume_type: Option<String>,
    /// Size in GiB; null for that of its snapshot.
    pub size_gib: Option<i64>,
    /// Whether it is encrypted; null when not set.
    pub encrypted: Option<bool>,
    /// Whether it goes with the instance; null when not set.
    pub delete_on_termination: Option<bool>,
}

/// A machine image that a launch template names. Other images are not asked for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Image {
    /// Id of the image.
    pub image_id: String,
    /// State.
    #[schemars(extend("x-known" = ["pending", "available", "invalid", "deregistered", "transient", "failed", "error", "disabled"]))]
    pub state: String,
    /// Account that owns it.
    pub owner: String,
    /// When it was created (RFC 3339).
    pub created: Option<String>,
    /// Id of the image it is a copy of; null when it is none.
    pub source_image_id: Option<String>,
    /// Region of the image it is a copy of; null when it is none.
    pub source_image_region: Option<String>,
}

/// A volume that is attached to an instance. Others are left out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Volume {
    /// Id of the volume.
    pub volume_id: String,
    /// Type (`gp3`, `io2` …).
    pub volume_type: String,
    /// Size in GiB.
    pub size_gib: i64,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// Whether several instances may use it at once.
    pub multi_attach: bool,
    /// When it was created (RFC 3339).
    pub created: Option<String>,
    /// Where it is attached.
    pub attachments: Vec<VolumeAttachment>,
}

/// A volume's place at an instance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VolumeAttachment {
    /// Id of the instance.
    pub instance_id: String,
    /// Device name.
    pub device: String,
    /// Whether it goes with the instance.
    pub delete_on_termination: bool,
}
