//! Where a finding about a live resource lies, for a reader that knows only files.
//!
//! Code scanning refuses a whole upload for one path with a scheme, so every path here is relative
//! and no segment of it can be read as one.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use crate::inventory::Arn;
use crate::report::escape::{file_name, segment};
use crate::report::{Report, ResourceSummary, SourcePlace, Sources};

/// A place in a file that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    /// Below the top of the repository, or the folder of the run, with forward slashes.
    pub(super) path: String,
    pub(super) line: u64,
    pub(super) column: u64,
    pub(super) end_column: u64,
}

/// What is known of places: declarations by the workload's name, lines of code by resource.
#[derive(Debug, Default)]
pub(super) struct Places<'r> {
    declared: BTreeMap<&'r str, Spot>,
    sources: Option<&'r Sources>,
}

impl Spot {
    /// The path for readers of URIs.
    pub(super) fn uri(&self) -> String {
        encoded(&self.path)
    }
}

impl<'r> Places<'r> {
    pub(super) fn new(report: &'r Report) -> Self {
        let declared = report.workloads.iter().filter_map(|workload| {
            let place = workload.declared.as_ref()?;
            let spot = Spot {
                path: relative(&place.path)?,
                line: place.line.max(1),
                column: 1,
                end_column: 2,
            };
            Some((workload.name.as_str(), spot))
        });
        Self {
            declared: declared.collect(),
            sources: report.sources.as_ref(),
        }
    }

    /// What the code says of a resource, sure or not.
    pub(super) fn source(&self, resource: &ResourceSummary) -> Option<&SourcePlace> {
        self.sources?.places.get(resource)
    }

    /// Where a resource lies: at the line of code that owns it, where that is sure; else where the
    /// workload is declared that a finding is about.
    pub(super) fn of(&self, resource: &ResourceSummary, workload: Option<&str>) -> Option<Spot> {
        let code = self.source(resource).filter(|it| it.confidence.is_sure());
        let code = code.and_then(|it| {
            Some(Spot {
                path: relative(Path::new(&it.path))?,
                line: it.line,
                column: it.column,
                end_column: it.end_column,
            })
        });
        code.or_else(|| self.declared.get(workload?).cloned())
    }
}

fn encoded(path: &str) -> String {
    let segments: Vec<String> = path.split('/').map(file_name).collect();
    segments.join("/")
}

/// A path below the folder of the run as a URI; `None` for any other.
pub(super) fn uri(path: &Path) -> Option<String> {
    relative(path).map(|it| encoded(&it))
}

/// A path below the folder of the run; `None` for any other.
fn relative(path: &Path) -> Option<String> {
    let mut segments = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => segments.push(name.to_str()?),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    (!segments.is_empty()).then(|| segments.join("/"))
}

/// `aws/<account>/<region>/<service>/<type>/<id>`: relative, and no segment can be read as a scheme.
pub(super) fn path(resource: &ResourceSummary) -> String {
    let mut kind = resource.kind.split("::").skip(1);
    let service = kind.next().unwrap_or("mrlint").to_ascii_lowercase();
    let name = kind.next().unwrap_or(&resource.kind).to_ascii_lowercase();
    let account = if resource.account.is_empty() {
        "all"
    } else {
        &resource.account
    };
    let id = Arn::parse(&resource.arn).map_or(resource.name.as_str(), |arn| arn.resource);
    // Many ARNs repeat the type (`table/orders`).
    let bare = id.strip_prefix(name.as_str());
    let id = bare
        .and_then(|id| id.strip_prefix(['/', ':']))
        .unwrap_or(id);
    let parts = [account, &resource.region, &service, &name, id];
    let parts: Vec<String> = parts.iter().map(|part| segment(part)).collect();
    format!("aws/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_below_the_run_has_a_place() {
        let uri = |path: &str| super::uri(Path::new(path));
        assert_eq!(uri("mrlint.yaml").as_deref(), Some("mrlint.yaml"));
        assert_eq!(uri("./ops/a b.yaml").as_deref(), Some("ops/a%20b.yaml"));
        assert_eq!(uri("c:x.yaml").as_deref(), Some("c%3Ax.yaml"));
        assert_eq!(uri("/etc/mrlint.yaml"), None);
        assert_eq!(uri("../mrlint.yaml"), None);
        let long = "x".repeat(250);
        assert_eq!(uri(&long), Some(long), "a file has the name that it has");
    }
}
