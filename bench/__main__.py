"""Clausier beside docxtpl, in one small table; ``python -m bench [deal] [--rounds N]``.

Warm figures are processor milliseconds inside one process, both ways in turn. Cold figures are whole fresh processes,
in turn as well. This process imports nothing heavy: the peak memory that the system gives for a child starts at its
parent's.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parent.parent
CLAUSIER = [sys.executable, "-m", "generator"]


@dataclass(frozen=True)
class Run:
    """A whole process: seconds by the clock and of processor, peak memory in MB."""

    wall: float
    cpu: float
    peak: float


def run(command: list[str]) -> Run:
    """Run to the end; a process that fails ends the comparison with what it said."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        # The descriptor that Popen would wait for is reaped here, with what the system counted for it.
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)}\n{said.read().decode()}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def in_turn(commands: dict[str, list[str]], times: int) -> dict[str, list[Run]]:
    """Each command so many times, one after the other, after one that does not count."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(times + 1):
        for name, command in commands.items():
            measured = run(command)
            if number:
                runs[name].append(measured)
    return runs


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("deal", nargs="?", type=Path, default=Path("contracts/pme-acme.yaml"))
    parser.add_argument("--provider", type=Path, default=Path("contracts/my-msp/provider.yaml"))
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--cold", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(options.deal, options.provider, options.rounds, options.cold, Path(folder))


def measure(deal: Path, provider: Path, rounds: int, cold: int, folder: Path) -> None:
    peer = [sys.executable, "-m", "bench.peer", str(deal), str(provider), str(folder)]
    run([*peer, "prepare"])
    compared = subprocess.run([*peer, "compare", str(rounds)], cwd=ROOT, check=True, capture_output=True, text=True)
    warm = json.loads(compared.stdout)
    print(f"{deal}, bound: {warm['words']} words, {warm['values']} values, {warm['conditions']} conditional clauses, "
          f"{warm['size'] // 1024} KB")  # fmt: skip
    print(f"\nwarm, {rounds} rounds, CPU ms a contract      median      min      max   to docxtpl")
    for name, row, ratio in warm["rows"]:
        print(f"{name:42}{median(row):9.1f}{min(row):9.1f}{max(row):9.1f}{ratio:13.3f}")
    named = ["--provider", str(provider)]
    runs = in_turn(
        {
            "clausier --version": [*CLAUSIER, "--version"],
            "clausier check": [*CLAUSIER, "check", str(deal), *named],
            "clausier build": [*CLAUSIER, "build", str(deal), *named, "--bound", "-o", str(folder / "build")],
            "docxtpl, one contract": [*peer, "render", "1"],
        },
        cold,
    )
    print(f"\ncold, whole process, {cold} runs, medians     wall ms   CPU ms   peak MB")
    show(runs)
    many = str(max(rounds, len(runs)))
    print(f"\none process, {many} contracts            wall ms   CPU ms   peak MB")
    show(in_turn({"clausier": [*peer, "draft", many], "docxtpl": [*peer, "render", many]}, 1))


def show(runs: dict[str, list[Run]]) -> None:
    for name, row in runs.items():
        wall, cpu, peak = (median(getattr(r, figure) for r in row) for figure in ("wall", "cpu", "peak"))
        print(f"{name:42}{wall * 1000:9.0f}{cpu * 1000:9.0f}{peak:10.1f}")


if __name__ == "__main__":
    main()
