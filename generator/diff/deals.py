"""What a change of the library does to deals: each drafted with both libraries and compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from generator.diagnostics import Diagnostic, Report, Severity
from generator.diff.changes import Detail, detail_of
from generator.diff.contract import Printed, PrintedClause, printed
from generator.diff.prose import wording
from generator.diff.read import Side
from generator.diff.values import value_changes
from generator.pipeline import Draft, Options, draft_of
from generator.source import read_yaml
from generator.workspace import WorkspaceError, read_text, shown_path

_DEAL_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class DealText:
    """A deal as its author wrote it."""

    path: Path
    file: str
    text: str


@dataclass(frozen=True, slots=True)
class FindingChange:
    """A finding that only one library leads to; both are given where it says something else now."""

    old: Diagnostic | None
    new: Diagnostic | None
    details: tuple[Detail, ...] = ()

    @property
    def finding(self) -> Diagnostic:
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def name(self) -> str:
        return self.finding.rule or self.finding.code


@dataclass(frozen=True, slots=True)
class ClauseInDeal:
    """A clause of the contract that came, went, moved or prints other words. ``was`` is its id before a renaming."""

    sign: str
    id: str
    anchor: str
    details: tuple[Detail, ...] = ()
    was: str = ""


@dataclass(frozen=True, slots=True)
class DealChange:
    """What is not the same in the contract of a deal.

    ``drafted`` says for both libraries whether there is a text to compare, ``complete`` whether it may be written as a
    contract. ``numbers`` counts the paragraphs and articles with another number, ``example`` is one: (old, new).
    """

    file: str
    drafted: tuple[bool, bool]
    complete: tuple[bool, bool]
    findings: tuple[FindingChange, ...] = ()
    values: tuple[Detail, ...] = ()
    clauses: tuple[ClauseInDeal, ...] = ()
    titles: tuple[Detail, ...] = ()
    numbers: int = 0
    example: tuple[str, str] = ("", "")

    @property
    def any(self) -> bool:
        lists = (self.findings, self.values, self.clauses, self.titles)
        return self.complete[0] != self.complete[1] or self.numbers > 0 or any(lists)

    def only(self, prefix: str) -> DealChange:
        """What concerns rules, values and clauses (or their slots) whose names begin with the prefix."""
        return replace(
            self,
            complete=(self.complete[1], self.complete[1]),
            findings=tuple(change for change in self.findings if change.name.startswith(prefix)),
            values=tuple(value for value in self.values if value.path.startswith(prefix)),
            clauses=tuple(
                c for c in self.clauses if any(name.startswith(prefix) for name in (c.id, c.anchor, c.was) if name)
            ),
            titles=tuple(title for title in self.titles if title.path.startswith(prefix)),
            numbers=0,
        )


def deals_in(folder: Path) -> tuple[Path, ...]:
    """Every file in a folder that describes a deal: it has a group `meta`, or is no YAML that can be read."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if hidden or path.is_symlink() or not path.is_file():
            continue
        source, _ = read_yaml(path.name, read_text(path))
        if source is None or (isinstance(source.value, dict) and "meta" in source.value):
            found.append(path)
    return tuple(found)


def deal_texts(paths: Iterable[Path]) -> tuple[DealText, ...]:
    """The texts of the deals, one named twice once. Raises ``WorkspaceError`` for one that cannot be read."""
    return tuple(
        DealText(path, shown_path(path), read_text(path, _DEAL_BYTES))
        for path in {path.absolute(): path for path in paths}.values()
    )


def deal_change(deal: DealText, old: Side, new: Side, renamed: Mapping[str, str]) -> DealChange:
    """Draft one deal with both libraries. ``renamed`` has the new id of each clause that only got another."""
    return change_between(deal.file, drafted(deal, old), drafted(deal, new), renamed)


def change_between(file: str, before: Draft, after: Draft, renamed: Mapping[str, str]) -> DealChange:
    """What is not the same in two drafts of one deal, which stands in ``file``."""
    # Rules that were not applied found nothing: what stopped one library is no news of the other.
    reports = (
        before.report if after.rulings is not None or before.rulings is None else Report(),
        after.report if before.rulings is not None or after.rulings is None else Report(),
    )
    findings = tuple(_finding_changes(*reports, file))
    made = bool(before.numbered), bool(after.numbered)
    change = DealChange(file, made, (before.complete, after.complete), findings)
    if before.facts is None or after.facts is None:
        return change
    change = replace(change, values=tuple(map(detail_of, value_changes(_values(before), _values(after)))))
    if not all(made):
        return change
    ours, theirs = printed(before), printed(after)
    moved = tuple(_renumbered(ours, theirs))
    return replace(
        change,
        clauses=tuple(_clause_changes(ours, theirs, renamed)),
        titles=tuple(map(detail_of, value_changes(ours.titles, theirs.titles))),
        numbers=len(moved),
        example=moved[0] if moved else ("", ""),
    )


def drafted(deal: DealText, side: Side, options: Options | None = None) -> Draft:
    """The draft of a deal with one of the libraries; a library of another time may not suit today's formulas."""
    assert side.library is not None
    try:
        return draft_of(side.library, side.workspace, deal.file, deal.text, deal.path.parent, options or Options())
    except WorkspaceError:
        raise
    except Exception as error:
        if not side.foreign:
            raise
        what = f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]
        message = f"this version of the program cannot draft the deal with the library of {side.name} ({what})"
        finding = Diagnostic("foreign-library", Severity.ERROR, message, None, file=deal.file)
        return Draft(deal.file, side.library, None, None, None, None, None, {}, Report.of([finding]))


# ---- findings


def _finding_changes(old: Report, new: Report, file: str) -> Iterator[FindingChange]:
    """Errors first. Two findings of one rule at one place are one that says something else now."""
    gone = [finding for finding in old.diagnostics if not _has(new, finding, file)]
    come = [finding for finding in new.diagnostics if not _has(old, finding, file)]
    for finding in come:
        before = next((one for one in gone if _about(one, file) == _about(finding, file)), None)
        if before is None:
            yield FindingChange(None, finding)
            continue
        gone.remove(before)
        changes = value_changes(_said(before), _said(finding))
        yield FindingChange(before, finding, tuple(map(detail_of, changes)))
    yield from (FindingChange(finding, None) for finding in gone)


def _has(report: Report, finding: Diagnostic, file: str) -> bool:
    return any(
        _about(one, file) == _about(finding, file) and _said(one) == _said(finding) for one in report.diagnostics
    )


def _about(finding: Diagnostic, file: str) -> tuple[str, str, str, int, int]:
    """What tells findings apart but their words. Lines of the library move with every edit and say nothing."""
    span = finding.span
    place = (span.line, span.column) if span is not None and span.file == file else (0, 0)
    return (finding.code, finding.rule, span.file if span is not None else finding.file, *place)


def _said(finding: Diagnostic) -> dict[str, Any]:
    return {
        "severity": finding.severity.value,
        "message": finding.message,
        "help": finding.help,
        "law": finding.citation,
        "fix": [f"{path}: {value}" for path, value in finding.fix],
    }


# ---- values


def _values(draft: Draft) -> dict[str, Any]:
    """Every value that conditions and texts may read, lists by the attribute that tells their entries apart."""
    assert draft.facts is not None
    return dict(draft.facts.scope)


# ---- the contract


def _clause_changes(old: Printed, new: Printed, renamed: Mapping[str, str]) -> Iterator[ClauseInDeal]:
    """What came and went first, then what was renamed, moved or prints other words."""
    ours = {(anchor, renamed.get(id_, id_)): clause for (anchor, id_), clause in old.clauses.items()}
    for key, clause in ours.items():
        if key not in new.clauses:
            yield ClauseInDeal("removed", clause.id, clause.anchor)
    for key, clause in new.clauses.items():
        if key not in ours:
            yield ClauseInDeal("added", clause.id, clause.anchor)
    for key, clause in new.clauses.items():
        if key in ours:
            yield from _one_clause(ours[key], clause)


def _one_clause(old: PrintedClause, new: PrintedClause) -> Iterator[ClauseInDeal]:
    was = old.id if old.id != new.id else ""
    if was or old.home != new.home:
        home = (Detail("in", old.home, new.home),) if old.home != new.home else ()
        yield ClauseInDeal("moved", new.id, new.anchor, home, was)
    if old.pattern != new.pattern:
        # A language that only one of the contracts has is no wording.
        both = [language for language in new.words if language in old.words]
        details = (
            Detail(
                f"text.{language}", words=wording(old.words[language], new.words[language], language), language=language
            )
            for language in both
            if old.pattern[language] != new.pattern[language]
        )
        yield ClauseInDeal("wording", new.id, new.anchor, tuple(details))
    elif old.words != new.words:
        yield ClauseInDeal("values", new.id, new.anchor)
    elif old.blocks != new.blocks:
        yield ClauseInDeal("layout", new.id, new.anchor)


def _renumbered(old: Printed, new: Printed) -> Iterator[tuple[str, str]]:
    for anchor, number in old.numbers.items():
        now = new.numbers.get(anchor, number)
        if now != number:
            yield number, now
