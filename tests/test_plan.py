"""Which clause fills which slot: the small libraries of ``tests/cases/plans.yaml``, written to a folder and read."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator.deal import merge_deal
from generator.deal_layers import Layer
from generator.diagnostics import Diagnostic
from generator.facts import Facts, derive
from generator.library.load import load_library
from generator.library.model import Library
from generator.plan import Candidate, Outcome, Plan, select, select_clause, why_not
from generator.source import read_yaml
from generator.workspace import Workspace

ROOT = Path(__file__).parent.parent
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "plans.yaml").read_text(encoding="utf-8"))

DATE = {"type": "string", "x-kind": "date"}
SCHEMA = {
    "type": "object",
    "x-required": ["meta", "client"],
    "properties": {
        "meta": {
            "type": "object",
            "x-required": ["effective_date"],
            "properties": {"effective_date": DATE, "signature_date": DATE, "document_date": DATE},
        },
        "third_parties": {
            "type": "object",
            "properties": {
                "mandates": {
                    "type": "array",
                    "default": [],
                    "x-key": "vendor",
                    "items": {
                        "type": "object",
                        "x-required": ["vendor"],
                        "properties": {"vendor": {"type": "string"}},
                    },
                }
            },
        },
        "client": {
            "type": "object",
            "x-required": ["segment", "country", "sector"],
            "properties": {
                "segment": {"enum": ["tpe", "pme", "eti", "gc"]},
                "country": {"type": "string"},
                "sector": {"enum": ["general", "health"]},
                "sites": {"type": "integer"},
            },
        },
    },
}


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def clause(front: Mapping[str, Any]) -> str:
    head = written({"slot": "cap", "sources": [{"cite": "C. civ. 1231-5"}], **front})
    return f"---\n{head}\n---\n\n# fr: Titre\n\nTexte.\n\n# en: Title\n\nText.\n"


def written(value: Any) -> str:
    """JSON is YAML; dates as they are typed."""
    return json.dumps(value, ensure_ascii=False, default=str)


def outline(name: str, position: int, spec: Mapping[str, Any]) -> dict[str, Any]:
    words = {"fr": name, "en": name}
    sections = spec.get("sections", [{"id": "one", "title": {"fr": "Un", "en": "One"}, "slots": spec.get("slots")}])
    made = {
        "id": name,
        "kind": spec["kind"],
        "title": words,
        "name": words,
        "precedence": spec.get("precedence", position),
        "position": position,
        "sections": sections,
    }
    return {**made, **{key: spec[key] for key in ("when", "cover", "each", "contents", "title") if key in spec}}


def library_of(folder: Path, case: Mapping[str, Any]) -> Library:
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    write(folder / "schemas" / "deal.schema.json", json.dumps(SCHEMA))
    for name, layer in CASES["layers"].items():
        words = {"fr": name, "en": name}
        write(folder / "clauses" / name / "layer.yaml", written({"id": name, "name": words, **layer}))
    for name, front in case["clauses"].items():
        write(folder / "clauses" / f"{name}.md", clause(front))
    default = {"D01": {"kind": "agreement", "slots": case.get("slots", ["cap"])}}
    for position, (name, spec) in enumerate(sorted(case.get("outlines", default).items()), 1):
        write(folder / "clauses" / "outlines" / f"{name}.yaml", written(outline(name, position, spec)))
    for name, rules in {"base": case.get("rules", {}), **case.get("rules_of", {})}.items():
        write(folder / "clauses" / name / "rules.yaml", written({"facts": [], **rules}))
    library, found = load_library(Workspace(folder / "clauses", folder / "schemas"), frozenset())
    assert library is not None, [(item.message, str(item.span)) for item in found]
    return library


def facts_of(library: Library, case: Mapping[str, Any]) -> Facts:
    values = {**CASES["deal"], **case.get("deal", {})}
    meta = {key: value for key, value in values.items() if key.endswith("_date")}
    client = {key: value for key, value in values.items() if key not in {*meta, "mandates"}}
    mandates = [{"vendor": vendor} for vendor in values.get("mandates", ())]
    written_deal = written({"meta": meta, "client": client, "third_parties": {"mandates": mandates}})
    source, _ = read_yaml("deal.yaml", written_deal)
    assert source is not None
    deal, found = merge_deal(library.schema, (Layer("deal", source, ()),), None)
    assert deal is not None, found
    facts, found = derive(library, deal, str(case.get("as_of", "")))
    assert facts is not None, found
    return facts


def planned(folder: Path, case: Mapping[str, Any]) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    library = library_of(folder, case)
    return select(library, facts_of(library, case))


@pytest.mark.parametrize("case", [case for case in CASES["cases"] if "error" not in case], ids=lambda case: case["why"])
def test_the_clauses_are_those_of_the_example(tmp_path: Path, case: Mapping[str, Any]) -> None:
    plan, found = planned(tmp_path, case)
    assert [item.message for item in found] == []
    assert plan is not None
    for slot, chosen in case.get("chosen", {}).items():
        assert [clause.id for clause in plan.decisions[slot].chosen] == chosen
    outcomes = {
        candidate.clause.id: f"{candidate.outcome} {candidate.beaten_by}".strip()
        for decision in plan.decisions.values()
        for candidate in decision.candidates
    }
    assert {id_: outcomes[id_] for id_ in case.get("outcome", {})} == case.get("outcome", {})
    if "documents" in case:
        assert [f"{part.outline.id} {part.letter}".strip() for part in plan.parts] == case["documents"]
    placed = [
        placement.clause.id for part in plan.parts for section in part.sections for placement in section.placements
    ]
    assert sorted(placed) == sorted(
        id_ for decision in plan.decisions.values() for id_ in [c.id for c in decision.chosen]
    )


@pytest.mark.parametrize("case", [case for case in CASES["cases"] if "error" in case], ids=lambda case: case["why"])
def test_a_plan_that_cannot_be_made_has_the_finding_of_the_example(tmp_path: Path, case: Mapping[str, Any]) -> None:
    plan, found = planned(tmp_path, case)
    assert plan is None
    assert {item.code: item.message for item in found} == case["error"]
    (finding,) = found
    assert finding.is_error
    assert finding.help == CASES["help"][finding.code]
    assert finding.span is not None
    assert finding.span.file.startswith("clauses/")
    if "notes" in case:
        assert [note.text for note in finding.notes] == case["notes"]
        assert all(note.span is not None and note.span.file.startswith("clauses/") for note in finding.notes)
    if "marked" in case:
        (note,) = finding.notes
        assert note.span is not None
        assert note.span.source_line[note.span.column - 1 :].lstrip('"').startswith(case["marked"])


# ---- sections that stand for services

SERVICES = {
    "rules": {
        "facts": [
            {
                "id": "subscribed",
                "type": {"list": {"code": "string", "name": "text"}, "key": "code"},
                "default": [{"code": "backup", "name": {"fr": "Sauvegarde", "en": "Backup"}},
                            {"code": "helpdesk", "name": {"fr": "Assistance", "en": "Help desk"}}],
                "describes": {"fr": "Services", "en": "Services"},
            }
        ]
    },
    "outlines": {"D04": {"kind": "annex", "sections": [{"each": "service", "slots": ["sheet"]}]}},
}  # fmt: skip


def test_each_subscribed_service_has_its_section_with_its_sheet(tmp_path: Path) -> None:
    clauses = {
        "base/services/backup": {"slot": "service.backup"},
        "base/services/helpdesk": {"slot": "service.helpdesk"},
        "base/services/wifi": {"slot": "service.wifi"},
        "base/sheet/common": {"slot": "sheet", "binds": "service"},
    }
    plan, found = planned(tmp_path, {**SERVICES, "clauses": clauses})
    assert found == ()
    assert plan is not None
    (part,) = plan.parts
    assert [(section.id, section.title) for section in part.sections] == [
        ("service.backup", {"fr": "Sauvegarde", "en": "Backup"}),
        ("service.helpdesk", {"fr": "Assistance", "en": "Help desk"}),
    ]
    assert [(p.anchor, p.clause.id, p.bound.get("service", {}).get("code")) for p in part.sections[0].placements] == [
        ("service.backup", "services.backup", None),
        ("sheet@backup", "sheet.common", "backup"),
    ]


def test_a_subscribed_service_without_a_sheet_is_an_error(tmp_path: Path) -> None:
    clauses = {
        "base/services/backup": {"slot": "service.backup"},
        "base/sheet/common": {"slot": "sheet", "binds": "service"},
    }
    plan, found = planned(tmp_path, {**SERVICES, "clauses": clauses})
    assert plan is None
    assert [item.message for item in found] == ["no clause fills `service.helpdesk` of D04 for this deal"]


LETTERS = {
    "outlines": {
        "L01": {
            "kind": "letter", "cover": "letter", "each": "mandate", "sections": [], "when": "client.segment == 'pme'",
        }
    },
    "deal": {"mandates": ["Éditeur A", "Opérateur B"]},
}  # fmt: skip


def test_a_document_for_each_entry_of_a_list_is_one_clause_that_reads_the_entry(tmp_path: Path) -> None:
    clauses = {"base/letter/usual": {"slot": "letter", "binds": "mandate"}}
    plan, found = planned(tmp_path, {**LETTERS, "clauses": clauses})
    assert found == ()
    assert plan is not None
    assert [(part.id, part.place, part.entry, part.letter, part.sections) for part in plan.parts] == [
        ("L01-1", 1, "Éditeur A", "", ()),
        ("L01-2", 2, "Opérateur B", "", ()),
    ]
    assert [(part.cover.anchor, dict(part.cover.bound)) for part in plan.parts if part.cover] == [
        ("letter@1", {"mandate": {"vendor": "Éditeur A"}}),
        ("letter@2", {"mandate": {"vendor": "Opérateur B"}}),
    ]
    assert [part.named("Lettre") for part in plan.parts] == ["Lettre – Éditeur A", "Lettre – Opérateur B"]


def test_documents_after_one_for_each_entry_are_made_as_well(tmp_path: Path) -> None:
    outlines = {**LETTERS["outlines"], "Z01": {"kind": "agreement", "slots": ["cap"]}}
    clauses = {"base/letter/usual": {"slot": "letter", "binds": "mandate"}, "base/cap/a": {}}
    plan, _ = planned(tmp_path, {**LETTERS, "outlines": outlines, "clauses": clauses})
    assert plan is not None
    assert [part.id for part in plan.parts] == ["L01-1", "L01-2", "Z01"]


def test_a_document_for_each_entry_needs_its_clause_unless_there_is_no_entry(tmp_path: Path) -> None:
    case = {**LETTERS, "clauses": {"base/cap/a": {}}}
    library = library_of(tmp_path, case)
    plan, found = select(library, facts_of(library, case))
    assert plan is None
    assert [item.message for item in found] == ["no clause fills `letter` of L01 for this deal"]
    plan, found = select(library, facts_of(library, {**case, "deal": {}}))
    assert found == ()
    assert plan is not None
    assert plan.parts == ()


# ---- the pack as texts read it


def test_documents_are_named_by_letter_and_ranked_by_precedence(tmp_path: Path) -> None:
    outlines = {
        "D01": {"kind": "agreement", "slots": ["cap"]},
        "D02": {"kind": "order", "slots": ["rest"]},
        "D03": {"kind": "annex", "slots": ["more"]},
    }
    clauses = {"base/cap/a": {}, "base/rest/r": {"slot": "rest"}, "base/more/m": {"slot": "more"}}
    plan, _ = planned(tmp_path, {"outlines": outlines, "clauses": clauses})
    assert plan is not None
    assert [row["label"]["fr"] for row in plan.pack["documents"]] == ["D01", "D02", "Annexe\u00a0A"]
    assert [row["label"]["en"] for row in plan.pack["precedence"]] == ["D01", "D02", "Schedule\u00a0A"]
    assert [clause.id for clause in plan.clauses()] == ["cap.a", "rest.r", "more.m"]
    assert [(part.id, part.named("x"), part.sections[0].id) for part in plan.parts] == [
        ("D01", "x", "one"), ("D02", "x", "one"), ("D03", "x", "one"),
    ]  # fmt: skip
    label = {"fr": "Annexe\u00a0A", "en": "Schedule\u00a0A"}
    title = {"fr": "D03", "en": "D03"}
    assert plan.pack["documents"][2] == {"id": "D03", "title": title, "label": label, "kind": "annex"}


def test_the_annexes_after_the_twenty_sixth_have_two_letters(tmp_path: Path) -> None:
    names = [f"D{number:02}" for number in range(1, 29)]
    outlines = {name: {"kind": "annex", "slots": [f"s{name.lower()}"]} for name in names}
    clauses = {f"base/{name.lower()}/c": {"slot": f"s{name.lower()}"} for name in names}
    plan, found = planned(tmp_path, {"outlines": outlines, "clauses": clauses})
    assert found == ()
    assert plan is not None
    assert [part.letter for part in plan.parts[-3:]] == ["Z", "AA", "AB"]


def test_the_order_of_precedence_is_its_own_and_a_summary_has_none(tmp_path: Path) -> None:
    outlines = {
        "D01": {"kind": "agreement", "slots": ["cap"], "precedence": 3},
        "D02": {"kind": "order", "slots": ["rest"], "precedence": 1},
        "D03": {"kind": "summary", "slots": ["more"], "precedence": 2},
    }
    clauses = {"base/cap/a": {}, "base/rest/r": {"slot": "rest"}, "base/more/m": {"slot": "more"}}
    plan, _ = planned(tmp_path, {"outlines": outlines, "clauses": clauses})
    assert plan is not None
    assert [row["id"] for row in plan.pack["documents"]] == ["D01", "D02"]
    assert [row["id"] for row in plan.pack["precedence"]] == ["D02", "D01"]


def test_a_cover_is_filled_like_a_slot(tmp_path: Path) -> None:
    outlines = {"D01": {"kind": "agreement", "cover": "cap", "slots": ["rest"]}}
    plan, found = planned(
        tmp_path, {"outlines": outlines, "clauses": {"base/cap/a": {}, "base/rest/r": {"slot": "rest"}}}
    )
    assert found == ()
    assert plan is not None
    cover = plan.parts[0].cover
    assert cover is not None
    assert cover.clause.id == "cap.a"
    assert [clause.id for clause in plan.clauses()] == ["cap.a", "rest.r"]


def test_a_document_may_be_a_cover_alone_and_a_cover_needs_its_clause(tmp_path: Path) -> None:
    outlines = {"D01": {"kind": "agreement", "cover": "front", "slots": [{"slot": "rest", "policy": "any"}]}}
    for clauses, parts, messages in (
        ({"base/front/f": {"slot": "front"}}, ["D01"], []),
        ({"base/cap/a": {}}, None, ["no clause fills `front` of D01 for this deal"]),
    ):
        folder = tmp_path / str(len(messages))
        plan, found = planned(folder, {"outlines": outlines, "clauses": clauses})
        assert [item.message for item in found] == messages
        assert (plan and [part.id for part in plan.parts]) == parts


def test_a_section_stands_where_its_condition_holds(tmp_path: Path) -> None:
    words = {"fr": "Un", "en": "One"}
    sections = [
        {"id": "one", "title": words, "when": "client.segment == 'gc'", "slots": ["cap"]},
        {"id": "two", "title": words, "slots": ["rest"]},
    ]
    clauses = {"base/cap/a": {}, "base/rest/r": {"slot": "rest"}}
    plan, found = planned(
        tmp_path, {"outlines": {"D01": {"kind": "agreement", "sections": sections}}, "clauses": clauses}
    )
    assert found == ()
    assert plan is not None
    assert [section.id for part in plan.parts for section in part.sections] == ["two"]


def test_a_section_that_reads_what_is_absent_is_named_with_its_document(tmp_path: Path) -> None:
    sections = [{"id": "one", "title": {"fr": "Un", "en": "One"}, "when": "client.sites > 1", "slots": ["cap"]}]
    outlines = {"D01": {"kind": "agreement", "sections": sections}}
    plan, (finding,) = planned(tmp_path, {"outlines": outlines, "clauses": {"base/cap/a": {}}})
    assert plan is None
    assert finding.message == "the condition of `D01.one` reads `client.sites`, which this deal does not have"


def test_a_clause_alone_is_in_by_its_layer_its_date_its_condition_and_its_exceptions(tmp_path: Path) -> None:
    case = {
        "clauses": {
            "base/cap/general": {}, "house/cap/own": {"exception_to": "cap.general"}, "health/cap/sector": {},
            "base/cap/large": {"when": "client.segment == 'gc'"}, "base/cap/old": {"effective": {"to": "2026-01-01"}},
        }
    }  # fmt: skip
    library = library_of(tmp_path, case)
    facts = facts_of(library, case)
    inside = [clause.id for clause in library.clauses.values() if select_clause(library, facts, clause)]
    assert inside == ["cap.own"]


def test_each_outcome_has_its_words(tmp_path: Path) -> None:
    clause = library_of(tmp_path, {"clauses": {"FR/cap/a": {}}}).clauses["cap.a"]
    words: dict[Outcome, str] = {
        "lower-layer": "`cap.b` of a higher layer takes its place",
        "exception": "the exception `cap.b` takes its place",
        "layer": "its layer FR does not apply",
        "in": "it is in",
    }
    assert {outcome: why_not(Candidate(clause, outcome, "cap.b")) for outcome in words} == words


# ---- facts and layers


def test_a_layer_that_reads_an_absent_field_is_an_error(tmp_path: Path) -> None:
    case = {"clauses": {"base/cap/a": {}}}
    library = library_of(tmp_path, case)
    write(
        tmp_path / "clauses" / "FR" / "layer.yaml", "id: FR\nname: {fr: FR, en: FR}\nrank: 10\nwhen: client.sites > 1\n"
    )
    again, _ = load_library(Workspace(tmp_path / "clauses", tmp_path / "schemas"), frozenset())
    assert again is not None
    deal = facts_of(library, case).deal
    facts, (found,) = derive(again, deal)
    assert facts is None
    assert found.message == "the layer `FR` reads `client.sites`, which this deal does not have"
    assert (found.code, found.help, found.is_error) == ("absent-field", "read fields that every deal has", True)
    assert str(found.span).endswith("FR/layer.yaml:4:7")


def test_the_condition_of_a_layer_reads_no_fact(tmp_path: Path) -> None:
    size = {
        "id": "small",
        "type": "boolean",
        "cases": [{"when": "client.segment == 'tpe'", "value": True}],
        "default": False,
        "describes": {"fr": "Petit", "en": "Small"},
    }
    library_of(tmp_path, {"clauses": {"base/cap/a": {}}, "rules": {"facts": [size]}})
    layer = "id: FR\nname: {fr: FR, en: FR}\nrank: 10\nwhen: facts.small\n"
    write(tmp_path / "clauses" / "FR" / "layer.yaml", layer)
    library, (found,) = load_library(Workspace(tmp_path / "clauses", tmp_path / "schemas"), frozenset())
    assert library is None
    assert str(found.span).endswith("FR/layer.yaml:4:7")
    assert "`facts`" in found.message


def test_a_fact_knows_which_case_made_it(tmp_path: Path) -> None:
    size = {
        "id": "size",
        "type": ["small", "middle", "big"],
        "cases": [
            {"when": "client.segment == 'tpe'", "value": "small"},
            {"when": "client.segment == 'pme'", "value": "middle"},
        ],
        "default": "big",
        "describes": {"fr": "Taille", "en": "Size"},
    }
    case = {"clauses": {"base/cap/a": {}}, "rules": {"facts": [size]}}
    library = library_of(tmp_path, case)
    seen = {}
    for segment in ("tpe", "pme", "gc"):
        facts = facts_of(library, {**case, "deal": {"segment": segment}})
        seen[segment] = (facts.scope["facts"]["size"], facts.reasons["size"].case)
    assert seen == {"tpe": ("small", 0), "pme": ("middle", 1), "gc": ("big", None)}


def test_a_legal_value_is_that_of_the_date_of_the_law(tmp_path: Path) -> None:
    parameter = {
        "id": "fee",
        "unit": "EUR",
        "checked": "2026-11-21",
        "values": {"2013-01-01": "40", "2026-06-01": "45.50"},
    }
    case = {"clauses": {"base/cap/a": {}}, "rules": {"parameters": [parameter]}}
    library = library_of(tmp_path, case)
    held = {}
    for date in ("2013-01-01", "2026-05-31", "2026-06-01", "2030-01-01"):
        facts = facts_of(library, {**case, "as_of": date})
        held[date] = (str(facts.scope["parameters"]["fee"]), facts.parameters["fee"])
    assert held == {
        "2013-01-01": ("40", "2013-01-01"),
        "2026-05-31": ("40", "2013-01-01"),
        "2026-06-01": ("45.50", "2026-06-01"),
        "2030-01-01": ("45.50", "2026-06-01"),
    }
    deal = facts_of(library, case).deal
    facts_before, (found,) = derive(library, deal, "2012-12-31")
    assert facts_before is None
    assert (found.code, found.message) == ("no-parameter", "the legal value `fee` is not known for 2012-12-31")
