"""A field that may be absent is read where nothing has asked whether it is there: the build of such a deal stops."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from generator.conditions import Expression
from generator.conditions.expressions import Read
from generator.diagnostics import Diagnostic, Severity, Span
from generator.library.model import Condition, Library, LibraryClause, Obligation, Prohibition
from generator.library.templates import Branch, Choice, ClauseText, Insert, Repeat
from generator.lint.guards import Guards
from generator.lint.implied import implications
from generator.lint.presence import Place, Presence
from generator.lint.prose import body_start, place_in, within
from generator.lint.walk import parts

CODE = "unguarded-read"

Locate = Callable[[Read], Span]


def check(library: Library) -> Iterator[Diagnostic]:
    presence = Presence(library)
    start = Guards(library.names, presence.facts, implications(library.schema))
    for layer in library.layers:
        yield from _in_condition(layer.when, start)
    for fact in library.facts:
        guards = start
        for case in fact.cases:
            yield from _in_condition(case.when, guards)
            guards = guards.after_not(case.when.expression)
    for place in (place for places in presence.places.values() for place in places):
        yield from _in_condition(place.outline.when, start)
        around = start.after(place.outline.when.expression if place.outline.when else None)
        if place.section is not None:
            yield from _in_condition(place.section.when, around)
            for title in place.section.title.values():
                yield from _in_text(title, _around(place, start), _at(place.section.span))
        yield from _in_condition(place.slot.applies, _around(place, start))
    for clause in library.clauses.values():
        yield from _in_clause(clause, presence, start)
    for term in library.glossary.values():
        for definition in term.definitions.values():
            yield from _in_text(definition, start, _at(term.span))
    yield from _in_rules(library, start)


def _around(place: Place, start: Guards) -> Guards:
    return start.after(*(condition.expression for condition in place.around))


def _in_clause(clause: LibraryClause, presence: Presence, start: Guards) -> Iterator[Diagnostic]:
    # The condition of a clause is asked whether its slot applies or not, so `applies` guards the text only.
    places = presence.places.get(clause.slot, ())
    sheets = presence.sheet_sections if presence.is_sheet(clause.slot) else ()
    around = start.common(
        [
            *(_around(place, start) for place in places),
            *(start.after(*(c.expression for c in (outline.when, section.when) if c)) for outline, section in sheets),
        ]
    )
    if clause.layer.when is not None:
        around = around.after(clause.layer.when.expression)
    if clause.binds:
        names = {**start.names, clause.binds: _bound_type(clause, presence)}
        around = replace(around, names=names)
    yield from _in_condition(clause.when, around)
    asked = around.common(
        around.after(place.slot.applies.expression if place.slot.applies else None) for place in places
    )
    inside = asked.after(clause.when.expression if clause.when else None)
    for text in clause.texts.values():
        yield from _in_text(text.title, inside, _in_source(text, 0))
        yield from _in_text(text.blocks, inside, _in_source(text, body_start(text)))


def _bound_type(clause: LibraryClause, presence: Presence) -> Any:
    facts = presence.library.names["facts"]
    return facts.fields["subscribed"].type.item


def _in_rules(library: Library, start: Guards) -> Iterator[Diagnostic]:
    for rule in library.rules:
        guards = start.after(rule.layer.when.expression if rule.layer.when else None)
        if rule.each is not None:
            name, collection = rule.each
            yield from _in_condition(collection, guards)
            guards = guards.bound(name, collection.expression)
        yield from _in_condition(rule.when, guards)
        guards = guards.after(rule.when.expression if rule.when else None)
        yield from _in_condition(rule.asserted, guards)
        failed = guards.after_not(rule.asserted.expression)
        for content in (*rule.message.values(), *rule.help.values()):
            yield from _in_text(content, failed, _at(rule.span))
    for approval in library.approvals:
        guards = start.after(approval.layer.when.expression if approval.layer.when else None)
        yield from _in_condition(approval.when, guards)
        for content in approval.reason.values():
            yield from _in_text(content, guards.after(approval.when.expression), _at(approval.span))
    entries: tuple[Obligation | Prohibition, ...] = (*library.obligations, *library.prohibitions)
    for entry in entries:
        guards = start.after(entry.layer.when.expression if entry.layer.when else None)
        yield from _in_condition(entry.when, guards)


# ---- conditions and texts


def _in_condition(condition: Condition | None, guards: Guards) -> Iterator[Diagnostic]:
    if condition is not None:
        yield from _found(condition.expression, guards, lambda read: within(condition.span, read.start, read.end))


def _in_text(content: Iterable[Any], guards: Guards, locate: Locate) -> Iterator[Diagnostic]:
    for node in content:
        match node:
            case Insert(expression):
                yield from _found(expression, guards, locate)
            case Choice(branches):
                yield from _in_choice(branches, guards, locate)
            case Repeat(name, collection, _, test, _, inner):
                yield from _found(collection, guards, locate)
                bound = guards.bound(name, collection)
                if test is not None:
                    yield from _found(test, bound, locate)
                yield from _in_text(inner, bound.after(test), locate)
            case _:
                yield from _in_text(parts(node), guards, locate)


def _in_choice(branches: Iterable[Branch], guards: Guards, locate: Locate) -> Iterator[Diagnostic]:
    for branch in branches:
        if branch.condition is not None:
            yield from _found(branch.condition, guards, locate)
        yield from _in_text(branch.content, guards.after(branch.condition), locate)
        guards = guards.after_not(branch.condition)


def _found(expression: Expression, guards: Guards, locate: Locate) -> Iterator[Diagnostic]:
    for read in guards.unguarded(expression):
        path = read.dotted
        yield Diagnostic(
            CODE,
            Severity.WARNING,
            f"`{path}` may be absent and is read without a guard",
            locate(read),
            f"guard it with `{path} is defined`, or give `| default(…)`",
        )


def _at(span: Span) -> Locate:
    return lambda read: span


def _in_source(text: ClauseText, base: int) -> Locate:
    return lambda read: place_in(text.source, text.span, base + read.start, base + read.end)
