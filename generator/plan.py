"""Which clause fills each slot of each document, why, and what the candidates that lost were missing.

A clause is in if its condition holds and none of its exceptions is in (default logic, no priorities). Of several
exceptions that hold, one of a higher layer beats those of lower ones; two of one layer are a conflict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from generator.conditions import AbsentField, Scope
from generator.conditions.table import Held
from generator.diagnostics import Diagnostic, Note, Severity
from generator.facts import Facts
from generator.formats import letter
from generator.library.model import Condition, Library, LibraryClause, Outline, OutlineSection, Slot
from generator.library.repeated import REPEATED

Outcome = Literal["in", "condition", "layer", "not-effective", "exception", "lower-layer"]


NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


# A plan has hundreds of these, and tuples are made three times as fast as frozen dataclasses.
class Candidate(NamedTuple):
    """A clause that could fill a slot and what became of it; ``beaten_by`` names the exception that took its place."""

    clause: LibraryClause
    outcome: Outcome
    beaten_by: str = ""


class Decision(NamedTuple):
    """A slot with its candidates, and those of them that fill it.

    ``applies`` is false where the outline does not ask for it in this deal.
    """

    slot: Slot
    part: str
    applies: bool
    candidates: tuple[Candidate, ...]
    chosen: tuple[LibraryClause, ...]


class Placement(NamedTuple):
    """A clause at its place; ``anchor`` is its slot, with ``@key`` where the slot is repeated over a list."""

    anchor: str
    clause: LibraryClause
    bound: Mapping[str, Any] = NOTHING


@dataclass(frozen=True, slots=True)
class PlannedSection:
    """``title`` is given for sections that stand for a service."""

    id: str
    section: OutlineSection
    title: Mapping[str, str] | None
    placements: tuple[Placement, ...]


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """A document of the pack; ``letter`` of an annex, empty for the others.

    Of a repeated document, ``entry`` names what it is for and ``place`` counts from 1.
    """

    outline: Outline
    letter: str
    cover: Placement | None
    sections: tuple[PlannedSection, ...]
    place: int = 0
    entry: str = ""

    @property
    def id(self) -> str:
        return f"{self.outline.id}-{self.place}" if self.place else self.outline.id

    def named(self, name: str) -> str:
        """A title or a name of the document, with what it is for."""
        return f"{name} – {self.entry}" if self.entry else name


@dataclass(frozen=True)
class Plan:
    parts: tuple[PlannedPart, ...]
    decisions: Mapping[str, Decision]
    pack: Mapping[str, Any]

    def clauses(self) -> tuple[LibraryClause, ...]:
        """Every clause of the pack, in order."""
        found: dict[str, LibraryClause] = {}
        for part in self.parts:
            if part.cover is not None:
                found.setdefault(part.cover.clause.id, part.cover.clause)
            for section in part.sections:
                for placement in section.placements:
                    found.setdefault(placement.clause.id, placement.clause)
        return tuple(found.values())


def select(library: Library, facts: Facts) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """Fill every slot of every outline that this deal asks for."""
    return _Selection(library, facts).plan()


def select_clause(library: Library, facts: Facts, clause: LibraryClause) -> bool:
    """Whether a clause would be in by its layer, date, condition and exceptions, whatever the outlines ask for."""
    return _Selection(library, facts).outcome(clause) == "in"


class _Selection:
    def __init__(self, library: Library, facts: Facts) -> None:
        self.library = library
        self.facts = facts
        self.scope: Scope = facts.scope
        self.held: Held = {}
        self.found: list[Diagnostic] = []
        self.verdicts: dict[str, Outcome] = {}
        self.beaten: dict[str, str] = {}
        self.decisions: dict[str, Decision] = {}
        self.asked: list[str] = []

    def plan(self) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
        parts: list[PlannedPart] = []
        self.held = self.library.held(self.scope)
        letters = map(letter, count())
        for outline in self.library.outlines:
            if not self.holds(outline.when, outline.id):
                continue
            if outline.each:
                parts.extend(self.repeated(outline))
                continue
            cover = None
            if outline.cover:
                decision = self.decide(Slot(outline.cover, "exactly_one", None, outline.span), outline)
                cover = Placement(outline.cover, decision.chosen[0]) if decision.chosen else None
            sections = tuple(s for section in outline.sections for s in self.section(section, outline) if s.placements)
            if not sections and cover is None:
                continue
            own = next(letters) if outline.kind == "annex" else ""
            parts.append(PlannedPart(outline, own, cover, sections))
        plan = Plan(tuple(parts), self.decisions, _pack(parts))
        self.check(plan)
        return (None if self.found else plan), tuple(self.found)

    def repeated(self, outline: Outline) -> Iterator[PlannedPart]:
        """One document for each entry of a list, whose text reads the entry."""
        root, member = REPEATED[outline.each]
        rows = self.scope[root][member]
        key = self.library.names[root].fields[member].type.key
        chosen = self.decide(Slot(outline.cover, "exactly_one", None, outline.span), outline).chosen if rows else ()
        for clause in chosen:
            for place, row in enumerate(rows, 1):
                cover = Placement(f"{outline.cover}@{place}", clause, {outline.each: row})
                yield PlannedPart(outline, "", cover, (), place, row[key])

    def section(self, section: OutlineSection, outline: Outline) -> tuple[PlannedSection, ...]:
        if not self.holds(section.when, f"{outline.id}.{section.id}"):
            return ()
        if section.each == "service":
            return tuple(self.service_section(section, outline, row) for row in self.scope["facts"]["subscribed"])
        placements = [
            Placement(slot.id, clause) for slot in section.slots for clause in self.decide(slot, outline).chosen
        ]
        return (PlannedSection(section.id, section, None, tuple(placements)),)

    def service_section(self, section: OutlineSection, outline: Outline, row: Mapping[str, Any]) -> PlannedSection:
        code = row["code"]
        sheet = self.decide(Slot(f"service.{code}", "exactly_one", None, section.span), outline)
        placements = [Placement(f"service.{code}", clause) for clause in sheet.chosen]
        for slot in section.slots:
            decision = self.decide(slot, outline) if slot.id not in self.decisions else self.decisions[slot.id]
            placements += [Placement(f"{slot.id}@{code}", clause, {"service": row}) for clause in decision.chosen]
        return PlannedSection(f"service.{code}", section, row["name"], tuple(placements))

    # ---- one slot

    def decide(self, slot: Slot, outline: Outline) -> Decision:
        if slot.id in self.decisions:
            first = self.decisions[slot.id].part
            self.report(
                "slot-twice",
                f"the slot `{slot.id}` stands {f'in {first} and' if first != outline.id else 'twice'} in {outline.id}",
                slot.span,
                "keep one place, or separate them with `when:`",
            )
            return self.decisions[slot.id]
        applies = self.holds(slot.applies, slot.id)
        candidates = []
        inside = []
        for clause in self.library.by_slot.get(slot.id, ()):
            outcome = self.outcome(clause)
            candidates.append(Candidate(clause, outcome, self.beaten.get(clause.id, "")))
            if outcome == "in":
                inside.append(clause)
        if len(inside) > 1:
            candidates = self.by_layer(candidates)
            inside = [candidate.clause for candidate in candidates if candidate.outcome == "in"]
        decision = Decision(slot, outline.id, applies, tuple(candidates), tuple(inside) if applies else ())
        self.decisions[slot.id] = decision
        if applies:
            self.check_policy(decision, outline)
        else:
            self.check_unasked(decision, outline)
        return decision

    def outcome(self, clause: LibraryClause) -> Outcome:
        known = self.verdicts.get(clause.id)
        if known is not None:
            return known
        if clause.id in self.asked:
            # A clause is the exception to one other at most, so a circle is only entered where it begins.
            circle = " → ".join((*self.asked, clause.id))
            self.report(
                "exception-cycle",
                f"these clauses are exceptions to each other: {circle}",
                clause.span,
                "keep one direction",
            )
            return "exception"
        outcome: Outcome = "in"
        if not self.facts.has_layer(clause.layer):
            outcome = "layer"
        elif not clause.effective.holds(self.facts.as_of):
            outcome = "not-effective"
        elif not self.holds(clause.when, clause.id):
            outcome = "condition"
        elif clause.id in self.library.exceptions and self.excepted(clause):
            outcome = "exception"
        self.verdicts[clause.id] = outcome
        return outcome

    def excepted(self, clause: LibraryClause) -> bool:
        """Whether an exception takes the place of a clause."""
        self.asked.append(clause.id)
        exceptions = [e for e in self.library.exceptions[clause.id] if self.outcome(e) == "in"]
        self.asked.pop()
        if exceptions:
            self.beaten[clause.id] = max(exceptions, key=lambda exception: exception.layer.rank).id
        return bool(exceptions)

    def holds(self, condition: Condition | None, name: str) -> bool:
        """Whether a condition holds; ``name`` is what it belongs to."""
        if condition is None:
            return True
        held = self.held.get(condition)
        if held is not None:
            return held
        try:
            return bool(condition.run(self.scope))
        except AbsentField as absent:
            self.report(
                "absent-field",
                f"the condition of `{name}` reads `{absent.read.dotted}`, which this deal does not have",
                condition.span,
                "guard it with `is defined`",
            )
            return False

    @staticmethod
    def by_layer(candidates: list[Candidate]) -> list[Candidate]:
        """Among exceptions to one clause that are all in, the highest layer stays."""
        inside = [c for c in candidates if c.outcome == "in" and c.clause.exception_to]
        if len(inside) < 2:
            return candidates
        kept = []
        for candidate in candidates:
            rivals = [c for c in inside if c.clause.exception_to == candidate.clause.exception_to]
            higher = [c for c in rivals if c.clause.layer.rank > candidate.clause.layer.rank]
            if candidate in inside and higher:
                kept.append(Candidate(candidate.clause, "lower-layer", higher[0].clause.id))
            else:
                kept.append(candidate)
        return kept

    # ---- checks

    def report(self, code: str, message: str, span: Any, help_: str = "", *notes: Note) -> None:
        self.found.append(Diagnostic(code, Severity.ERROR, message, span, help_, notes))

    def check_policy(self, decision: Decision, outline: Outline) -> None:
        chosen, slot = decision.chosen, decision.slot
        if slot.policy == "exactly_one" and not chosen:
            notes = tuple(
                Note(f"`{c.clause.id}`: {why_not(c)}", c.clause.when.span if c.clause.when else c.clause.span)
                for c in decision.candidates[:4]
            )
            self.report(
                "missing-clause",
                f"no clause fills `{slot.id}` of {outline.id} for this deal",
                slot.span,
                "add a clause for this case, or change the condition of one",
                *notes,
            )
        if slot.policy != "any" and len(chosen) > 1:
            notes = tuple(Note(f"`{c.id}` is in", c.when.span if c.when else c.span) for c in chosen)
            self.report(
                "slot-conflict",
                f"{len(chosen)} clauses fill `{slot.id}` of {outline.id} for this deal",
                slot.span,
                "make their conditions exclude each other, or one the exception of the other",
                *notes,
            )

    def check_unasked(self, decision: Decision, outline: Outline) -> None:
        """A condition of a clause that holds where its place is not asked for: one of the two is wrong, and the clause
        would silently be missing."""
        slot = decision.slot
        for candidate in decision.candidates:
            condition = candidate.clause.when
            if candidate.outcome == "in" and condition is not None:
                self.report(
                    "unasked-clause",
                    f"`{candidate.clause.id}` should be in by its own condition, and {outline.id} does not ask for"
                    f" `{slot.id}` for this deal",
                    condition.span,
                    "give the clause and its place the same condition, so far as other clauses do not fill the place",
                    Note("the place is asked for under this condition", (slot.applies or slot).span),
                )

    def check(self, plan: Plan) -> None:
        filled = {name for name, decision in plan.decisions.items() if decision.chosen}
        clauses = plan.clauses()
        ids = {clause.id for clause in clauses}
        for clause in clauses:
            for needed in clause.requires:
                if needed not in filled and needed not in ids:
                    self.report(
                        "requires", f"`{clause.id}` needs `{needed}`, which is not in this contract", clause.span
                    )
            for unwanted in clause.excludes:
                if unwanted in filled or unwanted in ids:
                    self.report(
                        "excludes", f"`{clause.id}` excludes `{unwanted}`, which is in this contract", clause.span
                    )
        for obligation in self.library.obligations:
            if not (self.facts.has_layer(obligation.layer) and self.holds(obligation.when, obligation.id)):
                continue
            for slot in obligation.include:
                if slot not in filled and slot not in ids:
                    self.report(
                        "obligation",
                        f"{obligation.id} asks for `{slot}` ({obligation.fact}), which is not in this contract",
                        obligation.span,
                    )
        for prohibition in self.library.prohibitions:
            if not (self.facts.has_layer(prohibition.layer) and self.holds(prohibition.when, prohibition.id)):
                continue
            for name in prohibition.clauses:
                # A clause may have the name of its slot: the clause is what is forbidden, not the place.
                if name in ids or (name in filled and name not in self.library.clauses):
                    self.report(
                        "forbidden", f"{prohibition.id} forbids `{name}`, which is in this contract", prohibition.span
                    )


def why_not(candidate: Candidate) -> str:
    """Why a candidate does not fill its slot."""
    return {
        "condition": "its condition does not hold",
        "layer": f"its layer {candidate.clause.layer.id} does not apply",
        "not-effective": "it is not in force on this date",
        "exception": f"the exception `{candidate.beaten_by}` takes its place",
        "lower-layer": f"`{candidate.beaten_by}` of a higher layer takes its place",
        "in": "it is in",
    }[candidate.outcome]


def _pack(parts: list[PlannedPart]) -> Mapping[str, Any]:
    """The documents of the contract as texts read them: in order, and in order of precedence.

    A summary or a letter is none of them.
    """
    contractual = [part for part in parts if part.outline.contractual]
    ranked = sorted(contractual, key=lambda part: part.outline.precedence)
    return {"documents": [*map(document_row, contractual)], "precedence": [*map(document_row, ranked)]}


def document_row(part: PlannedPart) -> dict[str, Any]:
    outline = part.outline
    label = (
        {"fr": f"Annexe\u00a0{part.letter}", "en": f"Schedule\u00a0{part.letter}"}
        if part.letter
        else dict(outline.name)
    )
    return {"id": outline.id, "title": dict(outline.title), "label": label, "kind": outline.kind}
