"""Faults planted one at a time in a valid contract, and who finds them. ``python -m tests.faults`` writes the table."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from generator.api import draft
from generator.outputs import Form, outputs
from tests.faults import content_faults, package_faults, receipt_faults, structure_faults
from tests.faults.planting import PLANTED, Fault

__all__ = ["FAULTS", "Fault", "contract"]

ROOT = Path(__file__).parent.parent.parent
# Small, and with all that faults are planted in: a table of contents, references, lists, tables, controls.
PART = "D10"
MODULES = [module.__name__ for module in (package_faults, structure_faults, content_faults, receipt_faults)]
FAULTS = dict(sorted(PLANTED.items(), key=lambda item: MODULES.index(item[1].plant.__module__)))


@cache
def contract(*, carry_record: bool = True) -> bytes:
    """The Word file of the annex on maintenance of an example deal; without its record it is like a stranger's."""
    made = draft(ROOT / "contracts" / "pme-acme.yaml")
    return next(output.content for output in outputs(made, Form(carry_record=carry_record)) if output.parts == (PART,))
