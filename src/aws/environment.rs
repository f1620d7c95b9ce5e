//! Settings of the environment that send calls elsewhere or choose the credentials.
//!
//! Values are told without what may be secret in them.

use std::path::PathBuf;

use serde::Serialize;

/// Reads a variable.
type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A setting that somebody should know of.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Setting {
    pub name: &'static str,
    pub value: String,
    /// What it does.
    pub means: &'static str,
}

/// Variables that are told, each with what it does.
const TOLD: &[(&str, &str)] = &[
    ("AWS_ENDPOINT_URL", "every call goes there, not to AWS"),
    ("AWS_ENDPOINT_URL_STS", "calls to STS go there, not to AWS"),
    ("HTTPS_PROXY", "calls go through this proxy"),
    ("https_proxy", "calls go through this proxy"),
    ("ALL_PROXY", "calls go through this proxy"),
    ("NO_PROXY", "calls to these hosts go past the proxy"),
    ("no_proxy", "calls to these hosts go past the proxy"),
    (
        "AWS_CA_BUNDLE",
        "mrlint trusts the system's certificates, not this file",
    ),
    (
        "AWS_PROFILE",
        "the profile that is used when --profile names none",
    ),
    ("AWS_CONFIG_FILE", "profiles are read from there"),
    ("AWS_SHARED_CREDENTIALS_FILE", "keys are read from there"),
    ("AWS_USE_FIPS_ENDPOINT", "calls go to FIPS endpoints"),
    (
        "AWS_USE_DUALSTACK_ENDPOINT",
        "calls go to dual-stack endpoints",
    ),
];

/// Those that are set.
pub fn settings(env: Env<'_>) -> Vec<Setting> {
    let set = |(name, means): &(&'static str, &'static str)| {
        let value = env(name).filter(|it| !it.is_empty())?;
        let value = without_login(&value);
        Some(Setting { name, value, means })
    };
    TOLD.iter().filter_map(set).collect()
}

/// An address without the name and password that may stand before its host.
fn without_login(text: &str) -> String {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    let end = rest.find('/').unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}…@{}", &rest[at + 1..]),
        None => text.to_owned(),
    }
}

/// Where the SDK's chain looks for credentials, and what is there: for whoever has none.
pub fn tried(profile: Option<&str>, env: Env<'_>) -> Vec<String> {
    let set = |name: &str| env(name).is_some_and(|it| !it.is_empty());
    let said = |name: &str| {
        let state = if set(name) { "set" } else { "not set" };
        format!("{name} is {state}")
    };
    let mut tried = Vec::new();
    if profile.is_none() {
        tried.push(format!(
            "the environment: {}, {}",
            said("AWS_ACCESS_KEY_ID"),
            said("AWS_SECRET_ACCESS_KEY")
        ));
    }
    let named = profile.map(str::to_owned).or_else(|| env("AWS_PROFILE"));
    let named = named.unwrap_or_else(|| "default".to_owned());
    let files = [
        file("AWS_CONFIG_FILE", "config", env),
        file("AWS_SHARED_CREDENTIALS_FILE", "credentials", env),
    ];
    tried.push(format!("profile `{named}` of {}", files.join(" and ")));
    if profile.is_none() {
        tried.push(format!(
            "a web identity token: {}",
            said("AWS_WEB_IDENTITY_TOKEN_FILE")
        ));
        tried.push(format!(
            "the container: {}",
            said("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
        ));
        let off = env("AWS_EC2_METADATA_DISABLED").is_some_and(|it| it == "true");
        let metadata = if off {
            "switched off by AWS_EC2_METADATA_DISABLED"
        } else {
            "no answer with credentials"
        };
        tried.push(format!("the instance's metadata: {metadata}"));
    }
    tried
}

fn file(variable: &str, name: &str, env: Env<'_>) -> String {
    let usual = || Some(PathBuf::from(env("HOME")?).join(".aws").join(name));
    let path = env(variable).map(PathBuf::from).or_else(usual);
    match path {
        Some(path) if path.is_file() => path.display().to_string(),
        Some(path) => format!("{} (not there)", path.display()),
        None => format!("~/.aws/{name} (no home directory)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_not_told() {
        let env = |name: &str| {
            (name == "HTTPS_PROXY").then(|| "http://me:pass@word@proxy.test:3128/x@y".to_owned())
        };
        let told = settings(&env);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].value, "http://…@proxy.test:3128/x@y");
        assert_eq!(without_login("me:secret@proxy:1"), "…@proxy:1");
        assert_eq!(without_login("http://proxy:1"), "http://proxy:1");
    }

    #[test]
    fn where_credentials_were_looked_for_is_told_without_them() {
        let env = |name: &str| match name {
            "AWS_ACCESS_KEY_ID" => Some("AKIAMAIN000000000000".to_owned()),
            "HOME" => Some("/nowhere".to_owned()),
            _ => None,
        };
        let told = tried(None, &env).join("\n");
        assert!(told.contains("AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not set"));
        assert!(told.contains("/nowhere/.aws/config (not there)"), "{told}");
        assert!(!told.contains("AKIA"), "{told}");
        assert_eq!(tried(Some("prod"), &env).len(), 1);
    }
}
