"""Each slot of each contract holds as many clauses as it should; what clauses ask of each other is so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from generator.diagnostics import Note, Span
from generator.library.model import Condition, LibraryClause, Period
from generator.prove import terms
from generator.prove.contracts import Contracts, Stand
from generator.prove.goals.goal import Goal, never
from generator.prove.terms import TRUE, Term


def goals(contracts: Contracts) -> Iterator[Goal]:
    for slot, stands in contracts.stands.items():
        yield from _conflicts(contracts, slot, stands)
        yield from _holes(contracts, stands)
        yield from _unasked(contracts, slot, stands)
        yield from _twice(slot, stands)
        yield from _versions(contracts, slot, stands)
    yield from _exceptions(contracts)
    yield from _companions(contracts)


def _place(clause: LibraryClause) -> Span:
    return clause.when.span if clause.when is not None else clause.span


def _dated(*clauses: LibraryClause) -> bool:
    return any(clause.effective.start or clause.effective.end for clause in clauses)


def _conflicts(contracts: Contracts, slot: str, stands: tuple[Stand, ...]) -> Iterator[Goal]:
    """Two clauses never fill a slot that takes one."""
    single = [stand.applies for stand in stands if stand.slot.policy != "any"]
    if not single:
        return
    for one, two in combinations(contracts.library.by_slot.get(slot, ()), 2):
        both = terms.all_of(terms.any_of(*single), contracts.chosen(one), contracts.chosen(two))
        yield never(
            "dated-overlap" if _dated(one, two) else "slot-conflict",
            f"{slot}: {one.id}, {two.id}",
            both,
            f"`{one.id}` and `{two.id}` can both fill `{slot}`, which takes one clause",
            _place(one),
            "make their conditions exclude each other, or one the exception of the other",
            Note(f"`{two.id}` is in under this condition", _place(two)),
        )


def _holes(contracts: Contracts, stands: tuple[Stand, ...]) -> Iterator[Goal]:
    """A slot that takes exactly one clause is never empty."""
    for stand in stands:
        slot = stand.slot
        clauses = contracts.library.by_slot.get(slot.id, ())
        if slot.policy != "exactly_one":
            continue
        empty = terms.all_of(stand.applies, terms.no(terms.any_of(*(contracts.chosen(clause) for clause in clauses))))
        yield never(
            "dated-hole" if _dated(*clauses) else "missing-clause",
            f"{stand.outline.id} {slot.id}",
            empty,
            f"no clause fills `{slot.id}` of {stand.outline.id} for some deals",
            slot.span,
            "add a clause for this case, or change the condition of one",
            *(Note(f"`{clause.id}` is in under this condition", _place(clause)) for clause in clauses[:4]),
        )


def _unasked(contracts: Contracts, slot: str, stands: tuple[Stand, ...]) -> Iterator[Goal]:
    """No condition of a clause holds where its place is come to and not asked for: with ``missing-clause`` the place
    and its clauses then say the same of when there must be one, so that a mistake in either is noticed. A clause
    without a condition is for wherever its place is asked for."""
    come_to = terms.any_of(*(stand.asked for stand in stands))
    left_out = terms.all_of(come_to, terms.no(contracts.applies(slot)))
    for clause in contracts.library.by_slot.get(slot, ()):
        if clause.when is None:
            continue
        yield never(
            "unasked-clause",
            clause.id,
            terms.all_of(left_out, _defined(contracts, clause.when), contracts.chosen(clause)),
            f"`{clause.id}` should be in by its own condition for some deals for which `{slot}` is not asked for",
            clause.when.span,
            "give the clause and its place the same condition, so far as other clauses do not fill the place",
            *(Note("the place is asked for under this condition", _asked(stand)) for stand in stands[:2]),
        )


def _defined(contracts: Contracts, condition: Condition) -> Term:
    return contracts.deals.conditions.truth(condition.expression).defined


def _asked(stand: Stand) -> Span:
    return stand.slot.applies.span if stand.slot.applies is not None else stand.slot.span


def _twice(slot: str, stands: tuple[Stand, ...]) -> Iterator[Goal]:
    for one, two in combinations(stands, 2):
        where = f"in {one.outline.id} and in {two.outline.id}"
        yield never(
            "slot-twice",
            slot,
            terms.all_of(one.asked, two.asked),
            f"the slot `{slot}` stands {where if one.outline is not two.outline else f'twice in {one.outline.id}'}"
            " of the same contract",
            two.slot.span,
            "keep one place, or separate them with `when:`",
            Note("it also stands here", one.slot.span),
        )


def _versions(contracts: Contracts, slot: str, stands: tuple[Stand, ...]) -> Iterator[Goal]:
    """Versions of one clause, those of one layer under one condition, leave no date out and share none, also where
    the slot need not be filled, takes several, or is filled by the clause to which they are exceptions."""
    loose = terms.any_of(*(stand.applies for stand in stands if stand.slot.policy != "exactly_one"))
    several = terms.any_of(*(stand.applies for stand in stands if stand.slot.policy == "any"))
    deals = contracts.deals
    versions: dict[tuple[str, str, Term], list[LibraryClause]] = {}
    for clause in contracts.library.by_slot.get(slot, ()):
        if _dated(clause):
            same = (clause.layer.id, clause.exception_to, contracts.holds(clause.when))
            versions.setdefault(same, []).append(clause)
    for (_, general, holds), listed in versions.items():
        held = [deals.in_force(clause.effective) for clause in listed]
        for (one, first), (two, second) in combinations(zip(listed, held, strict=True), 2):
            here = terms.all_of(holds, deals.layer(one.layer))
            yield never(
                "dated-overlap",
                f"{slot}: {one.id}, {two.id}",
                terms.all_of(several, here, first, second),
                f"two versions of one clause, `{one.id}` and `{two.id}`, are in force on one date",
                one.span,
                "let one begin on the day on which the other ends",
                Note("the other version", two.span),
            )
            yield never(
                "dated-hole",
                f"{slot}: {one.id}, {two.id}",
                terms.all_of(
                    contracts.applies(slot) if general else loose,
                    here,
                    _between(contracts, one, two),
                    *(terms.no(version) for version in held),
                ),
                f"between `{one.id}` and `{two.id}`, two versions of one clause, there are dates without either",
                one.span,
                "let one begin on the day on which the other ends",
                Note("the other version", two.span),
            )


def _between(contracts: Contracts, one: LibraryClause, two: LibraryClause) -> Term:
    """The dates after the end of one version and before the start of the other."""
    gaps = [(one.effective.end, two.effective.start), (two.effective.end, one.effective.start)]
    return terms.any_of(*(contracts.deals.in_force(Period(end, start)) for end, start in gaps if end and start))


def _exceptions(contracts: Contracts) -> Iterator[Goal]:
    for general, exceptions in contracts.library.exceptions.items():
        for one, two in combinations(exceptions, 2):
            if one.layer.rank == two.layer.rank:
                yield never(
                    "exception-conflict",
                    f"{general}: {one.id}, {two.id}",
                    terms.all_of(contracts.inside(one), contracts.inside(two), contracts.applies(one.slot)),
                    f"`{one.id}` and `{two.id}` are exceptions to `{general}` in one layer and can both hold",
                    _place(one),
                    "make their conditions exclude each other",
                    Note(f"`{two.id}` is in under this condition", _place(two)),
                )
    for name, circle in contracts.circles.items():
        clauses = [contracts.library.clauses[one] for one in circle[:-1]]
        goal = never(
            "exception-cycle",
            name,
            TRUE,
            f"these clauses are exceptions to each other: {' → '.join(circle)}",
            clauses[0].span,
            "keep one direction",
            *(Note(f"`{clause.id}` is here", clause.span) for clause in clauses[1:]),
        )
        # What is wrong is the circle itself; a deal shows it where the conditions of all its clauses hold.
        own = (terms.all_of(contracts.applies(clause.slot), contracts.own(clause)) for clause in clauses)
        yield replace(goal, shown_by=terms.all_of(*own))


def _companions(contracts: Contracts) -> Iterator[Goal]:
    """What a clause requires is there with it, what it excludes is not."""
    for clause in contracts.library.clauses.values():
        for name in clause.requires:
            yield never(
                "requires",
                f"{clause.id}: {name}",
                terms.all_of(contracts.printed(clause), terms.no(contracts.standing(name))),
                f"`{clause.id}` requires `{name}`, which is not always in the contract with it",
                clause.span,
                f"give `{name}` at least the condition of this clause, or take away `requires`",
                *_where(contracts, name),
            )
        for name in clause.excludes:
            yield never(
                "excludes",
                f"{clause.id}: {name}",
                terms.all_of(contracts.printed(clause), contracts.standing(name)),
                f"`{clause.id}` excludes `{name}`, but both can stand in one contract",
                clause.span,
                "make their conditions exclude each other",
                *_where(contracts, name),
            )


def _where(contracts: Contracts, name: str) -> Iterator[Note]:
    """Where a clause, or the slot of this name, is."""
    clause = contracts.library.clauses.get(name)
    if clause is not None:
        yield Note(f"`{name}` is in under this condition", _place(clause))
    else:
        yield from (Note("the slot stands here", stand.slot.span) for stand in contracts.stands.get(name, ())[:1])
