"""A merged deal as a short deal file: only what differs from the profiles that it names is written."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from generator.deal import merged_values
from generator.deal_layers import Layer
from generator.library.model import Library
from generator.pipeline import SEGMENT, SLA_PROFILE, Options, deal_layers, provider_profile, segment_profile
from generator.prove.edits import deal_file
from generator.schema_types import Type
from generator.source import Source

Values = dict[str, Any]
PROVIDER = ("parties", "provider", "profile")


@dataclass
class Profiles:
    """What the profiles give to a deal, by the names of the profiles; ``folder`` has the providers'."""

    library: Library
    folder: Path
    known: dict[tuple[str, ...], Values | None] = field(default_factory=dict)

    def given(self, values: Mapping[str, Any]) -> Values | None:
        """The values of a deal that says nothing but its profiles; ``None`` where it names one that is not there."""
        names = tuple(str(at(values, path) or "") for path in (SEGMENT, SLA_PROFILE, PROVIDER))
        if names not in self.known:
            self.known[names] = self._given(names)
        return self.known[names]

    def _given(self, names: tuple[str, ...]) -> Values | None:
        segment, sla, provider_name = names
        named: Values = {"context": {"segment": segment}, "parties": {"provider": {"profile": provider_name}}}
        if sla:
            named["sla"] = {"profile": sla}
        source = Source("", named, {}, {}, {}, ())
        provider, _ = provider_profile(self.library, source, self.folder, provider_name, Options())
        if provider is None or segment_profile(self.library, source) is None:
            return None
        layers, _ = deal_layers(self.library, source, provider)
        if layers is None:
            return None
        given: Values = merged_values(self.library.schema, (*layers[:-1], Layer("deal", source, ())))
        return given

    def of_provider(self, name: str) -> Mapping[str, Any]:
        """What the profile of a provider gives; nothing where there is none of that name."""
        source = Source("", {}, {}, {}, {}, ())
        provider, _ = provider_profile(self.library, source, self.folder, name, Options())
        values: Mapping[str, Any] = provider.value["values"] if provider is not None else {}
        return values

    def restored(self, values: Values) -> Values:
        """A deal with what its profiles give and no deal can take away again."""
        given = self.given(values)
        restored: Values = values if given is None else _restored(self.library.schema.type, given, values)
        return restored

    def short(self, values: Values) -> Values:
        """What a deal file must say for its deal to have these values."""
        given = self.given(values)
        assert given is not None
        said: Values = _said(self.library.schema.type, given, values)
        said.setdefault("context", {})["segment"] = at(values, SEGMENT)
        said.setdefault("parties", {}).setdefault("provider", {})["profile"] = at(values, PROVIDER)
        if at(values, SLA_PROFILE) is not None:
            said.setdefault("sla", {})["profile"] = at(values, SLA_PROFILE)
        return said


def at(values: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        values = values.get(step) if isinstance(values, Mapping) else None
    return values


def deal_text(said: Mapping[str, Any], remarks: list[str]) -> bytes:
    """The text of a short deal file, who and what first; ``remarks`` stand above it as comments."""
    first = ("meta", "parties", "context")
    return deal_file(
        {name: said[name] for name in sorted(said, key=lambda name: name not in first)}, remarks, flow=None
    )


# ---- over the declared types


def _restored(type_: Type, given: Any, value: Any) -> Any:
    if type_.kind == "record" and isinstance(given, dict) and isinstance(value, dict):
        whole = dict(value)
        taken = [group for group in type_.alternatives if group & value.keys()]
        for name, inner in given.items():
            member = type_.fields.get(name)
            if member is None:
                continue
            if name in value:
                whole[name] = _restored(member.type, inner, value[name])
            elif not member.type.nullable and not any(
                name in g for g in type_.alternatives if taken and g not in taken
            ):
                whole[name] = deepcopy(inner)
        return whole
    if type_.merge and isinstance(given, list) and isinstance(value, list) and type_.item is not None:
        own = {type_.identity(entry): entry for entry in value}
        known = [type_.identity(entry) for entry in given]
        kept = [
            _restored(type_.item, entry, own[name]) if name in own else deepcopy(entry)
            for name, entry in zip(known, given, strict=True)
        ]
        return kept + [entry for entry in value if type_.identity(entry) not in known]
    return value


def _said(type_: Type, given: Any, value: Any) -> Any:
    """What must be said of a value that differs from what is given."""
    if type_.kind == "record" and isinstance(value, dict):
        base = given if isinstance(given, dict) else {}
        said = {}
        for name, inner in value.items():
            member = type_.fields[name].type
            if name not in base:
                if not (member.has_default and inner == _default(member)):
                    said[name] = _said(member, None, inner)
            elif not _same(inner, base[name]):
                said[name] = _said(member, base[name], inner)
        said.update({name: None for name in base if name not in value and _takes_null(type_, name)})
        return said
    if type_.kind == "list" and isinstance(value, list) and type_.item is not None:
        if type_.merge and isinstance(given, list):
            return list(_entries_said(type_, type_.item, given, value))
        return [_said(type_.item, None, entry) for entry in value]
    return value


def _entries_said(type_: Type, item: Type, given: list[Any], value: list[Any]) -> Any:
    known = {type_.identity(entry): entry for entry in given}
    for entry in value:
        base = known.get(type_.identity(entry))
        if base is None:
            yield _said(item, None, entry)
        elif not _same(entry, base):
            yield {name: entry[name] for name in type_.merge if name in entry} | _said(item, base, entry)


def _takes_null(type_: Type, name: str) -> bool:
    return name in type_.fields and type_.fields[name].type.nullable


def _default(type_: Type) -> Any:
    default = type_.default
    return Decimal(str(default)) if isinstance(default, float) else default


def _same(one: Any, two: Any) -> bool:
    """Equal as the deal means it: an amount written as text is the amount."""
    if isinstance(one, Mapping) and isinstance(two, Mapping):
        return one.keys() == two.keys() and all(_same(one[name], two[name]) for name in one)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(_same(a, b) for a, b in zip(one, two, strict=True))
    if isinstance(one, Decimal) and isinstance(two, str):
        return _amount(two) == one
    if isinstance(two, Decimal) and isinstance(one, str):
        return _amount(one) == two
    return bool(one == two) and isinstance(one, bool) == isinstance(two, bool)


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except ArithmeticError:
        return None
