"""What notices a seeded fault: the type checker, a proof, a duty written from the law, or the deals at hand.

Only the goals that the fault changes are asked again, over one solver that holds what the schema says; a fault that
changes what a proof knows of deals at all (a fact, a layer, a list that nobody asked about) is proven from scratch.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Final, Literal

from generator.library.model import Library, LibraryClause
from generator.library.templates import Refer
from generator.library.walk import content_of, templates
from generator.pipeline import Draft
from generator.plan import Plan
from generator.prove import KnownDeal, terms
from generator.prove.conditions import Ways
from generator.prove.contracts import Contracts
from generator.prove.deals import ByCases, Deals
from generator.prove.goals import all_goals, conditions, dead, documents, languages, law, lengths, slots, texts
from generator.prove.goals.goal import Goal
from generator.prove.needs import needs
from generator.prove.solver import Solver
from generator.prove.terms import FALSE, TRUE, Assignment, Linear, Term
from tests.mutant_branches import passed_over
from tests.mutant_deals import Looked, Planned, planned, words
from tests.seeded import Fault, Refused

Verdict = Literal["types", "proof", "obligations", "deals", "same", "survived"]
# Milliseconds for a question: a busy machine must not decide a score.
TIMEOUT: Final = 120_000
DUTIES: Final = frozenset({"obligation", "forbidden", "dead-obligation"})


class World:
    """The deals of a library in a solver: what holds of all of them, and whether some deal makes a term true."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.deals = Deals(library)
        self.contracts = Contracts(self.deals)
        self.goals = {(goal.wanted, goal.name, goal.term): goal for goal in all_goals(self.contracts)}
        self.rules = dict(self.deals.rules)
        self.count = 0
        self.named: dict[Term, Any] = {}
        held = self.deals.facts_of_the_world()
        self.asserted = set(held)
        self.solver = Solver(_Whole(self.deals), TIMEOUT)  # type: ignore[arg-type]
        self.solver.always(held)

    def learn(self) -> None:
        """What holds of the variables that were asked for since."""
        new = [term for term in self.deals.facts_of_the_world() if term not in self.asserted]
        self.asserted.update(new)
        self.solver.always(new)

    def size(self) -> tuple[int, ...]:
        """How much was asked about so far: as long as it is the same, nothing new is to be learnt."""
        space = self.deals.space
        inner = [*space.texts.values(), *space.patterns.values(), *space.named.values()]
        outer = [space.texts, space.sized, space.kinds, space.whole, space.counted, space.links]
        return (sum(map(len, inner)), *map(len, outer))

    def can(self, term: Term, *, valid: bool, rules: Mapping[str, Term] | None = None) -> bool:
        """Whether some deal makes a term true; one that the rules let through if it must be ``valid``."""
        if term is FALSE:
            return False
        self.count += 1
        assumed = [self.solver.under(("asked", self.count), term)]
        if valid:
            assumed += [self._named(rule) for rule in (rules or self.rules).values()]
        answer = self.solver.ask(assumed)
        assert answer != "unknown", f"no answer within {TIMEOUT} ms"
        return answer == "yes"

    def _named(self, rule: Term) -> Any:
        if rule not in self.named:
            self.named[rule] = self.solver.under(("rule", rule), rule)
        return self.named[rule]


class _Whole:
    """The number variables with integral values, as far as they were asked for when the question comes."""

    def __init__(self, deals: Deals) -> None:
        self.space = deals.space

    def __contains__(self, key: Any) -> bool:
        return (key.name == "number" and key.path in self.space.whole) or (
            key.name == "size" and key.path in self.space.sized
        )


class Judge:
    """Judges faults of one library; ``drafts`` are valid deals with their contracts."""

    def __init__(self, library: Library, drafts: Sequence[Draft]) -> None:
        self.library = library
        self.world = World(library)
        self.names = {name for _, name, _ in self.world.goals}
        self.needs = self.world.deals.needs
        self.failing: dict[str, bool] = {}
        self.drafts = drafts
        self.known = [
            KnownDeal(draft.file, draft.deal, draft.facts, self.needs)
            for draft in drafts
            if draft.deal is not None and draft.facts is not None
        ]

    # ---- the verdict

    def verdict(self, fault: Fault) -> tuple[Verdict, str]:
        """What notices a fault, and the first finding; ``same`` where no valid deal has another contract."""
        try:
            library = fault.make()
        except Refused as refused:
            return "types", str(refused)
        found = self.noticed(library)
        kinds = {goal.kind for goal in found}
        if kinds - DUTIES:
            first = next(goal for goal in found if goal.kind not in DUTIES)
            return "proof", first.name
        if kinds:
            return "obligations", found[0].name
        changed = self.changed_deal(library)
        if changed:
            return "deals", changed
        return ("survived" if self.differs(library, fault) else "same"), ""

    def noticed(self, library: Library) -> list[Goal]:
        """Goals that hold of the library and not of the one with the fault; those of one question together."""
        world, contracts, again = self.asked = self._world(library)
        goals = list(dict.fromkeys(self._goals(world, contracts, again)))
        todo = [goal for goal in goals if again or (goal.wanted, goal.name, goal.term) not in self.world.goals]
        if world.size() != self._learnt:
            world.learn()
            self._learnt = world.size()
        rules = world.rules
        found: list[Goal] = []
        for duties in (False, True):
            asked = [goal for goal in todo if (goal.kind in DUTIES) is duties]
            found += self._never(world, [goal for goal in asked if goal.wanted.startswith("never")], rules)
            if not found:
                # What a deal of the library as it is makes true is not asked again, even where the rules differ.
                new = [goal for goal in asked if (goal.wanted, goal.name, goal.term) not in self.world.goals]
                found += self._some(world, [goal for goal in new if goal.wanted.startswith("some")], rules)
            if found:
                return found
        return found

    def _world(self, library: Library) -> tuple[World, Contracts, bool]:
        """Where to ask: in the world of the library, or in one of its own; then every goal is asked again."""
        same = library.facts is self.library.facts and library.layers is self.library.layers
        if same and _within(needs(library), self.needs):
            deals = copy.copy(self.world.deals)
            deals.library = library
            self._learnt = self._sizes.setdefault(id(self.world), self.world.size())
            return self.world, Contracts(deals), False
        world = World(library)
        self._learnt = world.size()
        return world, world.contracts, world.rules != self.world.rules

    _learnt: tuple[int, ...] = ()

    @cached_property
    def _sizes(self) -> dict[int, tuple[int, ...]]:
        return {}

    def _goals(self, world: World, contracts: Contracts, again: bool) -> Iterator[Goal]:
        if world is not self.world:
            yield from world.goals.values()
            return
        for theme in (slots, documents, law, lengths, conditions, dead):
            yield from theme.goals(contracts)
        narrow = copy.copy(contracts)
        narrow.library = replace(
            contracts.library, clauses=self._touched(contracts), rules=(), approvals=(), glossary={}
        )
        yield from texts.goals(narrow)
        yield from languages.goals(narrow)

    def _touched(self, contracts: Contracts) -> dict[str, LibraryClause]:
        """The clauses of which a text can say something else, or elsewhere, than before."""
        before = self.world.contracts
        glossary = contracts.glossary != before.glossary
        moved: dict[str, bool] = {}

        def lost(target: str) -> bool:
            if target not in moved:
                moved[target] = contracts.target(target) != before.target(target)
            return moved[target]

        touched = {}
        for id_, clause in contracts.library.clauses.items():
            same = self.library.clauses.get(id_)
            if (
                glossary
                or same is None
                or same.texts is not clause.texts
                or contracts.printed(clause) != before.printed(same)
                or any(lost(target) for target in self.targets.get(id_, ()))
            ):
                touched[id_] = clause
        return touched

    @cached_property
    def targets(self) -> Mapping[str, frozenset[str]]:
        """What the texts of each clause refer to."""
        return {
            id_: frozenset(
                node.target
                for text in clause.texts.values()
                for node in templates(content_of(text))
                if isinstance(node, Refer)
            )
            for id_, clause in self.library.clauses.items()
        }

    # ---- questions

    def _never(self, world: World, goals: list[Goal], rules: Mapping[str, Term]) -> list[Goal]:
        found = []
        for wanted in ("never", "never of all"):
            asked = [goal for goal in goals if goal.wanted == wanted and goal.term is not FALSE]
            found += self._halved(world, asked, wanted == "never", rules)
        return found

    def _halved(self, world: World, goals: list[Goal], valid: bool, rules: Mapping[str, Term]) -> list[Goal]:
        """One goal that is broken and was not before, if there is any."""
        if not goals or not world.can(terms.any_of(*(goal.term for goal in goals)), valid=valid, rules=rules):
            return []
        if len(goals) == 1:
            return [] if self._fails_already(goals[0]) else goals
        half = len(goals) // 2
        return self._halved(world, goals[:half], valid, rules) or self._halved(world, goals[half:], valid, rules)

    def _some(self, world: World, goals: list[Goal], rules: Mapping[str, Term]) -> list[Goal]:
        for goal in goals:
            if goal.term is TRUE and goal.wanted == "some of all":
                continue
            if self._shown(world, goal.term):
                continue
            if not world.can(goal.term, valid=goal.wanted == "some", rules=rules) and not self._fails_already(goal):
                return [goal]
        return []

    def _shown(self, world: World, term: Term) -> bool:
        """Whether a deal at hand makes a term true."""
        if world is not self.world:
            return any(Assignment(Looked(deal, world.deals)).holds(term) for deal in self.known)
        return any(shown.holds(term) for shown in self._assignments)

    @cached_property
    def _assignments(self) -> tuple[Assignment, ...]:
        return tuple(Assignment(Looked(deal, self.world.deals)) for deal in self.known)

    def _fails_already(self, goal: Goal) -> bool:
        """Whether a goal of this name does not hold of the library without the fault either."""
        if goal.name not in self.names:
            return False
        if goal.name not in self.failing:
            before = [old for (_, name, _), old in self.world.goals.items() if name == goal.name]
            self.failing[goal.name] = any(
                self.world.can(old.term, valid=not old.wanted.endswith("all")) is old.wanted.startswith("never")
                for old in before
            )
        return self.failing[goal.name]

    # ---- the deals at hand

    def changed_deal(self, library: Library) -> str:
        """The first deal at hand of which the contract says something else with the fault; empty where none does."""
        for draft, before in zip(self.drafts, self.before, strict=True):
            assert draft.deal is not None
            made = planned(library, draft.deal)
            same = made.plan is not None and before.plan is not None and made.places == before.places
            if same and made.derived == before.derived and not self._rewritten(library, made.plan):
                continue
            if words(library, made) != words(self.library, before):
                return draft.file
        return ""

    def _rewritten(self, library: Library, plan: Plan | None) -> bool:
        """Whether the fault is in the text of a clause that the plan has."""
        old = self.library.clauses
        clauses = plan.clauses() if plan is not None else ()
        return any(clause.id not in old or clause.texts is not old[clause.id].texts for clause in clauses)

    @cached_property
    def before(self) -> tuple[Planned, ...]:
        return tuple(planned(self.library, draft.deal) for draft in self.drafts if draft.deal is not None)

    # ---- whether anything changes at all

    def differs(self, library: Library, fault: Fault) -> bool:
        """Whether a valid deal has another contract: other clauses, or another text in one of them."""
        world, other, _ = self.asked
        if fault.kind == "texts" and fault.how in {"guard dropped", "wrapped"}:
            return self._decides(world, other, fault)
        own = self.world.contracts
        changed = []
        for id_ in {*self.library.clauses, *library.clauses}:
            one, two = self.library.clauses.get(id_), library.clauses.get(id_)
            before = own.printed(one) if one is not None else FALSE
            after = other.printed(two) if two is not None else FALSE
            if before != after:
                changed.append(terms.no(terms.same(before, after)))
            if one is not None and two is not None and one.texts != two.texts:
                changed.append(after)
        changed += self._facts_that_move(library, world)
        if library.outlines != self.library.outlines:
            changed += self._slots_that_move(library, own, other)
        anything = terms.any_of(*changed)
        # With another fact the rules let other deals through: those of before count, and those of now.
        return any(world.can(anything, valid=True, rules=rules) for rules in (world.rules, self.world.rules))

    def _facts_that_move(self, library: Library, world: World) -> Iterable[Term]:
        """When a fact has another value than before."""
        old, new = ByCases(self.world.deals), ByCases(world.deals)
        before = {fact.id: fact.cases for fact in self.library.facts}
        for fact in library.facts:
            if fact.cases != before[fact.id]:
                ways = [dict(self._by_value(names.fact(fact.id))) for names in (old, new)]
                for value in {*ways[0], *ways[1]}:
                    yield terms.no(terms.same(*(way.get(value, FALSE) for way in ways)))

    @staticmethod
    def _by_value(ways: Ways | None) -> Iterator[tuple[Any, Term]]:
        for when, operand in ways or ():
            yield operand.constant if isinstance(operand, Linear) else operand, when

    def _decides(self, world: World, other: Contracts, fault: Fault) -> bool:
        """Whether the condition that was dropped, or put around a paragraph, is ever false where it is come to."""
        _, line, column = fault.place.rsplit(":", 2)
        before = fault.how == "guard dropped"
        where = self.world if before else world
        ways = []
        for id_, clause in other.library.clauses.items():
            old = self.library.clauses[id_]
            if clause.texts is not old.texts:
                seen = passed_over(self.world.contracts if before else other, old if before else clause)
                offset = 0 if before else len("{% if ")
                ways.append(seen.get((int(line), int(column) + offset), TRUE))
        where.learn()
        return where.can(terms.any_of(*ways), valid=True)

    def _slots_that_move(self, library: Library, own: Contracts, other: Contracts) -> Iterable[Term]:
        for slot in library.by_slot:
            before, after = own.applies(slot), other.applies(slot)
            if before != after:
                filled = terms.any_of(own.filled(slot), other.filled(slot))
                yield terms.all_of(filled, terms.no(terms.same(before, after)))


def _within(asked: Any, known: Any) -> bool:
    """Whether one library asks nothing of a deal that the other does not."""
    entries = all(known.entries.get(path, 0) >= count for path, count in asked.entries.items())
    tests = all(len(tests) <= len(known.tests.get(path, ())) for path, tests in asked.tests.items())
    return asked.paths <= known.paths and asked.values <= known.values and entries and tests
