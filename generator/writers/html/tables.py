"""A table: read as a grid where there is room, as a list of cards on a phone where the grid would not fit."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Final

from generator.document.nodes import Align, Cell, Table
from generator.writers.html.scope import Scope
from generator.writers.html.text import attribute, shown
from generator.writers.reading import plain

# In characters: what a line of a column needs to be read without effort, where its longest text is short or long,
# and what a phone has room for in all.
COLUMN: Final = 14
COLUMN_OF_SENTENCES: Final = 22
SHORT: Final = 40
PHONE: Final = 44
# From so many columns on, the table takes the whole width of the page, not that of the text.
WIDE: Final = 6


def table(scope: Scope, content: Table, name: str) -> str:
    """A table in a box of its own, which scrolls where it must; ``name`` says what the table is about."""
    cards = stacks(scope, content)
    blank = blanks(scope, content)
    heads = [plain(cell.content, scope.numbered) for cell in content.header] if cards else None
    header = "".join(
        _head(scope, cell, align, cards=cards) for cell, align in zip(content.header, content.align, strict=True)
    )
    rows = "".join(_row(scope, row, content.align, heads, blank) for row in content.rows)
    caption = f'<caption class="hidden">{shown(name)}</caption>' if name else ""
    # What is displayed as a block is no table any more to a screen reader, unless the roles are said.
    role, group = (' role="table"', ' role="rowgroup"') if cards else ("", "")
    row = ' role="row"' if cards else ""
    classes = " ".join(filter(None, ["cards" if cards else "", "wide" if len(content.align) >= WIDE else ""]))
    # Focusable, so that a table too wide for the screen can be scrolled with the keyboard.
    return (
        f'<div class="{" ".join(filter(None, ["scroll", classes]))}" role="group" tabindex="0"'
        f' aria-label="{attribute(name)}"><table id="{attribute(content.anchor)}"{role}>{caption}\n'
        f"<thead{group}><tr{row}>{header}</tr></thead>\n<tbody{group}>\n{rows}</tbody></table></div>\n"
    )


def blanks(scope: Scope, content: Table) -> Set[int]:
    """The columns that have a head and nothing below it: they are left to be filled in by hand, as in a form."""
    return frozenset(
        column
        for column, head in enumerate(content.header)
        if content.rows
        and plain(head.content, scope.numbered)
        and not any(plain(row[column].content, scope.numbered) for row in content.rows)
    )


def stacks(scope: Scope, content: Table) -> bool:
    """Whether the columns need more room than a phone has."""

    def needed(column: int) -> int:
        cells = [row[column] for row in (content.header, *content.rows)]
        longest = max(len(plain(cell.content, scope.numbered)) for cell in cells)
        return min(COLUMN, longest) if longest <= SHORT else COLUMN_OF_SENTENCES

    return sum(needed(column) for column in range(len(content.align))) > PHONE


def _head(scope: Scope, cell: Cell, align: Align, *, cards: bool) -> str:
    if not cell.content:
        return "<td></td>"
    role = ' role="columnheader"' if cards else ""
    return f'<th scope="col"{role}{look(align)}>{scope.inlines(cell.content)}</th>'


def _row(
    scope: Scope, cells: Sequence[Cell], aligns: Sequence[Align], heads: Sequence[str] | None, blank: Set[int]
) -> str:
    """A row, named by its first cell; with ``heads`` each other cell carries the name of its column, for the card.

    A card leaves an empty cell out, as those beside a total, but not one that is to be filled in.
    """
    contents = [scope.inlines(cell.content) for cell in cells]
    filled_in = to_fill_in(contents, blank)
    shown_cells = []
    for column, (content, align) in enumerate(zip(contents, aligns, strict=True)):
        if column == 0 and content:
            role = "" if heads is None else ' role="rowheader"'
            shown_cells.append(f'<th scope="row"{role}{look(align)}>{content}</th>')
        elif heads is None:
            shown_cells.append(f"<td{look(align, column in filled_in)}>{content}</td>")
        else:
            kept = content or column in filled_in
            label = f' data-label="{attribute(heads[column])}"' if kept else ""
            inner = f"<span>{content}</span>" if kept else ""
            shown_cells.append(f'<td role="cell"{look(align, column in filled_in)}{label}>{inner}</td>')
    role = "" if heads is None else ' role="row"'
    return f"<tr{role}>{''.join(shown_cells)}</tr>\n"


def to_fill_in(contents: Sequence[str], blank: Set[int]) -> Set[int]:
    """The columns of a row that are left to be filled in by hand: the ``blank`` ones, or all if none says a thing."""
    return blank if any(contents) else frozenset(range(len(contents)))


def look(align: Align, filled_in: bool = False) -> str:
    """The classes of a cell: where its text stands, and the room in one that is to be filled in."""
    classes = " ".join(filter(None, ["" if align == "left" else align, "blank" if filled_in else ""]))
    return f' class="{classes}"' if classes else ""
