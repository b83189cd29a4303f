"""The report of a change as lines: contract by contract, what it means first, then clauses, findings, approvals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.diff.read import Side
from generator.diff.show import Line
from generator.impact import Impact
from generator.impact.contract import (
    ApprovalNews,
    ClauseChange,
    ContractImpact,
    FindingNews,
    StaleText,
)
from generator.impact.figures import Figure
from generator.impact.phrases import count, say

SIGNS: Final = {
    "added": "+",
    "removed": "-",
    "moved": ">",
    "wording": "~",
    "values": "~",
    "layout": "~",
    "changed": "~",
}
_KINDS: Final = {"wording": "changed", "values": "changed", "layout": "changed"}
# A screen has room for so many values of one contract; the other formats have all of them.
_MOST_FIGURES: Final = 15
_TONES: Final = {"signed": "error", "dated": "warning", "open": "", "closed": ""}


def lines_of(impact: Impact, old: Side, new: Side) -> Iterator[Line]:
    """The whole report; the last line sums it up."""
    language = impact.language
    for contract in impact.contracts:
        yield from _contract(contract, language)
        yield ()
    for phrase, files in (("undrafted", impact.undrafted), ("unreadable", _files(impact))):
        if files:
            yield ((f"{say(language, phrase)}{say(language, 'colon')}{', '.join(files)}", ""),)
    stale = impact.stale
    if stale:
        yield ((say(language, "stale-library", count=len(stale)), "strong"),)
        yield from (_stale(text, language) for text in stale)
    if impact.unproven:
        yield ((say(language, "unproven"), "warning"),)
    yield ((f"{compared(language, old, new)}{say(language, 'colon')}{summary(impact)}", ""),)


def _files(impact: Impact) -> tuple[str, ...]:
    return tuple(f"{refusal.file} ({refusal.reason})" for refusal in impact.unreadable)


def compared(language: str, old: Side, new: Side) -> str:
    """Which libraries were compared, as the user named them."""
    names = (side.name if side.commit or side.foreign else say(language, "work-tree") for side in (old, new))
    return say(language, "compared", **dict(zip(("old", "new"), names, strict=True)))


def summary(impact: Impact) -> str:
    """``12 of 200 change, 3 of them signed, …``: how many contracts change, and what is to be done."""
    language, contracts = impact.language, impact.contracts
    counts = {
        "signed-count": len(impact.signed),
        "broken-count": len(impact.broken),
        "mended-count": sum(contract.mended for contract in contracts),
        "approval-count": sum(bool(contract.to_agree or contract.stale) for contract in contracts),
        "unchanged-count": len(impact.unchanged),
        "undrafted-count": len(impact.undrafted),
        "unreadable-count": len(impact.unreadable),
    }
    total = count(language, "contract-count", impact.total)
    said = [
        count(language, "changed", len(contracts), total=total) if contracts else say(language, "none", total=total)
    ]
    said += [count(language, phrase, number) for phrase, number in counts.items() if number]
    return ", ".join(said)


def heading(contract: ContractImpact) -> str:
    """What a contract is called: its client and its identifier, as far as the deal says them."""
    return " – ".join(filter(None, (contract.client, contract.deal_id)))


def outcome(contract: ContractImpact) -> str:
    """The phrase that says whether the contract can be built; empty where it can, before as after."""
    outcomes = {(True, False): "broken", (False, True): "mended", (False, False): "still-broken"}
    return outcomes.get(contract.complete, "")


def _contract(contract: ContractImpact, language: str) -> Iterator[Line]:
    named = heading(contract)
    yield (("~ ", "changed"), (contract.file, "strong"), (f"  {named}" if named else "", ""))
    standing = contract.standing
    if standing is not None:
        yield (("    ", ""), (standing.says, _TONES[standing.step]))
    if outcome(contract):
        yield (("    ", ""), (say(language, outcome(contract)), "info" if contract.mended else "error"))
    if contract.figures:
        yield _part("figures", language)
        yield from (_figure(figure, language) for figure in contract.figures[:_MOST_FIGURES])
        if (left := len(contract.figures) - _MOST_FIGURES) > 0:
            yield ((f"      {count(language, 'more-figures', left)}", ""),)
    if contract.clauses:
        yield _part("clauses", language)
        yield from (_clause(clause, language) for clause in contract.clauses)
    if contract.titles:
        yield _part("titles", language)
        yield from _titles(contract)
    if contract.numbers:
        old, new = contract.example
        yield ((f"    {count(language, 'numbers', contract.numbers, old=old, new=new)}", ""),)
    if contract.findings:
        yield _part("findings", language)
        yield from (_finding(news, language) for news in contract.findings)
    for phrase, approvals in (("approvals", contract.to_agree), ("approvals-gone", contract.agreed)):
        if approvals:
            yield _part(phrase, language)
            yield from (_approval(news, language) for news in approvals)
    if contract.stale:
        yield _part("stale", language)
        yield from (_stale(text, language) for text in contract.stale)


def _part(phrase: str, language: str) -> Line:
    return (("    ", ""), (say(language, phrase), "strong"))


def _figure(figure: Figure, language: str) -> Line:
    difference = f" ({figure.difference})" if figure.difference else ""
    return (
        (f"      {figure.name}{say(language, 'colon')}", ""),
        (figure.old, "gone value"),
        (" → ", ""),
        (figure.new, "come value"),
        (difference, ""),
    )


def _clause(clause: ClauseChange, language: str) -> Line:
    sign = _KINDS.get(clause.sign, clause.sign)
    title = " ".join(filter(None, (clause.number, clause.title)))
    named = f" ({clause.id})" if title else clause.id
    was = f" ({say(language, 'was', id=clause.was)})" if clause.was else ""
    return (
        (f"      {SIGNS[clause.sign]} ", sign),
        (title, "strong"),
        (f"{named}{was}{say(language, 'colon')}{clause.reason}", ""),
    )


def _titles(contract: ContractImpact) -> Iterator[Line]:
    for title in contract.titles:
        yield ((f"      {title.path}: {title.old} → {title.new}", ""),)


def _finding(news: FindingNews, language: str) -> Line:
    finding = news.finding
    level = f"{say(language, f'severity-{finding.severity.value}')} {news.name}"
    return (
        (f"      {SIGNS[news.news]} ", news.news),
        (level, finding.severity.value),
        (f" ({finding_news(news, language)})", ""),
        (f"{say(language, 'colon')}{_line(finding.message)}", ""),
    )


def finding_news(news: FindingNews, language: str) -> str:
    """What became of a finding: ``new``, or ``formerly warning`` where it is of another severity now."""
    if news.was:
        return say(language, "was", id=say(language, f"severity-{news.was}"))
    return say(language, f"finding-{news.news}")


def _approval(news: ApprovalNews, language: str) -> Line:
    return (
        (f"      {SIGNS[news.news]} ", news.news),
        (news.role or news.id, "approval"),
        (f" ({say(language, f'finding-{news.news}')}, {news.id}){say(language, 'colon')}", ""),
        (_line(news.reason), ""),
    )


def _stale(text: StaleText, language: str) -> Line:
    by = say(language, "approved-by", by=text.by, on=text.on)
    return ((f"      {text.id} [{text.language}]{say(language, 'colon')}{by}", ""), (f"  {text.place}", "frame"))


def _line(text: str) -> str:
    return " ".join(text.split())
