"""What of a library a change touches, so that a contract that reads none of it need not be drafted twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from generator.deal import Deal
from generator.diagnostics import Diagnostic
from generator.diff import Changes
from generator.diff.changes import Change
from generator.facts import Facts, derive
from generator.library.model import Library
from generator.pipeline import Options, merged_deal
from generator.plan import Plan, select
from generator.rulings import judge
from generator.source import Source

_DEALS, _FACTS, _RULES, _CHOICE, _FRAME = "deals", "facts", "rules", "choice", "frame"
_ALL: Final = frozenset({_DEALS, _FACTS, _RULES, _CHOICE, _FRAME})
# Which stages read a thing of the library; whatever is not named here may be read by all of them.
_STAGES: Final[Mapping[str, frozenset[str]]] = {
    "rule": frozenset({_RULES}),
    "approval": frozenset({_RULES}),
    "topic": frozenset({_RULES}),
    "role": frozenset({_RULES}),
    "law": frozenset({_RULES}),
    "obligation": frozenset({_CHOICE}),
    "prohibition": frozenset({_CHOICE}),
    "fact": frozenset({_FACTS}),
    "parameter": frozenset({_FACTS, _RULES}),
    "holiday": frozenset({_FACTS}),
    "profile": frozenset({_DEALS}),
    "slot": frozenset({_CHOICE}),
}
# Of the front matter of a clause: what chooses it, and what nobody reads who drafts a contract.
_CHOOSING: Final = frozenset({"slot", "when", "exception_to", "effective", "requires", "excludes"})
_SILENT: Final = frozenset({"approval", "sources", "locked", "replaces_text"})
# A library's other schemas say how its files are written; this one says what a deal is.
_DEAL_SCHEMA: Final = "deal.schema.json"


Outlook = Literal["same", "in-error", "open"]
"""Of a deal and two libraries: the same from both, the same errors from both, or to be drafted with both."""


@dataclass(frozen=True, slots=True)
class Touched:
    """``stages`` are those that may come out otherwise for the same deal, ``texts`` the clauses that print otherwise,
    ``stale`` those of which a lawyer's approval has become stale."""

    stages: frozenset[str]
    texts: frozenset[str]
    stale: frozenset[str]


def touched(changes: Changes, old: Library, new: Library) -> Touched:
    """What a change touches, rather too much than too little."""
    stages: set[str] = set()
    texts: set[str] = set()
    stale: set[str] = set()
    for change in changes.clauses:
        if any(_went_stale(detail.path, detail.new) for detail in change.details):
            stale.add(change.id)
        services = [library.clauses[id_].service for library, id_ in ((old, change.was or change.id), (new, change.id))
                    if id_ in library.clauses]  # fmt: skip
        if change.sign != "changed":
            stages |= _ALL if any(services) else {_CHOICE}
            texts |= {change.id, change.was} - {""}
            continue
        for field in _fields(change) - _SILENT:
            if field in _CHOOSING:
                stages.add(_CHOICE)
            elif field == "text":
                texts.add(change.id)
            else:
                # A service sheet is read by facts, and what is not known here by whoever reads it.
                stages |= _ALL
    for change in (*changes.outlines, *changes.entries):
        if change.sign != "changed" or _fields(change) - _SILENT:
            stages |= _STAGES.get(change.kind, _ALL)
    if any(change.id == _DEAL_SCHEMA for change in changes.schemas):
        stages |= _ALL
    return Touched(frozenset(stages), frozenset(texts), frozenset(stale))


def _fields(change: Change) -> set[str]:
    return {detail.path.partition(".")[0].partition("[")[0] for detail in change.details}


def _went_stale(path: str, now: Any) -> bool:
    return path.startswith("approval.") and now in {"stale", "its use has changed"}


def outlook(
    touched: Touched, old: Library, new: Library, source: Source, folder: Path, options: Options, language: str
) -> Outlook:
    """Whether a deal surely has the same contract and the same findings from both libraries.

    Each stage runs once where the change touches nothing that it reads, and twice where it may; the text of the
    contract, which takes longest, is not assembled at all.
    """
    stages = touched.stages
    if _FRAME in stages:
        return "open"
    deal, _ = merged_deal(new, source, folder, options)
    before = merged_deal(old, source, folder, options)[0] if _DEALS in stages else deal
    if deal is None or before is None:
        return "open" if _DEALS in stages else "in-error"
    if before.values != deal.values:
        return "open"
    facts, _ = derive(new, deal, options.as_of)
    was = derive(old, before, options.as_of)[0] if _FACTS in stages else facts
    if facts is None or was is None:
        return "open" if _FACTS in stages else "in-error"
    if was.scope != facts.scope or _layers(was) != _layers(facts):
        return "open"
    found = judge(new, facts, language).diagnostics
    if _RULES in stages and _said(judge(old, was, language).diagnostics, deal) != _said(found, deal):
        return "open"
    plan, _ = select(new, facts)
    chosen = select(old, was)[0] if _CHOICE in stages else plan
    if plan is None or chosen is None:
        return "open" if _CHOICE in stages else "in-error"
    if _order(chosen) != _order(plan) or {clause.id for clause in plan.clauses()} & (touched.texts | touched.stale):
        return "open"
    return "in-error" if any(finding.is_error for finding in found) else "same"


def _layers(facts: Facts) -> tuple[str, ...]:
    return tuple(layer.id for layer in facts.layers)


def _said(findings: Iterable[Diagnostic], deal: Deal) -> Counter[str]:
    """What the rules found, as it is read; where a rule stands in its file is no matter."""
    return Counter(repr((f.rule, f.severity, f.message, f.help, f.citation, f.fix, _place(f, deal))) for f in findings)


def _place(finding: Diagnostic, deal: Deal) -> str:
    return str(finding.span) if finding.span is not None and finding.span.file == deal.source.file else ""


def _order(plan: Plan) -> list[tuple[Any, ...]]:
    """Documents, sections and clauses of a contract in their order."""
    return [
        (part.id, part.letter, part.cover and part.cover.clause.id, [
            (section.id, [(placement.anchor, placement.clause.id) for placement in section.placements])
            for section in part.sections
        ])
        for part in plan.parts
    ]  # fmt: skip
