//! Which gaps hide a value: a small sorted set of gap indexes, cheap to clone.
//! What a gap is, is the inventory's business; here it is a number.

use std::sync::Arc;

/// A sorted set of gap indexes. Empty costs nothing and allocates nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gaps(Option<Arc<[u32]>>);

impl Gaps {
    /// No gap.
    pub const NONE: Gaps = Gaps(None);

    /// The set of one gap.
    pub fn one(gap: u32) -> Self {
        Self(Some(Arc::from([gap])))
    }

    /// The indexes, ascending.
    pub fn indexes(&self) -> &[u32] {
        self.0.as_deref().unwrap_or_default()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Both sets together. Shares memory where one contains the other trivially.
    #[must_use]
    pub fn union(&self, other: &Gaps) -> Gaps {
        match (&self.0, &other.0) {
            (None, _) => other.clone(),
            (_, None) => self.clone(),
            (Some(a), Some(b)) if Arc::ptr_eq(a, b) || a == b => self.clone(),
            (Some(a), Some(b)) => a.iter().chain(b.iter()).copied().collect(),
        }
    }
}

impl FromIterator<u32> for Gaps {
    fn from_iter<I: IntoIterator<Item = u32>>(gaps: I) -> Self {
        let mut all: Vec<u32> = gaps.into_iter().collect();
        all.sort_unstable();
        all.dedup();
        if all.is_empty() {
            Self(None)
        } else {
            Self(Some(all.into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn union_sorts_and_keeps_each_gap_once() {
        let a: Gaps = [5, 1].into_iter().collect();
        let b: Gaps = [3, 5].into_iter().collect();
        assert_eq!(a.union(&b).indexes(), [1, 3, 5]);
        assert_eq!(a.union(&Gaps::NONE), a);
        assert!(Gaps::NONE.union(&Gaps::NONE).is_empty());
    }
}
