"""The library as the book would have it: the clause files with their new texts, tried before anything is written."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from generator.book.compare import Proposal
from generator.diagnostics import Diagnostic, Note, Severity, Span
from generator.formulas import FORMULAS
from generator.library.load import load_library
from generator.library.model import Library
from generator.lint import lint, stale_approval
from generator.workspace import Workspace, fill_folder, read_text, read_whole, scratch_folder

_LARGEST = 1 << 20


@dataclass(frozen=True, slots=True)
class NewFile:
    """A clause file before and after, with what changes it."""

    path: Path
    shown: str
    before: str
    after: str
    proposals: tuple[Proposal, ...]

    @property
    def content(self) -> bytes:
        return self.after.encode()

    def diff(self) -> list[str]:
        """The unified diff of the file, line by line."""
        lines = difflib.unified_diff(
            self.before.splitlines(), self.after.splitlines(), self.shown, self.shown, lineterm="", n=1
        )
        return list(lines)


def new_files(workspace: Workspace, proposals: Sequence[Proposal]) -> tuple[NewFile, ...]:
    """The files that change, in the order of the book. Raises ``WorkspaceError`` for one that is gone."""
    by_file: dict[str, list[Proposal]] = {}
    for proposal in proposals:
        by_file.setdefault(proposal.clause.file, []).append(proposal)
    return tuple(_new_file(workspace, file, listed) for file, listed in by_file.items())


def _new_file(workspace: Workspace, file: str, proposals: list[Proposal]) -> NewFile:
    path = workspace.clauses.parent / file
    # Lines may end as Windows ends them: the reader of the library takes both, and so does this.
    raw = read_whole(path, _LARGEST).decode("utf-8-sig")
    text = raw.replace("\r\n", "\n")
    after = text
    for proposal in sorted(proposals, key=lambda one: _start(text, one), reverse=True):
        start = _start(text, proposal)
        end = start + len(proposal.before.text)
        assert text[start:end] == proposal.before.text, f"{file}: the text is not where the library found it"
        after = after[:start] + proposal.after.text + after[end:]
    if "\r\n" in raw:
        after = after.replace("\n", "\r\n")
        text = raw
    return NewFile(path, file, text, after, tuple(proposals))


def _start(text: str, proposal: Proposal) -> int:
    """Where a text begins in its file: its title, which its place points at."""
    span = proposal.clause.texts[proposal.language].span
    line_start = 0
    for _ in range(span.line - 1):
        line_start = text.index("\n", line_start) + 1
    return line_start + span.column - 1


def tried(workspace: Workspace, files: Sequence[NewFile]) -> tuple[Library | None, tuple[Diagnostic, ...]]:
    """The library with these files, read as a whole from a copy; ``None`` with every finding where it cannot be."""
    changed = {file.path: file.content for file in files}
    root = workspace.clauses.parent
    with scratch_folder() as folder:
        copies = {
            path.relative_to(root).as_posix(): changed.get(path) or read_text(path).encode()
            for path in workspace.library_files()
        }
        fill_folder(folder, copies)
        copy = Workspace(folder / workspace.clauses.name, workspace.schemas)
        return load_library(copy, frozenset(FORMULAS))


def unlike(library: Library, files: Sequence[NewFile]) -> tuple[Diagnostic, ...]:
    """The texts that the changed library reads otherwise than they were proposed."""
    found = []
    for file in files:
        for proposal in file.proposals:
            read = library.clauses[proposal.clause.id].texts[proposal.language]
            if read.source.strip() != proposal.after.text:
                message = f"the {proposal.language} text of `{proposal.clause.id}` would be read in another way"
                help_ = "take out what looks like the beginning of another text"
                found.append(Diagnostic("read-otherwise", Severity.ERROR, message, read.span, help_))
    return tuple(found)


def lint_news(before: Library, after: Library, files: Sequence[NewFile]) -> tuple[Diagnostic, ...]:
    """What `library lint` finds in the changed files and did not find before, as warnings."""
    shown = {file.shown for file in files}
    known = {(finding.code, finding.message) for finding in lint(before).diagnostics}
    return tuple(
        replace(finding, severity=Severity.WARNING)
        for finding in lint(after).diagnostics
        if finding.code != stale_approval.CODE
        and finding.span is not None
        and finding.span.file in shown
        and (finding.code, finding.message) not in known
    )


def in_the_book(name: str, findings: Sequence[Diagnostic], files: Sequence[NewFile]) -> tuple[Diagnostic, ...]:
    """The findings with the paragraph of the book that each line comes from."""
    by_file = {file.shown: file for file in files}
    return tuple(
        replace(finding, notes=(*finding.notes, note))
        if (note := _note(name, finding.span, by_file)) is not None
        else finding
        for finding in findings
    )


def _note(name: str, span: Span | None, files: Mapping[str, NewFile]) -> Note | None:
    file = files.get(span.file) if span is not None else None
    if span is None or file is None:
        return None
    for proposal in file.proposals:
        lines = proposal.after.text.split("\n")
        first = _line_of(file.after.replace("\r\n", "\n"), proposal)
        if first <= span.line < first + len(lines):
            # The blank lines between title and text are no paragraphs of the book.
            gap = proposal.after.gap.count("\n") - 1
            paragraph = span.line - first + 1 - (gap if span.line > first else 0)
            where = f"{name}/{proposal.clause.id}/{proposal.language}"
            return Note("in the book", Span(where, paragraph, 1, 2, lines[span.line - first]))
    return None


def _line_of(text: str, proposal: Proposal) -> int:
    """The line on which a new text begins in its new file."""
    heading = f"# {proposal.language}: {proposal.after.title}"
    at = text.find(heading)
    return text.count("\n", 0, max(at, 0)) + 1
