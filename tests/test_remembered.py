"""A clause that was filled before with the same values: which values these are, and that nothing else shows."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml
from deals import drafted as random_draft
from deals import library, random_deal
from hypothesis import given, settings
from hypothesis import strategies as st
from test_accepts import spoilt

from generator import Draft, deal, draft
from generator.cache import NO_CACHE, Latest, Same
from generator.document import assemble as assembling
from generator.document import remembered
from generator.document.assemble import assemble
from generator.document.nodes import (
    Clause,
    Document,
    Item,
    ItemList,
    Label,
    Notice,
    Numbered,
    Paragraph,
    PlainParagraph,
    Reference,
    Table,
    Text,
)
from generator.document.properties import properties_of
from generator.document.remembered import KEPT, Values, is_worth_keeping, notation, use_of
from generator.document.status import Printed
from generator.document.walk import anchors_of, letters_of
from generator.facts import _Noted
from generator.outputs import Form, outputs
from generator.pipeline import Options, merged_deal
from generator.plan import NOTHING, Placement
from generator.schema import DealSchema
from generator.source import read_yaml
from generator.writers import docx
from generator.writers.docx.fragment import Counts, Fragment

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted(path for path in (ROOT / "contracts").glob("*.yaml") if "erreurs" not in path.name)


@pytest.fixture(autouse=True)
def cached(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command with ``--no-cache`` may have run before, in this process."""
    monkeypatch.delenv(NO_CACHE, raising=False)


def placed(made: Draft) -> Iterator[Placement]:
    assert made.plan is not None
    for part in made.plan.parts:
        yield from ([part.cover] if part.cover is not None else [])
        for section in part.sections:
            yield from section.placements


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_text_reads_nothing_of_a_deal_but_what_its_key_has(path: Path) -> None:
    made = draft(path)
    assert made.facts is not None and made.plan is not None and made.library is not None
    language = next(iter(made.numbered))
    assembly = assembling._Assembly(made.library, made.facts, made.plan, language)
    scope, asked = assembly.scope, 0
    for part in made.plan.parts:
        assembly.current = part
        for placement in (one for section in part.sections for one in section.placements):
            read: set[tuple[str, ...]] = set()
            assembly.scope = _Noted({**scope, **placement.bound}, (), read)
            assembly.fill(placement._replace(bound=NOTHING), "")
            known = use_of(placement.clause.texts[language]).paths
            for names in read:
                asked += 1
                below = any(names[: len(one)] == one for one in known)
                above = any(one[: len(names)] == names for one in known)
                assert below or above or names[0] in placement.bound, f"{placement.clause.id} reads {names}"
    assert asked > 40


@pytest.mark.parametrize("values", [
    (1, True), (1, "1"), (None, "None"), ([], {}), ([1], [True]), ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ("x" * 100, "x" * 101), (["x" * 100], ("x" * 100,)),
])  # fmt: skip
def test_values_that_differ_in_anything_have_different_notations(values: tuple[Any, Any]) -> None:
    one, other = ({"group": {"value": value}} for value in values)
    assert notation(one, ("group", "value")) != notation(other, ("group", "value"))


def test_what_a_deal_does_not_have_is_no_value_of_it() -> None:
    absent = notation({"group": {}}, ("group", "value"))
    assert absent == notation({"group": "a value"}, ("group", "value"))
    assert absent == notation({}, ("group", "value")) == notation({"group": "text"}, ("group", "value"))
    assert absent != notation({"group": {"value": "absent"}}, ("group", "value"))
    assert absent != notation({"group": {"value": None}}, ("group", "value"))


def plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(type(name) is str and plain(one) for name, one in value.items())
    if isinstance(value, list):
        return all(map(plain, value))
    return value is None or type(value).__qualname__ in {"str", "int", "bool", "Decimal"}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_deals_and_facts_are_made_of_values_whose_notation_says_all(path: Path) -> None:
    made = draft(path)
    assert made.facts is not None
    assert all(plain(group) for group in made.facts.scope.values())
    assert all(plain(value) for placement in placed(made) for value in placement.bound.values())


def said(drawn: dict[str, Any]) -> tuple[object, ...]:
    made = random_draft(drawn)
    return made.report, made.numbered, [docx.stories(contract) for contract in made.contracts.values()]


def test_what_is_kept_of_other_contracts_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    for seed in range(3_000, 3_012):
        drawn = random_deal(seed)
        usual = said(drawn)
        with monkeypatch.context() as patched:
            patched.setenv(NO_CACHE, "1")
            assert said(drawn) == usual, seed
        compared += len(usual[-1])  # type: ignore[arg-type]
    assert compared > 3


def test_a_contract_is_made_of_the_clauses_of_the_one_before_where_they_say_the_same() -> None:
    # Of the first contract of a process nothing is kept.
    draft(ROOT / "contracts" / "pme-acme.yaml")
    first = draft(ROOT / "contracts" / "pme-acme.yaml")
    assert first.facts is not None and first.plan is not None and first.library is not None
    again, found = assemble(first.library, first.facts, first.plan, "fr")
    assert again is not None and not found
    before = {id(clause) for part in first.numbered["fr"].document.parts for s in part.sections for clause in s.clauses}
    clauses = [clause for part in again.parts for section in part.sections for clause in section.clauses]
    same = sum(id(clause) in before for clause in clauses)
    # The glossary is filled last, with the terms of all others.
    assert same == len(clauses) - 1


def test_a_value_that_changed_is_printed_whatever_was_kept(tmp_path: Path) -> None:
    text = (ROOT / "contracts" / "pme-acme.yaml").read_text(encoding="utf-8")
    profile = ROOT / "contracts" / "my-msp"
    (tmp_path / "my-msp").symlink_to(profile)
    names = ["Ateliers Un", "Ateliers Deux"]
    client = draft(ROOT / "contracts" / "pme-acme.yaml").deal
    assert client is not None
    old = client.values["parties"]["client"]["legal_name"]
    for name in names:
        (tmp_path / "deal.yaml").write_text(text.replace(old, name), encoding="utf-8")
        made = draft(tmp_path / "deal.yaml")
        pages = next(one for one in outputs(made, Form(formats=("md",), bound=True)) if one.name.endswith(".md"))
        said = pages.content.decode()
        assert name in said
        assert old not in said and not any(other in said for other in names if other != name)


def test_only_the_latest_are_kept() -> None:
    latest: Latest[str, int] = Latest(2)
    latest.keep("a", 1)
    latest.keep("b", 2)
    assert latest.recall("a") == 1
    latest.keep("c", 3)
    assert [latest.recall(name) for name in "abc"] == [1, None, 3]
    assert len(latest) == 2
    latest.cache_clear()
    assert [latest.recall(name) for name in "abc"] == [None] * 3


def test_nothing_is_kept_for_a_user_who_wants_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    made = draft(EXAMPLES[0])
    assert made.facts is not None and made.plan is not None and made.library is not None
    monkeypatch.setenv(NO_CACHE, "1")
    monkeypatch.setattr(KEPT, "keep", lambda *_: pytest.fail("something was kept"))
    monkeypatch.setattr(KEPT, "recall", lambda *_: pytest.fail("something was recalled"))
    document, _ = assemble(made.library, made.facts, made.plan, next(iter(made.numbered)))
    assert document is not None


def bytes_of(made: Draft) -> list[tuple[str, bytes]]:
    return [(one.name, one.content) for one in outputs(made, Form(bound=True))]


@pytest.mark.parametrize("names", [
    ("pme-acme", "pme-renouvellement", "gc-grand-compte", "pme-acme"),
    ("tpe-boulangerie", "be-pme-bruxelles", "sante-clinique"),
])  # fmt: skip
def test_files_are_the_same_whatever_was_printed_before(
    names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [draft(ROOT / "contracts" / f"{name}.yaml") for name in names]
    usual = [bytes_of(one) for one in made]
    monkeypatch.setenv(NO_CACHE, "1")
    for one, written in zip(names, usual, strict=True):
        assert bytes_of(draft(ROOT / "contracts" / f"{one}.yaml")) == written, one


def test_a_clause_is_printed_with_the_identifiers_of_its_own_file() -> None:
    text = (
        '<w:id w:val="4"/><w:bookmarkStart w:id="8" w:name="a"/>5<w:id w:val="1000012"/>'
        '<w:bookmarkEnd w:id="8"/><w:id w:val="5"/>'
    )
    fragment = Fragment.of(text, Counts(7, 3, 1_000_011), Counts(8, 5, 1_000_012))
    assert fragment.printed(Counts(7, 3, 1_000_011)) == text
    assert fragment.printed(Counts(0, 20, 1_000_000)) == (
        '<w:id w:val="21"/><w:bookmarkStart w:id="1" w:name="a"/>5<w:id w:val="1000001"/>'
        '<w:bookmarkEnd w:id="1"/><w:id w:val="22"/>'
    )
    assert fragment.after(Counts(0, 20, 1_000_000)) == Counts(1, 22, 1_000_001)


def test_a_table_on_the_cover_of_a_letter_is_titled_after_the_letter() -> None:
    made = draft(ROOT / "contracts" / "cover" / "03-pme.yaml")
    (contract,) = made.contracts.values()
    letter = next(part for part in contract.document.parts if any(isinstance(block, Table) for block in part.cover))
    with ZipFile(BytesIO(docx.write(contract, [letter.id]))) as archive:
        written = archive.read("word/document.xml").decode()
    assert re.findall(r'<w:tblCaption w:val="([^"]*)"/>', written) == [letter.title]


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_a_deal_is_merged_and_judged_as_if_nothing_of_its_profiles_were_known(seed: int) -> None:
    pick = random.Random(seed)
    values = yaml.safe_load(pick.choice(EXAMPLES).read_text(encoding="utf-8"))
    text = json.dumps(spoilt(values, pick), default=str, ensure_ascii=False, indent=1)
    source, _ = read_yaml("deal.yaml", text)
    assert source is not None
    schema, merged = library().schema, merged_deal(library(), source, ROOT / "contracts", Options())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(DealSchema, "is_right", lambda *_: False)
        deal._ground.cache_clear()
        plainly = merged_deal(library(), source, ROOT / "contracts", Options())
    deal._ground.cache_clear()
    assert merged == plainly
    if merged[0] is not None:
        assert repr(merged[0].values) == repr(plainly[0].values)  # type: ignore[union-attr]
        assert set(merged[0].values) <= set(schema.type.fields)


def test_what_profiles_say_is_the_same_after_ten_deals() -> None:
    first = draft(EXAMPLES[0])
    before = repr(first.deal)
    for seed in range(4_000, 4_010):
        random_draft(random_deal(seed))
    again = draft(EXAMPLES[0])
    assert repr(again.deal) == before == repr(first.deal)


def test_contracts_that_are_made_side_by_side_in_threads_are_the_same_as_one_by_one() -> None:
    names = ("tpe-boulangerie", "pme-avenant", "pme-acme", "tpe-boulangerie", "pme-cadrage", "pme-acme")
    paths = [ROOT / "contracts" / f"{name}.yaml" for name in names]
    alone = [bytes_of(draft(path)) for path in paths]
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(lambda path: bytes_of(draft(path)), paths)) == alone


def test_a_clause_that_was_kept_brings_its_terms_its_words_and_its_paths(monkeypatch: pytest.MonkeyPatch) -> None:
    made = draft(ROOT / "contracts" / "pme-acme.yaml")
    assert made.facts is not None and made.plan is not None and made.library is not None
    printed: list[Printed] = []
    monkeypatch.setattr(
        assembling, "properties_of", lambda *given: (printed.append(given[-1]), properties_of(*given))[1]
    )
    documents = []
    for off in ("1", ""):
        monkeypatch.setenv(NO_CACHE, off)
        for _ in range(2):
            documents.append(assemble(made.library, made.facts, made.plan, "fr")[0])
    anew, *others = zip(documents, printed, strict=True)
    assert anew[1].paths and anew[1].words and anew[1].definitions
    assert all(other == anew for other in others)


def test_values_that_are_bound_beside_a_deal_have_their_notations_among_the_others() -> None:
    values = Values({"a": {"b": 1}, "service": {"code": "of the deal"}})
    paths = (("service", "code"), ("a", "b"), ("service", "name"))
    assert values.of(paths, {"service": {"code": "x", "name": "y"}}) == ("'x'", "1", "'y'")
    assert values.of(paths, {}) == ("'of the deal'", "1", notation({}, ("service",)))


def test_a_long_value_is_told_by_its_digest_whatever_its_characters_are() -> None:
    short, long = ({"text": "\udc80é" * times} for times in (5, 100))
    assert notation(short, ("text",)) == repr(short["text"])
    told = notation(long, ("text",))
    assert isinstance(told, bytes) and len(told) == 16


def test_nothing_is_worth_keeping_of_the_first_contract_of_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_CONTRACTS", count())
    assert [is_worth_keeping() for _ in range(3)] == [False, True, True]
    monkeypatch.setenv(NO_CACHE, "1")
    assert not is_worth_keeping()


def test_the_anchors_of_a_clause_are_its_own_and_those_of_all_its_paragraphs_and_items() -> None:
    items = ItemList((Item("c.l1.1", (), (Item("c.l1.1.1", ()),)), Item("c.l1.2", ())))
    blocks = (Paragraph("c.p1", ()), items, Notice((Paragraph("c.p2", ()),)), PlainParagraph(()))
    clause = Clause("c", "c", (), False, blocks, "", "")
    assert anchors_of(Same(clause)) == {"c", "c.p1", "c.l1.1", "c.l1.1.1", "c.l1.2", "c.p2"}


def test_the_letters_of_a_clause_hold_what_its_references_show() -> None:
    label = Label("7.2", "article\u00a07.2", "7.2", 1, "D03")
    numbered = Numbered(Document("fr", None, ()), {"cap.p1": label})  # type: ignore[arg-type]
    blocks = (Paragraph("c.p1", (Text("voir l’"), Reference("cap.p1"), Text(" ci-dessus"))),)
    assert letters_of(Clause("c", "c", (), True, blocks, "", ""), numbered) == "voirl’article7.2ci-dessus"
