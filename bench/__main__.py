"""Clausier beside other engines for Word files, after its conditions beside those for conditions.

``python -m bench [deal] [--rounds N]``. Warm figures are processor milliseconds inside a process, all ways in turn;
docxtemplater and carbone have a process of Node each and are asked from it (``node_peers``). Cold figures are whole
fresh processes, in turn as well. This process imports nothing heavy: the peak memory that the system gives for a child
starts at its parent's.
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
from typing import Any

from bench import node_peers

ROOT = Path(__file__).parent.parent
CLAUSIER = [sys.executable, "-m", "generator"]
# Where this is set, an editable install is compiled anew in every process, and docxtpl was compiled when pip wrote it.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True)
class Run:
    """A whole process: seconds by the clock and of processor, peak memory in MB."""

    wall: float
    cpu: float
    peak: float


def run(command: list[str], folder: Path = ROOT) -> Run:
    """Run to the end in a folder; a process that fails ends the comparison with what it said."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=said, stderr=said)
        # Not process.wait(): wait4 also tells what the system counted for this child.
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)}\n{said.read().decode()}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def in_turn(commands: dict[str, list[str]], times: int) -> dict[str, list[Run]]:
    """Each command so many times, in turn."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            runs[name].append(run(command))
    return runs


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("deal", nargs="?", type=Path, default=Path("contracts/pme-acme.yaml"))
    parser.add_argument("--rounds", type=int, default=40, help="contracts of each way in one process")
    parser.add_argument("--proof", action="store_true", help="measure the prover instead, for some minutes")
    parser.add_argument("--portfolio", type=int, metavar="N", help="measure a portfolio of so many deals instead")
    parser.add_argument("--cold", type=int, default=5, help="fresh processes of each command")
    options = parser.parse_args()
    sys.stdout.flush()
    if options.proof:
        raise SystemExit(subprocess.run([sys.executable, "-m", "bench.proof"], cwd=ROOT).returncode)
    if options.portfolio:
        words = [sys.executable, "-m", "bench.portfolio", "measure", str(options.portfolio)]
        raise SystemExit(subprocess.run(words, cwd=ROOT).returncode)
    subprocess.run([sys.executable, "-m", "bench.conditions", str(options.deal)], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as folder:
        measure(str(options.deal), options.rounds, options.cold, folder)


def measure(deal: str, rounds: int, cold: int, folder: str) -> None:
    run([sys.executable, "-m", "compileall", "-q", "-x", "node_modules", "generator", "bench"])
    compare = [sys.executable, "-m", "bench.compare"]
    run([*compare, "prepare", deal, folder, str(rounds)])
    timed = subprocess.run([*compare, "time", folder, str(rounds)], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    show_warm(deal, rounds, json.loads(timed.stdout))
    ways = {
        "Clausier": [sys.executable, "-m", "bench.clausier_way", folder],
        "docxtpl": [sys.executable, "-m", "bench.docxtpl_peer", folder, "full"],
    }
    ways |= {engine: node_peers.command(engine, Path(folder)) for engine in node_peers.versions()}
    commands = {
        "clausier --version": [*CLAUSIER, "--version"],
        "clausier check": [*CLAUSIER, "check", deal],
        "clausier build": [*CLAUSIER, "build", deal, "--bound", "--no-pages", "-o", f"{folder}/build"],
    }
    commands |= {f"{name}, one contract": [*way, "1"] for name, way in ways.items() if name != "Clausier"}
    # The first of each fills the cache of files and is not shown.
    cold_runs = {name: runs[1:] for name, runs in in_turn(commands, cold + 1).items()}
    show_cold(f"cold: {cold} fresh processes, medians", cold_runs)
    many = {name: [*way, str(rounds)] for name, way in ways.items()}
    show_cold(f"one fresh process, {rounds} contracts", in_turn(many, 1))


def show_warm(deal: str, rounds: int, timed: dict[str, Any]) -> None:
    print(
        f"{deal}, bound: {timed['words']} words, {timed['values']} values, "
        f"{timed['conditions']} conditional clauses, {timed['size'] // 1024} KB, fast {timed['fast size'] // 1024} KB"
    )
    spent, versions = timed["spent"], timed["versions"]
    ours, fast = (
        [sum(p) for p in zip(spent[f"{kind}stages"], spent[f"{kind}writer"], strict=True)] for kind in ("", "fast ")
    )
    peers = {
        "docxtpl, all values and conditions": spent["full"],
        "docxtpl, 100 values and 10 conditions": spent["few"],
        **{f"{engine} {version}": spent[engine] for engine, version in versions.items()},
    }
    rows = {
        "Clausier, text of the deal to Word file": ours,
        "  stages: read, check, select, number": spent["stages"],
        "  writer: tree to Word file": spent["writer"],
        "Clausier, the same with fast=True": fast,
        "  writer: tree to Word file, fast=True": spent["fast writer"],
        **peers,
    }
    heads = f"{'median':>9}{'min':>9}{'max':>9}{'docxtpl = 1':>13}{'few = 1':>9}"
    print(f"\n{f'warm: {rounds} rounds in turn, CPU ms':42}{heads}")
    for name, row in rows.items():
        full, few = (median(row) / median(spent[kind]) for kind in ("full", "few"))
        print(f"{name:42}{median(row):9.1f}{min(row):9.1f}{max(row):9.1f}{full:13.3f}{few:9.3f}")
    for engine in node_peers.ENGINES:
        if engine not in versions:
            print(f"{engine}: not installed (make bench installs it; it needs Node)")
    # Of rounds and not of medians: what slows the machine down for a moment slows both ways of a round.
    print(f"\n{'times as long as Clausier, round by round':42}{'Clausier':>9}{'fast':>9}")
    for name, row in peers.items():
        ratios = (median(theirs / own for theirs, own in zip(row, way, strict=True)) for way in (ours, fast))
        print(f"{name:42}{''.join(f'{ratio:9.2f}' for ratio in ratios)}")


def show_cold(title: str, runs: dict[str, list[Run]]) -> None:
    print(f"\n{title:42}{'wall ms':>9}{'CPU ms':>9}{'peak MB':>9}")
    for name, row in runs.items():
        print(
            f"{name:42}{median(r.wall for r in row) * 1000:9.0f}{median(r.cpu for r in row) * 1000:9.0f}"
            f"{median(r.peak for r in row):9.1f}"
        )


if __name__ == "__main__":
    main()
