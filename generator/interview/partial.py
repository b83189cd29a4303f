"""A deal so far: what was answered, what its profiles propose, and what is still open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from generator.deal import merged_values
from generator.interview.ranges import Bounds
from generator.interview.watched import Open, Watched
from generator.library.model import Library
from generator.pipeline import deal_layers, segment_profile
from generator.schema import DealSchema, typed, with_defaults
from generator.schema_types import Type
from generator.source import Source


@dataclass(frozen=True)
class Partial:
    """The answers so far.

    ``values`` are plain values as a deal file gives them; ``none`` are the dotted paths of optional fields of which
    the answer is that there is nothing; ``hidden`` are paths that count as not known though a value is proposed.
    ``provider`` is the provider profile. As long as the segment is not known, nothing is proposed.
    """

    values: Mapping[str, Any]
    provider: Source | None = None
    none: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    @property
    def source(self) -> Source:
        """The answers as the source of a deal; values have no places in it."""
        return Source("", dict(self.values), {}, {}, {}, ())

    def answered(self, path: str) -> bool:
        """Whether a value was given at a path, or somewhere below it."""
        return value_at(self.values, path) is not None

    def with_answer(self, path: str, value: Any) -> Partial:
        """The deal with one more answer; ``None`` says that there is nothing at this path."""
        if value is None:
            return replace(self, values=without(self.values, path), none=self.none | {path})
        below = {p for p in self.none if p == path or p.startswith(f"{path}.")}
        return replace(self, values=with_value(self.values, path, value), none=self.none - below)


def value_at(values: Any, path: str) -> Any:
    """The value at a dotted path, ``None`` where there is none."""
    for step in path.split("."):
        values = values.get(step) if isinstance(values, Mapping) else None
    return values


def with_value(values: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with a value at a dotted path; groups on the way are made."""
    name, _, rest = path.partition(".")
    inner = values.get(name)
    group = inner if isinstance(inner, Mapping) else {}
    return {**values, name: with_value(group, rest, value) if rest else value}


def without(values: Mapping[str, Any], path: str) -> dict[str, Any]:
    """A copy without what stands at a dotted path; groups that become empty go with it."""
    name, _, rest = path.partition(".")
    inner = values.get(name)
    kept = {key: value for key, value in values.items() if key != name}
    if not rest or not isinstance(inner, Mapping):
        return kept if not rest else dict(values)
    group = without(inner, rest)
    return {**values, name: group} if group else kept


# ---- what is known


def merged(library: Library, partial: Partial) -> dict[str, Any] | None:
    """The plain values of the deal with everything that is proposed; ``None`` as long as nothing is."""
    source = partial.source
    if partial.provider is None or segment_profile(library, source) is None:
        return None
    layers, _ = deal_layers(library, source, partial.provider)
    if layers is None:
        return None
    values: dict[str, Any] = merged_values(library.schema, layers)
    return values


def open_scope(library: Library, partial: Partial, values: Mapping[str, Any] | None = None) -> Watched:
    """The deal as conditions read it, with ``Open`` wherever a value is not known. ``values``: its merged values."""
    known = merged(library, partial) if values is None else values
    return _opened(library.schema.type, partial.values if known is None else known, partial, "")


def _opened(type_: Type, values: Mapping[str, Any], partial: Partial, prefix: str) -> Watched:
    group = Watched()
    for name, member in type_.fields.items():
        path = f"{prefix}{name}"
        value = values.get(name)
        if path in partial.hidden:
            opened: Any = Open(path, absent=not member.always or member.type.nullable)
        elif member.type.kind == "record" and (value is not None or member.always):
            opened = _opened(member.type, value or {}, partial, f"{path}.")
        elif value is not None:
            opened = typed(member.type, with_defaults(member.type, value))
        elif path in partial.none or any(path.startswith(f"{none}.") for none in partial.none):
            continue
        else:
            opened = Open(path, absent=not member.always or member.type.nullable)
        dict.__setitem__(group, name, opened)
    return group


def open_paths(group: Watched) -> Iterator[Open]:
    """Everything that is open in a scope, in the order of the schema."""
    for value in dict.values(group):
        if isinstance(value, Open):
            yield value
        elif isinstance(value, Watched):
            yield from open_paths(value)


def overlaid(scope: Watched, path: str, value: Any) -> Watched:
    """A copy of a scope with another value at a dotted path, or without it (``None``)."""
    name, _, rest = path.partition(".")
    copy = Watched(dict.items(scope))
    if rest:
        inner = dict.get(scope, name)
        dict.__setitem__(copy, name, overlaid(inner if isinstance(inner, Watched) else Watched(), rest, value))
    elif value is None:
        dict.pop(copy, name, None)
    else:
        dict.__setitem__(copy, name, value)
    return copy


def type_at(type_: Type, path: str) -> Type | None:
    """The type of a field by its dotted path; ``None`` where the schema has no such field."""
    current = type_
    for step in path.split("."):
        member = current.fields.get(step) if current.kind == "record" else None
        if member is None:
            return None
        current = member.type
    return current


def is_always(type_: Type, path: str) -> bool:
    """Whether every valid deal has this field."""
    current, always = type_, True
    for step in path.split("."):
        member = current.fields[step]
        current, always = member.type, always and member.always
    return always


# ---- bounds


def bounds_of(schema: DealSchema) -> Bounds:
    """The bounds of every number, and of the length of every list, that the schema states."""
    found: dict[str, tuple[Any, Any]] = {}
    _bounds(schema.document, schema.document, "", found)
    return found


def _bounds(node: Mapping[str, Any], document: Mapping[str, Any], path: str, found: dict[str, tuple[Any, Any]]) -> None:
    while "$ref" in node:
        target: Any = document
        for step in node["$ref"][2:].split("/"):
            target = target[step]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    low, high = node.get("minimum", node.get("minItems")), node.get("maximum", node.get("maxItems"))
    if path and (low is not None or high is not None):
        found[path] = (_number(low), _number(high))
    for name, child in node.get("properties", {}).items():
        _bounds(child, document, f"{path}.{name}" if path else name, found)


def _number(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, float) else value
