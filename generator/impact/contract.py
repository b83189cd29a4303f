"""What a change of the library does to one contract: consequences first, then clauses, findings and approvals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from generator.api import report_in
from generator.diagnostics import Diagnostic, Severity, Span
from generator.diff import Changes
from generator.diff.changes import Detail
from generator.diff.clauses import renames
from generator.diff.deals import ClauseInDeal, DealChange, DealText, FindingChange, change_between, drafted
from generator.diff.read import Side
from generator.document.nodes import Numbered
from generator.document.walk import text_of
from generator.impact.figures import Figure, figures
from generator.impact.reasons import Reasons
from generator.impact.standing import Standing, standing_of
from generator.impact.touched import Outlook, Touched, outlook, touched
from generator.library.fill import filled
from generator.library.model import Library, LibraryClause
from generator.pipeline import Draft, Options
from generator.playbook.book import place_of
from generator.source import read_yaml
from generator.workspace import WorkspaceError

News = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause that came (``added``), went, moved or reads otherwise: its number and title in the contract that has it,
    the reason, and where it stands in the library."""

    sign: str
    id: str
    number: str
    title: str
    reason: str
    place: Span | None
    was: str = ""
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingNews:
    """A finding of the rules that is new, gone, or says something else now; ``was`` is its severity where that was
    another."""

    news: News
    finding: Diagnostic
    was: str = ""

    @property
    def name(self) -> str:
        return self.finding.rule or self.finding.code


@dataclass(frozen=True, slots=True)
class ApprovalNews:
    """Somebody of the provider who must agree to the deal, or need not any more; ``role`` as the library calls it."""

    news: News
    id: str
    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class StaleText:
    """A text that a lawyer had approved before it, or its use, changed."""

    id: str
    language: str
    by: str
    on: str
    place: Span


@dataclass(frozen=True, slots=True)
class ContractImpact:
    """What changes in the contract of a deal. ``complete`` says for both libraries whether it may be written."""

    file: str
    deal_id: str
    client: str
    kind: str
    standing: Standing | None
    complete: tuple[bool, bool]
    figures: tuple[Figure, ...]
    other_values: int
    clauses: tuple[ClauseChange, ...]
    findings: tuple[FindingNews, ...]
    approvals: tuple[ApprovalNews, ...]
    stale: tuple[StaleText, ...]
    titles: tuple[Detail, ...]
    numbers: int
    example: tuple[str, str]

    @property
    def any(self) -> bool:
        lists = (self.figures, self.clauses, self.findings, self.approvals, self.stale, self.titles)
        return self.complete[0] != self.complete[1] or self.numbers > 0 or any(lists)

    @property
    def broken(self) -> bool:
        """Whether the change keeps the contract from being built."""
        return self.complete == (True, False)

    @property
    def mended(self) -> bool:
        return self.complete == (False, True)

    @property
    def signed(self) -> bool:
        return self.standing is not None and self.standing.step == "signed"

    @property
    def to_agree(self) -> tuple[ApprovalNews, ...]:
        return tuple(approval for approval in self.approvals if approval.news != "removed")

    @property
    def agreed(self) -> tuple[ApprovalNews, ...]:
        """Who need not agree any more."""
        return tuple(approval for approval in self.approvals if approval.news == "removed")


@dataclass(frozen=True)
class Comparison:
    """Two libraries that were read, how they differ, and how deals are drafted with them for one reader."""

    old: Side
    new: Side
    changes: Changes
    touched: Touched
    renamed: Mapping[str, str]
    options: Options
    language: str

    @property
    def libraries(self) -> tuple[Library, Library]:
        assert self.old.library is not None and self.new.library is not None
        return self.old.library, self.new.library


def comparison(old: Side, new: Side, changes: Changes, options: Options, language: str) -> Comparison:
    assert old.library is not None and new.library is not None
    renamed = renames(old.library.clauses, new.library.clauses)
    return Comparison(old, new, changes, touched(changes, old.library, new.library), renamed, options, language)


def outlook_of(deal: DealText, compared: Comparison) -> Outlook:
    """Whether the deal must be drafted with both libraries to say what changes."""
    source, _ = read_yaml(deal.file, deal.text)
    if source is None:
        return "in-error"
    try:
        return outlook(
            compared.touched, *compared.libraries, source, deal.path.parent, compared.options, compared.language
        )
    except WorkspaceError:
        raise
    except Exception:
        # A library of another time may not suit today's formulas: drafting says so.
        if not compared.old.foreign:
            raise
        return "open"


def contract_impact(deal: DealText, compared: Comparison) -> ContractImpact:
    """Draft a deal with both libraries, and say what its contract would be otherwise."""
    before, after = (_drafted(deal, side, compared) for side in (compared.old, compared.new))
    change = change_between(deal.file, before, after, compared.renamed)
    told, others = _figures(before, after, compared.language)
    findings, approvals = _news(change.findings, before, after, compared.language)
    return ContractImpact(
        deal.file,
        *_called(after, before),
        _standing(after, before, compared.language),
        change.complete,
        told,
        others,
        tuple(_clauses(change, before, after, compared.language)),
        findings,
        approvals,
        tuple(_stale(after, compared.touched.stale)),
        # The watermark says of the whole library whether it is proven and approved: no news of a contract.
        tuple(title for title in change.titles if not title.path.startswith("watermark.")),
        change.numbers,
        change.example,
    )


def _drafted(deal: DealText, side: Side, compared: Comparison) -> Draft:
    made = drafted(deal, side, compared.options)
    return replace(made, report=report_in(made, compared.language))


def _values(*drafts: Draft) -> Mapping[str, Any]:
    """The merged values of a deal; what its file says where it could not be merged."""
    for draft in drafts:
        if draft.deal is not None:
            return draft.deal.values
    source = next((draft.source for draft in drafts if draft.source is not None), None)
    return source.value if source is not None and isinstance(source.value, dict) else {}


def _called(*drafts: Draft) -> tuple[str, str, str]:
    """The identifier of a deal, its client and its kind; empty where they are not said."""
    values = _values(*drafts)
    paths = (("meta", "deal_id"), ("parties", "client", "legal_name"), ("meta", "kind"))
    id_, client, kind = (_at(values, path) for path in paths)
    return id_, client, kind


def _at(values: Any, path: Iterable[str]) -> str:
    for step in path:
        values = values.get(step) if isinstance(values, Mapping) else None
    return values if isinstance(values, str) else ""


def _standing(after: Draft, before: Draft, language: str) -> Standing | None:
    draft = next((draft for draft in (after, before) if draft.deal is not None), None)
    if draft is None or draft.deal is None or draft.library is None:
        return None
    return standing_of(draft.library, draft.deal.values, language)


def _figures(before: Draft, after: Draft, language: str) -> tuple[tuple[Figure, ...], int]:
    if before.facts is None or after.facts is None:
        return (), 0
    return figures(before, after, language)


# ---- clauses


def _clauses(change: DealChange, before: Draft, after: Draft, language: str) -> Iterator[ClauseChange]:
    reasons = Reasons(before, after, language)
    for clause in change.clauses:
        draft = before if clause.sign == "removed" else after
        numbered = draft.numbered.get(language) or next(iter(draft.numbered.values()))
        found = _library_clause(draft, clause)
        yield ClauseChange(
            clause.sign,
            clause.id,
            place_of(numbered, clause.anchor),
            _title(numbered, clause),
            reasons.of(clause),
            found.span if found is not None else None,
            clause.was,
            clause.details,
        )


def _library_clause(draft: Draft, clause: ClauseInDeal) -> LibraryClause | None:
    return draft.library.clauses.get(clause.id) if draft.library is not None else None


def _title(numbered: Numbered, clause: ClauseInDeal) -> str:
    for part in numbered.document.parts:
        for section in part.sections:
            for each in section.clauses:
                if each.anchor == clause.anchor and each.id == clause.id:
                    return text_of(each.title, numbered)
    return ""


# ---- findings and approvals


def _news(
    changes: Iterable[FindingChange], before: Draft, after: Draft, language: str
) -> tuple[tuple[FindingNews, ...], tuple[ApprovalNews, ...]]:
    """Findings and approvals apart; what is new first, errors before all."""
    findings: list[FindingNews] = []
    approvals: list[ApprovalNews] = []
    for change in changes:
        news: News = "added" if change.old is None else "removed" if change.new is None else "changed"
        if change.finding.severity is Severity.APPROVAL:
            draft = before if news == "removed" else after
            approvals.append(_approval(news, change.finding, draft, language))
        else:
            before_it = change.old.severity.value if change.old is not None else ""
            was = before_it if change.new is not None and change.new.severity.value != before_it else ""
            findings.append(FindingNews(news, change.finding, was))
    ranks = ("added", "changed", "removed")
    findings.sort(key=lambda one: (ranks.index(one.news), not one.finding.is_error))
    approvals.sort(key=lambda one: ranks.index(one.news))
    return tuple(findings), tuple(approvals)


def _approval(news: News, finding: Diagnostic, draft: Draft, language: str) -> ApprovalNews:
    """Who must agree and why, as the library says it."""
    library, facts = draft.library, draft.facts
    assert library is not None and facts is not None
    rule = next((one for one in library.approvals if one.id == finding.rule), None)
    if rule is None:
        return ApprovalNews(news, finding.rule, "", finding.message)
    names = library.playbook.roles.get(rule.role)
    reason = filled(rule.reason[language], facts.scope, language)
    return ApprovalNews(news, rule.id, names[language] if names is not None else rule.role, reason)


def _stale(after: Draft, stale: Iterable[str]) -> Iterator[StaleText]:
    """The clauses of a contract whose approval the change has made stale, in the languages of the contract."""
    if after.plan is None:
        return
    wanted = set(stale)
    for clause in after.plan.clauses():
        if clause.id in wanted:
            yield from stale_texts(clause, after.numbered)


def stale_texts(clause: LibraryClause, languages: Iterable[str]) -> Iterator[StaleText]:
    """The texts of a clause that a lawyer approved and that are no longer what was approved."""
    from generator.approvals import use_changed

    for language in languages:
        approval = clause.approved.get(language)
        if approval is not None and (clause.approval_state(language) == "stale" or use_changed(clause, language)):
            yield StaleText(clause.id, language, approval.by, approval.on, clause.texts[language].span)
