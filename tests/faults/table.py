"""The two lists of ``docs/doctor.md``: the checks, and which fault is found by whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from generator.doctor import CHECKS
from tests.faults import FAULTS

PAGE = Path(__file__).parent.parent.parent / "docs" / "doctor.md"
COLUMNS = ("doctor", "openxml-audit", "Open XML SDK", "python-docx", "LibreOffice")
YES, NO = "●", "·"


def checks() -> str:
    """Every check with its severity and what it finds, as a table."""
    rows = [
        f"| `{check.code}` | {check.severity.value} | {check.title} |" for check in sorted(CHECKS, key=lambda c: c.code)
    ]
    return "\n".join(["| check | severity | what is the case |", "|---|---|---|", *rows])


def table(found: Mapping[str, Mapping[str, bool]]) -> str:
    """A row a fault, a column a checker; ``found`` gives for each fault who finds it."""
    rows = [
        f"| {FAULTS[name].name} | `{FAULTS[name].code}` | {' | '.join(YES if by[c] else NO for c in COLUMNS)} |"
        for name, by in found.items()
    ]
    sums = " | ".join(f"**{sum(by[column] for by in found.values())}**" for column in COLUMNS)
    head = ["| fault | check | " + " | ".join(COLUMNS) + " |", "|---|---" + "|:-:" * len(COLUMNS) + "|"]
    return "\n".join([*head, *rows, f"| **found of {len(found)}** | | {sums} |"])


def shown() -> dict[str, dict[str, bool]]:
    """The table that the page shows, by the names of the faults."""
    names = {fault.name: name for name, fault in FAULTS.items()}
    found = {}
    for line in section("faults").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] in names:
            found[names[cells[0]]] = {column: cell == YES for column, cell in zip(COLUMNS, cells[2:], strict=True)}
    return found


def section(name: str) -> str:
    """What stands between the two marks of a section of the page."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n?<!-- end -->", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None, f"docs/doctor.md has no section {name}"
    return found[1]


def write(name: str, text: str) -> None:
    """Put a text between the two marks of a section of the page."""
    before, opening, rest = PAGE.read_text("utf-8").partition(f"<!-- {name} -->\n")
    assert opening, f"docs/doctor.md has no section {name}"
    PAGE.write_text(f"{before}{opening}{text}\n{rest[rest.index('<!-- end -->') :]}", "utf-8")
