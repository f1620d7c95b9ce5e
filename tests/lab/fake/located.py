"""YAML whose every value still knows its line."""

import pathlib

import yaml


class WorldError(Exception):
    """A mistake in a world file, told with its place."""


class Source:
    """One parsed file: plain data, and the line of every path in it."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.lines = {}
        self._flat = {}
        try:
            loader = yaml.SafeLoader(self.path.read_text(encoding="utf-8"))
            node = loader.get_single_node()
        except yaml.YAMLError as error:
            raise WorldError(f"{self.path}: not readable as YAML: {error}") from error
        self.data = {} if node is None else self._build(loader, node, ())

    def _build(self, loader, node, path):
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            # an aliased node comes by again, with its merge keys already flattened into it
            if id(node) not in self._flat:
                self._refuse_duplicates(node, path)
                loader.flatten_mapping(node)
                self._flat[id(node)] = node
            built = {}
            for key_node, value_node in node.value:
                key = loader.construct_object(key_node)
                built[key] = self._build(loader, value_node, (*path, key))
                self.lines[(*path, key)] = key_node.start_mark.line + 1
            return built
        if isinstance(node, yaml.SequenceNode):
            return [self._build(loader, item, (*path, i)) for i, item in enumerate(node.value)]
        return loader.construct_object(node)

    def _refuse_duplicates(self, node, path):
        seen = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            if key_node.value in seen:
                self.lines[(*path, key_node.value)] = key_node.start_mark.line + 1
                raise self.error((*path, key_node.value), "this key is given twice")
            seen.add(key_node.value)

    def error(self, path, message):
        """The error to raise for what stands at `path`."""
        known = tuple(path)
        while known and known not in self.lines:
            known = known[:-1]
        dotted = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
        return WorldError(f"{self.path}:{self.lines.get(known, 1)}: {dotted}: {message}")
