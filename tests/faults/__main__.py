"""``python -m tests.faults``: run every checker on every fault and write the table into ``docs/doctor.md``."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.faults import FAULTS, contract
from tests.faults.checkers import audit_finds, doctor_codes, office_refuses, python_docx_refuses, sdk_finds
from tests.faults.table import checks, table, write


def main() -> None:
    valid = contract()
    files = {name: fault.plant(valid) for name, fault in FAULTS.items()}
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        refused = office_refuses(files, folder)
        found = {
            name: {
                "doctor": FAULTS[name].code in doctor_codes(content),
                "openxml-audit": audit_finds(content, folder),
                "Open XML SDK": sdk_finds(content, folder),
                "python-docx": python_docx_refuses(content),
                "LibreOffice": name in refused,
            }
            for name, content in files.items()
        }
    write("checks", checks())
    write("faults", table(found))


if __name__ == "__main__":
    main()
