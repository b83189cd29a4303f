"""What notices a seeded fault in a rule: the type checker, a check, a proof, a duty, or a case of the rule.

A rule that lets more deals through can only break what held of every valid deal where the rule, as it was, finds
something; one that lets fewer through can only kill what was there in some deal: two questions are asked of all goals.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, Literal

from generator.facts import Facts, derive
from generator.library.model import ApprovalRule, Library, Rule
from generator.lint import missing_source, unknown_clause, wrong_field
from generator.prove import terms
from generator.prove.contracts import Contracts
from generator.prove.deals import Deals
from generator.prove.goals import conditions, dead, law, texts
from generator.prove.goals.goal import Goal
from generator.prove.terms import FALSE, Term
from tests.mutant_judge import DUTIES, Judge
from tests.rule_findings import said
from tests.seeded import Fault, Refused
from tests.test_rules import entries, facts_of, id_of

RuleVerdict = Literal["types", "checks", "proof", "obligations", "cases", "survived", "same"]
VERDICTS: Final[tuple[RuleVerdict, ...]] = ("types", "checks", "proof", "obligations", "cases", "survived", "same")
CHECKS: Final = (missing_source, unknown_clause, wrong_field)
Finding = tuple[str, str]


@dataclass(frozen=True)
class Case:
    """A deal that breaks a rule and one that keeps it, and what is said of them."""

    name: str
    facts: tuple[Facts, ...]
    said: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Change:
    """One rule or approval as it was and as it is."""

    before: Rule | ApprovalRule
    after: Rule | ApprovalRule


class RuleJudge:
    """Judges faults in the rules, approvals and legal values of one library."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.library = judge.library

    def verdict(self, fault: Fault) -> tuple[RuleVerdict, str]:
        """What notices a fault, and the first finding; ``same`` where no deal is judged otherwise."""
        try:
            library = fault.make()
        except Refused as refused:
            return "types", str(refused)
        found = sorted(self._checked(library) - self._clean)
        if found:
            return "checks", found[0][1]
        change = self._change(library)
        own = self._own(library, change) if change is not None else []
        if own:
            return "proof", own[0].name
        broken = self._broken_case(library, change)
        if broken:
            return "cases", broken
        goals = self._elsewhere(library, change) if change is not None else []
        if goals:
            return ("obligations" if goals[0].kind in DUTIES else "proof"), goals[0].name
        return ("survived" if self._differs(change) else "same"), ""

    # ---- checks

    @cached_property
    def _clean(self) -> set[Finding]:
        return self._checked(self.library)

    @staticmethod
    def _checked(library: Library) -> set[Finding]:
        return {(check.CODE, finding.message) for check in CHECKS for finding in check.check(library)}

    # ---- proofs

    def _own(self, library: Library, change: Change) -> list[Goal]:
        """The goals about the rule itself that fail, and that the library without the fault has not."""
        new = self._rules(library)
        return [goal for goal in self._own_goals(library, change) if not self._holds(goal, new)]

    def _elsewhere(self, library: Library, change: Change) -> list[Goal]:
        """The goals about other things that hold of the library and not of the one with the fault."""
        old, new = self._rules(self.library), self._rules(library)
        name = change.before.id
        if old == new or not isinstance(change.after, Rule):
            return []
        if name in old and self._can(new, terms.no(old[name])):
            for goals in self._never:
                found = self._halved(goals, terms.no(old[name]), new)
                if found:
                    return found
        return self._killed(new) if name in new and self._can(old, terms.no(new[name])) else []

    @cached_property
    def _never(self) -> tuple[tuple[Goal, ...], ...]:
        """What holds of every valid deal: what is proven of the library itself, and the duties."""
        goals = [goal for goal in self.judge.world.goals.values() if goal.wanted == "never"]
        return tuple(tuple(goal for goal in goals if (goal.kind in DUTIES) is duties) for duties in (False, True))

    def _change(self, library: Library) -> Change | None:
        """The rule or the approval that has the fault; none where a legal value has it."""
        pairs = [
            *zip(self.library.rules, library.rules, strict=True),
            *zip(self.library.approvals, library.approvals, strict=True),
        ]
        return next((Change(before, after) for before, after in pairs if before is not after), None)

    @staticmethod
    def _narrow(library: Library, entry: Rule | ApprovalRule) -> Library:
        """The library with this rule alone, for the goals that are about it."""
        rules = (entry,) if isinstance(entry, Rule) else ()
        approvals = (entry,) if isinstance(entry, ApprovalRule) else ()
        return replace(
            library,
            rules=rules,
            approvals=approvals,
            clauses={},
            outlines=(),
            obligations=(),
            prohibitions=(),
            facts=(),
        )

    def _own_goals(self, library: Library, change: Change) -> list[Goal]:
        """The goals about the rule that the library without the fault has not."""
        world = self.judge.world
        contracts = Contracts(self._deals(library))
        narrow = copy.copy(contracts)
        narrow.library = replace(self._narrow(library, change.after), layers=(), checklist=(), glossary={})
        goals = [goal for theme in (law, conditions, dead, texts) for goal in theme.goals(narrow)]
        new = [goal for goal in goals if (goal.wanted, goal.name, goal.term) not in world.goals]
        world.learn()
        return [goal for goal in new if not goal.kind.startswith("no-valid")]

    def _deals(self, library: Library) -> Deals:
        deals = copy.copy(self.judge.world.deals)
        deals.library = library
        return deals

    def _rules(self, library: Library) -> dict[str, Term]:
        """When each rule of severity error finds nothing."""
        deals = self.judge.world.deals
        for rule in library.rules:
            if rule.severity == "error" and rule not in self._satisfied:
                self._satisfied[rule] = deals.satisfied(rule, deals.conditions)
        self.judge.world.learn()
        return {rule.id: self._satisfied[rule] for rule in library.rules if rule.severity == "error"}

    @cached_property
    def _satisfied(self) -> dict[int, Term]:
        return _ById()

    def _can(self, rules: Mapping[str, Term], *asked: Term) -> bool:
        """Whether a deal that these rules let through makes all the terms true; each is given to the solver once."""
        world = self.judge.world
        if FALSE in asked:
            return False
        answer = world.solver.ask([world._named(term) for term in (*asked, *rules.values())])
        assert answer != "unknown", "no answer in time"
        return answer == "yes"

    def _holds(self, goal: Goal, rules: Mapping[str, Term]) -> bool:
        valid = not goal.wanted.endswith("all")
        there = self.judge.world.can(goal.term, valid=valid, rules=rules)
        return there is goal.wanted.startswith("some")

    def _halved(self, goals: tuple[Goal, ...], outside: Term, rules: Mapping[str, Term]) -> list[Goal]:
        """A goal that fails where the rule as it was found something."""
        if goals not in self._any:
            self._any[goals] = terms.any_of(*(goal.term for goal in goals))
        if not self._can(rules, outside, self._any[goals]):
            return []
        if len(goals) == 1:
            return [*goals]
        half = len(goals) // 2
        return self._halved(goals[:half], outside, rules) or self._halved(goals[half:], outside, rules)

    @cached_property
    def _any(self) -> dict[tuple[Goal, ...], Term]:
        return {}

    def _killed(self, rules: Mapping[str, Term]) -> list[Goal]:
        """A goal that some deal made true, and none does that the rules let through now."""
        shown = [
            assignment
            for assignment in self.judge._assignments
            if all(assignment.holds(term) for term in rules.values())
        ]
        for goal in self.judge.world.goals.values():
            dead = goal.wanted == "some" and not any(assignment.holds(goal.term) for assignment in shown)
            if dead and not self._can(rules, goal.term):
                return [goal]
        return []

    # ---- cases

    def _cases(self, name: str) -> list[Case]:
        """The cases of a rule, derived when they are first asked for."""
        if name not in self._derived:
            own = [one for one in entries() if id_of(one) == name]
            listed = [(facts_of(one, one["breaks"]), facts_of(one, one["keeps"])) for one in own]
            self._derived[name] = [
                Case(name, facts, tuple(said(self.library, name, each) for each in facts)) for facts in listed
            ]
        return self._derived[name]

    @cached_property
    def _derived(self) -> dict[str, list[Case]]:
        return {}

    def _broken_case(self, library: Library, change: Change | None) -> str:
        """The first case of which something else is said; a legal value may move the facts of any."""
        for name in [change.before.id] if change is not None else dict.fromkeys(map(id_of, entries())):
            for case in self._cases(name):
                facts = case.facts
                if change is None:
                    facts = tuple(derive(library, each.deal, each.as_of)[0] or each for each in facts)
                if tuple(said(library, name, each) for each in facts) != case.said:
                    return name
        return ""

    # ---- whether anything changes at all

    def _differs(self, change: Change | None) -> bool:
        if change is None:
            return True
        if isinstance(change.before, Rule) and isinstance(change.after, Rule):
            plain = ("severity", "fact", "at", "message", "help", "fix")
            if any(getattr(change.before, name) != getattr(change.after, name) for name in plain):
                return True
        one, two = (self._finds(entry) for entry in (change.before, change.after))
        self.judge.world.learn()
        return self.judge.world.can(terms.no(terms.same(one, two)), valid=False)

    def _finds(self, entry: Rule | ApprovalRule) -> Term:
        deals = self.judge.world.deals
        if isinstance(entry, Rule):
            return deals.satisfied(entry, deals.conditions)
        return terms.all_of(deals.layer(entry.layer), deals.conditions.truth(entry.when.expression).holds)


class _ById(dict[Any, Term]):
    """Terms by the rule that they were made of, for as long as the rule lives: its texts cannot be hashed."""

    def __init__(self) -> None:
        super().__init__()
        self.alive: list[Any] = []

    def __contains__(self, rule: object) -> bool:
        return super().__contains__(id(rule))

    def __getitem__(self, rule: Any) -> Term:
        return super().__getitem__(id(rule))

    def __setitem__(self, rule: Any, term: Term) -> None:
        self.alive.append(rule)
        super().__setitem__(id(rule), term)
