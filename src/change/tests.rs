//! What mends, Regions and settings do to an estate; each mend is held against the cases of its rules.

mod losses;
mod proof;
mod regions;
