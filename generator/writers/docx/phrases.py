"""The few words that the frame of a Word file needs; everything else comes from the tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Phrases:
    """Words around page numbers, the heading of the table of contents, and what parts a term from its meaning."""

    contents: str
    page: str
    of: str
    reference: str
    colon: str


PHRASES: Final = {
    "fr": Phrases(contents="Sommaire", page="Page ", of=" sur ", reference="Référence", colon="\u00a0: "),
    "en": Phrases(contents="Contents", page="Page ", of=" of ", reference="Reference", colon=": "),
}
