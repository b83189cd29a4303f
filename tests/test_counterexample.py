"""A goal that does not hold is shown on a deal, also where that deal is not easily made; one fault a library."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from generator.prove.aiming import aimed
from generator.prove.aspects import Aspect
from generator.schema_types import Field, Type
from generator.workspace import Workspace
from tests.proving import inside, run

FAULTY = 1


@pytest.fixture
def good() -> Iterator[Workspace]:
    with inside() as workspace:
        yield workspace


def changed(workspace: Workspace, file: str, *edits: tuple[str, str]) -> None:
    path = workspace.clauses / file
    text = path.read_text("utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def shown(workspace: Workspace, *words: str) -> str:
    """What a proof that fails says."""
    result = run(workspace, "library", "prove", "--again", *words)
    assert result.exit_code == FAULTY
    return result.stdout


def test_a_list_by_names_is_as_long_as_it_has_names(good: Workspace) -> None:
    changed(
        good,
        "base/hours/office.md",
        ("when: sla.hours == 'office'", "when: sla.hours == 'office' and services | length != 3"),
    )
    text = shown(good)
    assert "for example contracts/tpe.yaml with services + " in text
    assert "the program then says: no clause fills `hours` of D01 for this deal" in text


def test_a_length_that_no_list_by_names_has_is_no_fault(good: Workspace) -> None:
    changed(
        good,
        "base/hours/office.md",
        ("when: sla.hours == 'office'", "when: sla.hours == 'office' and services | length != 4"),
    )
    # A length is asked for in two conditions; otherwise nothing is wrong with one that no list has.
    assert set(re.findall(r"^error\[([a-z-]+)\]", shown(good), re.MULTILINE)) == {"lone-length"}


def test_the_entry_that_a_loop_lets_through_is_the_one_that_lacks_the_value(good: Workspace) -> None:
    loop, guarded = "{% for site in sites %}", "{% if site.phone is defined %}, {{ site.phone }}{% endif %}"
    changed(
        good,
        "base/backup/sites.md",
        (loop, "{% for site in sites if site.staff > 60 %}"),
        (guarded, ", {{ site.phone }}"),
    )
    assert "for example contracts/pme.yaml as it is" in shown(good)
    # The first site has what the text prints; it is the second that lacks it.
    deal = Path("contracts/pme.yaml")
    deal.write_text(
        deal.read_text("utf-8")
        .replace("{id: colmar, staff: 80}", '{id: colmar, staff: 10, phone: "1"}')
        .replace('staff: 40, phone: "03 53 01 40 01"', "staff: 90"),
        "utf-8",
    )
    assert "for example contracts/pme.yaml as it is" in shown(good)


def test_a_fault_behind_another_is_shown_with_what_stops_the_program(good: Workspace) -> None:
    changed(good, "base/renewal/express.md", ("'express'", "'express' and term.months > 200"))
    printed = "{% if term.renewal == 'express' %} {{ sla.rpo_hours }}{% endif %}."
    path = good.clauses / "base" / "purpose.md"
    path.write_text(
        "\n".join(line[:-1] + printed if line.endswith(".") else line for line in path.read_text("utf-8").split("\n")),
        "utf-8",
    )
    text = shown(good)
    assert "this text can read `sla.rpo_hours` in a deal that does not have it" in text
    assert "the program stops before it comes to this: no clause fills `renewal` of D01 for this deal" in text
    assert "no deal was found" not in text


def test_where_no_deal_is_valid_those_at_hand_are_made_valid(good: Workspace) -> None:
    changed(good, "base/rules.yaml", ("assert: term.notice_months < term.months", "assert: sla.rpo_hours is defined"))
    changed(good, "base/renewal/express.md", ("'express'", "'express' and term.months > 1"))
    text = shown(good)
    assert "made valid by sla.rpo_hours absent -> " in text
    assert "the program then says: no clause fills `renewal` of D01 for this deal" in text


def test_a_saved_counterexample_is_checked_wherever_it_lies(good: Workspace, tmp_path: Path) -> None:
    changed(good, "base/renewal/express.md", ("'express'", "'express' and term.months > 1"))
    folder = tmp_path / "shown"
    shown(good, "--save", str(folder))
    checked = run(good, "check", str(folder / "counterexample-01.yaml"))
    assert checked.exit_code == FAULTY
    assert "error[missing-clause]: no clause fills `renewal` of D01" in checked.stdout


def test_a_proof_that_holds_saves_nothing(good: Workspace, tmp_path: Path) -> None:
    assert run(good, "library", "prove", "--again", "--save", str(tmp_path / "shown")).exit_code == 0
    assert not (tmp_path / "shown").exists()


# ---- numbers that formulas make

PRICES = Type(
    "record", fields={name: Field(Type(kind), True) for name, kind in (("price", "money"), ("months", "integer"))}
)


def total(deal: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**deal, "facts": {"total": deal["price"] * deal["months"] + 5}}


@pytest.mark.parametrize(
    ("target", "found"), [(1205, {("price", 100), ("months", 120)}), (17, {("price", 1), ("months", 1)})]
)
def test_a_number_is_reached_by_the_fields_that_it_moves_with(target: int, found: set[tuple[str, int]]) -> None:
    wanted = {Aspect("number", ("facts", "total")): Fraction(target)}
    deal = {"price": 10, "months": 12}
    made = list(aimed(PRICES, deal, wanted, iter([("price",), ("months",)]), total))
    assert {(name, each[name]) for each in made for name in deal if each[name] != deal[name]} == found


def test_a_number_that_is_as_wanted_is_left(good: Workspace) -> None:
    wanted = {Aspect("number", ("facts", "total")): Fraction(125)}
    assert list(aimed(PRICES, {"price": 10, "months": 12}, wanted, iter([("price",)]), total)) == []
