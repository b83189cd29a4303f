"""Nothing in the library is dead: each clause, rule, section and case is there for some valid deal."""

from __future__ import annotations

from collections.abc import Iterator

from generator.library.model import Condition, Obligation, Prohibition
from generator.prove import terms
from generator.prove.contracts import Contracts
from generator.prove.goals.goal import Goal, some
from generator.prove.terms import TRUE

_NARROW = "correct the condition, or remove what can never be"


def goals(contracts: Contracts) -> Iterator[Goal]:
    yield some("no-valid-deal", "library", TRUE, "no deal satisfies the schema and every rule at once", None)
    yield from _clauses(contracts)
    yield from _outlines(contracts)
    yield from _rules(contracts)
    yield from _facts(contracts)


def _clauses(contracts: Contracts) -> Iterator[Goal]:
    for clause in contracts.library.clauses.values():
        if clause.slot in contracts.stands:
            span = clause.when.span if clause.when is not None else clause.span
            yield some(
                "dead-clause", clause.id, contracts.printed(clause), f"no valid deal has `{clause.id}`", span, _NARROW
            )


def _outlines(contracts: Contracts) -> Iterator[Goal]:
    for outline in contracts.library.outlines:
        if outline.when is not None:
            yield _dead(contracts, "dead-document", outline.id, outline.when, f"no valid deal has {outline.id}")
        for section in outline.sections:
            here = contracts.holds(outline.when, section.when)
            if section.when is not None:
                name = f"{outline.id}.{section.id}"
                message = f"no valid deal has the section `{name}`"
                yield some("dead-section", name, here, message, section.when.span, _NARROW)
            for slot in section.slots:
                if slot.applies is not None:
                    asked = terms.all_of(here, contracts.holds(slot.applies))
                    message = f"no valid deal asks for the slot `{slot.id}`"
                    yield some("dead-slot", f"{outline.id} {slot.id}", asked, message, slot.applies.span, _NARROW)


def _dead(contracts: Contracts, kind: str, subject: str, condition: Condition, message: str) -> Goal:
    return some(kind, subject, contracts.holds(condition), message, condition.span, _NARROW)


def _rules(contracts: Contracts) -> Iterator[Goal]:
    """A rule can find something in a deal that the schema accepts; an approval can be asked for."""
    library, deals = contracts.library, contracts.deals
    for layer in library.layers:
        if layer.when is not None:
            yield _dead(contracts, "dead-layer", layer.id, layer.when, f"no valid deal has the layer `{layer.id}`")
    for rule in library.rules:
        broken = terms.no(deals.satisfied(rule, deals.conditions))
        message = f"{rule.id} can never find anything"
        yield some("dead-rule", rule.id, broken, message, rule.asserted.span, _NARROW, of_all=True)
    for approval in library.approvals:
        asked = terms.all_of(deals.layer(approval.layer), contracts.holds(approval.when))
        message = f"no valid deal needs the approval {approval.id}"
        yield some("dead-approval", approval.id, asked, message, approval.when.span, _NARROW)
    entries: tuple[Obligation | Prohibition, ...] = (*library.obligations, *library.prohibitions)
    for entry in entries:
        if entry.when is not None:
            asked = terms.all_of(deals.layer(entry.layer), contracts.holds(entry.when))
            message = f"{entry.id} applies to no valid deal"
            yield some("dead-obligation", entry.id, asked, message, entry.when.span, _NARROW)


def _facts(contracts: Contracts) -> Iterator[Goal]:
    for fact in contracts.library.facts:
        before = TRUE
        for index, case in enumerate(fact.cases, 1):
            holds = contracts.holds(case.when)
            message = f"case {index} of the fact `{fact.id}` is never reached"
            subject = f"{fact.id} {index}"
            yield some("dead-case", subject, terms.all_of(before, holds), message, case.when.span, _NARROW, of_all=True)
            before = terms.all_of(before, terms.no(holds))
        if fact.cases:
            message = f"the default of the fact `{fact.id}` is never reached"
            help_ = "make the value of the last case the default"
            yield some("dead-default", fact.id, before, message, fact.cases[-1].when.span, help_, of_all=True)
