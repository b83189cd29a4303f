"""The deal: what its author wrote, merged with the defaults, every value with its origin.

Defaults are merged in the order schema → segment profile → service level profile → provider profile → deal; how one
layer is laid over another is in ``deal_layers``.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from generator.cache import Same
from generator.deal_layers import Layer, Merger, Origin
from generator.diagnostics import Diagnostic, Severity, Span
from generator.schema import DealSchema, coerce, typed, with_defaults
from generator.schema_types import Type
from generator.source import Source
from generator.violations import Path, Violation, dotted_path


@dataclass(frozen=True)
class Deal:
    """A valid, merged deal. ``values`` holds plain values; amounts and percentages are ``Decimal``."""

    values: Mapping[str, Any]
    origins: Mapping[Path, Origin]
    source: Source
    provider_source: Source | None

    def origin(self, path: Path) -> Origin:
        """The origin of a value or of its nearest ancestor; that of a group is the last layer that gave to it."""
        own = self.origins.get(path)
        if own is not None:
            return own
        if _has(self.values, path):
            return Origin("schema", None, ())
        known = path
        while known and known not in self.origins:
            known = known[:-1]
        found = self.origins.get(known)
        if found is None:
            return Origin("deal", self.source, path)
        # What has no origin of its own came along with what it stands in: one language of a text, for instance.
        inner = (*found.path, *path[len(known) :])
        return replace(found, path=inner) if found.source is not None and found.source.has(inner) else found

    def span(self, path: Path) -> Span:
        """Where a person changes this value: its place in a file, else the nearest place in the deal."""
        found = self.origin(path).span()
        return found if found is not None else self.source.span(path)


def merge_deal(
    schema: DealSchema, layers: tuple[Layer, ...], provider: Source | None
) -> tuple[Deal | None, tuple[Diagnostic, ...]]:
    """Merge the layers (lowest first, the deal last), validate the result and type its values.

    Returns the deal, or ``None`` and everything that is wrong with it.
    """
    own = layers[-1].source
    if not isinstance(layers[-1].values(), dict):
        message = "a deal is a group of fields, this is " + ("a list" if isinstance(own.value, list) else "one value")
        return None, (Diagnostic("wrong-type", Severity.ERROR, message, own.span(()), "start with `meta:`"),)
    *profiles, last = layers
    ground = _ground(Same(schema), tuple((layer.name, Same(layer.source), layer.root) for layer in profiles))
    merged, merger = ground.under(last)
    # Most deals leave most groups to their profiles: what these say is filled in, judged and typed once.
    left = {name for name in ground.right if name in ground.merged and merged.get(name) is ground.merged[name]}
    filled = ground.filled_in(merged, left)
    found = list(merger.findings())
    deal = Deal({}, merger.origins, own, provider)
    open_paths = [path for path, _ in merger.open_points]
    if schema.violations(filled, merged=True, groups=frozenset(filled) - left):
        for violation in schema.violations(filled, merged=True):
            if not _about_open_point(violation, open_paths):
                found.append(_finding(violation, deal))
    if found:
        return None, tuple(found)
    fields = {name: member for name, member in schema.type.fields.items() if name not in left}
    own_values = typed(replace(schema.type, fields=fields), {name: filled[name] for name in filled if name not in left})
    values = {name: ground.typed[name] if name in left else own_values[name] for name in filled}
    return Deal(values, merger.origins, own, provider), ()


@dataclass(frozen=True)
class _Ground:
    """What a deal is laid over: the defaults of the schema and its profiles, with what follows from them alone.

    ``merged`` are their values as they are merged, ``filled`` with the defaults inside of them, ``typed`` by their
    kinds. ``right`` are the groups of the root with which nothing is wrong. Nobody changes any of these values.
    """

    schema: DealSchema
    merger: Merger
    merged: Mapping[str, Any]
    filled: Mapping[str, Any]
    typed: Mapping[str, Any]
    right: frozenset[str]

    def under(self, layer: Layer) -> tuple[dict[str, Any], Merger]:
        """The values of one more layer over all of these."""
        merger = self.merger.copy()
        merged: dict[str, Any] = merger.lay(self.schema.type, self.merged, layer)
        return merged, merger

    def filled_in(self, merged: Mapping[str, Any], left: Set[str]) -> dict[str, Any]:
        """The same as ``with_defaults``, of which the groups that a deal has ``left`` alone are known."""
        type_ = self.schema.type
        others = replace(type_, fields={name: field for name, field in type_.fields.items() if name not in left})
        own = {name: value for name, value in merged.items() if name not in left}
        filled: dict[str, Any] = with_defaults(others, own)
        return {name: self.filled[name] if name in left else filled.pop(name) for name in merged} | filled


@lru_cache(maxsize=16)
def _ground(schema: Same[DealSchema], profiles: tuple[tuple[str, Same[Source], Path], ...]) -> _Ground:
    """What the deals of one segment, one level of service and one provider are laid over."""
    document = schema.value
    layers = tuple(Layer(name, source.value, root) for name, source, root in profiles)
    merged, merger = _laid(document.type, layers)
    filled = with_defaults(document.type, merged)
    right = frozenset(name for name, value in filled.items() if document.is_right(name, value))
    known = {name: filled[name] for name in right}
    return _Ground(document, merger, merged, filled, typed(document.type, known), right)


@dataclass(frozen=True)
class Remerged:
    """A deal that differs from ``like`` in the groups ``changed`` of the root alone; judged when somebody asks.

    ``plain`` are the values of these groups before they are typed. Without ``like`` it is a valid deal.
    """

    schema: DealSchema
    deal: Deal
    plain: Mapping[str, Any]
    changed: frozenset[str]
    like: Remerged | None = None

    @cached_property
    def violations(self) -> tuple[Violation, ...]:
        """All that the schema says against the deal; what it says against groups that did not change is known."""
        if self.like is None:
            return ()
        known = [found for found in self.like.violations if (*found.path, found.missing)[0] not in self.changed]
        values = {**self.deal.values, **self.plain}
        found = self.schema.violations(values, merged=True, groups=self.changed)
        return tuple(dict.fromkeys((*known, *found)))


def remerged_deal(layers: tuple[Layer, ...], like: Remerged, groups: frozenset[str]) -> Remerged | None:
    """The deal of layers that differ from those of ``like`` in these groups of the root alone: only they are merged.

    Returns ``None`` where a value is not agreed, or is no number where one is wanted.
    """
    schema = like.schema
    everything = frozenset(schema.type.fields)
    merged, merger = _merged(schema, layers, groups if schema.is_by_groups else everything)
    if merger.open_points:
        return None
    try:
        values = typed(schema.type, merged)
    except ArithmeticError:
        return None
    before = like.deal
    # Profiles say the same in most groups. An edit is judged whatever it says: to Python, true is equal to one.
    differing = frozenset(name for name in groups if values.get(name) != before.values.get(name))
    changed = differing if groups == everything else groups
    plain = {name: value for name, value in merged.items() if name in changed}
    kept = {name: value for name, value in before.values.items() if name not in changed}
    origins = {path: origin for path, origin in before.origins.items() if path and path[0] not in groups}
    deal = replace(
        before,
        values={**kept, **{name: values[name] for name in plain}},
        origins={**origins, **merger.origins},
        source=layers[-1].source,
    )
    return Remerged(schema, deal, plain, changed, like)


def merged_values(schema: DealSchema, layers: tuple[Layer, ...]) -> Any:
    """The plain values of the layers laid over one another, filled with the defaults of the schema; not judged."""
    return _merged(schema, layers)[0]


def _merged(schema: DealSchema, layers: tuple[Layer, ...], groups: frozenset[str] | None = None) -> tuple[Any, Merger]:
    """The layers laid over one another and filled with the defaults; with ``groups`` only these groups of the root."""
    type_ = schema.type
    if groups is not None:
        type_ = replace(type_, fields={name: field for name, field in type_.fields.items() if name in groups})
    merged, merger = _laid(type_, layers, groups)
    return with_defaults(type_, merged), merger


def _laid(type_: Type, layers: tuple[Layer, ...], groups: frozenset[str] | None = None) -> tuple[Any, Merger]:
    """The same, where the last layer left what it does not say unfilled."""
    merger = Merger()
    merged: Any = with_defaults(type_, {})
    for layer in layers:
        merged = merger.lay(type_, merged, layer, groups)
    return merged, merger


def author_findings(schema: DealSchema, source: Source) -> tuple[Diagnostic, ...]:
    """What is wrong with the deal's own text, judged without any default: for deals that name no known profile."""
    if not isinstance(source.value, dict):
        message = "a deal is a group of fields, this is " + (
            "a list" if isinstance(source.value, list) else "one value"
        )
        return (Diagnostic("wrong-type", Severity.ERROR, message, source.span(()), "start with `meta:`"),)
    values = coerce(schema.type, source.value, source.raw)
    deal = Deal({}, {}, source, None)
    return tuple(_finding(violation, deal) for violation in schema.violations(values, merged=False))


def _about_open_point(violation: Violation, open_paths: list[Path]) -> bool:
    """A field that is missing because the author wrote null, for it or for its group, is reported once."""
    if violation.code != "missing-field":
        return False
    return any(
        f"`{dotted_path(path)}`" in violation.message or violation.path[: len(path)] == path for path in open_paths
    )


# The layers that belong to the library and not to whoever writes a deal.
_LIBRARY = frozenset({"segment", "sla"})


def _finding(violation: Violation, deal: Deal) -> Diagnostic:
    path = violation.path
    if violation.key:
        origin = deal.origin(path)
        source = origin.source or deal.source
        span = source.span(origin.path if origin.source else path, key=True)
    elif violation.missing and deal.origin(path).layer in _LIBRARY:
        # A field that a default did not bring is written in the deal, next to what is there of its group.
        span = deal.source.span(path)
    else:
        span = deal.span(path)
    return Diagnostic(violation.code, Severity.ERROR, violation.message, span, violation.help)


def _has(values: Any, path: Path) -> bool:
    """Whether the merged values hold something at ``path``; the root counts as nothing."""
    value = values
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return False
    return bool(path)
