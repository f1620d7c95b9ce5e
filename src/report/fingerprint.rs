//! Identity of a finding across runs: which rule, in which workload, about what.
//!
//! Never made of positions, times, counts or messages, so that an alert stays the same alert.

use std::fmt;

use sha2::{Digest, Sha256};

/// 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// `subject` is the ARN of the resource, or whatever names the subject for good.
    pub fn new(rule: &str, workload: &str, subject: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [rule, workload, subject] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let digest: [u8; 32] = hash.finalize().into();
        let (half, _) = digest.split_at(16);
        let half = half
            .iter()
            .fold(0, |number: u128, byte| number << 8 | u128::from(*byte));
        Self(format!("{half:032x}"))
    }

    /// The first twelve digits, as a number: enough to tell what was judged from what was not.
    pub fn mark(&self) -> u64 {
        mark(&self.0)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The first twelve hexadecimal digits, as a number; 0 where there are none.
fn mark(digits: &str) -> u64 {
    let digits = digits.get(..12).unwrap_or_default();
    u64::from_str_radix(digits, 16).unwrap_or_default()
}

/// The mark of any text: of its SHA-256.
pub fn mark_of(text: &str) -> u64 {
    mark(&hex(&Sha256::digest(text.as_bytes())[..6]))
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Fingerprint;

    #[test]
    fn depends_on_every_part_and_on_their_limits() {
        let base = Fingerprint::new("R-1", "w", "arn");
        assert_eq!(base.as_str().len(), 32);
        assert_eq!(base, Fingerprint::new("R-1", "w", "arn"));
        for other in [
            ("R-2", "w", "arn"),
            ("R-1", "x", "arn"),
            ("R-1", "w", "arm"),
            ("R-1w", "", "arn"),
        ] {
            assert_ne!(base, Fingerprint::new(other.0, other.1, other.2));
        }
    }
}
