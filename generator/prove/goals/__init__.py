"""Everything that is proven of a library: one module a theme, each with ``goals(contracts)``."""

from __future__ import annotations

from collections.abc import Iterator

from generator.prove.contracts import Contracts
from generator.prove.goals import conditions, dead, documents, languages, law, lengths, playbook, slots, texts
from generator.prove.goals.goal import Goal

THEMES = (slots, documents, law, lengths, conditions, texts, languages, playbook, dead)


def all_goals(contracts: Contracts) -> Iterator[Goal]:
    """Every goal of a library."""
    for theme in THEMES:
        yield from theme.goals(contracts)
