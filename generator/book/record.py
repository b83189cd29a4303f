"""Who proposed what and when, kept beside the clause files: as JSON for programs, as a message for a commit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from generator.book.comments import Comment
from generator.book.compare import Proposal
from generator.book.marks import TextMark
from generator.book.revised import Change

_WIDTH = 72


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """What one book changed: ``file`` is its name, ``saved_by`` who saved it last (or nothing)."""

    file: str
    saved_by: str
    proposals: tuple[Proposal, ...]
    comments: tuple[Comment, ...]
    left_out: tuple[tuple[TextMark, Change], ...] = ()


def as_json(record: ChangeRecord) -> str:
    """The record as JSON, one object; digests are those by which the library knows a text."""
    shown = {
        "version": 1,
        "book": record.file,
        "saved_by": record.saved_by,
        "texts": [_proposal(proposal) for proposal in record.proposals],
        "left_out": [
            {"clause": mark.clause, "language": mark.language, **_change(change)} for mark, change in record.left_out
        ],
        "comments": [_comment(comment) for comment in record.comments],
    }
    return json.dumps(shown, ensure_ascii=False, indent=2) + "\n"


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "clause": proposal.clause.id,
        "language": proposal.language,
        "file": proposal.clause.file,
        "before": proposal.before.digest,
        "after": proposal.after.digest,
        "untracked_edits": proposal.untracked,
        "approval_lost": proposal.approved_by,
        "changes": [_change(change) for change in proposal.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "moved": change.moved,
        "author": change.author,
        "date": change.date,
        "paragraph": change.paragraph,
        "text": change.text,
    }


def _comment(comment: Comment) -> dict[str, Any]:
    return {
        "author": comment.author,
        "date": comment.date,
        "clause": comment.mark.clause if comment.mark is not None else "",
        "language": comment.mark.language if comment.mark is not None else "",
        "paragraph": comment.paragraph,
        "words": comment.words,
        "text": comment.text,
    }


def proposers(proposals: Sequence[Proposal]) -> list[str]:
    """``Me Dupont on 2026-11-20``, each once, in the order of the book; a name or a day may be missing in the file."""
    said = (signed(author, day) for proposal in proposals for author, day in proposal.authors)
    return list(dict.fromkeys(said))


def signed(author: str, day: str) -> str:
    return (author or "somebody without a name") + (f" on {day[:10]}" if day else ", undated")


def as_message(record: ChangeRecord) -> str:
    """The text of a commit message: what changed, by whom and when, text by text."""
    count = len({proposal.clause.id for proposal in record.proposals})
    first = f"Take changes to {count} clause{'s' if count != 1 else ''} from {record.file}"
    lines = [first[:_WIDTH], ""]
    for proposal in record.proposals:
        lines.append(f"{proposal.clause.id} ({proposal.language}): {proposed_by(proposal)}")
        if proposal.approved_by:
            lines.append(f"  the approval by {proposal.approved_by} no longer counts")
    return "\n".join(lines) + "\n"


def proposed_by(proposal: Proposal) -> str:
    """``proposed by Me Dupont on 2026-11-20 (3 changes)``; edits that nobody signed are said."""
    said = [
        f"{signed(author, day)} ({count} change{'s' if count != 1 else ''})"
        for (author, day), count in proposal.authors.items()
    ]
    parts = [f"proposed by {', '.join(said)}"] if said else []
    if proposal.untracked:
        parts.append("edited without tracking, by nobody knows whom")
    return "; ".join(parts) or "changed"
