"""What comes of holding a text of the book against the library, and what every kind of text is asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from generator.approvals import Approvable
from generator.book.findings import place, refused, warned
from generator.book.lines import CODE, CURLY, SourceText
from generator.book.marks import TextMark
from generator.book.named import NamedWords
from generator.book.opened import BookFile
from generator.book.read import BookText
from generator.book.revised import Change, Fault, Mark, Revised
from generator.diagnostics import Diagnostic, Note, Span
from generator.library.approved import Wording
from generator.library.model import LibraryClause

# Ten times the longest text of a large library; what is longer would take long to compare.
_LONGEST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text that says something else than the library's.

    ``changes`` are the tracked ones that were followed; ``untracked`` says that there is an edit that nobody signed.
    ``approved_by`` is who loses an approval by it, or empty.
    """

    language: str
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


@dataclass(frozen=True, slots=True)
class TextProposal(Proposal):
    """Another text of a clause."""

    clause: LibraryClause
    before: SourceText
    after: SourceText

    @property
    def id(self) -> str:
        return self.clause.id

    @property
    def file(self) -> str:
        return self.clause.file


@dataclass(frozen=True, slots=True)
class WordsProposal(Proposal):
    """Other words of an entry: those of the names ``changed``, each with its paragraph in the book."""

    wording: Wording
    before: NamedWords
    after: NamedWords
    changed: Mapping[str, int]

    @property
    def id(self) -> str:
        return self.wording.id

    @property
    def file(self) -> str:
        return self.wording.span.file


AnyProposal = TextProposal | WordsProposal


@dataclass
class Comparison:
    """What came of every text: proposals, findings, and how many texts are as the library has them."""

    proposals: list[AnyProposal] = field(default_factory=list)
    findings: list[Diagnostic] = field(default_factory=list)
    unchanged: int = 0
    taken_already: list[TextMark] = field(default_factory=list)
    left_out: list[tuple[TextMark, Change]] = field(default_factory=list)


@dataclass
class Compared:
    """One text of the book; with ``authors``, only their tracked changes are followed."""

    file: BookFile
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

    @property
    def typed(self) -> str:
        """The text once the changes of those who are followed are accepted."""
        return self.revised.text(self.follows)

    def too_long(self) -> bool:
        """Whether the text is so long that it is not compared; it is refused then."""
        if len(self.typed) <= _LONGEST:
            return False
        message = f"the text has more than {_LONGEST} characters, which no text of a library has"
        self.refuse("too-long", message, "take out what was pasted in by mistake")
        return True

    def refuse(self, code: str, message: str, help_: str, paragraph: int = 1, *notes: Note) -> None:
        said = f"{message} (`{self.mark.entry}`, {self.mark.language})"
        self.comparison.findings.append(refused(code, said, self.span(paragraph), help_, "", *notes))

    def refuse_untracked(self) -> None:
        help_ = "leave out --accept-author, or restore the words and track the edit"
        self.refuse("untracked-edit", "an edit in this text was not tracked: nobody can say whose it is", help_)

    def span(self, paragraph: int) -> Span:
        words = "".join(
            piece.text for piece in self.revised.pieces if piece.paragraph == paragraph and piece.stays(self.follows)
        )
        return place(self.file.name, self.mark, paragraph, words.strip("\n"))

    def faults(self, notes: Callable[[Fault], Sequence[Note]] = lambda _: ()) -> list[Diagnostic]:
        """Everything in the text that cannot be read; what is only left out is said as well."""
        found = []
        for fault in self.revised.faults:
            if not fault.at.stays(self.follows):
                continue
            span = self.span(fault.at.paragraph)
            if fault.severe:
                found.append(refused(fault.code, fault.message, span, fault.help, "", *notes(fault)))
            else:
                self.comparison.findings.append(warned(fault.code, fault.message, span, fault.help))
        return found

    def curly_quotes(self, line: str, paragraph: int, *notes: Note) -> Iterator[Diagnostic]:
        """The curly quotes that Word put into a value or a condition."""
        for code in CODE.findall(line):
            if curly := CURLY.search(code):
                message = f"the quote {curly.group()} stands in `{code}`, which reads straight quotes only"
                help_ = "type ' or \" there: undo what Word made of it (Ctrl+Z right after typing)"
                yield refused("curly-quote", message, self.span(paragraph), help_, "", *notes)

    def followed(self) -> tuple[Change, ...]:
        """The tracked changes of those who are followed."""
        return tuple(one for one in self.revised.changes() if self.follows(Mark(one.author, one.date)))

    def leave_out(self) -> None:
        """The tracked changes of those who are not followed."""
        self.comparison.left_out += [
            (self.mark, one) for one in self.revised.changes() if not self.follows(Mark(one.author, one.date))
        ]

    def loses(self, entry: Approvable) -> str:
        """Who approved the text as it is, and would not have approved another."""
        approved = entry.approval_state(self.mark.language) == "approved"
        held = entry.approved.get(self.mark.language) if approved else None
        return held.by if held is not None else ""
