"""The types of facts, parameters and the pack, as they are declared in library files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.schema import DealSchema
from generator.schema_types import Field, Type

_SCALARS = {
    "boolean": "boolean",
    "integer": "integer",
    "number": "number",
    "money": "money",
    "percent": "percent",
    "string": "string",
    "text": "localised",
    "date": "date",
    "month": "month",
    "time": "time",
    "duration": "duration",
}
_UNITS = {"EUR": "money", "percent": "percent", "days": "integer", "months": "integer", "number": "number"}


class BadType(Exception):
    """A declared type that cannot be read; the message says which."""


def declared_type(spec: Any, schema: DealSchema) -> Type:
    """A type from its declaration.

    ``money`` a scalar · ``[a, b]`` an enum · ``{deal: client.segment}`` the type of a field of the deal ·
    ``{record: {x: money, y?: text}}`` · ``{list: <type>, key: id}``; ``?`` marks a member that may be absent.
    """
    if isinstance(spec, str):
        if spec not in _SCALARS:
            raise BadType(f"`{spec}` is not a type; known: {', '.join(_SCALARS)}")
        return Type(_SCALARS[spec])
    if isinstance(spec, list):
        return Type("enum", values=tuple(str(value) for value in spec))
    if isinstance(spec, dict) and set(spec) == {"deal"}:
        return deal_type(schema, str(spec["deal"]))
    if isinstance(spec, dict) and set(spec) == {"record"}:
        return _record(spec["record"], schema)
    if isinstance(spec, dict) and "list" in spec and set(spec) <= {"list", "key"}:
        item = spec["list"]
        inner = (
            _record(item, schema)
            if isinstance(item, dict) and not set(item) & {"list", "record", "deal"}
            else (declared_type(item, schema))
        )
        return Type("list", item=inner, key=str(spec.get("key", "")))
    raise BadType(f"`{spec}` is not a type")


def _record(members: Mapping[str, Any], schema: DealSchema) -> Type:
    fields = {
        name.removesuffix("?"): Field(declared_type(spec, schema), not name.endswith("?"))
        for name, spec in members.items()
    }
    return Type("record", fields=fields)


def deal_type(schema: DealSchema, dotted: str) -> Type:
    """The type at a dotted path of the deal; ``[]`` steps into the entries of a list."""
    type_ = schema.type
    for step in dotted.replace("[]", ".[]").split("."):
        if step == "[]":
            if type_.item is None:
                raise BadType(f"`{dotted}` is not a field of the deal")
            type_ = type_.item
        elif step in type_.fields:
            type_ = type_.fields[step].type
        else:
            raise BadType(f"`{dotted}` is not a field of the deal")
    return type_


def parameter_type(unit: str) -> Type:
    return Type(_UNITS[unit])


def pack_type() -> Type:
    """What texts may read of the pack: its documents in order and in order of precedence."""
    document = Type(
        "record",
        fields={
            "id": Field(Type("string"), True),
            "title": Field(Type("localised"), True),
            "label": Field(Type("localised"), True),
            "kind": Field(Type("enum", values=("order", "agreement", "annex")), True),
        },
    )
    documents = Type("list", item=document, key="id")
    return Type("record", fields={"documents": Field(documents, True), "precedence": Field(documents, True)})
