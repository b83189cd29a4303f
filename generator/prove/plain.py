"""A deal where none is at hand: one that was not valid, made valid; else the plainest that the schema accepts and that
no rule finds fault with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from generator.deal import Deal, merged_values
from generator.deal_layers import Layer
from generator.library.model import Library
from generator.pipeline import SEGMENT, SLA_PROFILE
from generator.prove.edits import differences, renamed, type_at
from generator.prove.known import KnownDeal, known_deal
from generator.prove.mending import Mender
from generator.prove.needs import Needs
from generator.prove.places import found
from generator.prove.samples import Samples, complete, plainest
from generator.prove.schema import Translation
from generator.schema import fold_required, typed
from generator.schema_types import Type
from generator.source import read_yaml

NAME: Final = "the plainest deal"
MOST_STARTS: Final = 4
# The plainest deal of a profile has much wrong with it, and there is but one of it.
MOST_TRIES: Final = 600
ROOT: Final = "values"


def plain_deal(library: Library, needs: Needs) -> KnownDeal | None:
    """A valid deal made of the schema and of the profiles; ``None`` where none could be made."""
    source = read_yaml(NAME, "{}\n")[0]
    assert source is not None
    schema = library.schema
    document = fold_required(schema.document)
    translation = Translation(document)
    for start in _starts(library):
        plain = _filled(translation, document, schema.type, complete(schema.type, start, Samples(schema.type, ())))
        base = Deal(plain, {}, source, None)
        samples = Samples(schema.type, (plain,))
        mended = Mender(library, base, {}, (), samples, most_tries=MOST_TRIES).mended(plain)
        if not schema.violations(mended, merged=True):
            deal = known_deal(library, NAME, Deal(typed(schema.type, mended), {}, source, None), needs)
            if deal is not None:
                return deal
    return None


def made_valid(library: Library, needs: Needs, deals: Mapping[str, Deal]) -> Iterator[KnownDeal]:
    """The first few of these deals, by their files, as valid ones: with what rules found fault with changed."""
    type_ = library.schema.type
    for name, deal in list(deals.items())[:MOST_STARTS]:
        others = [other.values for other in deals.values() if other is not deal]
        mended = Mender(library, deal, {}, others, Samples(type_, (deal.values, *others))).mended(dict(deal.values))
        if not library.schema.violations(mended, merged=True):
            made = replace(deal, values=typed(type_, mended))
            edits = ", ".join(map(str, differences(type_, deal.values, made.values)))
            known = known_deal(library, f"{name} made valid by {edits}", made, needs)
            if known is not None:
                yield known


def _starts(library: Library) -> Iterator[dict[str, Any]]:
    """What the profiles of each segment say, the defaults of the schema below it; a deal without any profile."""
    segment = type_at(library.schema.type, SEGMENT)
    for id_, profile in library.profiles.items():
        if segment is None or id_ not in segment.values:
            continue
        layers = [Layer("segment", profile, (ROOT,))]
        levels = library.profiles.get(str(found(SLA_PROFILE, profile.value[ROOT])[1]))
        layers += [Layer("sla", levels, (ROOT,))] if levels is not None else []
        values = merged_values(library.schema, tuple(layers))
        group, name = SEGMENT
        yield {**values, group: {**values.get(group, {}), name: id_}}
    yield merged_values(library.schema, ())


def _filled(translation: Translation, node: Any, type_: Type, value: Any) -> Any:
    """A value with what its schema asks for at least: members, entries, bounds."""
    while isinstance(node, Mapping) and "$ref" in node:
        node = translation.resolved(node["$ref"])
    if not isinstance(node, Mapping):
        return value
    match value:
        case dict():
            children = node.get("properties", {})
            lacking = {
                name: plainest(type_.fields[name].type) for name in node.get("required", ()) if name not in value
            }
            return {
                name: _filled(translation, children.get(name), type_.fields[name].type, member)
                if name in type_.fields
                else member
                for name, member in {**value, **lacking}.items()
            }
        case list() if type_.item is not None:
            entries = list(value)
            while len(entries) < node.get("minItems", 0):
                entries.append(_entry(type_, type_.item, entries))
            return [_filled(translation, node.get("items"), type_.item, entry) for entry in entries]
        case bool():
            return value
        case int() | Decimal():
            least, most = node.get("minimum", value), node.get("maximum", value)
            least = max(least, node["exclusiveMinimum"] + 1) if "exclusiveMinimum" in node else least
            return min(max(value, least), most)
        case str() if type_.kind == "string" and not type_.form:
            return value.ljust(node.get("minLength", 0), "-")
        case _:
            return value


def _entry(type_: Type, item: Type, others: list[Any]) -> Any:
    """One more entry of a list, of another name than those that are there."""
    entry = plainest(item)
    if item.kind == "enum":
        return next((name for name in item.values if name not in others), entry)
    if type_.key and item.fields[type_.key].type.kind == "enum":
        taken = {other[type_.key] for other in others}
        names = item.fields[type_.key].type.values
        return {**entry, type_.key: next((name for name in names if name not in taken), names[0])}
    return renamed(entry, type_, others)
