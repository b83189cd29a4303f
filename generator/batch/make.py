"""One pack written, with its record: so that a build that is killed at any moment is known to have been."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.api import report_in
from generator.batch.changes import Change, changes, details_of, places_of
from generator.batch.judge import Verdict, files_judged
from generator.batch.records import (
    FOLDER,
    Details,
    File,
    Record,
    keep_contents,
    read_details,
    read_record,
    record_path,
    record_text,
    refuse_linked,
)
from generator.batch.survey import Survey
from generator.diagnostics import Diagnostic, Note, Report, Severity
from generator.office import Office
from generator.outputs import Output, laid_out
from generator.parts import sweep
from generator.pipeline import Draft, draft_of, plan_of
from generator.workspace import (
    WorkspaceError,
    file_digest,
    is_link,
    read_own,
    refuse_targets,
    remove_files,
    remove_folder,
    shown_path,
    stamp_of,
    write_all,
    write_whole,
)


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a deal. ``files`` are those of its pack with the documents that each holds.

    ``state``: ``built``; ``changed`` or ``new``, where only the plan was asked for; ``unchanged``; ``error``, with
    findings that say why; ``edited``, where somebody edited a file that would be written; ``failed`` with the file, the
    reason and the remedy of what the system refused.
    """

    path: str
    id: str
    state: str
    report: Report = field(default_factory=Report)
    changes: tuple[Change, ...] = ()
    files: tuple[tuple[str, tuple[str, ...]], ...] = ()
    failure: tuple[str, str, str] | None = None


def planned(survey: Survey, judged: Verdict, *, record: bool) -> Made:
    """What building this deal would change; ``record`` notes it where that is nothing at all."""
    path = Path(judged.path)
    library, options = survey.library, survey.job.options
    text = read_own(path)
    if judged.state == "review" and _as_before(survey, judged, path, text):
        if record:
            before = read_record(survey.job.folder, judged.id)
            assert before is not None
            _note(survey, replace(before, library=survey.job.library), read_details(survey.job.folder, judged.id))
        return Made(judged.path, judged.id, "unchanged")
    draft = draft_of(library, survey.job.workspace, shown_path(path), text, path.parent, options)
    if not draft.complete:
        return Made(judged.path, judged.id, "error", report_in(draft, survey.job.messages))
    told = changes(read_details(survey.job.folder, judged.id), details_of(draft), draft) if judged.recorded else ()
    return Made(judged.path, judged.id, "changed" if judged.recorded else "new", draft.report, told)


def _as_before(survey: Survey, judged: Verdict, path: Path, text: str) -> bool:
    """Whether a deal chooses the clauses that it was built with.

    Of a deal whose clauses say the same, in a library whose frame is the same, nothing else can have changed.
    """
    plan = plan_of(survey.library, judged.path, text, path.parent, survey.job.options)
    return plan is not None and places_of(plan) == read_details(survey.job.folder, judged.id).get("places")


def made(survey: Survey, judged: Verdict, office: Office | None) -> Made:
    """Build a deal. The draft is gone when this returns: what is left of it are its findings."""
    path = Path(judged.path)
    try:
        text = read_own(path)
        draft = draft_of(
            survey.library, survey.job.workspace, shown_path(path), text, path.parent, survey.job.options
        )  # fmt: skip
        if not draft.complete or draft.deal is None:
            return Made(judged.path, judged.id, "error", report_in(draft, survey.job.messages))
        name = draft.deal.values["meta"]["deal_id"]
        if name != judged.id:
            raise WorkspaceError(judged.path, "the deal was changed during the build", "build again")
        outputs, found = laid_out(draft, survey.job.form, office)
        report = Report.of((*report_in(draft, survey.job.messages).diagnostics, *found))
        if not outputs:
            return Made(judged.path, name, "error", report)
        edited = write_pack(survey, draft, judged.path, outputs)
    except WorkspaceError as refusal:
        return Made(judged.path, judged.id, "failed", failure=(refusal.file, refusal.reason, refusal.remedy))
    if edited:
        found_edited = edited_files(survey.job.folder, name, edited)
        return Made(judged.path, name, "edited", Report.of((*report.diagnostics, found_edited)))
    stale = stale_files(survey.job.folder, name, frozenset(output.name for output in outputs))
    report = Report.of((*report.diagnostics, *stale))
    target = survey.job.folder / name
    return Made(
        judged.path, name, "built", report, (), tuple((str(target / one.name), one.parts) for one in outputs)
    )  # fmt: skip


def write_pack(survey: Survey, draft: Draft, path: str, outputs: Sequence[Output]) -> tuple[str, ...]:
    """Write the files of a pack and its record. Where somebody edited files that would be written over, nothing is
    written, and these are their names. Raises ``WorkspaceError``.
    """
    job = survey.job
    record = survey.recorded(draft, path)
    target = job.folder / record.id
    before = read_record(job.folder, record.id)
    digests = {output.name: hashlib.sha256(output.content).hexdigest() for output in outputs}
    edited = _edited(target, before, digests)
    if edited and not job.overwrite:
        return edited
    if is_link(target):
        raise WorkspaceError(str(target), "the target is a link", "remove it or choose another folder")
    refuse_linked(target.parent)
    # Before anything is noted: what cannot be written at all is no interrupted build.
    refuse_targets(target / output.name for output in outputs)
    keep_contents(job.folder, job.library, survey.library.contents)
    # What is about to be written is noted first: no file that a killed build leaves is taken for somebody's edit.
    there = _there(target, before, digests)
    pending = replace(before or Record(record.id, record.deal), files=there, left=(), coming=digests)
    _note(survey, pending, read_details(job.folder, record.id))
    write_all({target / output.name: output.content for output in outputs})
    left = tuple(file for file in there if file.name not in digests)
    if left and job.prune:
        kept = [file for file in left if file_digest(str(target / file.name)) != file.sha256]
        remove_files(target / file.name for file in left if file not in kept)
        left = tuple(kept)
    files = tuple(
        File(name, *(stamp_of(str(target / name)) or (0, 0)), digest) for name, digest in digests.items()
    )  # fmt: skip
    _note(survey, replace(record, files=files, left=left), details_of(draft))
    return ()


def _note(survey: Survey, record: Record, details: Details) -> None:
    # Also where a killed build had written all of a pack, so that nothing of it is written again.
    sweep(str(survey.job.folder / record.id))
    write_whole(record_path(survey.job.folder, record.id), record_text(record, details), swept=True)


def _there(target: Path, before: Record | None, digests: dict[str, str]) -> tuple[File, ...]:
    """The files that lie there before a pack is written: those that it replaces as they are, the others as recorded."""
    recorded = {file.name: file for file in (*before.files, *before.left)} if before is not None else {}
    coming = before.coming if before is not None else {}
    found = []
    for name in dict.fromkeys((*recorded, *coming, *digests)):
        stamp = stamp_of(str(target / name))
        if stamp is None:
            continue
        if name in recorded and (name not in digests or stamp == (recorded[name].size, recorded[name].time)):
            found.append(recorded[name])
        else:
            found.append(File(name, *stamp, file_digest(str(target / name)) if name in digests else coming[name]))
    return tuple(found)


def _edited(target: Path, before: Record | None, digests: dict[str, str]) -> tuple[str, ...]:
    """The files that would be written over what somebody wrote since the last build."""
    if before is None:
        return ()
    edited = set(files_judged(target.parent, before, False)[1])
    known = {file.name for file in (*before.files, *before.left)} | before.coming.keys()
    for file in before.left:
        if file_digest(str(target / file.name)) not in ("", file.sha256, before.coming.get(file.name)):
            edited.add(file.name)
    strange = (name for name in digests if name not in known and os.path.isfile(target / name))
    edited |= {name for name in strange if file_digest(str(target / name)) != digests[name]}
    return tuple(name for name in digests if name in edited)


# ---- findings


def edited_files(folder: Path, name: str, edited: Sequence[str], *, kept: bool = False) -> Diagnostic:
    """Somebody edited files since they were built; ``kept`` where nothing about the deal asks for new ones."""
    one = len(edited) == 1
    message = f"{len(edited)} {'file' if one else 'files'} of this pack {'was' if one else 'were'} edited since"
    help_ = (
        f"keep {'it' if one else 'them'} under another name or in another folder, or build with --overwrite "
        "to have the contract that the deal asks for"
    )
    notes = tuple(Note(shown_path(folder / name / file)) for file in edited)
    severity = Severity.WARNING if kept else Severity.ERROR
    return Diagnostic("edited-file", severity, message, None, help_, notes, file=shown_path(folder / name))


def stale_files(folder: Path, name: str, written: frozenset[str]) -> tuple[Diagnostic, ...]:
    """Files of an earlier build of the deal that the last one did not write: they may say something else."""
    stale = _stale(folder, name, written)
    if not stale:
        return ()
    one = len(stale) == 1
    message = f"{len(stale)} {'file' if one else 'files'} of an earlier build of this deal " + (
        f"{'is' if one else 'are'} not part of this pack" if written else f"{'is' if one else 'are'} still there"
    )
    help_ = f"do not send {'it' if one else 'them'}; remove {'it' if one else 'them'} or build into another folder"
    notes = tuple(Note(shown_path(path)) for path in stale)
    shown = shown_path(folder / name)
    return (Diagnostic("stale-file", Severity.WARNING, message, None, help_, notes, file=shown),)


def _stale(folder: Path, name: str, written: frozenset[str]) -> tuple[Path, ...]:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name, re.ASCII):
        return ()
    packed = rf"{name}(?:-[A-Z][0-9]+[A-Z]?(?:-[0-9]+)?-[a-z0-9-]*)?\.(?:fr|en|fr\+en)\.[a-z]+"
    ours = re.compile(rf"{packed}|resolved\.yaml|receipt\.json", re.ASCII)
    try:
        names = sorted(os.listdir(folder / name))
    except OSError:
        return ()
    return tuple(folder / name / file for file in names if ours.fullmatch(file) and file not in written)


# ---- packs whose deals are gone


def pruned(folder: Path, record: Record) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Remove the pack of a deal that is gone; the names of files that were removed, and of those that were edited and
    are kept, with their record. Raises ``WorkspaceError``."""
    target = folder / record.id
    there = [file for file in (*record.files, *record.left) if stamp_of(str(target / file.name)) is not None]
    own = [
        file for file in there if file_digest(str(target / file.name)) in (file.sha256, record.coming.get(file.name))
    ]
    kept = tuple(file.name for file in there if file not in own)
    sweep(str(target))
    remove_files(target / file.name for file in own)
    if not kept:
        remove_folder(target)
        remove_files((record_path(folder, record.id),))
    return tuple(file.name for file in own), kept


def recorded_ids(folder: Path) -> tuple[str, ...]:
    """The deals that have a record, sorted."""
    place = folder / FOLDER
    names = sorted(os.listdir(place)) if place.is_dir() else []
    return tuple(name.removesuffix(".jsonl") for name in names if name.endswith(".jsonl"))
