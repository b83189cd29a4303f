"""Each rule has an edit of an example that breaks it and one that keeps it (``tests/cases/rules/*.yaml``).

A case edits the text of its author's deal, before the profiles are merged, or with ``applies_to: merged`` the merged
values. A case of an approval has ``approval`` in place of ``rule``: what breaks it is what asks for the approval.
"""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator.deal import Deal
from generator.facts import Facts, derive
from generator.library.playbook import approvals_of
from generator.pipeline import Options, merged_deal
from generator.rulings import Rulings, judge
from generator.schema import typed, with_defaults
from generator.source import Source, read_yaml
from tests.deals import library
from tests.rule_findings import PAGE, block

CASES = Path(__file__).parent / "cases" / "rules"
ROOT = Path(__file__).resolve().parent.parent

WITHOUT_A_CASE = {
    "R006": "every code that the schema allows has a sheet in the catalogue, so that no deal can break it",
}


def values_of(path: Path) -> Any:
    source, found = read_yaml(path.name, path.read_text("utf-8"))
    assert source is not None, found
    return source.value


@cache
def entries() -> list[dict[str, Any]]:
    return [entry for path in sorted(CASES.glob("*.yaml")) for entry in values_of(path)]


def id_of(case: dict[str, Any]) -> str:
    return str(case.get("rule") or case["approval"])


@cache
def author_values(name: str) -> Any:
    return values_of(ROOT / name)


def merged(name: str, source: Source) -> Deal:
    deal, found = merged_deal(library(), source, (ROOT / name).parent, Options())
    assert deal is not None, [(d.message, d.help) for d in found]
    return deal


@cache
def merged_base(name: str) -> Deal:
    source, found = read_yaml(name, (ROOT / name).read_text("utf-8"))
    assert source is not None, found
    return merged(name, source)


def edited_by_the_author(name: str, edits: dict[str, Any]) -> Deal:
    """The deal whose author wrote the edits: the profiles are merged with the changed text."""
    values = with_edits(author_values(name), edits)
    text = json.dumps(values, ensure_ascii=False, default=float)
    source, found = read_yaml(name, text)
    assert source is not None, found
    return merged(name, source)


def edited_after_merging(name: str, edits: dict[str, Any]) -> Deal:
    """The merged deal with the edits: a list is then what the case says, whatever the profiles hold."""
    deal, type_ = merged_base(name), library().schema.type
    values = with_edits(dict(deal.values), edits, null_removes=True)
    return replace(deal, values=typed(type_, with_defaults(type_, values)))


def with_edits(values: Any, edits: dict[str, Any], *, null_removes: bool = False) -> Any:
    """A copy of the values with each dotted path set; ``null_removes`` takes a field away where the value is null."""
    values = deepcopy(values)
    for dotted, value in edits.items():
        *groups, name = dotted.split(".")
        target = values
        for group in groups:
            target = target.setdefault(group, {})
        if value is None and null_removes:
            target.pop(name, None)
        else:
            target[name] = value
    return values


def facts_of(case: dict[str, Any], edits: dict[str, Any]) -> Facts:
    make = edited_after_merging if case.get("applies_to") == "merged" else edited_by_the_author
    facts, found = derive(library(), make(case["given"], edits), case.get("as_of", ""))
    assert facts is not None, found
    return facts


@cache
def proposing_a_fix() -> set[str]:
    return {rule.id for rule in library().rules if rule.fix is not None}


def judged(case: dict[str, Any], facts: Facts) -> Rulings:
    """What the rule or the approval of a case alone concludes."""
    only = replace(
        library(),
        rules=tuple(rule for rule in library().rules if rule.id == case.get("rule")),
        approvals=tuple(approval for approval in library().approvals if approval.id == case.get("approval")),
    )
    return judge(only, facts, "fr")


@cache
def accepted() -> list[str]:
    """What a person accepted of each case, in the order of the cases."""
    return PAGE.read_text("utf-8").rstrip("\n").split("\n\n")


@pytest.mark.parametrize(
    ("index", "case"), [pytest.param(index, entry, id=id_of(entry)) for index, entry in enumerate(entries())]
)
def test_a_rule_finds_what_breaks_it_and_nothing_else(index: int, case: dict[str, Any]) -> None:
    broken, kept = facts_of(case, case["breaks"]), facts_of(case, case["keeps"])
    found = judged(case, broken).diagnostics
    assert {d.rule for d in found} == {id_of(case)}
    assert {d.code for d in found} <= {"rule", "approval"}, "a field that the rule reads is absent"
    assert judged(case, kept).diagnostics == ()
    assert id_of(case) not in proposing_a_fix() or any(d.fix for d in found), "the fix does not satisfy the rule"
    # python -m tests.rule_findings accepts a change: its difference is to be read as that of a contract is.
    assert accepted()[index] == block(library(), id_of(case), case, broken)


def test_nothing_is_accepted_of_a_case_that_is_no_more() -> None:
    assert len(accepted()) == len(entries())


def test_every_rule_has_a_case() -> None:
    cased = {entry["rule"] for entry in entries() if "rule" in entry}
    assert {rule.id for rule in library().rules} - cased == set(WITHOUT_A_CASE)


def test_every_position_of_the_playbook_that_asks_for_an_approval_has_a_case() -> None:
    asked = {approval.id for approval in approvals_of(library().playbook)}
    assert asked - {entry["approval"] for entry in entries() if "approval" in entry} == set()


def test_every_case_is_about_a_rule_or_an_approval_of_the_library() -> None:
    known = {rule.id for rule in library().rules} | {approval.id for approval in library().approvals}
    assert {id_of(entry) for entry in entries()} <= known


def test_every_service_code_of_the_schema_has_a_sheet() -> None:
    item = library().schema.type.fields["services"].type.item
    assert item is not None
    assert set(item.fields["code"].type.values) <= set(library().services)


def test_every_law_based_rule_cites_a_fact_that_exists() -> None:
    known = library()
    facts = {rule.fact for rule in known.rules if rule.fact} | {o.fact for o in known.obligations}
    assert facts <= set(known.law)
