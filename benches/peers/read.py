"""`python read.py REGION...`: the reads of `mrlint collect`, made with boto3 as it comes.

One thread per Region, clients and paginators with their defaults, answers kept until the end; the least
calls that read it: tags come in bulk. Prints how many answers were kept. Two calls are not here: S3
Control's, whose host name botocore makes of the account and moto's address, where nothing answers.
"""

import concurrent.futures
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

REFUSALS = (BotoCoreError, ClientError, ResponseParserError)

BUCKET = ("get_bucket_versioning", "get_bucket_replication", "get_bucket_encryption",
          "get_bucket_lifecycle_configuration", "get_object_lock_configuration",
          "get_public_access_block", "get_bucket_policy_status",
          "get_bucket_accelerate_configuration")


class Reader:
    def __init__(self, session, region):
        self.session, self.region = session, region
        self.clients, self.kept = {}, []

    def client(self, service):
        if service not in self.clients:
            self.clients[service] = self.session.client(service, region_name=self.region)
        return self.clients[service]

    def one(self, service, call, **given):
        """An answer; a refusal is kept as one."""
        try:
            answer = getattr(self.client(service), call)(**given)
        except REFUSALS as error:
            answer = getattr(error, "response", {})
        self.kept.append(answer)
        return answer

    def all(self, service, call, key, **given):
        """The items of every page."""
        if not self.client(service).can_paginate(call):
            return self.one(service, call, **given).get(key, [])
        found = []
        try:
            for page in self.client(service).get_paginator(call).paginate(**given):
                found.extend(page.get(key, []))
        except REFUSALS as error:
            self.kept.append(getattr(error, "response", {}))
        self.kept.append(found)
        return found

    def region_reads(self):
        for table in self.all("dynamodb", "list_tables", "TableNames"):
            self.one("dynamodb", "describe_table", TableName=table)
            self.one("dynamodb", "describe_continuous_backups", TableName=table)
        self.one("dynamodb", "describe_limits")
        for call, key in (("describe_vpcs", "Vpcs"), ("describe_subnets", "Subnets"),
                          ("describe_vpc_peering_connections", "VpcPeeringConnections"),
                          ("describe_instances", "Reservations"),
                          ("describe_transit_gateways", "TransitGateways"),
                          ("describe_transit_gateway_peering_attachments",
                           "TransitGatewayPeeringAttachments"),
                          ("describe_transit_gateway_attachments", "TransitGatewayAttachments"),
                          ("describe_transit_gateway_route_tables", "TransitGatewayRouteTables"),
                          ("describe_route_tables", "RouteTables"),
                          ("describe_nat_gateways", "NatGateways"),
                          ("describe_vpc_endpoints", "VpcEndpoints"),
                          ("describe_volumes", "Volumes")):
            self.all("ec2", call, key)
        self.all("ec2", "describe_launch_template_versions", "LaunchTemplateVersions",
                 Versions=["$Latest", "$Default"])
        if self.all("ecs", "list_clusters", "clusterArns"):
            self.one("ecs", "describe_capacity_providers")
        for namespace in ("dynamodb", "ecs", "elasticache", "lambda", "neptune", "rds"):
            self.all("application-autoscaling", "describe_scalable_targets", "ScalableTargets",
                     ServiceNamespace=namespace)
        self.all("elasticache", "describe_replication_groups", "ReplicationGroups")
        self.all("elasticache", "describe_global_replication_groups", "GlobalReplicationGroups")
        self.all("elasticache", "describe_serverless_caches", "ServerlessCaches")
        self.balancers()
        self.all("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups")
        self.all("lambda", "list_functions", "Functions")
        self.all("lambda", "list_event_source_mappings", "EventSourceMappings")
        self.all("rds", "describe_db_clusters", "DBClusters")
        self.all("rds", "describe_db_instances", "DBInstances")
        self.all("rds", "describe_global_clusters", "GlobalClusters")
        self.all("rds", "describe_db_instance_automated_backups", "DBInstanceAutomatedBackups")
        self.all("rds", "describe_db_cluster_automated_backups", "DBClusterAutomatedBackups")
        self.all("kms", "list_aliases", "Aliases")
        for key in self.all("kms", "list_keys", "Keys"):
            self.one("kms", "describe_key", KeyId=key["KeyId"])
            self.one("kms", "get_key_policy", KeyId=key["KeyId"])
        for secret in self.all("secretsmanager", "list_secrets", "SecretList"):
            self.one("secretsmanager", "describe_secret", SecretId=secret["ARN"])
        self.all("sns", "list_subscriptions", "Subscriptions")
        for topic in self.all("sns", "list_topics", "Topics"):
            self.one("sns", "get_topic_attributes", TopicArn=topic["TopicArn"])
        for queue in self.all("sqs", "list_queues", "QueueUrls"):
            self.one("sqs", "get_queue_attributes", QueueUrl=queue, AttributeNames=["All"])
        self.all("resourcegroupstaggingapi", "get_resources", "ResourceTagMappingList")

    def balancers(self):
        for balancer in self.all("elbv2", "describe_load_balancers", "LoadBalancers"):
            arn = balancer["LoadBalancerArn"]
            self.one("elbv2", "describe_load_balancer_attributes", LoadBalancerArn=arn)
            self.all("elbv2", "describe_listeners", "Listeners", LoadBalancerArn=arn)
        for group in self.all("elbv2", "describe_target_groups", "TargetGroups"):
            arn = group["TargetGroupArn"]
            self.one("elbv2", "describe_target_group_attributes", TargetGroupArn=arn)
            self.one("elbv2", "describe_target_health", TargetGroupArn=arn)

    def global_reads(self, regions):
        self.one("sts", "get_caller_identity")
        self.one("ec2", "describe_regions")
        self.all("account", "list_regions", "Regions")
        self.all("cloudfront", "list_distributions", "DistributionList")
        self.all("globalaccelerator", "list_accelerators", "Accelerators")
        self.one("organizations", "describe_organization")
        for zone in self.all("route53", "list_hosted_zones", "HostedZones"):
            self.one("route53", "get_hosted_zone", Id=zone["Id"])
            self.all("route53", "list_resource_record_sets", "ResourceRecordSets",
                     HostedZoneId=zone["Id"])
            self.one("route53", "list_tags_for_resources", ResourceType="hostedzone",
                     ResourceIds=[zone["Id"].split("/")[-1]])
        self.all("route53", "list_health_checks", "HealthChecks")
        for bucket in self.all("s3", "list_buckets", "Buckets"):
            place = self.one("s3", "get_bucket_location", Bucket=bucket["Name"])
            if (place.get("LocationConstraint") or "us-east-1") in regions:
                for call in BUCKET:
                    self.one("s3", call, Bucket=bucket["Name"])


def main(regions):
    session = boto3.Session()
    home = Reader(session, "us-east-1")
    readers = [Reader(session, region) for region in regions]
    # a session is not for several threads: clients are made before
    for reader in readers:
        for service in ("dynamodb", "ec2", "elbv2", "autoscaling", "lambda", "rds", "kms",
                        "secretsmanager", "sns", "sqs", "resourcegroupstaggingapi", "ecs",
                        "application-autoscaling", "elasticache"):
            reader.client(service)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(Reader.region_reads, readers))
    home.global_reads(regions)
    print(sum(len(reader.kept) for reader in [home, *readers]))


if __name__ == "__main__":
    main(sys.argv[1:])
