"""The merge of a deal with its profiles: the examples of ``tests/cases/merges.yaml``, and an example of the house."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.deal import Deal, merge_deal
from generator.deal_layers import Layer
from generator.diagnostics import Diagnostic
from generator.schema import DealSchema
from generator.source import read_yaml

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "merges.yaml").read_text(encoding="utf-8"))
SCHEMA = DealSchema(CASES["schema"])
LAYERS = ("segment", "sla", "provider", "deal")


def merged(texts: Mapping[str, str]) -> tuple[Deal | None, tuple[Diagnostic, ...]]:
    layers = []
    for name in LAYERS:
        if name in texts:
            source, found = read_yaml(name, texts[name])
            assert source is not None, found
            layers.append(Layer(name, source, ("values",) if "values" in source.value else ()))
    return merge_deal(SCHEMA, tuple(layers), None)


def steps(dotted: str) -> tuple[str | int, ...]:
    """``lines[0].qty`` as a path."""
    return tuple(int(step[1:-1]) if step.startswith("[") else step for step in re.findall(r"\[\d+\]|[^.\[\]]+", dotted))


def value_at(values: Any, dotted: str) -> Any:
    for step in steps(dotted):
        values = values[step]
    return values


@pytest.mark.parametrize("case", [case for case in CASES["cases"] if "error" not in case], ids=lambda case: case["why"])
def test_a_merged_deal_has_the_values_of_the_example_and_knows_their_origin(case: Mapping[str, Any]) -> None:
    deal, found = merged(case)
    assert [item.message for item in found] == []
    assert deal is not None
    for dotted, (value, origin) in case["expect"].items():
        merged_value = value_at(deal.values, dotted)
        assert (str(merged_value) if isinstance(merged_value, Decimal) else merged_value) == value
        where = deal.origin(steps(dotted))
        span = where.span()
        assert (where.layer if span is None else f"{where.layer}:{span.line}") == origin
        assert span is None or span.file == where.layer
    for dotted in case.get("absent", ()):
        with pytest.raises((KeyError, IndexError)):
            value_at(deal.values, dotted)


@pytest.mark.parametrize("case", [case for case in CASES["cases"] if "error" in case], ids=lambda case: case["why"])
def test_a_deal_that_cannot_be_merged_has_the_finding_of_the_example(case: Mapping[str, Any]) -> None:
    deal, found = merged(case)
    assert deal is None
    assert {item.code: item.message for item in found} == case["error"]
    (finding,) = found
    assert finding.span is not None
    assert f"{finding.span.file}:{finding.span.line}" == case["at"]


def test_an_origin_is_shown_with_its_file_and_line() -> None:
    deal, _ = merged({"provider": "billing: {payment_days: 30}", "deal": "name: x"})
    assert deal is not None
    assert deal.origin(("billing", "payment_days")).shown() == "provider provider:1"
    assert deal.origin(("billing", "currency")).shown() == "schema default"


def test_a_person_changes_a_default_in_the_deal() -> None:
    deal, _ = merged({"provider": "billing: {payment_days: 30}", "deal": "name: x\ntags: [b]"})
    assert deal is not None
    assert str(deal.span(("billing", "payment_days"))) == "provider:1:25"
    assert deal.span(("billing", "currency")).file == "deal"


# ---- properties

BILLING = st.fixed_dictionaries(
    {},
    optional={
        "payment_days": st.integers(1, 60),
        "dispute_days": st.integers(1, 9),
        "currency": st.sampled_from(["EUR", "CHF"]),
    },
)
CALENDARS = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from(["HO", "HE", "24x7"])},
        optional={
            "mode": st.sampled_from(["staffed", "on_call"]),
            "weekly": st.dictionaries(st.sampled_from(["mon", "tue"]), st.sampled_from(["am", "pm"]), max_size=2),
        },
    ),
    max_size=3,
    unique_by=lambda entry: entry["id"],
)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["x", "y"]),
        "billing": BILLING,
        "tags": st.lists(st.sampled_from(["a", "b"]), max_size=2, unique=True),
        "calendars": CALENDARS,
    },
)


def laid_over(base: Any, over: Any) -> Any:
    """The merge in a few words: groups by field, calendars by id, everything else replaced."""
    if isinstance(base, dict) and isinstance(over, dict):
        return {key: laid_over(base.get(key), over[key]) if key in over else base[key] for key in {**base, **over}}
    if isinstance(base, list) and isinstance(over, list) and all(isinstance(entry, dict) for entry in [*base, *over]):
        names = list(dict.fromkeys(entry["id"] for entry in [*base, *over]))
        by_id = [{entry["id"]: entry for entry in entries} for entries in (base, over)]
        return [laid_over(by_id[0].get(name, {}), by_id[1].get(name, {})) for name in names]
    return over


@settings(max_examples=100)
@given(st.lists(VALUES, min_size=4, max_size=4))
def test_layers_are_merged_as_a_few_words_say_and_every_value_has_its_origin(layers: list[dict[str, Any]]) -> None:
    layers[0] = {**layers[0], "billing": {"payment_days": 30, **layers[0].get("billing", {})}}
    texts = {name: yaml.safe_dump(values) for name, values in zip(LAYERS, layers, strict=True)}
    deal, found = merged(texts)
    assert deal is not None, found
    expected: Any = {"tags": ["a"], "billing": {"currency": "EUR", "dispute_days": 15}}
    for values in layers:
        expected = laid_over(expected, values)
    for calendar in expected.get("calendars", ()):
        calendar.setdefault("mode", "staffed")
    assert deal.values == expected
    for path, value in leaves(deal.values):
        origin = deal.origin(path)
        if origin.source is not None:
            assert origin.source.has(origin.path)
            assert value_of(origin.source.value, origin.path) == value
            later = layers[LAYERS.index(origin.layer) + 1 :]
            assert all(not holds(values, path) for values in later) or "calendars" in path
        else:
            assert origin.layer == "schema"
            assert all(not holds(values, path) for values in layers) or "calendars" in path


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    below = [leaf for step, item in entries for leaf in leaves(item, (*path, step))]
    return below if isinstance(value, (dict, list)) else [(path, value)]


def value_of(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def holds(values: Any, path: tuple[Any, ...]) -> bool:
    try:
        value_of(values, path)
    except (KeyError, IndexError, TypeError):
        return False
    return True
