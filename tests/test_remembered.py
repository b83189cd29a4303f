"""A clause that was filled before with the same values: which values these are, and that nothing else shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from deals import drafted as random_draft
from deals import random_deal

from generator import Draft, draft
from generator.cache import NO_CACHE, Latest
from generator.document import assemble as assembling
from generator.document.assemble import assemble
from generator.document.remembered import KEPT, notation, use_of
from generator.facts import _Noted
from generator.outputs import Form, outputs
from generator.plan import NOTHING, Placement

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted(path for path in (ROOT / "contracts").glob("*.yaml") if "erreurs" not in path.name)


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


def made_anew(monkeypatch: pytest.MonkeyPatch, deal: dict[str, Any]) -> Draft:
    with monkeypatch.context() as patched:
        patched.setenv(NO_CACHE, "1")
        return random_draft(deal)


def test_what_is_kept_of_other_contracts_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    for seed in range(3_000, 3_030):
        deal = random_deal(seed)
        anew, usual = made_anew(monkeypatch, deal), random_draft(deal)
        assert usual.report == anew.report, seed
        assert usual.numbered == anew.numbered, seed
        compared += len(anew.numbered)
    assert compared > 10


def test_a_contract_is_made_of_the_clauses_of_the_one_before_where_they_say_the_same() -> None:
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


def test_nothing_is_kept_for_a_user_who_wants_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    made = draft(EXAMPLES[0])
    assert made.facts is not None and made.plan is not None and made.library is not None
    monkeypatch.setenv(NO_CACHE, "1")
    monkeypatch.setattr(KEPT, "keep", lambda *_: pytest.fail("something was kept"))
    monkeypatch.setattr(KEPT, "recall", lambda *_: pytest.fail("something was recalled"))
    document, _ = assemble(made.library, made.facts, made.plan, next(iter(made.numbered)))
    assert document is not None
