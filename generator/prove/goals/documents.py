"""What belongs to an agreement stands only beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.diagnostics import Note
from generator.prove import terms
from generator.prove.contracts import Contracts
from generator.prove.goals.goal import Goal, never

BELONGING: Final = frozenset({"annex", "letter", "summary"})


def goals(contracts: Contracts) -> Iterator[Goal]:
    """A schedule, a letter or a summary speaks of an agreement: a contract of another kind has none of them."""
    agreements = [outline for outline in contracts.library.outlines if outline.kind == "agreement"]
    if not agreements:
        return
    there = terms.any_of(*(contracts.part(outline) for outline in agreements))
    for outline in contracts.library.outlines:
        if outline.kind in BELONGING:
            yield never(
                "lone-document",
                outline.id,
                terms.all_of(contracts.part(outline), terms.no(there)),
                f"{outline.id} can stand in a contract that has no agreement",
                outline.when.span if outline.when is not None else outline.span,
                "give it the condition of the agreement, and its own beside it",
                *(
                    Note("the agreement is in under this condition", agreement.when.span)
                    for agreement in agreements
                    if agreement.when is not None
                ),
            )
