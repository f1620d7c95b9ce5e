"""Is a declared value one that AWS could have answered?"""

import base64
import datetime
import difflib

from .located import WorldError  # noqa: F401  (what `source.error` makes)


def near(word, words):
    close = difflib.get_close_matches(str(word), list(words), n=1)
    return f"; did you mean `{close[0]}`?" if close else ""


def checked(value, shape, source, path, optional=()):
    """`value` in the types that the serialiser wants, or a located error.

    `optional` names required members of the outermost structure that the
    server fills in itself (paging).
    """
    kind = shape.type_name
    if kind == "structure":
        return _structure(value, shape, source, path, optional)
    if kind == "list":
        if not isinstance(value, list):
            raise source.error(path, f"{shape.name} is a list, this is {_kind(value)}")
        return [checked(v, shape.member, source, (*path, i)) for i, v in enumerate(value)]
    if kind == "map":
        if not isinstance(value, dict):
            raise source.error(path, f"{shape.name} is a map, this is {_kind(value)}")
        return {
            checked(k, shape.key, source, (*path, k)): checked(v, shape.value, source, (*path, k))
            for k, v in value.items()
        }
    return _scalar(value, shape, source, path)


def _structure(value, shape, source, path, optional):
    if not isinstance(value, dict):
        raise source.error(path, f"{shape.name} is a structure, this is {_kind(value)}")
    built = {}
    for name, member in value.items():
        if name not in shape.members:
            raise source.error(
                (*path, name), f"{shape.name} has no member `{name}`{near(name, shape.members)}"
            )
        built[name] = checked(member, shape.members[name], source, (*path, name))
    for name in shape.required_members:
        if name not in built and name not in optional:
            raise source.error(path, f"{shape.name} requires the member `{name}`")
    return built


def _scalar(value, shape, source, path):
    kind = shape.type_name
    if kind in ("string", "character"):
        if not isinstance(value, str):
            raise source.error(path, f"{shape.name} is a string, this is {_kind(value)}: quote it")
        if shape.enum and value not in shape.enum:
            raise source.error(
                path, f"{shape.name} has no value `{value}`{near(value, shape.enum)}"
            )
        return value
    if kind == "boolean":
        if isinstance(value, bool):
            return value
    elif kind in ("integer", "long", "bigInteger"):
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    elif kind in ("float", "double", "bigDecimal"):
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
    elif kind == "timestamp":
        return _timestamp(value, shape, source, path)
    elif kind == "blob":
        if isinstance(value, bytes):
            return value
        if isinstance(value, str):
            return base64.b64decode(value, validate=True)
    raise source.error(path, f"{shape.name} is of type {kind}, this is {_kind(value)}")


def _timestamp(value, shape, source, path):
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            raise source.error(path, f"{shape.name} is a time, `{value}` is none") from None
    if isinstance(value, datetime.datetime):
        return value if value.tzinfo else value.replace(tzinfo=datetime.UTC)
    if isinstance(value, datetime.date):
        return datetime.datetime(value.year, value.month, value.day, tzinfo=datetime.UTC)
    raise source.error(path, f"{shape.name} is a time, this is {_kind(value)}")


def _kind(value):
    names = {dict: "a mapping", list: "a list", str: "a string", bool: "a boolean",
             int: "a number", float: "a number", type(None): "nothing"}
    return names.get(type(value), f"a {type(value).__name__}")
