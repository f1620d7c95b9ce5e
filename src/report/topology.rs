//! What hangs on what, in groups: small enough to be drawn whatever the size of the estate.
//!
//! Finished numbers only; they are worked out in [`crate::check`].

use crate::inventory::Region;

/// The parts of a workload and what holds them together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Topology {
    /// Sorted by layer, kind, Region; those of others last.
    pub groups: Vec<Group>,
    /// Sorted by their ends.
    pub links: Vec<Link>,
    /// Edges that leave a Region, sorted.
    pub crossings: Vec<Crossing>,
}

/// Resources of one kind in one Region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub layer: Layer,
    /// `None` for what the inventory does not hold.
    pub kind: Option<&'static str>,
    /// `None` where it is not known.
    pub region: Option<Region>,
    /// Whether they belong to the workload; others are only led to.
    pub own: bool,
    /// How many there are; of others, how many are led to.
    pub resources: usize,
    /// The first of their names, sorted.
    pub names: Vec<String>,
}

impl Group {
    /// Names that a group keeps.
    pub const NAMES: usize = 12;
}

/// What a group is for, from where requests arrive to what everything rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    Entry,
    Compute,
    Messages,
    Data,
    Keys,
    Network,
    Other,
}

impl Layer {
    pub fn text(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Compute => "compute",
            Self::Messages => "messages",
            Self::Data => "data",
            Self::Keys => "keys and secrets",
            Self::Network => "network",
            Self::Other => "other",
        }
    }
}

/// Edges of one relation and mechanism between two groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Positions in [`Topology::groups`].
    pub from: usize,
    pub to: usize,
    pub relation: &'static str,
    pub mechanism: &'static str,
    pub edges: usize,
}

/// Edges of one relation from a Region into another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Crossing {
    pub from: Region,
    pub to: Region,
    pub relation: &'static str,
    pub edges: usize,
}

/// Where everything is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Map {
    /// Regions that were read, that hold something or that something leads to, sorted by code.
    pub regions: Vec<RegionSummary>,
    /// Edges of the whole estate that leave a Region, sorted.
    pub crossings: Vec<Crossing>,
}

/// A Region.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionSummary {
    pub region: Region,
    /// `None` for a Region that mrlint's table lacks, and for what is global.
    pub place: Option<RegionPlace>,
    /// How many resources were read there.
    pub resources: usize,
    /// Whether it was to be read.
    pub asked: bool,
}

/// Where a Region is.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionPlace {
    /// City or area.
    pub name: String,
    /// ISO 3166 code.
    pub country: String,
    /// Degrees east and north of its city.
    pub coordinates: (f32, f32),
}
