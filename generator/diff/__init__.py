"""What a change of the clause library does: clause by clause, rule by rule, deal by deal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from generator.diff.approvals import with_approvals
from generator.diff.changes import Change
from generator.diff.clauses import clause_changes, renames
from generator.diff.deals import DealChange, DealText, deal_change
from generator.diff.entries import changed_sources, entry_changes, in_order, schema_changes
from generator.diff.outlines import outline_changes
from generator.diff.read import Side

__all__ = ["Change", "Changes", "DealChange", "Side", "compare"]


@dataclass(frozen=True, slots=True)
class Changes:
    """Every difference between two libraries, and the deals that were drafted with both, changed or not."""

    clauses: tuple[Change, ...]
    outlines: tuple[Change, ...]
    entries: tuple[Change, ...]
    schemas: tuple[Change, ...]
    deals: tuple[DealChange, ...]

    @property
    def of_library(self) -> tuple[Change, ...]:
        return (*self.clauses, *self.outlines, *self.entries, *self.schemas)

    @property
    def any(self) -> bool:
        return bool(self.of_library) or any(deal.any for deal in self.deals)

    def only(self, prefix: str) -> Changes:
        """What concerns clauses, slots, rules and values whose names begin with a prefix."""
        kept = self._kept(lambda change: change if change.concerns(prefix) else None)
        return replace(kept, deals=tuple(deal.only(prefix) for deal in self.deals))

    def in_language(self, language: str) -> Changes:
        """Without the texts of the library in the other languages; deals have a language of their own."""
        return self._kept(lambda change: change.in_language(language))

    def _kept(self, keep: Callable[[Change], Change | None]) -> Changes:
        def those(changes: tuple[Change, ...]) -> tuple[Change, ...]:
            return tuple(kept for change in changes if (kept := keep(change)) is not None)

        return Changes(those(self.clauses), those(self.outlines), those(self.entries), those(self.schemas), self.deals)


def compare(old: Side, new: Side, deals: Sequence[DealText] = ()) -> Changes:
    """Both libraries must have been read: of a side that has findings instead nothing can be compared."""
    assert old.library is not None and new.library is not None
    before, after = old.library, new.library
    files, others = old.files(), new.files()
    gone, come = changed_sources(files, others), changed_sources(others, files)
    renamed = renames(before.clauses, after.clauses)
    return Changes(
        clause_changes(before, after),
        with_approvals(outline_changes(before.outlines, after.outlines, gone, come), before, after, outlines=True),
        in_order(with_approvals(entry_changes(gone, come), before, after, outlines=False)),
        schema_changes(files, others),
        tuple(deal_change(deal, old, new, renamed) for deal in deals),
    )
