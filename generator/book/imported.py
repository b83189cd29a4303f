"""A book in, proposals out: the stages from the bytes of a Word file to library files that load."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from generator.book.comments import Comment, comments_of
from generator.book.compare import compared
from generator.book.comparing import AnyProposal, Comparison
from generator.book.opened import opened
from generator.book.placed import in_the_book, without_faults
from generator.book.proposed import NewFile, lint_news, new_files, tried, unlike
from generator.book.read import BookText, texts_of
from generator.book.record import ChangeRecord, as_json, as_message, signed
from generator.book.renamed import renamed_terms
from generator.diagnostics import Diagnostic
from generator.library.model import Library
from generator.pipeline import library_of
from generator.workspace import Workspace

# How many texts a note names.
_NAMED = 5


@dataclass(frozen=True)
class Import:
    """What an import would write, and everything that was found on the way; ``notes`` are lines for the summary.

    ``loads`` says that the library can be read with ``files``, so that these may be written.
    """

    name: str
    findings: tuple[Diagnostic, ...]
    files: tuple[NewFile, ...] = ()
    comments: tuple[Comment, ...] = ()
    unchanged: int = 0
    notes: tuple[str, ...] = ()
    record: ChangeRecord | None = None
    loads: bool = False

    @property
    def record_json(self) -> str:
        return as_json(self.record) if self.record is not None else "{}\n"

    @property
    def message(self) -> str:
        return as_message(self.record) if self.record is not None else ""

    def json(self, counts: dict[str, int], findings: list[dict[str, Any]]) -> str:
        """All of it as one JSON object: the record, the diffs and the findings."""
        shown = json.loads(self.record_json)
        shown |= {
            "diffs": [{"file": new.shown, "lines": new.diff()} for new in self.files],
            "unchanged": self.unchanged,
            "notes": list(self.notes),
            "counts": counts,
            "findings": findings,
        }
        return json.dumps(shown, ensure_ascii=False, indent=2)


def imported(
    name: str, content: bytes, workspace: Workspace, authors: Collection[str] = (), *, keep_others: bool = False
) -> Import:
    """Read a book against the library of a workspace.

    With ``authors`` only their tracked changes are followed. With ``keep_others`` a text that is refused does not keep
    the others from being tried. Raises ``WorkspaceError`` when the outside world refuses.
    """
    library, found = library_of(workspace)
    if library is None:
        return Import(name, found)
    file, opening = opened(name, content)
    if file is None:
        return Import(name, opening)
    returned, reading = texts_of(file, library)
    if returned is None:
        return Import(name, (*opening, *reading))
    comparison = compared(file, library, returned.texts, authors)
    findings = [*opening, *reading, *comparison.findings]
    comments = comments_of(file, returned.homes)
    files, loads, trying = _tried(name, workspace, library, comparison.proposals, keep_others=keep_others)
    findings += trying
    kept = tuple(proposal for new in files for proposal in new.proposals)
    record = ChangeRecord(name, file.saved_by, kept, comments, tuple(comparison.left_out))
    notes = tuple(_notes(comparison, file.saved_by, returned.texts, authors))
    return Import(name, tuple(findings), files, comments, comparison.unchanged, notes, record, loads)


def _tried(
    name: str, workspace: Workspace, library: Library, proposals: Sequence[AnyProposal], *, keep_others: bool
) -> tuple[tuple[NewFile, ...], bool, list[Diagnostic]]:
    """The files, whether the library can be read with them, and what was found.

    What brings an error is left out where others may be kept.
    """
    files, found = new_files(name, workspace, proposals)
    while files:
        changed, problems = tried(workspace, files)
        problems = problems if changed is None else unlike(changed, files)
        found += in_the_book(name, problems, files)
        if changed is not None and not problems:
            found += in_the_book(name, lint_news(library, changed, files), files)
            kept = [proposal for new in files for proposal in new.proposals]
            return files, True, [*found, *renamed_terms(name, changed, kept)]
        sound = [proposal for new in files for proposal in without_faults(new, problems)]
        if not keep_others or len(sound) == sum(len(new.proposals) for new in files):
            return files, False, found
        files, unwritable = new_files(name, workspace, sound)
        found += unwritable
    return (), True, found


def _notes(
    comparison: Comparison, saved_by: str, texts: Sequence[BookText], authors: Collection[str]
) -> list[str]:  # fmt: skip
    signed_by = {change.author for text in texts for change in text.revised.changes()} if authors else set()
    notes = [f"no tracked change is by {author}" for author in authors if author not in signed_by]
    already = [f"`{mark.entry}` ({mark.language})" for mark in comparison.taken_already]
    if already:
        more = f" and {len(already) - _NAMED} more" if len(already) > _NAMED else ""
        notes.append(f"the library has these changes already: {', '.join(already[:_NAMED])}{more}")
    authors = {signed(change.author, "").removesuffix(", undated") for _, change in comparison.left_out}
    if authors:
        notes.append(f"left out: the tracked changes by {', '.join(sorted(authors))} ({len(comparison.left_out)})")
    if any(proposal.untracked for proposal in comparison.proposals) and saved_by:
        notes.append(f"some edits were not tracked; the file was last saved by {saved_by}")
    return notes
