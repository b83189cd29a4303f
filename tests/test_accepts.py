"""What is accepted without jsonschema is what jsonschema accepts: random schemas, random values, and deals."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.accepts import Reader, UnknownKeyword, acceptor
from generator.pipeline import draft
from generator.schema import DealSchema, _validator, fold_required
from tests.deals import CONTRACTS, library
from tests.random_schemas import UNKNOWN, Guesser, Writer

SLOW = [HealthCheck.too_slow]
SEEDS = st.integers(min_value=0, max_value=2**40)
CASES = 25
DEALS = sorted(path.name for path in CONTRACTS.glob("*.yaml") if "erreurs" not in path.name)


def decimal(value: Any) -> Any:
    """The same with decimals for fractions, as a schema and a deal are read."""
    if isinstance(value, dict):
        return {name: decimal(member) for name, member in value.items()}
    if isinstance(value, list):
        return [decimal(entry) for entry in value]
    return Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value


@settings(max_examples=200, suppress_health_check=SLOW)
@given(SEEDS)
def test_a_random_schema_accepts_what_jsonschema_accepts(seed: int) -> None:
    pick = random.Random(seed)
    for _ in range(CASES):
        drawn = Writer(pick).document()
        document, value = decimal(drawn), decimal(Guesser(pick, drawn).value(drawn))
        assert Reader(document).node(document)(value) is _validator(document).is_valid(value), (document, value)


@pytest.mark.parametrize(
    ("node", "value", "accepted"),
    [
        ({"const": 1}, True, False),
        ({"const": True}, 1, False),
        ({"enum": [[1, {"a": 0}]]}, [True, {"a": 0}], False),
        ({"enum": [[1, {"a": 0}]]}, [1, {"a": False}], False),
        ({"const": 1}, Decimal("1.0"), True),
        ({"type": "integer"}, Decimal("1.0"), False),
        ({"type": "number"}, 1.0, False),
        ({"type": "number"}, True, False),
        ({"type": ["integer", "null"]}, None, True),
        ({"pattern": "^[a-z]+$"}, "abc\n", False),
        ({"pattern": "^[a-z]+$"}, "abc", True),
        ({"pattern": "a\\$"}, "a$\n", True),
        ({"minLength": 1}, "\U0001f600", True),
        ({"maxLength": 1}, "\U0001f600", True),
        ({"maximum": Decimal("0.05")}, Decimal("0.05"), True),
        ({"exclusiveMaximum": Decimal("0.05")}, Decimal("0.05"), False),
        ({"multipleOf": Decimal("0.01")}, Decimal("1.005"), False),
        ({"multipleOf": Decimal("0.01")}, Decimal("1.01"), True),
        ({"additionalProperties": False}, {"a": 1}, False),
        ({"properties": {"a": True}, "additionalProperties": False}, {"a": 1}, True),
        (
            {"$defs": {"tree": {"items": {"$ref": "#/$defs/tree"}, "type": "array"}}, "$ref": "#/$defs/tree"},
            [[], [[]]],
            True,
        ),
        (
            {"$defs": {"tree": {"items": {"$ref": "#/$defs/tree"}, "type": "array"}}, "$ref": "#/$defs/tree"},
            [[], [1]],
            False,
        ),
        ({"$ref": "#/$defs/a~1b", "maxLength": 1, "$defs": {"a/b": {"type": "string"}}}, "ab", False),
        ({"x-kind": "money", "description": "d", "default": 3}, "anything", True),
        (True, None, True),
        (False, None, False),
    ],
)
def test_the_corners(node: Any, value: Any, accepted: bool) -> None:
    assert Reader(node).node(node)(value) is accepted
    assert _validator(node).is_valid(value) is accepted


@pytest.mark.parametrize(
    "node",
    [*UNKNOWN, {"propertyNames": {"maxLength": 1}}],
)
def test_what_is_not_known_is_refused_and_left_to_jsonschema(node: dict[str, Any]) -> None:
    for document in (node, {"properties": {"a": {"anyOf": [True, {"not": node}]}}}):
        with pytest.raises(UnknownKeyword):
            Reader(document).node(document)
    schema = DealSchema({"type": "object", "properties": {"a": {"type": "array", "uniqueItems": True}}})
    assert schema.violations({"a": [1, 2]}, merged=False) == ()
    assert [found.path for found in schema.violations({"a": [1, 1]}, merged=False)] == [("a",)]


# ---- the schema of deals


@cache
def values_of(name: str) -> Any:
    merged = draft(CONTRACTS / name).deal
    assert merged is not None
    return merged.values


@pytest.mark.parametrize("name", DEALS)
def test_the_example_deals_are_accepted_at_once(name: str) -> None:
    assert library().schema._accepts(values_of(name), merged=True, groups=None)


ODD = (
    None,
    True,
    False,
    0,
    -1,
    10**12,
    Decimal("0.5"),
    Decimal("99.999999"),
    "",
    "x",
    "FR",
    "2026-06-01",
    "199.00\n",
    [],
    {},
    [{}],
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of a value with every key in it."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from places(value[key])


def spoilt(value: Any, pick: random.Random) -> Any:
    """The value with up to three fields or entries dropped, doubled, renamed or set to something else."""
    value = copy.deepcopy(value)
    for _ in range(pick.randint(0, 3)):
        container, key = pick.choice(list(places(value)))
        match pick.randrange(4):
            case 0:
                del container[key]
            case 1 if isinstance(container, list):
                container.append(container[key])
            case 2 if isinstance(container, dict):
                container[f"{key}_"] = container[key]
            case _:
                container[key] = pick.choice(ODD)
    return value


@settings(max_examples=150, suppress_health_check=SLOW)
@given(SEEDS)
def test_a_changed_deal_is_judged_as_jsonschema_judges_it(seed: int) -> None:
    pick = random.Random(seed)
    schema = library().schema
    validator = _validator(fold_required(schema.document))
    changed = spoilt(values_of(pick.choice(DEALS)), pick)
    accepted = schema._accepts(changed, merged=True, groups=None)
    assert accepted is validator.is_valid(changed)
    groups = frozenset(pick.sample(sorted(changed), min(3, len(changed))))
    if schema._accepts(changed, merged=True, groups=groups):
        assert not [error for error in validator.iter_errors(changed) if error.path and error.path[0] in groups]


@settings(max_examples=100, suppress_health_check=SLOW)
@given(SEEDS)
def test_what_is_wrong_with_some_groups_is_what_is_wrong_with_them_among_all(seed: int) -> None:
    pick = random.Random(seed)
    schema = library().schema
    changed = spoilt(values_of(pick.choice(DEALS)), pick)
    groups = frozenset(pick.sample(sorted(changed), len(changed) // 2))
    some, every = (schema.violations(changed, merged=True, groups=one) for one in (groups, None))
    assert {found for found in some if found.path[:1] and found.path[0] in groups} == {
        found for found in every if found.path[:1] and found.path[0] in groups
    }


def test_a_line_break_behind_an_amount_is_wrong_in_one_group_too() -> None:
    values = copy.deepcopy(values_of("tpe-boulangerie.yaml"))
    values["pricing"]["lines"][0]["unit_price"] = "199.00\n"
    (found,) = library().schema.violations(values, merged=True, groups=frozenset({"pricing"}))
    assert found.code == "wrong-form"


def test_a_schema_with_a_keyword_that_is_not_read_accepts_nothing_at_once() -> None:
    document = {"properties": {"a": {"type": "integer"}, "b": {"unevaluatedItems": False}}}
    assert acceptor(document, "properties", "a")(1)
    assert not acceptor(document, "properties", "a")("1")
    assert not acceptor(document, "properties", "b")([])
    assert not acceptor(document)({})
