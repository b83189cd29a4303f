"""A country is a layer of files: it fills every place, closes on its own days, and no base text is of one country."""

from __future__ import annotations

import ast
import datetime
import json
import re
from pathlib import Path
from typing import Any

import pytest

from generator.formulas.hours import holidays_of
from generator.pipeline import Draft, Options, draft, draft_text
from generator.source import read_yaml
from generator.writers import markdown
from tests.deals import library

ROOT = Path(__file__).resolve().parent.parent
BELGIAN = ROOT / "contracts" / "be-pme-bruxelles.yaml"
# What only a text under the law of one country says.
OF_FRANCE = re.compile(r"droit français|French law|French \w+ Code|CNIL|SIREN|Urssaf|\bRCS\b|article [LRD]\d")
OF_BELGIUM = re.compile(r"droit belge|Belgian|tribunal de l.entreprise|loi belge")


def values() -> dict[str, Any]:
    source, found = read_yaml("deal.yaml", BELGIAN.read_text("utf-8"))
    assert source is not None, found
    plain: dict[str, Any] = json.loads(json.dumps(source.value, default=float))
    return plain


def drafted(**groups: dict[str, Any]) -> Draft:
    """The Belgian example with some fields of its groups changed."""
    deal = values()
    for group, fields in groups.items():
        deal[group] = {**deal.get(group, {}), **fields}
    return draft_text("deal.yaml", json.dumps(deal), BELGIAN.parent)


def printed(found: Draft, language: str) -> str:
    return markdown.write(found.numbered[language]).decode("utf-8")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_belgian_example_is_complete_and_says_nothing_of_french_law(language: str) -> None:
    found = draft(BELGIAN, options=Options(language=language))
    assert found.complete, found.report
    text = printed(found, language)
    assert OF_FRANCE.findall(text) == []
    assert OF_BELGIUM.search(text)
    assert "1999.000.150" in text


def test_the_french_example_says_nothing_of_belgian_law() -> None:
    found = draft(ROOT / "contracts" / "pme-acme.yaml")
    assert found.complete
    assert OF_BELGIUM.findall(printed(found, "fr")) == []


CHOICES: list[dict[str, dict[str, Any]]] = [
    {"context": {"segment": "tpe"}},
    {"context": {"segment": "eti"}},
    {"context": {"segment": "gc"}},
    {"context": {"sector": "legal", "signature_mode": "client_premises"}, "hr": {"onsite_staff": {"dedicated": True}}},
    {"term": {"renewal": "express"}, "legal": {"law": "BE", "hardship": "waived"}},
    {"term": {"renewal": "none"}, "hr": {"subcontracting": {"allowed": True, "prior_approval": True}}},
    {"billing": {"tax_territory": "exempt", "late_rate": {"basis": "fixed", "fixed_pct": 12}}},
]


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: " ".join(map(str, choice)))
def test_both_countries_fill_the_same_places(choice: dict[str, dict[str, Any]]) -> None:
    """But for the places that only French law asks for: the vigilance documents and the right of withdrawal."""
    belgian = drafted(**choice)
    french = drafted(**{**choice, "legal": {**choice.get("legal", {}), "law": "FR"}})
    assert belgian.plan is not None and french.plan is not None
    filled = [{slot for slot, found in plan.decisions.items() if found.chosen} for plan in (belgian.plan, french.plan)]
    assert filled[0] <= filled[1]
    assert {slot for slot in filled[1] - filled[0] if "withdrawal" not in slot} <= {"people.vigilance"}


def test_each_zone_closes_on_the_days_of_its_own_country() -> None:
    days = {zone: {day for day, _ in holidays_of(zone, 2027, library().holidays)} for zone in ("belgium", "metropole")}
    assert days["belgium"] - days["metropole"] == {datetime.date(2027, 7, 21)}
    assert days["metropole"] - days["belgium"] == {datetime.date(2027, 5, 8), datetime.date(2027, 7, 14)}


def test_no_text_of_the_base_is_of_one_country() -> None:
    texts = {path: path.read_text("utf-8").split("---", 2)[2] for path in (ROOT / "clauses" / "base").rglob("*.md")}
    assert [path.name for path, text in texts.items() if OF_FRANCE.search(text) or OF_BELGIUM.search(text)] == []


def test_no_module_names_a_country_that_was_added_by_files() -> None:
    added = {layer.id for layer in library().layers if "jurisdictions" in layer.folder} - {"FR"}
    assert added == {"BE"}
    for path in (ROOT / "generator").rglob("*.py"):
        constants = {
            node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant)
        }
        assert not added & {value for value in constants if isinstance(value, str)}, path


def test_every_belgian_legal_fact_says_that_it_is_from_memory_and_is_cited() -> None:
    facts = {id_: law for id_, law in library().law.items() if id_.startswith("BE-")}
    assert facts and {law.status for law in facts.values()} == {"memory"}
    lib = library()
    cited = {citation.fact for clause in lib.clauses.values() for citation in clause.sources}
    cited |= {entry.fact for entry in (*lib.rules, *lib.obligations)} | {p.fact for p in lib.parameters.values()}
    holidays = (ROOT / "clauses" / "jurisdictions" / "BE" / "holidays.yaml").read_text("utf-8")
    assert {id_ for id_ in facts if id_ not in cited and id_ not in holidays} == set()
