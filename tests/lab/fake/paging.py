"""Real paging: small pages, tokens that mean nothing to anybody else."""

import base64
import json
import zlib

from . import models
from .faults import Failure


def page(world, call, items, extra):
    """The answer with one page of `items`, a list of (output member, value)."""
    rules = models.paging(call.service, call.operation)
    body = dict(extra)
    if rules is None:
        _put(body, call, items)
        return body
    limit = _limit(world, call, rules)
    start = _start(world, call, rules, items)
    chosen, rest = items[start:start + limit], items[start + limit:]
    for member in rules["results"]:
        _set(body, member, [])
    _put(body, call, chosen)
    if rules["more"]:
        _set(body, rules["more"], bool(rest))
    members = call.model.output_shape.members
    if rules["limit"] in members and members[rules["limit"]].type_name == "string":
        body[rules["limit"]] = str(limit)
    if rest:
        for name, token in _tokens(world, call, rules, start + limit, rest[0][1]).items():
            _set(body, name, token)
    elif rules["last_token"] is not None:
        body[rules["output"][0]] = rules["last_token"]
    for name in rules["input"]:
        if name in call.model.output_shape.required_members:
            body.setdefault(name, call.input.get(name, ""))
    return body


def _put(body, call, items):
    member = models.list_member(call.service, call.operation)
    if member:
        _set(body, member, [])
    for name, value in items:
        _get(body, name).append(value)


def _set(body, dotted, value):
    *parents, last = dotted.split(".")
    for name in parents:
        body = body.setdefault(name, {})
    body.setdefault(last, value)


def _get(body, dotted):
    _set(body, dotted, [])
    for name in dotted.split("."):
        body = body[name]
    return body


def _limit(world, call, rules):
    asked = call.input.get(rules["limit"]) if rules["limit"] else None
    return min(world.page_size, max(1, int(asked))) if asked else world.page_size


def _start(world, call, rules, items):
    given = [call.input.get(name) for name in rules["input"]]
    if not any(given):
        return 0
    if rules["resume_from"]:
        wanted = dict(zip(rules["resume_from"].values(), given, strict=True))
        for i, (_, item) in enumerate(items):
            if all(v is None or item.get(k) == v for k, v in wanted.items()):
                return i
        raise Failure("InvalidInput", f"nothing starts at {wanted}")
    try:
        token = json.loads(base64.urlsafe_b64decode(given[0]))
        if token["for"] == _listing(world, call, rules):
            return token["at"]
    except (ValueError, KeyError, TypeError):
        pass
    raise Failure("InvalidPaginationToken", "this token was not given for this listing")


def _tokens(world, call, rules, at, following):
    if rules["resume_from"]:
        return {token: following[member] for token, member in rules["resume_from"].items()
                if member in following}
    token = {"at": at, "for": _listing(world, call, rules)}
    return {rules["output"][0]: base64.urlsafe_b64encode(json.dumps(token).encode()).decode()}


def _listing(world, call, rules):
    """What a token is bound to: the place, the operation and its filters."""
    filters = {k: str(v) for k, v in call.input.items()
               if k not in (*rules["input"], rules["limit"])}
    bound = [world.fingerprint, call.account, call.region, call.operation, sorted(filters.items())]
    return zlib.crc32(json.dumps(bound).encode())
