"""Few deals that together include every clause and make every atom of every condition true and false."""

from __future__ import annotations

from generator.library.model import Library
from generator.prove.contracts import Contracts
from generator.prove.cover.corpus import Checked, Corpus, Tally, check, deal_files, read_index
from generator.prove.cover.search import cover
from generator.prove.cover.targets import Targets
from generator.prove.cover.tried import Drafted, planned
from generator.prove.deals import Deals

__all__ = [
    "Checked",
    "Corpus",
    "Drafted",
    "Tally",
    "Targets",
    "check",
    "cover",
    "deal_files",
    "planned",
    "read_index",
    "targets",
]


def targets(library: Library) -> Targets:
    """Everything that a corpus for this library must show."""
    return Targets.of(Contracts(Deals(library)))
