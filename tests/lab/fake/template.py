"""`${name}` in declared values."""

import re

_PLACE = re.compile(r"\$\{([A-Za-z0-9_.-]+)\}")


class UnknownName(Exception):
    """A template names what is not there."""


def filled(value, names, whole=None):
    """`value` with every `${name}` replaced; `whole` maps bare `$word` strings to any value."""
    if isinstance(value, dict):
        return {k: filled(v, names, whole) for k, v in value.items()}
    if isinstance(value, list):
        return [filled(v, names, whole) for v in value]
    if not isinstance(value, str):
        return value
    if whole and value in whole:
        return whole[value]
    return _PLACE.sub(lambda match: _one(match.group(1), names), value)


def _one(name, names):
    if name not in names:
        raise UnknownName(name)
    return str(names[name])
