"""A disk that is full, fails, or loses its program: each file stays as it was or is new, and the next run mends.

Every call that changes a file fails once, in each command that writes. By day some of them, at night each.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from breaking import PART, ROOT, Fault, Forks, Scenario, Tally, held, noted, parts, restored

from tests.deals import spread

BAKERY = (ROOT / "contracts" / "tpe-boulangerie.yaml").read_text("utf-8")
BUILD = ("build", "deals/nord.yaml", "-o", "out", "--to", "docx,html,md,json", "--no-pages")
PORTFOLIO = ("build", "deals", "-o", "out", "--to", "md")
Make = Callable[[Forks, Path], tuple[Path, Sequence[str]]]


def deals(place: Path, *names: str) -> Path:
    """A folder with the deals of some bakeries."""
    shutil.copytree(ROOT / "contracts" / "my-msp", place / "deals" / "my-msp")
    for name in names:
        (place / "deals" / f"{name}.yaml").write_text(BAKERY.replace("boulangerie-2026", name), "utf-8")
    return place


def changed(place: Path, name: str) -> Path:
    path = place / "deals" / f"{name}.yaml"
    path.write_text(path.read_text("utf-8").replace("headcount: 4", "headcount: 6"), "utf-8")
    return place


def first_build(_: Forks, place: Path) -> tuple[Path, Sequence[str]]:
    return deals(place, "nord"), BUILD


def later_build(forks: Forks, place: Path) -> tuple[Path, Sequence[str]]:
    forks.run(deals(place, "nord"), BUILD)
    return changed(place, "nord"), BUILD


def portfolio(forks: Forks, place: Path) -> tuple[Path, Sequence[str]]:
    forks.run(deals(place, "nord", "sud"), PORTFOLIO)
    return changed(place, "nord"), PORTFOLIO


def prune(forks: Forks, place: Path) -> tuple[Path, Sequence[str]]:
    forks.run(deals(place, "nord", "sud"), PORTFOLIO)
    (place / "deals" / "sud.yaml").unlink()
    return place, (*PORTFOLIO, "--prune")


def check(forks: Forks, place: Path) -> tuple[Path, Sequence[str]]:
    forks.run(deals(place, "nord"), PORTFOLIO)
    return place, (*PORTFOLIO, "--check")


def new(_: Forks, place: Path) -> tuple[Path, Sequence[str]]:
    return place, ("new", "contracts/dupont.yaml", "--segment", "tpe")


def library(place: Path) -> Path:
    shutil.copytree(ROOT / "tests" / "bad" / "_library", place / "clauses")
    return place


def prove(_: Forks, place: Path) -> tuple[Path, Sequence[str]]:
    return library(place), ("library", "prove")


def approve(_: Forks, place: Path) -> tuple[Path, Sequence[str]]:
    words = ("library", "approve", "--all", "--lang", "fr", "--by", "Me Exemple", "--on", "2026-06-01")
    return library(place), words


def import_(forks: Forks, place: Path) -> tuple[Path, Sequence[str]]:
    book = place / "book.docx"
    forks.run(library(place), ("library", "book", "-o", "book.docx"), root=place)
    with zipfile.ZipFile(book) as package:
        content = {name: package.read(name) for name in package.namelist()}
    story = content["word/document.xml"]
    content["word/document.xml"] = story.replace(b"ses fautes envers", b"ses seules fautes envers")
    assert content["word/document.xml"] != story
    with zipfile.ZipFile(book, "w") as package:
        for name, part in content.items():
            package.writestr(name, part)
    return place, ("library", "import", "book.docx", "--write", "--record", "r.json", "--message", "m.txt")


# Each command with the status of one that finds its work done already.
COMMANDS: dict[str, tuple[Make, int]] = {
    "first build": (first_build, 0), "later build": (later_build, 0), "portfolio": (portfolio, 0), "prune": (prune, 0),
    "check": (check, 0), "new": (new, 2), "prove": (prove, 0), "approve": (approve, 2), "import": (import_, 0),
}  # fmt: skip
ERRORS = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS, errno.EACCES)


@pytest.fixture
def scenario(request: pytest.FixtureRequest, forks: Forks, tmp_path: Path, nightly: bool) -> Scenario:
    make, done = COMMANDS[request.param]
    (tmp_path / "start").mkdir()
    start, words = make(forks, tmp_path / "start")
    return Scenario(forks, start, tmp_path / "place", words, (start / "clauses").exists(), done=done, thorough=nightly)


def faults(calls: int) -> Iterator[Fault]:
    """Each call with each error, and with signals."""
    for nth in range(1, calls + 1):
        for error in ERRORS:
            yield Fault(nth, error)
        yield Fault(nth, errno.ENOSPC, sticky=True)
        yield Fault(nth, raised=signal.SIGKILL)
        yield Fault(nth, raised=signal.SIGTERM)


@pytest.mark.parametrize("scenario", COMMANDS, indirect=True)
def test_a_disk_that_fails_at_any_call_leaves_nothing_torn_and_the_next_run_mends(
    scenario: Scenario, nightly: bool
) -> None:
    every = list(faults(len(scenario.clean.calls)))
    tally = Tally()
    for fault in every if nightly else random.Random(7).sample(every, min(len(every), 5)):
        name = f"{fault} {scenario.clean.calls[fault.nth - 1]}"
        scenario.judge(tally, scenario.swiftly(fault), name)
    print(f"{tally.tried} faults at {len(scenario.clean.calls)} calls, {tally.parts} temporary files found")
    assert tally.wrong == {}


@pytest.mark.parametrize("scenario", COMMANDS, indirect=True)
def test_a_full_disk_has_one_status_in_each_command(scenario: Scenario, nightly: bool) -> None:
    """3, unless what could not be written is not needed; never that of wrong words on the command line."""
    calls = range(1, len(scenario.clean.calls) + 1)
    for nth in calls if nightly else sorted(random.Random(11).sample(calls, min(5, len(calls)))):
        for error in (errno.ENOSPC, errno.EACCES):
            ended = scenario.swiftly(Fault(nth, error, sticky=True))
            assert ended.status in {scenario.fine, 3}, (nth, scenario.clean.calls[nth - 1], ended.stderr)


def test_a_cache_that_cannot_be_written_or_read_matters_nothing(forks: Forks, tmp_path: Path, nightly: bool) -> None:
    """The library is read, kept and read again; what is printed and the status are the same whatever fails."""
    place, words = library(tmp_path / "place"), ("library", "lint")
    cache = tmp_path / "cache"

    def lint(fault: Fault) -> tuple[int, str, str, Sequence[str]]:
        ended = forks.run(place, words, fault, below=[cache], root=place, environment={"XDG_CACHE_HOME": str(cache)})
        return ended.status, ended.stdout, ended.stderr, ended.calls

    for reading in (False, True):
        shutil.rmtree(cache, ignore_errors=True)
        status, said, complained, calls = lint(Fault(reading=reading))
        if reading:
            status, said, complained, calls = lint(Fault(reading=True))
        assert status == 0
        assert calls, "nothing was kept"
        numbers = range(1, len(calls) + 1)
        for nth in numbers if nightly else random.Random(5).sample(numbers, min(4, len(calls))):
            for fault in (Fault(nth, errno.EIO, reading=reading), Fault(nth, raised=signal.SIGKILL, reading=reading)):
                if not reading:
                    shutil.rmtree(cache, ignore_errors=True)
                ended = lint(fault)
                assert ended[:3] == (status, said, complained) or ended[0] == -signal.SIGKILL, (fault, calls[nth - 1])
        assert lint(Fault())[:3] == (status, said, complained)
        assert parts(cache) == []


@pytest.mark.parametrize("name", ["first build", "new", "approve"])
def test_a_file_that_cannot_be_read_is_said_plainly(name: str, forks: Forks, tmp_path: Path, nightly: bool) -> None:
    (tmp_path / "start").mkdir()
    start, words = COMMANDS[name][0](forks, tmp_path / "start")
    place = tmp_path / "place"
    restored(start, place)
    root = place if (start / "clauses").exists() else None
    calls = forks.run(place, words, Fault(reading=True), root=root).calls
    after = held(place)
    numbers = range(1, len(calls) + 1)
    for nth in numbers if nightly else random.Random(3).sample(numbers, min(4, len(calls))):
        restored(start, place)
        ended = forks.run(place, words, Fault(nth, errno.EIO, reading=True), root=root)
        assert "Traceback" not in ended.stderr
        assert "internal error" not in ended.stderr
        # What is read to know what need not be done again is not needed.
        assert held(place) in ((after,) if ended.status == 0 else (held(start), after)), calls[nth - 1]


# ---- kills at any moment


@pytest.mark.parametrize("scenario", ["later build", "portfolio", "prune", "approve"], indirect=True)
def test_a_kill_at_any_moment_leaves_whole_files_and_the_next_run_tidies_up(scenario: Scenario, nightly: bool) -> None:
    """1,000 kills by night, from the first file that is touched to the end."""
    pick = random.Random(17 if not nightly else None)
    tally = Tally()
    # Of so many kills most leave the same: the next run is tried once for each of what they leave.
    scenario.thorough = False
    killed = 0
    longest = 0.02
    wanted = 250 if nightly else 6
    while killed < wanted:
        fault = Fault(after=pick.uniform(0, longest))
        ended = scenario.swiftly(fault)
        # As long as it takes to come to the end now and then, on a machine that is as busy as it is.
        longest = max(0.001, longest * (0.9 if ended.status == 0 else 1.1))
        killed += ended.status == -signal.SIGKILL
        scenario.judge(tally, ended, f"{tally.tried} {fault}")
        assert tally.tried < 20 * wanted, "it always ends before it can be killed"
    print(
        f"{killed} of {tally.tried} were killed before they ended, {tally.parts} temporary files were left for a while"
    )
    assert tally.wrong == {}


# ---- a disk that is small


@pytest.mark.parametrize("bytes_", spread([2000, 20_000, 60_000], [20_000]))
def test_a_limit_on_the_size_of_files_leaves_nothing_torn(bytes_: int, forks: Forks, tmp_path: Path) -> None:
    start = later_build(forks, tmp_path)[0]
    before = held(start)
    limited = forks.run(start, BUILD, Fault(limit=bytes_))
    assert limited.status == 3
    assert "the file cannot be written (File too large)" in limited.stderr
    assert {name: said for name, said in held(start).items() if "/.clausier/" not in name} == {
        name: said for name, said in before.items() if "/.clausier/" not in name
    }
    assert not list(start.rglob(f"*{PART}"))


@contextmanager
def small_disk(place: Path, bytes_: int) -> Iterator[Callable[[int], int]]:
    """A disk of this size, mounted where one may; what is given makes it larger, and says how it ended."""
    place.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={bytes_},mode=700", "tmpfs", str(place)]
    mounted = subprocess.run(["mount", *options], capture_output=True, check=False).returncode == 0

    def enlarge(size: int) -> int:
        command = ["mount", "-o", f"remount,size={size}", str(place)]
        return subprocess.run(command, check=False).returncode if mounted else 0

    try:
        yield enlarge
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("room", spread([4096, 60_000, 140_000], [60_000]))
def test_a_disk_that_is_full_keeps_the_old_pack_and_the_next_run_mends(room: int, forks: Forks, tmp_path: Path) -> None:
    (tmp_path / "start").mkdir()
    start = later_build(forks, tmp_path / "start")[0]
    # Whole pages are what a file takes.
    used = sum(-(-path.stat().st_size // 4096) * 4096 + 4096 for path in start.rglob("*"))
    disk = tmp_path / "disk"
    with small_disk(disk, used + room) as enlarge:
        shutil.copytree(start, disk / "place")
        before = held(disk / "place")
        # Who may not mount is given files of a limited size instead.
        ended = forks.run(disk / "place", BUILD, Fault() if os.path.ismount(disk) else Fault(limit=2000))
        assert (ended.status, "the file cannot be written" in ended.stderr) == (3, True), ended
        now = held(disk / "place")
        assert {name: said for name, said in now.items() if not noted(name)} == {
            name: said for name, said in before.items() if not noted(name)
        }
        assert parts(disk) == []
        assert enlarge(8 << 20) == 0
        assert forks.run(disk / "place", BUILD).status == 0
        again = held(disk / "place")
    place = tmp_path / "place"
    restored(start, place)
    assert forks.run(place, BUILD).status == 0
    assert again == held(place)
