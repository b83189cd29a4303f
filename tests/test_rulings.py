"""What a rule says of a deal, whole: its words, its place in the deal, its reason, the fix that was tried."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_plan import DATE, SCHEMA, library_of, write, written

from generator.deal import Deal, merge_deal
from generator.deal_layers import Layer
from generator.diagnostics import Diagnostic, Severity
from generator.facts import derive
from generator.library.load import load_library
from generator.library.model import Fix, Library
from generator.rulings import apply_fix, in_force, judge
from generator.source import read_yaml
from generator.workspace import Workspace

SITE = {
    "type": "object",
    "x-required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "users": {"type": "integer"},
        "open": {"type": "boolean", "default": True},
    },
}
LISTED = {
    **SCHEMA["properties"],
    "sites": {"type": "array", "items": SITE, "x-key": "name", "default": []},
    "offices": {"type": "array", "items": SITE, "x-key": "name"},
    "term": {
        "type": "object",
        "properties": {
            "months": {"type": "integer", "default": 12},
            "until": DATE,
            "renewal": {"type": "object", "properties": {"tacit": {"type": "boolean"}}},
        },
    },
}
DEAL = """meta: {effective_date: 2026-06-01}
client: {segment: pme, country: FR, sector: general}
sites:
  - {name: Rennes, users: 5}
  - {name: Brest, users: 0}
  - name: Vannes
    users: 0
term:
  months: 6
"""


def a_rule(**values: Any) -> dict[str, Any]:
    words = {"fr": "{{ term.months }} mois", "en": "{{ term.months }} months"}
    return {"id": "R1", "severity": "error", "assert": "term.months >= 12", "message": words, **values}


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[..., Library]:
    library_of(tmp_path, {"clauses": {"base/cap/a": {}}})
    write(tmp_path / "schemas" / "deal.schema.json", json.dumps({**SCHEMA, "properties": LISTED}))

    def load(**rules: Any) -> Library:
        write(tmp_path / "clauses" / "base" / "rules.yaml", written({"facts": [], **rules}))
        library, found = load_library(Workspace(tmp_path / "clauses", tmp_path / "schemas"), frozenset({"as_of"}))
        assert library is not None, [(item.message, str(item.span)) for item in found]
        return library

    return load


def deal_of(library: Library, text: str = DEAL) -> Deal:
    source, _ = read_yaml("deal.yaml", text)
    assert source is not None
    deal, found = merge_deal(library.schema, (Layer("deal", source, ()),), None)
    assert deal is not None, found
    return deal


def found(library: Library, text: str = DEAL, language: str = "en", as_of: str = "") -> tuple[Diagnostic, ...]:
    facts, problems = derive(library, deal_of(library, text), as_of)
    assert facts is not None, problems
    return judge(library, facts, language).diagnostics


def places(findings: tuple[Diagnostic, ...]) -> list[tuple[int, int]]:
    return [(finding.span.line, finding.span.column) for finding in findings if finding.span is not None]


def test_a_finding_says_what_where_why_and_what_to_do(loaded: Callable[..., Library]) -> None:
    library = loaded(
        rules=[a_rule(help={"fr": "Mettez {{ term.months + 6 }}.", "en": "Make it {{ term.months + 6 }}."})]
    )
    for language, message, help_ in (("fr", "6 mois", "Mettez 12."), ("en", "6 months", "Make it 12.")):
        (finding,) = found(library, language=language)
        assert (finding.code, finding.severity, finding.rule) == ("rule", Severity.ERROR, "R1")
        assert (finding.message, finding.help, finding.citation, finding.fix) == (message, help_, "", ())
        assert finding.span is not None
        assert (finding.span.file, *places((finding,))) == ("deal.yaml", (9, 11))
        (note,) = finding.notes
        assert note.text == "rule R1"
        assert note.span is not None and note.span.file.endswith("base/rules.yaml")


@pytest.mark.parametrize(
    ("word", "severity"), [("error", Severity.ERROR), ("warning", Severity.WARNING), ("info", Severity.INFO)]
)
def test_a_finding_is_as_severe_as_its_rule(loaded: Callable[..., Library], word: str, severity: Severity) -> None:
    (finding,) = found(loaded(rules=[a_rule(severity=word)]))
    assert finding.severity is severity
    assert finding.help == ""


def test_a_finding_cites_the_law_of_its_rule(loaded: Callable[..., Library]) -> None:
    (finding,) = found(loaded(rules=[a_rule(fact="LAW-1")]))
    assert finding.citation == "LAW-1"


def test_a_rule_that_holds_or_does_not_apply_says_nothing_and_only_what_applies_is_counted(
    loaded: Callable[..., Library],
) -> None:
    library = loaded(
        rules=[
            a_rule(id="R1", **{"assert": "term.months == 6"}),
            a_rule(id="R2", when="client.segment == 'tpe'"),
            a_rule(id="R3", when="client.segment == 'pme'"),
            a_rule(id="R4", each={"site": "sites"}, **{"assert": "site.users > 0"}),
            a_rule(id="R5", each={"site": "sites"}, when="site.users > 0", **{"assert": "site.users > 9"}),
            a_rule(id="R6", each={"site": "sites"}, when="site.name == 'Vannes'", **{"assert": "site.users > 0"}),
        ]
    )
    facts, _ = derive(library, deal_of(library))
    assert facts is not None
    rulings = judge(library, facts, "en")
    assert [(ruling.rule.id, ruling.entry) for ruling in rulings.rulings] == [
        ("R3", None), ("R4", 1), ("R4", 2), ("R5", 0), ("R6", 2),
    ]  # fmt: skip
    assert rulings.applied == 1 + 1 + 3 + 1 + 1
    assert places(rulings.diagnostics) == [(9, 11), (5, 26), (7, 12), (4, 27), (7, 12)]


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"at": "client.segment"}, (2, 19)),
        ({"at": "term"}, (9, 3)),
        ({"assert": "client.sector == 'health' and term.months > 12"}, (2, 45)),
        ({"assert": "sites['Brest'].users > 0", "when": "sites['Brest'] is defined"}, (5, 26)),
        ({"assert": "parameters.floor > 99 or term.months > 12"}, (9, 11)),
        ({"assert": "parameters.floor > 99"}, (1, 1)),
        ({"assert": "facts.small"}, (2, 19)),
        ({"assert": "facts.smaller"}, (2, 19)),
        ({"assert": "facts.never"}, (1, 1)),
        ({"assert": "facts.as_of > '2030-01-01'"}, (2, 45)),
        ({"assert": "offices['Brest'].users | default(0) > 0"}, (1, 1)),
        ({"assert": "sites['Lyon'].users | default(0) > 0"}, (4, 3)),
        ({"each": {"row": "facts.rows"}, "assert": "row.code != 'x' or term.months > 12"}, (9, 11)),
        ({"each": {"row": "facts.rows"}, "assert": "row.code != 'x'", "at": "row.code"}, (1, 1)),
        ({"each": {"site": "sites"}, "assert": "site.users != 5"}, (4, 27)),
        ({"each": {"site": "sites"}, "assert": "site.users != 5", "at": "site.name"}, (4, 12)),
        ({"each": {"site": "sites"}, "assert": "site.users != 5", "at": "client.segment"}, (2, 19)),
        ({"each": {"site": "sites"}, "assert": "term.months >= site.users and site.users != 5"}, (9, 11)),
    ],
)
def test_a_finding_stands_where_the_rule_says_or_at_the_first_field_that_it_reads(
    loaded: Callable[..., Library], values: dict[str, Any], place: tuple[int, int]
) -> None:
    words = {"fr": "x", "en": "x"}
    fact = {"type": "boolean", "default": False, "describes": words}
    facts = [
        {"id": "small", "cases": [{"when": "client.segment == 'tpe'", "value": True}], **fact},
        {"id": "smaller", "cases": [{"when": "parameters.floor > 99", "value": True},
                                    {"when": "facts.small and term.months > 99", "value": True}], **fact},
        {"id": "never", **fact},
        {"id": "as_of", "type": "date", "formula": "as_of", "describes": words,
         "reads": ["facts.small", "client.sector", "term.months"]},
        {"id": "rows", "type": {"list": {"code": "string"}, "key": "code"}, "default": [{"code": "x"}],
         "describes": words},
    ]  # fmt: skip
    floor = {"id": "floor", "unit": "EUR", "checked": "2026-11-21", "values": {"2013-01-01": "40"}}
    (finding,) = found(loaded(facts=facts, parameters=[floor], rules=[a_rule(**values)]))
    assert places((finding,)) == [place]


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ({"term.months": 12}, (("term.months", "12"),)),
        ({"term.months": 24, "term.renewal.tacit": True}, (("term.months", "24"), ("term.renewal.tacit", "true"))),
        ({"term.renewal.tacit": False, "term.months": 12}, (("term.renewal.tacit", "false"), ("term.months", "12"))),
        ({"term.months": 11}, ()),
    ],
)
def test_a_fix_is_told_only_where_the_deal_with_it_satisfies_the_rule(
    loaded: Callable[..., Library], settings: dict[str, Any], shown: tuple[tuple[str, str], ...]
) -> None:
    library = loaded(rules=[a_rule(fix={"set": settings})])
    (finding,) = found(library)
    assert finding.fix == shown
    deal = deal_of(library)
    fixed = apply_fix(library, deal, Fix(tuple(settings.items())))
    assert fixed.values["term"]["months"] == settings["term.months"]
    assert deal.values["term"] == {"months": 6}, "the deal itself is as it was"


def test_a_fix_that_takes_the_deal_out_of_the_reach_of_its_rule_is_told(loaded: Callable[..., Library]) -> None:
    library = loaded(rules=[a_rule(when="client.segment == 'pme'", fix={"set": {"client.segment": "eti"}})])
    (finding,) = found(library)
    assert finding.fix == (("client.segment", "eti"),)


def test_a_fix_after_which_the_rule_still_fails_is_not_told(loaded: Callable[..., Library]) -> None:
    (finding,) = found(loaded(rules=[a_rule(when="client.segment == 'pme'", fix={"set": {"term.months": 11}})]))
    assert finding.fix == ()


def test_a_fix_after_which_something_is_missing_is_not_told(loaded: Callable[..., Library]) -> None:
    late = {"id": "late", "type": "boolean", "default": False, "describes": {"fr": "x", "en": "x"},
            "cases": [{"when": "client.segment == 'gc' and term.until > '2027-01-01'", "value": True}]}  # fmt: skip
    fix = {"fix": {"set": {"client.segment": "gc"}}}
    (finding,) = found(loaded(facts=[late], rules=[a_rule(**fix)]))
    assert finding.fix == (), "a fact cannot be derived any more"
    later = "term.months >= 12 or client.segment == 'gc' and term.until > '2027-01-01'"
    (finding,) = found(loaded(rules=[a_rule(**fix, **{"assert": later})]))
    assert (finding.code, finding.fix) == ("rule", ()), "the rule cannot be judged any more"


def test_a_fix_must_be_right_for_every_entry(loaded: Callable[..., Library]) -> None:
    rule = a_rule(each={"site": "sites"}, **{"assert": "site.users * 2 >= term.months"})
    fixed = [found(loaded(rules=[rule | {"fix": {"set": {"term.months": months}}}]))[0].fix for months in (0, 1)]
    assert fixed == [(("term.months", "0"),), ()]


WITH_A_DATE = DEAL + "  until: 2027-01-01\n"


def test_a_rule_that_reads_what_is_absent_says_so_once_an_entry(loaded: Callable[..., Library]) -> None:
    library = loaded(rules=[a_rule(**{"assert": "term.until > '2026-12-31'"})])
    (finding,) = found(library)
    assert (finding.code, finding.severity, finding.rule, finding.help) == (
        "absent-field", Severity.ERROR, "R1", "add the field",
    )  # fmt: skip
    assert finding.message == "the rule R1 reads `term.until`, which this deal does not have"
    assert places((finding,)) == [(1, 1)]
    assert [note.text for note in finding.notes] == ["the rule is here"]
    assert found(library, WITH_A_DATE) == ()
    each = loaded(rules=[a_rule(each={"site": "sites"}, **{"assert": "site.users > 0 and term.until > '2020-01-01'"})])
    facts, _ = derive(each, deal_of(each))
    assert facts is not None
    assert [(r.entry, r.diagnostic.code) for r in judge(each, facts, "en").rulings] == [
        (0, "absent-field"), (1, "rule"), (2, "rule"),
    ]  # fmt: skip


def an_approval(**values: Any) -> dict[str, Any]:
    reason = {"fr": "{{ term.months }} mois", "en": "{{ term.months }} months"}
    return {"id": "A1", "role": "finance", "when": "term.months < 12", "reason": reason, **values}


def test_a_deviation_asks_for_somebody_with_its_reason_and_its_place(loaded: Callable[..., Library]) -> None:
    library = loaded(approvals=[an_approval(), an_approval(id="A2", when="term.months > 12")])
    for language, message in (
        ("fr", "accord requis (finance) : 6 mois"),
        ("en", "approval needed (finance): 6 months"),
    ):
        (finding,) = found(library, language=language)
        assert (finding.code, finding.severity, finding.rule) == ("approval", Severity.APPROVAL, "A1")
        assert (finding.message, places((finding,))) == (message, [(9, 11)])
        assert [note.text for note in finding.notes] == ["rule A1"]
    (finding,) = found(loaded(approvals=[an_approval(at="client.sector")]))
    assert places((finding,)) == [(2, 45)]


def test_a_deviation_that_reads_what_is_absent_is_an_error(loaded: Callable[..., Library]) -> None:
    library = loaded(approvals=[an_approval(when="term.until > '2026-12-31'"), an_approval(id="A2")])
    assert [(finding.code, finding.rule) for finding in found(library)] == [("absent-field", "A1"), ("approval", "A2")]


def test_a_rule_and_a_deviation_of_a_layer_that_does_not_apply_are_passed_over(
    loaded: Callable[..., Library], tmp_path: Path
) -> None:
    of_health = written({"facts": [], "rules": [a_rule(id="H1")], "approvals": [an_approval(id="H2")]})
    write(tmp_path / "clauses" / "health" / "rules.yaml", of_health)
    write(tmp_path / "clauses" / "house" / "rules.yaml", of_health.replace("H1", "Z1").replace("H2", "Z2"))
    library = loaded()
    assert {rule.id for rule in (*library.rules, *library.approvals)} == {"H1", "H2", "Z1", "Z2"}
    assert [finding.rule for finding in found(library)] == ["Z1", "Z2"]
    assert [finding.rule for finding in found(library, DEAL.replace("general", "health"))] == ["H1", "Z1", "H2", "Z2"]


def test_a_rule_counts_from_the_day_on_which_it_is_in_force(loaded: Callable[..., Library]) -> None:
    library = loaded(rules=[a_rule(effective={"from": "2026-07-01", "to": "2027-01-01"}), a_rule(id="R2")])
    for date, ids in (
        ("2026-06-30", ["R2"]), ("2026-07-01", ["R1", "R2"]), ("2026-12-31", ["R1", "R2"]), ("2027-01-01", ["R2"]),
    ):  # fmt: skip
        facts, _ = derive(library, deal_of(library), date)
        assert facts is not None
        assert [rule.id for rule in in_force(library, facts)] == ids
