"""Conditions that never change, told from those that do: examples, and every assignment of random ones."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_hours import SCHEMA

from generator.conditions import Expression, evaluate
from generator.conditions.parse import parse_condition
from generator.lint.constant_condition import MOST_TRIES, outcome
from generator.schema_types import Type

NAMES = {name: member.type for name, member in SCHEMA.type.fields.items()} | {
    "yes": Type("boolean"), "no": Type("boolean"), "n": Type("integer"), "m": Type("integer"), "x": Type("number"),
    "day": Type("date"), "word": Type("string"), "one": Type("enum", values=("a", "b", "c")),
}  # fmt: skip


def parsed(text: str) -> Expression:
    return parse_condition(text, NAMES)


@pytest.mark.parametrize(
    ("text", "is_"),
    [
        ("yes or not yes", True),
        ("yes and not yes", False),
        ("not (yes and not yes)", True),
        ("yes or not no", None),
        ("yes", None),
        ("n == 1 or n != 1", True),
        ("n == 1 or n != 2", None),
        ("n == 1 and n == 2", False),
        ("n != 1 and n != 2", None),
        ("n > 5 and n < 3", False),
        ("n > 5 and n < 7", None),
        ("n > 5 and n < 6", False),
        ("x > 5 and x < 6", None),
        ("x >= 5 and x <= 5", None),
        ("x > 5 and x <= 5", False),
        ("n > 5.5 and n < 5.9", False),
        ("5 < n or 5 >= n", True),
        ("5 < n or 5 > n", None),
        ("n < m or n >= m", True),
        ("n < m and m < n", False),
        ("n <= m and m <= n", None),
        ("n == m or n < m or m < n", True),
        ("one == 'a' or one == 'b' or one == 'c'", True),
        ("one == 'a' or one == 'b'", None),
        ("one in ['a', 'b', 'c']", True),
        ("one in ['a', 'b'] and one == 'c'", False),
        ("word == 'a' or word == 'b'", None),
        ("word == 'a' and word == 'b'", False),
        ("day < '2026-01-01' or day >= '2026-01-01'", True),
        ("day > '2026-01-01' and day < '2026-01-03'", None),
        ("day > '2026-01-03' and day < '2026-01-01'", False),
        ("term.notice_months >= 0", True),
        ("term.notice_months > 0", None),
        ("liability.cap.multiplier < 1", None),
        ("liability.cap.multiplier < 0.5", False),
        ("liability.cap.multiplier <= 0.5", None),
        ("services | length >= 0", True),
        ("services | length < 0", False),
        ("services | length > 0", None),
        ("services | length > 0 and services | length < 1", False),
        ("'bcdr' in services or 'bcdr' not in services", True),
        ("'bcdr' in services or 'helpdesk' not in services", None),
        ("term.renewal_months is defined or term.renewal_months is not defined", True),
        ("term.renewal_months is defined and term.renewal_months > 3", None),
        ("term.renewal_months | default(1) > 5 and term.renewal_months | default(1) < 3", False),
        ("term.renewal_months | default(1) > 5 and term.renewal_months | default(9) < 3", None),
        ("services | any(code == 'bcdr') and not services | any(code == 'bcdr')", False),
        ("n + 1 > 5 and n + 1 < 3", False),
        ("n + 1 > 5 and n + 2 < 3", None),
        ("yes and (n == 1 or n != 1)", None),
    ],
)
def test_what_a_condition_always_comes_to(text: str, is_: bool | None) -> None:
    assert outcome(parsed(text)) is is_


ATOMS = [
    "yes",
    "no",
    "n < 1",
    "n == 1",
    "n <= 2",
    "n > 2",
    "m < n",
    "n < m",
    "one == 'a'",
    "one != 'b'",
    "one in ['b', 'c']",
]
VALUES = {"yes": (False, True), "no": (False, True), "n": range(-1, 5), "m": range(-2, 6), "one": ("a", "b", "c")}
SCOPES = [dict(zip(VALUES, values, strict=True)) for values in product(*VALUES.values())]
CONDITIONS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        inner.map(lambda text: f"not ({text})"),
        st.builds(lambda one, sign, two: f"({one}) {sign} ({two})", inner, st.sampled_from(["and", "or"]), inner),
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(CONDITIONS)
def test_a_condition_that_is_called_constant_is_so_in_every_deal(text: str) -> None:
    """Not each constant one is found: how a field compares with another is tried apart from its own value."""
    expression = parsed(text)
    results = {evaluate(expression, scope) for scope in SCOPES}
    found = outcome(expression)
    assert found is None or results == {found}
    if "m" not in text:
        assert (found is None) == (len(results) == 2)


def test_a_condition_that_asks_too_many_things_is_left_to_the_proof() -> None:
    many = " or ".join(f"n == {10 * count} or m == {10 * count} or x == {count}" for count in range(11))
    assert MOST_TRIES < 33 * 33 * 23  # so many values of n, m and x make a difference
    assert outcome(parsed(f"{many} or n != 0")) is None
    assert outcome(parsed("n == 0 or m == 0 or x == 0 or n != 0")) is True
