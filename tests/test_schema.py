"""What the schema says about a deal: the examples of ``tests/cases/deals.yaml``, and the types that it is read into."""

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

from generator.deal import author_findings, merge_deal
from generator.deal_layers import Layer
from generator.diagnostics import Diagnostic
from generator.schema import DealSchema, coerce, fold_required, typed, walk_fields, with_defaults
from generator.source import read_yaml

ROOT = Path(__file__).parent.parent
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "deals.yaml").read_text(encoding="utf-8"))
REAL = DealSchema.from_text((ROOT / "schemas" / "deal.schema.json").read_text(encoding="utf-8"))
SCHEMA = DealSchema({**CASES["schema"], "$defs": REAL.document["$defs"]})


def findings(text: str) -> tuple[Diagnostic, ...]:
    source, found = read_yaml("deal.yaml", text)
    assert source is not None, found
    deal, found = merge_deal(SCHEMA, (Layer("deal", source, ()),), None)
    assert (deal is None) == bool(found)
    return found


def deal_with(line: str) -> str:
    """The deal of the cases in which one line is replaced by another with the same key, or the line is added."""
    key = line.replace("‹", "").replace("›", "").partition(":")[0]
    lines = {name: f"{name}: {value}" for name, value in CASES["deal"].items()}
    return "\n".join({**lines, key: line}.values()) + "\n"


RIGHT = [case["given"] for case in CASES["cases"] if "error" not in case]
WRONG = [case for case in CASES["cases"] if "error" in case]


def test_the_deal_of_the_cases_is_right() -> None:
    assert findings(deal_with("term: " + CASES["deal"]["term"])) == ()


@pytest.mark.parametrize("line", RIGHT)
def test_a_right_deal_has_no_finding(line: str) -> None:
    assert [found.message for found in findings(deal_with(line))] == []


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case["given"])
def test_a_wrong_deal_has_the_finding_of_the_example_at_the_marked_place(case: Mapping[str, Any]) -> None:
    text = deal_with(case["given"])
    number, line = next((n, line) for n, line in enumerate(text.split("\n"), 1) if "‹" in line)
    before, marked, _ = re.split("[‹›]", line)
    (found,) = findings(text.replace("‹", "").replace("›", ""))
    assert (found.code, found.message) == (case["error"], case["says"])
    assert found.span is not None
    assert str(found.span) == f"deal.yaml:{number}:{len(before) + 1}"
    assert found.span.source_line[found.span.column - 1 : found.span.end_column - 1] == marked
    if "help" in case:
        assert found.help == case["help"]


def test_all_findings_of_a_deal_are_reported_together() -> None:
    text = "client: {nmae: x, segment: pmee, since: 2026-02-30}\nterm: {initial_months: 0}\nprice: {lines: []}\n"
    assert sorted((found.code, str(found.span)) for found in findings(text)) == [
        ("invalid-value", "deal.yaml:1:41"),
        ("missing-field", "deal.yaml:1:9"),
        ("missing-field", "deal.yaml:2:7"),
        ("out-of-bounds", "deal.yaml:2:24"),
        ("out-of-bounds", "deal.yaml:3:16"),
        ("unknown-field", "deal.yaml:1:10"),
        ("unknown-value", "deal.yaml:1:28"),
    ]


def test_a_finding_never_prints_more_than_a_few_words_of_a_value() -> None:
    (found,) = findings(deal_with(f"term: {{initial_months: {'x' * 500}, renewal: express}}"))
    assert found.message == f"`term.initial_months` is `{'x' * 57}…`, where a whole number is expected"
    (found,) = findings(deal_with(f"client: {{name: Dupont, segment: pme, since: {'x' * 500}}}"))
    assert found.message == f"`{'x' * 57}…` is not a date"


@pytest.mark.parametrize(("text", "kind"), [("- 1\n- 2", "a list"), ("only words", "one value")])
def test_a_deal_that_is_not_a_group_of_fields_is_refused(text: str, kind: str) -> None:
    source, _ = read_yaml("deal.yaml", text)
    assert source is not None
    (found,) = findings(text)
    assert (found.message, found.help) == (f"a deal is a group of fields, this is {kind}", "start with `meta:`")
    assert author_findings(SCHEMA, source) == (found,)


def test_what_only_the_merged_deal_must_hold_is_not_asked_of_the_author() -> None:
    source, _ = read_yaml("deal.yaml", "client: {name: Dupont, segment: pme, since: 2026-06-01}\n")
    assert source is not None
    assert author_findings(SCHEMA, source) == ()
    assert [found.message for found in merge_deal(SCHEMA, (Layer("deal", source, ()),), None)[1]] == [
        "`price` is missing",
        "`term` is missing",
    ]


# ---- types


def test_a_field_has_the_type_that_conditions_and_texts_see() -> None:
    kinds = {path: type_.kind for path, type_ in walk_fields(SCHEMA.type, "")}
    assert kinds["client.segment"] == "enum"
    assert kinds["client.since"] == "date"
    assert kinds["client.label"] == "localised"
    assert kinds["client.siren"] == "string"
    assert kinds["price.monthly"] == "money"
    assert kinds["price.discount_pct"] == "percent"
    assert kinds["price.lines"] == "list"
    assert kinds["price.lines[].qty"] == "number"
    assert kinds["price.targets[].metric"] == "enum"


def test_a_field_is_always_there_if_it_is_required_or_has_a_default() -> None:
    client = SCHEMA.type.fields["client"].type
    target = SCHEMA.type.fields["price"].type.fields["targets"].type.item
    assert client.fields["name"].always
    assert not client.fields["headcount"].always
    assert SCHEMA.type.fields["term"].always
    assert target is not None
    assert target.fields["metric"].always
    assert target.alternatives == (frozenset({"target_min"}), frozenset({"target_bd"}))


def test_the_real_schema_is_read_into_types() -> None:
    segment = REAL.type.fields["context"].type.fields["segment"].type
    assert segment.values == ("tpe", "pme", "eti", "gc")
    assert set(segment.labels["pme"]) == {"fr", "en"}
    months = REAL.type.fields["term"].type.fields["initial_months"].type
    assert (months.kind, months.unit) == ("integer", "months")
    assert all(member.always for member in REAL.type.fields.values())


def test_no_field_of_the_real_schema_hides_a_method_or_a_keyword_of_the_language() -> None:
    taken = {"items", "keys", "values", "get", "pop", "update", "copy", "facts", "parameters", "pack", "loop"}
    taken |= {"and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "defined"}
    names = {path.rpartition(".")[2] for path, _ in walk_fields(REAL.type, "")}
    assert names & taken == set()


def test_defaults_are_filled_in_also_in_entries_and_never_over_a_value() -> None:
    deal = {"price": {"targets": [{"priority": "P1"}, {"priority": "P2", "metric": "restore"}]}}
    filled = with_defaults(SCHEMA.type, deal)
    assert [target["metric"] for target in filled["price"]["targets"]] == ["response", "restore"]
    assert deal["price"]["targets"][0] == {"priority": "P1"}
    assert with_defaults(SCHEMA.type, filled) == filled


def test_the_defaults_of_the_real_schema_are_decimals_and_repeat_themselves() -> None:
    filled = with_defaults(REAL.type, {})
    assert with_defaults(REAL.type, filled) == filled
    assert not any(isinstance(value, float) for value in _leaves(filled))


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, (dict, list)):
        return [leaf for item in (value.values() if isinstance(value, dict) else value) for leaf in _leaves(item)]
    return [value]


def test_a_number_is_text_where_the_schema_wants_text() -> None:
    raw = {("client", "postal_code"): "01000", ("client", "name"): "1664.0"}
    values = {"client": {"postal_code": 1000, "name": Decimal("1664.0"), "headcount": Decimal("4.0"), "public": True}}
    assert coerce(SCHEMA.type, values, raw) == {
        "client": {"postal_code": "01000", "name": "1664.0", "headcount": 4, "public": True}
    }


def test_amounts_and_rates_of_a_valid_deal_are_decimals() -> None:
    values = typed(SCHEMA.type, {"price": {"monthly": "99.90", "discount_pct": 5, "lines": [{"id": "a", "qty": 62}]}})
    assert values == {
        "price": {"monthly": Decimal("99.90"), "discount_pct": Decimal(5), "lines": [{"id": "a", "qty": 62}]}
    }
    assert isinstance(values["price"]["discount_pct"], Decimal)
    assert isinstance(values["price"]["lines"][0]["qty"], Decimal)


def test_what_the_merged_deal_must_hold_is_required_there() -> None:
    folded = fold_required({"x-required": ["b"], "required": ["a"], "properties": {"c": {"x-required": ["d"]}},
                            "default": {"x-required": ["kept"]}})  # fmt: skip
    assert folded == {"required": ["a", "b"], "properties": {"c": {"required": ["d"]}},
                      "default": {"x-required": ["kept"]}}  # fmt: skip


# ---- properties

SCALARS = st.none() | st.booleans() | st.integers(-5, 200) | st.decimals(-5, 200, places=2) | st.sampled_from(
    ["pme", "tacit", "express", "2026-06-01", "2026-13-01", "99.90", "Dupont", "", "P1", "response", "08:00", "x" * 30]
)  # fmt: skip
KEYS = st.sampled_from(
    sorted({step for path, _ in walk_fields(SCHEMA.type, "") for step in path.replace("[]", "").split(".")})
)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=15
)


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(
    Decimal, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", format(value, "f"))
)


@settings(max_examples=200)
@given(st.dictionaries(KEYS, ANYTHING, max_size=4))
def test_any_deal_is_valid_or_has_findings_inside_its_text(deal: dict[str, Any]) -> None:
    text = yaml.dump(deal, Dumper=_Dumper, allow_unicode=True)
    for found in findings(text):
        assert found.span is not None
        assert found.span.file == "deal.yaml"
        assert 1 <= found.span.line <= text.count("\n") + 1
        assert len(found.message) < 400


def test_the_definitions_of_the_cases_are_those_of_the_real_schema() -> None:
    assert set(SCHEMA.document["$defs"]) >= {"money", "date", "month", "time", "localised"}
