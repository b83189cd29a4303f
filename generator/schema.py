"""The deal schema: JSON Schema 2020-12 read once into types, and the verdict on an instance as findings.

Besides the standard keywords the schema uses annotations: ``x-required`` (what the merged deal must hold),
``x-kind`` (money, unit_price, date, localised …), ``x-unit``, ``x-labels`` (the printed names of an enum's values),
``x-key`` (the attribute that identifies a list's items) and ``x-merge`` (the attributes by which a list is merged).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from generator.accepts import Accepts, Reader, UnknownKeyword, exact_end
from generator.forms import form_violations
from generator.schema_types import UNIT_PRICE, Field, Type
from generator.violations import Path, Violation, violations_of

# What a schema may say at its root without looking from one group into another.
_NAMES_ONLY = frozenset({
    "$schema", "$id", "$defs", "title", "description", "type", "properties", "additionalProperties", "required",
    "x-required",
})  # fmt: skip


class SchemaError(Exception):
    """The schema itself is wrong: a bug of ours, not of a deal."""


@dataclass(frozen=True)
class DealSchema:
    """The schema of a deal: its document, and the type of the merged deal."""

    document: Mapping[str, Any]

    @staticmethod
    def from_text(text: str) -> DealSchema:
        # A bound of 0.05 is exactly that: as a float it is a little more, and would refuse the amount that it allows.
        return DealSchema(json.loads(text, parse_float=Decimal))

    @cached_property
    def type(self) -> Type:
        """The record type of a merged deal."""
        return self._type(self.document)

    def at(self, path: str) -> Type:
        """The type of the field at a dotted path; ``[]`` steps into a list."""
        found = self._at.get(path)
        if found is None:
            found = self.type
            for step in path.replace("[]", ".[]").split("."):
                found = found.item if step == "[]" and found.item is not None else found.fields[step].type
            self._at[path] = found
        return found

    @cached_property
    def _at(self) -> dict[str, Type]:
        return {}

    @cached_property
    def _merged_validator(self) -> Any:
        return _validator(fold_required(self.document))

    @cached_property
    def _author_validator(self) -> Any:
        return _validator(self.document)

    @cached_property
    def field_places(self) -> Mapping[str, tuple[str, ...]]:
        """Every field name with the dotted groups that have it, for hints about misplaced fields."""
        places: dict[str, list[str]] = {}
        for path, _ in walk_fields(self.type, ""):
            group, _, name = path.rpartition(".")
            places.setdefault(name, []).append(group)
        return {name: tuple(groups) for name, groups in places.items()}

    def _resolve(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in node:
            reference = node["$ref"]
            if not reference.startswith("#/"):
                raise SchemaError(f"only local references are read, not {reference}")
            target: Any = self.document
            for step in reference[2:].split("/"):
                target = target[step]
            node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
        return node

    def _type(self, node: Mapping[str, Any]) -> Type:
        node = self._resolve(node)
        common: dict[str, Any] = {
            "unit": node.get("x-unit", ""),
            "default": node.get("default"),
            "has_default": "default" in node,
            "description": node.get("description", ""),
            "minimum": node.get("minimum", node.get("exclusiveMinimum")),
            "nullable": "null" in node["type"] if isinstance(node.get("type"), list) else False,
        }
        kind = node.get("x-kind", "")
        if kind in {"money", "percent", "date", "month", "time", "localised", "duration"}:
            return Type(kind, **common)
        if kind == UNIT_PRICE:
            return Type("money", form=kind, **common)
        if "enum" in node:
            values = tuple(str(value) for value in node["enum"] if value is not None)
            return Type("enum", values=values, labels=node.get("x-labels", {}), **common)
        if "const" in node and isinstance(node["const"], str):
            return Type("enum", values=(node["const"],), labels=node.get("x-labels", {}), **common)
        names = node.get("type", "object" if "properties" in node else "string")
        name = next((n for n in names if n != "null"), "string") if isinstance(names, list) else names
        if name == "object":
            return self._record(node, common)
        if name == "array":
            item = self._type(node.get("items", {}))
            key, merge = node.get("x-key", ""), tuple(node.get("x-merge", ()))
            return Type("list", item=item, key=key, merge=merge, **common)
        return Type(name, form=kind, **common)

    def _record(self, node: Mapping[str, Any], common: dict[str, Any]) -> Type:
        required = {*node.get("required", ()), *node.get("x-required", ())}
        fields = {
            name: Field(self._type(child), name in required or "default" in self._resolve(child))
            for name, child in node.get("properties", {}).items()
        }
        branches = node.get("oneOf", ())
        only_required = all(set(branch) == {"required"} for branch in branches)
        alternatives = tuple(frozenset(branch["required"]) for branch in branches) if only_required else ()
        return Type("record", fields=fields, alternatives=alternatives, **common)

    @cached_property
    def _acceptors(self) -> Mapping[bool, Mapping[str, Accepts]]:
        """By whether a deal is merged: what accepts each group, and as ``""`` which groups there are."""
        return {True: _acceptors(fold_required(self.document)), False: _acceptors(self.document)}

    def _accepts(self, instance: Any, *, merged: bool, groups: frozenset[str] | None) -> bool:
        """Whether nothing is wrong; where this says no, the validator says what is, or that this cannot tell."""
        acceptors = self._acceptors[merged]
        if not acceptors or not self.is_by_groups or not acceptors[""](instance):
            return False
        asked = instance.keys() if groups is None else groups & instance.keys()
        return all(acceptors[name](instance[name]) for name in asked)

    def is_right(self, group: str, value: Any) -> bool:
        """Whether nothing is wrong with a group of a merged deal, as far as this can be told from the group alone."""
        accepts = self._acceptors[True].get(group)
        if accepts is None or not self.is_by_groups or not accepts(value):
            return False
        return not any(form_violations(self.type, {group: value}))

    @cached_property
    def is_by_groups(self) -> bool:
        """Whether the root says no more than which groups there are: each is judged alike whatever the others are."""
        return _NAMES_ONLY.issuperset(self.document) and not self.type.alternatives

    def violations(self, instance: Any, *, merged: bool, groups: frozenset[str] | None = None) -> tuple[Violation, ...]:
        """Everything in which ``instance`` (plain values) fails the schema.

        With ``merged`` the defaults have been filled in and ``x-required`` counts as ``required``. With ``groups`` the
        others are known to be right, and only what stands in these groups of the root is judged.
        """
        if self._accepts(instance, merged=merged, groups=groups):
            return tuple(dict.fromkeys(form_violations(self.type, _only(instance, groups))))
        validator = self._merged_validator if merged else self._author_validator
        judged = instance
        if groups is not None and self.is_by_groups:
            document = validator.schema
            # Of the other groups nothing but the description stays, which a finding about a missing one shows.
            kept = {
                name: node if name in groups else {"description": node.get("description", "")}
                for name, node in document["properties"].items()
            }
            # Not `evolve`, which asks `$schema` for a class, and gets one that does not judge as ours does.
            validator = type(validator)({**document, "properties": kept})
            judged = {name: value for name, value in instance.items() if name in groups}
        found = list(violations_of(validator, instance, self.field_places))
        # A text that is wrong as the schema says it need not be told that it is wrong otherwise too.
        wrong = {violation.path for violation in found}
        found.extend(violation for violation in form_violations(self.type, judged) if violation.path not in wrong)
        return tuple(dict.fromkeys(found))


def _acceptors(document: Mapping[str, Any]) -> Mapping[str, Accepts]:
    """What accepts each group of the root, and as ``""`` the root whatever is in its groups; empty where a keyword is
    not known."""
    groups = document.get("properties", {})
    try:
        reader = Reader(document)
        whole = reader.node({**document, "properties": dict.fromkeys(groups, True)})
        return {"": whole, **{name: reader.node(node) for name, node in groups.items()}}
    except UnknownKeyword:
        return {}


def _only(instance: Any, groups: frozenset[str] | None) -> Any:
    return instance if groups is None else {name: value for name, value in instance.items() if name in groups}


def fold_required(node: Any) -> Any:
    """The same schema in which every ``x-required`` name is required."""
    if isinstance(node, list):
        return [fold_required(child) for child in node]
    if not isinstance(node, dict):
        return node
    folded = {
        key: value if key in {"default", "enum", "const", "x-labels"} else fold_required(value)
        for key, value in node.items()
    }
    extra = folded.pop("x-required", None)
    if isinstance(extra, list):
        folded["required"] = sorted({*folded.get("required", ()), *extra})
    return folded


def _validator(document: Mapping[str, Any]) -> Any:
    # Imported here: a tenth of a second that `clausier --help` need not pay.
    from jsonschema import Draft202012Validator, ValidationError
    from jsonschema.validators import extend

    def is_integer(_: Any, value: Any) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)

    def is_number(_: Any, value: Any) -> bool:
        return isinstance(value, (int, Decimal)) and not isinstance(value, bool)

    def pattern(_: Any, wanted: str, value: Any, __: Any) -> Iterator[Any]:
        if isinstance(value, str) and not re.search(exact_end(wanted), value):
            yield ValidationError(f"{value!r} does not match {wanted!r}")

    checker = Draft202012Validator.TYPE_CHECKER.redefine("integer", is_integer).redefine("number", is_number)
    return extend(Draft202012Validator, {"pattern": pattern}, type_checker=checker)(document)  # type: ignore[no-untyped-call]


def walk_fields(type_: Type, prefix: str) -> Iterator[tuple[str, Type]]:
    """Every dotted path below a record with its type; list items are written ``[]``."""
    if type_.kind == "record":
        for name, member in type_.fields.items():
            path = f"{prefix}.{name}" if prefix else name
            yield path, member.type
            yield from walk_fields(member.type, path)
    elif type_.kind == "list" and type_.item is not None:
        yield from walk_fields(type_.item, f"{prefix}[]")


def with_defaults(type_: Type, value: Any) -> Any:
    """``value`` with the schema's own defaults filled in, also inside list items. Input is not changed."""
    if type_.kind == "record" and isinstance(value, dict):
        filled = dict(value)
        for name, member in type_.fields.items():
            if name in filled:
                filled[name] = with_defaults(member.type, filled[name])
            elif member.type.has_default:
                filled[name] = with_defaults(member.type, _plain(member.type.default))
            elif member.always and member.type.kind == "record":
                # A group that every deal has; an optional group stays absent until somebody names it.
                inner = with_defaults(member.type, {})
                if inner:
                    filled[name] = inner
        return filled
    if type_.kind == "list" and isinstance(value, list) and type_.item is not None:
        return [with_defaults(type_.item, item) for item in value]
    return value


def _plain(value: Any) -> Any:
    """JSON's floats as the decimals a YAML file would give."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def coerce(type_: Type, value: Any, raw: Mapping[Path, str], path: Path = ()) -> Any:
    """Plain values as the schema means them: an unquoted postal code is text, ``4.0`` a whole number.

    ``raw`` holds the text of unquoted numbers by path. Nothing is judged here.
    """
    if type_.kind == "record" and isinstance(value, dict):
        return {
            name: coerce(type_.fields[name].type, item, raw, (*path, name)) if name in type_.fields else item
            for name, item in value.items()
        }
    if type_.kind == "list" and isinstance(value, list) and type_.item is not None:
        return [coerce(type_.item, item, raw, (*path, index)) for index, item in enumerate(value)]
    is_number = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    if is_number and type_.kind in {"string", "enum", "localised", "date", "month", "time"}:
        return raw.get(path, str(value))
    if type_.kind == "integer" and isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return value


def typed(type_: Type, value: Any) -> Any:
    """An instance with amounts and percentages as ``Decimal``; fields that the schema does not know stay as they are.

    Raises ``ArithmeticError`` for a number that is none, as the schema would have said.
    """
    if type_.kind == "record" and isinstance(value, dict):
        return {
            name: typed(type_.fields[name].type, item) if name in type_.fields else item for name, item in value.items()
        }
    if type_.kind == "list" and isinstance(value, list) and type_.item is not None:
        return [typed(type_.item, item) for item in value]
    if type_.kind in {"money", "percent", "number"} and isinstance(value, (str, int)) and not isinstance(value, bool):
        return Decimal(value)
    return value
