"""A contract in two languages on one page: side by side where there is room, one under the other on a phone.

Text of the second language carries its ``lang``; its anchors are those of the tree with the language behind them.
Titles, covers, tables and signatures stand on the page once, with both languages in them.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from generator.document.nodes import Align, Block, Cell, Clause, Inline, Numbered, Part, Section, Signatures, Table
from generator.document.pair import Facing, once
from generator.document.rename import renamed
from generator.writers.html.blocks import blocks
from generator.writers.html.scope import Scope, scope_of
from generator.writers.html.structure import has_headings, heading, level_of, name_of, opening, part_title
from generator.writers.html.tables import WIDE, blanks, look, to_fill_in
from generator.writers.html.text import attribute, href, shown
from generator.writers.reading import chosen, plain, title_place


@dataclass(frozen=True, slots=True)
class Both:
    """Two trees on one page: a scope and the parts of each, and the notice that stands at the top."""

    left: Scope
    right: Scope
    parts: tuple[Part, ...]
    translated: tuple[Part, ...]
    facing: Facing

    @property
    def language(self) -> str:
        """The language of the right column; the left one has that of the page."""
        return self.right.numbered.document.language

    def pair(self, left: str, right: str, anchor: str = "") -> str:
        """Two columns; ``anchor`` is an anchor that only the second language has on the page."""
        own = f' id="{attribute(anchor)}"' if anchor else ""
        return f'<div class="pair"><div>{left}</div><div lang="{self.language}"{own}>{right}</div></div>\n'

    def second(self, printed: str, anchor: str = "") -> str:
        """The second language under the first."""
        own = f' id="{attribute(anchor)}"' if anchor else ""
        return f'<span class="second" lang="{self.language}"{own}>{printed}</span>'

    def stacked(self, left: Sequence[Inline], right: Sequence[Inline], *, links: bool = True) -> str:
        """Both texts in one place, and one of them where they are the same."""
        printed = self.left.inlines(left, links=links)
        if plain(left, self.left.numbered) == plain(right, self.right.numbered):
            return printed
        return printed + self.second(self.right.inlines(right, links=links))


def both_of(facing: Facing, parts: Sequence[str] | None) -> Both:
    """The scopes of a page that holds these parts. Raises ``UnknownPart`` for an id that the pack does not have."""
    suffix = f"@{facing.right.document.language}"
    own, other = chosen(facing.left, parts), renamed(facing.right, suffix)
    translated = chosen(other, [part.id + suffix for part in own])
    left, right = scope_of(Numbered(facing.document, facing.left.labels), own), scope_of(other, translated)
    phrases = replace(
        left.phrases,
        contents=once(left.phrases.contents, right.phrases.contents),
        reference=once(left.phrases.reference, right.phrases.reference),
        skip=once(left.phrases.skip, right.phrases.skip),
        sections=once(left.phrases.sections, right.phrases.sections),
    )
    return Both(replace(left, phrases=phrases), right, own, translated, facing)


# ---- contents


def contents(both: Both) -> str:
    """The table of contents, each entry in both languages."""
    name = attribute(both.left.phrases.contents)
    pairs = list(zip(both.parts, both.translated, strict=True))
    inner = _entries(both, *pairs[0]) if len(pairs) == 1 else f"<ol>{''.join(_unfolding(both, *p) for p in pairs)}</ol>"
    return f'<nav id="_contents" aria-label="{name}"><details open><summary>{name}</summary>\n{inner}</details></nav>\n'


def _unfolding(both: Both, left: Part, right: Part) -> str:
    titles = part_title(both.left, left), part_title(both.right, right)
    name = shown(titles[0]) + (both.second(shown(titles[1])) if titles[0] != titles[1] else "")
    more = f'<span class="hidden">{shown(both.left.phrases.sections + both.left.phrases.colon + titles[0])}</span>'
    unfold = f"<details><summary>{more}</summary>{_entries(both, left, right)}</details>" if has_headings(left) else ""
    return f'<li><a href="{href(left.id)}">{name}</a>{unfold}</li>\n'


def _entries(both: Both, left: Part, right: Part) -> str:
    entries = []
    for section, counterpart in zip(left.sections, right.sections, strict=True):
        if not section.title:
            continue
        marker = both.left.label(section.anchor).marker
        number = f'<span class="number">{shown(marker)}</span> ' if marker else ""
        title = both.stacked(section.title, counterpart.title, links=False)
        entries.append(f'<li><a href="{href(section.anchor)}">{number}<span>{title}</span></a></li>')
    return f"<ol>{''.join(entries)}</ol>"


# ---- structure


def parts(both: Both) -> str:
    """The documents of the page; which language prevails stands at the top of the first."""
    notice = _blocks(both, both.facing.notice[:1], both.facing.notice[1:], 3)
    pairs = zip(both.parts, both.translated, strict=True)
    return "".join(_part(both, *pair, "" if place else notice) for place, pair in enumerate(pairs))


def _part(both: Both, left: Part, right: Part, notice: str) -> str:
    heading = f"_h-{attribute(left.id)}"
    titles = _title(both.left, left), both.second(_title(both.right, right), right.id)
    cover = f'<div class="cover">{_blocks(both, left.cover, right.cover, 3)}</div>\n' if left.cover else ""
    pairs = zip(left.sections, right.sections, strict=True)
    return (
        f'<article id="{attribute(left.id)}" class="{left.kind}" aria-labelledby="{heading}">\n'
        f'<h2 id="{heading}">{"".join(titles)}</h2>\n{both.left.back_links(left.id)}{notice}{cover}'
        f"{''.join(_section(both, *pair) for pair in pairs)}</article>\n"
    )


def _title(scope: Scope, part: Part) -> str:
    marker = scope.label(part.id).marker
    title = shown(part.title) if marker else f'<a href="{href(part.id)}">{shown(part.title)}</a>'
    return scope.number(part.id, marker) + title


def _section(both: Both, left: Section, right: Section) -> str:
    headings = (heading(both.left, left), heading(both.right, right))
    clauses = zip(left.clauses, right.clauses, strict=True)
    opened = both.pair(*headings, right.anchor) if any(headings) else f'<span id="{attribute(right.anchor)}"></span>'
    return (
        f'<section id="{attribute(left.anchor)}">\n{opened}'
        f"{''.join(_clause(both, *pair, (left, right)) for pair in clauses)}</section>\n"
    )


def _clause(both: Both, left: Clause, right: Clause, sections: tuple[Section, Section]) -> str:
    head, inner = opening(both.left, left, sections[0])
    translated_head, translated = opening(both.right, right, sections[1])
    level = level_of(sections[0]) + (title_place(left) == "alone")
    name = name_of(both.left, left, sections[0])
    ends = both.left.back_links(left.anchor), both.right.back_links(right.anchor)
    return (
        f'<div class="clause" id="{attribute(left.anchor)}" data-clause="{attribute(left.id)}"'
        f' data-digest="{attribute(left.digest)}">\n{both.pair(head, translated_head, right.anchor)}'
        f"{_blocks(both, inner, translated, level, name)}{both.pair(*ends) if any(ends) else ''}</div>\n"
    )


# ---- blocks


def _blocks(both: Both, left: Sequence[Block], right: Sequence[Block], level: int, name: str = "") -> str:
    """Blocks in two columns; tables and signatures once."""
    printed = []
    for one, other in zip(left, right, strict=True):
        match one, other:
            case Table(), Table():
                printed.append(_table(both, one, other, name))
            case Signatures(), Signatures():
                printed.append(_signatures(both, one, other))
            case _:
                sides = blocks(both.left, (one,), level, name), blocks(both.right, (other,), level, name)
                printed.append(both.pair(*sides))
    return "".join(printed)


def _table(both: Both, left: Table, right: Table, name: str) -> str:
    """A table whose cells hold both languages; on a phone it scrolls in its own box."""
    header = _row(both, left.header, right.header, left.align, ["col"] * len(left.align))
    named, blank = ["row", *[""] * (len(left.align) - 1)], blanks(both.left, left)
    rows = "".join(_row(both, *pair, left.align, named, blank) for pair in zip(left.rows, right.rows, strict=True))
    caption = f'<caption class="hidden">{shown(name)}</caption>' if name else ""
    wide = len(left.align) >= WIDE
    return (
        f'<div class="scroll{" wide" if wide else ""}" role="group" tabindex="0" aria-label="{attribute(name)}">'
        f'<table id="{attribute(left.anchor)}">{caption}\n<thead>{header}</thead>\n'
        f"<tbody>\n{rows}</tbody></table></div>\n"
    )


def _row(
    both: Both,
    cells: Sequence[Cell],
    facing: Sequence[Cell],
    aligns: Sequence[Align],
    heads: Sequence[str],
    blank: Set[int] | None = None,
) -> str:
    """A row; ``heads`` says which cells are heads, of a column or a row. An empty cell is the head of nothing.

    ``blank`` has the columns to be filled in by hand; there is none in the row at the head of a table.
    """
    contents = [both.stacked(one.content, other.content) for one, other in zip(cells, facing, strict=True)]
    filled_in = frozenset() if blank is None else to_fill_in(contents, blank)
    printed = []
    for column, (content, align, head) in enumerate(zip(contents, aligns, heads, strict=True)):
        tag, scope = ("th", f' scope="{head}"') if head and content else ("td", "")
        printed.append(f"<{tag}{scope}{look(align, column in filled_in)}>{content}</{tag}>")
    return f"<tr>{''.join(printed)}</tr>\n"


def _signatures(both: Both, left: Signatures, right: Signatures) -> str:
    parties = []
    for one, other in zip(left.parties, right.parties, strict=True):
        lines = "".join(f"<p>{both.stacked(*pair)}</p>" for pair in zip(one.lines, other.lines, strict=True))
        title = both.stacked(one.title, other.title)
        parties.append(
            f'<div data-sign="{attribute(one.anchor)}"><p class="party"><strong>{title}</strong></p>{lines}</div>\n'
        )
    return f'<div class="signatures">\n{"".join(parties)}</div>\n'
