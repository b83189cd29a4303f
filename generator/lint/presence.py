"""Where slots stand in the outlines of a library, and what a reference may name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from generator.library.model import Library, Outline, OutlineSection, Slot
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
    def repeated(self) -> bool:
        """Whether the slot stands once for each service, so that no reference can name it."""
        return self.section is not None and bool(self.section.each)


@dataclass(frozen=True)
class Presence:
    """Answers for one library; keep it for the length of a check."""

    library: Library

    @cached_property
    def service(self) -> Type | None:
        """The type of a service of a deal; ``None`` in a library for deals without services."""
        services = self.library.names.get("services")
        return services.item if services is not None else None

    @cached_property
    def service_codes(self) -> tuple[str, ...]:
        """The codes that a deal may name."""
        return self.service.fields["code"].type.values if self.service and "code" in self.service.fields else ()

    @cached_property
    def places(self) -> Mapping[str, tuple[Place, ...]]:
        """Every slot with its places, service sheets excepted."""
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

    # ---- what a reference may lead to

    def is_target(self, name: str) -> bool:
        """Whether a reference may have this name: a slot, a document, a section of one, the sheet of a service."""
        return name in self.targets or self.is_sheet(name) or self._is_sheet_of_document(name)

    def _is_sheet_of_document(self, name: str) -> bool:
        """``D03.service.backup``: a sheet by the document that holds it."""
        outlines = (outline.id for outline, _ in self.sheet_sections if name.startswith(f"{outline.id}."))
        return any(self.is_sheet(name.removeprefix(f"{id_}.")) for id_ in outlines)

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
        documents = (outline.id for outline in self.library.outlines if not outline.each)
        return (*slots, *documents, *sections)
