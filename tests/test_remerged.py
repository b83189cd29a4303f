"""A deal that is merged and judged again in the groups that edits change comes out as one that is made anew."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from generator.counterfactual.edits import Edit, Unwritable
from generator.counterfactual.worlds import Worlds
from generator.deal import Deal, merge_deal, merged_values
from generator.pipeline import SEGMENT, SLA_PROFILE, Draft, deal_layers, draft
from generator.schema import DealSchema
from generator.schema_types import Type
from tests.deals import spread

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "contracts").glob("*.yaml"))
EDITS_OF_A_DEAL = 12
# Chance may make them all wrong: then there are more, until one of each kind was seen.
MOST_EDITS_OF_A_DEAL = 100
WRONG: tuple[Any, ...] = (
    "",
    "nobody knows",
    "2026-02-30",
    -1,
    10**9,
    Decimal("0.123456"),
    True,
    [],
    {},
    ["x"],
    {"x": 1},
)


def places(type_: Type, value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Type, Any]]:
    """Every field of a merged deal, those that it might have, and the entries of its lists."""
    if path:
        yield path, type_, value
    if type_.kind == "record":
        inside = value if isinstance(value, dict) else {}
        for name, field in type_.fields.items():
            if name in inside or len(path) < 2:
                yield from places(field.type, inside.get(name), (*path, name))
    elif type_.kind == "list" and isinstance(value, list) and type_.item is not None:
        for index, item in enumerate(value):
            yield from places(type_.item, item, (*path, index))


def random_edit(made: Draft, type_: Type, pick: random.Random) -> Edit:
    """An edit of any field: right values and wrong ones, entries and groups that are taken out, other profiles."""
    assert made.deal is not None
    if pick.random() < 0.25:
        path, values = pick.choice([(SEGMENT, ("tpe", "pme", "eti", "gc")), (SLA_PROFILE, ("tpe_standard", "nobody"))])
        return Edit("set", path, pick.choice(values), None, 0)
    path, field, value = pick.choice([place for place in places(type_, made.deal.values) if place[0] != ("meta",)])
    if value is not None and pick.random() < 0.2:
        return Edit("remove", path, None, value, 0)
    if field.kind == "list" and isinstance(value, list) and value and pick.random() < 0.5:
        return Edit("add", path, pick.choice((value[0], *WRONG)), None, 0)
    return Edit("set", path, pick.choice((*field.values, value, *WRONG)), value, 0)


def origins(deal: Deal) -> dict[Any, Any]:
    """Where each value comes from: the layer, and the path in it."""
    return {path: (origin.layer, origin.path) for path, origin in deal.origins.items()}


@pytest.mark.parametrize("file", spread(EXAMPLES), ids=lambda file: file.stem)
def test_what_edits_change_is_merged_and_judged_as_the_whole_deal_is(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    made = draft(file)
    assert made.library is not None and made.facts is not None and made.deal is not None
    schema, pick = made.library.schema, random.Random(file.stem)
    assert schema.is_by_groups
    worlds = Worlds(made.library, made.facts, ())
    outcomes: list[str] = []
    for number in range(MOST_EDITS_OF_A_DEAL):
        if number >= EDITS_OF_A_DEAL and {"wrong", "right"} <= set(outcomes):
            break
        edits = tuple(random_edit(made, schema.type, pick) for _ in range(pick.randint(1, 3)))
        if len({edit.path for edit in edits}) < len(edits):
            continue  # nobody sets one field to two values
        try:
            source = worlds.source(edits)
        except (LookupError, TypeError, ValueError, AttributeError, Unwritable):
            continue  # one edit took away what another changes
        assert made.deal.provider_source is not None
        layers, _ = deal_layers(made.library, source, made.deal.provider_source)
        remerged = worlds._merged(edits)
        if layers is None:
            assert remerged is None
            outcomes.append("no profile")
            continue
        whole, _ = merge_deal(schema, layers, made.deal.provider_source)
        found = schema.violations(merged_values(schema, layers), merged=True)
        if remerged is None:
            assert whole is None or any(edit.new is None for edit in edits), edits
            outcomes.append("not typed or not agreed")
        elif found:
            assert set(remerged.violations) == set(found), edits
            outcomes.append("wrong")
        else:
            assert whole is not None
            assert remerged.violations == ()
            assert remerged.deal.values == whole.values, edits
            assert origins(remerged.deal) == origins(whole), edits
            outcomes.append("right")
    assert {"wrong", "right"} <= set(outcomes)


def test_a_root_that_looks_from_one_group_into_another_is_judged_whole() -> None:
    group = {"type": "object", "properties": {"x": {"type": "boolean"}}}
    document = {"type": "object", "properties": {"a": group, "b": group}}
    whole = DealSchema({**document, "if": {"required": ["a"]}, "then": {"required": ["b"]}})
    assert DealSchema(document).is_by_groups
    assert not whole.is_by_groups
    assert [found.missing for found in whole.violations({"a": {}}, merged=True, groups=frozenset())] == ["b"]


def test_only_the_groups_that_are_named_are_judged() -> None:
    schema = DealSchema.from_text(
        json.dumps(
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["a", "b"],
                "properties": {"a": {"type": "integer"}, "b": {"$ref": "#/$defs/day"}},
                "$defs": {"day": {"type": "string", "x-kind": "date"}},
            }
        )
    )
    wrong = {"a": "x", "b": "2026-02-30"}
    assert [found.path for found in schema.violations(wrong, merged=True, groups=frozenset({"b"}))] == [("b",)]
    assert [found.path for found in schema.violations(wrong, merged=True, groups=frozenset({"a"}))] == [("a",)]
    assert [found.path for found in schema.violations(wrong, merged=True)] == [("a",), ("b",)]
    assert [found.missing for found in schema.violations({}, merged=True, groups=frozenset())] == ["a", "b"]
