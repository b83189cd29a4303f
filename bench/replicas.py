"""Libraries of other sizes, made in memory of the real one: a part of it, or twice of it with connected fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final

from generator.conditions.expressions import Read
from generator.library.load import _indexed as indexed
from generator.library.model import Fix, Library, LibraryClause, Outline, Rule
from generator.library.templates import GlossaryTemplate, Refer
from generator.library.walk import content_of, found
from generator.prove.contracts import SHEET
from generator.prove.formulas import KNOWN
from generator.schema import DealSchema
from generator.schema_types import Field, Type

TWICE: Final = "_2"
SHARED: Final = frozenset({"meta", "context", "parties", "services", "scope", "liability"})
"""The groups of a deal that both halves of a doubled library read: layers and the service sheets hang on them."""


# ---- a part


def part(library: Library, most: int) -> Library:
    """Whole slots with about ``most`` clauses, what their texts refer to, and the glossary that defines their terms.

    All facts and rules are kept.
    """
    repeated = [slot.id for o in library.outlines for section in o.sections if section.each for slot in section.slots]
    sheets = _closure(library, *repeated, *(slot for slot in library.by_slot if slot.startswith(SHEET)))
    kept = _glossary(library)
    if _size(library, kept | sheets) <= most:
        kept |= sheets
    for slot in library.by_slot:
        grown = kept | _closure(library, slot)
        fits = _size(library, grown) <= most and all(name in library.by_slot for name in grown)
        if fits and (kept >= sheets or not any(n.startswith(SHEET) or n in repeated for n in grown)):
            kept = grown
    return _only(library, kept, sheets=kept >= sheets)


def _glossary(library: Library) -> set[str]:
    """What defines the terms of every contract: the glossary, and a clause of each document that inherits its terms."""
    kept = _closure(
        library,
        *(
            clause.slot
            for clause in library.clauses.values()
            for text in clause.texts.values()
            if any(isinstance(block, GlossaryTemplate) for block in text.blocks)
        ),
    )
    for outline in library.outlines:
        always = [slot.id for s in outline.sections if s.when is None for slot in s.slots if slot.applies is None]
        if outline.inherits_terms and always:
            kept |= min((_closure(library, slot) for slot in always), key=lambda closed: _size(library, closed))
    return kept


def _size(library: Library, slots: Iterable[str]) -> int:
    return sum(len(library.by_slot.get(slot, ())) for slot in slots)


def _closure(library: Library, *slots: str) -> set[str]:
    """Slots with those that their clauses require or refer to, and so on."""
    closed: set[str] = set()
    waiting = list(slots)
    while waiting:
        name = waiting.pop()
        if name not in closed:
            closed.add(name)
            for clause in library.by_slot.get(name, ()):
                waiting += _companions(library, clause)
    return closed


def _companions(library: Library, clause: LibraryClause) -> Iterable[str]:
    yield from clause.requires
    for text in clause.texts.values():
        for refer in found(Refer, content_of(text)):
            yield from _slots_of(library, refer.target)


def _slots_of(library: Library, target: str) -> Iterable[str]:
    """The slots that stand for the target of a reference: itself, or those of a section or a document."""
    if target in library.by_slot:
        return [target]
    return [
        slot.id
        for outline in library.outlines
        for section in outline.sections
        if target in {outline.id, f"{outline.id}.{section.id}"}
        for slot in section.slots
    ] or [target]


def _only(library: Library, kept: set[str], *, sheets: bool) -> Library:
    clauses = {clause.id: clause for slot in library.by_slot if slot in kept for clause in library.by_slot[slot]}
    outlines = tuple(
        replace(
            outline,
            cover=outline.cover if outline.cover in kept else "",
            sections=tuple(
                replace(section, slots=tuple(slot for slot in section.slots if slot.id in kept))
                for section in outline.sections
                if (sheets or not section.each) and any(slot.id in kept for slot in section.slots)
            ),
        )
        for outline in library.outlines
    )
    return indexed(
        replace(
            library,
            clauses=clauses,
            outlines=tuple(outline for outline in outlines if outline.sections),
            obligations=tuple(duty for duty in library.obligations if kept.issuperset(duty.include)),
            prohibitions=tuple(
                duty for duty in library.prohibitions if all(n in clauses or n in kept for n in duty.clauses)
            ),
        )
    )


# ---- twice


@dataclass(frozen=True)
class Names:
    """What the second half calls by another name: groups of the deal, facts, slots, clauses, documents."""

    groups: frozenset[str]
    facts: frozenset[str]
    others: frozenset[str]

    def path(self, path: tuple[Any, ...]) -> tuple[Any, ...]:
        if path[0] in self.groups:
            return (f"{path[0]}{TWICE}", *path[1:])
        if path[0] == "facts" and len(path) > 1 and path[1] in self.facts:
            return ("facts", f"{path[1]}{TWICE}", *path[2:])
        return path

    def name(self, name: str) -> str:
        if name in self.others:
            return name + TWICE
        outline, dot, section = name.partition(".")
        return f"{outline}{TWICE}.{section}" if dot and outline in self.others else name

    def within(self, value: Any) -> Any:
        """The same with every path and every reference renamed."""
        match value:
            case Read():
                return replace(value, path=self.path(value.path))
            case Refer():
                return replace(value, target=self.name(value.target))
            case Type() | str():
                return value
            case tuple():
                return tuple(map(self.within, value))
            case Mapping():
                return {key: self.within(inner) for key, inner in value.items()}
            case _ if is_dataclass(value) and not isinstance(value, type):
                old = {field.name: getattr(value, field.name) for field in fields(value) if field.init}
                new = {name: self.within(inner) for name, inner in old.items()}
                return replace(value, **new) if any(new[name] is not old[name] for name in new) else value
            case _:
                return value


def enlarged(library: Library, clauses: int) -> Library:
    """The library with so many clauses or a few less: it and a copy of a part of it."""
    return copied(library, part(library, clauses - len(library.clauses)))


def twice(library: Library) -> Library:
    return copied(library, library)


def copied(library: Library, some: Library) -> Library:
    """The library and a copy of a part of it over a second set of fields; both read the groups that are shared.

    Every rule, approval and fact is there twice, so that the copy holds as the part does. Services have one sheet.
    """
    own = [clause for clause in some.clauses.values() if not clause.slot.startswith(SHEET)]
    names = Names(
        frozenset(library.schema.type.fields) - SHARED,
        frozenset(fact.id for fact in library.facts if fact.formula not in KNOWN),
        frozenset({clause.id for clause in own} | {c.slot for c in own} | {o.id for o in some.outlines}),
    )
    clauses = {copy.id: copy for copy in (_clause(names, clause) for clause in own)}
    return indexed(
        replace(
            library,
            schema=_schema(library.schema, names),
            names=_typed(library.names, names),
            clauses={**library.clauses, **clauses},
            outlines=(*library.outlines, *(_outline(names, outline) for outline in some.outlines)),
            facts=(
                *library.facts,
                *(
                    replace(fact, id=fact.id + TWICE, cases=names.within(fact.cases))
                    for fact in library.facts
                    if fact.id in names.facts
                ),
            ),
            rules=(*library.rules, *(_rule(names, rule) for rule in library.rules)),
            approvals=(*library.approvals, *(_second(names, entry) for entry in library.approvals)),
            obligations=(
                *library.obligations,
                *(
                    replace(_second(names, duty), include=tuple(map(names.name, duty.include)))
                    for duty in some.obligations
                ),
            ),
            prohibitions=(
                *library.prohibitions,
                *(
                    replace(_second(names, duty), clauses=tuple(map(names.name, duty.clauses)))
                    for duty in some.prohibitions
                ),
            ),
        )
    )


def _second(names: Names, entry: Any) -> Any:
    return replace(names.within(entry), id=entry.id + TWICE)


def _clause(names: Names, clause: LibraryClause) -> LibraryClause:
    return replace(
        clause,
        id=names.name(clause.id),
        slot=names.name(clause.slot),
        when=names.within(clause.when),
        exception_to=names.name(clause.exception_to),
        requires=tuple(map(names.name, clause.requires)),
        excludes=tuple(map(names.name, clause.excludes)),
        texts=names.within(clause.texts),
    )


def _outline(names: Names, outline: Outline) -> Outline:
    sections = tuple(
        replace(
            names.within(section),
            slots=tuple(replace(names.within(slot), id=names.name(slot.id)) for slot in section.slots),
        )
        for section in outline.sections
        if not section.each
    )
    return replace(
        outline,
        id=names.name(outline.id),
        cover=names.name(outline.cover),
        when=names.within(outline.when),
        sections=sections,
    )


def _rule(names: Names, rule: Rule) -> Rule:
    copy: Rule = _second(names, rule)
    if rule.fix is None:
        return copy
    settings = tuple((".".join(names.path(tuple(path.split(".")))), value) for path, value in rule.fix.settings)
    return replace(copy, fix=Fix(settings))


def _schema(schema: DealSchema, names: Names) -> DealSchema:
    document = dict(schema.document)
    document["properties"] = {
        **document["properties"],
        **{group + TWICE: document["properties"][group] for group in names.groups},
    }
    for keyword in ("required", "x-required"):
        if keyword in document:
            listed = document[keyword]
            document[keyword] = [*listed, *(group + TWICE for group in listed if group in names.groups)]
    return DealSchema(document)


def _typed(types: Mapping[str, Type], names: Names) -> Mapping[str, Type]:
    """The types of the roots of paths, with those of the second half."""
    copied = {group + TWICE: types[group] for group in names.groups if group in types}
    facts: Mapping[str, Field] = types["facts"].fields
    doubled = {fact + TWICE: facts[fact] for fact in names.facts if fact in facts}
    return {**types, **copied, "facts": replace(types["facts"], fields={**facts, **doubled})}
