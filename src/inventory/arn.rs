//! Amazon resource names: `arn:partition:service:region:account:resource`.
//!
//! Splits and joins; it does not know which service writes its resource part how.

use std::fmt;

/// The parts of an ARN, borrowed from its text. `region` and `account` may be empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arn<'a> {
    pub partition: &'a str,
    pub service: &'a str,
    pub region: &'a str,
    pub account: &'a str,
    /// Everything after the fifth colon, colons included.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// `None` when the text is not an ARN.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next()? != "arn" {
            return None;
        }
        let arn = Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        };
        let named =
            !arn.partition.is_empty() && !arn.service.is_empty() && !arn.resource.is_empty();
        named.then_some(arn)
    }

    /// The last part of the resource: the name in `table/orders` and in `function:pay`.
    pub fn name(&self) -> &'a str {
        self.resource
            .rsplit(['/', ':'])
            .next()
            .unwrap_or(self.resource)
    }
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "arn:{}:{}:{}:{}:{}",
            self.partition, self.service, self.region, self.account, self.resource
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_and_joins() {
        let text = "arn:aws:rds:eu-west-1:111111111111:cluster:orders";
        let arn = Arn::parse(text).unwrap();
        assert_eq!(arn.region, "eu-west-1");
        assert_eq!(arn.resource, "cluster:orders");
        assert_eq!(arn.name(), "orders");
        assert_eq!(arn.to_string(), text);
    }

    #[test]
    fn accepts_empty_region_and_account() {
        let arn = Arn::parse("arn:aws:s3:::bucket").unwrap();
        assert_eq!((arn.region, arn.account, arn.name()), ("", "", "bucket"));
    }

    #[test]
    fn refuses_what_is_no_arn() {
        for text in [
            "",
            "arn",
            "arn:aws:s3",
            "https://x:1:2:3:4",
            "arn::s3:::b",
            "arn:aws:s3:::",
        ] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
    }
}
