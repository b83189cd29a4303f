"""Faults put into a library one at a time: what a tired author does to a condition, a slot, a date, a duty, a text.

Each ``Fault`` makes a library that differs from the given one in one place. Conditions are written out again and read
by the library's own parser, texts are changed in the text of their file and read by its own reader, so that what the
type checker sees is refused here as it is there: ``Refused``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from generator.conditions.evaluate import text_of
from generator.conditions.expressions import Read, reads
from generator.conditions.judge import Complaint
from generator.conditions.parse import parse_condition
from generator.library.load import _indexed, ordered_facts
from generator.library.model import Condition, FactCase, Library, LibraryClause, Period
from generator.library.walk import conditions
from tests.seeded_conditions import Pool, edits, pool_of


class Refused(Exception):
    """The type checker sees the fault."""


@dataclass(frozen=True)
class Fault:
    """One change. ``kind`` is what is changed, ``how`` in a word; ``place`` is file:line:column of what was there."""

    kind: str
    how: str
    place: str
    change: str
    make: Callable[[], Library]


@dataclass(frozen=True)
class Site:
    """A condition of the library and how to put another in its place."""

    group: str
    name: str
    condition: Condition
    put: Callable[[Condition | None], Library]


def shared_out(every: Sequence[Fault], shares: Mapping[str, int], count: int, pick: Random) -> list[Fault]:
    """So many faults, each kind with its share of a hundred (or all that it has).

    In a kind each way to go wrong comes as often as the others: most conditions could be misspelt more often than
    negated.
    """
    found: list[Fault] = []
    for kind, share in shares.items():
        ways: dict[str, list[Fault]] = {}
        for fault in every:
            if fault.kind == kind:
                ways.setdefault(fault.how, []).append(fault)
        for faults in ways.values():
            pick.shuffle(faults)
        wanted = min(max(1, count * share // 100), sum(map(len, ways.values())))
        while wanted:
            for faults in [faults for faults in ways.values() if faults][:wanted]:
                found.append(faults.pop())
                wanted -= 1
    return found


def conditional_faults(library: Library, groups: frozenset[str]) -> Iterator[Fault]:
    """Every change of one condition."""
    pool = pool_of(_all_reads(library))
    for site in sites(library):
        if site.group not in groups:
            continue
        if site.group not in {"layers", "facts", "rules"}:
            yield _fault(site, "dropped", "none", lambda site=site: site.put(None))
        for how, text in variants(site.condition, pool):
            yield _fault(site, how, text, lambda site=site, text=text: site.put(_read(library, site, text)))


def variants(condition: Condition, pool: Pool) -> Iterator[tuple[str, str]]:
    """The condition with one thing changed, written out; each only once, the condition itself never."""
    seen = {text_of(condition.expression)}
    for how, expression in edits(condition.expression, pool):
        text = text_of(expression)
        if text not in seen:
            seen.add(text)
            yield how, text


def _fault(site: Site, how: str, text: str, make: Callable[[], Library]) -> Fault:
    change = f"{site.name}: `{text_of(site.condition.expression)}` → `{text}`"
    return Fault(site.group, how, str(site.condition.span), change, make)


def _read(library: Library, site: Site, text: str) -> Condition:
    names = {name: type_ for name, type_ in library.names.items() if name != "facts" or site.group != "layers"}
    try:
        expression = parse_condition(text, names)
    except Complaint as complaint:
        raise Refused(complaint.message) from complaint
    return Condition(text, expression, site.condition.span)


def _all_reads(library: Library) -> Iterator[Read]:
    for condition in conditions(library):
        yield from reads(condition.expression)


# ---- where conditions stand


def sites(library: Library) -> Iterator[Site]:
    """Every condition outside texts."""
    for clause in library.clauses.values():
        if clause.when is not None:
            yield Site("clauses", clause.id, clause.when, _clause_put(library, clause))
    for index, outline in enumerate(library.outlines):
        if outline.when is not None:
            yield Site("outlines", outline.id, outline.when, _outline_put(library, index))
        for number, section in enumerate(outline.sections):
            if section.when is not None:
                name = f"{outline.id}.{section.id}"
                yield Site("outlines", name, section.when, _section_put(library, index, number))
            for place, slot in enumerate(section.slots):
                if slot.applies is not None:
                    yield Site("slots", slot.id, slot.applies, _slot_put(library, index, number, place))
    for index, layer in enumerate(library.layers):
        if layer.when is not None:
            yield Site("layers", layer.id, layer.when, _layer_put(library, index))
    for index, fact in enumerate(library.facts):
        for number, case in enumerate(fact.cases):
            yield Site("facts", f"{fact.id} {number + 1}", case.when, _case_put(library, index, number))
    for index, rule in enumerate(library.rules):
        if rule.each is None:
            yield Site("rules", rule.id, rule.asserted, _rule_put(library, index, "asserted"))
            if rule.when is not None:
                yield Site("rules", rule.id, rule.when, _rule_put(library, index, "when"))
    for name in ("obligations", "prohibitions"):
        for index, duty in enumerate(getattr(library, name)):
            if duty.when is not None:
                yield Site("duties", duty.id, duty.when, _entry_put(library, name, index))


Put = Callable[[Condition | None], Library]


def with_clause(library: Library, *clauses: LibraryClause) -> Library:
    """The library with other clauses of these ids."""
    return _indexed(replace(library, clauses={**library.clauses, **{clause.id: clause for clause in clauses}}))


def swapped(items: tuple[Any, ...], index: int, item: Any) -> tuple[Any, ...]:
    return (*items[:index], item, *items[index + 1 :])


def _clause_put(library: Library, clause: LibraryClause) -> Put:
    return lambda when: with_clause(library, replace(clause, when=when))


def with_outline(library: Library, index: int, **changes: Any) -> Library:
    outline = replace(library.outlines[index], **changes)
    return _indexed(replace(library, outlines=swapped(library.outlines, index, outline)))


def with_slot(library: Library, index: int, number: int, place: int, **changes: Any) -> Library:
    sections = library.outlines[index].sections
    section = sections[number]
    slots = swapped(section.slots, place, replace(section.slots[place], **changes))
    return with_outline(library, index, sections=swapped(sections, number, replace(section, slots=slots)))


def _outline_put(library: Library, index: int) -> Put:
    return lambda when: with_outline(library, index, when=when)


def _section_put(library: Library, index: int, number: int) -> Put:
    sections = library.outlines[index].sections
    return lambda when: with_outline(
        library, index, sections=swapped(sections, number, replace(sections[number], when=when))
    )


def _slot_put(library: Library, index: int, number: int, place: int) -> Put:
    return lambda when: with_slot(library, index, number, place, applies=when)


def _layer_put(library: Library, index: int) -> Put:
    def put(when: Condition | None) -> Library:
        old = library.layers[index]
        new = replace(old, when=when)

        def moved(entry: Any) -> Any:
            return replace(entry, layer=new) if entry.layer is old else entry

        return _indexed(
            replace(
                library,
                layers=swapped(library.layers, index, new),
                clauses={id_: moved(clause) for id_, clause in library.clauses.items()},
                rules=tuple(map(moved, library.rules)),
                approvals=tuple(map(moved, library.approvals)),
                obligations=tuple(map(moved, library.obligations)),
                prohibitions=tuple(map(moved, library.prohibitions)),
            )
        )

    return put


def _case_put(library: Library, index: int, number: int) -> Put:
    def put(when: Condition | None) -> Library:
        assert when is not None
        fact = library.facts[index]
        if ("facts", fact.id) in {read.path[:2] for read in reads(when.expression)}:
            raise Refused("a fact that reads itself")
        cases = swapped(fact.cases, number, FactCase(when, fact.cases[number].value))
        facts = swapped(library.facts, index, replace(fact, cases=cases))
        if _circle(facts):
            raise Refused("facts that read each other")
        return _indexed(replace(library, facts=ordered_facts(facts)))

    return put


def _circle(facts: tuple[Any, ...]) -> bool:
    reading = {
        fact.id: {str(r.path[1]) for case in fact.cases for r in reads(case.when.expression) if r.path[0] == "facts"}
        | {path.split(".")[1] for path in fact.reads if path.startswith("facts.")}
        for fact in facts
    }

    def leads_back(name: str, start: str, seen: set[str]) -> bool:
        for other in reading.get(name, ()):
            if other == start or (other not in seen and leads_back(other, start, seen | {other})):
                return True
        return False

    return any(leads_back(name, name, {name}) for name in reading)


def _rule_put(library: Library, index: int, part: str) -> Put:
    return lambda condition: replace(
        library, rules=swapped(library.rules, index, replace(library.rules[index], **{part: condition}))
    )


def _entry_put(library: Library, name: str, index: int) -> Put:
    entries = getattr(library, name)
    return lambda when: _indexed(
        replace(library, **{name: swapped(entries, index, replace(entries[index], when=when))})
    )


# ---- dates


def in_two_versions(library: Library, clause: LibraryClause, end: str, start: str) -> Library:
    """A clause in two versions: one until ``end``, one from ``start``."""
    first = replace(clause, effective=Period("", end))
    second = replace(clause, id=f"{clause.id}-next", effective=Period(start, ""))
    return with_clause(library, first, second)
