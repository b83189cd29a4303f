"""A clause, rule or legal value that rests on nothing, or on a legal fact that the library does not have."""

from __future__ import annotations

from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Severity, Span, did_you_mean
from generator.library.model import Library, Obligation, Prohibition, Rule

CODE = "missing-source"


def check(library: Library) -> Iterator[Diagnostic]:
    for clause in library.clauses.values():
        if not clause.sources:
            yield Diagnostic(
                CODE,
                Severity.ERROR,
                f"`{clause.id}` names no source",
                clause.front.span(("sources",)),
                "say what the text rests on: a legal fact, or the document that asks for it",
            )
        for index, citation in enumerate(clause.sources):
            if citation.fact:
                yield from _unknown(
                    citation.fact, f"`{clause.id}`", clause.front.span(("sources", index, "fact")), library
                )
    entries: tuple[Rule | Obligation | Prohibition, ...] = (*library.rules, *library.obligations, *library.prohibitions)
    for entry in entries:
        if entry.fact:
            yield from _unknown(entry.fact, f"the rule {entry.id}", entry.span, library)
    for topic in library.playbook.topics:
        if topic.fact:
            yield from _unknown(topic.fact, f"the topic `{topic.id}`", topic.span, library)
    for parameter in library.parameters.values():
        if parameter.fact:
            yield from _unknown(parameter.fact, f"the parameter `{parameter.id}`", parameter.span, library)
        else:
            yield Diagnostic(
                CODE,
                Severity.WARNING,
                f"the parameter `{parameter.id}` names no legal fact",
                parameter.span,
                "add `fact:` with the entry of the law that fixes the value",
            )


def _unknown(fact: str, who: str, span: Span, library: Library) -> Iterator[Diagnostic]:
    if fact not in library.law:
        near = did_you_mean(fact, library.law)
        yield Diagnostic(
            CODE,
            Severity.ERROR,
            f"{who} rests on `{fact}`, which is no legal fact of the library",
            span,
            f"did you mean `{near}`?" if near else "add the legal fact with its source",
        )
