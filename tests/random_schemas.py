"""Random schemas over every keyword that the prover knows, and values near to what a schema asks."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

NAMES = ("a", "b", "c")
TEXTS = ("", "x", "y", "xy", "yz", "xyz", "qq", "zzzz")
PATTERNS = ("x", "^y", "z$", "^[xyz]{2}$")
NUMBERS = (-1, 0, Fraction(1, 2), 1, Fraction(3, 2), 2, 3, 4)
FACTORS = (Fraction(1, 2), 1, Fraction(3, 2), 2, 3)
KINDS = ("null", "boolean", "number", "string", "array", "object")


# Schemas that say what neither the prover nor the acceptor of deals reads.
UNKNOWN: Sequence[dict[str, Any]] = (
    {"uniqueItems": True},
    {"minContains": 2, "contains": True},
    {"patternProperties": {"^a": False}},
    {"prefixItems": [{"type": "string"}]},
    {"unevaluatedProperties": False},
    {"$ref": "https://example.org/schema.json"},
)

# ---- random schemas


class Writer:
    """Writes random schemas: each keyword that the translation knows, nested, with references to earlier parts."""

    def __init__(self, pick: random.Random) -> None:
        self.pick = pick
        self.parts: dict[str, Any] = {}

    def document(self) -> dict[str, Any]:
        for name in ("one", "two")[: self.pick.randint(0, 2)]:
            self.parts[name] = self.node(2)
        root = self.node(3)
        root = root if isinstance(root, dict) else {"allOf": [root]}
        return {**root, "$defs": self.parts}

    def node(self, depth: int) -> Any:
        pick = self.pick
        if depth == 0 or pick.random() < 0.05:
            return pick.choice([True, False, {}, self.simple(), self.simple(), self.simple()])
        node: dict[str, Any] = {}
        for _ in range(pick.randint(1, 3)):
            node.update(self.keyword(pick.choice(list(KEYWORDS)), depth - 1))
        return node

    def simple(self) -> dict[str, Any]:
        return self.keyword(self.pick.choice(("type", "enum", "const", "minimum", "maxLength", "multipleOf")), 0)

    def scalar(self) -> Any:
        return self.pick.choice([None, True, False, *NUMBERS, *TEXTS])

    def names(self) -> list[str]:
        return self.pick.sample(NAMES, self.pick.randint(0, 2))

    def nodes(self, depth: int) -> list[Any]:
        return [self.node(depth) for _ in range(self.pick.randint(1, 3))]

    def members(self, depth: int) -> dict[str, Any]:
        return {name: self.node(depth) for name in self.names()}

    def keyword(self, word: str, depth: int) -> dict[str, Any]:
        pick = self.pick
        if word == "type":
            kinds = [*KINDS, "integer"]
            return {"type": pick.choice(kinds) if pick.random() < 0.6 else pick.sample(kinds, pick.randint(1, 3))}
        if word == "if":
            more = {name: self.node(depth) for name in ("then", "else") if pick.random() < 0.7}
            return {"if": self.node(depth), **more}
        if word == "$ref":
            return {"$ref": f"#/$defs/{pick.choice(list(self.parts))}"} if self.parts else {}
        if word == "additionalProperties":
            return {word: pick.choice([False, False, True, self.node(min(depth, 1))])}
        if word in {"minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"}:
            return {word: pick.randint(0, 3)}
        return {word: _VALUES[word](self, depth)}


_VALUES: Mapping[str, Any] = {
    "enum": lambda w, _: [w.scalar() for _ in range(w.pick.randint(1, 4))],
    "const": lambda w, _: w.scalar(),
    "minimum": lambda w, _: w.pick.choice(NUMBERS),
    "maximum": lambda w, _: w.pick.choice(NUMBERS),
    "exclusiveMinimum": lambda w, _: w.pick.choice(NUMBERS),
    "exclusiveMaximum": lambda w, _: w.pick.choice(NUMBERS),
    "multipleOf": lambda w, _: w.pick.choice(FACTORS),
    "pattern": lambda w, _: w.pick.choice(PATTERNS),
    "required": lambda w, _: w.names(),
    "dependentRequired": lambda w, _: {name: w.names() for name in w.names()},
    "properties": lambda w, depth: w.members(depth),
    "items": lambda w, depth: w.node(depth),
    "contains": lambda w, depth: w.node(depth),
    "allOf": lambda w, depth: w.nodes(depth),
    "anyOf": lambda w, depth: w.nodes(depth),
    "oneOf": lambda w, depth: w.nodes(depth),
    "not": lambda w, depth: w.node(depth),
}
# The words that a schema turns on, more often than those that bound one kind of value.
KEYWORDS = (
    *("type", "enum", "const", "properties", "required", "properties", "items", "contains", "if", "if", "$ref"),
    *("allOf", "anyOf", "oneOf", "not", "dependentRequired", "additionalProperties", "multipleOf", "pattern"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minItems", "maxItems"),
    *("minLength", "maxLength", "minProperties", "maxProperties"),
)


# ---- random values, near to what a schema asks


class Guesser:
    """Makes values near the bounds of a schema: its constants, one less, one more, a field fewer, a wrong kind."""

    def __init__(self, pick: random.Random, document: Mapping[str, Any]) -> None:
        self.pick = pick
        self.document = document

    def value(self, node: Any, depth: int = 4) -> Any:
        pick = self.pick
        if not isinstance(node, dict) or depth == 0 or pick.random() < 0.1:
            return self.anything(depth)
        inner = self.inner(node)
        if inner and pick.random() < 0.5:
            return self.value(pick.choice(inner), depth)
        made = [make for make in (self.scalars, self.numbers, self.texts, self.lists, self.groups) if make(node, depth)]
        return pick.choice(pick.choice(made)(node, depth)) if made else self.anything(depth)

    def inner(self, node: Mapping[str, Any]) -> list[Any]:
        """The schemas that speak of the same value."""
        nodes = [node[word] for word in ("if", "then", "else", "not") if word in node]
        for word in ("allOf", "anyOf", "oneOf"):
            nodes += node.get(word, [])
        if "$ref" in node:
            nodes.append(self.document["$defs"][node["$ref"].removeprefix("#/$defs/")])
        return nodes

    def anything(self, depth: int) -> Any:
        pick = self.pick
        kind = pick.randrange(6 if depth > 0 else 4)
        if kind == 4:
            return [self.anything(depth - 2) for _ in range(pick.randint(0, 3))]
        if kind == 5:
            return {name: self.anything(depth - 2) for name in pick.sample((*NAMES, "d"), pick.randint(0, 3))}
        return (None, pick.random() < 0.5, pick.choice((*NUMBERS, 2.0)), pick.choice(TEXTS))[kind]

    def scalars(self, node: Mapping[str, Any], depth: int) -> list[Any]:
        named = [*node.get("enum", []), *([node["const"]] if "const" in node else [])]
        types = node.get("type", [])
        for kind in [types] if isinstance(types, str) else types:
            named += {"null": [None], "boolean": [True, False], "string": [""], "array": [[]], "object": [{}]}.get(
                kind, [0, Fraction(1, 2), 1.0]
            )
        return named

    def numbers(self, node: Mapping[str, Any], _: int) -> list[Any]:
        words = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
        bounds = [node[word] for word in words if word in node]
        return [exact(bound + step) for bound in bounds for step in (-1, Fraction(-1, 2), 0, Fraction(1, 2), 1)]

    def texts(self, node: Mapping[str, Any], _: int) -> list[Any]:
        if not {"pattern", "minLength", "maxLength"} & node.keys():
            return []
        sizes = [node[word] for word in ("minLength", "maxLength") if word in node]
        return [*TEXTS, *("x" * max(0, size + step) for size in sizes for step in (-1, 0, 1))]

    def lists(self, node: Mapping[str, Any], depth: int) -> list[Any]:
        words = [word for word in ("items", "contains", "minItems", "maxItems") if word in node]
        if not words:
            return []
        inner = [node[word] for word in ("items", "contains") if word in node] or [True]
        sizes = [max(0, node[w] + step) for w in ("minItems", "maxItems") if w in node for step in (-1, 0, 1)]
        size = self.pick.choice(sizes or [0, 1, 2])
        return [[self.value(self.pick.choice(inner), depth - 1) for _ in range(size)]]

    def groups(self, node: Mapping[str, Any], depth: int) -> list[Any]:
        words = ("properties", "required", "additionalProperties", "dependentRequired", "minProperties")
        if not {*words, "maxProperties"} & node.keys():
            return []
        properties, pick = node.get("properties", {}), self.pick
        names = [name for name in (*properties, *node.get("required", ())) if pick.random() < 0.85]
        names += pick.sample((*NAMES, "d"), pick.choice((0, 0, 1, 2)))
        other = node.get("additionalProperties", True)
        return [{name: self.value(properties.get(name, other), depth - 1) for name in names}]


def exact(number: Fraction | int) -> Fraction | int:
    return int(number) if Fraction(number).denominator == 1 else number
