"""The security assurance plan: who answers for what, what is reported, how long an update can wait."""

from __future__ import annotations

import re
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from generator import Options, draft
from generator.formulas.context import Context
from generator.formulas.patch_windows import LONGEST, update_gap_days
from generator.writers import markdown

ROOT = Path(__file__).resolve().parent.parent
TABLES = ("security.responsibilities", "security.responsibilities-full")
DEALS = ("tpe-boulangerie", "pme-acme", "eti-cogere", "gc-grand-compte")


def rows(text: str) -> list[str]:
    """The rows of the one table of a text, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return lines[2:]


def ways(row: str) -> set[str]:
    """The row in every combination of its conditions; the same condition goes the same way in all cells."""
    conditions = list(dict.fromkeys(re.findall(r"{% if (.*?) %}", row)))
    found = set()
    for truths in product((True, False), repeat=len(conditions)):
        holds = dict(zip(conditions, truths, strict=True))
        found.add(
            re.sub(
                r"{% if (.*?) %}(.*?){% else %}(.*?){% endif %}",
                lambda match, holds=holds: match[2] if holds[match[1]] else match[3],
                row,
            )
        )
    return found


@pytest.mark.parametrize("clause", TABLES)
def test_each_area_of_security_has_exactly_one_party_that_answers_for_it(clause: str) -> None:
    source = (ROOT / "clauses" / "base" / (clause.replace(".", "/") + ".md")).read_text("utf-8")
    french, english = source.split("# en: ")
    assert len(rows(french)) == len(rows(english)) >= 12
    for row in (*rows(french), *rows(english)):
        for written in ways(row):
            assert "{%" not in written
            cells = [cell.strip() for cell in written.strip("|").split("|")[1:]]
            letters = [letter for cell in cells for letter in re.findall(r"\b[RACI]\b", cell)]
            assert letters.count("A") == 1, written
            assert "R" in letters, written


def test_both_languages_give_each_area_the_same_roles() -> None:
    for clause in TABLES:
        french, english = (
            (ROOT / "clauses" / "base" / (clause.replace(".", "/") + ".md")).read_text("utf-8").split("# en: ")
        )
        for one, other in zip(rows(french), rows(english), strict=True):
            assert one.split("|")[2:4] == other.split("|")[2:4]


@cache
def printed(deal: str) -> str:
    """The whole French contract of an example, in plain text."""
    found = draft(ROOT / "contracts" / f"{deal}.yaml", options=Options(language="fr"))
    assert found.complete
    return markdown.write(found.contracts["fr"]).decode("utf-8").replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("deal", DEALS)
def test_an_incident_of_the_providers_own_tools_is_reported_in_time(deal: str) -> None:
    text = printed(deal)
    warned = re.findall(r"[^.]*Prestataire avertit le Client de tout Incident de sécurité[^.]*\.", text)
    assert len(warned) == 1
    assert "propres systèmes" in warned[0] or "même dans ses Outils" in warned[0]
    assert re.search(r"\d+ heures", warned[0])


@pytest.mark.parametrize("deal", DEALS)
def test_an_attack_is_not_force_majeure_in_itself(deal: str) -> None:
    event = re.search(r"\*\*Force majeure\.\*\*.*?(?=\n\n)", printed(deal), re.S)
    assert event is not None
    assert "cyberattaque" in event[0]
    assert re.search(r"N’en sont pas|n’en est pas une en elle-même", event[0])


@pytest.mark.parametrize("deal", DEALS)
def test_the_plan_is_a_schedule_except_for_a_very_small_client(deal: str) -> None:
    text = printed(deal)
    assert ("Plan d'assurance sécurité\n" in text.replace("’", "'")) is (deal != "tpe-boulangerie")
    assert text.count("authentification multifacteur") >= 1


def window(**values: Any) -> dict[str, Any]:
    usual = {"recurrence": "monthly", "weekday": "tue", "week_of_month": [], "tasks": ["os_updates"]}
    return {**usual, **values}


def gap(*windows: dict[str, Any]) -> int:
    deal = {"meta": {"effective_date": "2026-06-01"}, "maintenance": {"windows": list(windows)}}
    return update_gap_days(deal, Context.__new__(Context))


@pytest.mark.parametrize(
    ("windows", "days"),
    [
        ([window(recurrence="weekly")], 7),
        ([window(week_of_month=[2])], 35),
        ([window(recurrence="twice_monthly", week_of_month=[2, 4])], 21),
        ([window(recurrence="twice_monthly")], 21),
        ([window(recurrence="quarterly")], 98),
        ([window(week_of_month=[5])], 91),
        ([window(recurrence="custom", rrule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")], 14),
        ([window(recurrence="custom", rrule="FREQ=MONTHLY;BYDAY=2TU")], 31),
        ([window(recurrence="custom", rrule="every other Tuesday")], LONGEST),
        ([window(recurrence="custom", rrule="FREQ=YEARLY;INTERVAL=3")], LONGEST),
        ([window(tasks=["log_review"])], LONGEST),
        ([window(week_of_month=[2]), window(week_of_month=[4])], 21),
        ([window(week_of_month=[2]), window(recurrence="weekly", tasks=["disk_health"])], 35),
    ],
)
def test_the_longest_wait_for_a_window_that_installs_updates(windows: list[dict[str, Any]], days: int) -> None:
    assert gap(*windows) == days
