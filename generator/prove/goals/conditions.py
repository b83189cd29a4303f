"""No condition reads a field that is absent, in any deal in which it is asked."""

from __future__ import annotations

from collections.abc import Iterator

from generator.conditions import Expression
from generator.conditions.expressions import Read, reads
from generator.library.model import Condition, LibraryClause, Obligation, Prohibition
from generator.prove import terms
from generator.prove.conditions import Conditions
from generator.prove.contracts import Contracts
from generator.prove.goals.goal import Goal, never
from generator.prove.terms import TRUE, Term


def goals(contracts: Contracts) -> Iterator[Goal]:
    deals = contracts.deals
    for layer in contracts.library.layers:
        yield from _asked(contracts, f"layer {layer.id}", layer.when, TRUE, of_all=True)
    for fact in contracts.library.facts:
        before = TRUE
        for index, case in enumerate(fact.cases, 1):
            yield from _asked(contracts, f"fact {fact.id} {index}", case.when, before, of_all=True)
            before = terms.all_of(before, terms.no(contracts.holds(case.when)))
    for outline in contracts.library.outlines:
        yield from _asked(contracts, outline.id, outline.when, TRUE)
        here = contracts.holds(outline.when)
        for section in outline.sections:
            yield from _asked(contracts, f"{outline.id}.{section.id}", section.when, here)
            inside = terms.all_of(here, contracts.holds(section.when))
            for slot in section.slots:
                yield from _asked(contracts, f"{outline.id} slot {slot.id}", slot.applies, inside)
    for clause in contracts.library.clauses.values():
        given = terms.all_of(_reached(contracts, clause), deals.layer(clause.layer), deals.in_force(clause.effective))
        yield from _asked(contracts, f"clause {clause.id}", clause.when, given)
    yield from _rules(contracts)


def _reached(contracts: Contracts, clause: LibraryClause, depth: int = 0) -> Term:
    """Whether the condition of a clause is asked: its slot is come to, or the clause is an exception to one asked."""
    own = terms.any_of(*(stand.asked for stand in contracts.stands.get(clause.slot, ())))
    general = contracts.library.clauses.get(clause.exception_to)
    if general is None or general.id in contracts.circles or depth > len(contracts.library.clauses):
        return own
    return terms.any_of(own, _reached(contracts, general, depth + 1))


def _rules(contracts: Contracts) -> Iterator[Goal]:
    deals = contracts.deals
    for rule in contracts.library.rules:
        given = terms.all_of(deals.layer(rule.layer), deals.in_force(rule.effective))
        if rule.each is None:
            yield from _rule_conditions(deals.conditions, rule.id, rule.when, rule.asserted, given)
            continue
        name, collection = rule.each
        yield from _asked(contracts, f"rule {rule.id} each", collection, given, of_all=True)
        assert isinstance(collection.expression, Read)
        for entry in deals.conditions.place(collection.expression).entries():
            bound = deals.conditions.binding(name, entry)
            there = terms.all_of(given, entry.there)
            yield from _rule_conditions(bound, rule.id, rule.when, rule.asserted, there)
    for approval in contracts.library.approvals:
        yield from _asked(contracts, f"approval {approval.id}", approval.when, deals.layer(approval.layer))
    library = contracts.library
    duties: tuple[Obligation | Prohibition, ...] = (*library.obligations, *library.prohibitions)
    for duty in duties:
        yield from _asked(contracts, duty.id, duty.when, deals.layer(duty.layer))
    for item in library.checklist:
        yield from _asked(contracts, f"checklist {item.id}", item.precise, TRUE)


def _rule_conditions(
    conditions: Conditions, name: str, when: Condition | None, asserted: Condition, given: Term
) -> Iterator[Goal]:
    if when is not None:
        yield from absent(conditions, f"rule {name} when", when, given, of_all=True)
        given = terms.all_of(given, conditions.truth(when.expression).holds)
    yield from absent(conditions, f"rule {name} assert", asserted, given, of_all=True)


def _asked(
    contracts: Contracts, name: str, condition: Condition | None, given: Term, *, of_all: bool = False
) -> Iterator[Goal]:
    if condition is not None:
        yield from absent(contracts.deals.conditions, name, condition, given, of_all=of_all)


def absent(
    conditions: Conditions, name: str, condition: Condition, given: Term, *, of_all: bool = False
) -> Iterator[Goal]:
    """The goal that a condition, where it is asked, reads nothing that is absent."""
    expression = condition.expression
    defined = _defined(conditions, expression)
    listed = names_of(conditions, expression)
    yield never(
        "undefined-condition",
        f"{name}: {condition.text}",
        terms.all_of(given, terms.no(defined)),
        f"this condition can read {listed} in a deal that does not have it",
        condition.span,
        "guard it with `is defined`, or give `| default(…)`",
        of_all=of_all,
    )


def _defined(conditions: Conditions, expression: Expression) -> Term:
    if isinstance(expression, Read) and expression.type.kind == "list":
        return conditions.place(expression).present
    return conditions.truth(expression).defined


def names_of(conditions: Conditions, expression: Expression) -> str:
    """The paths of an expression that a deal may lack, as they are written."""
    paths = []
    for read in reads(expression):
        root = str(read.path[0])
        if root == "" or (root == "facts" and len(read.path) == 2):
            continue
        if conditions.place(read).present is not TRUE and read.dotted not in paths:
            paths.append(read.dotted)
    return " or ".join(f"`{path}`" for path in paths) or "a field"
