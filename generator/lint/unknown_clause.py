"""A clause, a rule or a checklist that names a clause or slot which the library does not have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from generator.diagnostics import Diagnostic, Severity, Span, did_you_mean
from generator.library.model import Library
from generator.lint.presence import Presence

CODE = "unknown-clause"


def check(library: Library) -> Iterator[Diagnostic]:
    presence = Presence(library)
    known = {*library.clauses, *library.by_slot, *presence.places}
    for clause in library.clauses.values():
        named = [
            ((field, index), name)
            for field, names in (("requires", clause.requires), ("excludes", clause.excludes))
            for index, name in enumerate(names)
        ]
        for path, name in named:
            if name not in known:
                yield _finding(name, f"`{clause.id}` {path[0]}", known, clause.front.span(path))
        general = clause.exception_to
        if general and general not in library.clauses:
            near = did_you_mean(general, library.clauses)
            yield Diagnostic(
                CODE,
                Severity.ERROR,
                f"`{clause.id}` is an exception to `{general}`, which is no clause",
                clause.front.span(("exception_to",)),
                _help(near),
            )
    for obligation in library.obligations:
        for name in obligation.include:
            if name not in known:
                yield _finding(name, f"{obligation.id} asks for", known, obligation.span)
    for prohibition in library.prohibitions:
        for name in prohibition.clauses:
            if name not in known:
                yield _finding(name, f"{prohibition.id} forbids", known, prohibition.span)
    rules = {rule.id for rule in library.rules}
    for item in library.checklist:
        for name in (name for alternatives in item.places for name in alternatives):
            if name not in known:
                yield _finding(name, f"{item.id} looks for", known, item.span)
        for name in item.rules:
            if not any(replace(item, rules=(name,)).compares(rule) for rule in rules):
                message = f"{item.id} names `{name}`, which is no rule"
                yield Diagnostic(CODE, Severity.ERROR, message, item.span, _help(did_you_mean(name, sorted(rules))))


def _finding(name: str, says: str, known: set[str], span: Span) -> Diagnostic:
    message = f"{says} `{name}`, which is no slot and no clause"
    return Diagnostic(CODE, Severity.ERROR, message, span, _help(did_you_mean(name, sorted(known))))


def _help(near: str) -> str:
    return f"did you mean `{near}`?" if near else "name a clause of the library"
