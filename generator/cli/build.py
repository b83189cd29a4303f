"""``clausier build``: the contract pack of each deal, ``resolved.yaml`` and ``receipt.json``."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.cli import console, drafts
from generator.cli.drafts import DealRun, deal_id_of
from generator.diagnostics import Diagnostic, Report
from generator.workspace import WorkspaceError, read_own, shown_path

if TYPE_CHECKING:
    from generator.batch.survey import Survey
    from generator.office import Office
    from generator.outputs import Form
    from generator.pipeline import Draft, Options
    from generator.source import Source

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


def _refuse_unknown(documents: Sequence[str]) -> None:
    """Name a document that no outline of the library is: one that only this deal lacks is no mistake."""
    if not documents:
        return
    from generator.pipeline import library_of
    from generator.workspace import Workspace

    library, _ = library_of(Workspace.default())
    known = [outline.id for outline in library.outlines] if library is not None else list(documents)
    unknown = [name for name in documents if name not in known]
    if unknown:
        wrong = f"no document is named `{unknown[0]}`; known: {', '.join(known)}"
        raise click.BadParameter(wrong, param_hint="--apart")


@click.command("build", short_help="Write the contract pack of deals.")
@drafts.deals_argument
@click.option("-o", "--output", "folder", type=console.NamedPath(file_okay=False, path_type=Path), default="build",
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
@click.option("--fast", is_flag=True, help="Compress Word files less: sooner written, a quarter larger.")
@click.option("--overwrite", is_flag=True, help="Write over files that were edited by hand since they were built.")
@click.option("--plan", "only_plan", is_flag=True, help="Say what would be built and why, and write nothing.")
@click.option("--check", is_flag=True, help="Like --plan, with status 1 where anything is not as it should be.")
@click.option("--prune", is_flag=True, help="Remove the packs of deals that are gone, and files no longer part of one.")
@click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, metavar="N",
              help="So many processes of this machine.")  # fmt: skip
@click.option("--dask", default="", metavar="ADDRESS",
              help="The workers of a Dask scheduler (tcp://scheduler:8786), which share these folders.")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Show errors only; warnings and approvals are counted.")
@drafts.report_format_option
@drafts.as_of_option
@drafts.provider_option
@drafts.base_option
@drafts.messages_option
def command(
    deals: tuple[Path, ...], folder: Path, formats: tuple[str, ...], language: str, bound: bool | None,
    apart: tuple[str, ...], page_numbers: bool, redline_only: bool, carry_record: bool, fast: bool, overwrite: bool,
    only_plan: bool, check: bool, prune: bool, jobs: int, dask: str, quiet: bool, format_: str,
    as_of: str, provider: Path | None, base: Path | None, messages: str | None,
) -> None:  # fmt: skip
    """Write the contract pack of each DEAL into DIR/<deal id>/.

    Beside it stand resolved.yaml, every value and its origin, and receipt.json, the digests of deal, library and
    engine and of each clause. Word and PDF files carry both along, and the deal, unless --no-record says otherwise.

    The tables of contents of Word files get page numbers where LibreOffice is installed; pdf needs it. A PDF is made
    for archives (PDF/A-3b) and for screen readers (PDF/UA), and has the pages of the Word file.

    A deal with an error is not written; the other deals are. Files are written whole or not at all. A pack with a file
    that somebody edited since it was built is kept as it is, unless --overwrite is given.

    A folder stands for every deal in it and below. Deals of folders are planned first: what each contract gains, says
    otherwise and loses, and why. Then only those are built that this concerns. An interrupted build goes on where it
    was. Deals that are named are built whenever they are named, unless one of --plan, --check, --prune, --jobs and
    --dask is given. docs/scale.md tells more.

    \b
    Examples:
      clausier build contracts/dupont.yaml -o build
      clausier build contracts/dupont.yaml --to docx,html --lang fr+en
      clausier build contracts/dupont.yaml --to docx,pdf
      clausier build contracts/dupont.yaml --to docx,ics
      clausier build contracts/*.yaml -o build --bound
      clausier build contracts/dupont.yaml --bound --apart D20
      clausier build contracts/ -o build --plan
      clausier build contracts/ -o build --jobs 4 --no-pages
      clausier build contracts/ -o build --check
    """
    from generator.outputs import Form
    from generator.pipeline import Options

    options = Options(language, as_of, _full(provider), _full(base))
    form = Form(formats, bound, redline_only, carry_record, page_numbers, apart, fast)
    _refuse_unknown(apart)
    if only_plan or check or prune or jobs > 1 or dask or any(path.is_dir() for path in deals):
        from generator.cli import portfolio

        portfolio.build(portfolio.Request(
            deals, folder, form, options, only_plan, check, prune, overwrite, jobs, dask, messages, quiet,
            format_,
        ))  # fmt: skip
    paths = drafts.each_once(deals)
    clashes = _clashes(paths)
    runs: list[DealRun] = []
    shown = drafts.Findings(format_, errors_only=quiet)
    entries: list[dict[str, object]] = []
    failures: list[WorkspaceError] = []
    tried: dict[Path, WorkspaceError | None] = {}
    with _office(form) as office:
        writer = Writer(folder, form, options, office, overwrite=overwrite, nothing=bool(clashes))
        for path in paths:
            run = drafts.draft_deal(path, options, messages)
            if path in clashes:
                run = replace(run, report=Report.of((*run.report.diagnostics, clashes[path])))
            pack = writer.pack(run)
            if pack.failure is not None:
                failures.append(pack.failure)
            if format_ == "json":
                entries.append(_pack_json(pack))
            elif format_ not in {"sarif", "junit"}:
                _show(pack, shown)
            if pack.files or pack.failure is not None:
                tried[run.path] = pack.failure
            # Which rules a deal passed is told of each; other reports need nothing of its pack.
            runs.append(pack.run if format_ == "junit" else _slim(pack.run))
    if format_ == "json":
        console.out_json({"version": 1, "deals": entries})
    elif format_ == "sarif":
        console.out_json(drafts.sarif_of("build", runs, failures, errors_only=quiet))
    elif format_ == "junit":
        console.out_xml(drafts.junit_of("clausier build", runs, tried, errors_only=quiet))
    if failures:
        console.end(console.NOT_FINISHED)
    console.end(drafts.status_of(runs))


def _full(path: Path | None) -> Path | None:
    return path.absolute() if path is not None else None


def _slim(run: DealRun) -> DealRun:
    """A deal whose pack is written, without its pack: of many, only what they are reported with is held."""
    if run.draft is None:
        return run
    draft = replace(run.draft, deal=None, facts=None, rulings=None, plan=None, numbered={}, facing=None, house=None)
    return replace(run, draft=draft)


# ---- targets


def _clashes(paths: Sequence[Path]) -> dict[Path, Diagnostic]:
    """Deals that would be written into the folder of another one: with any, nothing is written at all."""
    from generator.batch.plan import shared_name
    from generator.source import read_yaml

    first: dict[str, Source] = {}
    found: dict[Path, Diagnostic] = {}
    for path in paths if len(paths) > 1 else ():
        try:
            source, _ = read_yaml(shown_path(path), read_own(path))
        except (WorkspaceError, OSError):
            continue
        meta = source.value.get("meta") if source is not None and isinstance(source.value, dict) else None
        name = meta.get("deal_id") if isinstance(meta, dict) else None
        if source is None or not isinstance(name, str) or not name:
            continue
        key = unicodedata.normalize("NFC", name).casefold()
        if key in first:
            found[path] = shared_name(name, source, first[key], "it is used here first", "nothing was written")
        else:
            first[key] = source
    return found


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


@dataclass
class Writer:
    """Writes the pack of one deal after the other; ``nothing`` where two deals would be written into one folder."""

    folder: Path
    form: Form
    options: Options
    office: Office | None
    overwrite: bool
    nothing: bool
    _survey: Survey | None = None
    _names: set[str] = field(default_factory=set)

    def pack(self, run: DealRun) -> Pack:
        draft = run.draft
        if draft is None or self.nothing:
            return Pack(run)
        name = deal_id_of(draft)
        if not draft.complete or draft.deal is None or run.report.has_errors:
            return Pack(self._with_stale(run, name, frozenset()))
        from generator.batch.make import edited_files, write_pack
        from generator.folder_lock import sole_writer
        from generator.outputs import laid_out

        if name.casefold() in self._names:
            # It had another name when the names were compared.
            refusal = WorkspaceError(run.file, "the deal was changed during the build", "build again")
            return Pack(run, (), refusal)
        self._names.add(name.casefold())
        target = self.folder / name
        # Every file is made before the first is written: a failing writer leaves nothing behind.
        made, findings = laid_out(draft, self.form, self.office)
        run = _with(run, findings)
        if not made:
            return Pack(self._with_stale(run, name, frozenset()))
        try:
            with sole_writer(self.folder):
                edited = write_pack(self._surveyed(draft), draft, str(run.path), made)
        except WorkspaceError as failure:
            return Pack(self._with_stale(run, name, frozenset()), (), failure)
        if edited:
            return Pack(_with(run, (edited_files(self.folder, name, edited),)))
        files = tuple((target / output.name, output.parts) for output in made)
        return Pack(self._with_stale(run, name, frozenset(path.name for path, _ in files)), files)

    def _surveyed(self, draft: Draft) -> Survey:
        """What the records of all deals of this build share."""
        if self._survey is None:
            from generator.batch.survey import Survey, job_of

            assert draft.library is not None
            job = job_of(draft.library, self.folder, self.form, self.options, self.office, overwrite=self.overwrite)
            self._survey = Survey(job, draft.library)
        return self._survey

    def _with_stale(self, run: DealRun, name: str, written: frozenset[str]) -> DealRun:
        from generator.batch.make import stale_files

        return _with(run, stale_files(self.folder, name, written))


def _with(run: DealRun, findings: Sequence[Diagnostic]) -> DealRun:
    return replace(run, report=Report.of((*run.report.diagnostics, *findings)))


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
