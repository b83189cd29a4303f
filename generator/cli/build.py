"""``clausier build``: the contract pack of each deal, ``resolved.yaml`` and ``receipt.json``."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli import console, drafts
from generator.cli.drafts import DealRun, deal_id_of
from generator.diagnostics import Diagnostic, Note, Report, Severity
from generator.workspace import WorkspaceError, is_link, shown_path, write_all

if TYPE_CHECKING:
    from generator.office import Office
    from generator.outputs import Form
    from generator.pipeline import Draft

# The files that a person reads, the first to be opened first.
_READ_FIRST = (".docx", ".pdf", ".html", ".md", ".ics", ".json")


def _formats(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    from generator.outputs import FORMATS

    names = tuple(dict.fromkeys(name.strip().lower() for name in value.split(",") if name.strip()))
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        wrong = f"`{unknown[0]}` is not a format" if unknown else "no format is named"
        raise click.BadParameter(f"{wrong}; known: {', '.join(FORMATS)}")
    return names


def _names(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))


def _refuse_unknown(documents: Sequence[str], runs: Sequence[DealRun]) -> None:
    """Name a document that no outline of the library is: one that only this deal lacks is no mistake."""
    library = next((run.draft.library for run in runs if run.draft is not None and run.draft.library is not None), None)
    known = [outline.id for outline in library.outlines] if library is not None else list(documents)
    unknown = [name for name in documents if name not in known]
    if unknown:
        wrong = f"no document is named `{unknown[0]}`; known: {', '.join(known)}"
        raise click.BadParameter(wrong, param_hint="--apart")


@click.command("build", short_help="Write the contract pack of deals.")
@drafts.deals_argument
@click.option("-o", "--output", "folder", type=click.Path(file_okay=False, path_type=Path), default="build",
              show_default=True, metavar="DIR", help="Folder of the packs; each deal has its own in it.")  # fmt: skip
@click.option("--to", "formats", default="docx", show_default=True, callback=_formats, metavar="FORMATS",
              help="Formats to write, with commas: docx, pdf, md, html, json, ics. Ics is a calendar.")  # fmt: skip
@drafts.language_option
@click.option("--bound/--no-bound", default=None,
              help="One file for the pack, or one a document. Without it: as usual for its segment.")  # fmt: skip
@click.option("--apart", default="", metavar="DOCUMENTS", callback=_names,
              help="Documents that get a file of their own beside a bound pack, with commas: D20.")  # fmt: skip
@click.option("--pages/--no-pages", "page_numbers", default=True, show_default=True, envvar="CLAUSIER_PAGES",
              show_envvar=True, help="Have LibreOffice find the page numbers of the tables of contents.")  # fmt: skip
@click.option("--redline-only", is_flag=True,
              help="Word files in which every edit is recorded as a tracked change.")  # fmt: skip
@click.option("--record/--no-record", "carry_record", default=True, show_default=True,
              help="Carry the deal, resolved.yaml and the receipt inside each file.")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Show errors only; warnings and approvals are counted.")
@drafts.report_format_option
@drafts.as_of_option
@drafts.provider_option
@drafts.base_option
@drafts.messages_option
def command(
    deals: tuple[Path, ...], folder: Path, formats: tuple[str, ...], language: str, bound: bool | None,
    apart: tuple[str, ...], page_numbers: bool, redline_only: bool, carry_record: bool, quiet: bool, format_: str,
    as_of: str, provider: Path | None, base: Path | None, messages: str | None,
) -> None:  # fmt: skip
    """Write the contract pack of each DEAL into DIR/<deal id>/.

    Beside it stand resolved.yaml, every value and its origin, and receipt.json, the digests of deal, library and
    engine and of each clause. Word and PDF files carry both along, and the deal, unless --no-record says otherwise.

    The tables of contents of Word files get page numbers where LibreOffice is installed; pdf needs it. A PDF is made
    for archives (PDF/A-3b) and for screen readers (PDF/UA), and has the pages of the Word file.

    A deal with an error is not written; the other deals are. Files are written whole or not at all.

    \b
    Examples:
      clausier build contracts/dupont.yaml -o build
      clausier build contracts/dupont.yaml --to docx,html --lang fr+en
      clausier build contracts/dupont.yaml --to docx,pdf
      clausier build contracts/dupont.yaml --to docx,ics
      clausier build contracts/*.yaml -o build --bound
      clausier build contracts/dupont.yaml --bound --apart D20
    """
    runs = drafts.draft_deals(deals, language, as_of, provider, messages, base)
    runs, clash = _refuse_shared_targets(runs)
    from generator.outputs import Form

    _refuse_unknown(apart, runs)
    form = Form(formats, bound, redline_only, carry_record, page_numbers, apart)
    with _office(form) as office:
        packs = [_pack(run, folder, form, office, clash) for run in runs]
    if format_ == "json":
        console.out_json({"version": 1, "deals": [_pack_json(pack) for pack in packs]})
    elif format_ == "sarif":
        failures = [pack.failure for pack in packs if pack.failure is not None]
        console.out_json(drafts.sarif_of("build", [pack.run for pack in packs], failures, errors_only=quiet))
    elif format_ == "junit":
        tried = {pack.run.path: pack.failure for pack in packs if pack.files or pack.failure is not None}
        console.out_xml(drafts.junit_of("clausier build", [pack.run for pack in packs], tried, errors_only=quiet))
    else:
        shown = drafts.Findings(format_, errors_only=quiet)
        for pack in packs:
            _show(pack, shown)
    if any(pack.failure is not None for pack in packs):
        console.end(console.NOT_FINISHED)
    console.end(drafts.status_of([pack.run for pack in packs]))


# ---- targets


def _refuse_shared_targets(runs: Sequence[DealRun]) -> tuple[tuple[DealRun, ...], bool]:
    """Two deals that would be written into one folder: a finding on the later one, and nothing is written at all."""
    first: dict[str, Draft] = {}
    checked: list[DealRun] = []
    clash = False
    for run in runs:
        checked.append(run)
        if run.draft is None:
            continue
        name = deal_id_of(run.draft)
        key = unicodedata.normalize("NFC", name).casefold()
        if key in first:
            clash = True
            shared = _shared(name, run.draft, first[key])
            checked[-1] = replace(run, report=Report.of((*run.report.diagnostics, shared)))
        elif key:
            first[key] = run.draft
    return tuple(checked), clash


def _shared(name: str, draft: Draft, other: Draft) -> Diagnostic:
    path = ("meta", "deal_id")
    notes = (Note("it is used here first", other.source.span(path)),) if other.source is not None else ()
    span = draft.source.span(path) if draft.source is not None else None
    message = f"two deals are named `{name}` and would be written into one folder"
    help_ = "give each deal its own `meta.deal_id`; nothing was written"
    return Diagnostic("same-deal-id", Severity.ERROR, message, span, help_, notes)


# ---- packs


@dataclass(frozen=True)
class Pack:
    """What became of a deal: the files that were written, or the reason why the disk refused."""

    run: DealRun
    files: tuple[tuple[Path, tuple[str, ...]], ...] = ()
    failure: WorkspaceError | None = None

    @property
    def open_first(self) -> Path | None:
        ranked = [(_READ_FIRST.index(path.suffix), index, path) for index, (path, _) in enumerate(self.files)
                  if path.suffix in _READ_FIRST]  # fmt: skip
        return min(ranked)[2] if ranked else None


@contextmanager
def _office(form: Form) -> Iterator[Office | None]:
    """The LibreOffice of this machine, where the formats need it; it is not even started for the others."""
    if not {"docx", "pdf"} & set(form.formats):
        yield None
        return
    from generator.office import libreoffice

    with libreoffice() as office:
        yield office


def _pack(run: DealRun, folder: Path, form: Form, office: Office | None, clash: bool) -> Pack:
    draft = run.draft
    if draft is None or clash:
        return Pack(run)
    name = deal_id_of(draft)
    if not draft.complete or draft.deal is None or run.report.has_errors:
        return Pack(_with_stale(run, folder, name, frozenset()))
    from generator.outputs import laid_out

    target = folder / name
    # Every file is made before the first is written: a failing writer leaves nothing behind.
    made, findings = laid_out(draft, form, office)
    run = replace(run, report=Report.of((*run.report.diagnostics, *findings)))
    if not made:
        return Pack(_with_stale(run, folder, name, frozenset()))
    try:
        if is_link(target):
            raise WorkspaceError(str(target), "the target is a link", "remove it or choose another folder")
        write_all({target / output.name: output.content for output in made})
    except WorkspaceError as failure:
        return Pack(_with_stale(run, folder, name, frozenset()), (), failure)
    files = tuple((target / output.name, output.parts) for output in made)
    return Pack(_with_stale(run, folder, name, frozenset(path.name for path, _ in files)), files)


def _with_stale(run: DealRun, folder: Path, name: str, written: frozenset[str]) -> DealRun:
    """Name the files of an earlier build of the deal that this one did not write: they may say something else."""
    stale = _stale_files(folder, name, written)
    if not stale:
        return run
    one = len(stale) == 1
    message = f"{len(stale)} {'file' if one else 'files'} of an earlier build of this deal " + (
        f"{'is' if one else 'are'} not part of this pack" if written else f"{'is' if one else 'are'} still there"
    )
    help_ = f"do not send {'it' if one else 'them'}; remove {'it' if one else 'them'} or build into another folder"
    notes = tuple(Note(shown_path(path)) for path in stale)
    found = Diagnostic("stale-file", Severity.WARNING, message, None, help_, notes, file=shown_path(folder / name))
    return replace(run, report=Report.of((*run.report.diagnostics, found)))


def _stale_files(folder: Path, name: str, written: frozenset[str]) -> tuple[Path, ...]:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name, re.ASCII):
        return ()
    packed = rf"{name}(?:-[A-Z][0-9]+[A-Z]?(?:-[0-9]+)?-[a-z0-9-]*)?\.(?:fr|en|fr\+en)\.[a-z]+"
    ours = re.compile(rf"{packed}|resolved\.yaml|receipt\.json", re.ASCII)
    try:
        names = sorted(os.listdir(folder / name))
    except OSError:
        return ()
    return tuple(folder / name / file for file in names if ours.fullmatch(file) and file not in written)


# ---- report


def _show(pack: Pack, shown: drafts.Findings) -> None:
    run = pack.run
    if not pack.files and pack.failure is None:
        shown.run(run, "not built")
        return
    shown.show(run.report)
    for path, parts in pack.files:
        held = f"  ({', '.join(parts)})" if parts else ""
        shown.line(f"wrote {console.visible(shown_path(path))}{held}")
    if pack.failure is not None:
        shown.refusal(pack.failure)
        shown.line(f"not finished {console.visible(run.file)}: the pack is not whole")
        return
    from generator.cli.findings import tally

    shown.line(f"built {console.visible(run.file)}: {len(pack.files)} files, {tally(run.report)}")
    if pack.open_first is not None:
        shown.line(f"open first: {console.visible(shown_path(pack.open_first))}")


def _pack_json(pack: Pack) -> dict[str, object]:
    shown = drafts.run_json(pack.run)
    shown["files"] = [{"path": shown_path(path), "parts": list(parts)} for path, parts in pack.files]
    shown["open_first"] = shown_path(pack.open_first) if pack.open_first is not None else None
    if pack.failure is not None:
        failed = pack.failure
        shown["not_written"] = {"file": failed.file, "reason": failed.reason, "remedy": failed.remedy}
    return shown
