"""The same bytes from one process, from several and from the workers of a cluster, whichever of them dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.portfolio import make_deals
from generator.batch import work
from generator.batch.judge import Verdict
from generator.batch.make import Made
from generator.batch.survey import Differs, Job, job_of, survey_of
from generator.outputs import Form
from generator.pipeline import Options, library_of
from generator.workspace import Workspace, WorkspaceError

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}
DEALS = 24


@pytest.fixture(scope="module")
def deals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("deals")
    make_deals(folder, DEALS, ["tpe-boulangerie"])
    return folder


def command(deals: Path, packs: Path, *words: str) -> list[str]:
    head = [sys.executable, "-m", "generator", "build", str(deals), "-o", str(packs), "--to", "md", "--no-pages"]
    return [*head, "--format", "json", *words]


def built(deals: Path, packs: Path, *words: str) -> dict[str, int]:
    done = subprocess.run(command(deals, packs, *words), env=ENVIRONMENT, capture_output=True, text=True, timeout=300,
                          check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    counts: dict[str, int] = json.loads(done.stdout)["built"]
    return counts


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob("[!.]*/*")}


def stamps(folder: Path) -> dict[str, int]:
    return {path.stem: path.stat().st_mtime_ns for path in folder.glob(".clausier/*.jsonl") if finished(path)}


def finished(record: Path) -> bool:
    return json.loads(record.read_text("utf-8").split("\n", 1)[0])["coming"] == {}


@pytest.fixture(scope="module")
def alone(deals: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What one process builds."""
    folder = tmp_path_factory.mktemp("alone")
    assert built(deals, folder)["added"] == DEALS
    return files(folder)


# ---- processes


# By day of the processes of which one is killed.
@pytest.mark.nightly
def test_two_processes_build_the_same_bytes(deals: Path, tmp_path: Path, alone: dict[str, bytes]) -> None:
    assert built(deals, tmp_path, "--jobs", "2")["added"] == DEALS
    assert files(tmp_path) == alone


def test_a_process_that_is_killed_is_replaced(deals: Path, tmp_path: Path, alone: dict[str, bytes]) -> None:
    process = subprocess.Popen(command(deals, tmp_path, "--jobs", "2"), env=ENVIRONMENT, stdout=subprocess.PIPE)
    wait_for(lambda: len(stamps(tmp_path)) >= 2)
    before = stamps(tmp_path)
    os.kill(children(process.pid)[0], signal.SIGKILL)
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    assert json.loads(output)["built"]["added"] == DEALS
    assert files(tmp_path) == alone
    after = stamps(tmp_path)
    assert {name: after[name] for name in before} == before


def test_workers_do_not_outlive_the_process_that_started_them(deals: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(command(deals, tmp_path, "--jobs", "2"), env=ENVIRONMENT, stdout=subprocess.PIPE)
    wait_for(lambda: len(children(process.pid)) >= 2 and len(stamps(tmp_path)) >= 1)
    workers = children(process.pid)
    process.kill()
    process.communicate()
    wait_for(lambda: not any(alive(worker) for worker in workers))
    assert built(deals, tmp_path)["added"] < DEALS


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(happens: object, patience: float = 120) -> None:
    assert callable(happens)
    until = time.monotonic() + patience
    while not happens():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


# ---- a deal at which every worker dies; workers that are not the same


def test_a_batch_at_which_every_worker_dies_is_given_up() -> None:
    with (
        work.processes(2) as workers,
        pytest.raises(work.WorkersLost, match=r"the workers died 4 times at deal.yaml"),
    ):
        list(workers.run(die, a_job(Path("out")), [Verdict("deal.yaml", "deal", "new")]))


def die(job: Job, todo: Sequence[Verdict]) -> list[Made]:
    os.kill(os.getpid(), signal.SIGKILL)
    return []


def a_job(folder: Path, **other: str) -> Job:
    library, _ = library_of(Workspace.default())
    assert library is not None
    job = job_of(library, folder, Form(("md",)), Options(), None)
    return Job(**{**{name: getattr(job, name) for name in Job.__slots__}, **other})  # type: ignore[arg-type]


def test_a_worker_with_another_program_or_library_refuses() -> None:
    with pytest.raises(Differs, match="another program"):
        survey_of(a_job(Path("out"), program="other"))
    with pytest.raises(Differs, match="the clause library of this worker is another one"):
        survey_of(a_job(Path("out"), library="other"))


def test_a_worker_that_does_not_see_the_folder_refuses(tmp_path: Path) -> None:
    with pytest.raises(Differs, match="this worker does not see"):
        work.build_batch(a_job(tmp_path), [])


def test_few_batches_are_under_way_at_once_and_results_keep_their_order() -> None:
    waiting: list[Future[list[Made]]] = []
    most = 0

    class Late(Executor):
        """Ends the task that was given last first, once four are under way."""

        def submit(self, fn: object, /, *words: object, **named: object) -> Future[list[Made]]:  # type: ignore[override]
            nonlocal most
            future: Future[list[Made]] = Future()
            future.batch = words[1]  # type: ignore[attr-defined]
            waiting.append(future)
            most = max(most, len(waiting))
            if len(waiting) >= 4:
                end(waiting)
            return future

    def end(futures: list[Future[list[Made]]]) -> None:
        while futures:
            future = futures.pop()
            future.set_result([Made(judged.path, judged.id, "built") for judged in future.batch])  # type: ignore[attr-defined]

    workers = work.Workers(Late, 2)
    todo = [Verdict(f"{number}.yaml", str(number), "new") for number in range(95)]
    job = a_job(Path("out"))
    results = workers.run(work.build_batch, job, todo)
    found = []
    for made in results:
        found.append(made.id)
        end(waiting)
    assert found == [judged.id for judged in todo]
    assert most <= 6


# ---- Dask


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler with two workers on this machine: its address and the processes of the workers."""
    found = folder / "scheduler.json"
    quiet = {"env": ENVIRONMENT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    dask = [sys.executable, "-m", "dask"]
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    scheduler = subprocess.Popen(
        [*dask, "scheduler", *local, "--port", "0", "--scheduler-file", str(found)], **quiet  # type: ignore[call-overload]
    )  # fmt: skip
    workers: list[subprocess.Popen[bytes]] = []
    try:
        wait_for(found.exists)
        for number in range(2):
            one = ["--nthreads", "1", "--no-nanny", "--scheduler-file", str(found), "--name", str(number)]
            workers.append(subprocess.Popen([*dask, "worker", *local, *one], **quiet))  # type: ignore[call-overload]
        yield json.loads(found.read_text())["address"], workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def test_a_cluster_builds_the_same_bytes_though_a_worker_is_killed(
    deals: Path, tmp_path: Path, alone: dict[str, bytes]
) -> None:
    packs = tmp_path / "packs"
    with cluster(tmp_path) as (address, workers):
        process = subprocess.Popen(
            command(deals, packs, "--dask", address), env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        wait_for(lambda: len(stamps(packs)) >= 2 or process.poll() is not None)
        before = stamps(packs)
        workers[0].kill()
        output, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors.decode()
        assert json.loads(output)["built"]["added"] == DEALS
        assert files(packs) == alone
        after = stamps(packs)
        assert {name: after[name] for name in before} == before
        assert built(deals, packs, "--dask", address)["added"] == 0


def test_an_address_at_which_no_scheduler_answers_is_said_plainly() -> None:
    with pytest.raises(WorkspaceError, match="no Dask scheduler answers"), work.cluster("nonsense://nowhere"):
        raise AssertionError("there is no scheduler")
