"""Whether a condition that was taken from a text, or put around a part of it, ever decides what is printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from generator.library.model import LibraryClause
from generator.prove import terms
from generator.prove.contracts import Contracts
from generator.prove.goals.goal import Goal
from generator.prove.goals.texts import Passage, _always, bound_names
from generator.prove.terms import Term


@dataclass(frozen=True)
class Watched(Passage):
    """A passage that notes each choice: where it stands, and when its first branch is not taken."""

    seen: dict[tuple[int, int], Term] = field(default_factory=dict)

    def _choice(self, branches: Iterable[Any]) -> Iterator[Goal]:
        first, *_ = listed = tuple(branches)
        assert first.condition is not None
        passed = terms.no(self.conditions.truth(first.condition).holds)
        self.seen[first.span.line, first.span.column] = terms.all_of(self.given, passed)
        yield from super()._choice(listed)


def passed_over(contracts: Contracts, clause: LibraryClause) -> dict[tuple[int, int], Term]:
    """Of every choice in the texts of a clause, by line and column of its condition: when its first branch is not taken
    though the choice is come to."""
    seen: dict[tuple[int, int], Term] = {}
    for text in clause.texts.values():
        locate = _always(clause.span)
        given, conditions = contracts.printed(clause), bound_names(contracts, clause)
        here = Watched(contracts, clause.id, given, conditions, locate, clause.span, seen=seen)
        for _ in here.goals((*text.title, *text.blocks)):
            pass
    return seen
