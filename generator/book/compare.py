"""What the book proposes against the library: text by text, with who proposes it, or why it cannot be taken."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from generator.book.compare_words import WordsText
from generator.book.comparing import Compared, Comparison, TextProposal
from generator.book.findings import refused
from generator.book.lines import SourceText, plain, settled
from generator.book.named import entries_of
from generator.book.opened import BookFile
from generator.book.read import BookText
from generator.diagnostics import Diagnostic
from generator.library.approved import Wording
from generator.library.model import LANGUAGES, Library, LibraryClause

_HEADING: Final = re.compile(rf"# (?:{'|'.join(LANGUAGES)}):")


def compared(
    file: BookFile, library: Library, texts: tuple[BookText, ...], authors: Collection[str] = ()
) -> Comparison:
    """Hold the texts of a book against a library; with ``authors``, only their tracked changes are followed."""
    comparison = Comparison()
    entries = entries_of(library)
    for text in texts:
        entry = entries[text.mark.entry]
        if isinstance(entry, Wording):
            WordsText(file, text, authors, comparison, entry).compare()
        else:
            _ClauseText(file, text, authors, comparison, entry).compare()
    return comparison


@dataclass
class _ClauseText(Compared):
    clause: LibraryClause

    def compare(self) -> None:
        current = self.clause.texts[self.mark.language]
        base = SourceText.of(current.source)
        if self.too_long():
            return
        after = settled(base, self.typed, self.mark.language)
        refusals = self.faults()
        if after.text == base.text and not refusals:
            if current.digest != self.mark.digest:
                self.comparison.taken_already.append(self.mark)
            else:
                self.comparison.unchanged += 1
            self.leave_out()
            return
        if current.digest != self.mark.digest:
            if SourceText.of_lines(self.typed.split("\n")).digest == self.mark.digest:
                # The library went on, and nobody touched this text in the book.
                self.comparison.unchanged += 1
                return
            message = f"the library's text changed since the book was made (it is now {current.digest})"
            self.refuse("stale-base", message, "export the book again, and make the change there")
            return
        untracked = settled(base, self.revised.original, self.mark.language).text != base.text
        if untracked and self.authors:
            self.refuse_untracked()
            return
        refusals += self.unwritable(base, after)
        self.comparison.findings += refusals
        self.leave_out()
        if refusals:
            return
        loses = self.loses(self.clause)
        self.comparison.proposals.append(
            TextProposal(self.mark.language, self.followed(), untracked, loses, self.clause, base, after)
        )

    def unwritable(self, base: SourceText, after: SourceText) -> list[Diagnostic]:
        """What no clause file can hold, or would hold as something else."""
        found = []
        if not after.title.strip():
            found.append(refused("title-gone", "the title of the text is gone", self.span(1),
                                 "the first paragraph of a text is its title: write it"))  # fmt: skip
        known = {plain(line) for line in base.lines}
        numbers = self.revised.paragraphs(self.follows)
        for at, line in enumerate(self.typed.split("\n")):
            if plain(line) in known:
                continue
            paragraph = numbers[min(at, len(numbers) - 1)]
            found += self.curly_quotes(line, paragraph)
            if at and _HEADING.match(line):
                message = "this line would begin the text of a language in the clause file"
                found.append(refused("language-heading", message, self.span(paragraph), "write it in other words"))
        return found
