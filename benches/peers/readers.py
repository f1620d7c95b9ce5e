"""What is measured beside each other, and how each is asked for what mrlint reads.

Each peer reads the services that mrlint reads too, as far as it knows them and moto has them (Global
Accelerator it has not), writes one report, and is spared what would flatter mrlint.
"""

import dataclasses
import pathlib

HERE = pathlib.Path(__file__).resolve().parent

# Prowler's checks that ask services which mrlint does not read (CloudTrail, WAF, SSM, Backup, Batch, DAX,
# registered domains), and the one that downloads the code of every function
BESIDE = """awslambda_function_invoke_api_operations_cloudtrail_logging_enabled
    awslambda_function_no_secrets_in_code dynamodb_accelerator_cluster_encryption_enabled
    dynamodb_accelerator_cluster_in_transit_encryption_enabled
    dynamodb_accelerator_cluster_multi_az dynamodb_table_protected_by_backup_plan
    ec2_ebs_volume_protected_by_backup_plan ec2_instance_managed_by_ssm ec2_securitygroup_not_used
    elbv2_waf_acl_attached kms_key_enclave_attestation_unknown_image
    kms_key_enclave_debug_attestation_detected rds_cluster_protected_by_backup_plan
    rds_instance_protected_by_backup_plan route53_domains_privacy_protection_enabled
    route53_domains_transferlock_enabled""".split()


@dataclasses.dataclass(frozen=True)
class Reader:
    """`command(bin, regions)` is run in an empty folder; `bin` is that of its virtual environment."""

    command: object
    ends: tuple = (0,)  # exit codes that are no failure


def mrlint(program, regions):
    return [program, "scan", "--budget", "100", "--regions", ",".join(regions), "-f", "json"]


def boto3(home, regions):
    return [home / "python", HERE / "read.py", *regions]


def prowler(home, regions):
    return [home / "prowler", "aws", "--region", *regions, "--service", "autoscaling", "awslambda",
            "cloudfront", "dynamodb", "ec2", "ecs", "elasticache", "elbv2", "kms", "rds", "route53",
            "s3", "secretsmanager", "sns", "sqs", "vpc", "--excluded-check", *BESIDE,
            "--no-banner", "--no-color", "-M", "json-ocsf", "-o", "report"]


def custodian(home, regions):
    return [home / "custodian", "run", "-s", "report", "-f", "cache",
            *(part for region in regions for part in ("-r", region)), HERE / "custodian.yaml"]


def scoutsuite(home, regions):
    return [home / "scout", "aws", "--access-keys", "--access-key-id", "AKIABENCH00000000000",
            "--secret-access-key", "x", "--regions", *regions, "--services", "awslambda",
            "cloudfront", "dynamodb", "ec2", "elasticache", "elbv2", "kms", "rds", "route53", "s3",
            "secretsmanager", "sns", "sqs", "vpc", "--no-browser", "--report-dir", "report"]


READERS = {
    "mrlint": Reader(mrlint, (0, 1, 3)),  # findings and gaps are no failure
    "boto3": Reader(boto3),
    "prowler": Reader(prowler, (0, 3)),  # 3: checks failed
    "custodian": Reader(custodian, (0, 2)),  # 2: a policy met an error
    "scoutsuite": Reader(scoutsuite, (0, 200)),  # 200: something could not be read
}
