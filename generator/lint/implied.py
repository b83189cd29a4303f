"""What the schema of a deal requires under a condition: where ``renewal`` is tacit, ``renewal_months`` is there.

Read are the conditions that compare fields of one group with constants; the prover reads the rest of the schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.conditions import Expression
from generator.conditions.expressions import And, Compare, Literal_, Read
from generator.schema import DealSchema
from generator.schema_types import STRING, Type


@dataclass(frozen=True, slots=True)
class Implication:
    """Every valid deal in which ``condition`` holds has the field at the dotted ``path``."""

    condition: Expression
    path: str


def implications(schema: DealSchema) -> tuple[Implication, ...]:
    """The conditional requirements of the groups of a deal, entries of lists excepted."""
    return tuple(_in_group(schema.document, schema.document, schema.type, ()))


def _in_group(
    node: Mapping[str, Any], document: Mapping[str, Any], type_: Type, path: tuple[str, ...]
) -> Iterator[Implication]:
    node = _resolved(node, document)
    for entry in (node, *node.get("allOf", ())):
        condition = _condition(entry.get("if", {}), type_, path)
        then = entry.get("then", {})
        for name in (*then.get("required", ()), *then.get("x-required", ())) if condition is not None else ():
            assert condition is not None
            yield Implication(condition, ".".join((*path, name)))
    for name, child in node.get("properties", {}).items():
        if name in type_.fields and type_.fields[name].type.kind == "record":
            yield from _in_group(child, document, type_.fields[name].type, (*path, name))


def _resolved(node: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in node:
        target: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def _condition(test: Mapping[str, Any], type_: Type, path: tuple[str, ...]) -> Expression | None:
    """The ``if`` of a schema as a condition; ``None`` where it asks for more than constants."""
    properties = test.get("properties", {})
    if not properties or set(test) - {"properties", "required"} or set(test.get("required", ())) - set(properties):
        return None
    atoms: list[Expression] = []
    for name, asked in properties.items():
        if set(asked) != {"const"} or not isinstance(asked["const"], str) or name not in type_.fields:
            return None
        read = Read((*path, name), type_.fields[name].type, type_.fields[name].always, 0, 0)
        atoms.append(Compare("==", read, Literal_(asked["const"], STRING)))
    return And(tuple(atoms))
