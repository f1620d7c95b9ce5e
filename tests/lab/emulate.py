"""`python emulate.py URL`: make one of each kind that moto serves and `fill.py` does not build.

A database cluster in a global cluster with an instance and parameters, a cache, a load balancer with listener, target group
and a registered instance, an Auto Scaling group, a function whose environment names another Region,
the queue that feeds it, a container service that scales, and a transit gateway; all in eu-west-1.
Any refusal ends it.
"""

import io
import json
import sys
import zipfile

import boto3

REGION = "eu-west-1"


def client(url, service):
    return boto3.client(service, region_name=REGION, endpoint_url=url,
                        aws_access_key_id="AKIAMAIN000000000000", aws_secret_access_key="x")


def databases(url):
    rds = client(url, "rds")
    rds.create_global_cluster(GlobalClusterIdentifier="ledger-global", Engine="aurora-mysql")
    rds.create_db_cluster_parameter_group(DBClusterParameterGroupName="ledger",
                                          DBParameterGroupFamily="aurora-mysql8.0",
                                          Description="ledger")
    rds.modify_db_cluster_parameter_group(
        DBClusterParameterGroupName="ledger",
        Parameters=[{"ParameterName": "time_zone", "ParameterValue": "UTC",
                     "ApplyMethod": "immediate"}])
    rds.create_db_cluster(DBClusterIdentifier="ledger", Engine="aurora-mysql",
                          DBClusterParameterGroupName="ledger",
                          MasterUsername="root", MasterUserPassword="not-a-password",
                          GlobalClusterIdentifier="ledger-global")
    rds.create_db_instance(DBInstanceIdentifier="ledger-1", DBClusterIdentifier="ledger",
                           Engine="aurora-mysql", DBInstanceClass="db.r6g.large")


def compute(url):
    ec2, elb = client(url, "ec2"), client(url, "elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.1.{n}.0/24",
                                 AvailabilityZone=f"{REGION}{zone}")["Subnet"]["SubnetId"]
               for n, zone in enumerate("ab")]
    instance = ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1,
                                 SubnetId=subnets[0])["Instances"][0]["InstanceId"]
    ec2.create_transit_gateway(Description="hub")
    balancer = elb.create_load_balancer(Name="web", Subnets=subnets)["LoadBalancers"][0]
    group = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc,
                                    TargetType="instance")["TargetGroups"][0]
    elb.register_targets(TargetGroupArn=group["TargetGroupArn"], Targets=[{"Id": instance}])
    elb.create_listener(LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80,
                        DefaultActions=[{"Type": "forward",
                                         "TargetGroupArn": group["TargetGroupArn"]}])
    scaling = client(url, "autoscaling")
    scaling.create_launch_configuration(LaunchConfigurationName="web", ImageId="ami-12345678",
                                        InstanceType="t3.small")
    scaling.create_auto_scaling_group(AutoScalingGroupName="web", MinSize=0, MaxSize=4,
                                      LaunchConfigurationName="web",
                                      VPCZoneIdentifier=",".join(subnets))


def caches(url):
    client(url, "elasticache").create_replication_group(
        ReplicationGroupId="sessions", ReplicationGroupDescription="sessions", Engine="redis",
        CacheNodeType="cache.r6g.large", NumNodeGroups=2, ReplicasPerNodeGroup=1,
        AutomaticFailoverEnabled=True, MultiAZEnabled=True, SnapshotRetentionLimit=3)


def function(url):
    role = client(url, "iam").create_role(
        RoleName="fn", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17"}))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): pass")
    queue = "arn:aws:sqs:us-east-1:123456789012:jobs"
    client(url, "lambda").create_function(
        FunctionName="checkout", Runtime="python3.13", Handler="main.handler",
        Role=role["Role"]["Arn"], Code={"ZipFile": code.getvalue()},
        Environment={"Variables": {"QUEUE": queue, "PASSWORD": "hunter2-do-not-leak"}})
    jobs = client(url, "sqs").create_queue(QueueName="jobs")["QueueUrl"]
    arn = client(url, "sqs").get_queue_attributes(
        QueueUrl=jobs, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client(url, "lambda").create_event_source_mapping(FunctionName="checkout", EventSourceArn=arn,
                                                      BatchSize=5)


def containers(url):
    ecs = client(url, "ecs")
    ecs.create_cluster(clusterName="shop")
    task = ecs.register_task_definition(family="web", cpu="256", memory="512", containerDefinitions=[{
        "name": "app", "image": "public.ecr.aws/nginx/nginx:1.27", "essential": True, "memory": 512,
        "environment": [{"name": "QUEUE", "value": "https://sqs.us-east-1.amazonaws.com/1/jobs"},
                        {"name": "PASSWORD", "value": "hunter2-do-not-leak"}]}])
    ecs.create_service(cluster="shop", serviceName="web", desiredCount=2, launchType="FARGATE",
                       taskDefinition=task["taskDefinition"]["taskDefinitionArn"])
    client(url, "application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs", ResourceId="service/shop/web", MinCapacity=2, MaxCapacity=8,
        ScalableDimension="ecs:service:DesiredCount")


if __name__ == "__main__":
    for step in (databases, caches, compute, function, containers):
        step(sys.argv[1])
