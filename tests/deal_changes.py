"""Random changes of a deal within its declared types: fields set, left out and added, entries of lists too.

A change stays inside what a type can say, as the merging of a deal makes sure of: no text where a number belongs, no
name that no field has, no field missing that a default fills. Bounds, lengths, patterns, and which fields belong
together are broken as often as they are kept.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from generator.prove.places import Path
from generator.schema_types import Type

Node = Mapping[str, Any]

DAYS = ("2024-02-29", "2026-06-01", "2031-12-31")
# Forms that have their own check beside the schema.
OWN_WORDS: Mapping[str, tuple[str, ...]] = {
    "date": DAYS,
    "month": ("2024-02", "2026-12"),
    "time": ("00:00", "08:30", "24:00"),
}
WORDS = ("", "a", "ab", "FR", "fr", "a-b", "A b", "1.0", "732829320")
# Longer lists than this are not made: that they are too long is the same question as for shorter ones.
LONGEST_LIST = 8
LONGEST_TEXT = 500


class Changes:
    """Changes the values of a deal. ``entries`` are how many entries a list may have, by path."""

    def __init__(self, document: Node, entries: Mapping[Path, int], pick: random.Random) -> None:
        self.document = document
        self.entries = entries
        self.pick = pick

    def node(self, node: Node) -> Node:
        while "$ref" in node:
            target: Any = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
        return node

    def changed(self, type_: Type, node: Node, value: Any, path: Path) -> Any:
        """A copy of a value that differs in some places."""
        value = copy.deepcopy(value)
        for _ in range(self.pick.choice((1, 1, 2, 3, 5))):
            value = self.change(type_, self.node(node), value, path)
        return value

    def change(self, type_: Type, node: Node, value: Any, path: Path) -> Any:
        if type_.kind == "record" and isinstance(value, dict) and type_.fields:
            return self.group(type_, node, value, path)
        if type_.kind == "list" and isinstance(value, list):
            return self.list(type_, node, value, path)
        return self.made(type_, node, path)

    def group(self, type_: Type, node: Node, value: dict[str, Any], path: Path) -> dict[str, Any]:
        name = self.pick.choice(sorted(type_.fields))
        field, child = type_.fields[name], self.node(node["properties"][name])
        if name not in value:
            return {**value, name: self.made(field.type, child, (*path, name))}
        if not field.always and self.pick.random() < 0.3:
            return {key: item for key, item in value.items() if key != name}
        return {**value, name: self.change(field.type, child, value[name], (*path, name))}

    def list(self, type_: Type, node: Node, value: list[Any], path: Path) -> list[Any]:
        assert type_.item is not None
        child, choice = self.node(node.get("items", {})), self.pick.random()
        if value and choice < 0.4:
            index = self.pick.randrange(len(value))
            changed = self.change(type_.item, child, value[index], (*path, "[]"))
            return [*value[:index], changed, *value[index + 1 :]]
        if value and choice < 0.6:
            return value[1:] if choice < 0.5 else []
        most = node.get("maxItems", LONGEST_LIST)
        if value and not type_.key and not type_.merge and choice < 0.7 and most <= LONGEST_LIST:
            return [*value, *[value[-1]] * (most + self.pick.choice((0, 1)) - len(value))]
        if len(value) < self.entries.get(path, 0):
            return [*value, self.made(type_.item, child, (*path, "[]"))]
        return value

    def made(self, type_: Type, node: Node, path: Path) -> Any:
        """A new value of a type, often at a bound of the schema."""
        pick = self.pick
        if type_.nullable and pick.random() < 0.3:
            return None
        if type_.kind in OWN_WORDS:
            return pick.choice(OWN_WORDS[type_.kind])
        if type_.kind == "boolean":
            return pick.random() < 0.5
        if type_.is_number:
            return self.number(type_, node)
        if type_.kind == "enum":
            return pick.choice(type_.values)
        if type_.kind == "localised":
            names = ("fr", "en") if pick.random() < 0.8 else ("fr",)
            return pick.choice(("texte", "", {name: pick.choice(("texte", "")) for name in names}))
        if type_.kind == "record":
            names = [n for n, f in type_.fields.items() if f.always or pick.random() < 0.3]
            return {n: self.made(type_.fields[n].type, self.node(node["properties"][n]), (*path, n)) for n in names}
        if type_.kind == "list":
            assert type_.item is not None
            size = min(pick.randint(0, 2), self.entries.get(path, 0))
            return [self.made(type_.item, self.node(node.get("items", {})), (*path, "[]")) for _ in range(size)]
        sizes = [node[word] + step for word in ("minLength", "maxLength") if word in node for step in (-1, 0, 1)]
        return pick.choice([*WORDS, *("x" * size for size in sizes if 0 <= size <= LONGEST_TEXT)])

    def number(self, type_: Type, node: Node) -> int | Decimal:
        words = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
        bounds = [Decimal(str(node[word])) for word in words if word in node] or [Decimal(0)]
        number = self.pick.choice(bounds) + self.pick.choice((-1, 0, 0, 1))
        if type_.kind == "integer":
            return int(number)
        return number + self.pick.choice((Decimal(0), Decimal("0.01"), Decimal("-0.01")))
