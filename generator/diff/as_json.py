"""The differences as JSON can hold them; texts in full, so that both versions can be read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.diagnostics import Diagnostic, Span
from generator.diff import Changes
from generator.diff.changes import Change, Detail
from generator.diff.deals import ClauseInDeal, DealChange, FindingChange
from generator.diff.prose import Wording
from generator.diff.read import Side
from generator.diff.values import NOTHING

Json = dict[str, Any]


def changes_json(changes: Changes, old: Side, new: Side) -> Json:
    """``differ`` says what the exit status says; a value that a side does not have is left out."""
    return {
        "version": 1,
        "old": side_json(old),
        "new": side_json(new),
        "differ": changes.any,
        "clauses": [_change(change) for change in changes.clauses],
        "outlines": [_change(change) for change in changes.outlines],
        "entries": [_change(change) for change in changes.entries],
        "schemas": [_change(change) for change in changes.schemas],
        "deals": [_deal(deal) for deal in changes.deals],
    }


def side_json(side: Side) -> Json:
    """The name of a side as the user gave it, its commit or an empty text, and the digest of its library."""
    return {"name": side.name, "commit": side.commit, "library": side.library.digest if side.library else ""}


def _change(change: Change) -> Json:
    return {
        "change": change.sign,
        "kind": change.kind,
        "id": change.id,
        **({"was": change.was} if change.was else {}),
        **_place(change.place),
        "details": [_detail(detail) for detail in change.details],
    }


def _place(span: Span | None) -> Json:
    if span is None:
        return {"file": "", "line": None, "column": None}
    return {"file": span.file, "line": span.line, "column": span.column}


def _detail(detail: Detail) -> Json:
    return {
        "path": detail.path,
        **({"old": _plain(detail.old)} if detail.old is not NOTHING else {}),
        **({"new": _plain(detail.new)} if detail.new is not NOTHING else {}),
        **({"language": detail.language} if detail.language else {}),
        **({"sentences": _sentences(detail.words)} if detail.words is not None else {}),
        **({"note": detail.note} if detail.note else {}),
    }


def _sentences(words: Wording) -> list[list[Json]]:
    return [[{kind: text} for kind, text in pieces] for pieces in words.sentences]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


# ---- deals


def _deal(deal: DealChange) -> Json:
    return {
        "file": deal.file,
        "differs": deal.any,
        "drafted": {"old": deal.drafted[0], "new": deal.drafted[1]},
        "complete": {"old": deal.complete[0], "new": deal.complete[1]},
        "findings": [_finding(change) for change in deal.findings],
        "values": [_detail(value) for value in deal.values],
        "clauses": [_clause(clause) for clause in deal.clauses],
        "titles": [_detail(title) for title in deal.titles],
        "numbers": {"changed": deal.numbers, "example": list(deal.example)},
    }


def _finding(change: FindingChange) -> Json:
    return {
        **({"old": _diagnostic(change.old)} if change.old is not None else {}),
        **({"new": _diagnostic(change.new)} if change.new is not None else {}),
    }


def _diagnostic(finding: Diagnostic) -> Json:
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "rule": finding.rule,
        "message": finding.message,
        **_place(finding.span),
    }


def _clause(clause: ClauseInDeal) -> Json:
    return {
        "change": clause.sign,
        "id": clause.id,
        "slot": clause.anchor,
        **({"was": clause.was} if clause.was else {}),
        "details": [_detail(detail) for detail in clause.details],
    }
