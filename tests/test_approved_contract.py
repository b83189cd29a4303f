"""The watermark asks for an approval of all that a contract prints, and of nothing else that the library holds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator.approvals import Approvable, approvable, approval_of
from generator.document import status
from generator.document.assemble import assemble
from generator.document.nodes import Document, Numbered
from generator.document.number import number
from generator.library.approved import Wording
from generator.library.load import LIBRARY_FILE_BYTES
from generator.library.model import Library
from generator.pipeline import Draft, Options, draft, library_of
from generator.plan import select
from generator.source import read_yaml
from generator.workspace import Workspace
from generator.writers import markdown

ROOT = Path(__file__).parent.parent
DEALS = ("tpe-boulangerie", "gc-grand-compte")
UNREAD = {"fr": "projet, à faire valider par un avocat", "en": "draft, to be reviewed by a lawyer"}


@cache
def drafted(deal: str) -> Draft:
    return draft(ROOT / "contracts" / f"{deal}.yaml", Workspace(ROOT / "clauses", ROOT / "schemas"), Options("fr"))


def approved(entry: Approvable) -> Any:
    """The same text, read and approved in French."""
    return replace(entry, approved={"fr": approval_of(entry, "fr", "Me Exemple", "2026-11-20")})


@cache
def read_library() -> Library:
    """The library, proven, with every text approved in French."""
    library = drafted(DEALS[0]).library
    assert library is not None
    wordings = {id_: approved(wording) for id_, wording in library.wordings.items()}
    clauses = {id_: approved(clause) for id_, clause in library.clauses.items()}
    by_slot = {slot: tuple(clauses[clause.id] for clause in held) for slot, held in library.by_slot.items()}
    return replace(library, clauses=clauses, by_slot=by_slot, wordings=wordings, proven=True)


def without(library: Library, *ids: str) -> Library:
    """The library in which nobody has read these words."""
    unread = {id_: replace(library.wordings[id_], approved={}) for id_ in ids}
    return replace(library, wordings={**library.wordings, **unread})


def made(library: Library, deal: str) -> Document:
    facts = drafted(deal).facts
    assert facts is not None
    plan, found = select(library, facts)
    assert plan is not None, found
    document, found = assemble(library, facts, plan, "fr")
    assert document is not None, found
    return document


def watermark(library: Library, deal: str) -> str:
    return made(library, deal).properties.status


@pytest.mark.parametrize("deal", DEALS)
def test_a_contract_of_which_everything_was_read_has_no_watermark(deal: str) -> None:
    assert watermark(read_library(), deal) == ""


@pytest.mark.parametrize(
    ("id_", "deals"),
    [
        ("glossary.agreement", DEALS),
        ("glossary.co-management", ("gc-grand-compte",)),
        ("outline.D03", DEALS),
        ("outline.D07", ("gc-grand-compte",)),
        ("profile.tpe", ("tpe-boulangerie",)),
        ("profile.gc", ("gc-grand-compte",)),
        ("holiday.christmas", DEALS),
        ("holiday.abolition-mayotte", ()),
        ("parameter.recovery_fee", DEALS),
        ("parameter.pme_headcount", ()),
        ("sheet.helpdesk", DEALS),
        ("label.service_code", DEALS),
        ("label.scope.assets", DEALS),
        ("label.annexes.public.ccag", ()),
    ],
)
def test_one_text_that_nobody_has_read_marks_the_contracts_that_print_it(id_: str, deals: tuple[str, ...]) -> None:
    library = without(read_library(), id_)
    assert {deal: watermark(library, deal) for deal in DEALS} == {
        deal: UNREAD["fr"] if deal in deals else "" for deal in DEALS
    }


def test_one_clause_that_nobody_has_read_marks_the_contract() -> None:
    library = read_library()
    facts = drafted(DEALS[0]).facts
    assert facts is not None
    plan, _ = select(library, facts)
    assert plan is not None
    first = plan.clauses()[0]
    unread = {first.id: replace(first, approved={})}
    by_slot = {slot: tuple(unread.get(one.id, one) for one in held) for slot, held in library.by_slot.items()}
    assert watermark(replace(library, clauses={**library.clauses, **unread}, by_slot=by_slot), DEALS[0]) == UNREAD["fr"]


def test_a_contract_that_was_not_read_of_a_library_that_is_not_proven_says_both() -> None:
    library = replace(without(read_library(), "outline.D03"), proven=False)
    assert watermark(library, DEALS[0]) == f"{UNREAD['fr']}, bibliothèque de clauses non prouvée"


def test_the_watermark_asks_for_the_language_of_the_contract() -> None:
    facts = drafted(DEALS[0]).facts
    assert facts is not None
    plan, _ = select(read_library(), facts)
    assert plan is not None
    english, _ = assemble(read_library(), facts, plan, "en")
    assert english is not None
    assert english.properties.status == UNREAD["en"]


# ---- nothing is left out


class Marked:
    """A copy of the library in which every word that is no clause text has a sign of its own."""

    def __init__(self, folder: Path) -> None:
        self.owners: list[str] = []
        for path in sorted((ROOT / "clauses").rglob("*")):
            copy = folder / path.relative_to(ROOT)
            if path.suffix in {".yaml", ".md"}:
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_text(self.file(path, path.read_text("utf-8")), "utf-8")
        schemas = folder / "schemas"
        schemas.mkdir()
        for path in (ROOT / "schemas").glob("*.json"):
            (schemas / path.name).write_text(path.read_text("utf-8"), "utf-8")
        schema = json.loads((schemas / "deal.schema.json").read_text("utf-8"))
        (schemas / "deal.schema.json").write_text(json.dumps(self.schema(schema, ())), "utf-8")
        self.workspace = Workspace(folder / "clauses", schemas)

    def sign(self, text: str, owner: str) -> str:
        self.owners.append(owner)
        return f"{text} zq{len(self.owners) - 1}zq"

    def signed(self, value: Any, owner: str) -> Any:
        """A value with a sign in each of its texts in two languages."""
        if isinstance(value, list):
            return [self.signed(item, owner) for item in value]
        if not isinstance(value, dict):
            return value
        if value and set(value) <= {"fr", "en"} and all(isinstance(text, str) for text in value.values()):
            return {language: self.sign(text, owner) for language, text in value.items()}
        return {name: self.signed(item, owner) for name, item in value.items()}

    def file(self, path: Path, text: str) -> str:
        inside = path.relative_to(ROOT / "clauses").parts
        front = re.match(r"---\n(.*?)^---\n", text, re.DOTALL | re.MULTILINE)
        if path.suffix == ".md" and (front is None or "\nservice:\n" not in front[1]):
            return text
        source, _ = read_yaml(path.name, front[1] if front is not None else text, max_bytes=LIBRARY_FILE_BYTES)
        assert source is not None
        value = source.value
        if front is not None:
            value["service"] = self.signed(value["service"], f"sheet.{value['service']['code']}")
            lines = "".join(f"{name}: {as_json(item)}\n" for name, item in value.items())
            return f"---\n{lines}---\n{text[front.end() :]}"
        if inside == ("glossary.yaml",):
            for term in value["terms"]:
                for language in ("fr", "en"):
                    words = term[language]
                    words["definition"] = self.sign(words["definition"], f"glossary.{term['id']}")
        elif inside[0] == "outlines":
            value = self.signed(value, f"outline.{value['id']}")
        elif "profiles" in inside:
            value["values"] = self.signed(value["values"], f"profile.{value['id']}")
        elif "holidays" in value:
            for holiday in value["holidays"]:
                holiday["names"] = self.signed(holiday["names"], f"holiday.{holiday['id']}")
        else:
            return text
        return as_json(value)

    def schema(self, node: Any, path: tuple[str, ...]) -> Any:
        """The deal schema with signs in labels, default texts and descriptions."""
        if isinstance(node, list):
            return [self.schema(item, path) for item in node]
        if not isinstance(node, dict):
            return node
        marked: dict[str, Any] = {}
        for key, value in node.items():
            if key in {"properties", "$defs"}:
                marked[key] = {name: self.schema(field, (*path, name)) for name, field in value.items()}
            elif key == "x-labels" or (key == "default" and isinstance(value, dict | list)):
                marked[key] = self.signed(value, f"label.{'.'.join(path)}")
            elif key == "description" and " | EN: " in value:
                texts = [self.sign(text, f"label.{'.'.join(path[:-1])}") for text in value.split(" | EN: ")]
                marked[key] = " | EN: ".join(texts)
            else:
                marked[key] = self.schema(value, path)
        return marked


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=float)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Marked:
    return Marked(tmp_path_factory.mktemp("marked"))


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("deal", DEALS)
def test_every_word_of_the_library_that_a_contract_prints_is_asked_for(
    marked: Marked, deal: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Wording] = {}

    def gathered(*arguments: Any) -> Any:
        asked.update({wording.id: wording for wording in status.wordings_of(*arguments)})
        return iter(())

    monkeypatch.setattr(status, "unapproved", gathered)
    current = draft(ROOT / "contracts" / f"{deal}.yaml", marked.workspace, Options(language))
    assert current.numbered, [finding.message for finding in current.report.diagnostics]
    printed = {marked.owners[int(sign)] for sign in re.findall(r"zq(\d+)zq", words_of(current.numbered[language]))}
    assert {name.partition(".")[0] for name in printed} == {
        "glossary", "outline", "profile", "holiday", "sheet", "label",
    }  # fmt: skip
    assert printed <= set(asked), sorted(printed - set(asked))
    # Every sign is one of its kind: what is asked for and was not printed are values that the law fixes.
    assert {asked[name].kind for name in set(asked) - printed} <= {"parameter"}


def words_of(numbered: Numbered) -> str:
    return markdown.write(numbered).decode()


def test_the_ids_of_all_that_can_be_approved_are_different() -> None:
    library, _ = library_of(Workspace(ROOT / "clauses", ROOT / "schemas"))
    assert library is not None
    texts: Mapping[str, Approvable] = approvable(library)
    assert len(texts) == len(library.clauses) + len(library.wordings)
    numbered, found = number(made(library, DEALS[0]))
    assert (numbered is not None, found) == (True, ())
