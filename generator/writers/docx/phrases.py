"""The few words that the frame of a Word file needs; everything else comes from the tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Phrases:
    """Words around page numbers, and the heading of the table of contents."""

    contents: str
    page: str
    of: str
    reference: str


PHRASES: Final = {
    "fr": Phrases(contents="Sommaire", page="Page ", of=" sur ", reference="Référence"),
    "en": Phrases(contents="Contents", page="Page ", of=" of ", reference="Reference"),
}
