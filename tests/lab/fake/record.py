"""One declared record: its data in the API's shape, and what hangs on it."""

import dataclasses

from . import models
from .check import checked
from .template import UnknownName, filled

GLOBAL = "aws-global"


@dataclasses.dataclass
class Record:
    """A record of a family, in one account and Region."""

    service: str
    family: str
    account: str
    region: str
    data: dict
    reads: dict
    tags: dict
    arn: str = ""

    @property
    def rules(self):
        return models.families()["services"][self.service][self.family]

    @property
    def strip(self):
        """What stands before the name where operations name the record."""
        return filled(self.rules.get("strip", ""), {"region": self.region, "account": self.account})

    @property
    def names(self):
        """What templates of the family may name."""
        scalars = {k: v for k, v in self.data.items() if isinstance(v, (str, int))}
        key = str(self.data.get(self.rules["key"], "")).removeprefix(self.strip)
        return {**scalars, "region": self.region, "account": self.account,
                "key": key, "arn": self.arn}


def make(service, family, names, written, source, path):
    """A checked record from what a world file says, or a located error.

    `names` are what `${name}` may say there: `account`, `region` and the Region's values.
    """
    rules = models.families()["services"][service][family]
    model = models.service(service)
    if not isinstance(written, dict):
        raise source.error(path, f"a record of {service}.{family} is a mapping")
    try:
        written = filled(written, names)
    except UnknownName as unknown:
        raise source.error(path, f"nothing is called `${{{unknown}}}` here") from None
    reads = {k: v for k, v in written.items() if k in model.operation_names}
    tags = written.get("tags", {})
    data = {k: v for k, v in written.items() if k not in reads and k != "tags"}
    if rules["key"] not in data:
        raise source.error(path, f"a record of {service}.{family} needs `{rules['key']}`")

    record = Record(service, family, names["account"], names["region"], data, reads, tags)
    try:
        for name, template in rules.get("fill", {}).items():
            data.setdefault(name, filled(template, record.names))
        arn = rules.get("arn", "")
        record.arn = filled(arn, record.names) if "$" in arn else str(data.get(arn, ""))
    except UnknownName as unknown:
        raise source.error(path, f"the family needs the member `{unknown}`") from None
    _check_tags(tags, source, path)
    if "member" in rules.get("tags", {}) and "operation" not in rules["tags"]:
        if tags:
            data[rules["tags"]["member"]] = tag_list(record)
    record.data = checked(data, model.shape_for(rules["shape"]), source, path)
    record.reads = {op: _checked_read(record, op, body, source, (*path, op))
                    for op, body in reads.items()}
    return record


def tag_list(record):
    """The tags of a record as the list that most APIs answer."""
    template = record.rules["tags"].get("tag", {"Key": "${key}", "Value": "${value}"})
    return [filled(template, {**record.names, "key": k, "value": v})
            for k, v in record.tags.items()]


def _check_tags(tags, source, path):
    if not isinstance(tags, dict):
        raise source.error((*path, "tags"), "tags are a mapping of key to value")
    for key, value in tags.items():
        if not isinstance(key, str) or not isinstance(value, str):
            raise source.error((*path, "tags", key), "a tag's key and value are strings: quote it")


def _checked_read(record, operation, body, source, path):
    rule = record.rules.get("reads", {}).get(operation)
    if rule is None:
        raise source.error(path, f"{record.service}.{record.family} is not read by {operation}")
    model = models.service(record.service).operation_model(operation)
    return checked_answer(model, body, source, path, {rule.get("put")})


def checked_answer(model, body, source, path, optional=frozenset()):
    """A whole declared answer in the shape of its operation; a bare list is its list member."""
    service = model.service_model.service_name
    shape = model.output_shape
    if isinstance(body, list):
        member = models.list_member(service, model.name)
        if member is None:
            raise source.error(path, f"{model.name} answers no single list")
        return {member: checked(body, shape.members[member], source, path)}
    paging = models.paging(service, model.name) or {}
    served = {paging.get("limit"), paging.get("more"), *paging.get("input", []), *optional}
    if shape is None:
        if body:
            raise source.error(path, f"{model.name} answers nothing")
        return {}
    return checked(body, shape, source, path, served)
