"""Every rule of the contract pack and every legal fact is held somewhere that exists, or a reason says why not."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest
from click.testing import CliRunner

from generator.cli import main
from generator.library.citations import said
from generator.pipeline import Options, merged_deal
from generator.source import read_yaml
from tests.law_coverage import PAGE, ROOT, Entry, facts, holding_fact, holding_rule, holds, library, page, rules
from tests.test_rules import author_values, with_edits

EVERY = (*rules(), *facts())


def found_in_the_library(entry: Entry) -> tuple[str, ...]:
    return holding_fact(entry.id) if entry.status else holding_rule(entry.id)


def test_the_page_tells_what_the_library_holds_today() -> None:
    written, told = PAGE.read_text("utf-8").splitlines(), page().splitlines()
    # Two sets of lines: the difference of two long texts would take longer to show than to make.
    assert sorted(set(told) ^ set(written))[:4] == [], "write the page again: python -m tests.law_coverage"
    same_order = written == told
    assert same_order


def test_the_lists_are_whole() -> None:
    assert Counter(rule.weight for rule in rules()) == {"E": 156, "W": 24, "I": 2}
    assert Counter(fact.weight for fact in facts()) == {"error": 113, "warning": 66, "info": 46, "approval": 16}
    assert len({entry.id for entry in EVERY}) == len(EVERY) == 182 + 241


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: entry.id)
def test_each_is_held_or_says_why_not(entry: Entry) -> None:
    held = bool(found_in_the_library(entry) or entry.held)
    assert held != bool(entry.why_not), "held nowhere without a reason, or a reason that is no longer true"


@pytest.mark.parametrize(
    ("kind", "name"),
    [pytest.param(*how, id=f"{each.id} {how[0]} {how[1][:40]}") for each in EVERY for how in each.held],
)
def test_each_mechanism_that_is_named_exists(kind: str, name: str) -> None:
    assert holds(kind, name)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("rule", "R999"),
        ("approval", "A-nothing"),
        ("obligation", "O-nothing"),
        ("slot", "sla.nothing"),
        ("proof", "no-such-proof"),
        ("lint", "no-such-check"),
        ("schema", "parties.client.shoe_size"),
        ("schema", "meta.status.deeper"),
        ("not_a_value", "parties.client.client_type=company"),
        ("not_a_value", "parties.client.legal_name=consumer"),
        ("absent", "Prestataire"),
        ("function", "generator/formulas/nothing.py"),
        ("test", "tests/test_rules.py::test_nothing"),
        ("wish", "anything"),
    ],
)
def test_a_mechanism_that_does_not_exist_is_seen(kind: str, name: str) -> None:
    assert not holds(kind, name)


FORBIDDEN_SENTENCES = {
    "CC-1343-2": ("La capitalisation des intérêts est mensuelle.", "Compound interest accrues every month."),
    "CC-1343-5": ("Le Client renonce à tout délai de grâce.", "The Client waives any grace period."),
    "CC-2061": ("Le litige est tranché par arbitrage.", "The dispute is settled by arbitration."),
    "JUR-LOCFI": ("Les contrats sont indépendants l'un de l'autre.", "A financial lease finances the equipment."),
    "JUR-DECHEANCE": ("Un impayé emporte déchéance du terme.", "Default causes acceleration of all sums."),
}


def test_what_no_text_may_say_is_recognised_in_both_languages() -> None:
    patterns = {entry.id: name for entry in facts() for kind, name in entry.held if kind == "absent"}
    assert set(patterns) == set(FORBIDDEN_SENTENCES)
    for id_, sentences in FORBIDDEN_SENTENCES.items():
        assert all(re.search(patterns[id_], sentence, re.IGNORECASE) for sentence in sentences), id_


def test_only_two_facts_with_the_verdict_error_are_held_nowhere() -> None:
    assert {fact.id for fact in facts() if fact.why_not and fact.weight == "error"} == {"COM-L442-12", "LCEN-19"}


def test_the_law_of_the_library_has_the_status_of_the_list() -> None:
    law = library().law
    assert {fact.id: fact.status for fact in facts()} == {id_: law[id_].status for id_ in {f.id for f in facts()}}


# ---- what the schema holds: a deal that breaks it is refused


KPI = {"id": "csat", "target": 4, "source": "enquête", "frequency": "yearly"}


@pytest.mark.parametrize(
    ("rule", "edits"),
    [
        ("R003", {"parties.client.siren": "732829321"}),
        ("R003", {"parties.client.signatory": {"name": "A. Keller", "title": "DG", "authority": "delegation"}}),
        ("R012", {"meta.deviations": [{"clause_id": "liability.cap-pme", "text": "…", "reason": "…"}]}),
        ("R052", {"sla.clock.response_stops_on": ["automatic_reply"]}),
        ("R053", {"sla.clock.pause_applies_to": ["response"]}),
        ("R055", {"sla.clock.on_merge": "whatever"}),
        ("R055", {"sla.clock.boundary": "exclusive"}),
        ("R058", {"availability": [{"service": "monitoring", "target_pct": 99}]}),
        ("R062", {"sla.excluded_tickets": [{"tag": "made_up_at_report_time", "evidence": "—"}]}),
        ("R082", {"sla.credits.base": "goodwill"}),
        ("R163", {"pricing.true_up.basis": "guess"}),
        ("R170", {"pricing.rates.night_weekend_mult": 0.5}),
        ("R191", {"term.initial_months": 0}),
        ("R204", {"term.change_of_control": None}),
        ("R217", {"liability.claim_period_months": 11}),
        ("R255", {"governance.kpis": [KPI]}),
        ("R256", {"services": [{"code": "helpdesk", "deliverables": [{"name": "rapport"}]}]}),
        ("CON-L612-1", {"parties.client.client_type": "consumer"}),
    ],
)
def test_the_schema_refuses_what_breaks_a_rule_that_it_holds(rule: str, edits: dict[str, Any]) -> None:
    assert any(kind in {"schema", "not_a_value"} for entry in EVERY if entry.id == rule for kind, _ in entry.held)
    name = "contracts/pme-acme.yaml"
    assert not refused(name, {})
    assert refused(name, edits)


def refused(name: str, edits: dict[str, Any]) -> bool:
    """Whether an example with the edits is refused before any rule is asked."""
    text = json.dumps(with_edits(author_values(name), edits), ensure_ascii=False, default=float)
    source, _ = read_yaml(name, text)
    if source is None:
        return True
    _, found = merged_deal(library(), source, (ROOT / name).parent, Options())
    return any(finding.is_error for finding in found)


# ---- what a finding says of its law


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_finding_of_a_rule_with_a_law_says_how_and_when_it_was_read(language: str) -> None:
    cited = [rule for rule in library().rules if rule.fact]
    assert len(cited) > 100
    for rule in cited:
        law, citation = library().law[rule.fact], library().citation(rule.fact, language)
        assert citation == f"{law.article} ({law.id}, {said(law.status, law.checked, language)})"
        assert bool(re.search(r" (le|on) \d{4}-\d\d-\d\d\)$", citation)) is (law.status != "memory"), rule.id


@pytest.mark.parametrize(
    ("status", "checked", "fr", "en"),
    [
        ("text", "2026-11-21", "lu dans le texte de la loi le 2026-11-21", "read in the text of the law on 2026-11-21"),
        ("text", "", "lu dans le texte de la loi", "read in the text of the law"),
        ("partial", "2026-11-21", "lu en partie le 2026-11-21", "read in part on 2026-11-21"),
        ("memory", "", "de mémoire, non vérifié", "from memory, not verified"),
    ],
)
def test_the_status_of_a_law_is_said_in_words(status: str, checked: str, fr: str, en: str) -> None:
    assert (said(status, checked, "fr"), said(status, checked, "en")) == (fr, en)


def test_the_command_prints_the_day_on_which_the_law_was_read() -> None:
    shown = CliRunner().invoke(main, ["check", str(ROOT / "contracts" / "pme-dix-erreurs.yaml")]).output
    assert "law: C. com. L441-10 I (COM-L441-10-I, lu dans le texte de la loi le 2026-11-21)" in shown
