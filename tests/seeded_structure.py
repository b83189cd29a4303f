"""Faults in what holds a library together: slots, exceptions, dates, duties, companions."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from generator.library.load import _indexed
from generator.library.model import Library, LibraryClause
from tests.seeded import Fault, in_two_versions, swapped, with_clause, with_slot

CHANGE: Final = datetime.date(2027, 1, 1)
"""Where a clause is split into two versions; a fault leaves a month without either, or one with both."""
MONTH: Final = datetime.timedelta(days=30)


def structural_faults(library: Library, pick: random.Random) -> Iterator[Fault]:
    """Every fault of these kinds; where another name is put, ``pick`` says which."""
    yield from _slots(library, pick)
    yield from _exceptions(library, pick)
    yield from _dates(library)
    yield from _duties(library, pick)
    yield from _companions(library, pick)


def _slots(library: Library, pick: random.Random) -> Iterator[Fault]:
    names = [slot.id for outline in library.outlines for section in outline.sections for slot in section.slots]
    for clause in library.clauses.values():
        if clause.service is None:
            other = pick.choice([name for name in names if name != clause.slot])
            yield _clause_fault("slots", "moved", library, clause, slot=other)
    for index, outline in enumerate(library.outlines):
        for number, section in enumerate(outline.sections):
            for place, slot in enumerate(section.slots):
                for policy in ("exactly_one", "at_most_one", "any"):
                    if policy != slot.policy:
                        yield Fault(
                            "slots",
                            "policy",
                            str(slot.span),
                            f"{slot.id}: {slot.policy} → {policy}",
                            lambda at=(index, number, place), policy=policy: with_slot(library, *at, policy=policy),
                        )


def _clause_fault(kind: str, how: str, library: Library, clause: LibraryClause, **changes: Any) -> Fault:
    name, value = next(iter(changes.items()))
    change = f"{clause.id}: {name} {_shown(getattr(clause, name))} → {_shown(value)}"
    return Fault(kind, how, str(clause.span), change, lambda: with_clause(library, replace(clause, **changes)))


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value) or "none"


def _exceptions(library: Library, pick: random.Random) -> Iterator[Fault]:
    for clause in library.clauses.values():
        if clause.exception_to:
            others = [
                other.id for other in library.clauses.values() if other.id not in {clause.id, clause.exception_to}
            ]
            same = [other for other in others if library.clauses[other].slot == clause.slot]
            yield _clause_fault("exceptions", "dropped", library, clause, exception_to="")
            yield _clause_fault("exceptions", "elsewhere", library, clause, exception_to=pick.choice(same or others))
            yield _clause_fault("exceptions", "misspelt", library, clause, exception_to=f"{clause.exception_to}x")


def _dates(library: Library) -> Iterator[Fault]:
    """The month before the change of version has no version, or both."""
    for clause in library.clauses.values():
        if not clause.effective.start and not clause.effective.end:
            for how, start in (("hole", CHANGE + MONTH), ("overlap", CHANGE - MONTH)):
                change = f"{clause.id}: until {CHANGE}, the next version from {start}"
                yield Fault(
                    "dates",
                    how,
                    str(clause.span),
                    change,
                    lambda clause=clause, start=start: in_two_versions(
                        library, clause, CHANGE.isoformat(), start.isoformat()
                    ),
                )


def _duties(library: Library, pick: random.Random) -> Iterator[Fault]:
    slots = sorted(library.by_slot)
    for kind, part in (("obligations", "include"), ("prohibitions", "clauses")):
        entries = getattr(library, kind)
        for index, duty in enumerate(entries):
            named = getattr(duty, part)
            for place, name in enumerate(named):
                other = pick.choice([slot for slot in slots if slot != name])
                for how, new in (("elsewhere", other), ("misspelt", f"{name}x")):
                    entry = replace(duty, **{part: swapped(named, place, new)})
                    changed = swapped(entries, index, entry)
                    yield Fault(
                        "duties",
                        how,
                        str(duty.span),
                        f"{duty.id}: {name} → {new}",
                        lambda kind=kind, changed=changed: _indexed(replace(library, **{kind: changed})),
                    )


def _companions(library: Library, pick: random.Random) -> Iterator[Fault]:
    slots = sorted(library.by_slot)
    for clause in library.clauses.values():
        for part in ("requires", "excludes"):
            named = getattr(clause, part)
            for place in range(len(named)):
                new = swapped(named, place, pick.choice(slots))
                yield _clause_fault("companions", "elsewhere", library, clause, **{part: new})
                dropped = (*named[:place], *named[place + 1 :])
                yield _clause_fault("companions", "dropped", library, clause, **{part: dropped})
