"""What would have to be otherwise: each edit that is shown does what it says when a person makes it in the deal."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator.counterfactual import MOST_FIELDS, MOST_FIELDS_AT_ALL, Counterfactuals, Found, NotFound, fields, reasons
from generator.explain import NothingToExplain, explanation
from generator.facts import FactsOnDemand, derive
from generator.library.model import Library, LibraryClause, Period
from generator.pipeline import Draft, draft, draft_text
from tests.deals import drafted, random_deal, spread

CONTRACTS = Path(__file__).resolve().parent.parent / "contracts"
DEALS = ("eti-cogere", "gc-grand-compte", "pme-acme", "pme-dix-erreurs", "sante-clinique", "tpe-boulangerie")
EACH_RUN = ("pme-acme", "pme-dix-erreurs", "tpe-boulangerie")


@cache
def example(name: str) -> Draft:
    return draft(CONTRACTS / f"{name}.yaml")


def counterfactuals(made: Draft) -> Counterfactuals:
    assert made.library is not None and made.facts is not None
    return Counterfactuals(made.library, made.facts, made.rulings)


def clause(made: Draft, name: str) -> LibraryClause:
    assert made.library is not None
    return made.library.clauses[name]


def ids(made: Draft) -> set[str]:
    assert made.plan is not None
    return {planned.id for planned in made.plan.clauses()}


def errors(made: Draft) -> set[tuple[str, str]]:
    return {(found.code, found.rule) for found in made.report.diagnostics if found.severity.value == "error"}


def text(values: Any) -> str:
    """Plain values as YAML: JSON, with the decimals as they are."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [plain(inner) for inner in value]
        return float(value) if isinstance(value, Decimal) else value

    return json.dumps(plain(values), ensure_ascii=False)


def edited(made: Draft, answers: Counterfactuals, found: Found) -> Draft:
    """The draft of the deal's text with the edits written into it."""
    return draft_text(made.file, text(answers.worlds.source(found.edits).value), CONTRACTS)


def answer(made: Draft, name: str) -> tuple[Counterfactuals, Found | NotFound]:
    answers = counterfactuals(made)
    known = clause(made, name)
    return answers, answers.taking_out(known) if name in ids(made) else answers.bringing_in(known)


def said(made: Draft, name: str) -> dict[str, str]:
    answers, found = answer(made, name)
    assert isinstance(found, Found)
    return dict(answers.said(found))


# ---- what is shown is so


@pytest.mark.parametrize(
    ("name", "asked", "edit"),
    [
        ("be-pme-bruxelles", "prerequisites.byod-excluded", "scope.byod excluded -> tolerated"),
        ("pme-mairie-publique", "price.index-replacement", "pricing.indexation.index syntec_revised -> none"),
    ],
)
def test_no_other_contract_is_proposed_where_an_edit_about_the_clause_does_it(name: str, asked: str, edit: str) -> None:
    assert said(example(name), asked)[""] == edit


def test_what_is_missing_is_told_of_the_place_that_lacks_least() -> None:
    made = example("pme-avenant")
    assert made.library is not None and made.facts is not None
    missing = [r.says for r in reasons(made.library, made.facts, clause(made, "advice.duty-be")) if not r.holds]
    assert missing == ["document D01 (Master services agreement) is in the contract", "layer BE applies"]


@pytest.mark.parametrize("name", spread(DEALS, EACH_RUN))
def test_every_edit_does_what_it_says_when_it_is_written_into_the_deal(name: str) -> None:
    made = example(name)
    assert made.library is not None
    shown = 0
    for known in random.Random(name).sample(sorted(made.library.clauses), 9):
        answers, found = answer(made, known)
        if not isinstance(found, Found):
            continue
        shown += 1
        again = edited(made, answers, found)
        what = f"{known}: {answers.said(found)}"
        assert (known in ids(again)) is not (known in ids(made)), what
        assert errors(again) <= errors(made), what
        assert 1 <= fields(found.edits) <= MOST_FIELDS_AT_ALL, what
    assert shown > 2


def test_an_edit_of_a_random_deal_does_what_it_says(nightly: bool) -> None:
    shown = 0
    for seed in range(8 if nightly else 3):
        made = drafted(random_deal(seed))
        if made.plan is None or made.library is None:
            continue
        for known in random.Random(seed).sample(sorted(made.library.clauses), 3):
            answers, found = answer(made, known)
            if isinstance(found, Found):
                shown += 1
                again = edited(made, answers, found)
                assert (known in ids(again)) is not (known in ids(made)), (seed, known, answers.said(found))
                assert errors(again) <= errors(made), (seed, known, answers.said(found))
    assert shown > 6


# ---- facts on demand


@pytest.mark.parametrize("name", spread(DEALS, EACH_RUN))
def test_facts_on_demand_are_the_facts(name: str) -> None:
    made = example(name)
    assert made.library is not None and made.facts is not None
    assert dict(FactsOnDemand(made.library, made.facts.deal)) == made.facts.scope["facts"]


def test_facts_taken_over_from_before_an_edit_are_those_derived_anew() -> None:
    pick = random.Random(4)
    compared = 0
    for _ in range(60):
        one, other = (example(name) for name in pick.sample(DEALS, 2))
        assert one.library is not None and one.facts is not None and other.facts is not None
        groups = frozenset(pick.sample(sorted(one.facts.deal.values), pick.randint(1, 3)))
        values = {**one.facts.deal.values, **{name: other.facts.deal.values[name] for name in groups}}
        changed = replace(one.facts.deal, values=values)
        whole, _ = derive(one.library, changed)
        if whole is None:
            continue
        before = FactsOnDemand(one.library, one.facts.deal)
        assert dict(FactsOnDemand(one.library, changed, "", before, groups)) == whole.scope["facts"], groups
        compared += 1
    assert compared > 30


def test_what_a_formula_reads_is_seen_whatever_its_rule_declares() -> None:
    made = example("pme-acme")
    assert made.library is not None and made.facts is not None
    read = FactsOnDemand(made.library, made.facts.deal).fields_of("has_third_country")
    assert ("tools", "hosting_region") in read
    assert ("tools", "vendor") not in read


# ---- examples


def test_one_value_is_changed_where_one_is_enough() -> None:
    assert said(example("pme-acme"), "liability.cap-non-professional") == {
        "": "parties.client.client_type company -> association"
    }


def test_another_segment_comes_with_its_profile_and_with_what_the_rules_then_ask_for() -> None:
    assert said(example("pme-acme"), "liability.cap-tpe") == {
        "": "context.segment pme -> tpe",
        "R113": "bcdr.failover_capacity added (vcpu, ram_gb, max_days, price_after to be given)",
    }


def test_a_group_that_a_condition_asks_for_is_added_with_what_it_must_hold() -> None:
    assert said(example("pme-acme"), "dpa.health-hosting") == {
        "": "context.health_data false -> true, "
        "annexes.hds added (host, certificate_ref, scope, issued_on, valid_until to be given)",
        "R234-term": "annexes.hds.valid_until = 2029-05-31",
    }


def test_a_service_is_subscribed_to_bring_its_sheet_in() -> None:
    assert said(example("pme-acme"), "services.email_security")[""] == "services + email_security"


def test_what_a_formula_computes_is_changed_through_the_field_that_it_reads() -> None:
    told = said(example("pme-acme"), "tools.third-country")
    assert told[""].endswith(".hosting_region EEA -> third")
    assert told["law-gdpr-44"] == "dp.allowed_region eea_or_adequate -> any_with_safeguards"


def test_a_clause_that_no_field_decides_is_told_to_be_so() -> None:
    """A field of every deal says which kind of document it asks for: here each document is one of any kind."""
    made = example("pme-acme")
    assert made.library is not None and made.facts is not None
    known = clause(made, "order.recurring")
    answers = counterfactuals(made)
    assert isinstance(answers.taking_out(known), Found)
    always = tuple(replace(outline, when=None) for outline in made.library.outlines)
    answers = Counterfactuals(replace(made.library, outlines=always), made.facts, made.rulings)
    assert answers.taking_out(known) == NotFound(False, None)


def test_where_no_small_edit_is_valid_the_nearest_one_and_what_it_breaks_are_told() -> None:
    made = example("pme-acme")
    lines = explanation(made, "dpa.health-no-hosting", "fr").splitlines()
    at = lines.index(f"  would be included with: no edit of up to {MOST_FIELDS} fields was found")
    assert lines[at + 1] == "    context.health_data false -> true would do it, but then the deal breaks R234"


def test_where_only_a_longer_edit_is_valid_it_is_told_with_its_length() -> None:
    made, name = example("eti-cogere"), "incidents.crisis-hourly-tpe"
    answers, found = answer(made, name)
    assert isinstance(found, Found)
    again = edited(made, answers, found)
    assert name in ids(again) and errors(again) <= errors(made)
    assert MOST_FIELDS < fields(found.edits) <= MOST_FIELDS_AT_ALL
    lines = explanation(made, name).splitlines()
    assert lines[-1] == f"    {fields(found.edits)} fields in all: none of up to {MOST_FIELDS} was found"


def without_service(made: Draft, code: str) -> Draft:
    """The draft of a deal that does not sell a service."""
    assert made.deal is not None
    values = dict(made.deal.source.value)
    values["services"] = [service for service in values["services"] if service["code"] != code]
    lines = [line for line in values["pricing"]["lines"] if line["service"] != code]
    return draft_text(made.file, text({**values, "pricing": {**values["pricing"], "lines": lines}}), CONTRACTS)


@pytest.mark.parametrize("name", ["eti-cogere", "gc-grand-compte", "sante-clinique"])
def test_what_several_entries_decide_together_is_changed_in_each_rather_than_taken_away(name: str) -> None:
    made = without_service(example(name), "incident_retainer")
    assert made.deal is not None and not errors(made)
    tiers = [tier["name"] for tier in made.deal.values["bcdr"]["tiers"]]
    told = ", ".join(f"bcdr.tiers['{tier}'].immutable true -> false" for tier in tiers)
    assert len(tiers) > 1
    assert said(made, "backup.ransomware-plain") == {"": told}


@pytest.mark.parametrize("name", ["eti-cogere", "gc-grand-compte"])
def test_an_edit_that_a_rule_forbids_is_not_told_where_another_does_it(name: str) -> None:
    """R104: whoever sells the response to an attack keeps one copy that survives it."""
    made = example(name)
    answers, found = answer(made, "backup.ransomware-plain")
    assert isinstance(found, Found)
    again = edited(made, answers, found)
    assert not [tier for tier in deal_tiers(again) if not tier["immutable"]]
    assert "backup.ransomware-plain" in ids(again) and errors(again) <= errors(made)


def deal_tiers(made: Draft) -> list[dict[str, Any]]:
    assert made.deal is not None
    return list(made.deal.values["bcdr"]["tiers"])


def test_a_field_is_not_taken_out_where_a_profile_would_give_it_again() -> None:
    assert counterfactuals(example("eti-cogere")).worlds.is_inherited(("pricing", "storage"))
    assert not counterfactuals(example("eti-cogere")).worlds.is_inherited(("annexes", "hds"))
    assert "pricing.storage taken out" not in said(example("eti-cogere"), "price.storage")[""]


def test_an_entry_that_a_rule_objects_to_is_taken_out_and_not_renamed() -> None:
    assert said(example("pme-acme"), "services.backup_saas")["R026-both"] == (
        "scope.declined_services['backup_saas'] taken out"
    )


# ---- reasons


def in_force(made: Draft, name: str, period: Period) -> tuple[Library, LibraryClause]:
    """The library with a clause for contracts of one period."""
    assert made.library is not None
    dated = replace(made.library.clauses[name], effective=period)
    slot = tuple(dated if known.id == name else known for known in made.library.by_slot[dated.slot])
    clauses = {**made.library.clauses, name: dated}
    return replace(made.library, clauses=clauses, by_slot={**made.library.by_slot, dated.slot: slot}), dated


def test_a_text_for_later_contracts_comes_in_with_a_later_date() -> None:
    made = example("pme-acme")
    library, dated = in_force(made, "dpa.docking", Period("2027-01-01"))
    assert made.facts is not None
    answers = Counterfactuals(library, made.facts, made.rulings)
    found = answers.bringing_in(dated)
    assert isinstance(found, Found)
    assert "2027-01-01" in answers.words(*found.edits)
    told = [reason.says for reason in reasons(library, made.facts, dated) if not reason.holds]
    assert "its text is for contracts from 2027-01-01; the law is read on 2026-06-01" in told


def test_an_entry_that_only_the_profile_of_another_segment_has_cannot_be_taken_out_of_the_deal() -> None:
    _, found = answer(example("tpe-boulangerie"), "maintenance.blackouts-none")
    assert isinstance(found, NotFound)


@pytest.mark.parametrize("topic", ["exit.insolvency", "order.hours", "tools.register-hosting", "onboarding.billing"])
def test_a_clause_whose_place_is_not_asked_for_is_not_told_to_be_in(topic: str) -> None:
    """Asked by its place or by its id, an explanation says what the contract has."""
    made = example("tpe-boulangerie")
    assert topic not in ids(made)
    told = explanation(made, topic)
    assert f"NOT INCLUDED {topic} " in told
    assert "INCLUDED" not in told.replace("NOT INCLUDED", "")


@pytest.mark.parametrize("name", spread(DEALS, EACH_RUN))
def test_what_is_told_to_be_in_is_in_the_contract_and_nothing_else(name: str) -> None:
    made = example(name)
    assert made.plan is not None
    for slot in random.Random(name).sample(sorted(made.plan.decisions), 10):
        for line in explanation(made, slot).splitlines():
            verdict, _, rest = line.partition(" INCLUDED ") if line.startswith("NOT ") else line.partition(" ")
            if verdict in {"NOT", "INCLUDED", "REPLACED"}:
                assert (rest.split()[0] in ids(made)) == (verdict == "INCLUDED"), line


def test_every_failing_reason_is_told_and_not_the_first_alone() -> None:
    made = example("tpe-boulangerie")
    assert made.library is not None and made.facts is not None
    failing = [r for r in reasons(made.library, made.facts, clause(made, "backup.health")) if not r.holds]
    assert [reason.says for reason in failing][-2:] == ["layer health applies", "its condition holds"]


def test_a_clause_whose_exception_is_in_names_it() -> None:
    source = (CONTRACTS / "pme-acme.yaml").read_text("utf-8")
    assert "client_type: company" in source
    made = draft_text("pme-acme.yaml", source.replace("client_type: company", "client_type: association"), CONTRACTS)
    assert made.library is not None and made.facts is not None
    assert "sla.credit-nature-discharging" not in ids(made)
    told = [r.says for r in reasons(made.library, made.facts, clause(made, "sla.credit-nature-discharging"))]
    assert "its exception sla.credit-nature-non-professional is not in" in told
    failing = [
        r.says for r in reasons(made.library, made.facts, clause(made, "sla.credit-nature-discharging")) if not r.holds
    ]
    assert failing == ["its exception sla.credit-nature-non-professional is not in"]


# ---- rules


def test_a_rule_without_a_fix_is_silenced_by_the_smallest_edit() -> None:
    made = example("pme-dix-erreurs")
    answers = counterfactuals(made)
    assert made.rulings is not None
    told = 0
    for ruling in made.rulings.rulings:
        if ruling.rule.fix is None and ruling.rule.severity == "error":
            found = answers.silencing(ruling.rule, (ruling.entry,))
            if isinstance(found, Found):
                told += 1
                again = edited(made, answers, found)
                assert ("rule", ruling.rule.id) not in errors(again)
                assert errors(again) < errors(made)
    assert told >= 4


def test_the_explanation_of_a_rule_says_what_it_found_and_what_would_silence_it() -> None:
    shown = explanation(example("pme-dix-erreurs"), "R190", "fr")
    assert "  finds: " in shown
    assert "  would find nothing with: term." in shown


def test_the_explanation_of_a_rule_that_is_kept_says_so() -> None:
    last = explanation(example("pme-acme"), "R216", "fr").splitlines()[-1]
    assert last == "  finds nothing in this deal: what it asks for is the case"


# ---- documents, approvals, numbers, names


@pytest.mark.parametrize("name", spread(DEALS, EACH_RUN))
def test_an_approval_that_is_needed_is_told_with_who_gives_it_and_the_edit_that_spares_it(name: str) -> None:
    made = example(name)
    assert made.rulings is not None and made.library is not None
    answers = counterfactuals(made)
    needed = {approval.rule.id for approval in made.rulings.approvals}
    for rule in made.library.approvals:
        first = explanation(made, rule.id, "fr").splitlines()[0]
        outcome = "NEEDED" if rule.id in needed else "NOT NEEDED"
        assert first == f"{outcome} approval {rule.id} by {rule.role}   {rule.span}"
        if rule.id in needed and isinstance(found := answers.sparing(rule), Found):
            again = edited(made, answers, found)
            assert again.rulings is not None
            assert rule.id not in {approval.rule.id for approval in again.rulings.approvals}
            assert errors(again) <= errors(made)


@pytest.mark.parametrize("name", spread(["pme-acme", "tpe-boulangerie"], ["tpe-boulangerie"]))
def test_a_document_comes_or_goes_with_the_edit_that_is_told(name: str) -> None:
    made = example(name)
    assert made.library is not None and made.plan is not None
    here = {part.outline.id for part in made.plan.parts}
    answers = counterfactuals(made)
    shown = 0
    for outline in made.library.outlines:
        told = explanation(made, outline.id)
        assert told.startswith(("INCLUDED" if outline.id in here else "NOT INCLUDED") + f" document {outline.id} (")
        ask = answers.taking_out_document if outline.id in here else answers.bringing_in_document
        if isinstance(found := ask(outline), Found):
            shown += 1
            again = edited(made, answers, found)
            assert again.plan is not None and errors(again) <= errors(made)
            assert (outline.id in {part.outline.id for part in again.plan.parts}) is not (outline.id in here)
    assert shown > 1


@pytest.mark.parametrize("topic", ["25.3", "article 25.3", "Section 25.3", "art. 25.3", "D01 25.3", "d01:25.3"])
def test_an_article_is_known_by_its_number_as_people_cite_it(topic: str) -> None:
    told = explanation(example("pme-acme"), topic)
    assert told.splitlines()[1:] == explanation(example("pme-acme"), "liability.outage").splitlines()


@pytest.mark.parametrize(("name", "number"), [("eti-cogere", "4.2"), ("pme-acme", "22")])
def test_a_number_of_an_annex_is_known_with_and_without_its_letter(name: str, number: str) -> None:
    topics = (f"D03 {number}", f"D03 A.{number}", f"A.{number}")
    told = [explanation(example(name), topic).splitlines()[1:] for topic in topics]
    assert told[0] == told[1] == told[2]
    assert explanation(example("pme-acme"), "Annexe B").splitlines()[0] == "Annexe B is the document D04"


@pytest.mark.parametrize(
    ("topic", "says"),
    [
        ("term.notice_day", "nothing is named `term.notice_day`; did you mean `term.notice_months`"),
        ("D01 25.99", "nothing of D01 has the number 25.99; the last number there is 25."),
        ("99.1", "nothing of this contract has the number 99.1"),
        ("A-cap.flor", "nothing is named `A-cap.flor`; did you mean `A-cap.floor`"),
    ],
)
def test_an_unknown_topic_gets_the_nearest_names(topic: str, says: str) -> None:
    with pytest.raises(NothingToExplain) as nothing:
        explanation(example("pme-acme"), topic)
    assert str(nothing.value).startswith(says)


def test_a_field_is_told_with_what_it_means_whether_the_deal_has_it_or_not() -> None:
    told = explanation(example("pme-acme"), "term.notice_months", "en").splitlines()
    assert told[0] == "term.notice_months = 3"
    assert told[-1].startswith("  from deal contracts/pme-acme.yaml:")
    absent = explanation(example("pme-acme"), "annexes.hds")
    assert absent.startswith("annexes.hds is not in this deal (")


def test_a_rule_that_finds_nothing_says_why() -> None:
    assert "  finds nothing in this deal: it does not apply\n" in explanation(example("pme-acme"), "r008")


def test_facts_of_an_edited_deal_are_those_derived_anew() -> None:
    made = example("pme-acme")
    assert made.library is not None
    answers = counterfactuals(made)
    for name in ("services.email_security", "liability.cap-tpe", "tools.third-country"):
        found = answers.bringing_in(clause(made, name))
        assert isinstance(found, Found)
        whole, _ = derive(made.library, found.outcome.facts.deal)
        assert whole is not None
        assert (found.outcome.facts.scope, found.outcome.facts.layers) == (whole.scope, whole.layers)
