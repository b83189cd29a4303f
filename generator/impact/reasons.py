"""Why a clause comes, goes or reads otherwise in a contract: what of the library, and which values of the deal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from generator.condition_words import Vocabulary, condition_words
from generator.conditions.expressions import Read, reads
from generator.diff.clauses import same_condition
from generator.diff.deals import ClauseInDeal
from generator.impact.figures import Leaf, changed_leaves, printed_value
from generator.impact.phrases import say
from generator.library.model import Condition, Library, LibraryClause
from generator.pipeline import Draft
from generator.plan import Candidate, Decision, Plan

# How many values that changed are named behind a condition.
_MOST_VALUES = 3


@dataclass(frozen=True)
class Reasons:
    """Reasons in the reader's language, for the contract of one deal from two libraries."""

    before: Draft
    after: Draft
    language: str

    def of(self, clause: ClauseInDeal) -> str:
        match clause.sign:
            case "added":
                return self._chosen(clause, self.after, self.before, come=True)
            case "removed":
                return self._chosen(clause, self.before, self.after, come=False)
            case "moved":
                return self.say("why-renamed" if clause.was and not clause.details else "why-moved")
            case "wording":
                return self.say("why-text" if self._edited(clause.id) else "why-within")
            case "values":
                return self.say("why-values")
            case _:
                return self.say("why-text")

    def say(self, phrase: str, **values: str) -> str:
        return say(self.language, phrase, **values)

    def _edited(self, id_: str) -> bool:
        """Whether the text itself is another one; of a contract that is drafted, both libraries were read."""
        assert self.before.library is not None and self.after.library is not None
        old, new = (library.clauses.get(id_) for library in (self.before.library, self.after.library))
        return old is None or new is None or _texts(old) != _texts(new)

    # ---- clauses that came or went

    def _chosen(self, clause: ClauseInDeal, here: Draft, there: Draft, *, come: bool) -> str:
        """Why the contract of one side has the clause and that of the other does not."""
        assert here.library is not None and there.library is not None
        assert here.plan is not None and there.plan is not None
        own, other = here.library.clauses[clause.id], there.library.clauses.get(clause.id)
        if other is None:
            return self.say("why-new" if come else "why-gone")
        slot = clause.anchor.partition("@")[0]
        candidate = _candidate(there.plan, slot, clause.id)
        if other.slot != own.slot:
            return self.say("why-slot")
        if candidate is None or candidate.outcome == "in":
            return self._place(own, here.library, there.library, there.plan.decisions.get(slot), come=come)
        match candidate.outcome:
            case "condition":
                return self._condition(own, other, come=come)
            case "layer":
                return self.say("why-layer" if come else "why-no-layer", layer=own.layer.id)
            case "not-effective":
                return self.say("why-period" if come else "why-no-period")
            case _:
                return self.say("why-unbeaten" if come else "why-beaten", clause=candidate.beaten_by)

    def _condition(self, own: LibraryClause, other: LibraryClause, *, come: bool) -> str:
        """The condition as it now is: of a clause that came its own, else that of the new library."""
        now, before = (own.when, other.when) if come else (other.when, own.when)
        if now is None:
            return self.say("why-no-condition")
        words = self._words(now, self.after.library)
        if not same_condition(before, now):
            return self.say("why-condition", condition=words)
        told = self.say("why-holds" if come else "why-fails", condition=words)
        values = "; ".join(self._read(now))
        return f"{told} ({values})" if values else told

    def _place(
        self, clause: LibraryClause, here: Library, there: Library, decision: Decision | None, *, come: bool
    ) -> str:
        if clause.service is not None:
            return self.say("why-service" if come else "why-no-service")
        told = self.say("why-place" if come else "why-no-place")
        applies = decision.slot.applies if decision is not None and not decision.applies else None
        return f"{told} ({self._words(applies, there if not come else here)})" if applies is not None else told

    def _words(self, condition: Condition, library: Library | None) -> str:
        assert library is not None
        return condition_words(condition.expression, self.language, Vocabulary(library))

    # ---- values

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        return tuple(changed_leaves(self.before, self.after, self.language))

    def _read(self, condition: Condition) -> Iterator[str]:
        """The values that a condition reads and that are no longer the same."""
        assert self.after.library is not None
        vocabulary = Vocabulary(self.after.library)
        for read in _once(reads(condition.expression)):
            steps = tuple(step for step in read.path if isinstance(step, str))
            leaf = next((leaf for leaf in self.leaves if leaf.steps == steps and not leaf.entries), None)
            if leaf is not None:
                old, new = (printed_value(leaf.type, value, self.language) for value in (leaf.old, leaf.new))
                yield self.say("why-read", name=vocabulary.name(read, self.language, {}), old=old, new=new)


def _once(found: Iterable[Read]) -> list[Read]:
    return list({read.dotted: read for read in found}.values())[:_MOST_VALUES]


def _candidate(plan: Plan, slot: str, id_: str) -> Candidate | None:
    decision = plan.decisions.get(slot)
    return next((c for c in decision.candidates if c.clause.id == id_), None) if decision is not None else None


def _texts(clause: LibraryClause) -> list[str]:
    return [text.digest for text in clause.texts.values()]
