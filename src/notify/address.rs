//! Where a message goes: an address that is a secret, and as much of it as may be shown.

use std::fmt;
use std::io::Read;
use std::net::IpAddr;

use super::Secret;

/// The longest secret that is read, in bytes.
const LONGEST: u64 = 16 << 10;

/// An address to post to. Shows its host only.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    url: String,
    host: String,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

impl Address {
    /// Only https, unless it stays on this machine. What is wrong is said without the address.
    pub fn parse(url: &str) -> Result<Self, &'static str> {
        if url.is_empty() || url.chars().any(|it| it.is_control() || it.is_whitespace()) {
            return Err("not an address: empty, or with spaces in it");
        }
        let (scheme, rest) = url.split_once("://").ok_or("not an address: no https://")?;
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let host = &rest[..end];
        if host.is_empty() || host.contains('@') {
            return Err("not an address: no host, or a user before it");
        }
        match scheme.to_ascii_lowercase().as_str() {
            "https" => {}
            "http" if loopback(host) => {}
            "http" => return Err("http is for this machine only: use https"),
            _ => return Err("not an address: neither https nor http"),
        }
        Ok(Self {
            url: url.to_owned(),
            host: host.to_owned(),
        })
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    /// The whole address, a secret.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// Whether a host, with or without a port, is this machine.
fn loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let ip = name.parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|it| it.is_loopback())
}

impl Secret {
    /// Reads it. What is wrong is said without what was read.
    pub fn read(&self) -> Result<String, String> {
        let text = match self {
            Self::Variable(name) => {
                std::env::var(name).map_err(|_| format!("{self} is not set"))?
            }
            Self::File(path) => {
                let mut text = String::new();
                let file = std::fs::File::open(path);
                file.and_then(|it| it.take(LONGEST).read_to_string(&mut text))
                    .map_err(|error| format!("{self}: {error}"))?;
                text
            }
        };
        let text = text.trim();
        if text.is_empty() {
            return Err(format!("{self} is empty"));
        }
        Ok(text.to_owned())
    }

    /// Reads it as an address.
    pub fn address(&self) -> Result<Address, String> {
        let text = self.read()?;
        Address::parse(&text).map_err(|problem| format!("{self}: {problem}"))
    }
}

/// Where it is.
impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "the variable {name}"),
            Self::File(path) => write!(f, "{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_leaves_the_machine() {
        for good in [
            "https://hooks.slack.com/services/T/B/x",
            "http://127.0.0.1:8080/x",
            "http://localhost/x",
            "http://[::1]:80/x",
        ] {
            assert!(Address::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "http://hooks.slack.com/x",
            "http://127.0.0.1.example.com/x",
            "http://localhost.example.com/",
            "http://example.com\\@127.0.0.1/",
            "https://user:secret@example.com/",
            "https:///x",
            "ftp://example.com/",
            "hooks.slack.com/x",
            "https://exam ple.com/",
            "",
        ] {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_address_is_never_shown() {
        let address = Address::parse("https://hooks.slack.com/services/s3cret").unwrap();
        assert!(!format!("{address:?}").contains("s3cret"));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("url");
        std::fs::write(&path, "http://example.com/s3cret").unwrap();
        let error = Secret::File(path).address().unwrap_err();
        assert!(
            error.contains("use https") && !error.contains("s3cret"),
            "{error}"
        );
    }
}
