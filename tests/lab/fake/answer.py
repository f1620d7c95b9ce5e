"""From a parsed call to the answer that the world declares."""

import dataclasses

from . import builtin, models, paging
from .faults import Failure, failure
from .record import GLOBAL, tag_list
from .template import filled


@dataclasses.dataclass
class Call:
    """A parsed request: who, where, what."""

    account: str
    region: str
    service: str
    operation: str
    protocol: str
    model: object
    input: dict
    session: str = ""  # the token of an assumed role
    expired: bool = False


def answer(world, call):
    """The output of the operation; raises `Failure` for an API error."""
    own = builtin.OPERATIONS.get((call.service, call.operation))
    if own:
        return own(world, call)
    roles = _roles(call)
    if call.region not in world.accounts[call.account].enabled() and not _global(call, roles):
        raise failure("region-disabled", call)
    whole = _whole(world, call)
    if whole is not None:
        return whole
    if not roles:
        return _nothing_declared(world, call)
    kinds = {kind for kind, _, _ in roles}
    if "lists" in kinds:
        return _list(world, call, roles)
    if "batch" in kinds:
        return _batch(world, call, roles)
    return _read(world, call, roles)


def _whole(world, call):
    for region in (call.region, GLOBAL):
        for one in world.answers.get((call.service, call.operation, call.account, region), []):
            if any(call.input.get(k) != v for k, v in one.get("when", {}).items()):
                continue
            if "error" in one:
                raise Failure(one["error"], f"{one['error']} for {call.operation}")
            member = models.list_member(call.service, call.operation)
            if not models.paging(call.service, call.operation) or "." in member:
                return one["give"]
            extra = {k: v for k, v in one["give"].items() if k != member}
            return paging.page(world, call, [(member, i) for i in one["give"].get(member, [])], extra)
    return None


def _roles(call):
    """What the families of the service have to do with the operation."""
    found = []
    for name, family in models.families()["services"].get(call.service, {}).items():
        if call.operation in family.get("lists", {}):
            found.append(("lists", name, family["lists"][call.operation]))
        if call.operation in family.get("reads", {}):
            found.append(("reads", name, family["reads"][call.operation]))
        tags = family.get("tags", {})
        if tags.get("operation") == call.operation:
            found.append(("batch" if "ids" in tags else "reads", name, {"tags": True, **tags}))
    return found


def _global(call, roles):
    """Whether the operation is about what belongs to no Region: whichever answers is never off."""
    families = models.families()["services"].get(call.service, {})
    return bool(roles) and all(families[name].get("scope") == "global" for _, name, _ in roles)


def _nothing_declared(world, call):
    if models.paging(call.service, call.operation):
        return paging.page(world, call, [], {})
    raise Failure("LabNothingDeclared",
                  f"no world file and no family says what {call.service}:{call.operation} answers")


def _refuse_unknown_inputs(call, known):
    rules = models.paging(call.service, call.operation) or {}
    known = {*known, *rules.get("input", []), rules.get("limit"), "DryRun", "ExpectedBucketOwner"}
    unknown = sorted(k for k, v in call.input.items() if k not in known and v not in (None, [], ""))
    if unknown:
        raise Failure("LabUnsupportedInput", f"{call.operation} with {', '.join(unknown)}")


def _records(world, call, family_name, everywhere=False):
    family = models.families()["services"][call.service][family_name]
    region = GLOBAL if family.get("scope") == "global" else call.region
    return world.of(call.service, family_name, call.account, None if everywhere else region)


def _list(world, call, roles):
    items, extra, known = [], {}, {"Filters"}
    for _, name, rule in roles:
        filters = rule.get("filters", {})
        known.update(filters, rule.get("ignore", []))
        extra.update(rule.get("extra", {}))
        records = _records(world, call, name, rule.get("reach") == "account")
        records = [r for r in records if _passes(call, filters, r)]
        _refuse_missing(call, name, filters, records)
        member = rule.get("member") or models.list_member(call.service, call.operation)
        items += [(member, _item(record, rule)) for record in records]
    _refuse_unknown_inputs(call, known)
    return paging.page(world, call, items, extra)


def _item(record, rule):
    pick = rule.get("pick")
    if isinstance(pick, dict):
        return {member: record.data[of] for member, of in pick.items() if of in record.data}
    if pick:
        return record.data[pick]
    if "wrap" in rule:
        return filled(rule["wrap"], record.names, {"$record": record.data})
    return record.data


def _passes(call, filters, record):
    for name, member in filters.items():
        wanted = call.input.get(name)
        if wanted and not set(models.listed(wanted)) & set(models.listed(record.data.get(member))):
            return False
    return all(_passes_filter(call, f, record) for f in call.input.get("Filters") or [])


def _passes_filter(call, written, record):
    """The `Filters` of EC2 and RDS, as far as a filter is a member in kebab-case."""
    value = record.data
    for part in written["Name"].split("."):
        name = "".join(word.capitalize() for word in part.split("-"))
        shape = models.service(call.service).shape_for(record.rules["shape"])
        if not isinstance(value, dict) or (value is record.data and name not in shape.members):
            raise Failure("LabUnsupportedInput", f"{call.operation} with the filter {written['Name']}")
        value = value.get(name)
    return value in (written.get("Values") or [])


def _refuse_missing(call, name, filters, records):
    family = models.families()["services"][call.service][name]
    key = next((i for i, m in filters.items() if m == family["key"] and call.input.get(i)), None)
    if key and not records and "missing" in family:
        raise Failure(family["missing"], f"{call.input[key]} does not exist")


def _named(record, rule, call):
    strip = record.strip
    return all(
        str(call.input.get(name, "")).removeprefix(strip)
        == str(record.data.get(member, "")).removeprefix(strip)
        for name, member in rule["by"].items())


def _read(world, call, roles):
    known = {name for _, _, rule in roles for name in [*rule["by"], *rule.get("ignore", [])]}
    _refuse_unknown_inputs(call, known)
    for _, name, rule in roles:
        for record in _records(world, call, name, everywhere=call.service == "s3"):
            if _named(record, rule, call):
                _redirect(call, record, rule)
                return _body(world, call, record, rule)
    missing = models.families()["services"][call.service][roles[0][1]].get("missing")
    raise Failure(missing or "ResourceNotFoundException",
                  f"{call.operation}: {call.input} does not exist")


def _redirect(call, record, rule):
    """S3 alone answers for another Region, with where to go."""
    if record.region not in (call.region, GLOBAL) and not rule.get("anywhere"):
        raise Failure("PermanentRedirect",
                      "The bucket you are attempting to access must be addressed using the "
                      "specified endpoint.", 301, {"x-amz-bucket-region": record.region})


def _body(world, call, record, rule):
    if rule.get("tags"):
        return _tag_body(call, record, rule)
    body = record.reads.get(call.operation)
    if body is None:
        body = _default(record, rule)
    put = rule.get("put")
    body = {**record.data, **body} if put == "." else {**body, **({put: record.data} if put else {})}
    member = models.list_member(call.service, call.operation)
    if models.paging(call.service, call.operation):
        extra = {k: v for k, v in body.items() if k != member}
        return paging.page(world, call, [(member, item) for item in body.get(member, [])], extra)
    return body


def _default(record, rule):
    if "error" in rule:
        raise Failure(rule["error"], f"{rule['error']}: {record.names['key']}")
    default = rule.get("default", {})
    if isinstance(default, list):
        default = next(one["give"] for one in default
                       if all(record.data.get(k) == v for k, v in one.get("when", {}).items()))
    return filled(default, record.names)


def _tag_body(call, record, rule):
    if not record.tags and "error" in rule:
        raise Failure(rule["error"], f"{rule['error']}: {record.names['key']}")
    shape = call.model.output_shape.members[rule["member"]]
    return {rule["member"]: record.tags if shape.type_name == "map" else tag_list(record)}


def _batch(world, call, roles):
    items, known = [], set()
    for _, name, rule in roles:
        (ids, member), = rule["ids"].items()
        known.update([ids], rule.get("when", {}))
        if any(call.input.get(k) != v for k, v in rule.get("when", {}).items()):
            continue
        for record in _records(world, call, name):
            strip = record.strip
            asked = {str(i).removeprefix(strip) for i in call.input.get(ids, [])}
            if str(record.data[member]).removeprefix(strip) in asked:
                item = filled(rule["item"], record.names, {"$tags": tag_list(record)})
                items.append((rule["member"], item))
    _refuse_unknown_inputs(call, known)
    return {roles[0][2]["member"]: [item for _, item in items]}
