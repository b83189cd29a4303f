"""Findings in the changed files of a library, with the paragraph of the book that each place comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from generator.book.comparing import AnyProposal, TextProposal, WordsProposal
from generator.book.proposed import NewFile, yaml_part
from generator.diagnostics import Diagnostic, Note, Span
from generator.library.load import LIBRARY_FILE_BYTES
from generator.library.wordings import SCHEMA_FILE
from generator.source import Source, read_yaml


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
        if isinstance(proposal, TextProposal):
            lines = proposal.after.text.split("\n")
            first = _line_of(file.after.replace("\r\n", "\n"), proposal)
            if first <= span.line < first + len(lines):
                # The blank lines between title and text are no paragraphs of the book.
                gap = proposal.after.gap.count("\n") - 1
                paragraph = span.line - first + 1 - (gap if span.line > first else 0)
                return _in_book(name, proposal, paragraph, lines[span.line - first])
    return _note_of_words(name, span, file)


def without_faults(file: NewFile, problems: Sequence[Diagnostic]) -> tuple[AnyProposal, ...]:
    """What of a file may be kept: words whose scalar has no error; nothing where an error has another place."""
    blamed: list[AnyProposal] = []
    for span in (problem.span for problem in problems):
        if span is not None and span.file == file.shown:
            found = words_at(span, file)
            if found is None:
                return ()
            blamed.append(found[0])
    return tuple(proposal for proposal in file.proposals if not any(proposal is one for one in blamed))


def _note_of_words(name: str, span: Span, file: NewFile) -> Note | None:
    found = words_at(span, file)
    if found is None:
        return None
    proposal, named = found
    return _in_book(name, proposal, proposal.changed[named], f"{named}: {proposal.after.words[named]}")


def words_at(span: Span, file: NewFile) -> tuple[WordsProposal, str] | None:
    """The changed words whose scalar is the last value that begins before a place: several may stand on one line."""
    words = [one for one in file.proposals if isinstance(one, WordsProposal)]
    source = _source(file) if words and file.shown != SCHEMA_FILE else None
    if source is None:
        return None
    places = [*source.places.values(), *source.key_places.values()]
    last = max((one for one in places if (one.line, one.column) <= (span.line, span.column)), default=None)
    for proposal in words:
        for named in proposal.changed:
            if source.places.get(proposal.wording.places[proposal.language][named]) == last:
                return proposal, named
    return None


def _source(file: NewFile) -> Source | None:
    """The YAML of a changed file with its places."""
    start, end = yaml_part(file.shown, file.after)
    first = file.after.count("\n", 0, start) + 1
    return read_yaml(file.shown, file.after[start:end], first_line=first, max_bytes=LIBRARY_FILE_BYTES)[0]


def _in_book(name: str, proposal: AnyProposal, paragraph: int, words: str) -> Note:
    return Note("in the book", Span(f"{name}/{proposal.id}/{proposal.language}", paragraph, 1, 2, words))


def _line_of(text: str, proposal: TextProposal) -> int:
    """The line on which a new text begins in its new file."""
    heading = f"# {proposal.language}: {proposal.after.title}"
    at = text.find(heading)
    return text.count("\n", 0, max(at, 0)) + 1
