"""The allocation of tasks: whatever the services, each task has exactly one Party that answers for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest

from generator import Options, draft
from generator.conditions.evaluate import text_of
from generator.library.model import LibraryClause
from generator.library.templates import Choice, FixedText, RowTemplate, TableTemplate
from generator.pipeline import Draft
from tests.deals import CONTRACTS, drafted, library, random_deal

SLOT = "roles.raci"
LETTERS = frozenset("RACI")


TABLES = tuple(clause.id for clause in library().by_slot[SLOT])


def tasks(clause: LibraryClause, language: str) -> Iterator[RowTemplate]:
    (table,) = (block for block in clause.texts[language].blocks if isinstance(block, TableTemplate))
    for row in table.rows:
        assert isinstance(row, RowTemplate), "a task is there whatever the services: a branch stands in its cells"
        yield row


def conditions(row: RowTemplate) -> list[str]:
    """The conditions of a row, each once: what holds in one cell holds in the others."""
    choices = (node for cell in row.cells for node in cell if isinstance(node, Choice))
    found = (branch.condition for choice in choices for branch in choice.branches)
    return list(dict.fromkeys(text_of(condition) for condition in found if condition is not None))


def written(cell: tuple[Any, ...], holds: Mapping[str, bool]) -> str:
    pieces = []
    for node in cell:
        match node:
            case Choice(branches):
                taken = (b for b in branches if b.condition is None or holds[text_of(b.condition)])
                pieces.append(written(next(taken).content, holds))
            case _:
                assert isinstance(node, FixedText)
                pieces.append(node.text)
    return "".join(pieces)


def ways(row: RowTemplate) -> Iterator[list[set[str]]]:
    """The letters of each Party, in every branch of the row."""
    names = conditions(row)
    for truths in product((True, False), repeat=len(names)):
        holds = dict(zip(names, truths, strict=True))
        yield [set(written(cell, holds).replace(" ", "").split(",")) for cell in row.cells[1:]]


@pytest.mark.parametrize("id_", TABLES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_task_has_exactly_one_party_that_answers_for_it_in_every_branch(id_: str, language: str) -> None:
    for row in tasks(library().clauses[id_], language):
        for parties in ways(row):
            assert sum("A" in letters for letters in parties) == 1, (id_, row.cells[0], parties)
            assert any("R" in letters for letters in parties), (id_, row.cells[0], parties)
            assert all(letters <= LETTERS or letters == {"–"} for letters in parties), (row.cells[0], parties)


@pytest.mark.parametrize("id_", TABLES)
def test_both_languages_allocate_each_task_alike(id_: str) -> None:
    french, english = (list(tasks(library().clauses[id_], language)) for language in ("fr", "en"))
    assert [(conditions(row), list(ways(row))) for row in french] == [
        (conditions(row), list(ways(row))) for row in english
    ]


def test_the_table_grows_with_the_client() -> None:
    sizes = {id_: len(list(tasks(library().clauses[id_], "fr"))) for id_ in TABLES}
    assert 10 <= sizes["roles.raci-tpe"] <= 12
    assert 24 <= sizes["roles.raci-pme"] <= 28
    assert sizes["roles.raci-full"] >= 37
    columns = {id_: len(next(tasks(library().clauses[id_], "fr")).cells) for id_ in TABLES}
    assert columns == {"roles.raci-tpe": 3, "roles.raci-pme": 3, "roles.raci-full": 5}


def placed(made: Draft) -> str:
    assert made.plan is not None
    (clause,) = made.plan.decisions[SLOT].chosen
    return clause.id


@pytest.mark.parametrize(
    ("example", "table"),
    [
        ("tpe-boulangerie", "roles.raci-tpe"),
        ("pme-acme", "roles.raci-pme"),
        ("eti-cogere", "roles.raci-full"),
        ("gc-grand-compte", "roles.raci-full"),
    ],
)
def test_each_segment_has_its_table(example: str, table: str) -> None:
    assert placed(draft(CONTRACTS / f"{example}.yaml", Options(language="fr"))) == table


def test_a_pme_with_its_own_it_team_has_a_column_for_it() -> None:
    for seed in range(40):
        deal = random_deal(seed)
        if deal["context"]["segment"] == "pme":
            deal["context"] |= {"co_managed": True, "internal_it_fte": 1}
            made = drafted(deal)
            if made.plan is not None:
                assert placed(made) == "roles.raci-full"
                assert made.plan.decisions["roles.co-management"].chosen
                return
    pytest.fail("no random deal of a PME could be planned")
