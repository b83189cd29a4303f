"""What the deals at hand say of a library: their facts, their plan, their words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from generator.deal import Deal
from generator.document.assemble import assemble
from generator.document.number import number
from generator.facts import Facts, derive
from generator.library.model import LANGUAGES, Library
from generator.pipeline import Draft, draft
from generator.plan import Plan, select
from generator.prove import KnownDeal
from generator.prove.deals import Deals
from generator.writers import markdown


class Looked(dict[Any, Any]):
    """What variables are in a deal at hand, looked up when they are asked for."""

    def __init__(self, known: KnownDeal, deals: Deals) -> None:
        self.known = replace(known, needs=deals.needs)

    def get(self, key: Any, default: Any = None) -> Any:
        if key not in self:
            self[key] = self.known.values([key])[key]
        return self[key]


@dataclass(frozen=True)
class Planned:
    """A deal with its facts and its plan; ``codes`` are those of the findings where it has none."""

    facts: Facts | None
    plan: Plan | None
    codes: tuple[str, ...]

    @cached_property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Every clause at its place."""
        if self.plan is None:
            return ()
        sections = [section for part in self.plan.parts for section in part.sections]
        return tuple((place.anchor, place.clause.id) for section in sections for place in section.placements)

    @property
    def derived(self) -> Any:
        return None if self.facts is None else self.facts.scope["facts"]


def planned(library: Library, deal: Deal) -> Planned:
    """The facts and the plan of a deal."""
    facts, found = derive(library, deal)
    if facts is None:
        return Planned(None, None, tuple(finding.code for finding in found))
    plan, found = select(library, facts)
    return Planned(facts, plan, tuple(finding.code for finding in found))


def words(library: Library, made: Planned) -> list[bytes | str]:
    """What is printed in both languages; the codes of the findings where nothing can be."""
    if made.facts is None or made.plan is None:
        return list(made.codes)
    said: list[bytes | str] = []
    for language in LANGUAGES:
        document, found = assemble(library, made.facts, made.plan, language)
        numbered, more = number(document) if document is not None else (None, ())
        said += [finding.code for finding in (*found, *more)]
        said += [markdown.write(numbered)] if numbered is not None else []
    return said


def drafts_at(paths: Iterable[Path]) -> list[Draft]:
    """The deals at hand that are valid."""
    return [made for made in map(draft, paths) if made.plan is not None and not made.report.has_errors]
