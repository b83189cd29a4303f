"""A reference whose target may be missing from a contract that holds the clause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from generator.conditions import Expression
from generator.conditions.expressions import Not
from generator.diagnostics import Diagnostic, Note, Severity, Span
from generator.library.model import Library
from generator.library.templates import Choice, Refer
from generator.lint.cells import both, implies
from generator.lint.presence import Presence
from generator.lint.walk import content_of, parts

CODE = "reference-may-be-absent"


def check(library: Library) -> Iterator[Diagnostic]:
    presence = Presence(library)
    for clause in library.clauses.values():
        if not presence.stands(clause.slot):
            continue
        inside = presence.clause_in(clause)
        for text in clause.texts.values():
            for refer, given in _references(content_of(text), inside):
                target = presence.target(refer.target)
                if target is not None and not implies(given, target, presence.facts):
                    yield _finding(refer, presence)


def _references(content: Iterable[Any], given: Expression) -> Iterator[tuple[Refer, Expression]]:
    """Every reference with what holds where it stands."""
    for node in content:
        if isinstance(node, Refer):
            yield node, given
        elif isinstance(node, Choice):
            before = given
            for branch in node.branches:
                yield from _references(branch.content, both(before, branch.condition))
                if branch.condition is not None:
                    before = both(before, Not(branch.condition))
        else:
            yield from _references(parts(node), given)


def _finding(refer: Refer, presence: Presence) -> Diagnostic:
    notes = tuple(
        Note(f"`{place.slot.id}` stands here{_under(condition.text)}", condition.span)
        for place in presence.places.get(refer.target, ())
        for condition in place.conditions[-1:]
    )
    return Diagnostic(
        CODE,
        Severity.WARNING,
        f"`{refer.target}` may be missing from a contract with this clause",
        refer.span,
        "put the reference under the same condition, or refer to what is always there",
        notes or _optional(refer, presence),
    )


def _under(text: str) -> str:
    return f" when `{text}`"


def _optional(refer: Refer, presence: Presence) -> tuple[Note, ...]:
    spans: list[Span] = [place.slot.span for place in presence.places.get(refer.target, ())]
    return tuple(Note(f"`{refer.target}` may be left empty here", span) for span in spans)
