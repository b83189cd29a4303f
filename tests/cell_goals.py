"""What must hold of a library for every valid deal, judged by finite cells.

Written from the design of the rules and from ``generator.plan``, not from the goals of ``generator.prove``: only the
names of the goals are the same, so that the verdicts can be compared one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from generator.conditions.evaluate import text_of
from generator.conditions.expressions import Read
from generator.library.model import (
    Condition,
    Library,
    LibraryClause,
    LibraryLayer,
    Outline,
    OutlineSection,
    Period,
    Slot,
)
from generator.library.templates import (
    Choice,
    FixedTerm,
    FixedText,
    GlossaryTemplate,
    Insert,
    ItemTemplate,
    NewLine,
    ParagraphTemplate,
    Refer,
    Repeat,
)
from generator.library.walk import parts
from tests.finite_cells import Cells, Field, NotExact, Said, fewer

Name = tuple[str, str]
# fmt: off
KINDS = frozenset({
    "slot-conflict", "dated-overlap", "missing-clause", "unasked-clause", "dated-hole", "slot-twice",
    "exception-conflict", "exception-cycle",
    "requires", "excludes", "obligation", "forbidden", "undefined-condition", "undefined-value", "empty-text",
    "unprintable-value",
    "dangling-reference", "undefined-term", "no-valid-deal", "dead-clause", "dead-branch", "dead-document",
    "dead-section", "dead-slot", "dead-layer", "dead-case", "dead-rule", "dead-approval", "dead-obligation",
})
# fmt: on


@dataclass(frozen=True)
class Question:
    """Whether some deal makes a literal true. ``bad`` says which answer is a fault; without ``valid`` the rules may
    find fault with the deal."""

    name: Name
    literal: int
    bad: bool
    valid: bool = True


def faults(library: Library) -> frozenset[Name]:
    """The goals that do not hold. Raises ``NotExact``.

    Where exceptions lead in a circle nothing is said of which of them are in, so that the circles alone are faults;
    each is named by the first of its clauses by name.
    """
    circles = frozenset(("exception-cycle", min(circle)) for circle in _circles(library))
    if circles:
        return circles
    goals = Goals(library)
    questions = list(goals.questions())
    faulty: set[Name] = set()
    known: dict[tuple[int, bool], bool] = {}
    with goals.cells.solver() as solver:
        for question in questions:
            asked = (question.literal, question.valid)
            if asked not in known:
                given = [goals.rules] if question.valid else []
                known[asked] = bool(solver.solve(assumptions=[*given, question.literal]))
            if known[asked] is question.bad:
                faulty.add(question.name)
    return frozenset(faulty)


class Goals:
    def __init__(self, library: Library) -> None:
        self.library = library
        self.cells = Cells(library)
        self.every, self.some = self.cells.formula.every, self.cells.formula.some
        self.known: dict[str, int] = {}
        self.stands: dict[str, list[tuple[Outline, OutlineSection, Slot, int, int]]] = {}
        for outline in library.outlines:
            for section in outline.sections:
                if section.each or outline.cover:
                    raise NotExact("sections for each service, and covers")
                asked = self.every([self.holds(outline.when), self.holds(section.when)])
                for slot in section.slots:
                    applies = self.every([asked, self.holds(slot.applies)])
                    self.stands.setdefault(slot.id, []).append((outline, section, slot, asked, applies))
        self.rules = self.every(self.satisfied(rule) for rule in library.rules if rule.severity == "error")

    # ---- what is in

    def said(self, condition: Condition | None) -> Said:
        return Said(1, 1) if condition is None else self.cells.said(condition.expression)

    def holds(self, condition: Condition | None) -> int:
        return self.said(condition).true

    def layer(self, layer: LibraryLayer) -> int:
        return self.holds(layer.when)

    def satisfied(self, rule: Any) -> int:
        asked = [self.layer(rule.layer), self.cells.in_force(rule.effective), self.holds(rule.when)]
        return self.some([-self.every(asked), self.holds(rule.asserted)])

    def inside(self, clause: LibraryClause) -> int:
        if clause.id not in self.known:
            rivals = [-self.inside(exception) for exception in self.library.exceptions.get(clause.id, ())]
            self.known[clause.id] = self.every([self.own(clause), *rivals])
        return self.known[clause.id]

    def own(self, clause: LibraryClause) -> int:
        """What a clause asks itself, exceptions aside."""
        return self.every([self.layer(clause.layer), self.cells.in_force(clause.effective), self.holds(clause.when)])

    def chosen(self, clause: LibraryClause) -> int:
        """In, and no exception of a higher layer to the same clause is in the same slot."""
        beaten = [
            -self.inside(rival)
            for rival in self.library.by_slot[clause.slot]
            if clause.exception_to
            and rival.exception_to == clause.exception_to
            and rival.layer.rank > clause.layer.rank
        ]
        return self.every([self.inside(clause), *beaten])

    def applies(self, slot: str) -> int:
        return self.some(applies for *_, applies in self.stands.get(slot, ()))

    def printed(self, clause: LibraryClause) -> int:
        return self.every([self.applies(clause.slot), self.chosen(clause)])

    def filled(self, slot: str) -> int:
        return self.some(self.printed(clause) for clause in self.library.by_slot.get(slot, ()))

    def standing(self, name: str) -> int:
        clause = self.library.clauses.get(name)
        return self.some([self.filled(name), self.printed(clause) if clause is not None else -1])

    def glossary(self) -> int:
        """Whether the meaning of the defined terms is printed; nobody asks for it in a library that never prints it."""
        printing = [
            clause
            for clause in self.library.clauses.values()
            if any(isinstance(block, GlossaryTemplate) for text in clause.texts.values() for block in text.blocks)
        ]
        return self.some(self.printed(clause) for clause in printing) if printing else 1

    def target(self, name: str) -> int:
        """When something can be referred to: a slot, a document, or a section of one."""
        if name in self.stands:
            return self.filled(name)
        ways = []
        for slot, stands in self.stands.items():
            chosen = self.some(self.chosen(clause) for clause in self.library.by_slot.get(slot, ()))
            for outline, section, _, _, applies in stands:
                if name in {outline.id, f"{outline.id}.{section.id}"}:
                    ways.append(self.every([applies, chosen]))
        return self.some(ways)

    # ---- the goals

    def questions(self) -> Iterator[Question]:
        yield from self._slots()
        yield from self._exceptions()
        yield from self._duties()
        yield from self._dead()
        yield from self._conditions()
        for clause in self.library.clauses.values():
            for language, text in clause.texts.items():
                here = Reader(self, f"{clause.id} {language}", {})
                yield from here.read((*text.title, *text.blocks), self.printed(clause))

    def _slots(self) -> Iterator[Question]:
        for slot, stands in self.stands.items():
            clauses = self.library.by_slot.get(slot, ())
            single = [applies for _, _, place, _, applies in stands if place.policy != "any"]
            for one, two in combinations(clauses, 2):
                kind = "dated-overlap" if _dated([one, two]) else "slot-conflict"
                both = self.every([self.some(single), self.chosen(one), self.chosen(two)])
                yield Question((kind, f"{slot}: {one.id}, {two.id}"), both, True)
            for outline, _, place, _, applies in stands:
                if place.policy == "exactly_one":
                    kind = "dated-hole" if _dated(clauses) else "missing-clause"
                    empty = self.every([applies, *(-self.chosen(clause) for clause in clauses)])
                    yield Question((kind, f"{outline.id} {slot}"), empty, True)
            # A clause whose own condition holds where the place is come to and nothing is asked for it.
            come_to = self.some(asked for *_, asked, _ in stands)
            for clause in clauses:
                if clause.when is not None:
                    # Where its condition cannot be read, that is what is wrong.
                    reads = self.said(clause.when).defined
                    unasked = self.every([come_to, -self.applies(slot), reads, self.chosen(clause)])
                    yield Question(("unasked-clause", clause.id), unasked, True)
            yield from self._versions(slot, clauses, stands)
            for first, second in combinations(stands, 2):
                yield Question(("slot-twice", slot), self.every([first[3], second[3]]), True)

    def _versions(self, slot: str, clauses: Iterable[LibraryClause], stands: list[Any]) -> Iterator[Question]:
        """Versions of one clause, those of one layer under one condition, leave no date out and share none."""
        dated = [clause for clause in clauses if _dated([clause])]
        for one, two in combinations(dated, 2):
            alike = [(c.layer.id, c.exception_to, self.holds(c.when)) for c in (one, two)]
            if alike[0] != alike[1]:
                continue
            here = [alike[0][2], self.layer(one.layer)]
            several = self.some(applies for _, _, place, _, applies in stands if place.policy == "any")
            both = [self.cells.in_force(one.effective), self.cells.in_force(two.effective)]
            name = f"{slot}: {one.id}, {two.id}"
            yield Question(("dated-overlap", name), self.every([several, *here, *both]), True)
            loose = self.some(
                applies for _, _, place, _, applies in stands if place.policy != "exactly_one" or one.exception_to
            )
            first, second = sorted((one, two), key=lambda clause: clause.effective.start)
            gap = Period(first.effective.end, second.effective.start)
            if gap.start and gap.end and gap.start < gap.end:
                versions = [c for c in dated if (c.layer.id, c.exception_to, self.holds(c.when)) == alike[0]]
                none = [-self.cells.in_force(clause.effective) for clause in versions]
                hole = self.every([loose, *here, self.cells.in_force(gap), *none])
                yield Question(("dated-hole", name), hole, True)

    def _exceptions(self) -> Iterator[Question]:
        for general, exceptions in self.library.exceptions.items():
            for one, two in combinations(exceptions, 2):
                if one.layer.rank == two.layer.rank:
                    both = self.every([self.inside(one), self.inside(two), self.applies(one.slot)])
                    yield Question(("exception-conflict", f"{general}: {one.id}, {two.id}"), both, True)

    def _duties(self) -> Iterator[Question]:
        for clause in self.library.clauses.values():
            there = self.printed(clause)
            for name in clause.requires:
                lacks = self.every([there, -self.standing(name)])
                yield Question(("requires", f"{clause.id}: {name}"), lacks, True)
            for name in clause.excludes:
                has = self.every([there, self.standing(name)])
                yield Question(("excludes", f"{clause.id}: {name}"), has, True)
        for duty in self.library.obligations:
            asked = [self.layer(duty.layer), self.holds(duty.when)]
            for name in duty.include:
                lacks = self.every([*asked, -self.standing(name)])
                yield Question(("obligation", f"{duty.id}: {name}"), lacks, True)
        for ban in self.library.prohibitions:
            asked = [self.layer(ban.layer), self.holds(ban.when)]
            for name in ban.clauses:
                clause = self.library.clauses.get(name)  # type: ignore[assignment]
                there = self.filled(name) if clause is None else self.printed(clause)
                yield Question(("forbidden", f"{ban.id}: {name}"), self.every([*asked, there]), True)

    def _dead(self) -> Iterator[Question]:
        def never(kind: str, subject: str, literal: int, *, valid: bool = True) -> Question:
            return Question((kind, subject), literal, False, valid)

        yield never("no-valid-deal", "library", 1)
        for clause in self.library.clauses.values():
            if clause.slot in self.stands:
                yield never("dead-clause", clause.id, self.printed(clause))
        for outline in self.library.outlines:
            if outline.when is not None:
                yield never("dead-document", outline.id, self.holds(outline.when))
            for section in outline.sections:
                here = self.every([self.holds(outline.when), self.holds(section.when)])
                if section.when is not None:
                    yield never("dead-section", f"{outline.id}.{section.id}", here)
                for slot in section.slots:
                    if slot.applies is not None:
                        asked = self.every([here, self.holds(slot.applies)])
                        yield never("dead-slot", f"{outline.id} {slot.id}", asked)
        for layer in self.library.layers:
            if layer.when is not None:
                yield never("dead-layer", layer.id, self.layer(layer))
        for rule in self.library.rules:
            yield never("dead-rule", rule.id, -self.satisfied(rule), valid=False)
        for approval in self.library.approvals:
            asked = self.every([self.layer(approval.layer), self.holds(approval.when)])
            yield never("dead-approval", approval.id, asked)
        for duty in (*self.library.obligations, *self.library.prohibitions):
            if duty.when is not None:
                asked = self.every([self.layer(duty.layer), self.holds(duty.when)])
                yield never("dead-obligation", duty.id, asked)
        for fact in self.library.facts:
            before: list[int] = []
            for index, case in enumerate(fact.cases, 1):
                holds = self.holds(case.when)
                yield never("dead-case", f"{fact.id} {index}", self.every([*before, holds]), valid=False)
                before.append(-holds)

    def _conditions(self) -> Iterator[Question]:
        """Every condition with when it is asked."""
        for layer in self.library.layers:
            yield from self._absent(f"layer {layer.id}", layer.when, [], valid=False)
        for fact in self.library.facts:
            before: list[int] = []
            for index, case in enumerate(fact.cases, 1):
                yield from self._absent(f"fact {fact.id} {index}", case.when, before, valid=False)
                before = [*before, -self.holds(case.when)]
        for outline in self.library.outlines:
            here = self.holds(outline.when)
            yield from self._absent(outline.id, outline.when, [])
            for section in outline.sections:
                yield from self._absent(f"{outline.id}.{section.id}", section.when, [here])
                for slot in section.slots:
                    asked = [here, self.holds(section.when)]
                    yield from self._absent(f"{outline.id} slot {slot.id}", slot.applies, asked)
        for clause in self.library.clauses.values():
            asked = [self.asked(clause), self.layer(clause.layer), self.cells.in_force(clause.effective)]
            yield from self._absent(f"clause {clause.id}", clause.when, asked)
        for rule in self.library.rules:
            given = [self.layer(rule.layer), self.cells.in_force(rule.effective)]
            yield from self._absent(f"rule {rule.id} when", rule.when, given, valid=False)
            given.append(self.holds(rule.when))
            yield from self._absent(f"rule {rule.id} assert", rule.asserted, given, valid=False)
        for approval in self.library.approvals:
            yield from self._absent(f"approval {approval.id}", approval.when, [self.layer(approval.layer)])
        for duty in (*self.library.obligations, *self.library.prohibitions):
            yield from self._absent(duty.id, duty.when, [self.layer(duty.layer)])

    def asked(self, clause: LibraryClause) -> int:
        """A clause is asked where its slot is come to, or where the clause is in to which it is an exception."""
        ways = [asked for _, _, _, asked, _ in self.stands.get(clause.slot, ())]
        general = self.library.clauses.get(clause.exception_to)
        if general is not None:
            ways.append(self.every([self.asked(general), self.own(general)]))
        return self.some(ways)

    def _absent(
        self, name: str, condition: Condition | None, given: list[int], *, valid: bool = True
    ) -> Iterator[Question]:
        if condition is not None:
            fails = self.every([*given, -self.said(condition).defined])
            yield Question(("undefined-condition", f"{name}: {condition.text}"), fails, True, valid)


@dataclass(frozen=True)
class Reader:
    """Reads a text as it is filled: what is reached, and what is there then."""

    goals: Goals
    name: str
    bound: Mapping[str, Field]

    def read(self, content: Iterable[Any], given: int) -> Iterator[Question]:
        every = self.goals.every
        for node in content:
            match node:
                case Insert(Read() as read):
                    there = self.goals.cells._there(read, self.bound)
                    yield self._undefined(node.span, every([given, -there]))
                    less = fewer(node)
                    if less is not None:
                        fails = every([given, there, self.goals.cells.said(less, self.bound).true])
                        place = f"{self.name}: {node.span.line}:{node.span.column}"
                        yield Question(("unprintable-value", place), fails, True)
                case Insert():
                    raise NotExact("a computed value in a text")
                case Choice(branches):
                    yield from self._choice(branches, given)
                case Repeat():
                    yield from self._repeat(node, given)
                case Refer(target, span):
                    name = f"{self.name}: {target} {span.line}:{span.column}"
                    fails = every([given, -self.goals.target(target)])
                    yield Question(("dangling-reference", name), fails, True)
                case FixedTerm(term):
                    defined = self.goals.glossary()
                    yield Question(("undefined-term", f"{self.name}: {term}"), every([given, -defined]), True)
                case ParagraphTemplate() | ItemTemplate():
                    what = "a paragraph" if isinstance(node, ParagraphTemplate) else "an item"
                    place = _first(node.content)
                    if place is not None:
                        blank = every([given, self.blank(node.content)])
                        yield Question(("empty-text", f"{self.name}: {what} {place}"), blank, True)
                    yield from self.read(parts(node), given)
                case _:
                    yield from self.read(parts(node), given)

    def _undefined(self, span: Any, fails: int) -> Question:
        return Question(("undefined-value", f"{self.name}: {span.line}:{span.column}"), fails, True)

    def _choice(self, branches: Iterable[Any], given: int) -> Iterator[Question]:
        every = self.goals.every
        for branch in branches:
            said = Said(1, 1) if branch.condition is None else self.goals.cells.said(branch.condition, self.bound)
            if branch.condition is not None:
                yield self._undefined(branch.span, every([given, -said.defined]))
            taken = every([given, said.true])
            asked = "else" if branch.condition is None else text_of(branch.condition)
            name = f"{self.name}: {branch.span.line}:{branch.span.column} {asked}"
            yield Question(("dead-branch", name), taken, False)
            yield from self.read(branch.content, taken)
            given = every([given, -said.true])

    def _repeat(self, node: Repeat, given: int) -> Iterator[Question]:
        """Each entry that a list may have is read; together they say whether the text can fail."""
        every = self.goals.every
        assert isinstance(node.collection, Read)
        made = self.goals.cells.field(node.collection, self.bound)
        yield self._undefined(node.span, every([given, -made.there]))
        asked: dict[tuple[Name, bool], list[int]] = {}
        for entry in (*made.named.values(), *made.entries):
            bound = {**self.bound, node.name: entry}
            here = every([given, entry.there])
            inside = Reader(self.goals, self.name, bound)
            if node.test is not None:
                said = self.goals.cells.said(node.test, bound)
                question = self._undefined(node.span, every([here, -said.defined]))
                asked.setdefault((question.name, True), []).append(question.literal)
                here = every([here, said.true])
            for question in inside.read(node.content, here):
                asked.setdefault((question.name, question.bad), []).append(question.literal)
        for (name, bad), literals in asked.items():
            yield Question(name, self.goals.some(literals), bad)

    def blank(self, content: Iterable[Any]) -> int:
        """When nothing is printed."""
        blank = []
        for node in content:
            match node:
                case FixedText(text):
                    blank.append(-1 if text.strip() else 1)
                case Choice(branches):
                    blank.append(self._blank_choice(branches))
                case Repeat():
                    raise NotExact("a loop inside a paragraph")
                case NewLine():
                    pass
                case Insert() | FixedTerm() | Refer():
                    return -1
                case _:
                    blank.append(self.blank(parts(node)))
        return self.goals.every(blank)

    def _blank_choice(self, branches: Iterable[Any]) -> int:
        ways, before = [], [1]
        for branch in branches:
            true = 1 if branch.condition is None else self.goals.cells.said(branch.condition, self.bound).true
            ways.append(self.goals.every([*before, true, self.blank(branch.content)]))
            before.append(-true)
        return self.goals.some([*ways, self.goals.every(before)])


def _dated(clauses: Iterable[LibraryClause]) -> bool:
    return any(clause.effective.start or clause.effective.end for clause in clauses)


def _circles(library: Library) -> Iterator[frozenset[str]]:
    """The clauses that are, by way of others, exceptions to themselves; each circle once."""
    found: set[frozenset[str]] = set()
    for clause in library.clauses.values():
        passed = [clause.id]
        while (general := library.clauses.get(library.clauses[passed[-1]].exception_to)) is not None:
            if general.id in passed:
                found.add(frozenset(passed[passed.index(general.id) :]))
                break
            passed.append(general.id)
    yield from found


def _first(content: Iterable[Any]) -> str | None:
    """The place of the first value, statement or reference of a passage."""
    for node in content:
        span = node.branches[0].span if isinstance(node, Choice) else getattr(node, "span", None)
        if span is not None:
            return f"{span.line}:{span.column}"
    return None
