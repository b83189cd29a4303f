"""Which clause stands where, for every deal, as terms: what ``generator.plan`` does for one deal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from generator.diagnostics import Span
from generator.library.model import Condition, LibraryClause, Outline, OutlineSection, Slot
from generator.library.repeated import REPEATED
from generator.library.templates import GlossaryTemplate
from generator.prove import terms
from generator.prove.deals import Deals
from generator.prove.places import Place
from generator.prove.terms import FALSE, Linear, Term

SHEET = "service."


@dataclass(frozen=True, slots=True)
class Stand:
    """A slot at its place: a slot of a section, the cover of a document, or the sheet of a service.

    ``asked`` is when the outline comes to the slot, ``applies`` also that the slot must be filled.
    """

    outline: Outline
    section: OutlineSection | None
    slot: Slot
    asked: Term
    applies: Term

    @property
    def repeated(self) -> bool:
        return self.section is not None and bool(self.section.each) and not self.slot.id.startswith(SHEET)


class Contracts:
    """The contracts of a library. Exceptions that lead in a circle count as in; ``circles`` names them."""

    def __init__(self, deals: Deals) -> None:
        self.deals = deals
        self.library = deals.library
        self.circles: dict[str, tuple[str, ...]] = {}
        self._inside: dict[str, Term] = {}
        self._printed: dict[str, Term] = {}
        self._targets: dict[str, Term | None] = {}
        self._unexplained: dict[Term, Term] = {}
        self._asked: list[str] = []

    # ---- conditions

    def holds(self, *conditions: Condition | None) -> Term:
        given = (condition for condition in conditions if condition is not None)
        return terms.all_of(*(self.deals.conditions.truth(condition.expression).holds for condition in given))

    def inside(self, clause: LibraryClause) -> Term:
        """Whether a clause is in by its layer, date, condition and exceptions, whatever the outlines ask for."""
        if clause.id in self._inside:
            return self._inside[clause.id]
        if clause.id in self._asked:
            self.circles[clause.id] = (*self._asked[self._asked.index(clause.id) :], clause.id)
            return FALSE
        self._asked.append(clause.id)
        exceptions = (self.inside(exception) for exception in self.library.exceptions.get(clause.id, ()))
        found = terms.all_of(self.own(clause), terms.no(terms.any_of(*exceptions)))
        self._inside[clause.id] = found
        self._asked.pop()
        return found

    def own(self, clause: LibraryClause) -> Term:
        """Whether the layer, the date and the condition of a clause hold, whatever its exceptions."""
        layer, dated = self.deals.layer(clause.layer), self.deals.in_force(clause.effective)
        return terms.all_of(layer, dated, self.holds(clause.when))

    def chosen(self, clause: LibraryClause) -> Term:
        """Whether a clause fills its slot: of exceptions to one clause, those of the highest layer do."""
        higher = (
            self.inside(rival)
            for rival in self.library.exceptions.get(clause.exception_to, ())
            if clause.exception_to and rival.layer.rank > clause.layer.rank and rival.slot == clause.slot
        )
        return terms.all_of(self.inside(clause), terms.no(terms.any_of(*higher)))

    # ---- slots

    @cached_property
    def stands(self) -> Mapping[str, tuple[Stand, ...]]:
        """Every slot with its places."""
        found: dict[str, list[Stand]] = {}
        for stand in self._stands():
            found.setdefault(stand.slot.id, []).append(stand)
        return {slot: tuple(stands) for slot, stands in found.items()}

    def _stands(self) -> Iterator[Stand]:
        for outline in self.library.outlines:
            here = self.holds(outline.when)
            if outline.each:
                here = terms.all_of(here, terms.at_most(Linear(constant=1), self.rows(outline.each).size))
            if outline.cover:
                slot = Slot(outline.cover, "exactly_one", None, outline.span)
                yield Stand(outline, None, slot, here, here)
            for section in outline.sections:
                asked = terms.all_of(here, self.holds(section.when))
                if section.each:
                    yield from self._sheets(outline, section, asked)
                    # The slots of a service section are come to where there is a service at all.
                    asked = terms.all_of(asked, terms.any_of(*(entry.there for entry in self.services.entries())))
                for slot in section.slots:
                    yield Stand(outline, section, slot, asked, terms.all_of(asked, self.holds(slot.applies)))

    @cached_property
    def services(self) -> Place:
        """The rows that sections repeated for each service walk."""
        return self.rows("service")

    def rows(self, name: str) -> Place:
        """The entries over which a section or a document is repeated."""
        root, member = REPEATED[name]
        return self.deals.place(root).member(member)

    def _sheets(self, outline: Outline, section: OutlineSection, asked: Term) -> Iterator[Stand]:
        for code in self.services.keyed:
            slot = Slot(f"{SHEET}{code}", "exactly_one", None, section.span)
            here = terms.all_of(asked, self.services.has(code))
            yield Stand(outline, section, slot, here, here)

    def applies(self, slot: str) -> Term:
        """Whether an outline asks for a slot to be filled."""
        return terms.any_of(*(stand.applies for stand in self.stands.get(slot, ())))

    def printed(self, clause: LibraryClause) -> Term:
        """Whether a clause stands in the contract."""
        if clause.id not in self._printed:
            self._printed[clause.id] = terms.all_of(self.applies(clause.slot), self.chosen(clause))
        return self._printed[clause.id]

    def filled(self, slot: str) -> Term:
        """Whether a slot of the contract holds a clause."""
        return terms.all_of(
            self.applies(slot), terms.any_of(*(self.chosen(clause) for clause in self.library.by_slot.get(slot, ())))
        )

    def standing(self, name: str) -> Term:
        """Whether a slot is filled or a clause of this id stands in the contract."""
        clause = self.library.clauses.get(name)
        return terms.any_of(self.filled(name), FALSE if clause is None else self.printed(clause))

    @cached_property
    def glossaries(self) -> tuple[LibraryClause, ...]:
        """The clauses that print the definitions of the terms in use."""
        return tuple(
            clause
            for clause in self.library.clauses.values()
            if any(isinstance(block, GlossaryTemplate) for text in clause.texts.values() for block in text.blocks)
        )

    @cached_property
    def glossary(self) -> Term | None:
        """Whether the terms in use are defined, here or in a signed contract; ``None`` where no clause prints them."""
        if not self.glossaries:
            return None
        inherited = (self.part(outline) for outline in self.library.outlines if outline.inherits_terms)
        return terms.any_of(*(self.printed(clause) for clause in self.glossaries), *inherited)

    @cached_property
    def glossary_places(self) -> tuple[Span, ...]:
        """Where the clauses that print definitions stand."""
        first = (self.stands.get(clause.slot, ())[:1] for clause in self.glossaries)
        return tuple(stand.slot.span for stands in first for stand in stands)

    def unexplained(self, given: Term) -> Term:
        """When something is so and the terms in use are defined nowhere; asked of every term that a text uses."""
        found = self._unexplained.get(given)
        if found is None:
            assert self.glossary is not None
            found = self._unexplained[given] = terms.all_of(given, terms.no(self.glossary))
        return found

    # ---- what a reference may lead to

    def target(self, name: str) -> Term | None:
        """When the target of a reference is there; ``None`` where nothing of this name can be referred to."""
        if name not in self._targets:
            self._targets[name] = self._target(name)
        return self._targets[name]

    def _target(self, name: str) -> Term | None:
        stands = [stand for stand in self.stands.get(name, ()) if stand.section is not None and not stand.repeated]
        if stands:
            chosen = terms.any_of(*(self.chosen(clause) for clause in self.library.by_slot.get(name, ())))
            return terms.all_of(terms.any_of(*(stand.applies for stand in stands)), chosen)
        for outline in self.library.outlines:
            if outline.id == name:
                return None if outline.each else self.part(outline)
            if name.startswith(f"{outline.id}."):
                return self._section(outline, name.removeprefix(f"{outline.id}."))
        return None

    def part(self, outline: Outline) -> Term:
        """Whether a document is in the pack: something stands in it."""
        return self._any_filled(
            stand for stands in self.stands.values() for stand in stands if stand.outline is outline
        )

    def _section(self, outline: Outline, name: str) -> Term | None:
        if name.startswith(SHEET) and name in self.stands:
            return self._any_filled(stand for stand in self.stands[name] if stand.outline is outline)
        if not any(section.id == name and not section.each for section in outline.sections):
            return None
        return self._any_filled(
            stand
            for stands in self.stands.values()
            for stand in stands
            if stand.outline is outline and stand.section is not None and stand.section.id == name
        )

    def _any_filled(self, stands: Iterator[Stand]) -> Term:
        ways = (
            terms.all_of(
                stand.applies,
                terms.any_of(*(self.chosen(clause) for clause in self.library.by_slot.get(stand.slot.id, ()))),
            )
            for stand in stands
        )
        return terms.any_of(*ways)
