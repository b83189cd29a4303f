"""Clausier as a library: check, draft, build, explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from generator import pipeline
from generator.diagnostics import Diagnostic, Report
from generator.folder_lock import sole_writer
from generator.pipeline import Draft, Options
from generator.rulings import judge
from generator.workspace import Workspace, write_all


@dataclass(frozen=True)
class BuildResult:
    """A draft and the files written for it; no file when the draft or one of ``findings`` is an error.

    ``findings`` are about LibreOffice: page numbers that are left out, a PDF that cannot be made.
    """

    draft: Draft
    files: tuple[Path, ...]
    findings: tuple[Diagnostic, ...] = ()


def draft(deal: str | PathLike[str], options: Options | None = None, workspace: Workspace | None = None) -> Draft:
    """Every stage of a deal, kept. Raises ``WorkspaceError`` when a file cannot be read."""
    return pipeline.draft(Path(deal), workspace, options)


def check(deal: str | PathLike[str], options: Options | None = None, workspace: Workspace | None = None) -> Draft:
    """The same as ``draft``: all stages, no file. The findings are in ``report``."""
    return draft(deal, options, workspace)


def report_in(draft: Draft, language: str | None) -> Report:
    """The findings of a draft with the messages of the rules in another language than the contract's."""
    if language is None or draft.library is None or draft.facts is None or draft.rulings is None:
        return draft.report
    replaced = set(draft.rulings.diagnostics)
    others = [finding for finding in draft.report.diagnostics if finding not in replaced]
    return Report.of((*others, *judge(draft.library, draft.facts, language).diagnostics))


def build(
    deal: str | PathLike[str],
    folder: str | PathLike[str],
    *,
    formats: Sequence[str] = ("docx",),
    bound: bool | None = None,
    redline_only: bool = False,
    carry_record: bool = True,
    page_numbers: bool = True,
    apart: Sequence[str] = (),
    fast: bool = False,
    options: Options | None = None,
    workspace: Workspace | None = None,
) -> BuildResult:
    """Write the pack of a deal into ``folder/<deal id>/``: all of its files, or none when the deal has an error.

    The rest is as in ``outputs.Form``.
    """
    from generator.office import libreoffice
    from generator.outputs import Form, laid_out

    made = draft(deal, options, workspace)
    if not made.complete or made.deal is None:
        return BuildResult(made, ())
    target = Path(folder) / made.deal.values["meta"]["deal_id"]
    files = []
    # Every file is made before the first is written: a failing writer leaves nothing behind.
    form = Form(tuple(formats), bound, redline_only, carry_record, page_numbers, tuple(apart), fast)
    with libreoffice() as office:
        printed, findings = laid_out(made, form, office)
    for output in printed:
        files.append((target / output.name, output.content))
    if files:
        with sole_writer(Path(folder)):
            write_all(dict(files))
    return BuildResult(made, tuple(path for path, _ in files), findings)


def explain(made: Draft, topic: str = "", language: str = "") -> str:
    """Why: the whole pack, or one slot, clause, number (``7.2``), fact or field of the deal."""
    from generator.explain import explanation

    return explanation(made, topic, language)
