"""docxtemplater and carbone, each in a process of Node that stays (``node_peers.js``); ``make bench`` installs them.

They fill the same words from the same values as docxtpl. Both can put whole paragraphs and tables under a condition.
The paragraphs in which the conditions of carbone stand stay behind, empty; its free edition has no way to drop them.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import IO

HERE = Path(__file__).parent
ENGINES = ("docxtemplater", "carbone")


def versions() -> dict[str, str]:
    """The engines that are installed, each with its version; none without Node."""
    packages = {engine: HERE / "node_modules" / engine / "package.json" for engine in ENGINES}
    found = {engine: path for engine, path in packages.items() if which("node") and path.is_file()}
    return {engine: json.loads(path.read_text(encoding="utf-8"))["version"] for engine, path in found.items()}


def command(engine: str, folder: Path) -> list[str]:
    return ["node", "--expose-gc", str(HERE / "node_peers.js"), engine, str(folder)]


@dataclass(frozen=True)
class Peer:
    """An engine that waits for numbers of contracts."""

    engine: str
    asked: IO[str]
    answers: IO[str]

    def contract(self, number: int, target: Path | None = None) -> float:
        """Milliseconds of processor that the contract of this number took; it is kept only where a target is named."""
        print(number, target or "", sep="\t", file=self.asked, flush=True)
        answer = self.answers.readline()
        if not answer:
            raise SystemExit(f"{self.engine} made no contract of number {number}")
        return float(answer)


@contextmanager
def started(engine: str, folder: Path) -> Iterator[Peer]:
    """The engine with its template in the folder, until the end of the block."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command(engine, folder), stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        yield Peer(engine, process.stdin, process.stdout)
