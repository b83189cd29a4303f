"""Commands that break: run with a failing disk or killed, what they leave behind, and what the next run makes of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
PART: Final = ".part"


def compiled(folder: Path) -> Path:
    """The library that makes calls fail. A compiler that is missing is a failure, not a skip."""
    made = folder / "disk_faults.so"
    command = ["gcc", "-shared", "-fPIC", "-O1", "-o", str(made), str(ROOT / "tests" / "disk_faults.c"), "-ldl"]
    if shutil.which("gcc") is None:
        pytest.fail("gcc is missing: what a failing disk does is not known without it")
    subprocess.run(command, check=True, timeout=60)
    return made


@dataclass(frozen=True)
class Fault:
    """What happens at the ``nth`` call: an ``error``, or a signal that is ``raised``.

    It is ``sticky`` as on a disk that stays full. ``after`` so many seconds the signal ``sent`` comes, wherever the
    command is. No file may become larger than the ``limit``, where there is one.
    """

    nth: int = 0
    error: int = 0
    raised: int = 0
    sticky: bool = False
    reading: bool = False
    after: float | None = None
    sent: int = signal.SIGKILL
    limit: int = -1


NO_FAULT: Final = Fault()


@dataclass(frozen=True)
class Ended:
    """How a command ended. ``status`` is negative for a signal; ``calls`` are those that could have failed."""

    status: int
    calls: Sequence[str]
    seconds: float
    stdout: str
    stderr: str


def ended(folder: Path, status: int, seconds: float = 0) -> Ended:
    """How a command ended that told so in this folder."""
    stdout, stderr, told = ((folder / name).read_text("utf-8") for name in ("stdout", "stderr", "told"))
    return Ended(status, told.splitlines(), seconds, stdout, stderr)


class Copies:
    """A command that stands still before it touches its first file, and runs to its end in copies of itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        for name in ("asked", "answered"):
            os.mkfifo(folder / name)

    def begin(self, process: int) -> None:
        self.process = process
        self.asked, self.answered = (self.folder / "asked").open("wb", 0), (self.folder / "answered").open("rb", 0)
        assert len(self.answered.read(4)) == 4

    def run(self, fault: Fault = NO_FAULT) -> Ended:
        """One copy, with this fault."""
        self.start(fault)
        return self.wait()

    def start(self, fault: Fault) -> None:
        (self.folder / "told").write_bytes(b"")
        after = -1 if fault.after is None else int(fault.after * 1e6)
        numbers = (fault.nth, fault.error, fault.raised, int(fault.sticky), after, fault.sent)
        self.asked.write(struct.pack("6i", *numbers))

    def halted(self, patience: float = 60) -> int:
        """The process of the copy, once it was stopped by the signal that a fault raised."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            for child in Path(f"/proc/{self.process}/task/{self.process}/children").read_text("utf-8").split():
                if Path("/proc", child, "stat").read_text("utf-8").rpartition(")")[2].split()[0] == "T":
                    return int(child)
            time.sleep(0.01)
        raise AssertionError("it did not stop")

    def wait(self) -> Ended:
        (status,) = struct.unpack("i", self.answered.read(4))
        return ended(self.folder, os.waitstatus_to_exitcode(status))

    def end(self) -> None:
        self.asked.close()
        self.answered.close()


class Forks:
    """Runs commands in copies of one process, each in a folder, each with a fault."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        environment = {
            **os.environ,
            "LD_PRELOAD": str(compiled(folder)),
            "PYTHONPATH": str(ROOT),
            "XDG_CACHE_HOME": str(self.cache),
            "TMPDIR": str(self.temporary),
            "NO_COLOR": "1",
        }
        self.open: list[Copies] = []
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "forked.py")],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def run(
        self,
        cwd: Path,
        words: Sequence[str],
        fault: Fault = NO_FAULT,
        *,
        below: Sequence[Path] = (),
        root: Path | None = None,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> Ended:
        """Run ``clausier`` in this folder, where the calls below it are counted; ``root`` holds another library."""
        told = self._asked(self._job(self.folder, cwd, words, fault, below, root, environment))
        return ended(self.folder, told["status"], told["seconds"])

    def stopped(
        self,
        cwd: Path,
        words: Sequence[str],
        *,
        below: Sequence[Path] = (),
        root: Path | None = None,
        reading: bool = False,
    ) -> Copies:
        """The command as it is before it touches its first file: it runs on from there in copies."""
        copies = Copies(self.folder / f"stopped-{time.monotonic_ns()}")
        job = self._job(copies.folder, cwd, words, Fault(reading=reading), below, root, {})
        told = self._asked({**job, "pipes": [str(copies.folder / name) for name in ("asked", "answered")]})
        copies.begin(told["child"])
        self.open.append(copies)
        return copies

    def _job(
        self, folder: Path, cwd: Path, words: Sequence[str], fault: Fault, below: Sequence[Path], root: Path | None,
        environment: Mapping[str, str],
    ) -> dict[str, Any]:  # fmt: skip
        return {
            "cwd": str(cwd), "words": list(words), "below": [str(path.resolve()) for path in (below or (cwd,))],
            **asdict(fault), "root": str(root) if root else "", "environment": dict(environment), "pipes": [],
            **{name: str(folder / name) for name in ("stdout", "stderr", "told")},
        }  # fmt: skip

    def _asked(self, job: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told

    def close(self) -> None:
        for copies in self.open:
            copies.end()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """One process for all tests of a run."""
    started = Forks(tmp_path_factory.mktemp("forks"))
    yield started
    started.close()


# ---- folders before and after


def held(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with what it says, but temporary files; records without times and the run's own."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not path.is_symlink() and not name.endswith(PART):
            found[name] = _said(path)
    return found


def _said(path: Path) -> bytes:
    # What took how long, and when a file was changed, is no content.
    if path.name == "library.lock":
        return re.sub(rb'"seconds": \{[^}]*\}', b"", path.read_bytes())
    if path.suffix == ".jsonl":
        return re.sub(rb'(\["[^"]+",[0-9]+),[0-9]+,', rb"\1,", path.read_bytes())
    return path.read_bytes()


def parts(*folders: Path) -> list[str]:
    """The temporary files below these folders."""
    return sorted(str(path) for folder in folders for path in folder.rglob(f"*{PART}"))


def restored(start: Path, place: Path) -> None:
    """The folder as it was at the start; it stays the same folder, for processes that stand in it."""
    place.mkdir(exist_ok=True)
    for entry in os.scandir(place):
        shutil.rmtree(entry) if entry.is_dir(follow_symlinks=False) else os.unlink(entry)
    shutil.copytree(start, place, symlinks=True, dirs_exist_ok=True)


@dataclass
class Tally:
    """What was tried and what went wrong."""

    tried: int = 0
    torn: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    traced: list[str] = field(default_factory=list)
    unmended: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    parts: int = 0

    @property
    def wrong(self) -> dict[str, list[str]]:
        found = {"torn": self.torn, "silent": self.silent, "traced": self.traced, "unmended": self.unmended,
                 "left": self.left}  # fmt: skip
        return {name: faults for name, faults in found.items() if faults}


@dataclass
class Scenario:
    """A command in a folder, and the folder as it is before it and after it."""

    forks: Forks
    start: Path
    place: Path
    words: Sequence[str]
    root: bool = False
    # Status of the command where nothing fails, and of one that finds its work done already.
    fine: int = 0
    done: int = 0
    before: dict[str, bytes] = field(init=False)
    after: dict[str, bytes] = field(init=False)
    # After the same command once more: an import then finds its changes made.
    settled: dict[str, bytes] = field(init=False)
    clean: Ended = field(init=False)
    # Whether the next run is tried after each fault, or once after all faults that leave the same.
    thorough: bool = False
    _mended: set[str] = field(init=False, default_factory=set)
    _copies: Copies | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.before = held(self.start)
        self.clean = self.once()
        assert self.clean.status == self.fine, self.clean
        self.after = held(self.place)
        self.again()
        self.settled = held(self.place)

    def once(self, fault: Fault = NO_FAULT) -> Ended:
        """The command with this fault, from the start."""
        restored(self.start, self.place)
        return self.again(fault)

    def again(self, fault: Fault = NO_FAULT) -> Ended:
        return self.forks.run(self.place, self.words, fault, root=self.place if self.root else None)

    def swiftly(self, fault: Fault) -> Ended:
        """The same as ``once``, from the moment on at which the command touches its first file."""
        restored(self.start, self.place)
        if self._copies is None:
            root = self.place if self.root else None
            self._copies = self.forks.stopped(self.place, self.words, root=root)
        return self._copies.run(fault)

    def judge(self, tally: Tally, ended: Ended, name: str) -> None:
        """What the command left, then the same command without any fault."""
        tally.tried += 1
        now = held(self.place)
        for file in now.keys() | self.before.keys() | self.after.keys():
            if now.get(file) not in (self.before.get(file), self.after.get(file)) and not noted(file):
                tally.torn.append(f"{name}: {file}")
        if "Traceback" in ended.stderr or "internal error" in ended.stderr or "Exception ignored" in ended.stderr:
            tally.traced.append(f"{name}: {ended.stderr}")
        if ended.status == self.fine and any(now.get(file) != self.after.get(file) for file in self.after):
            tally.silent.append(f"{name}: status {ended.status}")
        if ended.status > 0 and ended.status != self.fine and not ended.stderr:
            tally.silent.append(f"{name}: status {ended.status} and not a word")
        tally.parts += len(parts(self.place))
        # What a command makes of a folder it makes of another one like it.
        state = repr((now, [Path(part).parent for part in parts(self.place)]))
        if state in self._mended and not self.thorough:
            return
        self._mended.add(state)
        next_ = self.again()
        mended = held(self.place)
        if next_.status not in {self.fine, self.done if now == self.after else self.fine} or mended not in (
            self.after,
            self.settled,
        ):
            differing = [file for file in mended.keys() | self.after.keys() if mended.get(file) != self.after.get(file)]
            tally.unmended.append(f"{name}: status {next_.status}, {differing} {next_.stderr}{next_.stdout}")
        tally.left += [f"{name}: {part}" for part in parts(self.place, self.forks.temporary)]


def noted(file: str) -> bool:
    """Whether a file is a record of a build under way, which has a state of its own between old and new."""
    return file.startswith("out/.clausier/") and file.endswith(".jsonl")
