"""A clause text as the library keeps it: parsed and type-checked once, ready to be filled for any deal.

The same shapes as the nodes of a document, with expressions where a document has values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from generator.conditions import Expression, Scope
from generator.diagnostics import Span
from generator.schema_types import Type

Run = Callable[[Scope], Any]
Format = Callable[[Any, str], str]


@dataclass(frozen=True, slots=True)
class FixedText:
    """Typeset text of the library."""

    text: str


@dataclass(frozen=True, slots=True)
class FixedTerm:
    """A defined term at its place."""

    term: str
    text: str


@dataclass(frozen=True, slots=True)
class Insert:
    """``{{ path | filter }}``: ``form`` prints the value, ``fallback`` stands for an absent one."""

    expression: Expression
    type: Type
    run: Run
    form: Format
    path: str
    filter: str
    fallback: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Branch:
    """``condition`` is ``None`` for ``else``; ``content`` are inline templates, rows or items."""

    condition: Expression | None
    run: Run | None
    content: tuple[Any, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Choice:
    """``{% if %}``: the first branch whose condition holds, or nothing."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """``{% for name in list %}`` around whole rows or items."""

    name: str
    collection: Expression
    run: Run
    test: Expression | None
    test_run: Run | None
    content: tuple[Any, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Refer:
    """``[](#target)``"""

    target: str
    span: Span


@dataclass(frozen=True, slots=True)
class Strongly:
    content: tuple[InlineTemplate, ...]


@dataclass(frozen=True, slots=True)
class Emphatically:
    content: tuple[InlineTemplate, ...]


@dataclass(frozen=True, slots=True)
class NewLine:
    pass


InlineTemplate = FixedText | FixedTerm | Insert | Choice | Repeat | Refer | Strongly | Emphatically | NewLine


@dataclass(frozen=True, slots=True)
class ParagraphTemplate:
    content: tuple[InlineTemplate, ...]
    plain: bool = False


@dataclass(frozen=True, slots=True)
class ItemTemplate:
    content: tuple[InlineTemplate, ...]
    items: tuple[ItemTemplate | Choice | Repeat, ...] = ()


@dataclass(frozen=True, slots=True)
class ListTemplate:
    items: tuple[ItemTemplate | Choice | Repeat, ...]


@dataclass(frozen=True, slots=True)
class RowTemplate:
    cells: tuple[tuple[InlineTemplate, ...], ...]


@dataclass(frozen=True, slots=True)
class TableTemplate:
    header: RowTemplate
    rows: tuple[RowTemplate | Choice | Repeat, ...]
    align: tuple[Literal["left", "right", "center"], ...]


@dataclass(frozen=True, slots=True)
class SubheadingTemplate:
    content: tuple[InlineTemplate, ...]


@dataclass(frozen=True, slots=True)
class NoticeTemplate:
    blocks: tuple[BlockTemplate, ...]


@dataclass(frozen=True, slots=True)
class SignatureTemplate:
    """One party of a signature block: who (``provider`` or ``client``), the title, the lines."""

    party: str
    title: tuple[InlineTemplate, ...]
    lines: tuple[tuple[InlineTemplate, ...], ...]


@dataclass(frozen=True, slots=True)
class SignaturesTemplate:
    parties: tuple[SignatureTemplate, ...]


@dataclass(frozen=True, slots=True)
class GlossaryTemplate:
    """Stands where the definitions of the terms in use are printed."""


BlockTemplate = (
    ParagraphTemplate
    | ListTemplate
    | TableTemplate
    | SubheadingTemplate
    | NoticeTemplate
    | SignaturesTemplate
    | GlossaryTemplate
)


@dataclass(frozen=True, slots=True, eq=False)
class ClauseText:
    """The text of a clause in one language. ``digest`` identifies its source text (twelve hex digits).

    It equals itself alone: what follows from a text is kept by it, and to compare it would take longer than to find it.
    """

    language: str
    title: tuple[InlineTemplate, ...]
    blocks: tuple[BlockTemplate, ...]
    digest: str
    source: str
    span: Span
