"""Whether a deal must be built again, and why: what it would be built from now against the record of what it was."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from generator.batch.deals import DealFile, is_deal, resembles_a_deal
from generator.batch.records import File, Record
from generator.batch.survey import Survey, text_digest
from generator.source import read_yaml
from generator.workspace import file_digest, read_own, stamp_of

State = Literal["unchanged", "review", "changed", "new", "aside", "doubtful"]
# Where a deal's own identifier most likely stands: what its record says is checked against the digest of the text.
_ID: Final = re.compile(r"\bdeal_id[\"']?[ \t]*:[ \t]*[\"']?([a-z0-9][a-z0-9-]*)")
_MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done about a deal. ``review``: clauses are chosen otherwise, and whether here is not known yet;
    ``aside`` is no deal, ``doubtful`` none that says so. ``edited`` names files that are no longer as they were built.
    """

    path: str
    id: str
    state: State
    reasons: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    recorded: bool = False


def verdict(survey: Survey, deal: DealFile, *, thorough: bool = False) -> Verdict:
    """Judge a deal; ``thorough`` reads its files rather than trusting their size and time of change.

    Raises ``WorkspaceError`` when the deal cannot be read.
    """
    path = str(deal.path)
    text = read_own(deal.path)
    if not deal.named and not is_deal(text):
        doubtful = resembles_a_deal(text, survey.library.schema.type.fields.keys())
        return Verdict(path, "", "doubtful" if doubtful else "aside")
    digest = text_digest(text)
    found = _ID.search(text)
    record = survey.record(found[1]) if found else None
    if record is None or record.text != digest:
        id_ = _id_in(path, text)
        record = survey.record(id_) if re.fullmatch(r"[a-z0-9][a-z0-9-]*", id_, re.ASCII) else None
        if record is None:
            reasons = ("new",) if not os.path.isdir(survey.job.folder / id_) or not id_ else ("built without a record",)
            return Verdict(path, id_, "new", reasons)
    return _judged(survey, path, digest, record, thorough)


def _id_in(path: str, text: str) -> str:
    source, _ = read_yaml(path, text)
    value = source.value if source is not None else None
    meta = value.get("meta") if isinstance(value, dict) else None
    name = meta.get("deal_id") if isinstance(meta, dict) else None
    return name if isinstance(name, str) else ""


def _judged(survey: Survey, path: str, digest: str, record: Record, thorough: bool) -> Verdict:
    reasons, edited = files_judged(survey.job.folder, record, thorough)
    if survey.job.prune and record.left:
        reasons.append("files of earlier packs are still there")
    if record.text != digest:
        reasons.append("the deal changed")
    folder, name = os.path.split(path)
    if record.name != name:
        reasons.append(f"the deal's file was named {record.name}" if record.name else "never finished")
    if record.beside != (beside := survey.beside(folder, record.profile, record.base)):
        reasons += _beside(record.beside, beside)
    if record.run != survey.run:
        reasons += _run(record.run, survey.run)
    review = False
    if record.library != survey.job.library:
        changed = survey.changed(record.library)
        if changed is None:
            reasons.append("the clauses of the library that it was built from are not known")
        else:
            heeds = set(record.heeds)
            used = record.used.split()
            nothing: frozenset[str] = frozenset()
            touched = [id_ for id_ in used if id_ in changed.fronts or changed.texts.get(id_, nothing) & heeds]
            reasons += [f"clause {id_} changed" for id_ in touched[:_MOST_NAMED]]
            if len(touched) > _MOST_NAMED:
                reasons.append(f"{len(touched) - _MOST_NAMED} more clauses changed")
            review = changed.choices
    state: State = "changed" if reasons else "review" if review else "unchanged"
    return Verdict(path, record.id, state, tuple(reasons), edited, True)


def _beside(old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[str]:
    names = ("the provider profile lies elsewhere", "the provider profile changed", "the base document changed")
    if len(old) != len(new):
        yield names[1]
    for before, now, name in zip(old, new, names, strict=False):
        if before != now:
            yield name


_SHARED: Final = {
    "program": "the program changed",
    "frame": "rules, facts, outlines or other shared files of the library changed",
    "office": "LibreOffice or the fonts changed",
}


def _run(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    options = []
    for name, now in new.items():
        if old.get(name) == now:
            continue
        if name == "proven":
            yield "the library is proven now" if now else "the library is no longer proven (clausier library prove)"
        elif name in _SHARED:
            yield _SHARED[name]
        elif name == "form" and isinstance(form := old.get(name), dict):
            options += [part for part in now if form.get(part) != now[part]]
        else:
            options.append(name)
    if options:
        yield f"another option: {', '.join(options).replace('_', ' ')}"


# ---- files


def files_judged(folder: Path, record: Record, thorough: bool) -> tuple[list[str], tuple[str, ...]]:
    """Why the files of a contract must be written again, and the names of those that somebody edited."""
    reasons = ["interrupted"] if record.coming else []
    edited = []
    place = os.path.join(folder, record.id)
    for file in record.files:
        state = _state(place, file, record, thorough)
        if state == "missing" and not record.coming:
            reasons.append(f"{file.name} is missing")
        elif state == "edited":
            edited.append(file.name)
    known = {file.name for file in record.files} | {file.name for file in record.left}
    for name, digest in record.coming.items():
        if name not in known and file_digest(os.path.join(place, name)) not in ("", digest):
            edited.append(name)
    return reasons, tuple(edited)


def _state(place: str, file: File, record: Record, thorough: bool) -> Literal["sound", "missing", "edited"]:
    path = os.path.join(place, file.name)
    stamp = stamp_of(path)
    if stamp is None:
        return "edited" if os.path.lexists(path) else "missing"
    if stamp == (file.size, file.time) and not thorough:
        return "sound"
    # A copy has another time and says the same; what a build was about to write is nobody's edit.
    return "sound" if file_digest(path) in (file.sha256, record.coming.get(file.name)) else "edited"
