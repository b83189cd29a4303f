"""A program that is interrupted, ended or not heard: its exit status says so, without a trace and nothing half done."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from breaking import ROOT, Fault, Forks, held, parts, restored
from test_disk_faults import BUILD, PORTFOLIO, deals, later_build

from generator.stopping import Stopped, stopped_by_signals
from tests.deals import spread

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
CLAUSIER = [sys.executable, "-m", "generator"]
WORDS = {signal.SIGINT: "interrupted\n", signal.SIGTERM: "stopped by SIGTERM\n", signal.SIGHUP: "stopped by SIGHUP\n"}


@pytest.mark.parametrize("number", WORDS)
def test_a_signal_at_any_call_leaves_nothing_half_done(
    number: signal.Signals, forks: Forks, tmp_path: Path, nightly: bool
) -> None:
    (tmp_path / "start").mkdir()
    start = later_build(forks, tmp_path / "start")[0]
    place = tmp_path / "place"
    restored(start, place)
    before, calls = held(start), forks.run(place, BUILD).calls
    after = held(place)
    numbers = range(1, len(calls) + 1)
    restored(start, place)
    copies = forks.stopped(place, BUILD)
    for nth in numbers if nightly else random.Random(int(number)).sample(numbers, 4):
        restored(start, place)
        ended = copies.run(Fault(nth, raised=number))
        assert (ended.status, ended.stderr) == (128 + number, WORDS[number]), calls[nth - 1]
        assert "Traceback" not in ended.stderr
        assert parts(place) == []
        now = held(place)
        assert all(now[file] in (before.get(file), after[file]) for file in after if file.startswith("out/nord/"))


def test_a_signal_is_heeded_only_as_long_as_a_command_runs() -> None:
    before = [signal.getsignal(number) for number in WORDS]
    with stopped_by_signals(), pytest.raises(Stopped) as stop:
        signal.raise_signal(signal.SIGTERM)
    assert stop.value.status == 143
    assert [signal.getsignal(number) for number in WORDS] == before


def test_what_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopped_by_signals():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("number", spread([signal.SIGINT, signal.SIGTERM], [signal.SIGTERM]))
def test_workers_leave_off_with_the_program(number: signal.Signals, tmp_path: Path) -> None:
    place = deals(tmp_path, *(f"deal-{number}" for number in range(16)))
    command = [*CLAUSIER, *PORTFOLIO, "--jobs", "2"]
    with subprocess.Popen(
        command, cwd=place, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        until = time.monotonic() + 120
        while not list(place.glob("out/deal-*/receipt.json")) and time.monotonic() < until:
            time.sleep(0.02)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("utf-8").split()
        process.send_signal(number)
        _, complained = process.communicate(timeout=120)
    assert (process.returncode, complained) == (128 + number, WORDS[number])
    assert len(children) >= 2
    assert not any(Path("/proc", child).exists() for child in children)
    assert parts(place) == []


# ---- output that nobody takes

COMMANDS = [
    ("--version",),
    ("check", "deals/nord.yaml"),
    ("build", "deals/nord.yaml", "--to", "md"),
    ("new", "x.yaml", "--segment", "tpe"),
    ("--help",),
    ("check", "deals/nord.yaml", "--format", "json"),
]
WAYS = {
    "full": ">/dev/full", "closed": ">&-", "both full": ">/dev/full 2>&1", "both closed": ">&- 2>&-",
    "all closed": "<&- >&- 2>&-",
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_output_that_cannot_be_written_is_no_success(way: str, tmp_path: Path, nightly: bool) -> None:
    place = deals(tmp_path, "nord")
    # A program that is started anew takes half a second.
    for words in COMMANDS if nightly else (COMMANDS[list(WAYS).index(way)],):
        done = shell(f'"$@" {WAYS[way]}', words, place)
        assert done.returncode == 3, (words, done)
        assert not re.search("Traceback|internal error|Exception ignored", done.stderr)
        if "2>" not in WAYS[way]:
            assert done.stderr.startswith("error: the output cannot be written ("), words


@pytest.mark.parametrize("words", COMMANDS[1:3])
def test_a_reader_that_goes_away_is_no_trace(words: tuple[str, ...], tmp_path: Path) -> None:
    place = deals(tmp_path, "nord")
    done = shell('set -o pipefail; "$@" | head -c 1', words, place)
    assert (done.returncode in (0, 3), done.stderr) == (True, "")
    assert parts(place) == []


def shell(line: str, words: tuple[str, ...], place: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", line, "bash", *CLAUSIER, *words], cwd=place, env=ENVIRONMENT, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
