"""What a change of the library does to contracts as SARIF: at the changed clause, which contracts it concerns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.cli.sarif import as_sarif
from generator.diagnostics import Diagnostic, Note, Report, Severity, Span
from generator.impact import Impact
from generator.impact.contract import ClauseChange, ContractImpact
from generator.impact.phrases import count, say
from generator.impact.show import heading

Json = dict[str, Any]

# A reader shows a message as a whole: it names so many contracts, and counts the others.
_MOST_NAMED = 20


def impact_sarif(impact: Impact) -> Json:
    """A result for each clause that changes in a contract, at the file and line where it stands; a warning where one of
    the contracts is signed. What the rules find newly of a deal, and approvals that became stale, are results too."""
    findings = (*_clauses(impact), *_findings(impact), *_stale(impact))
    return as_sarif(Report.of(findings), "library-impact", refusals=impact.unreadable, descriptions=_DESCRIPTIONS)


_DESCRIPTIONS = {
    "clause-changes-contracts": "A clause comes into contracts, leaves them or reads otherwise in them.",
    "stale-approval": "A text changed after a lawyer had approved it.",
    "contract-broken": "A contract can no longer be built.",
}


def _clauses(impact: Impact) -> Iterator[Diagnostic]:
    concerned: dict[tuple[str, str], list[tuple[ContractImpact, ClauseChange]]] = {}
    for contract in impact.contracts:
        for clause in contract.clauses:
            concerned.setdefault((clause.id, clause.sign), []).append((contract, clause))
    for (id_, sign), found in concerned.items():
        contracts = [contract for contract, _ in found]
        place = next((clause.place for _, clause in found if clause.place is not None), None)
        names = [f"{contract.file}{_said(contract)}" for contract in contracts[:_MOST_NAMED]]
        if (left := len(contracts) - _MOST_NAMED) > 0:
            names.append(count(impact.language, "more-contracts", left))
        colon = say(impact.language, "colon")
        number = count(impact.language, "contract-count", len(contracts))
        message = f"{id_}, {say(impact.language, f'sign-{sign}')}{colon}{number}"
        signed = any(contract.signed for contract in contracts)
        yield Diagnostic(
            "clause-changes-contracts",
            Severity.WARNING if signed else Severity.INFO,
            f"{message}{colon}{', '.join(names)}",
            place,
            notes=tuple(Note(reason) for reason in dict.fromkeys(clause.reason for _, clause in found)),
        )


def _said(contract: ContractImpact) -> str:
    standing = contract.standing
    return f" ({standing.says})" if standing is not None and contract.signed else ""


def _findings(impact: Impact) -> Iterator[Diagnostic]:
    for contract in impact.contracts:
        yield from (news.finding for news in contract.findings if news.news != "removed")
        if contract.broken:
            message = say(impact.language, "broken")
            named = heading(contract)
            said = f"{message} ({named})" if named else message
            yield Diagnostic("contract-broken", Severity.ERROR, said, _start(contract.file))


def _stale(impact: Impact) -> Iterator[Diagnostic]:
    for text in impact.stale:
        by = say(impact.language, "approved-by", by=text.by, on=text.on)
        message = f"{say(impact.language, 'stale')}{say(impact.language, 'colon')}{text.id} [{text.language}], {by}"
        yield Diagnostic("stale-approval", Severity.WARNING, message, text.place)


def _start(file: str) -> Span:
    return Span(file, 1, 1, 2)
