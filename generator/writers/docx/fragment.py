"""What is printed of a clause, without the identifiers that it has in one file: other files count on from others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from generator.writers.docx.bindings import FIRST_CONTROL

_IDENTIFIER: Final = re.compile(r'<w:(bookmark(?:Start|End) w:id|id w:val)="(\d+)')
_Counter = Literal[0, 1, 2]


class Counts(NamedTuple):
    """How many bookmarks, controls of clauses and controls of values a file has so far."""

    bookmarks: int
    controls: int
    values: int


@dataclass(frozen=True, slots=True)
class Fragment:
    """Printed text in pieces, with an identifier between each two: of what, and the how manieth from here."""

    pieces: tuple[str, ...]
    identifiers: tuple[tuple[_Counter, int], ...]
    counted: Counts

    @staticmethod
    def of(text: str, before: Counts, after: Counts) -> Fragment:
        """What was printed while a file counted from ``before`` to ``after``."""
        pieces: list[str] = []
        identifiers: list[tuple[_Counter, int]] = []
        end = 0
        for found in _IDENTIFIER.finditer(text):
            pieces.append(text[end : found.start(2)])
            end = found.end()
            number = int(found[2])
            counter: _Counter = 0 if found[1].startswith("bookmark") else 2 if number > FIRST_CONTROL else 1
            identifiers.append((counter, number - before[counter]))
        counted = Counts(*(last - first for first, last in zip(before, after, strict=True)))
        return Fragment((*pieces, text[end:]), tuple(identifiers), counted)

    def printed(self, before: Counts) -> str:
        """The text in a file that has counted so far."""
        together = [self.pieces[0]]
        for (counter, number), piece in zip(self.identifiers, self.pieces[1:], strict=True):
            together += (str(before[counter] + number), piece)
        return "".join(together)

    def after(self, before: Counts) -> Counts:
        """What the file has counted behind it."""
        return Counts(*(first + more for first, more in zip(before, self.counted, strict=True)))
