"""Running a target on many inputs: each within its time, memory watched, what fails made small and kept."""

from __future__ import annotations

import hashlib
import mmap
import re
import resource
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType
from typing import Protocol

CORPUS = Path(__file__).parent / "corpus"
LARGEST = 1 << 20
# What caches of a fixed size may still gain after the warm-up.
GROWTH = 64 << 20
_WARM = 3_000
_SHRINKING = 400


class Target(Protocol):
    """A module with one reader of the program and what must hold of it."""

    LIMIT: float
    """The seconds of the processor that one input may take."""

    def one(self, data: bytes) -> None:
        """Raise where the program is wrong about an input; anything that the program says of it is right."""

    def mutated(self, data: bytes, pick: Random, others: list[bytes]) -> bytes:
        """Another input like this one."""

    def seeds(self) -> list[bytes]:
        """What the mutations begin with beside the corpus."""


class TooSlow(Exception):
    """An input took longer than the target's limit."""


@dataclass
class Fault:
    """An input that fails: what was raised, and by which line of the program or of the target."""

    name: str
    number: int
    content: bytes
    report: str
    times: int = 1


@dataclass
class Run:
    """What came of a run: executions, seconds of the processor, the slowest input, memory (bytes), faults by name."""

    target: str
    executions: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    warm: int = 0
    growth: int = 0
    faults: dict[str, Fault] = field(default_factory=dict)
    stopped: bool = False

    def said(self) -> str:
        return (
            f"{self.target}: {self.executions} executions, {self.seconds:.0f} s of the processor, the slowest"
            f" {self.slowest * 1000:.0f} ms, memory {self.warm >> 20} MiB and {self.growth >> 10:+} KiB,"
            f" {len(self.faults)} faults"
        )


def corpus(name: str, target: Target) -> list[bytes]:
    """The inputs that mutations begin with: those in the repository, then those that the target makes."""
    return [path.read_bytes() for path in sorted((CORPUS / name).glob("*"))] + target.seeds()


def nth(target: Target, pool: list[bytes], seed: int, number: int) -> bytes:
    """The input of this number: the same for the same seed and corpus, whatever ran before it."""
    pick = Random(seed << 40 | number)
    return target.mutated(pick.choice(pool), pick, pool)


def plain(name: str, target: Target, runs: int, seconds: float, seed: int, folder: Path) -> Run:
    """Run mutations until there were so many, or for so many seconds of the clock; faults are written to the folder."""
    pool = corpus(name, target)
    run = Run(name)
    until = time.monotonic() + seconds
    with _until_stopped(run), _noted(folder / f"{name}.last") as note, limited(target.LIMIT):
        for number in range(runs):
            content = nth(target, pool, seed, number)
            note(content)
            before = time.process_time()
            try:
                within(target, content)
            except Exception as problem:
                _keep(run, target, number, content, problem, folder)
            took = time.process_time() - before
            run.executions += 1
            run.seconds += took
            run.slowest = max(run.slowest, took)
            if run.executions == min(_WARM, runs // 2):
                run.warm = resident()
            if time.monotonic() > until:
                break
    run.growth = resident() - run.warm if run.warm else 0
    if run.growth > GROWTH:
        run.faults["growth"] = Fault("growth", run.executions, b"", f"memory grew by {run.growth >> 20} MiB")
    return run


@contextmanager
def _until_stopped(run: Run) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        run.stopped = True


def within(target: Target, content: bytes) -> None:
    """Run one input, for no longer than it may; what fails is raised."""
    signal.setitimer(signal.ITIMER_VIRTUAL, target.LIMIT)
    try:
        target.one(content)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


@contextmanager
def limited(limit: float) -> Iterator[None]:
    """What runs longer than it may raises ``TooSlow``; so many seconds of the processor, since a clock would also
    measure the neighbours."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TooSlow(f"longer than {limit} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGVTALRM, before)


@contextmanager
def _noted(path: Path) -> Iterator[Callable[[bytes], None]]:
    """Keep the input that runs in a file, for the day on which it takes the interpreter down."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(LARGEST + 4))
    try:
        with open(path, "r+b") as file, mmap.mmap(file.fileno(), 0) as kept:

            def note(content: bytes) -> None:
                held = content[:LARGEST]
                kept[: 4 + len(held)] = len(held).to_bytes(4, "big") + held

            yield note
    finally:
        path.unlink()


def resident() -> int:
    """The memory of this process in bytes, now; where the system does not tell, the most that it ever was."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return pages * resource.getpagesize()


# ---- what fails


def place_of(problem: BaseException) -> str:
    """What was raised and where, by which faults are told apart: what a check says, or the last line of the program."""
    if isinstance(problem, AssertionError) and str(problem).startswith("'"):
        return re.sub("[^a-z]+", "-", str(problem).split("'")[1].lower()).strip("-")
    frames = traceback.extract_tb(problem.__traceback__)
    ours = [frame for frame in frames if {"generator", "fuzz"} & set(Path(frame.filename).parts)]
    frame = (ours or frames)[-1]
    return f"{type(problem).__name__}-{Path(frame.filename).stem}-{frame.lineno}"


def _failure(target: Target, content: bytes) -> str:
    try:
        within(target, content)
    except Exception as problem:
        return place_of(problem)
    return ""


def smaller(target: Target, content: bytes, name: str) -> bytes:
    """A shorter input that fails in the same place, as far as a few hundred tries find one."""
    tries = 0
    size = max(len(content) // 2, 1)
    while size and tries < _SHRINKING:
        start = 0
        while start < len(content) and tries < _SHRINKING:
            tries += 1
            shorter = content[:start] + content[start + size :]
            if _failure(target, shorter) == name:
                content = shorter
            else:
                start += size
        size //= 2
    return content


def _keep(run: Run, target: Target, number: int, content: bytes, problem: Exception, folder: Path) -> None:
    name = place_of(problem)
    if name in run.faults:
        run.faults[name].times += 1
        return
    report = "".join(traceback.format_exception(problem))
    if not isinstance(problem, TooSlow):
        content = smaller(target, content, name)
    run.faults[name] = Fault(name, number, content, report)
    stem = f"{run.target}-{name}-{hashlib.sha256(content).hexdigest()[:8]}"
    (folder / stem).write_bytes(content)
    (folder / f"{stem}.txt").write_text(report, "utf-8", "backslashreplace")
