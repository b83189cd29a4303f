"""The checklist: what each item of a pack is worth, where it is found, and that each can be missed."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from generator.cli import main
from generator.conditions.evaluate import text_of
from generator.conditions.expressions import Literal_
from generator.library.model import ChecklistItem
from generator.pipeline import Draft, draft, draft_text
from generator.schema_types import BOOLEAN
from generator.score import HIGHEST, Score, score, scored
from tests.deals import CONTRACTS, library

LEAST = {"pme-acme": 97, "eti-cogere": 97, "gc-grand-compte": 97, "tpe-boulangerie": 90}
"""Percent."""
WEIGHTS = 198
"""The sum of all weights in contract-pack, section 8."""


@cache
def example(name: str) -> Draft:
    return draft(CONTRACTS / f"{name}.yaml")


def scores(made: Draft) -> Score:
    found = score(made, next(iter(made.numbered), ""))
    assert found is not None, [finding.message for finding in made.report.diagnostics if finding.is_error]
    return found


def level(made: Draft, item: str) -> int:
    return next(one.level for one in scores(made).items if one.item.id == item)


ITEMS = library().checklist
NAMES = [item.id for item in ITEMS]


def test_the_checklist_has_its_eighty_items_in_order_with_their_weights() -> None:
    assert [f"C{number:02}" for number in range(1, 81)] == NAMES
    assert sum(item.weight for item in ITEMS) == WEIGHTS


@pytest.mark.parametrize("name", LEAST)
def test_an_example_reaches_its_score(name: str) -> None:
    found = scores(example(name))
    lacking = {one.item.id: (one.lacking, one.unsettled, one.broken) for one in found.items if one.level < HIGHEST}
    assert 100 * found.share >= LEAST[name], lacking


@pytest.mark.parametrize("item", ITEMS, ids=NAMES)
def test_each_item_falls_with_what_it_needs(item: ChecklistItem) -> None:
    """Without its places it is absent, without one mentioned, with a finding of its rules no more than precise."""
    facts = example("gc-grand-compte").facts
    assert facts is not None
    closed = replace(item, precise=None)
    every = {names[0]: "article 1" for names in item.places}
    assert scored(closed, facts, every, set()).level == HIGHEST
    assert scored(closed, facts, {}, set()).level == 0
    for names in item.places:
        less = {name: where for name, where in every.items() if name not in names}
        assert scored(closed, facts, less, set()).level == (1 if less else 0)
        for other in names[1:]:
            assert scored(closed, facts, {**less, other: "article 2"}, set()).level == HIGHEST
    for rule in item.rules:
        assert scored(closed, facts, every, {rule}).level == HIGHEST - 1
        assert scored(closed, facts, every, {f"{rule}-part"}).broken == (f"{rule}-part",)
        assert scored(closed, facts, every, {f"{rule}9"}).broken == ()


@pytest.mark.parametrize("item", [item for item in ITEMS if item.precise], ids=lambda item: item.id)
def test_what_a_deal_leaves_open_is_only_mentioned(item: ChecklistItem) -> None:
    assert item.precise is not None
    facts = example("gc-grand-compte").facts
    assert facts is not None
    every = {names[0]: "article 1" for names in item.places}
    never = replace(item.precise, expression=Literal_(False, BOOLEAN))
    found = scored(replace(item, precise=never), facts, every, set())
    assert (found.level, found.unsettled) == (1, True), text_of(item.precise.expression)


BACKUP = ("backup_workstation", "backup_server", "backup_saas", "bcdr")


def test_a_deal_without_backups_does_not_score_their_items() -> None:
    """``C64`` to ``C66``: jobs, times and tests of backups."""
    text = (CONTRACTS / "pme-acme.yaml").read_text("utf-8")
    deal = yaml.safe_load(text)
    deal["services"] = [service for service in deal["services"] if service["code"] not in BACKUP]
    deal["pricing"]["lines"] = [line for line in deal["pricing"]["lines"] if line["service"] not in BACKUP]
    deal.setdefault("scope", {})["declined_services"] = [
        {"service": code, "advised_on": "2026-04-02", "acknowledged": True} for code in BACKUP
    ]
    without = draft_text("contracts/without.yaml", yaml.safe_dump(deal, allow_unicode=True), CONTRACTS)
    assert without.plan is not None, [finding.message for finding in without.report.diagnostics if finding.is_error]
    for item in ("C64", "C65", "C66"):
        assert level(example("pme-acme"), item) == HIGHEST
        assert level(without, item) < HIGHEST - 1


def test_a_rule_that_finds_something_costs_the_last_level() -> None:
    found = {one.item.id: one for one in scores(draft(CONTRACTS / "pme-dix-erreurs.yaml")).items}
    assert any(one.broken and one.level == HIGHEST - 1 for one in found.values())


# ---- the command


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, words, prog_name="clausier")
    return result.exit_code, result.output


def test_the_command_tells_each_item_where_it_is_and_the_score() -> None:
    status, output = run("pack", "score", str(CONTRACTS / "pme-acme.yaml"))
    assert status == 0
    assert [name for name in NAMES if f" {name}  " not in output] == []
    found = scores(example("pme-acme"))
    assert output.rstrip().endswith(f"({found.points} of {found.most} points, 80 items)")
    assert "article\u00a0" in output


def test_only_what_is_missing_can_be_told() -> None:
    status, output = run("pack", "score", "--missing", str(CONTRACTS / "tpe-boulangerie.yaml"))
    assert status == 0
    low = {one.item.id for one in scores(example("tpe-boulangerie")).items if one.level < HIGHEST}
    assert {name for name in NAMES if f" {name}  " in output} == low != set()


def test_a_machine_reads_the_score() -> None:
    status, output = run("pack", "score", "--format", "json", "--lang", "en", str(CONTRACTS / "gc-grand-compte.yaml"))
    assert status == 0
    read = json.loads(output)
    assert [item["id"] for item in read["items"]] == NAMES
    assert read["points"] == sum(item["weight"] * item["level"] for item in read["items"])
    assert read["most"] == HIGHEST * WEIGHTS
    assert any("Section" in where or "Schedule" in where for item in read["items"] for where in item["found"])


def test_the_status_says_that_the_deal_is_in_error() -> None:
    status, output = run("pack", "score", str(CONTRACTS / "pme-dix-erreurs.yaml"))
    assert status == 1
    assert "score:" in output


def test_a_deal_that_makes_no_pack_is_said_to_be_so(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("meta: {deal_id: x}\n", "utf-8")
    status, output = run("pack", "score", str(broken))
    assert status == 1
    assert "score:" not in output
    status, _ = run("pack", "score", str(tmp_path / "none.yaml"))
    assert status == 2
