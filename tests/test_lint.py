"""The checks of the library, by examples: ``tests/bad/<code>`` holds the smallest bad library of each check.

``bad/`` and ``good/`` are laid over ``tests/bad/_library``; ``finding.txt`` is what a terminal shows of the bad one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import lint
from generator.cli.findings import as_text
from generator.conditions import AbsentField, evaluate, parse_condition
from generator.diagnostics import Report
from generator.library.load import load_library
from generator.library.model import Library
from generator.lint.cells import can_hold, implies
from generator.lint.long_sentence import words_in
from generator.lint.prose import words_of
from generator.lint.typed_digits import figures
from generator.schema_types import Field, Type
from generator.workspace import Workspace

ROOT = Path(__file__).parent.parent
BAD = ROOT / "tests" / "bad"
CHECKS = {check.CODE: check for check in lint.CHECKS}
SERVICES = ("helpdesk", "monitoring", "patching")


def library(folder: Path, monkeypatch: pytest.MonkeyPatch, overlay: Path | None = None) -> Library:
    """The smallest library with the files of ``overlay`` over it, in a folder where deals know three services."""
    shutil.copytree(BAD / "_library", folder / "clauses")
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    if overlay is not None:
        shutil.copytree(overlay, folder / "clauses", dirs_exist_ok=True)
    schema = json.loads((folder / "schemas" / "deal.schema.json").read_text("utf-8"))
    schema["$defs"]["service_code"]["enum"] = list(SERVICES)
    (folder / "schemas" / "deal.schema.json").write_text(json.dumps(schema), "utf-8")
    monkeypatch.chdir(folder)
    loaded, found = load_library(Workspace(folder / "clauses", folder / "schemas"), frozenset())
    assert loaded is not None, "\n".join(as_text(finding) for finding in found)
    return loaded


def findings(code: str, of: Library) -> str:
    return "\n".join(as_text(finding) for finding in Report.of(CHECKS[code].check(of)).diagnostics)


@pytest.mark.parametrize("code", CHECKS)
def test_a_bad_library_is_told_where_and_why(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = (BAD / code / "finding.txt").read_text("utf-8").rstrip("\n")
    assert findings(code, library(tmp_path, monkeypatch, BAD / code / "bad")) == expected


@pytest.mark.parametrize("code", CHECKS)
def test_its_good_twin_is_not(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert findings(code, library(tmp_path, monkeypatch, BAD / code / "good")) == ""


def test_the_smallest_library_has_nothing_to_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert lint.lint(library(tmp_path, monkeypatch)).diagnostics == ()
