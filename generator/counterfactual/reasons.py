"""Why a clause is in a contract or is not: every reason, not the first one that decided."""

from __future__ import annotations

from dataclasses import dataclass

from generator.conditions import AbsentField
from generator.diagnostics import Span
from generator.facts import Facts
from generator.library.model import Condition, Library, LibraryClause
from generator.plan import select_clause


@dataclass(frozen=True, slots=True)
class Reason:
    """``says`` is what must be the case for the clause to be in, and ``holds`` whether it is; ``condition`` decides."""

    says: str
    holds: bool
    condition: Condition | None
    span: Span | None


def reasons(library: Library, facts: Facts, clause: LibraryClause) -> list[Reason]:
    """What puts a clause in or keeps it out: its place, layer, date and condition, its exceptions and its rivals."""
    found = _place(library, facts, clause)
    if clause.layer.when is not None:
        says = f"layer {clause.layer.id} applies"
        found.append(Reason(says, facts.has_layer(clause.layer), clause.layer.when, clause.layer.when.span))
    if clause.effective.start or clause.effective.end:
        period = " ".join(
            f"{word} {day}" for word, day in (("from", clause.effective.start), ("before", clause.effective.end)) if day
        )
        says = f"its text is for contracts {period}; the law is read on {facts.as_of}"
        found.append(Reason(says, clause.effective.holds(facts.as_of), None, clause.span))
    if clause.when is not None:
        found.append(Reason("its condition holds", _holds(clause.when, facts), clause.when, clause.when.span))
    for exception in library.exceptions.get(clause.id, ()):
        if select_clause(library, facts, exception):
            found.append(Reason(f"its exception {exception.id} is not in", False, exception.when, exception.span))
    for rival in library.by_slot.get(clause.slot, ()):
        same = bool(rival.exception_to) and rival.exception_to == clause.exception_to
        if same and rival.layer.rank > clause.layer.rank and select_clause(library, facts, rival):
            says = f"{rival.id}, of the higher layer {rival.layer.id}, does not take its place"
            found.append(Reason(says, False, rival.when, rival.span))
    return found


def _place(library: Library, facts: Facts, clause: LibraryClause) -> list[Reason]:
    """What the documents' asking for the slot depends on: at the first place that asks for it, else what is missing at
    the place that lacks least."""
    failing: list[Reason] = []
    for place in _places(library, clause.slot):
        found = [
            Reason(says, _holds(condition, facts), condition, condition.span)
            for says, condition in place.conditions
            if condition is not None
        ]
        if place.service and place.service not in {row["code"] for row in facts.scope["facts"]["subscribed"]}:
            found.append(Reason(f"service {place.service} is subscribed", False, None, place.span))
        missing = [reason for reason in found if not reason.holds]
        if not missing:
            return found
        if not failing or len(missing) < len(failing):
            failing = missing
    return failing or [Reason(f"a document asks for its slot {clause.slot}", False, None, clause.span)]


@dataclass(frozen=True, slots=True)
class _Place:
    """A place of a document where a slot stands, and what must hold for it; ``service`` is the one it belongs to."""

    conditions: tuple[tuple[str, Condition | None], ...]
    service: str
    span: Span


def _places(library: Library, slot: str) -> list[_Place]:
    found: list[_Place] = []
    for outline in library.outlines:
        document = (f"document {outline.id} ({outline.title['en']}) is in the contract", outline.when)
        if outline.cover == slot:
            found.append(_Place((document,), "", outline.span))
        for section in outline.sections:
            around = (document, (f"section {outline.id}.{section.id} is in the contract", section.when))
            for each in section.slots:
                if each.id == slot:
                    asks = (f"{outline.id} asks for its slot {slot}", each.applies)
                    found.append(_Place((*around, asks), "", each.span))
            code = slot.removeprefix("service.")
            if section.each == "service" and code != slot and code in library.services:
                found.append(_Place(around, code, section.span))
    return found


def _holds(condition: Condition | None, facts: Facts) -> bool:
    try:
        return condition is None or bool(condition.run(facts.scope))
    except AbsentField:
        return False
