"""``python -m tests.fuzz [TARGET…]``: run targets on new input; each fault is written with what was raised."""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import cast

from tests.fuzz import TARGETS
from tests.fuzz.engine import Run, Target, plain

# Runs end by time where no number of them is asked for.
ENDLESS = 1 << 39


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"any of {', '.join(TARGETS)}; all without any")
    parser.add_argument("--runs", type=int, default=0, help="how many inputs each target is given")
    parser.add_argument(
        "--seconds", type=float, default=0, help="how long each target runs (60, where no runs are asked)"
    )
    parser.add_argument("--seed", type=int, default=None, help="which inputs; another at every run without it")
    parser.add_argument(
        "--engine", choices=("plain", "atheris"), default="plain", help="mutations by chance, or by coverage"
    )
    parser.add_argument("--out", type=Path, default=Path("build", "fuzz"), help="where inputs that fail are written")
    wanted = parser.parse_args()
    targets = wanted.targets or list(TARGETS)
    if unknown := set(targets) - set(TARGETS):
        parser.error(f"no target is named {', '.join(sorted(unknown))}; known: {', '.join(TARGETS)}")
    seed = secrets.randbits(31) if wanted.seed is None else wanted.seed
    runs = wanted.runs or ENDLESS
    seconds = wanted.seconds or (float(ENDLESS) if wanted.runs else 60.0)
    wanted.out.mkdir(parents=True, exist_ok=True)
    if wanted.engine == "atheris":
        from tests.fuzz.guided import guided

        return max(guided(name, runs, seconds, seed, wanted.out) for name in targets)
    print(f"seed {seed}", flush=True)
    status = 0
    for name in targets:
        run = _run(name, runs, seconds, seed, wanted.out)
        status = 1 if run.faults else status
        if run.stopped:
            break
    return status


def _run(name: str, runs: int, seconds: float, seed: int, folder: Path) -> Run:
    run = plain(name, cast(Target, import_module(f"tests.fuzz.{name}")), runs, seconds, seed, folder)
    print(run.said(), flush=True)
    for fault in run.faults.values():
        print(
            f"  {fault.name}: {fault.times} times, first the input {fault.number}: {fault.content[:200]!r}", flush=True
        )
    return run


if __name__ == "__main__":
    # Whoever stops a long run wants to know how far it came.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(main())
