"""What the book proposes against the library: text by text, with who proposes it, or why it cannot be taken."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from generator.book.findings import place, refused, warned
from generator.book.lines import CODE, SourceText, plain, settled
from generator.book.marks import TextMark
from generator.book.opened import BookFile
from generator.book.read import BookText
from generator.book.revised import Change, Mark, Revised
from generator.diagnostics import Diagnostic, Span
from generator.library.model import LANGUAGES, Library, LibraryClause

_CURLY: Final = re.compile("[‘’“”«»„]")
# Ten times the longest text of a large library; what is longer would take long to compare.
_LONGEST: Final = 100_000
_HEADING: Final = re.compile(rf"# (?:{'|'.join(LANGUAGES)}):")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text that says something else than the library's.

    ``changes`` are the tracked ones that were followed; ``untracked`` says that there is an edit that nobody signed,
    ``paragraphs`` gives for each line after the change the paragraph of the book. ``approved_by`` is who loses an
    approval by it, or empty.
    """

    clause: LibraryClause
    language: str
    before: SourceText
    after: SourceText
    changes: tuple[Change, ...]
    untracked: bool
    approved_by: str

    @property
    def authors(self) -> Mapping[tuple[str, str], int]:
        """How many changes were made by whom on which day (``2026-11-20``, or empty)."""
        counts: dict[tuple[str, str], int] = {}
        for change in self.changes:
            key = (change.author, change.date[:10])
            counts[key] = counts.get(key, 0) + 1
        return counts


@dataclass
class Comparison:
    """What came of every text: proposals, findings, and how many texts are as the library has them."""

    proposals: list[Proposal] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)
    unchanged: int = 0
    taken_already: list[TextMark] = field(default_factory=list)
    left_out: list[tuple[TextMark, Change]] = field(default_factory=list)


def compared(
    file: BookFile, library: Library, texts: tuple[BookText, ...], authors: Collection[str] = ()
) -> Comparison:
    """Hold the texts of a book against a library; with ``authors``, only their tracked changes are followed."""
    comparison = Comparison()
    for text in texts:
        _Text(file, library.clauses[text.mark.clause], text, authors, comparison).compare()
    return comparison


@dataclass
class _Text:
    file: BookFile
    clause: LibraryClause
    text: BookText
    authors: Collection[str]
    comparison: Comparison

    def follows(self, mark: Mark) -> bool:
        return not self.authors or mark.author in self.authors

    @property
    def mark(self) -> TextMark:
        return self.text.mark

    @property
    def revised(self) -> Revised:
        return self.text.revised

    def compare(self) -> None:
        current = self.clause.texts[self.mark.language]
        base = SourceText.of(current.source)
        if len(self.revised.text(self.follows)) > _LONGEST:
            message = f"the text has more than {_LONGEST} characters, which no clause has"
            self.refuse("too-long", message, "take out what was pasted in by mistake")
            return
        after = settled(base, self.revised.text(self.follows), self.mark.language)
        refusals = self.faults()
        if after.text == base.text and not refusals:
            if current.digest != self.mark.digest:
                self.comparison.taken_already.append(self.mark)
            else:
                self.comparison.unchanged += 1
            self.leave_out()
            return
        if current.digest != self.mark.digest:
            if SourceText.of_lines(self.revised.text(self.follows).split("\n")).digest == self.mark.digest:
                # The library went on, and nobody touched this text in the book.
                self.comparison.unchanged += 1
                return
            message = f"the library's text changed since the book was made (it is now {current.digest})"
            self.refuse("stale-base", message, "export the book again, and make the change there")
            return
        untracked = settled(base, self.revised.original, self.mark.language).text != base.text
        if untracked and self.authors:
            self.refuse("untracked-edit", "an edit in this text was not tracked: nobody can say whose it is",
                        "leave out --accept-author, or restore the words and track the edit")  # fmt: skip
            return
        refusals += self.unwritable(base, after)
        self.comparison.findings += refusals
        self.leave_out()
        if refusals:
            return
        changes = tuple(
            change for change in self.revised.changes() if self.follows(Mark(change.author, change.date))
        )  # fmt: skip
        stale = self.clause.approval_state(self.mark.language) == "approved"
        approved_by = self.clause.approved[self.mark.language].by if stale else ""
        self.comparison.proposals.append(
            Proposal(self.clause, self.mark.language, base, after, changes, untracked, approved_by)
        )

    # ---- what cannot be taken

    def refuse(self, code: str, message: str, help_: str) -> None:
        said = f"{message} (`{self.mark.clause}`, {self.mark.language})"
        self.comparison.findings.append(refused(code, said, self.span(1), help_))

    def span(self, paragraph: int) -> Span:
        words = "".join(
            piece.text for piece in self.revised.pieces if piece.paragraph == paragraph and piece.stays(self.follows)
        )
        return place(self.file.name, self.mark, paragraph, words.strip("\n"))

    def faults(self) -> list[Diagnostic]:
        """Everything in the text that cannot be read; what is only left out is said as well."""
        found = []
        for fault in self.revised.faults:
            if not fault.at.stays(self.follows):
                continue
            span = self.span(fault.at.paragraph)
            if fault.severe:
                found.append(refused(fault.code, fault.message, span, fault.help))
            else:
                self.comparison.findings.append(warned(fault.code, fault.message, span, fault.help))
        return found

    def unwritable(self, base: SourceText, after: SourceText) -> list[Diagnostic]:
        """What no clause file can hold, or would hold as something else."""
        found = []
        if not after.title.strip():
            found.append(refused("title-gone", "the title of the text is gone", self.span(1),
                                 "the first paragraph of a text is its title: write it"))  # fmt: skip
        known = {plain(line) for line in base.lines}
        numbers = self.revised.paragraphs(self.follows)
        for at, line in enumerate(self.revised.text(self.follows).split("\n")):
            if plain(line) in known:
                continue
            span = self.span(numbers[min(at, len(numbers) - 1)])
            for code in CODE.findall(line):
                if curly := _CURLY.search(code):
                    message = f"the quote {curly.group()} stands in `{code}`, which reads straight quotes only"
                    help_ = "type ' or \" there: undo what Word made of it (Ctrl+Z right after typing)"
                    found.append(refused("curly-quote", message, span, help_))
            if at and _HEADING.match(line):
                message = "this line would begin the text of a language in the clause file"
                found.append(refused("language-heading", message, span, "write it in other words"))
        return found

    def leave_out(self) -> None:
        """The tracked changes of those who are not followed."""
        self.comparison.left_out += [
            (self.mark, change)
            for change in self.revised.changes()
            if not self.follows(Mark(change.author, change.date))
        ]
