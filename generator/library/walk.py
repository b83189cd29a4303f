"""Walking the templates of texts and the expressions of the whole library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from generator.conditions import Expression
from generator.conditions.expressions import Read, reads
from generator.diagnostics import Span
from generator.library.model import Condition, Library, Obligation, Prohibition
from generator.library.templates import (
    Branch,
    Choice,
    ClauseText,
    Emphatically,
    FixedTerm,
    FixedText,
    Insert,
    ItemTemplate,
    ListTemplate,
    NoticeTemplate,
    ParagraphTemplate,
    Repeat,
    RowTemplate,
    SignaturesTemplate,
    SignatureTemplate,
    Strongly,
    SubheadingTemplate,
    TableTemplate,
)
from generator.library.topics import Texts, Topic

Node = TypeVar("Node")


def parts(node: Any) -> tuple[Any, ...]:
    """The templates directly inside a template, in order."""
    match node:
        case FixedText() | FixedTerm() | Insert():
            # Most templates are one of these.
            return ()
        case ParagraphTemplate(content) | SubheadingTemplate(content) | Strongly(content) | Emphatically(content):
            return content
        case ItemTemplate(content, items):
            return (*content, *items)
        case ListTemplate(items):
            return items
        case TableTemplate(header, rows):
            return (header, *rows)
        case RowTemplate(cells):
            return tuple(piece for cell in cells for piece in cell)
        case NoticeTemplate(blocks):
            return blocks
        case SignaturesTemplate(parties):
            return parties
        case SignatureTemplate(_, title, lines):
            return (*title, *(piece for line in lines for piece in line))
        case Choice(branches):
            return branches
        case Branch() | Repeat():
            return node.content
        case _:
            return ()


def templates(content: Iterable[Any]) -> Iterator[Any]:
    """Every template of a text, outer ones first."""
    waiting = [*content][::-1]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(parts(node)))


def found(kind: type[Node], content: Iterable[Any]) -> Iterator[Node]:
    """Every template of one kind in a text."""
    return (node for node in templates(content) if isinstance(node, kind))


def content_of(text: ClauseText) -> tuple[Any, ...]:
    """The title and the blocks of a clause text."""
    return (*text.title, *text.blocks)


def plain_text(content: Iterable[Any]) -> str:
    """The words of an inline template; a value is one letter, every branch of a choice is read."""
    return "".join(
        node.text if isinstance(node, FixedText | FixedTerm) else "x" if isinstance(node, Insert) else ""
        for node in templates(content)
    )


def template_expressions(content: Iterable[Any]) -> Iterator[Expression]:
    """Every value and condition of a text."""
    for node in templates(content):
        yield from expressions_of(node)


def expressions_of(node: Any) -> tuple[Expression, ...]:
    """The value, the condition or the collection and test of one template."""
    match node:
        case Insert(expression):
            return (expression,)
        case Branch(condition) if condition is not None:
            return (condition,)
        case Repeat(_, collection, _, test):
            return (collection,) if test is None else (collection, test)
        case _:
            return ()


def conditions(library: Library) -> Iterator[Condition]:
    """Every condition of the library outside texts, the cases of facts excepted."""
    for layer in library.layers:
        yield from _given(layer.when)
    for clause in library.clauses.values():
        yield from _given(clause.when)
        for level in clause.service.levels if clause.service is not None else ():
            yield from _given(level.response, level.execution)
    for outline in library.outlines:
        yield from _given(outline.when)
        for section in outline.sections:
            yield from _given(section.when, *(slot.applies for slot in section.slots))
    for rule in library.rules:
        yield from _given(rule.each[1] if rule.each else None, rule.when, rule.asserted)
    for approval in library.approvals:
        yield approval.when
    for topic in library.playbook.topics:
        yield from _given(*(way.when for position in topic.positions for way in position.ways))
    entries: tuple[Obligation | Prohibition, ...] = (*library.obligations, *library.prohibitions)
    for entry in entries:
        yield from _given(entry.when)
    for item in library.checklist:
        yield from _given(item.precise)


def texts(library: Library) -> Iterator[tuple[Any, ...]]:
    """The templates of every text: clauses, titles, definitions, messages."""
    for clause in library.clauses.values():
        yield from (content_of(text) for text in clause.texts.values())
    for outline in library.outlines:
        for section in outline.sections:
            yield from section.title.values()
    for term in library.glossary.values():
        yield from term.definitions.values()
    for rule in library.rules:
        yield from (*rule.message.values(), *rule.help.values())
    for approval in library.approvals:
        yield from approval.reason.values()
    for topic in library.playbook.topics:
        yield from (content for _, texts in topic_texts(topic) for content in texts.values())


def topic_texts(topic: Topic) -> Iterator[tuple[Span, Texts]]:
    """The texts of a topic of the playbook, each in every language with its place."""
    yield from ((topic.span, texts) for texts in (topic.title, topic.why))
    for position in topic.positions:
        yield from ((position.span, texts) for texts in (position.says, position.ask))


def all_reads(library: Library) -> Iterator[Read]:
    """Every path that the library reads, the facts' own cases excepted."""
    for condition in conditions(library):
        yield from reads(condition.expression)
    for content in texts(library):
        for expression in template_expressions(content):
            yield from reads(expression)


def _given(*conditions: Condition | None) -> Iterator[Condition]:
    return (condition for condition in conditions if condition is not None)
