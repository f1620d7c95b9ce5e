"""`python fill.py URL WORLD...`: build the part of a world that an emulator can hold.

moto and MiniStack are witnesses that nobody here wrote. What they serve is
built in them through boto3 from the same world files: DynamoDB tables and
replicas, S3 buckets, Route 53 zones, record sets and health checks, VPCs, subnets and peerings.
Prints a JSON object: how many of each kind were built, and what was refused
and why. It refuses nothing silently and changes nothing but the emulator.
"""

import argparse
import collections
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from fake.world import World


class Filler:
    """One account of a world, built in one emulator."""

    def __init__(self, world, url, account, key):
        self.world, self.url, self.account, self.key = world, url, account, key
        self.built = collections.Counter()
        self.refused = []
        self.ids = {}

    def client(self, service, region):
        region = "us-east-1" if region == "aws-global" else region
        return boto3.client(
            service, region_name=region, endpoint_url=self.url, aws_access_key_id=self.key,
            aws_secret_access_key="x", config=Config(retries={"total_max_attempts": 1}))

    def attempt(self, what, call, **given):
        """The answer, or None with the refusal kept."""
        try:
            answer = call(**given)
        except (ClientError, BotoCoreError) as error:
            self.refused.append(f"{what}: {error}")
            return None
        self.built[what.split(" ")[0]] += 1
        return answer

    def records(self, service, family):
        return self.world.of(service, family, self.account)

    def fill(self):
        for step in (self.tables, self.replicas, self.buckets, self.replication, self.checks,
                     self.vpcs, self.zones, self.peerings):
            step()

    def tables(self):
        made = set()
        for record in self.records("dynamodb", "tables"):
            data = record.data
            # a replica comes into being with its table, below
            copied = any((data["TableName"], r["RegionName"]) in made
                         for r in data.get("Replicas", []))
            made.add((data["TableName"], record.region))
            if copied:
                continue
            given = {k: data[k] for k in ("TableName", "KeySchema", "AttributeDefinitions",
                                          "StreamSpecification", "DeletionProtectionEnabled")
                     if k in data}
            if "ProvisionedThroughput" in data:
                units = data["ProvisionedThroughput"]
                given["ProvisionedThroughput"] = {
                    k: units[k] for k in ("ReadCapacityUnits", "WriteCapacityUnits")}
            else:
                given["BillingMode"] = "PAY_PER_REQUEST"
            tags = [{"Key": k, "Value": v} for k, v in record.tags.items()]
            client = self.client("dynamodb", record.region)
            self.attempt(f"table {record.arn}", client.create_table, **given, Tags=tags)
            self._recovery(client, record)

    def _recovery(self, client, record):
        read = record.reads.get("DescribeContinuousBackups", {}).get("ContinuousBackupsDescription")
        if not read:
            return
        status = read["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
        self.attempt(f"recovery {record.arn}", client.update_continuous_backups,
                     TableName=record.data["TableName"],
                     PointInTimeRecoverySpecification={
                         "PointInTimeRecoveryEnabled": status == "ENABLED"})

    def replicas(self):
        done = set()
        for record in self.records("dynamodb", "tables"):
            name = record.data["TableName"]
            named = [r["RegionName"] for r in record.data.get("Replicas", [])]
            regions = [region for region in named if region != record.region]
            if not regions or name in done:
                continue
            done.add(name)
            client = self.client("dynamodb", record.region)
            for region in regions:
                self.attempt(f"replica {name} in {region}", client.update_table, TableName=name,
                             ReplicaUpdates=[{"Create": {"RegionName": region}}])

    def buckets(self):
        for record in self.records("s3", "buckets"):
            name, client = record.data["Name"], self.client("s3", record.region)
            where = ({} if record.region == "us-east-1" else
                     {"CreateBucketConfiguration": {"LocationConstraint": record.region}})
            self.attempt(f"bucket {name}", client.create_bucket, Bucket=name, **where)
            versioning = record.reads.get("GetBucketVersioning")
            if versioning:
                self.attempt(f"versioning {name}", client.put_bucket_versioning, Bucket=name,
                             VersioningConfiguration=versioning)
            encryption = record.reads.get("GetBucketEncryption")
            if encryption:
                self.attempt(f"encryption {name}", client.put_bucket_encryption, Bucket=name, **encryption)
            if record.tags:
                tags = [{"Key": k, "Value": v} for k, v in record.tags.items()]
                self.attempt(f"bucket-tags {name}", client.put_bucket_tagging, Bucket=name,
                             Tagging={"TagSet": tags})

    def replication(self):
        for record in self.records("s3", "buckets"):
            rules = record.reads.get("GetBucketReplication")
            if rules:
                self.attempt(f"replication {record.data['Name']}",
                             self.client("s3", record.region).put_bucket_replication,
                             Bucket=record.data["Name"], **rules)

    def checks(self):
        client = self.client("route53", "aws-global")
        for record in self.records("route53", "health_checks"):
            made = self.attempt(
                f"health-check {record.arn}", client.create_health_check,
                CallerReference=record.data["Id"], HealthCheckConfig=record.data["HealthCheckConfig"])
            if made:
                self.ids[record.data["Id"]] = made["HealthCheck"]["Id"]

    def vpcs(self):
        for record in self.records("ec2", "vpcs"):
            if record.data["IsDefault"]:
                continue
            client = self.client("ec2", record.region)
            made = self.attempt(f"vpc {record.arn}", client.create_vpc,
                                CidrBlock=record.data["CidrBlock"])
            if not made:
                continue
            self.ids[record.data["VpcId"]] = made["Vpc"]["VpcId"]
            self._tags(client, record, made["Vpc"]["VpcId"])
            for more in record.data.get("CidrBlockAssociationSet", []):
                if more["CidrBlock"] != record.data["CidrBlock"]:
                    self.attempt(f"vpc-cidr {record.arn}", client.associate_vpc_cidr_block,
                                 VpcId=made["Vpc"]["VpcId"], CidrBlock=more["CidrBlock"])
        for record in self.records("ec2", "subnets"):
            client = self.client("ec2", record.region)
            made = self.attempt(f"subnet {record.arn}", client.create_subnet,
                                VpcId=self.ids.get(record.data["VpcId"], ""),
                                CidrBlock=record.data["CidrBlock"],
                                AvailabilityZone=record.data["AvailabilityZone"])
            if made:
                self._tags(client, record, made["Subnet"]["SubnetId"])

    def _tags(self, client, record, made):
        if record.tags:
            tags = [{"Key": k, "Value": v} for k, v in record.tags.items()]
            self.attempt(f"ec2-tags {record.arn}", client.create_tags, Resources=[made], Tags=tags)

    def peerings(self):
        for record in self.records("ec2", "vpc_peerings"):
            asked, accepted = record.data["RequesterVpcInfo"], record.data["AccepterVpcInfo"]
            if asked["Region"] != record.region:
                continue
            made = self.attempt(
                f"peering {record.arn}",
                self.client("ec2", record.region).create_vpc_peering_connection,
                VpcId=self.ids[asked["VpcId"]], PeerVpcId=self.ids[accepted["VpcId"]],
                PeerRegion=accepted["Region"])
            if made and record.data["Status"]["Code"] == "active":
                number = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]
                self.attempt(
                    f"peering-accepted {record.arn}",
                    self.client("ec2", accepted["Region"]).accept_vpc_peering_connection,
                    VpcPeeringConnectionId=number)

    def zones(self):
        client = self.client("route53", "aws-global")
        for record in self.records("route53", "hosted_zones"):
            vpcs = record.reads.get("GetHostedZone", {}).get("VPCs", [])
            vpcs = [{**vpc, "VPCId": self.ids.get(vpc["VPCId"], vpc["VPCId"])} for vpc in vpcs]
            private = record.data.get("Config", {}).get("PrivateZone", False)
            made = self.attempt(
                f"zone {record.data['Name']}", client.create_hosted_zone,
                Name=record.data["Name"], CallerReference=record.data["Id"],
                HostedZoneConfig={"PrivateZone": private}, **({"VPC": vpcs[0]} if vpcs else {}))
            if made:
                self._zone_rest(client, record, made["HostedZone"]["Id"], vpcs[1:])

    def _zone_rest(self, client, record, made, vpcs):
        for vpc in vpcs:
            self.attempt(f"zone-vpc {vpc['VPCId']}", client.associate_vpc_with_hosted_zone,
                         HostedZoneId=made, VPC=vpc)
        for one in record.reads["ListResourceRecordSets"]["ResourceRecordSets"]:
            if one["Type"] in ("NS", "SOA"):
                continue
            one = dict(one)
            target = one.get("AliasTarget", {})
            if target.get("HostedZoneId") == record.names["key"]:
                own = made.removeprefix("/hostedzone/")
                one["AliasTarget"] = {**target, "HostedZoneId": own}
            if "HealthCheckId" in one:
                one["HealthCheckId"] = self.ids.get(one["HealthCheckId"], one["HealthCheckId"])
            what = f"record-set {one['Name']} {one['Type']} {one.get('SetIdentifier', '')}"
            self.attempt(what, client.change_resource_record_sets, HostedZoneId=made,
                         ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": one}]})


def main():
    parser = argparse.ArgumentParser(prog="fill", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("world", nargs="+")
    parser.add_argument("--account", default="111111111111")
    parser.add_argument("--key", default="AKIAMAIN000000000000", help="access key to build with")
    given = parser.parse_args()
    filler = Filler(World(given.world), given.url, given.account, given.key)
    filler.fill()
    declared = {"bucket": len(list(filler.records("s3", "buckets")))}
    print(json.dumps({"declared": declared, "built": filler.built, "refused": filler.refused},
                     indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
