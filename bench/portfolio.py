"""Portfolios: many made-up deals built, left alone, and built again after one clause changed.

``python -m bench --portfolio 1000``. Figures are of processor time, which other work on the machine changes little; the
speed of two processes is also given by the clock, which needs a machine with nothing else to do.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from itertools import cycle, pairwise
from pathlib import Path
from statistics import median

from generator.batch import work
from generator.batch.deals import deal_files
from generator.batch.judge import verdict
from generator.batch.plan import Plan, plan_deals
from generator.batch.records import keep_contents
from generator.batch.survey import Job, Survey, job_of
from generator.library.proof import LOCK
from generator.outputs import Form
from generator.pipeline import Options, library_of
from generator.workspace import Workspace

ROOT = Path(__file__).parent.parent
FORM = Form(page_numbers=False)
# Of these examples every deal is a variant, in turn: as many small ones as a provider has.
EXAMPLES = (*("tpe-boulangerie",) * 6, *("pme-acme", "be-pme-bruxelles", "pme-mairie-publique"), "eti-cogere")


def make_deals(folder: Path, count: int, examples: Sequence[str] = EXAMPLES) -> None:
    """Write so many deals with the profiles that they use; each has its own name and client."""
    for profile in ("my-msp", "senne", "granit"):
        shutil.copytree(ROOT / "contracts" / profile, folder / profile)
    texts = {name: (ROOT / "contracts" / f"{name}.yaml").read_text("utf-8") for name in set(examples)}
    for number, name in zip(range(count), cycle(examples), strict=False):
        (folder / f"d{number // 1000}").mkdir(exist_ok=True)
        path = folder / f"d{number // 1000}" / f"{number:06}.yaml"
        path.write_text(variant(texts[name], number), "utf-8")


def variant(text: str, number: int) -> str:
    """A deal of another client with other prices."""
    text = re.sub(r"(deal_id: *[a-z0-9-]+)", rf"\1-{number:06}", text, count=1)
    text = re.sub(r'(client:\s*\{?\s*legal_name: *"?[^",}\n]*)', rf"\1 {number}", text, count=1)
    return re.sub(r'unit_price: "(\d+)\.00"', lambda price: f'unit_price: "{int(price[1]) + number % 40}.00"', text)


def copied_library(folder: Path) -> Workspace:
    for name in ("clauses", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
    return Workspace(folder / "clauses", folder / "schemas")


def set_proven(workspace: Workspace) -> None:
    """Say of a library that it is proven, as `library prove` would in the seconds that it takes."""
    path = workspace.clauses / LOCK
    held = {**json.loads(path.read_text("utf-8")), "library": workspace.library_digest()}
    path.write_text(json.dumps(held), "utf-8")


class Portfolio:
    """Deals in a folder, their packs in another, and a library of which this has a copy."""

    def __init__(self, deals: Path, packs: Path, workspace: Workspace) -> None:
        self.deals, self.packs, self.workspace = deals, packs, workspace

    def survey(self) -> tuple[Job, Survey]:
        library, found = library_of(self.workspace)
        assert library is not None, found
        job = job_of(library, self.packs, FORM, Options(), None, workspace=self.workspace)
        return job, Survey(job, library)

    def plan(self) -> tuple[Job, Plan]:
        job, survey = self.survey()
        return job, plan_deals(survey, deal_files([self.deals]))

    def build(self, limit: int = 0) -> dict[str, float]:
        """Build what is to be built; processor seconds in all, and resident megabytes after 100 contracts and at the
        end."""
        start = time.process_time()
        job, plan = self.plan()
        survey = Survey(job, library_of(self.workspace)[0])  # type: ignore[arg-type]
        keep_contents(self.packs, job.library, survey.library.contents)
        planned = time.process_time()
        figures: dict[str, float] = {"deals": len(plan.todo) + plan.unchanged, "planned": planned - start}
        with work.serial() as workers:
            reviews = [one for one in plan.todo if one.state == "review"]
            unchanged = {
                made.path for made in workers.run(work.review_batch, job, reviews) if made.state == "unchanged"
            }
            todo = [one for one in plan.todo if one.path not in unchanged][: limit or None]
            marks = []
            for number, made in enumerate(workers.run(work.build_batch, job, todo), 1):
                assert made.state == "built", made
                if number in (100, len(todo)):
                    figures["at 100" if number == 100 else "at the end"] = resident()
                if number % 100 == 0:
                    marks.append(time.process_time())
        figures["built"] = len(todo)
        figures["seconds"] = time.process_time() - start
        hundreds = [later - earlier for earlier, later in pairwise(marks)]
        if hundreds:
            figures["first hundreds"] = median(hundreds[:5]) * 10
            figures["last hundreds"] = median(hundreds[-5:]) * 10
        return figures

    def changing(self) -> list[str]:
        """The names of the packs that a build would write, once those are looked into that may be as they were."""
        job, plan = self.plan()
        with work.serial() as workers:
            reviews = [one for one in plan.todo if one.state == "review"]
            same = {made.path for made in workers.run(work.review_batch, job, reviews) if made.state == "unchanged"}
        return sorted(one.id for one in plan.todo if one.path not in same)

    def skipped(self) -> float:
        """Milliseconds a deal that is as it was."""
        _, survey = self.survey()
        files = list(deal_files([self.deals]))
        verdict(survey, files[0])
        start = time.process_time()
        states = [verdict(survey, file).state for file in files]
        spent = (time.process_time() - start) * 1000 / len(files)
        assert set(states) == {"unchanged"}, set(states)
        return spent


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def change_text(workspace: Workspace, id_: str) -> None:
    """Change the words of a clause."""
    edit_clause(workspace, id_, lambda text: re.sub(r"(\n# (?:fr|en): .*)", r"\1 bis", text))


def change_condition(workspace: Workspace, id_: str) -> None:
    """Give a clause another condition, which chooses the same contracts."""
    same = r"\nwhen: \1(\2) and (context.segment != 'tpe' or context.segment != 'pme')\1\n"
    edit_clause(workspace, id_, lambda text: re.sub(_WHEN, same, text, count=1))


_WHEN = re.compile(r'\nwhen: ("?)(.*)\1\n')


def edit_clause(workspace: Workspace, id_: str, edit: Callable[[str], str]) -> None:
    path = clause_file(workspace, id_)
    before = path.read_text("utf-8")
    assert edit(before) != before, id_
    path.write_text(edit(before), "utf-8")


def clause_file(workspace: Workspace, id_: str) -> Path:
    return workspace.clauses.parent / _clause_files(workspace)[id_]


@cache
def _clause_files(workspace: Workspace) -> dict[str, str]:
    """Where each clause stands: an edit of a clause moves none, and reading the library again takes seconds."""
    library, _ = library_of(workspace)
    assert library is not None
    return {id_: clause.file for id_, clause in library.clauses.items()}


def uses(packs: Path) -> dict[str, int]:
    """By its clause, how many contracts print it."""
    counts: dict[str, int] = {}
    for record in (packs / ".clausier").glob("*.jsonl"):
        for id_ in json.loads(record.read_text("utf-8").split("\n", 1)[0])["used"].split():
            counts[id_] = counts.get(id_, 0) + 1
    return counts


def has_condition(workspace: Workspace, id_: str) -> bool:
    return _WHEN.search(clause_file(workspace, id_).read_text("utf-8")) is not None


# ---- the whole measurement


def measure(count: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        workspace = copied_library(folder / "library")
        deals, packs = folder / "deals", folder / "packs"
        deals.mkdir()
        # One deal in a hundred is of a kind of its own.
        make_deals(deals, count, [*(EXAMPLES * 10)[:99], "sante-clinique"])
        set_proven(workspace)
        one = Portfolio(deals, packs, workspace)
        full = child("build", one)
        print(f"{count} deals, {full['seconds']:.0f} s of processor: {count / full['seconds']:.1f} contracts a second")
        if "last hundreds" in full:
            first, last = full["first hundreds"], full["last hundreds"]
            print(f"a contract: {first:.0f} ms in the first hundreds, {last:.0f} ms in the last")
            print(f"memory: {full['at 100']:.0f} MB after 100 contracts, {full['at the end']:.0f} MB after {count}")
        print(f"unchanged: {child('skip', one)['skipped']:.3f} ms a deal")
        counts = uses(packs)
        near = sorted(counts, key=lambda id_: (abs(counts[id_] - count / 100), id_))
        id_ = next(id_ for id_ in near if has_condition(workspace, id_))
        change_text(workspace, id_)
        set_proven(workspace)
        again = child("build", one)
        print(f"clause {id_} changed: {again['built']:.0f} built, {again['seconds'] / full['seconds']:.2%} of the time")
        change_condition(workspace, id_)
        set_proven(workspace)
        again = child("build", one)
        print(
            f"its condition changed: {again['built']:.0f} built, {again['seconds'] / full['seconds']:.2%} of the time"
        )
        processes(folder, deals, min(count, 120))


def processes(folder: Path, deals: Path, count: int) -> None:
    """The command itself with one process and with two, on so many of the deals."""
    from bench.__main__ import run

    some = folder / "some"
    some.mkdir()
    for profile in ("my-msp", "senne", "granit"):
        shutil.copytree(deals / profile, some / profile)
    for path in sorted(deals.glob("d*/*.yaml"))[:count]:
        (some / path.name).write_bytes(path.read_bytes())
    runs = {}
    for jobs in (1, 2):
        command = [sys.executable, "-m", "generator", "build", str(some), "-o", f"{folder}/packs-{jobs}", "-q"]
        runs[jobs] = run([*command, "--no-pages", "--jobs", str(jobs)])
    speed = 2 * runs[1].cpu / runs[2].cpu
    print(
        f"{count} deals, --jobs 2: {runs[2].cpu:.1f} s of processor for {runs[1].cpu:.1f} s alone, so {speed:.2f} "
        f"times as fast on two free cores; by the clock here {runs[1].wall / runs[2].wall:.2f} times"
    )


def child(what: str, one: Portfolio) -> dict[str, float]:
    """A measurement in a process of its own, as a build is."""
    words = [what, str(one.deals), str(one.packs), str(one.workspace.clauses.parent)]
    command = [sys.executable, "-m", "bench.portfolio", *words]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.portfolio", description=__doc__)
    parser.add_argument("what", choices=["build", "skip", "plan", "measure"])
    parser.add_argument("words", nargs="+")
    options = parser.parse_args()
    if options.what == "measure":
        measure(int(options.words[0]))
        return
    deals, packs, library = map(Path, options.words)
    one = Portfolio(deals, packs, Workspace(library / "clauses", library / "schemas"))
    if options.what == "plan":
        print(json.dumps(one.changing()))
        return
    print(json.dumps({"skipped": one.skipped()} if options.what == "skip" else one.build()))


if __name__ == "__main__":
    main()
