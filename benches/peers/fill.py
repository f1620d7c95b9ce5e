"""`python fill.py URL REGION...`: the same services in each Region, and names that lead to them."""

import io
import json
import sys
import zipfile

import boto3

EACH = 6  # tables, buckets, functions, queues, topics, secrets, keys in each Region
TAGS = [{"Key": "app", "Value": "shop"}, {"Key": "env", "Value": "prod"}]


class Place:
    def __init__(self, url, region):
        self.url, self.region = url, region

    def client(self, service):
        return boto3.client(service, region_name=self.region, endpoint_url=self.url)

    def network(self):
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        zones = ec2.describe_availability_zones()["AvailabilityZones"][:2]
        subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.1.{n}.0/24",
                                     AvailabilityZone=zone["ZoneName"])["Subnet"]["SubnetId"]
                   for n, zone in enumerate(zones)]
        ec2.create_tags(Resources=[vpc, *subnets], Tags=TAGS)
        made = ec2.run_instances(ImageId="ami-12345678", MinCount=4, MaxCount=4,
                                 SubnetId=subnets[0])
        return vpc, subnets, [it["InstanceId"] for it in made["Instances"]]

    def balancer(self, vpc, subnets, instances):
        elb = self.client("elbv2")
        balancer = elb.create_load_balancer(Name="web", Subnets=subnets, Tags=TAGS)["LoadBalancers"][0]
        for number, port in enumerate((80, 8080)):
            group = elb.create_target_group(Name=f"web-{number}", Protocol="HTTP", Port=port,
                                            VpcId=vpc, TargetType="instance")["TargetGroups"][0]
            elb.register_targets(TargetGroupArn=group["TargetGroupArn"],
                                 Targets=[{"Id": it} for it in instances])
            elb.create_listener(LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP",
                                Port=port, DefaultActions=[
                                    {"Type": "forward",
                                     "TargetGroupArn": group["TargetGroupArn"]}])
        scaling = self.client("autoscaling")
        scaling.create_launch_configuration(LaunchConfigurationName="web", ImageId="ami-12345678",
                                            InstanceType="t3.small")
        scaling.create_auto_scaling_group(AutoScalingGroupName="web", MinSize=0, MaxSize=4,
                                          LaunchConfigurationName="web",
                                          VPCZoneIdentifier=",".join(subnets))
        return balancer["DNSName"], balancer["CanonicalHostedZoneId"]

    def stores(self):
        dynamodb, s3, rds = self.client("dynamodb"), self.client("s3"), self.client("rds")
        where = ({} if self.region == "us-east-1" else
                 {"CreateBucketConfiguration": {"LocationConstraint": self.region}})
        for n in range(EACH):
            dynamodb.create_table(
                TableName=f"table-{n}", BillingMode="PAY_PER_REQUEST", Tags=TAGS,
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
            name = f"bench-{self.region}-{n}"
            s3.create_bucket(Bucket=name, **where)
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
            s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": TAGS})
        rds.create_db_cluster(DBClusterIdentifier="ledger", Engine="aurora-mysql",
                              MasterUsername="root", MasterUserPassword="not-a-password")
        for n in range(2):
            rds.create_db_instance(DBInstanceIdentifier=f"ledger-{n}", DBClusterIdentifier="ledger",
                                   Engine="aurora-mysql", DBInstanceClass="db.r6g.large")

    def services(self, role, code):
        functions, queues = self.client("lambda"), self.client("sqs")
        topics, secrets, keys = self.client("sns"), self.client("secretsmanager"), self.client("kms")
        for n in range(EACH):
            queues.create_queue(QueueName=f"queue-{n}", tags={"app": "shop"})
            topics.create_topic(Name=f"topic-{n}", Tags=TAGS)
            secrets.create_secret(Name=f"secret-{n}", SecretString="not-a-secret", Tags=TAGS)
            keys.create_key(Tags=[{"TagKey": "app", "TagValue": "shop"}])
            functions.create_function(
                FunctionName=f"function-{n}", Runtime="python3.13", Handler="main.handler",
                Role=role, Code={"ZipFile": code}, Tags={"app": "shop"},
                Environment={"Variables": {
                    "QUEUE": f"arn:aws:sqs:{self.region}:123456789012:queue-{n}"}})


def package():
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): pass")
    return code.getvalue()


def main(url, regions):
    home = Place(url, "us-east-1")
    role = home.client("iam").create_role(
        RoleName="bench", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17"}))
    dns = home.client("route53")
    zone = dns.create_hosted_zone(Name="example.com", CallerReference="bench")["HostedZone"]["Id"]
    for region in regions:
        place = Place(url, region)
        host, canonical = place.balancer(*place.network())
        place.stores()
        place.services(role["Role"]["Arn"], package())
        record = {"Name": "web.example.com", "Type": "A", "SetIdentifier": region, "Region": region,
                  "AliasTarget": {"HostedZoneId": canonical, "DNSName": host,
                                  "EvaluateTargetHealth": True}}
        dns.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={
            "Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]})


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
