"""The examples of ``tests/proofs``: small libraries with one fault each, and what `clausier library prove` shows.

``_library``, ``_schemas`` and ``_deals`` are a library with one of everything, its deal schema and two valid deals;
``<kind>/bad`` and ``<kind>/good`` are laid over the library. ``python -m tests.proving`` writes each ``finding.txt``
again, for a person to read before it is accepted.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from unittest import mock

from click.testing import CliRunner, Result

from generator.cli import main
from generator.prove import KINDS
from generator.workspace import Workspace

ROOT: Final = Path(__file__).resolve().parent.parent
PROOFS: Final = ROOT / "tests" / "proofs"


def laid_out(folder: Path, overlay: Path | None = None) -> Workspace:
    """The library with the files of an overlay, its schema and its deals, below an empty folder."""
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    shutil.copytree(PROOFS / "_schemas", folder / "schemas", dirs_exist_ok=True)
    shutil.copytree(PROOFS / "_library", folder / "clauses")
    shutil.copytree(PROOFS / "_deals", folder / "contracts")
    if overlay is not None:
        shutil.copytree(overlay, folder / "clauses", dirs_exist_ok=True)
    return Workspace(folder / "clauses", folder / "schemas")


def run(workspace: Workspace, *words: str) -> Result:
    """A command on a library that is not the program's own."""
    with mock.patch.object(Workspace, "default", staticmethod(lambda: workspace)):
        return CliRunner().invoke(main, words, prog_name="clausier")


@contextlib.contextmanager
def inside(overlay: Path | None = None) -> Iterator[Workspace]:
    """A library in a folder of its own, in which the program then works."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        workspace = laid_out(Path(folder).resolve(), overlay)
        os.chdir(folder)
        try:
            yield workspace
        finally:
            os.chdir(before)


def findings(result: Result) -> str:
    """What is shown above the last line, which says how long it took."""
    return result.stdout.rstrip("\n").rpartition("\n")[0].rstrip("\n")


def shown(kind: str) -> str:
    with inside(PROOFS / kind / "bad") as workspace:
        return findings(run(workspace, "library", "prove"))


if __name__ == "__main__":
    for name in KINDS:
        (PROOFS / name / "finding.txt").write_text(shown(name) + "\n", "utf-8")
