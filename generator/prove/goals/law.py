"""What the law obliges is always in and what it forbids never is; every fix that a rule proposes works."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from generator.conditions.expressions import Constant, reads
from generator.diagnostics import Note
from generator.library.model import Library, Rule
from generator.prove import terms
from generator.prove.contracts import Contracts
from generator.prove.deals import Deals
from generator.prove.goals.goal import Goal, never


def goals(contracts: Contracts) -> Iterator[Goal]:
    yield from _obligations(contracts)
    yield from _prohibitions(contracts)
    for rule in contracts.library.rules:
        if rule.fix is not None:
            yield from _fix(contracts, rule)


def _obligations(contracts: Contracts) -> Iterator[Goal]:
    for obligation in contracts.library.obligations:
        asked = terms.all_of(contracts.deals.layer(obligation.layer), contracts.holds(obligation.when))
        for slot in obligation.include:
            yield never(
                "obligation",
                f"{obligation.id}: {slot}",
                terms.all_of(asked, terms.no(contracts.standing(slot))),
                f"{obligation.id} asks for `{slot}` ({obligation.fact}), which is not always in the contract",
                obligation.when.span if obligation.when is not None else obligation.span,
                "widen the condition of the clause or of its slot, or correct the obligation",
                *(Note("the slot stands here", stand.slot.span) for stand in contracts.stands.get(slot, ())[:2]),
            )


def _prohibitions(contracts: Contracts) -> Iterator[Goal]:
    for prohibition in contracts.library.prohibitions:
        asked = terms.all_of(contracts.deals.layer(prohibition.layer), contracts.holds(prohibition.when))
        for name in prohibition.clauses:
            clause = contracts.library.clauses.get(name)
            there = contracts.printed(clause) if clause is not None else contracts.filled(name)
            notes = (
                ()
                if clause is None
                else (Note("the clause is in under this condition", clause.when.span if clause.when else clause.span),)
            )
            yield never(
                "forbidden",
                f"{prohibition.id}: {name}",
                terms.all_of(asked, there),
                f"{prohibition.id} forbids `{name}`, which can be in a contract",
                prohibition.when.span if prohibition.when is not None else prohibition.span,
                "narrow the condition of the clause, or correct the prohibition",
                *notes,
            )


def _fix(contracts: Contracts, rule: Rule) -> Iterator[Goal]:
    """After its fix a rule finds nothing more, in every deal in which it found something."""
    assert rule.fix is not None
    deals = contracts.deals
    settings = {path: _constant(deals, path, value) for path, value in rule.fix.settings}
    if _formula_turns(deals.library, rule, set(settings)):
        # What a formula makes of the new values is known only for a deal at hand: a fix is tried before it is shown.
        return
    after = deals.satisfied(rule, deals.mended(settings))
    shown = ", ".join(f"{path}: {value}" for path, value in rule.fix.settings)
    yield never(
        "fix-fails",
        rule.id,
        terms.all_of(terms.no(deals.satisfied(rule, deals.conditions)), terms.no(after)),
        f"the fix of {rule.id} ({shown}) does not always satisfy the rule",
        rule.span,
        "correct the fix, or take it away",
        of_all=True,
    )


def _constant(deals: Deals, dotted: str, value: Constant) -> Constant:
    """A value of a fix as the deal holds it: amounts may be written as texts."""
    place = deals.deal
    for step in dotted.split("."):
        place = place.member(step)
    numeric = place.type is not None and place.type.is_number
    return Decimal(value) if numeric and isinstance(value, str) else value


def _formula_turns(library: Library, rule: Rule, changed: set[str]) -> bool:
    """Whether the rule reads a fact that a formula computes from a field that changes."""
    facts = {fact.id: fact for fact in library.facts}
    waiting = [read for condition in (rule.when, rule.asserted) if condition for read in reads(condition.expression)]
    seen: set[str] = set()
    while waiting:
        read = waiting.pop()
        name = str(read.path[1]) if read.path[0] == "facts" else ""
        if not name or name in seen:
            continue
        seen.add(name)
        fact = facts[name]
        if any(path.startswith(given) or given.startswith(path) for given in fact.reads for path in changed):
            return True
        waiting += [read for case in fact.cases for read in reads(case.when.expression)]
    return False
