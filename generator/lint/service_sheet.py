"""The sheets of the services follow one plan: the same rows of a table in the same order, as most sheets have them.

Short sheets, which the front matter of another sheet describes, have a plan of their own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from generator.diagnostics import Diagnostic, Note, Severity, Span, did_you_mean
from generator.library.model import LANGUAGES, Library, LibraryClause
from generator.library.templates import (
    ClauseText,
    ParagraphTemplate,
    RowTemplate,
    Strongly,
    SubheadingTemplate,
    TableTemplate,
)
from generator.library.walk import plain_text
from generator.lint.presence import SHEET, Presence
from generator.lint.prose import LANGUAGE_NAMES, place_in

CODE = "service-sheet"


def check(library: Library) -> Iterator[Diagnostic]:
    presence = Presence(library)
    sheets = [clause for clause in library.clauses.values() if clause.service is not None]
    for clause in sheets:
        yield from _code(clause, presence)
    described = {clause.service.code for clause in sheets if clause.service is not None}
    for _, section in presence.sheet_sections:
        for code in presence.service_codes:
            if code not in described:
                yield Diagnostic(
                    CODE,
                    Severity.WARNING,
                    f"the service `{code}` has no sheet",
                    section.span,
                    f"write a clause with the slot `{SHEET}{code}`",
                )
    short = [clause for clause in library.clauses.values() if clause.service is None and presence.is_sheet(clause.slot)]
    for language in LANGUAGES:
        yield from _plan(sheets, language)
        yield from _plan(short, language)


def _code(clause: LibraryClause, presence: Presence) -> Iterator[Diagnostic]:
    assert clause.service is not None
    code = clause.service.code
    if presence.service_codes and code not in presence.service_codes:
        near = did_you_mean(code, presence.service_codes)
        yield Diagnostic(
            CODE,
            Severity.ERROR,
            f"deals know no service `{code}`",
            clause.service.span,
            f"did you mean `{near}`?" if near else "add the code to the schema of a deal",
        )
    elif clause.slot != f"{SHEET}{code}":
        yield Diagnostic(
            CODE,
            Severity.ERROR,
            f"the sheet of `{code}` stands in the slot `{clause.slot}`",
            clause.span,
            f"write `slot: {SHEET}{code}`",
        )


def _plan(sheets: list[LibraryClause], language: str) -> Iterator[Diagnostic]:
    plans = {clause.id: _headings(clause.texts[language]) for clause in sheets}
    if not plans:
        return
    usual, _ = Counter(plans.values()).most_common(1)[0]
    model = next(clause for clause in sheets if plans[clause.id] == usual)
    for clause in sheets:
        plan = plans[clause.id]
        if plan == usual:
            continue
        place = next(
            (i for i, (own, other) in enumerate(zip(plan, usual, strict=False)) if own != other),
            min(len(plan), len(usual)),
        )
        own = f"`{plan[place]}`" if place < len(plan) else "nothing"
        other = f"`{usual[place]}`" if place < len(usual) else "nothing more"
        yield Diagnostic(
            CODE,
            Severity.ERROR,
            f"the {LANGUAGE_NAMES[language]} text of the sheet `{clause.id}` has {own} where the others have {other}",
            _heading_place(clause.texts[language], place),
            "keep the plan that all sheets share",
            (Note(f"the plan as in `{model.id}`", model.texts[language].span),),
        )


def _headings(text: ClauseText) -> tuple[str, ...]:
    """The plan of a sheet: its subheadings, else what its rows are called, else the words in bold of its paragraphs."""
    subheadings = tuple(plain_text(block.content) for block in text.blocks if isinstance(block, SubheadingTemplate))
    tables = (block.rows for block in text.blocks if isinstance(block, TableTemplate))
    rows = tuple(plain_text(row.cells[0]) for table in tables for row in table if isinstance(row, RowTemplate))
    paragraphs = (block.content for block in text.blocks if isinstance(block, ParagraphTemplate) and block.content)
    bold = (plain_text(content[:1]).strip(" \u00a0.:") for content in paragraphs if isinstance(content[0], Strongly))
    return subheadings or rows or tuple(bold)


def _heading_place(text: ClauseText, index: int) -> Span:
    """The place of a heading; of the last one, or the title, where there are fewer."""
    lines = [match.span() for match in re.finditer(r"(?<=\n)(?:## |\*\*).*", text.source)]
    # Of a table the first two lines are its header.
    lines = lines or [match.span() for match in re.finditer(r"(?<=\n)\|.*", text.source)][2:]
    if not lines:
        return text.span
    return place_in(text.source, text.span, *lines[min(index, len(lines) - 1)])
