"""A slot of an outline that no clause of the library can fill."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Severity, did_you_mean
from generator.library.model import Library
from generator.lint.presence import Presence

CODE = "empty-slot"


def check(library: Library) -> Iterator[Diagnostic]:
    presence = Presence(library)
    for slot, places in presence.places.items():
        if slot in library.by_slot:
            continue
        near = did_you_mean(slot, library.by_slot.keys() - presence.places.keys())
        for place in places:
            yield Diagnostic(
                CODE,
                Severity.ERROR,
                f"no clause fills the slot `{slot}` of {place.outline.id}",
                place.slot.span,
                f"did you mean `{near}`?" if near else "write a clause for it",
            )
