"""Who proposed what and when, kept beside the clause files: as JSON for programs, as a message for a commit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from generator.book.comments import Comment
from generator.book.comparing import AnyProposal, Proposal, TextProposal, WordsProposal
from generator.book.marks import TextMark
from generator.book.revised import Change

_WIDTH = 72


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """What one book changed: ``file`` is its name, ``saved_by`` who saved it last (or nothing)."""

    file: str
    saved_by: str
    proposals: tuple[AnyProposal, ...]
    comments: tuple[Comment, ...]
    left_out: tuple[tuple[TextMark, Change], ...] = ()


def as_json(record: ChangeRecord) -> str:
    """The record as JSON, one object; ``clause`` is the id of the clause or other entry, ``names`` says which words."""
    shown = {
        "version": 1,
        "book": record.file,
        "saved_by": record.saved_by,
        "texts": [_proposal(proposal) for proposal in record.proposals],
        "left_out": [
            {"clause": mark.entry, "language": mark.language, **_change(change)} for mark, change in record.left_out
        ],
        "comments": [_comment(comment) for comment in record.comments],
    }
    return json.dumps(shown, ensure_ascii=False, indent=2) + "\n"


def _proposal(proposal: AnyProposal) -> dict[str, Any]:
    return {
        "clause": proposal.id,
        "language": proposal.language,
        "file": proposal.file,
        "names": list(proposal.changed) if isinstance(proposal, WordsProposal) else [],
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
        "clause": comment.mark.entry if comment.mark is not None else "",
        "language": comment.mark.language if comment.mark is not None else "",
        "paragraph": comment.paragraph,
        "words": comment.words,
        "text": comment.text,
    }


def signed(author: str, day: str) -> str:
    return (author or "somebody without a name") + (f" on {day[:10]}" if day else ", undated")


def as_message(record: ChangeRecord) -> str:
    """The text of a commit message: what changed, by whom and when, text by text."""
    clauses = {one.id for one in record.proposals if isinstance(one, TextProposal)}
    others = {one.id for one in record.proposals} - clauses
    first = f"Take changes to {_counted(len(clauses), len(others))} from {record.file}"
    lines = [first[:_WIDTH], ""]
    for proposal in record.proposals:
        lines.append(f"{proposal.id} ({proposal.language}): {proposed_by(proposal)}")
        if proposal.approved_by:
            lines.append(f"  the approval by {proposal.approved_by} no longer counts")
    return "\n".join(lines) + "\n"


def _counted(clauses: int, entries: int) -> str:
    """``2 clauses and 1 entry``, without what there is none of."""
    parts = [f"{clauses} clause{'s' if clauses != 1 else ''}"] if clauses or not entries else []
    parts += [f"{entries} entr{'ies' if entries != 1 else 'y'}"] if entries else []
    return " and ".join(parts)


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
