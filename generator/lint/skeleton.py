"""The French and the English text of a clause differ in their blocks, items, tables, values or references."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from markdown_it import MarkdownIt

from generator.conditions.evaluate import text_of
from generator.diagnostics import Diagnostic, Note, Severity, Span
from generator.library.model import Library, LibraryClause
from generator.library.templates import (
    Branch,
    Choice,
    ClauseText,
    GlossaryTemplate,
    Insert,
    ItemTemplate,
    ListTemplate,
    NoticeTemplate,
    ParagraphTemplate,
    Refer,
    Repeat,
    RowTemplate,
    SignaturesTemplate,
    SubheadingTemplate,
    TableTemplate,
)
from generator.library.walk import found, parts
from generator.lint.prose import STATEMENT, body_start, place_in, words_of

CODE = "skeleton"

Shape = tuple[Any, ...]

_NAMES = {
    "paragraph": "a paragraph",
    "list": "a list",
    "table": "a table",
    "subheading": "a subheading",
    "notice": "a notice",
    "signatures": "signatures",
    "glossary": "the glossary",
    "nothing": "nothing more",
}
_BLOCKS = MarkdownIt("zero").enable(["table", "list", "blockquote", "fence", "heading"])


def check(library: Library) -> Iterator[Diagnostic]:
    for clause in library.clauses.values():
        fr, en = clause.texts["fr"], clause.texts["en"]
        yield from _contents(clause, fr.title, en.title, (fr.span, en.span))
        starts = _block_starts(fr), _block_starts(en)
        for index in range(max(len(fr.blocks), len(en.blocks))):
            pair = tuple(text.blocks[index] if index < len(text.blocks) else None for text in (fr, en))
            spans = starts[0][min(index, len(starts[0]) - 1)], starts[1][min(index, len(starts[1]) - 1)]
            difference = _difference(shape(pair[0]), shape(pair[1]))
            if difference:
                yield Diagnostic(
                    CODE,
                    Severity.ERROR,
                    f"block {index + 1} of `{clause.id}`: {difference}",
                    spans[1],
                    "give both languages the same blocks",
                    (Note("the French block is here", spans[0]),),
                )
                break
            yield from _contents(clause, (pair[0],), (pair[1],), spans)


# ---- shapes


def shape(block: Any) -> Shape:
    """What the two languages must have in common, apart from values and references."""
    match block:
        case None:
            return ("nothing",)
        case ParagraphTemplate():
            return ("paragraph",)
        case SubheadingTemplate():
            return ("subheading",)
        case GlossaryTemplate():
            return ("glossary",)
        case ListTemplate(items):
            return ("list", *_parts(items))
        case TableTemplate(header, rows, align):
            return ("table", len(header.cells), align, *_parts(rows))
        case NoticeTemplate(blocks):
            return ("notice", *(shape(inner) for inner in blocks))
        case SignaturesTemplate(parties):
            return ("signatures", *((party.party, len(party.lines)) for party in parties))
        case _:
            raise AssertionError(f"{type(block).__name__} is not a block")


def _parts(entries: Iterable[Any]) -> tuple[Shape, ...]:
    """The shapes of items or rows, with the conditions and repetitions around them."""
    return tuple(_part(entry) for entry in entries)


def _part(entry: Any) -> Shape:
    match entry:
        case ItemTemplate(_, items):
            return ("item", *_parts(items))
        case RowTemplate(cells):
            return ("row", len(cells))
        case Choice(branches):
            return ("choice", *((_condition(branch), *_parts(branch.content)) for branch in branches))
        case Repeat(_, collection, _, test, _, content):
            return ("repeat", text_of(collection), text_of(test) if test is not None else "", *_parts(content))
        case _:
            return ("other",)


def _condition(branch: Branch) -> str:
    return text_of(branch.condition) if branch.condition is not None else ""


def _difference(fr: Shape, en: Shape) -> str:
    """In words, what two blocks do not have in common; empty where they agree."""
    if fr == en:
        return ""
    if fr[0] != en[0]:
        return f"{_NAMES[fr[0]]} in French, {_NAMES[en[0]]} in English"
    what = {"list": "items", "table": "rows", "notice": "blocks", "signatures": "lines"}[fr[0]]
    if fr[0] == "table" and fr[1] != en[1]:
        return f"{fr[1]} columns in French, {en[1]} in English"
    if fr[0] == "table" and fr[2] != en[2]:
        return "the columns are not aligned alike"
    counts = _count(fr), _count(en)
    if counts[0] != counts[1]:
        return f"{counts[0]} {what} in French, {counts[1]} in English"
    return f"the {what} do not nest alike or stand under different conditions"


def _count(value: Shape) -> int:
    own = 1 if value and value[0] in {"item", "row", "paragraph"} else 0
    return own + sum(_count(part) for part in value if isinstance(part, tuple))


# ---- values and references


def _contents(
    clause: LibraryClause, fr: Iterable[Any], en: Iterable[Any], spans: tuple[Span, Span]
) -> Iterator[Diagnostic]:
    fr, en = tuple(fr), tuple(en)
    counts = _counted(fr), _counted(en)
    for language, other, content, own, more in (("French", "English", fr, 0, 1), ("English", "French", en, 1, 0)):
        for (kind, name), extra in (counts[own] - counts[more]).items():
            message = f"the {language} text of `{clause.id}` has the {kind} `{name}`"
            times = counts[own][kind, name]
            message += (
                f", the {other} has not" if extra == times else f" {times} times, the {other} {times - extra} times"
            )
            yield Diagnostic(
                CODE,
                Severity.ERROR,
                message,
                _place(kind, name, content) or spans[own],
                "give both languages the same values and references",
                (Note(f"the {other} text is here", spans[more]),),
            )


def _counted(content: Iterable[Any]) -> Counter[tuple[str, str]]:
    """How often each value and reference stands in a text; of the branches of a choice the one that has it most."""
    total: Counter[tuple[str, str]] = Counter()
    for node in content:
        match node:
            case Insert():
                total["value", _value(node)] += 1
            case Refer(target, _):
                total["reference", target] += 1
            case Choice(branches):
                most: Counter[tuple[str, str]] = Counter()
                for branch in branches:
                    most |= _counted(branch.content)
                total += most
            case _:
                total += _counted(parts(node))
    return total


def _value(insert: Insert) -> str:
    path = insert.path or text_of(insert.expression)
    return f"{path} | {insert.filter}" if insert.filter else path


def _place(kind: str, name: str, content: Iterable[Any]) -> Span | None:
    """The last place of a value or reference."""
    inserts = (insert for insert in found(Insert, content) if kind == "value" and _value(insert) == name)
    spans = [replace(insert.span, end_column=insert.span.column + max(len(insert.path), 1)) for insert in inserts]
    spans += [refer.span for refer in found(Refer, content) if kind == "reference" and refer.target == name]
    return spans[-1] if spans else None


# ---- places of blocks


def _block_starts(text: ClauseText) -> list[Span]:
    """The first line of every block of a text; the title where they cannot be told apart."""
    start = body_start(text)
    lines = words_of(text.source)[start:].split("\n")
    offsets = [start]
    for line in lines:
        offsets.append(offsets[-1] + len(line) + 1)
    kept = [index for index, line in enumerate(lines) if not re.fullmatch(rf"\s*{STATEMENT}+\s*", line)]
    tokens = _BLOCKS.parse("\n".join(lines[index] for index in kept))
    tops = [token.map[0] for token in tokens if token.level == 0 and token.map is not None]
    if len(tops) != len(text.blocks):
        return [text.span]
    firsts = [kept[top] for top in tops]
    return [place_in(text.source, text.span, offsets[n], offsets[n] + len(lines[n])) for n in firsts]
