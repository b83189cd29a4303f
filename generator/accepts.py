"""Whether a value satisfies a JSON Schema: yes or no, in a tenth of the time that finding out what is wrong takes.

Most deals are right, and of those nothing need be said. What is wrong with the others ``jsonschema`` says, which is
also what this is compared with, on random schemas and random values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

Accepts = Callable[[Any], bool]


class UnknownKeyword(Exception):
    """The schema says something that is not read here."""


def _always(_: Any) -> bool:
    return True


def _never(_: Any) -> bool:
    return False


# Numbers of a deal are whole or decimal: a float has lost the figure that was written.
_KINDS: Final[Mapping[str, Accepts]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | Decimal) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
_number: Final = _KINDS["number"]
# What says nothing about values, and what is read together with another keyword.
_SILENT: Final = frozenset({
    "$schema", "$id", "$defs", "$comment", "title", "description", "default", "examples", "then", "else", "properties",
})  # fmt: skip


class Reader:
    """Reads the nodes of a document (JSON Schema 2020-12, local references only) as verdicts on values.

    Each reference is read once, also where it leads back to itself. Raises ``UnknownKeyword``.
    """

    def __init__(self, document: Any) -> None:
        self.document = document
        self.referred: dict[str, Accepts | None] = {}

    def node(self, node: Any) -> Accepts:
        if isinstance(node, bool):
            return _always if node else _never
        checks = []
        if "properties" in node or "additionalProperties" in node:
            checks.append(self.members(node))
        for keyword, value in node.items():
            read = _KEYWORDS.get(keyword)
            if read is not None:
                checks.append(read(self, value, node))
            elif keyword not in _SILENT and keyword != "additionalProperties" and not keyword.startswith("x-"):
                raise UnknownKeyword(keyword)
        return _all(checks)

    def nodes(self, nodes: list[Any]) -> list[Accepts]:
        return [self.node(node) for node in nodes]

    def members(self, node: Mapping[str, Any]) -> Accepts:
        known = {name: self.node(member) for name, member in node.get("properties", {}).items()}
        other = self.node(node.get("additionalProperties", True))

        def check(value: Any) -> bool:
            if isinstance(value, dict):
                for name, member in value.items():
                    if not known.get(name, other)(member):
                        return False
            return True

        return check

    def reference(self, target: str) -> Accepts:
        if not target.startswith("#"):
            raise UnknownKeyword(f"$ref: {target}")
        if target not in self.referred:
            self.referred[target] = None
            node = self.document
            for step in target.removeprefix("#").split("/")[1:]:
                name = step.replace("~1", "/").replace("~0", "~")
                node = node[int(name)] if isinstance(node, list) else node[name]
            self.referred[target] = self.node(node)
        known = self.referred[target]
        if known is not None:
            return known
        # The part that is being read refers to itself.
        return lambda value: self.reference(target)(value)


def acceptor(document: Mapping[str, Any], *place: str) -> Accepts:
    """What says of a value that it is surely as a document, or the part of it at a place, wants it.

    Of a document with a keyword that is not read here it never says so.
    """
    node = document
    for step in place:
        node = node[step]
    try:
        return Reader(document).node(node)
    except UnknownKeyword:
        return _never


def _all(checks: list[Accepts]) -> Accepts:
    checks = [check for check in checks if check is not _always]
    if not checks:
        return _always
    if len(checks) == 1:
        return checks[0]
    if len(checks) == 2:
        first, second = checks
        return lambda value: first(value) and second(value)

    return lambda value: all(check(value) for check in checks)


# ---- keywords


def _type(_: Reader, wanted: str | list[str], __: Any) -> Accepts:
    if isinstance(wanted, str):
        return _KINDS[wanted]
    kinds = [_KINDS[name] for name in wanted]
    return lambda value: any(kind(value) for kind in kinds)


def _same(one: Any, two: Any) -> bool:
    """Equal as JSON has it: true is not 1, in a list or a group neither."""
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(_same, one, two))
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(_same(one[name], two[name]) for name in one)
    return isinstance(one, bool) == isinstance(two, bool) and bool(one == two)


def _enum(_: Reader, wanted: list[Any], __: Any) -> Accepts:
    texts = frozenset(value for value in wanted if isinstance(value, str))
    others = [value for value in wanted if not isinstance(value, str)]
    return lambda value: value in texts if isinstance(value, str) else any(_same(value, one) for one in others)


def _bound(holds: Callable[[Any, Any], bool]) -> Callable[[Reader, Any, Any], Accepts]:
    return lambda _, bound, __: lambda value: not _number(value) or holds(value, bound)


def _sized(
    kind: type[str | list[Any] | dict[str, Any]], holds: Callable[[int, int], bool]
) -> Callable[[Reader, Any, Any], Accepts]:
    return lambda _, bound, __: lambda value: not isinstance(value, kind) or holds(len(value), bound)


def _pattern(_: Reader, wanted: str, __: Any) -> Accepts:
    found = re.compile(exact_end(wanted)).search
    return lambda value: not isinstance(value, str) or found(value) is not None


def exact_end(pattern: str) -> str:
    """The pattern whose last ``$`` is the end: Python's also stands before a final line break, which no name has."""
    return re.sub(r"(?<!\\)\$\Z", r"\\Z", pattern)


def _required(_: Reader, names: list[str], __: Any) -> Accepts:
    wanted = frozenset(names)
    return lambda value: not isinstance(value, dict) or wanted <= value.keys()


def _dependent(_: Reader, wanted: Mapping[str, list[str]], __: Any) -> Accepts:
    return lambda value: (
        not isinstance(value, dict)
        or all(value.keys() >= set(names) for name, names in wanted.items() if name in value)
    )


def _items(reader: Reader, node: Any, _: Any) -> Accepts:
    item = reader.node(node)
    return lambda value: not isinstance(value, list) or all(map(item, value))


def _contains(reader: Reader, node: Any, _: Any) -> Accepts:
    item = reader.node(node)
    return lambda value: not isinstance(value, list) or any(map(item, value))


def _all_of(reader: Reader, nodes: list[Any], _: Any) -> Accepts:
    return _all(reader.nodes(nodes))


def _any_of(reader: Reader, nodes: list[Any], _: Any) -> Accepts:
    branches = reader.nodes(nodes)
    return lambda value: any(branch(value) for branch in branches)


def _one_of(reader: Reader, nodes: list[Any], _: Any) -> Accepts:
    branches = reader.nodes(nodes)
    return lambda value: sum(branch(value) for branch in branches) == 1


def _not(reader: Reader, node: Any, _: Any) -> Accepts:
    inner = reader.node(node)
    return lambda value: not inner(value)


def _if(reader: Reader, node: Any, whole: Mapping[str, Any]) -> Accepts:
    asked, then, other = reader.node(node), reader.node(whole.get("then", True)), reader.node(whole.get("else", True))
    return lambda value: then(value) if asked(value) else other(value)


_KEYWORDS: Final[Mapping[str, Callable[[Reader, Any, Any], Accepts]]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda reader, wanted, node: _enum(reader, [wanted], node),
    "minimum": _bound(lambda value, bound: bool(value >= bound)),
    "maximum": _bound(lambda value, bound: bool(value <= bound)),
    "exclusiveMinimum": _bound(lambda value, bound: bool(value > bound)),
    "exclusiveMaximum": _bound(lambda value, bound: bool(value < bound)),
    "multipleOf": _bound(lambda value, factor: not value % factor),
    "minLength": _sized(str, lambda size, bound: size >= bound),
    "maxLength": _sized(str, lambda size, bound: size <= bound),
    "minItems": _sized(list, lambda size, bound: size >= bound),
    "maxItems": _sized(list, lambda size, bound: size <= bound),
    "minProperties": _sized(dict, lambda size, bound: size >= bound),
    "maxProperties": _sized(dict, lambda size, bound: size <= bound),
    "pattern": _pattern,
    "required": _required,
    "dependentRequired": _dependent,
    "items": _items,
    "contains": _contains,
    "allOf": _all_of,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
    "if": _if,
    "$ref": lambda reader, target, _: reader.reference(target),
}
