"""The report of a change as JSON can hold it, with every value and every reason."""

from __future__ import annotations

from typing import Any

from generator.diagnostics import Span
from generator.diff.as_json import side_json
from generator.diff.read import Side
from generator.impact import Impact
from generator.impact.contract import ApprovalNews, ClauseChange, ContractImpact, FindingNews, StaleText
from generator.impact.figures import Figure
from generator.impact.show import summary

Json = dict[str, Any]


def impact_json(impact: Impact, old: Side, new: Side) -> Json:
    """``summary`` is the sentence that the text ends with; texts are in ``language``."""
    return {
        "version": 1,
        "old": side_json(old),
        "new": side_json(new),
        "language": impact.language,
        "summary": summary(impact),
        "counts": {
            "contracts": impact.total,
            "changed": len(impact.contracts),
            "signed": len(impact.signed),
            "broken": len(impact.broken),
            "mended": sum(contract.mended for contract in impact.contracts),
            "approvals": sum(bool(contract.to_agree or contract.stale) for contract in impact.contracts),
            "unchanged": len(impact.unchanged),
            "undrafted": len(impact.undrafted),
            "unreadable": len(impact.unreadable),
        },
        "contracts": [_contract(contract) for contract in impact.contracts],
        "unchanged": list(impact.unchanged),
        "undrafted": list(impact.undrafted),
        "unreadable": [{"file": one.file, "reason": one.reason, "remedy": one.remedy} for one in impact.unreadable],
        "stale": [_stale(text) for text in impact.stale],
        "unproven": impact.unproven,
    }


def _contract(contract: ContractImpact) -> Json:
    standing = contract.standing
    return {
        "file": contract.file,
        "deal_id": contract.deal_id,
        "client": contract.client,
        "kind": contract.kind,
        "standing": {
            "step": standing.step, "status": standing.status, "signed_on": standing.signed_on or None,
            "says": standing.says,
        } if standing is not None else None,
        "complete": {"old": contract.complete[0], "new": contract.complete[1]},
        "figures": [_figure(figure) for figure in contract.figures],
        "other_values": contract.other_values,
        "clauses": [_clause(clause) for clause in contract.clauses],
        "titles": [{"path": title.path, "old": str(title.old), "new": str(title.new)} for title in contract.titles],
        "numbers": {"changed": contract.numbers, "example": list(contract.example)},
        "findings": [_finding(news) for news in contract.findings],
        "approvals": [_approval(news) for news in contract.approvals],
        "stale": [_stale(text) for text in contract.stale],
    }  # fmt: skip


def _figure(figure: Figure) -> Json:
    return {
        "path": figure.path,
        "name": figure.name,
        "old": figure.old,
        "new": figure.new,
        "difference": figure.difference,
        "leading": figure.leading,
    }


def _clause(clause: ClauseChange) -> Json:
    return {
        "change": clause.sign,
        "id": clause.id,
        **({"was": clause.was} if clause.was else {}),
        "number": clause.number,
        "title": clause.title,
        "reason": clause.reason,
        **_place(clause.place),
    }


def _finding(news: FindingNews) -> Json:
    finding = news.finding
    return {
        "change": news.news,
        "severity": finding.severity.value,
        **({"was": news.was} if news.was else {}),
        "rule": news.name,
        "message": finding.message,
        "law": finding.citation,
        **_place(finding.span),
    }


def _approval(news: ApprovalNews) -> Json:
    return {"change": news.news, "id": news.id, "role": news.role, "reason": news.reason}


def _stale(text: StaleText) -> Json:
    return {"id": text.id, "language": text.language, "by": text.by, "on": text.on, **_place(text.place)}


def _place(span: Span | None) -> Json:
    if span is None:
        return {"file": "", "line": None}
    return {"file": span.file, "line": span.line}
