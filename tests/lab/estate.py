"""`python estate.py SEED REGIONS RESOURCES`: a synthetic estate of one account as a world file.

REGIONS is a number, or names with commas. Only two of them are written out, with so many resources
of a dozen kinds each: us-east-1, which is asked for more than the others, and eu-west-1, which
stands for those. All are enabled, and all hold buckets, as S3 lists them for the whole account.
Recorded with `--regions us-east-1,eu-west-1`, the load server serves it for every Region and account
(`template`: eu-west-1). The same seed gives the same bytes.
"""

import json
import random
import sys

ACCOUNT = "111111111111"
WRITTEN = ("us-east-1", "eu-west-1")
REGIONS = ("us-east-1 eu-west-1 eu-central-1 eu-north-1 eu-west-2 eu-west-3 us-east-2 us-west-1 "
           "us-west-2 ca-central-1 sa-east-1 ap-south-1 ap-southeast-1 ap-southeast-2 "
           "ap-northeast-1 ap-northeast-2 ap-northeast-3 eu-south-1 eu-south-2 ap-east-1").split()

# kind -> share in percent; queues take what is left
SHARES = {"tables": 10, "topics": 8, "functions": 14, "buckets": 8, "keys": 6, "secrets": 8,
          "instances": 14, "volumes": 12, "load_balancers": 2, "target_groups": 4}


class Estate:
    """The records of one Region, made in a fixed order from one seed."""

    def __init__(self, seed, resources):
        self._random = random.Random(seed)
        self.counts = {kind: resources * share // 100 for kind, share in SHARES.items()}
        self.counts["queues"] = resources - sum(self.counts.values())
        self._apps = [f"app-{i:02}" for i in range(max(1, resources // 40))]

    def records(self):
        """All but the buckets."""
        ids = [self._id() for _ in range(self.counts["instances"])]
        return {
            "dynamodb": {"tables": self._many("tables", self._table)},
            "sqs": {"queues": self._many("queues", self._queue)},
            "sns": {"topics": self._many("topics", self._topic)},
            "lambda": {"functions": self._many("functions", self._function)},
            "kms": {"keys": self._many("keys", self._key)},
            "secretsmanager": {"secrets": self._many("secrets", self._secret)},
            "ec2": {
                "vpcs": [{"VpcId": "vpc-0000000000000001", "CidrBlock": "10.0.0.0/16"}],
                "instances": [self._instance(i, name) for i, name in enumerate(ids)],
                "volumes": self._many("volumes", lambda i: self._volume(i, ids)),
            },
            "elbv2": {"load_balancers": self._many("load_balancers", self._balancer),
                      "target_groups": self._many("target_groups", self._group)},
        }

    def buckets(self):
        return self._many("buckets", lambda i: {
            "Name": f"load-{i:04}-${{account}}-${{region}}",
            "GetBucketVersioning": self._random.choice([{}, {"Status": "Enabled"}]),
            **self._tagged()})

    def _many(self, kind, make):
        return [make(i) for i in range(self.counts[kind])]

    def _id(self):
        return f"{self._random.getrandbits(68):017x}"

    def _tagged(self):
        app = self._random.choice(self._apps)
        return {"tags": {"app": app, "env": self._random.choice(["prod", "prod", "test"]),
                         "owner": f"team-{app[-1]}", "cost-centre": f"{self._random.randrange(900):03}"}}

    def _table(self, i):
        recovery = self._random.choice(["ENABLED", "ENABLED", "DISABLED"])
        return {"TableName": f"table-{i:04}",
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
                "DescribeContinuousBackups": {"ContinuousBackupsDescription": {
                    "ContinuousBackupsStatus": "ENABLED",
                    "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": recovery}}},
                **self._tagged()}

    def _queue(self, i):
        return {"QueueUrl": f"https://sqs.${{region}}.amazonaws.com/${{account}}/queue-{i:04}",
                **self._tagged()}

    def _topic(self, i):
        return {"TopicArn": f"arn:aws:sns:${{region}}:${{account}}:topic-{i:04}", **self._tagged()}

    def _function(self, i):
        queue = f"arn:aws:sqs:${{region}}:${{account}}:queue-{i % max(1, self.counts['queues']):04}"
        return {"FunctionName": f"function-{i:04}", "Runtime": "python3.13", "State": "Active",
                "Role": "arn:aws:iam::${account}:role/function", "CodeSize": 1000 + i,
                "CodeSha256": f"{self._random.getrandbits(250):063x}=",
                "Environment": {"Variables": {"LEVEL": "info", "QUEUE": queue}}, **self._tagged()}

    def _key(self, i):
        word = f"{self._random.getrandbits(128):032x}"
        key = f"{word[:8]}-{word[8:12]}-4{word[13:16]}-8{word[17:20]}-{word[20:]}"
        return {"KeyId": key, **self._tagged()}

    def _secret(self, i):
        return {"Name": f"secret-{i:04}", **self._tagged()}

    def _instance(self, i, name):
        zone = self._random.choice("abc")
        return {"InstanceId": f"i-{name}", "VpcId": "vpc-0000000000000001",
                "Placement": {"AvailabilityZone": f"${{region}}{zone}"}, **self._tagged()}

    def _volume(self, i, instances):
        instance = instances[i % len(instances)] if instances else "0"
        return {"VolumeId": f"vol-{self._id()}", "AvailabilityZone": "${region}a",
                "Attachments": [{"InstanceId": f"i-{instance}", "State": "attached"}],
                **self._tagged()}

    def _balancer(self, i):
        arn = f"loadbalancer/app/balancer-{i:04}/{self._random.getrandbits(64):016x}"
        return {"LoadBalancerName": f"balancer-{i:04}",
                "LoadBalancerArn": f"arn:aws:elasticloadbalancing:${{region}}:${{account}}:{arn}",
                "DNSName": f"balancer-{i:04}-1.${{region}}.elb.amazonaws.com",
                "CanonicalHostedZoneId": "Z35SXDOTRQ7X7K", "Scheme": "internal",
                "Type": "application", "VpcId": "vpc-0000000000000001", **self._tagged()}

    def _group(self, i):
        arn = f"targetgroup/group-{i:04}/{self._random.getrandbits(64):016x}"
        return {"TargetGroupName": f"group-{i:04}",
                "TargetGroupArn": f"arn:aws:elasticloadbalancing:${{region}}:${{account}}:{arn}",
                "Protocol": "HTTP", "Port": 8080, "VpcId": "vpc-0000000000000001",
                **self._tagged()}


def world(seed, regions, resources):
    """The world file as data."""
    estate = Estate(seed, resources)
    home = estate.records()
    return {
        "page_size": 100,
        "regions": {region: "opt-in-not-required" for region in regions},
        "accounts": {ACCOUNT: {"name": "main", "access_keys": ["AKIAMAIN000000000000"]}},
        "records": [{"in": [f"main/{it}" for it in WRITTEN if it in regions], **home},
                    {"in": "main/*", "s3": {"buckets": estate.buckets()}}],
    }


def main():
    seed, regions, resources = sys.argv[1:4]
    regions = REGIONS[:int(regions)] if regions.isdigit() else regions.split(",")
    # JSON is YAML that every reader takes the same way.
    json.dump(world(int(seed), regions, int(resources)), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
