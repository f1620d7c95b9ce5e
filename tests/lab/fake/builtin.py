"""The operations that answer from the world itself, not from records."""

import datetime
import time

from . import paging
from .faults import Failure
from .record import GLOBAL


def _who(world, call):
    return {"Account": call.account, "UserId": f"AIDALAB{call.account}", "Arn": _arn(call)}


def _arn(call):
    """Whoever calls: a session of a role, or the user that the access keys belong to."""
    if call.session:
        _, role, _ = call.session.split("/")
        return f"arn:aws:sts::{call.account}:assumed-role/{role}/lab"
    return f"arn:aws:iam::{call.account}:user/scanner"


def _assume_role(world, call):
    """Keys of another account, for a role that the world declares."""
    arn = call.input["RoleArn"]
    number, _, role = arn.removeprefix("arn:aws:iam::").partition(":role/")
    account = world.accounts.get(number)
    rules = account.roles.get(role) if account else None
    refusal = Failure(
        "AccessDenied",
        f"User: {_arn(call)} is not authorized to perform: "
        f"sts:AssumeRole on resource: {arn}", 403)
    if rules is None:
        raise refusal
    if "external_id" in rules and call.input.get("ExternalId") != rules["external_id"]:
        raise refusal
    session = call.input["RoleSessionName"]
    until = time.time() + rules.get("session_seconds", 3600)
    return {
        "Credentials": {
            "AccessKeyId": f"ASIA{number}LAB0",
            "SecretAccessKey": "not-a-secret-of-anything-only-of-the-lab",
            # What sessions end by, and whose they are; the server reads it back.
            "SessionToken": f"lab-session-{number}/{role}/{until}",
            "Expiration": datetime.datetime.fromtimestamp(until, datetime.UTC),
        },
        "AssumedRoleUser": {
            "AssumedRoleId": f"AROALAB{number}:{session}",
            "Arn": f"arn:aws:sts::{number}:assumed-role/{role}/{session}",
        },
    }


def _regions(world, call):
    account = world.accounts[call.account]
    known = {"RegionNames", "AllRegions", "DryRun"}
    if set(call.input) - known:
        raise Failure("LabUnsupportedInput", f"DescribeRegions with {sorted(call.input)}")
    chosen = list(account.regions) if call.input.get("AllRegions") else account.enabled()
    names = call.input.get("RegionNames")
    return {"Regions": [
        {"RegionName": region, "Endpoint": f"ec2.{region}.amazonaws.com",
         "OptInStatus": account.regions[region]}
        for region in sorted(chosen) if not names or region in names]}


def _opt_statuses(world, call):
    """The same Regions as the account API tells them."""
    if set(call.input) - {"NextToken", "MaxResults"}:
        raise Failure("LabUnsupportedInput", f"ListRegions with {sorted(call.input)}")
    statuses = {"opt-in-not-required": "ENABLED_BY_DEFAULT", "opted-in": "ENABLED",
                "not-opted-in": "DISABLED"}
    regions = world.accounts[call.account].regions
    items = [("Regions", {"RegionName": region, "RegionOptStatus": statuses[status]})
             for region, status in sorted(regions.items())]
    return paging.page(world, call, items, {})


def _said(world, call, region=GLOBAL):
    """What the world says for the account, if it says anything."""
    for one in world.answers.get((call.service, call.operation, call.account, region), []):
        return one["give"]
    return None


def _organization(world, call):
    """What the world says of the account's organisation; it belongs to none where it says nothing."""
    said = _said(world, call)
    if said is not None:
        return said
    raise Failure("AWSOrganizationsNotInUseException",
                  "Your account is not a member of an organization.")


def _account_block(world, call):
    """Block Public Access of the account; it has none where the world says nothing."""
    said = _said(world, call)
    if said is not None:
        return said
    raise Failure("NoSuchPublicAccessBlockConfiguration",
                  "The public access block configuration was not found", 404)


def _capacity_limits(world, call):
    """What every account begins with, where the world says nothing else."""
    said = _said(world, call, call.region)
    return said or {
        "AccountMaxReadCapacityUnits": 80000, "AccountMaxWriteCapacityUnits": 80000,
        "TableMaxReadCapacityUnits": 40000, "TableMaxWriteCapacityUnits": 40000}


def _tagged(world, call):
    """Every tagged record of the Region, whatever its service."""
    allowed = {"PaginationToken", "ResourcesPerPage", "ResourceTypeFilters"}
    if set(call.input) - allowed:
        raise Failure("LabUnsupportedInput", f"GetResources with {sorted(call.input)}")
    regions = {call.region} | ({GLOBAL} if call.region == "us-east-1" else set())
    found = {}
    for (_, _, account), records in world.records.items():
        for record in records:
            if account == call.account and record.region in regions and record.tags:
                found[record.arn] = record
    items = [("ResourceTagMappingList", _mapping(record)) for arn, record in sorted(found.items())
             if _of_type(arn, call.input.get("ResourceTypeFilters"))]
    return paging.page(world, call, items, {})


def _mapping(record):
    plain = [{"Key": key, "Value": value} for key, value in record.tags.items()]
    return {"ResourceARN": record.arn, "Tags": plain}


def _of_type(arn, filters):
    service, rest = arn.split(":")[2], arn.split(":", 5)[5]
    kind = rest.replace(":", "/").split("/")[0]
    return not filters or service in filters or f"{service}:{kind}" in filters


OPERATIONS = {
    ("sts", "GetCallerIdentity"): _who,
    ("sts", "AssumeRole"): _assume_role,
    ("ec2", "DescribeRegions"): _regions,
    ("account", "ListRegions"): _opt_statuses,
    ("organizations", "DescribeOrganization"): _organization,
    ("s3control", "GetPublicAccessBlock"): _account_block,
    ("dynamodb", "DescribeLimits"): _capacity_limits,
    ("resourcegroupstaggingapi", "GetResources"): _tagged,
}
