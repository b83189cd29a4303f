"""Mutations led by coverage: atheris keeps an input that reaches what none before reached. Needs the extra ``fuzz``."""

from __future__ import annotations

import os
import sys
import time
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any, cast

from tests.fuzz.engine import CORPUS, LARGEST, Target, corpus, limited, within

# What is watched besides the program itself: what it reads texts and archives with.
WATCHED = ("generator", "jinja2", "markdown_it", "zipfile")


def guided(name: str, runs: int, seconds: float, seed: int, folder: Path) -> int:
    """Run one target in a process of its own, which libFuzzer ends; the exit status is 0 where nothing failed."""
    sys.stdout.flush()
    child = os.fork()
    if not child:
        _fuzz(name, runs, seconds, seed, folder)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return min(os.waitstatus_to_exitcode(status) & 0xFF, 1)


def _fuzz(name: str, runs: int, seconds: float, seed: int, folder: Path) -> None:
    import atheris

    with atheris.instrument_imports(include=list(WATCHED)):
        target = cast(Target, import_module(f"tests.fuzz.{name}"))
        found = folder / f"{name}-corpus"
        found.mkdir(parents=True, exist_ok=True)
        pool = corpus(name, target)
        for number, content in enumerate(pool):
            (found / f"seed-{number}").write_bytes(content)
            # Modules that are imported at the first use are watched too.
            target.one(content)

    def mutator(data: bytes, most: int, draw: int) -> bytes:
        return target.mutated(bytes(data), Random(draw), pool)[:most]

    arguments: list[Any] = [
        "fuzz",
        str(found),
        f"-seed={seed % (1 << 31) or 1}",
        f"-runs={min(runs, (1 << 31) - 1)}",
        f"-max_total_time={int(min(seconds, 1 << 30))}",
        f"-max_len={LARGEST}",
        f"-artifact_prefix={folder}/{name}-",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
        "-verbosity=1",
    ]
    before = time.monotonic()
    with limited(target.LIMIT):
        atheris.Setup(arguments, lambda data: within(target, data), custom_mutator=mutator)
        print(f"{name}: atheris, seed {seed}, {len(pool)} inputs of {CORPUS.name}", flush=True)
        atheris.Fuzz()
    print(f"{name}: {time.monotonic() - before:.0f} s", flush=True)
