"""What stands where in the book: documents, their sections, the clauses of each slot; the others last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from generator.library.model import Library, LibraryClause, Outline, OutlineSection, Slot

# The slots of the sheets of services, which the outlines ask for by the code of each service.
_SHEET = "service."


@dataclass(frozen=True, slots=True)
class Use:
    """A place of the outlines that asks for a slot; without a section, the cover of the document."""

    outline: Outline
    section: OutlineSection | None
    slot: Slot


@dataclass(frozen=True, slots=True)
class Chapter:
    """The clauses of one section of one document; without an outline, those whose slot stands nowhere."""

    outline: Outline | None
    section: OutlineSection | None
    clauses: tuple[LibraryClause, ...]


def uses(library: Library) -> Mapping[str, tuple[Use, ...]]:
    """Where each slot is used, by its id, in the order of the documents."""
    found: dict[str, list[Use]] = {}
    for use in _uses(library):
        found.setdefault(use.slot.id, []).append(use)
    return {slot: tuple(listed) for slot, listed in found.items()}


def _uses(library: Library) -> Iterator[Use]:
    sheets = sorted(slot for slot in library.by_slot if slot.startswith(_SHEET))
    for outline in library.outlines:
        if outline.cover:
            yield Use(outline, None, Slot(outline.cover, "exactly_one", None, outline.span))
        for section in outline.sections:
            if section.each:
                yield from (Use(outline, section, Slot(slot, "exactly_one", None, section.span)) for slot in sheets)
            yield from (Use(outline, section, slot) for slot in section.slots)


def chapters(library: Library, prefix: str = "") -> tuple[Chapter, ...]:
    """The clauses whose id begins with ``prefix``, each once: where its slot is used first, else at the end."""
    gathered: dict[tuple[str, str], list[LibraryClause]] = {}
    places: dict[tuple[str, str], tuple[Outline, OutlineSection | None]] = {}
    taken: set[str] = set()
    for use in _uses(library):
        key = (use.outline.id, use.section.id if use.section is not None else "")
        places.setdefault(key, (use.outline, use.section))
        if use.slot.id in taken:
            continue
        taken.add(use.slot.id)
        clauses = [clause for clause in library.by_slot.get(use.slot.id, ()) if clause.id.startswith(prefix)]
        gathered.setdefault(key, []).extend(clauses)
    found = [Chapter(*places[key], tuple(clauses)) for key, clauses in gathered.items() if clauses]
    nowhere = tuple(
        clause for clause in library.clauses.values() if clause.slot not in taken and clause.id.startswith(prefix)
    )
    return (*found, Chapter(None, None, nowhere)) if nowhere else tuple(found)
