"""After any change, what is built again is what a full build would change; and a kill at any moment costs nothing."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bench.portfolio import change_condition, copied_library, edit_clause, has_condition, variant
from generator.batch import work
from generator.batch.deals import deal_files
from generator.batch.plan import Plan, plan_deals
from generator.batch.records import keep_contents
from generator.batch.survey import Job, Survey, job_of
from generator.library.proof import LOCK
from generator.outputs import Form
from generator.pipeline import Options, library_of
from generator.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
# Small documents of every kind: a contract of one file, one in two languages, an amendment and a renewal.
EXAMPLES = ("tpe-boulangerie", "tpe-boulangerie", "pme-avenant", "pme-renouvellement", "pme-cadrage")


@dataclass
class Portfolio:
    """A folder of deals, a folder of packs, and the library that they are built from."""

    place: Path
    workspace: Workspace
    form: Form = field(default_factory=lambda: Form(("md",), page_numbers=False))

    @property
    def packs(self) -> Path:
        return self.place / "packs"

    @property
    def deals(self) -> Path:
        return self.place / "deals"

    def job(self, folder: Path) -> tuple[Job, Survey]:
        library, found = library_of(self.workspace)
        assert library is not None, found
        job = job_of(library, folder, self.form, Options(), None, workspace=self.workspace, prune=True)
        return job, Survey(job, library)

    def plan(self, folder: Path | None = None) -> tuple[Job, Plan]:
        job, survey = self.job(folder or self.packs)
        keep_contents(job.folder, job.library, survey.library.contents)
        return job, plan_deals(survey, deal_files([self.deals]))

    def build(self, folder: Path | None = None) -> tuple[set[str], Plan]:
        """The deals that were written, and the plan by which they were."""
        job, plan = self.plan(folder)
        with work.serial() as workers:
            reviews = [judged for judged in plan.todo if judged.state == "review"]
            same = {made.id for made in workers.run(work.review_batch, job, reviews) if made.state == "unchanged"}
            todo = [judged for judged in plan.todo if judged.id not in same]
            made = list(workers.run(work.build_batch, job, todo))
        assert all(one.state == "built" for one in made), made
        return {one.id for one in made}, plan


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob("[!.]*/*")}


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> set[str]:
    """The deals of which any file is not the same."""
    return {name.split("/")[0] for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portfolio that is built, to copy from."""
    place = tmp_path_factory.mktemp("base")
    shutil.copytree(ROOT / "contracts" / "my-msp", place / "deals" / "my-msp")
    for number, name in enumerate(EXAMPLES):
        # Prices go round after 40: those of an amendment are checked against its contract.
        text = variant((ROOT / "contracts" / f"{name}.yaml").read_text("utf-8"), number if number < 2 else 40 * number)
        text = text.replace("meta: {", "meta: {language: fr+en, prevailing_language: fr, ", 1) if number == 1 else text
        (place / "deals" / f"{name}-{number}.yaml").write_text(text, "utf-8")
    Portfolio(place, Workspace.default()).build()
    return place


@pytest.fixture
def portfolio(base: Path, tmp_path: Path) -> Portfolio:
    shutil.copytree(base, tmp_path, dirs_exist_ok=True)
    return Portfolio(tmp_path, Workspace.default())


# ---- every kind of change


def comment(portfolio: Portfolio, pick: random.Random) -> None:
    path = chosen(portfolio, pick)
    path.write_text(path.read_text("utf-8") + f"# {pick.random()}\n", "utf-8")


def price(portfolio: Portfolio, pick: random.Random) -> None:
    # Not below the least that is charged in a month.
    for path in sorted(portfolio.deals.glob("tpe-*.yaml")):
        text = re.sub(r'unit_price: "\d+', f'unit_price: "{pick.randint(150, 900)}', path.read_text("utf-8"))
        path.write_text(text, "utf-8")


def line_ends(portfolio: Portfolio, pick: random.Random) -> None:
    path = chosen(portfolio, pick)
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def rename(portfolio: Portfolio, pick: random.Random) -> None:
    path = chosen(portfolio, pick)
    path.rename(path.with_name(f"renamed-{pick.randint(0, 999)}-{path.name}"))


def new_name(portfolio: Portfolio, pick: random.Random) -> None:
    path = chosen(portfolio, pick)
    path.write_text(re.sub(r"deal_id: *([a-z0-9-]+)", r"deal_id: \1-x", path.read_text("utf-8"), count=1), "utf-8")


def remove(portfolio: Portfolio, pick: random.Random) -> None:
    if len(list(portfolio.deals.glob("*.yaml"))) > 3:
        chosen(portfolio, pick).unlink()


def profile(portfolio: Portfolio, pick: random.Random) -> None:
    path = portfolio.deals / "my-msp" / "provider.yaml"
    path.write_text(re.sub(r'share_capital: "\d+', f'share_capital: "{pick.randint(10000, 99999)}',
                           path.read_text("utf-8")), "utf-8")  # fmt: skip


def look(portfolio: Portfolio, pick: random.Random) -> None:
    """Another base document: nothing of it shows in these formats but its digest in the receipt."""
    source = pick.choice(["my-msp", "granit"])
    shutil.copy(ROOT / "contracts" / source / "base.docx", portfolio.deals / "my-msp" / "base.docx")


def form(portfolio: Portfolio, pick: random.Random) -> None:
    portfolio.form = Form(pick.choice([("md",), ("json", "md"), ("html",)]), bound=pick.choice([None, True, False]),
                          page_numbers=False)  # fmt: skip


def lose_a_file(portfolio: Portfolio, pick: random.Random) -> None:
    pick.choice(sorted(portfolio.packs.glob("[!.]*/*"))).unlink()


def chosen(portfolio: Portfolio, pick: random.Random) -> Path:
    return pick.choice(sorted(portfolio.deals.glob("*.yaml")))


CHANGES: tuple[Callable[[Portfolio, random.Random], None], ...] = (
    comment, price, line_ends, rename, new_name, remove, profile, look, form, lose_a_file,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_is_built_again_is_what_a_full_build_changes(
    portfolio: Portfolio, change: Callable[[Portfolio, random.Random], None], nightly: bool
) -> None:
    pick = random.Random(change.__name__)
    for number in range(10 if nightly else 1):
        before = files(portfolio.packs)
        change(portfolio, pick)
        after_change = files(portfolio.packs)
        written, plan = portfolio.build()
        full = portfolio.place / f"full-{number}"
        portfolio.build(full)
        gone = {record.id for record in plan.gone}
        pruned = {name: held for name, held in files(portfolio.packs).items() if name.split("/")[0] not in gone}
        assert pruned == files(full)
        wanted = (differing(before, files(full)) | differing(before, after_change)) - gone
        assert written >= wanted
        # The order of formats decides no byte, and is an option all the same.
        assert written == wanted or change is form


def test_random_changes_one_after_the_other(portfolio: Portfolio, nightly: bool) -> None:
    seed = 11
    pick = random.Random(seed)
    for number in range(60 if nightly else 2):
        for change in pick.sample(CHANGES, pick.randint(1, 3)):
            change(portfolio, pick)
        _, plan = portfolio.build()
        full = portfolio.place / f"full-{number}"
        portfolio.build(full)
        gone = {record.id for record in plan.gone}
        assert {name: held for name, held in files(portfolio.packs).items() if name.split("/")[0] not in gone} == files(
            full
        ), number
        shutil.rmtree(full)


# ---- the library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    copied = copied_library(tmp_path_factory.mktemp("library"))
    # Any change would make a proven library one that is not, which every page says.
    (copied.clauses / LOCK).unlink()
    return copied


def used(portfolio: Portfolio) -> dict[str, set[str]]:
    """By its clause, the deals that print it."""
    _, survey = portfolio.job(portfolio.packs)
    found: dict[str, set[str]] = {}
    for path in (portfolio.packs / ".clausier").glob("*.jsonl"):
        record = survey.record(path.stem)
        assert record is not None
        for id_ in record.used.split():
            found.setdefault(id_, set()).add(record.id)
    return found


def test_a_change_of_the_library_builds_what_it_touches_and_nothing_else(
    portfolio: Portfolio, library: Workspace, nightly: bool
) -> None:
    portfolio.workspace = library
    portfolio.build()
    everything = {path.stem for path in (portfolio.packs / ".clausier").glob("*.jsonl")}
    some = {id_: deals for id_, deals in used(portfolio).items() if 0 < len(deals) < len(everything)}
    of_one, unused = sorted(some)[0], next(id_ for id_ in sorted(known(library)) if id_ not in used(portfolio))
    conditional = next(id_ for id_ in sorted(some) if has_condition(library, id_))

    def english(text: str) -> str:
        return re.sub(r"(\n# en: .*)", r"\1 too", text)

    small = {id_ for id_ in everything if id_.startswith("boulangerie")}
    bilingual = {id_ for id_ in everything if list((portfolio.packs / id_).glob("*.fr+en.*"))}
    full_layout = everything - {id_ for id_ in everything if heeds(portfolio, id_) == ("fr", "en")}
    steps: list[tuple[str, Callable[[], Any], set[str]]] = [
        ("words", lambda: edit_clause(library, of_one, lambda text: re.sub(r"(\n# fr: .*)", r"\1 bis", text)),
         some[of_one]),
        ("words in the other language", lambda: edit_clause(library, of_one, english),
         {id_ for id_ in some[of_one] if id_ in bilingual or id_ not in full_layout}),
        ("words that no contract has", lambda: edit_clause(library, unused, english), set()),
        ("a condition that chooses the same", lambda: change_condition(library, conditional), set()),
        ("conditions that choose otherwise", lambda: not_for_small_ones(library), small),
        ("a comment in the rules", lambda: comment_rules(library), everything),
    ]  # fmt: skip
    # To read a library that changed takes seconds: by day, two edits at a time.
    rounds = [[step] for step in steps] if nightly else [[steps[0], steps[2]], [steps[3], steps[4]]]
    for number, edits in enumerate(rounds):
        before = files(portfolio.packs)
        for _, edit, _ in edits:
            edit()
        name = ", ".join(name for name, _, _ in edits)
        written, _ = portfolio.build()
        full = portfolio.place / f"full-{number}"
        portfolio.build(full)
        assert files(portfolio.packs) == files(full), name
        assert differing(before, files(full)) <= written, name
        assert written <= set().union(*(touched for _, _, touched in edits)), name


def not_for_small_ones(workspace: Workspace) -> None:
    """Give small clients the clause of the others."""
    for id_ in ("force-majeure.event-tpe", "force-majeure.event-standard"):
        edit_clause(workspace, id_, lambda text: text.replace('segment == "tpe"', 'segment == "gc"').replace(
            'segment != "tpe"', 'segment != "gc"'))  # fmt: skip


def comment_rules(workspace: Workspace) -> None:
    path = next(path for path in workspace.library_files() if path.name == "rules.yaml" or path.parent.name == "rules")
    path.write_text("# another line\n" + path.read_text("utf-8"), "utf-8")


def known(workspace: Workspace) -> set[str]:
    library, _ = library_of(workspace)
    assert library is not None
    return set(library.clauses)


def heeds(portfolio: Portfolio, deal_id: str) -> tuple[str, ...]:
    record = portfolio.job(portfolio.packs)[1].record(deal_id)
    assert record is not None
    return record.heeds


# ---- kills


def killed(build: Callable[[], object], moment: int) -> bool:
    """Run a build in a process that is killed when it touches the disk for the n-th time; whether it came so far."""
    child = os.fork()
    if child == 0:
        touches = count(1)

        def counting(function: Callable[..., Any]) -> Callable[..., Any]:
            def touch(*words: Any) -> Any:
                if next(touches) == moment:
                    os.kill(os.getpid(), signal.SIGKILL)
                return function(*words)

            return touch

        os.replace, os.fsync = counting(os.replace), counting(os.fsync)
        try:
            build()
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def moments(nightly: bool) -> Iterator[int]:
    yield from (count(1) if nightly else count(1, 9))


def test_a_build_that_is_killed_at_any_moment_goes_on_where_it_was(portfolio: Portfolio, nightly: bool) -> None:
    for path in portfolio.deals.glob("tpe-*.yaml"):
        path.write_text(path.read_text("utf-8").replace("headcount: 4", "headcount: 6"), "utf-8")
    path = portfolio.deals / "pme-avenant-2.yaml"
    path.write_text(re.sub(r"(deal_id: [a-z0-9-]+)", r"\1-other", path.read_text("utf-8")), "utf-8")
    full = portfolio.place / "full"
    wanted, _ = portfolio.build(full)
    start = portfolio.place / "start"
    portfolio.packs.rename(start)
    tried = 0
    for moment in moments(nightly):
        shutil.rmtree(portfolio.packs, ignore_errors=True)
        shutil.copytree(start, portfolio.packs)
        if not killed(portfolio.build, moment):
            break
        tried += 1
        _, plan = portfolio.plan()
        assert (plan.kept, plan.blocked, plan.wrong) == ([], [], []), moment
        finished = {judged.id for judged in plan.todo}
        before = {path: path.stat().st_mtime_ns for path in portfolio.packs.glob("[!.]*/*")}
        written, plan = portfolio.build()
        assert written == finished, moment
        gone = {record.id for record in plan.gone}
        held = files(portfolio.packs)
        assert {name: text for name, text in held.items() if name.split("/")[0] not in gone} == files(full), moment
        again = {
            path.parent.name for path, stamp in before.items() if path.exists() and path.stat().st_mtime_ns != stamp
        }
        assert again <= written, moment
        assert not list(portfolio.packs.glob("[!.]*/.clausier-*.part")), moment
    assert tried >= (5 if nightly else 3)
    assert len(wanted) == len(EXAMPLES)


def test_a_command_that_is_killed_at_random_with_its_workers_goes_on_where_it_was(
    portfolio: Portfolio, nightly: bool
) -> None:
    words = [str(portfolio.deals), "-o", str(portfolio.packs), "--to", "md", "--no-pages", "-q"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "generator", "build", *words]
    pick = random.Random(5)
    ended = 0
    for _ in range(60 if nightly else 2):
        process = subprocess.Popen([*command, "--jobs", "2"], env=environment, stdout=subprocess.PIPE)
        try:
            time.sleep(pick.uniform(0.2, 3.0))
        finally:
            process.kill()
            output, _ = process.communicate()
        ended += process.returncode == 0
        if process.returncode == 0 and b" 0 added, 0 changed" not in output:
            shutil.rmtree(portfolio.packs)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    reference = portfolio.place / "reference"
    full = [*command[:-5], str(reference), *command[-4:]]
    assert subprocess.run(full, env=environment, stdout=subprocess.PIPE, check=False, timeout=300).returncode == 0
    assert files(portfolio.packs) == files(reference)
    assert not list(portfolio.packs.glob("[!.]*/.clausier-*.part"))
