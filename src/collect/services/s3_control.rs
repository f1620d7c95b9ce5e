//! The client of the S3 control API, and what that API says of the account itself.

use aws_sdk_s3control::Client;
use aws_sdk_s3control::config::Region as SdkRegion;
use aws_sdk_s3control::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use aws_smithy_runtime_api::client::endpoint::EndpointFuture;
use aws_types::SdkConfig;

use super::times::Times;
use super::{Context, Operation};
use crate::inventory::GapKey;
use crate::inventory::kinds::s3::PublicAccessBlock;

pub(super) const GET_PUBLIC_ACCESS_BLOCK: Operation = Operation {
    name: "s3control:GetPublicAccessBlock",
    action: "s3:GetAccountPublicAccessBlock",
    times: Times::ONCE,
};

/// What S3 says of an account that blocks nothing.
const NONE: &str = "NoSuchPublicAccessBlockConfiguration";

/// Endpoints that the user named answer for every account under their own name.
#[derive(Debug)]
struct Plain;

impl ResolveEndpoint for Plain {
    fn resolve_endpoint<'a>(&'a self, params: &'a Params) -> EndpointFuture<'a> {
        // The account stands before the host only where the rules are told that it must.
        let plain = params.endpoint().map(|endpoint| {
            Params::builder()
                .set_region(params.region().map(str::to_owned))
                .endpoint(endpoint)
                .build()
        });
        match plain.transpose() {
            Ok(plain) => EndpointFuture::new(async move {
                let params = plain.as_ref().unwrap_or(params);
                DefaultResolver::new().resolve_endpoint(params).await
            }),
            Err(error) => EndpointFuture::ready(Err(error.into())),
        }
    }
}

/// Asks in that Region, else where the caller asks.
pub(super) fn client(sdk: &SdkConfig, region: Option<&'static str>) -> Client {
    let config = aws_sdk_s3control::config::Builder::from(sdk).endpoint_resolver(Plain);
    let config = match region {
        Some(region) => config.region(SdkRegion::new(region)),
        None => config,
    };
    Client::from_conf(config.build())
}

/// Block Public Access of the account; all settings are off where it has none.
pub(super) async fn public_access_block(ctx: &Context) -> Result<PublicAccessBlock, GapKey> {
    let client = client(ctx.sdk(), None);
    let request = || {
        let request = client.get_public_access_block();
        request.account_id(ctx.account().as_str()).send()
    };
    let answer = ctx
        .call_or_absent(&GET_PUBLIC_ACCESS_BLOCK, &[NONE], &[], request)
        .await?;
    let set = answer.and_then(|it| it.public_access_block_configuration);
    let set = set.map(|it| PublicAccessBlock {
        block_public_acls: it.block_public_acls().unwrap_or_default(),
        ignore_public_acls: it.ignore_public_acls().unwrap_or_default(),
        block_public_policy: it.block_public_policy().unwrap_or_default(),
        restrict_public_buckets: it.restrict_public_buckets().unwrap_or_default(),
    });
    Ok(set.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_named_endpoint_keeps_its_host_and_aws_puts_the_account_before_it() {
        let host = async |endpoint: Option<&str>| {
            let params = Params::builder()
                .region("us-west-2")
                .set_endpoint(endpoint.map(str::to_owned))
                .requires_account_id(true)
                .account_id("111111111111")
                .build()
                .unwrap();
            let resolver = Plain;
            let found = resolver.resolve_endpoint(&params).await.unwrap();
            found.url().to_owned()
        };
        assert_eq!(
            host(None).await,
            "https://111111111111.s3-control.us-west-2.amazonaws.com"
        );
        let named = "http://127.0.0.1:4566";
        assert_eq!(host(Some(named)).await.trim_end_matches('/'), named);
    }
}
