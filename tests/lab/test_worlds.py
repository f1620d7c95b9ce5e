"""The shipped worlds: coherent in themselves, and answered whole.

A record can be right by its API model and still name a load balancer that
nobody declared. These tests follow the names.
"""

import pathlib
import unittest

from botocore.exceptions import ClientError

from fake.world import World
from test_lab import MAIN, Running

WORLDS = pathlib.Path(__file__).resolve().parent / "worlds"
ESTATES = ("demo", "healthy")


class Coherent(unittest.TestCase):
    """What one record says of another is so."""

    def setUp(self):
        self.worlds = {name: World([WORLDS / name]) for name in ESTATES}

    def each(self, service, family):
        """(world, record) of a family, over all estates and accounts."""
        for world in self.worlds.values():
            for (a_service, a_family, _), records in world.records.items():
                if (a_service, a_family) == (service, family):
                    for record in records:
                        yield world, record

    def known(self, world, service, family, member):
        return {record.data.get(member)
                for (a_service, a_family, _), records in world.records.items()
                if (a_service, a_family) == (service, family) for record in records}

    def test_names_are_unique(self):
        for name, world in self.worlds.items():
            for key, records in world.records.items():
                names = [(r.region, r.names["key"]) for r in records]
                self.assertEqual(len(names), len(set(names)), f"{name}: {key} declares one twice")

    def test_replicas_are_mutual(self):
        for world, record in self.each("dynamodb", "tables"):
            for replica in record.data.get("Replicas", []):
                peers = [peer for peer in world.of("dynamodb", "tables", record.account,
                                                   replica["RegionName"])
                         if peer.data["TableName"] == record.data["TableName"]]
                self.assertEqual(len(peers), 1, f"{record.arn} names a replica that is not there")
                back = [r["RegionName"] for r in peers[0].data["Replicas"]]
                self.assertIn(record.region, back, record.arn)

    def test_replication_goes_somewhere(self):
        for world, record in self.each("s3", "buckets"):
            buckets = self.known(world, "s3", "buckets", "Name")
            read = record.reads.get("GetBucketReplication", {})
            for rule in read.get("ReplicationConfiguration", {}).get("Rules", []):
                self.assertIn(rule["Destination"]["Bucket"].removeprefix("arn:aws:s3:::"), buckets)

    def test_clusters_and_members(self):
        for world, record in self.each("rds", "clusters"):
            instances = {r.data["DBInstanceIdentifier"]
                         for r in world.of("rds", "instances", record.account, record.region)}
            members = {m["DBInstanceIdentifier"] for m in record.data["DBClusterMembers"]}
            self.assertLessEqual(members, instances, record.arn)
        for world, record in self.each("rds", "global_clusters"):
            clusters = self.known(world, "rds", "clusters", "DBClusterArn")
            for member in record.data["GlobalClusterMembers"]:
                self.assertIn(member["DBClusterArn"], clusters)
                self.assertLessEqual(set(member.get("Readers", [])), clusters)

    def test_caches_and_their_global_datastores(self):
        for world, record in self.each("elasticache", "global_replication_groups"):
            groups = self.known(world, "elasticache", "replication_groups", "ARN")
            for member in record.data["Members"]:
                arn = (f"arn:aws:elasticache:{member['ReplicationGroupRegion']}:{record.account}"
                       f":replicationgroup:{member['ReplicationGroupId']}")
                self.assertIn(arn, groups, record.arn)

    def test_copies_of_backups_are_mutual(self):
        for world, record in self.each("rds", "instances"):
            copies = self.known(world, "rds", "instance_backups", "DBInstanceAutomatedBackupsArn")
            for copy in record.data.get("DBInstanceAutomatedBackupsReplications", []):
                self.assertIn(copy["DBInstanceAutomatedBackupsArn"], copies, record.arn)

    def test_clusters_name_parameter_groups(self):
        for world, record in self.each("rds", "clusters"):
            group = record.data.get("DBClusterParameterGroup")
            here = {r.data["DBClusterParameterGroupName"] for r in world.of(
                "rds", "cluster_parameter_groups", record.account, record.region)}
            if group:
                self.assertIn(group, here, record.arn)

    def test_record_sets_lead_somewhere(self):
        for world, zone in self.each("route53", "hosted_zones"):
            sets = zone.reads["ListResourceRecordSets"]["ResourceRecordSets"]
            self.assertEqual(zone.data["ResourceRecordSetCount"], len(sets), zone.data["Name"])
            hosts = self.hosts(world) | {one["Name"].rstrip(".") for one in sets}
            zones = self.known(world, "elbv2", "load_balancers", "CanonicalHostedZoneId")
            zones |= {CLOUDFRONT_ZONE, ACCELERATOR_ZONE, zone.names["key"]}
            checks = self.known(world, "route53", "health_checks", "Id")
            seen = set()
            for one in sets:
                where = f"{one['Name']} {one['Type']} {one.get('SetIdentifier')}"
                self.assertNotIn(where, seen)
                seen.add(where)
                self.assertTrue(one["Name"].endswith(zone.data["Name"]), where)
                if "HealthCheckId" in one:
                    self.assertIn(one["HealthCheckId"], checks, where)
                if "AliasTarget" in one:
                    target = one["AliasTarget"]["DNSName"].removeprefix("dualstack.").rstrip(".")
                    self.assertIn(target, hosts, where)
                    self.assertIn(one["AliasTarget"]["HostedZoneId"], zones, where)

    def hosts(self, world):
        """Host names that a load balancer or a front door has."""
        return (self.known(world, "elbv2", "load_balancers", "DNSName")
                | self.known(world, "cloudfront", "distributions", "DomainName")
                | self.known(world, "globalaccelerator", "accelerators", "DnsName"))

    def test_origins_and_endpoints_are_there(self):
        for world, record in self.each("cloudfront", "distributions"):
            names = {one["Name"].rstrip(".") for zone in world.of("route53", "hosted_zones", record.account)
                     for one in zone.reads["ListResourceRecordSets"]["ResourceRecordSets"]}
            buckets = self.known(world, "s3", "buckets", "Name")
            points = {f"{alias}.accesspoint.s3-global.amazonaws.com" for alias in
                      self.known(world, "s3control", "multi_region_access_points", "Alias")}
            data = record.data
            origins = {origin["Id"]: origin["DomainName"] for origin in data["Origins"]["Items"]}
            for host in origins.values():
                self.assertTrue(host in self.hosts(world) | names | points
                                or host.split(".s3")[0] in buckets, host)
            groups = data.get("OriginGroups", {}).get("Items", [])
            for group in groups:
                self.assertLessEqual({m["OriginId"] for m in group["Members"]["Items"]}, set(origins))
            targets = set(origins) | {group["Id"] for group in groups}
            for path in [data["DefaultCacheBehavior"], *data["CacheBehaviors"].get("Items", [])]:
                self.assertIn(path["TargetOriginId"], targets, record.arn)
        for world, record in self.each("globalaccelerator", "listeners"):
            balancers = self.known(world, "elbv2", "load_balancers", "LoadBalancerArn")
            instances = self.known(world, "ec2", "instances", "InstanceId")
            for group in record.reads["ListEndpointGroups"]["EndpointGroups"]:
                for endpoint in group["EndpointDescriptions"]:
                    self.assertIn(endpoint["EndpointId"], balancers | instances)

    def test_private_zones_and_peerings_name_vpcs(self):
        for world, zone in self.each("route53", "hosted_zones"):
            for vpc in zone.reads.get("GetHostedZone", {}).get("VPCs", []):
                here = {r.data["VpcId"] for r in world.of("ec2", "vpcs", zone.account, vpc["VPCRegion"])}
                self.assertIn(vpc["VPCId"], here)
        for world, record in self.each("ec2", "vpc_peerings"):
            for side in ("RequesterVpcInfo", "AccepterVpcInfo"):
                info = record.data[side]
                here = {r.data["VpcId"] for r in world.of("ec2", "vpcs", info["OwnerId"], info["Region"])}
                self.assertIn(info["VpcId"], here, record.arn)

    def test_ways_lead_to_what_is_there(self):
        families = {"nat_gateways": "NatGatewayId", "transit_gateways": "TransitGatewayId",
                    "vpc_peerings": "VpcPeeringConnectionId", "vpcs": "VpcId", "subnets": "SubnetId"}
        for world, record in self.each("ec2", "route_tables"):
            there = {member: {r.data[member] for r in world.of("ec2", family, record.account, record.region)}
                     for family, member in families.items()}
            self.assertIn(record.data["VpcId"], there["VpcId"])
            for association in record.data["Associations"]:
                if "SubnetId" in association:
                    self.assertIn(association["SubnetId"], there["SubnetId"])
            for route in record.data["Routes"]:
                for member, ids in there.items():
                    if member in route:
                        self.assertIn(route[member], ids, record.arn)
        for world, record in self.each("ec2", "transit_gateway_attachments"):
            tables = self.known(world, "ec2", "transit_gateway_route_tables", "TransitGatewayRouteTableId")
            if "Association" in record.data:
                self.assertIn(record.data["Association"]["TransitGatewayRouteTableId"], tables)
        for world, record in self.each("ec2", "transit_gateway_route_tables"):
            ids = {r.data["TransitGatewayAttachmentId"] for r in
                   world.of("ec2", "transit_gateway_attachments", record.account, record.region)}
            for route in record.reads.get("SearchTransitGatewayRoutes", {}).get("Routes", []):
                for one in route["TransitGatewayAttachments"]:
                    self.assertIn(one["TransitGatewayAttachmentId"], ids, record.arn)

    def test_templates_and_volumes_are_those_of_groups_and_instances(self):
        for world, record in self.each("autoscaling", "groups"):
            templates = {r.data["LaunchTemplateId"] for r in
                         world.of("ec2", "launch_template_versions", record.account, record.region)}
            if "LaunchTemplate" in record.data:
                self.assertIn(record.data["LaunchTemplate"]["LaunchTemplateId"], templates)
        for world, record in self.each("ec2", "volumes"):
            for attachment in record.data["Attachments"]:
                self.assertIn(attachment["InstanceId"], self.instances(world, record))

    def test_targets_and_groups_name_instances(self):
        for world, record in self.each("elbv2", "target_groups"):
            balancers = self.known(world, "elbv2", "load_balancers", "LoadBalancerArn")
            self.assertLessEqual(set(record.data["LoadBalancerArns"]), balancers)
            health = record.reads.get("DescribeTargetHealth", {}).get("TargetHealthDescriptions", [])
            if record.data["TargetType"] == "instance":
                targets = {t["Target"]["Id"] for t in health}
                self.assertLessEqual(targets, self.instances(world, record))
        for world, record in self.each("autoscaling", "groups"):
            groups = self.known(world, "elbv2", "target_groups", "TargetGroupArn")
            self.assertLessEqual(set(record.data["TargetGroupARNs"]), groups)
            members = {i["InstanceId"] for i in record.data["Instances"]}
            self.assertLessEqual(members, self.instances(world, record))
            subnets = {r.data["SubnetId"]
                       for r in world.of("ec2", "subnets", record.account, record.region)}
            self.assertLessEqual(set(record.data["VPCZoneIdentifier"].split(",")), subnets)

    def test_services_and_tasks_name_what_is_there(self):
        for world, record in self.each("ecs", "services"):
            data = record.data
            self.assertIn(data["clusterArn"], self.known(world, "ecs", "clusters", "clusterArn"))
            definitions = self.known(world, "ecs", "task_definitions", "taskDefinitionArn")
            named = {data["taskDefinition"], *(d["taskDefinition"] for d in data.get("deployments", []))}
            self.assertLessEqual(named, definitions)
            groups = self.known(world, "elbv2", "target_groups", "TargetGroupArn")
            self.assertLessEqual({b["targetGroupArn"] for b in data.get("loadBalancers", [])}, groups)
        for world, record in self.each("ecs", "tasks"):
            self.assertIn(record.data["clusterArn"], self.known(world, "ecs", "clusters", "clusterArn"))

    def test_mappings_join_what_is_there(self):
        for world, record in self.each("lambda", "event_source_mappings"):
            function = ":".join(record.data["FunctionArn"].split(":")[:7])
            self.assertIn(function, self.known(world, "lambda", "functions", "FunctionArn"))
            source = record.data["EventSourceArn"].split("/stream/")[0]
            queues = {q.arn for _, q in self.each("sqs", "queues")}
            self.assertIn(source, queues | self.known(world, "dynamodb", "tables", "TableArn"))

    def instances(self, world, record):
        return {r.data["InstanceId"]
                for r in world.of("ec2", "instances", record.account, record.region)}


CLOUDFRONT_ZONE, ACCELERATOR_ZONE = "Z2FDTNDATAQYW2", "Z2BJ6XQ5FK7U4H"

# service, operation, output member; then what is asked per item: operation, input, item member
LISTS = [
    ("ec2", "describe_vpcs", "Vpcs", []),
    ("ec2", "describe_subnets", "Subnets", []),
    ("ec2", "describe_vpc_peering_connections", "VpcPeeringConnections", []),
    ("ec2", "describe_transit_gateways", "TransitGateways", []),
    ("ec2", "describe_transit_gateway_peering_attachments", "TransitGatewayPeeringAttachments", []),
    ("ec2", "describe_transit_gateway_attachments", "TransitGatewayAttachments", []),
    ("ec2", "describe_transit_gateway_route_tables", "TransitGatewayRouteTables", []),
    ("ec2", "describe_route_tables", "RouteTables", []),
    ("ec2", "describe_nat_gateways", "NatGateways", []),
    ("ec2", "describe_vpc_endpoints", "VpcEndpoints", []),
    ("ec2", "describe_launch_template_versions", "LaunchTemplateVersions", []),
    ("ec2", "describe_images", "Images", []),
    ("ec2", "describe_volumes", "Volumes", []),
    ("ec2", "describe_instances", "Reservations", []),
    ("dynamodb", "list_tables", "TableNames",
     [("describe_table", "TableName", None), ("describe_continuous_backups", "TableName", None)]),
    ("rds", "describe_db_clusters", "DBClusters", []),
    ("rds", "describe_db_instances", "DBInstances", []),
    ("rds", "describe_global_clusters", "GlobalClusters", []),
    ("elasticache", "describe_replication_groups", "ReplicationGroups", []),
    ("elasticache", "describe_serverless_caches", "ServerlessCaches", []),
    ("elbv2", "describe_load_balancers", "LoadBalancers",
     [("describe_load_balancer_attributes", "LoadBalancerArn", "LoadBalancerArn"),
      ("describe_listeners", "LoadBalancerArn", "LoadBalancerArn"),
      ("describe_target_groups", "LoadBalancerArn", "LoadBalancerArn"),
      ("describe_tags", "ResourceArns", "LoadBalancerArn")]),
    ("elbv2", "describe_target_groups", "TargetGroups",
     [("describe_target_group_attributes", "TargetGroupArn", "TargetGroupArn"),
      ("describe_target_health", "TargetGroupArn", "TargetGroupArn"),
      ("describe_tags", "ResourceArns", "TargetGroupArn")]),
    ("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups", []),
    ("lambda", "list_functions", "Functions", [("list_tags", "Resource", "FunctionArn")]),
    ("lambda", "list_event_source_mappings", "EventSourceMappings", []),
    ("ecs", "list_clusters", "clusterArns",
     [("describe_clusters", "clusters", None), ("list_services", "cluster", None),
      ("list_tasks", "cluster", None)]),
    ("resourcegroupstaggingapi", "get_resources", "ResourceTagMappingList", []),
    ("route53", "list_hosted_zones", "HostedZones",
     [("get_hosted_zone", "Id", "Id"), ("list_resource_record_sets", "HostedZoneId", "Id")]),
    ("route53", "list_health_checks", "HealthChecks",
     [("get_health_check_status", "HealthCheckId", "Id")]),
    ("globalaccelerator", "list_accelerators", "Accelerators",
     [("list_listeners", "AcceleratorArn", "AcceleratorArn"),
      ("list_tags_for_resource", "ResourceArn", "AcceleratorArn")]),
    ("s3", "list_buckets", "Buckets", [("get_bucket_location", "Bucket", "Name")]),
]


class Answered(unittest.TestCase):
    """Every call that a scan makes is answered, in every Region that holds something."""

    def test_lists_and_their_reads(self):
        for name in ESTATES:
            lab = Running(WORLDS / name)
            self.addCleanup(lab.close)
            # a Region without values of its own is enabled and empty
            for region in lab.server.world.values:
                for service, operation, member, reads in LISTS:
                    with self.subTest(world=name, region=region, operation=operation):
                        self.walk(lab.client(service, region), operation, member, reads)

    def walk(self, client, operation, member, reads):
        items = [i for page in client.get_paginator(operation).paginate() for i in page[member]]
        # not every Region has these
        rare = ("transit", "nat_gateways", "vpc_endpoints", "volumes")
        if not any(word in operation for word in rare):
            self.assertTrue(items, "nothing in the world to read")
        for item in items:
            for read, given, taken in reads:
                value = item[taken] if taken else item
                batch = given in ("ResourceArns", "clusters")
                getattr(client, read)(**{given: [value] if batch else value})

    def test_buckets(self):
        absent = {"ReplicationConfigurationNotFoundError", "NoSuchTagSet"}
        lab = Running(WORLDS / "demo")
        self.addCleanup(lab.close)
        pages = lab.client("s3").get_paginator("list_buckets").paginate()
        buckets = [bucket for page in pages for bucket in page["Buckets"]]
        declared = World([WORLDS / "demo"]).of("s3", "buckets", "111111111111")
        self.assertEqual(len(buckets), len(declared))
        for bucket in buckets:
            client = lab.client("s3", bucket["BucketRegion"])
            for read in ("versioning", "replication", "encryption", "tagging"):
                try:
                    getattr(client, f"get_bucket_{read}")(Bucket=bucket["Name"])
                except ClientError as error:
                    self.assertIn(error.response["Error"]["Code"], absent)

    def test_distributions(self):
        for name in ESTATES:
            lab = Running(WORLDS / name)
            self.addCleanup(lab.close)
            pages = lab.client("cloudfront").get_paginator("list_distributions").paginate()
            found = [it for page in pages for it in page["DistributionList"]["Items"]]
            declared = World([WORLDS / name]).of("cloudfront", "distributions", "111111111111")
            self.assertEqual([it["Id"] for it in found], [r.data["Id"] for r in declared])
            self.assertTrue(found)

    def test_the_second_account(self):
        lab = Running(WORLDS / "demo")
        self.addCleanup(lab.close)
        role = "arn:aws:iam::222222222222:role/mrlint-reader"
        keys = lab.client("sts").assume_role(
            RoleArn=role, RoleSessionName="test", ExternalId="acme-scan")["Credentials"]
        other = lab.client("dynamodb", key=keys["AccessKeyId"], token=keys["SessionToken"])
        self.assertEqual(other.list_tables()["TableNames"], ["events", "carts"])


if __name__ == "__main__":
    unittest.main()
