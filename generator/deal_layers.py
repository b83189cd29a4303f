"""Layers of values, laid over one another: the defaults of the schema, the profiles and the deal.

Groups are merged field by field; lists are replaced, unless the schema names the attributes by which their entries are
merged. ``null`` means "not agreed yet": it takes a default away and keeps a contract from being written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generator.diagnostics import Diagnostic, Severity, Span
from generator.schema import coerce
from generator.schema_types import Type
from generator.source import Source
from generator.violations import Path, dotted_path


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from: ``layer`` is schema, segment, sla, provider or deal; ``path`` its place there."""

    layer: str
    source: Source | None
    path: Path

    def span(self) -> Span | None:
        return self.source.span(self.path) if self.source is not None else None

    def shown(self) -> str:
        """As in ``resolved.yaml``: ``deal contracts/pme.yaml:12``."""
        span = self.span()
        return f"{self.layer} {span.file}:{span.line}" if span is not None else "schema default"


@dataclass(frozen=True, slots=True)
class Layer:
    """One source of values: a profile or the deal itself, with its values under ``root`` in the source."""

    name: str
    source: Source
    root: Path

    def values(self) -> Any:
        value = self.source.value
        for step in self.root:
            value = value[step]
        return value


class Merger:
    """Lays layers over one another, and notes the origin of each value and what is not agreed."""

    def __init__(self) -> None:
        self.origins: dict[Path, Origin] = {}
        # The paths with an origin or with such paths below, by the path above: what to forget with a replaced value.
        self.below: dict[Path, set[Path]] = {}
        self.open_points: list[tuple[Path, Origin]] = []

    def copy(self) -> Merger:
        """Another that goes on from here, and leaves this one as it is."""
        other = Merger()
        other.origins = dict(self.origins)
        other.below = {path: set(paths) for path, paths in self.below.items()}
        other.open_points = list(self.open_points)
        return other

    def lay(self, type_: Type, base: Any, layer: Layer, groups: frozenset[str] | None = None) -> Any:
        """The values of a layer over ``base``; with ``groups`` only these groups of the root."""
        size = len(layer.root)
        raw = {path[size:]: text for path, text in layer.source.raw.items() if path[:size] == layer.root}
        values = layer.values()
        if groups is not None:
            values = {name: value for name, value in values.items() if name in groups}
        return self.merge(type_, base, coerce(type_, values, raw), (), layer, ())

    def findings(self) -> Iterator[Diagnostic]:
        for path, origin in self.open_points:
            message = f"`{dotted_path(path)}` is not agreed yet (null)"
            yield Diagnostic(
                "not-agreed",
                Severity.ERROR,
                message,
                origin.span(),
                "give the agreed value, or remove the line to take the default",
            )

    def merge(self, type_: Type, base: Any, over: Any, path: Path, layer: Layer, here: Path) -> Any:
        """``over``, which stands at ``here`` in its layer, laid over ``base`` at ``path`` of the merged deal."""
        origin = Origin(layer.name, layer.source, (*layer.root, *here))
        if type_.kind == "record" and isinstance(over, dict):
            self.place(path, origin)
            return self.merge_record(type_, base, over, path, layer, here)
        if type_.merge and isinstance(base, list) and isinstance(over, list):
            self.place(path, origin)
            return self.merge_entries(type_, base, over, path, layer, here)
        if isinstance(base, (dict, list)):
            self.forget(path)
        self.place(path, origin)
        if type_.kind == "list" and isinstance(over, list) and type_.item is not None:
            return [
                self.merge(type_.item, None, item, (*path, index), layer, (*here, index))
                for index, item in enumerate(over)
            ]
        return over

    def merge_record(
        self, type_: Type, base: Any, over: dict[str, Any], path: Path, layer: Layer, here: Path
    ) -> dict[str, Any]:
        merged = dict(base) if isinstance(base, dict) else {}
        for alternative in type_.alternatives:
            if alternative & over.keys():
                for other in type_.alternatives:
                    for name in other - alternative:
                        merged.pop(name, None)
                        self.forget((*path, name), itself=True)
        for name, value in over.items():
            member = type_.fields.get(name)
            inner_path, inner_here = (*path, name), (*here, name)
            if member is None:
                self.place(inner_path, Origin(layer.name, layer.source, (*layer.root, *inner_here)))
                merged[name] = value
            elif value is None and not member.type.nullable:
                merged.pop(name, None)
                self.forget(inner_path, itself=True)
                self.open_points.append((inner_path, Origin(layer.name, layer.source, (*layer.root, *inner_here))))
            elif value is None:
                merged.pop(name, None)
                self.forget(inner_path, itself=True)
                self.place(inner_path, Origin(layer.name, layer.source, (*layer.root, *inner_here)))
            else:
                self.open_points = [point for point in self.open_points if point[0] != inner_path]
                merged[name] = self.merge(member.type, merged.get(name), value, inner_path, layer, inner_here)
        return merged

    def merge_entries(
        self, type_: Type, base: list[Any], over: list[Any], path: Path, layer: Layer, here: Path
    ) -> list[Any]:
        item_type = type_.item
        assert item_type is not None
        merged = list(base)
        places = {type_.identity(item): index for index, item in enumerate(merged)}
        for index, item in enumerate(over):
            key = type_.identity(item)
            # Taken out when it is found: what a layer lists twice stays twice, and is reported as such.
            at = places.pop(key, None) if key is not None else None
            if at is None:
                at = len(merged)
                merged.append(None)
            merged[at] = self.merge(item_type, merged[at], item, (*path, at), layer, (*here, index))
        return merged

    def forget(self, path: Path, *, itself: bool = False) -> None:
        """A replaced value takes away the origins and the open points of everything below it."""
        size = len(path)
        gone = list(self.below.pop(path, ()))
        for known in gone:
            gone.extend(self.below.pop(known, ()))
            self.origins.pop(known, None)
        if itself:
            self.origins.pop(path, None)
        self.open_points = [
            point for point in self.open_points if point[0][:size] != path or (point[0] == path and not itself)
        ]

    def place(self, path: Path, origin: Origin) -> None:
        """Note the origin of the value at a path."""
        self.origins[path] = origin
        while path:
            beside = self.below.setdefault(path[:-1], set())
            if path in beside:
                return
            beside.add(path)
            path = path[:-1]
