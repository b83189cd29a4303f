"""The library as the book would have it: its files with their new texts, tried before anything is written."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from generator.book.comparing import AnyProposal, TextProposal, WordsProposal
from generator.book.findings import place, refused
from generator.book.marks import TextMark
from generator.diagnostics import Diagnostic, Note, Severity
from generator.formulas import FORMULAS
from generator.library.load import LIBRARY_FILE_BYTES, load_library
from generator.library.model import Library
from generator.library.scalars import ScalarError, with_words
from generator.library.wordings import SCHEMA_FILE
from generator.lint import lint, stale_approval
from generator.programs import fill_folder, scratch_folder
from generator.source import read_yaml
from generator.workspace import Workspace, read_text, read_whole

_LARGEST: Final = 4 << 20
_MARK: Final = "\ufeff"
_FRONT: Final = re.compile(r"---[ \t]*\r?\n(.*?)^---[ \t]*\r?\n", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file of the library before and after, with what changes it."""

    path: Path
    shown: str
    before: str
    after: str
    proposals: tuple[AnyProposal, ...]

    @property
    def content(self) -> bytes:
        return self.after.encode()

    def diff(self) -> list[str]:
        """The unified diff of the file, line by line."""
        lines = difflib.unified_diff(
            self.before.splitlines(), self.after.splitlines(), self.shown, self.shown, lineterm="", n=1
        )
        return list(lines)


def new_files(
    name: str, workspace: Workspace, proposals: Sequence[AnyProposal]
) -> tuple[tuple[NewFile, ...], list[Diagnostic]]:
    """The files that change, in the order of the book ``name``, and what their form does not let in.

    Raises ``WorkspaceError`` for a file that is gone.
    """
    by_file: dict[str, list[AnyProposal]] = {}
    for proposal in proposals:
        by_file.setdefault(proposal.file, []).append(proposal)
    files: list[NewFile] = []
    found: list[Diagnostic] = []
    for file, listed in by_file.items():
        is_schema = file == SCHEMA_FILE
        path = workspace.schemas / Path(file).name if is_schema else workspace.clauses.parent / file
        before = read_whole(path, _LARGEST).decode()
        texts = [one for one in listed if isinstance(one, TextProposal)]
        after = _with_texts(before, file, texts)
        taken: list[AnyProposal] = [*texts]
        for words in (one for one in listed if isinstance(one, WordsProposal)):
            try:
                after = _with_words(after, words)
                taken.append(words)
            except ScalarError:
                found.append(_unwritable(name, words))
        files += [NewFile(path, file, before, after, tuple(taken))] if taken else []
    return tuple(files), found


def _with_texts(text: str, file: str, proposals: Sequence[TextProposal]) -> str:
    """A clause file with new texts. The reader of the library takes the line ends of Windows too, and so does this."""
    held = text.removeprefix(_MARK).replace("\r\n", "\n")
    after = held
    for proposal in sorted(proposals, key=lambda one: _start(held, one), reverse=True):
        start = _start(held, proposal)
        end = start + len(proposal.before.text)
        assert held[start:end] == proposal.before.text, f"{file}: the text is not where the library found it"
        after = after[:start] + proposal.after.text + after[end:]
    if after == held:
        return text
    mark = _MARK if text.startswith(_MARK) else ""
    return mark + (after.replace("\n", "\r\n") if "\r\n" in text else after)


def _start(text: str, proposal: TextProposal) -> int:
    """Where a text begins in its file: its title, which its place points at."""
    span = proposal.clause.texts[proposal.language].span
    line_start = 0
    for _ in range(span.line - 1):
        line_start = text.index("\n", line_start) + 1
    return line_start + span.column - 1


def _with_words(text: str, proposal: WordsProposal) -> str:
    """A file with new words of one entry, each in its scalar. Raises ``ScalarError``."""
    places = proposal.wording.places[proposal.language]
    words = {places[name]: proposal.after.words[name] for name in proposal.changed}
    start, end = yaml_part(proposal.file, text)
    read = json.loads if proposal.file == SCHEMA_FILE else _plain_value
    return text[:start] + with_words(text[start:end], words, read) + text[end:]


def yaml_part(file: str, text: str) -> tuple[int, int]:
    """Where the YAML of a file begins and ends: the front matter of a clause file, all of another."""
    begin = len(_MARK) if text.startswith(_MARK) else 0
    front = _FRONT.match(text, begin) if file.endswith(".md") else None
    return front.span(1) if front is not None else (begin, len(text))


def _plain_value(text: str) -> Any:
    source, _ = read_yaml("", text, max_bytes=LIBRARY_FILE_BYTES)
    return source.value if source is not None else None


def _unwritable(name: str, proposal: WordsProposal) -> Diagnostic:
    """Words for which the file has no scalar that can be replaced alone."""
    word, paragraph = next(iter(proposal.changed.items()))
    mark = TextMark(proposal.id, proposal.language, "")
    message = f"the words of `{proposal.id}` cannot be written without changing something else in its file"
    help_ = "write each of them as one scalar of plain YAML, or make the change in the file"
    span = place(name, mark, paragraph, f"{word}: {proposal.after.words[word]}")
    note = Note("in the library", proposal.wording.place(proposal.language, word))
    return refused("words-not-written", message, span, help_, "", note)


def tried(workspace: Workspace, files: Sequence[NewFile]) -> tuple[Library | None, tuple[Diagnostic, ...]]:
    """The library with these files, read as a whole from a copy; ``None`` with every finding where it cannot be."""
    changed = {file.path: file.content for file in files}
    root = workspace.clauses.parent
    with scratch_folder() as folder:
        copies = {
            path.relative_to(root).as_posix(): changed.get(path) or read_text(path).encode()
            for path in workspace.library_files()
        }
        schemas = workspace.schemas
        if any(file.shown == SCHEMA_FILE for file in files):
            schemas = folder / "schemas of the copy"
            copies |= {
                f"{schemas.name}/{path.name}": changed.get(path) or read_whole(path, _LARGEST)
                for path in workspace.schema_files()
            }
        fill_folder(folder, copies)
        return load_library(Workspace(folder / workspace.clauses.name, schemas), frozenset(FORMULAS))


def unlike(library: Library, files: Sequence[NewFile]) -> tuple[Diagnostic, ...]:
    """The texts that the changed library reads otherwise than they were proposed."""
    found = []
    for proposal in (proposal for file in files for proposal in file.proposals):
        if isinstance(proposal, TextProposal):
            text = library.clauses[proposal.id].texts[proposal.language]
            same, span = text.source.strip() == proposal.after.text, text.span
        else:
            wording = library.wordings.get(proposal.id, proposal.wording)
            held = wording.words[proposal.language]
            same = all(held.get(name) == words for name, words in proposal.after.words.items())
            span = wording.place(proposal.language, next(iter(proposal.changed)))
        if not same:
            message = f"the {proposal.language} text of `{proposal.id}` would be read in another way"
            help_ = "take out what looks like the beginning of another text"
            found.append(Diagnostic("read-otherwise", Severity.ERROR, message, span, help_))
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
