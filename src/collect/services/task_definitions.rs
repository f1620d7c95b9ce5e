//! Task definitions that services run.
//!
//! Values of environments and options of log drivers are searched while the answer is in memory,
//! and dropped with it: no struct, message or log of ours holds one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_ecs::Client;
use aws_sdk_ecs::operation::describe_task_definition::DescribeTaskDefinitionOutput;
use aws_sdk_ecs::types as sdk;

use super::ecs::push;
use super::plain::{set, some_text, text, time};
use super::times::Times;
use super::{Context, Operation};
use crate::inventory::kinds::ecs::{Container, Service, TaskDefinition, Volume};
use crate::inventory::{Kind, Reference, reference};

pub(super) const DESCRIBE_TASK_DEFINITION: Operation = Operation {
    name: "ecs:DescribeTaskDefinition",
    action: "ecs:DescribeTaskDefinition",
    times: Times(|it| {
        it.distinct::<Service, _>(|it| Some(&it.task_definition).filter(|it| !it.is_empty()))
    }),
};

/// Options of log drivers that name the Region of the log.
const LOG_REGION: [&str; 2] = ["awslogs-region", "region"];

/// What is kept of an answer.
#[derive(Debug)]
struct Described {
    arn: String,
    tags: Vec<sdk::Tag>,
    properties: TaskDefinition,
}

/// Adds the task definition of that ARN.
pub(super) async fn add(ctx: &Context, ecs: &Client, arn: &str) {
    let answer = ctx.call(
        &DESCRIBE_TASK_DEFINITION,
        &[Kind::EcsTaskDefinition],
        || {
            let request = ecs.describe_task_definition().task_definition(arn);
            let request = request.include(sdk::TaskDefinitionField::Tags);
            async { request.send().await.map(Described::of) }
        },
    );
    if let Ok(Some(it)) = answer.await {
        let family = it.properties.family.clone();
        let names = (it.arn.as_str(), family.as_str());
        push(ctx, names, &it.tags, it.properties, BTreeMap::new());
    }
}

impl Described {
    fn of(answer: DescribeTaskDefinitionOutput) -> Option<Self> {
        let it = answer.task_definition?;
        Some(Self {
            arn: it.task_definition_arn()?.to_owned(),
            tags: answer.tags.unwrap_or_default(),
            properties: definition(&it),
        })
    }
}

fn definition(it: &sdk::TaskDefinition) -> TaskDefinition {
    let of = it.container_definitions().iter();
    let mut containers: Vec<Container> = of.map(container).collect();
    containers.sort_by(|a, b| a.name.cmp(&b.name));
    let volumes = it.volumes().iter();
    let mut volumes: Vec<Volume> = volumes.map(|volume_of| volume(volume_of, it)).collect();
    volumes.sort_by(|a, b| a.name.cmp(&b.name));
    let references = it.container_definitions().iter().flat_map(references);
    let references: BTreeSet<Reference> = references.collect();
    let platform = it.runtime_platform();
    let units = |written: Option<&str>| written.and_then(|it| it.trim().parse().ok());
    TaskDefinition {
        family: text(it.family()),
        revision: i64::from(it.revision()),
        registered: time(it.registered_at()),
        cpu: units(it.cpu()),
        memory_mb: units(it.memory()),
        cpu_architecture: some_text(
            platform
                .and_then(|it| it.cpu_architecture())
                .map(sdk::CpuArchitecture::as_str),
        ),
        network_mode: some_text(it.network_mode().map(sdk::NetworkMode::as_str)),
        task_role: some_text(it.task_role_arn()),
        execution_role: some_text(it.execution_role_arn()),
        containers,
        volumes,
        references: references.into_iter().collect(),
    }
}

fn container(it: &sdk::ContainerDefinition) -> Container {
    let ports = it.port_mappings().iter().filter_map(|port| {
        let protocol = port
            .protocol()
            .map_or("tcp", sdk::TransportProtocol::as_str);
        let number = port.container_port().map(|it| it.to_string());
        let number = number.or(port.container_port_range().map(str::to_owned))?;
        Some(format!("{number}/{protocol}"))
    });
    let log = it.log_configuration();
    let none = HashMap::new();
    let options = log.and_then(|it| it.options()).unwrap_or(&none);
    let option = |name: &str| some_text(options.get(name).map(String::as_str));
    Container {
        name: text(it.name()),
        image: text(it.image()),
        essential: it.essential().unwrap_or(true),
        ports: set(ports.collect::<Vec<_>>()),
        health_check: it.health_check().is_some(),
        environment_keys: set(it.environment().iter().filter_map(|it| it.name())),
        secret_keys: set(it.secrets().iter().map(sdk::Secret::name)),
        log_driver: some_text(log.map(|it| it.log_driver().as_str())),
        log_region: LOG_REGION.into_iter().find_map(option),
        log_mode: option("mode"),
    }
}

/// What the configuration of a container names. A parameter of the same Region is written without
/// an ARN and names nothing here.
fn references(it: &sdk::ContainerDefinition) -> Vec<Reference> {
    let variables = it.environment().iter();
    let variables = variables.filter_map(|it| Some((it.name()?, it.value()?)));
    let mut found: Vec<Reference> = variables
        .flat_map(|(key, value)| reference::find(key, value))
        .collect();
    let log = it.log_configuration();
    let logged = log.map_or(&[][..], sdk::LogConfiguration::secret_options);
    let secrets = it.secrets().iter().chain(logged);
    let login = it.repository_credentials();
    let login = login.map(|it| ("repositoryCredentials", it.credentials_parameter()));
    let secrets = secrets.map(|it| (it.name(), it.value_from())).chain(login);
    for (key, value) in secrets {
        let named = reference::find(key, secret(value));
        found.extend(named.into_iter().take(1));
    }
    for file in it.environment_files() {
        found.extend(reference::find("environmentFiles", file.value()));
    }
    found
}

/// The ARN of a secret, without the key, stage and version that a container may ask for.
fn secret(value: &str) -> &str {
    let end = value.match_indices(':').nth(6).map(|(at, _)| at);
    match end.and_then(|end| value.get(..end)) {
        Some(arn) if value.contains(":secretsmanager:") => arn,
        _ => value,
    }
}

fn volume(it: &sdk::Volume, of: &sdk::TaskDefinition) -> Volume {
    let host = some_text(it.host().and_then(|it| it.source_path()));
    let docker = it.docker_volume_configuration();
    let efs = it.efs_volume_configuration();
    let fsx = it.fsx_windows_file_server_volume_configuration();
    let s3 = it.s3files_volume_configuration();
    let storage = if host.is_some() {
        "host"
    } else if docker.is_some() {
        "docker"
    } else if efs.is_some() {
        "efs"
    } else if fsx.is_some() {
        "fsx"
    } else if s3.is_some() {
        "s3files"
    } else if it.configured_at_launch() == Some(true) {
        "ebs"
    } else {
        "task"
    };
    let mounts = of.container_definitions().iter();
    let mut mounts = mounts.flat_map(sdk::ContainerDefinition::mount_points);
    let file_system = efs.map(sdk::EfsVolumeConfiguration::file_system_id);
    let file_system =
        file_system.or(fsx.map(sdk::FSxWindowsFileServerVolumeConfiguration::file_system_id));
    let scope = docker.map(|it| it.scope().map_or("task", sdk::Scope::as_str));
    Volume {
        name: text(it.name()),
        storage: storage.to_owned(),
        host_path: host,
        docker_scope: scope.map(str::to_owned),
        file_system: some_text(
            file_system.or(s3.map(sdk::S3FilesVolumeConfiguration::file_system_arn)),
        ),
        written: mounts
            .any(|mount| mount.source_volume() == it.name() && mount.read_only() != Some(true)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "hunter2";

    fn answered() -> DescribeTaskDefinitionOutput {
        let variable = |name: &str, value: String| {
            let pair = sdk::KeyValuePair::builder().name(name);
            pair.value(value).build()
        };
        let secret = |name: &str, from: &str| {
            let secret = sdk::Secret::builder().name(name).value_from(from);
            secret.build().unwrap()
        };
        let log = sdk::LogConfiguration::builder()
            .log_driver(sdk::LogDriver::Awslogs)
            .options("awslogs-region", "us-east-1")
            .options("mode", "blocking")
            .options("splunk-token", SECRET);
        let file = sdk::EnvironmentFile::builder()
            .value("arn:aws:s3:::config/app.env")
            .r#type(sdk::EnvironmentFileType::S3);
        let mount = |volume: &str, read_only| {
            let mount = sdk::MountPoint::builder().source_volume(volume);
            mount.read_only(read_only).build()
        };
        let app = sdk::ContainerDefinition::builder()
            .name("app")
            .image("shop/web:7")
            .environment(variable("PASSWORD", SECRET.to_owned()))
            .environment(variable(
                "QUEUE",
                format!("https://{SECRET}@sqs.us-east-1.amazonaws.com/1/q"),
            ))
            .secrets(secret(
                "DB",
                "arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-AbCdEf:password::",
            ))
            .secrets(secret("PARAMETER", "/shop/flag"))
            .environment_files(file.build().unwrap())
            .log_configuration(log.build().unwrap())
            .mount_points(mount("data", false))
            .mount_points(mount("agent", true));
        let volume = |name: &str, path: &str| {
            let host = sdk::HostVolumeProperties::builder().source_path(path);
            sdk::Volume::builder().name(name).host(host.build()).build()
        };
        let it = sdk::TaskDefinition::builder()
            .task_definition_arn("arn:aws:ecs:eu-west-1:111111111111:task-definition/web:7")
            .family("web")
            .revision(7)
            .cpu("512")
            .memory("1024")
            .volumes(volume("data", "/data"))
            .volumes(volume("agent", "/proc"))
            .container_definitions(app.build());
        DescribeTaskDefinitionOutput::builder()
            .task_definition(it.build())
            .build()
    }

    #[test]
    fn keeps_names_and_what_they_lead_to() {
        let read = Described::of(answered()).unwrap().properties;
        let named: Vec<_> = read
            .references
            .iter()
            .map(|it| (&*it.key, &*it.target))
            .collect();
        let secret = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-AbCdEf";
        assert_eq!(
            named,
            [
                ("DB", secret),
                ("QUEUE", "sqs.us-east-1.amazonaws.com"),
                ("environmentFiles", "arn:aws:s3:::config/app.env"),
            ]
        );
        assert_eq!((read.cpu, read.memory_mb), (Some(512), Some(1024)));
        let app = &read.containers[0];
        assert_eq!(app.environment_keys, ["PASSWORD", "QUEUE"]);
        assert_eq!(app.secret_keys, ["DB", "PARAMETER"]);
        assert_eq!(app.log_region.as_deref(), Some("us-east-1"));
        assert!(app.essential, "as ECS takes it when nobody says");
    }

    #[test]
    fn no_value_outlives_the_answer() {
        let kept = Described::of(answered()).unwrap();
        assert!(!format!("{kept:?}").contains(SECRET));
    }

    #[test]
    fn volumes_say_where_they_are_and_who_writes() {
        let read = Described::of(answered()).unwrap().properties;
        let volumes: Vec<_> = read
            .volumes
            .iter()
            .map(|it| (it.host_path.as_deref(), it.written))
            .collect();
        assert_eq!(volumes, [(Some("/proc"), false), (Some("/data"), true)]);
        let bare = sdk::Volume::builder().name("scratch").build();
        let of = sdk::TaskDefinition::builder().build();
        assert_eq!(volume(&bare, &of).storage, "task");
    }
}
