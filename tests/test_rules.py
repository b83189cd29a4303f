"""Each rule has an edit of an example that breaks it and one that keeps it (``tests/cases/rules/*.yaml``)."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator.deal import Deal
from generator.facts import derive
from generator.library.model import Library
from generator.pipeline import Options, library_of, merged_deal
from generator.rulings import judge
from generator.schema import typed, with_defaults
from generator.source import read_yaml
from generator.workspace import Workspace

CASES = Path(__file__).parent / "cases" / "rules"
ROOT = Path(__file__).resolve().parent.parent


def values_of(path: Path) -> Any:
    source, found = read_yaml(path.name, path.read_text("utf-8"))
    assert source is not None, found
    return source.value


def cases() -> list[Any]:
    return [pytest.param(entry, id=entry["rule"]) for path in sorted(CASES.glob("*.yaml")) for entry in values_of(path)]


@cache
def library() -> Library:
    found, _ = library_of(Workspace.default())
    assert found is not None
    return found


@cache
def base(name: str) -> Deal:
    source, found = read_yaml(name, (ROOT / name).read_text("utf-8"))
    assert source is not None, found
    deal, found = merged_deal(library(), source, ROOT / "contracts", Options())
    assert deal is not None, [(d.message, d.help) for d in found]
    return deal


def edited(deal: Deal, edits: dict[str, Any]) -> Deal:
    """The merged deal with the edits of a case: dotted paths, ``[0]`` for entries, null takes a field away."""
    values: Any = deepcopy(dict(deal.values))
    for dotted, value in edits.items():
        steps: list[Any] = [int(s) if s.isdigit() else s for s in dotted.replace("[", ".").replace("]", "").split(".")]
        target = values
        for step in steps[:-1]:
            target = target.setdefault(step, {}) if isinstance(target, dict) else target[step]
        if value is None:
            target.pop(steps[-1], None)
        else:
            target[steps[-1]] = value
    type_ = library().schema.type
    return replace(deal, values=typed(type_, with_defaults(type_, values)))


def rules_found(case: dict[str, Any], edits: dict[str, Any]) -> set[str]:
    facts, found = derive(library(), edited(base(case["given"]), edits), case.get("as_of", ""))
    assert facts is not None, found
    return {ruling.rule.id for ruling in judge(library(), facts, "fr").rulings}


@pytest.mark.parametrize("case", cases())
def test_a_rule_finds_what_breaks_it_and_nothing_else(case: dict[str, Any]) -> None:
    broken = rules_found(case, case["breaks"])
    kept = rules_found(case, case["keeps"])
    assert case["rule"] in broken
    assert case["rule"] not in kept


def test_every_rule_has_a_case() -> None:
    cased = {entry["rule"] for path in CASES.glob("*.yaml") for entry in values_of(path)}
    assert {rule.id for rule in library().rules} - cased == set()


def test_every_law_based_rule_cites_a_fact_that_exists() -> None:
    known = library()
    facts = {rule.fact for rule in known.rules if rule.fact} | {o.fact for o in known.obligations}
    assert facts <= set(known.law)
