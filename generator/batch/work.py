"""Who does the work: this process, others on this machine, or the workers of a Dask cluster; the result is the same.

All of them are ``concurrent.futures.Executor``. They get small batches of deals and give small results back; a worker
writes packs and records itself, so that one that dies takes nothing along but what it was doing, which is done again.
Deals, provider profiles and the output must lie where every worker finds them by the same path.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import wraps
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any, Final, ParamSpec, TypeVar

from generator.batch.deals import DealFile
from generator.batch.judge import Verdict, verdict
from generator.batch.make import Made, made, planned
from generator.batch.records import kept_text
from generator.batch.survey import Differs, Job, Survey, survey_of
from generator.office import Office, libreoffice
from generator.stopping import Stopped
from generator.workspace import WorkspaceError

P = ParamSpec("P")
T = TypeVar("T")
Task = Callable[[Job, Sequence[Verdict]], list[Made]]

# So many deals a batch at most: what a worker that dies has begun, and what one profile of LibreOffice serves.
_MOST: Final = 8
# So many batches a worker are under way at once: none waits, and few results are held.
_AHEAD: Final = 3
# A deal that kills its worker each time is given up after so many.
_DEATHS: Final = 3
_WATCH: Final = 0.25
# Seconds that a worker has to tidy up after the process that started it is gone.
_TIDYING: Final = 10.0


class WorkersLost(Exception):
    """Workers died again and again."""


def batches(todo: Sequence[Verdict], workers: int) -> Iterator[Sequence[Verdict]]:
    size = max(1, min(_MOST, len(todo) // (workers * 4)))
    return (todo[start : start + size] for start in range(0, len(todo), size))


# ---- tasks, which run in any process


def _ended(task: Task) -> Task:
    """A task that ends its process with itself where that one was told to end: an executor would give it another."""

    @wraps(task)
    def run(job: Job, todo: Sequence[Verdict]) -> list[Made]:
        _Worker.busy = True
        try:
            return task(job, todo)
        except Stopped as stop:
            if not _Worker.enlisted:
                raise
            os._exit(stop.status)
        finally:
            _Worker.busy = False

    return run


class _Worker:
    """What this process is doing, if it is a worker."""

    enlisted = False
    busy = False


@_ended
def plan_batch(job: Job, todo: Sequence[Verdict]) -> list[Made]:
    """What building these deals would change; nothing is written."""
    return [_guarded(planned, survey_of(job), judged, record=False) for judged in todo]


@_ended
def review_batch(job: Job, todo: Sequence[Verdict]) -> list[Made]:
    """The same before a build: where nothing changes at all, the record says so from now on."""
    return [_guarded(planned, survey_of(job), judged, record=True) for judged in todo]


@_ended
def build_batch(job: Job, todo: Sequence[Verdict]) -> list[Made]:
    """Build these deals. One that a worker that died had finished is not built again: its record says so."""
    survey = survey_of(job)
    if kept_text(job.folder, job.library) != survey.library.contents:
        raise Differs(f"this worker does not see {job.folder}")
    with _office(job) as office:
        return [_guarded(_built, survey, judged, office) for judged in todo]


def _built(survey: Survey, judged: Verdict, office: Office | None) -> Made:
    if not survey.job.overwrite:
        now = verdict(survey, DealFile(Path(judged.path), True))
        if now.state == "unchanged" and now.id == judged.id and judged.state != "unchanged" and not now.edited:
            return Made(judged.path, judged.id, "built")
    return made(survey, judged, office)


def _guarded(task: Callable[..., Made], survey: Survey, judged: Verdict, *rest: Any, **options: Any) -> Made:
    try:
        return task(survey, judged, *rest, **options)
    except WorkspaceError as refusal:
        return Made(judged.path, judged.id, "failed", failure=(refusal.file, refusal.reason, refusal.remedy))


@contextmanager
def _office(job: Job) -> Iterator[Office | None]:
    """LibreOffice with a profile of its own for one batch, where the formats need it."""
    if not job.office:
        yield None
        return
    with libreoffice() as office:
        yield office


# ---- executors


class Serial(Executor):
    """Runs each task in this process as it comes."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Workers:
    """An executor that can be had anew: a pool of processes of which one was killed takes no more work."""

    def __init__(self, start: Callable[[], Executor], count: int) -> None:
        self.start, self.count = start, count
        self.executor = start()

    def run(self, task: Task, job: Job, todo: Sequence[Verdict]) -> Iterator[Made]:
        """The result of each deal, in order, with few batches under way at once. Raises ``Differs``, ``WorkersLost``.

        What was under way when a worker died is given out again.
        """
        waiting = batches(todo, self.count)
        under_way: deque[tuple[Sequence[Verdict], Future[list[Made]]]] = deque()
        deaths = 0
        while True:
            while len(under_way) < (self.count * _AHEAD if self.count > 1 else 1):
                batch = next(waiting, None)
                if batch is None:
                    break
                under_way.append((batch, self._given(task, job, batch)))
            if not under_way:
                return
            batch, future = under_way[0]
            try:
                results = future.result()
            except BrokenProcessPool:
                deaths += 1
                if deaths > _DEATHS:
                    raise WorkersLost(f"the workers died {deaths} times at {batch[0].path}") from None
                self.executor.shutdown(wait=True, cancel_futures=True)
                self.executor = self.start()
                # Those after it may have ended well before: a future that has its result keeps it.
                under_way = deque((one, _again(self, task, job, one, gone)) for one, gone in under_way)
                continue
            except CancelledError:
                raise WorkersLost("the cluster gave the work up") from None
            except Exception as error:
                # Of Dask's own: a batch whose workers died again and again, a scheduler that went away.
                if type(error).__module__.partition(".")[0] == "distributed":
                    raise WorkersLost(" ".join(str(error).split())) from None
                if isinstance(error, ModuleNotFoundError):
                    raise Differs(f"a worker lacks a library: {error}") from None
                raise
            under_way.popleft()
            deaths = 0
            yield from results

    def _given(self, task: Task, job: Job, batch: Sequence[Verdict]) -> Future[list[Made]]:
        try:
            return self.executor.submit(task, job, batch)
        except BrokenProcessPool as error:
            future: Future[list[Made]] = Future()
            future.set_exception(error)
            return future

    def close(self) -> None:
        self.executor.shutdown(wait=True, cancel_futures=True)


def _again(
    workers: Workers, task: Task, job: Job, batch: Sequence[Verdict], gone: Future[list[Made]]
) -> Future[list[Made]]:  # fmt: skip
    if gone.done() and not gone.cancelled() and gone.exception() is None:
        return gone
    return workers.executor.submit(task, job, batch)


@contextmanager
def serial() -> Iterator[Workers]:
    yield Workers(Serial, 1)


@contextmanager
def processes(count: int) -> Iterator[Workers]:
    """So many processes of this machine. Where the system copies processes, they have the library already."""
    mother = os.getpid()
    workers = Workers(lambda: ProcessPoolExecutor(count, initializer=_enlisted, initargs=(mother,)), count)
    try:
        yield workers
    except BaseException:
        # Nobody waits for what they are doing: they leave off at once, and tidy up.
        if isinstance(workers.executor, ProcessPoolExecutor):
            for process in list((workers.executor._processes or {}).values()):
                process.terminate()
        raise
    finally:
        workers.close()


def _enlisted(mother: int) -> None:
    """A worker leaves an interruption to the process that asked for it, and does not outlive that one."""
    _Worker.enlisted = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _told_to_end)

    def watch() -> None:
        while os.getppid() == mother:
            time.sleep(_WATCH)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_TIDYING)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _told_to_end(number: int, _: FrameType | None) -> None:
    if not _Worker.busy:
        os._exit(128 + number)
    # The executor says it again when the first worker is gone: nobody is to be disturbed while he tidies up.
    signal.signal(number, signal.SIG_IGN)
    raise Stopped(number)


@contextmanager
def cluster(address: str) -> Iterator[Workers]:
    """The workers of a Dask scheduler. Raises ``WorkspaceError`` where there is none, or no worker of it."""
    try:
        dask = import_module("distributed")
    except ImportError:
        remedy = "install it: pip install 'clausier[dask]'"
        raise WorkspaceError(address, "Dask is not installed", remedy) from None
    try:
        client = dask.Client(address, timeout="10s")
    except (OSError, TimeoutError, ValueError) as error:
        raise WorkspaceError(address, f"no Dask scheduler answers ({type(error).__name__})", "start one") from None
    with client:
        count = len(client.ncores())
        if not count:
            raise WorkspaceError(address, "the Dask scheduler has no worker", "start one: dask worker ADDRESS")
        # Two builds of one deal are two builds: nothing is remembered of the first.
        workers = Workers(lambda: client.get_executor(pure=False, retries=_DEATHS), count)
        try:
            yield workers
        finally:
            with suppress(Exception):
                workers.close()
