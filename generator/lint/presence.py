"""When a slot, a clause, a section or a document is in a contract, as far as the library says it by conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from generator.conditions import Expression
from generator.conditions.expressions import Not, Read
from generator.library.model import Condition, FactRule, Library, LibraryClause, Outline, OutlineSection, Slot
from generator.lint.cells import both, either, member_of
from generator.schema_types import Type

SHEET = "service."
"""The slots of the service sheets: one for each code, where an outline has a section for each service."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a slot stands: a slot of a section, or the cover of a document (no section)."""

    outline: Outline
    section: OutlineSection | None
    slot: Slot

    @property
    def around(self) -> tuple[Condition, ...]:
        """The conditions of the document and of the section."""
        found = (self.outline.when, self.section.when if self.section is not None else None)
        return tuple(condition for condition in found if condition is not None)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All that must hold for the slot to be asked for."""
        return (*self.around, *((self.slot.applies,) if self.slot.applies is not None else ()))

    @property
    def repeated(self) -> bool:
        """Whether the slot stands once for each service, so that no reference can name it."""
        return self.section is not None and bool(self.section.each)

    @property
    def expression(self) -> Expression:
        return both(*(condition.expression for condition in self.conditions))


@dataclass(frozen=True)
class Presence:
    """Answers for one library; keep it for the length of a check."""

    library: Library

    @cached_property
    def facts(self) -> Mapping[str, FactRule]:
        return {fact.id: fact for fact in self.library.facts}

    @cached_property
    def service_codes(self) -> tuple[str, ...]:
        """The codes that a deal may name."""
        services = self.services
        item = services.type.item if services is not None else None
        return item.fields["code"].type.values if item is not None and "code" in item.fields else ()

    @cached_property
    def services(self) -> Read | None:
        type_ = self.library.names.get("services", Type("string"))
        return Read(("services",), type_, True, 0, 0) if type_.kind == "list" else None

    @cached_property
    def places(self) -> Mapping[str, tuple[Place, ...]]:
        """Every slot with its places, service sheets included."""
        found: dict[str, list[Place]] = {}
        for place in self._places():
            found.setdefault(place.slot.id, []).append(place)
        return {slot: tuple(places) for slot, places in found.items()}

    def _places(self) -> Iterator[Place]:
        for outline in self.library.outlines:
            if outline.cover:
                yield Place(outline, None, Slot(outline.cover, "exactly_one", None, outline.span))
            for section in outline.sections:
                for slot in section.slots:
                    yield Place(outline, section, slot)

    @cached_property
    def sheet_sections(self) -> tuple[tuple[Outline, OutlineSection], ...]:
        """The sections that stand for one section per service."""
        return tuple(
            (outline, section)
            for outline in self.library.outlines
            for section in outline.sections
            if section.each == "service"
        )

    def is_sheet(self, slot: str) -> bool:
        """Whether the slot is that of the sheet of a service that deals may name."""
        return bool(self.sheet_sections) and slot.startswith(SHEET) and slot.removeprefix(SHEET) in self.service_codes

    def stands(self, slot: str) -> bool:
        """Whether some outline has the slot."""
        return slot in self.places or self.is_sheet(slot)

    # ---- conditions

    def asked_for(self, slot: str) -> Expression:
        """When an outline asks for the slot."""
        if self.is_sheet(slot) and self.services is not None:
            code = member_of(slot.removeprefix(SHEET), self.services, self.services.type.key)
            around = [both(*_expressions(outline.when, section.when)) for outline, section in self.sheet_sections]
            return both(either(around), code)
        return either(place.expression for place in self.places.get(slot, ()))

    def clause_in(self, clause: LibraryClause) -> Expression:
        """When the clause is in a contract: asked for, its condition holds, and no plain exception of it."""
        exceptions = (
            Not(both(*_expressions(exception.layer.when, exception.when)))
            for exception in self.library.exceptions.get(clause.id, ())
            if not self.library.exceptions.get(exception.id)
            and not (exception.effective.start or exception.effective.end)
        )
        return both(self.asked_for(clause.slot), *_expressions(clause.layer.when, clause.when), *exceptions)

    def filled(self, place: Place) -> Expression:
        """When a clause stands at the place; an ``exactly_one`` slot is filled wherever it is asked for."""
        if place.slot.policy == "exactly_one":
            return place.expression
        clauses = self.library.by_slot.get(place.slot.id, ())
        ways = [both(*_expressions(clause.layer.when, clause.when)) for clause in clauses]
        return both(place.expression, either(ways))

    # ---- what a reference may lead to

    def target(self, name: str) -> Expression | None:
        """When the target of a reference is in a contract; ``None`` when nothing of that name can be referred to."""
        if self.is_sheet(name):
            return self.asked_for(name)
        places = [place for place in self.places.get(name, ()) if place.section is not None and not place.repeated]
        if places:
            return either(self.filled(place) for place in places)
        for outline in self.library.outlines:
            if outline.id == name:
                return both(*_expressions(outline.when))
            if name.startswith(f"{outline.id}."):
                return self._section(outline, name.removeprefix(f"{outline.id}."))
        return None

    def _section(self, outline: Outline, name: str) -> Expression | None:
        if self.is_sheet(name) and any(outline is other for other, _ in self.sheet_sections):
            return self.asked_for(name)
        for section in outline.sections:
            if section.id == name and not section.each:
                return either(self.filled(Place(outline, section, slot)) for slot in section.slots)
        return None

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """Every name that a reference may have, service sheets excepted."""
        slots = (
            slot
            for slot, places in self.places.items()
            if any(place.section is not None and not place.repeated for place in places)
        )
        sections = (
            f"{outline.id}.{section.id}"
            for outline in self.library.outlines
            for section in outline.sections
            if not section.each
        )
        return (*slots, *(outline.id for outline in self.library.outlines), *sections)


def _expressions(*conditions: Condition | None) -> tuple[Expression, ...]:
    return tuple(condition.expression for condition in conditions if condition is not None)
