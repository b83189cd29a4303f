"""``clausier build`` for folders of deals: the plan, then the build, and how far it has come."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import click

from generator.batch import work
from generator.batch.changes import Change
from generator.batch.deals import DealFile, deal_files
from generator.batch.judge import Verdict
from generator.batch.make import Made, edited_files, pruned
from generator.batch.plan import Plan, plan_deals
from generator.batch.records import Record, keep_contents
from generator.batch.survey import Differs, Job, Survey, job_of
from generator.cli import console, drafts, junit
from generator.cli.checkout import checkout_path
from generator.cli.findings import Json, as_json, tally
from generator.diagnostics import Diagnostic, Report, Severity
from generator.folder_lock import sole_writer
from generator.office import libreoffice
from generator.outputs import Form
from generator.pipeline import Options, library_of
from generator.workspace import Workspace, WorkspaceError, shown_path

# Before a build no more contracts than these are drafted for the details of the plan: nobody reads on.
DETAILED = 200
_TASKS = {True: work.review_batch, False: work.plan_batch}


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line."""

    deals: tuple[Path, ...]
    folder: Path
    form: Form
    options: Options
    only_plan: bool
    check: bool
    prune: bool
    overwrite: bool
    jobs: int
    dask: str
    messages: str | None
    quiet: bool
    format_: str

    @property
    def writes(self) -> bool:
        return not (self.only_plan or self.check)


def build(request: Request) -> NoReturn:
    """Plan, and build unless only the plan was asked for. Ends the command."""
    workspace = Workspace.default()
    library, found = library_of(workspace)
    if library is None:
        drafts.Findings(request.format_).show(Report.of(found))
        console.err("the clause library has errors, no deal was read")
        console.end(console.FINDINGS)
    with libreoffice() as office:
        job = job_of(
            library, request.folder.absolute(), request.form, request.options, office,
            messages=request.messages, overwrite=request.overwrite, prune=request.prune,
        )  # fmt: skip
    survey = Survey(job, library)
    guard: AbstractContextManager[None] = sole_writer(job.folder) if request.writes else nullcontext()
    try:
        with guard, _workers(request) as workers:
            if request.writes:
                keep_contents(job.folder, job.library, library.contents)
            status = _Build(request, job, survey, workers).run()
    except (Differs, work.WorkersLost) as error:
        console.err(f"error: {console.visible(str(error))}")
        console.err("   = help: what was built is kept; put this right and build again")
        status = console.NOT_FINISHED
    console.end(status)


def _workers(request: Request) -> AbstractContextManager[work.Workers]:
    if request.dask:
        return work.cluster(request.dask)
    return work.processes(request.jobs) if request.jobs > 1 else work.serial()


class _Build:
    """One run over a portfolio, stage by stage, and what it says on the way."""

    def __init__(self, request: Request, job: Job, survey: Survey, workers: work.Workers) -> None:
        self.request, self.job, self.survey, self.workers = request, job, survey, workers
        self.shown = drafts.Findings(request.format_)
        self.by_file: dict[str, Json] = {}
        self.refusals: list[WorkspaceError] = []
        self.said: set[Diagnostic] = set()
        self.counts = dict.fromkeys(
            ("added", "changed", "removed", "errors", "edited", "not finished", "unreadable"), 0
        )
        self.notes = dict.fromkeys(Severity, 0)
        self.suites: list[junit.Suite] = []

    def run(self) -> int:
        """The exit status."""
        deals = (DealFile(deal.path.absolute(), deal.named) for deal in deal_files(self.request.deals))
        plan = plan_deals(self.survey, deals, thorough=self.request.check)
        self._plan(plan)
        stale = bool(plan.todo or plan.blocked or plan.kept or plan.wrong or plan.gone)
        if self.request.writes:
            self._build(plan)
            self._summary(plan)
        self._report(stale)
        return self._status(stale)

    # ---- the plan

    def _plan(self, plan: Plan) -> None:
        for path in plan.doubtful:
            self._note(f"left aside {_file(path)}: it has groups of a deal and no `meta`")
        for made in plan.wrong:
            self._wrong(made)
        for judged in plan.kept:
            self._entry("!", judged, "edited", ("kept as edited",))
            self._found(Report.of((edited_files(self.job.folder, judged.id, judged.edited, kept=True),)))
        for judged in plan.blocked:
            self._entry("!", judged, "edited", judged.reasons)
            self.counts["edited"] += 1
            self._found(Report.of((edited_files(self.job.folder, judged.id, judged.edited),)))
        wanted = [judged for judged in plan.todo if self._looked_at(judged)]
        detailed = wanted if not self.request.writes else [
            *(judged for judged in wanted if judged.state == "review"),
            *[judged for judged in wanted if judged.state != "review"][:DETAILED],
        ]  # fmt: skip
        rest = {judged.path for judged in plan.todo} - {judged.path for judged in detailed}
        keep: list[Verdict] = []
        results = self.workers.run(_TASKS[self.request.writes], self.job, detailed)
        for judged, made in zip(detailed, self._shown(results, len(detailed), "planned"), strict=True):
            self._planned(plan, keep, judged, made)
        for judged in plan.todo:
            if judged.path in rest:
                keep.append(judged)
                self._entry("+" if judged.state == "new" else "~", judged, _ACTIONS[judged.state], judged.reasons)
        plan.todo = sorted(keep, key=lambda judged: judged.path)
        for record in plan.gone:
            self._gone(record)
        adds = sum(judged.state == "new" for judged in plan.todo)
        parts = {
            "to add": adds, "to change": len(plan.todo) - adds,
            "to remove": len(plan.gone) if self.request.prune else 0,
            "with errors": self.counts["errors"], "unreadable": self.counts["unreadable"],
            "edited by hand": len(plan.kept) + len(plan.blocked),
            "without a deal": 0 if self.request.prune else len(plan.gone),
        }  # fmt: skip
        self.totals = {**parts, "unchanged": plan.unchanged}
        self._say(f"Plan: {_counted(parts, ('to add', 'to change'))}, {plan.unchanged:,} unchanged")

    def _looked_at(self, judged: Verdict) -> bool:
        """Whether a plan has anything to say of a deal that takes a draft: of a new one, errors."""
        return judged.state == "review" or judged.recorded or not self.request.writes

    def _planned(self, plan: Plan, keep: list[Verdict], judged: Verdict, made: Made) -> None:
        if made.state == "unchanged":
            plan.unchanged += 1
            return
        if made.state in ("error", "failed"):
            self._wrong(made)
            return
        keep.append(judged)
        reasons = judged.reasons or ("the library chooses other clauses",)
        self._entry("+" if judged.state == "new" else "~", judged, _ACTIONS[judged.state], reasons, made.changes)

    def _gone(self, record: Record) -> None:
        path = os.path.normpath(os.path.join(self.job.folder, record.deal))
        judged = Verdict(path, record.id, "changed")
        remedy = "its deal is gone" if self.request.prune else "its deal is gone; --prune removes its files"
        self._entry("-", judged, "remove" if self.request.prune else "gone", (remedy,))

    # ---- the build

    def _build(self, plan: Plan) -> None:
        results = self.workers.run(work.build_batch, self.job, plan.todo)
        for judged, made in zip(plan.todo, self._shown(results, len(plan.todo), "built"), strict=True):
            if made.state == "built":
                self.counts["added" if judged.state == "new" else "changed"] += 1
                self._found(made.report)
                for finding in made.report.diagnostics:
                    self.notes[finding.severity] += 1
                files = [{"path": _file(path), "parts": list(parts)} for path, parts in made.files]
                self._listed(made.path, files=files)
                self._tested(made.path, junit.Case("built"), *junit.cases_of(made.report))
            else:
                self._wrong(made)
        if self.request.prune:
            for record in plan.gone:
                self._prune(record)

    def _prune(self, record: Record) -> None:
        try:
            removed, kept = pruned(self.job.folder, record)
        except WorkspaceError as refusal:
            self.counts["not finished"] += 1
            self._refused(refusal)
            return
        self.counts["removed"] += not kept
        self._note(f"removed {len(removed)} files of {record.id}")
        if kept:
            self._found(Report.of((edited_files(self.job.folder, record.id, kept, kept=True),)))

    def _summary(self, plan: Plan) -> None:
        counted = _counted(self.counts, ("added", "changed"))
        self._say(f"Built: {counted}, {plan.unchanged:,} unchanged, in {_file(self.job.folder)}")
        shown = ", ".join(f"{count:,} {severity.value}s" for severity, count in self.notes.items() if count)
        if shown:
            self._note(f"of what was built: {shown} (`clausier check` shows them)")

    # ---- what is said

    def _entry(
        self, sign: str, judged: Verdict, action: str, reasons: Sequence[str], changes: Sequence[Change] = ()
    ) -> None:
        for line in (f"{sign} {judged.id or '?'}  {_file(judged.path)}  ({'; '.join(reasons)})", *(
            f"    {change.line}" for change in changes
        )):  # fmt: skip
            self._note(line)
        told = [{"sign": one.sign, "what": one.what, "number": one.number, "name": one.name, "said": one.said,
                 "because": one.because} for one in changes]  # fmt: skip
        self._listed(judged.path, deal_id=judged.id, action=action, reasons=list(reasons), changes=told)
        if not self.request.writes:
            said = f"{action}: {'; '.join(reasons)}"
            text = "\n".join((said, *(change.line for change in changes)))
            outcome: junit.Outcome = "failure" if self.request.check else "skipped"
            self._tested(judged.path, junit.Case("up-to-date", _file(judged.path), 0, outcome, said, text))

    def _listed(self, path: str, **told: Any) -> None:
        """Note what JSON says of a deal; the other formats have said it and hold nothing."""
        if self.request.format_ == "json":
            self.by_file.setdefault(path, {"file": _file(path)}).update(told)

    def _tested(self, path: str, *cases: junit.Case) -> None:
        """Note what JUnit says of a deal."""
        if self.request.format_ == "junit":
            self.suites.append(junit.Suite(checkout_path(_file(path)), cases))

    def _wrong(self, made: Made) -> None:
        """A deal that cannot be built: its findings in full, and its old files stay."""
        if made.failure is not None:
            self.counts["unreadable" if made.state == "unreadable" else "not finished"] += 1
            file, reason, remedy = made.failure
            refusal = WorkspaceError(_file(file), reason, remedy)
            self._refused(refusal)
            self._tested(made.path, junit.refused("built", refusal))
            why = "unreadable" if made.state == "unreadable" else "not_written"
            self._listed(made.path, **{why: {"file": refusal.file, "reason": reason, "remedy": remedy}})
        else:
            self.counts["edited" if made.state == "edited" else "errors"] += 1
            self._found(made.report)
            self.shown.line(f"not built {console.visible(_file(made.path))}: {tally(made.report)}")
            self._tested(made.path, *junit.cases_of(made.report))
        found = [as_json(one) for one in made.report.diagnostics]
        self._listed(made.path, deal_id=made.id or None, action="none", state=made.state, findings=found)

    def _found(self, report: Report) -> None:
        """Errors, and what no line of a deal is to blame for; the rest is counted."""
        for finding in report.diagnostics:
            if (finding.is_error or finding.span is None) and finding not in self.said:
                self.said.add(finding)
                self.shown.show(Report.of((finding,)))

    def _refused(self, refusal: WorkspaceError) -> None:
        self.refusals.append(refusal)
        self.shown.refusal(refusal)

    def _say(self, text: str) -> None:
        self.shown.line(text)

    def _note(self, text: str) -> None:
        if not self.request.quiet:
            self.shown.line(console.visible(text))

    def _shown(self, results: Iterator[Made], total: int, verb: str) -> Iterator[Made]:
        """The results as they come, and how many there are: a bar on a terminal, a line now and then elsewhere."""
        if self.request.quiet or self.request.format_ not in ("text", "github") or not total:
            yield from results
            return
        if sys.stderr.isatty():
            with click.progressbar(results, length=total, label=verb, file=sys.stderr) as bar:
                yield from bar
            return
        step = max(50, total // 20)
        for number, made in enumerate(results, 1):
            yield made
            if number % step == 0 and number < total:
                console.err(f"{verb} {number:,} of {total:,}")

    def _report(self, stale: bool) -> None:
        if self.request.format_ == "json":
            shown: Json = {"version": 1, "plan": self.totals, "deals": list(self.by_file.values())}
            if self.request.writes:
                shown["built"] = self.counts
            refused = [{"file": one.file, "reason": one.reason, "remedy": one.remedy} for one in self.refusals]
            console.out_json({**shown, "refused": refused})
        elif self.request.format_ == "sarif":
            from generator.cli.sarif import as_sarif

            console.out_json(as_sarif(Report.of(self.said), "build", refusals=self.refusals))
        elif self.request.format_ == "junit":
            told = ", ".join(f"{count:,} {what}" for what, count in self.totals.items() if count)
            found: junit.Outcome = "failure" if stale and self.request.check else "passed"
            whole = junit.Suite("portfolio", (junit.Case("up-to-date", "", 0, found, told, told),))
            console.out_xml(junit.as_junit("clausier build", [*self.suites, whole]))

    def _status(self, stale: bool) -> int:
        if self.request.only_plan and not self.request.check:
            return console.FINE
        if self.counts["unreadable"]:
            return console.USAGE
        if self.counts["not finished"]:
            return console.NOT_FINISHED
        failed = self.counts["errors"] or self.counts["edited"]
        return console.FINDINGS if failed or (self.request.check and stale) else console.FINE


_COUNTED = ("added", "changed", "removed", "errors", "edited", "not finished", "unreadable")
_ACTIONS = {"new": "add", "changed": "change", "review": "change"}


def _counted(counts: dict[str, int], always: Sequence[str]) -> str:
    return ", ".join(f"{count:,} {what}" for what, count in counts.items() if count or what in always)


def _file(path: str | Path) -> str:
    return shown_path(Path(path))
