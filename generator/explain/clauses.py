"""Why a clause is in a contract or not, and what else could stand in its place."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from generator.counterfactual import MOST_FIELDS, Counterfactuals, Found, NotFound, Reason, fields, reasons
from generator.explain.values import Values
from generator.library.model import LibraryClause, Outline
from generator.pipeline import Draft
from generator.plan import Candidate, Decision

_OUTCOMES = {
    "in": "INCLUDED",
    "condition": "NOT INCLUDED",
    "layer": "NOT INCLUDED",
    "not-effective": "NOT INCLUDED",
    "exception": "REPLACED",
    "lower-layer": "REPLACED",
}


class Clauses(Values):
    """Explains clauses, the places that they fill and the documents that they stand in."""

    def __init__(self, draft: Draft, language: str) -> None:
        """``draft`` has its library, deal and facts."""
        assert draft.library is not None and draft.deal is not None and draft.facts is not None
        super().__init__(draft.library, draft.deal, draft.facts, language)
        self.draft = draft
        self.plan = draft.plan

    def number_of(self, anchor: str) -> str:
        numbered = self.draft.numbered.get(self.language)
        label = numbered.labels.get(anchor) if numbered is not None else None
        return label.number if label is not None else "-"

    # ---- clauses

    def slot(self, decision: Decision) -> list[str]:
        number = self.number_of(decision.slot.id)
        lines = [f"SLOT {decision.slot.id}  {decision.part} {number}  ({decision.slot.policy})"]
        if decision.slot.applies is not None:
            lines.append(f"  asked for when {decision.slot.applies.text}")
            lines += self.condition(decision.slot.applies, "    ")
        seen = [_seen(candidate, decision) for candidate in decision.candidates]
        for candidate in sorted(seen, key=lambda c: (c.outcome != "in", c.clause.id)):
            lines += self.candidate(candidate)
        return lines

    def clause_by_id(self, clause: LibraryClause) -> list[str]:
        decision = self.plan.decisions.get(clause.slot) if self.plan is not None else None
        known = decision.candidates if decision is not None else ()
        candidate = next((c for c in known if c.clause.id == clause.id), Candidate(clause, "condition"))
        return self.candidate(_seen(candidate, decision))

    def candidate(self, candidate: Candidate) -> list[str]:
        clause = candidate.clause
        place = clause.when.span if clause.when is not None else clause.span
        lines = [f"{_OUTCOMES[candidate.outcome]} {clause.id}   {place}"]
        found = reasons(self.library, self.facts, clause)
        for reason in found:
            lines += self.reason(reason, clause)
        if candidate.outcome != "in":
            answer = self.counterfactuals.bringing_in(clause)
            return [*lines, *self.counterfactual(answer, "would be included with")]
        if not found:
            lines.append("  always")
        lines += self.sources(clause)
        return [*lines, *self.counterfactual(self.counterfactuals.taking_out(clause), "would leave with")]

    def reason(self, reason: Reason, clause: LibraryClause) -> list[str]:
        """A reason with what decides it; of what holds, only the clause's own condition is shown in full."""
        if reason.condition is not None and reason.condition is clause.when:
            return [*self.condition(reason.condition, "  "), self.words(reason.condition, "  ")]
        place = f"   {reason.span}" if reason.span is not None and not reason.holds else ""
        why = f": {reason.condition.text}" if reason.condition is not None and reason.holds else ""
        lines = [f"  {'✔' if reason.holds else '✘'} {reason.says}{why}{place}"]
        if reason.condition is not None and not reason.holds:
            lines += self.condition(reason.condition, "      ")
        return lines

    def sources(self, clause: LibraryClause) -> Iterator[str]:
        for source in clause.sources:
            cited = self.library.citation(source.fact, self.language) if source.fact else source.cite
            yield f"  source: {cited}"
        state = clause.approval_state(self.language)
        approval = clause.approved.get(self.language)
        if state == "approved" and approval is not None:
            yield f"  approved by {approval.by} on {approval.on}"
        else:
            digest = clause.texts[self.language].digest
            why = "approved by no lawyer yet" if state == "none" else "its approval is stale: the text has changed"
            yield f"  {why} (digest of the {self.language} text: {digest})"

    @cached_property
    def counterfactuals(self) -> Counterfactuals:
        return Counterfactuals(self.library, self.facts, self.draft.rulings)

    def counterfactual(self, answer: Found | NotFound, what: str) -> list[str]:
        """The smallest edit, and what the rules ask for once it is made."""
        if isinstance(answer, NotFound):
            if not answer.decided:
                return [f"  {what}: nothing was found that this deal could write to change it"]
            lines = [f"  {what}: no edit of up to {MOST_FIELDS} fields was found"]
            if answer.nearest is not None and answer.nearest.rules:
                edits, rules = self.counterfactuals.words(*answer.nearest.edits), ", ".join(answer.nearest.rules)
                lines.append(f"    {edits} would do it, but then the deal breaks {rules}")
            return lines
        said = self.counterfactuals.said(answer)
        number = fields(answer.edits)
        asked = [f"    and then {rule} asks for: {edits}" for rule, edits in said.items() if rule]
        longer = [f"    {number} fields in all: none of up to {MOST_FIELDS} was found"] if number > MOST_FIELDS else []
        return [f"  {what}: {said['']}", *asked, *longer]

    # ---- documents

    def document(self, outline: Outline) -> list[str]:
        """Whether a document is in the contract, as what, and which sections and clauses it has."""
        parts = self.plan.parts if self.plan is not None else ()
        part = next((part for part in parts if part.outline.id == outline.id), None)
        outcome = "INCLUDED" if part is not None else "NOT INCLUDED"
        place = outline.when.span if outline.when is not None else outline.span
        lines = [f"{outcome} document {outline.id} ({outline.title[self.language]})   {place}"]
        if outline.when is not None:
            lines += [*self.condition(outline.when, "  "), self.words(outline.when, "  ")]
        elif part is not None:
            lines.append("  always")
        if part is None:
            answer = self.counterfactuals.bringing_in_document(outline)
            return [*lines, *self.counterfactual(answer, "would be included with")]
        for section in part.sections:
            names = ", ".join(dict.fromkeys(placement.clause.id for placement in section.placements))
            lines.append(f"  {section.id}: {names}")
        answer = self.counterfactuals.taking_out_document(outline)
        return [*lines, *self.counterfactual(answer, "would leave with")]


def _seen(candidate: Candidate, decision: Decision | None) -> Candidate:
    """The candidate as it stands in the contract: where its place is not asked for, no condition brings it in."""
    if candidate.outcome != "in" or (decision is not None and decision.applies):
        return candidate
    return Candidate(candidate.clause, "condition")
