"""Facts: the date of the law, what comes too early for it, what is absent, and what one on demand is seen to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_plan import facts_of, library_of
from test_rulings import DEAL, deal_of
from test_rulings import loaded as loaded

from generator.conditions import AbsentField
from generator.deal import Deal
from generator.diagnostics import Severity
from generator.facts import FactsOnDemand, _Noted, _NotedFacts, date_of_law, derive, parameter_at
from generator.library.model import Library
from tests.deals import library as real_library
from tests.test_rules import merged_base

Loading = Callable[..., Library]
WORDS = {"fr": "x", "en": "x"}


def fact(name: str, when: str, **values: Any) -> dict[str, Any]:
    return {"id": name, "type": "boolean", "cases": [{"when": when, "value": True}], "default": False,
            "describes": WORDS, **values}  # fmt: skip


def parameter(name: str, first: str, unit: str = "EUR", **later: str) -> dict[str, Any]:
    return {"id": name, "unit": unit, "checked": "2026-11-21", "values": {first: "40", **later}}


DATED = DEAL.replace(
    "meta: {effective_date: 2026-06-01}",
    "meta:\n  effective_date: 2026-06-01\n  document_date: 2026-05-20\n  signature_date: 2026-05-31",
)


def without(text: str, *names: str) -> str:
    return "\n".join(line for line in text.split("\n") if not any(name in line for name in names))


def test_the_law_is_that_of_the_first_date_that_is_there(loaded: Loading) -> None:
    library = loaded()
    assert [
        date_of_law(deal_of(library, text), as_of)
        for text, as_of in (
            (DATED, "2020-01-01"),
            (DATED, ""),
            (without(DATED, "signature"), ""),
            (without(DATED, "signature", "document"), ""),
        )
    ] == ["2020-01-01", "2026-05-31", "2026-05-20", "2026-06-01"]
    assert date_of_law(deal_of(library, DATED)) == "2026-05-31"
    facts, _ = derive(library, deal_of(library, DATED))
    assert facts is not None
    assert facts.as_of == "2026-05-31"


@pytest.mark.parametrize(
    ("text", "as_of", "place"),
    [
        (DATED, "2010-01-01", None),
        (DATED.replace("2026-05-31", "2010-01-01"), "", (4, 19)),
        (without(DATED.replace("2026-05-20", "2010-01-01"), "signature"), "", (3, 18)),
        (without(DATED.replace("2026-06-01", "2010-01-01"), "signature", "document"), "", (2, 19)),
    ],
)
def test_a_date_before_the_law_is_one_finding_however_many_values_are_not_known(
    loaded: Loading, text: str, as_of: str, place: tuple[int, int] | None
) -> None:
    one, two = (
        parameter("fee", "2013-01-01", **{"2020-01-01": "45"}),
        parameter("rate", "2011-01-01", **{"2015-01-01": "50"}),
    )
    known = parameter("old", "2010-01-01")
    for parameters, others in (([known, one], ""), ([two, one, known], " (and 1 more)")):
        library = loaded(parameters=parameters)
        facts, found = derive(library, deal_of(library, text), as_of)
        assert facts is None
        (finding,) = found
        assert (finding.code, finding.severity) == ("no-parameter", Severity.ERROR)
        assert finding.message == f"the legal value `fee`{others} is not known for 2010-01-01"
        assert finding.help == (
            "the law is known from 2013-01-01 on: date the contract later, or add the values in force then"
        )
        assert (finding.span and (finding.span.line, finding.span.column)) == place
        (note,) = finding.notes
        assert note.text == "its first value is here"
        assert note.span is not None and note.span.file.endswith("rules.yaml")


def test_a_legal_value_is_a_whole_number_where_its_unit_is(loaded: Loading) -> None:
    library = loaded(parameters=[parameter("days", "2013-01-01", "days"), parameter("fee", "2013-01-01")])
    days, fee = (parameter_at(library.parameters[name], "2013-01-01") for name in ("days", "fee"))
    assert days is not None and fee is not None
    assert (days[1], type(days[1])) == (40, int)
    assert str(fee[1]) == "40" and not isinstance(fee[1], int)
    assert parameter_at(library.parameters["fee"], "2012-12-31") is None


def test_every_fact_that_reads_what_is_absent_is_told_with_its_declaration(loaded: Loading) -> None:
    library = loaded(
        facts=[
            fact("late", "term.until > '2027-01-01'"),
            fact("small", "client.segment == 'tpe'"),
            fact("early", "term.until < '2027-01-01'"),
        ]
    )
    facts, found = derive(library, deal_of(library))
    assert facts is None
    assert [(finding.code, finding.severity, finding.help) for finding in found] == [
        ("absent-field", Severity.ERROR, "add the field")
    ] * 2
    assert [finding.message for finding in found] == [
        f"the fact `{name}` reads `term.until`, which this deal does not have" for name in ("late", "early")
    ]
    for finding in found:
        assert finding.span is not None and (finding.span.line, finding.span.column) == (1, 1)
        (note,) = finding.notes
        assert note.text == "the fact is declared here"
        assert note.span is not None and note.span.file.endswith("rules.yaml")
    whole, _ = derive(library, deal_of(library, DEAL + "  until: 2028-01-01\n"))
    assert whole is not None
    assert whole.scope["facts"] == {"late": True, "small": False, "early": False}
    assert {name: reason.case for name, reason in whole.reasons.items()} == {"late": 0, "small": None, "early": None}


def test_the_layers_that_apply_are_those_whose_condition_holds(tmp_path: Path) -> None:
    case = {"clauses": {"base/cap/a": {}}}
    library = library_of(tmp_path, case)
    for deal, layers in (
        ({}, ["base", "FR", "house"]),
        ({"country": "BE", "sector": "health"}, ["base", "health", "house"]),
    ):
        facts = facts_of(library, case | {"deal": deal})
        assert [layer.id for layer in facts.layers] == layers
        assert [layer.id for layer in library.layers if facts.has_layer(layer)] == layers
        on_demand = FactsOnDemand(library, facts.deal)
        assert [layer.id for layer in library.layers if on_demand.has_layer(layer)] == layers


# ---- on demand

FACTS = [
    fact("small", "client.segment == 'tpe'"),
    fact("short", "term.months < 12"),
    fact("both", "facts.small or facts.short"),
    fact("late", "term.until > '2027-01-01'"),
    fact("dear", "parameters.fee > 39"),
]


def on_demand(loaded: Loading, text: str = DEAL, **more: Any) -> tuple[Library, Deal, FactsOnDemand]:
    library = loaded(facts=FACTS, parameters=[parameter("fee", "2026-01-01", **{"2026-07-01": "30"})])
    deal = deal_of(library, text)
    return library, deal, FactsOnDemand(library, deal, **more)


def test_a_fact_on_demand_is_listed_before_it_is_derived_and_its_groups_are_those_that_it_read(loaded: Loading) -> None:
    _, _, facts = on_demand(loaded)
    names = [rule["id"] for rule in FACTS]
    assert list(facts) == names and len(facts) == len(names)
    for name, value, groups in (
        ("small", False, {"client"}),
        ("both", True, {"facts", "client", "term"}),
        ("dear", True, {"parameters"}),
    ):
        for _ in range(2):
            assert facts.watched(lambda name=name: facts[name]) == (value, groups)
    with pytest.raises(KeyError):
        facts["unknown"]
    with pytest.raises(AbsentField):
        facts["late"]
    assert facts.watched(lambda: facts.deal.values) == (facts.deal.values, frozenset())


def test_what_fails_while_it_is_watched_leaves_the_next_one_clean(loaded: Loading) -> None:
    _, _, facts = on_demand(loaded)
    with pytest.raises(AbsentField):
        facts.watched(lambda: facts["late"])
    assert facts.watched(lambda: facts["small"]) == (False, {"client"})
    assert facts.watched(lambda: "term" in facts.scope) == (True, {"term"})
    assert facts.watched(lambda: facts.scope.get("client")) == (facts.deal.values["client"], {"client"})
    assert facts.watched(lambda: facts.scope.get("nothing", 7)) == (7, {"nothing"})


def test_what_is_watched_within_what_is_watched_is_noted_there_alone(loaded: Loading) -> None:
    _, _, facts = on_demand(loaded)
    for read in (
        lambda: facts.scope["term"],
        lambda: facts.scope.get("term"),
        lambda: "term" in facts.scope,
        lambda: facts["short"],
    ):
        (_, inner), outer = facts.watched(lambda read=read: facts.watched(read))
        assert (inner, outer) == ({"term"}, frozenset())


def test_a_scope_with_an_entry_bound_is_watched_as_well(loaded: Loading) -> None:
    _, _, facts = on_demand(loaded)
    scope = facts.bound("site", {"name": "Brest"})
    assert facts.watched(lambda: (scope["site"]["name"], scope["term"]["months"])) == (("Brest", 6), {"site", "term"})
    assert "site" not in facts.scope


def changed(deal: Deal, **groups: Any) -> Deal:
    return replace(deal, values={**deal.values, **groups})


def test_a_fact_that_read_nothing_changed_is_taken_over_and_any_other_is_derived_again(loaded: Loading) -> None:
    library, deal, before = on_demand(loaded)
    assert (before["small"], before["short"], before["both"]) == (False, True, True)
    longer = changed(deal, term={"months": 24}, client={**deal.values["client"], "segment": "tpe"})
    # What is said to have changed is believed: only `term` is looked at again.
    after = FactsOnDemand(library, longer, "", before, frozenset({"term"}))
    assert (after["small"], after["short"], after["both"]) == (False, False, False)
    assert after.watched(lambda: after["small"]) == (False, {"client"})
    whole = FactsOnDemand(library, longer, "", before, frozenset({"term", "client"}))
    assert (whole["small"], whole["short"], whole["both"]) == (True, False, True)


def test_a_fact_that_was_not_derived_before_is_derived_there_only_where_few_groups_changed(loaded: Loading) -> None:
    library, deal, _ = on_demand(loaded)
    small = changed(deal, client={**deal.values["client"], "segment": "tpe"})
    for names, value in (("abcd", False), ("abcde", True)):
        before = FactsOnDemand(library, deal)
        after = FactsOnDemand(library, small, "", before, frozenset(names))
        assert after["small"] is value
    before = FactsOnDemand(library, deal)
    assert before["small"] is False
    assert FactsOnDemand(library, small, "", before, frozenset("abcde"))["small"] is False


def test_what_was_absent_before_may_be_there_now(loaded: Loading) -> None:
    library, deal, before = on_demand(loaded)
    dated = changed(deal, term={"months": 6, "until": "2027-02-01"})
    assert FactsOnDemand(library, dated, "", before, frozenset({"term"}))["late"] is True


def test_nothing_is_taken_over_from_another_date_of_the_law(loaded: Loading) -> None:
    library, deal, before = on_demand(loaded)
    assert before["dear"] is True
    after = FactsOnDemand(library, deal, "2026-07-01", before, frozenset())
    assert (after["dear"], after.as_of, str(after.parameters["fee"])) == (False, "2026-07-01", "30")
    assert dict(FactsOnDemand(library, deal, "2020-01-01").parameters) == {}


def test_what_is_derived_at_once_is_what_is_derived_on_demand() -> None:
    deal = merged_base("contracts/pme-acme.yaml")
    facts, _ = derive(real_library(), deal)
    assert facts is not None
    assert dict(FactsOnDemand(real_library(), deal)) == facts.scope["facts"]


def test_a_formula_is_watched_as_a_condition_is() -> None:
    facts = FactsOnDemand(real_library(), merged_base("contracts/pme-acme.yaml"))
    assert facts.watched(lambda: facts["term_end"])[1] == {"meta", "term"}


def test_a_group_that_notes_what_is_read_is_read_like_any_other() -> None:
    def noted() -> tuple[_Noted, set[tuple[str, ...]]]:
        found: set[tuple[str, ...]] = set()
        return _Noted({"a": 1, "b": [{"c": 2}]}, ("x",), found), found

    both = {("x", "a"), ("x", "b")}
    for read, value, paths in (
        (lambda group: group.get("a"), 1, {("x", "a")}),
        (lambda group: group.get("z", 7), 7, {("x", "z")}),
        (lambda group: "a" in group, True, {("x", "a")}),
        (lambda group: "z" in group, False, {("x", "z")}),
        (lambda group: group["b"][0]["c"], 2, {("x", "b"), ("x", "b", "c")}),
        (lambda group: group.items(), [("a", 1), ("b", [{"c": 2}])], both),
        (lambda group: group.values(), [1, [{"c": 2}]], both),
    ):
        group, found = noted()
        assert (read(group), found) == (value, paths)  # type: ignore[no-untyped-call]


def test_facts_that_note_what_is_read_are_listed_without_being_read(loaded: Loading) -> None:
    _, _, facts = on_demand(loaded)
    found: set[tuple[str, ...]] = set()
    noted = _NotedFacts(facts, found)
    assert (list(noted), len(noted), found) == (list(facts), len(facts), set())


def test_the_fields_that_a_formula_reads_are_names_without_entries() -> None:
    deal = merged_base("contracts/pme-acme.yaml")
    facts = FactsOnDemand(real_library(), deal)
    assert facts.fields_of("mrr") == {("facts", "recurring_lines")}
    assert facts.fields_of("arr") == {("facts", "mrr")}
    assert facts.fields_of("term_end") == {
        ("meta",), ("meta", "effective_date"), ("term",), ("term", "initial_months"),
    }  # fmt: skip
    read = facts.fields_of("recurring_lines")
    assert ("pricing", "lines", "recurrence") in read and ("pricing", "lines", "label") in read
    assert all(isinstance(name, str) for path in read for name in path)
    assert facts.fields_of("tcv") >= {("facts", "one_off_total"), ("pricing", "lines", "tiers")}
