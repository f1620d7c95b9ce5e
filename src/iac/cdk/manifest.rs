//! What `cdk synth` leaves behind: the stacks of an assembly, and where each of their resources was
//! constructed. Templates and assets are not read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::located::{self, Located};

/// Bytes of one file.
const BYTES: u64 = 64 << 20;
/// Stages within stages.
const DEPTH: usize = 16;

#[derive(Debug, Deserialize)]
struct Manifest {
    #[serde(default)]
    artifacts: BTreeMap<String, Artifact>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    r#type: String,
    environment: Option<String>,
    properties: Option<Properties>,
    metadata: Option<Metadata>,
    additional_metadata_file: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Properties {
    stack_name: Option<String>,
    directory_name: Option<String>,
}

type Metadata = BTreeMap<String, Vec<Entry>>;

#[derive(Debug, Deserialize)]
struct Entry {
    r#type: String,
    data: Option<serde_json::Value>,
    #[serde(default)]
    trace: Vec<String>,
}

/// A stack of an assembly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stack {
    pub(super) name: String,
    /// `None` where it is left to whoever deploys.
    pub(super) account: Option<String>,
    pub(super) region: Option<String>,
    pub(super) constructs: Vec<Construct>,
}

/// A construct that becomes a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Construct {
    /// Path in the tree of constructs, such as `/Shop/Orders/Resource`.
    pub(super) path: String,
    pub(super) logical: String,
    /// Who called whom when it was made, the innermost first.
    pub(super) frames: Vec<String>,
}

/// The stacks of an assembly and of the assemblies within.
pub(super) fn stacks(folder: &Path) -> Result<Vec<Stack>, Located> {
    let mut found = Vec::new();
    assembly(folder, 0, &mut found)?;
    Ok(found)
}

fn assembly(folder: &Path, depth: usize, found: &mut Vec<Stack>) -> Result<(), Located> {
    let manifest: Manifest = read(&folder.join("manifest.json"))?;
    for (id, artifact) in manifest.artifacts {
        let properties = artifact.properties.unwrap_or_default();
        match artifact.r#type.as_str() {
            "cdk:cloud-assembly" if depth < DEPTH => {
                if let Some(within) = properties.directory_name.and_then(|it| below(folder, &it)) {
                    assembly(&within, depth + 1, found)?;
                }
            }
            "aws:cloudformation:stack" => {
                let mut metadata = artifact.metadata.unwrap_or_default();
                let file = artifact.additional_metadata_file;
                if let Some(file) = file.and_then(|it| below(folder, &it)) {
                    metadata.extend(read::<Metadata>(&file)?);
                }
                let (account, region) = environment(artifact.environment.as_deref());
                found.push(Stack {
                    name: properties.stack_name.unwrap_or(id),
                    account,
                    region,
                    constructs: metadata.into_iter().filter_map(construct).collect(),
                });
            }
            _ => {}
        }
    }
    Ok(())
}

/// A file that an assembly names must lie in it.
fn below(folder: &Path, name: &str) -> Option<PathBuf> {
    let plain = Path::new(name).components();
    let mut plain = plain.map(|it| matches!(it, std::path::Component::Normal(_)));
    plain.all(|it| it).then(|| folder.join(name))
}

fn read<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, Located> {
    let text = located::read_text(path, BYTES)?;
    serde_json::from_str(&text).map_err(|error| Located {
        line: error.line() as u64,
        column: error.column() as u64,
        ..Located::file(path, "not as `cdk synth` writes it")
    })
}

/// Account and Region in `aws://111111111111/eu-west-1`.
fn environment(text: Option<&str>) -> (Option<String>, Option<String>) {
    let parts = text.and_then(|it| it.strip_prefix("aws://")?.split_once('/'));
    let known = |it: &str| (!it.starts_with("unknown-")).then(|| it.to_owned());
    parts.map_or((None, None), |(account, region)| {
        (known(account), known(region))
    })
}

fn construct((path, entries): (String, Vec<Entry>)) -> Option<Construct> {
    let of = |kind: &str| entries.iter().find(|it| it.r#type == kind);
    let made = of("aws:cdk:logicalId")?;
    let logical = made.data.as_ref()?.as_str()?.to_owned();
    let stack = of("aws:cdk:creationStack").and_then(|it| it.data.as_ref()?.as_array());
    let frames = match stack {
        Some(frames) => frames
            .iter()
            .filter_map(|it| it.as_str())
            .map(str::to_owned)
            .collect(),
        // As older versions wrote it.
        None => made.trace.clone(),
    };
    Some(Construct {
        path,
        logical,
        frames,
    })
}
