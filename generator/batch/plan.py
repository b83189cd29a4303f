"""What a build of many deals will do, before it does any of it."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.batch.deals import DealFile
from generator.batch.judge import Verdict, verdict
from generator.batch.make import Made, recorded_ids
from generator.batch.records import Record, read_record
from generator.batch.survey import Survey
from generator.diagnostics import Diagnostic, Note, Report, Severity
from generator.source import Source, read_yaml
from generator.workspace import WorkspaceError, read_own, shown_path


@dataclass(slots=True)
class Plan:
    """``todo`` is to be built or looked at closer, ``blocked`` too but for what somebody edited, ``kept`` was edited
    and is otherwise as it should be; ``wrong`` cannot be built; ``gone`` are packs without a deal; ``doubtful`` files
    were left aside though they look like deals. Of the others there is only a number."""

    todo: list[Verdict] = field(default_factory=list)
    blocked: list[Verdict] = field(default_factory=list)
    kept: list[Verdict] = field(default_factory=list)
    wrong: list[Made] = field(default_factory=list)
    gone: list[Record] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    unchanged: int = 0


def plan_deals(survey: Survey, deals: Iterable[DealFile], *, thorough: bool = False) -> Plan:
    """Judge every deal. No draft is made: what it takes is to read each deal and its record."""
    plan = Plan()
    seen: dict[str, str] = {}
    unnamed: set[str] = set()
    shared: dict[str, list[str]] = {}
    for deal in deals:
        try:
            judged = verdict(survey, deal, thorough=thorough)
        except WorkspaceError as refusal:
            failure = (refusal.file, refusal.reason, refusal.remedy)
            plan.wrong.append(Made(str(deal.path), "", "unreadable", failure=failure))
            unnamed.add(str(deal.path))
            continue
        if judged.state in ("aside", "doubtful"):
            if judged.state == "doubtful":
                plan.doubtful.append(judged.path)
            continue
        key = unicodedata.normalize("NFC", judged.id).casefold()
        if not key:
            unnamed.add(judged.path)
        elif key in seen:
            shared.setdefault(key, [seen[key]]).append(judged.path)
            continue
        else:
            seen[key] = judged.path
        _place(plan, survey, judged)
    if shared:
        _refuse_shared(plan, shared)
    plan.gone = list(_gone(survey.job.folder, seen, unnamed))
    return plan


def _place(plan: Plan, survey: Survey, judged: Verdict) -> None:
    if judged.edited and survey.job.overwrite:
        reason = f"edited since: {', '.join(judged.edited)}"
        plan.todo.append(replace(judged, state="changed", reasons=(*judged.reasons, reason)))
    elif judged.edited:
        (plan.kept if judged.state == "unchanged" else plan.blocked).append(judged)
    elif judged.state == "unchanged":
        plan.unchanged += 1
    else:
        plan.todo.append(judged)


def _refuse_shared(plan: Plan, shared: dict[str, list[str]]) -> None:
    """Deals that would be written into one folder: none of them is built, since either could be the one that counts."""
    for paths in shared.values():
        first = paths[0]
        listed = any(judged.path == first for judged in (*plan.todo, *plan.blocked, *plan.kept))
        plan.unchanged -= not listed
        for verdicts in (plan.todo, plan.blocked, plan.kept):
            verdicts[:] = [judged for judged in verdicts if judged.path != first]
        sources = [_source(path) for path in paths]
        for path, source in zip(paths, sources, strict=True):
            other = sources[1] if path == first else sources[0]
            found = shared_name(_name(source), source, other, "it is used here too", "neither was written")
            plan.wrong.append(Made(path, _name(source), "error", Report.of((found,))))


def _source(path: str) -> Source | None:
    return read_yaml(shown_path(Path(path)), read_own(Path(path)))[0]


def _name(source: Source | None) -> str:
    return str(source.value["meta"]["deal_id"]) if source is not None else ""


def shared_name(name: str, source: Source | None, other: Source | None, note: str, outcome: str) -> Diagnostic:
    """The finding on a deal that would be written into the folder of another one."""
    path = ("meta", "deal_id")
    notes = (Note(note, other.span(path)),) if other is not None else ()
    span = source.span(path) if source is not None else None
    message = f"two deals are named `{name}` and would be written into one folder"
    help_ = f"give each deal its own `meta.deal_id`; {outcome}"
    return Diagnostic("same-deal-id", Severity.ERROR, message, span, help_, notes)


def _gone(folder: Path, seen: dict[str, str], unnamed: set[str]) -> Iterator[Record]:
    """Records whose deal is no longer there, or is called something else now.

    A deal that this build was not asked for has its file still; one that cannot be read may be any.
    """
    here: set[str] | None = None
    for deal_id in recorded_ids(folder):
        if deal_id in seen:
            continue
        record = read_record(folder, deal_id)
        if record is None:
            continue
        place = os.path.normpath(os.path.join(os.path.abspath(folder), record.deal))
        here = here if here is not None else {os.path.abspath(path) for path in seen.values()}
        if place in here or (place not in unnamed and not os.path.lexists(place)):
            yield record
