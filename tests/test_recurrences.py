"""How a maintenance window recurs, in words that a person reads and in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from generator.formulas.context import Context
from generator.formulas.recurrences import recurrence, window_rule_conflicts
from tests.deals import library

CASES = [
    ("FREQ=MONTHLY;BYDAY=2TU", "chaque mois, le deuxième mardi", "every month, on the second Tuesday"),
    ("FREQ=MONTHLY;INTERVAL=2", "tous les 2 mois, le mardi", "every 2 months, on Tuesday"),
    (
        "freq=weekly;interval=2;byday=tu,th",
        "toutes les 2 semaines, le mardi et le jeudi",
        "every 2 weeks, on Tuesday and on Thursday",
    ),
    ("FREQ=MONTHLY;BYDAY=-1SU", "chaque mois, le dernier dimanche", "every month, on the last Sunday"),
    (
        "FREQ=YEARLY;BYMONTH=3,9;BYDAY=1SA",
        "chaque année, en mars et septembre, le premier samedi",
        "every year, in March and September, on the first Saturday",
    ),
    ("FREQ=DAILY", "chaque jour", "every day"),
    ("FREQ=DAILY;INTERVAL=3", "tous les 3 jours", "every 3 days"),
    ("FREQ=MONTHLY;BYDAY=5FR", "chaque mois, le cinquième vendredi", "every month, on the fifth Friday"),
    (
        "FREQ=WEEKLY;BYDAY=MO,WE,FR",
        "chaque semaine, le lundi, le mercredi et le vendredi",
        "every week, on Monday, on Wednesday and on Friday",
    ),
    (
        "FREQ=YEARLY;INTERVAL=2;BYMONTH=01,12",
        "tous les 2 ans, en janvier et décembre, le mardi",
        "every 2 years, in January and December, on Tuesday",
    ),
    (
        "FREQ=MONTHLY;INTERVAL=2;BYMONTH=3,9;BYDAY=1SA",
        "tous les 2 mois, en mars et septembre, le premier samedi",
        "every 2 months, in March and September, on the first Saturday",
    ),
]
UNTOLD = [
    "FREQ=MONTHLY;BYSETPOS=-1;BYDAY=TU",
    "FREQ=MONTHLY;BYMONTH=13",
    "FREQ=MONTHLY;BYMONTH=3,13",
    "FREQ=YEARLY;BYDAY=1SA",
    "FREQ=WEEKLY;BYMONTH=3;BYDAY=1SA",
    "FREQ=WEEKLY;BYDAY=2TU",
    "FREQ=MONTHLY;BYDAY=7TU",
    "FREQ=YEARLY;BYDAY=20MO",
    "FREQ=MONTHLY;BYMONTHDAY=15",
    "FREQ=WEEKLY;COUNT=10",
]


def window(rule: str = "", **other: Any) -> dict[str, Any]:
    own = {"rrule": rule, "recurrence": "custom"} if rule else {"recurrence": "monthly"}
    return {"weekday": "tue", "week_of_month": [], "scope": "serveurs", **own, **other}


@pytest.fixture(scope="module")
def context() -> Context:
    held = library()
    return Context(held.schema, held.services, (), {}, {}, "2026-06-01")


@pytest.mark.parametrize(("rule", "fr", "en"), CASES)
def test_a_rule_is_told_in_words(rule: str, fr: str, en: str, context: Context) -> None:
    assert [recurrence(window(rule), context, language) for language in ("fr", "en")] == [fr, en]


@pytest.mark.parametrize("rule", UNTOLD)
def test_what_has_no_words_is_printed_as_it_is(rule: str, context: Context) -> None:
    parts = rule.replace(";", "; ")
    assert recurrence(window(rule), context, "fr") == f"selon la récurrence {parts} (RFC 5545)"
    assert recurrence(window(rule), context, "en") == f"by the recurrence {parts} (RFC 5545)"


def test_the_usual_windows_say_their_week_and_their_day(context: Context) -> None:
    second = window(week_of_month=[2, 4])
    assert recurrence(second, context, "fr") == "mensuelle, le deuxième et le quatrième mardi"
    assert recurrence(second, context, "en") == "monthly, on the second and fourth Tuesday"
    assert recurrence(window(), context, "en") == "monthly, on Tuesday"


@pytest.mark.parametrize(
    ("held", "conflicts"),
    [
        (window("FREQ=MONTHLY;BYDAY=2TU"), False),
        (window("FREQ=MONTHLY;BYDAY=2WE"), True),
        (window("FREQ=WEEKLY;BYDAY=MO,TU"), False),
        (window("FREQ=WEEKLY;BYDAY=TU,TH"), False),
        (window("FREQ=MONTHLY"), False),
        (window("FREQ=MONTHLY", week_of_month=[2]), True),
        (window("FREQ=MONTHLY", recurrence="monthly"), True),
        (window(), False),
    ],
)
def test_a_rule_that_says_otherwise_is_named(held: dict[str, Any], conflicts: bool, context: Context) -> None:
    found = window_rule_conflicts({"maintenance": {"windows": [held]}}, context)
    assert found == ([{"fr": "serveurs", "en": "serveurs"}] if conflicts else [])


def test_every_window_with_a_rule_that_says_otherwise_is_named_by_its_name(context: Context) -> None:
    other = window("FREQ=MONTHLY;BYDAY=2WE", name="Nuit")
    assert window_rule_conflicts({"maintenance": {"windows": [window(), other]}}, context) == [
        {"fr": "Nuit", "en": "Nuit"}
    ]
