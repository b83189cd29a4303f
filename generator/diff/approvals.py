"""What became of a lawyer's approvals: of clause texts, and of the other words that contracts print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from generator.approvals import Approvable, use_changed
from generator.diff.changes import Change, Detail
from generator.library.approved import Wording
from generator.library.model import LANGUAGES, Library

# What the entries of these kinds are called where they are compared; the others have no change but of approvals.
_KINDS: Final = {"glossary": "term"}
ENTRIES: Final = ("sheet", "label")
"""Kinds of words that are compared elsewhere, in clauses and schemas, and approved as a whole."""


def approval_details(old: Approvable | None, new: Approvable, language: str) -> Iterator[Detail]:
    """The approval of one text that is another than before; without ``old``, of a text that is new."""
    before, after = (entry.approval_state(language) if entry is not None else "none" for entry in (old, new))
    if before != after:
        approval = new.approved.get(language) or (old.approved[language] if old is not None else None)
        note = f"approved by {approval.by} on {approval.on}" if approval is not None else ""
        yield Detail(f"approval.{language}", before, after, language=language, note=note)
    elif use_changed(new, language) and not (old is not None and use_changed(old, language)):
        approval = new.approved[language]
        note = f"approved by {approval.by} on {approval.on} for other deals or another place"
        yield Detail(
            f"approval.{language}", "its use is as approved", "its use has changed", language=language, note=note
        )


def with_approvals(changes: Iterable[Change], before: Library, after: Library, *, outlines: bool) -> tuple[Change, ...]:
    """The changes of outlines, or of all other entries, each with what became of its approvals.

    An entry of which nothing else changed has a change of its own, behind the others.
    """
    left = dict(_changed(before, after, outlines=outlines))
    found = []
    for change in changes:
        details, _ = left.pop((change.kind, change.id), ((), None))
        found.append(replace(change, details=(*change.details, *details)) if details else change)
    for (kind, id_), (details, wording) in left.items():
        found.append(Change("changed", kind, id_, wording.span, details))
    return tuple(found)


_Found = tuple[tuple[str, str], tuple[tuple[Detail, ...], Wording]]


def _changed(before: Library, after: Library, *, outlines: bool) -> Iterator[_Found]:
    for id_, wording in after.wordings.items():
        if (wording.kind == "outline") is not outlines:
            continue
        old = before.wordings.get(id_)
        languages = (language for language in LANGUAGES if language in wording.words)
        known = old if old is not None and set(old.words) == set(wording.words) else None
        details = tuple(detail for language in languages for detail in approval_details(known, wording, language))
        if details:
            name = id_.partition(".")[2]
            yield (_KINDS.get(wording.kind, wording.kind), name), (details, wording)
