//! Lambda functions, from their list alone: what fetches code is never called.
//!
//! Values of the environment are searched for ARNs and AWS host names while the answer is in
//! memory, and dropped with it: no struct, message or log of ours holds one.

use std::collections::BTreeMap;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::operation::list_functions::ListFunctionsOutput;
use aws_sdk_lambda::types as sdk;

use super::plain::{number, set, some_text, text};
use super::tagged::push_tagged;
use super::tags::GET_RESOURCES;
use super::times::Times;
use super::{Collector, Context, Operation, Running, Scope};
use crate::inventory::kinds::lambda::Function;
use crate::inventory::reference;
use crate::inventory::{Cause, Kind, Reference};

const LIST_FUNCTIONS: Operation = Operation {
    name: "lambda:ListFunctions",
    action: "lambda:ListFunctions",
    times: Times(|it| it.pages(&[Kind::LambdaFunction], PAGE)),
};
/// What Lambda does with the caller's rights while it answers the list.
const SHOW_ENVIRONMENT: Operation = Operation {
    action: "kms:Decrypt",
    ..LIST_FUNCTIONS
};

/// Properties that the environment tells.
const ENVIRONMENT: [&str; 2] = ["environment_keys", "references"];

/// The most that Lambda answers.
const PAGE: i32 = 50;

pub(super) const FUNCTIONS: Collector = Collector {
    name: "lambda",
    kinds: &[Kind::LambdaFunction],
    scope: Scope::Regional,
    operations: &[LIST_FUNCTIONS, GET_RESOURCES],
    run,
};

fn run(ctx: &Context) -> Running<'_> {
    Box::pin(async move {
        let lambda = Client::new(ctx.sdk());
        let pages = ctx.pages(
            &LIST_FUNCTIONS,
            &[Kind::LambdaFunction],
            |page: &Page| page.next.clone(),
            |marker| {
                let request = lambda.list_functions().max_items(PAGE);
                let request = request.set_marker(marker);
                async { request.send().await.map(Page::of) }
            },
        );
        let found = pages.await.into_iter().flat_map(|page| page.functions);
        ctx.each(found, |it| add(ctx, it)).await;
    })
}

/// What is kept of an answer: values of environments do not outlive it.
#[derive(Debug)]
struct Page {
    next: Option<String>,
    functions: Vec<Listed>,
}

/// A function as the list shows it.
#[derive(Debug)]
struct Listed {
    arn: String,
    name: String,
    properties: Function,
    /// Why its environment is not shown.
    hidden: Option<(Cause, String)>,
}

impl Page {
    fn of(answer: ListFunctionsOutput) -> Self {
        let functions = answer.functions.into_iter().flatten();
        Self {
            next: some_text(answer.next_marker.as_deref()),
            functions: functions.filter_map(Listed::of).collect(),
        }
    }
}

impl Listed {
    /// `None` for a function without ARN.
    fn of(mut it: sdk::FunctionConfiguration) -> Option<Self> {
        let arn = it.function_arn.take()?;
        let mut properties = function(&it);
        let answered = it.environment.take();
        let hidden = environment_error(answered.as_ref());
        (properties.environment_keys, properties.references) = environment(answered);
        Some(Self {
            name: it.function_name.unwrap_or_else(|| arn.clone()),
            arn,
            properties,
            hidden,
        })
    }
}

async fn add(ctx: &Context, it: Listed) {
    let mut unread = BTreeMap::new();
    if let Some((cause, message)) = it.hidden {
        let gap = ctx.gap(&SHOW_ENVIRONMENT, cause, Some(message), &[]);
        unread.extend(ENVIRONMENT.map(|property| (property.to_owned(), gap.clone())));
    }
    push_tagged(ctx, (&it.arn, &it.name), it.properties, unread).await;
}

/// The function, without what its environment tells.
fn function(it: &sdk::FunctionConfiguration) -> Function {
    let network = it.vpc_config();
    let layers = it.layers().iter();
    let mounts = it.file_system_configs().iter();
    Function {
        runtime: some_text(it.runtime().map(sdk::Runtime::as_str)),
        handler: some_text(it.handler()),
        package_type: text(it.package_type().map(sdk::PackageType::as_str)),
        role: text(it.role()),
        state: some_text(it.state().map(sdk::State::as_str)),
        last_modified: some_text(it.last_modified()),
        code_sha256: some_text(it.code_sha256()),
        memory_mb: number(it.memory_size()),
        timeout_seconds: number(it.timeout()),
        architectures: set(it.architectures().iter().map(sdk::Architecture::as_str)),
        vpc_id: some_text(network.and_then(|it| it.vpc_id())),
        subnets: set(network
            .map(sdk::VpcConfigResponse::subnet_ids)
            .unwrap_or_default()),
        // In their own order: of two layers with the same file, the later one wins.
        layers: layers
            .filter_map(|it| it.arn())
            .map(str::to_owned)
            .collect(),
        dead_letter: some_text(it.dead_letter_config().and_then(|it| it.target_arn())),
        kms_key: some_text(it.kms_key_arn()),
        file_systems: set(mounts.map(sdk::FileSystemConfig::arn)),
        durable_timeout_seconds: it.durable_config().map(|it| number(it.execution_timeout())),
        environment_keys: Vec::new(),
        references: Vec::new(),
    }
}

/// Names of the variables and what their values refer to. Takes the values: they end here.
fn environment(it: Option<sdk::EnvironmentResponse>) -> (Vec<String>, Vec<Reference>) {
    let variables: BTreeMap<String, String> = it
        .and_then(|it| it.variables)
        .into_iter()
        .flatten()
        .collect();
    let references = variables
        .iter()
        .flat_map(|(key, value)| reference::find(key, value))
        .collect();
    (variables.into_keys().collect(), references)
}

/// Why Lambda could not show the environment. Only AWS's error code is passed on: its message may
/// quote more.
fn environment_error(it: Option<&sdk::EnvironmentResponse>) -> Option<(Cause, String)> {
    let error = it?.error()?;
    let code = error
        .error_code()
        .filter(|code| code.chars().all(|c| c.is_ascii_alphanumeric()))
        .unwrap_or("unknown error");
    let cause = if code.contains("AccessDenied") {
        Cause::Denied
    } else {
        Cause::Other
    };
    let message = format!(
        "Lambda could not decrypt the environment of a function for the caller ({code}); \
         kms:Decrypt on the key of its environment would show the names of its variables"
    );
    Some((cause, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "hunter2";

    fn answered() -> sdk::FunctionConfiguration {
        let variables = sdk::EnvironmentResponse::builder()
            .variables("Z_PASSWORD", SECRET)
            .variables(
                "QUEUE",
                format!("https://{SECRET}@sqs.us-east-1.amazonaws.com/1/q?k={SECRET}"),
            )
            .variables(
                "TABLE",
                "arn:aws:dynamodb:eu-west-1:111111111111:table/orders",
            );
        let layer = |arn: &str| sdk::Layer::builder().arn(arn).build();
        let network = sdk::VpcConfigResponse::builder().vpc_id("").build();
        sdk::FunctionConfiguration::builder()
            .function_name("pay")
            .runtime(sdk::Runtime::from("cobol85"))
            .package_type(sdk::PackageType::Zip)
            .memory_size(512)
            .timeout(15)
            .layers(layer("layer-b:1"))
            .layers(layer("layer-a:2"))
            .vpc_config(network)
            .environment(variables.build())
            .build()
    }

    #[test]
    fn maps_a_function() {
        let read = function(&answered());
        assert_eq!(read.runtime.as_deref(), Some("cobol85"));
        assert_eq!((read.memory_mb, read.timeout_seconds), (512, 15));
        assert_eq!(
            read.layers,
            ["layer-b:1", "layer-a:2"],
            "in their own order"
        );
        assert_eq!(read.vpc_id, None, "Lambda writes no VPC as an empty text");
    }

    #[test]
    fn keeps_names_and_references() {
        let (keys, references) = environment(answered().environment);
        assert_eq!(keys, ["QUEUE", "TABLE", "Z_PASSWORD"]);
        let found: Vec<_> = references
            .iter()
            .map(|it| (&*it.key, &*it.target))
            .collect();
        let table = "arn:aws:dynamodb:eu-west-1:111111111111:table/orders";
        assert_eq!(
            found,
            [("QUEUE", "sqs.us-east-1.amazonaws.com"), ("TABLE", table)]
        );
    }

    #[test]
    fn no_value_outlives_the_answer() {
        let mut it = answered();
        it.function_arn = Some("arn:aws:lambda:eu-west-1:111111111111:function:pay".to_owned());
        let answer = ListFunctionsOutput::builder()
            .functions(it)
            .next_marker("more");
        let page = Page::of(answer.build());
        assert_eq!(page.next.as_deref(), Some("more"));
        assert_eq!(page.functions[0].name, "pay");
        assert_eq!(page.functions[0].properties.references.len(), 2);
        assert!(!format!("{page:?}").contains(SECRET));
    }

    #[test]
    fn a_function_without_environment_has_no_names_and_no_error() {
        assert_eq!(environment(None), (vec![], vec![]));
        assert_eq!(environment_error(None), None);
        assert_eq!(environment_error(answered().environment()), None);
    }

    #[test]
    fn an_environment_that_cannot_be_decrypted_is_an_error_without_its_message() {
        for (code, cause) in [
            ("AccessDeniedException", Cause::Denied),
            ("KMSDisabledException", Cause::Other),
            ("\u{1b}[31m", Cause::Other),
        ] {
            let error = sdk::EnvironmentError::builder()
                .error_code(code)
                .message(SECRET);
            let it = sdk::EnvironmentResponse::builder()
                .error(error.build())
                .build();
            let (read, message) = environment_error(Some(&it)).unwrap();
            assert_eq!(read, cause, "{code}");
            assert!(message.contains("kms:Decrypt"));
            assert!(!message.contains(SECRET) && !message.contains('\u{1b}'));
        }
    }
}
