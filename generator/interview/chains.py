"""The places of the outlines where a slot may stand, each with what must hold for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generator.library.model import Condition, Library

SERVICE_SLOT = "service."


@dataclass(frozen=True)
class Chain:
    """One place of a slot: what must hold for it, and the service for which it is repeated (``""`` for any)."""

    conditions: tuple[Condition, ...]
    service: str | None = None


def chains_of(library: Library) -> Mapping[str, tuple[Chain, ...]]:
    """Every place of every slot."""
    found: dict[str, list[Chain]] = {}
    for outline in library.outlines:
        if outline.cover:
            found.setdefault(outline.cover, []).append(_chain(outline.when))
        for section in outline.sections:
            repeated = section.each == "service"
            for slot in section.slots:
                chain = _chain(outline.when, section.when, slot.applies, service="" if repeated else None)
                found.setdefault(slot.id, []).append(chain)
            if repeated:
                for name in library.by_slot:
                    if name.startswith(SERVICE_SLOT):
                        chain = _chain(outline.when, section.when, service=name.removeprefix(SERVICE_SLOT))
                        found.setdefault(name, []).append(chain)
    return {slot: tuple(chains) for slot, chains in found.items()}


def _chain(*conditions: Condition | None, service: str | None = None) -> Chain:
    return Chain(tuple(condition for condition in conditions if condition is not None), service)
