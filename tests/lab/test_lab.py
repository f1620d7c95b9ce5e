"""The lab judged by another client of the same models: botocore.

Run as `python -m unittest test_lab` in the lab's virtual environment.
"""

import json
import pathlib
import tempfile
import threading
import unittest
import urllib.error
import urllib.request

import boto3
import botocore.config
import botocore.exceptions
import cbor2

from fake.located import WorldError
from fake.server import Lab
from fake.world import World

HERE = pathlib.Path(__file__).resolve().parent
MAIN = "AKIAMAIN000000000000"


class Running:
    """A lab on a free port, with clients for it."""

    def __init__(self, *files, log=None):
        self.server = Lab(World(files), log=log)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def client(self, service, region="eu-west-1", key=MAIN, token=None, **config):
        config = {"retries": {"total_max_attempts": 1}, "read_timeout": 5, **config}
        return boto3.client(
            service, region_name=region, endpoint_url=self.url, aws_access_key_id=key,
            aws_secret_access_key="x", aws_session_token=token,
            config=botocore.config.Config(**config))

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def written(text):
    """A world file with this text."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", delete=False) as file:
        file.write(text)
    return file.name


SMALL = """
regions: {eu-west-1: opt-in-not-required, us-east-1: opt-in-not-required}
accounts:
  "111111111111": {name: main, access_keys: [AKIAMAIN000000000000]}
"""


def code(error):
    return error.exception.response["Error"]["Code"]


def status(error):
    return error.exception.response["ResponseMetadata"]["HTTPStatusCode"]


class Smoke(unittest.TestCase):
    """Every protocol once, with pages of two."""

    @classmethod
    def setUpClass(cls):
        cls.log = tempfile.NamedTemporaryFile(suffix=".jsonl", delete=False).name
        cls.lab = Running(HERE / "worlds" / "smoke.yaml", log=cls.log)

    @classmethod
    def tearDownClass(cls):
        cls.lab.close()

    def all(self, service, operation, member, region="eu-west-1", **given):
        client = self.lab.client(service, region)
        pages = list(client.get_paginator(operation).paginate(**given))
        return pages, [item for page in pages for item in page.get(member, [])]

    def test_json(self):
        pages, names = self.all("dynamodb", "list_tables", "TableNames")
        self.assertEqual((len(pages), names), (2, ["orders", "carts", "terraform-locks"]))
        client = self.lab.client("dynamodb", "us-east-1")
        table = client.describe_table(TableName="orders")["Table"]
        self.assertEqual(table["TableArn"], "arn:aws:dynamodb:us-east-1:111111111111:table/orders")
        tags = client.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
        self.assertEqual(tags, [{"Key": "app", "Value": "shop"}])
        with self.assertRaises(botocore.exceptions.ClientError) as error:
            client.describe_table(TableName="nothing")
        self.assertEqual((code(error), status(error)), ("ResourceNotFoundException", 400))

    def test_ec2(self):
        pages, reservations = self.all("ec2", "describe_instances", "Reservations")
        self.assertEqual(len(pages), 2)
        ids = [i["InstanceId"] for r in reservations for i in r["Instances"]]
        self.assertEqual(ids, ["i-0a", "i-0b", "i-0c"])
        _, vpcs = self.all("ec2", "describe_vpcs", "Vpcs")
        self.assertEqual(vpcs[0]["Tags"], [{"Key": "Name", "Value": "shop"}])
        _, none = self.all("ec2", "describe_subnets", "Subnets")
        self.assertEqual(none, [])

    def test_regions(self):
        client = self.lab.client("ec2")
        enabled = [r["RegionName"] for r in client.describe_regions()["Regions"]]
        self.assertEqual(enabled, ["eu-west-1", "us-east-1"])
        every = {r["RegionName"]: r["OptInStatus"]
                 for r in client.describe_regions(AllRegions=True)["Regions"]}
        self.assertEqual(every["ap-east-1"], "not-opted-in")
        with self.assertRaises(botocore.exceptions.ClientError) as error:
            self.lab.client("ec2", "ap-east-1").describe_vpcs()
        self.assertEqual((code(error), status(error)), ("AuthFailure", 401))

    def test_query(self):
        _, clusters = self.all("rds", "describe_db_clusters", "DBClusters")
        self.assertEqual(clusters[0]["TagList"], [{"Key": "app", "Value": "shop"}])
        with self.assertRaises(botocore.exceptions.ClientError) as error:
            self.lab.client("rds").describe_db_clusters(DBClusterIdentifier="nothing")
        self.assertEqual((code(error), status(error)), ("DBClusterNotFoundFault", 404))
        _, balancers = self.all("elbv2", "describe_load_balancers", "LoadBalancers")
        arn = balancers[0]["LoadBalancerArn"]
        elb = self.lab.client("elbv2")
        attributes = elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
        self.assertEqual(attributes[0]["Value"], "true")
        described = elb.describe_tags(ResourceArns=[arn])["TagDescriptions"]
        self.assertEqual(described, [{"ResourceArn": arn, "Tags": [{"Key": "app", "Value": "shop"}]}])
        _, groups = self.all("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups")
        self.assertEqual(groups[0]["Tags"][0]["ResourceId"], "web")
        self.assertEqual(elb.describe_listeners(LoadBalancerArn=arn)["Listeners"], [])

    def test_rest_json(self):
        _, functions = self.all("lambda", "list_functions", "Functions")
        tags = self.lab.client("lambda").list_tags(Resource=functions[0]["FunctionArn"])["Tags"]
        self.assertEqual(tags, {"app": "shop"})

    def test_route53(self):
        client = self.lab.client("route53", "us-east-1")
        zone = client.list_hosted_zones()["HostedZones"][0]
        pages, records = self.all(
            "route53", "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone["Id"])
        self.assertEqual([len(p["ResourceRecordSets"]) for p in pages], [2, 2])
        self.assertEqual(pages[0]["NextRecordIdentifier"], "us")
        self.assertEqual([r["Name"][0] for r in records], ["a", "b", "b", "c"])
        sets = client.list_tags_for_resources(ResourceType="hostedzone", ResourceIds=["Z1"])
        self.assertEqual(sets["ResourceTagSets"][0]["Tags"], [{"Key": "app", "Value": "shop"}])
        self.assertEqual(client.get_hosted_zone(Id="Z1")["HostedZone"]["Name"], "example.com.")
        checks = client.list_health_checks()["HealthChecks"]
        seen = client.get_health_check_status(HealthCheckId=checks[0]["Id"])
        self.assertEqual(seen["HealthCheckObservations"][0]["Region"], "us-east-1")

    def test_s3(self):
        pages, buckets = self.all("s3", "list_buckets", "Buckets", region="us-east-1")
        self.assertEqual(len(pages), 2)
        self.assertEqual(
            {b["Name"]: b["BucketRegion"] for b in buckets},
            {"acme-uploads": "eu-west-1", "acme-uploads-us": "us-east-1", "acme-logs": "us-east-1"})
        eu, us = self.lab.client("s3", "eu-west-1"), self.lab.client("s3", "us-east-1")
        rules = eu.get_bucket_replication(Bucket="acme-uploads")["ReplicationConfiguration"]["Rules"]
        self.assertEqual(rules[0]["Filter"], {"Prefix": ""})
        self.assertEqual(us.get_bucket_location(Bucket="acme-uploads")["LocationConstraint"], "eu-west-1")
        self.assertIsNone(us.get_bucket_location(Bucket="acme-logs")["LocationConstraint"])
        self.assertEqual(eu.get_bucket_tagging(Bucket="acme-uploads")["TagSet"][0]["Key"], "app")
        for call, wanted in [
            (us.get_bucket_replication, "ReplicationConfigurationNotFoundError"),
            (us.get_bucket_tagging, "NoSuchTagSet"),
        ]:
            with self.assertRaises(botocore.exceptions.ClientError) as error:
                call(Bucket="acme-logs")
            self.assertEqual((code(error), status(error)), (wanted, 404))
        with self.assertRaises(botocore.exceptions.ClientError) as error:
            eu.get_bucket_versioning(Bucket="nowhere")
        self.assertEqual(code(error), "NoSuchBucket")

    def test_s3_wrong_region(self):
        request = urllib.request.Request(self.lab.url + "/acme-logs?versioning")
        request.add_header("Authorization", scope("eu-west-1", "s3"))
        with self.assertRaises(urllib.error.HTTPError) as error:
            urllib.request.build_opener(NoRedirect).open(request)
        self.assertEqual(error.exception.code, 301)
        self.assertEqual(error.exception.headers["x-amz-bucket-region"], "us-east-1")

    def test_cbor(self):
        first = self.cbor({"MaxRecords": 100})
        self.assertEqual([a["AlarmName"] for a in first["MetricAlarms"]], ["a-1", "a-2"])
        self.assertEqual(first["MetricAlarms"][1]["Threshold"], 1.5)
        second = self.cbor({"MaxRecords": 100, "NextToken": first["NextToken"]})
        self.assertEqual([a["AlarmName"] for a in second["MetricAlarms"]], ["a-3"])

    def cbor(self, given):
        request = urllib.request.Request(
            self.lab.url + "/service/GraniteServiceVersion20100801/operation/DescribeAlarms",
            data=cbor2.dumps(given), method="POST", headers={
                "Content-Type": "application/cbor", "Accept": "application/cbor",
                "smithy-protocol": "rpc-v2-cbor", "Authorization": scope("eu-west-1", "monitoring")})
        with urllib.request.urlopen(request) as answer:
            self.assertEqual(answer.headers["smithy-protocol"], "rpc-v2-cbor")
            return cbor2.loads(answer.read())

    def test_accounts(self):
        sts = self.lab.client("sts")
        self.assertEqual(sts.get_caller_identity()["Account"], "111111111111")
        role = {"RoleArn": "arn:aws:iam::222222222222:role/reader", "RoleSessionName": "test"}
        with self.assertRaises(botocore.exceptions.ClientError) as error:
            sts.assume_role(**role)
        self.assertEqual((code(error), status(error)), ("AccessDenied", 403))
        keys = sts.assume_role(**role, ExternalId="lab")["Credentials"]
        other = self.lab.client("dynamodb", key=keys["AccessKeyId"], token=keys["SessionToken"])
        self.assertEqual(other.list_tables()["TableNames"], ["audit"])
        with self.assertRaises(botocore.exceptions.ClientError) as error:
            self.lab.client("dynamodb", key="AKIANOBODY").list_tables()
        self.assertEqual(code(error), "UnrecognizedClientException")

    def test_tagged(self):
        pages, found = self.all("resourcegroupstaggingapi", "get_resources", "ResourceTagMappingList")
        self.assertEqual(pages[-1]["PaginationToken"], "")
        arns = [r["ResourceARN"] for r in found]
        self.assertIn("arn:aws:s3:::acme-uploads", arns)
        self.assertEqual(arns, sorted(arns))
        only = self.all("resourcegroupstaggingapi", "get_resources", "ResourceTagMappingList",
                        ResourceTypeFilters=["dynamodb:table"])[1]
        self.assertEqual(len(only), 2)

    def test_tokens_are_bound(self):
        token = self.lab.client("dynamodb").list_tables()["LastEvaluatedTableName"]
        with self.assertRaises(botocore.exceptions.ClientError) as error:
            self.lab.client("dynamodb", "us-east-1").list_tables(ExclusiveStartTableName=token)
        self.assertEqual(code(error), "InvalidPaginationToken")

    def test_not_understood_is_refused(self):
        with self.assertRaises(botocore.exceptions.ClientError) as error:
            self.lab.client("ec2").describe_vpcs(Filters=[{"Name": "tag:x", "Values": ["y"]}])
        self.assertEqual(code(error), "LabUnsupportedInput")
        with self.assertRaises(botocore.exceptions.ClientError) as error:
            self.lab.client("dynamodb").describe_endpoints()
        self.assertEqual(code(error), "LabNothingDeclared")

    def test_log(self):
        self.lab.client("lambda", "us-east-1").list_functions()
        lines = [json.loads(line) for line in pathlib.Path(self.log).read_text().splitlines()]
        self.assertIn({"account": "111111111111", "region": "us-east-1", "service": "lambda",
                       "operation": "ListFunctions", "status": 200, "fault": None}, lines)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """301 as it is."""

    def redirect_request(self, *_):
        return None


def scope(region, service):
    return (f"AWS4-HMAC-SHA256 Credential={MAIN}/20260101/{region}/{service}/aws4_request, "
            "SignedHeaders=host, Signature=0")


class Faults(unittest.TestCase):
    """Every scripted fault, as the client sees it."""

    CALLS = {
        "ec2": lambda c: c.describe_vpcs(),
        "rds": lambda c: c.describe_db_clusters(),
        "dynamodb": lambda c: c.list_tables(),
        "lambda": lambda c: c.list_functions(),
        "s3": lambda c: c.list_buckets(),
        "route53": lambda c: c.list_hosted_zones(),
    }

    def under(self, fault):
        lab = Running(written(SMALL + f"faults:\n  - {fault}\n"))
        self.addCleanup(lab.close)
        return lab

    def test_error_codes(self):
        wanted = {
            "denied": {"ec2": "UnauthorizedOperation", "rds": "AccessDenied", "s3": "AccessDenied",
                       "dynamodb": "AccessDeniedException", "lambda": "AccessDeniedException",
                       "route53": "AccessDenied"},
            "throttle": {"ec2": "RequestLimitExceeded", "rds": "Throttling", "s3": "SlowDown",
                         "dynamodb": "ThrottlingException", "lambda": "TooManyRequestsException",
                         "route53": "Throttling"},
            "expired-token": {"ec2": "RequestExpired", "rds": "ExpiredToken", "s3": "ExpiredToken",
                              "dynamodb": "ExpiredTokenException",
                              "lambda": "ExpiredTokenException", "route53": "ExpiredToken"},
            "opt-in-required": dict.fromkeys(self.CALLS, "OptInRequired"),
        }
        for kind, codes in wanted.items():
            lab = self.under(f"{{do: {kind}}}")
            for service, expected in codes.items():
                with self.subTest(kind=kind, service=service):
                    with self.assertRaises(botocore.exceptions.ClientError) as error:
                        self.CALLS[service](lab.client(service))
                    self.assertEqual(code(error), expected)

    def test_scp_is_told(self):
        lab = self.under("{do: denied-by-scp, in: main/eu-west-1}")
        for service in ("ec2", "rds", "dynamodb", "lambda", "s3"):
            with self.assertRaises(botocore.exceptions.ClientError) as error:
                self.CALLS[service](lab.client(service))
            self.assertIn("with an explicit deny in a service control policy", str(error.exception))
        self.CALLS["ec2"](lab.client("ec2", "us-east-1"))

    def test_throttled_n_times(self):
        lab = self.under("{do: throttle, service: dynamodb, times: 2}")
        client = lab.client("dynamodb", retries={"total_max_attempts": 3, "mode": "standard"})
        self.assertEqual(client.list_tables()["ResponseMetadata"]["RetryAttempts"], 2)

    def test_connection(self):
        expected = {
            "reset": botocore.exceptions.ConnectionClosedError,
            "truncated": (botocore.exceptions.ResponseStreamingError,
                          botocore.exceptions.IncompleteReadError,
                          botocore.exceptions.HTTPClientError),
            "garbage": Exception,
        }
        for kind, error in expected.items():
            with self.subTest(kind=kind), self.assertRaises(error):
                self.CALLS["rds"](self.under(f"{{do: {kind}}}").client("rds"))
        slow = self.under("{do: hang, seconds: 2}")
        with self.assertRaises(botocore.exceptions.ReadTimeoutError):
            self.CALLS["ec2"](slow.client("ec2", read_timeout=0.5))


class Mistakes(unittest.TestCase):
    """A typo in a world file is told with its line, and never served."""

    def refused(self, text, line, *words):
        file = written(SMALL + text)
        with self.assertRaises(WorldError) as error:
            World([file])
        message = str(error.exception)
        self.assertIn(f"{file}:{line + SMALL.count(chr(10))}: ", message)
        for word in words:
            self.assertIn(word, message)

    def test_unknown_member(self):
        self.refused(
            "records:\n- in: main/eu-west-1\n  dynamodb:\n    tables:\n"
            "      - {TableName: x, Replica: []}\n", 5, "no member `Replica`", "`Replicas`")

    def test_unknown_enum_value(self):
        self.refused(
            "records:\n- in: main/eu-west-1\n  dynamodb:\n    tables:\n"
            "      - TableName: x\n        TableStatus: ACTVE\n", 6, "`ACTVE`", "`ACTIVE`")

    def test_wrong_type(self):
        self.refused(
            "records:\n- in: main/eu-west-1\n  ec2:\n    vpcs:\n"
            "      - {VpcId: x, OwnerId: 111111111111}\n", 5, "quote it")

    def test_required_member(self):
        self.refused(
            "records:\n- in: main\n  route53:\n    hosted_zones:\n      - {Id: Z}\n",
            5, "requires the member `Name`")

    def test_bad_read(self):
        self.refused(
            "records:\n- in: main/eu-west-1\n  s3:\n    buckets:\n      - Name: b\n"
            "        GetBucketVersioning: {Status: On}\n", 6, "GetBucketVersioning.Status")

    def test_unknown_places_and_parts(self):
        self.refused("records:\n- in: main/eu-west-2\n", 2, "`eu-west-1`")
        self.refused("records:\n- in: mian/eu-west-1\n", 2, "`main`")
        self.refused("records:\n- in: main/eu-west-1\n  ec2: {vpc: []}\n", 3, "`vpcs`")
        self.refused("records:\n- in: main/eu-west-1\n  route53: {hosted_zones: []}\n", 3, "in: ACCOUNT")
        self.refused("faults:\n- {do: throtle}\n", 2, "`throttle`")
        self.refused("faults:\n- {service: ec2, operation: DescribeVpc, do: denied}\n", 2, "`DescribeVpcs`")

    def test_given_twice(self):
        self.refused("records: []\nrecords: []\n", 2, "given twice")


class Worlds(unittest.TestCase):
    """Every world that is shipped loads."""

    def test_all(self):
        for path in sorted((HERE / "worlds").iterdir()):
            with self.subTest(world=path.name):
                self.assertTrue(World([path]).records)


if __name__ == "__main__":
    unittest.main()
