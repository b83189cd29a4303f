"""Markdown for reading and for comparing versions: what is shown under CommonMark is what the tree says.

Numbers are part of the text, since a reader of Markdown would count differently. Tables are GitHub's pipe tables;
the invisible anchors of e-signature are left out. Everything else is plain CommonMark without HTML, except for
``<br>`` in a cell of more than one line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final, NamedTuple, assert_never

from generator.document.nodes import (
    Block,
    Cell,
    Clause,
    Definition,
    Definitions,
    Emphasis,
    Inline,
    Item,
    ItemList,
    LineBreak,
    Notice,
    Numbered,
    Paragraph,
    Part,
    PlainParagraph,
    Reference,
    Section,
    Signatures,
    Strong,
    Subheading,
    Table,
    Term,
    Text,
    Value,
)
from generator.writers.reading import PHRASES, chosen, full_stop, lone_marker, plain, title_place


def write(numbered: Numbered, parts: Sequence[str] | None = None) -> bytes:
    """The pack, or the parts with these ids, as UTF-8 Markdown. Raises ``UnknownPart`` for an id it does not have."""
    properties = numbered.document.properties
    phrases = PHRASES[numbered.document.language]
    blocks = [f"# {one_line(properties.title)}"]
    if properties.reference:
        blocks.append(one_line(f"{phrases.reference}{phrases.colon}{properties.reference}"))
    if properties.status:
        blocks.append(f"> **{one_line(properties.status)}**")
    for part in chosen(numbered, parts):
        blocks += _part(part, numbered)
    if properties.footer:
        blocks += ["---", one_line(properties.footer)]
    return ("\n\n".join(blocks) + "\n").encode()


# ---- inline: runs of one style, then the delimiters between them

_SPECIAL: Final = re.compile(r"[\\`*_\[<~$#|]|&(?!\s)")
_LINE_START: Final = re.compile(r"^(?:(?=[-+=>:])|([0-9]{1,9})(?=[.)](?:\s|$)))", re.MULTILINE)
_BREAK: Final = "\\\n"


class _Run(NamedTuple):
    text: str
    styles: frozenset[str]


def _runs(content: Sequence[Inline], numbered: Numbered, styles: frozenset[str] = frozenset()) -> Iterator[_Run]:
    for node in content:
        match node:
            case Text() | Value() | Term():
                yield _Run(node.text, styles)
            case Reference():
                yield _Run(numbered.labels[node.target].reference, styles)
            case Strong():
                yield from _runs(node.content, numbered, styles | {"**"})
            case Emphasis():
                yield from _runs(node.content, numbered, styles | {"_"})
            case LineBreak():
                yield _Run("\n", styles)
            case _:
                assert_never(node)


def _pieces(runs: Iterator[_Run]) -> list[_Run]:
    """The runs without the empty ones, and with the white space at their edges as runs of its own."""
    return [_Run(text, run.styles) for run in runs for text in re.split(r"(^\s+|\s+$)", run.text) if text]


def _changes(runs: list[_Run]) -> Iterator[tuple[list[str], list[str], str]]:
    """Each run's text with the delimiters to close and to open in front of it; at last those of the end.

    White space never follows an opening delimiter nor precedes a closing one, which would not delimit there.
    """
    stack: list[str] = []
    for index, run in enumerate(runs):
        ahead = [following.styles for following in runs[index:] if not following.text.isspace()]
        styles = ahead[0] if ahead else frozenset()
        closing: list[str] = []
        while not styles.issuperset(stack):
            closing.append(stack.pop())
        opening: list[str] = []
        if not run.text.isspace():
            # What lasts longest is opened first, so that it need not be closed and opened again.
            lasting = {style: next((n for n, s in enumerate(ahead) if style not in s), len(ahead)) for style in styles}
            opening = sorted(styles.difference(stack), key=lambda style: (-lasting[style], style))
        stack += opening
        yield closing, opening, run.text
    yield stack[::-1], [], ""


def _is_mark(character: str) -> bool:
    """Punctuation to every version of CommonMark, or white space: what a delimiter may lean on."""
    return character.isspace() or unicodedata.category(character).startswith("P")


def _entity(text: str) -> str:
    return "".join(f"&#{ord(character)};" for character in text)


def _source(content: Sequence[Inline], numbered: Numbered, prefix: str = "") -> str:
    """Inline Markdown that shows exactly the text of the nodes; lines are separated by ``_BREAK``."""
    pieces: list[str] = []
    before = ""
    for closing, opening, text in _changes(_pieces(iter([_Run(prefix, frozenset()), *_runs(content, numbered)]))):
        start, end = text[:1], before[-1:]
        # A delimiter between two letters, or with a mark on its inner side only, would not delimit. A letter that
        # is written as an entity counts as a mark.
        if opening and not closing and end and not _is_mark(end) and ("_" in opening or not start.isalnum()):
            pieces[-1] = (pieces[-1][: -len(_escaped(end))] if len(before) > 1 else "") + _entity(end)
        hide = bool(closing and not opening and start and not _is_mark(start))
        hide = hide and ("_" in closing or not end.isalnum())
        pieces.append("".join(closing + opening))
        pieces.append(_entity(start) + _escaped(text[1:]) if hide else _escaped(text))
        before = text
    shown = "".join(pieces)
    # White space at the edge of a line would be dropped or make code of it.
    shown = re.sub(r"^[^\S\n]+|[^\S\n]+$", lambda edge: _entity(edge[0]), shown, flags=re.MULTILINE)
    return shown.replace("\n", _BREAK)


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)


def _paragraph(content: Sequence[Inline], numbered: Numbered, prefix: str = "") -> str:
    """A paragraph none of whose lines is taken for a list, a heading, a quotation or a rule."""
    return _LINE_START.sub(r"\1\\", _source(content, numbered, prefix))


def one_line(text: str) -> str:
    """Text on a single line: a heading, a footer."""
    return _LINE_START.sub(r"\1\\", _escaped(" ".join(text.split("\n")).strip()))


# ---- blocks


def marked(marker: str, text: str) -> str:
    return f"{marker} {text}" if marker else text


def _blocks(blocks: Sequence[Block], numbered: Numbered, level: int) -> list[str]:
    """Each block as Markdown; ``level`` is that of a subheading."""
    return [_block(block, numbered, level) for block in blocks]


def _block(block: Block, numbered: Numbered, level: int) -> str:
    match block:
        case Paragraph():
            return _paragraph(block.content, numbered, marked(numbered.labels[block.anchor].marker, ""))
        case PlainParagraph():
            return _paragraph(block.content, numbered)
        case ItemList():
            return "\n".join(_items(block.items, numbered))
        case Table():
            return _table(block.header, block.rows, [RULES[align] for align in block.align], numbered)
        case Subheading():
            return f"{'#' * level} {one_line(plain(block.content, numbered))}"
        case Notice():
            quoted = "\n\n".join(_blocks(block.blocks, numbered, level))
            return "\n".join(f"> {line}".rstrip(" ") for line in quoted.split("\n"))
        case Signatures():
            header = [Cell((Strong(party.title),)) for party in block.parties]
            lines = zip_longest(*(party.lines for party in block.parties), fillvalue=())
            rows = [[Cell(line) for line in row] for row in lines]
            return _table(header, rows, [RULES["left"]] * len(header), numbered)
        case Definitions():
            return "\n\n".join(_definition(entry, numbered) for entry in block.entries)
        case _:
            assert_never(block)


def _items(items: Sequence[Item], numbered: Numbered) -> Iterator[str]:
    for item in items:
        # The bullet makes the list; the letter is text, so that nobody counts again.
        shown = _paragraph(item.content, numbered, marked(numbered.labels[item.anchor].marker, ""))
        yield "- " + shown.replace("\n", "\n  ")
        yield from (f"  {line}" for nested in _items(item.items, numbered) for line in nested.split("\n"))


RULES: Final = {"left": ":---", "right": "---:", "center": ":---:"}


def _table(header: Sequence[Cell], rows: Sequence[Sequence[Cell]], rules: Sequence[str], numbered: Numbered) -> str:
    return pipe_table([[in_cell(cell.content, numbered) for cell in row] for row in (header, *rows)], rules)


def in_cell(content: Sequence[Inline], numbered: Numbered, prefix: str = "") -> str:
    """Inline Markdown as it may stand in a pipe table."""
    return _source(content, numbered, prefix).replace(_BREAK, "<br>")


def pipe_table(rows: Sequence[Sequence[str]], rules: Sequence[str]) -> str:
    """A table of cells that are Markdown already; the first row is the header."""
    header, *others = (f"| {' | '.join(cells)} |" for cells in (rows[0], rules, *rows[1:]))
    return "\n".join([header, *others])


def _definition(entry: Definition, numbered: Numbered) -> str:
    name = (Strong((Text(entry.name),)), Text(PHRASES[numbered.document.language].colon))
    return _paragraph((*name, *entry.content), numbered)


# ---- structure


def _part(part: Part, numbered: Numbered) -> list[str]:
    blocks = ["## " + one_line(" – ".join(filter(None, [numbered.labels[part.id].marker, part.title])))]
    blocks += _blocks(part.cover, numbered, 3)
    if part.contents:
        entries = [f"- {_section_title(section, numbered)}" for section in part.sections if section.title]
        blocks += [f"**{PHRASES[numbered.document.language].contents}**", "\n".join(entries)]
    for section in part.sections:
        if section.title:
            blocks.append(f"### {_section_title(section, numbered)}")
        for clause in section.clauses:
            blocks += _clause(clause, section, numbered)
    return blocks


def _section_title(section: Section, numbered: Numbered) -> str:
    return one_line(marked(numbered.labels[section.anchor].marker, plain(section.title, numbered)))


def _clause(clause: Clause, section: Section, numbered: Numbered) -> list[str]:
    title = plain(clause.title, numbered)
    match title_place(clause):
        case "hidden":
            return _blocks(clause.blocks, numbered, 4)
        case "alone":
            marker = lone_marker(clause, section, numbered)
            return [f"#### {one_line(marked(marker, title))}", *_blocks(clause.blocks, numbered, 5)]
        case "run-in":
            first, *rest = clause.blocks
            assert isinstance(first, Paragraph)
            heading = Strong((*clause.title, Text(full_stop(title))))
            numbered_first = Paragraph(first.anchor, (heading, Text(" "), *first.content))
            return _blocks((numbered_first, *rest), numbered, 4)
