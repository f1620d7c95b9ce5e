//! Ranges of addresses, of either family.

use std::net::{IpAddr, Ipv6Addr};

/// A range of addresses, by its first one and the bits that all share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cidr {
    v6: bool,
    first: u128,
    bits: u32,
}

impl Cidr {
    /// All IPv4 addresses.
    pub const EVERYTHING: Self = Self {
        v6: false,
        first: 0,
        bits: 0,
    };
    /// All IPv6 addresses.
    pub const EVERYTHING_V6: Self = Self {
        v6: true,
        first: 0,
        bits: 0,
    };

    /// `10.0.0.0/16` or `fd00::/8`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let bits: u32 = bits.parse().ok()?;
        let (v6, address, width) = match address.parse().ok()? {
            IpAddr::V4(it) => (false, u128::from(u32::from(it)), 32),
            IpAddr::V6(it) => (true, u128::from(it), Ipv6Addr::BITS),
        };
        let free = width.checked_sub(bits)?;
        let first = address & !low(free);
        Some(Self { v6, first, bits })
    }

    /// How many bits all of its addresses share: more of them make a narrower range.
    pub fn bits(self) -> u32 {
        self.bits
    }

    fn last(self) -> u128 {
        let width = if self.v6 { Ipv6Addr::BITS } else { 32 };
        self.first | low(width - self.bits)
    }

    /// Whether every address of the other range is in this one.
    pub fn covers(self, other: Self) -> bool {
        self.v6 == other.v6 && self.first <= other.first && other.last() <= self.last()
    }

    /// Whether the ranges share an address.
    pub fn meets(self, other: Self) -> bool {
        self.covers(other) || other.covers(self)
    }
}

/// That many low bits set.
fn low(bits: u32) -> u128 {
    u128::MAX.checked_shr(128 - bits).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cidr(text: &str) -> Cidr {
        Cidr::parse(text).unwrap()
    }

    #[test]
    fn a_wider_range_covers_a_narrower_one_of_its_family() {
        assert!(cidr("10.0.0.0/8").covers(cidr("10.1.0.0/16")));
        assert!(!cidr("10.1.0.0/16").covers(cidr("10.0.0.0/8")));
        assert!(Cidr::EVERYTHING.covers(cidr("255.255.255.255/32")));
        assert!(Cidr::EVERYTHING_V6.covers(cidr("fd00::/8")));
        assert!(!Cidr::EVERYTHING_V6.covers(cidr("10.0.0.0/8")));
        assert_eq!(cidr("0.0.0.0/0"), Cidr::EVERYTHING);
        assert_eq!(cidr("::/0"), Cidr::EVERYTHING_V6);
    }

    #[test]
    fn the_address_may_be_any_of_the_range() {
        assert_eq!(cidr("10.0.3.7/16"), cidr("10.0.0.0/16"));
        assert!(cidr("fd00::1/64").meets(cidr("fd00::/8")));
        assert!(!cidr("10.0.0.0/16").meets(cidr("10.1.0.0/16")));
    }

    #[test]
    fn what_is_no_range_is_none() {
        for text in [
            "",
            "10.0.0.0",
            "10.0.0.0/33",
            "fd00::/129",
            "pl-1",
            "a/b",
            "10.0.0.0/-1",
        ] {
            assert_eq!(Cidr::parse(text), None, "{text}");
        }
    }
}
