//! Names of container images: `registry/repository:tag@digest`.
//!
//! Splits the text; it asks no registry and does not know what a tag leads to.

use super::reference;

/// The parts of an image's name, borrowed from its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image<'a> {
    /// Host of the registry; `None` for Docker Hub, which names leave out.
    pub registry: Option<&'a str>,
    pub repository: &'a str,
    /// `None` where the name has none, which means `latest` unless there is a digest.
    pub tag: Option<&'a str>,
    pub digest: Option<&'a str>,
}

impl<'a> Image<'a> {
    pub fn parse(text: &'a str) -> Self {
        let (named, digest) = match text.split_once('@') {
            Some((named, digest)) => (named, Some(digest)),
            None => (text, None),
        };
        let (registry, path) = match named.split_once('/') {
            Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => {
                (Some(host), path)
            }
            _ => (None, named),
        };
        let (repository, tag) = match path.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag)),
            _ => (path, None),
        };
        Self {
            registry,
            repository,
            tag,
            digest,
        }
    }

    /// Region of the registry, if that is a private one of Amazon ECR.
    pub fn region(&self) -> Option<String> {
        let host = self.registry?;
        let (account, rest) = host.split_once('.')?;
        let private = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
        let ecr = rest.starts_with("dkr.ecr") || rest.starts_with("dkr-ecr");
        (private && ecr)
            .then(|| reference::region_of(host))
            .flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_names() {
        for (text, registry, repository, tag, digest) in [
            ("nginx", None, "nginx", None, None),
            (
                "library/nginx:1.27",
                None,
                "library/nginx",
                Some("1.27"),
                None,
            ),
            (
                "localhost:5000/web",
                Some("localhost:5000"),
                "web",
                None,
                None,
            ),
            (
                "111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop/web:7@sha256:ab",
                Some("111111111111.dkr.ecr.eu-west-1.amazonaws.com"),
                "shop/web",
                Some("7"),
                Some("sha256:ab"),
            ),
            ("", None, "", None, None),
        ] {
            let image = Image {
                registry,
                repository,
                tag,
                digest,
            };
            assert_eq!(Image::parse(text), image, "{text}");
        }
    }

    #[test]
    fn only_private_registries_of_ecr_have_a_region() {
        for (text, region) in [
            (
                "111111111111.dkr.ecr.eu-west-1.amazonaws.com/a.us-east-1.b:1",
                Some("eu-west-1"),
            ),
            (
                "111111111111.dkr.ecr-fips.us-east-1.amazonaws.com/a",
                Some("us-east-1"),
            ),
            ("111111111111.dkr-ecr.eu-west-1.on.aws/a", Some("eu-west-1")),
            ("public.ecr.aws/nginx/nginx:1", None),
            ("registry.eu-west-1.example.com/a", None),
            ("nginx", None),
        ] {
            assert_eq!(Image::parse(text).region().as_deref(), region, "{text}");
        }
    }
}
