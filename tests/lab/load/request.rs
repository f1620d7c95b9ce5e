//! Requests as far as a server has to understand them that knows no service: who signed them, for
//! where, and what tells one from another.

use hyper::HeaderMap;

/// What stands in a recording for the account and the Region of a request. Neither character can
/// stand in a header, in XML or, unescaped, in JSON.
pub(crate) const ACCOUNT: char = '\u{1}';
pub(crate) const REGION: char = '\u{2}';

/// The scope of a SigV4 signature.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'r> {
    pub(crate) key: &'r str,
    pub(crate) region: &'r str,
}

impl<'r> Scope<'r> {
    pub(crate) fn of(headers: &'r HeaderMap) -> Option<Self> {
        let signed = headers.get("authorization")?.to_str().ok()?;
        let (_, credential) = signed.split_once("Credential=")?;
        let mut parts = credential.split('/');
        let (key, _date, region) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self { key, region })
    }
}

/// The account that a key names: its digits after the four letters that say what kind of key it is.
pub(crate) fn account_in(key: &str) -> Option<&str> {
    let digits = key.get(4..16)?;
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then_some(digits)
}

/// What tells a request from others, with its account and Region taken out.
pub(crate) fn identity(
    (account, region): (&str, &str),
    [method, path, target, body]: [&str; 4],
) -> String {
    general(
        &format!("{method}\n{path}\n{target}\n{body}"),
        account,
        region,
    )
}

/// The text with the account and the Region taken out.
pub(crate) fn general(text: &str, account: &str, region: &str) -> String {
    let text = text.replace(account, ACCOUNT.encode_utf8(&mut [0; 4]));
    text.replace(region, REGION.encode_utf8(&mut [0; 4]))
}

/// A member of a form (`Action=…&RoleArn=…`), decoded.
pub(crate) fn form(body: &str, name: &str) -> Option<String> {
    let members = body.split('&').filter_map(|it| it.split_once('='));
    let (_, value) = members.into_iter().find(|(key, _)| *key == name)?;
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        let digits = |rest: &mut std::str::Bytes<'_>| {
            let hex = [rest.next()?, rest.next()?];
            u8::from_str_radix(std::str::from_utf8(&hex).ok()?, 16).ok()
        };
        match byte {
            b'%' => bytes.push(digits(&mut rest)?),
            b'+' => bytes.push(b' '),
            other => bytes.push(other),
        }
    }
    String::from_utf8(bytes).ok()
}
