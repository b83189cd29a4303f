"""Numbers for every anchor of a document: articles, paragraphs, items, annexes; every reference resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.cache import Same
from generator.diagnostics import Diagnostic, Severity
from generator.document.nodes import (
    Block,
    Clause,
    Document,
    Item,
    ItemList,
    Label,
    Notice,
    Numbered,
    Paragraph,
    Part,
    Section,
)
from generator.document.walk import contents_of, targets_in, targets_of
from generator.formats import letter

_WORDS = {
    "fr": {"article": "article", "Article": "Article", "annex": "Annexe"},
    "en": {"article": "Section", "Article": "Section", "annex": "Schedule"},
}
NBSP = "\u00a0"


def number(document: Document) -> tuple[Numbered | None, tuple[Diagnostic, ...]]:
    """Number the document. A reference to an anchor that the pack does not have is a finding.

    Agreements and order forms: articles 1, 2, …, paragraphs 1.1, items (a), then (i). Annexes: letters over the whole
    pack, sections A.1, paragraphs A.1.1; where sections have no headings, paragraphs A.1. Each agreement or order form
    starts again at 1; each list at (a).
    A summary and a letter have no numbers: a reference to anything in a summary is a reference to the summary.
    """
    labels: dict[str, Label] = {}
    letters = 0
    for part in document.parts:
        counter = _Counter(part, document.language, labels)
        if part.kind == "annex":
            counter.annex(letters)
            letters += 1
        elif part.unnumbered:
            counter.summary()
        else:
            labels[part.id] = Label("", part.name, "", 0, part.id)
            counter.agreement()
    found = tuple(_dangling(document, labels))
    return (None if found else Numbered(document, labels)), found


def item_letter(index: int) -> str:
    return letter(index).lower()


def roman(number_: int) -> str:
    """Lower-case roman numerals, from 1."""
    text = ""
    for value, numeral in (
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        while number_ >= value:
            text += numeral
            number_ -= value
    return text


@dataclass
class _Counter:
    part: Part
    language: str
    labels: dict[str, Label]

    def __post_init__(self) -> None:
        self.words = _WORDS[self.language]
        self.paragraphs = 0

    def agreement(self) -> None:
        for index, section in enumerate(self.part.sections, 1):
            self.section(section, f"{self.words['Article']}{NBSP}{index}.", str(index), 0)

    def summary(self) -> None:
        whole = Label("", self.part.name, "", 0, self.part.id)
        self.labels[self.part.id] = whole
        for section in self.part.sections:
            self.labels[section.anchor] = whole
            for clause in section.clauses:
                self.labels[clause.anchor] = whole
                for block in clause.blocks:
                    if isinstance(block, Paragraph):
                        self.labels[block.anchor] = whole
                    else:
                        self.block(block, whole, 0)

    def annex(self, index: int) -> None:
        mark = letter(index)
        name = f"{self.words['annex']}{NBSP}{mark}"
        self.labels[self.part.id] = Label(name, name, mark, 0, self.part.id)
        position = 0
        for section in self.part.sections:
            if not section.title:
                self.untitled(section, mark)
                continue
            position += 1
            self.section(section, f"{mark}.{position}", f"{mark}.{position}", 1)

    def untitled(self, section: Section, mark: str) -> None:
        """A section without a heading: its paragraphs go on from those before, and it is the annex that is named."""
        self.labels[section.anchor] = self.labels[self.part.id]
        for clause in section.clauses:
            self.clause(clause, mark, 1, self.labels[self.part.id])

    def section(self, section: Section, marker: str, number_: str, level: int) -> None:
        self.labels[section.anchor] = self.label(marker, number_, level)
        self.paragraphs = 0
        for clause in section.clauses:
            self.clause(clause, number_, level + 1, self.labels[section.anchor])

    def label(self, marker: str, number_: str, level: int) -> Label:
        return Label(marker, f"{self.words['article']}{NBSP}{number_}", number_, level, self.part.id)

    def clause(self, clause: Clause, section: str, level: int, above: Label) -> None:
        first = clause.blocks[0] if clause.blocks else None
        own: Label | None = None
        if not clause.title_hidden and not isinstance(first, Paragraph):
            own = self.next_paragraph(section, level)
        last = own or above
        for block in clause.blocks:
            if isinstance(block, Paragraph):
                last = self.next_paragraph(section, level)
                self.labels[block.anchor] = last
                own = own or last
            else:
                self.block(block, last, level)
        self.labels[clause.anchor] = own or above

    def next_paragraph(self, section: str, level: int) -> Label:
        self.paragraphs += 1
        number_ = f"{section}.{self.paragraphs}"
        return self.label(number_, number_, level)

    def block(self, block: Block, above: Label, level: int) -> None:
        if isinstance(block, ItemList):
            self.items(block.items, above, level + 1, "alpha")
        elif isinstance(block, Notice):
            for inner in block.blocks:
                self.block(inner, above, level)

    def items(self, items: tuple[Item, ...], above: Label, level: int, style: str) -> None:
        for index, item in enumerate(items):
            mark = f"({item_letter(index)})" if style == "alpha" else f"({roman(index + 1)})"
            self.labels[item.anchor] = self.label(mark, above.number + mark, level)
            self.items(item.items, self.labels[item.anchor], level + 1, "roman")


def _dangling(document: Document, labels: dict[str, Label]) -> Iterator[Diagnostic]:
    for part in document.parts:
        for clause, targets in _targets(part):
            for target in targets:
                if target in labels:
                    continue
                place = f" (clause `{clause.id}`)" if clause is not None else ""
                message = f"a reference leads to `{target}`, which is not in this contract{place}"
                yield Diagnostic(
                    "dangling-reference",
                    Severity.ERROR,
                    message,
                    None,
                    "refer to what is always there, or condition the clause",
                    file=clause.file if clause else "",
                )


def _targets(part: Part) -> Iterator[tuple[Clause | None, tuple[str, ...]]]:
    """What the references of a part lead to, in reading order; those of covers and headings come without a clause."""
    for block in part.cover:
        for content in contents_of(block):
            yield None, targets_in(content)
    for section in part.sections:
        yield None, targets_in(section.title)
        for clause in section.clauses:
            yield clause, targets_of(Same(clause))
