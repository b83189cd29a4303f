"""How much of the library's checklist a pack answers, item by item, and where.

An item is absent (0), mentioned (1: one of its places stands in the pack), precise (2: all of them do, and the deal
leaves nothing of it open), or precise and consistent (3: no rule that compares it with the rest finds anything). The
score of a pack is the sum of weight × level over three times the sum of the weights.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from generator.document.nodes import Numbered
from generator.facts import Facts
from generator.library.model import ChecklistItem
from generator.pipeline import Draft
from generator.plan import Plan

Level = Literal[0, 1, 2, 3]
HIGHEST: Final = 3


@dataclass(frozen=True, slots=True)
class Scored:
    """An item with its level: ``found`` are the references to its places as the pack prints them, ``lacking`` the
    places that are not there; ``unsettled`` says that the deal leaves something open; ``broken`` are the rules that
    found something."""

    item: ChecklistItem
    level: Level
    found: tuple[str, ...]
    lacking: tuple[str, ...]
    unsettled: bool
    broken: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Every item of the checklist in its order."""

    items: tuple[Scored, ...]

    @property
    def points(self) -> int:
        return sum(scored.item.weight * scored.level for scored in self.items)

    @property
    def most(self) -> int:
        return sum(scored.item.weight * HIGHEST for scored in self.items)

    @property
    def share(self) -> Fraction:
        """Between 0 and 1; of an empty checklist 0."""
        return Fraction(self.points, self.most) if self.most else Fraction()


def score(draft: Draft, language: str) -> Score | None:
    """The score of a pack, its places named in ``language``; None where no pack was made of the deal."""
    if draft.library is None or draft.facts is None or draft.plan is None or language not in draft.numbered:
        return None
    found = {diagnostic.rule for diagnostic in draft.report.diagnostics if diagnostic.rule}
    places = _places(draft.plan, draft.numbered[language])
    return Score(tuple(scored(item, draft.facts, places, found) for item in draft.library.checklist))


def _places(plan: Plan, numbered: Numbered) -> Mapping[str, str]:
    """Where each slot and each clause of a pack stands, by its name, as a text refers to it."""
    known: dict[str, str] = {}
    for part in plan.parts:
        if part.cover is not None:
            known[part.cover.anchor] = known[part.cover.clause.id] = part.outline.name[numbered.document.language]
        for section in part.sections:
            for placement in section.placements:
                label = numbered.labels.get(placement.anchor)
                where = label.reference if label and label.reference else part.outline.name[numbered.document.language]
                for name in (placement.anchor, placement.anchor.partition("@")[0], placement.clause.id):
                    known.setdefault(name, where)
    return known


def scored(item: ChecklistItem, facts: Facts, places: Mapping[str, str], broken: Collection[str]) -> Scored:
    """One item: ``places`` says where each slot and clause of the pack stands, ``broken`` names the rules that found
    something."""
    standing = [next((name for name in names if name in places), "") for names in item.places]
    found = tuple(dict.fromkeys(places[name] for name in standing if name))
    lacking = tuple(" / ".join(names) for names, name in zip(item.places, standing, strict=True) if not name)
    unsettled = item.precise is not None and not item.precise.run(facts.scope)
    against = tuple(sorted(rule for rule in broken if item.compares(rule)))
    level: Level = 0 if not found else 1 if lacking or unsettled else 2 if against else 3
    return Scored(item, level, found, lacking, unsettled, against)
