//! Where a finding about a live resource lies, for a reader that knows only files.
//!
//! Code scanning refuses a whole upload for one path with a scheme, so every path here is relative
//! and no segment of it can be read as one.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use crate::inventory::Arn;
use crate::report::escape::segment;
use crate::report::{Report, ResourceSummary};

/// The line of a file in which a workload is declared.
#[derive(Debug)]
pub(super) struct Declared {
    /// Below the folder of the run, with forward slashes.
    pub(super) path: String,
    pub(super) line: u64,
}

/// Declarations by the workload's name.
#[derive(Debug, Default)]
pub(super) struct Places<'r> {
    declared: BTreeMap<&'r str, Declared>,
}

impl Declared {
    /// The path for readers of URIs.
    pub(super) fn uri(&self) -> String {
        encoded(&self.path)
    }
}

impl<'r> Places<'r> {
    pub(super) fn new(report: &'r Report) -> Self {
        let declared = report.workloads.iter().filter_map(|workload| {
            let place = workload.declared.as_ref()?;
            let path = relative(&place.path)?;
            let line = place.line.max(1);
            Some((workload.name.as_str(), Declared { path, line }))
        });
        Self {
            declared: declared.collect(),
        }
    }

    pub(super) fn of(&self, workload: &str) -> Option<&Declared> {
        self.declared.get(workload)
    }
}

fn encoded(path: &str) -> String {
    let segments: Vec<String> = path.split('/').map(segment).collect();
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
    }
}
